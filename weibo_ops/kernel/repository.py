"""Queries that every repository needs, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from weibo_ops.kernel.db import Base

T = TypeVar("T")
SQL_LIST_LIMIT = 900
"""Longest value list in one statement; old SQLite builds stop at 999 parameters."""


class Repository:
    """Base of every repository: holds the session of the running transaction and never commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add_all(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows, all with the same keys, in one statement; nothing happens for an empty list.

        The table is named, not the model: the ORM would send rows apart by which of their values are None.
        """
        if rows:
            self.session.execute(insert(_table(model)), list(rows))

    def upsert(
        self, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], update: Sequence[str] = ()
    ) -> None:
        """Insert rows; where ``key`` exists already, overwrite the ``update`` columns (none: leave the row alone)."""
        if not rows:
            return
        statement: Any = dialect_insert(self.session, _table(model))
        if update:
            statement = statement.on_conflict_do_update(
                index_elements=list(key), set_={name: statement.excluded[name] for name in update}
            )
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(key))
        self.session.execute(statement, list(rows))

    def forget(self, model: type[Base], key: Any) -> None:
        """Read a row anew when it is next looked at, for a statement changed it past the session."""
        row = self.session.identity_map.get(self.session.identity_key(model, key))
        if row is not None:
            self.session.expire(row)

    def mapping(self, key: Any, value: Any, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return ``{key: value}`` of two columns for the given keys, asked in lists short enough for SQLite."""
        found: dict[Any, Any] = {}
        for part in chunks(keys, SQL_LIST_LIMIT):
            found.update(self.session.execute(select(key, value).where(key.in_(part))).all())
        return found

    def remove_where_in(self, model: type[Base], column: Any, values: Iterable[Any]) -> None:
        """Delete the rows whose column holds one of the values."""
        for part in chunks(values, SQL_LIST_LIMIT):
            self.session.execute(delete(model).where(column.in_(part)))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def dialect_insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT of the session's database, which knows what to do on a conflict."""
    return postgresql.insert(table) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(table)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` items, in order."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
