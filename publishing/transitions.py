"""Which act leads an outgoing post where: the one transition table of posts. Pure.

Source: design, publishing: 草稿 → 审核中 → (退回 | 撤稿) → 已签发 → 已排期 → 发布中 → 已发布; aside: 暂停待处置,
错过发布时间, 结果待核实, 失败, 已删除. Changing a text takes it back to 草稿 from wherever it stands before it was
sent, so that no signature outlives its words; from 发布中 on nothing is changed until the outcome is known.
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


IN_HAND = frozenset({State.SIGNED, State.SCHEDULED, State.HELD, State.MISSED, State.FAILED})
"""Signed, and surely not on the platform: it may still be changed, taken back or given another time."""
_UNSIGNED = frozenset({State.DRAFT, State.RETURNED, State.IN_REVIEW})

EDIT = Act("修改", _UNSIGNED | IN_HAND, State.DRAFT)
SUBMIT = Act("送审", frozenset({State.DRAFT, State.RETURNED}), State.IN_REVIEW)
AGREE = Act("同意", frozenset({State.IN_REVIEW}), State.IN_REVIEW)
SIGN = Act("签发", frozenset({State.IN_REVIEW}), State.SIGNED)
RETURN = Act("退回", frozenset({State.IN_REVIEW}), State.RETURNED)
WITHDRAW = Act("撤稿", _UNSIGNED | IN_HAND, State.WITHDRAWN)
RECHECK = Act("重审", frozenset({State.IN_REVIEW}) | IN_HAND, State.DRAFT)
REFUSE = Act("拒绝补签", frozenset({State.IN_REVIEW}) | IN_HAND, State.RETURNED)
SCHEDULE = Act("排期", IN_HAND, State.SCHEDULED)
UNSCHEDULE = Act("取消排期", frozenset({State.SCHEDULED}), State.SIGNED)
HOLD = Act("暂停", frozenset({State.SIGNED, State.SCHEDULED, State.FAILED, State.MISSED}), State.HELD)
CLAIM = Act("发布", frozenset({State.SCHEDULED}), State.SENDING)
MISS = Act("错过", frozenset({State.SCHEDULED, State.HELD}), State.MISSED)
GIVE_UP = Act("停发", frozenset({State.SCHEDULED}), State.FAILED)
PUT_OFF = Act("推迟", frozenset({State.SENDING, State.UNCERTAIN}), State.SCHEDULED)
DOUBT = Act("核实", frozenset({State.SENDING}), State.UNCERTAIN)
STAY = Act("请人核实", frozenset({State.UNCERTAIN}), State.UNCERTAIN)
PUBLISH = Act("登记发布", frozenset({State.SENDING, State.UNCERTAIN}), State.PUBLISHED)
TURN_UP = Act("登记已出现", frozenset({State.FAILED, State.MISSED}), State.PUBLISHED)
FAIL = Act("登记失败", frozenset({State.SENDING, State.UNCERTAIN}), State.FAILED)
LAPSE = Act("登记错过", frozenset({State.SENDING, State.UNCERTAIN}), State.MISSED)
DELETE = Act("删除", frozenset({State.PUBLISHED}), State.DELETED)

ACTS: tuple[Act, ...] = (
    EDIT,
    SUBMIT,
    AGREE,
    SIGN,
    RETURN,
    WITHDRAW,
    RECHECK,
    REFUSE,
    SCHEDULE,
    UNSCHEDULE,
    HOLD,
    CLAIM,
    MISS,
    GIVE_UP,
    PUT_OFF,
    DOUBT,
    STAY,
    PUBLISH,
    TURN_UP,
    FAIL,
    LAPSE,
    DELETE,
)
BY_PROGRAM = frozenset({SIGN, CLAIM, MISS, GIVE_UP, PUT_OFF, DOUBT, STAY, LAPSE})
"""What no person does by itself: the end of a chain, and the worker's acts."""
WAITING = frozenset({State.IN_REVIEW}) | IN_HAND
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
    """Return the names of the acts that are open to people from a state."""
    return tuple(act.name for act in ACTS if State(state) in act.sources and act not in BY_PROGRAM)
