"""Frozen runs on SQLite and PostgreSQL: the same numbers as a plain count, openable down to their rows."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from accounts.models import Account, Finding, ObservedPost
from accounts.service import AccountService
from accounts.standards import StandardService
from config.rulebook.evaluation import Fact
from evaluation.models import Dossier, EvaluationRun
from evaluation.service import EvaluationService
from tests.conftest import NOW
from tests.evaluation.city import (
    COMMENTS_UNSEEN,
    NEVER_OBSERVED,
    OBSERVED_UNTIL,
    PERIOD,
    City,
    build,
    expected_facts,
)
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock, Period
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError, PermissionRefusedError, RefusedError, UsageError
from weibo_ops.kernel.migrate import upgrade
from weibo_ops.schema import HEAD


@pytest.fixture(scope="module")
def city() -> City:
    return build()


def service_on(database: Database) -> EvaluationService:
    clock = FixedClock(NOW)
    standards = StandardService(database, clock)
    return EvaluationService(database, clock, standards, AccountService(database, clock, standards))


def fill(database: Database, city: City) -> None:
    upgrade(database, HEAD)
    with database.writing() as session:
        city.store(session)
    StandardService(database, FixedClock(NOW)).install_shipped(Actor("tester", "测试员", frozenset({"*"})))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, city: City) -> Path:
    """A filled SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("city") / "city.db"
    database = Database(f"sqlite:///{path}")
    fill(database, city)
    with database.reading() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    database.close()
    return path


@pytest.fixture
def sqlite(filled: Path, tmp_path: Path) -> Iterator[Database]:
    """A filled SQLite database."""
    shutil.copy(filled, tmp_path / "city.db")
    database = Database(f"sqlite:///{tmp_path / 'city.db'}")
    yield database
    database.close()


@pytest.fixture
def office(sqlite: Database) -> EvaluationService:
    """The service on a filled SQLite database."""
    return service_on(sqlite)


@pytest.fixture
def postgres(new_postgres: Callable[[], str], city: City) -> Iterator[Database]:
    """A filled PostgreSQL database."""
    database = Database(new_postgres())
    fill(database, city)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """A filled database of either kind."""
    chosen: Database = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def service(database: Database) -> EvaluationService:
    """The service on a filled database of either kind."""
    return service_on(database)


def stored_facts(database: Database, run_id: int) -> dict[int, dict[str, int | None]]:
    with database.reading() as session:
        return {row.account_id: row.facts["facts"] for row in session.query(Dossier).filter_by(run_id=run_id)}


def test_facts_equal_a_plain_count(service: EvaluationService, database: Database, city: City, boss: Actor) -> None:
    for as_of in (None, OBSERVED_UNTIL - timedelta(days=30), PERIOD.end + timedelta(days=3)):
        run = service.run(boss, PERIOD, as_of=as_of)
        assert run.as_of == (as_of or OBSERVED_UNTIL)
        facts = stored_facts(database, run.run_id)
        for account_id in (1, 2, 3):
            expected = expected_facts(city, account_id, run.as_of)
            assert expected["due"] > 5
            assert expected["late"] > 0
            assert {name: facts[account_id][name] for name in expected} == expected


def test_every_fact_is_in_the_dossier(office: EvaluationService, sqlite: Database, boss: Actor) -> None:
    run = office.run(boss, PERIOD)
    assert set(stored_facts(sqlite, run.run_id)[1]) == {fact.value for fact in Fact}


def test_what_was_not_observed_is_missing_and_never_zero(
    office: EvaluationService, sqlite: Database, boss: Actor
) -> None:
    run = office.run(boss, PERIOD, "competitiveness")
    facts = stored_facts(sqlite, run.run_id)
    assert facts[COMMENTS_UNSEEN]["posts"]
    assert facts[COMMENTS_UNSEEN]["due"] is None
    assert facts[NEVER_OBSERVED]["posts"] is None
    rows = {row.account_id: row for row in office.show(run.run_id)}
    assert (rows[NEVER_OBSERVED].score, rows[NEVER_OBSERVED].rank, rows[NEVER_OBSERVED].coverage) == (None, None, 0)
    assert rows[COMMENTS_UNSEEN].score is None
    assert rows[COMMENTS_UNSEEN].parts["on_time_rate"] is None
    assert rows[1].score is not None
    assert rows[1].coverage > 0.85


def test_followers_are_the_last_ones_seen(office: EvaluationService, sqlite: Database, boss: Actor) -> None:
    facts = stored_facts(sqlite, office.run(boss, PERIOD).run_id)
    assert facts[2]["followers"] == 205
    early = office.run(boss, PERIOD, as_of=PERIOD.start + timedelta(days=10))
    assert stored_facts(sqlite, early.run_id)[2]["followers"] == 200


def test_the_same_data_give_the_same_run_on_both_databases(sqlite: Database, postgres: Database, boss: Actor) -> None:
    for scheme in ("basic", "competitiveness", "bci-7"):
        results = []
        for service in (service_on(sqlite), service_on(sqlite), service_on(postgres)):
            run = service.run(boss, PERIOD, scheme)
            rows = service.show(run.run_id)
            results.append((run.facts_hash, [(row.uid, row.score, row.grade, row.rank, row.parts) for row in rows]))
        assert all(result == results[0] for result in results)


def test_every_number_opens_down_to_rows_that_recount_to_it(
    service: EvaluationService, database: Database, boss: Actor
) -> None:
    for scheme in ("basic", "competitiveness", "bci-zj"):
        run = service.run(boss, PERIOD, scheme)
        stored = stored_facts(database, run.run_id)[1]
        seen: set[str] = set()
        queue = ["score", "coverage", *service.show(run.run_id)[0].parts]
        while queue:
            number = queue.pop()
            if number in seen:
                continue
            seen.add(number)
            why = service.why(run.run_id, "虚构第1局", number)
            assert why.clause
            assert why.source
            assert "不符" not in why.formula
            assert why.versions["facts_hash"] == run.facts_hash
            queue += why.inputs
            assert why.inputs or why.row_kind or number.startswith("veto.") or number == "period_seconds", number
            if why.row_kind in ("comments", "replies"):
                assert len(why.row_ids) == len(set(why.row_ids)) == why.value
        if scheme != "bci-zj":
            assert "due" in seen
        assert stored["due"] == service.why(run.run_id, "9001", "due").value


def test_recount_of_posts_from_their_ids(office: EvaluationService, city: City, boss: Actor) -> None:
    run = office.run(boss, PERIOD, "bci-zj")
    by_id = {post["platform_id"]: post for post in city.posts}
    reposts = office.why(run.run_id, "虚构第1局", "reposts")
    assert sum(by_id[row_id]["reposts_count"] for row_id in reposts.row_ids) == reposts.value
    posts = office.why(run.run_id, "虚构第1局", "发博数")
    assert {by_id[row_id]["account_id"] for row_id in posts.row_ids} == {1}
    assert len(posts.row_ids) == posts.value


def test_coverage_opens_down_to_seconds_and_posts(office: EvaluationService, boss: Actor) -> None:
    run = office.run(boss, PERIOD, "competitiveness")
    for row in office.show(run.run_id):
        whole = office.why(run.run_id, row.uid, "coverage")
        assert whole.value == row.coverage
        for name, value in whole.inputs.items():
            group = office.why(run.run_id, row.uid, name)
            assert group.value == value
            for leaf in group.inputs:
                opened = office.why(run.run_id, row.uid, leaf)
                facts = [value for value in opened.inputs.values() if value is not None]
                if opened.value:
                    shares = [top / bottom for top, bottom in zip(facts[::2], facts[1::2], strict=True)]
                    assert opened.value == pytest.approx(math.prod(shares))


def test_a_place_is_the_number_of_those_not_behind(office: EvaluationService, boss: Actor) -> None:
    run = office.run(boss, PERIOD, "competitiveness")
    rows = {row.uid: row for row in office.show(run.run_id)}
    for row in rows.values():
        why = office.why(run.run_id, row.uid, "rank")
        assert why.value == row.rank == (len(why.row_ids) or None)
        assert [uid for uid in why.row_ids if uid != row.uid] == [
            uid
            for uid, other in rows.items()
            if other.score and row.score and round(other.score, 4) > round(row.score, 4)
        ]


def test_late_data_is_told_and_does_not_change_the_run(
    office: EvaluationService, sqlite: Database, boss: Actor
) -> None:
    run = office.run(boss, PERIOD)
    before = office.show(run.run_id)
    with sqlite.writing() as session:
        session.execute(
            insert(ObservedPost),
            {
                "account_id": 1,
                "platform_id": "late",
                "published_at": PERIOD.start + timedelta(days=5),
                "text": "补录",
                "platform": "weibo",
            },
        )
    assert office.show(run.run_id) == before
    why = office.why(run.run_id, "虚构第1局", "posts")
    assert "不符" in why.formula
    assert "late" in why.row_ids
    again = office.run(boss, PERIOD)
    assert again.facts_hash != run.facts_hash
    with sqlite.reading() as session:
        assert session.get_one(EvaluationRun, again.run_id).replaces_id == run.run_id


def test_running_twice_changes_nothing_and_replaces_nothing(
    office: EvaluationService, sqlite: Database, boss: Actor
) -> None:
    first, second = office.run(boss, PERIOD), office.run(boss, PERIOD)
    assert first.facts_hash == second.facts_hash
    assert [run.run_id for run in office.list_runs()] == [second.run_id, first.run_id]
    with sqlite.reading() as session:
        assert session.get_one(EvaluationRun, second.run_id).replaces_id is None
        assert audit.verify(session).broken_at is None


def test_scope_is_the_supervising_office(office: EvaluationService, boss: Actor) -> None:
    run = office.run(boss, PERIOD, scope="市政务公开办")
    assert [row.uid for row in office.show(run.run_id)] == ["9001", "9002"]
    assert run.accounts == 2
    with pytest.raises(RefusedError, match="监管归口“无此单位”"):
        office.run(boss, PERIOD, scope="无此单位")


def test_a_grade_without_scope_warns_of_those_under_other_chains(office: EvaluationService, boss: Actor) -> None:
    assert "法院、检察院" in office.run(boss, PERIOD, "basic").scheme_note
    assert "法院、检察院" not in office.run(boss, PERIOD, "basic", scope="市政务公开办").scheme_note


def test_closed_accounts_are_not_judged(office: EvaluationService, sqlite: Database, boss: Actor) -> None:
    with sqlite.writing() as session:
        session.execute(update(Account).where(Account.id == 2).values(status="注销"))
    run = office.run(boss, PERIOD)
    assert "9002" not in [row.uid for row in office.show(run.run_id)]


def test_silence_fails_as_of_then_and_needs_a_person(
    office: EvaluationService, sqlite: Database, boss: Actor, city: City
) -> None:
    """Only what was published before the instant counts, and an unconfirmed fault is a proposal."""
    as_of = PERIOD.start + timedelta(days=45)
    with sqlite.writing() as session:
        last = as_of - timedelta(days=20)
        session.execute(
            update(ObservedPost)
            .where(ObservedPost.account_id == 1, ObservedPost.published_at >= last, ObservedPost.published_at < as_of)
            .values(published_at=PERIOD.start + timedelta(hours=1))
        )
    assert _grade(office, boss, as_of) == "不合格(待核实)"
    why = office.why(office.list_runs()[0].run_id, "虚构第1局", "veto.stale")
    assert why.value == 1
    assert why.row_ids == ("freshness.silent",)
    assert office.show(office.list_runs()[0].run_id)[0].vetoes == ("内容不更新(待核实)",)
    with sqlite.writing() as session:
        session.execute(insert(Finding), _confirmed("freshness.silent", as_of))
    assert _grade(office, boss, as_of) == "不合格"
    assert _grade(office, boss, OBSERVED_UNTIL) == "合格", "posts came again: the old finding no longer holds"


def test_schemes_carry_their_marks(office: EvaluationService, boss: Actor) -> None:
    assert office.run(boss, PERIOD, "competitiveness").scheme_note.startswith("仅供研判参考,不用于考核评比;参照公开")
    late = office.run(boss, PERIOD, as_of=PERIOD.end + timedelta(days=1))
    assert "其后的发布和答复未见" in late.scheme_note


def test_ranks_follow_scores(office: EvaluationService, boss: Actor) -> None:
    rows = office.show(office.run(boss, PERIOD, "competitiveness").run_id)
    scored = [row for row in rows if row.score is not None]
    assert [row.rank for row in scored] == list(range(1, len(scored) + 1))
    assert [row.score for row in scored] == sorted((row.score for row in scored), reverse=True)  # type: ignore[type-var]
    assert all(row.rank is None for row in office.show(office.run(boss, PERIOD, "basic").run_id))


def test_refusals_say_what_to_do(office: EvaluationService, boss: Actor) -> None:
    with pytest.raises(UsageError, match="evaluate formula ratio"):
        office.run(boss, PERIOD, "ratio")
    with pytest.raises(UsageError, match="competitiveness"):
        office.run(boss, PERIOD, "competitivenes")
    with pytest.raises(UsageError, match="早于统计周期"):
        office.run(boss, Period.parse("2027Q1"))
    with pytest.raises(PermissionRefusedError):
        office.run(Actor("nobody", "无权者"), PERIOD)
    with pytest.raises(NotFoundError, match="evaluate list"):
        office.show(99)
    run = office.run(boss, PERIOD)
    with pytest.raises(NotFoundError, match="on_time_rate"):
        office.why(run.run_id, "虚构第1局", "on_time_rat")
    with pytest.raises(NotFoundError):
        office.why(run.run_id, "不存在的账号")


def test_nothing_imported_is_refused(tmp_path: Path, boss: Actor) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    fill(database, City())
    with pytest.raises(RefusedError, match="观测数据"):
        service_on(database).run(boss, PERIOD)
    database.close()


def _grade(service: EvaluationService, boss: Actor, as_of: datetime) -> str | None:
    run = service.run(boss, PERIOD, "basic", as_of=as_of)
    return next(row.grade for row in service.show(run.run_id) if row.uid == "9001")


def _confirmed(rule_id: str, at: datetime) -> dict[str, object]:
    return {
        "account_id": 1,
        "rule_id": rule_id,
        "key": "",
        "severity": "veto",
        "state": "确认",
        "title": "内容不更新",
        "message": "",
        "clause": "",
        "source": "",
        "trust": "V",
        "evidence": {},
        "proposed_fix": [],
        "first_seen": at,
        "last_seen": at,
        "present": True,
        "standard_digest": "",
    }
