"""The checks of an outgoing text: pure functions of text, rule book and gateway."""

from __future__ import annotations

from typing import get_args

from config.rulebook.content import ContentBook, Gateway
from publishing.checks.draft import Draft, Medium, Neighbour
from publishing.checks.hits import Hit
from publishing.checks.length import check_length, check_links
from publishing.checks.personal_data import check_personal_data
from publishing.checks.wording import check_wording
from weibo_ops.kernel.errors import UsageError

__all__ = ["GATEWAYS", "Draft", "Hit", "Medium", "Neighbour", "check_text"]

GATEWAYS: tuple[str, ...] = get_args(Gateway)


def check_text(text: str, book: ContentBook, *, gateway: str = "manual") -> tuple[Hit, ...]:
    """Judge one text for the way it is to be sent.

    Args:
        text: the text as it would go out.
        book: the content rule book in force.
        gateway: manual (官方客户端), commercial (商业接口), share (分享接口) or comment (评论).

    Returns:
        Hits in order of place. Positions are characters of ``text``. Linear in the length of the text.

    Raises:
        UsageError: the gateway is none of these.
    """
    if gateway not in GATEWAYS:
        raise UsageError(f"发布通道“{gateway[:40]}”无法识别。", next_step=f"请从{'、'.join(GATEWAYS)}中选一种。")
    found = (
        *check_length(text, book, gateway),
        *check_links(text, book, gateway),
        *check_personal_data(text, book),
        *check_wording(text, book),
    )
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.rule_id)))
