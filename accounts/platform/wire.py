"""One HTTP call to the platform and what became of it: the only place where bytes leave the house.

Whether a call that broke off may have been carried out is decided here. It is called not sent only when both say so:
the kind of failure (no connection, no place in the pool) and the transport itself (it never began to write the
request). Whatever else goes wrong, nobody knows, and a post that nobody knows of is never sent again unseen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import stamina
import stamina.instrumentation

from accounts.platform.addresses import base_address, on_this_machine
from accounts.platform.errors import ErrorClass, PlatformError, classify, error_code, tidy
from accounts.platform.replies import read_body, text_of, usable_token

# Stamina would tell of each retry on standard output, where data goes.
stamina.instrumentation.set_on_retry_hooks(())

LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of an answer that are read; two hundred comments with their posts are a quarter of it."""
IDLE_SECONDS = 4.0
"""How long a connection is kept for the next call; servers close theirs after five seconds or more."""
NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
    httpx.InvalidURL,
)
"""Failures before a request is written. Every other one may come after it."""


@dataclass(frozen=True)
class ReadRetry:
    """How often a call that changes nothing is tried in all, and how many seconds lie before the second try."""

    attempts: int = 2
    wait: float = 0.5


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        method: ``GET`` or ``POST``.
        url: whole address.
        api: short name of the call, e.g. ``statuses/share``.
        fields: parameters, encoded once; None leaves one out.
        token: of the account; it travels in a header, never in an address.
        picture: bytes and media type, sent as multipart.
        write: it may change something.
        deleting: what is gone already counts as done.
        secrets: values that must not come back in an error.
    """

    method: str
    url: str
    api: str
    fields: Mapping[str, str | int | None] = field(repr=False)
    token: str = field(default="", repr=False)
    picture: tuple[bytes, str] | None = field(default=None, repr=False)
    write: bool = False
    deleting: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)


Gate = Callable[[Call], None]
"""Asked before each call, also before a second try; it refuses by raising."""


class Wire:
    """One HTTP client for all calls; a connection is kept for the next."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float,
        transport: httpx.BaseTransport | None = None,
        retry: ReadRetry | None = None,
    ) -> None:
        self.base = base_address(base_url)
        self._patience = 3 * timeout
        self._retry = retry or ReadRetry()
        local = on_this_machine(httpx.URL(self.base).host)
        limits = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=IDLE_SECONDS)
        if transport is None and local:
            # A proxy of the environment has no business between this machine and itself.
            transport = httpx.HTTPTransport(retries=0, limits=limits, trust_env=False)
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(timeout),
            limits=limits,
            follow_redirects=False,
            trust_env=not local,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "weibo-ops"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(self, call: Call, gate: Gate | None = None) -> Any:
        """Make a call and return the JSON value of its answer; a call that only reads may be tried again.

        Raises:
            PlatformError: it did not succeed, or the gate refused.
        """
        try:
            return self._once(call, gate) if call.write else self._again(call, gate)
        except _Refused as refusal:
            raise refusal.fault from refusal.fault.__cause__

    def _again(self, call: Call, gate: Gate | None) -> Any:
        attempts = stamina.retry_context(
            on=_worth_another_try,
            attempts=self._retry.attempts,
            timeout=None,
            wait_initial=self._retry.wait,
            wait_max=self._retry.wait * 4,
            wait_jitter=0,
        )
        for attempt in attempts:
            with attempt:
                return self._once(call, gate)
        raise AssertionError("stamina returns or raises")

    def _once(self, call: Call, gate: Gate | None) -> Any:
        request = self._request(call)
        if gate is not None:
            try:
                gate(call)
            except PlatformError as fault:
                raise _Refused(fault) from None
        began = False

        def watch(event: str, info: Mapping[str, Any]) -> None:
            nonlocal began
            if event.endswith("send_request_headers.started"):
                # A proxy is asked to open a tunnel before anything goes to the platform.
                began = began or getattr(info.get("request"), "method", b"") != b"CONNECT"

        request.extensions["trace"] = watch
        try:
            status, body = self._exchange(request)
        except _TooMuch as fault:
            raise PlatformError(ErrorClass.UNKNOWN, None, str(fault), fault.status) from None
        except NEVER_CONNECTED as fault:
            if began:
                raise PlatformError(ErrorClass.UNKNOWN, None, _kind(fault)) from fault
            raise PlatformError(ErrorClass.NOT_SENT, None, _kind(fault), sent=False) from fault
        except Exception as fault:
            raise PlatformError(ErrorClass.UNKNOWN, None, _kind(fault)) from fault
        return _judged(call, status, body)

    def _request(self, call: Call) -> httpx.Request:
        if call.token and not usable_token(call.token):
            raise PlatformError(ErrorClass.REAUTH, None, "令牌不可用", sent=False)
        headers = {"Authorization": f"OAuth2 {call.token}"} if call.token else {}
        fields = {name: str(value) for name, value in call.fields.items() if value is not None}
        try:
            for value in fields.values():
                value.encode("utf-8")
        except UnicodeEncodeError:
            raise PlatformError(ErrorClass.CONTENT_REJECTED, None, "文字中有不能发送的字符", sent=False) from None
        if call.method == "GET":
            return self._client.build_request("GET", call.url, params=fields, headers=headers)
        if call.picture is None:
            return self._client.build_request("POST", call.url, data=fields, headers=headers)
        content, kind = call.picture
        files = {"pic": (f"pic.{kind.rpartition('/')[2]}", content, kind)}
        return self._client.build_request("POST", call.url, data=fields, files=files, headers=headers)

    def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        give_up = time.monotonic() + self._patience
        answer = self._client.send(request, stream=True)
        try:
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise _TooMuch("答复过大", answer.status_code)
                if time.monotonic() > give_up:
                    raise _TooMuch("答复过慢", answer.status_code)
            return answer.status_code, bytes(body)
        finally:
            answer.close()


class _TooMuch(Exception):
    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class _Refused(Exception):
    """What the gate said no with; it is not asked again."""

    def __init__(self, fault: PlatformError) -> None:
        super().__init__()
        self.fault = fault


def _worth_another_try(fault: Exception) -> bool:
    return isinstance(fault, PlatformError) and (
        fault.error_class in (ErrorClass.NOT_SENT, ErrorClass.RETRY_LATER)
        or (fault.error_class is ErrorClass.UNKNOWN and fault.code is None)
    )


def _kind(fault: Exception) -> str:
    """Name a failure; what it says may hold an address."""
    return type(fault).__name__


def _judged(call: Call, status: int, body: bytes) -> Any:
    answer = read_body(body)
    value = answer.value
    if isinstance(value, Mapping):
        code, said = value.get("error_code"), text_of(value.get("error"))
        if code not in (None, 0, "", "0") or said:
            name = tidy(said, (call.token, *call.secrets))
            more = tidy(text_of(value.get("error_description")), (call.token, *call.secrets))
            kind = classify(code, status, name, write=call.write, deleting=call.deleting)
            words = f"{name} {more}" if more and more != name else name
            sent = None if kind is ErrorClass.UNKNOWN else True
            raise PlatformError(kind, error_code(code), words, status, sent)
    if value is None or not answer.clean or not 200 <= status < 300:
        raise PlatformError(classify(None, status, write=call.write), None, "答复不是约定的格式", status)
    return value
