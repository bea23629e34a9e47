from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from tests.tui import city
from tests.tui.driver import Screens
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock, Period

GOLDENS = Path(__file__).parent / "goldens"
REFRESH = "WEIBO_OPS_REFRESH_GOLDENS"
DATABASE = "city.db"
BOSS = Actor("tester", "测试员", frozenset({"*"}))


def _open(folder: Path, clock: FixedClock, **settings: Any) -> Application:
    found = load_settings(folder / "home", f"sqlite:///{DATABASE}")
    return Application.open(found.model_copy(update=settings), clock, BOSS)


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a city that was imported, checked and evaluated twice; tests work on copies."""
    from tests.conftest import NOW

    folder = tmp_path_factory.mktemp("city")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with closing(_open(folder, FixedClock(NOW))) as app:
            app.intake.import_folder(app.actor, city.write(folder / "export"))
            app.bus.dispatch()
            for scheme in ("basic", "competitiveness"):
                app.evaluation.run(app.actor, Period.parse("2026Q3"), scheme)
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def services(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    """The application on a copy of the city, or on what ``indirect`` parameters name: ``empty`` has no data."""
    kind = getattr(request, "param", "city")
    monkeypatch.chdir(tmp_path)
    if kind != "empty":
        built: Path = request.getfixturevalue("built_city")
        for file in built.glob(f"{DATABASE}*"):
            shutil.copy(file, tmp_path)
    app = _open(tmp_path, clock, ascii_glyphs=kind == "ascii", theme={"dark": "深色", "odd": "[red]花"}.get(kind))
    yield app
    app.close()


@pytest.fixture
def screens(services: Application) -> Screens:
    """The screens on ``services``, to be opened with ``async with screens.open()``."""
    return Screens(services)


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a file of ``goldens``; run with WEIBO_OPS_REFRESH_GOLDENS=1 to write it anew."""

    def compare(name: str, text: str) -> None:
        file = GOLDENS / f"{name}.txt"
        if os.environ.get(REFRESH):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text("utf-8"), (
            f"{name} looks different; {REFRESH}=1 writes it anew: read the difference"
        )

    return compare
