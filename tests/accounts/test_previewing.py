"""A preview says what publishing does: the same accounts, on the same facts, under the same text."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.repository import AccountRepository
from accounts.schemas.standards import APPEARS, RISES, STAYS, VANISHES, PreviewTable
from config.loader import shipped
from evaluation.dossiers import collect
from evaluation.facts import Window
from evaluation.repository import EvaluationRepository
from tests import exports
from tests.accounts.test_standards_publishing import SEVEN_DAYS, draft, publish, rewrite
from tests.office import populate
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import parse_as_of
from weibo_ops.kernel.errors import RefusedError

AS_OF = parse_as_of("2026-09-30")
SILENT = "freshness.silent"
OFFICES = ("云麓发布", "云麓公安", "云麓交通", "云麓民政")


@pytest.fixture
def city(any_app: Application, boss: Actor, tmp_path: Path) -> Application:
    """Four accounts whose last posts lie 1, 9, 13 and 20 days back."""
    return filled(any_app, boss, tmp_path)


def filled(app: Application, boss: Actor, folder: Path) -> Application:
    roster = []
    for number, (name, quiet) in enumerate(zip(OFFICES, (1, 9, 13, 20), strict=True)):
        last = AS_OF - timedelta(days=quiet, hours=-12)
        stamps = [last - timedelta(days=30), last, AS_OF - timedelta(days=60)]
        uid, unit = f"990000000{number}", f"云麓市{name.removeprefix('云麓')}局"
        posts = [
            exports.post(number * 10 + place, (at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M"))
            for place, at in enumerate(sorted(stamps, reverse=True))
        ]
        exports.export(folder / "city", posts, [], uid=uid, name=name, unit=unit)
        roster.append([name, uid, unit, "", "市", "云麓市"])
    exports.write(folder / "city" / "roster.csv", exports.ROSTER, roster)
    users = [[row[1], row[0], "10", "100", "5", "云麓市", "True", "1", f"{row[2]}官方微博"] for row in roster]
    exports.write(folder / "city" / "users.csv", exports.USERS, users)
    app.intake.import_folder(boss, folder / "city")
    return app


def preview(app: Application, draft_id: int, as_of: datetime | None = AS_OF) -> PreviewTable:
    (table,) = app.standard_publishing.preview(draft_id, as_of).tables
    return table


def silent(app: Application) -> set[str]:
    return {view.screen_name for view in app.accounts.findings() if view.rule_id == SILENT}


def every(app: Application) -> set[tuple[str, str, str]]:
    return {(view.screen_name, view.rule_id, view.severity) for view in app.accounts.findings()}


def holds_its_word(app: Application, boss: Actor, effective: date) -> PreviewTable:
    """Check, preview a 7-day freshness standard, publish it, check again: the preview said just that."""
    app.accounts.check(boss, AS_OF)
    before, were = silent(app), every(app)
    view = rewrite(app, draft(app, effective_from=effective), *SEVEN_DAYS)
    table = preview(app, view.draft_id)
    assert silent(app) == before, "a preview stores nothing"
    will = {row.screen_name for row in table.rows if row.rule_id == SILENT and row.change != VANISHES}
    new = {row.screen_name for row in table.rows if row.rule_id == SILENT and row.change == APPEARS}
    publish(app, view)
    app.accounts.check(boss, AS_OF)
    assert silent(app) == will == before | new
    are = every(app)
    said = {(row.screen_name, row.rule_id, row.severity): row.change for row in table.rows}
    assert are - were == {key for key, change in said.items() if change == APPEARS}
    assert were - are == {key for key, change in said.items() if change == VANISHES}
    assert are & were == {key for key, change in said.items() if change == STAYS}
    return table


def test_a_stricter_freshness_lists_exactly_who_is_then_found(city: Application, boss: Actor) -> None:
    table = holds_its_word(city, boss, date(2026, 9, 1))
    assert table.governed == len(OFFICES)
    appearing = {row.screen_name for row in table.rows if row.rule_id == SILENT and row.change == APPEARS}
    assert appearing == {"云麓公安", "云麓交通"}
    assert silent(city) == {"云麓公安", "云麓交通", "云麓民政"}


def test_a_draft_for_a_later_day_is_previewed_as_if_it_were_in_force(city: Application) -> None:
    view = rewrite(city, draft(city, effective_from=date(2027, 1, 1)), *SEVEN_DAYS)
    assert preview(city, view.draft_id).count(APPEARS) > 0
    assert "早于生效日期2027-01-01" in city.standard_publishing.preview(view.draft_id, AS_OF).report.notes[-1]
    same = draft(city, version="9")
    assert {row.change for row in preview(city, same.draft_id).rows} == {STAYS}


def test_a_finding_that_only_becomes_graver_is_told_so(city: Application) -> None:
    view = rewrite(city, draft(city), ('severity = "advice"\ndays = 10', 'severity = "deduct"\ndays = 10'))
    rows = [row for row in preview(city, view.draft_id).rows if row.change != STAYS]
    assert {(row.rule_id, row.change) for row in rows} <= {("freshness.remind_clerk", RISES)}


def test_a_text_for_one_unit_is_previewed_and_judges_there_alone(app: Application, boss: Actor, tmp_path: Path) -> None:
    filled(app, boss, tmp_path)
    populate(app)
    unit = "云麓市交通局"
    view = rewrite(app, draft(app, layer="单位", applies_to=unit, effective_from=date(2026, 9, 1)), *SEVEN_DAYS)
    table = preview(app, view.draft_id)
    assert table.governed == 1
    assert {row.screen_name for row in table.rows} == {"云麓交通"}
    done = publish(app, view)
    app.accounts.check(boss, AS_OF)
    assert silent(app) == {"云麓交通", "云麓民政"}
    with app.db.reading() as session:
        accounts = AccountRepository(session)
        window = Window(AS_OF - timedelta(days=30), AS_OF, AS_OF)
        timeline = app.standards.timeline("accounts")
        dossiers = collect(EvaluationRepository(session), accounts, accounts.registered(), window, timeline)
    judged_by = {dossier.account.unit: dossier.accounts_standard for dossier in dossiers}
    assert judged_by == {
        other.unit: done.digest if other.unit == unit else shipped("accounts").digest
        for other in app.accounts.list_accounts()
    }


def test_nothing_imported_is_one_sentence(app: Application) -> None:
    with pytest.raises(RefusedError, match="没有观测数据"):
        app.standard_publishing.preview(draft(app).draft_id)


def test_a_book_without_a_previewer_has_no_table(app: Application) -> None:
    found = app.standard_publishing.preview(draft(app, "subjects").draft_id)
    assert found.tables == ()


@pytest.mark.slow
def test_on_the_city_the_preview_names_who_is_then_found(
    app: Application, boss: Actor, shared: Path, tmp_path: Path
) -> None:
    """The accounts with nothing in the last seven days, counted from the files themselves."""
    folder = shared / "data" / "city_export"
    app.intake.import_folder(boss, folder)
    table = holds_its_word(app, boss, date(2026, 9, 1))
    found = {row.screen_name for row in table.rows if row.rule_id == SILENT and row.change != VANISHES}
    assert found == _quiet(folder, timedelta(days=7))
    assert {row.screen_name for row in table.rows if row.rule_id == SILENT and row.change == STAYS} == {"澜汀市民政"}
    assert table.count(RISES) == 0
    edits = (("days = 6", "days = 4"), ("days = 5", "days = 3"), ("days = 7", "days = 5"))
    five = rewrite(app, draft(app, effective_from=date(2026, 9, 2)), *edits)
    rows = [row for row in preview(app, five.draft_id).rows if row.rule_id == SILENT and row.change == APPEARS]
    assert {row.screen_name for row in rows} == _quiet(folder, timedelta(days=5)) - found


def _quiet(folder: Path, span: timedelta) -> set[str]:
    """Screen names of the roster's accounts whose own file shows no post in the span before the instant."""
    from weibo_ops.kernel.clock import parse_beijing

    def rows(file: Path) -> list[dict[str, Any]]:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    quiet = set()
    for entry in rows(folder / "roster.csv"):
        file = folder / f"{entry['用户id'].strip()}.csv"
        if file.exists():
            stamps = [parse_beijing(row["完整日期"]) for row in rows(file)]
            if not any(AS_OF - span <= stamp < AS_OF for stamp in stamps):
                quiet.add(entry["昵称"].strip())
    return quiet
