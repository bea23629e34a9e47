"""The migrations: what they build is what the models say, and what an older database holds comes through whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, MetaData, Table, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import AccountName, AccountSnapshot
from weibo_ops import schema
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.migrate import alembic_config, current_revision, upgrade

AT = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
ROWS = 3
"""Rows put into every table of the older database."""

SQLITE_SHAPE = """
SELECT 'column', m.name, c.name, upper(c.type), c."notnull", c.dflt_value, c.pk
FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
UNION ALL
SELECT 'key', m.name, f."from", f."table", f."to", f.on_delete, 0
FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
UNION ALL
SELECT 'index', m.name, i.name, i."unique", i.partial, group_concat(c.name), 0
FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
WHERE m.type = 'table' AND i.name NOT LIKE 'sqlite_%' GROUP BY m.name, i.name
UNION ALL
SELECT 'unique', m.name, '', i."unique", i.origin, group_concat(c.name), 0
FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
WHERE m.type = 'table' AND i.name LIKE 'sqlite_%' GROUP BY m.name, i.name
"""
POSTGRES_SHAPE = """
SELECT 'column', table_name, column_name, data_type, is_nullable, column_default,
       coalesce(character_maximum_length, datetime_precision)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', 0
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '', 0 FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    """A database of either kind without any table."""
    db = Database(database_url)
    yield db
    db.close()


def shape(db: Database) -> set[str]:
    """What the database itself says of its columns, keys and indexes."""
    statement = SQLITE_SHAPE if db.dialect == "sqlite" else POSTGRES_SHAPE
    with db.reading() as session:
        rows = {str(tuple(row)) for row in session.execute(text(statement)) if row[1] != "alembic_version"}
    assert len(rows) > 100
    return rows


def test_the_databases_own_account_of_both_ways_is_the_same(empty: Database) -> None:
    with empty.writing() as session:
        schema.metadata.create_all(session.connection())
    by_models = shape(empty)
    with empty.writing() as session:
        schema.metadata.drop_all(session.connection())
    upgrade(empty, schema.HEAD)
    assert shape(empty) == by_models


def test_one_todo_of_a_kind_is_open_and_many_may_be_done(database: Database) -> None:
    """The partial index that no comparison of metadata sees."""
    insert = text(
        "INSERT INTO todos (kind, subject, recipient, title, created_at, done_at) "
        "VALUES ('k', 's', 'r', 't', :at, :done)"
    )
    at = "2026-07-01 00:00:00.000000"
    with database.writing() as session:
        for done in (at, at, None):
            session.execute(insert, {"at": at, "done": done})
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(insert, {"at": at, "done": None})


def test_every_step_can_be_taken_back(empty: Database) -> None:
    upgrade(empty, "0001")
    first = shape(empty)
    upgrade(empty, schema.HEAD)
    assert shape(empty) != first
    with empty.writing() as session:
        command.downgrade(alembic_config(session), "0001")
    assert shape(empty) == first
    with empty.writing() as session:
        command.downgrade(alembic_config(session), "base")
        assert inspect(session.connection()).get_table_names() == ["alembic_version"]


def test_an_older_database_with_rows_in_every_table_loses_nothing(empty: Database) -> None:
    upgrade(empty, "0001")
    with empty.writing() as session:
        _fill(session)
    before = _everything(empty)
    assert set(before) < set(schema.metadata.tables)
    assert all(len(rows) == ROWS for rows in before.values())

    assert upgrade(empty, schema.HEAD) is True

    after = _everything(empty)
    for name, rows in before.items():
        kept = [{column: row[column] for column in rows[0]} for row in after[name]]
        assert kept == rows, f"{name} changed"
    with empty.reading() as session:
        assert current_revision(session) == schema.HEAD
        assert audit.verify(session) == audit.ChainReport(ROWS, None)


def test_the_names_that_accounts_of_an_older_database_bore_are_written_down(empty: Database) -> None:
    """The present one, and every other one that a profile of the same account showed, until it was last seen."""
    upgrade(empty, "0002")
    with empty.writing() as session:
        _fill(session)
        session.execute(text("UPDATE accounts SET platform = 'weibo', uid = '1', screen_name = '今名' WHERE id = 1"))
        for number, (uid, name) in enumerate((("1", "旧名"), ("1", "今名"), ("9", "旁人")), 1):
            session.execute(
                text("UPDATE account_snapshots SET platform = 'weibo', uid = :uid, screen_name = :name WHERE id = :id"),
                {"uid": uid, "name": name, "id": number},
            )

    upgrade(empty, schema.HEAD)

    with empty.reading() as session:
        names = session.execute(
            select(AccountName.name, AccountName.until_at).where(AccountName.account_id == 1).order_by(AccountName.id)
        ).all()
        seen = session.scalar(select(AccountSnapshot.observed_at).where(AccountSnapshot.id == 1))
        assert names == [("今名", None), ("旧名", seen)]
        assert len(session.scalars(select(AccountName.id)).all()) == ROWS + 1


def test_a_step_that_fails_leaves_the_older_database_as_it_was(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(empty, "0001")
    with empty.writing() as session:
        _fill(session)
    before = _everything(empty)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(empty, schema.HEAD)
    assert _everything(empty) == before
    with empty.reading() as session:
        assert current_revision(session) == "0001"


def _everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table as the driver gives it."""
    with db.reading() as session:
        found = _tables(session)
        return {
            table.name: [
                dict(row) for row in session.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in found
        }


def _tables(session: Session) -> list[Table]:
    found = MetaData()
    found.reflect(session.connection())
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _fill(session: Session) -> None:
    """Put rows into every table as it stands, parents first; the audit chain is written by the program itself."""
    for table in _tables(session):
        if table.name == "audit_log":
            continue
        for number in range(1, ROWS + 1):
            session.execute(table.insert().values({column.name: _value(column, number) for column in table.columns}))
    for number in range(ROWS):
        audit.append(session, Actor("zhang", "张编辑"), "thing.done", f"第{number}件", {"n": number}, AT)


def _value(column: Any, number: int) -> object:
    if column.foreign_keys:
        return None if column.nullable and column.name in ("parent_id", "replaces_id") else number
    if column.primary_key:
        return number
    kind = column.type
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, DateTime):
        instant = AT + timedelta(hours=number, microseconds=number)
        return instant if kind.timezone else instant.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2026, 7, number)
    if isinstance(kind, Float):
        return number / 3
    if isinstance(kind, Integer):
        return number
    words = f"旧{number}“=1+1”\n🙂"
    return words[: kind.length] if getattr(kind, "length", None) else words
