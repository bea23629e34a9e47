"""The words with which outgoing posts are described."""

from __future__ import annotations

from enum import StrEnum


class PostState(StrEnum):
    """Where an outgoing post stands."""

    DRAFT = "草稿"
    IN_REVIEW = "审核中"
    RETURNED = "退回"
    WITHDRAWN = "撤稿"
    SIGNED = "已签发"
    SCHEDULED = "已排期"
    SENDING = "发布中"
    PUBLISHED = "已发布"
    HELD = "暂停待处置"
    MISSED = "错过发布时间"
    UNCERTAIN = "结果待核实"
    FAILED = "失败"
    DELETED = "已删除"


SIGNED_STATES = frozenset(PostState) - {PostState.DRAFT, PostState.IN_REVIEW, PostState.RETURNED, PostState.WITHDRAWN}
"""States in which a post carries the signature of its last round."""


class Origin(StrEnum):
    """How a post came in."""

    WRITTEN = "起草"
    IMPORTED = "批量导入"
    TEMPLATE = "模板"


class StepState(StrEnum):
    """How far a step of a chain is."""

    WAITING = "未到"
    OPEN = "待审"
    DONE = "已同意"
    RETURNED = "已退回"
    VOID = "作废"


class Verdict(StrEnum):
    """What a reviewer says; the last is a signature on paper that a second person did not find to fit."""

    AGREE = "同意"
    RETURN = "退回"
    MISMATCH = "核对不符"


class Channel(StrEnum):
    """How a verdict was given."""

    SYSTEM = "系统"
    PAPER = "纸质"
    TELEPHONE = "电话"


class RoundOutcome(StrEnum):
    """How a round of review ended."""

    SIGNED = "签发"
    RETURNED = "退回"
    WITHDRAWN = "撤稿"
    EDITED = "修改后作废"
    RECHECKED = "标准变动后重审"
    REFUSED = "拒绝补签"


class Disclosure(StrEnum):
    """Whether what a post says may be public (公开属性)."""

    PUBLIC = "主动公开"
    ON_REQUEST = "依申请公开"
    CLOSED = "不予公开"


class Sending(StrEnum):
    """How a post goes out."""

    PLATFORM = "接口"
    BY_HAND = "人工"


class AttemptOutcome(StrEnum):
    """How an attempt to send ended; empty while nobody knows."""

    PUBLISHED = "已发布"
    REFUSED = "平台拒绝"
    NOT_SENT = "未发出"
    UNKNOWN = "结果不明"
    ABSENT = "核实未发布"


class SeriesDay(StrEnum):
    """How often a recurring column appears."""

    DAILY = "每日"
    WORKDAYS = "工作日"
    WEEKLY = "每周"
    MONTHLY = "每月"


class RelayKind(StrEnum):
    """What a relay task asks for: the very post of another account, or an own one of the same matter."""

    MUST = "必转"
    JOINT = "联动"


class RelayState(StrEnum):
    """How far an account is with a relay task."""

    OPEN = "待办"
    IN_HAND = "办理中"
    DONE = "已回执"
    EXCUSED = "说明不转"


class ClaimState(StrEnum):
    """What became of a post that this program did not send."""

    OPEN = "待认领"
    CLAIMED = "已认领待核对"
    SETTLED = "已认领"
    SUSPECTED = "疑似账号被盗"
    CLEARED = "已排除"
