"""暂停发布 and 必转联动 worked by keys, and how the two tables look at 80 and 130 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publishing import pausing, relaying
from tests.publishing.newsroom import ACCOUNT, NOW, OTHER, WATER, Newsroom
from tests.publishing.pausing import HELD, HOUR, SCHEDULED
from tests.tui.writing import Desk
from tui.screens.confirm import Confirm
from tui.screens.form import FormScreen
from weibo_ops.kernel.text import cell_width

NOTICE = {"content_class": "公告", "source_basis": "检修审批单", "secrecy_review": "经审查不涉密,可以公开"}
DAILY = "【通知】便民服务活动将于周六上午在梧桐路社区举行,欢迎参加。"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setattr("tui.screens.base.database_words", lambda _url: "newsroom.db")
    made = Newsroom(tmp_path / "home")
    yield made
    made.app.close()


@pytest.fixture
def desk(room: Newsroom) -> Desk:
    return Desk(room)


async def test_a_pause_is_started_after_a_look_cleared_for_one_post_ended_and_decided(desk: Desk) -> None:
    room = desk.room
    notice = pausing.scheduled(room, NOW + 2 * HOUR, **NOTICE)
    daily = pausing.scheduled(room, NOW + HOUR, text=DAILY)
    async with desk.open("zhou") as on:
        await on.press("#", "n")
        await desk.submit(title="全市哀悼日", reason="市委办公室通知", clearer="zhou")
        assert isinstance(on.app.screen, Confirm)
        assert "将暂停2条" in on.text
        assert pausing.states(room, notice, daily) == [SCHEDULED, SCHEDULED]
        await on.press("escape")
        assert isinstance(on.app.screen, FormScreen)
        await on.press("ctrl+s", "y")
        assert pausing.states(room, notice, daily) == [HELD, HELD]
        assert on.column("状态") == ["✗ 暂停中"]
        assert "待处置:2条" in on.detail
        await on.press("b")
        assert "按 s 切换" in on.text
        await on.press("s")
        assert len(on.rows) == 2
        assert on.column("下一步")[0] == "› 待周终审放行"
        await on.press("b")
        await desk.submit(reason="关系供水安全")
        assert "暂停期间放行" in on.text
        await on.press("y")
        await desk.sit("zhao", "#")
        place = next(i for i, row in enumerate(on.column("下一步")) if "可排期" in row)
        on.table.cursor = place
        await on.settle()
        await on.press("a")
        await desk.submit(at="2026-10-12 11:30")
        assert pausing.states(room, notice, daily) == [SCHEDULED, HELD]
        await on.press("a")
        await desk.submit(at="2026-10-12 15:30")
        assert "暂停" in on.text
        assert pausing.states(room, daily) == [HELD]
        await on.press("escape")
        if isinstance(on.app.screen, Confirm):
            await on.press("y")
        await desk.sit("zhou", "#")
        await on.press("s", "x")
        await desk.submit(reason="哀悼日结束")
        assert "不会发布任何一条" in on.text
        await on.press("y")
        assert on.column("状态") == ["- 已结束"]
        assert pausing.states(room, daily) == [HELD]
        await on.press("s", "d")
        await desk.submit(reason="已过时")
        await on.press("y")
        assert pausing.states(room, daily) == ["撤稿"]
        assert "没有待处置的稿件" in on.text


async def test_a_held_post_is_edited_from_the_queue(desk: Desk) -> None:
    room = desk.room
    post = pausing.scheduled(room, NOW + HOUR, text=DAILY)
    pausing.start(room)
    async with desk.open("zhao") as on:
        await on.press("#", "s", "e")
        await desk.write(DAILY.replace("周六", "周日"))
        await on.press("ctrl+s")
        if isinstance(on.app.screen, Confirm):
            await on.press("y")
        assert pausing.states(room, post) == ["草稿"]


async def test_who_may_not_is_told_so(desk: Desk) -> None:
    async with desk.open("zhao") as on:
        await on.press("#", "n")
        assert "需要“暂停发布”权限" in "".join(on.text.split())
        await on.press("$", "n")
        assert "需要“下达必转联动任务”权限" in "".join(on.text.split())


async def test_a_relay_task_from_the_order_to_the_last_receipt(desk: Desk) -> None:
    room = desk.room
    async with desk.open("sun") as on:
        await on.press("$", "n")
        await desk.submit(
            title="防汛提示",
            basis="市防汛指挥部通知",
            due_at="2026-10-12 17:30",
            source=relaying.SOURCE,
            text=relaying.LINE,
            unit=WATER,
        )
        assert on.column("已回执") == ["0/2"]
        await desk.sit("zhao", "$")
        await on.press("b")
        await desk.submit(account=f"#{relaying.target(room.app.relays.progress(1)).account_id}")
        assert "已起草稿件1" in on.text
        assert "稿件1 草稿" in on.detail
        await desk.sit("wu", "$")
        await on.press("i")
        await desk.submit(link="https://weibo.com/9900000001/5000000000000001")
        assert "不是账号" in "".join(on.text.split())
        await desk.submit(link="https://weibo.com/9900000002/5000000000000002")
        assert on.column("已回执") == ["1/2"]
        await desk.sit("sun", "$")
        await on.press("w")
        await desk.submit(reason="账号整改")
        assert on.column("已回执") == ["1/1"]
        await on.press("x", "ctrl+s")
        assert "没有进行中的" in on.text
        await on.press("s")
        assert on.column("剩余") == ["已结束"]


@pytest.mark.parametrize("columns", [80, 130])
async def test_the_tables_look_as_agreed(desk: Desk, golden: Callable[[str, str], None], columns: int) -> None:
    room = desk.room
    pausing.sending(room, NOW, text="【提示】清洗蓄水池期间水压偏低,属正常现象。")
    pausing.scheduled(room, NOW + 2 * HOUR, **NOTICE)
    pausing.scheduled(room, NOW - HOUR / 2, text=DAILY)
    pausing.start(room, until_at=NOW + 30 * HOUR)
    later = {"from_at": NOW + 50 * HOUR, "until_at": NOW + 80 * HOUR, "classes": ("日常", "转载"), "units": (WATER,)}
    pausing.start(room, "sun", title="全市重要活动期间", clearer="shang", **later)
    pausing.end(room, pausing.start(room, title="高考期间", accounts=(OTHER,)).row.pause_id)
    task = relaying.issue(room)
    relaying.issue(room, kind="联动", title="水质公示联动", source_link="", due_at=NOW + HOUR)
    room.app.relays.join(room.who("zhao"), task, ACCOUNT)
    room.app.relays.receipt(room.who("wu"), task, OTHER, "https://weibo.com/9900000002/5000000000000002")
    room.clock.forward(minutes=75)
    async with desk.open("zhou", columns, 24) as on:

        def compare(name: str) -> None:
            assert all(cell_width(line) <= columns for line in on.lines)
            golden(f"{name}-{columns}", on.text)

        await on.press("#")
        compare("pauses")
        await on.press("x")
        await desk.submit(reason="哀悼日结束")
        compare("pause-end")
        await on.press("escape", "escape", "y", "s")
        compare("held")
        await on.press("s", "n")
        compare("pause-start")
        await desk.submit(title="重要时段", reason="市委办公室通知", clearer="zhou", until_at="2026-10-14 08:00")
        compare("pause-preview")
        await on.press("escape", "escape", "y", "$", "down")
        compare("relays")
        await on.press("i")
        compare("relay-receipt")
