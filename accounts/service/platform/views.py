"""What the platform service shows and refuses, from rows to values."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Account, PlatformApp, PlatformAuthorisation, PlatformCounter
from accounts.platform import oauth
from accounts.platform.budget import Window, start_of
from accounts.platform.oauth import AuthorisationState
from accounts.platform.replies import Grant, TokenInfo
from accounts.schemas.platform import AppView, AuthorisationRow
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError

ASK_AGAIN = "请重新授权:weibo-ops platform authorize 账号。"


def app_view(row: PlatformApp) -> AppView:
    """Return the application without its secret."""
    return AppView(row.app_key, row.redirect_uri, row.operator_ip, tuple(row.capabilities), row.set_by, row.set_at)


def same(name: str, uid: str, app_key: str, grant: Grant | None, info: TokenInfo) -> None:
    """Refuse a token that is another account's or application's, or over already."""
    if info.app_key != app_key:
        raise RefusedError("令牌属于另一个应用。", rule=oauth.RULE, next_step="请核对App Key后重新授权。")
    if info.uid != uid or (grant is not None and grant.uid != uid):
        raise RefusedError(
            f"授权的是另一个账号(用户id {info.uid}),不是“{name}”(用户id {uid}),未予保存。",
            rule=oauth.RULE,
            next_step=f"请在浏览器中退出登录,以“{name}”登录后重新授权。",
        )
    if info.remaining is not None and info.remaining <= timedelta(0):
        raise RefusedError("令牌已到期。", rule=oauth.RULE, next_step=ASK_AGAIN)


def subject(account_id: int) -> str:
    """Return how a to-do names an account."""
    return f"#{account_id}"


def void(row: PlatformAuthorisation, app: PlatformApp | None, account: Account, now: datetime) -> str:
    """Say why an authorisation cannot be used whatever its state; empty if it can."""
    if row.expires_at <= now:
        return f"已于{format_beijing(row.expires_at)}到期"
    if app is None or row.app_key != app.app_key:
        return "开放平台应用已更换"
    if row.uid != account.uid:
        return "台账中的用户id已变更"
    return ""


def status(
    account: Account,
    unit: str,
    row: PlatformAuthorisation | None,
    app: PlatformApp | None,
    now: datetime,
    warn: timedelta,
) -> AuthorisationRow:
    """Return how an account stands with the platform."""
    if row is None:
        state, reason = "未授权", ""
    else:
        why = void(row, app, account, now)
        state, reason = row.state, row.reason
        if state == AuthorisationState.ACTIVE and why:
            state, reason = ("已到期" if row.expires_at <= now else AuthorisationState.UNUSABLE.value), why
        elif state == AuthorisationState.ACTIVE and row.expires_at < now + warn:
            state = "即将到期"
    holds = row is not None and state != AuthorisationState.REVOKED
    return AuthorisationRow(
        account_id=account.id,
        account=account.screen_name,
        unit=unit,
        uid=account.uid or "",
        state=str(state),
        expires_at=row.expires_at if row is not None and holds else None,
        days_left=max((row.expires_at - now).days, 0) if row is not None and holds else None,
        authorised_by=row.authorised_by if row is not None else "",
        authorised_at=row.authorised_at if row is not None else None,
        checked_at=row.checked_at if row is not None else None,
        reason=reason,
    )


def standing(
    counted: dict[tuple[str, str], PlatformCounter], scope: str, window: Window, now: datetime
) -> tuple[tuple[int, int], str]:
    """Return what a window has counted so far (calls, polls), and what is to be said of it."""
    row = counted.get((scope, window.value))
    if row is None or row.window_start < start_of(window, now):
        return (0, 0), ""
    says = []
    if row.window_start > now:
        says.append(f"系统时间早于已记录的调用({format_beijing(row.window_start)})")
    if row.told_full:
        says.append(f"平台称{window.label}已满,{format_beijing(row.window_start + window.length)}恢复")
    return (row.used, row.polls), ";".join(says)
