"""Response times as a service tells them: everyone due is counted, each as of an instant, none of it guessed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.schemas import ResponseRow
from sentiment.survival import kaplan_meier
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import todos
from weibo_ops.kernel.clock import Period, parse_beijing
from weibo_ops.kernel.errors import NotFoundError, RefusedError, UsageError

QUESTION = "请问周六政务大厅几点上班吗"
Q3 = Period.parse("2026Q3")


def import_(app: Application, folder: Path, *comments: list[str], posts: Sequence[list[str]] = ()) -> None:
    app.intake.import_folder(
        app.actor, exports.export(folder, [exports.post(1, "2026-07-01 08:00:00"), *posts], comments)
    )


def ask(number: int, at: str, author: str = "山民", text: str = QUESTION) -> list[str]:
    return exports.comment(number, 1, at, author, text)


def answer(number: int, at: str, to: str = "山民", text: str = "周六上午九点上班。") -> list[str]:
    return exports.comment(number, 1, at, exports.NAME, f"回复@{to}:{text}")


def rows(app: Application, as_of: str | None = None) -> dict[str, ResponseRow]:
    found = app.responses.list_responses(parse_beijing(as_of) if as_of else None)
    return {row.comment_id[-3:].lstrip("0"): row for row in found}


@pytest.fixture
def thread(app: Application, tmp_path: Path) -> Application:
    """One question answered in time, one late, one never, one not due; one holding reply before a real one."""
    import_(
        app,
        tmp_path / "thread",
        ask(1, "2026-07-01 10:00:00"),
        answer(2, "2026-07-01 11:00:00"),
        ask(3, "2026-07-01 10:00:00", "水客"),
        answer(4, "2026-07-02 10:00:00", "水客"),
        ask(5, "2026-07-01 10:00:00", "云客"),
        ask(6, "2026-07-01 10:00:00", "雾客", "今天天气真好"),
        answer(7, "2026-07-01 10:30:00", "雾客"),
        ask(8, "2026-07-01 10:00:00", "雪客"),
        answer(9, "2026-07-01 10:10:00", "雪客", "已转相关部门。"),
        answer(10, "2026-07-03 10:10:00", "雪客"),
        ask(11, "2026-07-10 10:00:00", "霜客", "今天天气真好"),
    )
    return app


def test_each_comment_stands_as_it_should(thread: Application) -> None:
    found = rows(thread)
    assert {number: row.outcome for number, row in found.items()} == {
        "1": "on_time",
        "3": "late",
        "5": "overdue",
        "6": "not_due",
        "8": "on_time",
    }
    holding = found["8"]
    assert (holding.reply_id, holding.wall_seconds) == (exports.comment_id(9), 600)
    assert (holding.substantive_reply_id, holding.substantive_wall_seconds) == (exports.comment_id(10), 48 * 3600 + 600)


def test_as_of_an_instant_nothing_later_is_known(thread: Application) -> None:
    found = rows(thread, "2026-07-01 10:30:00")
    assert {number: row.outcome for number, row in found.items()} == {
        "1": "open",
        "3": "open",
        "5": "open",
        "8": "on_time",
    }, "a reply at the very instant does not count yet"
    waiting = found["1"]
    assert [waiting.reply_id, waiting.replier, waiting.wall_seconds, waiting.working_minutes] == [None] * 4
    assert found["8"].substantive_reply_id is None
    assert rows(thread, "2026-07-01 10:00:00") == {}, "nor does a comment"
    assert rows(thread, "2020-01-01 00:00:00") == {}


def test_statistics_count_everyone_due(thread: Application) -> None:
    mine, total = thread.responses.stats()
    assert (mine.comments, mine.due, mine.answered) == (6, 4, 3)
    assert (mine.on_time, mine.late, mine.overdue, mine.open, mine.undetermined) == (2, 1, 1, 0, 0)
    assert (mine.on_time_rate, mine.rate_denominator) == (0.5, 4)
    assert mine.sentence == "应答复4件,按时2件,未答复1件列入未按时。"
    assert mine.median_first_wall_minutes == 60, "10, 60, 1440 minutes and one that waits still"
    assert total.account == "合计"
    assert {**vars(total), "account": mine.account} == vars(mine)


def test_statistics_as_of_before_any_data_are_no_data(thread: Application) -> None:
    mine, total = thread.responses.stats(parse_beijing("2020-01-01 00:00:00"))
    for row in (mine, total):
        assert (row.comments, row.due, row.answered) == (0, 0, 0)
        assert row.on_time_rate is row.median_first_wall_minutes is row.median_first_working_minutes is None
        assert row.sentence == "无数据"
        assert not row.observed


def test_a_stretch_that_nobody_observed_is_told_from_a_quiet_one(any_app: Application, tmp_path: Path) -> None:
    import_(any_app, tmp_path / "a", ask(1, "2026-07-01 10:00:00"), ask(2, "2026-07-20 10:00:00", "水客"))
    other: dict[str, Any] = {"uid": "9900000002", "name": "云麓供水", "unit": "云麓市供水管理局"}
    any_app.intake.import_folder(any_app.actor, exports.export(tmp_path / "other", [], [], **other))
    seen = {row.account: row.observed for row in any_app.responses.stats()}
    assert seen == {exports.NAME: True, "云麓供水": False, "合计": True}
    quiet = any_app.responses.stats(period=Period.parse("2026-07-05..2026-07-06"))
    assert [(row.comments, row.observed) for row in quiet] == [(0, True), (0, False), (0, True)]
    for row in any_app.responses.stats(period=Period.parse("2025Q1")):
        assert (row.observed, row.sentence, row.on_time_rate) == (False, "无数据", None)
    assert [row.observed for row in any_app.responses.stats(parse_beijing("2020-01-01 00:00:00"), Q3)] == [False] * 3


def test_a_period_counts_by_arrival(thread: Application) -> None:
    mine = thread.responses.stats(period=Period.parse("2026-07-02..2026-07-31"))[0]
    assert (mine.comments, mine.due) == (1, 0)
    assert thread.responses.list_responses(period=Period.parse("2026-07-02")) == []
    assert len(thread.responses.list_responses(period=Q3)) == 5


def test_ignoring_people_never_looks_better(app: Application, tmp_path: Path) -> None:
    import_(app, tmp_path / "a", ask(1, "2026-07-01 10:00:00"), answer(2, "2026-07-01 11:00:00"))
    app.responses.stats(parse_beijing("2026-07-31 00:00:00"))
    before = app.responses.stats(parse_beijing("2026-07-31 00:00:00"))[0]
    import_(app, tmp_path / "b", *(ask(10 + n, "2026-07-01 10:00:00", f"客{n}") for n in range(3)))
    after = app.responses.stats(parse_beijing("2026-07-31 00:00:00"))[0]
    assert before.on_time_rate == 1
    assert after.on_time_rate == 0.25
    assert before.median_first_wall_minutes == 60
    assert after.median_first_wall_minutes is None, "fewer than half were ever answered"


def test_what_is_unknown_is_refused_by_name(thread: Application) -> None:
    with pytest.raises(NotFoundError, match="没有登记"):
        thread.responses.stats(account="没有")
    with pytest.raises(UsageError, match="无法识别"):
        thread.responses.list_responses(outcome="bad")
    with pytest.raises(NotFoundError, match="没有编号"):
        thread.responses.show("1")
    with pytest.raises(NotFoundError, match="没有编号"):
        thread.responses.show(exports.comment_id(1), parse_beijing("2026-07-01 10:00:00"))
    with pytest.raises(NotFoundError, match="不属于应答复范围"):
        thread.responses.show(exports.comment_id(11))


def test_nothing_is_judged_before_an_import(app: Application) -> None:
    with pytest.raises(RefusedError, match="还没有观测数据"):
        app.responses.list_responses()


class TestUndetermined:
    @pytest.fixture
    def year_end(self, any_app: Application, tmp_path: Path) -> Application:
        import_(
            any_app,
            tmp_path / "a",
            ask(1, "2026-12-31 16:00:00"),
            ask(2, "2026-12-31 16:30:00", "水客"),
            answer(3, "2027-01-05 10:00:00", "水客"),
            ask(4, "2026-12-31 16:40:00", "云客"),
            answer(5, "2026-12-31 17:00:00", "云客"),
            ask(6, "2027-03-01 10:00:00", "雾客"),
        )
        return any_app

    def test_one_todo_however_many_comments_and_imports(self, year_end: Application, tmp_path: Path) -> None:
        import_(year_end, tmp_path / "b", ask(7, "2026-12-31 17:00:00", "霜客"))
        with year_end.db.reading() as session:
            (todo,) = todos.open_todos(session)
        assert (todo.kind, todo.subject, todo.recipient) == ("calendar.missing_year", "2027", "标准管理员")

    def test_it_is_neither_on_time_nor_late(self, year_end: Application) -> None:
        found = rows(year_end)
        assert {number: row.outcome for number, row in found.items()} == {
            "1": "open",
            "2": "open",
            "4": "on_time",
            "6": "open",
        }, "an answer before the unknown year came before any deadline in it"
        assert found["2"].working_minutes is None
        assert found["2"].wall_seconds == 4 * 86400 + 17.5 * 3600
        mine = year_end.responses.stats()[0]
        assert (mine.due, mine.undetermined, mine.open, mine.rate_denominator) == (4, 3, 0, 1)
        assert mine.sentence.startswith("应答复4件,其中1件已答复或已到期限:")
        assert "其余3件未到期限或期限待定,未计入" in mine.sentence

    def test_who_waits_into_it_counts_as_waiting_at_least_until_it(self, year_end: Application) -> None:
        before, within = (
            year_end.responses.stats(parse_beijing(at))[0] for at in ("2026-12-31 18:00:00", "2027-01-02 00:00:00")
        )
        assert (before.due, before.answered) == (within.due, within.answered) == (3, 1)
        assert before.median_first_working_minutes is within.median_first_working_minutes is None
        later = year_end.responses.stats()[0]
        assert (later.due, later.answered) == (4, 2)
        assert later.median_first_working_minutes == product_limit([120, 90, 20, 0], [False, False, True, False])

    def test_it_is_explained_without_a_guess(self, year_end: Application) -> None:
        detail = year_end.responses.show(exports.comment_id(1))
        assert (detail.row.deadline_at, detail.row.target_minutes) == (None, 180)
        assert detail.segments == ()


def product_limit(durations: Sequence[float], observed: Sequence[bool]) -> float | None:
    """The median of Kaplan and Meier, written plainly: walk through the times, keep the share that is left."""
    left = 1.0
    for time in sorted({d for d, seen in zip(durations, observed, strict=True) if seen}):
        at_risk = sum(d >= time for d in durations)
        events = sum(d == time and seen for d, seen in zip(durations, observed, strict=True))
        left *= 1 - events / at_risk
        if left <= 0.5 + 1e-9:
            return time
    return None


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=25))
def test_the_median_is_the_product_limit_estimators(pairs: list[tuple[int, bool]]) -> None:
    durations, observed = [float(d) for d, _ in pairs], [seen for _, seen in pairs]
    assert kaplan_meier(durations, observed).median() == product_limit(durations, observed)


def test_statistics_against_a_count_of_their_own(app: Application, tmp_path: Path) -> None:
    rng = random.Random(5)
    comments: list[list[str]] = []
    asked: list[tuple[datetime, datetime | None]] = []
    for number in range(80):
        start = datetime(2026, 7, 1, 9) + timedelta(minutes=rng.randrange(60 * 24 * 20))  # noqa: DTZ001
        comments.append(ask(10 * number, f"{start}", f"客{number}"))
        replied = start + timedelta(minutes=rng.randrange(1, 4000)) if rng.random() < 0.7 else None
        if replied is not None:
            comments.append(answer(10 * number + 1, f"{replied}", f"客{number}"))
        asked.append((start, replied))
    import_(app, tmp_path / "a", *comments)
    until = datetime(2026, 7, 15, 12)  # noqa: DTZ001
    mine = app.responses.stats(parse_beijing(f"{until}"))[0]
    known = [(start, replied if replied and replied < until else None) for start, replied in asked if start < until]
    durations = [((replied or until) - start).total_seconds() / 60 for start, replied in known]
    seen = [replied is not None for _, replied in known]
    assert (mine.due, mine.answered) == (len(known), sum(seen))
    assert mine.median_first_wall_minutes == product_limit(durations, seen)
    assert mine.on_time + mine.late + mine.overdue + mine.open + mine.undetermined == mine.due


def test_a_reply_is_credited_to_its_writer(app: Application, tmp_path: Path) -> None:
    other: dict[str, Any] = {"uid": "9900000002", "name": "云麓供水", "unit": "云麓市供水管理局"}
    app.intake.import_folder(app.actor, exports.export(tmp_path / "other", [], [], **other))
    import_(
        app,
        tmp_path / "a",
        ask(1, "2026-07-01 10:00:00"),
        exports.comment(2, 1, "2026-07-01 10:30:00", "云麓供水", "回复@山民:今晚八点恢复供水。"),
    )
    row = rows(app)["1"]
    assert (row.account, row.replier, row.outcome) == (exports.NAME, "云麓供水", "on_time")
