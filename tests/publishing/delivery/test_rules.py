"""What follows from what in delivery, for every order of looks and answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from accounts.platform import ErrorClass
from publishing.delivery.rules import (
    LONGEST_WAIT,
    After,
    Doubt,
    Finding,
    Look,
    Next,
    Shown,
    after_failure,
    after_look,
    look_in,
    wait_after,
)

SENT = datetime(2026, 10, 12, 2, tzinfo=UTC)
TEXT = "停水通知"

doubts = st.builds(
    Doubt,
    looks=st.integers(1, 9),
    most_looks=st.integers(1, 5),
    call_over=st.booleans(),
    said_done=st.booleans(),
    said_accepted=st.booleans(),
    absent_before=st.booleans(),
    open_attempts=st.integers(1, 4),
    may_again=st.booleans(),
    over=st.booleans(),
)
looks = st.builds(Look, st.sampled_from(Finding))
posts = st.lists(
    st.builds(
        Shown,
        id=st.integers(10**15, 10**15 + 40).map(str),
        created_at=st.integers(-600, 600).map(lambda seconds: SENT + timedelta(seconds=seconds)),
        text=st.sampled_from([TEXT, "另一条"]),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
).map(lambda found: sorted(found, key=lambda each: each.created_at, reverse=True))


@given(looks, doubts)
def test_nothing_is_sent_again_unless_it_is_proved_absent_and_no_call_is_left(look: Look, doubt: Doubt) -> None:
    if after_look(look, doubt) == After.AGAIN:
        assert look.finding == Finding.ABSENT
        assert doubt.call_over
        assert doubt.may_again
        assert doubt.absent_before
        assert not doubt.said_done
        assert not doubt.said_accepted
        assert not doubt.over


@given(looks, doubts)
def test_what_is_found_is_bound_and_nothing_else_is(look: Look, doubt: Doubt) -> None:
    assert (after_look(look, doubt) == After.BIND) == (look.finding == Finding.FOUND)


@given(looks, doubts)
def test_no_doubt_is_looked_at_for_ever_without_a_person(look: Look, doubt: Doubt) -> None:
    if doubt.looks >= doubt.most_looks:
        assert after_look(look, doubt) != After.LOOK_AGAIN


@given(looks, doubts)
def test_what_may_be_there_is_never_called_failed_or_missed(look: Look, doubt: Doubt) -> None:
    if look.finding != Finding.ABSENT or not doubt.call_over or not doubt.absent_before or doubt.said_accepted:
        assert after_look(look, doubt) not in (After.FAIL, After.LAPSE)


@given(
    posts,
    st.integers(0, 3),
    st.sets(st.integers(10**15, 10**15 + 40).map(str), max_size=10),
    st.integers(0, 9),
    st.none() | st.integers(10**15, 10**15 + 40),
)
def test_a_look_finds_only_what_is_new_unbound_and_the_same(
    timeline: list[Shown], unread: int, bound: set[str], total: int, anchor: int | None
) -> None:
    look = look_in(
        timeline,
        total=total,
        unread=unread,
        since=SENT,
        anchor=anchor,
        bound=bound,
        same=lambda shown: shown.text == TEXT,
    )
    fitting = [
        each
        for each in timeline
        if each.created_at >= SENT
        and (anchor is None or int(each.id) > anchor)
        and each.id not in bound
        and each.text == TEXT
    ]
    assert (look.finding == Finding.FOUND) == bool(fitting)
    if look.finding == Finding.FOUND:
        assert look.found in fitting
    if look.finding == Finding.ABSENT:
        assert not unread
        strange = [e for e in timeline if e.id not in bound and e.text == TEXT]
        assert all(e.created_at < SENT and anchor is not None and int(e.id) <= anchor for e in strange)
        known = {int(e.id) for e in timeline}
        if anchor is None:
            assert total <= len(timeline)
        else:
            assert anchor in known or (int(timeline[-1].id) <= anchor and timeline[-1].created_at < SENT)


def test_a_pinned_old_post_at_the_top_proves_nothing() -> None:
    pinned = Shown("1", SENT - timedelta(days=90), "置顶")
    newer = [Shown(str(n), SENT + timedelta(minutes=n), "另一条") for n in (9, 8, 7, 6)]
    look = look_in([pinned, *newer], total=400, unread=0, since=SENT, anchor=5, bound=(), same=lambda shown: False)
    assert look.finding == Finding.UNCLEAR


@given(st.sampled_from(ErrorClass), st.booleans())
def test_a_failure_that_may_have_worked_is_always_in_doubt(kind: ErrorClass, may_exist: bool) -> None:
    assert (after_failure(kind, may_exist) == Next.DOUBT) == may_exist


@given(st.integers(0, 40), st.integers(10, 3600))
def test_waits_grow_and_end(attempts: int, seconds: int) -> None:
    wait = wait_after(attempts, seconds)
    assert timedelta(seconds=min(seconds, 3600)) <= wait <= LONGEST_WAIT
    assert wait_after(attempts + 1, seconds) >= wait
