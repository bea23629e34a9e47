"""Queries on rounds of review: steps, verdicts, proof-readings, remarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from publishing.enums import Channel, RoundOutcome, StepState, Verdict
from publishing.models import Post, ProofMark, ReviewRound, ReviewStep, ReviewVerdict, SpanRemark
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.repository import Repository


class ReviewRepository(Repository):
    """The review of outgoing posts."""

    # --- rounds and steps -----------------------------------------------------------------------------------

    def add_round(self, values: Mapping[str, object], steps: Sequence[Mapping[str, Any]]) -> int:
        """Add a round with its steps; return its id."""
        row = ReviewRound(**values)
        self.session.add(row)
        self.session.flush()
        self.add_all(ReviewStep, [{**step, "round_id": row.id} for step in steps])
        return row.id

    def rounds(self, post_id: int) -> list[ReviewRound]:
        """List the rounds of a post, the first first."""
        return list(
            self.session.scalars(select(ReviewRound).where(ReviewRound.post_id == post_id).order_by(ReviewRound.number))
        )

    def current(self, post: Post) -> ReviewRound | None:
        """Return the last round of a post; None if it was never submitted."""
        return self.session.scalars(
            select(ReviewRound).where(ReviewRound.post_id == post.id, ReviewRound.number == post.round)
        ).first()

    def current_rounds(self, post_ids: Iterable[int]) -> dict[int, ReviewRound]:
        """Return ``{post id: last round}``."""
        rows = self.session.scalars(
            select(ReviewRound)
            .join(Post, (Post.id == ReviewRound.post_id) & (Post.round == ReviewRound.number))
            .where(Post.id.in_(list(post_ids)))
        )
        return {row.post_id: row for row in rows}

    def end_round(self, round_id: int, at: datetime, outcome: str) -> None:
        """End a round that is open, or say how one that had ended in a signature ended after all.

        Steps that are not done become void; a round that ended otherwise stays as it is.
        """
        self.session.execute(
            update(ReviewRound)
            .where(
                ReviewRound.id == round_id,
                ReviewRound.ended_at.is_(None) | (ReviewRound.outcome == RoundOutcome.SIGNED.value),
            )
            .values(ended_at=func.coalesce(ReviewRound.ended_at, at), outcome=outcome)
        )
        self.session.execute(
            update(ReviewStep)
            .where(
                ReviewStep.round_id == round_id,
                ReviewStep.state.in_([StepState.WAITING.value, StepState.OPEN.value]),
            )
            .values(state=StepState.VOID.value)
        )

    def steps(self, round_ids: Iterable[int]) -> list[ReviewStep]:
        """List the steps of rounds in order."""
        return list(
            self.session.scalars(
                select(ReviewStep)
                .where(ReviewStep.round_id.in_(list(round_ids)))
                .order_by(ReviewStep.round_id, ReviewStep.position)
            )
        )

    def change_step(self, step_id: int, values: Mapping[str, Any]) -> None:
        """Change a step."""
        self.session.execute(update(ReviewStep).where(ReviewStep.id == step_id).values(dict(values)))

    def open_steps(self, until: datetime | None = None) -> list[tuple[ReviewStep, ReviewRound, Post]]:
        """List the open steps with round and post, the soonest due first."""
        statement = (
            select(ReviewStep, ReviewRound, Post)
            .join(ReviewRound, ReviewRound.id == ReviewStep.round_id)
            .join(Post, (Post.id == ReviewRound.post_id) & (Post.round == ReviewRound.number))
            .where(ReviewStep.state == StepState.OPEN.value)
            .order_by(ReviewStep.due_at.is_(None), ReviewStep.due_at, ReviewStep.id)
        )
        if until is not None:
            statement = statement.where(ReviewStep.due_at <= until)
        return [(step, round_, post) for step, round_, post in self.session.execute(statement)]

    # --- verdicts -------------------------------------------------------------------------------------------

    def add_verdict(self, values: Mapping[str, object]) -> int:
        """Add a verdict; return its id."""
        row = ReviewVerdict(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def verdict(self, verdict_id: int) -> tuple[ReviewVerdict, ReviewStep, ReviewRound, Post] | None:
        """Return a verdict with its step, round and post."""
        found = self.session.execute(
            select(ReviewVerdict, ReviewStep, ReviewRound, Post)
            .join(ReviewStep, ReviewStep.id == ReviewVerdict.step_id)
            .join(ReviewRound, ReviewRound.id == ReviewStep.round_id)
            .join(Post, Post.id == ReviewRound.post_id)
            .where(ReviewVerdict.id == verdict_id)
        ).first()
        return (found[0], found[1], found[2], found[3]) if found is not None else None

    def verdicts(self, step_ids: Iterable[int]) -> list[ReviewVerdict]:
        """List the verdicts of steps in the order in which they were entered."""
        return list(
            self.session.scalars(
                select(ReviewVerdict).where(ReviewVerdict.step_id.in_(list(step_ids))).order_by(ReviewVerdict.id)
            )
        )

    def change_verdict(self, verdict_id: int, values: Mapping[str, Any]) -> None:
        """Change what is known of a verdict."""
        self.session.execute(update(ReviewVerdict).where(ReviewVerdict.id == verdict_id).values(dict(values)))

    def other_text_of_scan(self, scan: str, present: str) -> str | None:
        """Return the fingerprint of another text for which a scan was entered; None if it was for none."""
        return self.session.scalars(
            select(ReviewVerdict.fingerprint).where(
                ReviewVerdict.scan == scan, ReviewVerdict.fingerprint != present, ReviewVerdict.scan != ""
            )
        ).first()

    def owed(self, post_ids: Iterable[int] | None = None) -> list[tuple[ReviewVerdict, ReviewStep, ReviewRound, Post]]:
        """List the verdicts by telephone not made good and those on paper not compared, the soonest due first."""
        telephone = (ReviewVerdict.channel == Channel.TELEPHONE.value) & ReviewVerdict.settled_at.is_(None)
        paper = (ReviewVerdict.channel == Channel.PAPER.value) & ReviewVerdict.checked_at.is_(None)
        statement = (
            select(ReviewVerdict, ReviewStep, ReviewRound, Post)
            .join(ReviewStep, ReviewStep.id == ReviewVerdict.step_id)
            .join(ReviewRound, ReviewRound.id == ReviewStep.round_id)
            .join(Post, Post.id == ReviewRound.post_id)
            .where(telephone | paper, ReviewVerdict.verdict != Verdict.MISMATCH.value)
            .order_by(ReviewVerdict.owed_until.is_(None), ReviewVerdict.owed_until, ReviewVerdict.id)
        )
        if post_ids is not None:
            statement = statement.where(Post.id.in_(list(post_ids)))
        return [(row[0], row[1], row[2], row[3]) for row in self.session.execute(statement)]

    # --- proofs and remarks ---------------------------------------------------------------------------------

    def add_proof(self, post_id: int, fingerprint: str, proof: str, actor: Actor, at: datetime, note: str = "") -> None:
        """Record a proof-reading; the same one of the same text is recorded once."""
        values = {
            "post_id": post_id,
            "fingerprint": fingerprint,
            "proof": proof,
            "person": actor.person,
            "on_behalf_of": actor.on_behalf_of,
            "at": at,
            "note": note,
        }
        self.upsert(ProofMark, [values], key=("post_id", "fingerprint", "proof"))

    def proofs(self, post_id: int) -> list[ProofMark]:
        """List the proof-readings of a post."""
        return list(self.session.scalars(select(ProofMark).where(ProofMark.post_id == post_id).order_by(ProofMark.id)))

    def add_remark(self, values: Mapping[str, object]) -> None:
        """Add a remark."""
        self.session.add(SpanRemark(**values))
        self.session.flush()

    def remark(self, remark_id: int) -> SpanRemark | None:
        """Return one remark."""
        return self.session.get(SpanRemark, remark_id)

    def remarks(self, post_id: int) -> list[SpanRemark]:
        """List the remarks on a post."""
        return list(
            self.session.scalars(select(SpanRemark).where(SpanRemark.post_id == post_id).order_by(SpanRemark.id))
        )

    def settle_remark(self, remark_id: int, login: str, at: datetime) -> bool:
        """Settle a remark that is open; say whether it was."""
        settled = self.session.execute(
            update(SpanRemark)
            .where(SpanRemark.id == remark_id, SpanRemark.settled_at.is_(None))
            .values(settled_by=login, settled_at=at)
            .returning(SpanRemark.id)
        ).first()
        return settled is not None
