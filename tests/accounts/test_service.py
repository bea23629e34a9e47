"""The register and its findings: proposals with dates that never run backwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.service import AccountService
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import parse_as_of, parse_beijing
from weibo_ops.kernel.errors import NotFoundError, PermissionRefusedError, RefusedError

READER = Actor("reader", "看客")


def export(folder: Path, *, verified: bool = False, posts: tuple[str, ...] = ("2026-07-01 09:00:00",)) -> Path:
    exports.export(folder, [exports.post(n, at) for n, at in enumerate(posts)], [])
    profile = [exports.UID, exports.NAME, "10", "100", "5", "云麓市官方发布", str(verified), "1" if verified else "-1"]
    reason = f"{exports.UNIT}官方微博" if verified else ""
    exports.write(folder / "users.csv", exports.USERS, [[*profile, reason]])
    return folder


@pytest.fixture
def accounts(any_app: Application, tmp_path: Path) -> AccountService:
    any_app.intake.import_folder(
        any_app.actor, export(tmp_path / "a", posts=("2026-07-01 09:00:00", "2026-07-20 09:00:00"))
    )
    return any_app.accounts


def rules(service: AccountService, present: bool | None = True) -> set[str]:
    return {finding.rule_id for finding in service.findings(present=present)}


def test_a_check_is_repeatable_and_writes_one_entry(any_app: Application, accounts: AccountService) -> None:
    first = accounts.check(any_app.actor)
    again = accounts.check(any_app.actor)
    assert first.appeared == first.vetoes + first.deductions + first.advices > 0
    assert (again.appeared, again.vanished) == (0, 0)
    assert {**vars(again), "appeared": 0} == {**vars(first), "appeared": 0}
    with any_app.db.reading() as session:
        assert audit.verify(session).broken_at is None


def test_what_was_put_right_vanishes_and_stays_on_record(
    any_app: Application, accounts: AccountService, tmp_path: Path
) -> None:
    accounts.check(any_app.actor)
    faulty = rules(accounts)
    assert any("cert" in rule or "verif" in rule for rule in faulty)
    any_app.intake.import_folder(any_app.actor, export(tmp_path / "b", verified=True, posts=("2026-07-25 09:00:00",)))
    report = accounts.check(any_app.actor)
    gone = faulty - rules(accounts)
    assert report.vanished >= len(gone) > 0
    assert rules(accounts, None) >= faulty
    assert gone <= rules(accounts, False)


def test_a_finding_that_comes_back_counts_as_new_and_keeps_its_first_day(
    any_app: Application, accounts: AccountService
) -> None:
    early, late = parse_beijing("2026-07-02 00:00:00"), parse_as_of("2026-12-31")
    accounts.check(any_app.actor, late)
    silent = rules(accounts)
    accounts.check(any_app.actor, early)
    gone = silent - rules(accounts)
    back = accounts.check(any_app.actor, late)
    assert back.appeared >= len(gone)
    assert rules(accounts) == silent


def test_no_finding_is_last_seen_before_it_was_first_seen(any_app: Application, accounts: AccountService) -> None:
    instants = [parse_as_of(day) for day in ("2026-07-25", "2026-07-21", "2026-07-30")]
    for instant in instants:
        accounts.check(any_app.actor, instant)
    for finding in accounts.findings(present=None):
        assert min(instants) <= finding.first_seen <= finding.last_seen <= max(instants)
    lasting = [finding for finding in accounts.findings() if "cert" in finding.rule_id or "verif" in finding.rule_id]
    assert {(finding.first_seen, finding.last_seen) for finding in lasting} == {(min(instants), max(instants))}


def test_every_finding_is_a_proposal_with_its_clause_and_the_digest_that_judged_it(
    any_app: Application, accounts: AccountService
) -> None:
    accounts.check(any_app.actor)
    for finding in accounts.findings():
        assert finding.state == "发现"
        assert finding.clause
        assert finding.source
        assert finding.message
        assert finding.account_id == accounts.account_id(exports.NAME)


def test_nobody_checks_without_permission(accounts: AccountService) -> None:
    with pytest.raises(PermissionRefusedError):
        accounts.check(READER)


def test_without_observations_there_is_no_instant_to_judge_by(any_app: Application) -> None:
    assert any_app.accounts.watermark().observed_until is None
    assert any_app.accounts.list_accounts() == []
    assert any_app.accounts.findings() == []
    with pytest.raises(RefusedError, match="还没有观测数据"):
        any_app.accounts.check(any_app.actor)


def test_an_account_is_found_by_uid_name_and_former_name(
    any_app: Application, accounts: AccountService, tmp_path: Path
) -> None:
    wanted = accounts.account_id(exports.UID)
    assert accounts.account_id(exports.NAME) == wanted
    folder = tmp_path / "renamed"
    folder.mkdir()
    row = ["云麓新发布", exports.UID, exports.UNIT, "新闻发布", "市", "云麓市"]
    exports.write(folder / "roster.csv", exports.ROSTER, [row])
    any_app.intake.import_folder(any_app.actor, folder)
    assert accounts.account_id("云麓新发布") == accounts.account_id(exports.NAME) == wanted
    with pytest.raises(NotFoundError, match="没有登记名为“云麓新发佈”") as refusal:
        accounts.account_id("云麓新发佈")
    assert "云麓新发布" in refusal.value.next_step
