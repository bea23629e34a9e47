"""The account safety ledger (账号安全台账): administrators, telephone, password; the card for a stolen account."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from accounts.enums import AccountStatus, Platform
from accounts.models import Account, AccountAct
from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository, recipient_on_duty
from accounts.repository.people import PeopleRepository
from accounts.schemas.duty import AdministratorRow, ChecklistView, SafetyRow
from accounts.service.checklists import ADMINISTRATOR_HANDOVER, STOLEN, open_checklist, view
from accounts.service.staff import find_staff
from accounts.standards import StandardService
from config.rulebook.accounts import AccountsBook
from config.rulebook.duty import SafetySection
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

POSITIONS = ("主管理员", "管理员")


class SafetyService:
    """Use cases on the safety of accounts."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    def ledger(self, actor: Actor, account: str | None = None) -> list[SafetyRow]:
        """List the safety ledger with what the standard remarks on it; telephone numbers are masked.

        Only who keeps the ledger sees whole numbers.
        """
        today = beijing_date(self._clock.now())
        section = self._section(today)
        whole = actor.may(Permission.SAFETY_EDIT)
        with self._db.reading() as session:
            repository = DutyRepository(session)
            wanted = find_account(repository, account).id if account else None
            keepers: dict[int, list[str]] = {}
            for row, person in repository.administrators(today):
                keepers.setdefault(row.account_id, []).append(f"{person.name}({row.position})")
            return [
                _row(each, unit, keepers.get(each.id, []), section, today, whole=whole)
                for each, unit in repository.accounts()
                if each.id == wanted or (wanted is None and each.status != AccountStatus.CANCELLED)
            ]

    def administrators(self, account: str) -> list[AdministratorRow]:
        """List who keeps an account and who did.

        Raises:
            NotFoundError: the account is not registered.
        """
        with self._db.reading() as session:
            repository = DutyRepository(session)
            found = find_account(repository, account)
            return [
                AdministratorRow(found.screen_name, person.login, person.name, row.position, row.from_day, row.last_day)
                for row, person in repository.administrators()
                if row.account_id == found.id
            ]

    def appoint(self, actor: Actor, account: str, login: str, position: str = "管理员") -> list[AdministratorRow]:
        """Make somebody an administrator of an account from today.

        Raises:
            PermissionRefusedError: the actor does not keep the ledger.
            RefusedError: the person is not active or is one already; the principal one is outsourced; or there is a
                principal administrator, who is replaced by a hand-over.
        """
        require(actor, Permission.SAFETY_EDIT, account)
        if position not in POSITIONS:
            raise UsageError(f"没有“{position}”这个岗位。", next_step=f"可选:{'、'.join(POSITIONS)}。")
        today = beijing_date(self._clock.now())
        rule = _rule(self._section(today))
        with self._db.writing() as session:
            repository = DutyRepository(session)
            found = find_account(repository, account)
            person = find_staff(PeopleRepository(session), login)
            if person.service or not person.active:
                raise RefusedError(f"{person.name}的登录已停用。", rule=rule, next_step="请另行指定。")
            if person.outsourced and position == POSITIONS[0]:
                raise RefusedError(
                    f"{person.name}是代运维人员,不能任主管理员。", rule=rule, next_step="请指定本单位人员。"
                )
            for row, keeper in repository.administrators(today):
                if row.account_id == found.id and keeper.id == person.id:
                    raise RefusedError(
                        f"{person.name}已是“{found.screen_name}”的{row.position}。",
                        rule=rule,
                        next_step="不必重复登记。",
                    )
                if row.account_id == found.id and position == POSITIONS[0] == row.position:
                    raise RefusedError(
                        f"“{found.screen_name}”的主管理员是{keeper.name}。",
                        rule=rule,
                        next_step="更换主管理员请办交接:weibo-ops account handover。",
                    )
            repository.add_administrator(
                {"account_id": found.id, "staff_id": person.id, "position": position, "from_day": today}
            )
            audit.append(
                session,
                actor,
                "account.appoint",
                found.screen_name,
                {"person": login, "position": position},
                self._clock.now(),
            )
        return self.administrators(account)

    def relieve(self, actor: Actor, account: str, login: str) -> list[AdministratorRow]:
        """End an appointment today; a to-do asks for a new password and telephone the same day.

        Raises:
            PermissionRefusedError: the actor does not keep the ledger.
            NotFoundError: the person keeps no such account.
        """
        require(actor, Permission.SAFETY_EDIT, account)
        now = self._clock.now()
        with self._db.writing() as session:
            repository = DutyRepository(session)
            found = find_account(repository, account)
            person = find_staff(PeopleRepository(session), login)
            if not repository.end_administrator(found.id, person.id, beijing_date(now)):
                raise NotFoundError(
                    f"{person.name}不是“{found.screen_name}”的管理员。", next_step="见 weibo-ops account admins。"
                )
            todos.propose(
                session,
                "account.safety.leaver",
                f"{found.screen_name}/{login}",
                f"{person.name}不再任管理员:请于当日变更“{found.screen_name}”的绑定手机和口令",
                now,
                recipient=recipient_on_duty(session, found.unit_id, now),
                due_at=now + timedelta(hours=24),
            )
            audit.append(session, actor, "account.relieve", found.screen_name, {"person": login}, now)
        return self.administrators(account)

    def open_handover(self, actor: Actor, account: str, from_login: str, to_login: str) -> ChecklistView:
        """Open the hand-over of an account from one administrator to another; both signatures make it so.

        Raises:
            PermissionRefusedError: the actor does not keep the ledger.
            RefusedError: the one does not keep the account, the other does already, or a hand-over is open.
        """
        require(actor, Permission.SAFETY_EDIT, account)
        now = self._clock.now()
        section = self._section(beijing_date(now))
        rule = section.handover.citation if section else ""
        with self._db.writing() as session:
            repository = DutyRepository(session)
            people = PeopleRepository(session)
            found = find_account(repository, account)
            giver, taker = find_staff(people, from_login), find_staff(people, to_login)
            keepers = {
                person.id for row, person in repository.administrators(beijing_date(now)) if row.account_id == found.id
            }
            if giver.id not in keepers:
                raise RefusedError(
                    f"{giver.name}不是“{found.screen_name}”的管理员。",
                    rule=rule,
                    next_step="见 weibo-ops account admins。",
                )
            if taker.id in keepers or not taker.active or taker.service:
                raise RefusedError(
                    f"{taker.name}已是管理员或已停用,不能接手。", rule=rule, next_step="请另行指定接手人。"
                )
            open_ones = repository.checklists(ADMINISTRATOR_HANDOVER, open_only=True, account_id=found.id)
            if open_ones:
                raise RefusedError(
                    f"“{found.screen_name}”已有未签完的交接 #{open_ones[0].id}。", rule=rule, next_step="请先办完。"
                )
            steps = section.handover_steps if section else ()
            checklist_id = open_checklist(
                repository,
                kind=ADMINISTRATOR_HANDOVER,
                title=f"“{found.screen_name}”管理员交接",
                items=[(step, None) for step in steps],
                opened_by=actor.person,
                opened_at=now,
                due_at=now + timedelta(hours=24),
                account_id=found.id,
                unit_id=found.unit_id,
                from_staff_id=giver.id,
                to_staff_id=taker.id,
            )
            details = {"from": from_login, "to": to_login, "checklist": checklist_id}
            audit.append(session, actor, "account.handover", found.screen_name, details, now)
            return view(session, checklist_id)

    def record_password_change(self, actor: Actor, account: str, on: date | None = None) -> SafetyRow:
        """Record that the account's password was changed (the password itself is kept nowhere).

        Raises:
            PermissionRefusedError: the actor does not keep the ledger.
            UsageError: the day lies in the future or before the last change.
        """
        require(actor, Permission.SAFETY_EDIT, account)
        today = beijing_date(self._clock.now())
        day = on or today
        with self._db.writing() as session:
            repository = DutyRepository(session)
            found = find_account(repository, account)
            if day > today or (found.password_changed_on is not None and day < found.password_changed_on):
                raise UsageError("换口令的日期不对。", next_step="应不晚于今天,不早于上次。")
            self._act(session, actor, found, "换口令", {"password_changed_on": day}, {"day": day})
        return self.ledger(actor, account)[0]

    def rebind_phone(self, actor: Actor, account: str, phone: str, holder: str) -> SafetyRow:
        """Record the telephone an account is bound to and who holds it.

        Raises:
            PermissionRefusedError: the actor does not keep the ledger.
            UsageError: it is no telephone number, or nobody holds it.
        """
        require(actor, Permission.SAFETY_EDIT, account)
        number = re.sub(r"[\s-]", "", phone)
        if not re.fullmatch(r"\+?[0-9]{7,15}", number):
            raise UsageError("绑定手机的号码不对。", next_step="请填写7至15位数字。")
        if not holder.strip():
            raise UsageError("绑定手机须写明持有人。", next_step="请用 --holder 写明姓名。")
        with self._db.writing() as session:
            found = find_account(DutyRepository(session), account)
            values: dict[str, object] = {"bound_phone": number, "phone_holder": holder.strip()[:50]}
            self._act(
                session, actor, found, "换绑手机", values, {"phone": mask_phone(number), "holder": holder.strip()}
            )
        return self.ledger(actor, account)[0]

    def report_stolen(self, actor: Actor, account: str, note: str) -> ChecklistView:
        """Open the card for a stolen account (账号被盗处置卡) with an urgent to-do for every step.

        Raises:
            PermissionRefusedError: the actor does not keep the ledger.
            RefusedError: a card for the account is open.
            UsageError: it does not say what was noticed.
        """
        require(actor, Permission.SAFETY_EDIT, account)
        if not note.strip():
            raise UsageError("请写明发现的异常。", next_step="例:凌晨出现非本单位所发微博。")
        now = self._clock.now()
        section = self._section(beijing_date(now))
        if section is None:
            raise RefusedError("现行账号标准没有账号安全一节。", next_step="请由标准管理员补充。")
        with self._db.writing() as session:
            repository = DutyRepository(session)
            found = find_account(repository, account)
            open_ones = repository.checklists(STOLEN, open_only=True, account_id=found.id)
            if open_ones:
                raise RefusedError(
                    f"“{found.screen_name}”已有未办结的处置卡 #{open_ones[0].id}。",
                    rule=section.stolen.citation,
                    next_step="请在该卡上继续办理。",
                )
            items = [(step.text, now + timedelta(minutes=step.minutes)) for step in section.stolen_steps]
            checklist_id = open_checklist(
                repository,
                kind=STOLEN,
                title=f"“{found.screen_name}”被盗处置卡",
                items=items,
                note=note.strip(),
                opened_by=actor.person,
                opened_at=now,
                due_at=items[-1][1],
                account_id=found.id,
                unit_id=found.unit_id,
            )
            recipient = recipient_on_duty(session, found.unit_id, now)
            for number, (text, due) in enumerate(items, start=1):
                todos.propose(
                    session,
                    f"checklist.{STOLEN}",
                    f"{checklist_id}/{number}",
                    f"【紧急】“{found.screen_name}”被盗处置:{text}(依据:{section.stolen.citation})",
                    now,
                    recipient=recipient,
                    due_at=due,
                )
            audit.append(session, actor, "account.stolen", found.screen_name, {"checklist": checklist_id}, now)
            return view(session, checklist_id)

    def _act(
        self,
        session: Session,
        actor: Actor,
        account: Account,
        act: str,
        values: Mapping[str, object],
        details: Mapping[str, object],
    ) -> None:
        if not DutyRepository(session).change_account(account.id, account.version, values):
            raise ConflictError(f"“{account.screen_name}”刚被他人修改,本次未保存。", next_step="请重新读取后再改。")
        now = self._clock.now()
        session.add(
            AccountAct(
                account_id=account.id,
                act=act,
                state_before=account.status,
                state_after=account.status,
                person=actor.person,
                on_behalf_of=actor.on_behalf_of,
                unit_id=actor.unit_id,
                at=now,
                details=dict(details),
            )
        )
        audit.append(session, actor, "account.safety", account.screen_name, {"act": act, **details}, now)

    def _section(self, day: date) -> SafetySection | None:
        book = self._standards.in_force("accounts", day).book
        assert isinstance(book, AccountsBook)
        return book.safety


def find_account(repository: DutyRepository, reference: str) -> Account:
    """Return the account that a reference means: its number (``#12``), uid, name, or a former name.

    Raises:
        NotFoundError: offering the nearest name.
        RefusedError: several accounts bear the name; their numbers are offered.
    """
    found = repository.accounts_called(reference.strip())
    if not found:
        close = difflib.get_close_matches(reference.strip(), repository.account_names(), 1, 0.3)
        hint = f"是否为“{close[0]}”?" if close else "请用 weibo-ops account list 查看已登记账号。"
        raise NotFoundError(f"没有登记名为“{reference.strip()[:60]}”的账号。", next_step=hint)
    if len(found) > 1:
        numbers = "、".join(f"#{account.id} {Platform(account.platform).label}" for account in found)
        raise RefusedError(
            f"名为“{reference.strip()[:60]}”的账号有{len(found)}个。", next_step=f"请用用户id或编号写明:{numbers}。"
        )
    return found[0]


def mask_phone(number: str) -> str:
    """Return a telephone number whose middle is hidden; empty stays empty."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


def _rule(section: SafetySection | None) -> str:
    return section.administrators.citation if section else ""


def _row(
    account: Account, unit: str, keepers: list[str], section: SafetySection | None, today: date, *, whole: bool
) -> SafetyRow:
    days = (today - account.password_changed_on).days if account.password_changed_on is not None else None
    remarks: list[str] = []
    if section is not None:
        if section.administrators.enabled and len(keepers) < section.administrators.minimum:
            remarks.append(f"管理员{len(keepers)}名,应不少于{section.administrators.minimum}名")
        if section.password_age.enabled and days is None:
            remarks.append("未登记换口令日期")
        if section.password_age.enabled and days is not None and days > section.password_age.days:
            remarks.append(f"口令已{days}日未更换,应不超过{section.password_age.days}日")
        if not account.bound_phone:
            remarks.append("未登记绑定手机")
    return SafetyRow(
        account_id=account.id,
        account=account.screen_name,
        unit=unit,
        administrators=tuple(keepers),
        bound_phone=account.bound_phone if whole else mask_phone(account.bound_phone),
        phone_holder=account.phone_holder,
        password_changed_on=account.password_changed_on,
        password_days=days,
        remarks=tuple(remarks),
    )
