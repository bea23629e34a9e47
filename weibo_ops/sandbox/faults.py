"""Faults on request: which answer is spoiled, how, and how often. A seed makes a run repeatable."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from pydantic import AwareDatetime, Field, field_validator

from weibo_ops.sandbox.entries import Entry, Number, read_one

PUBLISHING = ("statuses/share", "statuses/update", "statuses/upload")
"""The calls that publish: what a fault is for unless its rule names others."""
SIGNED = ("account/*", "statuses/*", "users/*", "comments/*", "remind/*")
"""The calls that need a token."""


class Shape(StrEnum):
    """What the caller gets to see of a fault."""

    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"
    SLOW = "slow"
    STATUS = "status"
    PAGE = "page"
    GARBLED = "garbled"
    ERROR = "error"
    LATE = "late"
    DELAYED = "delayed"
    EXPIRE = "expire"
    REVOKE = "revoke"
    LAG = "lag"
    MISSING = "missing"


@dataclass(frozen=True)
class Kind:
    """A fault by name.

    Attributes:
        words: what it does, in Chinese.
        shape: what the caller sees.
        commits: whether the call is carried out.
        number: HTTP status or error code that belongs to it.
        seconds: how long, unless the rule says.
        endpoints: what it is for, unless the rule says.
        count: how many times, unless the rule says.
    """

    words: str
    shape: Shape
    commits: bool = False
    number: int = 0
    seconds: float = 0.0
    endpoints: tuple[str, ...] = PUBLISHING
    count: int | None = None


def _pairs(name: str, words: str, shape: Shape, number: int = 0, seconds: float = 0.0) -> dict[str, Kind]:
    return {
        f"{name}_before_commit": Kind(f"未执行,{words}", shape, False, number, seconds),
        f"{name}_after_commit": Kind(f"已执行,{words}", shape, True, number, seconds),
    }


KINDS: dict[str, Kind] = {
    **_pairs("lost", "不作答即断开连接", Shape.CLOSE),
    **_pairs("reset", "重置连接", Shape.RESET),
    **_pairs("hang", "迟迟不作答(seconds 秒后断开)", Shape.HANG, seconds=60),
    **_pairs("http_500", "答 HTTP 500(10001)", Shape.STATUS, 500),
    **_pairs("http_502", "答 HTTP 502(10011)", Shape.STATUS, 502),
    **_pairs("http_503", "答 HTTP 503(10002)", Shape.STATUS, 503),
    **_pairs("html_502", "答 HTTP 502 网页", Shape.PAGE, 502),
    **_pairs("html_414", "答 HTTP 414 网页", Shape.PAGE, 414),
    **_pairs("not_json", "答 HTTP 200,内容残缺不是 JSON", Shape.GARBLED, 200),
    **_pairs("error", "答错误码 code", Shape.ERROR, 10001),
    "slow": Kind("已执行,seconds 秒后如实作答", Shape.SLOW, True, seconds=2),
    "late_commit": Kind("seconds 秒后才执行,始终不作答", Shape.LATE, seconds=10),
    "success_delayed": Kind("已执行,答 20032,seconds 秒后才能查到", Shape.DELAYED, True, 20032, 60),
    "token_expires": Kind("此授权自此到期(21327)", Shape.EXPIRE, number=21327, endpoints=SIGNED, count=1),
    "token_revoked": Kind("此授权自此被取消(21332)", Shape.REVOKE, number=21332, endpoints=SIGNED, count=1),
    "rate_limited": Kind("答频次超限(code,默认 10023)", Shape.ERROR, number=10023, endpoints=SIGNED),
    "timeline_lag": Kind("时间线看不到最近 seconds 秒的微博", Shape.LAG, True, 0, 30, ("statuses/user_timeline*",)),
    "items_missing": Kind("列表少给一半条目,总数不变", Shape.MISSING, True, endpoints=("comments/*",)),
}


class Rule(Entry):
    """When a fault applies: to which calls, with what probability, how often, between which instants.

    ``skip`` lets the first so many fitting calls through; ``text`` asks that the text sent contains it.
    """

    fault: str
    probability: float = Field(1.0, ge=0, le=1)
    count: int | None = Field(None, ge=0)
    skip: int = Field(0, ge=0)
    endpoints: tuple[str, ...] | None = None
    uid: Number | None = None
    text: str = ""
    seconds: float | None = Field(None, ge=0, le=86400)
    code: int | None = Field(None, ge=1)
    starts: AwareDatetime | None = None
    ends: AwareDatetime | None = None

    @field_validator("fault")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in KINDS:
            raise ValueError(f"没有故障 {name};有:{'、'.join(KINDS)}")
        return name


class Plan(Entry):
    """The faults in force, in order: the first that applies is the one a call gets."""

    seed: int = 0
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """The fault that a call gets."""

    name: str
    kind: Kind
    seconds: float
    code: int


class Faults:
    """Draws faults by a plan; the n-th fitting call of a rule always gets the n-th draw of that rule's own chance."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.set(plan or Plan())

    def set(self, plan: Plan) -> None:
        """Put a plan in force and begin counting anew."""
        self.plan = plan
        self._seen = [0] * len(plan.rules)
        self._applied = [0] * len(plan.rules)
        self._chances = [random.Random(f"{plan.seed}/{index}") for index in range(len(plan.rules))]  # noqa: S311 - chance that must repeat

    def draw(self, endpoint: str, uid: str, text: str, at: float) -> Fault | None:
        """Return the fault of a call, or None."""
        for index, rule in enumerate(self.plan.rules):
            kind = KINDS[rule.fault]
            limit = kind.count if rule.count is None else rule.count
            if limit is not None and self._applied[index] >= limit:
                continue
            if not _fits(rule, kind, endpoint, uid, text, at):
                continue
            self._seen[index] += 1
            if self._seen[index] <= rule.skip or self._chances[index].random() >= rule.probability:
                continue
            self._applied[index] += 1
            return Fault(
                rule.fault,
                kind,
                kind.seconds if rule.seconds is None else rule.seconds,
                kind.number if rule.code is None else rule.code,
            )
        return None

    def report(self) -> dict[str, Any]:
        """Return the plan with what each rule has seen and applied."""
        return {
            "seed": self.plan.seed,
            "rules": [
                {**rule.model_dump(mode="json", exclude_defaults=True), "seen": seen, "applied": applied}
                for rule, seen, applied in zip(self.plan.rules, self._seen, self._applied, strict=True)
            ],
            "known": {name: kind.words for name, kind in KINDS.items()},
        }


def read_plan(value: Any) -> Plan:
    """Return a plan from JSON: an object with ``seed`` and ``rules``, or a list of rules.

    Raises:
        UsageError: it does not fit; every fault is named.
    """
    return read_one(Plan, {"rules": value} if isinstance(value, list) else value)


def _fits(rule: Rule, kind: Kind, endpoint: str, uid: str, text: str, at: float) -> bool:
    return (
        any(fnmatchcase(endpoint, pattern) for pattern in rule.endpoints or kind.endpoints)
        and (rule.uid is None or rule.uid == uid)
        and rule.text in text
        and (rule.starts is None or at >= rule.starts.timestamp())
        and (rule.ends is None or at < rule.ends.timestamp())
    )
