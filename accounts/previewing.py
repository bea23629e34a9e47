"""What a draft of the accounts standard would do to the findings: the same facts under both texts, nothing stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.checks import FindingDraft
from accounts.judging import Judgement, judge, judged_day
from accounts.repository import AccountRepository
from accounts.schemas.standards import APPEARS, FALLS, RISES, STAYS, VANISHES, PreviewRow, PreviewTable
from accounts.service import AccountService
from accounts.standards import StandardService, Standing
from config.loader import LoadedBook
from config.rulebook.base import Severity
from weibo_ops.kernel.db import Database

GRAVITY = {Severity.ADVICE: 0, Severity.DEDUCT: 1, Severity.VETO: 2}

_Key = tuple[str, int]


class AccountPreviewer:
    """The accounts package's `accounts.schemas.standards.Previewer`."""

    book = "accounts"

    def __init__(self, db: Database, standards: StandardService, accounts: AccountService) -> None:
        self._db = db
        self._standards = standards
        self._accounts = accounts

    def preview(self, book: LoadedBook[Any], as_of: datetime | None) -> PreviewTable:
        """Judge the accounts that the draft would govern by the text in force and by the draft.

        A draft for a later day is taken as if it were in force on the day judged; one whose day has come is put among
        the texts as publishing would put it.

        Raises:
            RefusedError: nothing was imported and no instant was given.
        """
        instant = as_of or self._accounts.default_as_of()
        header = book.book
        timeline = self._standards.timeline("accounts")
        start = min(header.effective_from, judged_day(instant))
        with_draft = timeline.added(Standing(start, book, header.layer, applies_to=header.applies_to))
        with self._db.reading() as session:
            repository = AccountRepository(session)
            before, after = judge(repository, timeline, instant), judge(repository, with_draft, instant)
        governed = [account_id for account_id, judgement in after.items() if judgement.standard is book]
        rows = [row for account_id in governed for row in _rows(before[account_id], after[account_id])]
        rows.sort(key=lambda row: (row.screen_name, row.rule_id))
        return PreviewTable("账号检查发现", instant, len(governed), tuple(rows))


def _rows(before: Judgement, after: Judgement) -> Iterable[PreviewRow]:
    was, will = _keyed(before.findings), _keyed(after.findings)
    for key in dict.fromkeys([*was, *will]):
        finding = will.get(key) or was[key]
        yield PreviewRow(
            change=_change(was.get(key), will.get(key)),
            screen_name=after.facts.screen_name,
            unit=after.facts.unit_name or "",
            rule_id=finding.rule_id,
            title=finding.title,
            severity=finding.severity.value,
            message=finding.message,
        )


def _change(was: FindingDraft | None, will: FindingDraft | None) -> str:
    if was is None:
        return APPEARS
    if will is None:
        return VANISHES
    if was.severity == will.severity:
        return STAYS
    return RISES if GRAVITY[will.severity] > GRAVITY[was.severity] else FALLS


def _keyed(findings: Iterable[FindingDraft]) -> dict[_Key, FindingDraft]:
    """Tell the findings of one rule apart by their order, as the check stores them."""
    seen: Counter[str] = Counter()
    keyed = {}
    for finding in findings:
        seen[finding.rule_id] += 1
        keyed[finding.rule_id, seen[finding.rule_id]] = finding
    return keyed
