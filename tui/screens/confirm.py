"""The question before something is done: what will happen, and to whom."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.style import Style
from textual.widgets import Static

from tui.actions import full_width_forms
from tui.format import in_place
from tui.widgets.words import Words

YES = ("y", "ctrl+s")
NO = ("escape", "n", "ctrl+g", "enter")
"""Enter says no: a key pressed once too often must not confirm anything."""


class Confirm(ModalScreen[bool]):
    """Asks; ``y`` confirms, everything else that closes it does not.

    Args:
        title: of the box.
        text: what will happen and to whom.
        word: what confirming is called.
        back: what not confirming is called.
    """

    BINDINGS = [  # noqa: RUF012
        *(Binding(form, "yes", show=False) for key in YES for form in (key, *full_width_forms(key))),
        *(Binding(form, "no", show=False) for key in NO for form in (key, *full_width_forms(key))),
    ]

    def __init__(self, title: str, text: str, word: str = "确认", back: str = "返回") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._word = word
        self._back = back

    def compose(self) -> ComposeResult:
        """Build the box."""
        with Vertical(id="confirm"):
            yield Static(in_place(self._title), id="confirm-title", markup=False)
            with VerticalScroll(id="confirm-body"):
                yield Words(self._text, id="confirm-text")
            yield Static(self._keys(), id="confirm-keys")

    def _keys(self) -> Content:
        yes = Content.assemble(("y", "bold $note"), f" {self._word}").stylize(Style.from_meta({"@click": "screen.yes"}))
        no = Content.assemble(("Esc", "bold $note"), f" {self._back}").stylize(Style.from_meta({"@click": "screen.no"}))
        return Content("   ").join([yes, no])

    def on_click(self, event: events.Click) -> None:
        """Leave when the ground beside the box is clicked."""
        if event.widget is self:
            self.dismiss(False)

    def action_yes(self) -> None:
        """Confirm."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Do not confirm."""
        self.dismiss(False)
