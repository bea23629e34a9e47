"""``weibo-ops template``: texts to start from, and lines for holding replies that a second person approves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.publishing.newsroom import ACCOUNT, CITY, PLANT, WATER
from tests.weibo_ops.cli.desk import Desk, refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.cli.template import TITLES

LINE = "您好,抢修正在进行,恢复时间请以本号通知为准。"
HOLDING = ("--class", "回复", "--holding", "--valid-until", "2026-12-31")


def add(desk: Desk, *more: str, login: str = "chu", title: str = "停水咨询", text: str = LINE) -> int:
    """Write a template by command; return its number."""
    done = desk(login, "template", "add", title, "--text", text, *more)
    assert done.code == 0, done.err
    return int(done.out)


def row(desk: Desk, number: int) -> Any:
    (found,) = desk("chu", "template", "show", number, "--format", "json").json
    return found


def test_a_template_is_written_for_ones_own_unit_and_gives_its_number_alone(desk: Desk, tmp_path: Path) -> None:
    done = desk(
        "chu", "template", "add", "停水通知", "--class", "公告", "--basis", "审批单", "--text", "【停水】某街段。"
    )
    assert (done.code, done.out, done.err) == (0, "1\n", "已编写模板1“停水通知”。\n")
    assert {name: row(desk, 1)[name] for name in ("unit", "title", "content_class", "source_basis", "standing")} == {
        "unit": WATER, "title": "停水通知", "content_class": "公告", "source_basis": "审批单", "standing": "可用",
    }  # fmt: skip
    file = tmp_path / "口径.txt"
    file.write_text(LINE + "\n", "utf-8-sig")
    done = desk("chu", "template", "add", "停水咨询", *HOLDING, "--file", file)
    assert done.err == "已编写模板2“停水咨询”。下一步:由另一人核准 weibo-ops template approve 2\n"
    assert (row(desk, 2)["text"], row(desk, 2)["standing"]) == (LINE, "待核准")
    assert desk("chu", "template", "add", "抢修", stdin=LINE.encode()).out == "3\n"


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("停水", "--text", " "), "模板须有标题", 2),
        ((" ", "--text", "x"), "模板须有标题", 2),
        (("停" * 101, "--text", "x"), "模板须有标题", 2),
        (("停水", "--text", "x" * 2001), "模板须有标题", 2),
        (("停水", "--text", "x", "--class", "随笔"), "内容类别“随笔”无法识别", 2),
        (("停水", "--text", "x", "--holding"), "口径须写明有效期", 2),
        (("停水", "--text", "x", "--valid-until", "年底"), "“年底”不是日期", 2),
        (("停水", "--text", "x", "--unit", "没有这个局"), "没有", 1),
        (("停水", "--text", "x", "--unit", CITY), "不是该单位或其上级单位的人员", 1),
        (("停水", "--text", "x", "--file", "y"), "正文只能由", 2),
        (("停水",), "没有正文", 2),
    ],
)
def test_what_cannot_be_is_one_sentence_and_stores_nothing(
    desk: Desk, words: tuple[str, ...], said: str, code: int
) -> None:
    refused(desk("chu", "template", "add", *words), said, code=code)
    assert desk("chu", "template", "list").out == "无数据\n"


def test_who_only_drafts_uses_templates_and_writes_none(desk: Desk) -> None:
    number = add(desk, *HOLDING)
    every: list[list[str | int]] = [
        ["add", "x", "--text", "x"],
        ["edit", number, "--title", "x"],
        ["approve", number],
        ["retire", number, "--reason", "x"],
    ]
    for words in every:
        refused(desk("zhao", "template", *words), "权限")
    for words in every[1:]:
        refused(desk("han", "template", *words), "不是该单位或其上级单位的人员")


def test_templates_are_the_same_in_every_format_and_say_whether_they_may_be_used(desk: Desk) -> None:
    add(desk, title="停水通知", text="【停水】某街段。")
    line, old = add(desk, *HOLDING), add(desk, title="旧口径")
    add(desk, *HOLDING, title="厂区口径", login="han")
    assert desk("fu", "template", "approve", line).code == 0
    assert desk("fu", "template", "retire", old, "--reason", "过时").code == 0
    with desk.seated("zhao"):
        rows = hold_the_three_formats_together(["template", "list"], TITLES, desk.home)
    assert {each["title"]: each["standing"] for each in rows} == {
        "停水通知": "可用", "停水咨询": "可用", "旧口径": "停用", "厂区口径": "待核准",
    }  # fmt: skip

    def titles(*words: str) -> set[str]:
        return {each["title"] for each in desk("zhao", "template", "list", *words, "--format", "json").json}

    assert titles("--holding") == {"停水咨询", "厂区口径"}
    assert titles("--ordinary") == {"停水通知", "旧口径"}
    assert titles("--unit", WATER) == {"停水通知", "停水咨询", "旧口径"}
    assert titles("--unit", PLANT) == {"停水通知", "停水咨询", "旧口径", "厂区口径"}, "those of the units above count"
    refused(desk("zhao", "template", "list", "--unit", "没有"), "没有")
    desk.clock.forward(days=90)
    assert row(desk, line)["standing"] == "过期"


def test_a_template_is_shown_as_a_page(desk: Desk) -> None:
    number = add(desk, *HOLDING)
    assert desk("zhao", "template", "show", number).out == (
        "项目      内容\n"
        "--------  ----------------\n"
        "编号      1\n"
        "单位      云麓市供水管理局\n"
        "名称      停水咨询\n"
        "类别      回复\n"
        "来源依据\n"
        "答复口径  是\n"
        "有效期至  2026-12-31\n"
        "编写      褚初审\n"
        "核准\n"
        "状态      待核准\n"
        f"\n{LINE}\n"
    )
    refused(desk("zhao", "template", "show", 9), "没有编号为9的模板", "weibo-ops template list")


def test_a_line_is_approved_by_a_second_person_and_anew_after_every_edit(desk: Desk) -> None:
    number = add(desk, *HOLDING)
    refused(desk("chu", "template", "approve", number), "须由另一人")
    done = desk("fu", "template", "approve", number)
    assert done.err == "模板1“停水咨询”已核准,有效期至2026-12-31。\n"
    refused(desk("fu", "template", "approve", number), "不是待核准的口径")
    refused(desk("chu", "template", "edit", number), "没有写明要改什么", code=2)
    seen = row(desk, number)["version"]
    done = desk("wei", "template", "edit", number, "--valid-until", "2027-01-31")
    assert done.err == "已修改模板1“停水咨询”。下一步:由另一人核准 weibo-ops template approve 1\n"
    assert (row(desk, number)["approved_by"], row(desk, number)["text"]) == ("", LINE)
    refused(desk("chu", "template", "edit", number, "--title", "x", "--version", str(seen)), "刚被他人修改或已停用")
    refused(desk("wei", "template", "approve", number), "须由另一人")
    assert desk("chu", "template", "approve", number).code == 0
    refused(desk("chu", "template", "edit", number, "--valid-until", "-"), "口径须写明有效期", code=2)
    refused(desk("fu", "template", "approve", add(desk, title="停水通知")), "不是待核准的口径")


def test_a_template_is_retired_with_a_reason_and_used_no_more(desk: Desk) -> None:
    number = add(desk)
    refused(desk("chu", "template", "retire", number), "停用模板须写明理由", code=2)
    assert desk("chu", "template", "retire", number, "--reason", "过时").err == "模板1已停用。\n"
    refused(desk("chu", "template", "retire", number, "--reason", "过时"), "已停用")
    refused(desk("chu", "template", "edit", number, "--title", "x"), "刚被他人修改或已停用")
    refused(desk("zhao", "post", "new", "--account", ACCOUNT, "--template", number), "模板1已停用")
    refused(desk("zhao", "post", "new", "--account", ACCOUNT, "--template", 9), "没有编号为9的模板")


def test_an_approved_line_word_for_word_takes_the_short_chain(desk: Desk) -> None:
    number = add(desk, *HOLDING)
    words = (
        "--account",
        ACCOUNT,
        "--template",
        str(number),
        "--gateway",
        "comment",
        "--reply-to",
        "50001",
        "--public",
        "主动公开",
    )

    def chain(*more: str) -> str:
        post = int(desk("zhao", "post", "new", *words).out)
        if more:
            assert desk("zhao", "post", "edit", post, *more).code == 0
        return desk("zhao", "post", "submit", post, "--dry-run").err

    assert "一般答复" in chain(), "nobody approved it yet"
    assert desk("fu", "template", "approve", number).code == 0
    assert "试算(未送审):过程性答复(" in chain()
    assert "试算(未送审):一般答复(" in chain("--text", LINE.replace("抢修", "检修"))
    assert desk("fu", "template", "retire", number, "--reason", "恢复供水").code == 0
    refused(desk("zhao", "post", "new", *words), "模板1已停用")
    reply = desk("zhao", "post", "new", *words[:2], *words[4:], "--class", "回复", "--text", LINE)
    assert "试算(未送审):一般答复(" in desk("zhao", "post", "submit", int(reply.out), "--dry-run").err
