"""Standards in force: chosen by the day, kept for ever by digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from accounts.models import StandardText
from accounts.standards import StandardService
from config.loader import LoadedBook, load_named, shipped, shipped_names
from tests.office import delivered
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError, PermissionRefusedError
from weibo_ops.kernel.todos import open_todos


def install(app: Application, day: str, version: str) -> str:
    text = shipped("response").text.replace("effective_from = 2020-01-01", f"effective_from = {day}")
    text = text.replace('version = "2026.1"', f'version = "{version}"')
    loaded = load_named("response", text, origin="ours")
    with app.db.writing() as session:
        session.execute(
            insert(StandardText),
            {
                "book": "response",
                "layer": "市",
                "version": version,
                "effective_from": loaded.book.effective_from,
                "origin": "ours",
                "digest": loaded.digest,
                "text": text,
                "installed_at": app.clock.now(),
            },
        )
    return loaded.digest


def test_shipped_texts_are_installed_once(any_app: Application) -> None:
    assert any_app.standards.install_shipped(any_app.actor) == 0
    for name in shipped_names():
        assert [loaded.digest for _, loaded in any_app.standards.timeline(name).texts] == [shipped(name).digest]


def test_the_newest_text_effective_by_the_day_is_in_force(any_app: Application) -> None:
    later, middle = install(any_app, "2026-08-01", "c"), install(any_app, "2026-07-01", "b")
    first = shipped("response").digest
    for day, digest in (
        (date(1999, 1, 1), first),
        (date(2026, 6, 30), first),
        (date(2026, 7, 1), middle),
        (date(2026, 7, 31), middle),
        (date(2026, 8, 1), later),
        (date(2030, 1, 1), later),
    ):
        assert any_app.standards.in_force("response", day).digest == digest


def test_of_two_texts_for_one_day_the_one_installed_last_holds(any_app: Application) -> None:
    install(any_app, "2026-07-01", "b")
    corrected = install(any_app, "2026-07-01", "b2")
    assert any_app.standards.in_force("response", date(2026, 7, 1)).digest == corrected


def test_what_judged_is_found_by_its_digest_for_ever(any_app: Application) -> None:
    old = shipped("response").digest
    install(any_app, "2020-01-01", "z")
    assert any_app.standards.by_digest(old).text == shipped("response").text
    with pytest.raises(NotFoundError):
        any_app.standards.by_digest("0" * 64)
    with pytest.raises(NotFoundError):
        any_app.standards.timeline("nothing")


DAY = date(2026, 10, 8)
Ship = Callable[[Application, str], LoadedBook[Any]]


@pytest.fixture
def ship() -> Ship:
    """Put another text of the response book into the package, and open the program again."""

    def ship_(app: Application, text: str) -> LoadedBook[Any]:
        loaded = load_named("response", text, origin="response.toml")
        with delivered(loaded):
            app.standards.install_shipped(app.actor)
        return loaded

    return ship_


def in_force(app: Application) -> str:
    return app.standards.in_force("response", DAY).digest


def installs(app: Application) -> list[dict[str, Any]]:
    with app.db.reading() as session:
        assert audit.verify(session).broken_at is None
        entries = select(audit.AuditEntry).where(audit.AuditEntry.action == "standard.install")
        return [entry.details for entry in session.scalars(entries.order_by(audit.AuditEntry.id))]


@pytest.mark.parametrize("layer", ["国家", "市"])
def test_the_text_in_the_package_is_the_one_in_force(any_app: Application, ship: Ship, layer: str) -> None:
    original = shipped("response").text
    edited = original.replace('layer = "国家"', f'layer = "{layer}"') + "# 本单位\n"
    digests = {}
    for text in (edited, original, edited, edited, original, original):
        digests[text] = ship(any_app, text).digest
        assert in_force(any_app) == digests[text]
    assert len(any_app.standards.timeline("response").texts) == 2, "a text is stored once"
    first, *later = installs(any_app)
    assert (set(first["added"]), first["reinstated"]) == (set(shipped_names()), {})
    assert later == [
        {"added": {"response": digests[edited]}, "reinstated": {}},
        *({"added": {}, "reinstated": {"response": digests[text]}} for text in (original, edited, original)),
    ], "only what changed is told"


def test_a_text_for_a_later_day_goes_on_holding_from_then(any_app: Application, ship: Ship) -> None:
    original = shipped("response").text
    later = ship(any_app, original.replace("effective_from = 2020-01-01", "effective_from = 2026-08-01"))
    ship(any_app, original)
    assert any_app.standards.in_force("response", date(2026, 7, 31)).digest == shipped("response").digest
    assert any_app.standards.in_force("response", date(2026, 8, 1)).digest == later.digest


def test_a_text_that_came_by_another_door_is_not_pushed_aside(any_app: Application) -> None:
    ours = install(any_app, "2020-01-01", "z")
    assert any_app.standards.install_shipped(any_app.actor) == 0
    assert in_force(any_app) == ours


def test_a_clock_turned_back_brings_no_old_text_into_force(any_app: Application, ship: Ship, boss: Actor) -> None:
    original = shipped("response").text
    with any_app.db.writing() as session:
        session.execute(update(StandardText).values(installed_at=any_app.clock.now() + timedelta(days=400)))
    edited = ship(any_app, original + "# 本单位\n")
    assert in_force(any_app) == edited.digest
    ship(any_app, original)
    assert in_force(any_app) == shipped("response").digest
    assert any_app.standards.install_shipped(boss) == 0


def test_two_that_open_at_once_put_a_text_in_force_once(any_app: Application, ship: Ship) -> None:
    from threading import Barrier, Thread

    ship(any_app, shipped("response").text + "# 本单位\n")
    before = len(installs(any_app))
    at_once, done = Barrier(4), []

    def open_() -> None:
        at_once.wait()
        done.append(StandardService(any_app.db, any_app.clock).install_shipped(any_app.actor))

    threads = [Thread(target=open_) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 0, 1]
    assert len(installs(any_app)) == before + 1
    assert in_force(any_app) == shipped("response").digest


def test_a_stricter_file_in_the_package_is_put_to_whoever_published_below_it(any_app: Application, ship: Ship) -> None:
    ours = install(any_app, "2026-07-01", "b")
    assert any_app.standards.in_force("response", DAY).digest == ours
    ship(any_app, shipped("response").text.replace("minutes = 180", "minutes = 120"))
    assert any_app.standards.in_force("response", DAY).digest == ours, "what was published goes on holding"
    with any_app.db.reading() as session:
        (todo,) = [todo for todo in open_todos(session) if todo.kind == "accounts.standard.looser"]
    assert "targets[1].minutes" in todo.title
    assert todo.recipient == "标准管理员"
    assert [row.looser for row in any_app.standards.texts(DAY) if row.digest == ours] == [("targets[1].minutes",)]
    ship(any_app, shipped("response").text)
    with any_app.db.reading() as session:
        assert not [todo for todo in open_todos(session) if todo.kind == "accounts.standard.looser"]


def test_nobody_installs_without_permission(sqlite: Database, clock: FixedClock) -> None:
    with pytest.raises(PermissionRefusedError):
        StandardService(sqlite, clock).install_shipped(Actor("x", "过客"))
