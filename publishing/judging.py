"""An outgoing text judged by the standards in force, beside what the office and its siblings said lately.

Drafting, review, re-checking and the screens ask here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from accounts.repository.people import PeopleRepository
from accounts.repository.units import unit_tree
from accounts.standards import StandardService
from config.loader import LoadedBook
from config.rulebook.accounts import AccountsBook
from config.rulebook.approval import ApprovalBook, Chain, ChainQuery, severity_blocks
from config.rulebook.content import ContentBook
from config.rulebook.words import WordsBook
from publishing.checks import Draft, Hit, Medium, Neighbour, WordIndex, check_post, hit_key
from publishing.fingerprint import Manuscript
from publishing.models import HitWaiver, Post, PostHit, PostRevision
from publishing.reply_grades import grade_of
from publishing.repository import PostRepository
from publishing.repository.posts import WaitingText
from weibo_ops.kernel.clock import beijing_date

if TYPE_CHECKING:
    from publishing.schemas import ReplySource

BOOKS = ("content", "words", "approval")
"""The standards that a text is judged by; their digests are part of its fingerprint."""
LOOK_BACK = timedelta(days=30)
MOST_NEIGHBOURS = 300


@dataclass(frozen=True)
class Standards:
    """The three standards in force on a day, and beside them the one that names the sensitive days."""

    content: LoadedBook[ContentBook]
    words: LoadedBook[WordsBook]
    approval: LoadedBook[ApprovalBook]
    accounts: LoadedBook[AccountsBook]

    @property
    def digests(self) -> dict[str, str]:
        """Name of each book → digest of its text."""
        return {name: getattr(self, name).digest for name in BOOKS}


@lru_cache(maxsize=2)
def _made_ready(words: LoadedBook[WordsBook]) -> WordIndex:
    return WordIndex.of(words.book)


Texts = tuple[list[tuple[WaitingText, Neighbour]], list[tuple[int | None, Neighbour]]]
"""What waits, and what went out with its account; a reply bears no account and is the office's own."""


class Beside:
    """What the office and its siblings said lately or are about to say, as one transaction sees it.

    Siblings of an account are those of the same unit and of units under the same parent.
    """

    def __init__(self, session: Session, at: datetime, replies: ReplySource | None) -> None:
        self._repository = PostRepository(session)
        self._at = at
        self._replies = replies
        self._texts: dict[frozenset[int], Texts] = {}

    @cached_property
    def _families(self) -> dict[int, tuple[int, int | None]]:
        return self._repository.families()

    def _siblings(self, account_id: int) -> frozenset[int]:
        unit, parent = self._families[account_id]
        return frozenset(
            other
            for other, (its_unit, its_parent) in self._families.items()
            if its_unit == unit or (parent is not None and its_parent == parent)
        )

    def neighbours(self, account_id: int, post_id: int | None, gone: Collection[int] = ()) -> tuple[Neighbour, ...]:
        """Return the texts that one of an account is compared with.

        Args:
            account_id: the account.
            post_id: the post that it is of, which is not compared with itself nor with the occurrences of its
                recurring column, which repeat it on purpose; None for one that is not stored.
            gone: other posts that it is not compared with.
        """
        siblings = self._siblings(account_id)
        if siblings not in self._texts:
            self._texts[siblings] = self._read(siblings)
        waiting, out = self._texts[siblings]
        series = None
        if post_id is not None and any(each.series_id is not None for each, _ in waiting):
            series = self._repository.series_of(post_id)
        return (
            *(
                found if each.account_id != account_id else replace(found, own=True)
                for each, found in waiting
                if each.post_id != post_id and each.post_id not in gone and (series is None or each.series_id != series)
            ),
            *(found if owner != account_id else replace(found, own=True) for owner, found in out),
        )

    def _read(self, siblings: frozenset[int]) -> Texts:
        since, ids = self._at - LOOK_BACK, sorted(siblings)
        waiting = [
            (each, Neighbour(f"稿件{each.post_id}", each.account, False, None, each.text))
            for each in self._repository.waiting_texts(ids, MOST_NEIGHBOURS)
        ]
        out: list[tuple[int | None, Neighbour]] = [
            (row.account_id, Neighbour(f"微博{row.platform_id}", name, False, row.published_at, row.text))
            for row, name in self._repository.recent_observed(ids, since, self._at, MOST_NEIGHBOURS)
        ]
        heard = self._replies.recent_replies(ids, since) if self._replies is not None else ()
        return waiting, [*out, *((None, each) for each in heard)]


class Judge:
    """Judges manuscripts."""

    def __init__(self, standards: StandardService) -> None:
        self._standards = standards
        self._replies: ReplySource | None = None

    def hear(self, source: ReplySource) -> None:
        """Compare texts also with what the office's accounts answered."""
        self._replies = source

    def standards(self, on: date) -> Standards:
        """Return the standards in force on a day."""
        return Standards(**self._standards.books_in_force((*BOOKS, "accounts"), on))

    def judge(
        self,
        session: Session,
        manuscript: Manuscript,
        standards: Standards,
        at: datetime,
        post_id: int | None = None,
        gone: Collection[int] = (),
        beside: Beside | None = None,
    ) -> tuple[Hit, ...]:
        """Return what the standards say to a manuscript.

        Args:
            session: of the running transaction.
            manuscript: the text with what goes with it.
            standards: the books.
            at: now; what went out in the days before is compared.
            post_id: the post that it is of; None for one that is not stored.
            gone: other posts that it is not compared with.
            beside: the texts that it is compared with, where the transaction has them.
        """
        found = beside or self.beside(session, at)
        draft = Draft(
            text=manuscript.text,
            gateway=manuscript.gateway,
            content_class=manuscript.content_class,
            media=manuscript.media,
            source_basis=manuscript.source_basis,
            neighbours=found.neighbours(manuscript.account_id, post_id, gone),
            on=beijing_date(manuscript.earliest_at or at),
        )
        return check_post(draft, standards.content.book, self.words(standards))

    def words(self, standards: Standards) -> WordIndex:
        """Return the word lists made ready for matching; the last ones are kept."""
        return _made_ready(standards.words)

    def beside(self, session: Session, at: datetime) -> Beside:
        """Return the texts that manuscripts are compared with; one for a whole transaction reads each text once."""
        return Beside(session, at, self._replies)

    def sensitive(self, days: Iterable[date], on: date) -> bool:
        """Say whether one of some days is a sensitive one by the accounts standard."""
        book = self._standards.in_force("accounts", on).book
        assert isinstance(book, AccountsBook)
        return sensitive_among(days, book)

    def chain(
        self,
        manuscript: Manuscript,
        standards: Standards,
        *,
        level: str,
        hits: bool,
        holding: bool,
        at: datetime,
    ) -> tuple[Chain, tuple[str, ...]]:
        """Return the chain of a manuscript and why it is this one.

        Args:
            manuscript: what is to be signed.
            standards: the books.
            level: of the unit.
            hits: whether a check found something that a person explained.
            holding: whether it is word for word an approved line that has not expired.
            at: now; the day it goes out on where it says no time.
        """
        first = beijing_date(manuscript.earliest_at or at)
        last = beijing_date(manuscript.latest_at or manuscript.earliest_at or at)
        days = [first, last] if first != last else [first]
        if last - first <= timedelta(days=366):
            days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        sensitive = sensitive_among(days, standards.accounts.book)
        reasons = [f"类别“{manuscript.content_class}”"]
        grade = ""
        if is_graded(manuscript):
            grade, why = grade_of(
                manuscript.text, standards.approval.book.replies, holding=holding, hits=hits, sensitive=sensitive
            )
            reasons.append(f"{grade}({why})")
        if manuscript.urgent:
            reasons.append(f"应急发布({manuscript.urgent_reason})")
        if hits:
            reasons.append("检查命中,经说明放行")
        if sensitive:
            reasons.append("敏感时段")
        query = ChainQuery(level, manuscript.content_class, manuscript.urgent, hits, sensitive, grade)
        return standards.approval.book.chain_for(query), tuple(reasons)


def sensitive_among(days: Iterable[date], book: AccountsBook) -> bool:
    """Say whether one of some days is a sensitive one."""
    spans = book.duty.sensitive if book.duty is not None else ()
    return any(span.first <= day <= span.last for day in days for span in spans)


def is_reply(manuscript: Manuscript) -> bool:
    """Say whether a manuscript answers somebody."""
    return bool(manuscript.reply_to) or manuscript.content_class == "回复" or manuscript.gateway == "comment"


def is_graded(manuscript: Manuscript) -> bool:
    """Say whether a manuscript takes the shorter chains of answers: only what is nothing but an answer.

    A policy or an emergency that also answers somebody keeps the chain of its class.
    """
    plain = manuscript.gateway == "comment" and manuscript.content_class == "日常"
    return manuscript.content_class == "回复" or plain


def is_approved_line(session: Session, unit_id: int, manuscript: Manuscript, on: date) -> bool:
    """Say whether a manuscript is word for word an approved line of a unit, or of one above it, that holds on a day.

    One with a picture says more than the line does.
    """
    if manuscript.media:
        return False
    text = manuscript.text
    near = [node.unit_id for node in unit_tree(session).line(unit_id)]
    return any(
        template.holding
        and template.approved_by
        and template.retired_at is None
        and (template.valid_until is None or template.valid_until >= on)
        and " ".join(template.text.split()) == " ".join(text.split())
        for template, _ in PostRepository(session).templates(near)
    )


def manuscript_of(revision: PostRevision) -> Manuscript:
    """Return what a revision would send out."""
    return Manuscript(
        account_id=revision.account_id,
        gateway=revision.gateway,
        content_class=revision.content_class,
        text=revision.text,
        media=tuple(Medium(**each) for each in revision.media),
        earliest_at=revision.earliest_at,
        latest_at=revision.latest_at,
        reply_to=revision.reply_to,
        urgent=revision.urgent,
        urgent_reason=revision.urgent_reason,
        disclosure=revision.disclosure,
        source_basis=revision.source_basis,
        secrecy_review=revision.secrecy_review,
        originator=revision.originator,
    )


def hits_by_key(text: str, hits: Iterable[Hit]) -> dict[str, Hit]:
    """Return hits by the key by which a waiver names them; of two with one key the first stands."""
    found: dict[str, Hit] = {}
    for each in hits:
        found.setdefault(hit_key(text, each), each)
    return found


def hit_rows(post: Post, hits: Mapping[str, Hit]) -> list[Mapping[str, object]]:
    """Return the hits of a post's present text, by key, as rows."""
    return [
        {
            "post_id": post.id,
            "revision": post.revision,
            "key": key,
            "rule_id": each.rule_id,
            "severity": each.severity.value,
            "title": each.title,
            "message": each.message,
            "suggestion": each.suggestion,
            "start": each.start,
            "end": each.end,
            "about": each.about[:200],
        }
        for key, each in hits.items()
    ]


def blocking(hits: Iterable[PostHit], waivers: Iterable[HitWaiver]) -> list[PostHit]:
    """Return the hits that stop a text: those that must be explained and were not."""
    let_through = {waiver.key for waiver in waivers}
    return [each for each in hits if severity_blocks(each.severity) and each.key not in let_through]


def waivable(rule_id: str, book: ApprovalBook) -> bool:
    """Say whether a person may let a hit of a rule through."""
    return not any(rule_id.startswith(beginning) for beginning in book.waiver.never)


def names_of(session: Session, logins: Iterable[str]) -> dict[str, str]:
    """Return ``{login: name}``; a login that is nobody's stands for itself."""
    wanted = {login for login in logins if login}
    return {login: login for login in wanted} | PeopleRepository(session).names(wanted)
