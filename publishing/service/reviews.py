"""Review inside the system: submission, verdicts, proofs, remarks, withdrawal, changed signers, reminders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.enums import AccountStatus
from accounts.models import Account
from accounts.permissions import Permission
from accounts.repository.duty import SUPERVISORS
from accounts.repository.units import UnitRepository
from accounts.standards import StandardService
from config.rulebook.approval import GATES, PROOFS, ApprovalBook, Chain, ChainStep
from publishing.enums import Channel, Disclosure, PostState, RoundOutcome, StepState, Verdict
from publishing.fields import in_words
from publishing.fingerprint import Manuscript, fingerprint
from publishing.judging import Judge, Standards, blocking, hit_rows, is_approved_line, is_reply, manuscript_of
from publishing.models import Post, ReviewStep
from publishing.reading import Reader, find_post, require_text_seen, step_rule
from publishing.rejudging import rejudge
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_desk import REMINDER, REWORK, TODO, Desk, close_todos, touch
from publishing.review_rules import StepRule, missing_signer, next_role, on_text
from publishing.schemas import DeskRow, PlannedStep, PostDetail, SubmitPreview, SubmitResult
from publishing.service.drafts import DraftService, changed_meanwhile, require_desk
from publishing.service.rechecks import SYSTEM, RecheckService
from publishing.transitions import AGREE, RETURN, SUBMIT, WITHDRAW, Act, require_open
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError


@dataclass(frozen=True)
class _Wanted:
    """A submission before it is stored."""

    post: Post
    manuscript: Manuscript
    standards: Standards
    reader: Reader
    chain: Chain
    reasons: tuple[str, ...]
    steps: list[StepRule]
    editors: frozenset[str]
    warnings: tuple[str, ...]
    now: datetime


class _Undo(Exception):
    """Leave the transaction without storing anything."""


class ReviewService:
    """Use cases of the review desk."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        standards: StandardService,
        judge: Judge,
        drafts: DraftService,
        rechecks: RecheckService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge
        self._drafts = drafts
        self._rechecks = rechecks

    # --- reading --------------------------------------------------------------------------------------------

    def queue(self, actor: Actor) -> list[DeskRow]:
        """List the posts of which the actor may sign a step now, the soonest limit first."""
        with self._db.reading() as session:
            repository = PostRepository(session)
            found = repository.listed(states=[PostState.IN_REVIEW.value])
            rows = Reader(session, self._judge, self._clock.now()).rows(found, actor)
        return sorted((row for row in rows if row.mine), key=lambda row: (row.due_at is None, row.due_at, row.post_id))

    # --- submission -----------------------------------------------------------------------------------------

    def submit(
        self, actor: Actor, post_id: int, version: int, named: Mapping[str, Sequence[str]] | None = None
    ) -> SubmitResult:
        """Submit a post: it is checked, its chain is chosen and copied into it, the first steps open.

        Args:
            actor: who submits; one of those who may not sign.
            post_id: the post.
            version: of the row that the actor saw.
            named: step name → logins, for steps that all of the named must sign; where none are given, the unit's
                people with the role.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such post.
            ConflictError: somebody changed the post meanwhile.
            RefusedError: its state does not allow it; a hit is not explained; the 定稿栏 is incomplete; the account
                does not run; the time to go out is over; nobody is there who could sign a step.
            UsageError: a named person may not sign the step.
        """
        require(actor, Permission.POST_DRAFT, f"稿件{post_id}")
        with self._db.writing() as session:
            wanted = self._wanted(session, actor, post_id, named or {})
            post, chain, reasons, steps, editors = (
                wanted.post, wanted.chain, wanted.reasons, wanted.steps, wanted.editors,
            )  # fmt: skip
            manuscript, standards, reader = wanted.manuscript, wanted.standards, wanted.reader
            repository, now = PostRepository(session), wanted.now
            number = post.round + 1
            moved = repository.move(
                post_id, version, SUBMIT.sources, SUBMIT.target, {"round": number, "changed_at": now, "rechecked": ""}
            )
            if not moved:
                raise changed_meanwhile(post_id)
            post = find_post(repository, post_id)
            reviews = ReviewRepository(session)
            reviews.add_round(
                {
                    "post_id": post_id,
                    "number": number,
                    "revision": post.revision,
                    "fingerprint": fingerprint(manuscript, standards.digests),
                    "books": standards.digests,
                    "chain_id": chain.id,
                    "chain_title": chain.title,
                    "chain_citation": chain.citation,
                    "reasons": list(reasons),
                    "submitted_by": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "submitted_at": now,
                },
                [_step_values(rule, step) for rule, step in zip(steps, chain.steps, strict=True)],
            )
            close_todos(session, post_id, now)
            round_ = reviews.current(post)
            assert round_ is not None
            desk = Desk(session, self._standards, reader, post, round_, now)
            desk.go_on(editors)
            due = [step.due_at for step in desk.steps() if step.due_at is not None]
            details = {"round": number, "chain": chain.id, "fingerprint": round_.fingerprint, "reasons": list(reasons)}
            audit.append(session, actor, "post.submit", str(post_id), details, now)
        detail = self._drafts.show(post_id, actor)
        return SubmitResult(
            post_id,
            number,
            detail.code,
            chain.title,
            chain.in_words,
            reasons,
            min(due, default=None),
            (*wanted.warnings, *_late(manuscript, chain, now)),
        )

    def preview(self, actor: Actor, post_id: int, named: Mapping[str, Sequence[str]] | None = None) -> SubmitPreview:
        """Say what `submit` would do: chain, who may sign, what may go wrong; nothing is stored.

        Raises:
            As `submit`, but for a conflict.
        """
        require(actor, Permission.POST_DRAFT, f"稿件{post_id}")
        try:
            with self._db.writing() as session:
                wanted = self._wanted(session, actor, post_id, named or {})
                found = SubmitPreview(
                    post_id,
                    wanted.post.version,
                    wanted.chain.title,
                    wanted.chain.in_words,
                    wanted.reasons,
                    tuple(
                        self._planned(wanted, rule, step)
                        for rule, step in zip(wanted.steps, wanted.chain.steps, strict=True)
                    ),
                    (*wanted.warnings, *_late(wanted.manuscript, wanted.chain, wanted.now)),
                )
                raise _Undo
        except _Undo:
            return found

    def _planned(self, wanted: _Wanted, rule: StepRule, step: ChainStep) -> PlannedStep:
        reviewers, unit_id = wanted.reader.reviewers, wanted.post.unit_id
        free = [person for person in reviewers.able(unit_id, rule) if person.login not in wanted.editors]
        there = {person.login: reviewers.present(person.login) for person in free}
        people = sorted(free, key=lambda person: not there[person.login])
        open_to_all = StepRule(0, 1, "", rule.role)
        return PlannedStep(
            name=rule.name,
            role=rule.role,
            mode=rule.mode,
            need=rule.wanted,
            limit=step.limit,
            people=tuple(person.name if there[person.login] else f"{person.name}(不在岗)" for person in people),
            able=tuple(
                (person.login, person.name)
                for person in reviewers.able(unit_id, open_to_all)
                if person.login not in wanted.editors
            )
            if rule.mode == "all"
            else (),
            named=rule.named,
        )

    def _wanted(self, session: Session, actor: Actor, post_id: int, named: Mapping[str, Sequence[str]]) -> _Wanted:
        """Return the chain that a post is to walk, after proving that it may be submitted."""
        repository = PostRepository(session)
        post = find_post(repository, post_id)
        require_open(SUBMIT, post.state, post_id)
        now = self._clock.now()
        standards = self._judge.standards(beijing_date(now))
        book = standards.approval.book
        reader = Reader(session, self._judge, now)
        if not reader.reviewers.speaks_for(actor.unit_id, post.unit_id):
            raise RefusedError(
                f"{actor.name}不是稿件{post_id}主办单位或其上级单位的人员,不能送审。",
                rule=book.before_sending.citation,
                next_step="请由主办单位人员送审。",
            )
        revision = repository.revision(post_id, post.revision)
        manuscript = manuscript_of(revision)
        _fit_to_go_out(session, post, manuscript, book, now)
        self._drafts.check_media(manuscript)
        self._drafts.check_stored(session, post)
        hits, waivers = repository.hits([post_id]), repository.waivers([post_id])
        stops = blocking(hits, waivers)
        if stops:
            titles = "、".join(dict.fromkeys(hit.title for hit in stops))
            raise RefusedError(
                f"稿件{post_id}有{len(stops)}处检查问题未改正或说明:{titles}。",
                rule=book.waiver.citation,
                next_step=f"请修改正文,或逐处说明后放行:weibo-ops post show {post_id}。",
            )
        keys = {hit.key for hit in hits}
        explained = any(waiver.key in keys for waiver in waivers)
        unit = UnitRepository(session).get(post.unit_id)
        chain, reasons = self._judge.chain(
            manuscript,
            standards,
            level=unit.level if unit is not None else "",
            hits=explained,
            holding=is_approved_line(session, post.unit_id, manuscript, beijing_date(now)),
            at=now,
        )
        editors = {*repository.editors(post_id), *actor.persons}
        steps = _steps(reader, post, chain, editors, named)
        warnings = self._staffing(reader, post, steps, editors, book)
        return _Wanted(post, manuscript, standards, reader, chain, reasons, steps, frozenset(editors), warnings, now)

    def _staffing(
        self, reader: Reader, post: Post, steps: Sequence[StepRule], editors: Iterable[str], book: ApprovalBook
    ) -> tuple[str, ...]:
        """Refuse a chain that the unit and those above it can never sign; warn of one that nobody present can."""
        barred = set(editors)
        able = {
            step.position: [p.login for p in reader.reviewers.able(post.unit_id, step) if p.login not in barred]
            for step in steps
        }
        short = missing_signer(steps, able)
        if short is not None:
            raise RefusedError(
                f"“{short.name}”没有可审签的人员(起草人不得审签,一人只签一个环节)。",
                rule=book.small_office.citation,
                next_step="请由上级单位或分管领导承担该环节:为其登记审核角色后重新送审。",
            )
        present = {
            position: [login for login in logins if reader.reviewers.present(login)]
            for position, logins in able.items()
        }
        absent = missing_signer(steps, present)
        if absent is None:
            return ()
        return (f"“{absent.name}”今天无人在岗(请假且未委托),可能逾时:请安排受委托人,或由上级单位审签。",)

    # --- verdicts -------------------------------------------------------------------------------------------

    def verdict(
        self,
        actor: Actor,
        post_id: int,
        verdict: str,
        *,
        code: str,
        gates: Sequence[str] = (),
        remark: str = "",
        proofed: bool = False,
        step: str = "",
    ) -> PostDetail:
        """Sign or return an open step, on the very text whose code the reviewer saw.

        Args:
            actor: who signs, perhaps for somebody else.
            post_id: the post.
            verdict: 同意 or 退回.
            code: 稿件校验码 of the text that was read.
            gates: the gates that were passed; 同意 needs all five.
            remark: what is to be said; 退回 needs it.
            proofed: the reviewer did the proof-reading that the step asks for.
            step: its name, where several are open; empty takes the one that the actor may sign.

        Raises:
            PermissionRefusedError: the actor may not review.
            NotFoundError: there is no such post or open step.
            ConflictError: the text, the standards or the state changed meanwhile.
            RefusedError: the actor wrote on it or signed before, holds no fitting role, is none of the unit's; a hit is
                not explained; the proof-reading is missing.
            UsageError: verdict, gates or remark are not what they should be.
        """
        require(actor, Permission.POST_REVIEW, f"稿件{post_id}")
        if verdict not in (Verdict.AGREE, Verdict.RETURN):
            raise UsageError(f"没有“{verdict[:20]}”这一意见。", next_step="可选:同意、退回。")
        said = in_words(remark, "意见")
        if verdict == Verdict.RETURN and not said:
            raise UsageError("退回须写明理由。", next_step="请写明须修改之处。")
        self._rechecks.recheck_one(post_id)
        with self._db.writing() as session:
            desk, editors = self.desk(session, post_id, RETURN if verdict == Verdict.RETURN else AGREE, code)
            book = desk.reader.book
            row = _open_step(desk, actor, editors, step)
            if verdict == Verdict.AGREE:
                missing = [gate for gate in GATES if gate not in gates]
                if missing:
                    raise UsageError(
                        f"五关未全部把住,缺{'、'.join(missing)}。",
                        rule=book.gates.citation,
                        next_step="逐关审核后一并写明,或退回。",
                    )
                self._still_fit(session, desk)
                self._proof_on_file(desk, actor, row, book, proofed=proofed)
            version = desk.post.version
            if not touch(session, desk.post, version, desk.now):
                raise changed_meanwhile(post_id)
            post = find_post(PostRepository(session), post_id)
            desk = Desk(session, self._standards, desk.reader, post, desk.round, desk.now)
            values = {
                "step_id": row.id,
                "verdict": verdict,
                "person": actor.person,
                "on_behalf_of": actor.on_behalf_of,
                "channel": Channel.SYSTEM.value,
                "fingerprint": desk.reader.standing(post).fingerprint,
                "gates": [gate for gate in GATES if gate in gates],
                "remark": said,
                "at": desk.now,
                "entered_at": desk.now,
            }
            desk.reviews.add_verdict(values)
            signed = False
            if verdict == Verdict.RETURN:
                self._send_back(desk, row, said)
            else:
                signed = desk.go_on(editors)
            details = {
                "round": desk.round.number,
                "step": row.name,
                "verdict": verdict,
                "fingerprint": values["fingerprint"],
                "signed": signed,
            }
            audit.append(session, actor, "post.verdict", str(post_id), details, desk.now)
        return self._drafts.show(post_id, actor)

    def desk(self, session: Session, post_id: int, act: Act, code: str) -> tuple[Desk, frozenset[str]]:
        """Return the review of a post for an act on the text that was seen, and who may not sign it.

        Raises:
            NotFoundError: there is no such post.
            RefusedError: its state does not allow the act.
            ConflictError: the code is not that of the present text.
        """
        repository = PostRepository(session)
        post = find_post(repository, post_id)
        require_open(act, post.state, post_id)
        reader = Reader(session, self._judge, self._clock.now())
        round_ = ReviewRepository(session).current(post)
        assert round_ is not None
        state = reader.standing(post)
        require_text_seen(code, state.fingerprint, post_id, reader.book)
        editors = {*repository.editors(post_id), round_.submitted_by, *filter(None, [round_.on_behalf_of])}
        return Desk(session, self._standards, reader, post, round_, self._clock.now()), frozenset(editors)

    def ready_to_sign(self, session: Session, desk: Desk, row: ReviewStep) -> None:
        """Refuse a signature on what may not go out as it stands, or before the proof-reading of the step.

        Raises:
            RefusedError: naming what is missing.
            NotFoundError: a picture or video is no longer what was put in.
        """
        self._still_fit(session, desk)
        self._proof_on_file(desk, None, row, desk.reader.book, proofed=False)

    def telephone_allowed(self, session: Session, desk: Desk, row: ReviewStep) -> bool:
        """Say whether a step may be approved by telephone: by the chain copied into the post and by today's."""
        standards = self._judge.standards(beijing_date(desk.now))
        chain = rejudge(session, self._judge, desk.post, standards, desk.now).chain
        return row.telephone and all(step.telephone for step in chain.steps if step.name == row.name)

    def _still_fit(self, session: Session, desk: Desk) -> None:
        """Refuse a signature where account, time, files, hits or chain are no longer what they were at submission."""
        repository, book = PostRepository(session), desk.reader.book
        manuscript = manuscript_of(repository.revision(desk.post.id, desk.post.revision))
        _account_and_time(session, desk.post, manuscript, book, desk.now, "审签")
        self._drafts.check_media(manuscript)
        standards = self._judge.standards(beijing_date(desk.now))
        found = rejudge(session, self._judge, desk.post, standards, desk.now)
        repository.replace_hits(desk.post.id, hit_rows(desk.post, manuscript.text, tuple(found.hits.values())))
        if found.weaker:
            raise RefusedError(
                f"稿件{desk.post.id}送审后情况有变,现应按“{found.chain.title}”({found.chain.in_words})审签。",
                rule=found.chain.citation,
                next_step="请退回,由起草人重新送审。",
            )
        if found.stops:
            titles = "、".join(dict.fromkeys(hit.title for hit in found.stops))
            raise RefusedError(
                f"复查发现{len(found.stops)}处问题未说明:{titles}。",
                rule=book.waiver.citation,
                next_step="请退回修改,或说明后放行:weibo-ops post waive。",
            )

    def _proof_on_file(
        self, desk: Desk, actor: Actor | None, row: ReviewStep, book: ApprovalBook, *, proofed: bool
    ) -> None:
        if not row.proof:
            return
        present = desk.reader.standing(desk.post).fingerprint
        done = {mark.proof for mark in desk.reviews.proofs(desk.post.id) if mark.fingerprint == present}
        if proofed and actor is not None and row.proof not in done:
            wanted = PROOFS if book.proofs_merged else (row.proof,)
            for proof in wanted:
                desk.reviews.add_proof(_proof_values(desk.post.id, present, proof, actor, desk.now, ""))
            return
        if row.proof not in done:
            raise RefusedError(
                f"“{row.name}”前须完成{row.proof}。",
                rule=book.proofs.citation,
                next_step="请先登记校对:weibo-ops post proof;由本人校对的,同意时一并写明。",
            )

    def _send_back(self, desk: Desk, row: ReviewStep, said: str) -> None:
        desk.reviews.change_step(row.id, {"state": StepState.RETURNED.value, "done_at": desk.now})
        desk.reviews.end_round(desk.round.id, desk.now, RoundOutcome.RETURNED)
        close_todos(desk.session, desk.post.id, desk.now)
        moved = PostRepository(desk.session).move(
            desk.post.id, desk.post.version, RETURN.sources, RETURN.target, {"changed_at": desk.now}
        )
        if not moved:
            raise changed_meanwhile(desk.post.id)
        todos.propose(
            desk.session,
            REWORK,
            f"{desk.post.id}/{desk.round.number}",
            f"稿件{desk.post.id}在“{row.name}”退回,请修改",
            desk.now,
            recipient=desk.round.submitted_by,
        )

    # --- proofs and remarks ---------------------------------------------------------------------------------

    def proof(self, actor: Actor, post_id: int, proof: str, *, code: str, note: str = "") -> PostDetail:
        """Record a proof-reading of the very text whose code was seen.

        Raises:
            PermissionRefusedError: the actor may neither draft nor review.
            NotFoundError: there is no such post.
            UsageError: there is no such proof-reading.
            ConflictError: the code is not that of the present text.
            RefusedError: the actor is none of the unit's.
        """
        require_desk(actor, f"稿件{post_id}")
        if proof not in PROOFS:
            raise UsageError(f"没有“{proof[:20]}”。", next_step=f"可选:{'、'.join(PROOFS)}。")
        note = in_words(note, "说明")
        with self._db.writing() as session:
            post, reader = self._own(session, actor, post_id)
            present = reader.standing(post).fingerprint
            require_text_seen(code, present, post_id, reader.book)
            now = self._clock.now()
            ReviewRepository(session).add_proof(_proof_values(post_id, present, proof, actor, now, note))
            audit.append(session, actor, "post.proof", str(post_id), {"proof": proof, "fingerprint": present}, now)
        return self._drafts.show(post_id, actor)

    def remark(
        self, actor: Actor, post_id: int, start: int, end: int, text: str, *, code: str | None = None
    ) -> PostDetail:
        """Remark on the characters ``[start, end)`` of the present text, of the one with ``code`` if given.

        Raises:
            ConflictError: the code is not that of the present text.
            PermissionRefusedError: the actor may neither draft nor review.
            NotFoundError: there is no such post.
            UsageError: the place lies outside the text, or nothing is said.
            RefusedError: the actor is none of the unit's.
        """
        require_desk(actor, f"稿件{post_id}")
        text = in_words(text, "批注")
        with self._db.writing() as session:
            post, reader = self._own(session, actor, post_id)
            if code is not None:
                require_text_seen(code, reader.standing(post).fingerprint, post_id, reader.book)
            whole = PostRepository(session).revision(post_id, post.revision).text
            if not 0 <= start < end <= len(whole) or not text:
                raise UsageError(f"批注须写明正文中的位置(0至{len(whole)})和意见。", next_step="请核对起止位置。")
            now = self._clock.now()
            ReviewRepository(session).add_remark(
                {
                    "post_id": post_id,
                    "revision": post.revision,
                    "start": start,
                    "end": end,
                    "quote": whole[start:end],
                    "text": text,
                    "person": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "at": now,
                }
            )
            audit.append(session, actor, "post.remark", str(post_id), {"start": start, "end": end}, now)
        return self._drafts.show(post_id, actor)

    def settle_remark(self, actor: Actor, remark_id: int) -> PostDetail:
        """Mark a remark as dealt with.

        Raises:
            PermissionRefusedError: the actor may neither draft nor review.
            NotFoundError: there is no such remark.
            ConflictError: it is settled already.
            RefusedError: the actor is none of the unit's.
        """
        require_desk(actor, f"批注{remark_id}")
        with self._db.writing() as session:
            reviews = ReviewRepository(session)
            row = reviews.remark(remark_id)
            if row is None:
                raise NotFoundError(f"没有编号为{remark_id}的批注。", next_step="编号见 weibo-ops post show。")
            post_id = row.post_id
            self._own(session, actor, post_id)
            now = self._clock.now()
            if not reviews.settle_remark(remark_id, actor.person, now):
                raise ConflictError("该批注已处理。", next_step="不必重复办理。")
            audit.append(session, actor, "post.remark_settled", str(post_id), {"remark": remark_id}, now)
        return self._drafts.show(post_id, actor)

    # --- withdrawal and arrangement -------------------------------------------------------------------------

    def withdraw(self, actor: Actor, post_id: int, reason: str, version: int) -> PostDetail:
        """Withdraw a post for good (撤稿); what was signed of it no longer counts.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such post.
            RefusedError: its state does not allow it, or the actor is none of the unit's.
            UsageError: no reason was given.
            ConflictError: somebody changed the post meanwhile.
        """
        require(actor, Permission.POST_DRAFT, f"稿件{post_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("撤稿须写明理由。", next_step="请写明理由。")
        with self._db.writing() as session:
            post, _ = self._own(session, actor, post_id)
            require_open(WITHDRAW, post.state, post_id)
            before = post.state
            now = self._clock.now()
            reviews = ReviewRepository(session)
            round_ = reviews.current(post)
            if not PostRepository(session).move(
                post_id, version, WITHDRAW.sources, WITHDRAW.target, {"changed_at": now, "signed_fingerprint": ""}
            ):
                raise changed_meanwhile(post_id)
            if round_ is not None:
                reviews.end_round(round_.id, now, RoundOutcome.WITHDRAWN)
                if before == PostState.SIGNED:
                    reviews.reopen_round(round_.id, RoundOutcome.WITHDRAWN)
                close_todos(session, post_id, now)
            audit.append(session, actor, "post.withdraw", str(post_id), {"reason": reason}, now)
        return self._drafts.show(post_id, actor)

    def reassign(
        self, actor: Actor, post_id: int, step: str, old_login: str, new_login: str, reason: str
    ) -> PostDetail:
        """Put another person in the place of one who must countersign and has left or is away.

        The number of signatures never becomes smaller by it.

        Raises:
            PermissionRefusedError: the actor may not arrange signers.
            NotFoundError: there is no such post, open step, or person.
            RefusedError: the new person may not sign the step; the old one is not named or has signed; the actor is the
                new person, or none of the unit's.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_ARRANGE, f"稿件{post_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("调整会签人须写明理由。", next_step="请写明理由。")
        with self._db.writing() as session:
            post, reader = self._own(session, actor, post_id)
            require_open(AGREE, post.state, post_id)
            round_ = ReviewRepository(session).current(post)
            assert round_ is not None
            now = self._clock.now()
            desk = Desk(session, self._standards, reader, post, round_, now)
            row = next(
                (r for r in desk.steps() if r.name == step and r.state in (StepState.OPEN, StepState.WAITING)), None
            )
            if row is None or row.mode != "all":
                raise NotFoundError(f"稿件{post_id}没有未完成的会签环节“{step[:20]}”。", next_step="请核对环节名称。")
            rule = step_rule(row)
            signed = {login for each in desk.signatures() if each.position == row.position for login in each.persons}
            if old_login not in rule.named or old_login in signed:
                raise RefusedError(
                    f"“{old_login[:30]}”不在会签人之中或已经会签。",
                    rule=reader.book.before_sending.citation,
                    next_step=f"会签人:{'、'.join(rule.named)}。",
                )
            if new_login in actor.persons:
                raise RefusedError(
                    "不能把会签人调整为本人。", rule=reader.book.separation.citation, next_step="请另选一人。"
                )
            able = reader.reviewers.able(post.unit_id, StepRule(row.position, row.stage, row.name, row.role))
            if new_login not in {person.login for person in able} or new_login in rule.named:
                raise RefusedError(
                    f"“{new_login[:30]}”不能承担“{row.name}”。",
                    rule=reader.book.before_sending.citation,
                    next_step=f"可选:{'、'.join(person.login for person in able if person.login not in rule.named)}。",
                )
            renamed = [new_login if login == old_login else login for login in rule.named]
            if not touch(session, post, post.version, now):
                raise changed_meanwhile(post_id)
            desk.reviews.change_step(row.id, {"named": renamed})
            todos.propose(
                session,
                TODO,
                desk.subject(row.position),
                f"{row.name}:稿件{post_id}",
                now,
                recipient=new_login,
                due_at=row.due_at,
            )
            details = {"step": step, "old": old_login, "new": new_login, "reason": reason}
            audit.append(session, actor, "post.reassign", str(post_id), details, now)
        return self._drafts.show(post_id, actor)

    def remind(self, actor: Actor) -> int:
        """Open a to-do for each step whose limit is near (提醒) or over (催办, also for the next higher role).

        What no longer stands by a standard whose day has come is taken back first.

        Returns:
            How many to-dos there are about such steps.

        Raises:
            PermissionRefusedError: the actor may neither check nor review.
        """
        if not actor.may(Permission.CHECK):
            require(actor, Permission.POST_REVIEW, "提醒")
        self._rechecks.recheck_due(SYSTEM)
        now = self._clock.now()
        opened = 0
        with self._db.writing() as session:
            reader = Reader(session, self._judge, now)
            for row, round_, post in ReviewRepository(session).open_steps():
                if row.due_at is None or row.due_at - timedelta(minutes=row.remind_minutes) > now:
                    continue
                late = row.due_at <= now
                desk = Desk(session, self._standards, reader, post, round_, now)
                barred = {
                    *PostRepository(session).editors(post.id),
                    *(login for each in desk.signatures() for login in each.persons),
                }
                asked = [p.login for p in reader.reviewers.to_be_asked(post.unit_id, step_rule(row), barred)]
                if late:
                    above = StepRule(row.position, row.stage, row.name, next_role(row.role))
                    asked += [p.login for p in reader.reviewers.to_be_asked(post.unit_id, above, barred)]
                word = "催办" if late else "提醒"
                for login in dict.fromkeys(asked or [SUPERVISORS]):
                    todos.propose(
                        session,
                        REMINDER,
                        f"{desk.subject(row.position)}/{word}",
                        f"{word}:稿件{post.id}“{row.name}”,时限{format_beijing(row.due_at)}",
                        now,
                        recipient=login,
                        due_at=row.due_at,
                    )
                    opened += 1
        return opened

    def _own(self, session: Session, actor: Actor, post_id: int) -> tuple[Post, Reader]:
        post = find_post(PostRepository(session), post_id)
        reader = Reader(session, self._judge, self._clock.now())
        if not reader.reviewers.speaks_for(actor.unit_id, post.unit_id):
            raise RefusedError(
                f"{actor.name}不是稿件{post_id}主办单位或其上级单位的人员,不能办理。",
                rule=reader.book.before_sending.citation,
                next_step="请由主办单位人员办理。",
            )
        return post, reader


def _fit_to_go_out(session: Session, post: Post, manuscript: Manuscript, book: ApprovalBook, now: datetime) -> None:
    """Refuse a submission whose 定稿栏, account or time is not in order."""
    _account_and_time(session, post, manuscript, book, now, "送审")
    missing = []
    if not manuscript.disclosure:
        missing.append("公开属性")
    if manuscript.content_class in book.colophon.source_classes and not manuscript.source_basis:
        missing.append("来源依据")
    if manuscript.content_class in book.colophon.secrecy_classes and not manuscript.secrecy_review:
        missing.append("保密审查")
    if manuscript.urgent and not manuscript.urgent_reason:
        missing.append("应急理由")
    if missing:
        raise RefusedError(
            f"定稿栏未填完整:{'、'.join(missing)}。",
            rule=book.colophon.citation,
            next_step=f"请补填后送审:weibo-ops post edit {post.id}。",
        )
    if manuscript.disclosure != Disclosure.PUBLIC:
        raise RefusedError(
            f"定稿栏写明“{manuscript.disclosure}”,不能在微博发布。",
            rule=book.colophon.citation,
            next_step="请核对公开属性;确不宜公开的请撤稿。",
        )
    if is_reply(manuscript) and not manuscript.reply_to:
        raise RefusedError(
            "回复类稿件须写明所答的评论。", rule=book.colophon.citation, next_step="请填写所答评论的id。"
        )


def _account_and_time(
    session: Session, post: Post, manuscript: Manuscript, book: ApprovalBook, now: datetime, act: str
) -> None:
    """Refuse an act on a post whose account does not run, or whose time to go out is over."""
    account = session.get(Account, post.account_id)
    assert account is not None
    if account.status != AccountStatus.RUNNING:
        raise RefusedError(
            f"账号“{account.screen_name}”的状态是“{account.status}”,不能{act}。",
            rule=book.before_sending.citation,
            next_step=f"账号恢复正常运行后再{act}。",
        )
    if manuscript.latest_at is not None and manuscript.latest_at <= now:
        raise RefusedError(
            f"最晚发布时间{format_beijing(manuscript.latest_at)}已过,不能{act}。",
            rule=book.before_sending.citation,
            next_step=f"请修改发布时间后送审:weibo-ops post edit {post.id} --latest 时间。",
        )


def _steps(
    reader: Reader, post: Post, chain: Chain, editors: Iterable[str], named: Mapping[str, Sequence[str]]
) -> list[StepRule]:
    unknown = [name for name in named if name not in {step.name for step in chain.steps if step.mode == "all"}]
    if unknown:
        raise UsageError(
            f"“{chain.title}”没有须全部会签的环节“{unknown[0][:20]}”。", next_step="请去掉该项,或核对环节名称。"
        )
    barred = set(editors)
    rules = []
    for position, step in enumerate(chain.steps):
        rule = StepRule(position, step.stage, step.name, step.role, step.mode, step.need)
        if step.mode == "all":
            able = {person.login for person in reader.reviewers.able(post.unit_id, StepRule(0, 1, "", step.role))}
            chosen = tuple(dict.fromkeys(named.get(step.name, ())))
            wrong = [login for login in chosen if login not in able or login in barred]
            if wrong:
                raise UsageError(
                    f"“{wrong[0][:30]}”不能会签“{step.name}”:须为{step.role}及以上,且未经手本稿。",
                    next_step=f"可选:{'、'.join(sorted(able - barred))}。",
                )
            chosen = chosen or reader.reviewers.named_by_default(post.unit_id, step.role, barred)
            rule = StepRule(position, step.stage, step.name, step.role, step.mode, len(chosen), chosen)
            if not chosen:
                raise RefusedError(
                    f"“{step.name}”没有可会签的人员。",
                    rule=reader.book.small_office.citation,
                    next_step="请指定上级单位的会签人。",
                )
        rules.append(rule)
    return rules


def _step_values(rule: StepRule, step: ChainStep) -> dict[str, object]:
    return {
        "position": rule.position,
        "stage": rule.stage,
        "name": rule.name,
        "role": rule.role,
        "mode": rule.mode,
        "need": rule.need,
        "minutes": step.minutes,
        "clock": step.clock,
        "remind_minutes": step.remind_minutes,
        "proof": step.proof,
        "telephone": step.telephone,
        "named": list(rule.named),
        "state": StepState.WAITING.value,
        "opened_at": None,
        "due_at": None,
        "done_at": None,
    }


def _proof_values(post_id: int, present: str, proof: str, actor: Actor, now: datetime, note: str) -> dict[str, object]:
    return {
        "post_id": post_id,
        "fingerprint": present,
        "proof": proof,
        "person": actor.person,
        "on_behalf_of": actor.on_behalf_of,
        "at": now,
        "note": note,
    }


def _open_step(desk: Desk, actor: Actor, editors: frozenset[str], name: str) -> ReviewStep:
    """Return the open step that an actor signs.

    Raises:
        NotFoundError: no open step has this name.
        RefusedError: why the actor may not sign it.
    """
    rows = [row for row in desk.steps() if row.state == StepState.OPEN and (not name or row.name == name)]
    if not rows:
        raise NotFoundError(
            f"稿件{desk.post.id}没有待审的环节{f'“{name[:20]}”' if name else ''}。", next_step="请核对环节名称。"
        )
    present = desk.reader.standing(desk.post).fingerprint
    given = on_text(desk.signatures(), present)
    refusals = []
    for row in rows:
        why = desk.reader.reviewers.refusal(actor, desk.post.unit_id, step_rule(row), editors, given, desk.reader.book)
        if why is None:
            return row
        refusals.append(why)
    raise refusals[0]


def _late(manuscript: Manuscript, chain: Chain, now: datetime) -> tuple[str, ...]:
    stages: dict[int, int] = {}
    for step in chain.steps:
        stages[step.stage] = max(stages.get(step.stage, 0), step.minutes)
    total = timedelta(minutes=sum(stages.values()))
    if manuscript.latest_at is not None and now + total > manuscript.latest_at:
        return (f"各环节时限合计{int(total.total_seconds() // 60)}分钟,可能赶不上最晚发布时间。",)
    return ()
