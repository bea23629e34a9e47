"""``weibo-ops post copy|receipt|…|unclaimed|…|delete``: posting by hand and what our accounts show, by commands."""

from __future__ import annotations

from pathlib import Path

from accounts.models import ObservedPost
from tests.publishing.newsroom import ACCOUNT, NOW, TEXT
from tests.publishing.publishing_room import MID, NEXT, UID, at, handed_over, link
from tests.weibo_ops.cli.desk import Desk, refused

STRANGE = "今晚八点直播间抽奖,点击领取"


def observe(desk: Desk, mid: str = MID, text: str = STRANGE) -> None:
    with desk.app.db.writing() as session:
        session.add(
            ObservedPost(
                account_id=desk.app.accounts.account_id(ACCOUNT),
                platform_id=mid,
                published_at=at(desk),
                text=text,
                threads_stale=False,
            )
        )


def test_from_the_text_to_copy_to_the_receipt(desk: Desk, tmp_path: Path) -> None:
    post = handed_over(desk)
    copied = desk("zhao", "post", "copy", post)
    assert copied.out == f"{TEXT}\n"
    assert f"weibo-ops post receipt {post} --link 链接" in copied.err
    assert desk.code(post) in copied.err
    assert desk("zhao", "post", "copy", post, "--format", "json").json["text"] == TEXT
    assert desk("zhao", "post", "copy", post, "--format", "csv").out.startswith("post_id,account,uid,gateway,text")
    (owed,) = desk("zhao", "post", "receipts", "--format", "json").json
    assert (owed["post_id"], owed["kind"], owed["keeper"]) == (post, "待登记回执", "赵编辑")
    assert "待登记回执" in desk("zhao", "post", "receipts").out
    shown = tmp_path / "shown.txt"
    shown.write_text(TEXT.replace("14日", "15日"), "utf-8")
    refused(desk("zhao", "post", "receipt", post, "--link", link(), "--shown-file", shown), "签发稿为“14”,所示为“15”")
    shown.write_text(f"{TEXT}\n", "utf-8")
    done = desk("zhao", "post", "receipt", post, "--link", link(), "--shown-file", shown, "--format", "json")
    (row,) = done.json
    assert (row["platform_id"], row["checked"], row["link"], row["flags"]) == (MID, True, link(), [])
    assert "与签发稿一致" in done.err
    assert desk.state(post) == "已发布"
    refused(desk("zhao", "post", "receipt", post, "--link", link()), "已登记发布")


def test_links_and_files_that_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    post = handed_over(desk)
    refused(desk("zhao", "post", "receipt", post, "--link", "http://t.cn/A6"), "不是一条微博的链接", code=2)
    refused(desk("zhao", "post", "receipt", post, "--link", link(uid="9900000002")), "是用户9900000002的微博")
    refused(
        desk("zhao", "post", "receipt", post, "--link", link(), "--shown-file", tmp_path / "no"), "无法读取", code=2
    )
    refused(desk("zhao", "post", "receipt", post, "--link", link(), "--at", "昨天"), "昨天", code=2)
    refused(desk("sun", "post", "receipt", post, "--link", link()), "没有“排期与登记回执”权限")


def test_a_receipt_that_nobody_saw_says_so(desk: Desk) -> None:
    post = handed_over(desk)
    done = desk("zhao", "post", "receipt", post, "--link", f"https://weibo.com/{UID}/{MID}")
    assert "尚未核对" in done.err
    assert "回执待核对" in desk("zhao", "post", "receipts").out


def test_what_was_sent_wrong_is_entered_as_it_is(desk: Desk) -> None:
    post = handed_over(desk)
    wrong = TEXT.replace("14日", "15日").encode()
    words = ("post", "receipt", post, "--link", link(), "--shown-file", "-", "--differs")
    assert "须核查:与签发稿不一致" in desk("zhao", *words, stdin=wrong).err


def test_what_was_not_posted(desk: Desk) -> None:
    post = handed_over(desk)
    refused(desk("zhao", "post", "give-back", post), "请写明未发布的原因", code=2)
    done = desk("zhao", "post", "give-back", post, "--reason", "官方客户端无法登录")
    assert f"weibo-ops post schedule {post}" in done.err
    assert desk.state(post) == "失败"
    refused(desk("fu", "post", "not-posted", post, "--reason", "没有发"), "不能登记为未发布")


def test_a_post_that_nobody_here_sent(desk: Desk, tmp_path: Path) -> None:
    refused(desk("zhao", "post", "watch", ACCOUNT), "没有“核实发布结果”权限")
    assert ACCOUNT in desk("fu", "post", "watch", ACCOUNT, "--since", "2026-10-12 09:30").out
    (mark,) = desk("zhao", "post", "watch", "--format", "json").json
    assert (mark["account"], mark["since"]) == (ACCOUNT, "2026-10-12T09:30:00+08:00")
    observe(desk)
    found = desk("fu", "post", "reconcile", "--format", "json")
    (report,) = found.json
    assert (report["unclaimed"], report["accounts"]) == (1, 1)
    assert "未能查看主页" in found.err
    (row,) = desk("zhao", "post", "unclaimed", "--format", "json").json
    assert (row["state"], row["platform_id"], row["link"]) == ("待认领", MID, link())
    assert "待认领" in desk("zhao", "post", "unclaimed").out
    scan = tmp_path / "sheet.png"
    scan.write_bytes(b"\x89PNG sheet")
    number = row["unclaimed_id"]
    claim = ("post", "claim", number, "--author", "zhao", "--signer", "zhou", "--signed-at", "2026-10-12 09:00")
    refused(desk("zhao", *claim, "--scan", scan), "请写明未经本系统发布的原因", code=2)
    refused(desk("zhao", *claim, "--scan", tmp_path / "none.png", "--reason", "应急先发"), code=2)
    assert f"check-claim {number}" in desk("zhao", *claim, "--scan", scan, "--reason", "应急先发").err
    refused(desk("zhao", "post", "check-claim", number), "须由另一人办理")
    assert "已认领" in desk("li", "post", "check-claim", number).out
    assert desk("zhao", "post", "unclaimed", "--format", "json").json == []
    assert len(desk("zhao", "post", "unclaimed", "--all", "--format", "csv").out.splitlines()) == 2


def test_excluded_or_a_break_in(desk: Desk) -> None:
    desk("fu", "post", "watch", ACCOUNT, "--since", "2026-10-12 09:30")
    observe(desk)
    observe(desk, NEXT, "平台生日祝福")
    desk("fu", "post", "reconcile", ACCOUNT)
    first, second = (row["unclaimed_id"] for row in desk("zhao", "post", "unclaimed", "--format", "json").json)
    refused(desk("fu", "post", "exclude", second), "请写明排除的理由", code=2)
    assert "已排除" in desk("fu", "post", "exclude", second, "--reason", "平台自动生成").out
    done = desk("zhao", "post", "breakin", first)
    assert "处置卡编号 1" in done.err
    assert "被盗处置卡" in desk("zhao", "duty", "show", 1).err
    refused(desk("zhao", "post", "breakin", 99), "没有编号为99的待认领内容")


def test_taking_down(desk: Desk) -> None:
    post = handed_over(desk)
    desk("zhao", "post", "receipt", post, "--link", link())
    refused(desk("zhao", "post", "delete", post, "--reason", "停水日期有误"), "没有“删除已发布内容”权限")
    refused(desk("zhou", "post", "delete", post), "须写明理由", code=2)
    refused(desk("zhou", "post", "delete", post, "--reason", "停水日期有误"), "--confirmed")
    done = desk("zhou", "post", "delete", post, "--reason", "停水日期有误", "--confirmed")
    assert done.err.endswith(f"稿件{post}已删除。\n")
    assert desk.state(post) == "已删除"


def test_lists_of_nothing(desk: Desk) -> None:
    assert desk.clock.now() == NOW
    for words in (("receipts",), ("unclaimed",), ("watch",)):
        assert desk("zhao", "post", *words, "--format", "json").json == []
        assert desk("zhao", "post", *words).code == 0
