"""A post that waits, judged once more: what is in its way now, and whether another chain would be asked for.

Looking again after a standard changed and previewing a draft of one ask here, so that the preview is what happens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.repository.units import UnitRepository
from config.rulebook.approval import REVIEW_ROLES, Chain, severity_blocks
from publishing.checks import Hit, hit_key
from publishing.judging import Judge, Standards, is_approved_line, manuscript_of
from publishing.models import Post
from publishing.reading import step_rule
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_rules import ranks
from weibo_ops.kernel.clock import beijing_date


@dataclass(frozen=True)
class Rejudged:
    """What the standards say to a post that waits.

    Attributes:
        hits: by the key by which a waiver names them, in order of place.
        stops: the hits that must be explained and were not.
        chain: that would be asked for.
        copied: titles of the steps that the post goes through.
        chain_changed: whether these are not the steps of ``chain``.
        weaker: whether the post goes through fewer or lower signers than ``chain`` asks for.
    """

    hits: dict[str, Hit]
    stops: tuple[Hit, ...]
    chain: Chain
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
        titles = "、".join(dict.fromkeys(hit.title for hit in self.stops))
        return f"新增问题:{titles}" if titles else "审批链有变动"


def rejudge(
    session: Session, judge: Judge, post: Post, standards: Standards, at: datetime, gone: Collection[int] = ()
) -> Rejudged:
    """Judge a post that waits by some standards; nothing is stored.

    Args:
        session: of the running transaction.
        judge: who knows the texts beside it.
        post: it must be in review or signed.
        standards: the books.
        at: now.
        gone: posts that wait no longer by then, and with which it is not compared.
    """
    repository, reviews = PostRepository(session), ReviewRepository(session)
    round_ = reviews.current(post)
    assert round_ is not None
    revision = repository.revision(post.id, post.revision)
    manuscript = manuscript_of(revision)
    hits: dict[str, Hit] = {}
    for hit in judge.judge(session, manuscript, standards, at, post.id, gone):
        hits.setdefault(hit_key(revision.text, hit), hit)
    waived = {waiver.key for waiver in repository.waivers([post.id])}
    unit = UnitRepository(session).get(post.unit_id)
    chain, _ = judge.chain(
        manuscript,
        standards,
        level=unit.level if unit is not None else "",
        hits=not waived.isdisjoint(hits),
        holding=is_approved_line(session, post.unit_id, manuscript, beijing_date(at)),
        at=at,
    )
    steps = reviews.steps([round_.id])
    asked = [(step.name, step.role, step.stage, step.mode, step.need) for step in chain.steps]
    copied = [(s.name, s.role, s.stage, s.mode, s.need if s.mode == "some" else 1) for s in steps]
    stops = tuple(hit for key, hit in hits.items() if severity_blocks(hit.severity) and key not in waived)
    rules = [(ranks([step.role]), step_rule(step).wanted) for step in steps]
    weaker = any(
        sum(wanted for role, wanted in rules if role >= rank) < chain.signatures_from(rank)
        for rank in range(len(REVIEW_ROLES))
    )
    return Rejudged(hits, stops, chain, tuple(step.name for step in steps), asked != copied, weaker)
