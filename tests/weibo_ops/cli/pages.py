"""A page of the guide run as it stands: a real shell reads its ``sh`` blocks; ``weibo-ops`` runs in the test's process.

A process of its own for each of some eighty commands would take minutes. The stand-in for the platform, which a page
starts in the background, answers on a port of this machine from a thread of the test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.weibo_ops.cli.terminal import run

_CALLER = """#!{python} -SE
import json, os, socket, sys, time
line = socket.socket(socket.AF_UNIX)
line.connect({address!r})
stream = line.makefile("rwb")
given = [sys.argv[1:], os.environ["WEIBO_OPS_HOME"], sys.stdin.buffer.read().decode("utf-8", "surrogateescape")]
stream.write(json.dumps(given).encode() + b"\\n")
stream.flush()
code, out, err = json.loads(stream.readline())
sys.stdout.buffer.write(out.encode())
sys.stderr.buffer.write(err.encode())
if code is None:
    # It goes on in the background: it is over when it is ended, or when the page is.
    sys.stdout.flush()
    for number in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    shell = os.getppid()
    while os.getppid() == shell:
        time.sleep(0.05)
sys.exit(code or 0)
"""


@dataclass
class Played:
    """How a page ended: exit code, what was printed, and each command with its exit code, output and narration."""

    code: int = 0
    out: str = ""
    err: str = ""
    commands: list[tuple[Sequence[str], int, str, str]] = field(default_factory=list)

    def said(self, *words: str) -> list[str]:
        """The narration of every command that began with these words."""
        return [err for given, _, _, err in self.commands if tuple(given[: len(words)]) == words]


def blocks(page: Path) -> str:
    """The ``sh`` blocks of a page, one under another."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S))


def play(script: str, folder: Path, today: date, wait: Callable[[float], None] | None = None) -> Played:
    """Run a script in a folder with bash, ending at the first command that fails.

    Args:
        script: what bash reads.
        folder: where it runs, and where it finds ``weibo-ops``.
        today: what ``date`` says.
        wait: called with the seconds of each ``sleep`` in the place of sleeping, where time is the test's.
    """
    played = Played()
    background = ExitStack()
    here = folder / "bin"
    here.mkdir()
    address = str(here / "s")

    class Listener(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            words, home, stdin = json.loads(self.rfile.readline())
            if words[0] == "sleep":
                assert wait is not None
                wait(float(words[1]))
                self.wfile.write(b'[0, "", ""]\n')
                return
            if words[0] == "sandbox":
                address = background.enter_context(_sandbox(folder / words[words.index("--data") + 1]))
                self.wfile.write(json.dumps([None, f"{address}\n", ""]).encode() + b"\n")
                return
            done = run(*words, home=folder / home, stdin=stdin.encode("utf-8", "surrogateescape"))
            played.commands.append((words, done.code, done.out, done.err))
            self.wfile.write(json.dumps([done.code, done.out, done.err]).encode() + b"\n")

    caller = here / "weibo-ops"
    caller.write_text(_CALLER.format(python=sys.executable, address=address), "utf-8")
    caller.chmod(0o700)
    if wait is not None:
        pause = here / "sleep"
        pause.write_text('#!/bin/sh\nexec weibo-ops sleep "$1" </dev/null\n', "utf-8")
        pause.chmod(0o700)
    clock = here / "date"
    clock.write_text(f"#!/bin/sh\necho {today}\n", "utf-8")
    clock.chmod(0o700)
    bash = shutil.which("bash")
    assert bash is not None
    environment: dict[str, Any] = {"PATH": f"{here}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    with socketserver.UnixStreamServer(address, Listener) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            done = subprocess.run(
                [bash, "-euo", "pipefail", "-c", script],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        finally:
            server.shutdown()
            thread.join()
            background.close()
    played.code, played.out, played.err = done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    return played


@contextmanager
def _sandbox(data: Path) -> Iterator[str]:
    """The stand-in for the platform, with the test's clock; yields its address."""
    from weibo_ops.sandbox.server import running
    from weibo_ops.sandbox.store import open_store

    with closing(open_store(data)) as store, running(store) as address:
        yield address
