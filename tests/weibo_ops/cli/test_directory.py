"""``account certify``, ``matrix``, ``compare`` and ``verify``, as people use them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from accounts.schemas.lifecycle import StockEntry
from config.settings import load_settings
from tests import exports
from tests.office import BOSS, PRESS, WATER, MovingClock, populate
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run, table
from weibo_ops.bootstrap import Application
from weibo_ops.cli.directory import CERTIFICATION_TITLES

FIRST, SECRET = "first password 7", "correct horse 9"
MATRIX = """\
单位                          微博      微信公众号  抖音
----------------------------  --------  ----------  ----------------
云麓市人民政府
  云麓市人民政府办公室
  云麓市人民政府新闻办公室    云麓发布  云麓之声
  云麓市供水管理局                                  李某宣传周[个人]
    云麓市供水管理局第一水厂
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("directory")
    app = Application.open(load_settings(folder / "home"), MovingClock(datetime(2026, 10, 8, 2, tzinfo=UTC)), BOSS)
    people: dict[str, Any] = populate(app)
    app.intake.import_folder(BOSS, exports.export(folder / "in", [exports.post(1, "2026-07-01 09:00:00")], []))
    app.lifecycle.register(people["sun"], StockEntry(PRESS, "wechat", "gh_1", "云麓之声"))
    official = StockEntry(
        WATER, "douyin", "dy_1", "李某宣传周", kind="个人", person_name="李某", person_title=f"{WATER}局长"
    )
    app.lifecycle.register(people["sun"], official)
    app.accounts.check(BOSS)
    for login in ("sun", "qian"):
        app.staff.set_password(BOSS, login, FIRST)
    app.close()
    for login in ("sun", "qian"):
        assert run("login", login, home=folder / "home", stdin=FIRST.encode()).code == 0
        assert run("passwd", home=folder / "home", stdin=f"{FIRST}\n{SECRET}".encode()).code == 0
    return folder / "home"


def sign_in(home: Path, login: str) -> None:
    assert run("login", login, home=home, stdin=SECRET.encode()).code == 0


def test_the_matrix_follows_the_tree_and_shows_the_gaps(home: Path) -> None:
    sign_in(home, "sun")
    done = run("account", "matrix", home=home)
    assert done.out == MATRIX
    assert "单位 5 个,其中没有账号的 3 个;账号:微博 1、微信公众号 1、抖音 1。" in done.err
    rows = {row["unit"]: row for row in run("account", "matrix", "--format", "json", home=home).json}
    assert rows[PRESS]["gaps"] == ["douyin"]
    assert [(each["platform"], each["name"], each["status"]) for each in rows[PRESS]["accounts"]] == [
        ("weibo", "云麓发布", "正常运行"),
        ("wechat", "云麓之声", "正常运行"),
    ]
    spread = run("account", "matrix", "--unit", WATER, "--format", "csv", home=home).csv
    assert [(row["unit"], row["depth"], row["douyin"]) for row in spread] == [
        (WATER, "1", "李某宣传周[个人]"),
        ("云麓市供水管理局第一水厂", "2", ""),
    ]


def test_findings_show_platform_and_complaint(home: Path) -> None:
    sign_in(home, "sun")
    rows = run("account", "findings", "--format", "json", home=home).json
    by_rule = {(row["platform"], row["rule_id"]): row for row in rows}
    assert by_rule["weibo", "naming.same_everywhere"]["complaint"] == []
    assert by_rule["douyin", "naming.campaign"]["complaint"] == ["不实用"]
    printed = table(run("account", "findings", "--account", "dy_1", home=home).out)
    assert [(row["平台"], row["反映"]) for row in printed] == [("抖音", "不实用")]


def test_a_list_as_the_reporting_system_gives_it_is_compared(home: Path, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["云麓市政务新媒体名单(2026年三季度)"],
        [],
        ["序号", "类型", "名称", "责任单位", "账号ID", "运行状态"],
        [1, "政务微博", "云麓发布", "云麓市信息中心", 9900000001, "停止运行"],
        [2, "政务微信", "云麓之声", PRESS, "GH_1", "正常"],
        [3, "政务微信", "云麓微讯", PRESS, None, "正常"],
        [4, "饭否", "云麓饭否", PRESS, None, "正常"],
        [5, "政务微博", None, PRESS, None, "正常"],
        [6, "政务微博", "云麓早餐", PRESS, "9.9E+9", "正常"],
    ):
        sheet.append(row)
    file = tmp_path / "名单.xlsx"
    book.save(file)
    sign_in(home, "sun")
    done = run("account", "compare", file, "--format", "json", home=home)
    assert [(row["outcome"], row["name"], row["line"], row["differences"]) for row in done.json] == [
        (
            "不一致",
            "云麓发布",
            4,
            [f"主办单位:{PRESS} / 云麓市信息中心", "状态:正常运行 / 停止运行"],
        ),
        ("仅我方有", "李某宣传周", None, []),
        ("仅对方有", "云麓微讯", 6, []),
    ]
    assert "比对完成:仅我方有 1、仅对方有 1、不一致 1、对方重复 0、一致 1。" in done.err
    assert "第7行未比对:平台“饭否”无法识别" in done.err
    assert "第8行未比对:名称为空" in done.err
    assert "第9行未比对:账号ID“9.9E+9”已被表格软件改写" in done.err
    assert len(run("account", "compare", file, "--all", "--format", "csv", home=home).csv) == 4


def test_a_list_without_platforms_is_compared_as_weibo_and_says_so(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_bytes("新媒体名称,主办单位\n云麓发布,云麓市人民政府新闻办公室\n".encode("gb18030"))
    sign_in(home, "sun")
    done = run("account", "compare", file, "--all", "--format", "csv", home=home)
    assert [row["outcome"] for row in done.csv if row["platform"] == "weibo"] == ["一致"]
    assert "名单没有平台列,均按微博比对。" in done.err
    bad = tmp_path / "坏.csv"
    bad.write_text("序号,单位\n1,甲\n", "utf-8")
    refused = run("account", "compare", bad, home=home)
    assert refused.code != 0
    assert "缺少“名称、账号名称、昵称”列" in refused.err


def test_a_certification_is_filed_by_one_and_reviewed_by_another(home: Path, tmp_path: Path) -> None:
    form = tmp_path / "公函.pdf"
    form.write_bytes(b"pdf")
    sign_in(home, "sun")
    done = run("account", "certify", "云麓发布", "--text", f"{PRESS}官方微博", "--document", form, home=home)
    assert "下一步:由另一人核对" in done.err
    mine = run("account", "certify-review", "云麓发布", home=home)
    assert mine.code != 0
    assert "须由另一人办理" in mine.err
    assert run("account", "certify", "云麓发布", "--text", "甲", "--kind", "官方", home=home).code != 0
    sign_in(home, "qian")
    assert "已于" in run("account", "certify-review", "云麓发布", home=home).err
    (row,) = hold_the_three_formats_together(
        ["account", "certifications"],
        CERTIFICATION_TITLES | {"account_id": "", "platform": ""},
        home,
    )
    assert (row["entered_by"], row["reviewed_by"], row["drift"], row["differences"]) == ("sun", "qian", False, [])
    assert run("account", "certifications", "--drift", home=home).out == "无数据\n"
    assert "登记认证" in run("account", "history", "云麓发布", home=home).out


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("云麓发布", "已登记"),
        ("https://m.weibo.cn/u/9900000001", "已登记"),
        ("@云麓发佈", "疑似仿冒"),
        ("云麓早餐", "未登记"),
        ("https://example.cn/", "无法识别"),
    ],
)
def test_a_question_is_answered_by_anybody_with_exit_code_0(home: Path, asked: str, verdict: str) -> None:
    run("logout", home=home)
    done = run("account", "verify", asked, "--format", "json", home=home)
    assert (done.code, [row["verdict"] for row in done.json]) == (0, [verdict])
    assert verdict in run("account", "verify", asked, home=home).out
