"""Several writers at once: nothing is lost, the chain holds, nothing is done twice."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from tests.conftest import ROOT
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel import db as db_module
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.migrate import upgrade
from weibo_ops.schema import HEAD

AT = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
WRITER = """
import sys
from datetime import UTC, datetime
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Database
db = Database(sys.argv[1])
actor, at = Actor(sys.argv[2], "写入者"), datetime(2026, 7, 1, tzinfo=UTC)
for number in range(25):
    with db.writing() as session:
        audit.append(session, actor, "thing.done", str(number), {}, at)
db.close()
"""


def together(*works: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_four_threads_write_one_chain(database: Database) -> None:
    def work(person: str) -> Callable[[], None]:
        def write() -> None:
            for number in range(15):
                with database.writing() as session:
                    audit.append(session, Actor(person, "写入者"), "thing.done", str(number), {}, AT)

        return write

    together(*(work(f"p{n}") for n in range(4)))
    with database.reading() as session:
        assert audit.verify(session) == audit.ChainReport(60, None)
        by_person = session.execute(text("SELECT person, count(*) FROM audit_log GROUP BY person")).all()
    assert sorted(map(tuple, by_person)) == [(f"p{n}", 15) for n in range(4)]


def test_three_processes_write_one_chain(sqlite: Database) -> None:
    url = sqlite.url.render_as_string()
    running = [subprocess.Popen([sys.executable, "-c", WRITER, url, f"p{n}"], cwd=ROOT) for n in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    with sqlite.reading() as session:
        assert audit.verify(session) == audit.ChainReport(75, None)


def test_the_same_todo_proposed_at_once_is_one(database: Database) -> None:
    def propose() -> None:
        for number in range(10):
            with database.writing() as session:
                todos.propose(session, "k", str(number), "t", AT)

    together(propose, propose, propose)
    with database.reading() as session:
        assert len(todos.open_todos(session)) == 10


def test_two_that_open_a_new_database_at_once_make_it_once(database_url: str) -> None:
    made: list[bool] = []

    def open_() -> None:
        db = Database(database_url)
        try:
            made.append(upgrade(db, HEAD))
        finally:
            db.close()

    together(open_, open_, open_)
    assert sorted(made) == [False, False, True]


def test_no_field_of_any_entry_can_be_changed_unseen(database: Database) -> None:
    with database.writing() as session:
        for number in range(3):
            audit.append(session, Actor("li", "李编辑", on_behalf_of="w"), "a.b", "件", {"n": number}, AT)
    with database.reading() as session:
        ids = list(session.scalars(select(audit.AuditEntry.id).order_by(audit.AuditEntry.id)))
    for column in set(audit.AuditEntry.__table__.columns.keys()) - {"id"}:
        value = {"at": AT + timedelta(microseconds=1), "details": {"n": 9}}.get(column, "f" * 64)
        for place, entry in enumerate(ids):
            with database.writing() as session:
                session.execute(update(audit.AuditEntry).where(audit.AuditEntry.id == entry).values({column: value}))
                assert audit.verify(session) == audit.ChainReport(place, entry), column
                session.rollback()
    with database.reading() as session:
        assert audit.verify(session) == audit.ChainReport(3, None)


def test_a_new_file_that_is_locked_for_a_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that switch a new file to WAL at once may both be told “locked” at once, whatever the busy timeout."""
    told = iter([sqlite3.OperationalError("database is locked")] * 3)
    pauses: list[float] = []

    class Locked:
        def execute(self, statement: str) -> None:
            assert statement == "PRAGMA journal_mode=WAL"
            if (fault := next(told, None)) is not None:
                raise fault

    monkeypatch.setattr("time.sleep", pauses.append)
    db_module._enter_wal(Locked())
    assert len(pauses) == 3
    told = iter([sqlite3.OperationalError("disk I/O error")])
    with pytest.raises(sqlite3.OperationalError, match="disk"):
        db_module._enter_wal(Locked())


def test_entries_swapped_or_inserted_show(sqlite: Database) -> None:
    with sqlite.writing() as session:
        for number in range(4):
            audit.append(session, Actor("li", "李编辑"), "a.b", f"第{number}件", {}, AT)
    with sqlite.writing() as session:
        session.execute(text("UPDATE audit_log SET id = 99 WHERE id = 2"))
    with sqlite.reading() as session:
        assert audit.verify(session) == audit.ChainReport(1, 3)


def test_todos_come_the_soonest_due_first(database: Database) -> None:
    due = {"无期限": None, "后": datetime(2026, 8, 1, tzinfo=UTC), "先": datetime(2026, 7, 2, tzinfo=UTC)}
    with database.writing() as session:
        for subject, at in due.items():
            todos.propose(session, "k", subject, "t", AT, due_at=at)
    with database.reading() as session:
        assert [todo.subject for todo in todos.open_todos(session)] == ["先", "后", "无期限"]


def test_a_todo_is_closed_for_every_recipient_and_no_other_subject(database: Database) -> None:
    with database.writing() as session:
        for recipient in ("甲", "乙"):
            for subject in ("1", "2"):
                todos.propose(session, "k", subject, "t", AT, recipient=recipient)
        todos.close(session, "k", "1", AT)
        assert {(todo.subject, todo.recipient) for todo in todos.open_todos(session)} == {("2", "甲"), ("2", "乙")}
