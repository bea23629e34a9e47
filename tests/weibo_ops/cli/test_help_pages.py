"""Help pages are Chinese on every command, the toolkit's own words included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from weibo_ops.cli import app
from weibo_ops.cli.help import in_chinese

ENGLISH = re.compile(r"\b(Usage|Options|Arguments|Commands|Show this|default|required|str|int|integer|range)\b")


def _pages(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    context = typer.Context(command, info_name=words[-1])
    yield " ".join(words), command.get_help(context)
    for name, below in getattr(command, "commands", {}).items():
        yield from _pages(below, (*words, name))


PAGES = list(_pages(typer.main.get_command(app), ("weibo-ops",)))


@pytest.mark.parametrize(("command", "page"), PAGES, ids=[command for command, _ in PAGES])
def test_no_english_word_of_the_toolkit_is_left(command: str, page: str) -> None:
    assert "用法:" in page
    assert "显示本说明" in page
    assert not ENGLISH.findall(page)


def test_only_the_toolkits_own_words_are_changed() -> None:
    page = "Usage: x [OPTIONS]\n\n  写成 Usage 的例子\n\nOptions:\n  --a  甲  [default: 3]\n"
    assert in_chinese(page) == "用法:x [选项]\n\n  写成 Usage 的例子\n\n选项:\n  --a  甲  [默认:3]\n"
