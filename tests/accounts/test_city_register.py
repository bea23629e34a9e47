"""The city of the sample data as of 2026-09-30: who looks like whom, who is silent, who is only asked about."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from tests.conftest import SHARED
from tests.office import BOSS, MovingClock
from tests.weibo_ops.cli.terminal import run
from weibo_ops.bootstrap import Application

AS_OF = datetime(2026, 9, 30, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here")
    folder = tmp_path_factory.mktemp("city")
    assert run("import", SHARED / "data" / "city_export", home=folder).code == 0
    return folder


@pytest.fixture
def city(home: Path) -> Iterator[Any]:
    app = Application.open(load_settings(home), MovingClock(datetime(2026, 11, 25, tzinfo=UTC)), BOSS)
    yield app
    app.close()


def test_the_planted_look_alikes_are_found_and_nobody_else(city: Any) -> None:
    city.impostors.scan(BOSS, AS_OF)
    found = {row.screen_name: row for row in city.impostors.list_suspects()}
    assert {name: row.imitates for name, row in found.items()} == {
        "澜汀发佈": "澜汀发布",
        "澜汀市公安局官方": "平安澜汀",
        "平安澜汀网": "平安澜汀",
        "澜汀交警I": "澜汀交警",
    }
    firm = found.pop("平安澜汀网")
    assert any("其他类型认证" in reason for reason in firm.reasons)
    assert all("未认证" in row.reasons for row in found.values())


def test_silence_is_a_veto_closed_comments_only_a_hint_and_nicknames_a_remark(city: Any) -> None:
    city.accounts.check(BOSS, AS_OF)
    by_account: dict[str, dict[str, Any]] = {}
    for view in city.accounts.findings():
        by_account.setdefault(view.screen_name, {})[view.rule_id] = view
    assert {name for name, found in by_account.items() for view in found.values() if view.severity == "veto"} == {
        "澜汀市民政"
    }
    civil = by_account["澜汀市民政"]
    assert civil["freshness.silent"].complaint == ("不及时",)
    hint = civil["interaction.closed"]
    assert (hint.severity, hint.state) == ("advice", "发现")
    assert "须人工核实" in hint.clause
    assert by_account["澜汀老兵之家"]["certification.missing"].severity == "deduct"
    for name in ("澜汀文旅小精灵", "澜汀老兵之家"):
        remark = by_account[name]["naming.nickname"]
        assert remark.severity == "advice"
        assert remark.proposed_fix
    assert city.findings.circulated() == []


def test_without_coverage_silence_is_not_claimed(city: Any) -> None:
    city.accounts.check(BOSS, datetime(2027, 3, 1, tzinfo=UTC))
    assert "freshness.silent" not in {view.rule_id for view in city.accounts.findings()}
    city.accounts.check(BOSS, AS_OF)


def test_names_are_judged_as_expected_and_none_that_should_pass_is_refused(home: Path, tmp_path: Path) -> None:
    done = run(
        "account", "check-name", "--file", SHARED / "data" / "account_names.csv", "--format", "csv", home=tmp_path
    )
    rows = done.csv
    assert list(rows[0])[:5] == ["screen_name", "unit", "level", "expected", "why"]
    right = [row for row in rows if row["verdict"] == row["expected"]]
    assert len(right) >= 0.9 * len(rows)
    assert not [row for row in rows if row["expected"] == "pass" and row["verdict"] == "fail"]
    assert all(row["clauses"] for row in rows if row["verdict"] != "pass")


def test_impostors_of_a_list_by_the_command(home: Path, tmp_path: Path) -> None:
    source = SHARED / "data" / "impostor_names.csv"
    with source.open(encoding="utf-8-sig", newline="") as stream:
        truth = {row["candidate"]: row["imitates"] for row in csv.DictReader(stream)}
    names = tmp_path / "names.csv"
    names.write_text("名称\n" + "\n".join(sorted({name for name in truth.values() if name})) + "\n", "utf-8")
    bare = tmp_path / "candidates.csv"
    bare.write_text("candidate\n" + "\n".join(truth) + "\n", "utf-8")
    for file in (source, bare):
        rows = run("account", "impostors", file, "--of", names, "--format", "csv", home=tmp_path).csv
        assert [row["candidate"] for row in rows] == list(truth)
        found = [row for row in rows if truth[row["candidate"]] and row["imitates"] == truth[row["candidate"]]]
        assert len(found) >= 0.8 * sum(bool(name) for name in truth.values())
        assert sum(bool(row["imitates"]) and not truth[row["candidate"]] for row in rows) <= 1
        assert all(row["score"] and row["reasons"] for row in rows if row["imitates"])
    users = run(
        "account", "impostors", SHARED / "data" / "city_export" / "users.csv", "--format", "json", home=home
    ).json
    assert sum(bool(row["imitates"]) for row in users) == 4
    assert json.dumps(users, ensure_ascii=False)
