"""The life of an account: which act leads from which state to which, and who does it. Pure.

Source: 国办发〔2018〕123号 (谁开设、谁主办; approval and filing); 鄂政办发〔2021〕11号; 汉滨区2022年; 云南省地方规定.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from accounts.enums import AccountStatus as State
from accounts.permissions import Permission


class Side(StrEnum):
    """Who does an act: the unit that sponsors the account, the unit that approves, the unit that files."""

    SPONSOR = "主办单位"
    APPROVER = "审批单位"
    FILER = "备案单位"


@dataclass(frozen=True)
class Act:
    """An act in the life of an account.

    Attributes:
        name: as people call it.
        sources: states from which it is open.
        target: state to which it leads; None leaves the state.
        permission: what it needs.
        side: who does it.
        limit: rule of the lifecycle section that says when the next act is due; empty if none is.
        awaits: the filing that is due next; empty if none is.
    """

    name: str
    sources: frozenset[State]
    target: State | None
    permission: Permission
    side: Side
    limit: str = ""
    awaits: str = ""


_ALIVE = frozenset({State.RUNNING, State.PAUSED})
_ACTS = (
    Act("申请开设", frozenset(), State.PLANNED, Permission.ACCOUNT_APPLY, Side.SPONSOR),
    Act("提交审批", frozenset({State.PLANNED}), State.IN_APPROVAL, Permission.ACCOUNT_APPLY, Side.SPONSOR, "approval"),
    Act(
        "审批通过", frozenset({State.IN_APPROVAL}), State.IN_FILING, Permission.ACCOUNT_APPROVE, Side.APPROVER, "filing"
    ),
    Act("审批退回", frozenset({State.IN_APPROVAL}), State.PLANNED, Permission.ACCOUNT_APPROVE, Side.APPROVER),
    Act("开设备案", frozenset({State.IN_FILING}), None, Permission.ACCOUNT_FILE, Side.FILER),
    Act("备案退回", frozenset({State.IN_FILING}), State.IN_APPROVAL, Permission.ACCOUNT_FILE, Side.FILER, "approval"),
    Act("启用", frozenset({State.IN_FILING}), State.RUNNING, Permission.ACCOUNT_APPLY, Side.SPONSOR),
    Act(
        "撤回申请",
        frozenset({State.PLANNED, State.IN_APPROVAL, State.IN_FILING}),
        State.CANCELLED,
        Permission.ACCOUNT_APPLY,
        Side.SPONSOR,
    ),
    Act("变更", _ALIVE, None, Permission.ACCOUNT_APPLY, Side.SPONSOR, "change_filing", "变更备案"),
    Act("更名", _ALIVE, None, Permission.ACCOUNT_APPLY, Side.SPONSOR, "change_filing", "变更备案"),
    Act("变更备案", frozenset({*_ALIVE, State.CLOSING}), None, Permission.ACCOUNT_FILE, Side.FILER),
    Act("离任", _ALIVE, None, Permission.ACCOUNT_APPLY, Side.SPONSOR, "leaving_office", "变更备案"),
    Act("暂停更新", frozenset({State.RUNNING}), State.PAUSED, Permission.ACCOUNT_APPLY, Side.SPONSOR),
    Act("恢复更新", frozenset({State.PAUSED}), State.RUNNING, Permission.ACCOUNT_APPLY, Side.SPONSOR),
    Act("关停公告", _ALIVE, State.CLOSING, Permission.ACCOUNT_APPLY, Side.SPONSOR, "change_filing", "变更备案"),
    Act("撤销关停", frozenset({State.CLOSING}), State.RUNNING, Permission.ACCOUNT_APPLY, Side.SPONSOR),
    Act("注销", frozenset({State.CLOSING}), State.CANCELLED, Permission.ACCOUNT_FILE, Side.FILER),
)
ACTS: dict[str, Act] = {act.name: act for act in _ACTS}
"""Every act, by name."""
LIVING = frozenset({State.RUNNING, State.PAUSED, State.CLOSING})
"""States of an account that speaks, or could."""


DETAIL_WORDS = {
    "archived": "已存档",
    "brand_name": "品牌名",
    "certified_on": "认证日期",
    "clause": "依据",
    "decision": "集体研究",
    "earliest": "最早注销日",
    "ends_on": "离任日期",
    "expires_on": "到期日",
    "filed_on": "备案日期",
    "filing_number": "备案号",
    "from": "原名",
    "kind": "类别",
    "late": "逾期",
    "need": "开设必要性",
    "person_name": "姓名",
    "person_title": "职务",
    "platform": "平台",
    "staffing": "人员配备",
    "text": "认证说明",
    "to": "新名",
    "uid": "用户id",
    "unit": "主办单位",
    "until": "止日",
    "upkeep": "更新保障",
}
"""What the particulars of an act are called."""


def particulars(details: Mapping[str, object], note: str = "") -> str:
    """Return the particulars of an act in words, without those that are empty or say what the note says."""
    return ";".join(
        f"{DETAIL_WORDS.get(name, name)}:{_words(value)}"
        for name, value in details.items()
        if value not in (None, False, "") and value != note
    )


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是"
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def open_acts(state: str) -> tuple[str, ...]:
    """Return the acts that are open in a state."""
    return tuple(act.name for act in _ACTS if State(state) in act.sources)
