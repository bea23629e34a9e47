"""The font of charts and PDF: it comes with the program, so that no machine needs one; what it lacks is named."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from weibo_ops.documents.cells import one_line
from weibo_ops.kernel.errors import EnvironmentFault

PACKAGE, FILE = "zhplot", "NotoSansSC-Regular.ttf"
_UNSEEN = range(0xFE00, 0xFE10)  # variation selectors choose between shapes of one character


def chart_font(configured: Path | None = None) -> Path:
    """Return the font file that charts and PDF are set with: the configured one, else the one that comes along.

    Raises:
        EnvironmentFault: the file is not there or is no font.
    """
    path = configured or _packaged()
    try:
        _glyphs(path)
    except (OSError, RuntimeError, ValueError) as fault:
        raise EnvironmentFault(
            f"字体文件“{path}”无法使用。", next_step="请检查设置中的 font;不设置时使用随程序安装的字体。"
        ) from fault
    return path


def _packaged() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EnvironmentFault(f"缺少字体包 {PACKAGE}。", next_step="请重新安装程序,或在设置中用 font 指定字体文件。")
    return Path(found.origin).with_name("fonts") / FILE


def drawable(text: str, font: Path) -> str:
    """Return a text on one line in which characters that the font lacks appear as ``〔U+1F600〕``."""
    glyphs = _glyphs(font)
    shown = []
    for character in one_line(text):
        point = ord(character)
        if point in glyphs:
            shown.append(character)
        elif point not in _UNSEEN:
            shown.append(f"〔U+{point:04X}〕")
    return "".join(shown)


@lru_cache(maxsize=4)
def _glyphs(path: Path) -> frozenset[int]:
    """Return the code points that a font file can draw."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(path)).get_charmap())
