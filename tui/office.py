"""What the register and duty read: units with their accounts as a tree, an account as a whole, a week of duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.enums import DutyPost, Platform
from accounts.schemas import AccountRow, FindingView
from accounts.schemas.directory import CertificationRow
from accounts.schemas.duty import AdministratorRow, ChecklistView, GapRow, OnDuty, SafetyRow, ShiftRow
from accounts.schemas.lifecycle import AccountSheet, ActView
from accounts.schemas.people import UnitRow
from tui.sources import Batch, findings_of, sounds_like
from weibo_ops.kernel.clock import beijing, beijing_date, beijing_instant
from weibo_ops.kernel.errors import WeiboOpsError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

NEXT_DUTY_DAYS = 14
WEEK = 7


class BelongingLine(StrEnum):
    """A line of belonging by which the tree is drawn."""

    ADMINISTRATION = "行政隶属"
    SECTOR = "行业主管"
    TERRITORY = "属地监管"
    OVERSIGHT = "监管归口"

    def above(self, unit: UnitRow) -> str:
        """Return the name of the unit above on this line; empty if none is."""
        return {
            BelongingLine.ADMINISTRATION: unit.parent,
            BelongingLine.SECTOR: unit.sector,
            BelongingLine.TERRITORY: unit.territory,
            BelongingLine.OVERSIGHT: unit.oversight,
        }[self]


@dataclass(frozen=True)
class Entry:
    """An account in a list: the register's fields, and what was observed of it (None: nothing can be)."""

    sheet: AccountSheet
    row: AccountRow | None
    depth: int = 0


@dataclass(frozen=True)
class Branch:
    """A unit in the tree with the sums over everything below it, which is shown when ``open``; a ``leaf`` has none."""

    unit: UnitRow
    depth: int
    accounts: int
    vetoes: int
    deductions: int
    advices: int
    open: bool
    leaf: bool


def platform_word(platform: str) -> str:
    """Return the Chinese name of a platform."""
    return Platform(platform).label if platform in set(Platform) else platform


def entries(app: Application) -> list[Entry]:
    """Read every account of every platform: those observed first, in the register's order."""
    rows = {row.account_id: row for row in app.accounts.list_accounts()}
    order = {account_id: place for place, account_id in enumerate(rows)}
    found = [Entry(sheet, rows.get(sheet.account_id)) for sheet in app.lifecycle.sheets()]
    return sorted(found, key=lambda entry: order.get(entry.sheet.account_id, len(order)))


def fits(entry: Entry, search: str, *, found_only: bool) -> bool:
    """Say whether an account fits the words searched for and the filter."""
    has_findings = entry.row is not None and findings_of(entry.row) > 0
    return (has_findings or not found_only) and sounds_like(search, entry.sheet.screen_name, entry.sheet.unit)


def table(app: Application, search: str, *, found_only: bool) -> Batch:
    """Read the register as a table."""
    watermark = app.accounts.watermark()
    found = [entry for entry in entries(app) if fits(entry, search, found_only=found_only)]
    return Batch(tuple(found), None, watermark)


def tree(app: Application, search: str, line: BelongingLine, folded: AbstractSet[int], *, found_only: bool) -> Batch:
    """Read the register as a tree of units with their accounts."""
    watermark = app.accounts.watermark()
    found = [entry for entry in entries(app) if fits(entry, search, found_only=found_only)]
    narrowed = bool(search) or found_only
    return Batch(tuple(grow(app.units.list_units(), found, line, folded, narrowed=narrowed)), None, watermark)


def grow(
    units: Sequence[UnitRow],
    accounts: Iterable[Entry],
    line: BelongingLine,
    folded: AbstractSet[int],
    *,
    narrowed: bool = False,
) -> list[Branch | Entry]:
    """Return units and accounts in the order of the tree of a line; a circle in the data is cut open.

    Args:
        units: all of them.
        accounts: to be shown.
        line: by which the tree is drawn; who has nobody above on it stands at the left.
        folded: ids of units of which nothing below is shown.
        narrowed: leave out units without an account below them.
    """
    by_name = {unit.name: unit for unit in units}
    below: dict[str, list[UnitRow]] = {}
    for unit in units:
        above = line.above(unit)
        below.setdefault(above if above in by_name and above != unit.name else "", []).append(unit)
    own: dict[str, list[Entry]] = {}
    for entry in accounts:
        own.setdefault(entry.sheet.unit, []).append(entry)
    grown: list[Branch | Entry] = []
    seen: set[int] = set()

    def walk(unit: UnitRow, depth: int, *, shown: bool) -> Counter[str]:
        seen.add(unit.unit_id)
        at = len(grown)
        inside = shown and unit.unit_id not in folded
        sums: Counter[str] = Counter()
        for entry in own.get(unit.name, ()):
            sums += _counts(entry)
            if inside:
                grown.append(replace(entry, depth=depth + 1))
        for child in below.get(unit.name, ()):
            if child.unit_id not in seen:
                sums += walk(child, depth + 1, shown=inside)
        if shown and (sums["accounts"] or not narrowed):
            totals = (sums["accounts"], sums["vetoes"], sums["deductions"], sums["advices"])
            leaf = not sums["accounts"] and unit.name not in below
            grown.insert(at, Branch(unit, depth, *totals, open=unit.unit_id not in folded, leaf=leaf))
        return sums

    for unit in (*below.get("", ()), *units):
        if unit.unit_id not in seen:
            walk(unit, 0, shown=True)
    return grown


def _counts(entry: Entry) -> Counter[str]:
    row = entry.row
    found = Counter(accounts=1)
    if row is not None:
        found += Counter(vetoes=row.vetoes, deductions=row.deductions, advices=row.advices)
    return found


@dataclass(frozen=True)
class AccountFile:
    """Everything on an account: its unit, its life, its certification, its keepers, its safety, its duty."""

    entry: Entry
    unit: UnitRow | None
    findings: tuple[FindingView, ...]
    history: tuple[ActView, ...]
    certification: CertificationRow | None
    administrators: tuple[AdministratorRow, ...]
    safety: SafetyRow | None
    on_duty: tuple[OnDuty, ...]
    next_duty: ShiftRow | None


def account_file(app: Application, entry: Entry) -> AccountFile:
    """Read everything on an account; telephone numbers are masked for everybody, since a screen is looked at."""
    sheet = entry.sheet
    name = f"#{sheet.account_id}"
    looker = replace(app.actor, permissions=frozenset())
    filed = [row for row in app.directory.certifications() if row.account_id == sheet.account_id]
    return AccountFile(
        entry=entry,
        unit=next((unit for unit in app.units.list_units() if unit.name == sheet.unit), None),
        findings=tuple(app.accounts.findings(account=sheet.uid)) if sheet.uid else (),
        history=tuple(app.lifecycle.history(name)),
        certification=filed[0] if filed else None,
        administrators=tuple(app.safety.administrators(name)),
        safety=next(iter(app.safety.ledger(looker, name)), None),
        on_duty=tuple(app.duty.on_duty(sheet.unit)),
        next_duty=_next_duty(app, sheet.unit),
    )


def _next_duty(app: Application, unit: str) -> ShiftRow | None:
    now = app.clock.now()
    today = beijing_date(now)
    coming = [
        row
        for row in app.duty.roster(unit, today, today + timedelta(days=NEXT_DUTY_DAYS))
        if row.from_at > now and row.post == DutyPost.LEAD
    ]
    return min(coming, key=lambda row: row.from_at, default=None)


@dataclass(frozen=True)
class UnitFile:
    """A unit with its accounts by platform, how many people it has, and who is on duty."""

    branch: Branch
    accounts: tuple[Entry, ...]
    on_duty: tuple[OnDuty, ...]


def unit_file(app: Application, branch: Branch) -> UnitFile:
    """Read everything on a unit."""
    own = tuple(entry for entry in entries(app) if entry.sheet.unit == branch.unit.name)
    return UnitFile(branch, own, tuple(app.duty.on_duty(branch.unit.name)))


# --- duty -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """A day of duty at a unit.

    Attributes:
        shifts: those that begin on the day, and on the first day those that go on from before, by post.
        gaps: what the standard asks to be covered on the day and is not.
        remark: why the gaps are not known; empty if they are.
    """

    unit: str
    day: date
    shifts: Mapping[str, tuple[ShiftRow, ...]]
    gaps: tuple[GapRow, ...]
    now: tuple[OnDuty, ...]
    remark: str
    today: bool


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week(app: Application, unit: str, monday: date) -> Batch:
    """Read a week of duty of a unit (empty: of `own_unit`), a row a day; no rows where no unit is registered."""
    unit = unit or own_unit(app)
    if not unit:
        return Batch((), None, app.accounts.watermark())
    last = monday + timedelta(days=WEEK - 1)
    today = beijing_date(app.clock.now())
    rows = app.duty.roster(unit, monday, last)
    remark = ""
    gaps: list[GapRow] = []
    try:
        gaps = app.duty.gaps(unit, monday, last)
    except WeiboOpsError as error:
        remark = str(error)
    now = tuple(app.duty.on_duty(unit))
    days = []
    for day in (monday + timedelta(days=n) for n in range(WEEK)):
        start, end = beijing_instant(day), beijing_instant(day + timedelta(days=1))
        shifts = {
            post.value: tuple(row for row in rows if row.post == post and row.from_at < end and row.until_at > start)
            for post in DutyPost
        }
        missing = tuple(gap for gap in gaps if gap.from_at < end and gap.until_at > start)
        days.append(Day(unit, day, shifts, missing, now if day == today else (), remark, day == today))
    return Batch(tuple(days), None, app.accounts.watermark())


def checklists(app: Application, *, open_only: bool) -> Batch:
    """Read hand-overs and cards, the newest first."""
    rows: list[ChecklistView] = app.checklists.list_checklists(open_only=open_only)
    return Batch(tuple(rows), None, app.accounts.watermark())


def own_unit(app: Application) -> str:
    """Return the unit whose duty is looked at first: one's own, else the first that has people, else the first."""
    units = app.units.list_units()
    own = [unit.name for unit in units if unit.unit_id == app.actor.unit_id]
    staffed = [unit.name for unit in units if unit.staff]
    return next(iter((*own, *staffed, *(unit.name for unit in units))), "")


def clock_words(start: datetime, end: datetime, day: date) -> str:
    """Return when a shift lasts, from the view of a day: ``08:30-20:30``, ``09:00-次日09:00``, ``昨日20:00-08:00``."""
    return f"{_moment(start, day)}-{_moment(end, day)}"


def _moment(at: datetime, day: date) -> str:
    local = beijing(at)
    away = (local.date() - day).days
    word = {0: "", 1: "次日", -1: "昨日"}.get(away, f"{local:%m-%d} ")
    return f"{word}{local:%H:%M}"
