"""The life of an account: applied for, approved, filed, running, renamed, paused, closed; each act by its own side."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from accounts.lifecycle import ACTS
from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository
from accounts.repository.units import UnitRepository
from accounts.schemas.lifecycle import AccountSheet, ActView, Application, StockEntry
from accounts.schemas.people import BulkReport, RowFault
from accounts.service.lifecycle.acts import do
from accounts.service.lifecycle.desk import Desk
from accounts.service.lifecycle.opening import apply, enter
from accounts.service.lifecycle.sheets import account_sheets, act_views
from accounts.service.safety import find_account
from accounts.service.units import find_unit
from accounts.standards import StandardService
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import UsageError, WeiboOpsError

__all__ = ["LifecycleService"]


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
                for sheet in account_sheets(session, self._clock.now())
                if (wanted is None or sheet.unit == wanted) and (status is None or sheet.status == status)
            ]

    def sheet(self, reference: str) -> AccountSheet:
        """Return one account, by name (a former one too) or uid.

        Raises:
            NotFoundError: offering the nearest name.
        """
        with self._db.reading() as session:
            found = find_account(DutyRepository(session), reference)
            return account_sheets(session, self._clock.now(), [found.id])[0]

    def history(self, reference: str) -> list[ActView]:
        """List the acts in the life of an account, in order; renames that a roster showed stand among them."""
        with self._db.reading() as session:
            found = find_account(DutyRepository(session), reference)
            return act_views(session, found.id)

    def due(self) -> list[AccountSheet]:
        """List the accounts of which an act is awaited, the soonest due first."""
        with self._db.reading() as session:
            awaiting = [sheet for sheet in account_sheets(session, self._clock.now()) if sheet.awaits]
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
        with self._db.writing() as session:
            desk = self._desk(session, actor)
            return account_sheets(session, desk.now, [apply(desk, application)])[0]

    def register(self, actor: Actor, entry: StockEntry) -> AccountSheet:
        """Enter an account that ran before (存量登记); it is 正常运行, as a roster's is.

        Raises:
            PermissionRefusedError: the actor does not keep the register.
            RefusedError: uid or name are registered, or the unit has an account on the platform.
            UsageError: a field does not conform.
        """
        require(actor, Permission.REGISTER_EDIT, entry.screen_name)
        with self._db.writing() as session:
            desk = self._desk(session, actor)
            return account_sheets(session, desk.now, [enter(desk, entry)])[0]

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
                desk = self._desk(session, actor)
                for line, entry in rows:
                    try:
                        known = desk.repository.by_uid(entry.platform, entry.uid)
                        if known is not None and known.screen_name == entry.screen_name:
                            unchanged += 1
                        else:
                            enter(desk, entry)
                            added += 1
                    except WeiboOpsError as error:
                        faults.append(RowFault(line, "", str(error)))
                if dry_run or (faults and not skip_faulty):
                    raise _Undo
                details = {"added": added, "faulty": len(faults)}
                audit.append(session, actor, "account.import", source or "rows", details, desk.now)
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
            desk = self._desk(session, actor)
            return account_sheets(session, desk.now, [do(desk, reference, act, note.strip(), given)])[0]

    def _desk(self, session: Session, actor: Actor) -> Desk:
        """Return where acts are done, one after the other: what is free now stays so until the transaction ends."""
        advisory_lock(session, "accounts")
        return Desk(session, actor, self._standards, self._clock.now())


class _Undo(Exception):
    """Leave the transaction without storing anything."""
