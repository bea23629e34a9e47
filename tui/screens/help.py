"""The help: every action with its keys, from the registry, and what the marks mean."""

from __future__ import annotations

from itertools import groupby

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.actions import ACTIONS, FORM, MOVES, Action, Group, Place
from tui.format import pad
from tui.sheet import Block, Body, Field, Head, Sheet
from tui.widgets.bars import WARNING
from tui.widgets.sheet_view import SheetView
from weibo_ops.kernel.actors import Actor

KEY_CELLS = 16
LEAVE = ("escape", "f1", "ctrl+g", "question_mark", "fullwidth_question_mark", "q")
ABOUT = "输入文字时字母键归输入框,功能键和 Ctrl 组合键仍然有效。中文输入法打出的 ？ / 、 ： 同样有效。"
UNCONFIRMED = "检查发现、内容提示和单项否决均为系统提出,须经人工核实。没有数据写“无数据”,不作零计。"


def help_sheet(place: Place | None, actor: Actor) -> Sheet:
    """Return the help for a table; an action that the person may not use is dimmed and says what it needs."""
    blocks: list[Block] = []
    for group, actions in groupby((*ACTIONS, *MOVES, *FORM), key=lambda action: action.group):
        valid = [action for action in actions if action.valid_in(place)]
        if valid:
            blocks += [Head(group.value), *(_line(action, actor) for action in valid)]
    blocks += [Head("说明"), Body(ABOUT), Body(UNCONFIRMED), Body(WARNING)]
    return Sheet(f"帮助{f':{place.word}' if place else ''}    Esc 返回", tuple(blocks))


def _line(action: Action, actor: Actor) -> Field:
    keys = pad(action.key_words, KEY_CELLS)
    if action.offered_to(actor):
        return Field(keys, action.title)
    return Field(keys, f"{action.title}({action.missing})", "dim")


def where(action: Action) -> str:
    """Return in which tables an action is valid, in words."""
    if action.group in (Group.FORM, Group.EDITOR, Group.WRITING, Group.REMARK):
        return action.group.value
    return "、".join(place.word for place in action.places) or "各表"


class HelpScreen(ModalScreen[None]):
    """The help over a table."""

    BINDINGS = [Binding(key, "leave", "返回", show=False) for key in LEAVE]  # noqa: RUF012

    def __init__(self, place: Place | None, actor: Actor) -> None:
        super().__init__()
        self._place = place
        self._actor = actor

    def compose(self) -> ComposeResult:
        """Build the box."""
        with Vertical(id="help"):
            yield SheetView(id="help-sheet")

    def on_mount(self) -> None:
        """Show the text."""
        view = self.query_one(SheetView)
        view.focus()
        view.show(help_sheet(self._place, self._actor))

    def action_leave(self) -> None:
        """Leave the help."""
        self.dismiss(None)
