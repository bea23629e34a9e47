"""Which act leads an outgoing post where: the one transition table of posts. Pure.

Source: design, publishing: 草稿 → 审核中 → (退回 | 撤稿) → 已签发. Changing a text takes it back to 草稿 from
wherever it stands, so that no signature outlives the words it was given to.
"""

from __future__ import annotations

from dataclasses import dataclass

from publishing.enums import PostState as State
from weibo_ops.kernel.errors import ConflictError, RefusedError


@dataclass(frozen=True)
class Act:
    """An act on a post: from which states it is open, and to which it leads."""

    name: str
    sources: frozenset[State]
    target: State


EDIT = Act("修改", frozenset({State.DRAFT, State.RETURNED, State.IN_REVIEW, State.SIGNED}), State.DRAFT)
SUBMIT = Act("送审", frozenset({State.DRAFT, State.RETURNED}), State.IN_REVIEW)
AGREE = Act("同意", frozenset({State.IN_REVIEW}), State.IN_REVIEW)
SIGN = Act("签发", frozenset({State.IN_REVIEW}), State.SIGNED)
RETURN = Act("退回", frozenset({State.IN_REVIEW}), State.RETURNED)
WITHDRAW = Act("撤稿", frozenset({State.DRAFT, State.RETURNED, State.IN_REVIEW, State.SIGNED}), State.WITHDRAWN)
RECHECK = Act("重审", frozenset({State.IN_REVIEW, State.SIGNED}), State.DRAFT)
REFUSE = Act("拒绝补签", frozenset({State.IN_REVIEW, State.SIGNED}), State.RETURNED)

ACTS: tuple[Act, ...] = (EDIT, SUBMIT, AGREE, SIGN, RETURN, WITHDRAW, RECHECK, REFUSE)
WAITING = frozenset({State.IN_REVIEW, State.SIGNED})
"""States in which a text waits to go out: a changed standard looks at these again."""


def require_open(act: Act, state: str, post_id: int) -> None:
    """Refuse an act that is not open from a state.

    Raises:
        RefusedError: naming the states from which it is.
    """
    if State(state) not in act.sources:
        wanted = "、".join(each for each in State if each in act.sources)
        raise RefusedError(
            f"稿件{post_id}的状态是“{state}”,不能{act.name}。",
            next_step=f"{act.name}适用于{wanted}的稿件,见 weibo-ops post show {post_id}。",
        )


def changed_meanwhile(post_id: int) -> ConflictError:
    """Return the error that somebody was faster: the post no longer has the version that was seen."""
    return ConflictError(
        f"稿件{post_id}刚被他人修改或办理,本次未保存。", next_step=f"请重新查看后再办:weibo-ops post show {post_id}。"
    )


def open_acts(state: str) -> tuple[str, ...]:
    """Return the names of the acts that are open from a state."""
    return tuple(act.name for act in ACTS if State(state) in act.sources)
