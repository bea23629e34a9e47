"""``post sheet|paper|check-paper|phone|owed|countersign``: signed on paper, said by telephone, by commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.weibo_ops.cli.desk import Desk, refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.cli.post.outside import OWED_TITLES

SCAN = "扫描.jpg"


@pytest.fixture
def post(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A post that waits for its second review, every proof-reading on file, and a scan beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / SCAN).write_bytes(b"scan")
    number = desk.draft().row.post_id
    desk.submit(number)
    desk.agree(number, "chu")
    for proof in ("二校", "三校"):
        desk.app.reviews.proof(desk.who("li"), number, proof, code=desk.show(number).code)
    return number


def code(desk: Desk, post: int) -> str:
    return desk.show(post).code


def verdicts(desk: Desk, post: int) -> list[Any]:
    return [each for step in desk.show(post).rounds[-1].steps for each in step.verdicts]


def test_paper_counts_once_a_second_person_compared_it(desk: Desk, post: int) -> None:
    own = code(desk, post)
    done = desk("li", "post", "paper", post, "复审", "fu", "--code", own, "--scan", SCAN, "--remark", "同意")
    assert done.out == "2\n"
    assert done.err == "已录入纸质签批2。下一步:由另一人核对 weibo-ops post check-paper 2 --code 校验码\n"
    assert "待核对" in desk("zhao", "post", "show", post).out
    refused(desk("li", "post", "paper", post, "复审", "fu", "--code", own, "--scan", SCAN), "已录入,待核对")
    for login in ("li", "fu", "zhao"):
        refused(desk(login, "post", "check-paper", 2, "--code", own), "核对纸质签批须由另一人办理")
    refused(desk("wei", "post", "check-paper", 2, "--code", "AAAA"), "校验码与所录稿件不符")
    refused(desk("wei", "post", "check-paper", 9, "--code", own), "没有编号为9的签批", "weibo-ops post owed")
    with desk.seated("wei"):
        (row,) = hold_the_three_formats_together(["post", "owed"], OWED_TITLES, desk.home)
    assert (row["kind"], row["verdict_id"], row["name"], row["recorded_by"]) == ("待核对", 2, "傅复审", "李编辑")
    done = desk("wei", "post", "check-paper", 2, "--code", own.lower())
    assert done.err.startswith("签批2核对相符。\n稿件1现为“审核中”:待终审(周终审)")
    assert desk("wei", "post", "owed").out == "无数据\n"
    refused(desk("wei", "post", "check-paper", 2, "--code", own), "不是待核对的纸质签批")


def test_paper_that_does_not_fit_is_void_and_is_signed_anew(desk: Desk, post: int) -> None:
    own = code(desk, post)
    assert desk("li", "post", "paper", post, "复审", "fu", "--code", own, "--scan", SCAN).code == 0
    refused(desk("wei", "post", "check-paper", 2, "--code", own, "--mismatch", " "), "核对不符须写明情况", code=2)
    done = desk("wei", "post", "check-paper", 2, "--code", own, "--mismatch", "签名不清")
    assert done.err.startswith("签批2核对不符,不予采用。\n稿件1现为“审核中”:待复审")
    assert desk("li", "post", "paper", post, "复审", "fu", "--code", own, "--scan", SCAN).out == "3\n"
    assert desk("wei", "post", "check-paper", 3, "--code", own).code == 0


@pytest.mark.parametrize(
    ("words", "said", "exit_code"),
    [
        (("复审", "fu", "--scan", "没有.jpg"), "文件“没有.jpg”无法读取", 2),
        (("复审", "fu", "--scan", "."), "文件“.”无法读取", 2),
        (("终审", "zhou"), "没有待审的环节“终审”。下一步:现在待审:复审", 1),
        (("复审", "nobody"), "没有登录名为“nobody”的人员", 1),
        (("复审", "wei"), "须由复审及以上审核人办理", 1),
        (("复审", "chu"), "须由复审及以上审核人办理", 1),
        (("复审", "fu", "--code", "AAAA"), "所见的不是这一稿", 1),
        (("复审", "fu", "--signed-at", "2030-01-01 09:00"), "签批时间须在送审", 2),
        (("复审", "fu", "--signed-at", "上午"), "时间“上午”无法识别", 2),
    ],
)
def test_paper_that_cannot_be_is_refused_and_leaves_nothing(
    desk: Desk, post: int, words: tuple[str, ...], said: str, exit_code: int
) -> None:
    given = {"--code": code(desk, post), "--scan": SCAN}
    more = [word for name, value in given.items() if name not in words for word in (name, value)]
    refused(desk("li", "post", "paper", post, *words, *more), said, code=exit_code)
    assert len(verdicts(desk, post)) == 1
    assert desk("li", "post", "owed").out == "无数据\n"


def test_a_sheet_that_was_printed_before_an_edit_is_not_taken_in(desk: Desk, post: int) -> None:
    old = code(desk, post)
    assert desk("li", "post", "paper", post, "复审", "fu", "--code", old, "--scan", SCAN).code == 0
    assert desk("zhao", "post", "edit", post, "--basis", "另一份文件").code == 0
    refused(desk("wei", "post", "check-paper", 2, "--code", old), "“草稿”,不能同意")
    assert desk("zhao", "post", "submit", post).code == 0
    refused(desk("wei", "post", "check-paper", 2, "--code", old), "该签批不再有效", "打印新的审签单")
    refused(desk("li", "post", "paper", post, "初审", "wei", "--code", old, "--scan", SCAN), "所见的不是这一稿")


def called(desk: Desk, post: int) -> int:
    """A post that was signed to the end by telephone; return the number of what is owed."""
    desk.agree(post, "fu")
    done = desk("li", "post", "phone", post, "终审", "zhou", "--code", desk.code(post), "--said", "同意发布")
    assert done.code == 0, done.err
    return int(done.out)


def test_the_telephone_counts_at_once_and_the_signature_is_owed_until_given(desk: Desk, post: int) -> None:
    read = ("--code", desk.code(post))
    refused(desk("li", "post", "phone", post, "复审", "fu", *read, "--said", "同意"), "“复审”不能电话签批")
    desk.agree(post, "fu")
    refused(desk("li", "post", "phone", post, "终审", "zhou", *read), "电话签批须记明原话", code=2)
    other = ("--code", "0000-0000-0000", "--said", "同意")
    refused(desk("li", "post", "phone", post, "终审", "zhou", *other), "所见的不是这一稿", "请重新阅读")
    refused(desk("zhao", "post", "phone", post, "终审", "zhou", *read, "--said", "同意"), "记录电话签批须由另一人办理")
    early = (*read, "--said", "同意", "--at", "2020-01-01 09:00")
    refused(desk("li", "post", "phone", post, "终审", "zhou", *early), "时间须在送审", code=2)
    done = desk("li", "post", "phone", post, "终审", "zhou", "--code", desk.code(post), "--said", "同意发布")
    assert (done.code, done.out) == (0, "3\n")
    assert done.err == (
        "已录入电话签批3,须在 2026-10-14 00:00 前补签。\n稿件1现为“已签发”:有1个签字待补签,见 weibo-ops post owed。\n"
    )
    own = code(desk, post)
    refused(desk("zhou", "post", "countersign", 3), "补签须写明校验码", code=2)
    refused(desk("zhou", "post", "countersign", 3, "--code", own, "--refuse", "x"), "不能与 --code、--scan", code=2)
    refused(desk("zhou", "post", "countersign", 3, "--code", "AAAA"), "不是电话签批时的那一稿")
    refused(desk("shen", "post", "countersign", 3, "--code", own), "补签须由本人(周终审)办理")
    done = desk("zhou", "post", "countersign", 3, "--code", own)
    assert done.err == "签批3已补签。\n稿件1现为“已签发”。下一步:weibo-ops post schedule 1 --at next\n"
    assert "补签" in desk("zhao", "post", "show", post).out
    assert desk("zhou", "post", "owed").out == "无数据\n"
    assert desk("zhou", "post", "countersign", 3, "--code", own).code == 1


def test_an_owed_signature_is_made_good_on_paper_with_a_second_person(desk: Desk, post: int) -> None:
    owed = called(desk, post)
    own = code(desk, post)
    refused(desk("zhou", "post", "countersign", owed, "--code", own, "--scan", SCAN), "录入补签须由另一人办理")
    done = desk("li", "post", "countersign", owed, "--code", own, "--scan", SCAN)
    assert f"已录入补签扫描件。下一步:由另一人核对 weibo-ops post check-paper {owed} --code 校验码" in done.err
    refused(desk("li", "post", "check-paper", owed, "--code", own), "须由另一人办理")
    assert desk("wei", "post", "check-paper", owed, "--code", own).code == 0
    assert desk("wei", "post", "owed").out == "无数据\n"


def test_who_never_agreed_says_so_and_the_post_is_returned(desk: Desk, post: int) -> None:
    owed = called(desk, post)
    refused(desk("shen", "post", "countersign", owed, "--refuse", "不是我"), "由本人")
    done = desk("zhou", "post", "countersign", owed, "--refuse", "我没有接过电话")
    assert done.err.startswith(f"已记明签批{owed}未获本人同意。\n稿件1现为“退回”。")
    page = desk("zhao", "post", "show", post).out
    table = page[page.rindex("签批  环节") :].partition("\n\n")[0]
    assert "拒绝补签" in table.splitlines()[-1]
    assert "有效" not in table
    told = [row["title"] for row in desk("zhao", "todo", "list", "--format", "json").json]
    assert "稿件1“终审”拒绝补签,已退回:我没有接过电话" in told
    assert "核查:稿件1“终审”电话签批不实:我没有接过电话" in told


def test_the_sheet_is_printed_as_text_or_into_a_file(desk: Desk, post: int, tmp_path: Path) -> None:
    text = desk("zhao", "post", "sheet", post)
    assert text.code == 0
    assert code(desk, post) in text.out
    done = desk("zhao", "post", "sheet", post, "--out", tmp_path / "单" / "审签单.docx")
    assert (done.out, done.err) == ("", f"已保存:{tmp_path / '单' / '审签单.docx'}\n")
    assert (tmp_path / "单" / "审签单.docx").read_bytes()[:2] == b"PK"
    refused(desk("zhao", "post", "sheet", post, "--format", "docx"), "docx 格式须用 --out 指定文件", code=2)
    refused(desk("zhao", "post", "sheet", post, "--format", "wps"), "格式“wps”无法识别", code=2)
    refused(desk("zhao", "post", "sheet", post, "--out", "a.xyz"), "后缀", code=2)
    refused(desk("sun", "post", "sheet", post), "权限")
