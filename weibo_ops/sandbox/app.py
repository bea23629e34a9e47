"""The stand-in as an ASGI application (Starlette)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from weibo_ops.kernel.clock import Clock
from weibo_ops.sandbox.codes import ApiError, http_status
from weibo_ops.sandbox.core import Sandbox
from weibo_ops.sandbox.faults import Faults
from weibo_ops.sandbox.store import Store
from weibo_ops.sandbox.wire import LARGEST_BODY, Call, Ending, Reply, json_reply, read_call

HOSTS = {"127.0.0.1", "localhost", "[::1]", "api.weibo.com", "upload.api.weibo.com", "rm.api.weibo.com"}
"""Names under which it answers: this machine, and the platform's own for clients that are led here."""

_LOG = logging.getLogger(__name__)
HangUp = Callable[[tuple[str, int], bool], None]
"""Ends the connection of a peer; reset if the second argument is true."""


class ConnectionDropped(ConnectionError):
    """The connection ends without an answer, where there is no connection that could be ended."""


def make_app(store: Store, clock: Clock, faults: Faults | None = None, *, hang_up: HangUp | None = None) -> Starlette:
    """Return the application.

    Args:
        store: what it remembers.
        clock: tells it the time; waits of replies are real all the same.
        faults: what it spoils.
        hang_up: ends connections; without it `ConnectionDropped` is raised instead.
    """
    endpoint = _Endpoint(Sandbox(store, clock, faults), hang_up)
    return Starlette(routes=[Route("/{path:path}", endpoint, methods=None)])


class _Endpoint:
    """Every path: reads the request, asks the sandbox, sends what it says."""

    def __init__(self, sandbox: Sandbox, hang_up: HangUp | None) -> None:
        self._sandbox = sandbox
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        reply = await self._reply(request)
        if reply.wait and not await _still_there(request, reply.wait):
            return
        if reply.ending is not Ending.ANSWER:
            client = scope.get("client")
            if self._hang_up is None or client is None:
                raise ConnectionDropped(reply.ending.value)
            self._hang_up((client[0], client[1]), reply.ending is Ending.RESET)
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        headers = {"Location": reply.location} if reply.location else None
        await Response(reply.body, reply.status, headers, reply.media_type)(scope, receive, send)

    async def _reply(self, request: Request) -> Reply:
        host = request.headers.get("host", "127.0.0.1")
        if (host if host.endswith("]") else host.rpartition(":")[0] or host) not in HOSTS:
            return json_reply({"error": "沙箱只供本机使用。"}, 421)
        try:
            call = await _read(request)
        except ApiError as error:
            return json_reply(error.envelope(request.url.path), http_status(error.code))
        try:
            return self._sandbox.answer(call)
        except Exception:
            _LOG.exception("%s %s", call.method, call.path)
            return json_reply(ApiError(10001).envelope(call.path), 500)


async def _read(request: Request) -> Call:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise ApiError(10018)
    headers = {name: value for name, value in request.headers.items() if name in ("content-type", "authorization")}
    peer = request.client.host if request.client else "127.0.0.1"
    return read_call(request.method, request.url.path, request.scope["query_string"], headers, bytes(body), peer)


async def _still_there(request: Request, wait: float) -> bool:
    """Wait; say whether the caller waited as well."""
    gone = asyncio.ensure_future(request.receive())
    done, _ = await asyncio.wait({gone}, timeout=wait)
    gone.cancel()
    return not done
