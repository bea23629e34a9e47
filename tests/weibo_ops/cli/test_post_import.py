"""``post import``: many drafts from one table, all or none, through the same gate as one."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.publishing.newsroom import ACCOUNT, OTHER
from tests.weibo_ops.cli.desk import Desk, refused

GOOD = f"账号,正文,公开属性\n{ACCOUNT},【公告】水质合格。,主动公开\n{OTHER},【公告】厂区开放日。,主动公开\n"


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "稿件.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_every_row_becomes_a_draft(desk: Desk, tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, GOOD, encoding)
    tried = desk("zhao", "post", "import", file, "--dry-run")
    assert (tried.code, tried.out, tried.err) == (0, "", "试算(未保存):可起草 2 件,有误 0 行。\n")
    assert desk("zhao", "post", "list").out == "无数据\n"
    done = desk("zhao", "post", "import", file)
    assert done.err == "已起草 2 件:稿件1至2。下一步:逐件检查、送审,见 weibo-ops post list。\n"
    rows = desk("zhao", "post", "list", "--format", "json").json
    assert {(row["account"], row["state"]) for row in rows} == {(ACCOUNT, "草稿"), (OTHER, "草稿")}


def test_a_workbook_brings_everything_that_is_signed_for(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "图").mkdir()
    (tmp_path / "图" / "甲.png").write_bytes(b"1")
    (tmp_path / "乙.jpg").write_bytes(b"2")
    fields = {
        "账号": ACCOUNT, "正文": "【停水通知】明日停水。", "类别": "公告", "通道": "商业接口", "最早": "2026-10-13",
        "最晚": "2026-10-14 18:00", "应急发布": "是", "应急事由": "爆管", "公开属性": "主动公开", "来源依据": "审批单",
        "保密审查": "不涉密", "拟稿人": "li", "备注": "首稿", "图片": "图/甲.png;乙.jpg", "替代文字": "甲图;乙图",
    }  # fmt: skip
    file = tmp_path / "稿件.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        for column, (heading, cell) in enumerate(fields.items()):
            sheet.write(0, column, heading)
            sheet.write(1, column, cell)
    done = desk("zhao", "post", "import", file)
    assert done.err == "已起草 1 件:稿件1。下一步:逐件检查、送审,见 weibo-ops post list。\n"
    current = desk("zhao", "post", "show", 1, "--format", "json").json["current"]
    wanted = {
        "content_class": "公告", "gateway": "commercial", "earliest_at": "2026-10-13T00:00:00+08:00",
        "latest_at": "2026-10-14T18:00:00+08:00", "urgent": True, "urgent_reason": "爆管", "disclosure": "主动公开",
        "source_basis": "审批单", "secrecy_review": "不涉密", "originator": "李编辑", "note": "首稿",
        "author": "赵编辑",
    }  # fmt: skip
    assert {name: current[name] for name in wanted} == wanted
    assert [(each["name"], each["alt"]) for each in current["media"]] == [("甲.png", "甲图"), ("乙.jpg", "乙图")]


def test_one_wrong_row_keeps_all_out_and_every_wrong_row_is_told(desk: Desk, tmp_path: Path) -> None:
    text = GOOD.replace("公开属性\n", "公开属性,类别,最早,图片\n") + (
        f"{ACCOUNT},好,,,明天,\n没有,好,,,,\n{ACCOUNT},,,,,\n{ACCOUNT},好,,随笔,,\n{ACCOUNT},好,,,,没有.png\n"
    )
    file = write(tmp_path, text)
    done = desk("zhao", "post", "import", file)
    assert done.code == 1
    assert done.err == "可起草 2 件,有误 5 行,全部未保存。下一步:请改正上列各行后重新导入。\n"
    for fmt in ("json", "csv"):
        again = desk("zhao", "post", "import", file, "--dry-run", "--format", fmt)
        assert again.code == 1
        rows = again.json if fmt == "json" else again.csv
        assert [str(row["line"]) for row in rows] == ["4", "5", "6", "7", "8"]
        said = ["时间“明天”无法识别", "没有登记名为“没有”", "没有写正文", "内容类别“随笔”", "文件“没有.png”无法读取"]
        assert all(word in row["message"] for word, row in zip(said, rows, strict=True))
        assert all("下一步:" in row["message"] for row in rows)
    assert desk("zhao", "post", "list").out == "无数据\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", "标题,正文\n好,好\n".encode(), "缺少“账号"),
        ("a.csv", "账号,正文,内容\n好,好,好\n".encode(), "有2列表示“正文”:正文、内容"),
        ("a.csv", "账号,正文\n".encode(), "只有表头"),
        ("a.csv", b"", "没有内容"),
        ("a.csv", b"\x00\x01\x02", "“a.csv”"),
        ("a.xlsx", b"PK\x03\x04broken", "不是可读取的 XLSX 工作簿"),
        ("a.xlsx", b"", "“a.xlsx”"),
    ],
)
def test_a_broken_file_is_one_sentence(desk: Desk, tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    refused(desk("zhao", "post", "import", tmp_path / name), said, code=2)
    assert desk("zhao", "post", "list").out == "无数据\n"


def test_who_may_not_draft_imports_nothing(desk: Desk, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    refused(desk("sun", "post", "import", file), "没有“起草稿件”权限")
    refused(desk("zhao", "post", "import", tmp_path / "没有.csv"), "无法读取", code=2)
    done = desk("wu", "post", "import", file)
    assert done.code == 1
    assert "不是“云麓供水”主办单位" in done.out
    assert desk("zhao", "post", "list").out == "无数据\n"


def test_a_column_that_means_nothing_is_named_before_its_deadline_is_lost(desk: Desk, tmp_path: Path) -> None:
    file = write(
        tmp_path, "账号,正文,最晚发布时间,状态,最迟\n云麓供水,今日窗口照常开放。,2030-10-14 09:00,已签发,明天\n"
    )
    tried = desk("zhao", "post", "import", file, "--dry-run")
    assert tried.err.startswith("未采用的列(表头无法识别):状态、最迟。\n")
    assert desk("zhao", "post", "import", file).code == 0
    row = desk("zhao", "post", "list", "--format", "json").json[0]
    assert row["state"] == "草稿"
    assert row["latest_at"] == "2030-10-14T09:00:00+08:00"
