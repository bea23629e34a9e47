"""The stand-in on a port of this machine (uvicorn), in the foreground or in a thread."""

from __future__ import annotations

import ipaddress
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from weibo_ops.kernel.clock import Clock, SystemClock
from weibo_ops.kernel.errors import EnvironmentFault, UsageError
from weibo_ops.sandbox.app import make_app
from weibo_ops.sandbox.faults import Faults
from weibo_ops.sandbox.store import Store

_START_SECONDS = 20.0
_GRACE_SECONDS = 1
_IDLE_SECONDS = 600
"""How long an idle connection stays open: a pool that finds it closed would take that for a fault it was not given."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket on this machine; port 0 takes a free one.

    Raises:
        UsageError: the host is another than this machine's own.
        EnvironmentFault: the port is taken.
    """
    try:
        own = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        own = None
    if own is None or not own.is_loopback:
        raise UsageError(f"沙箱只在本机提供服务,不能使用“{host[:60]}”。", next_step="请使用 127.0.0.1。")
    family = socket.AF_INET6 if own.version == 6 else socket.AF_INET
    # Without the protocol's name asyncio leaves small packets waiting for one another: 40 ms in every answer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((str(own), port))
        made.listen(512)
    except (OSError, OverflowError) as fault:
        made.close()
        raise EnvironmentFault(f"端口 {port} 不可用。", next_step="请换一个端口,或用 --port 0 自动选取。") from fault
    return made


def address_of(listening: socket.socket) -> str:
    """Return the address under which a socket is reached."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    listening: socket.socket,
    store: Store,
    faults: Faults,
    clock: Clock | None = None,
    *,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Answer until SIGINT or SIGTERM; ``ready`` is called as soon as calls are accepted."""
    _Server(store, faults, clock or SystemClock(), ready).run([listening])


@contextmanager
def running(store: Store, faults: Faults | None = None, clock: Clock | None = None) -> Iterator[str]:
    """Answer from a thread on a free port for the length of a block; yields the address.

    Raises:
        EnvironmentFault: it did not start.
    """
    listening = bind("127.0.0.1", 0)
    started = threading.Event()
    server = _Server(store, faults or Faults(), clock or SystemClock(), started.set)
    thread = threading.Thread(target=server.run, args=([listening],), name="sandbox", daemon=True)
    address = address_of(listening)
    thread.start()
    try:
        if not started.wait(_START_SECONDS):
            raise EnvironmentFault("沙箱未能启动。")
        yield address
    finally:
        server.should_exit = True
        thread.join()


class _Server(uvicorn.Server):
    """uvicorn that tells when it is ready, can hang up on a peer, and ends without raising its signal again."""

    def __init__(self, store: Store, faults: Faults, clock: Clock, ready: Callable[[], None]) -> None:
        peers: dict[tuple[str, int], Any] = {}
        app: ASGIApp = make_app(store, clock, faults, hang_up=_hanging_up(peers))
        super().__init__(
            uvicorn.Config(
                app,
                http=_protocol(peers),
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept calls, then say so."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as the wish to stop, and put back what handled them before."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _protocol(peers: dict[tuple[str, int], Any]) -> type[H11Protocol]:
    class Known(H11Protocol):
        """Keeps the connection of every peer within reach of the application."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._peer = tuple(transport.get_extra_info("peername")[:2])
            peers[self._peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            peers.pop(self._peer, None)
            super().connection_lost(exc)

    return Known


def _hanging_up(peers: dict[tuple[str, int], Any]) -> Callable[[tuple[str, int], bool], None]:
    def hang_up(peer: tuple[str, int], reset: bool) -> None:
        transport = peers.get(peer)
        if transport is None:
            return
        if reset:
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()

    return hang_up
