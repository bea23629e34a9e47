"""An invented office for tests: a clock that is moved by hand, units, and people with roles."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from accounts.roles import permissions_of
from accounts.schemas.people import StaffEntry, UnitEntry
from config.loader import LoadedBook, shipped
from weibo_ops.kernel.actors import Actor

PASSWORD = "correct horse 9"
CITY = "云麓市人民政府"
OFFICE = "云麓市人民政府办公室"
PRESS = "云麓市人民政府新闻办公室"
WATER = "云麓市供水管理局"
PLANT = "云麓市供水管理局第一水厂"
OPENED = datetime(2026, 10, 8, 2, tzinfo=UTC)
BOSS = Actor("boss", "系统管理员甲", frozenset({"*"}))


@cache
def migrated_file() -> Path:
    """A SQLite file of the newest schema, made once per process: a copy is a hundred times quicker than the steps."""
    from weibo_ops.kernel.db import Database
    from weibo_ops.kernel.migrate import upgrade
    from weibo_ops.schema import HEAD

    folder = _kept_folder()
    db = Database(f"sqlite:///{folder / 'schema.db'}")
    upgrade(db, HEAD)
    settle(db)
    db.close()
    return folder / "schema.db"


def filled_file(fill: Callable[[Any], object], clock: Any) -> Path:
    """Open the application on a new home, fill it, and return its SQLite file: to be copied by tests, once per process.

    Every call fills anew; whoever calls keeps the answer (``functools.cache``).
    """
    from config.settings import load_settings
    from weibo_ops.bootstrap import Application

    folder = _kept_folder()
    shutil.copyfile(migrated_file(), folder / "weibo-ops.db")
    app = Application.open(load_settings(folder), clock, BOSS)
    fill(app)
    settle(app.db)
    app.close()
    return folder / "weibo-ops.db"


def settle(db: Any) -> None:
    """Write everything of a SQLite database into its one file."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _kept_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="weibo-ops-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class MovingClock:
    """A clock that stands until it is moved."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The present instant."""
        return self.instant

    def forward(self, **span: float) -> None:
        """Move on by a ``timedelta``."""
        self.instant += timedelta(**span)


UNITS = (
    UnitEntry(CITY, level="地市级", area="云麓市"),
    UnitEntry(OFFICE, parent=CITY, level="地市级", area="云麓市"),
    UnitEntry(PRESS, parent=CITY, level="地市级", area="云麓市", oversight=OFFICE),
    UnitEntry(WATER, parent=CITY, level="地市级", area="云麓市", function="供水", oversight=OFFICE),
    UnitEntry(PLANT, parent=WATER, level="地市级", area="云麓市", oversight=OFFICE),
)
PEOPLE = (
    StaffEntry("admin", "管理员", OFFICE, ("系统管理员",)),
    StaffEntry("sun", "孙监管", OFFICE, ("监管人员",)),
    StaffEntry("qian", "钱监管", OFFICE, ("监管人员",)),
    StaffEntry("city", "市府办甲", CITY, ("监管人员",)),
    StaffEntry("zhao", "赵编辑", WATER, ("编辑",)),
    StaffEntry("li", "李编辑", WATER, ("编辑",)),
    StaffEntry("zhou", "周终审", WATER, ("终审",)),
    StaffEntry("wu", "吴编辑", PLANT, ("编辑",)),
    StaffEntry("zheng", "郑标准", OFFICE, ("标准管理员",)),
    StaffEntry("wang", "王标准", OFFICE, ("标准管理员",)),
    StaffEntry("feng", "冯审计", OFFICE, ("审计",)),
)


def populate(app: Any) -> dict[str, Actor]:
    """Register the units and people; return everybody as an actor, by login."""
    for unit in UNITS:
        app.units.add(BOSS, unit)
    for person in PEOPLE:
        app.staff.add(BOSS, person)
    return people(app)


@cache
def office_file() -> Path:
    """A SQLite file with the units and people, made once per process."""
    return filled_file(populate, MovingClock(OPENED))


@contextmanager
def delivered(newer: LoadedBook[Any]) -> Iterator[None]:
    """Another version of the program, which ships this text of its book."""
    from accounts.standards import service

    name = newer.book.book

    def text(of: str) -> LoadedBook[Any]:
        return newer if of == name else shipped(of)

    def digest(of: str) -> str:
        return text(of).digest

    with mock.patch.object(service, "shipped", text), mock.patch.object(service, "shipped_digest", digest):
        yield


def people(app: Any) -> dict[str, Actor]:
    """Everybody who is registered, as an actor, by login."""
    return {row.login: actor_of(row) for row in app.staff.list_staff()}


def actor_of(row: Any) -> Actor:
    """The actor that a session of a person would give."""
    return Actor(row.login, row.name, permissions_of(row.roles, outsourced=row.outsourced), row.unit_id)
