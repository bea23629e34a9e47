"""A server that misbehaves over a real socket, in one way per connection."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, bytes], None]


@dataclass
class Hostile:
    """What came in, and where."""

    url: str
    requests: list[bytes] = field(default_factory=list)


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole HTTP answer."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def says(body: bytes, status: str = "200 OK") -> Behaviour:
    """Answer properly."""

    def act(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(answer(body, status))

    return act


def resets(connection: socket.socket, _request: bytes) -> None:
    """Break the connection off hard."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up(_connection: socket.socket, _request: bytes) -> None:
    """Close without a word."""


def breaks_off(connection: socket.socket, _request: bytes) -> None:
    """Close in the middle of the answer."""
    connection.sendall(answer(b'{"idstr":"1"}')[:-5])


def is_silent(connection: socket.socket, _request: bytes) -> None:
    """Never answer; the caller's patience ends first."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def talks_nonsense(connection: socket.socket, _request: bytes) -> None:
    """Answer with what is no HTTP."""
    connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")


@contextmanager
def hostile(*behaviours: Behaviour, keep: bool = False) -> Iterator[Hostile]:
    """Serve one behaviour per connection, the last for ever; with ``keep``, several requests on one connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen = Hostile(f"http://127.0.0.1:{listener.getsockname()[1]}")
    waiting = list(behaviours)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while request := _request(connection):
                    seen.requests.append(request)
                    act = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                    with contextlib.suppress(OSError):
                        act(connection, request)
                    if not keep:
                        break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _request(connection: socket.socket) -> bytes:
    connection.settimeout(5)
    got = b""
    with contextlib.suppress(OSError):
        while b"\r\n\r\n" not in got:
            part = connection.recv(65536)
            if not part:
                return b""
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            part = connection.recv(65536)
            if not part:
                break
            body += part
            got += part
    return got
