"""From a call to a reply: the route, the token, the limits, the fault, the record. No network and no waiting here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from weibo_ops.kernel.clock import Clock
from weibo_ops.sandbox import admin, comments, limits, oauth, publishing, statuses, users
from weibo_ops.sandbox.codes import ApiError, http_status
from weibo_ops.sandbox.faults import Fault, Faults, Shape
from weibo_ops.sandbox.store import Store
from weibo_ops.sandbox.turn import Turn
from weibo_ops.sandbox.wire import Call, Ending, Reply, json_reply

_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_TITLES = {414: "414 Request-URI Too Large", 502: "502 Bad Gateway"}
_CODES = {500: 10001, 502: 10011, 503: 10002}
_HANDLED_BY = (Shape.LAG, Shape.MISSING)
"""Faults that the handler itself shows in what it lists."""


@dataclass(frozen=True)
class Route:
    """How a call is answered.

    Attributes:
        handler: what answers it.
        methods: HTTP methods it takes.
        signed: whether it needs a good token.
        counted: whether it counts towards the limits of calls.
    """

    handler: Callable[[Turn], Any]
    methods: tuple[str, ...] = ("GET",)
    signed: bool = True
    counted: bool = True


_OAUTH = {
    "authorize": Route(oauth.authorize, ("GET", "POST"), signed=False),
    "access_token": Route(oauth.access_token, ("POST",), signed=False),
    "get_token_info": Route(oauth.get_token_info, ("POST",), signed=False),
    "revokeoauth2": Route(oauth.revoke, ("GET", "POST"), signed=False),
}
_API: dict[str, Route] = {
    "account/get_uid": Route(users.get_uid),
    "account/rate_limit_status": Route(limits.rate_limit_status, counted=False),
    "statuses/share": Route(publishing.share, ("POST",)),
    "statuses/update": Route(publishing.update, ("POST",)),
    "statuses/upload": Route(publishing.upload, ("POST",)),
    "statuses/destroy": Route(publishing.destroy, ("POST",)),
    "statuses/show": Route(statuses.show),
    "statuses/user_timeline": Route(statuses.user_timeline),
    "statuses/user_timeline/ids": Route(statuses.user_timeline_ids),
    "statuses/count": Route(statuses.count),
    "statuses/queryid": Route(statuses.queryid),
    "statuses/querymid": Route(statuses.querymid),
    "users/show": Route(users.show),
    "users/counts": Route(users.counts),
    "comments/show": Route(comments.show),
    "comments/timeline": Route(comments.timeline),
    "comments/to_me": Route(comments.to_me),
    "comments/by_me": Route(comments.by_me),
    "comments/mentions": Route(comments.mentions),
    "comments/show_batch": Route(comments.show_batch),
    "comments/create": Route(comments.create, ("POST",)),
    "comments/reply": Route(comments.reply, ("POST",)),
    "comments/destroy": Route(comments.destroy, ("POST",)),
    "comments/destroy_batch": Route(comments.destroy_batch, ("POST",)),
    "remind/unread_count": Route(comments.unread_count),
}
ROUTES: dict[str, tuple[str, Route]] = {
    **{f"{root}oauth2/{name}": (f"oauth2/{name}", route) for name, route in _OAUTH.items() for root in ("/", "/2/")},
    **{f"/2/{name}.json": (name, route) for name, route in _API.items()},
}
"""Path → (name of the call, how it is answered)."""


class Sandbox:
    """The platform's stand-in without its network.

    Args:
        store: what it remembers.
        clock: tells it the time.
        faults: what it spoils.
    """

    def __init__(self, store: Store, clock: Clock, faults: Faults | None = None) -> None:
        self.store = store
        self.clock = clock
        self.faults = faults or Faults()
        self._late: list[tuple[float, Call]] = []

    def answer(self, call: Call) -> Reply:
        """Answer a call in one transaction.

        The reply says what its sender sees: how long to wait, then what is sent, or that the connection just ends.
        """
        with self.store.lock:
            at = self.clock.now().timestamp()
            self._catch_up(at)
            if call.path == "/sandbox" or call.path.startswith("/sandbox/"):
                return admin.answer(self.store, self.faults, call, at)
            with self.store.transaction():
                return self._answer(call, at)

    def _catch_up(self, at: float) -> None:
        """Carry out what a caller gave up on and the platform still does, each at its own instant."""
        due = sorted((item for item in self._late if item[0] <= at), key=lambda item: item[0])
        self._late = [item for item in self._late if item[0] > at]
        for then, call in due:
            with self.store.transaction():
                self._answer(call, then, spoil=False)

    def _answer(self, call: Call, at: float, *, spoil: bool = True) -> Reply:
        name, route = ROUTES.get(call.path, (call.path, None))
        turn = Turn(self.store, call, at, name, known=self.store.grant(call.token) if call.token else None)
        uid = turn.known.uid if turn.known else ""
        said = call.params.get("status") or call.params.get("comment") or ""
        turn.fault = self.faults.draw(name, uid, said, at) if spoil and route else None
        if turn.fault and turn.fault.kind.shape is Shape.LATE:
            self._late.append((at + turn.fault.seconds, call))
        if turn.fault and not turn.fault.kind.commits:
            outcome, reply = "not done", self._refuse(turn, turn.fault)
        else:
            outcome, reply = self._carry_out(turn, route)
            if turn.fault:
                reply = _spoiled(turn.fault, reply, call.path, done=outcome == "ok")
        fault = turn.fault.name if turn.fault else "" if spoil else "late_commit"
        self.store.record(at, call.method, name, uid, outcome, fault, turn.made, call.peer)
        return reply

    def _carry_out(self, turn: Turn, route: Route | None) -> tuple[str, Reply]:
        try:
            if route is None:
                raise ApiError(10020)
            if turn.call.method not in route.methods:
                raise ApiError(10021)
            if route.signed:
                turn.grant = oauth.signed_in(turn)
            if route.signed and route.counted:
                limits.admit(turn)
            body = route.handler(turn)
        except ApiError as error:
            return str(error.code), json_reply(error.envelope(turn.call.path), http_status(error.code))
        return "ok", body if isinstance(body, Reply) else json_reply(body)

    def _refuse(self, turn: Turn, fault: Fault) -> Reply:
        """Spoil a call that is not carried out; what happens to its token happens in the store."""
        if fault.kind.shape is Shape.EXPIRE:
            self.store.run("UPDATE tokens SET expires = min(expires, ?) WHERE token = ?", (turn.at, turn.call.token))
        elif fault.kind.shape is Shape.REVOKE:
            self.store.run("UPDATE tokens SET revoked = ? WHERE token = ?", (turn.at, turn.call.token))
        return _spoiled(fault, Reply(), turn.call.path, done=True)


def _spoiled(fault: Fault, honest: Reply, path: str, *, done: bool) -> Reply:
    """Return what the caller sees instead of the honest reply; a refusal is never told as a success delayed."""
    shape = fault.kind.shape
    if shape in _HANDLED_BY or (shape is Shape.DELAYED and not done):
        return honest
    if shape is Shape.CLOSE:
        return Reply(ending=Ending.CLOSE)
    if shape is Shape.RESET:
        return Reply(ending=Ending.RESET)
    if shape in (Shape.HANG, Shape.LATE):
        return Reply(wait=fault.seconds, ending=Ending.CLOSE)
    if shape is Shape.SLOW:
        return replace(honest, wait=fault.seconds)
    if shape is Shape.PAGE:
        page = _PAGE.format(title=_TITLES[fault.kind.number])
        return Reply(fault.kind.number, page.encode(), "text/html")
    if shape is Shape.GARBLED:
        return Reply(200, b'{"created_at":"' if not honest.body else honest.body[: len(honest.body) // 2])
    if shape is Shape.STATUS:
        error = ApiError(_CODES[fault.kind.number])
        return json_reply(error.envelope(path), fault.kind.number)
    error = ApiError(fault.code, about=path)
    return json_reply(error.envelope(path), http_status(fault.code))
