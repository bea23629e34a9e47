"""The documents speak of what exists: every command they show, every file they point to."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"(?:^|`)(?:\.venv/bin/)?weibo-ops +([^`\n]+)", re.M)
SHOWN = sorted({text for page in PAGES for text in COMMAND.findall(page.read_text("utf-8"))})
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("shown", SHOWN)
def test_every_command_shown_exists(shown: str) -> None:
    import typer.main

    from weibo_ops.cli import app

    command: Any = typer.main.get_command(app)
    words = shlex.split(shown)
    while words and hasattr(command, "commands"):
        word = words.pop(0)
        if word in {"--home", "--db", "--as"}:
            words.pop(0)
        elif not word.startswith("-"):
            assert word in command.commands, f"weibo-ops {shown}: there is no {word}"
            command = command.commands[word]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known


@each_page
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    shown = {target for page in PAGES for target in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.M)}
    assert {"demo", "test"} <= shown <= targets


def test_the_guide_leads_to_every_page_of_the_guide() -> None:
    guide = ROOT / "docs" / "guide"
    index = (guide / "README.md").read_text("utf-8")
    assert [page.name for page in sorted(guide.glob("*.md")) if f"({page.name})" not in index] == ["README.md"]
