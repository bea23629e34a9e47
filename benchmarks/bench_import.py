"""Import of comments against raw ``executemany`` of the same rows into the same table, in one run.

Usage: ``python benchmarks/bench_import.py [COMMENTS]`` (default 40,000). The export is generated; nothing is asserted.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.settings import load_settings
from tests import exports
from weibo_ops.bootstrap import Application

# fmt: off
WORDS = [
    "请问", "周六", "窗口", "上班", "吗", "路灯", "坏了", "没人修", "谢谢", "今天", "天气",
    "真好", "公交", "班次", "建议", "增加", "噪音", "太大", "办理", "材料", "小区", "门口",
]
# fmt: on


def make_export(folder: Path, comments: int) -> Path:
    """Write an export of one account: a post for every forty comments, a reply for every fifth comment."""
    dice = random.Random(7)
    start = datetime(2026, 1, 5, 9)  # noqa: DTZ001
    posts = comments // 40 + 1
    rows = []
    for number in range(comments):
        at = str(start + timedelta(minutes=number))
        if number % 5 == 4:
            rows.append(
                exports.comment(number, number // 40, at, exports.NAME, f"回复@网民{number - 1}:您好,已转办理。")
            )
        else:
            rows.append(exports.comment(number, number // 40, at, f"网民{number}", "".join(dice.choices(WORDS, k=12))))
    return exports.export(folder, [exports.post(n, str(start + timedelta(minutes=40 * n))) for n in range(posts)], rows)


def raw_seconds(source: Path, target: Path) -> float:
    """Copy the stored comments into an empty table with the same indexes; return the seconds of the insert alone."""
    with sqlite3.connect(source) as filled:
        rows = filled.execute("SELECT * FROM comments").fetchall()
        schema = [
            sql
            for (sql,) in filled.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'comments' AND sql IS NOT NULL"
            )
        ]
    with sqlite3.connect(target) as empty:
        empty.execute("PRAGMA journal_mode=WAL")
        for sql in schema:
            empty.execute(sql)
        started = time.perf_counter()
        empty.executemany(f"INSERT INTO comments VALUES ({','.join('?' * len(rows[0]))})", rows)
        empty.commit()
        return time.perf_counter() - started


def main() -> None:
    """Print rows per second of both and their ratio."""
    comments = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export = make_export(folder / "export", comments)
        app = Application.open(load_settings(folder / "home"))
        started = time.perf_counter()
        app.intake.import_folder(app.actor, export)
        ours = time.perf_counter() - started
        app.close()
        raw = raw_seconds(folder / "home" / "weibo-ops.db", folder / "raw.db")
    print(f"import, all of it: {comments} comments in {ours:.2f} s = {comments / ours:,.0f} rows/s")
    print(f"raw executemany: {raw:.2f} s = {comments / raw:,.0f} rows/s; ratio {raw / ours:.3f}")


if __name__ == "__main__":
    main()
