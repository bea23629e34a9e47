"""The one registry of actions: key bindings, key bar, command palette, help and the guide's key table are read from it.

An action that writes names the permissions of which it needs one: key bar and palette leave it out for whoever holds
none, the help shows it dimmed, and its key says what is missing. Letter keys vanish while an input has the focus, so
every action also has a control or function key. With a Chinese input method on, keys arrive full width (``?`` as
``？``, ``/`` as ``、``): both widths are bound.
"""

from __future__ import annotations

from tui.actions.action import Action, Group, Place, full_width_forms, key_word
from tui.actions.bindings import app_bindings, bindings_of, move_bindings, screen_bindings, valid_actions
from tui.actions.lists import ACTIONS, EDITOR, FORM, MOVES
from tui.actions.publishing import REMARKING, WRITING

__all__ = [
    "ACTIONS",
    "EDITOR",
    "FORM",
    "MOVES",
    "REMARKING",
    "WRITING",
    "Action",
    "Group",
    "Place",
    "app_bindings",
    "bindings_of",
    "full_width_forms",
    "key_word",
    "move_bindings",
    "screen_bindings",
    "valid_actions",
]
