"""The way of a finding: which step leads where, who takes it, and whom it must be independent of. Pure.

Source: 发现 → 核实(取证) → 告知与申辩 → 确认 → 交办 → 反馈 → 复核 → 办结; nothing is circulated that nobody verified or
that the unit never saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.enums import FindingState as State
from accounts.permissions import Permission


class Side(StrEnum):
    """Who takes a step: the office that may judge the unit, or the unit itself."""

    JUDGE = "监管方"
    UNIT = "被检查单位"


@dataclass(frozen=True)
class Step:
    """A step on the way.

    Attributes:
        name: as people call it.
        sources: states from which it is open.
        target: state to which it leads.
        permission: what it needs.
        side: who takes it.
        apart_from: earlier steps of the same round whose persons may not take it.
        asks: what must be said; empty if nothing.
        next_limit: key of the limit, in the rectification section, of what is due next; empty if nothing is.
    """

    name: str
    sources: frozenset[State]
    target: State
    permission: Permission
    side: Side
    apart_from: frozenset[str] = frozenset()
    asks: str = ""
    next_limit: str = ""


CONFIRMED = frozenset({State.CONFIRMED, State.ASSIGNED, State.ANSWERED, State.REVIEWED, State.CLOSED})
"""States of a finding that people have confirmed; of these alone may others be told."""
STANDING = CONFIRMED - {State.CLOSED}
"""States of a confirmed finding that is not settled yet."""
SETTLED = frozenset({State.CLOSED, State.DISMISSED})
AGAIN = "再次出现"
GONE = "自行消失"
NOTIFY = "告知"
PLEAD = "申辩"
CONFIRM = "确认"

_STEPS = (
    Step(
        "核实",
        frozenset({State.FOUND}),
        State.VERIFIED,
        Permission.FINDING_VERIFY,
        Side.JUDGE,
        asks="核实情况",
        next_limit="notify",
    ),
    Step(NOTIFY, frozenset({State.VERIFIED}), State.HEARD, Permission.FINDING_NOTIFY, Side.JUDGE, next_limit="plead"),
    Step(
        PLEAD,
        frozenset({State.HEARD}),
        State.HEARD,
        Permission.FINDING_RESPOND,
        Side.UNIT,
        asks="申辩意见(没有意见的写“无异议”)",
        next_limit="confirm",
    ),
    Step(
        CONFIRM,
        frozenset({State.HEARD}),
        State.CONFIRMED,
        Permission.FINDING_CONFIRM,
        Side.JUDGE,
        frozenset({"核实", PLEAD}),
        next_limit="assign",
    ),
    Step(
        "交办",
        frozenset({State.CONFIRMED}),
        State.ASSIGNED,
        Permission.FINDING_ASSIGN,
        Side.JUDGE,
        asks="整改要求",
        next_limit="respond",
    ),
    Step(
        "反馈",
        frozenset({State.ASSIGNED}),
        State.ANSWERED,
        Permission.FINDING_RESPOND,
        Side.UNIT,
        asks="整改情况",
        next_limit="review",
    ),
    Step(
        "复核",
        frozenset({State.ANSWERED}),
        State.REVIEWED,
        Permission.FINDING_REVIEW,
        Side.JUDGE,
        frozenset({"反馈"}),
        asks="复核情况",
        next_limit="review",
    ),
    Step(
        "退回整改",
        frozenset({State.ANSWERED, State.REVIEWED}),
        State.ASSIGNED,
        Permission.FINDING_REVIEW,
        Side.JUDGE,
        frozenset({"反馈"}),
        asks="退回理由",
        next_limit="respond",
    ),
    Step("办结", frozenset({State.REVIEWED}), State.CLOSED, Permission.FINDING_REVIEW, Side.JUDGE, frozenset({"反馈"})),
    Step(
        "不成立",
        frozenset({State.FOUND, State.VERIFIED, State.HEARD}),
        State.DISMISSED,
        Permission.FINDING_VERIFY,
        Side.JUDGE,
        asks="不成立的理由",
    ),
    Step(
        GONE,
        frozenset({State.FOUND}),
        State.DISMISSED,
        Permission.FINDING_VERIFY,
        Side.JUDGE,
        asks="消失的原因",
    ),
)
STEPS: dict[str, Step] = {step.name: step for step in _STEPS}
"""Every step that a person takes, by name."""


STEP_DUE = "finding.step"
REMINDER = "finding.reminder"
SOON, OVERDUE = "提醒", "催办"
NEXT = {
    State.FOUND: "待核实",
    State.VERIFIED: "待告知单位",
    State.HEARD: "待单位申辩,其后由另一人确认",
    State.CONFIRMED: "待交办",
    State.ASSIGNED: "待单位整改并反馈",
    State.ANSWERED: "待复核",
    State.REVIEWED: "待办结",
    State.CLOSED: "",
    State.DISMISSED: "",
}
"""What is to be done next at each state, in the words of a to-do."""


def reminders_of(finding_id: int, round_: int, state: object) -> dict[str, str]:
    """Return the subjects of the to-dos that remind of what is due at a state, by their word."""
    return {word: f"{word}/{finding_id}/{round_}/{state}" for word in (SOON, OVERDUE)}


def open_steps(state: str, *, present: bool = True) -> tuple[str, ...]:
    """Return the steps that may be taken from a state; what is still found has not gone by itself."""
    return tuple(step.name for step in _STEPS if State(state) in step.sources and not (present and step.name == GONE))


def comes_back(
    state: str, *, was_present: bool, last_seen: datetime, settled_at: datetime | None, as_of: datetime
) -> bool:
    """Say whether a finding that a check finds opens a new round.

    Args:
        state: where the finding stands; only a settled one comes back.
        was_present: the check before found it, too.
        last_seen: the newest instant as of which a check found it.
        settled_at: when people settled it last.
        as_of: the instant that the check judges; what was seen before is no return.

    Returns:
        True if it had gone in between, or if it is seen after people had closed it as put right. What people held
        unfounded stays so for as long as the same thing goes on.
    """
    if State(state) not in SETTLED or as_of <= last_seen:
        return False
    put_right = State(state) is State.CLOSED and settled_at is not None and as_of > settled_at
    return not was_present or put_right
