"""Findings on their way: verified, heard, confirmed, assigned, answered, reviewed, settled; waivers; reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from accounts.enums import FindingState
from accounts.finding_rules import (
    CONFIRM,
    CONFIRMED,
    NEXT,
    NOTIFY,
    OVERDUE,
    PLEAD,
    REMINDER,
    SETTLED,
    SOON,
    STANDING,
    STEP_DUE,
    STEPS,
    Side,
    Step,
    open_steps,
    reminders_of,
)
from accounts.models import Finding, FindingStep
from accounts.notices import notice_document
from accounts.permissions import Permission
from accounts.repository.duty import SUPERVISORS, DutyRepository, recipient_on_duty
from accounts.repository.findings import FindingRepository
from accounts.repository.standards import StandardRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.schemas import FindingView
from accounts.schemas.findings import Attachment, BoardRow, ClosingProposal, FindingStepView, WaiverView
from accounts.service.safety import find_account
from accounts.service.units import find_unit
from accounts.standards import StandardService
from accounts.working_days import add_working_days, work_calendar
from config.rulebook.accounts import AccountsBook, rules_in
from config.rulebook.rectification import RectificationSection
from weibo_ops.documents import Document
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.vault import Stored, Vault

LONG_SILENT = "freshness.long_silent"
SCOPE_RULE = "监管归口:法院、检察院、党群机关、共青团及垂管单位由其主管机关检查"


class FindingService:
    """Use cases on findings after a check has found them."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._vault = vault

    # --- reading --------------------------------------------------------------------------------------------

    def show(self, finding_id: int) -> tuple[FindingView, list[FindingStepView]]:
        """Return a finding and every step of every round.

        Raises:
            NotFoundError: there is none with this number.
        """
        book = self._book()
        with self._db.reading() as session:
            repository = FindingRepository(session)
            found = repository.finding_views(present=None, on=self._today(), finding_ids=[finding_id])
            if not found:
                raise _missing(finding_id)
            (view,) = found
            steps = [
                FindingStepView(
                    round=step.round,
                    step=step.step,
                    state_before=step.state_before,
                    state_after=step.state_after,
                    person=step.person,
                    on_behalf_of=step.on_behalf_of or "",
                    unit=unit,
                    at=step.at,
                    due_at=step.due_at,
                    late=step.due_at is not None and step.at >= step.due_at,
                    note=step.note,
                    attachments=tuple(Attachment(**each) for each in step.attachments),
                )
                for step, unit in repository.steps(finding_id)
            ]
        return replace(view, complaint=book.complaints_of(view.rule_id)), steps

    def circulated(self, *, settled: bool = False, on: date | None = None) -> list[FindingView]:
        """List the findings that may be named to others: confirmed by people and not waived.

        Args:
            settled: those that were settled, too.
            on: the Beijing day whose waivers count; today unless told.
        """
        book = self._book()
        states = {state.value for state in (CONFIRMED if settled else STANDING)}
        with self._db.reading() as session:
            views = FindingRepository(session).finding_views(present=None, on=on or self._today())
        return [
            replace(view, complaint=book.complaints_of(view.rule_id))
            for view in views
            if view.state in states and not view.waived
        ]

    def board(self) -> list[BoardRow]:
        """Count the findings at each state; those that vanished before anybody verified them do not count."""
        now = self._clock.now()
        with self._db.reading() as session:
            views = FindingRepository(session).finding_views(present=None, on=self._today())
        rows = []
        for state in FindingState:
            here = [view for view in views if view.state == state and (view.present or state != FindingState.FOUND)]
            overdue = sum(view.due_at is not None and view.due_at <= now for view in here)
            rows.append(
                BoardRow(state.value, len(here), 0 if state in SETTLED else overdue, sum(v.waived for v in here))
            )
        return rows

    def closures(self) -> list[ClosingProposal]:
        """List accounts silent for long, each a proposal to close or merge that a person decides."""
        section = self._section()
        procedure = f"依据:{section.closing.citation}。程序:集体研究、备案、公告满期后注销,见 weibo-ops account close。"
        with self._db.reading() as session:
            views = FindingRepository(session).finding_views(present=None, on=self._today())
        return [
            ClosingProposal(
                view.screen_name, view.unit, view.finding_id, view.state, view.last_seen, view.message, procedure
            )
            for view in views
            if view.rule_id == LONG_SILENT
            and not view.waived
            and (FindingState(view.state) in STANDING or (view.present and view.state not in SETTLED))
        ]

    def notice(self, unit: str, *, hearing: bool = False) -> Document:
        """Return the notice to a unit: 整改通知 of what was confirmed, or the draft for hearing (告知书).

        Raises:
            NotFoundError: the unit is not registered.
            RefusedError: nothing of the unit stands at such a state.
        """
        states = {FindingState.HEARD} if hearing else {FindingState.CONFIRMED, FindingState.ASSIGNED}
        with self._db.reading() as session:
            found = find_unit(UnitRepository(session), unit)
            section = self._section_of(session, found.id)
            views = [
                view
                for view in FindingRepository(session).finding_views(present=None, on=self._today())
                if view.unit == found.name and view.state in states and not view.waived
            ]
        if not views:
            wanted = "已告知、待申辩" if hearing else "已确认或已交办"
            raise RefusedError(
                f"“{found.name}”没有{wanted}的问题。",
                rule=section.way.citation,
                next_step="通知只列经核实、告知与确认的问题,见 weibo-ops finding list。",
            )
        return notice_document(found.name, views, section, self._clock.now(), hearing=hearing)

    # --- the way --------------------------------------------------------------------------------------------

    def take_step(
        self, actor: Actor, finding_ids: Sequence[int], step: str, note: str = "", evidence: Sequence[Path] = ()
    ) -> list[FindingView]:
        """Take a step with one finding or with several of them: all or none.

        Args:
            actor: who takes it.
            finding_ids: of the findings.
            step: its name, see `accounts.finding_rules.STEPS`.
            note: what the step asks to be said.
            evidence: files for the evidence store, e.g. a screenshot.

        Raises:
            PermissionRefusedError: the actor lacks the step's permission.
            NotFoundError: there is no such finding.
            RefusedError: the step is not open; the unit is not the actor's to judge or to speak for; the same person
                took part before; the time to plead is not over; a settled fault is still found.
            UsageError: there is no such step, or what it asks for was not said.
            ConflictError: somebody took a step at the same moment.
        """
        found = STEPS.get(step)
        if found is None:
            raise UsageError(f"没有“{step}”这一步。", next_step=f"可选:{'、'.join(STEPS)}。")
        require(actor, found.permission, step)
        if not finding_ids:
            raise UsageError("没有选定问题。", next_step="请写问题编号,见 weibo-ops finding list。")
        if found.asks and not note.strip():
            raise UsageError(f"{step}须写明{found.asks}。", next_step="请用 --note 写明。")
        stored = [self._vault.put(path) for path in evidence]
        with self._db.writing() as session:
            for finding_id in dict.fromkeys(finding_ids):
                self._take(session, actor, finding_id, found, note.strip(), stored)
            details = {
                "step": step,
                "findings": sorted(set(finding_ids)),
                "evidence": [each.digest for each in stored],
            }
            audit.append(session, actor, "finding.step", step, details, self._clock.now())
        return [self.show(finding_id)[0] for finding_id in dict.fromkeys(finding_ids)]

    def remind(self, actor: Actor) -> int:
        """Open a to-do for each step that is due within a working day (提醒) or overdue (催办); return how many.

        Raises:
            PermissionRefusedError: the actor may not check.
        """
        require(actor, Permission.CHECK, "提醒")
        now = self._clock.now()
        soon = add_working_days(work_calendar(self._standards, self._today()), now, 1) or now + timedelta(days=1)
        opened = 0
        with self._db.writing() as session:
            repository = FindingRepository(session)
            views = [
                view
                for view in repository.finding_views(present=None, on=self._today())
                if view.due_at is not None
                and view.due_at <= soon
                and view.state not in SETTLED
                and not view.waived
                and (view.present or view.state != FindingState.FOUND)
            ]
            units = repository.units_of([view.finding_id for view in views])
            for view in views:
                assert view.due_at is not None
                word = OVERDUE if view.due_at <= now else SOON
                todos.propose(
                    session,
                    REMINDER,
                    reminders_of(view.finding_id, view.round, view.state)[word],
                    f"{word}:“{view.screen_name}”{view.title}({view.state}),{NEXT[FindingState(view.state)]}",
                    now,
                    recipient=self._recipient(session, view.state, units[view.finding_id][0], now),
                    due_at=view.due_at,
                )
                opened += 1
        return opened

    # --- waivers --------------------------------------------------------------------------------------------

    def propose_waiver(
        self, actor: Actor, account: str, rule_id: str, from_day: date, last_day: date, reason: str
    ) -> WaiverView:
        """Propose to exempt an account from a rule for some days.

        Raises:
            PermissionRefusedError: the actor may not propose waivers.
            RefusedError: the rule may not be waived, the time is too long, or the unit is not the actor's to judge.
            UsageError: dates or reason are wrong, or there is no such rule.
        """
        require(actor, Permission.WAIVER_PROPOSE, account)
        rules = {rule.id: rule for rule in rules_in(self._book())}
        if rule_id not in rules:
            raise UsageError(f"账号标准没有“{rule_id[:60]}”这条规则。", next_step="规则编号见 weibo-ops finding list。")
        if not reason.strip() or last_day < from_day:
            raise UsageError("豁免须写明理由和起止日期,止日不早于起日。", next_step="请补全后重试。")
        if last_day < self._today():
            raise UsageError("豁免的止日已过,不能追溯。", next_step="请写今日或以后的止日。")
        with self._db.writing() as session:
            found = find_account(DutyRepository(session), account)
            self._must_judge(session, actor, found.unit_id, found.screen_name)
            section = self._section_of(session, found.unit_id)
            if rule_id in section.never_waived:
                raise RefusedError(
                    f"“{rules[rule_id].title}”不得豁免。", rule=section.waiver.citation, next_step="请按程序核实整改。"
                )
            if (last_day - from_day).days + 1 > section.waiver_days:
                raise RefusedError(
                    f"一次豁免不超过{section.waiver_days}日。", rule=section.waiver.citation, next_step="请缩短期限。"
                )
            now = self._clock.now()
            waiver_id = FindingRepository(session).add_waiver(
                {
                    "account_id": found.id,
                    "rule_id": rule_id,
                    "from_day": from_day,
                    "last_day": last_day,
                    "reason": reason.strip(),
                    "proposed_by": actor.person,
                    "proposed_at": now,
                }
            )
            todos.propose(
                session, "finding.waiver", str(waiver_id), f"签批豁免:“{found.screen_name}”{rules[rule_id].title}", now
            )
            details = {"rule": rule_id, "from": from_day, "until": last_day, "waiver": waiver_id}
            audit.append(session, actor, "finding.waiver_proposed", found.screen_name, details, now)
        return self._waiver(waiver_id)

    def sign_waiver(self, actor: Actor, waiver_id: int) -> WaiverView:
        """Sign a proposed waiver, from when on it holds.

        Raises:
            PermissionRefusedError: the actor may not sign waivers.
            RefusedError: the actor proposed it, or the unit is not theirs to judge.
            ConflictError: it is signed or ended already.
        """
        require(actor, Permission.WAIVER_SIGN, str(waiver_id))
        section = self._section()
        with self._db.writing() as session:
            repository = FindingRepository(session)
            row = repository.waiver(waiver_id)
            if row is None:
                raise NotFoundError(f"没有编号为{waiver_id}的豁免。", next_step="编号见 weibo-ops finding waivers。")
            unit_id, account = repository.sponsor_of(row.account_id)
            self._must_judge(session, actor, unit_id, account)
            require_second_person(actor, [row.proposed_by], "签批豁免", rule=section.waiver.citation)
            now = self._clock.now()
            if not repository.change_waiver(waiver_id, {"signed_by": actor.person, "signed_at": now}, signed=False):
                raise ConflictError("该豁免已签批或已终止。", next_step="不必重复办理。")
            todos.close(session, "finding.waiver", str(waiver_id), now)
            audit.append(session, actor, "finding.waiver_signed", account, {"waiver": waiver_id}, now)
        return self._waiver(waiver_id)

    def end_waiver(self, actor: Actor, waiver_id: int, reason: str) -> WaiverView:
        """End a waiver before its time; its findings count again.

        Raises:
            PermissionRefusedError: the actor may not sign waivers.
            UsageError: no reason was given.
            ConflictError: it does not hold.
        """
        require(actor, Permission.WAIVER_SIGN, str(waiver_id))
        if not reason.strip():
            raise UsageError("终止豁免须写明理由。", next_step="请用 --reason 写明。")
        with self._db.writing() as session:
            row = FindingRepository(session).waiver(waiver_id)
            if row is None:
                raise NotFoundError(f"没有编号为{waiver_id}的豁免。", next_step="编号见 weibo-ops finding waivers。")
            unit_id, account = FindingRepository(session).sponsor_of(row.account_id)
            self._must_judge(session, actor, unit_id, account)
            now = self._clock.now()
            if not FindingRepository(session).change_waiver(waiver_id, {"ended_at": now}, signed=True):
                raise ConflictError("该豁免未签批或已终止。", next_step="见 weibo-ops finding waivers。")
            details = {"waiver": waiver_id, "reason": reason.strip()}
            audit.append(session, actor, "finding.waiver_ended", str(waiver_id), details, now)
        return self._waiver(waiver_id)

    def waivers(self) -> list[WaiverView]:
        """List every waiver, the newest first."""
        today = self._today()
        with self._db.reading() as session:
            return [
                WaiverView(
                    waiver_id=row.id,
                    account=name,
                    rule_id=row.rule_id,
                    from_day=row.from_day,
                    last_day=row.last_day,
                    reason=row.reason,
                    proposed_by=row.proposed_by,
                    signed_by=row.signed_by,
                    signed_at=row.signed_at,
                    ended_at=row.ended_at,
                    in_force=row.signed_at is not None
                    and row.ended_at is None
                    and row.from_day <= today <= row.last_day,
                )
                for row, name in FindingRepository(session).waivers()
            ]

    # --- inside ---------------------------------------------------------------------------------------------

    def _take(
        self, session: Session, actor: Actor, finding_id: int, step: Step, note: str, stored: Sequence[Stored]
    ) -> None:
        repository = FindingRepository(session)
        row = repository.finding(finding_id)
        if row is None:
            raise _missing(finding_id)
        unit_id, unit, account = repository.units_of([finding_id])[finding_id]
        section = self._section_of(session, unit_id)
        if step.name not in open_steps(row.state, present=row.present):
            stands = f"现为“{row.state}”" if FindingState(row.state) not in step.sources else "最近一次检查仍发现"
            raise RefusedError(
                f"“{account}”的“{row.title}”{stands},不能{step.name}。",
                rule=section.way.citation,
                next_step=f"可办:{'、'.join(open_steps(row.state, present=row.present)) or '已办结'}。",
            )
        if step.side is Side.JUDGE:
            self._must_judge(session, actor, unit_id, account)
        elif not unit_tree(session).speaks_for(actor.unit_id, unit_id):
            raise RefusedError(
                f"{step.name}由“{unit}”或其上级单位人员办理。",
                rule=section.way.citation,
                next_step="请由该单位人员登录办理。",
            )
        taken = [each for each, _ in repository.steps(finding_id) if each.round == row.round]
        earlier = [
            login
            for each in taken
            if each.step in step.apart_from
            for login in (each.person, each.on_behalf_of)
            if login
        ]
        stated = unit_tree(session).oversight_of(unit_id)
        # Nobody but the office of oversight may judge: who is alone there cannot ask the unit above.
        another = f"请由{stated or '本单位'}的另一名监管人员办理;没有的,请系统管理员为其分管领导授予监管人员角色。"
        require_second_person(actor, earlier, step.name, rule=section.second_person.citation, next_step=another)
        now = self._clock.now()
        if step.name == CONFIRM:
            self._must_be_heard(row, taken, section, now)
        if step.name == "办结" and row.present and not stored and not note:
            raise RefusedError(
                f"最近一次检查仍发现“{row.title}”,不能直接办结。",
                rule=section.way.citation,
                next_step="请重新导入数据并检查;确已整改的,附证据或写明情况。",
            )
        due = self._due(session, step, section, now)
        # The update below changes the row in memory, too.
        before = {"round": row.round, "state_before": row.state, "due_at": row.due_at}
        values: dict[str, object] = {"state": step.target.value, "due_at": due}
        if step.name == CONFIRM:
            values["severity"] = self._confirmed_severity(row)
        if not repository.move(finding_id, row.version, values):
            raise ConflictError(f"“{account}”的“{row.title}”刚被他人办理,本次未保存。", next_step="请重新读取后再办。")
        repository.add_step(
            {
                **before,
                "finding_id": finding_id,
                "step": step.name,
                "state_after": step.target.value,
                "person": actor.person,
                "on_behalf_of": actor.on_behalf_of,
                "unit_id": actor.unit_id,
                "at": now,
                "note": note,
                "attachments": [vars(each) for each in stored],
            }
        )
        self._hand_on(session, row, before["state_before"], step, account, unit_id, due, now)

    def _hand_on(
        self,
        session: Session,
        row: Finding,
        state_before: object,
        step: Step,
        account: str,
        unit_id: int,
        due: datetime | None,
        now: datetime,
    ) -> None:
        todos.close(session, STEP_DUE, str(row.id), now)
        for subject in reminders_of(row.id, row.round, state_before).values():
            todos.close(session, REMINDER, subject, now)
        if step.target in SETTLED:
            return
        todos.propose(
            session,
            STEP_DUE,
            str(row.id),
            f"“{account}”{row.title}:{NEXT[step.target]}",
            now,
            recipient=self._recipient(session, step.target.value, unit_id, now),
            due_at=due,
        )

    def _recipient(self, session: Session, state: str, unit_id: int, now: datetime) -> str:
        of_unit = state in (FindingState.HEARD, FindingState.ASSIGNED)
        return recipient_on_duty(session, unit_id, now) if of_unit else SUPERVISORS

    def _due(self, session: Session, step: Step, section: RectificationSection, now: datetime) -> datetime | None:
        if not step.next_limit:
            return None
        days: int = getattr(section, step.next_limit)
        due = add_working_days(work_calendar(self._standards, self._today()), now, days)
        if due is None:
            todos.propose(
                session,
                "calendar.missing",
                "rectification",
                "整改时限进入没有工作日历的年份,期限待定:请标准管理员补录放假安排",
                now,
                recipient="标准管理员",
            )
        return due

    def _confirmed_severity(self, row: Finding) -> str:
        judged_by = self._standards.by_digest(row.standard_digest).book
        rule = next((rule for rule in rules_in(judged_by) if rule.id == row.rule_id), None)
        severity = getattr(rule, "confirmed_severity", None)
        return severity.value if severity is not None else row.severity

    def _must_judge(self, session: Session, actor: Actor, unit_id: int, account: str) -> None:
        tree = unit_tree(session)
        if not tree.may_judge(actor.unit_id, unit_id):
            stated = tree.oversight_of(unit_id)
            raise RefusedError(
                f"“{account}”不在{actor.name}的监管范围内" + (f",监管归口为“{stated}”。" if stated else "。"),
                rule=SCOPE_RULE,
                next_step=f"请由{stated or '其上级单位'}办理。",
            )

    def _waiver(self, waiver_id: int) -> WaiverView:
        return next(row for row in self.waivers() if row.waiver_id == waiver_id)

    def _today(self) -> date:
        return beijing_date(self._clock.now())

    def _book(self) -> AccountsBook:
        book = self._standards.in_force("accounts", self._today()).book
        assert isinstance(book, AccountsBook)
        return book

    def _must_be_heard(
        self, row: Finding, taken: Sequence[FindingStep], section: RectificationSection, now: datetime
    ) -> None:
        if any(each.step == PLEAD for each in taken):
            return
        due = row.due_at
        if due is None:
            # The calendar that was missing when the unit was told may be there by now.
            told = max(each.at for each in taken if each.step == NOTIFY)
            due = add_working_days(work_calendar(self._standards, self._today()), told, section.plead)
        if due is None or now < due:
            raise RefusedError(
                "申辩期未满,单位尚未答复,不能确认。",
                rule=section.way.citation,
                next_step="请等申辩期满,或由单位写明申辩意见、“无异议”。",
            )

    def _section(self) -> RectificationSection:
        return _rectification(self._book())

    def _section_of(self, session: Session, unit_id: int) -> RectificationSection:
        """Return the section of the text that governs a unit today: its own layer may set shorter limits."""
        line = [node.name for node in unit_tree(session).line(unit_id)]
        timeline = self._standards.timeline_in(StandardRepository(session), "accounts")
        book = timeline.governing(self._today(), line).book
        assert isinstance(book, AccountsBook)
        return _rectification(book)


def _rectification(book: AccountsBook) -> RectificationSection:
    if book.rectification is None:
        raise RefusedError("现行账号标准没有核实与整改一节。", next_step="请由标准管理员补充。")
    return book.rectification


def _missing(finding_id: int) -> NotFoundError:
    return NotFoundError(f"没有编号为{finding_id}的问题。", next_step="编号见 weibo-ops finding list。")
