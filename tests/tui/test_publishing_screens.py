"""Outgoing posts worked by keys: written, checked, sent in, signed, returned, taken back; two editors at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing.enums import PostState
from tests.publishing.newsroom import ACCOUNT, TEXT, Newsroom
from tests.tui.writing import Desk, put


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path / "home")
    yield made
    made.app.close()


@pytest.fixture
def desk(room: Newsroom) -> Desk:
    return Desk(room)


async def test_a_post_is_written_checked_sent_in_and_signed_by_three_on_screen(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "停水范围.png"
    picture.write_bytes(b"x" * 40)
    async with desk.open("zhao") as on:
        await on.press("9")
        assert "没有本人经手的稿件" in on.text
        await on.press("n")
        assert "选定账号后检查" in on.text
        await on.press("ctrl+o", "right")
        await desk.write(
            TEXT + "如有疑问可致电张先生13912345678。",
            disclosure="主动公开",
            content_class="公告",
            media=f"{picture} | 停水范围示意图",
        )
        assert "须处理1处" in on.text
        await on.press("ctrl+n")
        said = "".join("".join(on.lines[-5:]).split())
        assert "手机号码:含手机号码“139****5678”" in said
        assert "依据:" in said
        await on.press("ctrl+b")
        assert "139****5678" in desk.editor.area.text
        await on.press("ctrl+z")
        assert "13912345678" in desk.editor.area.text
        await on.press("ctrl+n")
        assert "正在检查,稍候" in on.text
        await on.press("ctrl+r", "ctrl+n", "ctrl+b", "ctrl+r")
        assert "提示0处 须处理0处" in on.text
        await on.press("ctrl+s")
        assert "已保存:稿件1第1稿" in on.text
        assert desk.editor.sheet.field("media").raw == "停水范围.png | 停水范围示意图"
        await on.press("escape")
        assert "按 b 送审" in on.lines[-2]
        assert on.row[:3] == ["- 草稿", ACCOUNT, "公告"]
        await on.press("b")
        said = "".join(on.text.split())
        assert "定稿栏未填完整:来源依据、保密审查。" in said
        assert "下一步:" in said, "a refusal is told whole, however narrow the terminal"
        await on.press("e", "ctrl+o")
        await put(on, desk.editor.sheet, source_basis="停水审批单", secrecy_review="经审查不涉密")
        await on.press("escape")
        await desk.save()
        await on.press("b")
        said = "".join(on.text.split())
        assert "审批链:三审三校" in said
        assert "褚初审" in said
        assert "周终审" in said
        await on.press("ctrl+s")
        assert "稿件1第1次送审" in on.lines[-2]
        assert on.row[0] == "◔ 审核中"
        for login, step in (("chu", "初审"), ("fu", "复审"), ("zhou", "终审")):
            await desk.sit(login, "0")
            assert step in on.row[0]
            assert on.row[0].startswith("剩")
            await desk.agree()
            assert on.rows == [], on.text
        assert "已签发" in on.lines[-2]
    post = desk.shown(1)
    assert post.row.state == PostState.SIGNED
    assert post.valid
    assert [step.verdicts[0].name for step in post.rounds[0].steps] == ["褚初审", "傅复审", "周终审"]
    assert post.current.media[0].alt == "停水范围示意图"


async def test_a_gate_that_is_not_ticked_is_not_passed_and_nothing_is_signed(desk: Desk) -> None:
    post = desk.room.draft().row.post_id
    desk.room.submit(post)
    async with desk.open("chu") as on:
        await on.press("0", "a", "1", "3", "ctrl+s")
        said = "".join(on.text.split())
        assert "未勾选:法律、保密、文字。" in said
        assert "按x退回" in said
        await on.press("2", "４", "space", "space")
        assert on.screen.field("gates").raw == ""
        await on.press("space", "5", "ctrl+s")
        assert "未勾选:文字" in "".join(on.text.split())
        await on.press("5", "ctrl+s")
        assert "须勾选后办理" in on.text, "the proof is one's own act"
        assert not desk.shown(post).rounds[0].steps[0].verdicts
        await on.press("space", "ctrl+s")
        assert "待复审" in on.lines[-2]


async def test_a_returned_post_is_edited_with_the_remark_beside_and_signed_with_its_change_shown(desk: Desk) -> None:
    room = desk.room
    post = room.signed()
    room.app.posts.edit(room.who("zhao"), post, room.entry(TEXT.replace("9:00", "8:00")), room.show(post).row.version)
    room.submit(post)
    async with desk.open("chu") as on:
        await on.press("0")
        assert "与最近签发的第1稿对照" in on.detail
        assert "[-9-]{+8+}:00" in "".join(on.detail.split())
        await on.press("m", "ctrl+s")
        assert "请先在正文中选中文字" in on.text
        await on.press(*["shift+right"] * 6)
        assert f'已选 "{TEXT[:6]}"' in on.text
        await on.press("tab")
        await on.paste("请写明是计划停水")
        await on.press("ctrl+s")
        assert "有1条批注未处理" in on.detail
        await on.press("x", "ctrl+s")
        assert "请填写" in on.text
        await desk.submit(remark="标题未写明计划停水")
        assert "退回" in on.lines[-2]
        await desk.sit("zhao", "9")
        assert on.row[0] == "! 退回"
        assert "褚初审" in on.detail
        assert "退回:标题未写明计划停水" in "".join(on.detail.split())
        await on.press("e")
        assert "请写明是计划停水(褚初审)" in "".join(on.text.split()), "the cursor stands on the place of the remark"
        assert "批注1条" in on.text
        await desk.write(desk.editor.area.text.replace("停水通知", "计划停水通知"))
        assert "批注1条" in on.text, "a remark stays until a person says that it is dealt with"
        await desk.save()
        await on.press("f", "ctrl+s")
        assert "还有0条批注未处理" in on.lines[-2]
        await on.press("b", "ctrl+s")
        await desk.sit("chu", "0")
        said = "".join(on.detail.split())
        assert "【{+计划+}停水通知】" in said
        assert "[-9-]{+8+}:00" in said, "what is shown is the change against the text that was signed, not the last one"
        await desk.agree()
        for login in ("fu", "zhou"):
            await desk.sit(login, "0")
            await desk.agree()
    assert desk.shown(post).valid


async def test_an_edit_on_screen_after_the_last_signature_voids_it(desk: Desk) -> None:
    post = desk.room.signed()
    async with desk.open("zhao") as on:
        await on.press("9")
        assert on.row[0] == "✓ 已签发"
        await on.press("e")
        await desk.write(TEXT.replace("17:00", "18:00"))
        await on.press("ctrl+s")
        assert "已有签字全部作废" in "".join(on.text.split())
        await on.press("enter", "escape")
        assert "稿件尚未保存" in on.text
        assert desk.shown(post).valid
        await on.press("escape", "ctrl+s", "y")
        assert "已保存:稿件1第2稿" in on.text
        assert not desk.shown(post).valid
        await on.press("escape")
        assert on.row[0] == "- 草稿"
        assert "签字作废:" in on.detail
        assert "{+18+}" in "".join(on.detail.split())
        await on.press("d")
        await desk.submit(reason="不再停水")
        await on.press("y")
        assert on.row[0] == "- 撤稿"
        await on.press("e")
        assert "不能修改" in on.lines[-2]


async def test_a_reviewer_signs_the_text_that_was_seen_and_no_other(desk: Desk) -> None:
    room = desk.room
    post = room.draft().row.post_id
    room.submit(post)
    async with desk.open("chu") as on:
        await on.press("0", "a")
        room.app.posts.edit(room.who("li"), post, room.entry(TEXT + "另行通知。"), room.show(post).row.version)
        room.submit(post, "li")
        form = on.app.screen
        await desk.submit(gates="政治,法律,政策,保密,文字", proof0="1")
        assert on.app.screen is form, "the form stays, nothing was signed"
        assert "校验码" in on.text or "改动" in on.text or "修改" in on.text
        assert not room.show(post).rounds[-1].steps[0].verdicts
        await on.press("escape", "y", "r")
        assert "另行通知" in on.detail
        await desk.agree()
    assert room.show(post).rounds[-1].steps[0].verdicts


async def test_two_editors_lose_nothing(desk: Desk) -> None:
    room = desk.room
    post = room.draft().row.post_id
    theirs, mine = TEXT + "由李编辑补充。", TEXT.replace("梧桐路", "青桐路")
    async with desk.open("zhao") as on:
        await on.press("9", "e")
        await desk.write(mine)
        room.app.posts.edit(room.who("li"), post, room.entry(theirs), room.show(post).row.version)
        await on.press("ctrl+s")
        assert "他人先保存了" in on.text
        assert "李编辑" in on.text
        await on.press("escape")
        assert desk.editor.area.text == mine
        await on.press("escape")
        assert "稿件尚未保存" in on.text
        await on.press("escape", "ctrl+s", "y")
        assert "已保存:稿件1第3稿" in on.text
    assert [each.text for each in room.show(post).revisions] == [TEXT, theirs, mine]
