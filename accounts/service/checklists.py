"""Checklists: steps ticked one by one; hand-overs signed by both sides; the card for a stolen account.

What a list settles is done in the transaction that closes it: to-dos change hands, an administrator is replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Account, Checklist, Staff, Unit
from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository
from accounts.schemas.duty import ChecklistItem, ChecklistView
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError
from weibo_ops.kernel.vault import Vault

DUTY_HANDOVER = "值班交接"
ADMINISTRATOR_HANDOVER = "管理员交接"
STOLEN = "账号被盗处置"
HANDOVERS = (DUTY_HANDOVER, ADMINISTRATOR_HANDOVER)
SIGN_RULE = "交接应列明未办结事项,交接双方签字"


class ChecklistService:
    """Use cases on open lists."""

    def __init__(self, db: Database, clock: Clock, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._vault = vault

    def list_checklists(self, kind: str | None = None, *, open_only: bool = False) -> list[ChecklistView]:
        """List checklists, the newest first."""
        with self._db.reading() as session:
            return [_view(session, row) for row in DutyRepository(session).checklists(kind, open_only=open_only)]

    def show(self, checklist_id: int) -> ChecklistView:
        """Return one checklist.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            return view(session, checklist_id)

    def tick(
        self, actor: Actor, checklist_id: int, item: int, note: str = "", evidence: Path | None = None
    ) -> ChecklistView:
        """Tick off a step.

        Args:
            actor: who did it.
            checklist_id: of the list.
            item: number of the step, from 1.
            note: what was done, or why it is not needed.
            evidence: a file kept in the evidence store, e.g. a screenshot.

        Raises:
            PermissionRefusedError: the actor takes no part in duty or account safety.
            NotFoundError: there is no such list or step.
            ConflictError: the list is closed, the step was done, or somebody changed the list at the same moment.
        """
        _may_work(actor, checklist_id)
        stored = self._vault.put(evidence) if evidence is not None else None
        with self._db.writing() as session:
            row = _open(session, checklist_id)
            items = [dict(each) for each in row.items]
            if not 1 <= item <= len(items):
                raise NotFoundError(f"该清单没有第{item}项。", next_step=f"共{len(items)}项。")
            if items[item - 1]["done_at"]:
                raise ConflictError(f"第{item}项已办。", next_step="不必重复办理。")
            now = self._clock.now()
            items[item - 1] |= {
                "done_at": now.isoformat(),
                "done_by": actor.person,
                "note": note.strip(),
                "evidence": stored.digest if stored else "",
            }
            _change(session, row, {"items": items})
            todos.close(session, f"checklist.{row.kind}", f"{checklist_id}/{item}", now)
            details = {"item": items[item - 1]["text"], "evidence": stored.digest if stored else ""}
            audit.append(session, actor, "checklist.tick", row.title, details, now)
            return view(session, checklist_id)

    def sign(self, actor: Actor, checklist_id: int) -> ChecklistView:
        """Sign a hand-over for one's own side: who hands over first; the signature of who takes over settles it.

        A deputy signs in the principal's name; one person never signs for both sides.

        Raises:
            PermissionRefusedError: the actor takes no part in duty or account safety.
            RefusedError: the list is no hand-over, the actor is neither side, has signed already, it is the other
                side's turn, or steps of a hand-over between administrators are open.
        """
        _may_work(actor, checklist_id)
        with self._db.writing() as session:
            row = _open(session, checklist_id)
            if row.kind not in HANDOVERS:
                raise RefusedError("该清单不是交接单,不需双方签字。", next_step="请逐项办理后办结。")
            sides = _sides(session, row)
            side = next((name for name, person in sides.items() if person.login in actor.persons), None)
            if side is None:
                both = "、".join(person.name for person in sides.values())
                raise RefusedError(f"本交接由{both}签字。", rule=SIGN_RULE, next_step="请由双方本人或其受托人签字。")
            if getattr(row, f"{side}_signed_at") is not None:
                raise ConflictError("本方已签字。", next_step="请等待对方签字。")
            if side == "to" and row.from_signed_at is None:
                raise RefusedError("交出方尚未签字。", rule=SIGN_RULE, next_step=f"请先由{sides['from'].name}签字。")
            if side == "to":
                signed = (row.from_signed_by, sides["from"].login)
                require_second_person(actor, signed, "接班签字", rule=SIGN_RULE)
            left = sum(not item["done_at"] for item in row.items)
            if row.kind == ADMINISTRATOR_HANDOVER and left:
                raise RefusedError(f"还有{left}项未办。", rule=SIGN_RULE, next_step="请逐项办理后再签字。")
            now = self._clock.now()
            values: dict[str, Any] = {f"{side}_signed_at": now, f"{side}_signed_by": actor.person}
            if side == "to":
                values |= {"closed_at": now, "closed_by": actor.person}
            _change(session, row, values)
            details: dict[str, Any] = {"checklist": checklist_id, "side": side, "open_items": left}
            if side == "to":
                details["settled"] = _settle(session, row, sides, now)
            audit.append(session, actor, "checklist.sign", row.title, details, now)
            return view(session, checklist_id)

    def close(self, actor: Actor, checklist_id: int, reason: str = "") -> ChecklistView:
        """Close a card whose steps are all done, or with a reason for those that are not; withdraw a hand-over.

        Raises:
            PermissionRefusedError: the actor does not keep the safety ledger (a hand-over: takes no part in duty).
            RefusedError: steps are open and no reason was given.
        """
        _may_work(actor, checklist_id)
        with self._db.writing() as session:
            row = _open(session, checklist_id)
            left = sum(not item["done_at"] for item in row.items)
            if (left or row.kind in HANDOVERS) and not reason.strip():
                raise RefusedError(
                    f"“{row.title}”还有{left}项未办。" if left else "交接单由双方签字办结。",
                    rule=SIGN_RULE if row.kind in HANDOVERS else "",
                    next_step="请逐项办理;确不需办理的,用 --reason 写明原因。",
                )
            now = self._clock.now()
            note = "\n".join(
                part for part in (row.note, f"办结说明:{reason.strip()}" if reason.strip() else "") if part
            )
            _change(session, row, {"closed_at": now, "closed_by": actor.person, "note": note})
            for number in range(1, len(row.items) + 1):
                todos.close(session, f"checklist.{row.kind}", f"{checklist_id}/{number}", now)
            details = {"checklist": checklist_id, "open_items": left, "reason": reason.strip()}
            audit.append(session, actor, "checklist.close", row.title, details, now)
            return view(session, checklist_id)


def open_checklist(repository: DutyRepository, *, items: Sequence[tuple[str, datetime | None]], **values: Any) -> int:
    """Write an open checklist with its steps (text, due); return its id. Inside the caller's transaction."""
    steps = [
        {
            "text": text,
            "due_at": due.isoformat() if due else "",
            "done_at": "",
            "done_by": "",
            "note": "",
            "evidence": "",
        }
        for text, due in items
    ]
    return repository.add_checklist({"items": steps, **values})


def view(session: Session, checklist_id: int) -> ChecklistView:
    """Return a checklist as people see it.

    Raises:
        NotFoundError: there is none with this number.
    """
    session.expire_all()
    row = DutyRepository(session).checklist(checklist_id)
    if row is None:
        raise NotFoundError(f"没有编号为{checklist_id}的清单。", next_step="编号见 weibo-ops duty handovers。")
    return _view(session, row)


def _view(session: Session, row: Checklist) -> ChecklistView:
    giver = session.get(Staff, row.from_staff_id) if row.from_staff_id is not None else None
    taker = session.get(Staff, row.to_staff_id) if row.to_staff_id is not None else None
    account = session.get(Account, row.account_id) if row.account_id is not None else None
    unit = session.get(Unit, row.unit_id) if row.unit_id is not None else None
    return ChecklistView(
        checklist_id=row.id,
        kind=row.kind,
        title=row.title,
        account=account.screen_name if account else "",
        unit=unit.name if unit else "",
        note=row.note,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        due_at=row.due_at,
        items=tuple(
            ChecklistItem(
                text=item["text"],
                due_at=_instant(item["due_at"]),
                done_at=_instant(item["done_at"]),
                done_by=item["done_by"],
                note=item["note"],
                evidence=item["evidence"],
            )
            for item in row.items
        ),
        from_login=giver.login if giver else "",
        from_name=giver.name if giver else "",
        from_signed_at=row.from_signed_at,
        to_login=taker.login if taker else "",
        to_name=taker.name if taker else "",
        to_signed_at=row.to_signed_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        version=row.version,
    )


def _may_work(actor: Actor, checklist_id: int) -> None:
    if not actor.may(Permission.SAFETY_EDIT):
        require(actor, Permission.HANDOVER, f"清单 {checklist_id}")


def _open(session: Session, checklist_id: int) -> Checklist:
    row = DutyRepository(session).checklist(checklist_id)
    if row is None:
        raise NotFoundError(f"没有编号为{checklist_id}的清单。", next_step="编号见 weibo-ops duty handovers。")
    if row.closed_at is not None:
        raise ConflictError(f"“{row.title}”已办结。", next_step="不必重复办理。")
    return row


def _change(session: Session, row: Checklist, values: dict[str, Any]) -> None:
    if not DutyRepository(session).change_checklist(row.id, row.version, values):
        raise ConflictError(f"“{row.title}”刚被他人修改,本次未保存。", next_step="请重新读取后再办。")


def _sides(session: Session, row: Checklist) -> dict[str, Staff]:
    sides = {"from": session.get(Staff, row.from_staff_id or 0), "to": session.get(Staff, row.to_staff_id or 0)}
    return {name: person for name, person in sides.items() if person is not None}


def _settle(session: Session, row: Checklist, sides: dict[str, Staff], now: datetime) -> dict[str, Any]:
    repository = DutyRepository(session)
    giver, taker = sides["from"], sides["to"]
    if row.kind == DUTY_HANDOVER:
        return {"todos": repository.hand_over_todos(giver.login, taker.login, now)}
    today = beijing_date(now)
    assert row.account_id is not None
    position = next(
        (
            each.position
            for each, person in repository.administrators(today)
            if each.account_id == row.account_id and person.id == giver.id
        ),
        "管理员",
    )
    repository.end_administrator(row.account_id, giver.id, today)
    repository.add_administrator(
        {"account_id": row.account_id, "staff_id": taker.id, "position": position, "from_day": today}
    )
    todos.close(session, "account.safety.leaver", f"{_name(session, row.account_id)}/{giver.login}", now)
    return {"from": giver.login, "to": taker.login, "position": position}


def _name(session: Session, account_id: int) -> str:
    account = session.get(Account, account_id)
    return account.screen_name if account else ""


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
