"""Both databases behave alike: transactions, instants, migrations."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from weibo_ops import schema
from weibo_ops.kernel import todos
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import EnvironmentFault
from weibo_ops.kernel.migrate import alembic_config, current_revision, upgrade

AT = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)


def test_head_is_what_alembic_says(sqlite: Database) -> None:
    with sqlite.writing() as session:
        assert ScriptDirectory.from_config(alembic_config(session)).get_current_head() == schema.HEAD


def test_migrations_give_exactly_the_tables_of_the_schema(database: Database) -> None:
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_upgrade_is_done_once_and_refuses_a_newer_database(database: Database) -> None:
    assert upgrade(database, schema.HEAD) is False
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(EnvironmentFault, match="比本程序新"):
        upgrade(database, schema.HEAD)
    with database.reading() as session:
        assert current_revision(session) == "9999"


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:  # noqa: PT012
        todos.propose(session, "k", "s", "t", AT)
        raise RuntimeError
    with database.reading() as session:
        assert todos.open_todos(session) == []


def test_a_reader_sees_one_state(database: Database) -> None:
    with database.reading() as reader:
        assert todos.open_todos(reader) == []
        with database.writing() as session:
            todos.propose(session, "k", "s", "t", AT)
        assert todos.open_todos(reader) == []
    with database.reading() as reader:
        assert len(todos.open_todos(reader)) == 1


def test_four_writers_lose_nothing(database: Database) -> None:
    def work(name: str) -> None:
        for number in range(20):
            with database.writing() as session:
                todos.propose(session, "count", f"{name}-{number}", "t", AT)

    threads = [threading.Thread(target=work, args=(str(i),)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert len(todos.open_todos(session)) == 80


def test_instants_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    eight = timezone(timedelta(hours=8))
    with database.writing() as session:
        todos.propose(session, "k", "s", "t", AT, due_at=datetime(2026, 7, 1, 9, 30, tzinfo=eight))
    with database.reading() as session:
        due = todos.open_todos(session)[0].due_at
    assert due == AT
    assert due is not None
    assert due.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="naive"), database.writing() as session:
        todos.propose(session, "k", "s2", "t", datetime(2026, 7, 1))  # noqa: DTZ001


def test_an_open_todo_is_proposed_once_and_again_after_it_was_done(database: Database) -> None:
    with database.writing() as session:
        todos.propose(session, "k", "s", "t", AT)
        todos.propose(session, "k", "s", "t", AT)
        assert len(todos.open_todos(session)) == 1
        todos.close(session, "k", "s", AT)
        assert todos.open_todos(session) == []
        todos.propose(session, "k", "s", "t", AT)
        assert len(todos.open_todos(session)) == 1


def test_sqlite_file_is_opened_safely(sqlite: Database) -> None:
    with sqlite.reading() as session:
        pragma = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_a_database_that_cannot_be_opened_says_so() -> None:
    db = Database("sqlite:////nowhere-at-all/x.db")
    with pytest.raises(EnvironmentFault, match="无法打开"), db.writing() as session:
        session.execute(text("SELECT 1"))


def test_every_table_has_a_primary_key(sqlite: Database) -> None:
    with sqlite.reading() as session:
        inspector = inspect(session.connection())
        names = set(inspector.get_table_names()) - {"alembic_version"}
        assert names == set(schema.metadata.tables)
        assert all(inspector.get_pk_constraint(name)["constrained_columns"] for name in names)


def test_a_populated_older_database_upgrades_and_keeps_its_rows(database_url: str) -> None:
    old = Database(database_url)
    upgrade(old, "0001")
    with old.writing() as session:
        todos.propose(session, "k", "s", "一条旧待办", AT)
        session.execute(
            text(
                "INSERT INTO units (name, short_name, function, level, area, oversight) "
                "VALUES ('旧单位', '', '', '', '', '')"
            )
        )
    assert upgrade(old, schema.HEAD) is True
    with old.reading() as session:
        assert current_revision(session) == schema.HEAD
        assert [todo.title for todo in todos.open_todos(session)] == ["一条旧待办"]
        assert session.execute(text("SELECT name FROM units")).scalar_one() == "旧单位"
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    old.close()


def test_a_migration_may_make_a_table_anew_but_leaves_no_row_without_what_it_refers_to(sqlite: Database) -> None:
    with sqlite.writing() as session:
        session.execute(text("CREATE TABLE p (id INTEGER PRIMARY KEY)"))
        session.execute(text("CREATE TABLE c (p_id INTEGER REFERENCES p (id))"))
        session.execute(text("INSERT INTO p VALUES (1)"))
        session.execute(text("INSERT INTO c VALUES (1)"))
    with sqlite.migrating() as session:
        session.execute(text("CREATE TABLE q (id INTEGER PRIMARY KEY, more TEXT)"))
        session.execute(text("INSERT INTO q (id) SELECT id FROM p"))
        session.execute(text("DROP TABLE p"))
        session.execute(text("ALTER TABLE q RENAME TO p"))
    with pytest.raises(RuntimeError, match="leave c without"), sqlite.migrating() as session:
        session.execute(text("DELETE FROM p"))
    with sqlite.reading() as session:
        assert session.execute(text("SELECT id, more FROM p")).all() == [(1, None)]
    with pytest.raises(IntegrityError), sqlite.writing() as session:
        session.execute(text("DELETE FROM p"))
