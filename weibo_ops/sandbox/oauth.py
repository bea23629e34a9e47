"""OAuth2 by code: authorize (the stand-in says yes at once), access_token, get_token_info, revokeoauth2."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.entries import App
from weibo_ops.sandbox.store import Grant
from weibo_ops.sandbox.turn import Turn
from weibo_ops.sandbox.wire import Reply

CODE_SECONDS = 600
"""How long a code is good for."""
OWNERS_SECONDS = 5 * 365 * 86400
"""How long the token of the application's own owner is good for."""


def authorize(turn: Turn) -> Reply:
    """The page that people see: grants for the user of ``uid=`` (the first one if none is named), or says why not.

    Raises:
        ApiError: 21324 or 21322: without a registered address nobody can be sent back.
    """
    params = turn.call.params
    app = turn.store.app(params.get("client_id", ""))
    if app is None:
        raise ApiError(21324)
    redirect = params.get("redirect_uri", "")
    if redirect != app.redirect_uri:
        raise ApiError(21322)
    state = {"state": params["state"]} if "state" in params else {}
    try:
        uid = _chosen(turn, app)
    except ApiError as error:
        body = error.envelope("/oauth2/authorize")
        told = {name: str(body[name]) for name in ("error", "error_code", "error_description")}
        return Reply(302, location=_with(redirect, {**told, **state}))
    code = secrets.token_hex(16)
    turn.store.run(
        "INSERT INTO codes (code, key, uid, redirect_uri, expires) VALUES (?, ?, ?, ?, ?)",
        (code, app.key, uid, redirect, turn.at + CODE_SECONDS),
    )
    return Reply(302, location=_with(redirect, {"code": code, **state}))


def access_token(turn: Turn) -> dict[str, str]:
    """`oauth2/access_token`: a code is good once; numbers come as text."""
    params, store = turn.call.params, turn.store
    app = store.app(params.get("client_id", ""))
    if app is None or not secrets.compare_digest(params.get("client_secret", "").encode(), app.secret.encode()):
        raise ApiError(21324)
    if params.get("grant_type") != "authorization_code":
        raise ApiError(21328 if params.get("grant_type") else 21323)
    if not params.get("code"):
        raise ApiError(21323)
    found = store.row("SELECT * FROM codes WHERE code = ? AND key = ?", (params["code"], app.key))
    if found is None or found["used"] or found["expires"] <= turn.at:
        raise ApiError(21325)
    if params.get("redirect_uri") != found["redirect_uri"]:
        raise ApiError(21322)
    store.run("UPDATE codes SET used = 1 WHERE code = ?", (params["code"],))
    lifetime = OWNERS_SECONDS if found["uid"] == app.owner_uid else app.lifetime
    token = store.issue(app.key, found["uid"], turn.at, lifetime)
    return {
        "access_token": token,
        "expires_in": str(lifetime),
        "remind_in": str(lifetime),
        "uid": found["uid"],
        "isRealName": "true",
    }


def get_token_info(turn: Turn) -> dict[str, Any]:
    """`oauth2/get_token_info`: ``create_at`` and ``expire_in``, the latter below zero once it is past."""
    grant = find(turn)
    appkey = int(grant.key) if grant.key.isascii() and grant.key.isdigit() else grant.key
    return {
        "uid": int(grant.uid),
        "appkey": appkey,
        "scope": None,
        "create_at": int(grant.created),
        "expire_in": int(grant.expires - turn.at),
    }


def revoke(turn: Turn) -> dict[str, str]:
    """`oauth2/revokeoauth2`: the user takes the authorisation back."""
    grant = find(turn)
    turn.store.run("UPDATE tokens SET revoked = ? WHERE token = ?", (turn.at, grant.token))
    return {"result": "true"}


def find(turn: Turn) -> Grant:
    """Return what the call's token stands for, expired or not.

    Raises:
        ApiError: 10006, there is none; 21332, nobody knows it, or it was taken back (21321 while not audited).
    """
    if not turn.call.token:
        raise ApiError(10006)
    grant = turn.known
    if grant is None:
        raise ApiError(21332)
    if grant.revoked is not None:
        app = turn.store.app(grant.key)
        raise ApiError(21332 if app is None or app.audited else 21321)
    return grant


def signed_in(turn: Turn) -> Grant:
    """Return what the call's token stands for.

    Raises:
        ApiError: as `find`; 21327, it expired.
    """
    grant = find(turn)
    if grant.expires <= turn.at:
        raise ApiError(21327)
    return grant


def _chosen(turn: Turn, app: App) -> str:
    params = turn.call.params
    if params.get("response_type", "code") != "code":
        raise ApiError(21329)
    users = turn.store.users()
    uid = params.get("uid") or (users[0].uid if users else "")
    if params.get("deny") == "1" or turn.store.user(uid) is None:
        raise ApiError(21330)
    if not app.audited and app.test_accounts and uid not in app.test_accounts:
        raise ApiError(21321)
    return uid


def _with(address: str, params: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params)}"
