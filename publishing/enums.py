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
