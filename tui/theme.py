"""The two themes, and scroll bars without characters of unsteady width."""

from __future__ import annotations

from textual.scrollbar import ScrollBarRender
from textual.theme import Theme

LIGHT, DARK = "paper", "ink"

THEMES = (
    Theme(
        name=LIGHT,
        primary="#2a5d66",
        secondary="#4f6b7a",
        accent="#7a5520",
        warning="#805400",
        error="#a12f29",
        success="#2c6a3c",
        foreground="#2a2e31",
        background="#f7f5f0",
        surface="#f7f5f0",
        panel="#e9e6dd",
        dark=False,
        variables={
            "muted": "#5b6063",
            "note": "#2a5d66",
            "cursor": "#d3e0de",
            "cursor-idle": "#e6e7e1",
            "ribbon": "#2a5d66",
            "ribbon-text": "#f7f5f0",
        },
    ),
    Theme(
        name=DARK,
        primary="#86b8b3",
        secondary="#9db0bb",
        accent="#cfae7e",
        warning="#dcb872",
        error="#e7958b",
        success="#98c79a",
        foreground="#d9dad5",
        background="#1b1f22",
        surface="#1b1f22",
        panel="#272d31",
        dark=True,
        variables={
            "muted": "#a9afb0",
            "note": "#86b8b3",
            "cursor": "#2c3f42",
            "cursor-idle": "#272d31",
            "ribbon": "#25393c",
            "ribbon-text": "#d9dad5",
        },
    ),
)
"""Light and dark, calm on purpose: one hue for what is selected, tones only for what needs a look."""


class PlainBar(ScrollBarRender):
    """A scroll bar of whole cells: the partial blocks of the stock one are two cells wide in some terminals."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8
