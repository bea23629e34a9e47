"""What happens to a chain when something was signed: which steps open, by when, and whom to remind.

The one place where steps change their state; every door of signing goes through it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.repository.duty import SUPERVISORS
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from publishing.enums import PostState, RoundOutcome, StepState
from publishing.models import Post, ReviewRound, ReviewStep
from publishing.reading import Reader, signature_of, step_rule
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_rules import Signature, open_stage, step_done
from publishing.transitions import AGREE, SIGN
from weibo_ops.kernel import events, todos
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.workdays import UnknownYearError

TODO = "post.review"
REMINDER = "post.reminder"
OWED = "post.owed"
PAPER = "post.paper"
REWORK = "post.rework"
SIGNED = "post.signed"
"""Kind of the event that a post was signed."""


@dataclass(frozen=True)
class Desk:
    """The review of one post inside a running transaction."""

    session: Session
    standards: StandardService
    reader: Reader
    post: Post
    round: ReviewRound
    now: datetime

    @property
    def reviews(self) -> ReviewRepository:
        """Queries on rounds and steps."""
        return ReviewRepository(self.session)

    def steps(self) -> list[ReviewStep]:
        """Return the steps of the round."""
        return self.reviews.steps([self.round.id])

    def signatures(self) -> list[Signature]:
        """Return the verdicts of the round that count."""
        by_id = {step.id: step for step in self.steps()}
        return [
            signature
            for each in self.reviews.verdicts(by_id)
            if (signature := signature_of(by_id[each.step_id], each)) is not None
        ]

    def go_on(self, editors: Collection[str]) -> bool:
        """Close what is done, open what comes next; sign the post when all is done. Return whether it was signed.

        The post moves by its version: of two people at the same moment one is told that somebody was faster.
        """
        steps, given = self.steps(), self.signatures()
        rules = [step_rule(step) for step in steps]
        for step in steps:
            if step.state == StepState.OPEN and step_done(step_rule(step), given):
                self.reviews.change_step(step.id, {"state": StepState.DONE.value, "done_at": self.now})
                todos.close(self.session, TODO, self.subject(step.position), self.now)
                todos.close_all(self.session, (REMINDER,), f"{self.subject(step.position)}/", self.now)
        stage = open_stage(rules, given)
        if stage is None:
            return self._signed()
        for step in self.steps():
            if step.stage == stage and step.state == StepState.WAITING:
                self._open(step, editors, given)
        return False

    def subject(self, position: int) -> str:
        """Return what a to-do of a step is about."""
        return f"{self.post.id}/{self.round.number}/{position}"

    def _open(self, step: ReviewStep, editors: Collection[str], given: list[Signature]) -> None:
        due = self.due(step.minutes, step.clock)
        self.reviews.change_step(step.id, {"state": StepState.OPEN.value, "opened_at": self.now, "due_at": due})
        barred = {*editors, *(login for each in given for login in each.persons)}
        asked = self.reader.reviewers.to_be_asked(self.post.unit_id, step_rule(step), barred)
        for login in [person.login for person in asked] or [SUPERVISORS]:
            todos.propose(
                self.session,
                TODO,
                self.subject(step.position),
                f"{step.name}:稿件{self.post.id}",
                self.now,
                recipient=login,
                due_at=due,
            )

    def due(self, minutes: int, clock: str) -> datetime | None:
        """Return when a limit ends; None where it runs into a year without a calendar."""
        if clock == "wall":
            return self.now + timedelta(minutes=minutes)
        try:
            return work_calendar(self.standards, beijing_date(self.now)).deadline(self.now, minutes)
        except UnknownYearError:
            return None

    def _signed(self) -> bool:
        state = self.reader.standing(self.post)
        if not state.complete:
            return False
        self.reviews.end_round(self.round.id, self.now, RoundOutcome.SIGNED)
        moved = PostRepository(self.session).move(
            self.post.id,
            self.post.version,
            SIGN.sources,
            SIGN.target,
            {"signed_at": self.now, "signed_fingerprint": state.fingerprint},
        )
        if moved:
            events.record(self.session, SIGNED, {"post": self.post.id, "fingerprint": state.fingerprint}, self.now)
        return moved


def touch(session: Session, post: Post, version: int, now: datetime) -> bool:
    """Count a post's version up while it stays in review; of two writers at once one is refused."""
    return PostRepository(session).move(post.id, version, AGREE.sources, PostState.IN_REVIEW, {"changed_at": now})


def close_todos(session: Session, post_id: int, now: datetime) -> None:
    """Close every to-do about the review of a post."""
    todos.close_all(session, (TODO, REMINDER, PAPER, REWORK), f"{post_id}/", now)
