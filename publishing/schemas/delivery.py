"""Values of delivery: what the worker did, what the delivery board shows, how an attempt ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DeliveryReport:
    """What one round of the worker did, in numbers of posts.

    Attributes:
        sent: went out.
        handed: given to a person to send by hand.
        doubted: outcome not known.
        settled: of these, found on the platform.
        put_off: not sent yet, to be tried again.
        failed, missed, held: ended so.
        broken: posts that the program could not deal with.
        waiting: due, and put off by something that somebody must do first.
        stopped: why nothing was sent at all; empty if that was not so.
    """

    sent: int = 0
    handed: int = 0
    doubted: int = 0
    settled: int = 0
    put_off: int = 0
    failed: int = 0
    missed: int = 0
    held: int = 0
    broken: int = 0
    waiting: int = 0
    stopped: str = ""

    def __add__(self, other: DeliveryReport) -> DeliveryReport:
        """Return two rounds as one."""
        numbers = {name: value + getattr(other, name) for name, value in vars(self).items() if name != "stopped"}
        return DeliveryReport(**numbers, stopped=self.stopped or other.stopped)

    @property
    def in_words(self) -> str:
        """The round as one line; empty if nothing happened."""
        said = [f"{word}{vars(self)[name]}条" for name, word in _WORDS.items() if vars(self)[name]]
        return "、".join([*said, self.stopped] if self.stopped else said)


_WORDS = {
    "sent": "发布",
    "handed": "交人工发布",
    "doubted": "结果待核实",
    "settled": "核实已发布",
    "put_off": "推迟",
    "failed": "失败",
    "missed": "错过",
    "held": "暂停",
    "broken": "处理出错",
    "waiting": "待办后发布",
}


@dataclass(frozen=True)
class AttemptView:
    """One attempt to send a post, as people read it."""

    number: int
    channel: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    error: str
    message: str
    platform_id: str
    looks: int
    looked_at: datetime | None
    look: str
    worker: str
    decided_by: str
    decision: str


@dataclass(frozen=True)
class BoardRow:
    """A post on the delivery board.

    Attributes:
        group: what the board files it under: 结果待核实, 待登记回执, 错过, 失败, 暂停, 发布中, 待发.
        due_at: when it was or is to go out.
        since: since when it stands there.
        reason: why; of one to come, what it waits for.
        next_step: what somebody does now.
        attempts: how often it was tried.
        by_hand: a person sends it.
        paused: a pause of publication that is not over holds it: nobody is late with it.
    """

    post_id: int
    version: int
    account: str
    unit: str
    unit_id: int
    group: str
    state: str
    opening: str
    content_class: str
    urgent: bool
    due_at: datetime | None
    latest_at: datetime | None
    since: datetime
    reason: str
    next_step: str
    attempts: int
    by_hand: bool
    account_id: int
    paused: bool


@dataclass(frozen=True)
class WorkerView:
    """A worker that did not end by itself; ``life`` says what is known of its process: alive, dead, unknown."""

    owner: str
    started_at: datetime
    seen_at: datetime
    life: str


@dataclass(frozen=True)
class Health:
    """How well delivery does: the measure is the oldest item that is overdue, not whether a program runs.

    Attributes:
        oldest_minutes: age of the oldest overdue item; None where nothing is overdue.
        oldest: what it is, in words.
        overdue: how many posts are overdue.
        uncertain, owed: posts of which nobody knows; receipts owed.
        worker_seen_at: when a worker was last seen; None if none ever was.
        problems: what is wrong, in words; empty if nothing is.
    """

    oldest_minutes: int | None
    oldest: str
    overdue: int
    uncertain: int
    owed: int
    worker_seen_at: datetime | None
    problems: tuple[str, ...]
