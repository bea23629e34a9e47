"""Text: platform length, cell width, wrapping, defusing, likeness, words.

Importing this package loads the standard library alone; rich, numpy, rapidfuzz, re2, jieba, pypinyin and OpenCC are
loaded by the first function that needs them.
"""

from __future__ import annotations

from weibo_ops.kernel.text.defusing import defuse, defuse_cell, escape_markup
from weibo_ops.kernel.text.layout import cell_width, fit, wrap_zh
from weibo_ops.kernel.text.length import clusters, mask_nickname, nickname_units, shorten, weibo_length
from weibo_ops.kernel.text.likeness import jaccard, likeness, minhash, shingles, signature_likeness
from weibo_ops.kernel.text.patterns import any_pattern_matches, pattern_matches_empty, pattern_spans
from weibo_ops.kernel.text.words import (
    known_words,
    normalise_name,
    pinyin,
    pinyin_initials,
    simplified,
    syllable,
    tokens,
)

__all__ = [
    "any_pattern_matches",
    "cell_width",
    "clusters",
    "defuse",
    "defuse_cell",
    "escape_markup",
    "fit",
    "jaccard",
    "known_words",
    "likeness",
    "mask_nickname",
    "minhash",
    "nickname_units",
    "normalise_name",
    "pattern_matches_empty",
    "pattern_spans",
    "pinyin",
    "pinyin_initials",
    "shingles",
    "shorten",
    "signature_likeness",
    "simplified",
    "syllable",
    "tokens",
    "weibo_length",
    "wrap_zh",
]
