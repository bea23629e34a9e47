"""The people through the door: registered, changed, deputised, on leave, taken in by file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from accounts.roles import WITHHELD
from tests.weibo_ops.cli.office import FIRST, OFFICE, SECRET, add, first_day, own_password, sign_in
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.cli.staff import TITLES

PLANT = "云麓市第一水厂"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = first_day(tmp_path_factory.mktemp("office") / "home")
    assert run("unit", "add", PLANT, "--parent", OFFICE, home=home).code == 0
    add(home, "sun", "监管人员")
    add(home, "wai", "编辑", more=("--outsourced", "--contract-ends", "2099-12-31", "--phone", "13800138000"))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A home with an administrator who is signed in, a supervisor and an outsourced writer."""
    return Path(shutil.copytree(made, tmp_path / "home"))


def person(home: Path, login: str) -> dict[str, Any]:
    (row,) = run("staff", "show", login, "--format", "json", home=home).json
    return dict(row)


def test_the_list_says_the_same_in_every_format(home: Path) -> None:
    rows = hold_the_three_formats_together(["staff", "list"], TITLES, home)
    assert [row["login"] for row in rows] == ["admin", "sun", "wai"]
    assert person(home, "wai") == rows[2]
    assert run("staff", "list", "--unit", PLANT, home=home).out == "无数据\n"
    for command, titles in (
        ("deputies", {"deputation_id": "编号", "principal": "委托人", "deputy": "受托人", "from_day": "起日",
                      "last_day": "止日", "reason": "事由", "granted_by": "登记人"}),
        ("leaves", {"leave_id": "编号", "login": "登录名", "name": "姓名", "from_day": "起日", "last_day": "止日",
                    "reason": "事由"}),
    ):  # fmt: skip
        assert hold_the_three_formats_together(["staff", command], titles, home) == []
    run(
        "staff",
        "deputy",
        "sun",
        "admin",
        "--from",
        "2026-01-01",
        "--until",
        "2099-01-01",
        "--reason",
        "=1+1",
        home=home,
    )
    run("staff", "leave", "wai", "--from", "2026-03-01", "--until", "2026-03-02", "--reason", "\t病假", home=home)
    assert len(run("staff", "deputies", "--format", "csv", home=home).csv) == 1
    assert run("staff", "deputies", "--format", "csv", home=home).csv[0]["reason"] == "'=1+1"
    assert len(run("staff", "leaves", "--format", "json", home=home).json) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "sun", "--name", "孙"], 1, "“sun”已有人使用"),
        (["add", "Sun", "--name", "孙"], 2, "登录名“Sun”不合要求"),
        (["add", "li", "--name", "\x1b[2J"], 2, "不含控制字符"),
        (["add", "li", "--name", "李", "--phone", "1\x1b2"], 2, "电话"),
        (["add", "li", "--name", "李", "--phone", "1" * 41], 2, "电话不超过40字"),
        (["add", "li", "--name", "李", "--unit", "云麓市第二水厂"], 1, "是否为“云麓市第一水厂”"),
        (["add", "li", "--name", "李", "--role", "科长"], 2, "没有“科长”这个角色。下一步:可选:系统管理员、编辑"),
        (["add", "li", "--name", "李", "--role", "服务账号"], 2, "不能授予人员"),
        (["add", "li", "--name", "李", "--outsourced"], 2, "须登记合同到期日"),
        (["add", "li", "--name", "李", "--trained", "昨天"], 2, "“昨天”不是日期"),
        (["add", "li", "--name", "李", "--trained", "9999-12-31"], 2, "在今天之后"),
        (["add", "service:program", "--name", "李"], 2, "不合要求"),
        (["edit", "nobody", "--name", "李"], 1, "没有登录名为“nobody”的人员"),
        (["edit", "snu", "--name", "李"], 1, "是否为“sun”"),
        (["edit", "sun"], 2, "没有写明要修改的内容"),
        (["edit", "admin", "--deactivate"], 1, "唯一的系统管理员"),
        (["edit", "admin", "--outsourced", "--contract-ends", "2099-01-01"], 1, "代运维人员不能任系统管理员"),
        (["role", "admin", "--revoke", "系统管理员"], 1, "唯一的系统管理员"),
        (["role", "sun"], 2, "没有写明要授予或撤销的角色"),
        (["role", "sun", "--revoke", "编辑"], 1, "没有“编辑”角色"),
        (["deputy", "sun", "wai", "--from", "2026-01-01", "--until", "2099-01-01"], 1, "代运维人员"),
        (["deputy", "sun", "sun", "--from", "2026-01-01", "--until", "2099-01-01"], 1, "不能委托本人"),
        (["deputy", "sun", "admin", "--from", "2026-01-02", "--until", "2026-01-01"], 2, "起止日期不对"),
        (["deputy", "sun", "admin", "--from", "", "--until", "2099-01-01"], 2, "没有写日期"),
        (["undeputy", "9"], 1, "没有编号为9的委托"),
        (["undeputy", "9" * 30], 2, "过大"),
        (["leave", "sun", "--from", "2026-01-02", "--until", "2026-01-01"], 2, "止日早于起日"),
        (["leave", "sun", "--from", "2026-01-01", "--until", "2026-01-01", "--reason", "\udcff"], 2, "不能保存的字符"),
        (["unleave", "9"], 1, "没有编号为9的请假记录"),
        (["password", "sun"], 2, "没有给出口令"),
        (["password", "nobody"], 2, "没有给出口令"),
    ],
)  # fmt: skip
def test_what_does_not_conform_is_one_sentence_and_changes_nothing(
    home: Path, words: list[str], code: int, said: str
) -> None:
    def everything() -> list[str]:
        return [run("staff", list_, "--format", "csv", home=home).out for list_ in ("list", "deputies", "leaves")]

    before = everything()
    done = run("staff", *words, home=home)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "下一步:" in done.err
    assert everything() == before


def test_a_password_that_was_set_is_used_once(home: Path) -> None:
    for weak in ("short", "sun sun sun 1", "aaaaaaaaaaa", "一二三四五六七八九"):
        done = run("staff", "password", "sun", home=home, stdin=weak.encode())
        assert done.code == 2
        assert "口令" in done.err
        assert weak not in done.err
    own_password(home, "sun")
    sign_in(home, "admin")
    assert run("staff", "password", "sun", home=home, stdin=b"another first 1").code == 0
    assert run("login", "sun", home=home, stdin=SECRET.encode()).code == 1
    assert "weibo-ops passwd" in run("login", "sun", home=home, stdin=b"another first 1").err
    assert run("passwd", home=home, stdin=b"wrong old 12345\nnew secret 12").code == 1
    assert "与原口令相同" in run("passwd", home=home, stdin=b"another first 1\nanother first 1").err


def test_an_outsourced_writer_never_signs_and_leaves_with_the_contract(home: Path) -> None:
    own_password(home, "wai")
    (row,) = run("whoami", "--format", "json", home=home).json
    assert not set(row["permissions"]) & {each.value for each in WITHHELD}
    assert "publishing.post.draft" in row["permissions"]
    sign_in(home, "admin")
    assert run("staff", "edit", "wai", "--contract-ends", "2026-01-01", home=home).code == 0
    done = run("login", "wai", home=home, stdin=SECRET.encode())
    assert done.code == 1
    assert "合同已于2026-01-01到期" in done.err


def test_deputies_and_leave_are_one_s_own_or_take_the_permission(home: Path) -> None:
    own_password(home, "sun")
    days = ["--from", "2026-01-01", "--until", "2099-12-31"]
    assert run("staff", "deputy", "sun", "admin", *days, home=home).code == 0
    refused = run("staff", "deputy", "admin", "sun", *days, home=home)
    assert refused.code == 1
    assert "权限" in refused.err
    assert run("staff", "undeputy", "1", home=home).code == 0
    assert "该委托已撤销" in run("staff", "undeputy", "1", home=home).err
    assert run("staff", "leave", "sun", *days, home=home).code == 0
    assert person(home, "sun")["away"] is True
    assert "已登记" in run("staff", "leave", "sun", "--from", "2026-05-01", "--until", "2026-05-01", home=home).err
    assert run("staff", "unleave", "1", home=home).code == 0
    assert person(home, "sun")["away"] is False


def test_who_is_away_acts_for_nobody(home: Path) -> None:
    own_password(home, "wai")
    sign_in(home, "admin")
    add(home, "li", "编辑")
    days = ["--from", "2026-01-01", "--until", "2099-12-31"]
    assert run("staff", "deputy", "li", "wai", *days, home=home).code == 0
    assert run("staff", "leave", "wai", *days, home=home).code == 0
    run("login", "wai", home=home, stdin=SECRET.encode())
    refused = run("--as", "li", "whoami", home=home)
    assert refused.code == 1
    assert "已登记请假" in refused.err


def test_a_file_is_tried_refused_whole_or_taken_without_its_faulty_rows(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(
        "登录名,姓名,所在单位,角色,代运维,合同到期日,培训日期\n"
        f"li,李某,{PLANT},编辑、初审,否,,2026年3月1日\n"
        "WU,吴某,,编辑,,,\n"
        "wu,吴某,,编辑,是,昨天,\n"
        "wang,王某,,科长,,,\n"
        "zhao,赵某,,,也许,,\n"
        "li,李四,,,,,\n"
        "qian,钱某,没有的单位,,,,\n",
        "utf-8-sig",
    )
    dry = run("staff", "import", file, "--dry-run", "--format", "json", home=home)
    assert dry.code == 0
    assert sorted(row["line"] for row in dry.json) == [3, 4, 5, 6, 7, 8]
    assert "试算(未保存):新增 1" in dry.err
    assert run("staff", "import", file, home=home).code == 1
    assert "li" not in {row["login"] for row in run("staff", "list", "--format", "json", home=home).json}
    done = run("staff", "import", file, "--skip-faulty", "--format", "csv", home=home)
    assert done.code == 0
    assert [row["line"] for row in done.csv] == [str(row["line"]) for row in dry.json]
    assert person(home, "li")["roles"] == ["编辑", "初审"]
    assert run("login", "li", home=home, stdin=FIRST.encode()).code == 1, "no password comes by file"


def test_what_a_row_leaves_empty_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    before = person(home, "wai"), person(home, "sun")
    file.write_text("登录名,姓名,单位,角色,电话,代运维\nwai,wai,,,,\nsun,sun,,,,\n")
    assert "未变 2" in run("staff", "import", file, home=home).err
    file.write_text("登录名,姓名\nwai,外某\nsun,sun\n")
    assert "更新 1,未变 1" in run("staff", "import", file, home=home).err
    assert (person(home, "wai"), person(home, "sun")) == ({**before[0], "name": "外某"}, before[1])
    file.write_text("登录名,姓名,角色\nadmin,王管理,编辑\n")
    done = run("staff", "import", file, home=home)
    assert done.code == 1
    assert "唯一的系统管理员" in done.out
    file.write_text("登录名,姓名,代运维\nwai,外某,否\n")
    assert run("staff", "import", file, home=home).code == 0
    assert person(home, "wai")["outsourced"] is False


def test_keeping_the_people_takes_the_permission(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("登录名,姓名,角色\nli,李,系统管理员\n")
    own_password(home, "sun")
    for words in (
        ["add", "li", "--name", "李"], ["edit", "sun", "--name", "孙"], ["role", "sun", "--grant", "系统管理员"],
        ["role", "sun", "--revoke", "编辑"], ["import", str(file)], ["import", str(file), "--dry-run"],
    ):  # fmt: skip
        done = run("staff", *words, home=home)
        assert done.code == 1, words
        assert "没有“维护人员与授权”权限" in done.err
    done = run("staff", "password", "admin", home=home, stdin=b"another first 1")
    assert "没有“维护人员与授权”权限" in done.err
    assert run("audit", "verify", home=home).code == 0
