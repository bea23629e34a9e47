"""Seats, hands and hours against plain walks: every assignment tried, every minute looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.review_rules import StepRule, missing_signer
from publishing.staffing import (
    Crew,
    Deputy,
    Hand,
    Limit,
    Member,
    Seat,
    blind_spots,
    deadlines,
    last_start,
    opening,
    staffed,
    unstaffed,
)
from publishing.staffing.spans import Spans, common, first_at, joined, without

START = datetime(2026, 10, 12, 16, 0, tzinfo=UTC)
"""Midnight in Beijing, at which Tuesday begins."""
MINUTES = range(8)
PEOPLE = ["a", "b", "c", "d"]


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def spans_of(minutes: set[int]) -> Spans:
    return joined((at(minute), at(minute + 1)) for minute in minutes)


def minutes_of(spans: Spans) -> set[int]:
    return {minute for minute in range(-5, 20) if any(begin <= at(minute) < end for begin, end in spans)}


minute_sets = st.sets(st.sampled_from(MINUTES))


@given(minute_sets, minute_sets, st.sampled_from(MINUTES))
def test_stretches_of_time_are_sets_of_minutes(one: set[int], other: set[int], minute: int) -> None:
    first, second = spans_of(one), spans_of(other)
    assert minutes_of(joined((*first, *second))) == one | other
    assert minutes_of(common(first, second)) == one & other
    assert minutes_of(without(first, second)) == one - other
    assert first_at(first, at(minute)) == min((at(each) for each in one if each >= minute), default=None)
    half = at(minute) + timedelta(seconds=30)
    assert first_at(first, half) == (half if minute in one else first_at(first, at(minute + 1)))


# --- seats ------------------------------------------------------------------------------------------------------

hands = st.builds(
    lambda persons, minutes: Hand(frozenset(persons), spans_of(minutes)),
    st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=2),
    minute_sets,
)


@st.composite
def chains(draw: st.DrawFn) -> list[Seat]:
    seats: list[Seat] = []
    stage = 1
    for position in range(draw(st.integers(1, 3))):
        stage += draw(st.integers(0, 1)) if position else 0
        until = at(draw(st.sampled_from(MINUTES)))
        able = tuple(draw(st.lists(hands, max_size=3)))
        seats += [Seat(position, stage, until, able)] * draw(st.integers(1, 2) if position < 2 else st.just(1))
    return seats[:4]


def walked(seats: list[Seat], start: int) -> bool:
    """Whether some assignment of hands and minutes signs the chain: every one of them is tried."""
    choices = [
        [
            (hand.persons, minute)
            for hand in seat.hands
            for minute in minutes_in(hand.there)
            if start <= minute and at(minute) <= seat.until
        ]
        for seat in seats
    ]
    for chosen in product(*choices):
        logins = [login for persons, _ in chosen for login in persons]
        if len(logins) != len(set(logins)):
            continue
        times = [minute for _, minute in chosen]
        if all(
            times[one] <= times[other]
            for one in range(len(seats))
            for other in range(len(seats))
            if seats[one].stage < seats[other].stage
        ):
            return True
    return False


def minutes_in(spans: Spans) -> list[int]:
    return [minute for minute in MINUTES if any(begin <= at(minute) < end for begin, end in spans)]


@given(chains(), st.integers(0, 2))
def test_a_chain_is_staffed_exactly_when_some_assignment_signs_it(seats: list[Seat], start: int) -> None:
    assert staffed(seats, at(start)) == walked(seats, start)


@given(chains(), st.integers(0, 2))
def test_the_steps_that_are_named_are_what_the_chain_lacks(seats: list[Seat], start: int) -> None:
    short = unstaffed(seats, at(start))
    assert (short == []) == walked(seats, start)
    left = [seat for seat in seats if seat.step not in short]
    assert walked(left, start)
    if short:
        before = [seat for seat in seats if seat.step < short[0]]
        assert walked(before, start)
        assert not walked([seat for seat in seats if seat.step <= short[0]], start)


@given(st.lists(st.sets(st.sampled_from(PEOPLE)), min_size=1, max_size=4))
def test_where_everybody_is_there_it_is_the_rule_of_persons(able: list[set[str]]) -> None:
    whole = spans_of(set(MINUTES))
    seats = [
        Seat(place, place + 1, at(7), tuple(Hand(frozenset({login}), whole) for login in sorted(logins)))
        for place, logins in enumerate(able)
    ]
    steps = [StepRule(place, place + 1, f"第{place}步", "初审") for place in range(len(able))]
    missing = missing_signer(steps, dict(enumerate(able)))
    short = unstaffed(seats, START)
    assert (short[0] if short else None) == (missing.position if missing is not None else None)


def test_twenty_people_alike_are_not_tried_one_by_one() -> None:
    whole = spans_of(set(MINUTES))
    crowd = tuple(Hand(frozenset({f"p{number}"}), whole) for number in range(20))
    seats = [Seat(place, place + 1, at(7), crowd) for place in range(8)]
    assert unstaffed(seats, START) == []
    assert unstaffed([*seats, Seat(8, 9, at(7), ())], START) == [8]


def test_a_stage_opens_when_the_one_ahead_can_be_done_at_the_soonest() -> None:
    first = Seat(0, 1, at(6), (Hand(frozenset("a"), spans_of({3})), Hand(frozenset("b"), spans_of({2}))))
    side = Seat(1, 1, at(6), (Hand(frozenset("c"), spans_of({4})),))
    last = Seat(2, 2, at(7), ())
    assert opening([first, side, last], START, 1) == START
    assert opening([first, side, last], START, 2) == at(4)


@given(minute_sets, chains())
def test_blind_spots_are_the_minutes_at_which_the_chain_cannot_be_signed(hours: set[int], seats: list[Seat]) -> None:
    found = blind_spots(spans_of(hours), seats)
    told = {minute: steps for steps, spans in found for minute in minutes_in(spans)}
    for minute in hours:
        now = [Seat(seat.step, seat.stage, at(minute), seat.hands) for seat in seats]
        assert told.get(minute, ()) == tuple(unstaffed(now, at(minute)))
    assert set(told) <= hours


# --- limits -----------------------------------------------------------------------------------------------------

limits = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3)), min_size=1, max_size=4).map(
    lambda rows: [
        Limit(1 + sum(onward for onward, _ in rows[1 : place + 1]), minutes, "wall")
        for place, (_, minutes) in enumerate(rows)
    ]
)


def by_the_wall(start: datetime, minutes: int, clock: str) -> datetime | None:
    assert clock == "wall"
    return start + timedelta(minutes=minutes)


@given(limits)
def test_limits_of_stages_add_up_and_of_steps_side_by_side_the_longest_counts(steps: list[Limit]) -> None:
    ends = deadlines(steps, START, by_the_wall)
    for step, end in zip(steps, ends, strict=True):
        ahead = [max(each.minutes for each in steps if each.stage == stage) for stage in range(1, step.stage)]
        assert end == at(sum(ahead) + step.minutes)


@given(limits, st.integers(-3, 20))
def test_a_chain_begins_at_the_last_minute_that_fits(steps: list[Limit], target: int) -> None:
    fitting = [
        minute for minute in range(25) if max(filter(None, deadlines(steps, at(minute), by_the_wall))) <= at(target)
    ]
    assert last_start(steps, START, at(target), by_the_wall) == at(max(fitting, default=0))


def test_the_limit_of_an_open_step_is_its_own_unless_it_is_over() -> None:
    steps = [Limit(1, 5, "wall", due=at(2)), Limit(2, 3, "wall")]
    assert deadlines(steps, START, by_the_wall) == [at(2), at(5)]
    assert deadlines(steps, at(2), by_the_wall) == [at(7), at(10)]


def test_behind_an_unknown_limit_nothing_is_known() -> None:
    assert deadlines([Limit(1, 5, "wall"), Limit(2, 5, "wall")], START, lambda *_: None) == [None, None]


# --- the people -------------------------------------------------------------------------------------------------

DAYS = [date(2026, 10, 13), date(2026, 10, 14), date(2026, 10, 15)]
HOURS = [at(60 * hour) for hour in range(0, 72, 3)]
day_pairs = st.lists(st.sampled_from(DAYS), min_size=2, max_size=2).map(sorted).map(tuple)
hour_pairs = st.tuples(st.integers(0, 71), st.integers(1, 24)).map(
    lambda pair: (at(60 * pair[0]), at(60 * (pair[0] + pair[1])))
)
members = st.tuples(
    *(
        st.builds(
            Member,
            st.just(login),
            st.just(login.upper()),
            st.lists(day_pairs, max_size=1).map(tuple),
            st.lists(hour_pairs, max_size=1).map(tuple),
            signs=st.booleans(),
        )
        for login in PEOPLE
    )
)
deputies = st.lists(
    st.tuples(st.permutations(PEOPLE), day_pairs).map(lambda row: Deputy(row[0][0], row[0][1], *row[1])), max_size=3
)
WORKED: Spans = tuple((at(60 * (24 * day + 9)), at(60 * (24 * day + 18))) for day in range(3))


def away(member: Member, hour: datetime) -> bool:
    day = (hour + timedelta(hours=8)).date()
    return any(first <= day <= last for first, last in member.leaves)


def holds(row: Deputy, hour: datetime) -> bool:
    return row.first <= (hour + timedelta(hours=8)).date() <= row.last


def there(staff: dict[str, Member], acting: list[Deputy], login: str, hour: datetime) -> bool:
    if away(staff[login], hour):
        return False
    duty = [m.login for m in staff.values() if any(begin <= hour < end for begin, end in m.turns)]
    stands_in = [
        next((row.deputy for row in acting if row.principal == holder and holds(row, hour)), "")
        if away(staff[holder], hour)
        else holder
        for holder in duty
    ]
    return any(begin <= hour < end for begin, end in WORKED) or login in stands_in


@given(members, deputies, st.sets(st.sampled_from(PEOPLE), max_size=1), st.sets(st.sampled_from(PEOPLE), max_size=1))
def test_hands_are_whoever_is_there_or_acts_for_them(
    staff: tuple[Member, ...], acting: list[Deputy], editors: set[str], signed: set[str]
) -> None:
    crew = Crew(staff, acting, WORKED)
    by_login = {member.login: member for member in staff}
    found = crew.hands(["a", "b"], editors=editors, signed=signed)
    calls = crew.hands(["a"], editors=editors, signed=signed, by_telephone=["a", "c"])
    for hour in HOURS:
        expected = set()
        for login in ("a", "b"):
            if login in editors | signed:
                continue
            if there(by_login, acting, login, hour):
                expected.add(frozenset({login}))
            for row in acting:
                fit = row.principal == login and holds(row, hour) and row.deputy not in editors | signed
                if fit and by_login[row.deputy].signs and there(by_login, acting, row.deputy, hour):
                    expected.add(frozenset({login, row.deputy}))
        assert {hand.persons for hand in found if first_at(hand.there, hour) == hour} == expected
        called = "a" not in editors | signed and (
            there(by_login, acting, "a", hour)
            or ("c" not in editors and there(by_login, acting, "c", hour) and not away(by_login["a"], hour))
        )
        assert called == any(hand.persons == {"a"} and first_at(hand.there, hour) == hour for hand in calls)


@pytest.mark.parametrize(
    ("leaves", "acting", "said"),
    [
        ((), [], "甲该时段不上班、未值班"),
        (((DAYS[0], DAYS[1]),), [], "甲2026-10-13至2026-10-14请假,未委托"),
        (((DAYS[0], DAYS[0]),), [], "甲2026-10-13请假,未委托"),
        (((DAYS[0], DAYS[0]),), [Deputy("a", "b", date(2026, 10, 1), date(2026, 10, 12))], "对乙的委托2026-10-12止"),
        (((DAYS[0], DAYS[0]),), [Deputy("a", "b", DAYS[1], DAYS[2])], "对乙的委托2026-10-14起"),
        (((DAYS[0], DAYS[0]),), [Deputy("a", "b", DAYS[0], DAYS[0])], "受委托人乙也请假"),
        (((DAYS[0], DAYS[0]),), [Deputy("a", "c", DAYS[0], DAYS[0])], "受委托人丙该时段不在岗"),
        (((DAYS[0], DAYS[0]),), [Deputy("a", "d", DAYS[0], DAYS[0])], "受委托人丁不得审签"),
    ],
)
def test_it_is_said_why_somebody_does_not_sign(
    leaves: tuple[tuple[date, date], ...], acting: list[Deputy], said: str
) -> None:
    staff = [
        Member("a", "甲", leaves),
        Member("b", "乙", ((DAYS[0], DAYS[0]),)),
        Member("c", "丙"),
        Member("d", "丁", signs=False),
    ]
    crew = Crew(staff, acting, ())
    assert said in crew.excuse("a", at(600), at(700), (), ())
    assert crew.excuse("a", at(600), at(700), ("a",), ()) == "甲经手本稿"
    assert crew.excuse("a", at(600), at(700), (), ("a",)) == "甲已签过本稿"


def test_whoever_is_there_and_free_is_wanted_elsewhere() -> None:
    crew = Crew(
        [Member("a", "甲", ((DAYS[0], DAYS[0]),)), Member("b", "乙")], [Deputy("a", "b", DAYS[0], DAYS[0])], WORKED
    )
    assert crew.excuse("b", at(600), at(700), (), ()) == "乙须签其他环节(一人只签一个环节)"
    assert crew.excuse("a", at(600), at(700), (), ()) == "甲2026-10-13请假,受委托人乙须签其他环节"
    assert "受委托人乙经手或已签过本稿" in crew.excuse("a", at(600), at(700), ("b",), ())
