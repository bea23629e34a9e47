"""``import`` on the command line: counts by kind for scripts, rejects with file, line and reason for people."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sentiment.intake.layouts import Reason
from tests import exports
from tests.weibo_ops.cli.terminal import run

KINDS = ["roster", "posts", "comments", "users"]
AT = "2026-07-01 10:00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return exports.export(
        tmp_path / "export",
        [exports.post(1, "2026-07-01 09:00:00"), exports.post(1, "2026-07-01 09:00:00")],
        [
            exports.comment(1, 1, AT, "山民", "请问周六窗口开门吗?"),
            exports.comment(2, 9, AT, "山民", "孤儿"),
            exports.comment(3, 1, "昨天", "山民", "时间不对"),
            ["=1+1", exports.post_id(1), AT, "山民", "编号不对", "", "0"],
        ],
    )


def test_json_has_the_three_counts_for_each_kind(folder: Path, tmp_path: Path) -> None:
    done = run("import", folder, "--format", "json", home=tmp_path / "home")
    assert done.code == 0
    assert list(done.json) == KINDS
    assert {kind: (row["imported"], row["unchanged"], row["rejected"]) for kind, row in done.json.items()} == {
        "roster": (1, 0, {}),
        "posts": (1, 1, {}),
        "comments": (1, 0, {"bad_id": 1, "bad_time": 1, "unknown_post": 1}),
        "users": (1, 0, {}),
    }
    again = run("import", folder, "--format", "json", home=tmp_path / "home").json
    assert {kind: (row["imported"], row["updated"], row["unchanged"]) for kind, row in again.items()} == {
        "roster": (0, 0, 1),
        "posts": (0, 0, 2),
        "comments": (0, 0, 1),
        "users": (0, 0, 1),
    }


def test_every_row_of_a_file_is_counted_once(folder: Path, tmp_path: Path) -> None:
    counts = run("import", folder, "--format", "json", home=tmp_path / "home").json
    for kind, file in zip(KINDS, ("roster", exports.UID, f"{exports.NAME}_comments", "users"), strict=True):
        rows = len((folder / f"{file}.csv").read_text("utf-8-sig").splitlines()) - 1
        row = counts[kind]
        assert row["imported"] + row["updated"] + row["unchanged"] + sum(row["rejected"].values()) == rows


def test_table_and_csv_tell_the_same_counts(folder: Path, tmp_path: Path) -> None:
    counts = run("import", folder, "--format", "json", home=tmp_path / "a").json
    listed = run("import", folder, "--format", "csv", home=tmp_path / "b").csv
    table = run("import", folder, home=tmp_path / "c").out.splitlines()[2:]
    for row, line, count in zip(listed, table, counts.values(), strict=True):
        numbers = [count["imported"], count["updated"], count["unchanged"], sum(count["rejected"].values())]
        assert [int(row[name]) for name in ("imported", "updated", "unchanged", "rejected")] == numbers
        assert [int(cell) for cell in line.split()[1:5]] == numbers
        assert row["kind"] == line.split()[0]
        for reason, rows in count["rejected"].items():
            assert f"{Reason(reason).label} {rows}" in row["reasons"]


def test_rejects_are_kept_as_csv_with_file_line_and_reason(folder: Path, tmp_path: Path) -> None:
    done = run("import", folder, "--rejects", tmp_path / "left.csv", "--format", "csv", home=tmp_path / "home")
    assert "3 行未导入" in done.err
    assert str(tmp_path / "left.csv") in done.err
    data = (tmp_path / "left.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheet programs need the mark"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    file = f"{exports.NAME}_comments.csv"
    assert [(row["file"], row["line"], row["reason"]) for row in rows] == [
        (file, "3", "unknown_post"),
        (file, "4", "bad_time"),
        (file, "5", "bad_id"),
    ]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_place_for_rejects_that_cannot_be_written_is_the_environments_fault(folder: Path, tmp_path: Path) -> None:
    done = run("import", folder, "--rejects", tmp_path / "no" / "left.csv", home=tmp_path / "home")
    assert done.code == 3
    assert "无法写入" in done.err
    assert "下一步" in done.err
    assert run("import", folder, "--format", "json", home=tmp_path / "home").json["comments"]["unchanged"] == 1


def test_what_was_not_recognised_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "说明.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert "说明.csv" in run("import", folder, home=tmp_path / "home").err


@pytest.mark.parametrize("place", ["nowhere", "file.txt", "empty", ""])
def test_no_folder_no_files_no_argument_is_wrong_use(tmp_path: Path, place: str) -> None:
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    done = run("import", *([tmp_path / place] if place else []), home=tmp_path / "home")
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("未完成:")
    assert "下一步:" in done.err
    assert done.err.count("\n") == 1


def test_checks_follow_an_import(folder: Path, tmp_path: Path) -> None:
    run("import", folder, home=tmp_path / "home")
    actions = json.dumps(run("audit", "verify", "--format", "json", home=tmp_path / "home").json)
    assert '"entries": 4' in actions, "standards, import, scan, check"
