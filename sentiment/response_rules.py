"""The response book applied to stored rows: whether a comment is due and how its clock stands. Pure."""

from __future__ import annotations

from datetime import datetime

from config.rulebook.response import ResponseBook
from sentiment.clocks import Judged, Outcome, outcome
from sentiment.triage import is_thanks

FOLLOW_UP = "追问"


def due_reason(text: str, nature: str, book: ResponseBook, *, follows_up: bool) -> str:
    """Return why a comment calls for an answer: its nature, or 追问; ``""`` if it does not.

    Args:
        text: the comment.
        nature: the triage's proposal.
        book: the response book in force.
        follows_up: whether it speaks to a registered account that has answered the same person in the thread before.
    """
    if follows_up and book.threads.follow_up.enabled:
        return "" if is_thanks(text, book) else FOLLOW_UP
    rule = book.nature(nature)
    return nature if rule is not None and rule.due else ""


def outcome_of(clock: Judged | None, as_of: datetime) -> Outcome:
    """Judge a stored clock as of an instant; a comment without one is not due."""
    return Outcome.NOT_DUE if clock is None else outcome(clock, as_of)
