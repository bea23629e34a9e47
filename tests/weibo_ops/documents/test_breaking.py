"""Places to break: nothing is lost or added, no piece is wider than the room, what breaks by itself stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.documents.breaking import breakable, lines_taken, width
from weibo_ops.kernel.text import clusters

LINES = st.text(st.characters(exclude_characters="\n\r"), max_size=80)


@given(LINES, st.floats(2, 40))
def test_the_pieces_make_up_the_line(line: str, room: float) -> None:
    assert "".join(breakable(line, room)) == line


@given(st.text("ab1”\u00a0-/.“'", max_size=80), st.floats(2, 20))
def test_what_has_no_place_to_break_gets_one_behind_each_character(line: str, room: float) -> None:
    pieces = breakable(line, room)
    assert pieces == ([line] if width(line) <= room else clusters(line))


@pytest.mark.parametrize("line", ["", "一" * 500, "请于 2026-09-30 前到 weibo.com 查看，谢谢。" * 20, "a " * 300])
def test_what_breaks_by_itself_stays_whole(line: str) -> None:
    assert breakable(line, 20) == [line]


def test_only_what_is_too_wide_is_cut() -> None:
    assert breakable("请看网址" + "a" * 30 + "谢谢", 12) == ["请看网址", *"a" * 30, "谢谢"]
    assert breakable("第2段24—27字，第47段6—9字（以上）ab", 6) == ["第2段24—27字，第47段6—9字（以上）ab"]


@given(st.text("一a1，\n", max_size=60), st.integers(2, 30))
def test_lines_are_counted_rather_too_many(text: str, room: int) -> None:
    counted = lines_taken(text, room)
    assert counted >= len(text.split("\n"))
    assert counted * room >= width(text.replace("\n", ""))
