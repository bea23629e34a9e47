"""The fields of a form: stock inputs (they place the input method right), a choice, and a box to be ticked.

Each has ``raw``, what stands in it as text, and posts `Touched` when that changes.
"""

from __future__ import annotations

from rich.text import Text
from textual import events, on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui.actions import FORM, full_width_forms
from tui.format import in_place, one_line
from tui.forms import Ask, Kind
from tui.screens.options import OptionPicker

CHOOSE = next(action for action in FORM if action.id == "choose")
TICK = next(action for action in FORM if action.id == "tick")


class Touched(Message):
    """What stands in a field has changed."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask


class LineField(Input):
    """One line: a text, a day, an instant or a path."""

    def __init__(self, ask: Ask) -> None:
        hints = {Kind.DAY: "如 2026-10-08", Kind.INSTANT: "如 2026-10-08 18:00", Kind.FILE: "文件路径"}
        hint = ask.hint or hints.get(ask.kind, "")
        super().__init__(
            ask.value, placeholder=in_place(hint), compact=True, max_length=4 * ask.longest, select_on_focus=False
        )
        self.ask = ask

    @property
    def _value(self) -> Text:
        return Text(in_place(self.value), no_wrap=True, overflow="ignore", end="")

    @property
    def raw(self) -> str:
        """What was typed."""
        return self.value

    @on(Input.Changed)
    def told(self, event: Input.Changed) -> None:
        """Pass it on."""
        event.stop()
        self.post_message(Touched(self.ask))

    @on(Input.Submitted)
    def next_one(self, event: Input.Submitted) -> None:
        """Enter goes to the next field; it never submits a form by accident."""
        event.stop()
        self.screen.focus_next()


class HarmlessArea(TextArea):
    """A text of several lines; what could act on a terminal is drawn as a symbol, and kept as it is."""

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn."""
        return Text(in_place(self.document.get_line(line_index)), end="", no_wrap=True)


class TextField(HarmlessArea):
    """Several lines; the tab key leaves it."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(
            ask.value,
            placeholder=in_place(ask.hint),
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
        )
        self.ask = ask

    @property
    def raw(self) -> str:
        """What was typed."""
        return self.text

    @on(TextArea.Changed)
    def told(self, event: TextArea.Changed) -> None:
        """Pass it on."""
        event.stop()
        self.post_message(Touched(self.ask))


class ChoiceField(Widget, can_focus=True):
    """One of several: left and right step through them, space shows them all to be found by typing."""

    BINDINGS = [  # noqa: RUF012
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        *(Binding(key, "choose", show=False) for key in CHOOSE.bound_keys),
        Binding("enter", "app.focus_next", show=False),
    ]
    raw: reactive[str] = reactive("")

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask
        self.set_reactive(ChoiceField.raw, ask.value)

    def render(self) -> Content:
        """Draw what is chosen between the arrows that step."""
        chosen = next((option for option in self.ask.options if option.value == self.raw), None)
        words = chosen.label.strip() if chosen else (self.ask.hint or "未选")
        cells = max(self.size.width - 16, 4)
        shown = Content(one_line(words, cells))
        if chosen is None:
            shown = shown.stylize("$muted")
        return Content.assemble("< ", shown, " >", ("  空格选择" if self.has_focus else "", "$muted"))

    def watch_raw(self, old: str, new: str) -> None:
        """Pass it on."""
        if old != new:
            self.post_message(Touched(self.ask))

    def action_step(self, by: int) -> None:
        """Choose the next one that can be chosen."""
        values = [option.value for option in self.ask.options if not option.off]
        if not values:
            return
        at = values.index(self.raw) + by if self.raw in values else (0 if by > 0 else -1)
        self.raw = values[at % len(values)]

    def action_choose(self) -> None:
        """Show all of them."""
        self.app.push_screen(OptionPicker(self.ask.label, self.ask.options, self.raw), self._chosen)

    def on_click(self) -> None:
        """Show all of them."""
        self.action_choose()

    def _chosen(self, value: str | None) -> None:
        if value is not None:
            self.raw = value


class YesField(Widget, can_focus=True):
    """A box to be ticked."""

    BINDINGS = [  # noqa: RUF012
        *(Binding(key, "choose", show=False) for key in CHOOSE.bound_keys),
        Binding("enter", "app.focus_next", show=False),
    ]
    yes: reactive[bool] = reactive(False)

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask
        self.set_reactive(YesField.yes, bool(ask.value))

    @property
    def raw(self) -> str:
        """``1`` for yes, nothing for no."""
        return "1" if self.yes else ""

    def render(self) -> Content:
        """Draw the box."""
        words = one_line(self.ask.hint, max(self.size.width - 4, 4))
        return Content.assemble("[x] " if self.yes else "[ ] ", words)

    def watch_yes(self, old: bool, new: bool) -> None:
        """Pass it on."""
        if old != new:
            self.post_message(Touched(self.ask))

    def action_choose(self) -> None:
        """Tick the box, or take the tick away."""
        self.yes = not self.yes

    def on_click(self, event: events.Click) -> None:
        """Tick the box, or take the tick away."""
        event.stop()
        self.action_choose()


class TicksField(Widget, can_focus=True):
    """Several boxes in a line, each ticked by its number; space ticks them all, or takes all ticks away."""

    BINDINGS = [  # noqa: RUF012
        *(
            Binding(form, f"tick({place})", show=False)
            for place, key in enumerate(TICK.keys)
            for form in (key, *full_width_forms(key))
        ),
        *(Binding(key, "tick_all", show=False) for key in CHOOSE.bound_keys),
        Binding("enter", "app.focus_next", show=False),
    ]
    raw: reactive[str] = reactive("")
    """The values that are ticked, joined by commas."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask
        self.set_reactive(TicksField.raw, ask.value)

    @property
    def _ticked(self) -> set[str]:
        return set(filter(None, self.raw.split(",")))

    def render(self) -> Content:
        """Draw the boxes with their numbers."""
        ticked = self._ticked
        boxes = []
        for place, option in enumerate(self.ask.options):
            box = f"[{'x' if option.value in ticked else ' '}]{option.label}"
            click = Style.from_meta({"@click": f"tick({place})"})
            boxes.append(Content.assemble((f"{place + 1}", "$muted"), box).stylize(click))
        return Content.assemble(Content(" ").join(boxes), ("  空格全选" if self.has_focus else "", "$muted"))

    def watch_raw(self, old: str, new: str) -> None:
        """Pass it on."""
        if old != new:
            self.post_message(Touched(self.ask))

    def action_tick(self, place: int) -> None:
        """Tick a box, or take its tick away."""
        if place < len(self.ask.options):
            self._set(self._ticked ^ {self.ask.options[place].value})

    def action_tick_all(self) -> None:
        """Tick all the boxes, or take all ticks away."""
        whole = {option.value for option in self.ask.options}
        self._set(set() if self._ticked == whole else whole)

    def _set(self, ticked: set[str]) -> None:
        self.raw = ",".join(option.value for option in self.ask.options if option.value in ticked)


FIELDS = (LineField, TextField, ChoiceField, YesField, TicksField)
"""Every kind of field."""
AnyField = LineField | TextField | ChoiceField | YesField | TicksField


def field_of(ask: Ask) -> AnyField:
    """Return the widget for what is asked."""
    if ask.kind is Kind.TEXT:
        return TextField(ask)
    if ask.kind is Kind.CHOICE:
        return ChoiceField(ask)
    if ask.kind is Kind.TICKS:
        return TicksField(ask)
    return YesField(ask) if ask.kind is Kind.YES else LineField(ask)
