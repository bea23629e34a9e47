"""An import killed anywhere by the system, even inside a transaction, and run again ends as an undisturbed one does."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import exports
from tests.conftest import ROOT
from tests.sentiment.intake.test_import import business_rows
from weibo_ops.kernel import audit
from weibo_ops.kernel.db import Database

pytestmark = pytest.mark.slow

PEOPLE, POSTS, COMMENTS = 90, 60, 6_000
WORDS = ("请问周六窗口开门吗?", "楼下工地半夜施工太吵", "办事效率高,点赞", "今天天气真好", "建议增加公交班次", "谢谢")

KILLER = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
left = int(sys.argv.pop(1))
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
for name in ("before_cursor_execute", "commit"):
    event.listen(Engine, name, count)
sys.argv[0] = "weibo-ops"
from weibo_ops.cli import main
try:
    main()
finally:
    print("statements", -left, file=sys.stderr)
"""
"""The program with a killer inside: dies at the n-th statement or commit that it sends to the database."""


def generated(folder: Path) -> Path:
    """An export of some thousand rows: questions, replies, thanks, repeated and bad rows."""
    rng = random.Random(20260701)
    comments = []
    for number in range(COMMENTS):
        day, hour, minute = rng.randrange(2, 29), rng.randrange(24), rng.randrange(60)
        at = f"2026-07-{day:02d} {hour:02d}:{minute:02d}:{rng.randrange(60):02d}"
        person = f"山民{rng.randrange(PEOPLE)}"
        post = rng.randrange(POSTS + 1)
        if rng.random() < 0.25:
            comments.append(exports.comment(number, post, at, exports.NAME, f"回复@{person}:您好,已转相关部门。"))
        else:
            comments.append(exports.comment(number, post, at, person, rng.choice(WORDS)))
        if rng.random() < 0.01:
            comments.append(comments[-1])
    return exports.export(
        folder, [exports.post(number, "2026-07-01 09:00:00", comments="9") for number in range(POSTS)], comments
    )


def start(home: Path, folder: Path, kill_at: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the import as a process of its own."""
    program = ["-c", KILLER, str(kill_at)] if kill_at is not None else ["-m", "weibo_ops"]
    return subprocess.run(
        [sys.executable, *program, "--home", str(home), "import", str(folder), "--format", "json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@contextmanager
def opened(home: Path) -> Iterator[Database]:
    db = Database(f"sqlite:///{home / 'weibo-ops.db'}")
    try:
        yield db
    finally:
        db.close()


def result(home: Path) -> dict[str, list[str]]:
    """The business rows; rejects belong to the run log, so each counts once however many runs reported it."""
    with opened(home) as db:
        with db.reading() as session:
            chain = audit.verify(session)
        assert chain.broken_at is None
        assert chain.entries
        rows = business_rows(db)
    return {**rows, "observation_rejects": sorted(set(rows["observation_rejects"]))}


def hold_to(folder: Path, tmp_path: Path, seed: int, points: int) -> None:
    """Kill at seeded points spread over the whole run, some of them twice in a row, and compare."""
    whole = start(tmp_path / "whole", folder, 0)
    assert whole.returncode == 0, whole.stderr
    statements = int(whole.stderr.rpartition("statements")[2])
    expected = result(tmp_path / "whole")
    assert expected["comments"]
    rng = random.Random(seed)
    for number in range(points):
        home = tmp_path / f"killed{number}"
        stretch = statements / points
        kill_at = max(1, round(stretch * (number + rng.random())))
        assert start(home, folder, kill_at).returncode == -signal.SIGKILL, f"at {kill_at} of {statements}"
        if number % 2:
            start(home, folder, rng.randrange(1, statements // 2))
        again = start(home, folder)
        assert again.returncode == 0, again.stderr
        assert result(home) == expected, f"killed at {kill_at} of {statements}"


def test_a_generated_export(tmp_path: Path) -> None:
    hold_to(generated(tmp_path / "export"), tmp_path, seed=1, points=8)


def test_the_city_export(shared: Path, tmp_path: Path) -> None:
    hold_to(shared / "data" / "city_export", tmp_path, seed=2, points=3)
