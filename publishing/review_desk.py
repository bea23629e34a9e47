"""What happens to a chain when something was signed: which steps open, by when, and whom to remind.

The one place where steps change their state; every door of signing goes through it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from accounts.repository.duty import SUPERVISORS
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from publishing.enums import RoundOutcome, StepState
from publishing.models import Post, ReviewRound, ReviewStep
from publishing.reading import Reader, signature_of, step_rule
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_rules import Signature, StepRule, next_role, on_text, open_stage, step_done
from publishing.transitions import AGREE, SIGN, Act, changed_meanwhile
from weibo_ops.kernel import events, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, format_beijing
from weibo_ops.kernel.errors import RefusedError
from weibo_ops.kernel.workdays import UnknownYearError

AWAITED = "post.review"
REMINDER = "post.reminder"
OWED = "post.owed"
PAPER = "post.paper"
REWORK = "post.rework"
DECISIONS = ("post.missed", "post.failed", "post.held")
"""To-dos that ask somebody to decide about a signed post: a new time, or another text, is the decision."""
SIGNED = "post.signed"
"""Kind of the event that a post was signed."""


OFF_THE_CALENDAR: dict[str, Any] = {
    "scheduled_at": None,
    "scheduled_by": "",
    "send_after": None,
    "accepted": "",
    "pause_id": None,
    "reason": "",
}
"""What a post carries that has no time to go out."""


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

    @cached_property
    def editors(self) -> frozenset[str]:
        """Logins of who may not sign: everybody who wrote on it or submitted it, and for whom."""
        return self.reader.editors(self.post, self.round)

    @cached_property
    def present(self) -> str:
        """The fingerprint of the text that is signed."""
        return self.reader.standing(self.post).fingerprint

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

    def refusal(self, actor: Actor, row: ReviewStep) -> RefusedError | None:
        """Return why an actor may not sign a step of this text; None if they may."""
        given = on_text(self.signatures(), self.present)
        return self.reader.reviewers.refusal(
            actor, self.post.unit_id, step_rule(row), self.editors, given, self.reader.book
        )

    def touch(self) -> None:
        """Count the post's version up while it stays in review; of two writers at once one is refused.

        Raises:
            ConflictError: somebody was faster.
        """
        values = {"changed_at": self.now}
        if not PostRepository(self.session).move(self.post.id, self.post.version, AGREE.sources, AGREE.target, values):
            raise changed_meanwhile(self.post.id)

    def go_on(self) -> bool:
        """Close what is done, open what comes next; sign the post when all is done. Return whether it was signed.

        The post moves by its version: of two people at the same moment one is told that somebody was faster.
        """
        steps, given = self.steps(), self.signatures()
        rules = [step_rule(step) for step in steps]
        for step in steps:
            if step.state == StepState.OPEN and step_done(step_rule(step), given):
                self.reviews.change_step(step.id, {"state": StepState.DONE.value, "done_at": self.now})
                todos.close(self.session, AWAITED, self.subject(step.position), self.now)
                todos.close_all(self.session, (REMINDER,), f"{self.subject(step.position)}/", self.now)
        stage = open_stage(rules, given)
        if stage is None:
            return self._signed()
        for step in self.steps():
            if step.stage == stage and step.state == StepState.WAITING:
                self._open(step, given)
        return False

    def subject(self, position: int) -> str:
        """Return what a to-do of a step is about."""
        return f"{self.post.id}/{self.round.number}/{position}"

    def remind(self, row: ReviewStep) -> int:
        """Open the to-dos about an open step whose limit is near (提醒) or over (催办); return how many there are.

        Where it is over, the next higher role is asked too; where nobody is left to ask, the supervisors.
        """
        if row.due_at is None or row.due_at - timedelta(minutes=row.remind_minutes) > self.now:
            return 0
        late = row.due_at <= self.now
        rules = [step_rule(row)]
        if late:
            rules.append(StepRule(row.position, row.stage, row.name, next_role(row.role)))
        word = "催办" if late else "提醒"
        asked = self._asked(rules, self.signatures())
        for login in asked:
            todos.propose(
                self.session,
                REMINDER,
                f"{self.subject(row.position)}/{word}",
                f"{word}:稿件{self.post.id}“{row.name}”,时限{format_beijing(row.due_at)}",
                self.now,
                recipient=login,
                due_at=row.due_at,
            )
        return len(asked)

    def ask(self, step: ReviewStep, login: str, due: datetime | None) -> None:
        """Open the to-do of somebody who is to sign a step."""
        todos.propose(
            self.session,
            AWAITED,
            self.subject(step.position),
            f"{step.name}:稿件{self.post.id}",
            self.now,
            recipient=login,
            due_at=due,
        )

    def _asked(self, rules: list[StepRule], given: list[Signature]) -> list[str]:
        barred = {*self.editors, *(login for each in given for login in each.persons)}
        found = [
            person.login
            for rule in rules
            for person in self.reader.reviewers.to_be_asked(self.post.unit_id, rule, barred)
        ]
        return list(dict.fromkeys(found or [SUPERVISORS]))

    def _open(self, step: ReviewStep, given: list[Signature]) -> None:
        due = self.due(step.minutes, step.clock)
        self.reviews.change_step(step.id, {"state": StepState.OPEN.value, "opened_at": self.now, "due_at": due})
        for login in self._asked([step_rule(step)], given):
            self.ask(step, login, due)

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


def take_back(
    session: Session,
    post: Post,
    version: int,
    act: Act,
    outcome: RoundOutcome,
    now: datetime,
    values: dict[str, Any] | None = None,
) -> None:
    """Move a post out of its review, or out of its signature: the round ends so, its to-dos close.

    Args:
        session: of the running transaction.
        post: the post.
        version: of the row that was seen.
        act: by which it leaves.
        outcome: how its round ended, if it is open or was signed.
        now: the instant.
        values: what else changes of the post.

    Raises:
        ConflictError: somebody was faster.
    """
    round_ = ReviewRepository(session).current(post)
    left = {
        "changed_at": now,
        "signed_at": None,
        "signed_fingerprint": "",
        "rechecked": "",
        **OFF_THE_CALENDAR,
        **(values or {}),
    }
    if not PostRepository(session).move(post.id, version, act.sources, act.target, left):
        raise changed_meanwhile(post.id)
    close_decisions(session, post.id, now)
    if round_ is not None:
        ReviewRepository(session).end_round(round_.id, now, outcome)
        close_todos(session, post.id, now)


def close_todos(session: Session, post_id: int, now: datetime) -> None:
    """Close every to-do about the review of a post."""
    todos.close_all(session, (AWAITED, REMINDER, PAPER, REWORK), f"{post_id}/", now)


def close_decisions(session: Session, post_id: int, now: datetime) -> None:
    """Close what asked somebody to decide about a signed post."""
    todos.close_all(session, DECISIONS, f"{post_id}/", now)
