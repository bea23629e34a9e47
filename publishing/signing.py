"""Whether a text may still be signed: the very text that was seen, as it may go out now, proof-read as its step asks.

Signing in the system, on paper and by telephone go through here.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.standards import StandardService
from config.rulebook.approval import PROOFS
from publishing.enums import StepState
from publishing.going_out import require_account_and_time, require_files
from publishing.judging import Judge, hit_rows, manuscript_of
from publishing.models import Post, ReviewRound, ReviewStep
from publishing.reading import Reader, find_post, require_text_seen
from publishing.rejudging import Rejudged, rejudge
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_desk import Desk
from publishing.transitions import Act, require_open
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.errors import NotFoundError, RefusedError
from weibo_ops.kernel.vault import Vault


class Signing:
    """Decides inside running transactions what may be signed."""

    def __init__(self, clock: Clock, standards: StandardService, judge: Judge, vault: Vault) -> None:
        self._clock = clock
        self._standards = standards
        self._judge = judge
        self._vault = vault

    def reader(self, session: Session) -> Reader:
        """Return who makes views of posts as of now."""
        return Reader(session, self._judge, self._clock.now())

    def desk_of(self, session: Session, reader: Reader, post: Post, round_: ReviewRound | None = None) -> Desk:
        """Return the review of a post that was submitted.

        Args:
            session: of the running transaction.
            reader: of the same transaction.
            post: the post.
            round_: its round; None takes the last one.
        """
        round_ = round_ or ReviewRepository(session).current(post)
        assert round_ is not None
        return Desk(session, self._standards, reader, post, round_, reader.now)

    def desk(self, session: Session, post_id: int, act: Act, code: str) -> Desk:
        """Return the review of a post for an act on the text that was seen.

        Raises:
            NotFoundError: there is no such post.
            RefusedError: its state does not allow the act.
            ConflictError: the code is not that of the present text.
        """
        post = find_post(PostRepository(session), post_id)
        require_open(act, post.state, post_id)
        desk = self.desk_of(session, self.reader(session), post)
        require_text_seen(code, desk.present, post_id, desk.reader.book)
        return desk

    def look(self, desk: Desk) -> Rejudged:
        """Return what the standards in force say to the text and to the chain that it goes through."""
        return rejudge(desk.session, self._judge, desk.post, desk.reader.standards, desk.now)

    def require_fit(
        self, desk: Desk, row: ReviewStep, found: Rejudged | None = None, *, proofed_by: Actor | None = None
    ) -> None:
        """Refuse a signature on what may not go out as it stands, or before the proof-reading of the step.

        Args:
            desk: the review.
            row: the step.
            found: what `look` said, where it was asked already.
            proofed_by: who signs and did that proof-reading; it is recorded.

        Raises:
            RefusedError: naming what is missing: account, time, hits or chain are not what they were at submission.
            NotFoundError: a picture or video is no longer what was put in.
        """
        repository, post, book = PostRepository(desk.session), desk.post, desk.reader.book
        manuscript = manuscript_of(repository.revision(post.id, post.revision))
        require_account_and_time(desk.session, post, manuscript, book, desk.now, "审签")
        require_files(self._vault, manuscript)
        found = found or self.look(desk)
        repository.replace_hits(post.id, hit_rows(post, found.hits))
        if found.weaker:
            raise RefusedError(
                f"稿件{post.id}送审后情况有变,现应按“{found.chain.title}”({found.chain.in_words})审签。",
                rule=found.chain.citation,
                next_step="请退回,由起草人重新送审。",
            )
        if found.stops:
            raise RefusedError(
                f"复查发现{len(found.stops)}处问题未说明:{found.titles}。",
                rule=book.waiver.citation,
                next_step="请退回修改,或说明后放行:weibo-ops post waive。",
            )
        _require_proof(desk, row, proofed_by)


def telephone_allowed(row: ReviewStep, found: Rejudged) -> bool:
    """Say whether a step may be approved by telephone: by the chain copied into the post and by today's."""
    return row.telephone and all(step.telephone for step in found.chain.steps if step.name == row.name)


def open_step(desk: Desk, actor: Actor, name: str) -> ReviewStep:
    """Return the open step that an actor signs.

    Args:
        desk: the review.
        actor: who signs, perhaps for somebody else.
        name: of the step; empty takes the first that the actor may sign.

    Raises:
        NotFoundError: no open step has this name.
        RefusedError: why the actor may not sign it.
    """
    rows = [row for row in desk.steps() if row.state == StepState.OPEN and (not name or row.name == name)]
    if not rows:
        raise NotFoundError(
            f"稿件{desk.post.id}没有待审的环节{f'“{name[:20]}”' if name else ''}。", next_step="请核对环节名称。"
        )
    refusals = []
    for row in rows:
        why = desk.refusal(actor, row)
        if why is None:
            return row
        refusals.append(why)
    raise refusals[0]


def _require_proof(desk: Desk, row: ReviewStep, proofed_by: Actor | None) -> None:
    done = {mark.proof for mark in desk.reviews.proofs(desk.post.id) if mark.fingerprint == desk.present}
    if not row.proof or row.proof in done:
        return
    book = desk.reader.book
    if proofed_by is None:
        raise RefusedError(
            f"“{row.name}”前须完成{row.proof}。",
            rule=book.proofs.citation,
            next_step="请先登记校对:weibo-ops post proof;由本人校对的,同意时一并写明。",
        )
    for proof in PROOFS if book.proofs_merged else (row.proof,):
        desk.reviews.add_proof(desk.post.id, desk.present, proof, proofed_by, desk.now)
