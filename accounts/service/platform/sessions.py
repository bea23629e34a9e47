"""How a session is made, what its calls are counted in, and what is kept of what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from accounts.enums import Platform
from accounts.models import Account, PlatformApp, PlatformAuthorisation
from accounts.platform.budget import (
    APP,
    Counter,
    Limits,
    Purpose,
    Window,
    again_today,
    counters,
    start_of,
    told_full,
    used_up,
)
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.platform.oauth import AuthorisationState
from accounts.platform.sealing import Seal
from accounts.platform.session import Leave, NoSession, PlatformSession
from accounts.repository.duty import recipient_on_duty
from accounts.repository.platform import PlatformRepository
from accounts.service.platform.views import ASK_AGAIN, subject, void
from accounts.standards import StandardService
from config.rulebook.delivery import DeliveryBook
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import EnvironmentFault, UsageError, WeiboOpsError

if TYPE_CHECKING:
    from accounts.platform.client import PlatformClient

UNUSABLE = "platform.unusable"
PROGRAM = Actor("service:platform", "平台客户端", service=True)
"""Who marks what the platform itself said."""


def _take(session: Session, wanted: Iterable[Counter], purpose: Purpose, now: datetime) -> None:
    """Count a call; raise PlatformError where a window has no room."""
    repository = PlatformRepository(session)
    for counter in wanted:
        if not repository.take(counter, poll=purpose is Purpose.POLL):
            row = repository.counter(counter.scope, counter.window)
            start = counter.start if row is None else row.window_start
            raise used_up(counter.scope, counter.window, start, now)


class Sessions:
    """Makes sessions; every call through one is counted before it is made. ``transport`` stands in for the network."""

    def __init__(
        self, db: Database, clock: Clock, standards: StandardService, seal: Seal, base_url: str, timeout: float
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._seal = seal
        self._base_url = base_url
        self._timeout = timeout
        self._clients: dict[str, PlatformClient] = {}
        self._making = Lock()
        self._read: tuple[datetime, Limits] | None = None
        self.transport: Any = None

    def close(self) -> None:
        """Close the connections."""
        while self._clients:
            self._clients.popitem()[1].close()

    def session(
        self, account_id: int, now: datetime, also: AuthorisationState = AuthorisationState.ACTIVE
    ) -> PlatformSession | NoSession:
        """Return a session for an account, or why there is none; a state beside ``also`` or in use refuses it."""
        return self.sessions([account_id], now, also)[account_id]

    def sessions(
        self, account_ids: Collection[int], now: datetime, also: AuthorisationState = AuthorisationState.ACTIVE
    ) -> dict[int, PlatformSession | NoSession]:
        """Return `session` of several accounts: account id → session, or why there is none."""
        with self._db.reading() as session:
            repository = PlatformRepository(session)
            app = repository.application()
            found = repository.with_authorisation(account_ids)
        return {
            account_id: self._session(app, found.get(account_id, (None, None)), account_id, now, also)
            for account_id in account_ids
        }

    def _session(
        self,
        app: PlatformApp | None,
        found: tuple[Account | None, PlatformAuthorisation | None],
        account_id: int,
        now: datetime,
        also: AuthorisationState,
    ) -> PlatformSession | NoSession:
        account, row = found
        if app is None:
            return NoSession(
                "还没有登记开放平台应用。",
                "请人工发布并登记回执,或先运行 weibo-ops platform app。",
                ErrorClass.APP_CONFIG,
            )
        if account is None or account.platform != Platform.WEIBO or not account.uid:
            return NoSession("该账号不是有用户id的微博账号。", "请人工发布并登记回执。", ErrorClass.APP_CONFIG)
        if row is None or row.state == AuthorisationState.REVOKED:
            return NoSession(f"“{account.screen_name}”没有平台授权。", ASK_AGAIN, ErrorClass.REAUTH)
        why = void(row, app, account, now)
        if not why and row.state not in (AuthorisationState.ACTIVE, also):
            why = row.reason or "授权已停用"
        if why:
            return NoSession(f"“{account.screen_name}”的平台授权不可用:{why}。", ASK_AGAIN, ErrorClass.REAUTH)
        try:
            token = self.token(row)
            client = self.client(app.app_key)
        except WeiboOpsError as fault:
            kind = ErrorClass.APP_CONFIG if isinstance(fault, UsageError) else ErrorClass.REAUTH
            return NoSession(fault.message, fault.next_step, kind)
        limits = self._present_limits(now)
        version = row.version
        leave = Leave(account_id, row.uid, version, row.expires_at, frozenset(app.capabilities), app.operator_ip)
        return PlatformSession(
            client,
            token,
            leave,
            lambda purpose, api: self.spend(account_id, purpose, api, limits),
            lambda fault, api: self.learn(account_id, version, fault, api),
        )

    def token(self, row: PlatformAuthorisation) -> str:
        """Return the token of an authorisation.

        Raises:
            RefusedError: the key does not open it.
        """
        return self._seal.open_up(f"account:{row.account_id}:{row.uid}", row.sealed_token)

    def client(self, app_key: str) -> PlatformClient:
        """Return the one client of an application; its connections serve every account.

        Raises:
            UsageError: the platform's address in the settings is none.
        """
        from accounts.platform.client import PlatformClient
        from accounts.platform.wire import ReadRetry

        with self._making:
            if app_key not in self._clients:
                # What stands in for the network is not worth waiting for.
                retry = ReadRetry() if self.transport is None else ReadRetry(wait=0)
                self._clients[app_key] = PlatformClient(
                    self._base_url, app_key, timeout=self._timeout, transport=self.transport, retry=retry
                )
            return self._clients[app_key]

    def spend(self, account_id: int | None, purpose: Purpose, api: str, limits: Limits) -> None:
        """Count a call before it is made, or refuse it; nothing has been sent then."""
        now = self._clock.now()
        wanted = counters(account_id, purpose, api, limits, now)
        if not wanted:
            return
        try:
            with self._db.writing() as session:
                _take(session, wanted, purpose, now)
        except EnvironmentFault as fault:
            raise PlatformError(
                ErrorClass.NOT_SENT, None, fault.message, sent=False, next_step=fault.next_step
            ) from fault

    def prepay(self, session: Session, calls: Mapping[int, str], now: datetime) -> dict[int, PlatformError]:
        """Count calls that post in a running transaction; return which may not be made: account id → why.

        Args:
            session: of the running write transaction.
            calls: account id → short name of the call.
            now: the instant of the calls.
        """
        limits = self._present_limits(now)
        wanted = {
            account_id: counters(account_id, Purpose.PUBLISH, api, limits, now) for account_id, api in calls.items()
        }
        repository = PlatformRepository(session)
        full = repository.take_all(wanted)
        return {
            account_id: used_up(counter.scope, counter.window, start, now)
            for account_id, (counter, start) in full.items()
        }

    def learn(self, account_id: int, version: int, fault: PlatformError, api: str) -> None:
        """Keep what a failure says of a limit or of the authorisation; nothing here hides the failure itself."""
        with suppress(WeiboOpsError):
            if fault.error_class is ErrorClass.RATE_LIMIT and fault.sent is not False:
                fault.retry_at = self._fill(account_id, fault.code, api)
            elif fault.error_class in (ErrorClass.REAUTH, ErrorClass.HUMAN_NEEDED):
                self.stop(account_id, version, fault.message.rstrip("。"))

    def _fill(self, account_id: int, code: int | None, api: str) -> datetime:
        now = self._clock.now()
        scope, window = told_full(account_id, code, api)
        with self._db.writing() as session:
            repository = PlatformRepository(session)
            row = repository.counter(scope, window)
            told = row.told_at if row is not None else None
            # The day's row is locked before the hour's, as when a call is counted.
            until = []
            if scope != APP and window is Window.HOUR and again_today(told, now):
                start = repository.fill(scope, Window.DAY, start_of(Window.DAY, now), now)
                until.append(start + Window.DAY.length)
            start = repository.fill(scope, window, start_of(window, now), now)
            return max([*until, start + window.length])

    def stop(self, account_id: int, version: int, reason: str) -> None:
        """Stop using an authorisation, if it is still that one; a to-do asks somebody to look after it."""
        now = self._clock.now()
        with self._db.writing() as session:
            repository = PlatformRepository(session)
            values = {"state": AuthorisationState.UNUSABLE.value, "reason": reason[:300]}
            account = repository.account(account_id)
            if account is None or not repository.change_authorisation(
                account_id, version, AuthorisationState.ACTIVE, values
            ):
                return
            todos.propose(
                session,
                UNUSABLE,
                subject(account_id),
                f"“{account.screen_name}”的平台授权不可用,自动发布已停:{reason}。请核验账号后重新授权",
                now,
                recipient=recipient_on_duty(session, account.unit_id, now),
                due_at=now + timedelta(hours=2),
            )
            audit.append(session, PROGRAM, "platform.unusable", account.screen_name, {"reason": reason[:300]}, now)

    def book(self, day: date) -> DeliveryBook:
        """Return the delivery book in force on a day."""
        book = self._standards.in_force("delivery", day).book
        assert isinstance(book, DeliveryBook)
        return book

    def _present_limits(self, now: datetime) -> Limits:
        """Return the limits in force, read anew every minute: a session is made for every post."""
        if self._read is None or self._read[0] != now.replace(second=0, microsecond=0):
            self._read = now.replace(second=0, microsecond=0), self.limits(beijing_date(now))
        return self._read[1]

    def limits(self, day: date) -> Limits:
        """Return how many calls there may be."""
        rule = self.book(day).budget
        return Limits(rule.per_day, rule.posts_per_hour, rule.reserved, rule.per_hour)
