"""``finding``: the whole way by commands of people of two offices, its notices, waivers and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import exports
from tests.office import OFFICE
from tests.weibo_ops.cli.terminal import Done, hold_the_three_formats_together, run
from weibo_ops.cli.finding import BOARD_TITLES, WAIVER_TITLES

PASSWORD = "correct horse 9"
NAME = "云麓小喇叭"
PEOPLE = (
    ("sun", OFFICE, "监管人员"),
    ("qian", OFFICE, "监管人员"),
    ("press", exports.UNIT, "编辑"),
)


class Desk:
    """A home in which one account is at fault, and people who sign in one after the other."""

    def __init__(self, home: Path, files: Path) -> None:
        self.home = home
        self.done("init", "--login", "admin", "--name", "王管理", "--unit", OFFICE, stdin=PASSWORD)
        self.sign_in("admin")
        self.done("unit", "add", exports.UNIT)
        for login, unit, role in PEOPLE:
            self.done("staff", "add", login, "--name", login, "--unit", unit, "--role", role)
            self.done("staff", "password", login, stdin="temporary 12")
        for login, _, _ in PEOPLE:
            self.done("login", login, stdin="temporary 12")
            self.done("passwd", stdin=f"temporary 12\n{PASSWORD}")
        folder = exports.export(files, [exports.post(1, "2026-07-01 09:00:00")], [])
        profile = [exports.UID, NAME, "10", "100", "5", "", "False", "-1", ""]
        exports.write(folder / "users.csv", exports.USERS, [profile])
        exports.write(
            folder / "roster.csv", exports.ROSTER, [[NAME, exports.UID, exports.UNIT, "新闻发布", "市", "云麓市"]]
        )
        self.sign_in("sun")
        self.done("import", folder)

    def run(self, *words: str | Path, stdin: str = "") -> Done:
        return run(*words, home=self.home, stdin=stdin.encode())

    def done(self, *words: str | Path, stdin: str = "") -> Done:
        done = self.run(*words, stdin=stdin)
        assert done.code == 0, done.err
        return done

    def sign_in(self, login: str) -> None:
        self.done("login", login, stdin=PASSWORD)

    def ids(self) -> list[str]:
        return [str(row["finding_id"]) for row in self.done("finding", "list", "--format", "json").json]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home", tmp_path / "export")


def test_the_whole_way_by_commands(desk: Desk, tmp_path: Path) -> None:
    first, second, *_ = desk.ids()
    shot = tmp_path / "截图.png"
    shot.write_bytes(b"png")
    silent = desk.run("finding", "verify", first)
    assert silent.code == 2
    assert "须写明核实情况" in silent.err
    desk.done("finding", "verify", first, second, "--note", "页面与数据一致", "--evidence", shot)
    desk.done("finding", "notify", first, second)
    early = desk.run("finding", "confirm", first)
    assert early.code == 1
    assert "须由另一人办理" in early.err
    assert "的另一名监管人员办理;没有的,请系统管理员为其分管领导授予监管人员角色" in early.err
    none = desk.run("finding", "notice", exports.UNIT)
    assert none.code == 1
    assert "没有已确认或已交办的问题" in none.err
    assert "征求意见稿" in desk.done("finding", "notice", exports.UNIT, "--hearing").out

    desk.sign_in("press")
    assert desk.run("finding", "verify", first, "--note", "x").code == 1
    desk.done("finding", "plead", first, "--note", "无异议")
    desk.sign_in("qian")
    assert desk.done("finding", "list", "--confirmed", "--format", "json").json == []
    desk.done("finding", "confirm", first)
    (told,) = desk.done("finding", "list", "--confirmed", "--format", "json").json
    assert str(told["finding_id"]) == first
    desk.done("finding", "assign", first, "--note", "请更名并认证")
    file = tmp_path / "通知.docx"
    desk.done("finding", "notice", exports.UNIT, "--out", file)
    assert file.read_bytes().startswith(b"PK")

    desk.sign_in("press")
    desk.done("finding", "respond", first, "--note", "已申请认证")
    desk.sign_in("qian")
    desk.done("finding", "review", first, "--back", "--note", "认证尚未通过")
    desk.sign_in("press")
    desk.done("finding", "respond", first, "--note", "认证已通过")
    desk.sign_in("qian")
    desk.done("finding", "review", first, "--note", "已核对认证页")
    assert "最近一次检查仍发现" in desk.run("finding", "close", first).err
    desk.done("finding", "close", first, "--note", "认证页见附件", "--evidence", shot)
    shown = desk.done("finding", "show", first, "--format", "json").json
    assert [step["step"] for step in shown["steps"]] == [
        "核实", "告知", "申辩", "确认", "交办", "反馈", "退回整改", "反馈", "复核", "办结",
    ]  # fmt: skip
    assert desk.done("finding", "list", "--confirmed", "--format", "json").json == []

    desk.done("finding", "dismiss", second, "--note", "已登记为品牌名")
    rows = hold_the_three_formats_together(["finding", "board"], BOARD_TITLES, desk.home)
    at = {row["state"]: row["findings"] for row in rows}
    assert (at["办结"], at["不成立"], at["确认"]) == (1, 1, 0)
    assert desk.done("audit", "verify").code == 0


def test_a_waiver_needs_two_people_and_days(desk: Desk) -> None:
    words = ["finding", "waive", NAME, "certification.missing", "--reason", "机构改革过渡期"]
    wrong = desk.run(*words, "--from", "昨天", "--until", "2099-01-01")
    assert wrong.code == 2
    assert "不是日期" in wrong.err
    assert "不超过180日" in desk.run(*words, "--from", "2026-01-01", "--until", "2099-01-01").err
    never = desk.run("finding", "waive", NAME, "interaction.closed", "--from", "2098-12-01", "--until", "2098-12-31")
    assert "须写明理由" in never.err
    desk.done(*words, "--from", "2098-12-01", "--until", "2098-12-31")
    assert "须由另一人办理" in desk.run("finding", "waive-sign", "1").err
    desk.sign_in("qian")
    desk.done("finding", "waive-sign", "1")
    (row,) = desk.done("finding", "waivers", "--format", "json").json
    assert set(WAIVER_TITLES) <= set(row)
    assert (row["proposed_by"], row["signed_by"]) == ("sun", "qian")
    assert "须写明理由" in desk.run("finding", "waive-end", "1").err
    desk.done("finding", "waive-end", "1", "--reason", "改革完成")
    assert desk.run("finding", "waive-end", "1", "--reason", "再次").code == 1


def test_what_is_still_found_does_not_go_by_itself(desk: Desk) -> None:
    first = desk.ids()[0]
    done = desk.run("finding", "dismiss", first, "--gone", "--note", "不见了")
    assert done.code == 1
    assert "最近一次检查仍发现,不能自行消失" in done.err
    assert "没有编号为999的问题" in desk.run("finding", "show", "999").err
    assert "状态“坏”无法识别" in desk.run("finding", "list", "--state", "坏").err
