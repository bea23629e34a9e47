"""A desk of each test, on SQLite and on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing.delivery.desk import DeliveryDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeliveryDesk]:
    made = DeliveryDesk(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def any_desk(tmp_path: Path, database_url: str) -> Iterator[DeliveryDesk]:
    made = DeliveryDesk(tmp_path / "home", database_url)
    yield made
    made.close()
