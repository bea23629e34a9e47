"""The way of a finding: which step leads where, who takes it, and whom it must be independent of. Pure.

Source: 发现 → 核实(取证) → 告知与申辩 → 确认 → 交办 → 反馈 → 复核 → 办结; nothing is circulated that nobody verified or
that the unit never saw.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    Step("告知", frozenset({State.VERIFIED}), State.HEARD, Permission.FINDING_NOTIFY, Side.JUDGE, next_limit="plead"),
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
)
STEPS: dict[str, Step] = {step.name: step for step in _STEPS}
"""Every step that a person takes, by name."""


def open_steps(state: str) -> tuple[str, ...]:
    """Return the steps that may be taken from a state."""
    return tuple(step.name for step in _STEPS if State(state) in step.sources)


def comes_back(state: str, *, was_present: bool) -> bool:
    """Say whether a finding that a check finds opens a new round: it was settled, and had been gone in between."""
    return State(state) in SETTLED and not was_present
