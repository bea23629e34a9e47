"""Values as cells and words: one place for times, counts, shares and the cutting of foreign text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from weibo_ops.kernel.clock import beijing
from weibo_ops.kernel.text import cell_width, defuse, fit

if TYPE_CHECKING:
    from sqlalchemy import URL

NO_DATA = "无数据"
ELLIPSIS = ".."
"""What ends a cut cell: the usual ``…`` is two cells wide in many Chinese terminals."""

SUBSTITUTE = "␦"
"""What stands in a field for an unseen character."""

_UNSTEADY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..", "—": "-", "–": "-", "·": "・"})
"""Characters whose width depends on the terminal, as they stand in aligned columns; details show them as they are."""


def one_line(text: str, cells: int) -> str:
    """Return foreign text as one harmless line of at most ``cells`` cells.

    Controls are shown as symbols, line ends and tabs as spaces, characters of unsteady width as near ones. Only the
    beginning of a very long text is looked at.
    """
    head = text[: 4 * cells + 8]
    shown = defuse(head, newline=" ", tab=" ").translate(_UNSTEADY)
    return fit(shown + ELLIPSIS if len(head) < len(text) else shown, cells, ellipsis=ELLIPSIS)


def harmless(text: str) -> str:
    """Return foreign text of several lines as it can be shown: a tab too is a space, since columns are counted."""
    return defuse(text, tab=" ")


def in_place(text: str) -> str:
    """Return foreign text as it stands in a field: harmless, and of the same length, since the cursor counts."""
    if defuse(text, newline=" ", tab=" ") == text:
        return text
    shown = (defuse(sign, newline=" ", tab=" ") for sign in text)
    return "".join(sign if len(sign) == 1 else SUBSTITUTE for sign in shown)


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """Return the text filled up to ``cells`` cells, on the left if ``right`` aligned."""
    gap = " " * (cells - cell_width(text))
    return gap + text if right else text + gap


def count(value: int | None) -> str:
    """Return a count; None is 无数据."""
    return NO_DATA if value is None else str(value)


def number(value: float | None, *, percent: bool = False) -> str:
    """Return a number rounded half up, as the command line prints it: four places, shares as percent with two."""
    from evaluation.formulas import round_half_up

    if value is None:
        return NO_DATA
    if percent:
        return f"{round_half_up(value * 100, 2)}%"
    if isinstance(value, int):
        return str(value)
    return f"{float(round_half_up(value, 4)):.4f}".rstrip("0").rstrip(".")


def short_time(value: datetime | None, as_of: datetime | None) -> str:
    """Return an instant for a narrow column: ``09-30 18:05`` within the year of ``as_of``, else ``2025-12-31``."""
    if value is None:
        return NO_DATA
    local = beijing(value)
    same_year = as_of is not None and beijing(as_of).year == local.year
    return local.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d")


def minutes(value: float | None) -> str:
    """Return minutes with up to three places; None is 无数据."""
    return NO_DATA if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def database_words(url: URL) -> str:
    """Return where the data lie: the SQLite file, or server and name of the database; never a password."""
    return (url.database or "") if url.host is None else f"{url.host}/{url.database}"


def from_the_left(text: str, cells: int) -> str:
    """Return the end of a text (a path) that fits into ``cells``, with the ellipsis in front if cut."""
    shown = defuse(text, newline=" ", tab=" ")
    if cell_width(shown) <= cells:
        return shown
    while shown and cell_width(shown) > cells - len(ELLIPSIS):
        shown = shown[1:]
    return ELLIPSIS + shown if cells >= len(ELLIPSIS) else ""
