"""The platform service: the application, authorisations with their warnings, sessions with a budget.

No transaction is open while the platform is asked. What a call says of an authorisation or a limit is kept in a short
transaction of its own.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from accounts.enums import Platform
from accounts.models import Account, PlatformApp, PlatformAuthorisation
from accounts.permissions import Permission
from accounts.platform import oauth
from accounts.platform.addresses import base_address
from accounts.platform.budget import APP, Purpose, Window, scope_of, start_of
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.platform.oauth import AuthorisationState
from accounts.platform.replies import usable_token
from accounts.platform.sealing import Seal
from accounts.platform.session import NoSession, PlatformSession
from accounts.repository import AccountRepository
from accounts.repository.duty import DutyRepository
from accounts.repository.platform import PlatformRepository
from accounts.schemas import ProfileEntry
from accounts.schemas.platform import AppView, AuthorisationRow, AuthorizeLink, BudgetRow, CheckRow, RevokeReport
from accounts.service.platform.sessions import UNUSABLE, Sessions
from accounts.service.platform.views import app_view, same, standing, status, subject
from accounts.service.safety import find_account
from accounts.standards import StandardService
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import RefusedError, UsageError, WeiboOpsError
from weibo_ops.kernel.ids import digest_text

CAPABILITIES = ("update", "long", "upload")
"""What an application may be granted beyond sharing."""
EXPIRING = "platform.expiring"
LOCK = "platform.key"
_GONE = frozenset({ErrorClass.ALREADY_DONE, ErrorClass.REAUTH, ErrorClass.APP_CONFIG, ErrorClass.NOT_FOUND})
"""Answers to giving a token back that say that it is no good any more."""


class PlatformService:
    """Use cases on the platform. ``transport`` stands in for the network in tests."""

    def __init__(
        self, db: Database, clock: Clock, standards: StandardService, home: Path, base_url: str, timeout: float
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._seal = Seal(home)
        self._base_url = base_url
        self._sessions = Sessions(db, clock, standards, self._seal, base_url, timeout)

    @property
    def transport(self) -> Any:
        """What stands in for the network, in tests."""
        return self._sessions.transport

    @transport.setter
    def transport(self, transport: Any) -> None:
        self._sessions.transport = transport

    def close(self) -> None:
        """Close the connections."""
        self._sessions.close()

    # --- application ----------------------------------------------------------------------------------------

    def app_of(self) -> AppView | None:
        """Return the application that was registered, without its secret."""
        with self._db.reading() as session:
            row = PlatformRepository(session).application()
            return None if row is None else app_view(row)

    def set_app(
        self,
        actor: Actor,
        app_key: str,
        secret: str,
        redirect_uri: str,
        *,
        operator_ip: str = "127.0.0.1",
        capabilities: tuple[str, ...] = (),
    ) -> AppView:
        """Register the application of the open platform; another key makes every authorisation void.

        Args:
            actor: who does.
            app_key: App Key.
            secret: App Secret; it is stored sealed.
            redirect_uri: as registered with the platform.
            operator_ip: the address that posts go out from, which the platform asks for.
            capabilities: what the platform granted beyond sharing: ``update``, ``long``, ``upload``.

        Raises:
            PermissionRefusedError: the actor may not.
            UsageError: a value cannot be right.
            RefusedError: the key file is not fit.
        """
        require(actor, Permission.PLATFORM, "开放平台应用")
        key, hidden = app_key.strip(), secret.strip()
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", key, re.ASCII):
            raise UsageError("App Key不对。", next_step="请从开放平台“应用信息”页复制。")
        if not usable_token(hidden) or len(hidden) > 200:
            raise UsageError("App Secret不对。", next_step="请从开放平台“应用信息”页复制。")
        address = oauth.redirect_uri(redirect_uri)
        try:
            ip = str(ipaddress.ip_address(operator_ip.strip()))
        except ValueError:
            raise UsageError("操作IP无法识别。", next_step="请填写本单位上网出口的IP地址。") from None
        unknown = [each for each in capabilities if each not in CAPABILITIES]
        if unknown:
            raise UsageError(f"没有“{unknown[0]}”这种接口权限。", next_step=f"可选:{'、'.join(CAPABILITIES)}。")
        base_address(self._base_url)
        with self._db.writing() as session:
            advisory_lock(session, LOCK)
            repository = PlatformRepository(session)
            earlier = repository.application()
            void = earlier is not None and earlier.app_key != key
            repository.set_application(
                {
                    "app_key": key,
                    "sealed_secret": self._seal.close_up(f"app:{key}", hidden),
                    "redirect_uri": address,
                    "operator_ip": ip,
                    "capabilities": sorted(set(capabilities)),
                    "set_by": actor.person,
                    "set_at": self._clock.now(),
                }
            )
            details = {"app_key": key, "redirect_uri": address, "ip": ip, "granted": list(capabilities), "void": void}
            audit.append(session, actor, "platform.app", key, details, self._clock.now())
            row = repository.application()
            assert row is not None
            return app_view(row)

    # --- authorisation --------------------------------------------------------------------------------------

    def authorize_url(self, actor: Actor, account: str) -> AuthorizeLink:
        """Begin an authorisation: return the page on which somebody signed in as the account agrees.

        Raises:
            PermissionRefusedError: the actor may not.
            RefusedError: no application is registered, or the account is not one of Weibo with a uid.
        """
        require(actor, Permission.PLATFORM, account)
        now = self._clock.now()
        state = secrets.token_urlsafe(24)
        with self._db.writing() as session:
            repository = PlatformRepository(session)
            app = _app(repository)
            found = _on_weibo(session, account)
            repository.begin(
                {
                    "digest": digest_text(state),
                    "account_id": found.id,
                    "person": actor.person,
                    "begun_at": now,
                    "until_at": now + oauth.STATE_HOLDS,
                },
                now - timedelta(days=1),
            )
            audit.append(session, actor, "platform.begin", found.screen_name, {"uid": found.uid}, now)
            url = self._sessions.client(app.app_key).authorize_url(app.redirect_uri, state)
            return AuthorizeLink(found.screen_name, url, now + oauth.STATE_HOLDS)

    def authorize(self, actor: Actor, account: str, pasted_redirect: str) -> AuthorisationRow:
        """Finish an authorisation with the address that the browser was sent back to.

        The token is asked whose it is before it is kept: another account's, or another application's, is given back.

        Raises:
            PermissionRefusedError: the actor may not.
            UsageError: what was pasted is no such address.
            RefusedError: the state is not one that this person asked for, used or too old; the token is another
                account's or application's; the person or the platform said no.
            PlatformError: the platform did not answer as it should; the address must be asked for anew.
        """
        require(actor, Permission.PLATFORM, account)
        begun = self._clock.now()
        with self._db.writing() as session:
            repository = PlatformRepository(session)
            app = _app(repository)
            found = _on_weibo(session, account)
            redirect = oauth.read_redirect(pasted_redirect, app.redirect_uri)
            self._use_state(repository, redirect.state, found, actor, begun)
            secret = self._seal.open_up(f"app:{app.app_key}", app.sealed_secret)
            account_id, uid, name = found.id, found.uid or "", found.screen_name
        limits = self._sessions.limits(beijing_date(begun))
        client = self._sessions.client(app.app_key).gated(
            lambda call: self._sessions.spend(None, Purpose.PUBLISH, call.api, limits)
        )
        grant = client.exchange(redirect.code, secret, app.redirect_uri)
        try:
            info = client.get_token_info(grant.token)
            same(name, uid, app.app_key, grant, info)
        except WeiboOpsError:
            with suppress(WeiboOpsError):
                client.revoke(grant.token)
            raise
        lifetime = grant.lifetime if info.remaining is None else min(grant.lifetime, info.remaining)
        return self._keep(actor, account_id, uid, app.app_key, grant.token, begun, begun + lifetime)

    def _use_state(
        self, repository: PlatformRepository, state: str, account: Account, actor: Actor, now: datetime
    ) -> None:
        digest = digest_text(state)
        row = repository.state(digest)
        again = "请重新生成授权网址:weibo-ops platform authorize 账号。"
        if row is None or row.account_id != account.id or row.person != actor.person:
            raise RefusedError("这个授权不是由您为该账号发起的。", rule=oauth.RULE, next_step=again)
        if row.until_at <= now or row.begun_at > now:
            raise RefusedError("授权网址已过期。", rule=oauth.RULE, next_step=again)
        if not repository.use_state(digest, now):
            raise RefusedError("这个授权网址已用过。", rule=oauth.RULE, next_step=again)

    def _keep(
        self, actor: Actor, account_id: int, uid: str, app_key: str, token: str, begun: datetime, expires_at: datetime
    ) -> AuthorisationRow:
        now = self._clock.now()
        with self._db.writing() as session:
            advisory_lock(session, LOCK)
            repository = PlatformRepository(session)
            account = repository.account(account_id)
            assert account is not None
            repository.authorise(
                account_id,
                {
                    "app_key": app_key,
                    "uid": uid,
                    "state": AuthorisationState.ACTIVE.value,
                    "reason": "",
                    "sealed_token": self._seal.close_up(f"account:{account_id}:{uid}", token),
                    "authorised_by": actor.person,
                    "authorised_at": begun,
                    "expires_at": expires_at,
                    "checked_at": now,
                },
            )
            for kind in (EXPIRING, UNUSABLE):
                todos.close(session, kind, subject(account_id), now)
            details = {"uid": uid, "expires_at": expires_at}
            audit.append(session, actor, "platform.authorize", account.screen_name, details, now)
        return next(row for row in self.statuses() if row.account_id == account_id)

    def revoke(self, actor: Actor, account: str) -> RevokeReport:
        """Give an account's token back and forget it here, also when the platform cannot be asked.

        Raises:
            PermissionRefusedError: the actor may not.
            RefusedError: the account is not authorised.
        """
        require(actor, Permission.PLATFORM, account)
        with self._db.reading() as session:
            found = find_account(DutyRepository(session), account)
            row = PlatformRepository(session).authorisation(found.id)
        if row is None or row.state == AuthorisationState.REVOKED:
            raise RefusedError(f"“{found.screen_name}”没有授权。", next_step="见 weibo-ops platform status。")
        confirmed, reason = True, ""
        try:
            token = self._sessions.token(row)
            limits = self._sessions.limits(beijing_date(self._clock.now()))
            client = self._sessions.client(row.app_key).gated(
                lambda call: self._sessions.spend(None, Purpose.PUBLISH, call.api, limits)
            )
            client.revoke(token)
        except PlatformError as fault:
            confirmed, reason = fault.error_class in _GONE, fault.message
        except WeiboOpsError as fault:
            confirmed, reason = False, fault.message
        now = self._clock.now()
        with self._db.writing() as session:
            values = {
                "state": AuthorisationState.REVOKED.value,
                "sealed_token": "",
                "reason": f"{format_beijing(now)}撤销",
            }
            PlatformRepository(session).change_authorisation(found.id, row.version, row.state, values)
            for kind in (EXPIRING, UNUSABLE):
                todos.close(session, kind, subject(found.id), now)
            details = {"uid": row.uid, "confirmed": confirmed}
            audit.append(session, actor, "platform.revoke", found.screen_name, details, now)
        return RevokeReport(found.screen_name, confirmed, "" if confirmed else reason)

    def statuses(self) -> list[AuthorisationRow]:
        """List how every Weibo account stands with the platform; nothing is asked of it."""
        now = self._clock.now()
        warn = timedelta(days=self._sessions.book(beijing_date(now)).token.warn_days)
        with self._db.reading() as session:
            repository = PlatformRepository(session)
            app = repository.application()
            return [status(account, unit, row, app, now, warn) for account, unit, row in repository.authorisations()]

    def check(self, actor: Actor, account: str | None = None) -> list[CheckRow]:
        """Ask the platform whether authorisations hold and what it shows of the accounts; profiles are kept.

        An account whose use was stopped is taken up again when its token proves good.

        Raises:
            PermissionRefusedError: the actor may not.
        """
        require(actor, Permission.PLATFORM, account or "全部账号")
        with self._db.reading() as session:
            wanted = find_account(DutyRepository(session), account).id if account else None
            rows = [
                (found, row)
                for found, _, row in PlatformRepository(session).authorisations()
                if row is not None and row.state != AuthorisationState.REVOKED and wanted in (None, found.id)
            ]
        return [self._checked(actor, found, row) for found, row in rows]

    def _checked(self, actor: Actor, account: Account, row: PlatformAuthorisation) -> CheckRow:
        now = self._clock.now()
        found = self._sessions.session(account.id, now, also=AuthorisationState.UNUSABLE)
        if isinstance(found, NoSession):
            return CheckRow(account.screen_name, False, found.reason)
        try:
            info = found.token_info()
            same(account.screen_name, row.uid, row.app_key, None, info)
            profile = found.users_show()
            if profile.uid != row.uid:
                raise RefusedError(f"平台答复的是另一个账号(用户id {profile.uid})的资料。")
        except PlatformError as fault:
            return CheckRow(account.screen_name, False, fault.message)
        except RefusedError as fault:
            self._sessions.stop(account.id, row.version, fault.message)
            return CheckRow(account.screen_name, False, fault.message)
        entry = ProfileEntry(
            uid=profile.uid,
            screen_name=profile.screen_name[:100],
            description=profile.description,
            verified=profile.verified,
            verified_type=profile.verified_type,
            verified_reason=profile.verified_reason,
            posts_count=profile.posts,
            followers_count=profile.followers,
            following_count=profile.following,
        )
        with self._db.writing() as session:
            repository = PlatformRepository(session)
            AccountRepository(session).add_snapshots([entry], now)
            values: dict[str, object] = {"checked_at": now}
            if info.remaining is not None:
                values["expires_at"] = now + info.remaining
            repository.change_authorisation(account.id, row.version, AuthorisationState.ACTIVE, values)
            taken_up = repository.change_authorisation(
                account.id,
                row.version,
                AuthorisationState.UNUSABLE,
                values | {"state": AuthorisationState.ACTIVE.value, "reason": ""},
            )
            if taken_up:
                todos.close(session, UNUSABLE, subject(account.id), now)
                audit.append(session, actor, "platform.resume", account.screen_name, {"uid": row.uid}, now)
        outcome = "授权有效"
        if taken_up:
            outcome += ",已恢复使用"
        if profile.screen_name != account.screen_name:
            outcome += f";平台昵称为“{profile.screen_name}”,与台账不符"
        return CheckRow(
            account.screen_name,
            True,
            outcome,
            profile.screen_name,
            profile.verified_reason,
            profile.followers,
            profile.posts,
        )

    def warn(self, now: datetime) -> int:
        """Open a to-do for every authorisation that ends soon or has ended; return how many there are."""
        book = self._sessions.book(beijing_date(now))
        with self._db.reading() as session:
            ending = PlatformRepository(session).expiring(
                [AuthorisationState.ACTIVE.value], now + timedelta(days=book.token.warn_days)
            )
            known = {todo.subject for todo in todos.open_todos(session) if todo.kind == EXPIRING}
        new = [(account, row) for account, row in ending if subject(account.id) not in known]
        if new:
            with self._db.writing() as session:
                for account, row in new:
                    todos.propose(
                        session,
                        EXPIRING,
                        subject(account.id),
                        f"“{account.screen_name}”的平台授权{format_beijing(row.expires_at)}到期,请重新授权"
                        f"(依据:{book.token.citation})",
                        now,
                        due_at=row.expires_at,
                    )
        return len(ending)

    # --- sessions -------------------------------------------------------------------------------------------

    def session_of(self, account_id: int, now: datetime) -> PlatformSession | NoSession:
        """Return a session for an account, or why there is none; nothing is asked of the platform."""
        return self._sessions.session(account_id, now)

    def sessions_of(self, account_ids: Collection[int], now: datetime) -> dict[int, PlatformSession | NoSession]:
        """Return `session_of` several accounts: account id → session, or why there is none."""
        return self._sessions.sessions(account_ids, now)

    def prepay(self, session: Session, calls: Mapping[int, str], now: datetime) -> dict[int, PlatformError]:
        """Count calls that post in a running transaction, for `PlatformSession.paid`; see `Sessions.prepay`."""
        return self._sessions.prepay(session, calls, now)

    # --- budget ---------------------------------------------------------------------------------------------

    def budget(self) -> list[BudgetRow]:
        """List what calls are used and left: of every account that has an authorisation, and of all together."""
        now = self._clock.now()
        limits = self._sessions.limits(beijing_date(now))
        with self._db.reading() as session:
            repository = PlatformRepository(session)
            counted = repository.counters()
            accounts = [account for account, _, row in repository.authorisations() if row is not None]
        rows = []
        for account in accounts:
            scope = scope_of(account.id)
            day, day_says = standing(counted, scope, Window.DAY, now)
            hour_says = standing(counted, scope, Window.HOUR, now)[1]
            posts, posts_say = standing(counted, scope, Window.POSTS, now)
            most_polls = max(limits.per_day - limits.reserved, 0)
            left = max(limits.per_day - day[0], 0)
            rows.append(
                BudgetRow(
                    account.screen_name,
                    day[0],
                    left,
                    day[1],
                    min(left, max(most_polls - day[1], 0)),
                    posts[0],
                    max(limits.posts_per_hour - posts[0], 0),
                    ";".join(dict.fromkeys(filter(None, (day_says, hour_says, posts_say)))),
                )
            )
        all_, says = standing(counted, APP, Window.HOUR, now)
        left = max(limits.per_hour - all_[0], 0)
        polls_left = min(left, max(limits.per_hour * 9 // 10 - all_[1], 0))
        return [*rows, BudgetRow("全部账号(本小时)", all_[0], left, all_[1], polls_left, None, None, says)]

    def correct_budget(self, actor: Actor) -> int:
        """Let windows that a wrong clock put in the future begin now, with what they counted; return how many.

        Raises:
            PermissionRefusedError: the actor may not.
        """
        require(actor, Permission.PLATFORM, "调用额度")
        now = self._clock.now()
        with self._db.writing() as session:
            repository = PlatformRepository(session)
            moved = sum(repository.bring_back(window, start_of(window, now)) for window in Window)
            if moved:
                audit.append(session, actor, "platform.budget", "clock", {"windows": moved}, now)
        return moved


def _app(repository: PlatformRepository) -> PlatformApp:
    app = repository.application()
    if app is None:
        raise RefusedError("还没有登记开放平台应用。", next_step="请先运行 weibo-ops platform app。")
    return app


def _on_weibo(session: Session, reference: str) -> Account:
    found = find_account(DutyRepository(session), reference)
    if found.platform != Platform.WEIBO:
        raise RefusedError(f"“{found.screen_name}”不是微博账号。", next_step="只有微博账号可以授权。")
    if not found.uid:
        raise RefusedError(f"“{found.screen_name}”还没有登记用户id。", next_step="请先在台账中补录用户id。")
    return found
