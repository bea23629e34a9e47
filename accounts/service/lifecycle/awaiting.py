"""Which act the life of an account waits for, and by when. Pure, over the acts as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.lifecycle import ACTS
from accounts.models import AccountAct

NEXT = {"提交审批": "审批通过", "审批通过": "开设备案", "备案退回": "审批通过"}
"""What is awaited after an act, beside the filings that `Act.awaits` names."""


def pending(acts: Sequence[AccountAct]) -> tuple[str, datetime | None]:
    """Return which act is awaited and by when, after these acts in order; empty and None if none is.

    Of several changes that are not filed yet, the first one's limit holds: a later change does not put it off.
    """
    awaits: tuple[str, datetime | None] = ("", None)
    before_closing = awaits
    for each in acts:
        awaited = awaited_after(each.act)
        if each.act == "关停公告":
            before_closing = awaits
        if awaited:
            standing = awaits[1] if awaits[0] == awaited == "变更备案" else None
            awaits = (awaited, min(filter(None, (standing, each.due_at)), default=None))
        elif each.act == "撤销关停":
            # A change that was not filed before the closing was announced still has to be.
            awaits = before_closing if awaits[0] else awaits
        elif each.act in ("审批退回", "开设备案", "变更备案", "撤回申请", "注销"):
            awaits = ("", None)
    return awaits


def awaited_after(act: str) -> str:
    """Return the act that an act waits for; empty if none."""
    return NEXT.get(act) or (ACTS[act].awaits if act in ACTS else "")


def due_times(acts: Sequence[AccountAct]) -> dict[int, datetime | None]:
    """Return by when each act was due, by its id: what the acts before it awaited."""
    dues: dict[int, datetime | None] = {}
    for number, each in enumerate(acts):
        awaits, due = pending(acts[:number])
        settles = each.act == awaits or (awaits == "审批通过" and each.act == "审批退回")
        dues[each.id] = due if settles else None
    return dues


def was_late(act: AccountAct, due: datetime | None) -> bool:
    """Say whether an act came after its limit; a filing says so itself, by the day on the paper."""
    return bool(act.details.get("late")) if "late" in act.details else due is not None and act.at >= due
