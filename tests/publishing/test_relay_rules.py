"""Relay tasks: what is late, whom to remind when, how far the accounts are."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publishing.enums import RelayState
from publishing.models import RelayTarget, RelayTask
from publishing.relay_rules import OVER, REMIND_BEFORE, is_late, is_overdue, reminder, tally
from publishing.schemas import relays

START = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
moments = st.integers(-3000, 3000).map(lambda minutes: START + timedelta(minutes=minutes))
states = st.sampled_from([state.value for state in RelayState])


@given(st.none() | moments, moments)
def test_late_is_after_the_time_and_never_at_it(done: datetime | None, due: datetime) -> None:
    assert is_late(done, due) == (done is not None and done > due)
    assert not is_late(due, due)


@given(states, moments, moments)
def test_who_is_done_or_excused_is_never_overdue_and_never_reminded(
    state: str, issued: datetime, now: datetime
) -> None:
    due = issued + timedelta(hours=5)
    if state in OVER:
        assert not is_overdue(state, due, now)
        assert reminder(state, issued, due, now) == ""
    else:
        assert is_overdue(state, due, now) == (reminder(state, issued, due, now) == "催办")


@given(moments, st.integers(1, 3000))
def test_reminders_come_before_the_time_and_never_in_the_first_half(issued: datetime, minutes: int) -> None:
    due = issued + timedelta(minutes=minutes)
    first = due - min(REMIND_BEFORE, (due - issued) / 2)
    assert first >= issued + (due - issued) / 2
    assert reminder(RelayState.OPEN, issued, due, first) == "提醒"
    assert reminder(RelayState.OPEN, issued, due, first - timedelta(microseconds=1)) == ""
    assert reminder(RelayState.IN_HAND, issued, due, due) == "提醒"
    assert reminder(RelayState.IN_HAND, issued, due, due + timedelta(microseconds=1)) == "催办"


@given(st.lists(st.tuples(states, st.none() | moments)), moments, moments)
def test_the_parts_of_a_tally_fit(targets: list[tuple[str, datetime | None]], due: datetime, now: datetime) -> None:
    found = tally(targets, due, now)
    assert found.late <= found.done <= found.wanted <= found.total == len(targets)
    assert found.overdue + found.done + found.excused <= found.total
    assert found.overdue in (0, found.total - found.done - found.excused)


def test_nothing_counts_likes_readers_or_reposts() -> None:
    names = {column.key for model in (RelayTask, RelayTarget) for column in model.__table__.columns}
    for view in (relays.RelayRow, relays.RelayDetail, relays.RelayTargetRow):
        names |= {field.name for field in fields(view)}
    assert not {name for name in names if any(word in name for word in ("like", "read", "repost", "comment", "fan"))}
