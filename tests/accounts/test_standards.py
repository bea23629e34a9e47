"""Standards in force: chosen by the day, kept for ever by digest."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from accounts.models import StandardText
from config.loader import load_named, shipped, shipped_names
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError, PermissionRefusedError


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


def test_nobody_installs_without_permission(sqlite: Database, clock: FixedClock) -> None:
    from accounts.standards import StandardService

    with pytest.raises(PermissionRefusedError):
        StandardService(sqlite, clock).install_shipped(Actor("x", "过客"))
