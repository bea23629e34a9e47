"""The findings board, the standards and the suspected impostors, worked by keys by people of different roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accounts.lookalikes import Candidate
from tests.accounts.test_findings import NAME, PRESSMAN, Office
from tests.office import BOSS
from tests.tui.driver import Screens
from tui.screens.editor import EditorScreen
from tui.screens.form import FormScreen


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.app.close()


def screens(office: Office, who: str) -> Screens:
    office.app.actor = office.people[who]
    return Screens(office.app)


async def act(on: Screens, note: str = "", *, choose: int = 0) -> None:
    """Fill in the form that is open: go down in its first choice, write the note, submit."""
    assert isinstance(on.app.screen, FormScreen), on.text
    for _ in range(choose):
        await on.press("right")
    if note:
        on.app.screen.field("note").focus()
        await on.type(note)
    await on.press("ctrl+s")


async def test_a_finding_is_walked_from_found_to_confirmed_by_two_people(office: Office) -> None:
    finding = office.ids()[0]
    on = screens(office, "sun")
    async with on.open():
        await on.press("5")
        assert on.column("状态") == ["发现"] * 3
        assert "条款" in on.detail
        await on.press("b")
        await act(on)
        assert "须写明核实情况" in "".join(on.text.split())
        await act(on, "截图核实")
        assert "核实" in on.column("状态")
        place = on.column("状态").index("核实")
        on.table.cursor = place
        await on.settle()
        await on.press("b")
        await act(on)
        assert "告知与申辩" in on.column("状态")
        assert "截图核实" in on.detail
    on = screens(office, PRESSMAN)
    async with on.open():
        await on.press("5")
        on.table.cursor = on.column("状态").index("告知与申辩")
        await on.settle()
        await on.press("b")
        await act(on, "无异议")
    told = [view for view in office.app.accounts.findings() if view.state == "告知与申辩"]
    on = screens(office, "sun")
    async with on.open():
        await on.press("5")
        on.table.cursor = on.column("状态").index("告知与申辩")
        await on.settle()
        await on.press("b")
        await on.press("ctrl+s")
        await on.press("y")
        assert "须由另一人办理" in "".join(on.text.split())
        await on.press("escape")
    on = screens(office, "qian")
    async with on.open():
        await on.press("5")
        on.table.cursor = on.column("状态").index("告知与申辩")
        await on.settle()
        await on.press("b", "ctrl+s")
        assert "确认人对其负责" in "".join(on.text.split())
        await on.press("y")
        assert "确认" in on.column("状态")
        await on.press("n")
        await on.press("ctrl+s")
    assert [view.finding_id for view in office.app.findings.circulated()] == [told[0].finding_id]
    assert list((office.app.settings.home / "reports").glob("整改通知-*.docx"))
    assert finding


async def test_states_are_looked_at_one_by_one_and_the_auditor_is_offered_no_act(office: Office) -> None:
    office.walk(office.ids()[0], "办结")
    on = screens(office, "feng")
    async with on.open():
        await on.press("5")
        assert len(on.rows) == 2
        assert "办理" not in on.lines[-1]
        await on.press("b")
        assert not isinstance(on.app.screen, FormScreen)
        for _ in range(8):
            await on.press("s")
        assert on.column("状态") == ["办结"]
        assert on.detail.count("第1轮") >= 8
        await on.press("c")
        assert len(on.rows) == 2


async def test_a_waiver_is_proposed_and_signed_by_another(office: Office) -> None:
    on = screens(office, "sun")
    async with on.open():
        await on.press("5", "w")
        form: Any = on.app.screen
        form.field("last").focus()
        await on.type("2026-12-31")
        form.field("reason").focus()
        await on.type("机构改革过渡期")
        await on.press("ctrl+s")
    (waiver,) = office.app.findings.waivers()
    assert waiver.signed_at is None
    on = screens(office, "qian")
    async with on.open():
        await on.press("5", "w", "right", "ctrl+s")
        assert any("(豁免)" in cell for cell in on.column("问题"))


async def test_a_standard_is_drafted_edited_with_errors_beside_and_published_by_another(office: Office) -> None:
    on = screens(office, "zheng")
    async with on.open(columns=120, rows=36):
        await on.press("6")
        assert "在用" in " ".join(on.column("状态"))
        await on.press("n")
        form: Any = on.app.screen
        form.field("version").focus()
        await on.type("2026.7")
        await on.press("ctrl+s")
        assert on.rows[0][3] == "草稿"
        await on.press("e")
        editor = on.app.screen
        assert isinstance(editor, EditorScreen)
        await on.settle()
        whole = editor.area.text
        editor.area.text = whole.replace("days = 14", "days = 20", 1)
        editor.action_check()
        await on.settle()
        assert any("放宽了" in problem.text for problem in editor.problems)
        editor.area.text = whole[: len(whole) // 2]
        editor.action_check()
        await on.settle()
        assert editor.problems
        assert editor.problems[0].line
        editor.area.text = whole.replace("days = 14", "days = 13", 1)
        await on.press("ctrl+s")
        await on.press("escape")
        assert "可以发布" in on.detail
        assert "14 → 13" in "".join(on.detail.split("  "))
        await on.press("v")
        assert "预览" in on.detail
    on = screens(office, "wang")
    async with on.open():
        await on.press("6", "b")
        assert "不得发布" in "".join(on.text.split())
        await on.press("ctrl+s")
        assert "已发布" in on.text
    assert (
        office.app.standards.in_force("accounts", on.app.services.clock.now().date()).book.freshness.silent.days == 13
    )


async def test_who_drafted_does_not_publish_and_the_reason_stands_in_the_form(office: Office) -> None:
    office.app.standard_drafts.new(office.people["zheng"], "accounts", "市", version="2026.8", effective_from=None)
    on = screens(office, "zheng")
    async with on.open():
        await on.press("6", "b", "ctrl+s")
        assert isinstance(on.app.screen, FormScreen)
        assert "须由另一人" in "".join(on.text.split())


async def test_suspects_are_scanned_shown_beside_the_registered_and_followed_up(office: Office) -> None:
    office.app.impostors.record(BOSS, [Candidate(f"{NAME}官方", "7700000000", verified=False)])
    on = screens(office, "sun")
    async with on.open():
        await on.press("7")
        assert on.column("名称") == [f"{NAME}官方"]
        assert "«官方»" in on.detail
        assert "未经人工核实不得对外称其仿冒" in "".join(on.detail.split())
        await on.press("b")
        await act(on, "截图核实")
        assert on.column("状态") == ["已核实"]
        await on.press("x", "ctrl+s")
        assert "查看" in on.text


async def test_hostile_names_and_notes_are_harmless(office: Office) -> None:
    office.app.impostors.record(BOSS, [Candidate(f"{NAME}[red]\x1b[31m网", "7700000001")])
    office.app.actor = replace(office.people["sun"], name="[b]名\x07")
    on = Screens(office.app)
    async with on.open():
        for key in ("5", "6", "7"):
            await on.press(key)
            assert "\x1b" not in on.text
            assert "\x07" not in on.text


async def test_marked_findings_take_one_step_together_all_or_none(office: Office) -> None:
    on = screens(office, "sun")
    async with on.open():
        await on.press("5", "space", "space")
        assert [cell.startswith("* ") for cell in on.column("账号")] == [True, True, False]
        assert "已标记2项" in on.text
        await on.press("b")
        assert "2项一并办理" in "".join(on.text.split())
        await act(on, "截图核实")
        assert sorted(on.column("状态")) == ["发现", "核实", "核实"]
        assert "已标记" not in on.text
        await on.press("home", "space", "space", "space", "b")
        await act(on, "重复", choose=0)
        assert on.rows == []
    assert {office.state(each) for each in office.ids()} == {"不成立"}


async def test_marks_go_with_the_rows_and_steps_that_no_finding_has_are_refused_in_words(office: Office) -> None:
    office.walk(office.ids()[0], "办结")
    on = screens(office, "sun")
    async with on.open():
        await on.press("5", "space")
        for _ in range(8):
            await on.press("s")
        assert on.column("状态") == ["办结"]
        assert not on.screen.marked
        await on.press("b")
        assert not isinstance(on.app.screen, FormScreen)
        assert "已办结的不再办理" in on.text


async def test_the_board_counts_states_and_shows_the_overdue_alone(office: Office) -> None:
    office.clock.forward(days=60)
    office.walk(office.ids()[0], "告知与申辩")
    on = screens(office, "sun")
    async with on.open(columns=120):
        await on.press("5")
        assert "发现2 告知与申辩1" in on.text
        assert "超期2" in on.text
        await on.press("o")
        assert on.column("状态") == ["发现"] * 2
        assert "已超期" in on.detail
