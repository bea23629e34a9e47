"""``weibo-ops tui`` opens the screens on a terminal and says so where there is none."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tui.app import WeiboOpsApp
from weibo_ops.cli import app, common, tui
from weibo_ops.kernel.errors import EnvironmentFault


def test_without_a_terminal_the_command_refuses_and_names_the_next_step(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "tui"])
    assert isinstance(result.exception, EnvironmentFault)
    assert result.exception.exit_code == 3
    assert "终端" in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_on_a_terminal_the_screens_run_on_the_application_of_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []
    monkeypatch.setattr(common, "on_terminal", lambda: True)
    monkeypatch.setattr(common, "application", lambda context: f"application of {context}")
    monkeypatch.setattr(WeiboOpsApp, "__init__", lambda self, services: ran.append(services))
    monkeypatch.setattr(WeiboOpsApp, "run", lambda self: None)
    tui.open_screens("home")  # type: ignore[arg-type]
    assert ran == ["application of home"]


@pytest.mark.parametrize("missing", ["stdin", "stdout", "stderr"])
def test_screens_need_all_three_streams_since_they_are_drawn_on_the_last(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", _Stream(terminal=name != missing))
    assert not common.on_terminal()
    monkeypatch.setattr(f"sys.{missing}", _Stream(terminal=True))
    assert common.on_terminal()


class _Stream(StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal
