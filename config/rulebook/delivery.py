"""The delivery rule book: when posts go out, what stops them, and what is done when nobody knows whether one did."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.rulebook.accounts import rules_in
from config.rulebook.base import Book, Frozen, Rule, Tighter
from config.rulebook.content import ContentClass
from config.rulebook.duty import DayKind

Minutes = Annotated[int, Field(ge=0, le=30 * 24 * 60)]
Classes = tuple[ContentClass, ...]


class GapRule(Rule):
    """Posts of one account keep this many minutes apart; urgent ones and ``free`` classes do not wait."""

    minutes: Annotated[Minutes, Tighter.HIGHER]
    free: Annotated[Classes, Tighter.SUBSET] = ()


class DailyCapRule(Rule):
    """An account posts at most so often on a Beijing day; urgent ones and ``free`` classes do not count."""

    most: Annotated[int, Tighter.LOWER, Field(ge=1)]
    free: Annotated[Classes, Tighter.SUBSET] = ()


class QuietRule(Rule):
    """Beijing wall time at which only ``free`` classes are posted; one that ends before it begins ends next day."""

    starts: time
    ends: time
    free: Annotated[Classes, Tighter.SUBSET] = ()


class Slot(Frozen):
    """A time at which an account usually posts.

    Attributes:
        days: every day, working days of the calendar, or the others.
        at: Beijing wall times.
    """

    days: DayKind
    at: Annotated[tuple[time, ...], Field(min_length=1)]


class SlotsRule(Rule):
    """The usual times; the calendar offers the next free one of them."""

    slots: tuple[Slot, ...] = ()


class Lateness(Frozen):
    """How late posts of some classes may still go out, in minutes after their time."""

    classes: Classes
    minutes: Annotated[Minutes, Tighter.LOWER]


class LatenessRule(Rule):
    """How late a post may still go out; past that it is missed and a person decides.

    Attributes:
        minutes: for classes that ``by_class`` does not name.
        by_class: the first entry that names a class holds for it.
    """

    minutes: Annotated[Minutes, Tighter.LOWER]
    by_class: tuple[Lateness, ...] = ()

    def minutes_for(self, content_class: str) -> int:
        """Return how many minutes after its time a post of a class may still go out."""
        return next((each.minutes for each in self.by_class if content_class in each.classes), self.minutes)


class PresenceRule(Rule):
    """At night and on days off somebody confirms to be there (到岗确认) before something goes out.

    Attributes:
        starts, ends: the night, Beijing wall time.
        days_off: also on days off of the working calendar.
        minutes: how long before its time a confirmation may have begun.
    """

    starts: time
    ends: time
    days_off: Annotated[bool, Tighter.TRUE] = True
    minutes: Annotated[Minutes, Tighter.LOWER]


class UncertainRule(Rule):
    """What is done when nobody knows whether a post went out.

    Attributes:
        wait_seconds: before the account's timeline is looked at.
        looks: so many looks at most before a person decides.
        look_seconds: between two looks.
        skew_seconds: by how much the platform's clock may differ from ours.
        again: classes of which one identical retry is made by itself once a look proved that it is not there.
    """

    wait_seconds: Annotated[int, Tighter.HIGHER, Field(ge=60, le=3600)]
    looks: Annotated[int, Field(ge=1, le=20)]
    look_seconds: Annotated[int, Field(ge=30, le=3600)]
    skew_seconds: Annotated[int, Field(ge=0, le=3600)]
    again: Annotated[Classes, Tighter.SUBSET] = ()


class AttemptsRule(Rule):
    """At most so many attempts to send one post, across restarts; ``wait_seconds`` doubles from one to the next."""

    most: Annotated[int, Tighter.LOWER, Field(ge=1, le=20)]
    wait_seconds: Annotated[int, Tighter.HIGHER, Field(ge=10, le=3600)]


class ReceiptRule(Rule):
    """A post that a person sends by hand has its receipt within so many minutes."""

    minutes: Annotated[Minutes, Tighter.LOWER, Field(ge=5)]


class PauseRule(Rule):
    """暂停发布: which classes may be cleared unless the pause says otherwise."""

    allowed: Annotated[Classes, Tighter.SUBSET] = ()


class UnclaimedRule(Rule):
    """A post that this program did not send is claimed within so many hours; else a break-in is suspected."""

    hours: Annotated[int, Tighter.LOWER, Field(ge=1, le=240)]


class BudgetRule(Rule):
    """Calls of the platform's interface per account.

    Attributes:
        per_day: on a Beijing day.
        posts_per_hour: posts within a clock hour.
        reserved: of ``per_day``, kept for posting and for looking whether a post is there.
        per_hour: all accounts of this installation together within a clock hour.
    """

    per_day: Annotated[int, Field(ge=1)]
    posts_per_hour: Annotated[int, Field(ge=1)]
    reserved: Annotated[int, Field(ge=0)]
    per_hour: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _check_reserve(self) -> BudgetRule:
        if self.reserved >= self.per_day:
            raise ValueError("reserved 须小于 per_day")
        return self


class TokenRule(Rule):
    """So many days before an authorisation ends, somebody is asked to renew it."""

    warn_days: Annotated[int, Tighter.HIGHER, Field(ge=1, le=60)]


class DeliveryBook(Book):
    """The delivery rule book.

    Attributes:
        collision: collisions on the calendar are shown, and accepted with a reason or not at all.
        once: never twice: nothing is sent again before it is known that it is not there.
        edited: what changed on the platform after it went out is looked into.
        removal: what went out is taken down with a reason, by whom that is given to.
    """

    book: Literal["delivery"]
    collision: Rule
    gap: GapRule
    daily_cap: DailyCapRule
    quiet: QuietRule
    slots: SlotsRule
    lateness: LatenessRule
    presence: PresenceRule
    once: Rule
    uncertain: UncertainRule
    attempts: AttemptsRule
    receipt: ReceiptRule
    pause: PauseRule
    relay: Rule
    unclaimed: UnclaimedRule
    edited: Rule
    removal: Rule
    budget: BudgetRule
    token: TokenRule

    @model_validator(mode="after")
    def _check_ids(self) -> DeliveryBook:
        ids = [rule.id for rule in rules_in(self)]
        if repeated := next((rule_id for rule_id in ids if ids.count(rule_id) > 1), None):
            raise ValueError(f"规则编号“{repeated}”重复")
        return self
