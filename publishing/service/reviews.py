"""Review inside the system: submission, verdicts, proofs, remarks, withdrawal, changed signers, reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from config.rulebook.approval import GATES, PROOFS
from publishing.enums import Channel, PostState, RoundOutcome, StepState, Verdict
from publishing.fields import in_words
from publishing.models import Post, ReviewStep
from publishing.reading import Reader, find_post, require_text_seen, step_rule
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_desk import REWORK, Desk, take_back
from publishing.review_rules import StepRule
from publishing.schemas import DeskRow, PostDetail, SubmitPreview, SubmitResult
from publishing.service.drafts import DraftService, require_desk
from publishing.service.rechecks import SYSTEM, RecheckService
from publishing.signing import Signing, open_step
from publishing.submission import Submissions, preview_of
from publishing.transitions import AGREE, RETURN, WITHDRAW, require_open
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError


class _Undo(Exception):
    """Leave the transaction without storing anything."""


class ReviewService:
    """Use cases of the review desk."""

    def __init__(
        self, db: Database, drafts: DraftService, rechecks: RecheckService, signing: Signing, submissions: Submissions
    ) -> None:
        self._db = db
        self._drafts = drafts
        self._rechecks = rechecks
        self._signing = signing
        self._submissions = submissions

    # --- reading --------------------------------------------------------------------------------------------

    def queue(self, actor: Actor) -> list[DeskRow]:
        """List the posts of which the actor may sign a step now, the soonest limit first."""
        with self._db.reading() as session:
            repository = PostRepository(session)
            found = repository.listed(states=[PostState.IN_REVIEW.value])
            rows = self._signing.reader(session).rows(found, actor)
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
            wanted = self._submissions.wanted(session, actor, post_id, named or {})
            return self._submissions.store(session, actor, wanted, version)

    def preview(self, actor: Actor, post_id: int, named: Mapping[str, Sequence[str]] | None = None) -> SubmitPreview:
        """Say what `submit` would do: chain, who may sign, what may go wrong; nothing is stored.

        Raises:
            As `submit`, but for a conflict.
        """
        require(actor, Permission.POST_DRAFT, f"稿件{post_id}")
        try:
            with self._db.writing() as session:
                found = preview_of(self._submissions.wanted(session, actor, post_id, named or {}))
                raise _Undo
        except _Undo:
            return found

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
            desk = self._signing.desk(session, post_id, RETURN if verdict == Verdict.RETURN else AGREE, code)
            row = open_step(desk, actor, step)
            if verdict == Verdict.AGREE:
                missing = [gate for gate in GATES if gate not in gates]
                if missing:
                    raise UsageError(
                        f"五关未全部把住,缺{'、'.join(missing)}。",
                        rule=desk.reader.book.gates.citation,
                        next_step="逐关审核后一并写明,或退回。",
                    )
                self._signing.require_fit(desk, row, proofed_by=actor if proofed else None)
            desk.touch()
            desk.reviews.add_verdict(
                {
                    "step_id": row.id,
                    "verdict": verdict,
                    "person": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "channel": Channel.SYSTEM.value,
                    "fingerprint": desk.present,
                    "gates": [gate for gate in GATES if gate in gates],
                    "remark": said,
                    "at": desk.now,
                    "entered_at": desk.now,
                }
            )
            signed = False
            if verdict == Verdict.RETURN:
                self._send_back(desk, row)
            else:
                signed = desk.go_on()
            details = {
                "round": desk.round.number,
                "step": row.name,
                "verdict": verdict,
                "fingerprint": desk.present,
                "signed": signed,
            }
            audit.append(session, actor, "post.verdict", str(post_id), details, desk.now)
        return self._drafts.show(post_id, actor)

    def _send_back(self, desk: Desk, row: ReviewStep) -> None:
        desk.reviews.change_step(row.id, {"state": StepState.RETURNED.value, "done_at": desk.now})
        take_back(desk.session, desk.post, desk.post.version, RETURN, RoundOutcome.RETURNED, desk.now)
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
            ReviewRepository(session).add_proof(post_id, present, proof, actor, reader.now, note)
            details = {"proof": proof, "fingerprint": present}
            audit.append(session, actor, "post.proof", str(post_id), details, reader.now)
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
                    "at": reader.now,
                }
            )
            audit.append(session, actor, "post.remark", str(post_id), {"start": start, "end": end}, reader.now)
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
            now = self._own(session, actor, post_id)[1].now
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
            post, reader = self._own(session, actor, post_id)
            require_open(WITHDRAW, post.state, post_id)
            take_back(session, post, version, WITHDRAW, RoundOutcome.WITHDRAWN, reader.now)
            audit.append(session, actor, "post.withdraw", str(post_id), {"reason": reason}, reader.now)
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
            desk = self._signing.desk_of(session, reader, post)
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
            desk.touch()
            desk.reviews.change_step(row.id, {"named": renamed})
            desk.ask(row, new_login, row.due_at)
            details = {"step": step, "old": old_login, "new": new_login, "reason": reason}
            audit.append(session, actor, "post.reassign", str(post_id), details, desk.now)
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
        with self._db.writing() as session:
            reader = self._signing.reader(session)
            waiting = ReviewRepository(session).open_steps()
            return sum(
                self._signing.desk_of(session, reader, post, round_).remind(row) for row, round_, post in waiting
            )

    def _own(self, session: Session, actor: Actor, post_id: int) -> tuple[Post, Reader]:
        post = find_post(PostRepository(session), post_id)
        reader = self._signing.reader(session)
        reader.require_sponsor(actor, post, reader.book.before_sending.citation)
        return post, reader
