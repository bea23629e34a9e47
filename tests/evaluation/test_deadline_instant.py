"""The instant of a deadline itself: the clock, the list, the filter in the database and the facts judge it alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evaluation.models import Dossier
from sentiment.clocks import Outcome
from sentiment.schemas import CommentFilter
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import Period, parse_beijing

DEADLINE = parse_beijing("2026-07-01 17:00:00")
MOMENT = timedelta(microseconds=1)
QUESTION = "请问周六政务大厅几点上班吗"


@pytest.fixture
def asked(any_app: Application, tmp_path: Path) -> Application:
    """Two questions of 14:00 with three working hours: one unanswered, one answered at the very deadline."""
    comments = [
        exports.comment(1, 1, "2026-07-01 14:00:00", "山民", QUESTION),
        exports.comment(2, 1, "2026-07-01 14:00:00", "水客", QUESTION),
        exports.comment(3, 1, "2026-07-01 17:00:00", exports.NAME, "回复@水客:上午九点上班。"),
    ]
    any_app.intake.import_folder(
        any_app.actor, exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 08:00:00")], comments)
    )
    return any_app


def outcomes(app: Application, as_of: datetime) -> dict[str, str]:
    return {row.comment_id: row.outcome for row in app.responses.list_responses(as_of)}


def counted(app: Application, as_of: datetime) -> dict[str, int]:
    """The facts of a run, by outcome."""
    run = app.evaluation.run(app.actor, Period.parse("2026Q3"), as_of=as_of)
    with app.db.reading() as session:
        facts = session.query(Dossier).filter_by(run_id=run.run_id).one().facts["facts"]
    return {outcome: facts[outcome] for outcome in ("on_time", "late", "overdue", "open")}


@pytest.mark.parametrize(
    ("as_of", "silent", "answered"),
    [
        (DEADLINE - MOMENT, "open", "open"),
        (DEADLINE, "open", "open"),
        (DEADLINE + MOMENT, "overdue", "on_time"),
    ],
    ids=["before", "at", "after"],
)
def test_the_deadline_itself_is_still_in_time_everywhere(
    asked: Application, as_of: datetime, silent: str, answered: str
) -> None:
    found = outcomes(asked, as_of)
    assert found == {exports.comment_id(1): silent, exports.comment_id(2): answered}
    for outcome in Outcome:
        listed = asked.comments.comments(CommentFilter(outcome=outcome.value), as_of).items
        assert {row.platform_id for row in listed} == {key for key, value in found.items() if value == outcome}
    assert {name: n for name, n in counted(asked, as_of).items() if n} == {
        name: list(found.values()).count(name) for name in found.values()
    }
