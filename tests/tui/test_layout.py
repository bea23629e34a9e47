"""Cells, columns and sheets: nothing is wider than its place, nothing is lost, what is pointed at is what is marked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from tui import format as words
from tui.sheet import Body, Field, Head, Line, Sheet, Table, lay_out
from tui.widgets.ledger import GAP, GUTTER, MARGIN, Column, fit_columns
from weibo_ops.kernel.text import cell_width, defuse

CHARACTERS = st.sampled_from("澜汀，。“”…—·①★ab 1[]\\\n\t\x1b\u202e\u200b=+😀e\u0301")
TEXTS = st.text(CHARACTERS, max_size=60)


def _text(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


@given(TEXTS, st.integers(0, 30))
def test_a_cell_is_one_harmless_line_within_its_width(text: str, cells: int) -> None:
    shown = words.one_line(text, cells)
    assert cell_width(shown) <= cells
    assert not set(shown) & set("\n\t\x1b\u202e\u200b“”…—·")
    assert cell_width(words.pad(shown, cells)) == cell_width(words.pad(shown, cells, right=True)) == cells


def test_a_cut_cell_says_so_with_plain_dots() -> None:
    assert words.one_line("云麓市人民政府", 14) == "云麓市人民政府"
    assert words.one_line("云麓市人民政府", 13) == "云麓市人民.."
    assert words.one_line("好" * 12_000, 10) == "好好好好.."
    assert words.one_line("\u0301" * 12_000 + "好", 4).endswith("..")


def test_no_data_is_never_zero() -> None:
    assert words.count(None) == words.number(None) == words.minutes(None) == words.short_time(None, None) == "无数据"
    assert (words.count(0), words.number(0.0), words.minutes(0)) == ("0", "0", "0")


def test_numbers_are_those_of_the_command_line() -> None:
    assert words.number(0.4394856278366112, percent=True) == "43.95%"
    assert words.number(1.0, percent=True) == "100.00%"
    assert words.number(68.85730212747686) == "68.8573"
    assert words.number(3996) == "3996"
    assert words.minutes(0.016666666666666666) == "0.017"


def test_times_are_beijing_times_with_the_year_when_it_is_another() -> None:
    as_of = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
    assert words.short_time(datetime(2026, 9, 30, 15, 45, tzinfo=UTC), as_of) == "09-30 23:45"
    assert words.short_time(datetime(2025, 12, 31, 15, 59, tzinfo=UTC), as_of) == "2025-12-31"
    assert words.short_time(datetime(2025, 12, 31, 16, 0, tzinfo=UTC), as_of) == "01-01 00:00"


@given(TEXTS, st.integers(2, 40))
def test_a_path_is_cut_from_the_left(text: str, cells: int) -> None:
    shown = words.from_the_left(text, cells)
    assert cell_width(shown) <= cells
    assert defuse(text, newline=" ", tab=" ").endswith(shown.removeprefix(".."))


def test_the_place_of_the_data_never_tells_a_password() -> None:
    assert words.database_words(make_url("postgresql+psycopg://office:secret@db.example.invalid:5432/weibo")) == (
        "db.example.invalid/weibo"
    )
    assert words.database_words(make_url("sqlite:////srv/weibo-ops.db")) == "/srv/weibo-ops.db"


COLUMNS = st.lists(
    st.builds(
        Column, st.just("列"), st.integers(1, 20), st.integers(0, 3), st.booleans(), st.sampled_from([0, 60, 100])
    ),
    min_size=1,
    max_size=8,
)


@given(COLUMNS, st.integers(20, 200))
def test_columns_fill_the_width_exactly_when_one_may_grow(columns: list[Column], cells: int) -> None:
    shown = fit_columns(columns, cells)
    assert [i for i, _ in shown] == [i for i, column in enumerate(columns) if column.from_cells <= cells]
    assert all(width >= columns[i].cells for i, width in shown)
    if not shown:
        return
    used = GUTTER + MARGIN + GAP * (len(shown) - 1) + sum(width for _, width in shown)
    least = used - sum(width - columns[i].cells for i, width in shown)
    if least <= cells and any(columns[i].grow for i, _ in shown):
        assert used == cells


@given(
    st.lists(st.one_of(st.builds(Head, TEXTS), st.builds(Field, TEXTS, TEXTS), st.builds(Body, TEXTS))),
    st.integers(30, 90),
)
def test_a_sheet_is_harmless_and_within_its_width(blocks: list[Head | Field | Body], cells: int) -> None:
    for line in _text(lay_out(Sheet("", tuple(blocks)), cells)):
        assert not set(line) & set("\n\t\x1b\u202e\u200b")
        assert cell_width(line) <= cells


@given(TEXTS, st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=4), st.integers(30, 60))
def test_the_marked_stretches_are_the_spans(text: str, spans: list[tuple[int, int]], cells: int) -> None:
    pointed = {i for start, end in spans for i in range(max(0, start), min(end, len(text)))}
    lines = lay_out(Sheet("", (Body(text, tuple(spans)),), ("{", "}")), cells)
    marked = "".join(piece for line in lines for piece, tone in line if tone == "marked")
    kept = "".join(text[i] if i in pointed else "\0" for i in range(len(text)))
    expected = "".join(defuse(stretch) for stretch in kept.split("\0"))
    assert "".join(marked.replace("{", "").replace("}", "").split()) == "".join(expected.split())


def test_marks_stand_around_what_is_pointed_at_and_overlaps_are_joined() -> None:
    sheet = Sheet("", (Body("电话13912345678,地址", ((2, 13), (5, 13))),), ("«", "»"))
    assert lay_out(sheet, 40) == [(("电话", ""), ("«13912345678»", "marked"), (",地址", ""))]


def test_a_label_keeps_its_place_and_long_values_hang_under_themselves() -> None:
    lines = _text(lay_out(Sheet("", (Field("依据", "甲" * 30),)), 40))
    assert lines == ["依据        " + "甲" * 14, " " * 12 + "甲" * 14, " " * 12 + "甲" * 2]


def test_a_table_in_a_sheet_is_aligned_by_cells() -> None:
    sheet = Sheet("", (Table((("起", "分钟"), ("午休", "60"), ("a", "7")), frozenset({1})),))
    assert _text(lay_out(sheet, 40)) == ["起    分钟", "午休    60", "a        7"]


@pytest.mark.parametrize("cells", [0, 1, 5])
def test_a_pane_too_narrow_for_words_still_lays_out(cells: int) -> None:
    assert lay_out(Sheet("", (Body("云麓"), Field("依据", "云麓"))), cells)
