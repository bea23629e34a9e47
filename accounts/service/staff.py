"""The people: who they are, what they may do, who stands in for them and when they are away."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Staff
from accounts.passwords import check_password, hash_password
from accounts.permissions import Permission
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository
from accounts.roles import SIGNING, Role, permissions_of
from accounts.schemas.people import BulkReport, DeputationRow, LeaveRow, RowFault, StaffEntry, StaffRow
from accounts.service.sessions import check_login, person_name
from accounts.service.units import SPONSOR_RULE, find_unit
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError, WeiboOpsError

TRAINED_EVERY = timedelta(days=365)
SAFETY_RULE = "账号安全台账:人员离岗当日变更绑定手机和口令"
DEPUTY_RULE = "受委托审核(A/B岗):受托人须有同等签批资格,不得为代运维人员"
LONGEST_PHONE = 40


class StaffService:
    """Use cases on the people."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    # --- reading --------------------------------------------------------------------------------------------

    def list_staff(self, unit: str | None = None, *, active: bool | None = None) -> list[StaffRow]:
        """List the people, of one unit or all, by login."""
        with self._db.reading() as session:
            people = PeopleRepository(session)
            wanted = find_unit(UnitRepository(session), unit).id if unit else None
            return [
                row
                for row in _rows(people, self._today())
                if (wanted is None or row.unit_id == wanted) and (active is None or row.active is active)
            ]

    def show(self, login: str) -> StaffRow:
        """Return one person.

        Raises:
            NotFoundError: offering the nearest login.
        """
        with self._db.reading() as session:
            people = PeopleRepository(session)
            person = find_staff(people, login)
            return next(row for row in _rows(people, self._today()) if row.staff_id == person.id)

    def deputations(self, *, on: date | None = None) -> list[DeputationRow]:
        """List the deputations that were not revoked, those of a day or all."""
        with self._db.reading() as session:
            people = PeopleRepository(session)
            logins = {person.id: person.login for person, _ in people.all_staff()}
            return [
                DeputationRow(
                    row.id,
                    logins[row.principal_id],
                    logins[row.deputy_id],
                    row.from_day,
                    row.last_day,
                    row.reason,
                    row.granted_by,
                )
                for row in people.deputations(on=on)
            ]

    def leaves(self, *, first: date | None = None, last: date | None = None) -> list[LeaveRow]:
        """List the leave that touches ``[first, last]``."""
        with self._db.reading() as session:
            people = PeopleRepository(session)
            named = {person.id: person for person, _ in people.all_staff()}
            return [
                LeaveRow(
                    row.id,
                    named[row.staff_id].login,
                    named[row.staff_id].name,
                    row.from_day,
                    row.last_day,
                    row.reason,
                )
                for row in people.leaves(first=first, last=last)
            ]

    # --- entering -------------------------------------------------------------------------------------------

    def add(self, actor: Actor, entry: StaffEntry, password: str = "") -> StaffRow:
        """Register a person. With a password they can sign in at once and must then choose their own.

        Raises:
            PermissionRefusedError: the actor may not keep the register of people.
            RefusedError: the login is taken.
            NotFoundError: the unit is not registered.
            UsageError: a field does not conform.
        """
        require(actor, Permission.STAFF_EDIT, entry.login)
        if password:
            check_password(password, entry.login)
        hashed = hash_password(password) if password else ""
        with self._db.writing() as session:
            advisory_lock(session, "staff")
            people = PeopleRepository(session)
            if people.staff_by_login(entry.login) is not None:
                raise RefusedError(f"登录名“{entry.login}”已有人使用。", next_step="请换一个登录名。")
            values = _values(session, entry, self._today())
            people.add_staff(
                values
                | {"password_hash": hashed, "must_change_password": bool(password), "created_at": self._clock.now()}
            )
            audit.append(session, actor, "staff.add", entry.login, _told(values), self._clock.now())
        return self.show(entry.login)

    def change(self, actor: Actor, login: str, changes: dict[str, Any], version: int | None = None) -> StaffRow:
        """Change a person.

        Args:
            actor: who changes.
            login: of the person.
            changes: any of name, unit, roles, phone, outsourced, contract_ends_on, trained_on, active.
            version: the version that was looked at; None takes the present one.

        Raises:
            PermissionRefusedError: the actor may not keep the register of people.
            RefusedError: nobody would be left who may keep it, or a role does not fit an outsourced writer.
            ConflictError: somebody changed the person since ``version``.
        """
        require(actor, Permission.STAFF_EDIT, login)
        unknown = set(changes) - {field for field in StaffEntry.__dataclass_fields__ if field != "login"} - {"active"}
        if unknown:
            raise UsageError(f"人员没有“{sorted(unknown)[0]}”这一项。", next_step="请核对要修改的内容。")
        with self._db.writing() as session:
            advisory_lock(session, "staff")
            people = PeopleRepository(session)
            person = find_staff(people, login)
            if version is not None and version != person.version:
                raise _changed_meanwhile(person.name)
            merged = _entry_of(session, person) | {key: value for key, value in changes.items() if key != "active"}
            values = _values(session, StaffEntry(**merged), self._today(), person)
            values["active"] = changes.get("active", person.active)
            leaves_unit = values["unit_id"] != person.unit_id
            values = {name: value for name, value in values.items() if getattr(person, name) != value}
            if not values:
                return next(row for row in _rows(people, self._today()) if row.staff_id == person.id)
            _keep_an_administrator(people, person, values)
            if not people.change_staff(person.id, person.version, values):
                raise _changed_meanwhile(person.name)
            now = self._clock.now()
            if values.get("active") is False:
                people.end_sessions(now, staff_id=person.id)
            if values.get("active") is False or leaves_unit:
                _hand_back_accounts(session, people, person, now)
            audit.append(session, actor, "staff.change", login, _told(values), now)
        return self.show(login)

    def grant_role(self, actor: Actor, login: str, role: str) -> StaffRow:
        """Give a person one more role; otherwise as `change`."""
        return self.change(actor, login, {"roles": tuple(dict.fromkeys((*self.show(login).roles, role)))})

    def revoke_role(self, actor: Actor, login: str, role: str) -> StaffRow:
        """Take a role from a person; otherwise as `change`.

        Raises:
            RefusedError: they do not have it.
        """
        held = self.show(login).roles
        if role not in held:
            require(actor, Permission.STAFF_EDIT, login)
            raise RefusedError(f"“{login}”没有“{role}”角色。", next_step=f"现有角色:{'、'.join(held) or '无'}。")
        return self.change(actor, login, {"roles": tuple(each for each in held if each != role)})

    def set_password(self, actor: Actor, login: str, password: str) -> None:
        """Set somebody's password, who must choose their own at the next sign-in; their sessions end.

        Raises:
            PermissionRefusedError: the actor may not keep the register of people.
            RefusedError: it is a service account.
            UsageError: the password does not conform.
        """
        require(actor, Permission.STAFF_EDIT, login)
        check_password(password, login)
        hashed = hash_password(password)
        with self._db.writing() as session:
            people = PeopleRepository(session)
            person = find_staff(people, login)
            if person.service:
                raise RefusedError("服务账号不用口令登录。", next_step="请为人员设置口令。")
            now = self._clock.now()
            people.note_login(
                person.id,
                {
                    "password_hash": hashed,
                    "must_change_password": True,
                    "failed_logins": 0,
                    "locked_until": None,
                },
            )
            people.end_sessions(now, staff_id=person.id)
            audit.append(session, actor, "staff.password", login, {"by": "administrator"}, now)

    def enter_all(
        self,
        actor: Actor,
        rows: Sequence[tuple[int, StaffEntry]],
        *,
        dry_run: bool = False,
        skip_faulty: bool = False,
        source: str = "",
    ) -> BulkReport:
        """Register many people through the rules of single entry, in one transaction; see `UnitService.enter_all`.

        Known people get what their row fills; what it leaves empty stays as it is.

        Raises:
            PermissionRefusedError: the actor may not keep the register of people.
        """
        require(actor, Permission.STAFF_EDIT, "批量导入")
        outcome: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
        faults: list[RowFault] = []
        try:
            with self._db.writing() as session:
                advisory_lock(session, "staff")
                people = PeopleRepository(session)
                seen: dict[str, int] = {}
                for line, entry in rows:
                    if entry.login in seen:
                        faults.append(RowFault(line, "登录名", f"与第{seen[entry.login]}行重复"))
                        continue
                    seen[entry.login] = line
                    try:
                        outcome[_enter(session, people, entry, self._clock)].append(entry.login)
                    except WeiboOpsError as error:
                        faults.append(RowFault(line, "", str(error)))
                stored = not dry_run and (skip_faulty or not faults)
                if not stored:
                    raise _Undo
                details = {"staff_added": outcome["added"], "staff_changed": outcome["changed"], "faulty": len(faults)}
                audit.append(session, actor, "staff.import", source or "rows", details, self._clock.now())
        except _Undo:
            stored = False
        return BulkReport(
            added=len(outcome["added"]),
            changed=len(outcome["changed"]),
            unchanged=len(outcome["unchanged"]),
            faults=tuple(faults),
            dry_run=dry_run,
            stored=stored,
        )

    # --- deputies and leave ---------------------------------------------------------------------------------

    def deputise(
        self, actor: Actor, principal: str, deputy: str, from_day: date, last_day: date, reason: str = ""
    ) -> DeputationRow:
        """Let one person act for another over some days (A/B岗); one's own acts, or anybody's with STAFF_EDIT.

        Raises:
            PermissionRefusedError: the actor is neither the principal nor may keep the register of people.
            RefusedError: both are one person, the deputy is outsourced although the principal signs, is away or
                not active, or would act for somebody who acts for them on the same days.
            UsageError: the days are in the past or the wrong way round.
        """
        if actor.person != principal or actor.on_behalf_of:
            require(actor, Permission.STAFF_EDIT, principal)
        today = self._today()
        if last_day < from_day or last_day < today:
            raise UsageError("委托的起止日期不对。", next_step="请填写今天或以后的日期,止日不早于起日。")
        with self._db.writing() as session:
            advisory_lock(session, "staff")
            people = PeopleRepository(session)
            giver, taker = find_staff(people, principal), find_staff(people, deputy)
            _may_deputise(people, giver, taker, from_day, last_day)
            now = self._clock.now()
            row_id = people.add_deputation(
                {
                    "principal_id": giver.id,
                    "deputy_id": taker.id,
                    "from_day": from_day,
                    "last_day": last_day,
                    "reason": reason.strip(),
                    "granted_by": actor.person,
                    "granted_at": now,
                }
            )
            details = {"deputy": deputy, "from": from_day, "until": last_day, "reason": reason.strip()}
            audit.append(session, actor, "staff.deputise", principal, details, now)
        return DeputationRow(row_id, principal, deputy, from_day, last_day, reason.strip(), actor.person)

    def revoke_deputation(self, actor: Actor, deputation_id: int) -> None:
        """End a deputation before its time; the principal, or anybody with STAFF_EDIT.

        Raises:
            PermissionRefusedError: as `deputise`.
            NotFoundError: there is no such deputation.
            ConflictError: it was revoked already.
        """
        with self._db.writing() as session:
            people = PeopleRepository(session)
            row = people.deputation(deputation_id)
            giver = people.staff(row.principal_id) if row else None
            if giver is None or actor.person != giver.login or actor.on_behalf_of:
                require(actor, Permission.STAFF_EDIT, "委托")
            if row is None or giver is None:
                raise NotFoundError(f"没有编号为{deputation_id}的委托。", next_step="编号见 weibo-ops staff deputies。")
            now = self._clock.now()
            if not people.revoke_deputation(deputation_id, now):
                raise ConflictError("该委托已撤销。", next_step="不必重复办理。")
            audit.append(session, actor, "staff.deputation_revoked", giver.login, {"deputation": deputation_id}, now)

    def record_leave(self, actor: Actor, login: str, from_day: date, last_day: date, reason: str = "") -> LeaveRow:
        """Record days on which a person is away; oneself, or anybody with STAFF_EDIT or who draws up the roster.

        Raises:
            PermissionRefusedError: the actor is another person without such a permission.
            RefusedError: leave is recorded for some of these days already.
            UsageError: the days are the wrong way round.
        """
        if (actor.person != login or actor.on_behalf_of) and not actor.may(Permission.DUTY_EDIT):
            require(actor, Permission.STAFF_EDIT, login)
        if last_day < from_day:
            raise UsageError("请假的止日早于起日。", next_step="请核对日期。")
        with self._db.writing() as session:
            advisory_lock(session, "staff")
            people = PeopleRepository(session)
            person = find_staff(people, login)
            overlap = [row for row in people.leaves(first=from_day, last=last_day) if row.staff_id == person.id]
            if overlap:
                first = overlap[0]
                raise RefusedError(
                    f"{person.name}已登记{first.from_day.isoformat()}至{first.last_day.isoformat()}请假。",
                    next_step="请先取消原记录,或填写其余日期。",
                )
            now = self._clock.now()
            leave_id = people.add_leave(
                {
                    "staff_id": person.id,
                    "from_day": from_day,
                    "last_day": last_day,
                    "reason": reason.strip(),
                    "recorded_by": actor.person,
                    "recorded_at": now,
                }
            )
            audit.append(session, actor, "staff.leave", login, {"from": from_day, "until": last_day}, now)
            return LeaveRow(leave_id, login, person.name, from_day, last_day, reason.strip())

    def cancel_leave(self, actor: Actor, leave_id: int) -> None:
        """Cancel recorded leave; who may record it may cancel it.

        Raises:
            PermissionRefusedError: as `record_leave`.
            NotFoundError: there is no such record.
            ConflictError: it was cancelled already.
        """
        with self._db.writing() as session:
            people = PeopleRepository(session)
            row = people.leave(leave_id)
            person = people.staff(row.staff_id) if row else None
            own = person is not None and actor.person == person.login and not actor.on_behalf_of
            if not own and not actor.may(Permission.DUTY_EDIT):
                require(actor, Permission.STAFF_EDIT, "请假")
            if row is None or person is None:
                raise NotFoundError(f"没有编号为{leave_id}的请假记录。", next_step="编号见 weibo-ops staff leaves。")
            now = self._clock.now()
            if not people.cancel_leave(leave_id, now):
                raise ConflictError("该请假记录已取消。", next_step="不必重复办理。")
            audit.append(session, actor, "staff.leave_cancelled", person.login, {"leave": leave_id}, now)

    def _today(self) -> date:
        return beijing_date(self._clock.now())


class _Undo(Exception):
    """Leave the transaction without storing anything."""


def find_staff(people: PeopleRepository, login: str) -> Staff:
    """Return the person with that login.

    Raises:
        NotFoundError: offering the nearest login.
    """
    person = people.staff_by_login(login.strip())
    if person is None:
        logins = [row.login for row, _ in people.all_staff()]
        close = difflib.get_close_matches(login.strip(), logins, 1, 0.5)
        hint = f"是否为“{close[0]}”?" if close else "登录名见 weibo-ops staff list。"
        raise NotFoundError(f"没有登录名为“{login.strip()[:40]}”的人员。", next_step=hint)
    return person


def _values(session: Session, entry: StaffEntry, today: date, known: Staff | None = None) -> dict[str, Any]:
    """Return an entry as column values, checked; ``known`` is the person who is registered already."""
    check_login(entry.login)
    name = person_name(entry.name)
    phone = entry.phone.strip()
    if len(phone) > LONGEST_PHONE or not phone.isprintable():
        raise UsageError(f"电话不超过{LONGEST_PHONE}字,不含控制字符。", next_step="请核对电话。")
    if entry.trained_on is not None and entry.trained_on > today:
        raise UsageError(f"培训日期{entry.trained_on.isoformat()}在今天之后。", next_step="请填写已参加培训的日期。")
    grantable = [role.value for role in Role if role is not Role.WORKER]
    for role in entry.roles:
        if role not in (*grantable, Role.WORKER):
            raise UsageError(f"没有“{role}”这个角色。", next_step=f"可选:{'、'.join(grantable)}。")
    if Role.WORKER in entry.roles:
        raise UsageError("服务账号由程序自带,不能授予人员。", next_step="请选其他角色。")
    if entry.outsourced and Role.ADMINISTRATOR in entry.roles:
        raise RefusedError(
            "代运维人员不能任系统管理员。", rule="代运维人员可以起草,不得签发", next_step="请改由本单位人员担任。"
        )
    if entry.outsourced and entry.contract_ends_on is None:
        raise UsageError("代运维人员须登记合同到期日。", next_step="请填写合同到期日。")
    unit = find_unit(UnitRepository(session), entry.unit) if entry.unit.strip() else None
    if unit is not None and not unit.active and (known is None or known.unit_id != unit.id):
        raise RefusedError(
            f"“{unit.name}”已撤销,不能登记为所在单位。", rule=SPONSOR_RULE, next_step="请改填承接其职责的单位。"
        )
    return {
        "login": entry.login,
        "name": name,
        "unit_id": unit.id if unit else None,
        "roles": [role.value for role in Role if role.value in entry.roles],
        "phone": phone,
        "outsourced": bool(entry.outsourced),
        "contract_ends_on": entry.contract_ends_on,
        "trained_on": entry.trained_on,
    }


def _entry_of(session: Session, person: Staff) -> dict[str, Any]:
    unit = UnitRepository(session).get(person.unit_id) if person.unit_id is not None else None
    return {
        "login": person.login,
        "name": person.name,
        "unit": unit.name if unit else "",
        "roles": tuple(person.roles),
        "phone": person.phone,
        "outsourced": person.outsourced,
        "contract_ends_on": person.contract_ends_on,
        "trained_on": person.trained_on,
    }


def _enter(session: Session, people: PeopleRepository, entry: StaffEntry, clock: Clock) -> str:
    """Add a person or change a known one by what the entry fills; return ``added``, ``changed`` or ``unchanged``."""
    now = clock.now()
    known = people.staff_by_login(entry.login)
    if known is not None:
        given = {field: value for field, value in vars(entry).items() if value not in ("", (), None)}
        entry = StaffEntry(**_entry_of(session, known) | given)
    values = _values(session, entry, beijing_date(now), known)
    if known is None:
        people.add_staff(values | {"password_hash": "", "created_at": now})
        return "added"
    new = {name: value for name, value in values.items() if getattr(known, name) != value}
    if not new:
        return "unchanged"
    _keep_an_administrator(people, known, new)
    if not people.change_staff(known.id, known.version, new):
        raise _changed_meanwhile(known.name)
    if "unit_id" in new:
        _hand_back_accounts(session, people, known, now)
    session.refresh(known)
    return "changed"


def _keep_an_administrator(people: PeopleRepository, person: Staff, values: dict[str, Any]) -> None:
    after = values.get("roles", person.roles) if values.get("active", person.active) else []
    if Role.ADMINISTRATOR in person.roles and person.active and Role.ADMINISTRATOR not in after:
        others = [
            row
            for row, _ in people.all_staff()
            if row.id != person.id and row.active and not row.service and Role.ADMINISTRATOR in row.roles
        ]
        if not others:
            raise RefusedError(
                f"{person.name}是唯一的系统管理员,不能停用或撤销该角色。", next_step="请先将另一人设为系统管理员。"
            )


def _hand_back_accounts(session: Session, people: PeopleRepository, person: Staff, now: Any) -> None:
    for account in people.administered(person.id, beijing_date(now)):
        todos.propose(
            session,
            "account.safety.leaver",
            f"{account}/{person.login}",
            f"{person.name}已离岗:请于当日变更“{account}”的绑定手机和口令,并调整管理员",
            now,
            due_at=now,
        )


def _may_deputise(people: PeopleRepository, giver: Staff, taker: Staff, from_day: date, last_day: date) -> None:
    if giver.id == taker.id:
        raise RefusedError("不能委托本人。", rule=DEPUTY_RULE, next_step="请指定另一人。")
    if taker.service or giver.service or not taker.active or not giver.active:
        raise RefusedError(f"{taker.name}或{giver.name}的登录已停用。", rule=DEPUTY_RULE, next_step="请另行指定。")
    if taker.outsourced and permissions_of(giver.roles, outsourced=giver.outsourced) & SIGNING:
        raise RefusedError(
            f"{taker.name}是代运维人员,不能受{giver.name}委托。", rule=DEPUTY_RULE, next_step="请委托本单位人员。"
        )
    for row in people.deputations():
        if row.from_day > last_day or row.last_day < from_day:
            continue
        if (row.principal_id, row.deputy_id) == (taker.id, giver.id):
            raise RefusedError(
                f"{giver.name}在这些日期受{taker.name}委托,不能互相委托。", rule=DEPUTY_RULE, next_step="请另行指定。"
            )
        if (row.principal_id, row.deputy_id) == (giver.id, taker.id):
            raise RefusedError(
                f"{taker.name}在这些日期已受{giver.name}委托。", rule=DEPUTY_RULE, next_step="不必重复登记。"
            )
    for away in people.leaves(first=from_day, last=last_day):
        if away.staff_id == taker.id:
            raise RefusedError(
                f"{taker.name}在{away.from_day.isoformat()}至{away.last_day.isoformat()}请假。",
                rule=DEPUTY_RULE,
                next_step="请改日期,或另行指定。",
            )


def _rows(people: PeopleRepository, today: date) -> list[StaffRow]:
    everybody = people.all_staff()
    logins = {person.id: person.login for person, _ in everybody}
    today_deputies = people.deputations(on=today)
    away = {row.staff_id for row in people.leaves(first=today, last=today)}
    return [
        StaffRow(
            staff_id=person.id,
            login=person.login,
            name=person.name,
            unit=unit,
            unit_id=person.unit_id,
            roles=tuple(person.roles),
            phone=person.phone,
            outsourced=person.outsourced,
            contract_ends_on=person.contract_ends_on,
            trained_on=person.trained_on,
            training_due=person.active
            and not person.service
            and (person.trained_on is None or person.trained_on < today - TRAINED_EVERY),
            active=person.active,
            service=person.service,
            has_password=bool(person.password_hash),
            must_change_password=person.must_change_password,
            locked_until=person.locked_until,
            away=person.id in away,
            acts_for=_sorted(logins[row.principal_id] for row in today_deputies if row.deputy_id == person.id),
            deputies=_sorted(logins[row.deputy_id] for row in today_deputies if row.principal_id == person.id),
            version=person.version,
        )
        for person, unit in everybody
    ]


def _sorted(logins: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(logins))


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit log keeps of an entry: everything but the telephone number."""
    return {name: value for name, value in values.items() if name not in ("phone", "password_hash")}


def _changed_meanwhile(name: str) -> ConflictError:
    return ConflictError(f"“{name}”的资料刚被他人修改,本次未保存。", next_step="请重新读取后再改。")
