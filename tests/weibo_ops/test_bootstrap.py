"""The composition root: opening makes what is missing, changes nothing that is there, and leaves nothing open."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.permissions import Permission
from accounts.roles import SIGNING
from config.settings import load_settings
from tests import exports
from weibo_ops.bootstrap import Application, local_actor
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import EnvironmentFault


def entries(app: Application) -> int:
    with app.db.reading() as session:
        report = audit.verify(session)
    assert report.broken_at is None
    return report.entries


def test_a_home_is_made_once_and_opened_as_it_is(open_app: Callable[..., Application], tmp_path: Path) -> None:
    first = open_app("a/b/home")
    assert (tmp_path / "a" / "b" / "home" / "weibo-ops.db").is_file()
    assert entries(first) == 1, "the shipped standards"
    first.close()
    assert entries(open_app("a/b/home")) == 1


def test_every_service_is_ready(app: Application) -> None:
    assert app.accounts.list_accounts() == []
    assert app.publishing.posts().items == ()
    assert app.evaluation.list_runs() == []
    assert app.reports is not None
    assert app.bus.dispatch() == 0


def test_an_import_is_followed_by_its_checks_once(app: Application, tmp_path: Path) -> None:
    folder = exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00", "电话13800138000")], [])
    app.intake.import_folder(app.actor, folder)
    assert app.publishing.hits() == []
    assert app.bus.dispatch() == 1
    assert app.publishing.hits()
    before = entries(app)
    assert app.bus.dispatch() == 0
    assert entries(app) == before


def test_a_folder_that_shows_nothing_starts_no_check(app: Application, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    exports.write(folder / "roster.csv", exports.ROSTER, [[exports.NAME, exports.UID, exports.UNIT, "", "", ""]])
    app.intake.import_folder(app.actor, folder)
    before = entries(app)
    assert app.bus.dispatch() == 1
    assert entries(app) == before


def test_a_check_cut_short_is_made_up_for_when_next_asked(
    open_app: Callable[..., Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app()
    app.intake.import_folder(app.actor, exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00")], []))

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("accounts.service.AccountService.check", power_cut)
        with pytest.raises(KeyboardInterrupt):
            app.bus.dispatch()
    before = entries(app)
    app.close()
    again = open_app()
    assert again.bus.dispatch() == 1
    assert entries(again) == before + 2, "scan and check, both once more"


def test_the_program_itself_installs_what_ships_and_checks_what_was_imported(tmp_path: Path, clock: FixedClock) -> None:
    importer = Actor("li", "李编辑", frozenset({Permission.IMPORT, Permission.REGISTER_EDIT}))
    app = Application.open(load_settings(tmp_path / "home"), clock, importer)
    folder = exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00", "电话13800138000")], [])
    app.intake.import_folder(app.actor, folder)
    app.bus.dispatch()
    with app.db.reading() as session:
        who = [(entry.action, entry.person) for entry in session.scalars(select(audit.AuditEntry))]
    assert who[0] == ("standard.install", "service:program")
    assert who[1][1] == "li"
    assert {person for _, person in who[2:]} == {"service:program"}
    app.close()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, clock: FixedClock, boss: Actor) -> None:
    from sqlalchemy import text

    Application.open(load_settings(tmp_path), clock, boss).close()
    db = Database(load_settings(tmp_path).db_url)
    with db.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.close()
    with pytest.raises(EnvironmentFault, match="比本程序新"):
        Application.open(load_settings(tmp_path), clock, boss)


def test_the_log_level_is_the_settings(tmp_path: Path, clock: FixedClock, boss: Actor) -> None:
    for level, events in (("INFO", ["told"]), ("DEBUG", ["whispered", "told"])):
        home = tmp_path / level
        home.mkdir()
        (home / "settings.toml").write_text(f'log_level = "{level}"\n', encoding="utf-8")
        app = Application.open(load_settings(home), clock, boss)
        app.log.debug("whispered")
        app.log.info("told")
        app.close()
        lines = (home / "logs" / "weibo-ops.log").read_text("utf-8").splitlines()
        assert [json.loads(line)["event"] for line in lines] == events


def test_the_person_at_the_terminal_is_named_even_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_actor().may(Permission.IMPORT)
    assert not any(local_actor().may(permission) for permission in SIGNING)

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert local_actor().person == "local:local"
