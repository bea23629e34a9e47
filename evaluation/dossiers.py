"""The dossier of each account: what was counted, what was observed, what the account checks find as of then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from accounts.enums import AccountStatus, FindingState, ObservationKind
from accounts.finding_rules import STANDING
from accounts.judging import Judgement, judge, judged_day
from accounts.repository import AccountRepository, FindingRepository, Registered
from accounts.standards import Timeline
from config.rulebook.evaluation import Fact
from evaluation.coverage import Span, days_of, observed_spans, seconds_of
from evaluation.facts import COUNTS, Window
from evaluation.leaves import FROM_POSTS
from evaluation.repository import EvaluationRepository
from evaluation.schemes import Hit
from weibo_ops.kernel.ids import digest

LIVE = (AccountStatus.RUNNING, AccountStatus.PAUSED, AccountStatus.CLOSING)
SEEN_ALONE = {Fact.FOLLOWERS}


@dataclass(frozen=True)
class AccountDossier:
    """Everything a run knows of one account: facts by name (None: not observed) and findings."""

    account: Registered
    facts: Mapping[str, int | None]
    findings: tuple[Hit, ...]
    accounts_standard: str

    def stored(self) -> dict[str, Any]:
        """Return the value that is stored and hashed; it names no surrogate id."""
        return {
            "uid": self.account.uid,
            "facts": dict(self.facts),
            "findings": [asdict(hit) for hit in self.findings],
            "accounts_standard": self.accounts_standard,
        }


def in_scope(accounts: list[Registered], scope: str) -> list[Registered]:
    """Return the live accounts whose unit answers to a supervising office (监管归口); an empty scope takes all."""
    live = {status.value for status in LIVE}
    return [account for account in accounts if account.status in live and scope in ("", account.oversight)]


def collect(
    evaluation: EvaluationRepository,
    accounts: AccountRepository,
    chosen: list[Registered],
    window: Window,
    standards: Timeline,
) -> list[AccountDossier]:
    """Collect the dossiers of the chosen accounts in one read transaction, in the given order.

    Each account is judged by the text of ``standards`` that governs its unit at the window's end.
    """
    counts = evaluation.counts(window)
    covered = {kind: accounts.coverage(kind) for kind in (ObservationKind.POSTS, ObservationKind.COMMENTS)}
    judgements = judge(accounts, standards, window.until)
    hits = _findings(accounts, judgements, judged_day(window.until))
    dossiers = []
    for account in chosen:
        spans = {
            kind: observed_spans(by_account.get(account.account_id, ()), window.start, window.until)
            for kind, by_account in covered.items()
        }
        facts = dossier_facts(counts.get(account.account_id, {}), spans, window)
        judged_by = judgements[account.account_id].standard.digest
        dossiers.append(AccountDossier(account, facts, hits.get(account.account_id, ()), judged_by))
    return dossiers


def dossier_facts(
    counted: Mapping[Fact, int], spans: Mapping[ObservationKind, list[Span]], window: Window
) -> dict[str, int | None]:
    """Return every fact of an account; nothing counted is zero where it was observed and None where it was not."""
    posts, comments = spans[ObservationKind.POSTS], spans[ObservationKind.COMMENTS]
    facts: dict[str, int | None] = {
        Fact.PERIOD_SECONDS.value: seconds_of([(window.start, window.until)]),
        Fact.POSTS_COVERED_SECONDS.value: seconds_of(posts),
        Fact.POSTS_COVERED_DAYS.value: days_of(posts),
        Fact.COMMENTS_COVERED_SECONDS.value: seconds_of(comments),
        Fact.COMMENTS_COVERED_DAYS.value: days_of(comments),
    }
    for fact in COUNTS:
        observed = False if fact in SEEN_ALONE else bool(posts if fact in FROM_POSTS else comments)
        facts[fact.value] = counted.get(fact, 0 if observed else None)
    return facts


def facts_hash(dossiers: list[AccountDossier], period: str, scope: str, window: Window, as_of: datetime) -> str:
    """Return the SHA-256 over dossiers, period, scope and instant: equal data give equal hashes on every database."""
    return digest(
        {
            "period": period,
            "start": window.start,
            "until": window.until,
            "as_of": as_of,
            "scope": scope,
            "dossiers": sorted((dossier.stored() for dossier in dossiers), key=lambda stored: str(stored["uid"])),
        }
    )


def _findings(
    repository: AccountRepository, judgements: Mapping[int, Judgement], day: date
) -> dict[int, tuple[Hit, ...]]:
    """Return the findings by account; one is confirmed when people confirmed it and it still holds.

    What people held unfounded, or waived for the day, is no finding.
    """
    findings = FindingRepository(repository.session)
    states: dict[tuple[int, str], set[str]] = {}
    for (account_id, rule_id, _key), finding in findings.all_findings().items():
        states.setdefault((account_id, rule_id), set()).add(finding.state)
    waived = findings.waived(day)

    def counts(account_id: int, rule_id: str) -> bool:
        unfounded = states.get((account_id, rule_id)) == {FindingState.DISMISSED.value}
        return (account_id, rule_id) not in waived and not unfounded

    return {
        account_id: tuple(
            Hit(
                draft.rule_id,
                draft.title,
                draft.message,
                bool(states.get((account_id, draft.rule_id), set()) & set(STANDING)),
            )
            for draft in judgement.findings
            if counts(account_id, draft.rule_id)
        )
        for account_id, judgement in judgements.items()
    }
