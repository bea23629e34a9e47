"""The checks of an outgoing text: pure functions of text, rule book and gateway."""

from __future__ import annotations

from config.rulebook.content import ContentBook, Gateway
from publishing.checks.hits import Hit
from publishing.checks.length import check_length, check_links
from publishing.checks.personal_data import check_personal_data
from publishing.checks.wording import check_wording

__all__ = ["Hit", "check_text"]


def check_text(text: str, book: ContentBook, *, gateway: Gateway = "manual") -> tuple[Hit, ...]:
    """Judge one text for the way it is to be sent.

    Args:
        text: the text as it would go out.
        book: the content rule book in force.
        gateway: manual (官方客户端), commercial (商业接口), share (分享接口) or comment (评论).

    Returns:
        Hits in order of place. Positions are characters of ``text``. Linear in the length of the text.
    """
    found = (
        *check_length(text, book, gateway),
        *check_links(text, book, gateway),
        *check_personal_data(text, book),
        *check_wording(text, book),
    )
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.rule_id)))
