"""Delivery: the worker's rounds, and what people decide about posts of which nobody knows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from publishing.delivery.claims import Claim, Seen, claim, expire, lock_account, lock_accounts, look_at, miss
from publishing.delivery.looks import (
    Looked,
    call_over,
    is_this_post,
    look_due,
    read_look,
    settle_look,
    settled,
    unknown,
)
from publishing.delivery.outcomes import FAILED, SESSION, SETTLED, Answer, close_todos, move, record, tell
from publishing.delivery.readiness import Candidate, Obstacle, Readiness
from publishing.delivery.rules import LEASE, Finding, Look
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
from publishing.transitions import FAIL, GIVE_UP, TURN_UP, changed_meanwhile, require_open
from publishing.transitions import PUBLISH as FOUND
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError, UsageError, WeiboOpsError
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
LOOKING = 30.0
"""Seconds of a round that looks may take: what is due is sent meanwhile."""
CLOCK = "worker.clock"
BROKEN = "worker.broken"


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
        """Record answers that could not be written down; one that never can be is left to the looks."""
        report, waiting, self._answers = DeliveryReport(), self._answers, []
        for answer in waiting:
            report += self._keep(actor, [answer])
        return report

    def _each(self, post_ids: Iterable[int], act: Callable[[int], DeliveryReport]) -> DeliveryReport:
        """Do something about each of some posts; what goes wrong with one keeps no other from its turn."""
        report = DeliveryReport()
        for post_id in post_ids:
            try:
                report += act(post_id)
            except EnvironmentFault:
                raise
            except Exception as fault:
                report += self._broken(post_id, fault)
        return report

    def _broken(self, post_id: int, fault: Exception) -> DeliveryReport:
        """Tell the administrators of a post that the program cannot deal with."""
        now = self._clock.now()
        title = f"稿件{post_id}的发布处理出错({type(fault).__name__}),请查看日志"
        with self._db.writing() as session:
            todos.propose(session, BROKEN, f"{post_id}/", title, now, recipient="系统管理员")
        return DeliveryReport(broken=1)

    def _end_old_claims(self, actor: Actor, owner: str) -> DeliveryReport:
        """End the claims whose time is over, or whose holder is gone."""
        now = self._clock.now()
        with self._db.reading() as session:
            sending = [
                (post.id, post.lease_owner, post.lease_until)
                for post, _ in DeliveryRepository(session).in_state([PostState.SENDING])
            ]
        over: dict[int, str] = {}
        for post_id, holder, until in sending:
            if until is None or until <= now:
                over[post_id] = "未登记回执" if holder == Sending.BY_HAND else "发布程序逾时没有回音"
            elif holder != Sending.BY_HAND and life_of(holder) == Life.DEAD:
                over[post_id] = "发布程序中断"
            elif holder == owner and not self._in_flight and not self._answers:
                over[post_id] = "发布程序未能记下结果"

        def end(post_id: int) -> DeliveryReport:
            with self._db.writing() as session:
                return expire(session, self._readiness, actor, post_id, over[post_id], now)

        return self._each(over, end)

    def _miss(self, actor: Actor) -> DeliveryReport:
        now = self._clock.now()
        book = self._readiness.book(now)
        shortest = min([book.lateness.minutes, *(each.minutes for each in book.lateness.by_class)])
        with self._db.reading() as session:
            late = DeliveryRepository(session).perhaps_late(now, now - timedelta(minutes=shortest))

        def let_go(post_id: int) -> DeliveryReport:
            with self._db.writing() as session:
                return miss(session, self._readiness, actor, post_id, now)

        return self._each(late, let_go)

    def _look(self, actor: Actor, owner: str) -> DeliveryReport:
        """Look at the timelines of accounts that wait because nobody knows, the urgent ones first."""
        now = self._clock.now()
        with self._db.reading() as session:
            posts = [
                post
                for post, _ in DeliveryRepository(session).in_state([PostState.UNCERTAIN])
                if post.lease_owner != Sending.BY_HAND
            ]
            wanted = self._readiness.look(session, now).candidates(posts)
            due = [each for each in wanted if (at := look_due(each)) is not None and at <= now]
        accounts = {each.post.id: each.post.account_id for each in due}
        began = time.monotonic()

        def look(post_id: int) -> DeliveryReport:
            if time.monotonic() - began > LOOKING:
                return DeliveryReport()
            looked = self._timeline(accounts[post_id])
            with self._db.writing() as session:
                return settle_look(
                    session,
                    self._readiness,
                    actor,
                    post_id,
                    looked,
                    owner,
                    frozenset(self._in_flight),
                    self._clock.now(),
                )

        return self._each([each.post.id for each in sorted(due, key=lambda e: not e.manuscript.urgent)], look)

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
            due = DeliveryRepository(session).due(now, ONE_ROUND)
        report = DeliveryReport()
        for batch in chunks(due, AT_ONCE):
            try:
                report += self._send(actor, owner, batch)
            except EnvironmentFault:
                raise
            except Exception as fault:
                report += self._broken(batch[0].post_id, fault)
        return report

    def _send(self, actor: Actor, owner: str, batch: Sequence[DuePost]) -> DeliveryReport:
        """Send some posts of different accounts: claim them, call once for each, record each answer as it comes."""
        now = self._clock.now()
        by_call = [each.account_id for each in batch if each.gateway not in BY_HAND]
        sessions = self._platform.sessions_of(by_call, now) if by_call else {}
        ready = [
            each
            for each in batch
            if each.gateway in BY_HAND or not isinstance(sessions.get(each.account_id), NoSession)
        ]
        began = time.monotonic()
        with self._db.reading() as session:
            seen = look_at(session, self._readiness, ready, now)
        seen = [self._not_there_already(each) for each in seen]
        with self._db.writing() as session:
            found = claim(session, actor, seen, owner, now)
            calls_of = {each.candidate.post.account_id: entrance(each.candidate.manuscript) for each in found.claims}
            full = self._platform.prepay(session, calls_of, now) if calls_of else {}
        self._in_flight |= {each.attempt_id for each in found.claims}
        report = found.report + DeliveryReport(waiting=len(batch) - len(ready))
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
        for post_id in found.recheck:
            self._rechecks.recheck_one(post_id, actor)
        self._tell_without_session(batch, sessions)
        return report

    def _not_there_already(self, seen: Seen) -> Seen:
        """Look once more before a post is sent that an earlier attempt may have put there after all."""
        wanted = seen.candidate
        if seen.obstacle is not None or wanted.by_hand or not unknown(wanted.attempts):
            return seen
        looked = self._timeline(wanted.post.account_id)
        look = Look(Finding.UNCLEAR, why=looked.fault)
        if looked.page is not None:
            with self._db.reading() as session:
                look = read_look(session, wanted, looked.page)
        if look.found is not None:
            words = f"平台上已有这一条(微博{look.found.id}),不再发布:请核实后登记链接"
            return replace(seen, obstacle=Obstacle(words, GIVE_UP, FAILED))
        # Whoever gave it another time after the last attempt has decided; by itself nothing goes out without proof.
        last, at = wanted.attempts[-1], wanted.post.scheduled_at
        if look.finding == Finding.UNCLEAR and at is not None and at <= last.started_at:
            until = wanted.now + timedelta(seconds=wanted.book.uncertain.look_seconds)
            return replace(seen, obstacle=Obstacle(f"重发前未能核实:{look.why}", until=until))
        return seen

    def _tell_without_session(
        self, batch: Sequence[DuePost], sessions: Mapping[int, PlatformSession | NoSession]
    ) -> None:
        """Ask about posts that wait because their account cannot be reached by the interface."""
        now = self._clock.now()
        for each in batch:
            found = None if each.gateway in BY_HAND else sessions.get(each.account_id)
            if isinstance(found, NoSession):
                with self._db.writing() as session:
                    post = find_post(PostRepository(session), each.post_id)
                    tell(session, post, SESSION, f"稿件{each.post_id}未能发布:{found.reason}{found.next_step}", now)

    def _keep(self, actor: Actor, answers: Sequence[Answer]) -> DeliveryReport:
        """Record answers, now or, where the database cannot be written, at the next round."""
        try:
            return self._record(actor, answers)
        except EnvironmentFault:
            self._answers += answers
            return DeliveryReport(doubted=len(answers))
        except Exception as fault:
            if len(answers) > 1:
                return sum((self._keep(actor, [each]) for each in answers), DeliveryReport())
            return self._broken(answers[0].post_id, fault)

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
        self,
        actor: Actor,
        post_id: int,
        version: int,
        *,
        link: str = "",
        absent: bool = False,
        holder_gone: bool = False,
        reason: str,
    ) -> PostDetail:
        """Decide about a post of which nobody knows whether it went out.

        Args:
            actor: who looked at the account's page.
            post_id: the post.
            version: of the row that was seen.
            link: the address of the post, where it is there.
            absent: it is not there.
            holder_gone: the person made sure that the program that sent it, on a machine that this one cannot ask, does
                not run any more.
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
        shown = self._shown(account_id, link) if link else None
        with self._db.writing() as session:
            post = find_post(PostRepository(session), post_id)
            lock_account(session, post.account_id)
            session.refresh(post)
            wanted = self._uncertain(session, actor, post_id, now)
            if wanted.post.version != version:
                raise changed_meanwhile(post_id)
            if link:
                self._found(session, actor, wanted, link, shown, reason)
            else:
                self._absent(session, actor, wanted, looked, reason, holder_gone)
        return self._drafts.show(post_id, actor)

    def _uncertain(self, session: Session, actor: Actor, post_id: int, now: datetime) -> Candidate:
        post = find_post(PostRepository(session), post_id)
        require_open(FOUND if post.state not in TURN_UP.sources else TURN_UP, post.state, post_id)
        if post.state == PostState.SENDING:
            raise RefusedError(
                f"稿件{post_id}正在发布,结果尚未返回。", next_step="请稍候再看:weibo-ops post attempts。"
            )
        wanted = self._readiness.candidate(session, post, now)
        if post.state != PostState.UNCERTAIN and not unknown(wanted.attempts):
            raise RefusedError(
                f"稿件{post_id}的状态是“{post.state}”,没有结果不明的发布。",
                rule=wanted.book.once.citation,
                next_step=f"见 weibo-ops post attempts {post_id}。",
            )
        if wanted.by_hand:
            raise RefusedError(
                f"稿件{post_id}由人工发布,请登记回执或写明未发布。",
                rule=wanted.book.receipt.citation,
                next_step=f"weibo-ops post receipt {post_id} 或 weibo-ops post give-back {post_id}。",
            )
        reader = Reader(session, self._judge, now)
        reader.require_sponsor(actor, post, wanted.book.once.citation, "核实发布结果")
        return wanted

    def _shown(self, account_id: int, link: str) -> Status | PlatformError | NoSession:
        """Return the post of an address as the platform shows it, or why it does not say."""
        found = self._platform.session_of(account_id, self._clock.now())
        if isinstance(found, NoSession):
            return found
        try:
            return found.show(_number_of(link)[1])
        except PlatformError as fault:
            return fault

    def _found(
        self,
        session: Session,
        actor: Actor,
        wanted: Candidate,
        link: str,
        shown: Status | PlatformError | NoSession | None,
        reason: str,
    ) -> None:
        uid, platform_id = _number_of(link)
        if uid and wanted.account.uid and uid != wanted.account.uid:
            raise UsageError("链接不是本账号的微博。", next_step="请核对账号后复制链接。")
        wrong = RefusedError(
            "该链接的微博不是这一稿(不存在、文字不同、早于发布时间,或属于另一账号、另一稿件)。",
            rule=wanted.book.once.citation,
            next_step="请核对链接。",
        )
        if isinstance(shown, PlatformError) and shown.error_class == ErrorClass.NOT_FOUND:
            raise wrong
        if isinstance(shown, Status):
            other = shown.deleted or (bool(shown.user_id) and shown.user_id != wanted.account.uid)
            # Whoever looked at it vouches for the time that the platform gives it.
            if other or not is_this_post(session, wanted, shown):
                raise wrong
            status = shown
        else:
            if not uid:
                raise UsageError(
                    "平台现在不能核对该链接,请给出写明账号的链接。", next_step="形如 https://weibo.com/用户id/编号。"
                )
            started = wanted.attempts[-1].started_at
            status = Status(platform_id, started, wanted.manuscript.text, truncated=True)
        settled(session, actor, wanted, status, checked=isinstance(shown, Status), link=link.strip()[:300])
        self._decided(session, actor, wanted, f"已发布:{reason}", {"platform_id": platform_id})

    def _absent(
        self, session: Session, actor: Actor, wanted: Candidate, looked: Looked, reason: str, holder_gone: bool
    ) -> None:
        post, now = wanted.post, wanted.now
        require_open(FAIL, post.state, post.id)
        if looked.page is not None and read_look(session, wanted, looked.page).finding == Finding.FOUND:
            raise RefusedError(
                f"平台上已有稿件{post.id}的这一条,不能登记为未发布。",
                rule=wanted.book.once.citation,
                next_step="请稍候由程序登记,或用 --link 登记链接。",
            )
        over = call_over(wanted.attempts, this_process(), frozenset(self._in_flight), unknown_is_gone=holder_gone)
        if not over:
            raise RefusedError(
                f"发布稿件{post.id}的程序可能仍在运行(例如电脑休眠、程序挂起),此时登记未发布会造成重复发布。",
                rule=wanted.book.once.citation,
                next_step="请先结束该程序(weibo-ops doctor 列出);程序在另一台电脑上、确已结束的,加 --holder-gone。",
            )
        for each in unknown(wanted.attempts):
            DeliveryRepository(session).change_attempt(
                each.id, {"outcome": AttemptOutcome.ABSENT.value, "ended_at": each.ended_at or now}
            )
        move(session, wanted, FAIL, {"reason": f"核实未发布:{reason}"[:500], "lease_until": None})
        close_todos(session, post.id, (*SETTLED, "post.receipt"), now)
        tell(session, post, FAILED, f"稿件{post.id}核实未发布,请决定是否重新排期", now)
        self._decided(session, actor, wanted, f"未发布:{reason}", {"holder_gone": holder_gone})

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


def _number_of(link: str) -> tuple[str, str]:
    """Return the account and the number of an address; raise UsageError for one that is none of a post."""
    parsed = parse_post_link(link)
    if parsed is None:
        raise UsageError("链接不是微博的链接。", next_step="请从该条微博的页面复制链接。")
    return parsed


def _slept() -> PlatformError:
    return PlatformError(ErrorClass.NOT_SENT, message="本程序曾被挂起,为免重复未发出", sent=False)


def _refused(error: WeiboOpsError) -> PlatformError:
    return PlatformError(ErrorClass.CONTENT_REJECTED, message=error.message, sent=False)
