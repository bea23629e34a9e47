"""What was observed is a fact: the stretch that a folder shows, and nothing between two folders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from accounts.enums import ObservationKind
from accounts.repository import AccountRepository
from sentiment.intake import service as intake_service
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import parse_beijing


def month(folder: Path, number: int, month_: str, followers: str = "100") -> Path:
    posts = [exports.post(number, f"{month_}-01 09:00:00"), exports.post(number + 1, f"{month_}-20 09:00:00")]
    comments = [exports.comment(number, number, f"{month_}-02 10:00:00", "山民", "请问几点上班吗")]
    exports.export(folder, posts, comments)
    profile = [exports.UID, exports.NAME, "10", followers, "5", "简介", "True", "1", f"{exports.UNIT}官方微博"]
    exports.write(folder / "users.csv", exports.USERS, [profile])
    return folder


def spans(app: Application) -> list[tuple[datetime, datetime]]:
    with app.db.reading() as session:
        (found,) = AccountRepository(session).coverage(ObservationKind.POSTS).values()
    return found


def stretch(month_: str) -> tuple[datetime, datetime]:
    return parse_beijing(f"{month_}-01 09:00:00"), parse_beijing(f"{month_}-20 09:00:01")


@pytest.mark.parametrize("order", [("2026-01", "2026-07"), ("2026-07", "2026-01")])
def test_months_between_two_exports_were_not_observed(
    any_app: Application, tmp_path: Path, order: tuple[str, str]
) -> None:
    app = any_app
    for number, month_ in enumerate(order):
        report = app.intake.import_folder(app.actor, month(tmp_path / month_, 10 * number, month_))
        assert (report.observed_from, report.observed_until) == stretch(month_)
    assert spans(app) == [stretch("2026-01"), stretch("2026-07")]
    mark = app.accounts.watermark()
    assert (mark.observed_from, mark.observed_until) == (stretch("2026-01")[0], stretch("2026-07")[1])


def test_an_older_export_brings_an_older_profile(app: Application, tmp_path: Path) -> None:
    app.intake.import_folder(app.actor, month(tmp_path / "new", 0, "2026-07", followers="200"))
    app.intake.import_folder(app.actor, month(tmp_path / "old", 10, "2026-01", followers="50"))
    assert app.accounts.list_accounts()[0].followers_count == 200
    assert app.accounts.list_accounts(parse_beijing("2026-02-01 00:00:00"))[0].followers_count == 50


def test_checks_after_an_import_stand_as_of_the_newest_observation(app: Application, tmp_path: Path) -> None:
    new = month(tmp_path / "new", 0, "2026-07")
    profile = [exports.UID, exports.NAME, "10", "1", "5", "", "False", "-1", ""]
    exports.write(new / "users.csv", exports.USERS, [profile])
    app.intake.import_folder(app.actor, new)
    app.bus.dispatch()
    before = [(finding.rule_id, finding.last_seen) for finding in app.accounts.findings()]
    assert before
    app.intake.import_folder(app.actor, month(tmp_path / "old", 10, "2026-01"))
    app.bus.dispatch()
    assert [(finding.rule_id, finding.last_seen) for finding in app.accounts.findings()] == before


def test_refused_rows_show_nothing(app: Application, tmp_path: Path) -> None:
    folder = month(tmp_path / "a", 0, "2026-07")
    late = exports.comment(9, 999, "2026-12-01 10:00:00", "山民", "孤儿")
    exports.write(folder / f"{exports.NAME}_comments.csv", exports.COMMENTS, [late])
    stranger = exports.post(50, "2026-11-01 09:00:00")
    exports.write(folder / "9900000009.csv", exports.POSTS, [stranger])
    app.intake.import_folder(app.actor, folder)
    assert spans(app) == [stretch("2026-07")]


def test_cut_short_and_resumed_the_whole_folder_counts(
    open_app: Callable[..., Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = month(tmp_path / "a", 0, "2026-07")
    refused = exports.comment(9, 999, "2026-12-01 10:00:00", "山民", "孤儿")
    kept = exports.comment(8, 0, "2026-07-03 10:00:00", "山民", "好")
    exports.write(folder / f"{exports.NAME}_comments.csv", exports.COMMENTS, [refused, kept])
    monkeypatch.setattr(intake_service, "CHUNK", 1)
    app = open_app()

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("sentiment.intake.loading.ProfileLoader.store", power_cut)
        with pytest.raises(KeyboardInterrupt):
            app.intake.import_folder(app.actor, folder)
    report = app.intake.import_folder(app.actor, folder)
    assert report.resumed
    assert spans(app) == [stretch("2026-07")]
    assert app.accounts.list_accounts()[0].followers_count == 100
