"""监管归口 comes with the roster: stated once it holds until another is stated, and a run can be kept to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentiment.schemas import KindCount
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import Period
from weibo_ops.kernel.errors import RefusedError

OURS, THEIRS = "云麓市政务公开办", "上级人民检察院"
COURT = ("云麓检察", "9900000002", "云麓市人民检察院")
OFFICE = (exports.NAME, exports.UID, exports.UNIT)


def take_in(
    app: Application, folder: Path, *rows: tuple[tuple[str, str, str], str], title: str | None = "监管归口"
) -> KindCount:
    """Import a roster of (account, 监管归口); without a title the roster has no such column."""
    folder.mkdir()
    columns = exports.ROSTER if title is None else (*exports.ROSTER, title)
    lines = [[*account, "", "市", "云麓市", office][: len(columns)] for account, office in rows]
    exports.write(folder / "roster.csv", columns, lines)
    count: KindCount = app.intake.import_folder(app.actor, folder).kinds["roster"]
    return count


def offices(app: Application) -> dict[str, str]:
    return {row.screen_name: row.oversight for row in app.accounts.list_accounts()}


@pytest.mark.parametrize("title", ["监管归口", "归口监管单位", "oversight"])
def test_a_roster_may_say_who_supervises(app: Application, tmp_path: Path, title: str) -> None:
    take_in(app, tmp_path / "a", (OFFICE, f" {OURS} "), (COURT, ""), title=title)
    assert offices(app) == {exports.NAME: OURS, COURT[0]: ""}


def test_what_was_stated_holds_until_another_is_stated(any_app: Application, tmp_path: Path) -> None:
    app = any_app
    first = take_in(app, tmp_path / "a", (OFFICE, OURS), (COURT, OURS))
    assert (first.imported, first.updated, first.unchanged) == (2, 0, 0)
    for folder, title in (("same", "监管归口"), ("none", None)):
        again = take_in(app, tmp_path / folder, (OFFICE, OURS), (COURT, OURS), title=title)
        assert (again.imported, again.updated, again.unchanged) == (0, 0, 2)
    blank = take_in(app, tmp_path / "blank", (OFFICE, "  "), (COURT, ""))
    assert (blank.updated, blank.unchanged) == (0, 2)
    assert offices(app) == {exports.NAME: OURS, COURT[0]: OURS}
    moved = take_in(app, tmp_path / "moved", (OFFICE, ""), (COURT, THEIRS))
    assert (moved.imported, moved.updated, moved.unchanged) == (0, 1, 1)
    assert offices(app) == {exports.NAME: OURS, COURT[0]: THEIRS}


def test_it_is_the_units_and_one_statement_is_one_change(app: Application, tmp_path: Path) -> None:
    second = ("云麓检察服务", "9900000003", COURT[2])
    take_in(app, tmp_path / "a", (COURT, ""), (second, ""))
    moved = take_in(app, tmp_path / "b", (COURT, THEIRS), (second, ""))
    assert (moved.updated, moved.unchanged) == (1, 1)
    assert offices(app) == {COURT[0]: THEIRS, second[0]: THEIRS}
    newcomer = take_in(app, tmp_path / "c", (("云麓检察三部", "9900000004", COURT[2]), OURS))
    assert (newcomer.imported, newcomer.updated) == (1, 0)
    assert set(offices(app).values()) == {OURS}


def test_a_run_judges_only_those_it_may_judge(app: Application, tmp_path: Path) -> None:
    app.intake.import_folder(app.actor, exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00")], []))
    take_in(app, tmp_path / "b", (OFFICE, OURS), (COURT, THEIRS))
    period = Period.parse("2026Q3")
    run = app.evaluation.run(app.actor, period, scope=OURS)
    assert [score.screen_name for score in app.evaluation.show(run.run_id)] == [exports.NAME]
    with pytest.raises(RefusedError, match="监管归口“别处”"):
        app.evaluation.run(app.actor, period, scope="别处")
