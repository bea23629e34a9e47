"""Values of pauses of publication: what is entered, what they hold, what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PauseEntry:
    """A pause as entered.

    Attributes:
        title: what it is called, such as 全市哀悼日.
        reason: whose order, and why.
        clearer: login of who may clear single posts of the ``allowed`` classes.
        from_at: when it begins; None begins at once.
        until_at: when it ends by itself; None runs until somebody ends it.
        areas: regions, as the register names them.
        units: names of units, each with those below it; without units and accounts it is the actor's unit.
        accounts: names, uids or ``#numbers``.
        classes: content classes; none means all.
        allowed: classes that may be cleared; None takes those of the standard.
    """

    title: str
    reason: str
    clearer: str
    from_at: datetime | None = None
    until_at: datetime | None = None
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class HeldRow:
    """A post that a pause is about.

    Attributes:
        at: when it was to go out; None where it has no time.
        allowed: its class may be cleared.
        cleared: it was, as it stands.
    """

    post_id: int
    account: str
    unit: str
    opening: str
    content_class: str
    state: str
    at: datetime | None
    allowed: bool
    cleared: bool = False


@dataclass(frozen=True)
class PauseRow:
    """A pause in a list; names of people and units, not logins.

    Attributes:
        unit: who ordered it.
        state: 未开始 暂停中 到时 已结束.
        clearer_login: of the ``clearer``.
        waiting: posts that it took and that nobody has decided on yet.
    """

    pause_id: int
    title: str
    reason: str
    unit: str
    areas: tuple[str, ...]
    units: tuple[str, ...]
    accounts: tuple[str, ...]
    classes: tuple[str, ...]
    allowed: tuple[str, ...]
    clearer: str
    clearer_login: str
    from_at: datetime
    until_at: datetime | None
    started_by: str
    started_at: datetime
    ended_by: str
    ended_at: datetime | None
    end_reason: str
    state: str
    waiting: int
    version: int

    @property
    def scope(self) -> str:
        """What it is about, on one line."""
        return scope_words(self.areas, self.units, self.accounts, self.classes)


@dataclass(frozen=True)
class ClearanceRow:
    """One text that was cleared; ``valid``: the post still stands as it was then."""

    post_id: int
    person: str
    on_behalf_of: str
    at: datetime
    reason: str
    valid: bool


@dataclass(frozen=True)
class PausePreview:
    """What a pause would hold right now, and what it cannot stop. Nothing is stored.

    Attributes:
        held: scheduled posts that would go out during it.
        sending: posts that are going out or may have gone out: these cannot be stopped (已在发布,不能暂停).
        unscheduled: how many signed, missed and failed posts of its scope could not be scheduled into it.
        rule: the clause.
    """

    title: str
    from_at: datetime
    until_at: datetime | None
    areas: tuple[str, ...]
    units: tuple[str, ...]
    accounts: tuple[str, ...]
    classes: tuple[str, ...]
    allowed: tuple[str, ...]
    clearer: str
    held: tuple[HeldRow, ...]
    sending: tuple[HeldRow, ...]
    unscheduled: int
    rule: str

    @property
    def scope(self) -> str:
        """What it is about, on one line."""
        return scope_words(self.areas, self.units, self.accounts, self.classes)


@dataclass(frozen=True)
class PauseDetail:
    """Everything about a pause; ``held`` waits for a decision, ``sending`` could not be stopped."""

    row: PauseRow
    held: tuple[HeldRow, ...]
    sending: tuple[HeldRow, ...]
    clearances: tuple[ClearanceRow, ...]
    rule: str


@dataclass(frozen=True)
class DecisionRow:
    """A held post in the decision queue: each is decided for itself.

    Attributes:
        at: when it was to go out; ``late``: that is over.
        latest_at: not after this, by its text.
        pause_id, pause: what took it.
        covering: title of a pause that still stops it now; empty where none does and it may be scheduled again.
        covering_id: number of that pause.
        clearer: who may clear it from that pause; empty where its class may not be cleared.
        clearer_login: of the same person.
        cleared: it was cleared from every pause that covers it.
        mine: whether the asking person is that clearer.
        code: 稿件校验码 of its text.
        next_step: what is to be done, in words.
        version: of the post.
    """

    post_id: int
    account: str
    unit: str
    opening: str
    content_class: str
    at: datetime | None
    late: bool
    latest_at: datetime | None
    pause_id: int | None
    pause: str
    covering: str
    covering_id: int | None
    clearer: str
    clearer_login: str
    cleared: bool
    mine: bool
    code: str
    next_step: str
    version: int


@dataclass(frozen=True)
class PauseTick:
    """What the clock did: posts newly held, pauses that began, pauses whose time was over."""

    held: int
    begun: int
    ended: int


def scope_words(
    areas: tuple[str, ...], units: tuple[str, ...], accounts: tuple[str, ...], classes: tuple[str, ...]
) -> str:
    """Return a scope on one line, as people read it."""
    parts = []
    if units:
        parts.append(f"{'、'.join(units)}及下级单位")
    if areas:
        parts.append(f"地区:{'、'.join(areas)}")
    if accounts:
        parts.append(f"账号:{'、'.join(accounts)}")
    parts.append(f"类别:{'、'.join(classes) or '全部'}")
    return ";".join(parts)
