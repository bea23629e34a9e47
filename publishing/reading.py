"""Posts as the desks show them: rows, the whole of one post, and whether its signature stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.repository.units import UnitRepository
from config.rulebook.approval import ApprovalBook, severity_blocks
from config.rulebook.content import ContentBook
from publishing.checks import Medium
from publishing.enums import SIGNED_STATES, Channel, PostState, RoundOutcome, StepState, Verdict
from publishing.fingerprint import books_digest, code_of, fingerprint, same_code
from publishing.judging import BOOKS, Judge, Standards, blocking, manuscript_of, names_of, waivable
from publishing.models import HitWaiver, Post, PostHit, PostRevision, ReviewRound, ReviewStep, ReviewVerdict
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_rules import Signature, StepRule, chain_complete, on_text
from publishing.reviewers import Reviewers
from publishing.schemas import (
    DeskRow,
    HitView,
    PostDetail,
    ProofView,
    RemarkView,
    RevisionView,
    RoundView,
    StepView,
    VerdictView,
)
from publishing.transitions import WAITING, open_acts
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError
from weibo_ops.kernel.text import shorten, weibo_length

OPENING = 30
NOT_LOOKED_AGAIN = "标准在审签后有变动,尚未复查"


@dataclass(frozen=True)
class Standing:
    """Whether the signatures of a post hold.

    Attributes:
        fingerprint: of the present text.
        signatures: those that count and stand on it.
        complete: the chain is signed on this very text.
        why_void: why what was signed does not hold; empty if it does, or nothing was signed.
    """

    fingerprint: str
    signatures: tuple[Signature, ...]
    complete: bool
    why_void: str


@dataclass(frozen=True)
class Reviewed:
    """The present review of a post: its last round with its steps, who wrote on the post, what the signatures are."""

    round: ReviewRound | None
    steps: list[ReviewStep]
    editors: frozenset[str]
    standing: Standing


def _and_submitter(wrote: frozenset[str], round_: ReviewRound | None) -> frozenset[str]:
    if round_ is None:
        return wrote
    return wrote | {login for login in (round_.submitted_by, round_.on_behalf_of) if login}


def find_post(repository: PostRepository, post_id: int) -> Post:
    """Return a post.

    Raises:
        NotFoundError: there is none with this number.
    """
    post = repository.get(post_id)
    if post is None:
        raise NotFoundError(f"没有编号为{post_id}的稿件。", next_step="编号见 weibo-ops post list。")
    return post


def require_text_seen(code: str, present: str, post_id: int, book: ApprovalBook) -> None:
    """Refuse an act on another text than the one that was seen.

    Args:
        code: 稿件校验码 of the text that the person saw.
        present: fingerprint of the text as it is now.
        post_id: for the message.
        book: the approval standard, for the clause.

    Raises:
        ConflictError: they differ.
    """
    if not same_code(code, present):
        raise ConflictError(
            f"校验码与稿件{post_id}现在的文本不符:所见的不是这一稿。",
            rule=book.fingerprint.citation,
            next_step=f"请重新阅读并用新的校验码:weibo-ops post show {post_id}。",
        )


def step_rule(step: ReviewStep) -> StepRule:
    """Return a stored step as a rule."""
    return StepRule(step.position, step.stage, step.name, step.role, step.mode, step.need, tuple(step.named))


def signature_of(step: ReviewStep, verdict: ReviewVerdict) -> Signature | None:
    """Return a verdict as a signature; None if it does not count: a return, or paper that nobody compared."""
    if verdict.verdict != Verdict.AGREE or (verdict.channel == Channel.PAPER and verdict.checked_at is None):
        return None
    return Signature(step.position, verdict.person, verdict.fingerprint, verdict.on_behalf_of)


def standing(
    post: Post,
    revision: PostRevision,
    round_: ReviewRound | None,
    steps: Sequence[ReviewStep],
    verdicts: Sequence[ReviewVerdict],
    editors: Iterable[str],
    now_in_force: dict[str, str],
) -> Standing:
    """Say whether the signatures of a post hold, from its rows alone.

    Args:
        post, revision: as stored now.
        round_: its last round; None if it was never submitted.
        steps, verdicts: of that round.
        editors: logins of everybody who wrote on it.
        now_in_force: digests of the standards in force now.
    """
    state = PostState(post.state)
    signed = state in SIGNED_STATES
    books = round_.books if round_ is not None and (round_.ended_at is None or signed) else now_in_force
    present = fingerprint(manuscript_of(revision), books)
    if round_ is None:
        return Standing(present, (), False, "")
    by_step = {step.id: step for step in steps}
    given = [signature for each in verdicts if (signature := signature_of(by_step[each.step_id], each))]
    valid = on_text(given, present)
    complete = (signed or state == PostState.IN_REVIEW) and chain_complete(
        [step_rule(step) for step in steps], given, present, frozenset(editors)
    )
    why = ""
    if signed or state == PostState.IN_REVIEW:
        changed = round_.books != now_in_force and post.rechecked != books_digest(now_in_force, BOOKS)
        if len(valid) < len(given):
            why = "稿件在审签后有变动"
        elif changed and state in WAITING:
            why = NOT_LOOKED_AGAIN
        elif signed and not complete:
            why = "审签链不完整"
    elif given and state in (PostState.DRAFT, PostState.RETURNED):
        why = f"本轮审签已结束({round_.outcome})"
    return Standing(present, valid, complete and not why, why)


class Reader:
    """Makes views of posts inside a running transaction."""

    def __init__(self, session: Session, judge: Judge, now: datetime) -> None:
        self._session = session
        self._posts = PostRepository(session)
        self._reviews = ReviewRepository(session)
        self._judge = judge
        self.now = now

    @cached_property
    def standards(self) -> Standards:
        """The standards in force."""
        return self._judge.standards(beijing_date(self.now))

    @cached_property
    def reviewers(self) -> Reviewers:
        """Who may sign."""
        return Reviewers(self._session, beijing_date(self.now))

    @cached_property
    def _digests(self) -> dict[str, str]:
        return self.standards.digests

    @cached_property
    def _units(self) -> dict[int, str]:
        return {unit.id: unit.name for unit in UnitRepository(self._session).all()}

    @property
    def book(self) -> ApprovalBook:
        """The approval standard in force."""
        return self.standards.approval.book

    def require_sponsor(self, actor: Actor, post: Post, rule: str, act: str = "办理") -> None:
        """Refuse whoever is neither of the unit whose account a post is for, nor of one above it.

        Args:
            actor: who acts.
            post: the post.
            rule: the clause that is named.
            act: what they want to do.

        Raises:
            RefusedError: they are not.
        """
        if not self.reviewers.speaks_for(actor.unit_id, post.unit_id):
            raise RefusedError(
                f"{actor.name}不是稿件{post.id}主办单位或其上级单位的人员,不能{act}。",
                rule=rule,
                next_step=f"请由主办单位人员{act}。",
            )

    def standing(self, post: Post) -> Standing:
        """Say whether the signatures of a post hold."""
        return self.reviewed([(post, self._posts.revision(post.id, post.revision))])[post.id].standing

    def reviewed(self, found: Sequence[tuple[Post, PostRevision]]) -> dict[int, Reviewed]:
        """Return the present review of posts, with whether its signatures hold: post id → review."""
        ids = [post.id for post, _ in found]
        rounds = self._reviews.current_rounds(ids)
        steps: dict[int, list[ReviewStep]] = {}
        for step in self._reviews.steps(round_.id for round_ in rounds.values()):
            steps.setdefault(step.round_id, []).append(step)
        verdicts: dict[int, list[ReviewVerdict]] = {}
        for each in self._reviews.verdicts(step.id for listed in steps.values() for step in listed):
            verdicts.setdefault(each.step_id, []).append(each)
        wrote = self._posts.editors_of(ids)
        reviewed = {}
        for post, revision in found:
            round_ = rounds.get(post.id)
            own = steps.get(round_.id, []) if round_ is not None else []
            given = [each for step in own for each in verdicts.get(step.id, [])]
            editors = _and_submitter(wrote[post.id], round_)
            state = standing(post, revision, round_, own, given, editors, self._digests)
            reviewed[post.id] = Reviewed(round_, own, editors, state)
        return reviewed

    def editors(self, post: Post, round_: ReviewRound | None) -> frozenset[str]:
        """Return the logins of who may not sign a post: everybody who wrote on it or submitted it, and for whom."""
        return _and_submitter(self._posts.editors(post.id), round_)

    def rows(self, found: Sequence[tuple[Post, PostRevision, str, str]], actor: Actor | None = None) -> list[DeskRow]:
        """Return posts as rows, in the given order."""
        ids = [post.id for post, _, _, _ in found]
        reviewed = self.reviewed([(post, revision) for post, revision, _, _ in found])
        hits: dict[int, list[PostHit]] = {}
        for hit in self._posts.hits(ids):
            hits.setdefault(hit.post_id, []).append(hit)
        waivers: dict[int, list[HitWaiver]] = {}
        for waiver in self._posts.waivers(ids):
            waivers.setdefault(waiver.post_id, []).append(waiver)
        owed: dict[int, int] = {}
        for _, _, _, post in self._reviews.owed(ids):
            owed[post.id] = owed.get(post.id, 0) + 1
        authors = names_of(self._session, (revision.author for _, revision, _, _ in found))
        rows = []
        for post, revision, account, unit in found:
            review = reviewed[post.id]
            state, editors = review.standing, review.editors
            open_steps = [step for step in review.steps if step.state == StepState.OPEN]
            due = min((step.due_at for step in open_steps if step.due_at is not None), default=None)
            stops = blocking(hits.get(post.id, []), waivers.get(post.id, []))
            rows.append(
                DeskRow(
                    post_id=post.id,
                    account=account,
                    unit=unit,
                    unit_id=post.unit_id,
                    state=post.state,
                    content_class=revision.content_class,
                    urgent=revision.urgent,
                    opening=shorten(" ".join(revision.text.split()), OPENING),
                    revision=post.revision,
                    author=authors.get(revision.author, revision.author),
                    changed_at=post.changed_at,
                    earliest_at=revision.earliest_at,
                    latest_at=revision.latest_at,
                    step="+".join(step.name for step in open_steps),
                    due_at=due,
                    overdue=due is not None and due <= self.now,
                    blocking=len(stops),
                    advice=sum(not severity_blocks(hit.severity) for hit in hits.get(post.id, [])),
                    owed=owed.get(post.id, 0),
                    void=bool(state.why_void) and (post.state in SIGNED_STATES or post.state == PostState.IN_REVIEW),
                    mine=actor is not None and self._mine(actor, post, open_steps, editors, state.signatures),
                    version=post.version,
                )
            )
        return rows

    def _mine(
        self,
        actor: Actor,
        post: Post,
        steps: Sequence[ReviewStep],
        editors: frozenset[str],
        signatures: Sequence[Signature],
    ) -> bool:
        return any(
            self.reviewers.refusal(actor, post.unit_id, step_rule(step), editors, signatures, self.book) is None
            for step in steps
        )

    def detail(self, post_id: int, actor: Actor | None = None) -> PostDetail:
        """Return everything about a post.

        Raises:
            NotFoundError: there is none with this number.
        """
        post = find_post(self._posts, post_id)
        row = self.rows(self._posts.listed(post_ids=[post_id]), actor)[0]
        round_ = self._reviews.current(post)
        state = self.standing(post)
        editors = self.editors(post, round_)
        revisions = self._posts.revisions(post_id)
        views = self._revision_views(revisions)
        rounds = self._reviews.rounds(post_id)
        every_step: dict[int, list[ReviewStep]] = {}
        for step in self._reviews.steps([each.id for each in rounds]):
            every_step.setdefault(step.round_id, []).append(step)
        # A round that was signed in full stays so, also where the text was changed or taken back afterwards.
        signed = [
            each
            for each in rounds
            if each.outcome != RoundOutcome.REFUSED
            and each.id in every_step
            and all(step.state == StepState.DONE for step in every_step[each.id])
        ]
        current = revisions[-1][0]
        content = self.standards.content.book
        return PostDetail(
            row=row,
            current=views[-1],
            revisions=views,
            hits=self.hits(post_id),
            rounds=tuple(self._round_view(post, each, every_step.get(each.id, []), state, editors) for each in rounds),
            proofs=self._proofs(post_id, state.fingerprint),
            remarks=self._remarks(post_id),
            fingerprint=state.fingerprint,
            code=code_of(state.fingerprint),
            signed_text=next(
                (view.text for view in views if signed and view.number == signed[-1].revision),
                None,
            ),
            valid=state.complete,
            why_void=state.why_void,
            acts=open_acts(post.state),
            editors=tuple(sorted(editors)),
            length=weibo_length(current.text),
            length_limit=length_limit(content, current.gateway),
        )

    def _revision_views(self, revisions: Sequence[tuple[PostRevision, str]]) -> tuple[RevisionView, ...]:
        people = names_of(
            self._session,
            (
                login
                for row, _ in revisions
                for login in (row.author, row.on_behalf_of, row.originator)
                if login is not None
            ),
        )
        return tuple(
            RevisionView(
                number=row.number,
                account=account,
                gateway=row.gateway,
                content_class=row.content_class,
                text=row.text,
                media=tuple(Medium(**each) for each in row.media),
                earliest_at=row.earliest_at,
                latest_at=row.latest_at,
                reply_to=row.reply_to,
                urgent=row.urgent,
                urgent_reason=row.urgent_reason,
                disclosure=row.disclosure,
                source_basis=row.source_basis,
                secrecy_review=row.secrecy_review,
                originator=people.get(row.originator, row.originator),
                author=people.get(row.author, row.author),
                on_behalf_of=people.get(row.on_behalf_of or "", row.on_behalf_of or ""),
                at=row.at,
                note=row.note,
            )
            for row, account in revisions
        )

    def hits(self, post_id: int) -> tuple[HitView, ...]:
        """Return the hits of a post in order of place, numbered from 1, with what was let through."""
        by_key = {waiver.key: waiver for waiver in self._posts.waivers([post_id])}
        people = names_of(self._session, (waiver.person for waiver in by_key.values()))
        return tuple(
            HitView(
                number=number,
                key=hit.key,
                rule_id=hit.rule_id,
                severity=hit.severity,
                title=hit.title,
                message=hit.message,
                suggestion=hit.suggestion,
                start=hit.start,
                end=hit.end,
                blocks=severity_blocks(hit.severity) and hit.key not in by_key,
                waivable=severity_blocks(hit.severity) and waivable(hit.rule_id, self.book),
                waived_by=people.get(by_key[hit.key].person, "") if hit.key in by_key else "",
                waiver_reason=by_key[hit.key].reason if hit.key in by_key else "",
                waived_at=by_key[hit.key].at if hit.key in by_key else None,
            )
            for number, hit in enumerate(self._posts.hits([post_id]), 1)
        )

    def _round_view(
        self,
        post: Post,
        round_: ReviewRound,
        steps: Sequence[ReviewStep],
        state: Standing,
        editors: frozenset[str],
    ) -> RoundView:
        verdicts: dict[int, list[ReviewVerdict]] = {}
        every = self._reviews.verdicts([step.id for step in steps])
        for each in every:
            verdicts.setdefault(each.step_id, []).append(each)
        logins = [
            login
            for each in every
            for login in (each.person, each.on_behalf_of, each.recorded_by, each.checked_by)
            if login
        ]
        named = [login for step in steps for login in step.named]
        people = names_of(self._session, [*logins, *named, round_.submitted_by])
        present = round_.number == post.round
        holds = round_.ended_at is None or round_.outcome == RoundOutcome.SIGNED

        def verdict_view(each: ReviewVerdict) -> VerdictView:
            holder = self.reviewers.get(each.on_behalf_of or each.person)
            counts = each.verdict != Verdict.MISMATCH and not (
                each.channel == Channel.PAPER and each.checked_at is None
            )
            return VerdictView(
                verdict_id=each.id,
                verdict=each.verdict,
                person=each.person,
                name=people.get(each.person, each.person),
                on_behalf_of=people.get(each.on_behalf_of or "", each.on_behalf_of or ""),
                unit=self._units.get(holder.unit_id or 0, "") if holder is not None else "",
                channel=each.channel,
                gates=tuple(each.gates),
                remark=each.remark,
                at=each.at,
                recorded_by=people.get(each.recorded_by, each.recorded_by),
                checked_by=people.get(each.checked_by, each.checked_by),
                scan=each.scan,
                owed=each.channel == Channel.TELEPHONE and each.settled_at is None,
                owed_until=each.owed_until,
                settled_at=each.settled_at,
                unchecked=each.channel == Channel.PAPER
                and each.checked_at is None
                and each.verdict != Verdict.MISMATCH,
                valid=counts and present and holds and each.fingerprint == state.fingerprint,
            )

        return RoundView(
            number=round_.number,
            revision=round_.revision,
            fingerprint=round_.fingerprint,
            code=code_of(round_.fingerprint),
            chain_title=round_.chain_title,
            chain_citation=round_.chain_citation,
            reasons=tuple(round_.reasons),
            books=dict(round_.books),
            submitted_by=people.get(round_.submitted_by, round_.submitted_by),
            submitted_at=round_.submitted_at,
            ended_at=round_.ended_at,
            outcome=round_.outcome,
            steps=tuple(
                StepView(
                    position=step.position,
                    stage=step.stage,
                    name=step.name,
                    role=step.role,
                    mode=step.mode,
                    need=step.need,
                    named=tuple(people[login] for login in step.named),
                    limit=f"{step.minutes}分钟({'工作时间' if step.clock == 'working' else '自然时间'})",
                    proof=step.proof,
                    telephone=step.telephone,
                    state=step.state,
                    opened_at=step.opened_at,
                    due_at=step.due_at,
                    done_at=step.done_at,
                    overdue=step.state == StepState.OPEN and step.due_at is not None and step.due_at <= self.now,
                    verdicts=tuple(map(verdict_view, verdicts.get(step.id, []))),
                    waiting_for=tuple(
                        person.name
                        for person in self.reviewers.to_be_asked(
                            post.unit_id,
                            step_rule(step),
                            editors | {login for each in state.signatures for login in each.persons},
                        )
                    )
                    if step.state == StepState.OPEN
                    else (),
                )
                for step in steps
            ),
        )

    def _proofs(self, post_id: int, present: str) -> tuple[ProofView, ...]:
        marks = self._reviews.proofs(post_id)
        people = names_of(
            self._session, (login for mark in marks for login in (mark.person, mark.on_behalf_of) if login)
        )
        return tuple(
            ProofView(
                proof=mark.proof,
                person=people.get(mark.person, mark.person),
                on_behalf_of=people.get(mark.on_behalf_of or "", mark.on_behalf_of or ""),
                at=mark.at,
                note=mark.note,
                valid=mark.fingerprint == present,
            )
            for mark in marks
        )

    def _remarks(self, post_id: int) -> tuple[RemarkView, ...]:
        rows = self._reviews.remarks(post_id)
        people = names_of(self._session, (login for row in rows for login in (row.person, row.settled_by) if login))
        return tuple(
            RemarkView(
                remark_id=row.id,
                revision=row.revision,
                start=row.start,
                end=row.end,
                quote=row.quote,
                text=row.text,
                person=people.get(row.person, row.person),
                at=row.at,
                settled_by=people.get(row.settled_by, row.settled_by),
                settled_at=row.settled_at,
            )
            for row in rows
        )


def length_limit(book: ContentBook, gateway: str) -> int:
    """Return how many platform characters a text may have that goes out by a gateway; 0 where there is no limit."""
    return min((rule.max_length for rule in book.length if rule.enabled and gateway in rule.gateways), default=0)
