"""One small invented city, imported once, for every test that only reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import exports
from tests.weibo_ops.cli.desk import Desk
from tests.weibo_ops.cli.terminal import run

DAY = "2026-07-{:02d} {:02d}:{:02d}:00"
SECOND = "云麓供水"
HOSTILE = (
    "\x1b[31m红\x1b[0m\x07 [bold]粗[/bold] \u202e反",
    '=HYPERLINK("http://x.example","点我")',
    "\t@SUM(1+1)",
    "长" * 12_000,
    '逗号,"引号"\n换行;分号',
    "\x9b31m八位控制",
)


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seventy posts and some hundred comments: answered, late, waiting, thanked, hostile, at year's end.

    A second account is registered, was observed without certification, and nothing of it was exported.
    """
    posts = [
        exports.post(n, DAY.format(1 + n // 3, 9, n % 60), "联系电话13800138000" if n == 3 else f"公告{n}", "4")
        for n in range(70)
    ]
    posts[5][2] = HOSTILE[0]
    posts[6][2] = HOSTILE[1]
    posts.append(exports.post(70, "2026-12-31 16:00:00", "年末公告", "1"))
    comments = [exports.comment(900 + n, n, DAY.format(25, 10, n), f"路人{n}", text) for n, text in enumerate(HOSTILE)]
    comments[0][3] = "=山\x1b民"
    for n in range(40):
        asked = exports.comment(10 * n, n, DAY.format(26, 9, n), f"山民{n}", "请问周六政务大厅几点上班吗")
        reply = exports.comment(
            10 * n + 1, n, DAY.format(26, 9 if n % 2 else 15, 50), exports.NAME, f"回复@山民{n}:周六上午九点上班。"
        )
        thanks = exports.comment(10 * n + 2, n, DAY.format(27, 9, n), f"山民{n}", f"回复@{exports.NAME}:谢谢")
        comments += [asked, *([reply, thanks] if n % 4 < 3 else [])]
    comments.append(exports.comment(800, 0, DAY.format(28, 9, 0), "山民0", f"回复@{exports.NAME}:还是没有开门"))
    comments.append(exports.comment(801, 70, "2026-12-31 16:30:00", "雪客", "请问元旦窗口上班吗"))
    folder = exports.export(tmp_path_factory.mktemp("export") / "city", posts, comments)
    for file, row in (
        ("roster.csv", [SECOND, "9900000002", "云麓市供水管理局", "供水", "市", "云麓市"]),
        ("users.csv", ["9900000002", SECOND, "0", "", "0", "", "False", "-1", ""]),
    ):
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write(",".join(row) + "\r\n")
    return folder


@pytest.fixture(scope="session")
def city(export: Path) -> Path:
    """The home into which it was imported and evaluated; read it only."""
    home = export.parent / "home"
    assert run("import", export, home=home).code == 0
    assert run("evaluate", "run", "--period", "2026Q3", home=home).code == 0
    return home


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A newsroom of its own, whose people type commands."""
    made = Desk(tmp_path / "home")
    yield made
    made.app.close()
