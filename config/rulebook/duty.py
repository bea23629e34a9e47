"""Duty, hand-over and account safety: what must be covered, which steps a list has, what the ledger asks for."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.rulebook.base import Frozen, Rule, Tighter

DayKind = Literal["每日", "工作日", "休息日"]
PostName = Literal["主班", "副班", "带班领导"]


class RequiredDuty(Frozen):
    """A stretch of the day at which somebody must be on duty; one that ends at or before it begins ends the next day.

    Attributes:
        days: every day, working days of the calendar, or the others.
        starts, ends: Beijing wall time, half-open; 00:00 as the end is midnight.
        posts: the posts that must be filled.
    """

    days: DayKind
    starts: time
    ends: time
    posts: Annotated[tuple[PostName, ...], Field(min_length=1)]


class SensitiveDays(Frozen):
    """Days on which duty is doubled (敏感时段): every post must be filled around the clock."""

    name: str
    first: date
    last: date

    @model_validator(mode="after")
    def _check_order(self) -> SensitiveDays:
        if self.last < self.first:
            raise ValueError("last 早于 first")
        return self


class DutySection(Frozen):
    """What a duty roster must cover, and how long after a shift its hand-over may be signed.

    Attributes:
        coverage: the rule by which a gap is named.
        required: stretches that must be covered.
        sensitive: days on which duty is doubled.
        handover_minutes: after the end of a shift without a signed hand-over this many minutes, it is called late.
    """

    coverage: Rule
    handover: Rule
    required: tuple[RequiredDuty, ...] = ()
    sensitive: tuple[SensitiveDays, ...] = ()
    handover_minutes: Annotated[int, Tighter.LOWER, Field(ge=0)] = 60


class AdministratorsRule(Rule):
    """How many people must keep an account."""

    minimum: Annotated[int, Tighter.HIGHER, Field(ge=1)]


class AgeRule(Rule):
    """How old something may be, in days."""

    days: Annotated[int, Tighter.LOWER, Field(ge=1)]


class UrgentStep(Frozen):
    """A step of the card for a stolen account, and within how many minutes it is to be done."""

    text: Annotated[str, Field(min_length=1)]
    minutes: Annotated[int, Tighter.LOWER, Field(ge=1)]


class SafetySection(Frozen):
    """The account safety ledger (账号安全台账).

    Attributes:
        administrators: at least so many people keep an account.
        password_age: the password is changed so often.
        handover: the rule behind a hand-over between administrators.
        stolen: the rule behind the card for a stolen account.
        handover_steps: what is ticked off when one administrator hands over to another.
        stolen_steps: the card, in order.
    """

    administrators: AdministratorsRule
    password_age: AgeRule
    handover: Rule
    stolen: Rule
    handover_steps: Annotated[tuple[str, ...], Tighter.SUPERSET, Field(min_length=1)]
    stolen_steps: Annotated[tuple[UrgentStep, ...], Field(min_length=1)]
