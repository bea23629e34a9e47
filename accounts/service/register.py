"""The register and its findings: what is registered, what was observed of it, and what the standard says to that."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from accounts.checks import FindingDraft, NameVerdict, check_name
from accounts.enums import ObservationKind
from accounts.free_names import TakenNames
from accounts.judging import judge, judged_day
from accounts.levels import level_word
from accounts.models import AccountSnapshot
from accounts.permissions import Permission
from accounts.repository import AccountRepository, FindingRepository, PostTotals, Registered
from accounts.repository.units import UnitRepository
from accounts.schemas import AccountRow, CheckReport, FindingView, Watermark
from accounts.service.finding_keeper import FindingKeeper
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError, RefusedError
from weibo_ops.kernel.text import normalise_name


class AccountService:
    """Use cases on the register."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    def watermark(self) -> Watermark:
        """Return the first and the last instant that any source observed."""
        with self._db.reading() as session:
            return Watermark(*AccountRepository(session).observed_span())

    def default_as_of(self) -> datetime:
        """Return the newest observation imported, the instant that judgements default to.

        Raises:
            RefusedError: nothing was imported yet.
        """
        until = self.watermark().observed_until
        if until is None:
            raise RefusedError("库中还没有观测数据,无法确定截至时间。", next_step="请先运行 weibo-ops import 文件夹。")
        return until

    def account_id(self, reference: str) -> int:
        """Find an account by screen name (former ones included) or uid.

        Raises:
            NotFoundError: offering the nearest registered name.
        """
        with self._db.reading() as session:
            repository = AccountRepository(session)
            found = repository.account_ids([reference]).get(reference) or repository.known_names().get(reference)
            names = [row.screen_name for row in repository.registered()]
        if found is None:
            raise NotFoundError(f"没有登记名为“{reference}”的账号。", next_step=_nearest(reference, names))
        return found

    def list_accounts(self, as_of: datetime | None = None) -> list[AccountRow]:
        """List the register with newest profile, posts observed and present findings, as of an instant."""
        with self._db.reading() as session:
            repository = AccountRepository(session)
            until = as_of or repository.observed_span()[1] or self._clock.now()
            profiles = repository.newest_snapshots(until)
            totals = repository.post_totals(until)
            covered = repository.coverage(ObservationKind.POSTS)
            counts = FindingRepository(session).severity_counts(beijing_date(self._clock.now()))
            return [
                _row(
                    account,
                    profiles.get(account.uid),
                    totals.get(account.account_id),
                    max(
                        (min(end, until) for start, end in covered.get(account.account_id, ()) if start < until),
                        default=None,
                    ),
                    counts,
                )
                for account in repository.registered()
            ]

    def findings(
        self, account: str | None = None, severity: str | None = None, present: bool | None = True
    ) -> list[FindingView]:
        """List findings, the gravest first; ``present=None`` lists those that have vanished too."""
        today = beijing_date(self._clock.now())
        book = self._standards.in_force("accounts", today).book
        with self._db.reading() as session:
            views = FindingRepository(session).finding_views(account, severity, present, on=today)
        return [replace(view, complaint=book.complaints_of(view.rule_id)) for view in views]

    def judge_name(self, name: str, unit: str, level: str = "") -> NameVerdict:
        """Judge a screen name for a unit by the standard in force today, without registering it."""
        return self.judge_names([(name, unit, level)])[0]

    def judge_names(self, asked: Sequence[tuple[str, str, str]]) -> list[NameVerdict]:
        """Judge many (screen name, unit, level), in their order.

        Of a unit that is registered with an account, its level, area, function and brand names are known; a name that
        another unit's account bears is told.
        """
        book = self._standards.in_force("accounts", beijing_date(self._clock.now())).book
        with self._db.reading() as session:
            units = UnitRepository(session).names()
            registered = AccountRepository(session).registered()
        taken = TakenNames(account.screen_name for account in registered)
        bearers: dict[str, list[str]] = {}
        own: dict[str, list[Registered]] = {}
        for account in registered:
            own.setdefault(account.unit, []).append(account)
            bearers.setdefault(normalise_name(account.screen_name), []).append(account.unit)
        verdicts = []
        for name, unit, level in asked:
            first = next(iter(own.get(unit, ())), None)
            verdict = check_name(
                name,
                unit,
                level or (first.level if first else ""),
                book,
                [other for other in units if other != unit],
                area=first.area if first else "",
                function=first.function if first else "",
                brand_names=[account.brand_name for account in own.get(unit, ()) if account.brand_name],
                borne_by=[bearer for bearer in bearers.get(normalise_name(name), ()) if unit and bearer != unit],
            )
            free = [replace(each, proposed_fix=taken.free(each.proposed_fix, name)) for each in verdict.findings]
            verdicts.append(NameVerdict(verdict.verdict, tuple(free)))
        return verdicts

    def check(self, actor: Actor, as_of: datetime | None = None) -> CheckReport:
        """Judge every account by the text that governs its unit, as of an instant; findings are proposals (发现).

        Raises:
            PermissionRefusedError: the actor may not run checks.
            RefusedError: nothing was imported and no instant was given.
        """
        require(actor, Permission.CHECK)
        instant = as_of or self.default_as_of()
        timeline = self._standards.timeline("accounts")
        with self._db.writing() as session:
            repository = AccountRepository(session)
            judgements = judge(repository, timeline, instant)
            drafts = {
                (account_id, draft.rule_id, key): draft
                for account_id, judgement in judgements.items()
                for draft, key in _keyed(judgement.findings)
            }
            findings = FindingRepository(session)
            known = findings.all_findings()
            keeper = FindingKeeper(findings, actor, work_calendar(self._standards, judged_day(instant)), self._clock)
            appeared = 0
            for key, draft in drafts.items():
                appeared += keeper.record(known.get(key), key, draft, instant, judgements[key[0]].standard)
            vanished = 0
            for key, finding in known.items():
                if finding.present and key not in drafts:
                    keeper.gone(finding)
                    vanished += 1
            severities = [draft.severity.value for draft in drafts.values()]
            report = CheckReport(
                as_of=instant,
                accounts=len(judgements),
                vetoes=severities.count("veto"),
                deductions=severities.count("deduct"),
                advices=severities.count("advice"),
                appeared=appeared,
                vanished=vanished,
            )
            digests = sorted({judgement.standard.digest for judgement in judgements.values()})
            details = {**vars(report), "standards": digests}
            audit.append(session, actor, "accounts.check", "register", details, self._clock.now())
        return report


def _keyed(drafts: Iterable[FindingDraft]) -> list[tuple[FindingDraft, str]]:
    """Number the findings of one rule from the second on, since a rule may hit a name in two places."""
    seen: Counter[str] = Counter()
    keyed = []
    for draft in drafts:
        seen[draft.rule_id] += 1
        keyed.append((draft, "" if seen[draft.rule_id] == 1 else str(seen[draft.rule_id])))
    return keyed


def _row(
    account: Registered,
    profile: AccountSnapshot | None,
    totals: PostTotals | None,
    covered_until: datetime | None,
    counts: dict[tuple[int, str], int],
) -> AccountRow:
    return AccountRow(
        account_id=account.account_id,
        uid=account.uid,
        screen_name=account.screen_name,
        unit=account.unit,
        function=account.function,
        level=level_word(account.level),
        area=account.area,
        kind=account.kind,
        status=account.status,
        verified=profile.verified if profile else None,
        verified_reason=profile.verified_reason if profile else "",
        followers_count=profile.followers_count if profile else None,
        posts_observed=totals.posts if totals else 0,
        last_post_at=totals.last_post_at if totals else None,
        covered_until=covered_until,
        vetoes=counts.get((account.account_id, "veto"), 0),
        deductions=counts.get((account.account_id, "deduct"), 0),
        advices=counts.get((account.account_id, "advice"), 0),
        oversight=account.oversight,
    )


def _nearest(reference: str, names: list[str]) -> str:
    close = difflib.get_close_matches(reference, names, 1, 0.3)
    return f"是否为“{close[0]}”?" if close else "请用 weibo-ops account list 查看已登记账号。"
