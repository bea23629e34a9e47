"""The words with which accounts and their findings are described."""

from __future__ import annotations

from enum import StrEnum


class AccountKind(StrEnum):
    """Who speaks: an institution or an official in person."""

    INSTITUTION = "机构"
    PERSON = "个人"


class AccountStatus(StrEnum):
    """Where an account stands in its life."""

    PLANNED = "拟开设"
    IN_APPROVAL = "审批中"
    IN_FILING = "备案中"
    RUNNING = "正常运行"
    PAUSED = "暂停更新(已报备)"
    CLOSING = "关停公告"
    CANCELLED = "注销"


class FindingState(StrEnum):
    """How far a finding has gone from being noticed to being settled."""

    FOUND = "发现"
    VERIFIED = "核实"
    HEARD = "告知与申辩"
    CONFIRMED = "确认"
    ASSIGNED = "交办"
    ANSWERED = "反馈"
    REVIEWED = "复核"
    CLOSED = "办结"


class ObservationKind(StrEnum):
    """What a source can observe of an account."""

    POSTS = "posts"
    COMMENTS = "comments"
    PROFILE = "profile"
