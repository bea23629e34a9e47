"""What a pause holds: properties over scopes, times and clearances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publishing.pause_rules import (
    PausedPost,
    PauseTerms,
    Scope,
    goes_out_at,
    holds,
    in_scope,
    is_cleared,
    may_be_cleared,
    runs,
)

START = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
AREAS = ("云麓市", "云麓市青石区", "松泉市")
CLASSES = ("日常", "公告", "突发")

moments = st.integers(-5000, 5000).map(lambda minutes: START + timedelta(minutes=minutes))
posts = st.builds(
    PausedPost,
    st.lists(st.sampled_from(AREAS), max_size=3).map(tuple),
    st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True).map(tuple),
    st.integers(1, 5),
    st.sampled_from(CLASSES),
)
scopes = st.builds(
    Scope,
    st.lists(st.sampled_from(AREAS), max_size=2).map(tuple),
    st.lists(st.integers(1, 6), max_size=2).map(tuple),
    st.lists(st.integers(1, 5), max_size=2).map(tuple),
    st.lists(st.sampled_from(CLASSES), max_size=2).map(tuple),
)
pauses = st.builds(
    PauseTerms, scopes, moments, st.none() | moments, st.none() | moments, st.lists(st.sampled_from(CLASSES)).map(tuple)
)


@given(posts)
def test_an_empty_scope_means_everything(post: PausedPost) -> None:
    assert in_scope(Scope(), post)


@given(scopes, posts, st.sampled_from(["areas", "unit_ids", "account_ids", "classes"]))
def test_taking_a_condition_away_never_lets_a_post_go(scope: Scope, post: PausedPost, field: str) -> None:
    wider = replace(scope, **{field: ()})
    assert in_scope(wider, post) or not in_scope(scope, post)


@given(scopes, posts, st.integers(1, 6))
def test_a_unit_is_held_with_those_below_it(scope: Scope, post: PausedPost, above: int) -> None:
    below = replace(post, unit_line=(*post.unit_line, above))
    named = replace(scope, unit_ids=(above,))
    assert in_scope(named, below) == in_scope(replace(scope, unit_ids=()), below)


@given(scopes, posts)
def test_a_scope_is_the_conjunction_of_its_conditions(scope: Scope, post: PausedPost) -> None:
    alone = [
        Scope(areas=scope.areas),
        Scope(unit_ids=scope.unit_ids),
        Scope(account_ids=scope.account_ids),
        Scope(classes=scope.classes),
    ]
    assert in_scope(scope, post) == all(in_scope(each, post) for each in alone)


def test_a_region_holds_the_regions_within_it_and_no_other() -> None:
    def held(wanted: str, *line: str) -> bool:
        return in_scope(Scope(areas=(wanted,)), PausedPost(line, (1,), 1, "日常"))

    assert held("云麓市", "云麓市")
    assert held("云麓市", "云麓市青石区")
    assert held("云麓市", "青石区", "云麓市")
    assert not held("云麓市青石区", "云麓市")
    assert not held("云麓市", "松泉市")
    assert not held("云麓市")


@given(pauses, posts, moments)
def test_nothing_is_held_before_after_or_by_an_ended_pause(pause: PauseTerms, post: PausedPost, at: datetime) -> None:
    if holds(pause, post, at):
        assert pause.from_at <= at
        assert pause.until_at is None or at < pause.until_at
        assert pause.ended_at is None
        assert in_scope(pause.scope, post)


@given(pauses, posts)
def test_the_first_instant_is_held_and_the_last_is_not(pause: PauseTerms, post: PausedPost) -> None:
    open_one = replace(pause, scope=Scope(), ended_at=None, until_at=pause.from_at + timedelta(hours=1))
    assert holds(open_one, post, open_one.from_at)
    assert open_one.until_at is not None
    assert not holds(open_one, post, open_one.until_at)
    assert holds(open_one, post, open_one.until_at - timedelta(microseconds=1))
    assert not holds(open_one, post, open_one.from_at - timedelta(microseconds=1))


@given(pauses, moments)
def test_without_an_end_it_runs_until_somebody_ends_it(pause: PauseTerms, at: datetime) -> None:
    endless = replace(pause, until_at=None, ended_at=None)
    assert runs(endless, at) == (at >= endless.from_at)
    assert not runs(replace(endless, ended_at=at), at)


@given(moments, moments)
def test_an_overdue_post_would_go_out_at_once(scheduled: datetime, now: datetime) -> None:
    at = goes_out_at(scheduled, now)
    assert at >= now
    assert at >= scheduled
    assert at in (scheduled, now)


@given(pauses, st.sampled_from(CLASSES))
def test_only_classes_of_the_list_may_be_cleared(pause: PauseTerms, content_class: str) -> None:
    assert may_be_cleared(pause, content_class) == (content_class in pause.allowed)
    assert not may_be_cleared(replace(pause, allowed=()), content_class)


@given(st.text("abc", max_size=3), st.frozensets(st.text("abc", max_size=3), max_size=3))
def test_a_clearance_holds_for_its_fingerprint_alone(fingerprint: str, cleared: frozenset[str]) -> None:
    assert is_cleared(fingerprint, cleared) == (fingerprint != "" and fingerprint in cleared)
    assert not is_cleared("", cleared)
