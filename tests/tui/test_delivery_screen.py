"""The delivery board worked by keys before the stand-in for the platform, and how it looks at 80 and 120 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publishing.delivery.desk import LINK, UIDS, DeliveryDesk
from tests.publishing.newsroom import ACCOUNT, OTHER
from tests.tui.writing import Desk
from tui.screens.confirm import Confirm
from weibo_ops.kernel.text import cell_width

LOST = {"fault": "lost_after_commit", "count": 1}
NEVER = {"fault": "lost_before_commit", "count": 1}
REFUSED = {"fault": "error_before_commit", "code": 20018, "count": 1}
LOOKED = "已看账号主页"
NOTICE = {"content_class": "公告", "source_basis": "检修审批单", "secrecy_review": "经审查不涉密,可以公开"}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeliveryDesk]:
    monkeypatch.setattr("tui.screens.base.database_words", lambda _url: "newsroom.db")
    made = DeliveryDesk(tmp_path / "home")
    yield made
    made.close()


class Board(Desk):
    """The delivery board, at which one person after the other sits down."""

    room: DeliveryDesk


@pytest.fixture
def desk(room: DeliveryDesk) -> Board:
    return Board(room)


def spoiled(room: DeliveryDesk, fault: dict[str, object], text: str, **more: object) -> int:
    """A post that went out into a fault."""
    post = room.due(text, **more)
    room.spoil(fault)
    room.tick(minutes=11)
    room.tick(seconds=5)
    room.spoil()
    return post


def furnish(room: DeliveryDesk) -> dict[str, int]:
    """One of everything that the board lists."""
    posts = {"manual": room.schedule(room.signed(text="供水热线全天受理报修,请先确认总阀是否关闭。"))}
    posts["failed"] = spoiled(room, REFUSED, "便民服务点本周六上午开放,请携带证件")
    posts["held"] = room.schedule(room.ready("水质检测结果每周一公布"), room.minutes(60))
    row = room.show(posts["held"]).row
    room.app.calendar.hold(room.who("zhao"), row.post_id, row.version, "数字待核实")
    posts["other"] = room.due("水厂开放日报名方式见链接", account=OTHER)
    room.spoil({"fault": "token_revoked", "uid": UIDS[OTHER]})
    room.tick(minutes=1)
    room.spoil()
    posts["missed"] = room.ready("昨晚抢修已完成,供水恢复", latest_at=room.minutes(20))
    room.schedule(posts["missed"], room.minutes(15))
    room.clock.forward(minutes=30)
    room.tick()
    posts["uncertain"] = spoiled(room, LOST, "桂园街段水压已恢复正常", **NOTICE)
    posts["waiting"] = room.schedule(room.ready("松园街管网冲洗今天开始"))
    posts["later"] = room.schedule(room.ready("本周六在桂园广场设供水服务点"), room.minutes(300))
    room.tick(minutes=1)
    return posts


async def test_an_outcome_is_settled_and_the_post_goes_out_again(desk: Board) -> None:
    room = desk.room
    post = spoiled(room, NEVER, "桂园街段水压已恢复正常", **NOTICE)
    room.schedule(room.ready("松园街管网冲洗今天开始"))
    room.tick(minutes=1)
    async with desk.open("fu") as on:
        await on.press("@")
        assert on.column("事项") == ["? 结果待核实", "◔ 待发"]
        assert on.column("情况") == ["程序核实中", "等另一条核实结果"]
        assert "发布经过 1次" in on.detail
        await on.press("i")
        assert "没有待登记的回执" in on.text
        await on.press("f")
        await desk.submit(found="未发布", reason=LOOKED)
        assert isinstance(on.app.screen, Confirm)
        assert "不会自动重发" in "".join(on.text.split())
        await on.press("y")
        assert room.state(post) == "失败"
        assert on.row[0] == "✗ 失败"
        assert f"fu核实:未发布:{LOOKED}" in on.detail
        await on.press("f")
        assert "不须核实" in on.text
        await on.press("b")
        await desk.submit(at="2026-10-12 09:55", accepted="停水通知须赶在停水前")
        assert room.state(post) == "已排期"
        room.rounds(30)
        await on.press("r")
        assert room.state(post) == "已发布"
        assert "没有待发的稿件" in on.text
    assert room.posted(f"桂园街段水压已恢复正常{LINK}") == 1


async def test_a_post_that_is_there_is_settled_by_its_link(desk: Board) -> None:
    room = desk.room
    post = spoiled(room, LOST, "桂园街段水压已恢复正常", **NOTICE)
    there = room.ledger()[-1]["idstr"]
    async with desk.open("fu") as on:
        await on.press("@", "f")
        await desk.submit(found="未发布", reason=LOOKED)
        await on.press("y")
        assert "平台上已有" in "".join(on.text.split())
        await desk.submit(found="已发布", link=f"https://weibo.com/{UIDS[OTHER]}/{there}")
        assert "不是本账号" in "".join(on.text.split())
        await desk.submit(link=f"https://weibo.com/{UIDS[ACCOUNT]}/{there}")
        assert "已核实" in on.text
    assert room.state(post) == "已发布"
    assert room.posted(f"桂园街段水压已恢复正常{LINK}") == 1


async def test_what_a_person_posts_is_copied_and_its_link_brought(desk: Board) -> None:
    room = desk.room
    text = "供水热线全天受理报修,请先确认总阀是否关闭。"
    post = room.schedule(room.signed(text=text))
    room.tick()
    async with desk.open("zhao") as on:
        await on.press("@")
        assert on.row[0] == "! 待登记回执"
        await on.press("f")
        assert "需要“核实发布结果”权限" in "".join(on.text.split())
        await on.press("y")
        assert text in on.detail
        assert on.app.clipboard == text
        status = room.tell("statuses", {"uid": UIDS[ACCOUNT], "text": text})
        await on.press("i")
        await desk.submit(link=f"https://weibo.com/{UIDS[ACCOUNT]}/{status['idstr']}")
        assert room.state(post) == "已发布"
        assert "与签发稿一致" in on.text


async def test_what_was_not_posted_is_given_back_and_withdrawn(desk: Board) -> None:
    room = desk.room
    posts = [room.schedule(room.signed(text=f"供水热线第{number}期:全天受理报修。")) for number in (1, 2)]
    room.rounds(4)
    async with desk.open("fu") as on:
        await on.press("@", "x")
        await desk.submit(reason="客户端不能登录")
        assert room.state(posts[0]) == "失败"
        room.tick(minutes=90)
        await on.press("r")
        late = on.column("情况").index("超期未登记回执")
        on.table.cursor = late
        await on.settle()
        await on.press("f")
        assert "由人工发布" in on.text
        await on.press("x")
        await desk.submit(reason="没有人发")
        assert room.state(posts[1]) == "失败"
        on.table.cursor = 0
        await on.settle()
        await desk.sit("zhao", "@")
        await on.press("d")
        await desk.submit(reason="已过时")
        await on.press("y")
    assert sorted(room.state(post) for post in posts) == ["失败", "撤稿"]


async def test_who_is_there_says_so(desk: Board) -> None:
    room = desk.room
    room.clock.forward(hours=13)
    post = room.due("夜间抢修已完成,供水恢复", **NOTICE)
    room.tick()
    async with desk.open("zhao") as on:
        await on.press("@")
        assert on.column("情况") == ["等值班人员到岗"]
        await on.press("p", "ctrl+s")
        assert "已确认到岗" in on.text
        room.tick(seconds=5)
        await on.press("r")
    assert room.state(post) == "已发布"


async def test_what_is_listed(desk: Board) -> None:
    room = desk.room
    furnish(room)
    async with desk.open("wu") as on:
        await on.press("@")
        everything = on.column("事项")
        assert everything == [
            "? 结果待核实", "! 待登记回执", "✗ 授权失效", "✗ 错过发布", "✗ 失败", "! 暂停待处置",
            "◔ 待发", "◔ 待发", "◔ 待发",
        ]  # fmt: skip
        await on.press("s")
        assert on.column("事项") == everything[:6]
        await on.press("h")
        assert on.column("事项") == ["✗ 授权失效"]
        await on.press("b")
        assert "这一行是账号" in on.text
        await on.press("s")
        assert on.column("情况") == ["授权不可用", "账号授权已失效"]
        assert "待发1" in on.text
        room.tell("statuses", {"uid": UIDS[ACCOUNT], "text": "无人认领的一条"})
        await on.press("h")
        room.app.reconcile.watch(room.who("sun"), ACCOUNT, room.minutes(-1))
        room.app.reconcile.reconcile(room.who("fu"), ACCOUNT)
        await on.press("r")
        assert "待认领1" in on.text


async def test_a_silent_worker_shows(desk: Board) -> None:
    room = desk.room
    room.due()
    async with desk.open("fu") as on:
        await on.press("@")
        assert "发布程序没有运行过" in on.text
        assert "无逾期事项" in on.text
        room.tick()
        room.due("松园街管网冲洗今天开始")
        room.clock.forward(minutes=20)
        await on.press("r")
        assert "发布程序自10-12 09:30未运行" in on.text
        assert "已20分未处理" in on.text


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)], ids=["80", "120"])
async def test_the_board_looks_as_agreed(
    desk: Board, golden: Callable[[str, str], None], columns: int, rows: int
) -> None:
    furnish(desk.room)
    async with desk.open("fu", columns, rows) as on:

        def compare(name: str) -> None:
            assert all(cell_width(line) <= columns for line in on.lines)
            golden(f"delivery-{name}-{columns}", on.text)

        await on.press("@")
        compare("board")
        await on.press("f")
        compare("settle")
        await on.press("escape", "z")
        compare("uncertain")
        await on.press("z", "down")
        compare("owed")
        await on.press("down")
        compare("account")
        await on.press("s")
        compare("urgent")
