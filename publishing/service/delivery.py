"""Delivery: the worker's rounds, and what people decide about posts of which nobody knows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.platform import ErrorClass, PlatformError
from accounts.platform.replies import Status
from accounts.platform.session import NoSession, PlatformSession
from accounts.repository.duty import DutyRepository
from accounts.service.platform import PlatformService
from accounts.standards import StandardService
from publishing.delivery.claims import Claim, claim, expire, lock_account, lock_accounts, miss
from publishing.delivery.looks import (
    Looked,
    call_over,
    look_due,
    read_look,
    settle_look,
    settled,
    unknown,
)
from publishing.delivery.outcomes import FAILED, SETTLED, Answer, close_todos, move, record, tell
from publishing.delivery.readiness import Candidate, Readiness
from publishing.delivery.rules import LEASE, Finding
from publishing.delivery.sending import entrance, picture_of, send
from publishing.enums import AttemptOutcome, PostState, Sending
from publishing.fields import in_words
from publishing.judging import Judge
from publishing.reading import Reader, find_post
from publishing.receipts import BY_HAND
from publishing.repository import PostRepository
from publishing.repository.delivery import CLOCK_ACCEPTED, DeliveryRepository, DuePost
from publishing.schemas import PostDetail
from publishing.schemas.delivery import DeliveryReport
from publishing.service.drafts import DraftService
from publishing.service.rechecks import RecheckService
from publishing.transitions import FAIL, changed_meanwhile, require_open
from publishing.transitions import PUBLISH as FOUND
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import RefusedError, UsageError, WeiboOpsError
from weibo_ops.kernel.platform_ids import parse_post_link
from weibo_ops.kernel.processes import Life, life_of, this_process
from weibo_ops.kernel.repository import chunks
from weibo_ops.kernel.vault import Vault

AT_ONCE = 16
"""Accounts for which calls are made at the same time."""
TOGETHER = 0.25
"""Seconds within which answers are recorded in one transaction."""
ONE_ROUND = 500
"""Posts that one round takes at most; the next round takes the rest."""
SET_BACK = timedelta(minutes=2)
"""By how much the clock may stand behind what was written last, before it counts as set back."""
CLOCK = "worker.clock"


class DeliveryService:
    """Use cases of delivery."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        standards: StandardService,
        judge: Judge,
        vault: Vault,
        platform: PlatformService,
        drafts: DraftService,
        rechecks: RecheckService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._judge = judge
        self._vault = vault
        self._platform = platform
        self._drafts = drafts
        self._rechecks = rechecks
        self._readiness = Readiness(standards, judge, vault)
        self._in_flight: set[int] = set()
        self._callers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="delivery")
        self._answers: list[Answer] = []
        """Answers that could not be written down yet, because the database was locked or the disk full."""

    # --- the worker -----------------------------------------------------------------------------------------

    def tick(self, actor: Actor) -> DeliveryReport:
        """Do one round: record what is left over, let old claims end, look, send what is due.

        Safe to run at any time and by several processes at once; what it does follows from the tables alone.

        Raises:
            PermissionRefusedError: the actor may not deliver.
            EnvironmentFault: the database cannot be used.
        """
        require(actor, Permission.DELIVER, "自动发布")
        owner = this_process()
        report = self._record_left_over(actor)
        now = self._clock.now()
        behind = self._set_back(now)
        if behind:
            return replace(report, stopped=behind)
        with self._db.writing() as session:
            DeliveryRepository(session).seen(owner, now)
            todos.close(session, CLOCK, "clock", now)
        report += self._end_old_claims(actor, owner)
        report += self._look(actor, owner)
        report += self._miss(actor)
        return report + self._send_due(actor, owner)

    def stop(self, actor: Actor) -> None:
        """Say that this worker ends by itself.

        Raises:
            PermissionRefusedError: the actor may not deliver.
        """
        require(actor, Permission.DELIVER, "自动发布")
        with suppress(WeiboOpsError):
            self._record_left_over(actor)
        with self._db.writing() as session:
            DeliveryRepository(session).stopped(this_process(), self._clock.now())

    def _set_back(self, now: datetime) -> str:
        """Say if the clock was set back: then nothing is sent, for times could not be told apart."""
        with self._db.reading() as session:
            last = DeliveryRepository(session).last_started_at()
        if last is None or now >= last - SET_BACK:
            return ""
        words = (
            f"系统时间({format_beijing(now)})早于最近一次发布({format_beijing(last)}),已暂停自动发布:"
            "请校准时间;现在的时间正确的,运行 weibo-ops post clock"
        )
        with self._db.writing() as session:
            todos.propose(session, CLOCK, "clock", words, now, recipient="系统管理员")
        return words

    def _record_left_over(self, actor: Actor) -> DeliveryReport:
        report = DeliveryReport()
        while self._answers:
            # One by one: two may be of one post, and one that cannot be recorded must not keep the others.
            report += self._record(actor, self._answers[:1])
            self._answers.pop(0)
        return report

    def _end_old_claims(self, actor: Actor, owner: str) -> DeliveryReport:
        """End the claims whose time is over, or whose holder is gone."""
        now = self._clock.now()
        with self._db.reading() as session:
            sending = [
                (post.id, post.lease_owner, post.lease_until)
                for post, _ in DeliveryRepository(session).in_state([PostState.SENDING])
            ]
        report = DeliveryReport()
        for post_id, holder, until in sending:
            why = ""
            if until is None or until <= now:
                why = "未登记回执" if holder == Sending.BY_HAND else "发布程序逾时没有回音"
            elif holder != Sending.BY_HAND and life_of(holder) == Life.DEAD:
                why = "发布程序中断"
            elif holder == owner and not self._in_flight:
                why = "发布程序未能记下结果"
            if why:
                with self._db.writing() as session:
                    report += expire(session, self._readiness, actor, post_id, why, now)
        return report

    def _miss(self, actor: Actor) -> DeliveryReport:
        now = self._clock.now()
        book = self._readiness.book(now)
        shortest = min([book.lateness.minutes, *(each.minutes for each in book.lateness.by_class)])
        with self._db.reading() as session:
            late = DeliveryRepository(session).perhaps_late(now, now - timedelta(minutes=shortest))
        report = DeliveryReport()
        for post_id in late:
            with self._db.writing() as session:
                report += miss(session, self._readiness, actor, post_id, now)
        return report

    def _look(self, actor: Actor, owner: str) -> DeliveryReport:
        """Look at the timelines of accounts that wait because nobody knows."""
        now = self._clock.now()
        with self._db.reading() as session:
            repository = DeliveryRepository(session)
            wanted = [
                self._readiness.candidate(session, post, now)
                for post, _ in repository.in_state([PostState.UNCERTAIN])
                if post.lease_owner != Sending.BY_HAND
            ]
            due = [
                (each.post.id, each.post.account_id)
                for each in wanted
                if (at := look_due(each)) is not None and at <= now
            ]
        report = DeliveryReport()
        for post_id, account_id in due:
            looked = self._timeline(account_id)
            with self._db.writing() as session:
                report += settle_look(
                    session,
                    self._readiness,
                    actor,
                    post_id,
                    looked,
                    owner,
                    frozenset(self._in_flight),
                    self._clock.now(),
                )
        return report

    def _timeline(self, account_id: int) -> Looked:
        found = self._platform.session_of(account_id, self._clock.now())
        if isinstance(found, NoSession):
            return Looked(None, found.reason)
        try:
            return Looked(found.timeline())
        except PlatformError as fault:
            return Looked(None, fault.message)

    def _send_due(self, actor: Actor, owner: str) -> DeliveryReport:
        """Send what is due, some accounts at a time, and of one account a post in a round: the next waits for it."""
        now = self._clock.now()
        with self._db.reading() as session:
            repository = DeliveryRepository(session)
            blocked = repository.blocked_accounts()
            due = [
                each
                for each in repository.due(now, ONE_ROUND)
                if each.account_id not in blocked or each.gateway in BY_HAND
            ]
        report, first = DeliveryReport(), {each.account_id: each for each in reversed(due)}
        for batch in chunks(first.values(), AT_ONCE):
            report += self._send(actor, owner, batch)
        return report

    def _send(self, actor: Actor, owner: str, batch: Sequence[DuePost]) -> DeliveryReport:
        """Send some posts of different accounts: claim them, call once for each, record each answer as it comes."""
        now = self._clock.now()
        by_call = [each.account_id for each in batch if each.gateway not in BY_HAND]
        sessions = self._platform.sessions_of(by_call, now) if by_call else {}
        ready = [each for each in batch if not isinstance(sessions.get(each.account_id), NoSession)]
        began = time.monotonic()
        with self._db.writing() as session:
            found = claim(session, self._readiness, actor, ready, owner, now)
            calls_of = {each.candidate.post.account_id: entrance(each.candidate.manuscript) for each in found.claims}
            full = self._platform.prepay(session, calls_of, now) if calls_of else {}
        self._in_flight |= {each.attempt_id for each in found.claims}
        report = found.report + DeliveryReport(waiting=len(batch) - len(ready))
        for post_id in found.recheck:
            self._rechecks.recheck_one(post_id, actor)
        calls = {
            self._callers.submit(self._call, each, sessions[account_id], full.get(account_id), began): each.attempt_id
            for each in found.claims
            for account_id in [each.candidate.post.account_id]
        }
        waiting = set(calls)
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=TOGETHER)
                if not done:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                report += self._keep(actor, [call.result() for call in done])
        finally:
            # A call counts as over only when it is, whatever went wrong with another.
            wait(waiting)
            self._in_flight -= set(calls.values())
        return report

    def _keep(self, actor: Actor, answers: Sequence[Answer]) -> DeliveryReport:
        """Record answers, now or, where the database cannot be written, at the next round."""
        try:
            return self._record(actor, answers)
        except WeiboOpsError:
            self._answers += answers
            return DeliveryReport(doubted=len(answers))

    def _call(
        self, claimed: Claim, session: PlatformSession | NoSession, fault: PlatformError | None, began: float
    ) -> Answer:
        """Call once, unless this process slept past its claim; runs in a thread and touches no table of ours."""
        manuscript = claimed.candidate.manuscript
        status: Status | None = None
        try:
            if fault is not None:
                raise fault
            assert isinstance(session, PlatformSession)
            picture, name = picture_of(manuscript, self._vault)
            slept = time.monotonic() - began > LEASE.total_seconds() / 3
            if slept or self._clock.now() >= claimed.until - LEASE / 3:
                raise _slept()
            status = send(session.paid(), manuscript, picture, name)
        except PlatformError as error:
            fault = error
        except WeiboOpsError as error:
            fault = _refused(error)
        except Exception as error:
            # Whatever broke, the call may have gone out; the other calls of the round must be recorded all the same.
            fault = PlatformError(ErrorClass.UNKNOWN, message=f"程序错误({type(error).__name__})")
        post = claimed.candidate.post
        return Answer(claimed.attempt_id, post.id, post.account_id, claimed.token, self._clock.now(), status, fault)

    def _record(self, actor: Actor, answers: Sequence[Answer]) -> DeliveryReport:
        now = self._clock.now()
        by_post = {answer.post_id: answer for answer in answers}
        with self._db.writing() as session:
            repository = DeliveryRepository(session)
            lock_accounts(session, (answer.account_id for answer in answers))
            found = self._readiness.look(session, now).candidates(repository.posts(by_post))
            return record(session, actor, found, by_post)

    # --- people ---------------------------------------------------------------------------------------------

    def settle(
        self, actor: Actor, post_id: int, version: int, *, link: str = "", absent: bool = False, reason: str
    ) -> PostDetail:
        """Decide about a post of which nobody knows whether it went out.

        Args:
            actor: who looked at the account's page.
            post_id: the post.
            version: of the row that was seen.
            link: the address of the post, where it is there.
            absent: it is not there.
            reason: what was looked at.

        Raises:
            PermissionRefusedError: the actor may not settle outcomes.
            NotFoundError: there is no such post.
            RefusedError: its state does not allow it; the actor is not of its unit or above; its sender may still be
                running; the platform shows it.
            ConflictError: somebody was faster, or the address belongs to another post.
            UsageError: neither or both were given, the address is none of a post, or the reason is missing.
        """
        require(actor, Permission.POST_SETTLE, f"稿件{post_id}")
        reason = in_words(reason, "核实情况")
        if bool(link) == absent or not reason:
            raise UsageError(
                "请写明核实情况,并给出微博链接,或写明未发布。", next_step="见 weibo-ops post settle --help。"
            )
        now = self._clock.now()
        with self._db.reading() as session:
            wanted = self._uncertain(session, actor, post_id, now)
            account_id = wanted.post.account_id
        looked = self._timeline(account_id)
        with self._db.writing() as session:
            post = find_post(PostRepository(session), post_id)
            lock_account(session, post.account_id)
            session.refresh(post)
            wanted = self._uncertain(session, actor, post_id, now)
            if wanted.post.version != version:
                raise changed_meanwhile(post_id)
            if link:
                self._found(session, actor, wanted, link, looked, reason)
            else:
                self._absent(session, actor, wanted, looked, reason)
        return self._drafts.show(post_id, actor)

    def _uncertain(self, session: Session, actor: Actor, post_id: int, now: datetime) -> Candidate:
        post = find_post(PostRepository(session), post_id)
        if post.state != PostState.UNCERTAIN:
            require_open(FOUND, post.state, post_id)
            raise RefusedError(
                f"稿件{post_id}正在发布,结果尚未返回。", next_step="请稍候再看:weibo-ops post attempts。"
            )
        wanted = self._readiness.candidate(session, post, now)
        if wanted.by_hand:
            raise RefusedError(
                f"稿件{post_id}由人工发布,请登记回执或写明未发布。",
                rule=wanted.book.receipt.citation,
                next_step=f"weibo-ops post receipt {post_id} 或 weibo-ops post give-back {post_id}。",
            )
        reader = Reader(session, self._judge, now)
        reader.require_sponsor(actor, post, wanted.book.once.citation, "核实发布结果")
        return wanted

    def _found(self, session: Session, actor: Actor, wanted: Candidate, link: str, looked: Looked, reason: str) -> None:
        parsed = parse_post_link(link)
        if parsed is None:
            raise UsageError("链接不是微博的链接。", next_step="请从该条微博的页面复制链接。")
        uid, platform_id = parsed
        if uid and wanted.account.uid and uid != wanted.account.uid:
            raise UsageError("链接不是本账号的微博。", next_step="请核对账号后复制链接。")
        page = looked.page
        shown = next((each for each in page.statuses if each.id == platform_id), None) if page is not None else None
        if page is not None and shown is not None:
            look = read_look(session, wanted, replace(page, statuses=(shown,), unread=0))
            if look.finding != Finding.FOUND:
                raise RefusedError(
                    "该链接的微博不是这一稿(文字不同、早于发布时间,或属于另一稿件)。",
                    rule=wanted.book.once.citation,
                    next_step="请核对链接。",
                )
            status = shown
        else:
            last = wanted.attempts[-1]
            status = Status(platform_id, last.started_at, wanted.manuscript.text, truncated=True)
        settled(session, actor, wanted, status, checked=shown is not None, link=link.strip()[:300])
        self._decided(session, actor, wanted, f"已发布:{reason}", {"platform_id": platform_id})

    def _absent(self, session: Session, actor: Actor, wanted: Candidate, looked: Looked, reason: str) -> None:
        post, now = wanted.post, wanted.now
        if looked.page is not None and read_look(session, wanted, looked.page).finding == Finding.FOUND:
            raise RefusedError(
                f"平台上已有稿件{post.id}的这一条,不能登记为未发布。",
                rule=wanted.book.once.citation,
                next_step="请稍候由程序登记,或用 --link 登记链接。",
            )
        if not call_over(wanted.attempts, this_process(), frozenset(self._in_flight)):
            raise RefusedError(
                f"发布稿件{post.id}的程序可能仍在运行(例如电脑休眠、程序挂起),此时登记未发布会造成重复发布。",
                rule=wanted.book.once.citation,
                next_step="请先结束该程序(weibo-ops doctor 列出),再登记。",
            )
        for each in unknown(wanted.attempts):
            DeliveryRepository(session).change_attempt(
                each.id, {"outcome": AttemptOutcome.ABSENT.value, "ended_at": each.ended_at or now}
            )
        move(session, wanted, FAIL, {"reason": f"核实未发布:{reason}"[:500], "lease_until": None})
        close_todos(session, post.id, (*SETTLED, "post.receipt"), now)
        tell(session, post, FAILED, f"稿件{post.id}核实未发布,请决定是否重新排期", now)
        self._decided(session, actor, wanted, f"未发布:{reason}", {})

    def _decided(
        self, session: Session, actor: Actor, wanted: Candidate, decision: str, details: dict[str, object]
    ) -> None:
        DeliveryRepository(session).change_attempt(
            wanted.attempts[-1].id, {"decided_by": actor.person, "decided_at": wanted.now, "decision": decision}
        )
        audit.append(session, actor, "post.settle", str(wanted.post.id), {"decision": decision, **details}, wanted.now)

    def accept_clock(self, actor: Actor, reason: str) -> None:
        """Say that the clock is right now, though earlier attempts bear a later time: the clock ran ahead then.

        Raises:
            PermissionRefusedError: the actor may not settle outcomes.
            UsageError: the reason is missing.
        """
        require(actor, Permission.POST_SETTLE, "系统时间")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("请写明理由。", next_step="例如:系统时间曾快两小时,现已校准。")
        now = self._clock.now()
        with self._db.writing() as session:
            repository = DeliveryRepository(session)
            details = {"attempt": repository.last_attempt_id(), "reason": reason}
            todos.close(session, CLOCK, "clock", now)
            audit.append(session, actor, CLOCK_ACCEPTED, "clock", details, now)

    def present(self, actor: Actor, note: str = "") -> datetime:
        """Confirm to be there (到岗确认), for posts at night and on days off; return until when it holds.

        Raises:
            PermissionRefusedError: the actor may not send.
            RefusedError: a roster says who is on duty, and the actor is not.
        """
        require(actor, Permission.POST_SEND, "到岗确认")
        note = in_words(note, "备注")
        if actor.unit_id is None or actor.on_behalf_of:
            raise RefusedError("到岗须由本人确认。", next_step="请由值班人员本人登录确认。")
        now = self._clock.now()
        rule = self._readiness.book(now).presence
        until = now + timedelta(minutes=rule.minutes)
        with self._db.writing() as session:
            shifts = DutyRepository(session).shifts([actor.unit_id], now, until)
            if shifts and actor.person not in {person.login for _, person, _ in shifts}:
                names = "、".join(dict.fromkeys(person.name for _, person, _ in shifts))
                raise RefusedError(
                    f"值班表上现在值班的是{names},{actor.name}不在其中。",
                    rule=rule.citation,
                    next_step="请由值班人员确认,或先调整值班表。",
                )
            DeliveryRepository(session).add_presence(
                {
                    "unit_id": actor.unit_id,
                    "person": actor.person,
                    "from_at": now,
                    "until_at": until,
                    "note": note,
                }
            )
            audit.append(session, actor, "duty.present", str(actor.unit_id), {"until": beijing(until)}, now)
        return until


def _slept() -> PlatformError:
    return PlatformError(ErrorClass.NOT_SENT, message="本程序曾被挂起,为免重复未发出", sent=False)


def _refused(error: WeiboOpsError) -> PlatformError:
    return PlatformError(ErrorClass.CONTENT_REJECTED, message=error.message, sent=False)
