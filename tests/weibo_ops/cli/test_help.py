"""The door itself: help, wrong use, exit codes, locales, closed streams and pipes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tests import exports
from tests.conftest import ROOT
from tests.weibo_ops.cli.terminal import run
from weibo_ops.cli import app, common

AT = "2026-07-01 10:00:00"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    rows = [exports.comment(number, 1, AT, f"山民{number}", "请问周六窗口开门吗?" * 40) for number in range(900)]
    exports.export(folder / "export", [exports.post(1, "2026-07-01 09:00:00")], rows)
    assert run("import", folder / "export", home=folder / "home").code == 0
    return folder / "home"


def commands(group: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by its words."""
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield *words, name


COMMANDS = sorted(commands())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_chinese(words: tuple[str, ...], tmp_path: Path) -> None:
    for flag in ("-h", "--help"):
        done = run(*words, flag, home=tmp_path / "home")
        assert done.code == 0
        assert re.search(r"[\u4e00-\u9fff]{4}", done.out)
    assert not (tmp_path / "home").exists(), "help opens nothing"


@pytest.mark.parametrize(
    ("words", "said", "next_step"),
    [
        (["nope"], "没有“nope”这个命令", "weibo-ops -h"),
        (["accont", "list"], "没有“accont”这个命令", "是否为“account”"),
        (["account", "lst"], "没有“lst”这个命令", "是否为“list”"),
        (["account", "list", "--nope"], "没有“--nope”这个选项", "weibo-ops account list -h"),
        (["post", "list", "--formt", "csv"], "没有“--formt”这个选项", "是否为“--format”"),
        (["account", "list", "extra"], "多出了“extra”", "-h"),
        (["response", "show"], "缺少“comment_id”", "-h"),
        (["evaluate", "run"], "缺少“--period”", "-h"),
        (["post", "list", "--limit"], "“--limit”后面要有值", "-h"),
        (["comment", "list", "--due=yes"], "“--due”后面不带值", "-h"),
        (["post", "list", "--limit", "0"], "“--limit”的值不合要求", "-h"),
        (["post", "list", "--limit", "x"], "“--limit”的值不合要求", "-h"),
        (["evaluate", "show", "x"], "“RUN”的值不合要求", "-h"),
        (["post", "list", "--format", "xml"], "“--format”的值不合要求", "table、json、csv"),
        (["--home"], "", "-h"),
        (["post", "observed", "--period", "2026Q9"], "统计周期“2026Q9”无法识别", "2026Q3"),
        (["response", "list", "--as-of", "昨天"], "时间“昨天”无法识别", "2026-09-30"),
        (["response", "list", "--as-of", "2026-02-30"], "日期“2026-02-30”不存在", "年月日"),
        (["response", "list", "--outcome", "bad"], "“bad”", "on_time、late、open、overdue、not_due"),
        (["comment", "list", "--sentiment", "bad"], "“bad”", "negative、neutral、positive"),
        (["account", "findings", "--severity", "bad"], "“bad”", "veto、deduct、advice"),
        (["post", "check", "文字", "--gateway", "bad"], "“bad”", "manual"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_chinese_sentence_and_exit_code_two(
    words: list[str], said: str, next_step: str, home: Path
) -> None:
    done = run(*words, home=home)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("未完成:")
    assert done.err.count("\n") == 1
    assert said in done.err
    assert next_step in done.err.partition("下一步:")[2]
    assert not re.search(r"Traceback|Error|Usage", done.err)


def test_a_group_without_a_command_shows_its_help(home: Path) -> None:
    for words in ([], ["account"]):
        done = run(*words, home=home)
        assert done.code == 2
        assert "list" in done.err or "命令没有写完" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["account", "findings", "--account", "云麓发佈"], "是否为“云麓发布”"),
        (["post", "list", "--account", "没有"], "没有登记"),
        (["post", "observed", "--account", "没有"], "没有登记"),
        (["post", "hits", "--account", "没有"], "没有登记"),
        (["comment", "list", "--account", "没有"], "没有登记"),
        (["comment", "shares", "--account", "没有"], "没有登记"),
        (["response", "list", "--account", "没有"], "没有登记"),
        (["response", "stats", "--account", "没有"], "没有登记"),
        (["response", "show", "1"], "没有编号为 1 的评论"),
        (["evaluate", "show", "99"], "99"),
        (["standard", "show", "respnse"], "是否为“response”"),
    ],
    ids=" ".join,
)
def test_what_does_not_exist_is_refused_with_exit_code_one(words: list[str], said: str, home: Path) -> None:
    done = run(*words, home=home)
    assert done.code == 1
    assert done.out == ""
    assert said in done.err
    assert "下一步:" in done.err


@pytest.mark.parametrize(
    "words",
    [["response", "list"], ["response", "stats"], ["comment", "list"], ["comment", "shares"], ["account", "check"]],
    ids=" ".join,
)
def test_before_anything_was_imported_judgements_are_refused(words: list[str], tmp_path: Path) -> None:
    done = run(*words, home=tmp_path / "home")
    assert (done.code, done.out) == (1, "")
    assert "weibo-ops import" in done.err


@pytest.mark.parametrize(
    "words", [["account", "list"], ["post", "list"], ["post", "observed"], ["todo", "list"], ["post", "hits"]]
)
def test_before_anything_was_imported_lists_are_empty(words: list[str], tmp_path: Path) -> None:
    assert run(*words, home=tmp_path / "home").out == "无数据\n"
    assert run(*words, "--format", "json", home=tmp_path / "home").json == []
    assert run(*words, "--format", "csv", home=tmp_path / "home").out.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "数据库地址无法识别"),
        ("oracel://x/y", "数据库地址无法识别"),
        ("sqlite:////nowhere-at-all/x.db", "数据库无法打开"),
        ("postgresql+psycopg://127.0.0.1:1/x", "数据库无法打开"),
        ("{home}/../damaged.db", "已损坏"),
    ],
)
def test_a_database_that_cannot_be_used_is_exit_code_three(url: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "damaged.db").write_text("这不是数据库" * 100, encoding="utf-8")
    address = url.replace("{home}/..", f"sqlite:///{tmp_path}")
    done = run("--db", address, "account", "list", home=tmp_path / "home")
    assert (done.code, done.out) == (3, "")
    assert said in done.err
    assert "下一步:" in done.err


def test_a_home_or_a_log_that_cannot_be_made_is_exit_code_three(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert "无法建立工作目录" in run("account", "list", home=tmp_path / "file").err
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "logs").write_text("x", encoding="utf-8")
    done = run("account", "list", home=tmp_path / "home")
    assert done.code == 3
    assert "无法写入日志" in done.err


def test_a_settings_file_is_refused_by_key(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('monthly_titel = "x"\n', encoding="utf-8")
    done = run("account", "list", home=tmp_path)
    assert done.code == 2
    assert "monthly_titel" in done.err
    assert "是否为“monthly_title”" in done.err


def test_screens_need_a_terminal(home: Path) -> None:
    for stdin in (b"", None):
        done = run("tui", home=home, stdin=stdin)
        assert (done.code, done.out) == (3, "")
        assert "终端" in done.err


def test_text_is_read_from_stdin_and_none_is_wrong_use(home: Path) -> None:
    assert run("post", "check", home=home, stdin="联系 13800138000".encode()).code == 0
    for stdin in (b"", b" \n", None, b"\xff\xfe\x00"):
        done = run("post", "check", home=home, stdin=stdin)
        assert (done.code, done.out) == (2, "")
        assert "下一步:" in done.err


def test_a_table_of_inputs_on_a_closed_stdin_is_wrong_use(home: Path) -> None:
    for words in (["evaluate", "formula", "ratio", "--inputs", "-"], ["calendar", "working", "--file", "-"]):
        done = run(*words, home=home, stdin=None)
        assert (done.code, done.out) == (2, "")


def process(home: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the program in a process of its own, as a shell without any locale does."""
    given = {"LANG": "C", "LC_ALL": "C", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "weibo_ops", "--home", str(home), *words]
    return subprocess.run(command, env=given, cwd=ROOT, stderr=subprocess.PIPE, check=False, **options)


def test_without_a_locale_and_with_stdin_closed_all_is_utf8(home: Path) -> None:
    done = process(home, "account", "list", stdout=subprocess.PIPE, preexec_fn=lambda: os.close(0))
    assert (done.returncode, done.stderr) == (0, b"")
    assert exports.NAME in done.stdout.decode("utf-8")
    refused = process(home, "account", "lst", stdout=subprocess.PIPE)
    assert "没有“lst”这个命令" in refused.stderr.decode("utf-8")


def test_with_stdout_closed_nothing_is_said_and_nothing_breaks(home: Path) -> None:
    done = process(home, "account", "list", preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", ["account list", "comment list --format csv", "comment list --format json"])
def test_a_reader_that_leaves_early_hears_no_complaint(home: Path, words: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = process(home, *words.split(), stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_command_broken_off_says_that_nothing_is_lost(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sentiment.intake.service.IntakeService.import_folder", interrupt)
    done = run("import", tmp_path, home=home)
    assert done.code == 128 + signal.SIGINT
    assert "可再次运行以继续" in done.err


def test_tables_keep_their_columns_whatever_the_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[common.Row] = [{"a": "中文", "b": 1, "c": "\x1b[31m\n\t"}, {"a": None, "b": 20, "c": True}]
    lines = common.table_text(rows, ["a", "b", "c"], {"a": "甲"}).splitlines()
    assert lines[0].split() == ["甲", "b", "c"]
    assert lines[2].startswith("中文   1  ")
    assert lines[3] == "-     20  是"
    assert "\x1b" not in "".join(lines)


def test_an_error_that_nobody_foresaw_is_one_sentence_and_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr("accounts.service.AccountService.list_accounts", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = run("account", "list", home=tmp_path / "home")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("未完成:程序出错(ZeroDivisionError)")
    (record,) = tmp_path.glob("weibo-ops-*.txt")
    assert str(record) in done.err
    assert "deep inside" in record.read_text("utf-8")
