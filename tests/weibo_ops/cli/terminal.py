"""The program run as a person runs it, inside the test's own process: words in; exit code, stdout and stderr out."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out, newline="")))


def run(*arguments: str | Path, home: Path, stdin: bytes | None = b"") -> Done:
    """Run ``weibo-ops --home HOME ARGUMENTS``; ``stdin`` None means that it is closed."""
    from weibo_ops.cli import main

    streams = {"stdout": io.TextIOWrapper(io.BytesIO(), "ascii"), "stderr": io.TextIOWrapper(io.BytesIO(), "utf-8")}
    given = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), "ascii")
    words = ["weibo-ops", "--home", str(home), *map(str, arguments)]
    with mock.patch.multiple(sys, argv=words, stdin=given, **streams):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        for stream in streams.values():
            stream.flush()
    out, err = (stream.detach().getvalue().decode("utf-8") for stream in streams.values())
    return Done(code, out, err)
