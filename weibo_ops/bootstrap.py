"""The composition root: builds the headless application from settings and wires the event handlers."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.previewing import AccountPreviewer
from accounts.roles import LOCAL, Role, permissions_of
from accounts.service import (
    AccountService,
    ChecklistService,
    DirectoryService,
    DutyService,
    FindingService,
    ImpostorService,
    LifecycleService,
    PlatformService,
    SafetyService,
    SessionService,
    StaffService,
    UnitService,
)
from accounts.service.sessions import VISITOR
from accounts.standards import (
    STANDARDS_CHANGED,
    PeriodService,
    StandardDraftService,
    StandardPublishService,
    StandardService,
)
from publishing.judging import BOOKS, Judge
from publishing.previewing import PostPreviewer
from publishing.promises import PromiseReviewer
from publishing.service import (
    CalendarService,
    DeliveryBoardService,
    DeliveryService,
    DraftService,
    PauseService,
    PublishingService,
    ReceiptService,
    RecheckService,
    ReconcileService,
    RelayService,
    ReviewService,
    SignOffService,
    StaffingService,
    TemplateService,
    WordListService,
)
from publishing.signing import Signing
from publishing.submission import Submissions
from sentiment.intake.service import OBSERVATIONS_IMPORTED, IntakeService
from sentiment.responses import ResponseService
from sentiment.service import CommentService
from weibo_ops import schema
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock, SystemClock
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.disks import shared_folder
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError, SignInRequiredError, WeiboOpsError
from weibo_ops.kernel.events import EventBus
from weibo_ops.kernel.log import open_log
from weibo_ops.kernel.migrate import upgrade
from weibo_ops.kernel.private_file import read_private
from weibo_ops.kernel.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Settings
    from evaluation.reports import ReportService
    from evaluation.service import EvaluationService
    from publishing.schemas import RecheckReport


class Application:
    """Every service, ready to use, on one database."""

    def __init__(self, settings: Settings, db: Database, clock: Clock, actor: Actor) -> None:
        self._open_parts = ExitStack()
        self._open_parts.callback(db.close)
        log = open_log(settings.home / "logs" / "weibo-ops.log", settings.log_level)
        self.log = self._open_parts.enter_context(log)
        self.settings = settings
        self.db = db
        self.clock = clock
        self.actor = actor
        self._from_session = False
        self._as_login: str | None = None
        self.standards = StandardService(db, clock)
        self.sessions = SessionService(db, clock, settings.session_hours)
        self.units = UnitService(db, clock)
        self.staff = StaffService(db, clock)
        self.accounts = AccountService(db, clock, self.standards)
        self.standard_drafts = StandardDraftService(db, clock, self.standards)
        self.standard_drafts.register_reviewer(PromiseReviewer())
        self.standard_publishing = StandardPublishService(db, clock, self.standards, self.standard_drafts)
        self.standard_publishing.register(AccountPreviewer(db, self.standards, self.accounts))
        self.periods = PeriodService(db, clock)
        self.vault = Vault(settings.home / "evidence")
        self.checklists = ChecklistService(db, clock, self.vault)
        self.duty = DutyService(db, clock, self.standards)
        self.lifecycle = LifecycleService(db, clock, self.standards)
        self.safety = SafetyService(db, clock, self.standards)
        self.platform = PlatformService(
            db, clock, self.standards, settings.home, settings.platform_url, settings.platform_timeout
        )
        self._open_parts.callback(self.platform.close)
        self.findings = FindingService(db, clock, self.standards, self.vault)
        self.directory = DirectoryService(db, clock, self.standards, self.vault)
        self.impostors = ImpostorService(db, clock, self.standards, self.vault)
        self.publishing = PublishingService(db, clock, self.standards, self.accounts)
        self.intake = IntakeService(db, clock, self.standards)
        self.comments = CommentService(db, self.accounts)
        judge = Judge(self.standards)
        judge.hear(self.comments)
        for book in BOOKS:
            self.standard_publishing.register(PostPreviewer(book, db, clock, self.standards, judge))
        self.posts = DraftService(db, clock, judge, self.vault)
        self.rechecks = RecheckService(db, clock, judge, self.publishing)
        self.calendar = CalendarService(db, clock, self.standards, judge, self.vault, self.posts, self.rechecks)
        signing = Signing(clock, self.standards, judge, self.vault)
        submissions = Submissions(clock, self.standards, judge, self.vault)
        self.reviews = ReviewService(db, self.posts, self.rechecks, signing, submissions)
        self.sign_offs = SignOffService(db, clock, self.standards, self.vault, self.posts, self.rechecks, signing)
        self.delivery = DeliveryService(
            db,
            clock,
            self.standards,
            judge,
            self.vault,
            self.platform,
            self.posts,
            self.rechecks,
        )
        self.receipts = ReceiptService(db, clock, self.standards, judge, self.vault, self.platform)
        self.reconcile = ReconcileService(db, clock, self.standards, judge, self.vault, self.platform, self.safety)
        self.delivery_board = DeliveryBoardService(db, clock, self.standards)
        self.templates = TemplateService(db, clock, judge)
        self.pauses = PauseService(db, clock, self.standards, judge)
        self.relays = RelayService(db, clock, self.standards, judge, self.vault)
        self.word_lists = WordListService(clock, self.standards, self.standard_drafts)
        self.staffing = StaffingService(db, clock, self.standards, judge)
        self.responses = ResponseService(db, self.accounts, self.standards)
        self.bus = EventBus(db, clock)
        self.bus.on(OBSERVATIONS_IMPORTED, self._check_what_was_imported)
        self.bus.on(STANDARDS_CHANGED, self._look_again)
        self.standard_publishing.announce_by(self._dispatch)
        self.last_recheck: RecheckReport | None = None
        """What the last change of a standard in this process did to what waits; None where there was no need."""

    @classmethod
    def open(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        actor: Actor | None = None,
        *,
        as_login: str | None = None,
    ) -> Application:
        """Make the home when missing, bring the database to the newest schema, install the shipped standards.

        Without an ``actor``, whoever is signed in acts: the person of the session file, for ``as_login`` if given; in a
        home where nobody was registered, the person at the machine (`local_actor`).

        Raises:
            EnvironmentFault: the home cannot be written, the database not opened, or SQLite lies on a network share.
            RefusedError: the session file is readable by others, or there is no deputation for ``as_login``.
        """
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise EnvironmentFault(
                f"无法建立工作目录“{settings.home}”。", next_step="请检查磁盘和权限,或用 --home 指定其他位置。"
            ) from fault
        db = Database(settings.db_url)
        try:
            _require_own_disk(settings, db)
            upgrade(db, schema.HEAD)
            app = cls(settings, db, clock or SystemClock(), actor or local_actor())
        except BaseException:
            db.close()
            raise
        try:
            if app.standards.install_shipped(PROGRAM):
                app._dispatch()
            if actor is None:
                app._from_session, app._as_login = True, as_login
                app.actor = app.signed_in_actor(as_login)
        except BaseException:
            app.close()
            raise
        return app

    @property
    def session_file(self) -> Path:
        """Where the token of the person who is signed in lies."""
        return self.settings.home / "session"

    def signed_in_actor(self, as_login: str | None = None) -> Actor:
        """Return who acts in this home when nobody says otherwise; see `open`."""
        if self.sessions.staff_exist():
            return self.sessions.actor(read_private(self.session_file), as_login)
        if as_login:
            raise RefusedError("本系统还没有登记人员,不能代他人操作。", next_step="请先运行 weibo-ops init。")
        return local_actor()

    def present_actor(self) -> Actor:
        """Return who acts now, for a window that stays open: the session may have ended, roles may have changed.

        Raises:
            SignInRequiredError: nobody is signed in any more.
            RefusedError: there is no deputation for the person acted for any more.
        """
        if not self._from_session:
            return self.actor
        found = self.signed_in_actor(self._as_login)
        if found is VISITOR:
            raise SignInRequiredError
        return found

    @property
    def evaluation(self) -> EvaluationService:
        """The evaluation service, built when first asked for: Ibis takes a third of a second to import."""
        from evaluation.service import EvaluationService

        return EvaluationService(self.db, self.clock, self.standards, self.accounts)

    @property
    def reports(self) -> ReportService:
        """The report service, built when first asked for."""
        from evaluation.reports import ReportService

        return ReportService(
            self.accounts,
            self.publishing,
            self.comments,
            self.responses,
            self.evaluation,
            self.clock,
            db=self.db,
            standards=self.standards,
            title=self.settings.monthly_title,
        )

    def worker_tasks(self) -> tuple[WorkerTask, ...]:
        """Return what the worker does: each task at its interval, each safe to run twice or in two processes."""
        return (
            WorkerTask("deliver", "发布", 5, self._deliver),
            WorkerTask("pauses", "暂停发布", 10, self._pause),
            WorkerTask("events", "事件", 10, self._hand_out),
            WorkerTask("recheck", "标准变动复查", 60, self._recheck),
            WorkerTask("reconcile", "账号主页核对", 300, self._reconcile),
            WorkerTask("remind", "提醒催办", 300, self._remind),
            WorkerTask("authorisations", "授权到期提醒", 3600, self._warn),
        )

    def _deliver(self) -> str:
        return self.delivery.tick(WORKER).in_words

    def _pause(self) -> str:
        done = self.pauses.tick(WORKER)
        parts = [f"暂停{done.held}件"] if done.held else []
        return ",".join(parts + ([f"到时结束{done.ended}个"] if done.ended else []))

    def _hand_out(self) -> str:
        handled = self.bus.dispatch()
        return f"处理{handled}件" if handled else ""

    def _recheck(self) -> str:
        report = self.rechecks.recheck_due(WORKER)
        return "" if report is None else f"复查{report.waiting}件,退回{len(report.reopened)}件"

    def _reconcile(self) -> str:
        return self.reconcile.tick().in_words

    def _remind(self) -> str:
        sent = self.reviews.remind(WORKER) + self.findings.remind(WORKER) + self.relays.remind(WORKER)
        return f"提醒{sent}件" if sent else ""

    def _warn(self) -> str:
        warned = self.platform.warn(self.clock.now())
        return f"{warned}个账号的授权将到期" if warned else ""

    def close(self) -> None:
        """Release the database and the log."""
        self._open_parts.close()

    def _check_what_was_imported(self, payload: Mapping[str, Any]) -> None:
        """Check as of the newest observation of all: the folder that came last may be an older one."""
        if payload["observed_until"] is None:
            return
        as_of = self.accounts.default_as_of()
        self.publishing.scan(PROGRAM, as_of)
        self.accounts.check(PROGRAM, as_of)
        self.reconcile.observed()

    def _look_again(self, payload: Mapping[str, Any]) -> None:
        """Look again at what waits and what went out, if other standards hold today than at the last look."""
        if set(BOOKS) & set(payload["books"]):
            self.last_recheck = self.rechecks.recheck_due(PROGRAM) or self.last_recheck

    def _dispatch(self) -> None:
        """Hand out what waits; a handler that cannot do its work now leaves it for the next time.

        The standard is in force by then, and no signature given under the one before counts until the look.
        """
        self.last_recheck = None
        try:
            self.bus.dispatch()
        except WeiboOpsError as fault:
            self.log.warning("events.left_waiting", fault=type(fault).__name__)


@dataclass(frozen=True)
class WorkerTask:
    """Something that the worker does again and again; ``run`` says in words what it did, nothing if nothing."""

    name: str
    title: str
    every_seconds: int
    run: Callable[[], str]


WORKER = Actor("service:worker", "发布程序", permissions_of([Role.WORKER]), service=True)
"""The worker, which does what people scheduled."""
PROGRAM = Actor("service:program", "本程序", permissions_of([Role.WORKER]), service=True)
"""The program itself, where nobody asked: shipped standards are installed, what was imported is checked."""


def _require_own_disk(settings: Settings, db: Database) -> None:
    """Refuse a SQLite file that another machine keeps: its journal would not be safe."""
    if db.dialect != "sqlite":
        return
    shared = shared_folder(settings.home, db.url.database)
    if shared is not None:
        raise EnvironmentFault(
            f"“{shared}”在网络共享上,数据库可能损坏。",
            next_step="请把工作目录移到本机磁盘;多人共用请改用 PostgreSQL。",
        )


def local_actor() -> Actor:
    """The person at this machine's terminal in a home where nobody was registered yet: machine work only."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "local"
    return Actor(person=f"local:{name}", name="本机操作员", permissions=LOCAL)
