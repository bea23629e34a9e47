"""A page of the guide run as it stands: a real shell reads its ``sh`` blocks; ``weibo-ops`` runs in the test's process.

A process of its own for each of some eighty commands would take minutes.
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
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.weibo_ops.cli.terminal import run

_CALLER = """#!{python} -SE
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({address!r})
stream = line.makefile("rwb")
given = [sys.argv[1:], os.environ["WEIBO_OPS_HOME"], sys.stdin.buffer.read().decode("utf-8", "surrogateescape")]
stream.write(json.dumps(given).encode() + b"\\n")
stream.flush()
code, out, err = json.loads(stream.readline())
sys.stdout.buffer.write(out.encode())
sys.stderr.buffer.write(err.encode())
sys.exit(code)
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


def play(script: str, folder: Path, today: date) -> Played:
    """Run a script in a folder with bash, ending at the first command that fails; ``date`` says it is that day."""
    played = Played()
    here = folder / "bin"
    here.mkdir()
    address = str(here / "s")

    class Listener(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            words, home, stdin = json.loads(self.rfile.readline())
            done = run(*words, home=folder / home, stdin=stdin.encode("utf-8", "surrogateescape"))
            played.commands.append((words, done.code, done.out, done.err))
            self.wfile.write(json.dumps([done.code, done.out, done.err]).encode() + b"\n")

    caller = here / "weibo-ops"
    caller.write_text(_CALLER.format(python=sys.executable, address=address), "utf-8")
    caller.chmod(0o700)
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
    played.code, played.out, played.err = done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    return played
