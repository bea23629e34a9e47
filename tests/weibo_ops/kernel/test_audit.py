"""The audit chain: whatever is changed, removed or swapped breaks it at that entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Database

AT = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
ACTOR = Actor("li", "李编辑", on_behalf_of="wang")


def fill(database: Database, entries: int = 5) -> None:
    for number in range(entries):
        with database.writing() as session:
            audit.append(
                session, ACTOR, "thing.done", f"第{number}件", {"n": number, "甲": "乙"}, AT + timedelta(hours=number)
            )


def verify(database: Database) -> audit.ChainReport:
    with database.reading() as session:
        return audit.verify(session)


def test_an_untouched_chain_holds_on_both_databases(database: Database) -> None:
    assert verify(database) == audit.ChainReport(0, None)
    fill(database)
    assert verify(database) == audit.ChainReport(5, None)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_log SET person = 'other' WHERE id = 3",
        "UPDATE audit_log SET on_behalf_of = NULL WHERE id = 3",
        "UPDATE audit_log SET details = '{}' WHERE id = 3",
        "UPDATE audit_log SET subject = 'x' WHERE id = 3",
        "UPDATE audit_log SET at = '2020-01-01 00:00:00.000000' WHERE id = 3",
        "DELETE FROM audit_log WHERE id = 2",
        "UPDATE audit_log SET action = 'thing.undone' WHERE id = 3",
    ],
)
def test_tampering_shows_at_its_place(sqlite: Database, tampering: str) -> None:
    fill(sqlite)
    with sqlite.writing() as session:
        session.execute(text(tampering))
    assert verify(sqlite).broken_at == 3


def test_an_act_that_is_rolled_back_leaves_no_entry(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:  # noqa: PT012
        audit.append(session, ACTOR, "thing.done", "x", {}, AT)
        raise RuntimeError
    assert verify(database) == audit.ChainReport(0, None)
