"""Our register beside the list of the national reporting system (全国政务新媒体信息报送系统). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.enums import AccountStatus, Platform
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import normalise_name

_PLATFORM_WORDS = (
    (Platform.OTHER, ("小程序", "客户端", "视频号", "app", "其他", "其它", "other")),
    (Platform.WEIBO, ("微博", "weibo")),
    (Platform.WECHAT, ("微信", "公众号", "订阅号", "服务号", "wechat")),
    (Platform.DOUYIN, ("抖音", "douyin")),
    (Platform.KUAISHOU, ("快手", "kuaishou")),
    (Platform.TOUTIAO, ("头条", "toutiao")),
)
"""Words by which lists name a platform, the first that fits: a 微信小程序 is no 公众号."""
CLOSED, RESTING, RUNNING = "关停", "暂停", "运行"
_STATUS_WORDS = (
    (CLOSED, ("注销", "关停", "停用", "关闭", "停止", "未运行", "不运行", "下线")),
    (RESTING, ("暂停", "停更")),
    (RUNNING, ("运行", "正常", "在用", "启用", "开通")),
)
"""Words by which lists tell a state, the first that fits: 停止运行 is no 运行."""
_OURS = {
    AccountStatus.RUNNING: RUNNING,
    AccountStatus.PAUSED: RESTING,
    AccountStatus.CLOSING: RUNNING,
    AccountStatus.CANCELLED: CLOSED,
}


class Outcome(StrEnum):
    """How an account stands in the two lists."""

    OURS = "仅我方有"
    THEIRS = "仅对方有"
    DIFFERS = "不一致"
    REPEATED = "对方重复"
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
    """One account compared; ``differences`` are 项目:我方 / 对方, or which line is said again."""

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
    plain = normalise_name(written)
    for platform, words in _PLATFORM_WORDS:
        if any(word in plain for word in words):
            return platform.value
    raise UsageError(
        f"平台“{written[:20]}”无法识别。", next_step=f"可写:{'、'.join(each.label for each in Platform)}。"
    )


def state_of(written: str) -> str:
    """Return 运行, 暂停 or 关停 for the state that a list tells; empty where its words say none of them."""
    plain = normalise_name(written)
    return next((state for state, words in _STATUS_WORDS if any(word in plain for word in words)), "")


def compare(ours: Iterable[Entry], theirs: Iterable[Entry]) -> list[Comparison]:
    """Compare two lists, each entry with at most one of the other.

    They meet by platform and uid; then by platform and name (width and case aside), those whose uids do not contradict
    each other first; then by uid alone, where the platform is told differently. An account of ours that was cancelled
    stands in the result only if the other list has it.
    """
    left, own = list(theirs), list(ours)
    pairs = _pairs(own, left)
    rows: list[Comparison] = []
    for number, entry in enumerate(own):
        other = left[pairs[number]] if number in pairs else None
        if other is not None:
            differences = tuple(_differences(entry, other))
            rows.append(_row(Outcome.DIFFERS if differences else Outcome.SAME, entry, other.line, differences))
        elif entry.status != AccountStatus.CANCELLED:
            rows.append(_row(Outcome.OURS, entry))
    met = set(pairs.values())
    said: dict[tuple[str, ...], int] = {}
    for number in sorted(range(len(left)), key=lambda number: (number not in met, number)):
        other = left[number]
        first = said.setdefault(_identity(other), other.line)
        if number in met:
            continue
        again = (f"与第{first}行重复",) if first != other.line else ()
        rows.append(_row(Outcome.REPEATED if again else Outcome.THEIRS, other, other.line, again))
    return rows


def _pairs(ours: Sequence[Entry], theirs: Sequence[Entry]) -> dict[int, int]:
    """Return which of ours meets which of theirs, by their places in the lists."""
    pairs: dict[int, int] = {}
    met: set[int] = set()

    def meet(key: Callable[[Entry], tuple[str, ...]], agree: Callable[[Entry, Entry], bool]) -> None:
        waiting: dict[tuple[str, ...], list[int]] = {}
        for number, other in enumerate(theirs):
            if number not in met and all(key(other)):
                waiting.setdefault(key(other), []).append(number)
        # A cancelled account of ours gives way to one that lives.
        living_first = sorted(range(len(ours)), key=lambda at: (ours[at].status == AccountStatus.CANCELLED, at))
        for number in living_first:
            if number in pairs or not all(key(ours[number])):
                continue
            fits = [
                at for at in waiting.get(key(ours[number]), ()) if at not in met and agree(ours[number], theirs[at])
            ]
            if fits:
                unit = normalise_name(ours[number].unit)
                pairs[number] = min(fits, key=lambda at: (normalise_name(theirs[at].unit) != unit, at))
                met.add(pairs[number])

    meet(lambda entry: (entry.platform, _uid(entry)), lambda own, other: True)
    meet(_called, lambda own, other: not (_uid(own) and _uid(other)))
    meet(_called, lambda own, other: True)
    meet(lambda entry: (_uid(entry),), lambda own, other: True)
    return pairs


def _called(entry: Entry) -> tuple[str, ...]:
    return (entry.platform, normalise_name(entry.name))


def _row(outcome: Outcome, entry: Entry, line: int = 0, differences: tuple[str, ...] = ()) -> Comparison:
    return Comparison(outcome, entry.platform, entry.name, entry.unit, entry.uid, line, differences)


def _uid(entry: Entry) -> str:
    return normalise_name(entry.uid)


def _identity(entry: Entry) -> tuple[str, ...]:
    return (entry.platform, _uid(entry)) if entry.uid else (entry.platform, "", normalise_name(entry.name))


def _differences(own: Entry, other: Entry) -> Iterator[str]:
    if own.platform != other.platform:
        yield f"平台:{Platform(own.platform).label} / {Platform(other.platform).label}"
    for word, ours, theirs in (
        ("名称", own.name, other.name),
        ("主办单位", own.unit, other.unit),
        ("用户id", own.uid, other.uid),
    ):
        if ours and theirs and normalise_name(ours) != normalise_name(theirs):
            yield f"{word}:{ours} / {theirs}"
    here, there = _OURS.get(AccountStatus(own.status), ""), state_of(other.status)
    if here and there and here != there:
        yield f"状态:{own.status} / {other.status}"
