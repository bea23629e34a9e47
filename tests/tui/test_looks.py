"""How the screens look at 80 by 24: text goldens, and what must hold of every terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import pytest
from textual.color import Color
from textual.theme import Theme

from publishing.enums import PostState
from tests.tui.driver import Screens
from tui.glyphs import Glyphs
from tui.theme import THEMES
from tui.widgets.ledger import GAP, GUTTER, fit_columns
from weibo_ops.kernel.text import cell_width

Golden = Callable[[str, str], None]

SIGHTS: dict[str, Sequence[str]] = {
    "accounts": ("down",),
    "posts": ("2",),
    "comments": ("3",),
    "comments-overdue": ("3", "o"),
    "comment-large": ("3", "/", "社", "保", "卡", "enter", "z"),
    "comments-typing": ("3", "/"),
    "picker": ("3", "a", "p", "a"),
    "runs": ("4",),
    "verdicts": ("4", "down", "enter"),
    "scores": ("4", "enter"),
    "numbers": ("4", "down", "enter", "enter", "down"),
    "why": ("4", "down", "enter", "enter", "down", "down", "enter"),
    "help": ("?",),
    "palette": ("ctrl+p", "s", "h", "a", "i"),
}


@pytest.mark.parametrize("name", SIGHTS)
async def test_a_screen_looks_as_agreed(screens: Screens, golden: Golden, name: str) -> None:
    async with screens.open():
        await screens.press(*SIGHTS[name])
        assert all(cell_width(line) <= 80 for line in screens.lines)
        golden(name, screens.text)


WALK = ("", "2", "3", "4", "enter", "escape", "down", "enter", "enter", "down", "enter")
"""Keys that lead through every kind of table."""


async def test_every_table_fits_its_width_without_scrolling_sideways(screens: Screens) -> None:
    async with screens.open():
        for key in WALK:
            await screens.press(*filter(None, [key]))
            width = screens.table.scrollable_content_region.width
            shown = fit_columns(screens.table.columns, width)
            assert GUTTER + sum(cells for _, cells in shown) + GAP * (len(shown) - 1) < width
            assert len(shown) >= 4
            assert not screens.table.show_horizontal_scrollbar


@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_mark_is_of_unsteady_width_and_every_mark_has_glyph_and_word(ascii_only: bool) -> None:
    glyphs = Glyphs(ascii_only=ascii_only)
    marks = [
        *(glyphs.severity(name) for name in ("veto", "deduct", "advice")),
        *(glyphs.sentiment(name, uncertain=False) for name in ("negative", "neutral", "positive")),
        glyphs.sentiment("negative", uncertain=True),
        *(glyphs.outcome(name) for name in ("on_time", "late", "open", "overdue", "not_due")),
        *(glyphs.post(state.value) for state in PostState),
        glyphs.post("已签发", owed=1),
        glyphs.post("审核中", void=True),
        glyphs.grade("合格"),
        glyphs.grade("不合格(待核实)"),
    ]
    for mark in marks:
        assert mark.word
        assert cell_width(mark.glyph) == 1
        assert unicodedata.east_asian_width(mark.glyph) in ("N", "Na")
        assert not ascii_only or mark.glyph.isascii()
    for family in (marks[:3], marks[3:7], marks[7:12], marks[12:19], marks[19:]):
        assert len({mark.text for mark in family}) == len(family)


async def test_nothing_of_unsteady_width_stands_in_an_aligned_column(screens: Screens) -> None:
    async with screens.open():
        for key in (*WALK, "?", "escape", "ctrl+p"):
            await screens.press(*filter(None, [key]))
            aligned = screens.lines[:13] + screens.lines[-2:]
            assert {c for line in aligned for c in line if unicodedata.east_asian_width(c) == "A"} == set(), key


@pytest.mark.parametrize("services", ["ascii"], indirect=True)
async def test_plain_glyphs_are_ascii(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "d")
        strange = {c for line in screens.lines for c in line if not c.isascii() and cell_width(c) == 1}
        assert strange == set()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_tone_can_be_read_on_every_ground(theme: Theme) -> None:
    def lightness(colour: str) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

        red, green, blue = Color.parse(colour).normalized
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

    def contrast(one: str, other: str) -> float:
        dark, light = sorted((lightness(one), lightness(other)))
        return (light + 0.05) / (dark + 0.05)

    own = theme.variables
    tones = [theme.foreground, theme.error, theme.warning, theme.success, own["muted"], own["note"]]
    grounds = [theme.background, theme.panel, own["cursor-idle"], own["cursor"]]
    for tone in tones:
        for ground in grounds:
            assert contrast(str(tone), str(ground)) >= 4.5, (tone, ground)
    assert contrast(own["ribbon"], own["ribbon-text"]) >= 4.5
