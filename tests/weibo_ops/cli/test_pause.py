"""``weibo-ops pause``: a pause by commands, from the preview to the decision queue."""

from __future__ import annotations

from tests.publishing.newsroom import NOW
from tests.publishing.pausing import HOUR, scheduled, sending
from tests.weibo_ops.cli.desk import Desk, refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.cli.pause import QUEUE_TITLES, TITLES

WORDS = ("全市哀悼日", "--reason", "市委办公室通知", "--clearer", "zhou")
NOTICE = {"content_class": "公告", "source_basis": "检修审批单", "secrecy_review": "经审查不涉密"}


def test_a_pause_from_preview_to_the_last_decision(desk: Desk) -> None:
    post = scheduled(desk, NOW + HOUR, **NOTICE)
    out = sending(desk, NOW, text="【通知】便民服务活动周六上午在梧桐路社区举行,欢迎参加。")
    done = desk("zhou", "pause", "preview", *WORDS, "--until", "2026-10-13 00:00")
    assert f"{post}" in done.out
    assert "试算(未保存)" in done.err
    assert "将暂停1条" in done.err
    assert "已在发布,不能暂停:1条" in done.err
    assert desk.state(post) == "已排期"
    assert desk("zhou", "pause", "preview", *WORDS, "--format", "json").json["held"][0]["post_id"] == post
    done = desk("zhou", "pause", "start", *WORDS, "--until", "2026-10-13 00:00")
    assert done.out == "1\n"
    assert f"已在发布,不能暂停:稿件{out}" in done.err
    assert desk.state(post) == "暂停待处置"
    with desk.seated("zhou"):
        (row,) = hold_the_three_formats_together(["pause", "list"], TITLES, desk.home)
        (queued,) = hold_the_three_formats_together(["pause", "queue"], QUEUE_TITLES, desk.home)
    assert (row["state"], row["waiting"], row["clearer"]) == ("暂停中", 1, "周终审")
    assert queued["next_step"] == "待周终审放行"
    refused(desk("shang", "pause", "clear", 1, post, "--code", desk.code(post), "--reason", "急"), "放行人是周终审")
    done = desk("zhou", "pause", "clear", 1, post, "--code", desk.code(post), "--reason", "关系供水")
    assert done.err == f"稿件{post}已从暂停发布1放行,尚未排期。下一步:weibo-ops post schedule {post}\n"
    shown = desk("zhao", "pause", "show", 1)
    assert "周终审" in shown.out
    assert desk("zhao", "pause", "show", 1, "--format", "json").json["clearances"][0]["valid"] is True
    refused(desk("han", "pause", "end", 1, "--reason", "x"), "不能结束")
    refused(desk("zhou", "pause", "end", 1), "写明理由", code=2)
    done = desk("zhou", "pause", "end", 1, "--reason", "哀悼日结束")
    assert done.err.startswith("暂停发布1“全市哀悼日”已结束,未发布任何一条;待处置1条。")
    assert desk.state(post) == "暂停待处置"
    assert "未发布任何一条,待处置1条" in desk("zhao", "pause", "show", 1).err
    assert desk("zhao", "pause", "list", "--open").out == "无数据\n"


def test_misuse(desk: Desk) -> None:
    refused(desk("zhao", "pause", "start", *WORDS), "没有“暂停发布”权限")
    refused(desk("zhou", "pause", "start", *WORDS, "--from", "昨天"), "时间“昨天”无法识别", code=2)
    refused(desk("zhou", "pause", "start", *WORDS, "--allow", "突发", "--allow-none"), "只能写一个", code=2)
    refused(desk("zhou", "pause", "start", "哀悼"), "名称和事由", code=2)
    refused(desk("zhou", "pause", "show", 9), "没有编号为9的暂停发布")
    assert desk("zhou", "pause", "queue").out == "无数据\n"
    done = desk("zhou", "pause", "start", *WORDS, "--allow-none", "--class", "转载", "--area", "云麓市")
    assert done.code == 0
    assert desk("zhou", "pause", "list", "--format", "json").json[0]["allowed"] == []
