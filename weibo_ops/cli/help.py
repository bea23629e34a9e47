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
    r"\[default:\s+([^\[\]]*)\]": r"[默认:\1]",
    r"(\[|; ?)required\]": r"\1必填]",
    r"COMMAND \[ARGS\]\.\.\.": "命令 …",
    r"\[OPTIONS\]": "[选项]",
}
_KINDS = {
    "str": "文字",
    "list[str]": "文字",
    "int": "整数",
    "int range": "整数",
    "path": "路径",
    "list[path]": "路径",
    "list[Path]": "路径",
    "list[int]": "整数",
    "float": "数字",
}
"""What the toolkit calls the kinds of values; the words take as many cells, so that the columns stay."""


def in_chinese(page: str) -> str:
    """Return a help page with typer's headings, remarks and kinds of values in Chinese; everything else stays."""
    for words, chinese in _WORDS.items():
        page = re.sub(words, chinese, page, flags=re.MULTILINE)
    return re.sub(r"<([A-Za-z\[\] ]+)>", lambda found: _kind(found[1]), page)


def _kind(name: str) -> str:
    word = _KINDS.get(name)
    return f"<{name}>" if word is None else word + " " * (len(name) + 2 - 2 * len(word))


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
