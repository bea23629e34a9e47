"""The units: entered one by one or in bulk, with the three lines of belonging and the office of oversight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from accounts.levels import LEVELS, level_word
from accounts.models import Unit
from accounts.permissions import Permission
from accounts.repository.units import UnitRepository, unit_tree
from accounts.schemas.people import BulkReport, RowFault, UnitEntry, UnitRow
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError, WeiboOpsError
from weibo_ops.kernel.text import likeness

LINES = {"parent": "parent_id", "sector": "sector_id", "territory": "territory_id"}
"""Line of belonging → the column that holds it."""
OUTCOMES = ("added", "changed", "unchanged")
LINE_WORDS = {"parent": "上级单位", "sector": "行业主管", "territory": "属地监管"}
_PLAIN = ("short_name", "level", "area", "function", "oversight")
LONGEST = 200
ALIKE = 0.4
"""From which likeness on a registered name is offered for one that is not."""
SPONSOR_RULE = "国办发〔2018〕123号:谁主管、谁负责"


class UnitService:
    """Use cases on the units."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def list_units(self) -> list[UnitRow]:
        """List the units in the order of the administrative tree, each after the unit above it."""
        with self._db.reading() as session:
            repository = UnitRepository(session)
            return unit_rows(repository)

    def show(self, reference: str) -> UnitRow:
        """Return one unit by full name, or by a short name that only one has.

        Raises:
            NotFoundError: offering the nearest name.
        """
        with self._db.reading() as session:
            repository = UnitRepository(session)
            unit = find_unit(repository, reference)
            return next(row for row in unit_rows(repository) if row.unit_id == unit.id)

    def add(self, actor: Actor, entry: UnitEntry) -> UnitRow:
        """Enter a unit.

        Raises:
            PermissionRefusedError: the actor may not keep the register of units.
            RefusedError: the unit is there already.
            NotFoundError: a unit that it names is not registered.
            UsageError: a field is empty, too long or unknown.
        """
        require(actor, Permission.UNIT_EDIT, entry.name)
        with self._db.writing() as session:
            advisory_lock(session, "units")
            repository = UnitRepository(session)
            _store(repository, entry, may_exist=False)
            self._note(session, actor, "unit.add", entry)
        return self.show(entry.name.strip())

    def change(self, actor: Actor, reference: str, changes: UnitEntry, version: int | None = None) -> UnitRow:
        """Change a unit: every field that ``changes`` fills; a field of one ``-`` is emptied. A new name renames it.

        Raises:
            PermissionRefusedError: the actor may not keep the register of units.
            RefusedError: a line would close a circle, or the new name is another unit's.
            ConflictError: somebody changed the unit since ``version``.
        """
        require(actor, Permission.UNIT_EDIT, reference)
        with self._db.writing() as session:
            advisory_lock(session, "units")
            repository = UnitRepository(session)
            unit = find_unit(repository, reference)
            if version is not None and version != unit.version:
                raise _changed_meanwhile(unit.name)
            before = unit.name
            name = unit_name(changes.name) if changes.name.strip() else before
            other = repository.by_name(name)
            if other is not None and other.id != unit.id:
                raise RefusedError(f"已有名为“{name}”的单位。", next_step="请核对名称;同一单位不要重复登记。")
            if _apply(repository, unit, changes, {"name": name}):
                self._note(session, actor, "unit.change", changes, before)
        return self.show(name)

    def deactivate(self, actor: Actor, reference: str, reason: str) -> UnitRow:
        """Mark a unit as dissolved (撤销); it keeps its history.

        Raises:
            PermissionRefusedError: the actor may not keep the register of units.
            RefusedError: it still has accounts, people or units below it.
            ConflictError: it was dissolved already.
            UsageError: no reason was given.
        """
        require(actor, Permission.UNIT_EDIT, reference)
        if not reason.strip():
            raise UsageError("撤销单位须写明依据。", next_step="请用 --reason 写明撤并文件或决定。")
        with self._db.writing() as session:
            advisory_lock(session, "units")
            repository = UnitRepository(session)
            unit = find_unit(repository, reference)
            if not unit.active:
                raise ConflictError(f"“{unit.name}”已撤销。", next_step="不必重复办理。")
            row = next(row for row in unit_rows(repository) if row.unit_id == unit.id)
            below = unit_tree(session).branch(unit.id) - {unit.id}
            alive = {other.id for other in repository.all() if other.active}
            if row.accounts or row.staff or below & alive:
                held = f"账号{row.accounts}个、人员{row.staff}人、下级单位{len(below & alive)}个"
                raise RefusedError(
                    f"“{unit.name}”名下还有{held},不能撤销。",
                    rule=SPONSOR_RULE,
                    next_step="请先变更或注销账号,调整人员和下级单位。",
                )
            repository.change(unit.id, unit.version, {"active": False})
            self._note(session, actor, "unit.deactivate", UnitEntry(unit.name), reason=reason.strip())
        return self.show(unit.name)

    def enter_all(
        self,
        actor: Actor,
        rows: Sequence[tuple[int, UnitEntry]],
        *,
        dry_run: bool = False,
        skip_faulty: bool = False,
        source: str = "",
    ) -> BulkReport:
        """Enter many units through the rules of single entry, in one transaction.

        A unit may name as its superior one that stands further down in the same file. Known units get the fields that
        the file fills. With a faulty row nothing is stored, unless ``skip_faulty``.

        Args:
            actor: who enters.
            rows: (line in the file, entry).
            dry_run: say what would happen and store nothing.
            skip_faulty: store the good rows although others are faulty.
            source: digest of the file, for the audit log.

        Raises:
            PermissionRefusedError: the actor may not keep the register of units.
        """
        require(actor, Permission.UNIT_EDIT, "批量导入")
        try:
            with self._db.writing() as session:
                advisory_lock(session, "units")
                repository = UnitRepository(session)
                report = _bulk(repository, rows)
                stored = not dry_run and (skip_faulty or not report.faults)
                report = BulkReport(**{**vars(report), "dry_run": dry_run, "stored": stored})
                if not stored:
                    raise _Undo(report)
                details = {"added": report.added, "changed": report.changed, "faulty": len(report.faults)}
                audit.append(
                    session, actor, "unit.import", source or "rows", details | dict(report.details), self._clock.now()
                )
        except _Undo as undone:
            return undone.report
        return report

    def _note(self, session: object, actor: Actor, action: str, entry: UnitEntry, *more: str, reason: str = "") -> None:
        filled = {field.name: value for field in fields(entry) if (value := getattr(entry, field.name))}
        details = filled | ({"before": more[0]} if more else {}) | ({"reason": reason} if reason else {})
        audit.append(session, actor, action, entry.name or (more[0] if more else ""), details, self._clock.now())  # type: ignore[arg-type]


class _Undo(Exception):
    """Leave the transaction without storing anything."""

    def __init__(self, report: BulkReport) -> None:
        super().__init__()
        self.report = report


def find_unit(repository: UnitRepository, reference: str) -> Unit:
    """Return the unit of that name.

    Raises:
        NotFoundError: offering the nearest name.
    """
    unit = repository.by_name(reference.strip())
    if unit is None:
        alike = {name: likeness(name, reference) for name in repository.names()}
        close = max(alike, key=lambda name: alike[name], default="")
        hint = f"是否为“{close}”?" if alike.get(close, 0) >= ALIKE else "请先登记该单位:weibo-ops unit add。"
        raise NotFoundError(f"没有登记名为“{reference.strip()[:60]}”的单位。", rule=SPONSOR_RULE, next_step=hint)
    return unit


def unit_name(text: str) -> str:
    """Return the full name of a unit without blanks around it.

    Raises:
        UsageError: it is empty, a ``-`` (which empties other fields), too long, or holds control characters.
    """
    name = text.strip()
    if name in ("", "-"):
        raise UsageError("单位名称不能为空。", next_step="请写单位全称。")
    return _fitting("name", name)


def _store(repository: UnitRepository, entry: UnitEntry, *, may_exist: bool) -> str:
    """Add a unit or complete a known one; return ``added``, ``changed`` or ``unchanged``."""
    name = unit_name(entry.name)
    known = repository.by_name(name)
    if known is not None and not may_exist:
        raise RefusedError(f"已有名为“{known.name}”的单位。", next_step="请用 weibo-ops unit edit 修改。")
    if known is None:
        unit_id = repository.add({"name": name})
        known = repository.get(unit_id)
        assert known is not None
        _apply(repository, known, entry, {})
        return "added"
    return "changed" if _apply(repository, known, entry, {}) else "unchanged"


def _apply(repository: UnitRepository, unit: Unit, entry: UnitEntry, values: dict[str, object]) -> bool:
    """Write the filled fields of an entry into a unit; say whether anything changed."""
    for column in _PLAIN:
        given = str(getattr(entry, column)).strip()
        if given:
            values[column] = "" if given == "-" else _fitting(column, given)
    for line, column in LINES.items():
        given = str(getattr(entry, line)).strip()
        if given == "-":
            values[column] = None
        elif given:
            above = find_unit(repository, given)
            if _circle(repository, column, unit, above):
                raise RefusedError(
                    f"“{above.name}”是“{unit.name}”本身或其下级,不能作为其{LINE_WORDS[line]}。",
                    rule=SPONSOR_RULE,
                    next_step="请核对隶属关系后重新填写。",
                )
            if not above.active and above.id != getattr(unit, column):
                raise RefusedError(
                    f"“{above.name}”已撤销,不能作为“{unit.name}”的{LINE_WORDS[line]}。",
                    rule=SPONSOR_RULE,
                    next_step="请改填承接其职责的单位。",
                )
            values[column] = above.id
    new = {column: value for column, value in values.items() if getattr(unit, column) != value}
    if not new:
        return False
    if not repository.change(unit.id, unit.version, new):
        raise _changed_meanwhile(unit.name)
    repository.session.refresh(unit)
    return True


def _circle(repository: UnitRepository, column: str, unit: Unit, above: Unit) -> bool:
    """Whether a line of belonging would lead from ``above`` back to the unit."""
    at: Unit | None = above
    seen: set[int] = set()
    while at is not None and at.id not in seen:
        if at.id == unit.id:
            return True
        seen.add(at.id)
        next_id = getattr(at, column)
        at = repository.get(next_id) if next_id is not None else None
    return False


def _fitting(column: str, value: str) -> str:
    if not value.isprintable():
        raise UsageError("文字中有控制字符或换行。", next_step="请删去后重试。")
    limit = LONGEST if column in ("name", "oversight") else 40 if column == "level" else 100
    if len(value) > limit:
        raise UsageError(f"“{value[:20]}…”过长({len(value)}字)。", next_step=f"请控制在{limit}字以内。")
    if column == "level":
        # Kept as people say it: whoever compares offices of one level compares the words.
        word = level_word(value)
        if word not in LEVELS:
            raise UsageError(f"层级“{value}”不在可选范围内。", next_step=f"可选:{'、'.join(LEVELS)}。")
        return word
    return value


def _bulk(repository: UnitRepository, rows: Sequence[tuple[int, UnitEntry]]) -> BulkReport:
    """Enter rows, whatever their order; a faulty one leaves no trace, and neither do those that rest on it."""
    faults: dict[int, RowFault] = {}
    seen: dict[str, int] = {}
    good: list[tuple[int, UnitEntry]] = []
    for line, entry in rows:
        name = entry.name.strip()
        if name in seen:
            faults[line] = RowFault(line, "单位", f"与第{seen[name]}行重复")
        else:
            seen[name] = line
            good.append((line, entry))
    while True:
        try:
            with repository.session.begin_nested():
                outcome = _attempt(repository, good)
        except _FaultyRows as fault:
            faults |= fault.found | _resting_on(repository, good, fault.found)
            good = [(line, entry) for line, entry in good if line not in faults]
        else:
            break
    return BulkReport(
        added=len(outcome["added"]),
        changed=len(outcome["changed"]),
        unchanged=len(outcome["unchanged"]),
        faults=tuple(faults[line] for line in sorted(faults)),
        dry_run=False,
        stored=False,
        details={"units_added": outcome["added"], "units_changed": outcome["changed"]},
    )


class _FaultyRows(Exception):
    """Some rows cannot be entered; what was entered of the others is taken back with them."""

    def __init__(self, found: dict[int, RowFault]) -> None:
        super().__init__()
        self.found = found


def _attempt(repository: UnitRepository, rows: Sequence[tuple[int, UnitEntry]]) -> dict[str, list[str]]:
    """Enter the units themselves, then the lines between them; return their names by outcome.

    Raises:
        _FaultyRows: with the faults by line.
    """
    became: dict[str, str] = {}
    faults: dict[int, RowFault] = {}
    for line, entry in rows:
        bare = UnitEntry(
            entry.name, entry.short_name, entry.level, entry.area, entry.function, oversight=entry.oversight
        )
        try:
            with repository.session.begin_nested():
                became[entry.name.strip()] = _store(repository, bare, may_exist=True)
        except WeiboOpsError as error:
            faults[line] = RowFault(line, "", str(error))
    for line, entry in rows:
        lines = UnitEntry("", parent=entry.parent, sector=entry.sector, territory=entry.territory)
        if line in faults or lines == UnitEntry(""):
            continue
        try:
            moved = _apply(repository, find_unit(repository, entry.name), lines, {})
        except WeiboOpsError as error:
            faults[line] = RowFault(line, "", str(error))
        else:
            if moved and became[entry.name.strip()] == "unchanged":
                became[entry.name.strip()] = "changed"
    if faults:
        raise _FaultyRows(faults)
    return {word: [name for name, how in became.items() if how == word] for word in OUTCOMES}


def _resting_on(
    repository: UnitRepository, rows: Sequence[tuple[int, UnitEntry]], faulty: Mapping[int, RowFault]
) -> dict[int, RowFault]:
    """Return the rows that name a unit which is not entered because its own row is faulty, directly or by others."""
    known = set(repository.names())
    lost = {name: line for line, entry in rows if line in faulty and (name := entry.name.strip()) not in {"", *known}}
    faults: dict[int, RowFault] = {}
    found = True
    while found:
        found = False
        for line, entry in rows:
            above = next((name for each in LINES if (name := getattr(entry, each).strip()) in lost), None)
            if above is not None and line not in faulty and line not in faults:
                faults[line] = RowFault(line, "", f"“{above}”所在的第{lost[above]}行有误,未能导入")
                found = True
                if entry.name.strip() not in known:
                    lost[entry.name.strip()] = line
    return faults


def unit_rows(repository: UnitRepository) -> list[UnitRow]:
    """Return the units in the order of the administrative tree, each after the unit above it."""
    units = {unit.id: unit for unit in repository.all()}
    accounts, staff = repository.account_counts(), repository.staff_counts()
    below: dict[int | None, list[Unit]] = {}
    for unit in units.values():
        below.setdefault(unit.parent_id if unit.parent_id in units else None, []).append(unit)
    rows: list[UnitRow] = []

    def walk(children: Iterable[Unit], depth: int) -> None:
        for unit in children:
            rows.append(_row(unit, depth))
            walk(below.get(unit.id, ()), depth + 1)

    def name_of(unit_id: int | None) -> str:
        return units[unit_id].name if unit_id in units else ""

    def _row(unit: Unit, depth: int) -> UnitRow:
        return UnitRow(
            unit_id=unit.id,
            name=unit.name,
            short_name=unit.short_name,
            level=level_word(unit.level),
            area=unit.area,
            function=unit.function,
            parent=name_of(unit.parent_id),
            sector=name_of(unit.sector_id),
            territory=name_of(unit.territory_id),
            oversight=unit.oversight,
            active=unit.active,
            depth=depth,
            accounts=accounts.get(unit.id, 0),
            staff=staff.get(unit.id, 0),
            version=unit.version,
        )

    walk(below.get(None, ()), 0)
    return rows


def _changed_meanwhile(name: str) -> ConflictError:
    return ConflictError(f"“{name}”刚被他人修改,本次未保存。", next_step="请重新读取后再改。")
