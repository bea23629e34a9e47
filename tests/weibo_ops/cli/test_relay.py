"""``weibo-ops relay``: a task by commands, from the order to the last receipt."""

from __future__ import annotations

from tests.publishing.newsroom import ACCOUNT, OTHER, WATER
from tests.publishing.relaying import LINE, SOURCE
from tests.weibo_ops.cli.desk import Desk, refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.cli.relay import TITLES

ORDER = ("必转", "防汛提示", "--basis", "市防汛指挥部通知", "--due", "2026-10-12 18:00", "--text", LINE)


def test_a_task_from_the_order_to_the_last_receipt(desk: Desk) -> None:
    done = desk("sun", "relay", "issue", *ORDER, "--source", SOURCE, "--unit", WATER)
    assert (done.out, done.code) == ("1\n", 0), done.err
    assert done.err.startswith("必转任务1“防汛提示”已下达2个账号。")
    done = desk("zhao", "relay", "join", 1, ACCOUNT)
    post = int(done.out)
    assert desk.state(post) == "草稿"
    refused(desk("li", "relay", "join", 1, ACCOUNT), f"已有稿件{post}")
    desk("zhao", "post", "withdraw", post, "--reason", "改由客户端转发")
    link = "https://weibo.com/9900000001/5000000000000001"
    done = desk("zhao", "relay", "receipt", 1, ACCOUNT, link, "--at", "2026-10-12 09:20")
    assert "已登记“云麓供水”的回执" in done.err
    assert "已回执1/2" in done.err
    refused(desk("wu", "relay", "receipt", 1, ACCOUNT, link), "主办单位")
    refused(desk("zhao", "relay", "receipt", 1, OTHER, link), "不是账号“云麓水厂”")
    refused(desk("wu", "relay", "receipt", 1, OTHER, "http://x.example/1"), "不是微博的链接", code=2)
    own = desk.draft("wu", account=OTHER, text=LINE).row.post_id
    assert "由稿件" in desk("wu", "relay", "bind", 1, OTHER, own).err
    done = desk("sun", "relay", "excuse", 1, OTHER, "--reason", "账号整改")
    assert "不转1" in done.err
    with desk.seated("sun"):
        (row,) = hold_the_three_formats_together(["relay", "list"], TITLES, desk.home)
    assert (row["progress"], row["open"]) == ("1/1", True)
    shown = desk("sun", "relay", "show", 1, "--format", "json").json
    assert {each["account"]: each["state"] for each in shown["targets"]} == {ACCOUNT: "已回执", OTHER: "说明不转"}
    spread = desk("sun", "relay", "show", 1, "--format", "csv").csv
    assert {each["account"]: each["state"] for each in spread} == {ACCOUNT: "已回执", OTHER: "说明不转"}
    assert "说明不转" in desk("sun", "relay", "show", 1).out
    assert "已结束" in desk("sun", "relay", "close", 1).err
    assert desk("sun", "relay", "list", "--open").out == "无数据\n"


def test_misuse(desk: Desk) -> None:
    refused(desk("zhao", "relay", "issue", *ORDER), "没有“下达必转联动任务”权限")
    refused(desk("sun", "relay", "issue", *ORDER, "--unit", WATER), "原文链接", code=2)
    refused(desk("sun", "relay", "issue", "点赞", *ORDER[1:]), "没有“点赞”", code=2)
    refused(desk("sun", "relay", "issue", "联动", *ORDER[1:]), "哪些账号", code=2)
    refused(desk("sun", "relay", "show", 9), "没有编号为9的必转联动任务")
    refused(desk("sun", "relay", "issue", "联动", "活动", "--basis", "通知", "--due", "-"), "完成时限", code=2)
