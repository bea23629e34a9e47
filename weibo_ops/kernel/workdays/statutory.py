"""The statutory calendar: public holidays and make-up working days as the State Council's yearly notices fixed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@dataclass(frozen=True)
class StatutoryCalendar:
    """The base source: its version, the years it covers, and its special days with the Chinese name of the festival.

    Attributes:
        version: of the chinesecalendar package.
        years: Beijing years it covers; it must not be asked for another.
        holidays: days off by a holiday notice, weekend days within a holiday included.
        workdays: weekend days worked in exchange (调休上班).
    """

    version: str
    years: frozenset[int]
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]

    def is_workday(self, day: date) -> bool:
        """Say whether a day is worked; outside the covered years Monday to Friday are."""
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)


@lru_cache(maxsize=1)
def statutory_calendar() -> StatutoryCalendar:
    """Return the statutory calendar of chinesecalendar, loaded at the first call."""
    import chinese_calendar
    from chinese_calendar.constants import Holiday, holidays, workdays

    names = {holiday.value: holiday.chinese for holiday in Holiday}
    return StatutoryCalendar(
        chinese_calendar.__version__,
        frozenset(day.year for day in holidays),
        {day: names[name] for day, name in holidays.items()},
        {day: names[name] for day, name in workdays.items()},
    )
