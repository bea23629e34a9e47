"""Signing in through the door: who is not signed in does nothing, who is does what the roles allow."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.weibo_ops.cli.terminal import run

SECRET, FIRST = "correct horse 9", "temporary 12"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an administrator who is signed in."""
    assert run("unit", "list", home=tmp_path).code == 0, "nobody is registered: the person at the machine may read"
    assert (
        run(
            "init",
            "--login",
            "admin",
            "--name",
            "王管理",
            "--unit",
            "云麓市人民政府办公室",
            home=tmp_path,
            stdin=SECRET.encode(),
        ).code
        == 0
    )
    assert run("login", "admin", home=tmp_path, stdin=SECRET.encode()).code == 0
    return tmp_path


def add(home: Path, login: str, *roles: str, more: tuple[str, ...] = ()) -> None:
    """Register somebody with a password of their own."""
    words = [word for role in roles for word in ("--role", role)]
    assert (
        run("staff", "add", login, "--name", login, "--unit", "云麓市人民政府办公室", *words, *more, home=home).code
        == 0
    )
    assert run("staff", "password", login, home=home, stdin=FIRST.encode()).code == 0


def own_password(home: Path, login: str) -> None:
    assert run("login", login, home=home, stdin=FIRST.encode()).code == 0
    assert run("passwd", home=home, stdin=f"{FIRST}\n{SECRET}".encode()).code == 0
    assert run("login", login, home=home, stdin=SECRET.encode()).code == 0


def test_once_people_are_registered_nothing_works_signed_out(home: Path) -> None:
    assert run("logout", home=home).code == 0
    for words in (
        ["unit", "list"], ["account", "list"], ["todo", "list"], ["account", "verify", "x"], ["whoami"],
        ["import", str(home)], ["evaluate", "list"], ["standard", "list"], ["finding", "board"], ["duty", "list"],
    ):  # fmt: skip
        done = run(*words, home=home)
        assert (done.code, done.out) == (1, ""), words
        assert "请先登录" in done.err
        assert "weibo-ops login" in done.err
    assert run("passwd", home=home, stdin=b"a\nb").code == 1


def test_the_session_file_is_private_or_not_taken(home: Path) -> None:
    file = home / "session"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    done = run("unit", "list", home=home)
    assert done.code == 1
    assert "可被他人读取" in done.err
    file.chmod(0o600)
    assert run("unit", "list", home=home).code == 0
    file.write_text("made up")
    assert "请先登录" in run("unit", "list", home=home).err


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


def test_people_and_units_come_in_by_file_with_every_fault_named(home: Path, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("单位,上级单位,层级\n云麓市供水管理局,云麓市人民政府办公室,市\n某处,没有的单位,市\n", "gb18030")
    dry = run("unit", "import", str(units), "--dry-run", "--format", "json", home=home)
    assert dry.code == 0
    assert [row["line"] for row in dry.json] == [3]
    assert "试算(未保存):新增 1" in dry.err
    assert run("unit", "import", str(units), home=home).code == 1
    assert len(run("unit", "list", "--format", "json", home=home).json) == 1
    assert run("unit", "import", str(units), "--skip-faulty", home=home).code == 0
    staff = tmp_path / "staff.csv"
    staff.write_text(
        "登录名,姓名,单位,角色,代运维,合同到期日\nli,李某,云麓市供水管理局,编辑、初审,否,\nWU,吴某,,编辑,是,昨天\n",
        "utf-8-sig",
    )
    done = run("staff", "import", str(staff), "--skip-faulty", "--format", "csv", home=home)
    assert done.code == 0
    assert "昨天" in done.out
    rows = {row["login"]: row for row in run("staff", "list", "--format", "json", home=home).json}
    assert rows["li"]["roles"] == ["编辑", "初审"]
    assert set(rows) == {"admin", "li"}
    for hostile in (b"", b"\xff\xfe\x00", b"PK\x03\x04not a zip", b'"open', b"a,b\n1,2\n"):
        units.write_bytes(hostile)
        done = run("unit", "import", str(units), home=home)
        assert done.code == 2, hostile
        assert done.err.startswith("未完成:")
