"""An office before the stand-in for the platform, on SQLite and on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts.platform.desk import Desk


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Desk]:
    """An office that has registered no application yet, on SQLite."""
    made = Desk(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def desk(bare: Desk) -> Desk:
    """An office whose account is authorised, on SQLite."""
    bare.register()
    bare.authorize()
    return bare


@pytest.fixture
def any_desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """An office whose account is authorised, on either database."""
    made = Desk(tmp_path / "home", database_url)
    made.register()
    made.authorize()
    yield made
    made.close()
