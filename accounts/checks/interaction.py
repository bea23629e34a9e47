"""Interaction: hints that a person must confirm, never claims."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.checks.facts import AccountFacts, FindingDraft, draft
from config.rulebook.accounts import AccountsBook


def check_interaction(facts: AccountFacts, book: AccountsBook) -> Iterator[FindingDraft]:
    """Point out an account with many posts and no public comment, or with many comments and no reply.

    Counts that were not observed (None) give no hint.
    """
    posts, comments = facts.posts_in_window, facts.public_comments_in_window
    replies = facts.official_replies_in_window
    closed, unanswered = book.interaction.closed, book.interaction.unanswered
    if posts is not None and comments == 0 and posts >= closed.minimum:
        yield from draft(
            closed,
            f"观测期内发布{posts}条而无一条公众评论,请登录平台核实评论功能是否开放,核实前不作结论。",
            evidence={"posts": posts, "public_comments": 0, "window_days": facts.window_days},
        )
    if comments is not None and replies == 0 and comments >= unanswered.minimum:
        yield from draft(
            unanswered,
            f"观测期内公众评论{comments}条而未见官方回复,请核实是否已通过私信、电话等方式回应。",
            evidence={"public_comments": comments, "official_replies": 0, "window_days": facts.window_days},
        )
