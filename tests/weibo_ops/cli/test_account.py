"""``account``: the register and its findings, the same in every format and as of any instant."""

from __future__ import annotations

from pathlib import Path

from tests import exports
from tests.weibo_ops.cli.conftest import SECOND
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.cli.account import ACCOUNT_TITLES, FINDING_TITLES


def test_the_register_is_the_same_in_every_format(city: Path) -> None:
    row, second = hold_the_three_formats_together(["account", "list"], ACCOUNT_TITLES, city)
    assert (row["uid"], row["screen_name"], row["unit"]) == (exports.UID, exports.NAME, exports.UNIT)
    assert (row["posts_observed"], row["followers_count"], row["verified"]) == (71, 100, True)
    assert row["covered_until"] == "2026-12-31T16:30:01+08:00"
    assert (second["verified"], second["followers_count"], second["posts_observed"]) == (False, None, 0)
    assert second["covered_until"] is None, "nothing of it was exported: not seen is not silent"


def test_the_register_as_of_an_earlier_instant_knows_nothing_later(city: Path) -> None:
    row, _ = run("account", "list", "--as-of", "2026-07-05", "--format", "json", home=city).json
    assert row["posts_observed"] == 15, "three posts a day, the fifth day whole"
    assert row["last_post_at"] == "2026-07-05T09:14:00+08:00"
    assert row["covered_until"] == "2026-07-06T00:00:00+08:00"
    before, _ = run("account", "list", "--as-of", "2020-01-01", "--format", "json", home=city).json
    assert (before["posts_observed"], before["last_post_at"], before["covered_until"]) == (0, None, None)
    assert before["followers_count"] is None


def test_findings_are_the_same_in_every_format_and_cite_their_clause(city: Path) -> None:
    rows = hold_the_three_formats_together(["account", "findings", "--all"], FINDING_TITLES, city)
    assert rows
    for row in rows:
        assert row["state"] == "发现", "the program proposes, a person confirms"
        assert row["clause"]
        assert row["source"]
        assert row["trust"]
    severities = [row["severity"] for row in rows]
    assert severities == sorted(severities, key=["veto", "deduct", "advice"].index), "the gravest first"
    accounts = run("account", "list", "--format", "json", home=city).json
    for severity, name in (("veto", "vetoes"), ("deduct", "deductions"), ("advice", "advices")):
        mine = run("account", "findings", "--severity", severity, "--format", "json", home=city).json
        assert len(mine) == sum(account[name] for account in accounts)


def test_findings_of_an_account_by_name_and_uid(city: Path) -> None:
    by_name = run("account", "findings", "--account", exports.NAME, "--format", "json", home=city)
    by_uid = run("account", "findings", "--account", exports.UID, "--format", "json", home=city)
    assert by_name.json == by_uid.json
    seconds = run("account", "findings", "--account", SECOND, "--format", "json", home=city).json
    assert {row["screen_name"] for row in seconds} == {SECOND}


def test_a_check_says_that_its_findings_are_proposals(city: Path) -> None:
    done = run("account", "check", "--format", "json", home=city)
    assert "须经核实" in done.err
    (report,) = done.json
    assert (report["accounts"], report["appeared"], report["vanished"]) == (2, 0, 0), "the import had checked already"
