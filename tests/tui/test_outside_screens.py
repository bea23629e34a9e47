"""Sign-off outside the system by keys: the printed sheet, paper compared by a second person, telephone, debts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing.enums import PostState
from tests.publishing.newsroom import Newsroom
from tests.tui.writing import Desk
from tui.screens.form import FormScreen

WAY = ("chu", "fu")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path / "home")
    yield made
    made.app.close()


@pytest.fixture
def desk(room: Newsroom) -> Desk:
    return Desk(room)


def waiting(room: Newsroom, *signed: str, **more: object) -> int:
    """A post in review that some have signed already."""
    post = room.draft(**more).row.post_id  # type: ignore[arg-type]
    room.submit(post)
    for login in signed:
        room.agree(post, login)
    return post


async def test_a_signature_on_paper_counts_when_a_second_person_has_compared_it(desk: Desk, tmp_path: Path) -> None:
    room = desk.room
    post = waiting(room, *WAY)
    scan = tmp_path / "审签单扫描.pdf"
    scan.write_bytes(b"scan")
    code = room.show(post).code
    async with desk.open("wei") as on:
        await on.press("0", "s", "u", "ctrl+s")
        assert "已登记校对" in on.lines[-2]
        assert "三校        ✓ 卫初审" in on.detail
        await desk.sit("li", "0")
        assert "终审" in on.row[0]
        await on.press("o", "right", "right", "ctrl+s")
        assert "已保存:" in on.lines[-2]
        (sheet,) = (room.home / "reports").iterdir()
        assert code in sheet.name
        assert code in sheet.read_text("utf-8")
        await on.press("i")
        await desk.choose("录入纸质签批")
        await desk.submit(signer="zhou", code="0000-0000-0000", scan=str(scan), signed_at="2026-10-12 09:30")
        assert isinstance(on.app.screen, FormScreen)
        assert "校验码" in on.text
        await desk.submit(code=code.lower(), remark="同意")
        assert "由另一人核对后生效" in on.lines[-2]
        assert "待第二人核对" in "".join(on.detail.split())
        assert "◔ 审核中" in on.detail
        assert not room.show(post).valid
        assert "待补签和待核对1" in on.lines[2]
        await on.press("s")
        assert on.row[:1] == ["✗ 待核对"]
        await on.press("i")
        await desk.choose("核对纸质签批")
        await desk.submit(code=code)
        assert isinstance(on.app.screen, FormScreen), "who entered it cannot compare it"
        await on.press("escape", "y")
        await desk.sit("wei", "0")
        await on.press("i")
        await desk.choose("核对纸质签批")
        assert "扫描件:" in "".join(on.text.split())
        await desk.submit(code=code)
        assert "已签发" in on.lines[-2]
    signed = room.show(post)
    assert signed.valid
    assert (signed.rounds[0].steps[2].verdicts[0].name, signed.rounds[0].steps[2].verdicts[0].checked_by) == (
        "周终审",
        "卫初审",
    )


async def test_a_telephone_approval_is_red_until_the_signer_makes_it_good(desk: Desk) -> None:
    room = desk.room
    post = waiting(room, *WAY)
    room.app.reviews.proof(room.who("wei"), post, "三校", code=room.show(post).code)
    async with desk.open("li") as on:
        await on.press("0", "s", "i")
        await desk.choose("记录电话签批")
        await desk.submit(signer="zhou", said="同意发布")
        assert "签字待补" in on.lines[-2]
        assert room.show(post).valid
        await on.press("s")
        assert on.row[0] == "✗ 待补签"
        assert "剩" in on.row[1]
        assert "✗ 待补签:终审 周终审" in on.detail
        await on.press("i")
        assert '需要"审签稿件"权限' in on.text, "nobody else may make it good"
        await on.press("escape")
        await desk.sit("zhao", "9")
        assert on.row[0] == "✗ 待补签"
        room.clock.forward(days=3)
        await desk.sit("zhou", "0")
        assert on.row[1].startswith("✗ 超")
        await on.press("a")
        assert "待补签的按 i 办理" in on.lines[-2]
        await on.press("i")
        await desk.choose("补签")
        assert "同意发布" in on.text
        await on.press("ctrl+s")
        assert "已补签" in on.lines[-2]
        assert "没有待补的签字" in on.text
        await desk.sit("zhao", "9")
        assert on.row[0] == "✓ 已签发"
        assert "已补签" in "".join(on.detail.split())


async def test_a_signer_who_never_said_so_takes_the_post_back(desk: Desk) -> None:
    room = desk.room
    post = waiting(room, *WAY)
    room.app.reviews.proof(room.who("wei"), post, "三校", code=room.show(post).code)
    room.app.sign_offs.telephone(
        room.who("li"), post, "终审", "zhou", code=room.show(post).code, at=room.clock.now(), said="同意"
    )
    async with desk.open("zhou") as on:
        await on.press("0", "s", "s", "i")
        await desk.choose("拒绝补签")
        await desk.submit(reason="本人未接到电话")
        await on.press("y")
        assert "已拒绝补签" in on.lines[-2]
        await desk.sit("zhao", "9")
        assert on.row[0] == "! 退回"
        assert "签批人拒绝补签" in on.detail
        assert "已补签" not in on.detail
    assert room.show(post).row.state == PostState.RETURNED


async def test_a_call_is_about_the_text_that_was_read_out_and_no_other(desk: Desk) -> None:
    room = desk.room
    post = waiting(room, *WAY)
    async with desk.open("wei") as on:
        await on.press("0", "s", "i")
        await desk.choose("记录电话签批")
        room.app.posts.edit(room.who("li"), post, room.entry("另一件事。"), room.show(post).row.version)
        room.submit(post, "li")
        for login in WAY:
            room.agree(post, login)
        await desk.submit(signer="zhou", said="同意发布")
        assert isinstance(on.app.screen, FormScreen)
        assert not room.show(post).rounds[-1].steps[2].verdicts


async def test_a_hit_is_let_through_with_its_reason_and_one_that_moved_is_not(desk: Desk) -> None:
    room = desk.room
    text = "领取补贴请带身份证11010519491231002X。"
    post = room.draft(text=text).row.post_id
    async with desk.open("zhao") as on:
        await on.press("9", "w")
        await desk.submit(reason="短")
        assert "不少于5字" in on.text
        room.app.posts.edit(
            room.who("li"), post, room.entry("110105199003071095。" + text), room.show(post).row.version
        )
        await desk.submit(reason="样证上的号码,并非真人")
        assert isinstance(on.app.screen, FormScreen)
        assert not [hit for hit in room.show(post).hits if hit.waived_by]
        await on.press("escape", "y", "r", "w")
        await desk.submit(reason="样证上的号码,并非真人")
        assert "已放行。还有1处须处理" in on.lines[-2]
        assert "样证上的号码,并非真人" in on.detail
    assert len([hit for hit in room.show(post).hits if hit.waived_by]) == 1
