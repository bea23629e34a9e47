"""A post judged by standards: what is in its way, which chain it needs, and whether that is the one it goes through.

Submission, each signature, looking again after a standard changed and previewing a draft of one ask here, so that they
say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.repository.units import UnitRepository
from config.rulebook.approval import REVIEW_ROLES, Chain, severity_blocks
from publishing.checks import Hit
from publishing.fingerprint import Manuscript
from publishing.judging import Beside, Judge, Standards, hits_by_key, is_approved_line, is_graded, manuscript_of
from publishing.models import Post, ReviewStep
from publishing.reading import step_rule
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_rules import ranks
from weibo_ops.kernel.clock import beijing_date


@dataclass(frozen=True)
class Judged:
    """What the standards say to the present text of a post.

    Attributes:
        hits: by the key by which a waiver names them, in order of place.
        stops: the hits that must be explained and were not.
        chain: that is asked for.
        reasons: why it is this one.
    """

    hits: dict[str, Hit]
    stops: tuple[Hit, ...]
    chain: Chain
    reasons: tuple[str, ...]

    @property
    def titles(self) -> str:
        """The titles of what stops it, each once."""
        return "、".join(dict.fromkeys(hit.title for hit in self.stops))


@dataclass(frozen=True)
class Rejudged(Judged):
    """What the standards say to a post that waits.

    Attributes:
        copied: titles of the steps that the post goes through.
        chain_changed: whether these are not the steps of ``chain``.
        weaker: whether the post goes through fewer or lower signers than ``chain`` asks for.
    """

    copied: tuple[str, ...]
    chain_changed: bool
    weaker: bool

    @property
    def stays(self) -> bool:
        """Whether the post may go on waiting, its signatures holding."""
        return not self.stops and not self.chain_changed

    @property
    def reason(self) -> str:
        """Why it may not, in a few words."""
        return f"新增问题:{self.titles}" if self.stops else "审批链有变动"


def judge_post(
    session: Session,
    judge: Judge,
    post: Post,
    manuscript: Manuscript,
    standards: Standards,
    at: datetime,
    gone: Collection[int] = (),
    beside: Beside | None = None,
    waived: Collection[str] | None = None,
    level: str | None = None,
) -> Judged:
    """Judge a post by some standards; nothing is stored.

    Args:
        session: of the running transaction.
        judge: who knows the texts beside it.
        post: the post.
        manuscript: its present text.
        standards: the books.
        at: now.
        gone: posts that wait no longer by then, and with which it is not compared.
        beside: the texts that it is compared with, where the transaction has them.
        waived: keys of the hits that were let through, where the transaction has them.
        level: of the unit, where the transaction has it.
    """
    hits = hits_by_key(manuscript.text, judge.judge(session, manuscript, standards, at, post.id, gone, beside))
    if waived is None:
        waived = {waiver.key for waiver in PostRepository(session).waivers([post.id])}
    if level is None:
        unit = UnitRepository(session).get(post.unit_id)
        level = unit.level if unit is not None else ""
    chain, reasons = judge.chain(
        manuscript,
        standards,
        level=level,
        hits=not set(waived).isdisjoint(hits),
        holding=is_graded(manuscript) and is_approved_line(session, post.unit_id, manuscript, beijing_date(at)),
        at=at,
    )
    stops = tuple(hit for key, hit in hits.items() if severity_blocks(hit.severity) and key not in waived)
    return Judged(hits, stops, chain, reasons)


def rejudge(
    session: Session, judge: Judge, post: Post, standards: Standards, at: datetime, gone: Collection[int] = ()
) -> Rejudged:
    """Judge a post that waits by some standards, beside the chain that it goes through; nothing is stored.

    Args:
        session: of the running transaction.
        judge: who knows the texts beside it.
        post: it must be in review or signed.
        standards: the books.
        at: now.
        gone: posts that wait no longer by then, and with which it is not compared.
    """
    reviews = ReviewRepository(session)
    round_ = reviews.current(post)
    assert round_ is not None
    manuscript = manuscript_of(PostRepository(session).revision(post.id, post.revision))
    found = judge_post(session, judge, post, manuscript, standards, at, gone)
    steps = reviews.steps([round_.id])
    asked = [(step.name, step.role, step.stage, step.mode, step.need) for step in found.chain.steps]
    copied = [(s.name, s.role, s.stage, s.mode, s.need if s.mode == "some" else 1) for s in steps]
    return Rejudged(
        **vars(found),
        copied=tuple(s.name for s in steps),
        chain_changed=asked != copied,
        weaker=falls_short(steps, found.chain),
    )


def falls_short(steps: Sequence[ReviewStep], chain: Chain) -> bool:
    """Say whether the steps that a post went through have fewer or lower signers than a chain asks for."""
    rules = [(ranks([step.role]), step_rule(step).wanted) for step in steps]
    return any(
        sum(wanted for role, wanted in rules if role >= rank) < chain.signatures_from(rank)
        for rank in range(len(REVIEW_ROLES))
    )
