"""What a draft of the content, words or approval standard would do to the posts that wait; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.repository import AccountRepository
from accounts.schemas.standards import APPEARS, FALLS, RISES, STAYS, VANISHES, PreviewRow, PreviewTable
from accounts.standards import StandardService, Standing
from config.loader import LoadedBook
from config.rulebook.approval import ApprovalBook
from config.rulebook.base import Rule, Severity
from publishing.checks import Hit
from publishing.judging import Judge, Standards
from publishing.models import Post
from publishing.rejudging import Rejudged, rejudge
from publishing.repository import PostRepository
from publishing.transitions import WAITING
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database

_GRAVITY = {Severity.ADVICE: 0, Severity.DEDUCT: 1, Severity.VETO: 2}
_Seen = tuple[Post, str, str, Rejudged]


class PostPreviewer:
    """The publishing package's `accounts.schemas.standards.Previewer` of one of its books."""

    def __init__(self, book: str, db: Database, clock: Clock, standards: StandardService, judge: Judge) -> None:
        self.book = book
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge

    def preview(self, book: LoadedBook[Any], as_of: datetime | None) -> PreviewTable:
        """Judge what waits by the standards in force and by the draft, as looking again after publishing it would.

        Rows are the hits of every post under either text, a post whose chain would change, and a post that would go
        back to 草稿. A draft for a later day is taken as if it were in force now.

        Args:
            book: the draft.
            as_of: the instant at which what waits is judged; None is now.
        """
        at = as_of or self._clock.now()
        today = beijing_date(at)
        header = book.book
        start = min(header.effective_from, today)
        timeline = self._standards.timeline(self.book).added(Standing(start, book, header.layer))
        now = self._judge.standards(today)
        with self._db.reading() as session:
            if timeline.on(today) is not book:
                return PreviewTable(_TITLE, at, 0, ())
            before = self._seen(session, now, at, leaving=False)
            after = self._seen(session, replace(now, **{self.book: book}), at, leaving=True)
            governed = len(AccountRepository(session).registered())
        rows = [row for was, will in zip(before, after, strict=True) for row in _rows(was, will, header, now)]
        return PreviewTable(_TITLE, at, governed, tuple(rows))

    def _seen(self, session: Session, standards: Standards, at: datetime, *, leaving: bool) -> list[_Seen]:
        """Judge all that waits in the order of looking again; with ``leaving``, what goes back is compared no more."""
        gone: set[int] = set()
        listed = PostRepository(session).listed(states=[state.value for state in WAITING])
        seen = []
        for post, _, account, unit in sorted(listed, key=lambda each: each[0].id):
            found = rejudge(session, self._judge, post, standards, at, gone)
            if leaving and not found.stays:
                gone.add(post.id)
            seen.append((post, account, unit, found))
        return seen


_TITLE = "待发稿件"


def _rows(was: _Seen, will: _Seen, draft: Any, now: Standards) -> Iterator[PreviewRow]:
    post, account, unit, old = was
    new = will[3]
    for key in dict.fromkeys([*old.hits, *new.hits]):
        before, after = old.hits.get(key), new.hits.get(key)
        found = after or before
        assert found is not None
        yield PreviewRow(
            _change(before, after),
            account,
            unit,
            found.rule_id,
            found.title,
            found.severity.value,
            f"稿件{post.id}:{found.message}",
        )
    if new.chain_changed:
        what = f"审批环节由“{_listed(new.copied)}”改为“{new.chain.title}”({new.chain.in_words})"
        yield _about(post, account, unit, new.chain, "审批链变动", what)
    if not new.stays:
        approval = draft if isinstance(draft, ApprovalBook) else now.approval.book
        yield _about(post, account, unit, approval.fingerprint, "须重新送审", f"退回草稿重新送审({new.reason})")


def _about(post: Post, account: str, unit: str, rule: Rule, title: str, what: str) -> PreviewRow:
    message = f"稿件{post.id}:{what}。依据:{rule.citation}"
    return PreviewRow(APPEARS, account, unit, rule.id, title, rule.severity.value, message)


def _listed(names: Iterable[str]) -> str:
    return "、".join(names)


def _change(was: Hit | None, will: Hit | None) -> str:
    if was is None:
        return APPEARS
    if will is None:
        return VANISHES
    if was.severity == will.severity:
        return STAYS
    return RISES if _GRAVITY[will.severity] > _GRAVITY[was.severity] else FALLS
