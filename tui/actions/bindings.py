"""The registry as Textual wants it: which keys start which actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.binding import Binding, BindingType

from tui.actions.action import Action, Place
from tui.actions.lists import ACTIONS, MOVES


def valid_actions(place: Place | None) -> Iterator[Action]:
    """Yield the actions that can be used on a table, in order."""
    return (action for action in ACTIONS if action.valid_in(place))


def app_bindings() -> list[BindingType]:
    """Return the bindings of the actions that the application itself does."""
    return [binding for action in ACTIONS if action.run.startswith("app.") for binding in _bindings(action)]


def screen_bindings(place: Place) -> list[BindingType]:
    """Return the bindings of the actions that a table's screen does."""
    found = [action for action in valid_actions(place) if action.run.startswith("screen.")]
    found += [action for action in MOVES if action.run.startswith("screen.")]
    return [binding for action in found for binding in _bindings(action)]


def move_bindings() -> list[BindingType]:
    """Return the bindings of a pane in which a cursor or the text moves."""
    return [binding for action in MOVES if "." not in action.run for binding in _bindings(action)]


def bindings_of(actions: Iterable[Action]) -> list[BindingType]:
    """Return the bindings of a form's or an editor's keys."""
    return [binding for action in actions if "." in action.run for binding in _bindings(action)]


def _bindings(action: Action) -> list[Binding]:
    priority = action.id == "quit"
    return [Binding(key, action.command, action.title, show=False, priority=priority) for key in action.bound_keys]
