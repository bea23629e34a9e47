"""Signing in through the door: who is not signed in does nothing, who is does what the roles allow."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.weibo_ops.cli.office import FIRST, SECRET, add, first_day, own_password, sign_in
from tests.weibo_ops.cli.terminal import run
from weibo_ops.cli import app as cli
from weibo_ops.cli import common
from weibo_ops.kernel.errors import SignInRequiredError

OPEN = {
    "init", "login", "logout", "standard show", "standard check", "evaluate formula",
    "calendar working", "account verify", "worker", "doctor", "sandbox",
    "sentiment score", "sentiment train", "sentiment bench",
}  # fmt: skip
"""Signing in, what anybody may ask, and what works on files alone: shipped standards, a calendar, a formula, a text."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_day(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A home with an administrator who is signed in."""
    return Path(shutil.copytree(made, tmp_path / "home"))


MORE = {
    "account check-name": ["x"],
    "calendar working": ["--from", "2026-07-01 09:00", "--to", "2026-07-01 10:00"],
    "post edit": ["--text", "x"],
    "post countersign": ["--code", "x"],
    "template edit": ["--text", "x"],
    "post repeat": ["--every", "每日", "--at", "09:00"],
    "relay issue": ["--due", "2026-10-12 18:00"],
}
"""What a command needs beside what it demands."""


def leaves(group: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by its words."""
    group = group or typer.main.get_command(cli)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def filled(command: Any, file: Path) -> list[str]:
    """What a command asks for, somehow answered."""
    answers: list[str] = []
    for each in command.params:
        kind = str(each.type_descriptor.annotation)
        day = {"--from", "--until", "--to", "--on"} & set(each.opts)
        value = (
            str(file) if "Path" in kind else "1" if "int" in kind or "float" in kind else "2026-07-01" if day else "x"
        )
        value = {"period": "2026Q3", "subject": "x"}.get(each.name, value)
        if each.required:
            answers += [each.opts[0], value] if each.opts[0].startswith("-") else [value]
    return answers


def test_nobody_is_registered_and_the_person_at_the_machine_reads(tmp_path: Path) -> None:
    assert run("unit", "list", home=tmp_path).code == 0
    assert "weibo-ops init" in run("login", "admin", home=tmp_path, stdin=SECRET.encode()).err
    assert "不能代他人操作" in run("--as", "sun", "unit", "list", home=tmp_path).err
    assert run("passwd", home=tmp_path, stdin=b"a\nb").code == 1
    assert "当前没有登录" in run("logout", home=tmp_path).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--login", "A", "--name", "王"], "登录名“A”不合要求"),
        (["--login", "admin", "--name", "  "], "姓名不能为空"),
        (["--login", "admin", "--name", "王\x1b[31m"], "控制字符"),
        (["--login", "admin", "--name", "王" * 51], "不超过50字"),
        (["--login", "admin", "--name", "王", "--unit", "单\x07位"], "控制字符"),
        (["--login", "admin", "--name", "王", "--unit", "位" * 201], "过长"),
        (["--login", "admin", "--name", "王", "--unit", "-"], "单位名称不能为空"),
    ],
    ids=range(7),
)
def test_a_first_administrator_that_does_not_conform_is_not_made(tmp_path: Path, words: list[str], said: str) -> None:
    done = run("init", *words, home=tmp_path, stdin=SECRET.encode())
    assert done.code == 2
    assert said in done.err
    assert run("staff", "list", home=tmp_path).out == "无数据\n"


def test_every_command_opens_the_application_for_somebody_who_is_signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bool] = []

    def application(context: object, *, signed_in: bool = True) -> object:
        opened.append(signed_in)
        raise SignInRequiredError

    monkeypatch.setattr(common, "application", application)
    monkeypatch.setattr(common, "on_terminal", lambda: True)
    file = tmp_path / "t.csv"
    file.write_text("screen_name,login,name,unit\nx,x,x,x\n")
    free: dict[str, str] = {}
    for words, command in leaves():
        opened.clear()
        done = run(*words.split(), *filled(command, file), *MORE.get(words, ()), home=tmp_path)
        if True not in opened:
            free[words] = done.err
    assert set(free) - OPEN - {"passwd"} == set(), free


def test_once_people_are_registered_nothing_works_signed_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("logout", home=home).code == 0
    monkeypatch.setattr(common, "on_terminal", lambda: True)
    for words in (
        ["unit", "list"], ["account", "list"], ["todo", "list"], ["whoami"], ["tui"], ["--as", "admin", "whoami"],
        ["import", str(home)], ["evaluate", "list"], ["standard", "list"], ["finding", "board"], ["duty", "list"],
    ):  # fmt: skip
        done = run(*words, home=home)
        assert (done.code, done.out) == (1, ""), words
        assert "请先登录" in done.err
        assert "weibo-ops login" in done.err
    assert run("passwd", home=home, stdin=b"a\nb").code == 1
    assert "当前没有登录" in run("logout", home=home).err


def test_the_session_file_is_private_or_not_taken(home: Path) -> None:
    file = home / "session"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    done = run("unit", "list", home=home)
    assert done.code == 1
    assert "可被他人读取" in done.err
    file.chmod(0o600)
    assert run("unit", "list", home=home).code == 0
    for content in (b"made up", b"", b"\xff\xfe\x00"):
        file.write_bytes(content)
        assert "请先登录" in run("unit", "list", home=home).err
    assert run("logout", home=home).code == 0
    assert not file.exists()


def test_signing_out_ends_the_session_itself_and_not_only_the_file(home: Path) -> None:
    token = (home / "session").read_bytes()
    assert "已退出登录" in run("logout", home=home).err
    (home / "session").write_bytes(token)
    (home / "session").chmod(0o600)
    assert "请先登录" in run("unit", "list", home=home).err


def test_the_session_of_one_home_opens_no_other(home: Path, tmp_path: Path) -> None:
    other = first_day(tmp_path / "other")
    shutil.copy(home / "session", other / "session")
    assert "请先登录" in run("unit", "list", home=other).err


def test_a_password_in_another_encoding_is_not_guessed_at(home: Path) -> None:
    add(home, "sun")
    for command in (["login", "sun"], ["staff", "password", "sun"]):
        done = run(*command, home=home, stdin="口令是什么 12".encode("gb18030"))
        assert done.code == 2
        assert "不是 UTF-8 文字" in done.err
    done = run("login", "sun", home=home, stdin="口令是什么 12".encode())
    assert done.code == 1


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_password_is_the_line_without_its_end(home: Path, end: str) -> None:
    assert run("login", "admin", home=home, stdin=(SECRET + end).encode()).code == 0
    assert run("login", "admin", home=home, stdin=(SECRET + " " + end).encode()).code == 1
    assert run("login", "admin", home=home, stdin=None).code == 2


def test_whose_role_is_taken_or_login_stopped_notices_at_once(home: Path) -> None:
    add(home, "sun", "系统管理员")
    own_password(home, "sun")
    kept = (home / "session").read_bytes()
    sign_in(home, "admin")
    assert run("staff", "role", "sun", "--revoke", "系统管理员", home=home).code == 0
    admin = (home / "session").read_bytes()
    (home / "session").write_bytes(kept)
    assert "没有“维护单位台账”权限" in run("unit", "add", "甲局", home=home).err
    (home / "session").write_bytes(admin)
    assert run("staff", "edit", "sun", "--deactivate", home=home).code == 0
    (home / "session").write_bytes(kept)
    assert "请先登录" in run("unit", "list", home=home).err
    assert "已停用" in run("login", "sun", home=home, stdin=SECRET.encode()).err


def test_a_second_first_administrator_is_refused_and_a_wrong_password_says_little(home: Path) -> None:
    again = run("init", "--login", "other", "--name", "李", home=home, stdin=SECRET.encode())
    assert again.code == 1
    assert "已有登记人员" in again.err
    one, other = (run("login", login, home=home, stdin=b"wrong password 1").err for login in ("admin", "nobody"))
    assert one == other
    for _ in range(4):
        run("login", "admin", home=home, stdin=b"wrong password 1")
    assert "暂不能登录" in run("login", "admin", home=home, stdin=SECRET.encode()).err
    assert run("unit", "list", home=home).code == 0, "who is signed in stays so"
    assert "没有给出口令" in run("login", "admin", home=home).err


def test_a_password_that_was_given_must_be_changed_first(home: Path) -> None:
    add(home, "sun", "监管人员")
    run("login", "sun", home=home, stdin=FIRST.encode())
    done = run("account", "list", home=home)
    assert done.code == 1
    assert "weibo-ops passwd" in done.err
    weak = run("passwd", home=home, stdin=f"{FIRST}\nshort".encode())
    assert weak.code == 2
    assert "不少于10个字符" in weak.err
    own_password(home, "sun")
    (row,) = run("whoami", "--format", "json", home=home).json
    assert row["login"] == "sun"
    assert "accounts.finding.confirm" in row["permissions"]
    refused = run("staff", "add", "x2", "--name", "某", home=home)
    assert refused.code == 1
    assert "没有“维护人员与授权”权限" in refused.err


def test_acting_for_another_takes_a_deputation_and_is_written_down(home: Path) -> None:
    add(home, "sun", "监管人员")
    add(home, "li", "编辑")
    own_password(home, "li")
    refused = run("--as", "sun", "account", "list", home=home)
    assert refused.code == 1
    assert "没有代sun操作的委托" in refused.err
    run("login", "admin", home=home, stdin=SECRET.encode())
    done = run("staff", "deputy", "sun", "li", "--from", "2026-01-01", "--until", "2099-12-31", home=home)
    assert done.code == 0, done.err
    run("login", "li", home=home, stdin=SECRET.encode())
    (row,) = run("--as", "sun", "whoami", "--format", "json", home=home).json
    assert (row["login"], row["on_behalf_of"]) == ("li", "sun")
    assert run("--as", "nobody", "whoami", home=home).code == 1
    assert run("audit", "verify", home=home).code == 0
