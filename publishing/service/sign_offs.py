"""Sign-off outside the system: on paper with code, scan and a second person; by telephone with the signature owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.repository.people import PeopleRepository
from accounts.service.staff import find_staff
from accounts.standards import StandardService
from accounts.working_days import add_working_days, work_calendar
from config.rulebook.approval import GATES
from publishing.enums import Channel, PostState, RoundOutcome, StepState, Verdict
from publishing.fields import in_words
from publishing.fingerprint import code_of, same_code
from publishing.judging import names_of
from publishing.models import Post, ReviewRound, ReviewStep, ReviewVerdict
from publishing.reading import Reader
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_desk import OWED, PAPER, REWORK, Desk, take_back
from publishing.schemas import OwedRow, PostDetail, SheetView
from publishing.service.drafts import DraftService, require_desk
from publishing.service.rechecks import RecheckService
from publishing.signing import Signing, telephone_allowed
from publishing.transitions import AGREE, REFUSE, require_open
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.text import shorten
from weibo_ops.kernel.vault import Vault

SHOWN = 30
"""Characters of a reason that a to-do shows."""
OLDEST = timedelta(days=7)
"""A signature on paper or by telephone older than this is not of the text that waits now."""


class SignOffService:
    """Use cases of sign-off outside the system."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        standards: StandardService,
        vault: Vault,
        drafts: DraftService,
        rechecks: RecheckService,
        signing: Signing,
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._vault = vault
        self._drafts = drafts
        self._rechecks = rechecks
        self._signing = signing

    # --- reading --------------------------------------------------------------------------------------------

    def owed(self) -> list[OwedRow]:
        """List the signatures owed: by telephone not made good, on paper not compared; the soonest due first."""
        now = self._clock.now()
        with self._db.reading() as session:
            found = ReviewRepository(session).owed()
            posts = {
                post.id: (revision.text, account)
                for post, revision, account, _ in PostRepository(session).listed(
                    post_ids={post.id for _, _, _, post in found}
                )
            }
            people = names_of(session, (login for each, _, _, _ in found for login in (each.person, each.recorded_by)))
            return [
                OwedRow(
                    post_id=post.id,
                    verdict_id=each.id,
                    account=posts[post.id][1],
                    opening=shorten(" ".join(posts[post.id][0].split()), 30),
                    step=step.name,
                    kind="待补签" if each.channel == Channel.TELEPHONE else "待核对",
                    person=each.person,
                    name=people.get(each.person, each.person),
                    recorded_by=people.get(each.recorded_by, each.recorded_by),
                    at=each.at,
                    owed_until=each.owed_until,
                    overdue=each.owed_until is not None and each.owed_until <= now,
                    code=code_of(each.fingerprint),
                )
                for each, step, _, post in found
            ]

    def sheet(self, actor: Actor, post_id: int) -> SheetView:
        """Return what the 审签单 of a post says; that it was printed is written to the chain.

        Raises:
            PermissionRefusedError: the actor may neither draft nor review.
            NotFoundError: there is no such post.
        """
        require_desk(actor, f"稿件{post_id}")
        with self._db.writing() as session:
            reader = self._signing.reader(session)
            detail = reader.detail(post_id)
            audit.append(session, actor, "post.sheet", str(post_id), {"fingerprint": detail.fingerprint}, reader.now)
        return SheetView(detail, detail.row.unit, reader.now, actor.name)

    # --- paper ----------------------------------------------------------------------------------------------

    def paper(
        self,
        actor: Actor,
        post_id: int,
        step: str,
        signer_login: str,
        *,
        code: str,
        scan: Path,
        signed_at: datetime,
        remark: str = "",
    ) -> PostDetail:
        """Enter a signature that was given on the printed 审签单; it counts once a second person compared it.

        Args:
            actor: who enters it.
            post_id: the post.
            step: name of the open step that was signed.
            signer_login: who signed on paper.
            code: 稿件校验码 as it stands on the sheet that was signed.
            scan: the scanned sheet.
            signed_at: when it was signed, as the sheet says.
            remark: what the signer wrote on it.

        Raises:
            PermissionRefusedError: the actor may not enter sign-offs.
            NotFoundError: there is no such post, open step or person.
            ConflictError: the code is not that of the present text.
            RefusedError: the signer may not sign the step; the actor is the signer; the scan is of another text.
            UsageError: the time lies ahead or long ago; the scan cannot be read.
        """
        require(actor, Permission.POST_RECORD, f"稿件{post_id}")
        remark = in_words(remark, "批示")
        stored = self._vault.put(scan)
        self._rechecks.recheck_one(post_id)
        with self._db.writing() as session:
            desk, row, signer = self._step_for(session, actor, post_id, step, signer_login, code)
            self._check_time(signed_at, desk.round)
            if signer_login in actor.persons:
                raise RefusedError(
                    "本人在系统内审签,不必录入纸质签批。",
                    rule=desk.reader.book.off_system.citation,
                    next_step="请用 weibo-ops post verdict。",
                )
            if any(
                each.person == signer_login and each.checked_at is None and each.verdict == Verdict.AGREE
                for each in desk.reviews.verdicts([row.id])
            ):
                raise ConflictError("该签批已录入,待核对。", next_step="请由另一人核对:weibo-ops post check-paper。")
            self._signing.require_fit(desk, row)
            self._one_text_one_scan(desk.reviews, desk.reader, stored.digest, desk.present)
            desk.touch()
            verdict_id = desk.reviews.add_verdict(
                {
                    "step_id": row.id,
                    "verdict": Verdict.AGREE.value,
                    "person": signer,
                    "channel": Channel.PAPER.value,
                    "fingerprint": desk.present,
                    "gates": list(GATES),
                    "remark": remark,
                    "at": signed_at,
                    "entered_at": desk.now,
                    "recorded_by": actor.person,
                    "recorded_for": actor.on_behalf_of or "",
                    "scan": stored.digest,
                    "scan_name": stored.name[:200],
                }
            )
            todos.propose(
                session, PAPER, f"{post_id}/{verdict_id}", f"核对稿件{post_id}“{row.name}”的纸质签批", desk.now
            )
            details = {"step": row.name, "signer": signer, "scan": stored.digest, "verdict": verdict_id}
            audit.append(session, actor, "post.paper", str(post_id), details, desk.now)
        return self._drafts.show(post_id, actor)

    def check_paper(
        self, actor: Actor, verdict_id: int, *, code: str, agree: bool = True, reason: str = ""
    ) -> PostDetail:
        """Compare a signature on paper with its scan, as a second person; only then does it count.

        Args:
            actor: who compares: neither who entered it, nor who signed, nor who wrote on the post.
            verdict_id: of the entry.
            code: 稿件校验码 as read from the scan.
            agree: False: the scan does not fit; then the entry is void.
            reason: why it does not fit.

        Raises:
            PermissionRefusedError: the actor may not enter sign-offs.
            NotFoundError: there is no such entry.
            RefusedError: the actor is no second person.
            ConflictError: it was compared already, the text changed meanwhile, or the code is another.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_RECORD, f"签批{verdict_id}")
        reason = in_words(reason, "不符情况")
        post_id = self._post_of(verdict_id)
        self._rechecks.recheck_one(post_id)
        with self._db.writing() as session:
            each, step, round_, post = self._verdict(session, verdict_id)
            reader = self._signing.reader(session)
            now = reader.now
            settles = each.channel == Channel.TELEPHONE
            if (each.channel != Channel.PAPER and not (settles and each.scan)) or each.checked_at is not None:
                raise ConflictError("该签批不是待核对的纸质签批。", next_step="见 weibo-ops post owed。")
            if each.verdict == Verdict.MISMATCH:
                raise ConflictError("该签批已核对不符。", next_step="请重新录入。")
            editors = reader.editors(post, round_)
            require_second_person(
                actor,
                {each.recorded_by, each.recorded_for, each.settled_by, each.person, *editors},
                "核对纸质签批",
                rule=reader.book.off_system.citation,
            )
            reader.require_sponsor(actor, post, reader.book.off_system.citation)
            if not agree:
                if not reason:
                    raise UsageError("核对不符须写明情况。", next_step="请写明不符之处。")
                values: dict[str, object] = {"checked_by": actor.person, "checked_at": now}
                if settles:
                    values = {"scan": "", "scan_name": "", "settled_by": ""}
                else:
                    values |= {"verdict": Verdict.MISMATCH.value, "remark": reason}
                ReviewRepository(session).change_verdict(verdict_id, values)
                todos.close(session, PAPER, f"{post_id}/{verdict_id}", now)
                details = {"verdict": verdict_id, "agree": False, "reason": reason}
                audit.append(session, actor, "post.paper_checked", str(post_id), details, now)
            else:
                if not same_code(code, each.fingerprint):
                    raise ConflictError(
                        "校验码与所录稿件不符。",
                        rule=reader.book.fingerprint.citation,
                        next_step="请对照扫描件上的校验码;确实不符的,选“不符”。",
                    )
                if settles:
                    ReviewRepository(session).change_verdict(
                        verdict_id,
                        {
                            "checked_by": actor.person,
                            "checked_at": now,
                            "settled_at": now,
                            "settled_by": each.person,
                            "settled_how": Channel.PAPER.value,
                        },
                    )
                    todos.close(session, OWED, f"{post_id}/{verdict_id}", now)
                else:
                    self._count_paper(self._signing.desk_of(session, reader, post, round_), step, each, actor)
                todos.close(session, PAPER, f"{post_id}/{verdict_id}", now)
                details = {"verdict": verdict_id, "agree": True, "fingerprint": each.fingerprint}
                audit.append(session, actor, "post.paper_checked", str(post_id), details, now)
        return self._drafts.show(post_id, actor)

    def _count_paper(self, desk: Desk, step: ReviewStep, each: ReviewVerdict, actor: Actor) -> None:
        require_open(AGREE, desk.post.state, desk.post.id)
        if desk.round.number != desk.post.round or step.state != StepState.OPEN or each.fingerprint != desk.present:
            raise ConflictError(
                "录入之后稿件或审签链已变动,该签批不再有效。",
                rule=desk.reader.book.fingerprint.citation,
                next_step="请打印新的审签单重新签批。",
            )
        signer = Actor(each.person, names_of(desk.session, [each.person])[each.person])
        why = desk.refusal(signer, step)
        if why is not None:
            raise why
        self._signing.require_fit(desk, step)
        desk.touch()
        desk.reviews.change_verdict(each.id, {"checked_by": actor.person, "checked_at": desk.now})
        desk.go_on()

    # --- telephone ------------------------------------------------------------------------------------------

    def telephone(
        self, actor: Actor, post_id: int, step: str, signer_login: str, *, code: str, at: datetime, said: str
    ) -> PostDetail:
        """Record that somebody approved by telephone; it counts at once and the signature is owed (待补签).

        Args:
            actor: who took the call: neither the signer nor anybody who wrote on the post.
            post_id: the post.
            step: name of the open step; the chain must allow the telephone for it.
            signer_login: who approved.
            code: 稿件校验码 of the text that was read out.
            at: when.
            said: what was said.

        Raises:
            PermissionRefusedError: the actor may not enter sign-offs.
            NotFoundError: there is no such post, open step or person.
            ConflictError: the code is not that of the present text.
            RefusedError: the chain does not allow it; the signer may not sign the step; the actor is no second person.
            UsageError: the time lies ahead or before the submission; the words are missing.
        """
        require(actor, Permission.POST_RECORD, f"稿件{post_id}")
        said = in_words(said, "电话签批的原话")
        if len(said) < 2:
            raise UsageError("电话签批须记明原话。", next_step="请写明对方的意见。")
        self._rechecks.recheck_one(post_id)
        with self._db.writing() as session:
            desk, row, signer = self._step_for(session, actor, post_id, step, signer_login, code)
            book = desk.reader.book
            found = self._signing.look(desk)
            if not telephone_allowed(row, found):
                raise RefusedError(
                    f"“{row.name}”不能电话签批。",
                    rule=book.off_system.citation,
                    next_step="请在系统内审签,或打印审签单。",
                )
            if at < desk.round.submitted_at or at > desk.now:
                raise UsageError(
                    f"电话签批的时间须在送审({format_beijing(desk.round.submitted_at)})之后、现在之前。",
                    next_step="请核对时间。",
                )
            require_second_person(actor, {signer_login, *desk.editors}, "记录电话签批", rule=book.off_system.citation)
            self._signing.require_fit(desk, row, found)
            until = add_working_days(work_calendar(self._standards, beijing_date(desk.now)), at, book.owed.days)
            desk.touch()
            verdict_id = desk.reviews.add_verdict(
                {
                    "step_id": row.id,
                    "verdict": Verdict.AGREE.value,
                    "person": signer,
                    "channel": Channel.TELEPHONE.value,
                    "fingerprint": desk.present,
                    "gates": list(GATES),
                    "remark": said,
                    "at": at,
                    "entered_at": desk.now,
                    "recorded_by": actor.person,
                    "recorded_for": actor.on_behalf_of or "",
                    "owed_until": until,
                }
            )
            todos.propose(
                session,
                OWED,
                f"{post_id}/{verdict_id}",
                f"待补签:稿件{post_id}“{row.name}”",
                desk.now,
                recipient=signer,
                due_at=until,
            )
            signed = desk.go_on()
            details = {"step": row.name, "signer": signer, "at": at, "verdict": verdict_id, "signed": signed}
            audit.append(session, actor, "post.telephone", str(post_id), details, desk.now)
        return self._drafts.show(post_id, actor)

    def settle(self, actor: Actor, verdict_id: int, *, code: str) -> PostDetail:
        """Make an owed signature good in the system, as the one who approved by telephone.

        Raises:
            PermissionRefusedError: the actor may not review.
            NotFoundError: there is no such verdict.
            RefusedError: another person approved.
            ConflictError: nothing is owed, or the code is not that of the text that was approved.
        """
        require(actor, Permission.POST_REVIEW, f"签批{verdict_id}")
        post_id = self._post_of(verdict_id)
        with self._db.writing() as session:
            each, step, _, _ = self._owed(session, verdict_id)
            reader = self._signing.reader(session)
            if each.person != actor.person or actor.on_behalf_of:
                raise RefusedError(
                    f"补签须由本人({names_of(session, [each.person])[each.person]})办理。",
                    rule=reader.book.owed.citation,
                    next_step="请本人登录补签,或在审签单上补签后录入。",
                )
            self._same(reader, each, code)
            now = reader.now
            ReviewRepository(session).change_verdict(
                verdict_id,
                {"settled_at": now, "settled_by": actor.person, "settled_how": Channel.SYSTEM.value},
            )
            todos.close(session, OWED, f"{post_id}/{verdict_id}", now)
            details = {"verdict": verdict_id, "step": step.name, "late": _late(each, now)}
            audit.append(session, actor, "post.countersign", str(post_id), details, now)
        return self._drafts.show(post_id, actor)

    def settle_on_paper(
        self, actor: Actor, verdict_id: int, *, code: str, scan: Path, signed_at: datetime
    ) -> PostDetail:
        """Enter the paper on which an owed signature was made good; it counts once a second person compared it.

        Raises:
            PermissionRefusedError: the actor may not enter sign-offs.
            NotFoundError: there is no such verdict.
            ConflictError: nothing is owed, or the code is not that of the text that was approved.
            RefusedError: the actor is the signer.
            UsageError: the time is wrong, or the scan cannot be read.
        """
        require(actor, Permission.POST_RECORD, f"签批{verdict_id}")
        post_id = self._post_of(verdict_id)
        stored = self._vault.put(scan)
        with self._db.writing() as session:
            each, _, round_, post = self._owed(session, verdict_id)
            reader = self._signing.reader(session)
            reader.require_sponsor(actor, post, reader.book.off_system.citation)
            require_second_person(actor, {each.person}, "录入补签", rule=reader.book.off_system.citation)
            self._same(reader, each, code)
            self._check_time(signed_at, round_)
            self._one_text_one_scan(ReviewRepository(session), reader, stored.digest, each.fingerprint)
            now = reader.now
            # Who took the call stays on record; who entered the paper stands here until it was compared.
            ReviewRepository(session).change_verdict(
                verdict_id,
                {"scan": stored.digest, "scan_name": stored.name[:200], "settled_by": actor.person},
            )
            todos.propose(session, PAPER, f"{post_id}/{verdict_id}", f"核对稿件{post_id}的补签", now)
            details = {"verdict": verdict_id, "scan": stored.digest, "signed_at": signed_at}
            audit.append(session, actor, "post.countersign_paper", str(post_id), details, now)
        return self._drafts.show(post_id, actor)

    def refuse(self, actor: Actor, verdict_id: int, reason: str) -> PostDetail:
        """Say that an approval by telephone was not given so: the post is taken back, a supervisor is told.

        Raises:
            PermissionRefusedError: the actor may not review.
            NotFoundError: there is no such verdict.
            RefusedError: another person is said to have approved.
            ConflictError: nothing is owed.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_REVIEW, f"签批{verdict_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("拒绝补签须写明理由。", next_step="请写明情况。")
        post_id = self._post_of(verdict_id)
        with self._db.writing() as session:
            each, step, round_, post = self._owed(session, verdict_id)
            reader = self._signing.reader(session)
            if each.person != actor.person or actor.on_behalf_of:
                raise RefusedError("是否补签由本人决定。", rule=reader.book.owed.citation, next_step="请由本人办理。")
            now = reader.now
            ReviewRepository(session).change_verdict(
                verdict_id,
                {
                    "verdict": Verdict.MISMATCH.value,
                    "settled_at": now,
                    "settled_by": actor.person,
                    "settled_how": "拒绝",
                },
            )
            todos.close(session, OWED, f"{post_id}/{verdict_id}", now)
            if round_.number == post.round and PostState(post.state) in REFUSE.sources:
                take_back(session, post, post.version, REFUSE, RoundOutcome.REFUSED, now)
                todos.propose(
                    session,
                    REWORK,
                    f"{post_id}/{round_.number}",
                    f"稿件{post_id}“{step.name}”拒绝补签,已退回:{shorten(reason, SHOWN)}",
                    now,
                    recipient=round_.submitted_by,
                )
            told = f"核查:稿件{post_id}“{step.name}”电话签批不实:{shorten(reason, SHOWN)}"
            todos.propose(session, "post.refused", f"{post_id}/{verdict_id}", told, now)
            details = {"verdict": verdict_id, "step": step.name, "reason": reason}
            audit.append(session, actor, "post.refuse", str(post_id), details, now)
        return self._drafts.show(post_id, actor)

    # --- inside a transaction -------------------------------------------------------------------------------

    def _step_for(
        self, session: Session, actor: Actor, post_id: int, step: str, signer_login: str, code: str
    ) -> tuple[Desk, ReviewStep, str]:
        """Return the desk, the open step and the signer, after proving that the signer may sign."""
        person = find_staff(PeopleRepository(session), signer_login)
        desk = self._signing.desk(session, post_id, AGREE, code)
        desk.reader.require_sponsor(actor, desk.post, desk.reader.book.off_system.citation)
        row = next((row for row in desk.steps() if row.state == StepState.OPEN and row.name == step), None)
        if row is None:
            names = "、".join(row.name for row in desk.steps() if row.state == StepState.OPEN)
            raise NotFoundError(f"稿件{post_id}没有待审的环节“{step[:20]}”。", next_step=f"现在待审:{names}。")
        signer = Actor(person.login, person.name, unit_id=person.unit_id)
        why = desk.refusal(signer, row)
        if why is not None:
            raise why
        return desk, row, person.login

    def _verdict(self, session: Session, verdict_id: int) -> tuple[ReviewVerdict, ReviewStep, ReviewRound, Post]:
        found = ReviewRepository(session).verdict(verdict_id)
        if found is None:
            raise NotFoundError(f"没有编号为{verdict_id}的签批。", next_step="编号见 weibo-ops post owed。")
        return found

    def _post_of(self, verdict_id: int) -> int:
        with self._db.reading() as session:
            return self._verdict(session, verdict_id)[3].id

    def _owed(self, session: Session, verdict_id: int) -> tuple[ReviewVerdict, ReviewStep, ReviewRound, Post]:
        found = self._verdict(session, verdict_id)
        if found[0].channel != Channel.TELEPHONE or found[0].settled_at is not None:
            raise ConflictError("该签批不欠补签。", next_step="见 weibo-ops post owed。")
        return found

    def _same(self, reader: Reader, each: ReviewVerdict, code: str) -> None:
        if not same_code(code, each.fingerprint):
            raise ConflictError(
                "校验码不是电话签批时的那一稿。",
                rule=reader.book.fingerprint.citation,
                next_step="请核对当时的稿件,见 weibo-ops post owed。",
            )

    def _one_text_one_scan(self, reviews: ReviewRepository, reader: Reader, scan: str, present: str) -> None:
        """Refuse a scan that was entered for another text: a sheet carries one code."""
        other = reviews.other_text_of_scan(scan, present)
        if other is not None:
            raise RefusedError(
                f"该扫描件已录入为校验码{code_of(other)}的稿件的签批,不能用于另一稿。",
                rule=reader.book.fingerprint.citation,
                next_step="请打印本稿的审签单送签后扫描:weibo-ops post sheet。",
            )

    def _check_time(self, signed_at: datetime, round_: ReviewRound) -> None:
        now = self._clock.now()
        if signed_at > now or signed_at < max(round_.submitted_at - timedelta(days=1), now - OLDEST):
            raise UsageError(
                f"签批时间须在送审({format_beijing(round_.submitted_at)})前后、现在之前。",
                next_step="请核对审签单上的时间。",
            )


def _late(each: ReviewVerdict, now: datetime) -> bool:
    return each.owed_until is not None and now >= each.owed_until
