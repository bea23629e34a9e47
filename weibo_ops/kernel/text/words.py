"""Words, pinyin, simplified characters. The only place that knows jieba, pypinyin and OpenCC."""

from __future__ import annotations

import logging
import unicodedata
import warnings
from functools import lru_cache
from typing import Any


def tokens(text: str) -> list[str]:
    """Cut a text into words; joined they give the text again. The first call loads the dictionary (about a second)."""
    return list(_tokenizer().cut(text))


def known_words(text: str) -> list[tuple[str, bool]]:
    """Cut a text by the dictionary alone; each piece with whether it is a word of several characters that stands there.

    The first call loads the dictionary (about a second).
    """
    tokenizer = _tokenizer()
    return [(word, len(word) > 1 and bool(tokenizer.FREQ.get(word))) for word in tokenizer.cut(text, HMM=False)]


def simplified(text: str) -> str:
    """Return a text in simplified characters (發佈 gives 发布); everything else stays."""
    converted: str = _converter().convert(text)
    return converted


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=8192)
def syllable(character: str) -> str:
    """Return the toneless pinyin of one character by its commonest reading; other characters stay."""
    return pinyin(character)


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    with warnings.catch_warnings():
        # The library's own source raises syntax and deprecation warnings.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # Filled here, because the library would trust a cache file in the common temporary folder.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def pinyin(text: str) -> str:
    """Return the text in toneless pinyin, lower case and unspaced: ``审核`` gives ``shenhe``; other characters stay."""
    return "".join(_syllables(text))


def pinyin_initials(text: str) -> str:
    """Return the first letter of each Chinese character's pinyin: ``审核`` gives ``sh``; other characters stay."""
    from pypinyin import Style

    return "".join(_syllables(text, Style.FIRST_LETTER))


def _syllables(text: str, style: Any = None) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    return [syllable.lower() for syllable in lazy_pinyin(text, style=Style.NORMAL if style is None else style)]


def normalise_name(text: str) -> str:
    """Return a name as it is compared: NFKC (full width to half width), case folded, outer spaces off."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()
