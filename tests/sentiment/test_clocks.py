"""Response clocks: when an answer was due, how long it took, how many came in time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.clocks import (
    UNKNOWN_TARGET,
    ClockReading,
    Outcome,
    ReplyMark,
    Target,
    choose_target,
    explain,
    on_time_rate,
    outcome,
    read_clock,
)
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.workdays import UnknownYearError, WorkCalendar, parse_spans

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar(parse_spans("09:00-12:00,13:00-18:00"))
HOUR = Target(60, "working", "one_hour")
DAY = Target(24 * 60, "wall", "one_day")
PLEDGE = [Target(60, "working", "pledge.day", "working_hours"), Target(480, "wall", "pledge.night", "off_hours")]
POSSIBLE_CALENDARS = [
    WorkCalendar(OFFICE.spans, {date(2027, 1, day): worked for day in range(1, 32)}, frozenset({2027}))
    for worked in (True, False)
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def reply(text: str, number: str = "r1", *, holding: bool = False) -> ReplyMark:
    return ReplyMark(at(text), number, holding)


def read(
    start: str, *replies: ReplyMark, target: Target | None = HOUR, calendar: WorkCalendar = OFFICE
) -> ClockReading:
    return read_clock(at(start), replies, target, calendar)


class TestReading:
    def test_the_first_reply_stops_the_clock(self) -> None:
        reading = read("2026-07-01 11:30", reply("2026-07-01 14:00", "late"), reply("2026-07-01 13:20", "first"))
        assert reading.due
        assert (reading.first_reply_id, reading.first_reply_at) == ("first", at("2026-07-01 13:20"))
        assert reading.wall_seconds == 110 * 60
        assert reading.working_minutes == 50  # lunch does not count
        assert reading.deadline_at == at("2026-07-01 13:30")

    def test_a_holding_reply_stops_only_the_first_time(self) -> None:
        reading = read(
            "2026-07-01 10:00",
            reply("2026-07-01 10:05", "received", holding=True),
            reply("2026-07-02 09:30", "answer"),
            reply("2026-07-03 09:30", "more"),
        )
        assert (reading.first_reply_id, reading.wall_seconds, reading.working_minutes) == ("received", 300, 5)
        assert (reading.substantive_reply_id, reading.substantive_at) == ("answer", at("2026-07-02 09:30"))
        assert reading.substantive_wall_seconds == 23.5 * 3600
        assert reading.substantive_working_minutes == 120 + 300 + 30

    def test_holding_replies_alone_are_no_answer(self) -> None:
        reading = read("2026-07-01 10:00", reply("2026-07-01 10:05", holding=True))
        assert reading.first_reply_id == "r1"
        assert (reading.substantive_at, reading.substantive_reply_id) == (None, None)
        assert (reading.substantive_wall_seconds, reading.substantive_working_minutes) == (None, None)

    def test_without_a_reply_nothing_is_measured(self) -> None:
        reading = read("2026-07-01 10:00")
        assert (reading.first_reply_at, reading.wall_seconds, reading.working_minutes) == (None, None, None)
        assert reading.deadline_at == at("2026-07-01 11:00")

    def test_a_reply_from_before_the_comment_answers_something_else(self) -> None:
        assert read("2026-07-01 10:00", reply("2026-07-01 09:59:59")).first_reply_at is None
        assert read("2026-07-01 10:00", reply("2026-07-01 10:00")).wall_seconds == 0

    def test_a_follow_up_has_its_own_clock_and_thanks_open_none(self) -> None:
        answer, second_answer = reply("2026-07-01 10:30", "a"), reply("2026-07-02 09:10", "b")
        question = read("2026-07-01 10:00", answer)
        thanks = read("2026-07-01 10:31", target=None)
        follow_up = read("2026-07-01 17:50", answer, second_answer)
        assert question.working_minutes == 30
        assert (thanks.due, thanks.deadline_at) == (False, None)
        assert (follow_up.first_reply_id, follow_up.working_minutes) == ("b", 20)

    def test_an_answer_nobody_owed_is_measured_and_not_due(self) -> None:
        reading = read("2026-07-01 10:00", reply("2026-07-01 10:05"), target=None)
        assert (reading.due, reading.working_minutes) == (False, 5)
        assert outcome(reading, at("2026-07-02 00:00")) is Outcome.NOT_DUE

    def test_the_wall_clock_runs_through_the_night(self) -> None:
        reading = read("2026-09-30 20:00", target=DAY)
        assert reading.deadline_at == at("2026-10-01 20:00")

    def test_naive_instants_are_refused(self) -> None:
        with pytest.raises(ValueError, match="naive"):
            read_clock(datetime(2026, 7, 1), [], HOUR, OFFICE)  # noqa: DTZ001


class TestUnknownYear:
    def test_a_working_deadline_behind_the_known_years_is_undetermined(self) -> None:
        reading = read("2026-12-31 17:30", reply("2027-01-04 09:00"))
        assert reading.deadline_at is None
        assert reading.unknown_year == 2027
        assert reading.working_minutes is None
        assert reading.wall_seconds == (3 * 24 + 15.5) * 3600

    def test_a_wall_deadline_is_known_all_the_same(self) -> None:
        reading = read("2026-12-31 17:30", reply("2027-01-01 09:00"), target=DAY)
        assert reading.deadline_at == at("2027-01-01 17:30")
        assert (reading.working_minutes, reading.unknown_year) == (None, 2027)
        assert outcome(reading, at("2027-01-02 00:00")) is Outcome.ON_TIME

    def test_undetermined_stays_open_while_unanswered(self) -> None:
        reading = read("2026-12-31 17:30")
        assert outcome(reading, at("2026-12-31 18:00")) is Outcome.OPEN
        assert outcome(reading, at("2027-12-31 18:00")) is Outcome.OPEN

    def test_a_reply_before_the_unknown_year_is_on_time_for_sure(self) -> None:
        reading = read("2026-12-31 17:30", reply("2026-12-31 17:59"))
        assert (reading.deadline_at, reading.working_minutes) == (None, 29)
        assert outcome(reading, at("2027-01-02 00:00")) is Outcome.ON_TIME
        assert outcome(reading, at("2026-12-31 17:45")) is Outcome.OPEN

    def test_a_reply_within_the_unknown_year_is_not_judged(self) -> None:
        reading = read("2026-12-31 17:30", reply("2027-01-04 09:00"))
        assert outcome(reading, at("2027-02-01 00:00")) is Outcome.OPEN

    def test_the_calendar_once_there_decides(self) -> None:
        calendar = WorkCalendar(OFFICE.spans, {date(2027, 1, 1): False}, frozenset({2027}))
        reading = read("2026-12-31 17:30", reply("2027-01-04 09:00"), calendar=calendar)
        assert reading.deadline_at == at("2027-01-04 09:30")
        assert outcome(reading, at("2027-02-01 00:00")) is Outcome.ON_TIME

    def test_a_target_that_cannot_be_chosen_is_undetermined(self) -> None:
        target = choose_target(PLEDGE, at("2027-03-01 10:00"), OFFICE)
        assert target is UNKNOWN_TARGET
        reading = read("2027-03-01 10:00", reply("2027-03-01 10:01"), target=UNKNOWN_TARGET)
        assert (reading.due, reading.deadline_at, reading.unknown_year) == (True, None, 2027)
        assert outcome(reading, at("2027-04-01 00:00")) is Outcome.OPEN

    @given(
        st.datetimes(datetime(2026, 12, 25), datetime(2026, 12, 31, 15), timezones=st.just(UTC)),  # noqa: DTZ001
        st.timedeltas(timedelta(0), timedelta(days=7)),
        st.integers(0, 2000),
    )
    def test_what_is_called_on_time_would_be_so_under_any_calendar(
        self, start: datetime, wait: timedelta, minutes: int
    ) -> None:
        target = Target(minutes, "working")
        as_of = at("2027-02-01 00:00")
        found = outcome(read_clock(start, [ReplyMark(start + wait, "r", False)], target, OFFICE), as_of)
        for calendar in POSSIBLE_CALENDARS:
            later = outcome(read_clock(start, [ReplyMark(start + wait, "r", False)], target, calendar), as_of)
            assert found in (Outcome.OPEN, later)


class TestOutcome:
    @given(
        st.datetimes(datetime(2026, 6, 1), datetime(2026, 8, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.timedeltas(timedelta(0), timedelta(days=5)),
        st.integers(1, 600),
    )
    def test_an_answer_is_in_time_just_when_its_working_minutes_are_within_the_target(
        self, start: datetime, wait: timedelta, minutes: int
    ) -> None:
        """What a row shows is enough to judge it: at the end of a morning, time stands still until work goes on."""
        reading = read_clock(start, [ReplyMark(start + wait, "r", False)], Target(minutes, "working"), OFFICE)
        assert reading.working_minutes is not None
        assert (outcome(reading, at("2026-12-01 00:00")) is Outcome.ON_TIME) == (reading.working_minutes <= minutes)

    @pytest.mark.parametrize(
        ("replied", "as_of", "expected"),
        [
            ("2026-07-01 12:30", "2026-07-03 00:00", Outcome.ON_TIME),
            ("2026-07-01 13:00", "2026-07-03 00:00", Outcome.ON_TIME),
            ("2026-07-01 13:00:01", "2026-07-03 00:00", Outcome.LATE),
            (None, "2026-07-01 12:30", Outcome.OPEN),
            (None, "2026-07-01 13:00:01", Outcome.OVERDUE),
        ],
    )
    def test_time_that_runs_out_at_noon_runs_out_when_work_goes_on(
        self, replied: str | None, as_of: str, expected: Outcome
    ) -> None:
        reading = read("2026-07-01 11:00", *([reply(replied)] if replied else []))
        assert outcome(reading, at(as_of)) is expected

    AS_OF = at("2026-07-03 00:00")

    @pytest.mark.parametrize(
        ("replied", "as_of", "expected"),
        [
            ("2026-07-01 10:30", "2026-07-03 00:00", Outcome.ON_TIME),
            ("2026-07-01 11:00", "2026-07-03 00:00", Outcome.ON_TIME),  # at the very deadline
            ("2026-07-01 11:00:01", "2026-07-03 00:00", Outcome.LATE),
            (None, "2026-07-01 10:59", Outcome.OPEN),
            (None, "2026-07-01 11:00", Outcome.OPEN),
            (None, "2026-07-01 11:00:01", Outcome.OVERDUE),
            ("2026-07-02 09:00", "2026-07-01 23:00", Outcome.OVERDUE),  # a reply after as_of does not count
            ("2026-07-01 10:30", "2026-07-01 10:30", Outcome.OPEN),  # as_of is the first instant not looked at
            ("2026-07-01 10:30", "2026-07-01 10:30:01", Outcome.ON_TIME),
        ],
    )
    def test_of_a_target_of_one_working_hour(self, replied: str | None, as_of: str, expected: Outcome) -> None:
        reading = read("2026-07-01 10:00", *([reply(replied)] if replied else []))
        assert outcome(reading, at(as_of)) is expected

    def test_a_holding_reply_in_time_is_in_time(self) -> None:
        reading = read("2026-07-01 10:00", reply("2026-07-01 10:10", holding=True), reply("2026-07-02 10:10", "r2"))
        assert outcome(reading, self.AS_OF) is Outcome.ON_TIME

    @given(
        st.datetimes(datetime(2026, 6, 1), datetime(2026, 8, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=5))),
        st.sampled_from([HOUR, DAY, *PLEDGE]),
        st.tuples(st.integers(0, 14 * 24), st.integers(0, 14 * 24)),
    )
    def test_once_judged_only_a_missing_answer_can_still_come(
        self, start: datetime, wait: timedelta | None, target: Target, hours: tuple[int, int]
    ) -> None:
        replies = [ReplyMark(start + wait, "r", False)] if wait is not None else []
        reading = read_clock(start, replies, target, OFFICE)
        first, later = (outcome(reading, start + timedelta(hours=hour)) for hour in sorted(hours))
        allowed = {
            Outcome.OPEN: set(Outcome) - {Outcome.NOT_DUE},
            Outcome.OVERDUE: {Outcome.OVERDUE, Outcome.LATE},
        }
        assert later in allowed.get(first, {first})


class TestTargets:
    @pytest.mark.parametrize(
        ("arrived", "chosen"),
        [
            ("2026-07-01 09:00", "pledge.day"),
            ("2026-07-01 17:59:59", "pledge.day"),
            ("2026-07-01 18:00", "pledge.night"),
            ("2026-07-01 12:30", "pledge.night"),  # lunch is outside working hours
            ("2026-07-04 10:00", "pledge.night"),  # Saturday
            ("2026-01-04 10:00", "pledge.day"),  # a Sunday worked in exchange
            ("2026-10-01 10:00", "pledge.night"),  # holiday
        ],
    )
    def test_are_chosen_by_the_hour_of_arrival(self, arrived: str, chosen: str) -> None:
        assert choose_target(PLEDGE, at(arrived), OFFICE).id == chosen

    def test_one_that_always_holds_needs_no_calendar(self) -> None:
        assert choose_target([HOUR], at("2027-03-01 10:00"), OFFICE) is HOUR

    def test_the_special_goes_before_the_general_wherever_it_stands(self) -> None:
        targets = [DAY, PLEDGE[0]]
        assert choose_target(targets, at("2026-07-01 10:00"), OFFICE) is PLEDGE[0]
        assert choose_target(targets, at("2026-07-01 20:00"), OFFICE) is DAY

    def test_an_hour_without_a_target_is_refused_in_words(self) -> None:
        with pytest.raises(UsageError, match="工作时段外"):
            choose_target(PLEDGE[:1], at("2026-07-01 20:00"), OFFICE)
        with pytest.raises(UsageError):
            choose_target([], at("2026-07-01 20:00"), OFFICE)

    def test_any_value_with_the_four_fields_will_do(self) -> None:
        class Clause:
            id, when, minutes, clock = "x", "always", 30, "wall"

        clause: Any = Clause()
        assert choose_target([clause], at("2026-07-01 10:00"), OFFICE) is clause
        assert read_clock(at("2026-07-01 10:00"), [], clause, OFFICE).deadline_at == at("2026-07-01 10:30")


class TestRate:
    def test_counts_the_unanswered_as_not_in_time(self) -> None:
        rate = on_time_rate([*[Outcome.ON_TIME] * 6, Outcome.LATE, *[Outcome.OVERDUE] * 3])
        assert (rate.numerator, rate.denominator, rate.value) == (6, 10, 0.6)
        assert rate.sentence == "应答复10件,按时6件,未答复3件列入未按时。"

    def test_ignoring_people_never_looks_better_than_answering_late(self) -> None:
        answered = [Outcome.ON_TIME] * 3
        late, ignored = on_time_rate([*answered, Outcome.LATE]), on_time_rate([*answered, Outcome.OVERDUE])
        assert late.value == ignored.value == 0.75

    def test_open_ones_are_shown_beside_it(self) -> None:
        rate = on_time_rate([Outcome.ON_TIME, Outcome.OPEN, Outcome.OPEN, Outcome.NOT_DUE])
        assert (rate.denominator, rate.open, rate.value) == (1, 2, 1.0)
        assert rate.sentence == (
            "应答复3件,其中1件已答复或已到期限:按时1件,未答复0件列入未按时;其余2件未到期限或期限待定,未计入。"
        )

    @given(st.lists(st.sampled_from(Outcome)))
    def test_the_sentence_begins_with_all_that_are_due(self, outcomes: list[Outcome]) -> None:
        due = sum(outcome is not Outcome.NOT_DUE for outcome in outcomes)
        rate = on_time_rate(outcomes)
        assert rate.due == due
        first = re.search(r"[0-9]+", rate.sentence)
        assert (int(first[0]) if first else 0) == due
        assert (rate.sentence == "无数据") == (due == 0)

    @pytest.mark.parametrize("outcomes", [[], [Outcome.OPEN], [Outcome.NOT_DUE]])
    def test_nothing_judged_is_no_figure(self, outcomes: list[Outcome]) -> None:
        rate = on_time_rate(outcomes)
        assert rate.value is None
        assert rate.sentence == ("应答复1件,均未到期限或期限待定,未计入。" if rate.open else "无数据")

    @given(st.lists(st.sampled_from(Outcome)))
    def test_every_due_comment_is_in_exactly_one_place(self, outcomes: list[Outcome]) -> None:
        rate = on_time_rate(outcomes)
        assert rate.denominator + rate.open == sum(item is not Outcome.NOT_DUE for item in outcomes)


class TestExplain:
    def test_the_working_clock_counts_working_time(self) -> None:
        found = explain(at("2026-07-01 11:30"), at("2026-07-01 13:20"), "working", OFFICE)
        assert [(segment.counted, segment.minutes) for segment in found] == [(True, 30), (False, 60), (True, 20)]

    def test_the_wall_clock_counts_every_minute_in_any_year(self) -> None:
        found = explain(at("2026-12-31 23:00"), at("2027-01-01 01:00"), "wall", OFFICE)
        assert [(segment.counted, segment.minutes, segment.reason) for segment in found] == [(True, 120, "自然时间")]
        assert explain(at("2026-07-01 10:00"), at("2026-07-01 10:00"), "wall", OFFICE) == []

    def test_the_inexplicable_is_not_explained(self) -> None:
        with pytest.raises(UnknownYearError):
            explain(at("2026-12-31 23:00"), at("2027-01-01 01:00"), "working", OFFICE)
        with pytest.raises(UsageError, match="早于"):
            explain(at("2026-07-02 00:00"), at("2026-07-01 00:00"), "wall", OFFICE)


def test_every_outcome_has_words() -> None:
    assert all(item.label for item in Outcome)
