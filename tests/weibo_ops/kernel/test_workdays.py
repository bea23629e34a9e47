"""Working time: which minutes count, and that every one of them is explained."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.workdays import Spans, UnknownYearError, WorkCalendar, format_spans, parse_spans

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar(parse_spans("09:00-12:00,13:00-18:00"))
US = timedelta(microseconds=1)


def at(text: str) -> datetime:
    """A Beijing wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def minutes(start: str, end: str, calendar: WorkCalendar = OFFICE) -> float:
    return calendar.working_minutes(at(start), at(end))


def epoch_us(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // US


instants = st.datetimes(datetime(2004, 1, 1), datetime(2026, 12, 31, 23, 59), timezones=st.just(UTC))  # noqa: DTZ001
early_instants = st.datetimes(datetime(2004, 1, 2), datetime(2024, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def span_sets(draw: st.DrawFn) -> Spans:
    cuts = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=6)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    days = st.dates(date(2023, 1, 1), date(2024, 12, 31))
    overrides = draw(st.dictionaries(days, st.one_of(st.booleans(), span_sets()), max_size=8))
    return WorkCalendar(draw(span_sets()), overrides)


class TestSpans:
    def test_are_read_in_any_order_and_chinese_punctuation(self) -> None:
        assert parse_spans("13：00－18：00，9:00–12:00") == ((540, 720), (780, 1080))
        assert parse_spans("00:00-24:00") == ((0, 1440),)

    @given(span_sets())
    def test_writing_and_reading_give_the_same(self, spans: Spans) -> None:
        assert parse_spans(format_spans(spans)) == spans

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "无法识别"),
            ("9-12", "无法识别"),
            ("09:60-12:00", "无法识别"),
            ("09:00-12:00,", "无法识别"),
            ("12:00-12:00", "无效"),
            ("18:00-09:00", "无效"),
            ("09:00-24:01", "无效"),
            ("09:00-12:00,11:59-18:00", "重叠"),
        ],
    )
    def test_bad_ones_are_refused_in_words(self, text: str, problem: str) -> None:
        with pytest.raises(UsageError, match=problem):
            parse_spans(text)

    def test_none_are_refused(self) -> None:
        with pytest.raises(UsageError, match="不能为空"):
            WorkCalendar(())
        with pytest.raises(UsageError, match="不能为空"):
            WorkCalendar(OFFICE.spans, {date(2026, 5, 1): ()})

    def test_touching_spans_are_one(self) -> None:
        calendar = WorkCalendar(parse_spans("09:00-12:00,12:00-18:00"))
        assert minutes("2026-07-01 00:00", "2026-07-02 00:00", calendar) == 540


class TestDays:
    @pytest.mark.parametrize(
        ("day", "worked"),
        [
            ("2026-01-01", False),
            ("2026-01-02", False),
            ("2026-01-03", False),
            ("2026-01-04", True),  # Sunday, worked in exchange
            ("2026-01-05", True),
            ("2026-01-10", False),  # an ordinary Saturday
            ("2026-02-14", True),  # Saturday before the Spring Festival, worked in exchange
            ("2026-02-16", False),
            ("2026-02-28", True),  # Saturday, worked in exchange
            ("2026-10-01", False),
            ("2026-10-08", True),
            ("2026-10-10", True),  # Saturday, worked in exchange
            ("2024-02-29", True),
        ],
    )
    def test_statutory(self, day: str, worked: bool) -> None:
        assert OFFICE.is_workday(date.fromisoformat(day)) is worked
        assert minutes(f"{day} 00:00", f"{day} 23:59:59") == (480 if worked else 0)

    def test_agree_with_the_source_on_every_day(self) -> None:
        day = date(2004, 1, 1)
        while day.year < 2027:
            assert OFFICE.is_workday(day) == chinese_calendar.is_workday(day), day
            day += timedelta(days=1)

    @pytest.mark.parametrize("year", [2003, 2027, 2099])
    def test_a_year_in_no_source_is_never_guessed(self, year: int) -> None:
        assert not OFFICE.knows(year)
        with pytest.raises(UnknownYearError) as caught:
            OFFICE.is_workday(date(year, 6, 1))
        assert caught.value.year == year
        assert str(year) in str(caught.value)
        assert caught.value.exit_code == 1

    def test_overrides_go_before_the_source(self) -> None:
        festival, half_day, extra = date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 4)
        calendar = WorkCalendar(OFFICE.spans, {festival: False, half_day: ((540, 720),), extra: True})
        assert minutes("2026-07-01 00:00", "2026-07-02 00:00", calendar) == 0
        assert minutes("2026-07-02 00:00", "2026-07-03 00:00", calendar) == 180
        assert minutes("2026-07-04 00:00", "2026-07-05 00:00", calendar) == 480

    def test_a_known_year_is_weekdays_and_its_overrides(self) -> None:
        calendar = WorkCalendar(OFFICE.spans, {date(2027, 1, 1): False, date(2027, 1, 3): True}, frozenset({2027}))
        worked = [calendar.is_workday(date(2027, 1, day)) for day in range(1, 9)]
        assert worked == [False, False, True, True, True, True, True, True]
        assert minutes("2026-12-31 17:00", "2027-01-03 10:00", calendar) == 120
        with pytest.raises(UnknownYearError, match="2028"):
            minutes("2026-12-31 17:00", "2028-01-01 00:01", calendar)

    def test_an_override_alone_does_not_make_its_year_known(self) -> None:
        calendar = WorkCalendar(OFFICE.spans, {date(2027, 1, 1): False})
        with pytest.raises(UnknownYearError):
            calendar.is_workday(date(2027, 1, 1))

    def test_a_gap_between_known_years_stays_unknown(self) -> None:
        calendar = WorkCalendar(OFFICE.spans, known_years=frozenset({2028}))
        assert minutes("2028-01-03 00:00", "2028-01-04 00:00", calendar) == 480
        with pytest.raises(UnknownYearError, match="2027"):
            minutes("2026-12-31 00:00", "2028-01-03 00:00", calendar)
        with pytest.raises(UnknownYearError, match="2027"):
            calendar.add_working_minutes(at("2026-12-31 17:59"), 2)

    @pytest.mark.parametrize("year", [1991, 2100])
    def test_known_years_keep_to_the_fixed_offset(self, year: int) -> None:
        with pytest.raises(UsageError, match=str(year)):
            WorkCalendar(OFFICE.spans, known_years=frozenset({year}))

    def test_beijing_is_eight_hours_ahead_in_every_year_a_calendar_can_know(self) -> None:
        instant = datetime(1991, 12, 31, 16, tzinfo=UTC)
        while instant.year < 2100:
            assert instant.astimezone(BEIJING).utcoffset() == timedelta(hours=8)
            instant += timedelta(hours=12)


class TestWorkingTime:
    @pytest.mark.parametrize(
        ("start", "end", "worked"),
        [
            ("2026-07-01 09:00", "2026-07-01 12:00", 180),
            ("2026-07-01 11:30", "2026-07-01 13:30", 60),  # lunch does not count
            ("2026-07-01 12:00", "2026-07-01 13:00", 0),
            ("2026-07-01 17:59:59", "2026-07-02 09:00", 1 / 60),
            ("2026-07-01 18:00:00", "2026-07-02 09:00", 0),
            ("2026-07-03 17:00", "2026-07-06 10:00", 120),  # over a weekend
            ("2026-09-30 17:00", "2026-10-08 09:30", 90),  # over the National Day holiday
            ("2026-02-13 17:00", "2026-02-14 10:00", 120),  # into a make-up Saturday
            ("2025-12-31 17:00", "2026-01-04 10:00", 120),  # New Year: 1 to 3 January off, Sunday the 4th worked
            ("2026-07-01 09:00:00.000001", "2026-07-01 09:00:00.000003", 2 / 60_000_000),
            ("2026-12-31 17:00", "2027-01-01 00:00", 60),  # half-open: the year 2027 is not entered
            ("2027-05-01 09:00", "2027-05-01 09:00", 0),  # an empty span enters no year
        ],
    )
    def test_worked_cases(self, start: str, end: str, worked: float) -> None:
        assert minutes(start, end) == worked
        assert OFFICE.working_seconds(at(start), at(end)) == pytest.approx(worked * 60, abs=1e-9)

    def test_an_evening_shift_closes_at_24_00_without_losing_a_minute(self) -> None:
        calendar = WorkCalendar(parse_spans("18:00-24:00"))
        assert minutes("2026-07-01 00:00", "2026-07-02 00:00", calendar) == 360
        assert minutes("2026-07-01 23:59", "2026-07-02 18:01", calendar) == 2
        around_the_clock = WorkCalendar(parse_spans("00:00-24:00"))
        assert minutes("2026-07-01 00:00", "2026-07-04 00:00", around_the_clock) == 3 * 1440

    def test_a_span_into_2027_is_unknown(self) -> None:
        with pytest.raises(UnknownYearError) as caught:
            minutes("2026-12-31 17:00", "2027-01-01 00:00:01")
        assert caught.value.year == 2027
        with pytest.raises(UnknownYearError) as caught:
            minutes("2003-12-31 23:59:59", "2026-01-01 00:00")
        assert caught.value.year == 2003

    def test_the_zone_of_the_argument_is_nothing_but_notation(self) -> None:
        start, end = at("2026-07-01 10:00"), at("2026-07-02 10:00")
        assert OFFICE.working_minutes(start.astimezone(UTC), end.astimezone(ZoneInfo("America/New_York"))) == 480

    def test_naive_and_reversed_are_refused(self) -> None:
        with pytest.raises(ValueError, match="naive"):
            OFFICE.working_minutes(datetime(2026, 7, 1), at("2026-07-02 00:00"))  # noqa: DTZ001
        with pytest.raises(UsageError, match="早于"):
            minutes("2026-07-02 00:00", "2026-07-01 00:00")

    @given(calendars(), st.tuples(instants, instants, instants))
    def test_additive_monotone_and_never_negative(
        self, calendar: WorkCalendar, three: tuple[datetime, datetime, datetime]
    ) -> None:
        a, b, c = sorted(three)
        first, second, both = (calendar.working_seconds(x, y) for x, y in ((a, b), (b, c), (a, c)))
        assert round(both * 1e6) == round(first * 1e6) + round(second * 1e6)
        assert 0 <= first <= both
        assert both <= (c - a).total_seconds()


class TestAgainstMinuteWalk:
    """An oracle that knows nothing of the program: one flag for every minute since 2004, counted one by one."""

    FIRST = date(2004, 1, 1)

    def flags(self, spans: list[tuple[time, time | None]]) -> Any:
        days = (date(2027, 1, 1) - self.FIRST).days
        flags = np.zeros((days, 1440), np.uint8)
        for index in range(days):
            if chinese_calendar.is_workday(self.FIRST + timedelta(days=index)):
                for first, last in spans:
                    stop = last.hour * 60 + last.minute if last else 1440
                    flags[index, first.hour * 60 + first.minute : stop] = 1
        return flags.ravel()

    @pytest.mark.parametrize(
        ("text", "spans"),
        [
            ("09:00-12:00,13:00-18:00", [(time(9), time(12)), (time(13), time(18))]),
            (
                "08:30-11:45,14:15-17:30,19:00-24:00",
                [(time(8, 30), time(11, 45)), (time(14, 15), time(17, 30)), (time(19), None)],
            ),
        ],
    )
    def test_ten_thousand_random_pairs(self, text: str, spans: list[tuple[time, time | None]]) -> None:
        flags = self.flags(spans)
        calendar = WorkCalendar(parse_spans(text))
        random = np.random.default_rng(20260701)
        starts = random.integers(0, len(flags) - 60 * 1440, 10_000)
        ends = starts + random.integers(0, np.where(np.arange(10_000) % 2, 60 * 1440, 2 * 1440))
        origin = datetime.combine(self.FIRST, time.min, BEIJING).astimezone(UTC)
        scalar = [
            calendar.working_minutes(origin + timedelta(minutes=a), origin + timedelta(minutes=b))
            for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        walked = [int(flags[a:b].sum()) for a, b in zip(starts, ends, strict=True)]
        assert scalar == walked
        seconds = int(origin.timestamp())
        assert calendar.working_minutes_array(seconds + starts * 60, seconds + ends * 60).tolist() == walked


class TestDeadline:
    @pytest.mark.parametrize(
        ("start", "minutes", "deadline"),
        [
            ("2026-07-01 09:00", 60, "2026-07-01 10:00"),
            ("2026-07-01 11:30", 60, "2026-07-01 13:30"),
            ("2026-07-01 11:00", 60, "2026-07-01 12:00"),  # the earliest instant, not 13:00
            ("2026-07-01 17:00", 60, "2026-07-01 18:00"),
            ("2026-07-01 17:59:59", 1 / 60, "2026-07-01 18:00"),
            ("2026-07-01 18:00", 1, "2026-07-02 09:01"),
            ("2026-07-01 20:00", 60, "2026-07-02 10:00"),
            ("2026-09-30 17:30", 60, "2026-10-08 09:30"),
            ("2025-12-31 17:30", 60, "2026-01-04 09:30"),
            ("2026-07-01 20:00", 0, "2026-07-01 20:00"),
            ("2026-12-31 17:00", 60, "2026-12-31 18:00"),
        ],
    )
    def test_worked_cases(self, start: str, minutes: float, deadline: str) -> None:
        assert OFFICE.add_working_minutes(at(start), minutes) == at(deadline)

    def test_is_unknown_behind_the_last_known_year(self) -> None:
        with pytest.raises(UnknownYearError) as caught:
            OFFICE.add_working_minutes(at("2026-12-31 17:00"), 61)
        assert caught.value.year == 2027
        with pytest.raises(UnknownYearError) as caught:
            OFFICE.add_working_minutes(at("2028-12-31 17:00"), 1)
        assert caught.value.year == 2028
        assert WorkCalendar(parse_spans("00:00-24:00")).add_working_minutes(at("2026-12-31 23:00"), 60) == at(
            "2027-01-01 00:00"
        )

    @pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf")])
    def test_no_time_is_refused(self, minutes: float) -> None:
        with pytest.raises(UsageError):
            OFFICE.add_working_minutes(at("2026-07-01 09:00"), minutes)

    @given(calendars(), early_instants, st.integers(0, 5000 * 60))
    def test_is_the_earliest_instant_by_which_the_time_has_passed(
        self, calendar: WorkCalendar, start: datetime, seconds: int
    ) -> None:
        try:
            deadline = calendar.add_working_minutes(start, seconds / 60)
        except UnknownYearError:  # spans of a few minutes a day may take years
            assert calendar.working_seconds(start, at("2027-01-01 00:00")) < seconds
            return
        assert calendar.working_seconds(start, deadline) == seconds
        if deadline > start:
            assert calendar.working_seconds(start, deadline - US) < seconds


class TestLastInstantInTime:
    @pytest.mark.parametrize(
        ("start", "minutes", "deadline"),
        [
            ("2026-07-01 09:00", 60, "2026-07-01 10:00"),
            ("2026-07-01 11:00", 60, "2026-07-01 13:00"),  # nothing passes over noon
            ("2026-07-01 17:00", 60, "2026-07-02 09:00"),
            ("2026-07-03 17:00", 60, "2026-07-06 09:00"),
            ("2026-09-30 17:00", 60, "2026-10-08 09:00"),
            ("2026-07-01 20:00", 180, "2026-07-02 13:00"),
            ("2026-07-01 20:00", 0, "2026-07-02 09:00"),
        ],
    )
    def test_worked_cases(self, start: str, minutes: float, deadline: str) -> None:
        assert OFFICE.deadline(at(start), minutes) == at(deadline)

    def test_is_unknown_where_work_goes_on_in_an_unknown_year(self) -> None:
        assert OFFICE.deadline(at("2026-12-31 17:00"), 59) == at("2026-12-31 17:59")
        with pytest.raises(UnknownYearError) as caught:
            OFFICE.deadline(at("2026-12-31 17:00"), 60)
        assert caught.value.year == 2027

    @given(calendars(), early_instants, st.integers(0, 5000 * 60))
    def test_no_more_than_the_time_passes_until_then_and_more_right_after(
        self, calendar: WorkCalendar, start: datetime, seconds: int
    ) -> None:
        try:
            deadline = calendar.deadline(start, seconds / 60)
        except UnknownYearError:
            assert calendar.working_seconds(start, at("2027-01-01 00:00")) <= seconds
            return
        assert calendar.working_seconds(start, deadline) == seconds
        assert calendar.working_seconds(start, deadline + US) > seconds


class TestSegments:
    def test_new_year_2026_is_explained(self) -> None:
        found = OFFICE.segments(at("2025-12-31 17:00"), at("2026-01-05 12:30"))
        assert [(s.start.astimezone(BEIJING).strftime("%d %H:%M"), s.counted, s.minutes, s.reason) for s in found] == [
            ("31 17:00", True, 60, "工作时段"),
            ("31 18:00", False, 360, "非工作时段"),
            ("01 00:00", False, 3 * 1440, "法定节假日(元旦)"),
            ("04 00:00", False, 540, "非工作时段"),
            ("04 09:00", True, 180, "调休上班(元旦)"),
            ("04 12:00", False, 60, "午休"),
            ("04 13:00", True, 300, "调休上班(元旦)"),
            ("04 18:00", False, 15 * 60, "非工作时段"),
            ("05 09:00", True, 180, "工作时段"),
            ("05 12:00", False, 30, "午休"),
        ]

    def test_weekends_and_overrides_give_their_reason(self) -> None:
        calendar = WorkCalendar(
            OFFICE.spans,
            {date(2026, 7, 6): False, date(2026, 7, 7): ((540, 720),)},
            notes={date(2026, 7, 6): "县庆日"},
        )
        found = calendar.segments(at("2026-07-04 00:00"), at("2026-07-08 00:00"))
        assert [(s.counted, s.minutes, s.reason) for s in found] == [
            (False, 2 * 1440, "周末"),
            (False, 1440, "日历另行规定休息(县庆日)"),
            (False, 540, "非工作时段"),
            (True, 180, "日历另行规定上班"),
            (False, 720, "非工作时段"),
        ]

    def test_an_empty_span_has_none_and_an_unknown_year_no_explanation(self) -> None:
        assert OFFICE.segments(at("2026-07-01 10:00"), at("2026-07-01 10:00")) == []
        with pytest.raises(UnknownYearError):
            OFFICE.segments(at("2026-12-31 10:00"), at("2027-01-01 10:00"))

    @given(calendars(), instants, st.timedeltas(timedelta(0), timedelta(days=40)))
    def test_cover_the_span_and_add_up(self, calendar: WorkCalendar, start: datetime, length: timedelta) -> None:
        end = min(start + length, at("2027-01-01 00:00"))
        found = calendar.segments(start, end)
        if start < end:
            assert (found[0].start, found[-1].end) == (start, end)
        for left, right in pairwise(found):
            assert left.end == right.start
            assert (left.counted, left.reason) != (right.counted, right.reason)
        assert all(segment.start < segment.end and segment.reason for segment in found)
        counted = sum((segment.end - segment.start for segment in found if segment.counted), timedelta(0))
        assert counted.total_seconds() == calendar.working_seconds(start, end)


class TestArray:
    @given(
        calendars(),
        st.lists(
            st.tuples(
                st.datetimes(datetime(2003, 12, 1), datetime(2029, 3, 1), timezones=st.just(UTC)),  # noqa: DTZ001
                st.timedeltas(timedelta(0), timedelta(days=400)),
            ),
            max_size=20,
        ),
        st.frozensets(st.sampled_from([2002, 2027, 2028, 2030])),
    )
    def test_equals_the_scalar_to_the_last_bit_and_is_nan_where_that_refuses(
        self, calendar: WorkCalendar, pairs: list[tuple[datetime, timedelta]], known: frozenset[int]
    ) -> None:
        calendar = WorkCalendar(calendar.spans, calendar.overrides, known)
        expected = [scalar_or_nan(calendar, start, start + length) for start, length in pairs]
        starts = np.array([epoch_us(start) for start, _ in pairs], np.int64)
        ends = np.array([epoch_us(start + length) for start, length in pairs], np.int64)
        np.testing.assert_array_equal(calendar.working_minutes_array(starts, ends, unit="us"), expected)

    def test_midnights_at_the_border_of_the_known_years(self) -> None:
        edges = [at(f"{year}-01-01 00:00") + step for year in (2004, 2027, 2028) for step in (-US, timedelta(0), US)]
        pairs = [(a, b) for a in edges for b in edges if a <= b]
        expected = [scalar_or_nan(OFFICE, a, b) for a, b in pairs]
        starts, ends = (np.array([epoch_us(pair[i]) for pair in pairs], np.int64) for i in (0, 1))
        np.testing.assert_array_equal(OFFICE.working_minutes_array(starts, ends, unit="us"), expected)

    def test_seconds(self) -> None:
        start, end = int(at("2026-07-01 17:59:59").timestamp()), int(at("2026-07-02 09:00:01").timestamp())
        assert OFFICE.working_minutes_array(np.array([start]), np.array([end])).tolist() == [2 / 60]

    def test_no_pairs_are_no_minutes(self) -> None:
        none = np.array([], np.int64)
        assert OFFICE.working_minutes_array(none, none).shape == (0,)

    def test_bad_input_is_refused(self) -> None:
        one = np.array([1], np.int64)
        with pytest.raises(UsageError, match="早于"):
            OFFICE.working_minutes_array(one, one - 1)
        with pytest.raises(ValueError, match="length"):
            OFFICE.working_minutes_array(one, np.array([1, 2]))
        with pytest.raises(ValueError, match="int64"):
            OFFICE.working_minutes_array(one, np.array([1.5]))


def scalar_or_nan(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    try:
        return calendar.working_minutes(start, end)
    except UnknownYearError:
        return float("nan")


class TestDigest:
    def test_changes_with_whatever_changes_a_figure_and_nothing_else(self) -> None:
        day = date(2026, 7, 1)
        variants = [
            OFFICE,
            WorkCalendar(parse_spans("09:00-12:00,13:00-17:30")),
            WorkCalendar(OFFICE.spans, {day: False}),
            WorkCalendar(OFFICE.spans, {day: True}),
            WorkCalendar(OFFICE.spans, {day: ((540, 720),)}),
            WorkCalendar(OFFICE.spans, known_years=frozenset({2027})),
        ]
        assert len({calendar.digest for calendar in variants}) == len(variants)
        noted = WorkCalendar(OFFICE.spans, {day: False}, notes={day: "县庆日"})
        assert noted.digest == variants[2].digest
        assert noted == variants[2]
        assert WorkCalendar(parse_spans("13:00-18:00,09:00-12:00")).digest == OFFICE.digest


def test_importing_it_loads_neither_the_calendar_source_nor_numpy() -> None:
    code = "import sys, weibo_ops.kernel.workdays; sys.exit(bool({'chinese_calendar', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
