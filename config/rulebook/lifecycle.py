"""The life of an account: who approves and files, limits in working days, renaming, closing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.rulebook.base import Frozen, Rule, Tighter

Days = Annotated[int, Tighter.LOWER, Field(ge=1, le=250)]


class LimitRule(Rule):
    """A limit in working days."""

    days: Days


class NoticeRule(Rule):
    """How many working days a closing is announced before the account is cancelled."""

    days: Annotated[int, Tighter.HIGHER, Field(ge=1, le=250)]


class RenameRule(Rule):
    """How often an account may be renamed in a calendar year, and how long the platform holds the old name."""

    times_a_year: Annotated[int, Tighter.LOWER, Field(ge=1)]
    held_hours: Annotated[int, Tighter.HIGHER, Field(ge=0)]


class PauseRule(Rule):
    """How many days an account may pause at most."""

    days: Annotated[int, Tighter.LOWER, Field(ge=1, le=366)]


class LifecycleSection(Frozen):
    """What the acts in the life of an account rest on.

    Attributes:
        opening: need, staffing and how updates are kept are stated.
        approval: limit of the approval after the application.
        filing: limit of the filing after the approval; another unit's act.
        change_filing: limit of the filing after a change, a rename or a closing.
        one_account: one account per unit and platform.
        rename: how often, and how long a name is held.
        pause: how long.
        closing: public notice before cancelling, decided collectively.
        leaving_office: limit after an official leaves office to drop title and certification.
    """

    opening: Rule
    approval: LimitRule
    filing: LimitRule
    change_filing: LimitRule
    one_account: Rule
    rename: RenameRule
    pause: PauseRule
    closing: NoticeRule
    leaving_office: LimitRule
