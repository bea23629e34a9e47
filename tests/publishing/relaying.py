"""Relay tasks in the newsroom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from publishing.schemas.relays import RelayDetail, RelayEntry, RelayTargetRow
from tests.publishing.newsroom import ACCOUNT, NOW, WATER, Newsroom

SOURCE = "https://weibo.com/9900000009/N1234abcd"
LINE = "转发云麓市防汛提示:10月13日有暴雨,请减少外出,远离积水路段。"
DUE = NOW + timedelta(hours=8)


def entry(**more: Any) -> RelayEntry:
    """A task for every running account of the water office and below, due in eight hours."""
    given: dict[str, Any] = {
        "kind": "必转",
        "title": "防汛提示",
        "basis": "市防汛指挥部10月12日通知",
        "due_at": DUE,
        "shared_text": LINE,
        "source_link": SOURCE,
        "unit": WATER,
    }
    return RelayEntry(**(given | more))


def issue(room: Newsroom, who: str = "sun", **more: Any) -> int:
    """Give a task; return its number."""
    return room.app.relays.issue(room.who(who), entry(**more)).row.task_id


def target(detail: RelayDetail, account: str = ACCOUNT) -> RelayTargetRow:
    """How far one account is."""
    return next(each for each in detail.targets if each.account == account)
