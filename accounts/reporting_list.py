"""Our register beside the list of the national reporting system (全国政务新媒体信息报送系统). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.enums import Platform
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import normalise_name

_WRITTEN = {
    "微博": Platform.WEIBO,
    "新浪微博": Platform.WEIBO,
    "政务微博": Platform.WEIBO,
    "weibo": Platform.WEIBO,
    "微信": Platform.WECHAT,
    "微信公众号": Platform.WECHAT,
    "政务微信": Platform.WECHAT,
    "wechat": Platform.WECHAT,
    "抖音": Platform.DOUYIN,
    "抖音号": Platform.DOUYIN,
    "douyin": Platform.DOUYIN,
    "快手": Platform.KUAISHOU,
    "kuaishou": Platform.KUAISHOU,
    "头条": Platform.TOUTIAO,
    "今日头条": Platform.TOUTIAO,
    "头条号": Platform.TOUTIAO,
    "toutiao": Platform.TOUTIAO,
    "其他": Platform.OTHER,
    "other": Platform.OTHER,
}
LIVING = ("正常", "运行", "在用", "正常运行", "暂停更新(已报备)")


class Outcome(StrEnum):
    """How an account stands in the two lists."""

    OURS = "仅我方有"
    THEIRS = "仅对方有"
    DIFFERS = "不一致"
    SAME = "一致"


@dataclass(frozen=True)
class Entry:
    """An account in either list; ``line`` is its line in their file, 0 for ours."""

    platform: str
    uid: str
    name: str
    unit: str
    status: str
    line: int = 0


@dataclass(frozen=True)
class Comparison:
    """One account compared; ``differences`` are 项目:我方 / 对方."""

    outcome: str
    platform: str
    name: str
    unit: str
    uid: str
    line: int
    differences: tuple[str, ...]


def platform_of(written: str) -> str:
    """Return the platform that a list names.

    Raises:
        UsageError: it is none that is known.
    """
    found = _WRITTEN.get(normalise_name(written))
    if found is None:
        raise UsageError(
            f"平台“{written[:20]}”无法识别。", next_step=f"可写:{'、'.join(each.label for each in Platform)}。"
        )
    return found.value


def compare(ours: Iterable[Entry], theirs: Iterable[Entry]) -> list[Comparison]:
    """Compare two lists: by uid where both have one, else by platform and name (width and case aside).

    Each entry of ours meets at most one of theirs.
    """
    left = list(theirs)
    by_uid = {(entry.platform, entry.uid): entry for entry in left if entry.uid}
    by_name: dict[tuple[str, str], list[Entry]] = {}
    for entry in left:
        by_name.setdefault((entry.platform, normalise_name(entry.name)), []).append(entry)
    met: set[int] = set()
    rows: list[Comparison] = []
    ours = list(ours)
    pairs: dict[int, Entry] = {}
    for number, own in enumerate(ours):
        other = by_uid.get((own.platform, own.uid)) if own.uid else None
        if other is not None and id(other) not in met:
            met.add(id(other))
            pairs[number] = other
    for number, own in enumerate(ours):
        if number in pairs:
            continue
        for other in by_name.get((own.platform, normalise_name(own.name)), ()):
            if id(other) not in met and not (own.uid and other.uid):
                met.add(id(other))
                pairs[number] = other
                break
    for number, own in enumerate(ours):
        other = pairs.get(number)
        if other is None:
            rows.append(Comparison(Outcome.OURS, own.platform, own.name, own.unit, own.uid, 0, ()))
            continue
        differences = tuple(_differences(own, other))
        outcome = Outcome.DIFFERS if differences else Outcome.SAME
        rows.append(Comparison(outcome, own.platform, own.name, own.unit, own.uid, other.line, differences))
    rows += [
        Comparison(Outcome.THEIRS, other.platform, other.name, other.unit, other.uid, other.line, ())
        for other in left
        if id(other) not in met
    ]
    return rows


def _differences(own: Entry, other: Entry) -> Iterable[str]:
    for word, ours, theirs in (
        ("名称", own.name, other.name),
        ("主办单位", own.unit, other.unit),
        ("用户id", own.uid, other.uid if own.uid else ""),
    ):
        if theirs and ours and normalise_name(ours) != normalise_name(theirs):
            yield f"{word}:{ours} / {theirs}"
    if other.status and _alive(own.status) != _alive(other.status):
        yield f"状态:{own.status} / {other.status}"


def _alive(status: str) -> bool:
    return any(word in status for word in LIVING) and "注销" not in status and "关停" not in status
