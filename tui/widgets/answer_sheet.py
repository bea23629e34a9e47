"""Fields one under another, each with its sentence: the part of a screen that asks while other parts show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.format import in_place
from tui.forms import Ask, Kind
from tui.widgets.fields import FIELDS, AnyField, Touched, field_of
from tui.widgets.words import Words
from weibo_ops.kernel.errors import UsageError


class AnswerSheet(VerticalScroll):
    """Fields with labels; what is wrong with one stands under it.

    Args:
        asks: the fields.
        sign: before a sentence that says what is wrong.
    """

    class Changed(Message):
        """What stands in a field has changed."""

    def __init__(self, asks: Sequence[Ask], sign: str, *, id: str | None = None) -> None:
        super().__init__(id=id, can_focus=False)
        self.asks = tuple(asks)
        self._sign = sign

    def compose(self) -> ComposeResult:
        """Build the rows."""
        for ask in self.asks:
            with Vertical(classes="ask", id=f"ask-{ask.name}"):
                with Horizontal(classes=f"asked {'tall' if ask.kind is Kind.TEXT else ''}"):
                    mark = "*" if ask.required else " "
                    label = Content.assemble((mark, "$error"), in_place(ask.label))
                    yield Static(label, classes="ask-label", markup=False)
                    yield field_of(ask)
                yield Words(classes="ask-wrong")

    def on_mount(self) -> None:
        """Ask what applies."""
        self._ask_what_applies()

    def fields(self) -> list[AnyField]:
        """Return all the fields, in order."""
        return [widget for widget in self.query("*") if isinstance(widget, FIELDS)]

    def field(self, name: str) -> AnyField:
        """Return one field."""
        return next(each for each in self.fields() if each.ask.name == name)

    def raw(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {each.ask.name: each.raw for each in self.fields()}

    def holds_focus(self) -> bool:
        """Say whether one of the fields has the focus."""
        return self.screen.focused in self.fields()

    def enter(self, name: str = "") -> None:
        """Give the focus to a field, the first unless named."""
        (self.field(name) if name else self.fields()[0]).focus()

    @on(Touched)
    def look_again(self, event: Touched) -> None:
        """Take back what was said of a field that is being changed; ask what its value calls for."""
        event.stop()
        self._tell(event.ask, "")
        self._ask_what_applies()
        self.post_message(self.Changed())

    def _ask_what_applies(self) -> None:
        raw = self.raw()
        for ask in self.asks:
            self.query_one(f"#ask-{ask.name}", Vertical).display = ask.asked(raw)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Say what is wrong with a field that was filled in and left."""
        if isinstance(event.widget, FIELDS) and event.widget.raw.strip():
            ask = event.widget.ask
            try:
                ask.read(event.widget.raw)
            except UsageError as error:
                self._tell(ask, f"{error.message}{error.next_step}")

    def point_at(self, wrong: Mapping[str, str]) -> str:
        """Say what is wrong with fields; return the name of the first, empty if none is."""
        for ask in self.asks:
            self._tell(ask, wrong.get(ask.name, ""))
        return next((ask.name for ask in self.asks if ask.name in wrong), "")

    def _tell(self, ask: Ask, sentence: str) -> None:
        row = self.query_one(f"#ask-{ask.name}", Vertical)
        row.query_one(".ask-wrong", Words).text = f"{self._sign} {sentence}" if sentence else ""
