"""Which text holds on a day, and for whom: compared with a walk through every text by every sentence of the rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounts.standards import Standing, Timeline
from config.loader import LoadedBook, shipped
from config.rulebook.base import LAYERS

FIRST = date(2026, 1, 1)
TREE = {"市": ("市",), "局": ("局", "市"), "队": ("队", "局", "市"), "他局": ("他局", "市")}
days = st.integers(0, 12).map(lambda number: FIRST + timedelta(days=number))


def loaded(number: int) -> LoadedBook[Any]:
    """A text that is told apart from the others by its digest alone."""
    book = shipped("subjects")
    return LoadedBook(book.book, book.text, f"{number:064d}", "generated")


@st.composite
def timelines(draw: Any) -> Timeline:
    """Some texts of any layer, day, end and reach, in the order in which a timeline holds them."""
    entries = []
    for number in range(draw(st.integers(1, 7))):
        layer = draw(st.sampled_from(LAYERS))
        start = draw(days)
        length = draw(st.none() | st.integers(1, 8))
        until = start + timedelta(days=length) if length is not None else None
        reach = draw(st.sampled_from(["", *TREE])) if layer == "单位" else ""
        entries.append(Standing(start, loaded(number), layer, until, reach))
    return Timeline(tuple(sorted(entries, key=lambda entry: entry.start)))


def by_the_rule(timeline: Timeline, day: date, line: tuple[str, ...]) -> str | None:
    """The text that holds, by taking every pair of texts and asking which of the two goes before the other."""
    holding = [
        (place, entry)
        for place, entry in enumerate(timeline.standing)
        if entry.start <= day
        and not (entry.until is not None and entry.until <= day)
        and (not entry.applies_to or entry.applies_to in line)
    ]

    def before(one: tuple[int, Standing], other: tuple[int, Standing]) -> bool:
        near = {name: len(line) - place for place, name in enumerate(line)}
        own, others = near.get(one[1].applies_to, 0), near.get(other[1].applies_to, 0)
        if own != others:
            return own > others
        if one[1].layer != other[1].layer:
            return LAYERS.index(one[1].layer) > LAYERS.index(other[1].layer)
        return one[0] > other[0]

    winners = [one for one in holding if all(one is other or before(one, other) for other in holding)]
    return winners[0][1].loaded.digest if winners else None


@given(timelines(), days, st.sampled_from(sorted(TREE)))
def test_the_text_that_governs_is_the_one_that_the_rule_names(timeline: Timeline, day: date, unit: str) -> None:
    expected = by_the_rule(timeline, day, TREE[unit])
    if expected is not None:
        assert timeline.governing(day, TREE[unit]).digest == expected
    everywhere = by_the_rule(timeline, day, ())
    if everywhere is not None:
        assert timeline.on(day).digest == everywhere


@given(timelines(), days)
def test_there_is_always_an_answer_and_before_all_texts_it_is_the_first(timeline: Timeline, day: date) -> None:
    assert timeline.on(day) in [entry.loaded for entry in timeline.standing]
    early = timeline.on(FIRST - timedelta(days=1))
    general = [entry for entry in timeline.standing if not entry.applies_to] or list(timeline.standing)
    assert early is general[0].loaded


@given(timelines(), days, st.sampled_from(LAYERS))
def test_what_stands_above_is_the_lowest_of_the_higher_layers(timeline: Timeline, day: date, layer: str) -> None:
    above = timeline.above(day, layer)
    higher = tuple(entry for entry in timeline.standing if LAYERS.index(entry.layer) < LAYERS.index(layer))
    assert (above.digest if above else None) == by_the_rule(Timeline(higher), day, ())


@given(timelines(), days, st.sampled_from(sorted(TREE)))
def test_above_a_text_for_one_unit_stands_what_would_govern_it_without_it(
    timeline: Timeline, day: date, unit: str
) -> None:
    without = Timeline(tuple(entry for entry in timeline.standing if entry.applies_to != unit))
    above = timeline.above(day, "单位", unit, TREE[unit])
    assert (above.digest if above else None) == by_the_rule(without, day, TREE[unit])


@given(timelines(), days, days)
def test_ending_a_text_changes_no_day_before_its_end(timeline: Timeline, end: date, day: date) -> None:
    digest = timeline.standing[0].loaded.digest
    ended = timeline.retired(digest, end)
    if day < end and (timeline.standing[0].until is None or timeline.standing[0].until >= end):
        assert ended.on(day).digest == timeline.on(day).digest
