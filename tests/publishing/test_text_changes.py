"""What changed between two texts: nothing is lost, nothing is made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from publishing.text_changes import ADDED, REMOVED, SAME, marked, text_changes

TEXTS = st.text(alphabet="今日停水12。", max_size=40) | st.text(max_size=20)


@given(TEXTS, TEXTS)
def test_the_pieces_make_up_both_texts_and_know_their_places(old: str, new: str) -> None:
    pieces = text_changes(old, new)
    assert "".join(each.text for each in pieces if each.change != ADDED) == old
    assert "".join(each.text for each in pieces if each.change != REMOVED) == new
    for each in pieces:
        assert each.text
        if each.change != ADDED:
            assert old[each.old_start :].startswith(each.text)
        if each.change != REMOVED:
            assert new[each.new_start :].startswith(each.text)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {each.change for each in text_changes(text, text)} <= {SAME}
    assert marked(text_changes(text, text)) == text


def test_a_changed_figure_is_shown_by_itself() -> None:
    pieces = text_changes("停水3小时,请储水。", "停水5小时,请储水。")
    assert [(each.change, each.text) for each in pieces if each.change != SAME] == [(REMOVED, "3"), (ADDED, "5")]
    assert marked(pieces) == "停水[-3-]{+5+}小时,请储水。"
    assert marked(text_changes("9:00至17:00", "9:00至21:00")) == "9:00至[-17-]{+21+}:00"


def test_a_long_text_with_one_change_is_quick() -> None:
    long = "停水通知" * 50_000
    pieces = text_changes(long, long[:100_000] + "改" + long[100_000:])
    assert [each.text for each in pieces if each.change == ADDED] == ["改"]
