"""How the desks of drafting and review look at 80 and 130 columns; whatever is written in a post stays text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publishing.newsroom import TEXT, Newsroom
from tests.tui.driver import Screens
from tests.tui.test_hostile import HARMFUL
from tests.tui.writing import Desk, put
from weibo_ops.kernel.text import cell_width

HOSTILE = "[red]红[/red] \x1b[31m控\x1b[0m\u202e反\u202c\u200b [@click=app.quit]点[/] 😀👨‍👩‍👧‍👦 =HYPERLINK(1)\t"
LONG = (HOSTILE + "停水，" * 40 + "\n") * 32
"""More than 5,000 characters."""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setattr("tui.screens.base.database_words", lambda _url: "newsroom.db")
    made = Newsroom(tmp_path / "home")
    yield made
    made.app.close()


@pytest.fixture
def desk(room: Newsroom) -> Desk:
    return Desk(room)


def furnish(room: Newsroom) -> None:
    """Posts in every state: one signed before and changed, one returned, one with hits, one urgent, one owed."""
    changed = room.signed()
    room.app.posts.edit(
        room.who("zhao"), changed, room.entry(TEXT.replace("9:00", "8:30")), room.show(changed).row.version
    )
    room.submit(changed)
    returned = room.draft(text="【水质公示】九月出厂水、管网水全部合格。").row.post_id
    room.submit(returned)
    room.app.reviews.remark(room.who("chu"), returned, 6, 8, "请核对月份")
    room.send_back(returned, "chu", "月份与检测报告不一致")
    room.draft(text="领取补贴请带身份证11010519491231002X,咨询张先生13912345678。")
    filled = {"source_basis": "抢修工单", "secrecy_review": "经审查不涉密", "urgent_reason": "主管爆裂"}
    owed = room.draft(text="【抢修】主管爆裂,正在抢修。", content_class="突发", urgent=True, **filled).row.post_id
    room.submit(owed)
    room.agree(owed, "chu")
    room.app.sign_offs.telephone(
        room.who("li"), owed, "复审", "fu", code=room.show(owed).code, at=room.clock.now(), said="同意发布"
    )
    room.clock.forward(minutes=5)


@pytest.mark.parametrize("columns", [80, 130])
async def test_the_desks_look_as_agreed(desk: Desk, golden: Callable[[str, str], None], columns: int) -> None:
    furnish(desk.room)
    async with desk.open("zhao", columns, 24) as on:

        def compare(name: str) -> None:
            assert all(cell_width(line) <= columns for line in on.lines)
            golden(f"{name}-{columns}", on.text)

        await on.press("9")
        assert {c for line in on.lines[:4] for c in line if unicodedata.east_asian_width(c) == "A"} == set()
        compare("drafts")
        place = next(i for i, row in enumerate(on.rows) if "补贴" in "".join(row))
        await on.press(*["down"] * place, "e", "ctrl+n")
        compare("post-editor")
        await on.press("ctrl+o")
        compare("post-fields")
        await on.press("escape", "escape", "w")
        compare("post-waive")
        await on.press("escape", "home")
        place = next(i for i, row in enumerate(on.rows) if row[0] == "! 退回")
        await on.press(*["down"] * place, "b")
        compare("post-submit")
        await on.press("escape")
        await desk.sit("chu", "0")
        compare("reviews")
        await on.press("a", "1", "2")
        compare("post-agree")
        await on.press("escape", "y", "m", "shift+right", "shift+right", "shift+right")
        compare("post-remark")
        await on.press("escape", "s", "i", "down")
        compare("post-outside")
        await on.press("escape", "s")
        compare("owed")


async def _whole(on: Screens) -> None:
    for strip in on.app.screen._compositor.render_strips():
        text = "".join(segment.text for segment in strip)
        assert cell_width(text) == on.app.size.width
        assert not HARMFUL.search(text)


async def test_whatever_is_written_in_a_post_stays_text(desk: Desk) -> None:
    room = desk.room
    assert len(LONG) > 5_000
    post = room.draft(text="短", source_basis=HOSTILE, secrecy_review=HOSTILE).row.post_id
    async with desk.open("zhao") as on:
        await on.press("9", "e")
        await desk.write(LONG)
        await _whole(on)
        assert "超" in on.text
        await on.press("ctrl+n", "up", "shift+end", "ctrl+o")
        await _whole(on)
        await put(on, desk.editor.sheet, note=HOSTILE)
        room.app.posts.edit(room.who("li"), post, room.entry(LONG[:-9]), room.show(post).row.version)
        await on.press("escape", "ctrl+s")
        assert "他人先保存了" in on.text
        await _whole(on)
        await on.press("escape")
        assert desk.editor.area.text == LONG
        await on.press("ctrl+s", "y", "escape")
        await _whole(on)
        assert room.show(post).current.text == LONG
        room.app.posts.edit(room.who("zhao"), post, room.entry(HOSTILE), room.show(post).row.version)
        room.submit(post)
        await desk.sit("chu", "0")
        await _whole(on)
        await on.press("z", "end")
        await _whole(on)
        await on.press("z", "m", *["shift+right"] * 12)
        await _whole(on)
        await on.press("tab")
        await on.paste(HOSTILE)
        await _whole(on)
        await on.press("ctrl+s", "x")
        await put(on, on.screen, remark=HOSTILE)
        await _whole(on)
        await on.press("ctrl+s")
        await _whole(on)
        await desk.sit("zhao", "9")
        await on.press("e")
        await _whole(on)
        await on.pilot.resize_terminal(130, 40)
        await on.settle()
        await _whole(on)
    assert room.show(post).row.state == "退回"
