"""The life of an account: applied for, approved, filed, running, renamed, paused, closed; each act by its own side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from accounts.checks import book_for, check_name
from accounts.enums import AccountKind, AccountStatus, Origin, Platform
from accounts.fields import one_line, platform_uid
from accounts.lifecycle import ACTS, Act, Side, open_acts
from accounts.models import Account, AccountAct, AccountName, Unit
from accounts.permissions import Permission
from accounts.repository.duty import SUPERVISORS, DutyRepository, recipient_on_duty
from accounts.repository.lifecycle import LifecycleRepository
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.schemas.lifecycle import AccountSheet, ActView, Application, StockEntry
from accounts.schemas.people import BulkReport, RowFault
from accounts.service.safety import POSITIONS, find_account
from accounts.service.staff import find_staff
from accounts.service.units import find_unit
from accounts.standards import StandardService
from accounts.working_days import add_working_days, work_calendar
from config.rulebook.accounts import AccountsBook
from config.rulebook.base import Severity
from config.rulebook.lifecycle import LifecycleSection
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing, beijing_date, beijing_instant
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError, WeiboOpsError
from weibo_ops.kernel.text import normalise_name

TODO = "account.act"
OWN_TODO = "account.own"
TWO_UNITS = "本程序默认标准:审批、备案由两个单位分别办理,申请人不得审批、备案"
IN_ORDER = "本程序默认标准:账号按申请、审批、备案、启用、公告、注销的次序办理"
NEXT = {"提交审批": "审批通过", "审批通过": "开设备案", "备案退回": "审批通过"}
"""What is awaited after an act, beside the filings that `Act.awaits` names."""


class LifecycleService:
    """Use cases on the life of an account."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    # --- reading --------------------------------------------------------------------------------------------

    def sheets(self, *, unit: str | None = None, status: str | None = None) -> list[AccountSheet]:
        """List every account of every platform, by unit."""
        with self._db.reading() as session:
            wanted = find_unit(UnitRepository(session), unit).name if unit else None
            return [
                sheet
                for sheet in _sheets(session, self._clock.now())
                if (wanted is None or sheet.unit == wanted) and (status is None or sheet.status == status)
            ]

    def sheet(self, reference: str) -> AccountSheet:
        """Return one account, by name (a former one too) or uid.

        Raises:
            NotFoundError: offering the nearest name.
        """
        with self._db.reading() as session:
            found = find_account(DutyRepository(session), reference)
            return _sheets(session, self._clock.now(), [found.id])[0]

    def history(self, reference: str) -> list[ActView]:
        """List the acts in the life of an account, in order; renames that a roster showed stand among them."""
        with self._db.reading() as session:
            found = find_account(DutyRepository(session), reference)
            rows = LifecycleRepository(session).acts([found.id])
            due = _dues([act for act, _ in rows])
            done = [
                ActView(
                    act=act.act,
                    state_before=act.state_before,
                    state_after=act.state_after,
                    person=act.person,
                    on_behalf_of=act.on_behalf_of or "",
                    unit=unit,
                    at=act.at,
                    due_at=due[act.id],
                    late=_late(act, due[act.id]),
                    note=act.note,
                    details=act.details,
                )
                for act, unit in rows
            ]
            seen = _seen_renames(LifecycleRepository(session).names(found.id))
        return sorted((*done, *seen), key=lambda view: view.at)

    def due(self) -> list[AccountSheet]:
        """List the accounts of which an act is awaited, the soonest due first."""
        with self._db.reading() as session:
            awaiting = [sheet for sheet in _sheets(session, self._clock.now()) if sheet.awaits]
        return sorted(awaiting, key=lambda sheet: (sheet.due_at is None, sheet.due_at, sheet.screen_name))

    # --- opening --------------------------------------------------------------------------------------------

    def apply_opening(self, actor: Actor, application: Application) -> AccountSheet:
        """Apply for an account: 拟开设, submitted for approval at once (审批中).

        Raises:
            PermissionRefusedError: the actor may not apply.
            RefusedError: the actor does not speak for the unit; the unit has an account on the platform; the name is
                borne, held or does not conform.
            UsageError: need, staffing (two people), upkeep, or a personal account's name and title are missing.
        """
        require(actor, Permission.ACCOUNT_APPLY, application.screen_name)
        section = self._section()
        _complete(application, section)
        with self._db.writing() as session:
            advisory_lock(session, "accounts")
            repository = LifecycleRepository(session)
            unit = find_unit(UnitRepository(session), application.unit)
            self._must_speak(session, actor, unit.id, application.screen_name)
            people = [find_staff(PeopleRepository(session), login) for login in application.staffing]
            if len({person.id for person in people if person.active and not person.service}) < 2:
                raise UsageError(
                    "人员配备不足两名。", rule=section.opening.citation, next_step="请写明两名以上在岗人员的登录名。"
                )
            if people[0].outsourced:
                raise UsageError(
                    f"{people[0].name}是代运维人员,不能任主管理员。",
                    rule=section.opening.citation,
                    next_step="请把本单位人员写在第一位。",
                )
            self._one_account(repository, application.platform, application.kind, unit.id, unit.name, section)
            self._name_free(session, application.platform, application.screen_name, None)
            self._name_conforms(
                session,
                application.screen_name,
                unit,
                application.platform,
                application.kind,
                application.brand_name,
            )
            now = self._clock.now()
            account_id = repository.add_account(
                {
                    "platform": application.platform,
                    "screen_name": application.screen_name.strip(),
                    "unit_id": unit.id,
                    "kind": application.kind,
                    "status": AccountStatus.PLANNED.value,
                    "status_since": now,
                    "origin": Origin.OPENED.value,
                    "brand_name": application.brand_name.strip(),
                    "person_name": application.person_name.strip(),
                    "person_title": application.person_title.strip(),
                }
            )
            repository.give_name(account_id, application.screen_name.strip(), now)
            day = beijing_date(now)
            for number, person in enumerate(people):
                DutyRepository(session).add_administrator(
                    {
                        "account_id": account_id,
                        "staff_id": person.id,
                        "position": POSITIONS[0] if number == 0 else POSITIONS[1],
                        "from_day": day,
                    }
                )
            details: dict[str, object] = {
                "need": application.need.strip(),
                "upkeep": application.upkeep.strip(),
                "staffing": list(application.staffing),
            }
            account = repository.account(account_id)
            self._write(session, actor, account, ACTS["申请开设"], application.need.strip(), details, now, before="")
            repository.change(account_id, account.version, account.status, {"status": AccountStatus.IN_APPROVAL.value})
            account = repository.account(account_id)
            before = AccountStatus.PLANNED.value
            self._write(session, actor, account, ACTS["提交审批"], "", {}, now, before=before)
            audit.append(session, actor, "account.act", account.screen_name, {"act": "申请开设", **details}, now)
            return _sheets(session, now, [account_id])[0]

    def register(self, actor: Actor, entry: StockEntry) -> AccountSheet:
        """Enter an account that ran before (存量登记); it is 正常运行, as a roster's is.

        Raises:
            PermissionRefusedError: the actor does not keep the register.
            RefusedError: uid or name are registered, or the unit has an account on the platform.
            UsageError: a field does not conform.
        """
        require(actor, Permission.REGISTER_EDIT, entry.screen_name)
        with self._db.writing() as session:
            advisory_lock(session, "accounts")
            self._register(session, actor, entry)
        return self.sheet(entry.uid)

    def enter_all(
        self,
        actor: Actor,
        rows: Sequence[tuple[int, StockEntry]],
        *,
        dry_run: bool = False,
        skip_faulty: bool = False,
        source: str = "",
    ) -> BulkReport:
        """Enter many accounts that ran before, through the rules of single entry; see `UnitService.enter_all`."""
        require(actor, Permission.REGISTER_EDIT, "批量导入")
        faults: list[RowFault] = []
        added = unchanged = 0
        stored = True
        try:
            with self._db.writing() as session:
                advisory_lock(session, "accounts")
                repository = LifecycleRepository(session)
                for line, entry in rows:
                    try:
                        known = repository.by_uid(entry.platform, entry.uid)
                        if known is not None and known.screen_name == entry.screen_name:
                            unchanged += 1
                        else:
                            self._register(session, actor, entry)
                            added += 1
                    except WeiboOpsError as error:
                        faults.append(RowFault(line, "", str(error)))
                if dry_run or (faults and not skip_faulty):
                    raise _Undo
                details = {"added": added, "faulty": len(faults)}
                audit.append(session, actor, "account.import", source or "rows", details, self._clock.now())
        except _Undo:
            stored = False
        return BulkReport(added, 0, unchanged, tuple(faults), dry_run, stored)

    # --- acts -----------------------------------------------------------------------------------------------

    def act(self, actor: Actor, reference: str, name: str, note: str = "", **given: object) -> AccountSheet:
        """Do one act in the life of an account.

        Args:
            actor: who does it.
            reference: name or uid of the account.
            name: of the act, see `accounts.lifecycle.ACTS`.
            note: why; asked for by returns, pauses, closings and changes.
            given: what the act needs: ``filing_number`` and ``filed_on`` (备案), ``uid`` (启用), ``new_name`` (更名),
                ``until`` (暂停), ``decision`` (关停公告), ``archived`` (注销), ``ends_on`` (离任), or the fields that a
                变更 changes (kind, brand_name, person_name, person_title, unit).

        Raises:
            PermissionRefusedError: the actor lacks the act's permission.
            NotFoundError: there is no such account.
            RefusedError: the act is not open; it is another unit's or another person's; a rule forbids it.
            UsageError: there is no such act, or what it needs was not given.
            ConflictError: somebody acted at the same moment.
        """
        act = ACTS.get(name)
        if act is None or name == "申请开设":
            raise UsageError(f"没有“{name}”这一步。", next_step=f"可选:{'、'.join(list(ACTS)[1:])}。")
        require(actor, act.permission, reference)
        with self._db.writing() as session:
            advisory_lock(session, "accounts")
            repository = LifecycleRepository(session)
            account = repository.account(find_account(DutyRepository(session), reference).id)
            if AccountStatus(account.status) not in act.sources:
                raise RefusedError(
                    f"“{account.screen_name}”现为“{account.status}”,不能{name}。",
                    rule=IN_ORDER,
                    next_step=f"可办:{'、'.join(open_acts(account.status)) or '已注销'}。",
                )
            acts = [each for each, _ in repository.acts([account.id])]
            self._right_side(session, actor, act, account, acts)
            values, details = self._values(session, act, account, acts, note.strip(), given)
            before, now = account.status, self._clock.now()
            target = act.target.value if act.target is not None else before
            if target != before:
                values |= {"status": target, "status_since": now}
            if not repository.change(account.id, account.version, before, values):
                raise ConflictError(f"“{account.screen_name}”刚被他人办理,本次未保存。", next_step="请重新读取后再办。")
            account = repository.account(account.id)
            if name == "更名":
                held = now + timedelta(hours=self._section().rename.held_hours)
                repository.give_name(account.id, account.screen_name, now, held_until=held)
            self._write(session, actor, account, act, note.strip(), details, now, before=before)
            audit.append(session, actor, "account.act", account.screen_name, {"act": name, **details}, now)
            account_id = account.id
        with self._db.reading() as session:
            return next(sheet for sheet in _sheets(session, self._clock.now()) if sheet.account_id == account_id)

    # --- inside ---------------------------------------------------------------------------------------------

    def _register(self, session: Session, actor: Actor, entry: StockEntry) -> None:
        section = self._section()
        _platform(entry.platform)
        uid, name = platform_uid(entry.uid, entry.platform), one_line(entry.screen_name, "账号名称")
        if not name:
            raise UsageError("账号名称不能为空。", next_step="请补全后重试。")
        _person(entry.kind, entry.person_name, entry.person_title)
        brand, number = one_line(entry.brand_name, "品牌名"), one_line(entry.filing_number, "备案号")
        repository = LifecycleRepository(session)
        known = repository.by_uid(entry.platform, uid)
        if known is not None:
            raise RefusedError(
                f"用户id {uid} 已登记为“{known.screen_name}”。",
                rule=section.one_account.citation,
                next_step="请核对用户id;更名请用 weibo-ops account rename。",
            )
        unit = find_unit(UnitRepository(session), entry.unit)
        if not unit_tree(session).stands_over(actor.unit_id, unit.id):
            raise RefusedError(
                f"“{unit.name}”的存量账号由其上级单位或监管归口登记。",
                rule=TWO_UNITS,
                next_step="请由上级单位或监管归口的监管人员办理;新开设的请走申请、审批、备案。",
            )
        self._one_account(repository, entry.platform, entry.kind, unit.id, unit.name, section)
        self._name_free(session, entry.platform, name, None)
        now = self._clock.now()
        account_id = repository.add_account(
            {
                "platform": entry.platform,
                "uid": uid,
                "screen_name": name,
                "unit_id": unit.id,
                "kind": entry.kind,
                "status": AccountStatus.RUNNING.value,
                "status_since": now,
                "origin": Origin.STOCK.value,
                "brand_name": brand,
                "filing_number": number,
                "filed_on": entry.filed_on,
                "person_name": entry.person_name.strip(),
                "person_title": entry.person_title.strip(),
            }
        )
        repository.give_name(account_id, name, None)
        details = {"uid": uid, "unit": unit.name, "platform": entry.platform}
        running = AccountStatus.RUNNING.value
        repository.add_act(
            {
                "account_id": account_id,
                "act": Origin.STOCK.value,
                "state_before": running,
                "state_after": running,
                "person": actor.person,
                "on_behalf_of": actor.on_behalf_of,
                "unit_id": actor.unit_id,
                "at": now,
                "details": details | {"filing_number": number},
            }
        )
        audit.append(session, actor, "account.register", name, details, now)

    def _right_side(
        self, session: Session, actor: Actor, act: Act, account: Account, acts: Sequence[AccountAct]
    ) -> None:
        tree = unit_tree(session)
        if act.side is Side.SPONSOR:
            self._must_speak(session, actor, account.unit_id, account.screen_name)
            return
        if not tree.stands_over(actor.unit_id, account.unit_id):
            raise RefusedError(
                f"{act.name}由主管单位或监管归口办理,{actor.name}所在单位不能办理“{account.screen_name}”。",
                rule=TWO_UNITS,
                next_step="请由其上级单位或监管归口办理。",
            )
        since = max((each.id for each in acts if each.act in ("提交审批", "备案退回")), default=0)
        applied = [each for each in acts if each.act in ("申请开设", "提交审批", "变更", "更名", "关停公告", "离任")]
        approved = [each for each in acts if each.act == "审批通过" and each.id > since]
        persons = [login for each in (*applied, *approved) for login in (each.person, each.on_behalf_of) if login]
        require_second_person(actor, persons, act.name, rule=TWO_UNITS)
        opening = act.name in ("开设备案", "备案退回")
        if opening and any(each.unit_id == actor.unit_id for each in approved):
            raise RefusedError(
                f"审批与备案须由两个单位分别办理,“{account.screen_name}”的审批单位不能备案。",
                rule=TWO_UNITS,
                next_step="请由备案机关办理。",
            )

    def _values(
        self,
        session: Session,
        act: Act,
        account: Account,
        acts: Sequence[AccountAct],
        note: str,
        given: Mapping[str, object],
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Check what an act needs; return the account's new values and what the act keeps."""
        section = self._section()
        now = self._clock.now()
        today = beijing_date(now)
        match act.name:
            case "审批退回" | "备案退回" | "撤回申请" | "撤销关停":
                _said(note, f"{act.name}的理由")
                undone: dict[str, dict[str, object]] = {
                    "备案退回": {"filed_on": None, "filing_number": ""},
                    "撤销关停": {"status_until": None},
                }
                return undone.get(act.name, {}), {}
            case "开设备案" | "变更备案":
                number = one_line(str(given.get("filing_number") or ""), "备案号")
                day = given.get("filed_on") or today
                if not number:
                    raise UsageError("备案须写明备案号。", next_step="备案号由备案机关编列,请照录。")
                if not isinstance(day, date) or day > today:
                    raise UsageError("备案日期晚于今天。", next_step="请核对备案日期。")
                awaits, due = pending(acts)
                if act.name != awaits:
                    opening = act.name == "开设备案"
                    raise RefusedError(
                        f"“{account.screen_name}”"
                        + (f"已备案({account.filing_number})。" if opening else "没有待备案的变更。"),
                        rule=(section.filing if opening else section.change_filing).citation,
                        next_step="请由主办单位启用;备案有误的,请退回后重新办理。" if opening else "请先登记变更。",
                    )
                since = beijing_date(max(each.at for each in acts if _awaited(each.act) == awaits))
                if day < since:
                    raise UsageError(f"备案日期早于所备案的事项({since.isoformat()})。", next_step="请核对备案日期。")
                late = due is not None and beijing_instant(day) >= due
                rule = section.filing if act.name == "开设备案" else section.change_filing
                details: dict[str, object] = {"filing_number": number, "filed_on": day, "late": late}
                if late:
                    details["clause"] = rule.citation
                return {"filing_number": number, "filed_on": day}, details
            case "启用":
                uid = platform_uid(str(given.get("uid") or ""), account.platform)
                filed = [each.id for each in acts if each.act == "开设备案"]
                approved = [each.id for each in acts if each.act == "审批通过"]
                if not filed or not approved or max(filed) < max(approved):
                    raise RefusedError(
                        f"“{account.screen_name}”尚未备案,不能启用。",
                        rule=section.filing.citation,
                        next_step="请由备案单位办理备案。",
                    )
                other = LifecycleRepository(session).by_uid(account.platform, uid)
                if other is not None:
                    raise RefusedError(
                        f"用户id {uid} 已登记为“{other.screen_name}”。",
                        rule=section.one_account.citation,
                        next_step="请核对用户id。",
                    )
                return {"uid": uid}, {"uid": uid}
            case "更名":
                return self._renamed(session, account, acts, note, str(given.get("new_name") or "").strip(), section)
            case "变更":
                return self._changed(session, account, note, given)
            case "暂停更新":
                until = given.get("until")
                _said(note, "暂停的原因")
                if not isinstance(until, date) or not today <= until:
                    raise UsageError(
                        "暂停更新须写明止日,止日不得早于今天。",
                        rule=section.pause.citation,
                        next_step="请用 --until 写明。",
                    )
                if (until - today).days + 1 > section.pause.days:
                    raise RefusedError(
                        f"暂停更新一次不超过{section.pause.days}日。",
                        rule=section.pause.citation,
                        next_step="请缩短期限;不再更新的,请按程序关停。",
                    )
                return {"status_until": until}, {"until": until}
            case "恢复更新":
                return {"status_until": None}, {}
            case "关停公告":
                decision = str(given.get("decision") or "").strip()
                _said(note, "公告内容")
                _said(decision, "集体研究的会议或文件")
                calendar = work_calendar(self._standards, today)
                end = add_working_days(calendar, now, section.closing.days)
                if end is None:
                    raise RefusedError(
                        "公告期进入没有工作日历的年份,期限待定。",
                        rule=section.closing.citation,
                        next_step="请标准管理员补录放假安排后再办。",
                    )
                return {"status_until": beijing_date(end)}, {"decision": decision, "earliest": beijing_date(end)}
            case "注销":
                if not given.get("archived"):
                    raise UsageError(
                        "注销须确认内容已存档。", rule=section.closing.citation, next_step="存档后加 --archived。"
                    )
                if account.status_until is None or today < account.status_until:
                    raise RefusedError(
                        f"“{account.screen_name}”的公告期未满"
                        + (f",{account.status_until.isoformat()}起方可注销。" if account.status_until else "。"),
                        rule=section.closing.citation,
                        next_step="请待公告期满。",
                    )
                if pending(acts)[0]:
                    raise RefusedError(
                        f"“{account.screen_name}”的关停尚未备案。",
                        rule=section.change_filing.citation,
                        next_step="请先办理变更备案。",
                    )
                return {"status_until": None}, {"archived": True}
            case "离任":
                ends = given.get("ends_on")
                if account.kind != AccountKind.PERSON:
                    raise RefusedError(
                        "只有个人账号登记离任。",
                        rule=section.leaving_office.citation,
                        next_step="机构账号请登记管理员交接。",
                    )
                if not isinstance(ends, date):
                    raise UsageError("离任须写明日期。", next_step="请用 --on 写明。")
                return {"office_ends_on": ends}, {"ends_on": ends}
            case _:
                return {}, {}

    def _renamed(
        self,
        session: Session,
        account: Account,
        acts: Sequence[AccountAct],
        note: str,
        new_name: str,
        section: LifecycleSection,
    ) -> tuple[dict[str, object], dict[str, object]]:
        _said(note, "更名的原因")
        _readable(new_name, account.platform)
        if not new_name or new_name == account.screen_name:
            raise UsageError("新名称为空或与现名相同。", next_step="请写明新名称。")
        year = beijing(self._clock.now()).year
        times = sum(each.act == "更名" and beijing(each.at).year == year for each in acts)
        times += LifecycleRepository(session).renames_seen(account, beijing_instant(date(year, 1, 1)))
        if times >= section.rename.times_a_year:
            raise RefusedError(
                f"“{account.screen_name}”{year}年已更名{times}次。",
                rule=section.rename.citation,
                next_step=f"请于{year + 1}年再办。",
            )
        unit = UnitRepository(session).get(account.unit_id)
        assert unit is not None
        self._name_free(session, account.platform, new_name, account.id)
        self._name_conforms(session, new_name, unit, account.platform, account.kind, account.brand_name)
        return {"screen_name": new_name}, {"from": account.screen_name, "to": new_name}

    def _changed(
        self, session: Session, account: Account, note: str, given: Mapping[str, object]
    ) -> tuple[dict[str, object], dict[str, object]]:
        _said(note, "变更的原因")
        words = {"brand_name": "品牌名", "person_name": "姓名", "person_title": "职务"}
        values: dict[str, object] = {
            field: one_line(str(given[field]), what) for field, what in words.items() if given.get(field) is not None
        }
        if given.get("kind") is not None:
            values["kind"] = str(given["kind"]).strip()
        after = {field: str(values.get(field, getattr(account, field))) for field in ("person_name", "person_title")}
        _person(str(values.get("kind", account.kind)), after["person_name"], after["person_title"])
        details = dict(values)
        if given.get("unit") or "kind" in values:
            units = UnitRepository(session)
            unit = find_unit(units, str(given["unit"])) if given.get("unit") else units.get(account.unit_id)
            assert unit is not None
            self._one_account(
                LifecycleRepository(session),
                account.platform,
                str(values.get("kind", account.kind)),
                unit.id,
                unit.name,
                self._section(),
                account.id,
            )
            if given.get("unit"):
                values["unit_id"], details["unit"] = unit.id, unit.name
        if not values:
            raise UsageError("没有写明变更的内容。", next_step="可变更:主办单位、类别、品牌名、个人账号的姓名和职务。")
        return values, details

    def _write(
        self,
        session: Session,
        actor: Actor,
        account: Account,
        act: Act,
        note: str,
        details: Mapping[str, object],
        now: datetime,
        *,
        before: str,
    ) -> None:
        LifecycleRepository(session).add_act(
            {
                "account_id": account.id,
                "act": act.name,
                "state_before": before,
                "state_after": account.status,
                "person": actor.person,
                "on_behalf_of": actor.on_behalf_of,
                "unit_id": actor.unit_id,
                "at": now,
                "due_at": self._due(session, act, account, now),
                "note": note,
                "details": dict(details),
            }
        )
        session.flush()
        self._remind(session, account, act, note, now)

    def _remind(self, session: Session, account: Account, act: Act, note: str, now: datetime) -> None:
        """Let what is to be done next, by the supervisors and by the sponsor, stand among the to-dos; nothing else."""
        subject, name = str(account.id), f"“{account.screen_name}”"
        todos.close(session, TODO, subject, now)
        awaited, due = pending([each for each, _ in LifecycleRepository(session).acts([account.id])])
        if awaited:
            todos.propose(session, TODO, subject, f"{name}待{awaited}", now, recipient=SUPERVISORS, due_at=due)
        todos.close(session, OWN_TODO, subject, now)
        ends = account.status_until
        words, until = "", None
        if act.name == "审批退回":
            words = f"审批退回:{note}"
        elif act.name == "开设备案":
            words = "已备案,待启用"
        elif act.name == "离任":
            words, until = f"持有人{account.office_ends_on}离任,请变更名称、认证或停用", due
        elif account.status == AccountStatus.PAUSED and ends is not None:
            words, until = f"报备暂停至{ends},请届时恢复更新", beijing_instant(ends + timedelta(days=1))
        elif account.status == AccountStatus.CLOSING and ends is not None:
            words, until = f"公告期满,{ends}起可注销", beijing_instant(ends)
        if words:
            recipient = recipient_on_duty(session, account.unit_id, now)
            todos.propose(session, OWN_TODO, subject, name + words, now, recipient=recipient, due_at=until)

    def _due(self, session: Session, act: Act, account: Account, now: datetime) -> datetime | None:
        if not act.limit:
            return None
        days: int = getattr(self._section(), act.limit).days
        start = now
        if act.name == "离任" and account.office_ends_on is not None:
            start = max(now, beijing_instant(account.office_ends_on))
        due = add_working_days(work_calendar(self._standards, beijing_date(now)), start, days)
        if due is None:
            todos.propose(
                session,
                "calendar.missing",
                "lifecycle",
                "账号办理时限进入没有工作日历的年份,期限待定:请标准管理员补录放假安排",
                now,
                recipient="标准管理员",
            )
        return due

    def _must_speak(self, session: Session, actor: Actor, unit_id: int, account: str) -> None:
        if not unit_tree(session).speaks_for(actor.unit_id, unit_id):
            raise RefusedError(
                f"“{account}”由主办单位或其上级单位人员申请。",
                rule=self._section().opening.citation,
                next_step="请由主办单位人员登录办理。",
            )

    def _one_account(
        self,
        repository: LifecycleRepository,
        platform: str,
        kind: str,
        unit_id: int,
        unit: str,
        section: LifecycleSection,
        but: int | None = None,
    ) -> None:
        """Refuse a second account of an institution; those of officials in person stand beside it."""
        _platform(platform)
        others = [
            account
            for account in repository.living(platform, unit_id)
            if account.id != but and account.kind == AccountKind.INSTITUTION
        ]
        if others and kind != AccountKind.PERSON:
            raise RefusedError(
                f"“{unit}”在{Platform(platform).label}已有账号“{others[0].screen_name}”({others[0].status})。",
                rule=section.one_account.citation,
                next_step="请使用现有账号,或先按程序关停。",
            )

    def _name_free(self, session: Session, platform: str, name: str, account_id: int | None) -> None:
        repository = LifecycleRepository(session)
        wanted = normalise_name(name)
        rule = self._section().rename.citation
        for other, borne in repository.borne(platform):
            if other != account_id and normalise_name(borne) == wanted:
                raise RefusedError(f"名称“{name}”已由其他账号使用。", rule=rule, next_step="请换一个名称。")
        for other, held, until in repository.held(platform, self._clock.now()):
            if other != account_id and normalise_name(held) == wanted:
                raise RefusedError(
                    f"名称“{name}”为其他账号原名,平台保留至{beijing(until):%Y-%m-%d %H:%M}。",
                    rule=rule,
                    next_step="请换一个名称,或待保留期满。",
                )

    def _name_conforms(self, session: Session, name: str, unit: Unit, platform: str, kind: str, brand: str) -> None:
        others = [each for each in UnitRepository(session).names() if each != unit.name]
        verdict = check_name(
            name,
            unit.name if kind != AccountKind.PERSON else "",
            unit.level,
            book_for(self._book(), platform),
            others,
            area=unit.area,
            function=unit.function,
            brand_names=[brand] if brand.strip() else [],
        )
        if verdict.verdict != "fail":
            return
        worst = next(finding for finding in verdict.findings if finding.severity is not Severity.ADVICE)
        borne = {normalise_name(each) for _, each in LifecycleRepository(session).borne(platform)}
        free = [each for each in worst.proposed_fix if normalise_name(each) not in borne]
        raise RefusedError(
            worst.message.partition("依据:")[0],
            rule=f"{worst.source}:{worst.clause}",
            next_step=f"可用的名称:{'、'.join(free)}。" if free else "请换一个名称。",
        )

    def _book(self) -> AccountsBook:
        book = self._standards.in_force("accounts", beijing_date(self._clock.now())).book
        assert isinstance(book, AccountsBook)
        return book

    def _section(self) -> LifecycleSection:
        section = self._book().lifecycle
        if section is None:
            raise RefusedError("现行账号标准没有开设与关停一节。", next_step="请由标准管理员补充。")
        return section


class _Undo(Exception):
    """Leave the transaction without storing anything."""


def pending(acts: Sequence[AccountAct]) -> tuple[str, datetime | None]:
    """Return which act is awaited and by when, after these acts in order; empty and None if none is.

    Of several changes that are not filed yet, the first one's limit holds: a later change does not put it off.
    """
    awaits: tuple[str, datetime | None] = ("", None)
    before_closing = awaits
    for each in acts:
        awaited = _awaited(each.act)
        if each.act == "关停公告":
            before_closing = awaits
        if awaited:
            standing = awaits[1] if awaits[0] == awaited == "变更备案" else None
            awaits = (awaited, min(filter(None, (standing, each.due_at)), default=None))
        elif each.act == "撤销关停":
            # A change that was not filed before the closing was announced still has to be.
            awaits = before_closing if awaits[0] else awaits
        elif each.act in ("审批退回", "开设备案", "变更备案", "撤回申请", "注销"):
            awaits = ("", None)
    return awaits


def _awaited(act: str) -> str:
    return NEXT.get(act) or (ACTS[act].awaits if act in ACTS else "")


def _dues(acts: Sequence[AccountAct]) -> dict[int, datetime | None]:
    """Return by when each act was due: what the acts before it awaited."""
    dues: dict[int, datetime | None] = {}
    for number, each in enumerate(acts):
        awaits, due = pending(acts[:number])
        settles = each.act == awaits or (awaits == "审批通过" and each.act == "审批退回")
        dues[each.id] = due if settles else None
    return dues


def _seen_renames(names: Sequence[AccountName]) -> list[ActView]:
    """Return the renames that stand among the names and are no act: a roster showed them, nothing is held for them."""
    ended = {row.until_at: row.name for row in names if row.until_at is not None and row.held_until is None}
    return [
        ActView(
            act="名录更名",
            state_before="",
            state_after="",
            person="",
            on_behalf_of="",
            unit="",
            at=row.from_at,
            due_at=None,
            late=False,
            note="导入的名录中名称已变",
            details={"from": ended[row.from_at], "to": row.name},
        )
        for row in names
        if row.from_at is not None and row.from_at in ended
    ]


def _late(act: AccountAct, due: datetime | None) -> bool:
    return bool(act.details.get("late")) if "late" in act.details else due is not None and act.at >= due


def _sheets(session: Session, now: datetime, account_ids: Sequence[int] | None = None) -> list[AccountSheet]:
    repository = LifecycleRepository(session)
    acts: dict[int, list[AccountAct]] = {}
    for act, _ in repository.acts(account_ids):
        acts.setdefault(act.account_id, []).append(act)
    names = repository.names_by_account(account_ids)
    sheets = []
    for account, unit in repository.accounts(account_ids):
        awaits, due = pending(acts.get(account.id, []))
        former = [row.name for row in names.get(account.id, ()) if row.name != account.screen_name]
        sheets.append(
            AccountSheet(
                account_id=account.id,
                platform=account.platform,
                uid=account.uid or "",
                screen_name=account.screen_name,
                unit=unit,
                kind=account.kind,
                status=account.status,
                status_since=account.status_since,
                status_until=account.status_until,
                origin=account.origin,
                brand_name=account.brand_name,
                filing_number=account.filing_number,
                filed_on=account.filed_on,
                person_name=account.person_name,
                person_title=account.person_title,
                office_ends_on=account.office_ends_on,
                former_names=tuple(dict.fromkeys(former)),
                due_at=due,
                awaits=awaits,
                overdue=due is not None and due <= now,
                open_acts=open_acts(account.status),
                version=account.version,
            )
        )
    return sheets


def _complete(application: Application, section: LifecycleSection) -> None:
    rule = section.opening.citation
    for words, text in (("开设必要性", application.need), ("更新保障", application.upkeep)):
        if len(text.strip()) < 4:
            raise UsageError(f"须写明{words}。", rule=rule, next_step="请用一两句话写明后重试。")
    if not application.screen_name.strip():
        raise UsageError("账号名称为空。", rule=rule, next_step="请写明拟用名称。")
    _platform(application.platform)
    _readable(application.screen_name, application.platform)
    one_line(application.brand_name, "品牌名")
    _person(application.kind, application.person_name, application.person_title)


def _platform(platform: str) -> None:
    if platform not in set(Platform):
        raise UsageError(f"没有“{platform}”这个平台。", next_step=f"可选:{'、'.join(Platform)}。")


def _readable(name: str, platform: str) -> None:
    # On Weibo the naming rules tell of unseen characters and of length, with their clauses.
    if platform != Platform.WEIBO:
        one_line(name, "账号名称")


def _person(kind: str, name: str, title: str) -> None:
    if kind not in set(AccountKind):
        raise UsageError(f"账号类别“{kind}”不对。", next_step="可选:机构、个人。")
    stated = (one_line(name, "姓名"), one_line(title, "职务"))
    if kind == AccountKind.PERSON and not all(stated):
        raise UsageError("个人账号须写明姓名和职务。", next_step="请补全后重试。")


def _said(text: str, what: str) -> None:
    if not text.strip():
        raise UsageError(f"须写明{what}。", next_step="请补充后重试。")
