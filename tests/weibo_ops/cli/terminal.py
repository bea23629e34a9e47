"""The program run as a person runs it, inside the test's own process: words in; exit code, stdout and stderr out."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

TRANSLATED = {
    "verified",
    "severity",
    "platform",
    "outcome",
    "sentiment",
    "uncertain",
    "due",
    "label",
    "on_time_rate",
    "share",
}
"""Columns that a table says in Chinese or in percent: the same word for the same value."""


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

    out, err = io.TextIOWrapper(io.BytesIO(), "ascii"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    given = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), "ascii")
    words = ["weibo-ops", "--home", str(home), *map(str, arguments)]
    with mock.patch.multiple(sys, argv=words, stdin=given, stdout=out, stderr=err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        out.flush()
    err.flush()
    return Done(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))


def table(text: str) -> list[dict[str, str]]:
    """Read a printed table back by the widths of its rule; cells are known by their titles."""
    from rich.cells import cell_len

    if text == "无数据\n":
        return []
    head, rule, *body = text.splitlines()
    spans = [(match.start(), match.end()) for match in re.finditer(r"-+", rule)]

    def cells(line: str) -> list[str]:
        found: list[list[str]] = [[] for _ in spans]
        at = number = 0
        for character in line:
            while number < len(spans) - 1 and at >= spans[number][1] + 2:
                number += 1
            found[number].append(character)
            at += cell_len(character)
        return ["".join(cell).strip() for cell in found]

    return [dict(zip(cells(head), cells(line), strict=True)) for line in body]


def hold_the_three_formats_together(words: list[str], titles: dict[str, str], home: Path) -> list[dict[str, Any]]:
    """Check that table, JSON and CSV of a listing command say the same, row by row; return the JSON.

    Args:
        words: the command; a table's limit is taken off by ``--limit`` where it has one.
        titles: column → title of the table.
        home: where to run it.
    """
    listed = run(*words, "--format", "json", home=home).json
    spread = run(*words, "--format", "csv", home=home).csv
    assert len(listed) == len(spread)
    for as_json, as_csv in zip(listed, spread, strict=True):
        assert list(as_json) == list(as_csv)
        for name, value in as_json.items():
            assert as_csv[name].removeprefix("'") == _in_csv(value).removeprefix("'"), (words, name)
    limit = ["--limit", str(len(listed) + 1)] if "--limit" in run(*words, "-h", home=home).out else []
    printed = table(run(*words, *limit, home=home).out)
    assert len(printed) == len(listed)
    by_title = {title: name for name, title in titles.items()}
    words_for: dict[tuple[str, str], str] = {}
    for as_json, as_table in zip(listed, printed, strict=True):
        for title, cell in as_table.items():
            name = by_title[title]
            value = as_json[name]
            shown = " ".join(_in_csv(value).split()) or "-"
            if isinstance(value, bool) and cell == ("是" if value else "否"):
                continue
            if isinstance(value, float) and not cell.endswith("%"):
                assert float(cell) == pytest.approx(value, abs=5e-5)
                continue
            if (" ".join(cell.split()) or "-") != shown:
                key = (name, str(value))
                assert words_for.setdefault(key, cell) == cell, f"{words}: {title} shows {cell} for {value}"
    changed = {name for name, _ in words_for}
    assert changed <= TRANSLATED, f"{words}: {changed}"
    return list(listed)


def _in_csv(value: Any) -> str:
    from weibo_ops.kernel.text import defuse

    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ";".join(map(_in_csv, value))
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00", text):
        return text[:19].replace("T", " ")
    return defuse(text)
