"""``post new|edit|list|show|code|check|waive|diff``: writing a post by commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from publishing.enums import PostState
from tests.publishing.newsroom import ACCOUNT, OTHER, TEXT
from tests.weibo_ops.cli.desk import READY, Desk, refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.cli.post.pages import DESK_TITLES, HIT_TITLES

PHONE = "【征集意见】业主王某某手机13800138000,请于10月14日前联系。"
CLEAN = "【停水通知】10月14日9:00至17:00,梧桐路沿线暂停供水。"


def shown(desk: Desk, post: int) -> Any:
    """A post as JSON."""
    return desk("zhao", "post", "show", post, "--format", "json").json


# --- new ------------------------------------------------------------------------------------------------------


def test_a_new_post_gives_its_number_alone_and_tells_the_rest(desk: Desk) -> None:
    done = desk("zhao", "post", "new", *READY, "--text", TEXT)
    assert (done.code, done.out) == (0, "1\n")
    assert "已起草稿件1(" in done.err
    assert "稿件1现为“草稿”。下一步:weibo-ops post submit 1" in done.err
    done = desk("zhao", "post", "new", "--account", ACCOUNT, "--text", CLEAN)
    assert "下一步:填写定稿栏:weibo-ops post edit 2 --public 主动公开" in done.err
    (row,) = desk("zhao", "post", "new", *READY, "--text", CLEAN, "--format", "json").json
    assert (row["post_id"], row["state"], row["account"]) == (3, "草稿", ACCOUNT)
    assert desk("zhao", "post", "new", *READY, "--text", CLEAN, "--format", "csv").csv[0]["post_id"] == "4"


def test_everything_that_is_signed_for_can_be_written(desk: Desk, tmp_path: Path) -> None:
    for name in ("甲.png", "乙.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    post = desk.new(
        "--class", "公告", "--gateway", "commercial", "--earliest", "2026-10-13 09:00", "--latest", "2026-10-14 18:00",
        "--basis", "审批单", "--secrecy", "不涉密", "--originator", "吴某", "--note", "首稿", "--urgent",
        "--reason", "爆管",
        "--media", tmp_path / "甲.png", "--media", tmp_path / "乙.jpg", "--alt", "停水范围",
    )  # fmt: skip
    current = shown(desk, post)["current"]
    assert current["earliest_at"] == "2026-10-13T09:00:00+08:00"
    assert current["latest_at"] == "2026-10-14T18:00:00+08:00"
    wanted = {
        "content_class": "公告", "gateway": "commercial", "source_basis": "审批单", "secrecy_review": "不涉密",
        "originator": "吴某", "note": "首稿", "urgent": True, "urgent_reason": "爆管", "disclosure": "主动公开",
    }  # fmt: skip
    assert {name: current[name] for name in wanted} == wanted
    assert [(each["name"], each["kind"], each["alt"]) for each in current["media"]] == [
        ("甲.png", "图片", "停水范围"),
        ("乙.jpg", "图片", ""),
    ]


def test_the_text_comes_from_an_option_a_file_or_standard_input(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "稿.txt"
    file.write_text(CLEAN + "\n", "utf-8-sig")
    posts = [
        desk("zhao", "post", "new", *READY, "--file", file),
        desk("zhao", "post", "new", *READY, "--file", "-", stdin=f"{CLEAN}\n".encode()),
        desk("zhao", "post", "new", *READY, stdin=CLEAN.encode()),
    ]
    assert [shown(desk, int(done.out))["current"]["text"] for done in posts] == [CLEAN] * 3
    both = desk("zhao", "post", "new", *READY, "--text", CLEAN, "--file", file)
    refused(both, "正文只能由 --text、--file、--template 之一给出", code=2)


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--account", "没有"], "没有登记", 1),
        (["--class", "随笔"], "内容类别“随笔”无法识别", 2),
        (["--gateway", "kite"], "发布通道“kite”无法识别", 2),
        (["--public", "保密"], "公开属性“保密”无法识别", 2),
        (["--earliest", "明天"], "时间“明天”无法识别", 2),
        (["--earliest", "2026-02-30 09:00"], "无法识别", 2),
        (["--earliest", "2026-10-14 09:00", "--latest", "2026-10-13 09:00"], "最晚时间须晚于最早时间", 2),
        (["--media", "没有.png"], "文件“没有.png”无法读取", 2),
        (["--media", "稿.exe"], "不是图片或视频", 2),
        (["--alt", "图"], "替代文字有1条,图片只有0个", 2),
        (["--template", "9", "--text", "x"], "正文只能由", 2),
        (["--note", "长" * 2000], "修改说明含空字符或超过1000字", 2),
        (["--reply-to", "9" * 65], "所答评论的id过长", 2),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, list) else "",
)
def test_what_cannot_be_is_one_sentence_and_stores_nothing(desk: Desk, words: list[str], said: str, code: int) -> None:
    text = [] if "--text" in words else ["--text", CLEAN]
    account = [] if "--account" in words else ["--account", ACCOUNT]
    refused(desk("zhao", "post", "new", *account, *text, *words), said, code=code)
    assert desk("zhao", "post", "list").out == "无数据\n"


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (b"", "没有正文"),
        (b" \n\t", "没有正文"),
        (None, "没有正文"),
        (b"\xff\xfe\x00\x41", "正文无法读取"),
        (b"\x00", "含空字符"),
        ("长".encode() * 20_001, "超过20000字"),
    ],
)
def test_a_text_that_is_none_is_refused(desk: Desk, stdin: bytes | None, said: str) -> None:
    refused(desk("zhao", "post", "new", *READY, stdin=stdin), said, code=2)
    assert desk("zhao", "post", "list").out == "无数据\n"


def test_who_may_not_draft_for_an_account_does_not(desk: Desk) -> None:
    for login in ("sun", "zheng"):
        refused(desk(login, "post", "new", *READY, "--text", CLEAN), "没有“起草稿件”权限")
    refused(desk("wu", "post", "new", *READY, "--text", CLEAN), "不是“云麓供水”主办单位或其上级单位的人员")
    assert desk("zhao", "post", "new", "--account", OTHER, "--text", CLEAN).code == 0, "a superior unit may"


# --- list, show, code -----------------------------------------------------------------------------------------


def test_posts_are_the_same_in_every_format(desk: Desk) -> None:
    desk.new(text=CLEAN)
    desk.new(text=PHONE)
    post = desk.new()
    assert desk("zhao", "post", "submit", post).code == 0
    with desk.seated("zhao"):
        rows = hold_the_three_formats_together(["post", "list"], DESK_TITLES, desk.home)
    assert [row["post_id"] for row in rows] == [post, 2, 1]
    assert (rows[0]["state"], rows[0]["step"], rows[1]["blocking"]) == ("审核中", "初审", 1)


def test_the_list_of_posts_is_this_table(desk: Desk) -> None:
    desk.new(text=CLEAN)
    assert desk("zhao", "post", "list").out == (
        "编号  账号      状态  类别  环节  期限  超时  须处理  待补签  改稿人  正文\n"
        "----  --------  ----  ----  ----  ----  ----  ------  ------  ------  "
        "---------------------------------------------\n"
        "   1  云麓供水  草稿  日常           -    否       0       0  赵编辑  "
        "【停水通知】10月14日9:00至17:00,梧桐路沿线暂…\n"
    )


def test_posts_are_found_by_state_account_words_and_person(desk: Desk) -> None:
    first, second, third = desk.new(text=CLEAN), desk.new(), desk.new(login="li", text="【公告】水质合格。")
    assert desk("zhao", "post", "submit", second).code == 0

    def ids(login: str, *words: str) -> list[int]:
        return [row["post_id"] for row in desk(login, "post", "list", *words, "--format", "json").json]

    assert sorted(ids("zhao")) == [first, second, third]
    assert ids("zhao", "--state", "审核中") == [second]
    assert ids("zhao", "--account", OTHER) == []
    assert ids("zhao", "--search", "水质") == [third]
    assert ids("zhao", "--search", "%") == ids("zhao", "--search", "_") == []
    assert sorted(ids("zhao", "--mine")) == [first, second]
    assert ids("chu", "--mine") == [second], "it waits for a first reviewer"
    assert len(ids("zhao", "--limit", "1")) == 1
    refused(desk("zhao", "post", "list", "--state", "发送中"), "状态“发送中”无法识别", "、".join(PostState), code=2)
    refused(desk("zhao", "post", "list", "--account", "没有"), "没有登记")


def test_a_table_shows_fifty_and_says_so(desk: Desk) -> None:
    room, who = desk.app, desk.who("zhao")
    rows = [(number, desk.entry(f"【公告】第{number}期水质公示。")) for number in range(52)]
    assert room.posts.import_rows(who, rows).stored
    done = desk("zhao", "post", "list")
    assert done.out.count("\n") == 52
    assert "只列出前 50 行" in done.err
    assert len(desk("zhao", "post", "list", "--format", "csv").csv) == 52


def test_a_post_is_shown_as_a_page(desk: Desk) -> None:
    post = desk.new("--class", "公告", "--basis", "审批单", "--secrecy", "不涉密", text=CLEAN)
    done = desk("zhao", "post", "show", post)
    code = desk.code(post)
    assert done.out == (
        f"稿件1  云麓供水(云麓市供水管理局)  草稿  第1稿  公告\n校验码  {code}\n\n"
        f"【正文】{desk.show(post).length}/2000字\n{CLEAN}\n\n"
        "【发布】\n"
        "通道          官方客户端(manual)\n"
        "发布时间      不限 至 不限\n"
        "图片视频      -\n"
        "所答复的评论  -\n"
        "改稿          赵编辑 2026-10-12 09:30\n\n"
        "【定稿栏】\n"
        "公开属性  主动公开\n"
        "来源依据  审批单\n"
        "保密审查  不涉密\n"
        "拟稿人    赵编辑\n"
    )
    assert done.err == "可办:修改(post edit)、送审(post submit)、撤稿(post withdraw)。\n"
    as_csv = {row["field"]: row["value"] for row in desk("zhao", "post", "show", post, "--format", "csv").csv}
    assert (as_csv["text"], as_csv["code"], as_csv["valid"]) == (CLEAN, code, "false")


def test_what_could_act_on_a_terminal_is_shown_harmless(desk: Desk) -> None:
    post = desk.new(text="【公告】\x1b[31m红\x1b[0m\u202e反\x9b31m水质合格。")
    for words in (["show", post], ["list"], ["check", post]):
        for fmt in ("table", "csv", "json"):
            out = desk("zhao", "post", *words, "--format", fmt).out
            assert not set("\x1b\x9b\u202e") & set(out), (words, fmt)


def test_a_post_that_is_not_there_is_said_so_by_every_command(desk: Desk) -> None:
    every: list[list[str]] = [
        ["show", "9"], ["code", "9"], ["check", "9"], ["edit", "9", "--text", "x"], ["diff", "9"], ["submit", "9"],
        ["submit", "9", "--dry-run"], ["waive", "9", "1", "--reason", "已核实无误"], ["sheet", "9"],
        ["verdict", "9", "同意", "--code", "x", "--gates", "全部"], ["return", "9", "--code", "x", "--remark", "y"],
        ["proof", "9", "一校", "--code", "x"], ["remark", "9", "0", "1", "x"], ["withdraw", "9", "--reason", "x"],
    ]  # fmt: skip
    for words in every:
        refused(desk("fu", "post", *words), "没有编号为9的稿件")


# --- edit -----------------------------------------------------------------------------------------------------


def test_an_edit_changes_what_is_written_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "甲.png").write_bytes(b"1")
    post = desk.new(
        "--class", "公告", "--earliest", "2026-10-13 09:00", "--basis", "审批单", "--media", tmp_path / "甲.png"
    )
    before = shown(desk, post)["current"]

    def changed(*words: str | Path) -> dict[str, Any]:
        done = desk("li", "post", "edit", post, *words)
        assert done.code == 0, done.err
        now = shown(desk, post)["current"]
        return {name: value for name, value in now.items() if value != before[name]}

    always = {"number", "author"}
    assert set(changed("--text", CLEAN)) == {"text"} | always
    assert set(changed("--alt", "范围图")) == {"text", "media"} | always
    assert shown(desk, post)["current"]["media"][0]["alt"] == "范围图"
    assert changed("--earliest", "-")["earliest_at"] is None
    assert changed("--no-media")["media"] == []
    assert changed("--urgent", "--reason", "爆管")["urgent_reason"] == "爆管"
    assert "urgent" not in changed("--not-urgent")
    assert changed("--account", OTHER)["account"] == OTHER
    assert shown(desk, post)["row"]["revision"] == 8


def test_an_edit_that_is_none_or_too_late_is_refused(desk: Desk) -> None:
    post = desk.new(text=CLEAN)
    seen = shown(desk, post)["row"]["version"]
    refused(desk("zhao", "post", "edit", post), "没有写明要改什么", code=2)
    refused(desk("zhao", "post", "edit", post, "--text", CLEAN), "内容没有变化", code=2)
    refused(desk("zhao", "post", "edit", post, "--no-media", "--alt", "x"), "不能与 --media、--alt 同时写", code=2)
    refused(desk("zhao", "post", "edit", post, "--alt", "x"), "替代文字有1条,图片只有0个", code=2)
    refused(desk("zhao", "post", "edit", post, "--text", "", "--file", "-"), "正文只能由", code=2)
    assert desk("li", "post", "edit", post, "--text", TEXT).code == 0
    refused(desk("zhao", "post", "edit", post, "--text", CLEAN + "!", "--version", seen), "刚被他人修改或办理")
    refused(desk("wu", "post", "edit", post, "--text", "x"), "不是“稿件1”主办单位")
    refused(desk("sun", "post", "edit", post, "--text", "x"), "没有“起草稿件”权限")
    assert shown(desk, post)["current"]["text"] == TEXT
    assert desk("zhao", "post", "withdraw", post, "--reason", "不再需要").code == 0
    refused(desk("zhao", "post", "edit", post, "--text", CLEAN), "状态是“撤稿”,不能修改")


# --- check and waive ------------------------------------------------------------------------------------------


def test_a_post_is_checked_and_its_hits_are_let_through_by_number(desk: Desk) -> None:
    post = desk.new(text=PHONE)
    done = desk("zhao", "post", "check", post, "--format", "json")
    assert done.code == 1
    (hit,) = [row for row in done.json if row["blocks"]]
    assert PHONE[hit["start"] : hit["end"]] == "13800138000"
    assert "13800138000" not in json.dumps(hit, ensure_ascii=False)
    assert hit["handling"] == "改正或写明理由放行"
    refused(desk("zhao", "post", "submit", post), "检查问题未改正或说明", "手机号码")
    number = hit["number"]
    refused(desk("zhao", "post", "waive", post, number), "放行须写明理由", code=2)
    refused(desk("zhao", "post", "waive", post, 99, "--reason", "本人已同意公开"), "没有第99处提示")
    refused(desk("sun", "post", "waive", post, number, "--reason", "本人已同意公开"), "权限")
    done = desk("zhao", "post", "waive", post, number, "--reason", "本人已同意公开")
    assert (done.code, done.out) == (0, "")
    assert f"第{number}处提示已放行" in done.err
    refused(desk("li", "post", "waive", post, number, "--reason", "本人已同意公开"), "已由赵编辑放行")
    done = desk("zhao", "post", "check", post)
    assert done.code == 0
    assert "已放行(赵编辑:本人已同意公开)" in done.out
    assert "【检查提示】" in desk("zhao", "post", "show", post).out


def test_the_table_of_hits_says_what_is_to_be_done(desk: Desk) -> None:
    desk.new(text=PHONE)
    head, _, *body = desk("zhao", "post", "check", 1).out.splitlines()
    assert head.split() == list(HIT_TITLES.values())
    assert any(line.split()[1:3] == ["扣分", "手机号码"] for line in body)


def test_what_may_only_be_corrected_is_not_let_through(desk: Desk) -> None:
    post = desk.new(text="长" * 2001)
    (hit,) = [
        row for row in desk("zhao", "post", "check", post, "--format", "json").json if row["rule_id"] == "length.post"
    ]
    assert hit["handling"] == "须改正"
    refused(desk("fu", "post", "waive", post, hit["number"], "--reason", "领导要求全文发布"), "不能放行", "请修改正文")


def test_a_veto_is_let_through_by_a_second_person_who_reviews(desk: Desk) -> None:
    post = desk.new(text="【转载】某材料(机密)的公开部分。")
    (hit,) = [row for row in desk("zhao", "post", "check", post, "--format", "json").json if row["severity"] == "veto"]
    reason = ("--reason", "经保密员核实为误报")
    refused(desk("zhao", "post", "waive", post, hit["number"], *reason), "没有“放行否决项”权限")
    refused(desk("chu", "post", "waive", post, hit["number"], *reason), "没有“放行否决项”权限")
    assert desk("fu", "post", "waive", post, hit["number"], *reason).code == 0


def test_a_text_that_is_no_post_yet_is_checked_as_before(desk: Desk, tmp_path: Path) -> None:
    assert desk("zhao", "post", "check", CLEAN).code == 0
    assert desk("zhao", "post", "check", "--text", "12345").out == run("post", "check", "号 12345", home=tmp_path).out
    veto = desk("zhao", "post", "check", "--text", "【转载】(机密)材料。", "--format", "json")
    assert veto.code == 1
    assert veto.json[0]["clause"]
    refused(desk("zhao", "post", "check", "1", "--text", "x"), "只能写一个", code=2)


# --- diff -----------------------------------------------------------------------------------------------------


def test_revisions_are_compared_character_by_character(desk: Desk) -> None:
    post = desk.new()
    assert desk("zhao", "post", "submit", post).code == 0
    desk.sign(post, "chu", "fu", "zhou")
    assert desk("li", "post", "edit", post, "--text", TEXT.replace("17:00", "19:00"), "--class", "公告").code == 0
    assert desk("li", "post", "edit", post, "--text", TEXT.replace("17:00", "21:00")).code == 0
    done = desk("zhao", "post", "diff", post)
    assert done.out == (
        "项目  变化  位置  原文  现文\n"
        "----  ----  ----  ----  ----\n"
        "正文  删去    23  17\n"
        "正文  增加    23        21\n"
        "类别  修改     -  日常  公告\n\n"
        f"{TEXT.replace('17:00', '[-17-]{+21+}:00')}\n"
    )
    assert done.err == "稿件1:第1稿(赵编辑)→第3稿(李编辑)。\n"
    rows = desk("zhao", "post", "diff", post, "2", "3", "--format", "json").json
    assert [(row["change"], row["old"], row["new"]) for row in rows] == [("删去", "19", ""), ("增加", "", "21")]
    assert desk("zhao", "post", "diff", post, "3", "3").out == "无数据\n"
    assert desk("zhao", "post", "diff", post, "1", "2", "--format", "csv").csv[-1]["field"] == "类别"
    refused(desk("zhao", "post", "diff", post, "1", "9"), "没有第9稿", "现有第1至第3稿")


def test_a_post_that_was_never_signed_is_compared_with_its_first_revision(desk: Desk) -> None:
    post = desk.new("--earliest", "2026-10-13 09:00", text=CLEAN)
    assert desk("zhao", "post", "edit", post, "--earliest", "2026-10-13 10:00", "--public", "依申请公开").code == 0
    rows = desk("zhao", "post", "diff", post, "--format", "json").json
    assert [(row["field"], row["old"], row["new"]) for row in rows] == [
        ("最早发布", "2026-10-13 09:00", "2026-10-13 10:00"),
        ("公开属性", "主动公开", "依申请公开"),
    ]
