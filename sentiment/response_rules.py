"""The response book applied to stored rows: whether a comment is due and how its clock stands. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from config.rulebook.response import ResponseBook
from sentiment.clocks import Judged, Outcome, outcome
from sentiment.threads import addressee
from sentiment.triage import is_thanks

FOLLOW_UP = "追问"


def due_reason(text: str, nature: str, book: ResponseBook, official_names: Collection[str], *, reopened: bool) -> str:
    """Return why a comment calls for an answer: its nature, or 追问; ``""`` if it does not.

    Args:
        text: the comment.
        nature: the triage's proposal.
        book: the response book in force.
        official_names: screen names of registered accounts.
        reopened: whether an official reply to the same person stands earlier in the thread.
    """
    if reopened and addressee(text) in official_names:
        enabled = book.threads.follow_up.enabled
        return FOLLOW_UP if enabled and not is_thanks(text, book) else ""
    rule = book.nature(nature)
    return nature if rule is not None and rule.due else ""


def outcome_of(clock: Judged | None, as_of: datetime) -> Outcome:
    """Judge a stored clock as of an instant; a comment without one is not due."""
    return Outcome.NOT_DUE if clock is None else outcome(clock, as_of)
