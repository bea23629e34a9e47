"""The database: one SQLite file or one PostgreSQL, the same code for both.

SQLite runs in WAL with foreign keys, a busy timeout and synchronous FULL; writers open with ``BEGIN IMMEDIATE``
because a deferred transaction that later writes fails with SQLITE_BUSY in spite of the timeout.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import QueuePool

from weibo_ops.kernel.clock import ensure_utc
from weibo_ops.kernel.errors import EnvironmentFault, UsageError
from weibo_ops.kernel.ids import canonical_json

BUSY_TIMEOUT_MS = 15_000
WAL_PAUSE_SECONDS = 0.02


class Base(DeclarativeBase):
    """The declarative base of every table; constraint names are fixed once, for migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


BigId = BigInteger().with_variant(Integer, "sqlite")
"""Surrogate key type: SQLite numbers rows by itself only for INTEGER PRIMARY KEY."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, fixed-width UTC text in SQLite, timestamptz in PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values (ValueError) and hand UTC to the driver."""
        if value is None:
            return None
        instant = ensure_utc(value)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CanonicalJson(TypeDecorator[Any]):
    """JSON stored as canonical text, so that equal values are equal bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Serialise to canonical JSON."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Parse the stored text."""
        return None if value is None else json.loads(value)


class Database:
    """An open database with two kinds of transaction: ``writing`` and ``reading``."""

    def __init__(self, url: str) -> None:
        """Open the database lazily; the first transaction connects.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://…``.

        Raises:
            EnvironmentFault: the driver is not installed or the URL is malformed.
        """
        try:
            self.url = make_url(url)
            self.engine = _engine(url)
        except (ArgumentError, ValueError):
            raise EnvironmentFault(
                "数据库地址无法识别。", next_step="请写成 sqlite:///文件 或 postgresql+psycopg://用户@主机/库名。"
            ) from None
        except ImportError as fault:
            raise EnvironmentFault(
                "数据库驱动不可用。", next_step="使用 PostgreSQL 时请安装:pip install 'weibo-ops[postgres]'。"
            ) from fault
        if self.dialect == "sqlite":
            self._writer: Engine = self.engine.execution_options(begin_statement="BEGIN IMMEDIATE")
            self._reader: Engine = self.engine
        else:
            self._writer = self.engine
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # SQLite lets one write at a time and makes the others sleep; threads of one process had better queue.
        self._one_writer: AbstractContextManager[Any] = threading.RLock() if self.dialect == "sqlite" else nullcontext()
        self._sessions = sessionmaker(expire_on_commit=False)
        self._shared: ContextVar[Session | None] = ContextVar("shared reading session", default=None)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open one write transaction: committed when the block ends, rolled back when it raises.

        Raises:
            EnvironmentFault: the database cannot be opened or written, is damaged, is locked past the timeout, or the
                disk is full.
        """
        with self._one_writer, self._transaction(self._writer) as session:
            yield session
            session.commit()

    @contextmanager
    def migrating(self) -> Iterator[Session]:
        """Open one write transaction in which tables may be made anew, which others refer to.

        SQLite would count every row of a table that is made anew as removed; foreign keys are therefore not enforced
        on the way and proved as a whole before the end, as SQLite's own documentation of ALTER TABLE advises.

        Raises:
            EnvironmentFault: as `writing`.
            RuntimeError: a row would refer to one that does not exist.
        """
        if self.dialect != "sqlite":
            with self.writing() as session:
                yield session
            return
        with self._transaction(self._writer.execution_options(foreign_keys="OFF")) as session:
            yield session
            broken = session.execute(text("PRAGMA foreign_key_check")).first()
            if broken is not None:
                raise RuntimeError(f"the migration would leave {broken[0]} without what it refers to")
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open one read transaction that sees a single state of the database and changes nothing."""
        shared = self._shared.get()
        if shared is not None:
            yield shared
            return
        with self._transaction(self._reader) as session:
            yield session

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Let every ``reading`` inside the block, in this thread, see one and the same state of the database."""
        with self.reading() as session:
            token = self._shared.set(session)
            try:
                yield
            finally:
                self._shared.reset(token)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        with self._sessions(bind=engine) as session:
            try:
                yield session
            except (OverflowError, UnicodeEncodeError, DataError) as fault:
                session.rollback()
                if isinstance(fault, UnicodeEncodeError):
                    raise UsageError("文字中有数据库不能保存的字符。", next_step="请改用 UTF-8 文字后重试。") from fault
                if isinstance(fault, DataError) and "out of range" not in str(fault.orig):
                    raise
                raise UsageError("编号或数字过大。", next_step="请核对后重试。") from fault
            except DatabaseError as fault:
                session.rollback()
                if isinstance(fault, OperationalError) or type(fault) is DatabaseError:
                    raise _environment_fault(fault) from fault
                raise
            except BaseException:
                session.rollback()
                raise

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not make_url(url).get_backend_name().startswith("sqlite"):
        return create_engine(url, connect_args={"options": "-c timezone=UTC"}, pool_pre_ping=True)
    in_memory = make_url(url).database in (None, "", ":memory:")
    options: dict[str, Any] = {} if in_memory else {"poolclass": QueuePool, "pool_size": 5, "max_overflow": 50}
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        _enter_wal(cursor)
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        # Inside a transaction the setting has no effect, so it is made before each.
        connection.exec_driver_sql(f"PRAGMA foreign_keys={options.get('foreign_keys', 'ON')}")
        connection.exec_driver_sql(options.get("begin_statement", "BEGIN"))

    return engine


def _enter_wal(cursor: Any) -> None:
    """Switch to WAL; two that open a new file at once may both be told “locked” at once, whatever the busy timeout."""
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > give_up:
                raise
            time.sleep(WAL_PAUSE_SECONDS)


def _environment_fault(fault: DBAPIError) -> EnvironmentFault:
    reason = str(fault.orig)
    if "locked" in reason or "busy" in reason:
        return EnvironmentFault(
            "数据库正被另一个程序占用。", next_step="请稍后重试;如长时间占用,请检查是否有未结束的导入。"
        )
    if "full" in reason:
        return EnvironmentFault("磁盘空间不足,本次操作未写入。", next_step="请清理磁盘后重试。")
    if "not a database" in reason or "malformed" in reason:
        return EnvironmentFault("数据库文件已损坏,或不是数据库。", next_step="请核对 --db 的位置,或从备份恢复。")
    if "readonly" in reason:
        return EnvironmentFault("数据库不可写,本次操作未写入。", next_step="请检查数据库文件和所在文件夹的权限。")
    if "unable to open" in reason or "connection" in reason or "connect" in reason:
        return EnvironmentFault("数据库无法打开。", next_step="请检查 --home、--db 指向的位置是否存在且可写。")
    return EnvironmentFault(f"数据库操作失败:{reason.splitlines()[0][:120]}。", next_step="请运行数据库升级后重试。")


def advisory_lock(session: Session, name: str) -> None:
    """Hold a named lock until the transaction ends; a no-op on SQLite, whose writers already exclude each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
