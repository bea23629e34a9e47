"""``post submit|queue|verdict|return|proof|remark|withdraw|…``, and the wrong doors: no signature outlives an edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.publishing.newsroom import ACCOUNT, TEXT
from tests.weibo_ops.cli.desk import Desk, refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.cli.post.pages import DESK_TITLES

COUNTERSIGNED = (
    ('clause = "政策、解读、领导活动类内容,复审环节由两人会签"', 'clause = "复审环节由指定人员全部会签"'),
    ("enabled = false", "enabled = true"),
    ('when = { classes = ["政策", "解读", "领导活动"] }', 'when = { classes = ["解读"] }'),
    ('mode = "some", need = 2', 'mode = "all"'),
)
"""A chain in which all of those named sign, for 解读."""


def waiting(desk: Desk, *more: str) -> int:
    """A post in review."""
    post = desk.new(*more)
    done = desk("zhao", "post", "submit", post)
    assert done.code == 0, done.err
    return post


def verdict(desk: Desk, login: str, post: int, **more: str) -> Any:
    """Sign, reading the code of the text as it is now."""
    words = {"code": desk.code(post), "gates": "全部"} | more
    options = [word for name, value in words.items() for word in (f"--{name}", value)]
    return desk(login, "post", "verdict", post, "同意", *options, "--proofed")


def signatures(desk: Desk, post: int) -> str:
    """The table of signatures of the last round, as it is printed."""
    page = desk("zhao", "post", "show", post).out
    return page[page.rindex("签批  环节") :].partition("\n\n")[0]


# --- submission -----------------------------------------------------------------------------------------------


def test_a_submission_tells_its_chain_and_can_be_tried_first(desk: Desk) -> None:
    post = desk.new()
    tried = desk("zhao", "post", "submit", post, "--dry-run")
    assert tried.out == (
        "环节  角色  时限               可审签                                       会签人\n"
        "----  ----  -----------------  -------------------------------------------  ------\n"
        "初审  初审  240分钟(工作时间)  褚初审;卫初审;傅复审;沈复审;周终审;尚市长办\n"
        "复审  复审  240分钟(工作时间)  傅复审;沈复审;周终审;尚市长办\n"
        "终审  终审  240分钟(工作时间)  周终审;尚市长办\n"
    )
    assert tried.err == "试算(未送审):三审三校(类别“日常”),初审→复审→终审。\n"
    assert desk.state(post) == "草稿"
    done = desk("zhao", "post", "submit", post)
    assert (done.code, done.out) == (0, "")
    assert f"稿件1第1次送审:三审三校(类别“日常”),初审→复审→终审。校验码 {desk.code(post)}" in done.err
    assert "第一环节期限 2026-10-12 14:30。" in done.err
    refused(desk("zhao", "post", "submit", post), "状态是“审核中”,不能送审")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "定稿栏未填完整:公开属性"),
        (("--public", "不予公开"), "定稿栏写明“不予公开”,不能在微博发布"),
        (("--public", "主动公开", "--class", "公告"), "定稿栏未填完整:来源依据、保密审查"),
        (("--public", "主动公开", "--urgent"), "定稿栏未填完整:应急理由"),
        (("--public", "主动公开", "--class", "回复"), "回复类稿件须写明所答的评论"),
        (("--public", "主动公开", "--latest", "2026-10-12 09:00"), "最晚发布时间2026-10-12 09:00已过"),
    ],
)
def test_what_is_not_fit_to_go_out_is_not_submitted(desk: Desk, words: tuple[str, ...], said: str) -> None:
    post = int(desk("zhao", "post", "new", "--account", ACCOUNT, "--text", TEXT, *words).out)
    for more in ([], ["--dry-run"]):
        refused(desk("zhao", "post", "submit", post, *more), said)
    assert desk.state(post) == "草稿"


def test_a_submission_of_what_was_seen_is_refused_when_somebody_was_faster(desk: Desk) -> None:
    post = desk.new()
    seen = desk.show(post).row.version
    assert desk("li", "post", "edit", post, "--note", "x", "--text", TEXT + "请互相转告。").code == 0
    refused(desk("zhao", "post", "submit", post, "--version", seen), "刚被他人修改或办理")
    refused(desk("zhao", "post", "withdraw", post, "--reason", "x", "--version", seen), "刚被他人修改或办理")
    refused(desk("wu", "post", "submit", post), "不是稿件1主办单位或其上级单位的人员")


@pytest.mark.parametrize("given", ["会签", "=fu", "会签=", "会签=,、"])
def test_who_countersigns_is_written_step_by_step(desk: Desk, given: str) -> None:
    refused(desk("zhao", "post", "submit", desk.new(), "--named", given), f"--named 的值“{given}”无法识别", code=2)


def test_all_of_those_named_sign_and_one_who_left_is_replaced(desk: Desk) -> None:
    desk.rule("approval", *COUNTERSIGNED)
    words = ("--class", "解读", "--basis", "文件", "--secrecy", "不涉密")
    post = desk.new(*words)
    refused(desk("zhao", "post", "submit", post, "--named", "初审=chu"), "没有须全部会签的环节“初审”", code=2)
    refused(desk("zhao", "post", "submit", post, "--named", "会签=chu"), "“chu”不能会签“会签”", code=2)
    assert desk("zhao", "post", "submit", post, "--named", "会签=fu,shen").code == 0
    desk.sign(post, "chu", "fu")
    refused(desk("fu", "post", "reassign", post, "会签", "shen", "shang", "--reason", "调离"), "没有“调整审签人”权限")
    refused(desk("zhou", "post", "reassign", post, "会签", "shen", "shang"), "须写明理由", code=2)
    refused(desk("zhou", "post", "reassign", post, "会签", "fu", "shang", "--reason", "调离"), "已经会签")
    refused(
        desk("zhou", "post", "reassign", post, "会签", "shen", "zhou", "--reason", "调离"), "不能把会签人调整为本人"
    )
    refused(desk("zhou", "post", "reassign", post, "会签", "shen", "zhao", "--reason", "调离"), "“zhao”不能承担")
    refused(desk("zhou", "post", "reassign", post, "终审", "shen", "shang", "--reason", "调离"), "没有未完成的会签环节")
    done = desk("zhou", "post", "reassign", post, "会签", "shen", "shang", "--reason", "调离")
    assert "待会签" in done.err
    refused(verdict(desk, "shen", post), "沈复审不在其中")
    desk.sign(post, "shang", "zhou")
    assert desk.state(post) == "已签发"


# --- verdicts -------------------------------------------------------------------------------------------------


def test_three_reviews_sign_a_post_each_told_who_comes_next(desk: Desk) -> None:
    post = waiting(desk)
    assert [row["post_id"] for row in desk("chu", "post", "queue", "--format", "json").json] == [post]
    with desk.seated("chu"):
        assert hold_the_three_formats_together(["post", "queue"], DESK_TITLES, desk.home)[0]["mine"] is True
    assert desk("zhou", "post", "queue", "--format", "json").json, "a higher reviewer may sign for a lower"
    assert desk("zhao", "post", "queue").out == "无数据\n"
    done = verdict(desk, "chu", post)
    assert done.err == "稿件1现为“审核中”:待复审(傅复审、沈复审),期限 2026-10-12 14:30。\n"
    assert desk("chu", "post", "queue").out == "无数据\n"
    assert "待终审(周终审)" in verdict(desk, "fu", post, gates="政治,法律、政策,保密 文字").err
    assert verdict(desk, "zhou", post, remark="可以").err == (
        "稿件1现为“已签发”。下一步:weibo-ops post schedule 1 --at next\n"
    )
    page = desk("zhao", "post", "show", post).out
    assert page[page.index("【第1次送审】") :].splitlines()[2:14] == [
        "适用该审批链的原因:类别“日常”",
        "环节  角色  状态    时限               期限                 超时  审签人",
        "----  ----  ------  -----------------  -------------------  ----  ------",
        "初审  初审  已同意  240分钟(工作时间)  2026-10-12 14:30:00    否  褚初审",
        "复审  复审  已同意  240分钟(工作时间)  2026-10-12 14:30:00    否  傅复审",
        "终审  终审  已同意  240分钟(工作时间)  2026-10-12 14:30:00    否  周终审",
        "",
        "签批  环节  意见  审签人  代  方式  五关                      说明  时间                 录入  核对  效力",
        "----  ----  ----  ------  --  ----  ------------------------  ----  -------------------  ----  ----  ----",
        "   1  初审  同意  褚初审      系统  政治;法律;政策;保密;文字        2026-10-12 09:30:00              有效",
        "   2  复审  同意  傅复审      系统  政治;法律;政策;保密;文字        2026-10-12 09:30:00              有效",
        "   3  终审  同意  周终审      系统  政治;法律;政策;保密;文字  可以  2026-10-12 09:30:00              有效",
    ]


def test_a_verdict_that_may_not_be_is_refused_with_its_clause(desk: Desk) -> None:
    post = waiting(desk)
    code = desk.code(post)
    full = ("--code", code, "--gates", "全部", "--proofed")
    refused(desk("zhao", "post", "verdict", post, "同意", *full), "没有“审签稿件”权限")
    refused(desk("chu", "post", "verdict", post, "通过", *full), "没有“通过”这一意见", "同意、退回", code=2)
    refused(desk("chu", "post", "verdict", post, "退回", "--code", code), "退回须写明理由", code=2)
    refused(desk("chu", "post", "return", post, "--code", code), "退回须写明理由", code=2)
    refused(
        desk("chu", "post", "verdict", post, "同意", "--code", code, "--gates", "政治,经济"), "没有“经济”这一关", code=2
    )
    refused(
        desk("chu", "post", "verdict", post, "同意", "--code", code, "--gates", "政治"),
        "缺法律、政策、保密、文字",
        code=2,
    )
    refused(desk("chu", "post", "verdict", post, "同意", "--code", code, "--gates", "全部"), "“初审”前须完成一校")
    refused(desk("chu", "post", "verdict", post, "同意", "--code", "AAAA", "--gates", "全部"), "所见的不是这一稿")
    refused(desk("chu", "post", "verdict", post, "同意", "--gates", "全部"), "缺少", code=2)
    refused(desk("chu", "post", "verdict", post, "同意", *full, "--step", "终审"), "没有待审的环节“终审”")
    refused(desk("han", "post", "verdict", post, "同意", *full), "不是该账号主办单位或其上级单位的人员")
    desk.sign(post, "chu")
    refused(desk("chu", "post", "verdict", post, "同意", *full), "“复审”须由复审及以上审核人办理")
    refused(desk("wei", "post", "verdict", post, "同意", *full), "须由复审及以上审核人办理")
    desk.sign(post, "zhou")
    refused(desk("zhou", "post", "verdict", post, "同意", *full), "已签过本稿的另一环节")
    assert desk.state(post) == "审核中"


def test_a_code_is_read_whatever_its_case_and_hyphens(desk: Desk) -> None:
    post = waiting(desk)
    assert verdict(desk, "chu", post, code=desk.code(post).lower().replace("-", " ")).code == 0


def test_who_wrote_does_not_sign_whatever_their_role(desk: Desk) -> None:
    post = desk.new(login="chu")
    assert desk("zhao", "post", "submit", post).code == 0
    refused(verdict(desk, "chu", post), "起草或修改过本稿")
    assert verdict(desk, "wei", post).code == 0


def test_a_return_goes_back_with_its_reason_and_comes_again(desk: Desk) -> None:
    post = waiting(desk)
    desk.sign(post, "chu")
    done = desk("fu", "post", "return", post, "--code", desk.code(post), "--remark", "请核对时间")
    assert done.err == "稿件1现为“退回”。下一步:weibo-ops post submit 1\n"
    assert "请核对时间" in desk("zhao", "post", "show", post).out
    assert "有效" not in signatures(desk, post), "a round that was returned holds nothing"
    assert "签字" not in desk("zhao", "post", "edit", post, "--note", "x", "--text", TEXT + "一").err
    refused(verdict(desk, "wei", post), "状态是“草稿”,不能同意")
    assert desk("zhao", "post", "submit", post).code == 0
    assert "第2次送审" in desk("zhao", "post", "show", post).out


# --- proofs, remarks, withdrawal ------------------------------------------------------------------------------


def test_proofs_are_of_one_text_and_by_whoever_reads_it(desk: Desk) -> None:
    post = waiting(desk)
    refused(desk("li", "post", "proof", post, "四校", "--code", desk.code(post)), "没有“四校”", code=2)
    refused(desk("li", "post", "proof", post, "一校", "--code", "X"), "校验码与稿件1现在的文本不符")
    refused(desk("sun", "post", "proof", post, "一校", "--code", desk.code(post)), "权限")
    done = desk("li", "post", "proof", post, "一校", "--code", desk.code(post), "--note", "改正一处标点")
    assert done.err == "稿件1已登记一校。\n"
    done = desk("chu", "post", "verdict", post, "同意", "--code", desk.code(post), "--gates", "全部")
    assert done.code == 0
    assert "改正一处标点" in desk("zhao", "post", "show", post).out


def test_remarks_stand_on_a_place_until_they_are_settled(desk: Desk) -> None:
    post = waiting(desk)
    done = desk("chu", "post", "remark", post, 1, 5, "宜写明计划停水")
    assert (done.code, done.out) == (0, "1\n")
    assert "已批注“停水通知”" in done.err
    for start, end, text in ((5, 5, "x"), (5, 4, "x"), (0, 10_000, "x"), (0, 1, " ")):
        refused(desk("chu", "post", "remark", post, start, end, text), "批注须写明正文中的位置", code=2)
    refused(desk("han", "post", "remark", post, 0, 1, "x"), "不是稿件1主办单位")
    refused(desk("zhao", "post", "settle-remark", 9), "没有编号为9的批注")
    done = desk("zhao", "post", "settle-remark", 1)
    assert done.err == "批注1已处理;稿件1还有0条未处理。\n"
    refused(desk("zhao", "post", "settle-remark", 1), "该批注已处理")
    (remark,) = desk("zhao", "post", "show", post, "--format", "json").json["remarks"]
    assert (remark["quote"], remark["settled_by"]) == ("停水通知", "赵编辑")


def test_a_post_is_withdrawn_for_good_with_a_reason(desk: Desk) -> None:
    post = waiting(desk)
    refused(desk("zhao", "post", "withdraw", post), "撤稿须写明理由", code=2)
    refused(desk("sun", "post", "withdraw", post, "--reason", "x"), "没有“起草稿件”权限")
    done = desk("zhao", "post", "withdraw", post, "--reason", "停水取消")
    assert done.err == "稿件1现为“撤稿”。\n"
    for words in (["submit"], ["withdraw", "--reason", "x"]):
        refused(desk("zhao", "post", words[0], post, *words[1:]), "状态是“撤稿”")
    assert desk("zhao", "post", "show", post).err == "可办:只可查看。\n"


# --- reminders and changed standards --------------------------------------------------------------------------


def test_what_is_late_is_urged_and_reported_upward(desk: Desk) -> None:
    waiting(desk)
    assert "提醒和催办 0 项" in desk("chu", "post", "remind").err
    desk.clock.forward(hours=8)
    assert "提醒和催办" in desk("chu", "post", "remind").err
    todos = {(row["recipient"], row["title"][:2]) for row in desk("zhou", "todo", "list", "--format", "json").json}
    assert {("chu", "催办"), ("fu", "催办")} <= todos
    assert desk("zhao", "post", "list", "--format", "json").json[0]["overdue"] is True
    refused(desk("zhao", "post", "remind"), "没有“审签稿件”权限")


def test_a_list_that_gains_a_word_takes_back_what_waits(desk: Desk) -> None:
    signed, other = waiting(desk), desk.new(text="【公告】水质合格。")
    desk.sign(signed, "chu", "fu", "zhou")
    desk.forbid("梧桐路")
    done = desk("zhao", "post", "recheck")
    assert (done.code, done.out) == (0, "")
    assert "须重新审签的稿件:1" in done.err or desk.state(signed) == "草稿"
    assert desk.state(signed) == "草稿"
    assert desk.state(other) == "草稿"
    assert set(desk("zhao", "post", "recheck", "--format", "json").json) == {
        "waiting", "reopened", "published", "published_hits",
    }  # fmt: skip
    assert desk("zhao", "post", "recheck", "--format", "csv").csv[0]["waiting"] == "0"
    refused(desk("chu", "post", "recheck"), "没有“内容检查”权限")


# --- the wrong doors ------------------------------------------------------------------------------------------


def _edit_text(desk: Desk, post: int, _: Path) -> None:
    assert desk("zhao", "post", "edit", post, "--text", TEXT.replace("17:00", "18:00")).code == 0


def _edit_time(desk: Desk, post: int, _: Path) -> None:
    assert desk("zhao", "post", "edit", post, "--earliest", "2026-10-13 09:00").code == 0


def _edit_media(desk: Desk, post: int, folder: Path) -> None:
    (folder / "图.png").write_bytes(b"1")
    assert desk("zhao", "post", "edit", post, "--media", folder / "图.png", "--alt", "图").code == 0


def _edit_colophon(desk: Desk, post: int, _: Path) -> None:
    assert desk("zhao", "post", "edit", post, "--basis", "另一份文件").code == 0


def _edit_by_a_signer(desk: Desk, post: int, _: Path) -> None:
    assert desk("zhou", "post", "edit", post, "--text", TEXT + "(改)").code == 0


def _withdraw(desk: Desk, post: int, _: Path) -> None:
    assert desk("zhao", "post", "withdraw", post, "--reason", "不发了").code == 0


WAY = ("chu", "fu", "zhou")


@pytest.mark.parametrize(
    ("door", "signed_by"),
    [
        *((door, WAY) for door in (_edit_text, _edit_time, _edit_media, _edit_colophon, _edit_by_a_signer, _withdraw)),
        (_edit_text, WAY[:1]),
        (_edit_by_a_signer, WAY[:2]),
    ],
    ids=lambda each: each.__name__ if callable(each) else str(len(each)),
)
def test_no_signature_outlives_a_change_by_command(
    desk: Desk, tmp_path: Path, door: Callable[[Desk, int, Path], None], signed_by: tuple[str, ...]
) -> None:
    post = waiting(desk)
    desk.sign(post, *signed_by)
    old = desk.code(post)
    door(desk, post, tmp_path)
    found = desk("zhao", "post", "show", post, "--format", "json").json
    assert found["row"]["state"] in ("草稿", "撤稿")
    assert found["valid"] is False
    verdicts = [each for round_ in found["rounds"] for step in round_["steps"] for each in step["verdicts"]]
    assert len(verdicts) == len(signed_by)
    if found["row"]["state"] == "草稿":
        assert not any(each["valid"] for each in verdicts)
        assert desk("zhao", "post", "submit", post).code == 0
        stale = desk("wei", "post", "verdict", post, "同意", "--code", old, "--gates", "全部", "--proofed")
        refused(stale, "所见的不是这一稿")
        desk.sign(post, "wei", "shen")
        assert desk.state(post) == "审核中", "the old signatures count for nothing"
        desk.sign(post, "shang")
        assert desk.state(post) == "已签发"


def test_an_edit_says_whose_signatures_it_voids(desk: Desk) -> None:
    post = waiting(desk)
    done = desk("zhao", "post", "edit", post, "--text", TEXT + "一")
    assert "本次送审已终止,须重新送审。" in done.err
    assert desk("zhao", "post", "submit", post).code == 0
    desk.sign(post, "chu", "fu", "zhou")
    done = desk("zhao", "post", "edit", post, "--text", TEXT + "二")
    assert "此前的3个签字(褚初审、傅复审、周终审)已全部作废,须重新送审。" in done.err


def test_changing_back_does_not_bring_the_signatures_back(desk: Desk) -> None:
    post = waiting(desk)
    desk.sign(post, "chu", "fu", "zhou")
    code = desk.code(post)
    assert desk("zhao", "post", "edit", post, "--text", TEXT + "!").code == 0
    assert desk("zhao", "post", "edit", post, "--text", TEXT).code == 0
    assert desk.code(post) == code, "the same text under the same rules"
    assert desk.state(post) == "草稿"
    assert desk.show(post).valid is False
    assert desk("zhao", "post", "submit", post).code == 0
    assert desk.state(post) == "审核中"
    refused(verdict(desk, "zhao", post), "没有“审签稿件”权限")


def test_an_import_neither_touches_nor_borrows_a_signature(desk: Desk, tmp_path: Path) -> None:
    post = waiting(desk)
    desk.sign(post, "chu", "fu", "zhou")
    file = tmp_path / "稿件.csv"
    file.write_text(
        f"账号,正文,公开属性,状态,编号\n{ACCOUNT},{TEXT.replace(',', '，')}改,主动公开,已签发,{post}\n", "utf-8"
    )
    done = desk("zhao", "post", "import", file)
    assert done.code == 0, done.err
    assert [(row["post_id"], row["state"]) for row in desk("zhao", "post", "list", "--format", "json").json] == [
        (2, "草稿"),
        (post, "已签发"),
    ]
    assert desk.show(post).valid is True
    assert desk.show(2).valid is False


def test_two_commands_at_one_text_do_not_both_win(desk: Desk) -> None:
    post = desk.new()
    seen = desk.show(post).row.version
    assert desk("zhao", "post", "submit", post).code == 0
    late = desk("li", "post", "edit", post, "--text", TEXT + "!", "--version", seen)
    refused(late, "刚被他人修改或办理")
    assert desk.show(post).current.text == TEXT
