"""The words with which the register and its findings are described."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    """Where an account lives; ``label`` is the name people use."""

    WEIBO = "weibo"
    WECHAT = "wechat"
    DOUYIN = "douyin"
    KUAISHOU = "kuaishou"
    TOUTIAO = "toutiao"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return {
            "weibo": "微博",
            "wechat": "微信公众号",
            "douyin": "抖音",
            "kuaishou": "快手",
            "toutiao": "今日头条",
            "other": "其他",
        }[self]


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


class Origin(StrEnum):
    """How an account came into the register."""

    OPENED = "程序内开设"
    STOCK = "存量登记"


class FindingState(StrEnum):
    """How far a finding has gone from being noticed to being settled; the last two lead off the way."""

    FOUND = "发现"
    VERIFIED = "核实"
    HEARD = "告知与申辩"
    CONFIRMED = "确认"
    ASSIGNED = "交办"
    ANSWERED = "反馈"
    REVIEWED = "复核"
    CLOSED = "办结"
    DISMISSED = "不成立"


class ImpostorState(StrEnum):
    """How far a suspected impostor was followed up."""

    SUSPECTED = "疑似"
    VERIFIED = "已核实"
    REPORTED = "已投诉"
    TRANSFERRED = "已移送"
    CLOSED = "办结"
    DISMISSED = "排除"


class DutyPost(StrEnum):
    """Posts of a duty roster."""

    LEAD = "主班"
    SECOND = "副班"
    LEADER = "带班领导"


class DraftState(StrEnum):
    """Where the draft of a standard stands."""

    DRAFT = "草稿"
    PUBLISHED = "已发布"
    DROPPED = "已作废"


class ObservationKind(StrEnum):
    """What a source can observe of an account."""

    POSTS = "posts"
    COMMENTS = "comments"
    PROFILE = "profile"
