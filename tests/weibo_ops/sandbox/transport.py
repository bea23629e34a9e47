"""The sandbox as an httpx transport: no network, no waiting, and the time that the test says."""

from __future__ import annotations

import httpx

from weibo_ops.sandbox.codes import ApiError, http_status
from weibo_ops.sandbox.core import Sandbox
from weibo_ops.sandbox.wire import Ending, json_reply, read_call


class SandboxTransport(httpx.BaseTransport):
    """Answers as the served sandbox does; who would wait longer than the read timeout gets it at once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        try:
            call = read_call(request.method, url.path, url.query, dict(request.headers), request.read())
        except ApiError as error:
            reply = json_reply(error.envelope(url.path), http_status(error.code))
        else:
            reply = self.sandbox.answer(call)
        patience = request.extensions.get("timeout", {}).get("read")
        if reply.wait and (patience is not None and reply.wait >= patience):
            raise httpx.ReadTimeout("timed out", request=request)
        if reply.ending is Ending.RESET:
            raise httpx.ReadError("Connection reset by peer", request=request)
        if reply.ending is Ending.CLOSE:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        headers = {"Content-Type": reply.media_type, **({"Location": reply.location} if reply.location else {})}
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)
