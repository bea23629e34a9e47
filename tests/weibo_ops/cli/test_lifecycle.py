"""The life of an account as its people run it: each signed in, each act by its own side, each refusal with a way on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from tests.office import BOSS, CITY, OFFICE, WATER, office_file
from tests.weibo_ops.cli.terminal import run, table
from weibo_ops.bootstrap import Application
from weibo_ops.cli.lifecycle import ACT_TITLES, SHEET_TITLES
from weibo_ops.kernel.clock import SystemClock

FIRST, SECRET = "temporary 12", "correct horse 9"
NAME, UID = "云麓供水", "9900000009"
WANTED = [
    "account", "apply", NAME, "--unit", WATER, "--need", "发布停水和水质信息", "--upkeep", "两人轮值,每周三条",
    "--staff", "zhao", "--staff", "li",
]  # fmt: skip


class People:
    """Who sits at the terminal, one after the other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._known: set[str] = set()

    def sit_down(self, login: str) -> None:
        if login not in self._known:
            assert run("login", login, home=self.home, stdin=FIRST.encode()).code == 0
            assert run("passwd", home=self.home, stdin=f"{FIRST}\n{SECRET}".encode()).code == 0
            self._known.add(login)
        assert run("login", login, home=self.home, stdin=SECRET.encode()).code == 0

    def __call__(self, login: str, *words: str | Path) -> Any:
        self.sit_down(login)
        return run(*words, home=self.home)


@pytest.fixture
def people(tmp_path: Path) -> People:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(office_file(), home / "weibo-ops.db")
    app = Application.open(load_settings(home), SystemClock(), BOSS)
    for login in ("zhao", "city", "sun"):
        app.staff.set_password(BOSS, login, FIRST)
    app.close()
    return People(home)


def test_an_account_is_applied_for_approved_filed_started_and_renamed(people: People) -> None:
    lacking = people("zhao", *WANTED[:5])
    assert (lacking.code, lacking.out) == (2, "")
    assert "须写明开设必要性" in lacking.err
    assert "下一步:" in lacking.err
    applied = people("zhao", *WANTED)
    assert applied.code == 0
    assert f"“{NAME}”现为“审批中”。下一步:审批通过" in applied.err
    assert "没有“审批账号申请”权限" in run("account", "approve", NAME, home=people.home).err

    assert people("city", "account", "approve", NAME).code == 0
    refused = run("account", "file", NAME, "--number", "1", home=people.home)
    assert refused.code == 1
    assert "须由另一人办理" in refused.err
    filed = people("sun", "account", "file", NAME, "--number", "云政新备1号")
    assert "备案号 云政新备1号。下一步:由主办单位启用。" in filed.err
    assert [row["awaits"] for row in run("account", "due", "--format", "json", home=people.home).json] == []

    assert people("zhao", "account", "start", NAME, "--uid", UID).code == 0
    assert (
        "须写明姓名和职务" in run("account", "change", NAME, "--kind", "个人", "--note", "本人", home=people.home).err
    )
    assert run("account", "rename", NAME, "云麓供水发布", "--note", "统一名称", home=people.home).code == 0
    again = run("account", "rename", UID, "云麓供水在线", "--note", "又改", home=people.home)
    assert again.code == 1
    assert "每自然年可更名一次" in again.err
    assert "须写明集体研究的会议或文件" in run("account", "close", UID, "--note", "公告", home=people.home).err
    assert run("account", "due", "--overdue", "--format", "json", home=people.home).json == []

    (sheet,) = run("account", "show", UID, "--format", "json", home=people.home).json
    assert list(sheet) == list(SHEET_TITLES)
    assert (sheet["parent"], sheet["oversight"], sheet["former_names"]) == (CITY, OFFICE, [NAME])
    assert sheet["administrators"] == ["赵编辑(主管理员)", "李编辑(管理员)"]
    shown = table(run("account", "show", NAME, home=people.home).out)
    assert {row["项目"]: row["内容"] for row in shown}["平台"] == "微博"

    acts = run("account", "history", UID, "--format", "json", home=people.home).json
    assert [(act["act"], act["person"]) for act in acts] == [
        ("申请开设", "zhao"),
        ("提交审批", "zhao"),
        ("审批通过", "city"),
        ("开设备案", "sun"),
        ("启用", "zhao"),
        ("更名", "zhao"),
    ]
    assert list(acts[0]) == list(ACT_TITLES)
    printed = run("account", "history", UID, home=people.home).out
    assert "备案号:云政新备1号" in printed
    assert "filing_number" not in printed


def test_stock_is_tried_then_entered_with_its_faulty_rows_told(people: People, tmp_path: Path) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_text(
        f"主办单位,平台,用户id,昵称,备案日期\n{WATER},微博,{UID},{NAME},2026-01-05\n{WATER},微信公众号,gh_1,{NAME},某日\n"
        "没有的单位,微博,5,某某发布,\n",
        encoding="utf-8",
    )
    trial = people("sun", "account", "import", stock, "--dry-run", "--format", "json")
    assert trial.code == 0
    assert [fault["line"] for fault in trial.json] == [3, 4]
    assert "试算(未保存):新增 1" in trial.err
    whole = run("account", "import", stock, home=people.home)
    assert whole.code == 1
    assert "全部未保存" in whole.err
    assert "没有登记" in run("account", "show", NAME, home=people.home).err
    assert "已保存:新增 1" in run("account", "import", stock, "--skip-faulty", home=people.home).err
    (sheet,) = run("account", "show", NAME, "--format", "json", home=people.home).json
    assert (sheet["origin"], sheet["status"], sheet["filed_on"]) == ("存量登记", "正常运行", "2026-01-05")
    (act,) = run("account", "history", NAME, "--format", "json", home=people.home).json
    assert act["act"] == "存量登记"
    stock.write_text("主办单位,昵称\n某单位,某号\n", encoding="utf-8")
    missing = run("account", "import", stock, home=people.home)
    assert missing.code != 0
    assert "用户id" in missing.err
