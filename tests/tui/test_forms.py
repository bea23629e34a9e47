"""Forms and the editor: nothing typed is lost, nothing is submitted twice, refusals stand beside what was typed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.driver import Screens
from tui.forms import Ask, Done, Kind, Option, Plan, answers, missing_files
from tui.screens.confirm import Confirm
from tui.screens.editor import EditorScreen, Problem, Work
from tui.screens.form import FormScreen
from tui.widgets.fields import TextField
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.text import cell_width

POSTS = tuple(Option(word, word) for word in ("主班", "副班", "带班领导"))
ASKS = (
    Ask("name", "新名称", required=True, longest=10),
    Ask("why", "原因", Kind.TEXT, required=True),
    Ask("post", "岗位", Kind.CHOICE, "主班", options=POSTS),
    Ask("on", "日期", Kind.DAY),
    Ask("file", "证据文件", Kind.FILE),
    Ask("sure", "存档", Kind.YES, hint="内容已存档"),
    Ask("leader", "领导姓名", required=True, when=("post", "带班领导")),
)


class Service:
    """Takes what forms submit."""

    def __init__(self) -> None:
        self.calls: list[tuple[Actor, dict[str, Any]]] = []
        self.refuse = ""
        self.wait = threading.Event()
        self.wait.set()

    def act(self, actor: Actor, values: Mapping[str, Any]) -> str:
        """Take a form's answers."""
        self.wait.wait(5)
        if self.refuse:
            raise RefusedError(self.refuse, rule="《办法》第三条", next_step="请换一个名称。")
        self.calls.append((actor, dict(values)))
        return "云麓发布"


@pytest.fixture
def service() -> Service:
    return Service()


def _plan(service: Service, **changes: Any) -> Plan:
    asked: dict[str, Any] = {"asks": ASKS, "intro": "“云麓发布”将更名。", "told": lambda name: f"“{name}”已更名。"}
    return Plan("更名", service.act, **{**asked, **changes})


def _show(screens: Screens, plan: Plan) -> list[Done | None]:
    given: list[Done | None] = []
    screens.app.push_screen(FormScreen(plan), given.append)
    return given


def _form(screens: Screens) -> FormScreen:
    assert isinstance(screens.app.screen, FormScreen)
    return screens.app.screen


async def test_a_form_is_filled_in_by_keys_alone_and_hands_over_typed_answers(
    screens: Screens, service: Service, tmp_path: Path
) -> None:
    evidence = tmp_path / "截图.png"
    evidence.write_bytes(b"x")
    async with screens.open():
        given = _show(screens, _plan(service))
        await screens.settle()
        await screens.type("云麓之声")
        await screens.press("enter")
        await screens.type("机构改革")
        await screens.press("tab", "right", "down")
        await screens.type("2026年10月8日")
        await screens.press("enter")
        await screens.type(str(evidence))
        await screens.press("enter", "space", "ctrl+s")
        assert given == [Done("云麓发布", "“云麓发布”已更名。")]
        ((actor, values),) = service.calls
        assert actor == screens.app.services.actor
        assert values == {
            "name": "云麓之声",
            "why": "机构改革",
            "post": "副班",
            "on": date(2026, 10, 8),
            "file": evidence,
            "sure": True,
        }


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_submitted(
    screens: Screens, service: Service
) -> None:
    async with screens.open():
        _show(screens, _plan(service))
        await screens.settle()
        await screens.type("一个长得不能再长的名称")
        form = _form(screens)
        form.field("on").focus()
        await screens.type("下周")
        await screens.press("tab")
        assert "“下周”不是日期" in screens.text
        await screens.press("ctrl+s")
        assert service.calls == []
        assert "最多10字,现有11字。" in screens.text
        assert "请填写。" in screens.text
        assert "有 3 项须补正,未提交。" in screens.text
        assert screens.app.focused is form.field("name")
        await screens.press("backspace")
        assert "最多10字" not in screens.text


async def test_a_refusal_is_shown_in_the_form_and_keeps_what_was_typed(screens: Screens, service: Service) -> None:
    async with screens.open():
        service.refuse = "名称已由其他账号使用。"
        given = _show(screens, _plan(service, asks=ASKS[:2]))
        await screens.settle()
        await screens.type("云麓之声")
        await screens.press("tab")
        await screens.type("合并")
        await screens.press("ctrl+s")
        said = "".join(screens.text.split())
        assert "名称已由其他账号使用。依据:《办法》第三条。下一步:请换一个名称。" in said
        assert _form(screens).raw() == {"name": "云麓之声", "why": "合并"}
        service.refuse = ""
        await screens.press("ctrl+s")
        assert len(service.calls) == len(given) == 1


async def test_a_form_cannot_be_submitted_twice_nor_left_while_it_is_under_way(
    screens: Screens, service: Service
) -> None:
    async with screens.open():
        given = _show(screens, _plan(service, asks=ASKS[:1]))
        await screens.settle()
        await screens.type("云麓之声")
        service.wait.clear()
        await screens.pilot.press("ctrl+s", "ctrl+s", "escape", "ctrl+s")
        assert "正在提交" in screens.text
        assert isinstance(screens.app.screen, FormScreen)
        service.wait.set()
        await screens.settle()
        assert len(service.calls) == len(given) == 1


async def test_leaving_asks_only_when_something_was_typed(screens: Screens, service: Service) -> None:
    async with screens.open():
        given = _show(screens, _plan(service))
        await screens.settle()
        await screens.press("escape")
        assert given == [None]
        _show(screens, _plan(service))
        await screens.settle()
        await screens.type("云")
        await screens.press("escape")
        assert isinstance(screens.app.screen, Confirm)
        assert "不保留" in screens.text
        await screens.press("enter")
        assert _form(screens).raw()["name"] == "云"
        await screens.press("escape", "ｙ")
        assert screens.screen.id == "accounts"
        assert service.calls == []


async def test_what_must_be_confirmed_says_what_will_happen_and_to_whom(screens: Screens, service: Service) -> None:
    async with screens.open():
        plan = _plan(service, asks=ASKS[:1], confirm=lambda values: f"“云麓发布”将更名为“{values['name']}”。")
        given = _show(screens, plan)
        await screens.settle()
        await screens.type("云麓之声")
        await screens.press("ctrl+s")
        assert "“云麓发布”将更名为“云麓之声”。" in screens.text
        await screens.press("escape")
        assert service.calls == []
        await screens.press("ctrl+s", "y")
        assert len(service.calls) == len(given) == 1


async def test_a_field_is_asked_when_the_choice_calls_for_it(screens: Screens, service: Service) -> None:
    async with screens.open():
        _show(screens, _plan(service))
        await screens.settle()
        form = _form(screens)
        assert "领导姓名" not in screens.text
        form.field("post").focus()
        await screens.press("space")
        await screens.type("dblingd")
        assert "没有符合的选项" in screens.text
        await screens.press(*["backspace"] * 7)
        await screens.type("daiban")
        await screens.press("enter")
        assert form.raw()["post"] == "带班领导"
        form.field("leader").focus()
        await screens.settle()
        assert "领导姓名" in screens.text


async def test_a_file_that_is_not_there_is_said_beside_its_field(screens: Screens, service: Service) -> None:
    async with screens.open():
        _show(screens, _plan(service, asks=(ASKS[4],)))
        await screens.settle()
        await screens.type("没有.png")
        await screens.press("ctrl+s")
        assert "没有“证据文件”这个文件" in screens.text
        assert service.calls == []


async def test_an_unforeseen_fault_asks_to_look_before_doing_it_again(screens: Screens) -> None:
    def fail(_actor: Actor, _values: Mapping[str, Any]) -> None:
        raise RuntimeError("[red]")

    async with screens.open():
        _show(screens, Plan("更名", fail))
        await screens.settle()
        await screens.press("ctrl+s")
        assert "RuntimeError" in screens.text
        assert "核对是否已办" in "".join(screens.text.split())


async def test_letters_and_full_width_signs_typed_into_a_form_start_nothing(screens: Screens, service: Service) -> None:
    async with screens.open():
        _show(screens, _plan(service, asks=ASKS[:2]))
        await screens.settle()
        await screens.type("q2?y")
        await screens.press("tab")
        await screens.type("3/ｄ")
        assert _form(screens).raw() == {"name": "q2?y", "why": "3/ｄ"}


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20), (41, 12)])
async def test_hostile_words_in_a_form_stay_words(screens: Screens, service: Service, size: tuple[int, int]) -> None:
    hostile = "[red]红[/red] \x1b[31m \u202e=1+1 [@click=app.quit]点[/]"
    asks = (
        Ask("a", hostile[:9], Kind.LINE, hostile, hint=hostile),
        Ask("b", "选", Kind.CHOICE, "x", options=(Option("x", hostile, hostile),)),
        Ask("c", "勾", Kind.YES, hint=hostile),
        Ask("d", "文", Kind.TEXT, hostile, required=True),
    )
    async with screens.open(*size):
        service.refuse = hostile
        _show(screens, Plan(hostile, service.act, asks, intro=hostile))
        await screens.settle()
        await screens.press("ctrl+s")
        for strip in screens.app.screen._compositor.render_strips():
            text = "".join(segment.text for segment in strip)
            assert cell_width(text) == size[0]
            assert not set(text) & set("\x1b\u202e")
            assert not [s for s in strip if s.style and "app.quit" in str(s.style.meta)]


@given(st.dictionaries(st.sampled_from([ask.name for ask in ASKS]), st.text(max_size=30)))
def test_every_field_that_is_asked_is_answered_or_wrong(raw: dict[str, str]) -> None:
    found, wrong = answers(ASKS, raw)
    asked = {ask.name for ask in ASKS if ask.asked(raw)}
    assert found.keys() | wrong.keys() == asked
    assert not found.keys() & wrong.keys()
    assert all(sentence.endswith("。") for sentence in wrong.values())
    missing_files(ASKS, found)


def test_a_box_that_must_be_ticked_is() -> None:
    ask = Ask("sure", "存档", Kind.YES, required=True)
    assert ask.read("1") is True
    with pytest.raises(UsageError):
        ask.read("")


# --- the editor ---------------------------------------------------------------------------------------------

BOOK = "标题 = 1\n天数 = 十四\n提醒 = 10\n期限 = 两周\n"


class Draft:
    """A text that can be saved."""

    def __init__(self) -> None:
        self.saved: list[str] = []
        self.refuse = False

    def check(self, text: str) -> list[Problem]:
        """Say which lines are wrong."""
        lines = text.splitlines()
        wrong = [Problem(f"“{line.split()[-1]}”不是整数。", n, 6) for n, line in enumerate(lines, 1) if "两周" in line]
        more = [
            Problem(f"“{line.split()[-1]}”应写数字。", n, 6, "warn") for n, line in enumerate(lines, 1) if "十" in line
        ]
        return [*more, *wrong]

    def save(self, _actor: Actor, text: str) -> str:
        """Store the text."""
        if self.refuse:
            raise RefusedError("草稿已由他人修改。", next_step="请重新打开。")
        self.saved.append(text)
        return text


def _edit(screens: Screens, draft: Draft) -> list[Done | None]:
    given: list[Done | None] = []
    screens.app.push_screen(EditorScreen(Work("账号标准 草稿1", BOOK, draft.check, draft.save)), given.append)
    return given


@pytest.mark.parametrize("size", [(80, 24), (130, 36)])
async def test_the_problem_list_leads_to_the_line(
    screens: Screens, size: tuple[int, int], golden: Callable[[str, str], None]
) -> None:
    async with screens.open(*size):
        _edit(screens, Draft())
        await screens.settle()
        editor = screens.app.screen
        assert isinstance(editor, EditorScreen)
        assert [problem.line for problem in editor.problems] == [2, 4]
        assert "第1行 第1字" in screens.lines[0]
        await screens.press("f8")
        assert editor.area.cursor_location == (1, 5)
        await screens.press("ctrl+n")
        assert "第4行 第6字" in screens.lines[0]
        await screens.press("f8", "ctrl+t", "down", "enter")
        assert editor.area.cursor_location == (3, 5)
        assert screens.app.focused is editor.area
        assert "“两周”不是整数。" in screens.text
        golden(f"editor-{size[0]}", screens.text)


async def test_the_editor_saves_again_and_again_and_keeps_what_was_refused(screens: Screens) -> None:
    async with screens.open():
        draft = Draft()
        given = _edit(screens, draft)
        await screens.settle()
        await screens.type("甲")
        assert "未保存" in screens.lines[0]
        draft.refuse = True
        await screens.press("ctrl+s")
        assert "草稿已由他人修改。" in screens.text
        draft.refuse = False
        await screens.press("ctrl+s")
        assert draft.saved == ["甲" + BOOK]
        assert "未保存" not in screens.lines[0]
        await screens.type("乙")
        await screens.press("ctrl+s", "escape")
        assert draft.saved[-1] == "甲乙" + BOOK
        assert [done.result if done else None for done in given] == ["甲乙" + BOOK]


async def test_leaving_an_unsaved_text_asks(screens: Screens) -> None:
    async with screens.open():
        given = _edit(screens, Draft())
        await screens.settle()
        await screens.type("甲")
        await screens.press("escape")
        assert "尚未保存" in screens.text
        await screens.press("n")
        assert isinstance(screens.app.screen, EditorScreen)
        await screens.press("escape", "y")
        assert given == [None]


async def test_the_cursor_of_a_text_places_the_input_method(screens: Screens, service: Service) -> None:
    async with screens.open():
        _show(screens, _plan(service, asks=ASKS[:2]))
        await screens.settle()
        field = _form(screens).field("why")
        field.focus()
        await screens.type("改名")
        assert isinstance(field, TextField)
        assert screens.app.cursor_position == (field.region.x + 4, field.region.y)
