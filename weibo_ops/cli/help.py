"""Help pages in Chinese: typer's own few words, put into the reader's language."""

from __future__ import annotations

import re

import typer
from typer.core import TyperCommand, TyperGroup

_WORDS = {
    r"^Usage: ": "用法:",
    r"^Options:": "选项:",
    r"^Arguments:": "参数:",
    r"^Commands:": "命令:",
    r"\bShow this message and exit\.": "显示本说明",
    r"\[default: ([^\[\]]*)\]": r"[默认:\1]",
    r"\[required\]": "[必填]",
    r"COMMAND \[ARGS\]\.\.\.": "命令 …",
    r"\[OPTIONS\]": "[选项]",
}


def in_chinese(page: str) -> str:
    """Return a help page with typer's headings and remarks in Chinese; everything else stays."""
    for words, chinese in _WORDS.items():
        page = re.sub(words, chinese, page, flags=re.MULTILINE)
    return page


class _Command(TyperCommand):
    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]  # typer.Context is its context
        return in_chinese(super().get_help(ctx))


class _Group(TyperGroup):
    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return in_chinese(super().get_help(ctx))


def speak_chinese(app: typer.Typer) -> None:
    """Give every command and group of an app, nested ones too, a Chinese help page."""
    app.info.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
    for group in app.registered_groups:
        group.cls = _Group
        if group.typer_instance is not None:
            speak_chinese(group.typer_instance)
