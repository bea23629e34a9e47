"""An editor for a text of many lines, with its problems in a list beside it from which one jumps to the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from tui.actions import EDITOR, bindings_of, key_word
from tui.forms import Done
from tui.reading import ReadingScreen
from tui.screens.confirm import Confirm
from tui.screens.form import SUBMITTING, UNSURE
from tui.widgets.bars import Bar, key_item
from tui.widgets.fields import HarmlessArea
from tui.widgets.ledger import Cell, Column, Ledger
from tui.widgets.words import Words
from weibo_ops.kernel.actors import Actor

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp
    from weibo_ops.bootstrap import Application

BESIDE = 110
"""Cells from which the problems stand beside the text instead of under it."""
PAUSE = 0.8
"""Seconds without a key after which the text is checked; nothing is checked while someone types."""
COLUMNS = (Column("行", 5, right=True), Column("问题", 20, grow=1))
UNSAVED = "修改尚未保存,离开即不保留。"
FINE = "没有发现错误。"


@dataclass(frozen=True)
class Problem:
    """Something wrong in the text.

    Attributes:
        text: the sentence.
        line: counted from 1; None if it belongs to no line.
        column: counted from 1.
        tone: bad, warn or note.
    """

    text: str
    line: int | None = None
    column: int = 1
    tone: str = "bad"


@dataclass(frozen=True)
class Work:
    """What is edited.

    Attributes:
        title: of the editor.
        text: at first.
        check: finds the problems of a text; run in a thread.
        save: stores it, run in a thread with whoever acts; it may be called again and again.
        told: the sentence about what ``save`` gave.
    """

    title: str
    text: str
    check: Callable[[str], Sequence[Problem]]
    save: Callable[[Actor, str], object]
    told: Callable[[Any], str] = lambda _: "已保存。"


class MarkedText(HarmlessArea):
    """A text with line numbers in which lines with problems are marked."""

    def __init__(self, text: str) -> None:
        super().__init__(text, show_line_numbers=True, soft_wrap=False, tab_behavior="focus", compact=True)
        self._marked: dict[int, str] = {}

    def mark(self, lines: dict[int, str]) -> None:
        """Mark lines (counted from 0) with colours."""
        self._marked = lines
        self._line_cache.clear()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn."""
        line = super().get_line(line_index)
        colour = self._marked.get(line_index)
        if colour:
            line.stylize(Style(color=colour, underline=True))
        return line


class EditorScreen(ModalScreen["Done | None"], ReadingScreen):
    """Edits a text; gives what the last saving gave, None if nothing was saved."""

    BINDINGS = bindings_of(EDITOR)
    UNEXPECTED = UNSURE

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work
        self.busy = False
        self.problems: list[Problem] = []
        self._saved = work.text
        self._sent = work.text
        self._done: Done | None = None
        self._timer: Any = None

    def compose(self) -> ComposeResult:
        """Build the screen."""
        here = cast("WeiboOpsApp", self.app).glyphs.sign("here")
        with Container(id="editor"):
            yield Bar(id="editor-title")
            with Container(id="editor-body"):
                yield MarkedText(self.work.text)
                yield Ledger(here=here, id="problems")
            yield Words(id="editor-said")
            yield Static(id="editor-keys")

    @property
    def area(self) -> MarkedText:
        """The text."""
        return self.query_one(MarkedText)

    @property
    def list(self) -> Ledger:
        """The problems."""
        return self.query_one("#problems", Ledger)

    def on_mount(self) -> None:
        """Begin with the text."""
        items = [key_item(key_word(action.keys[0]), action) for action in EDITOR]
        self.query_one("#editor-keys", Static).update(Content("  ").join(items))
        self._set_sides(self.app.size.width)
        self.area.focus()
        self._show_title()
        self.action_check()

    def on_resize(self, event: events.Resize) -> None:
        """Put the problems beside the text or under it."""
        self._set_sides(event.size.width)

    def _set_sides(self, cells: int) -> None:
        self.query_one("#editor").set_class(cells >= BESIDE, "-beside")

    def _show_title(self) -> None:
        row, column = self.area.cursor_location
        bar = self.query_one("#editor-title", Bar)
        changed = "(未保存)" if self.area.text != self._saved else ""
        bar.left = ((f" {self.work.title}{changed}", "bold"),)
        bar.right = ((f"第{row + 1}行 第{column + 1}字 ", ""),)

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Put a sentence above the keys."""
        said = self.query_one("#editor-said", Words)
        said.set_class(wrong, "-wrong")
        said.text = f"{cast('WeiboOpsApp', self.app).glyphs.sign('bad')} {sentence}" if wrong else sentence

    # --- checking -------------------------------------------------------------------------------------------

    @on(TextArea.Changed)
    def typed(self) -> None:
        """Check when the typing pauses."""
        self._show_title()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self.action_check)

    @on(TextArea.SelectionChanged)
    def moved(self) -> None:
        """Show where the cursor is."""
        self._show_title()

    def action_check(self) -> None:
        """Look for problems in the text as it stands."""
        if self._timer is not None:
            self._timer.stop()
        self.read("check", partial(self.work.check, self.area.text))

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        rows = [(Cell("" if one.line is None else str(one.line), "dim"), Cell(one.text, one.tone)) for one in problems]
        self.list.show(COLUMNS, rows, FINE)
        colours = self.app.theme_variables
        tones = {"bad": colours["error"], "warn": colours["warning"], "note": colours["note"]}
        self.area.mark({one.line - 1: tones[one.tone] for one in reversed(problems) if one.line})

    def action_next_problem(self) -> None:
        """Go to the next line with a problem after the cursor, from the last to the first."""
        lines = sorted({one.line for one in self.problems if one.line})
        if lines:
            here = self.area.cursor_location[0] + 1
            line = next((line for line in lines if line > here), lines[0])
            self._go(next(one for one in self.problems if one.line == line))

    def _go(self, problem: Problem) -> None:
        self.list.cursor = self.problems.index(problem)
        self.say(problem.text)
        if problem.line is not None:
            self.area.move_cursor((problem.line - 1, problem.column - 1), center=True)
        self.area.focus()

    @on(Ledger.Opened)
    def open_clicked(self) -> None:
        """Go to the line of a problem that was clicked twice."""
        self._take()

    def on_key(self, event: events.Key) -> None:
        """Enter on a problem goes to its line."""
        if event.key == "enter" and self.focused is self.list:
            event.stop()
            self._take()

    def _take(self) -> None:
        if self.problems:
            self._go(self.problems[self.list.cursor])

    def action_next_pane(self) -> None:
        """Move the focus between text and problems."""
        (self.list if self.focused is self.area else self.area).focus()

    # --- saving and leaving ---------------------------------------------------------------------------------

    def action_submit(self) -> None:
        """Save the text; a second time only when the first is through."""
        if not self.busy:
            self.busy = True
            self._sent = self.area.text
            self.say(SUBMITTING)
            self.read("save", partial(_save, self.services, self.work, self._sent))

    def took(self, kind: str, value: Any) -> None:
        """Show the problems, or that it was saved."""
        if kind == "check":
            self._show_problems(value)
        else:
            self.busy = False
            self._saved = self._sent
            self._done = value
            self.say(value.sentence)
            self._show_title()
            self.action_check()

    def refused(self, kind: str, sentence: str) -> None:
        """Show why it was not saved; the text stays."""
        self.busy = self.busy and kind != "save"
        self.say(sentence, wrong=True)

    def action_leave(self) -> None:
        """Leave; ask first when something is not saved."""
        if self.busy:
            self.say(SUBMITTING)
        elif self.area.text != self._saved:
            self.app.push_screen(Confirm(self.work.title, UNSAVED, "离开", "继续编辑"), self._left)
        else:
            self.dismiss(self._done)

    def _left(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(self._done)


def _save(app: Application, work: Work, text: str) -> Done:
    result = work.save(app.present_actor(), text)
    return Done(result, work.told(result))
