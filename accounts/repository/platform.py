"""Queries on the platform's application, authorisations and counted calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Integer, Table, and_, bindparam, case, delete, false, or_, select, update

from accounts.enums import AccountStatus
from accounts.models import Account, PlatformApp, PlatformAuthorisation, PlatformCounter, PlatformState, Unit
from accounts.platform.budget import Counter, Window
from weibo_ops.kernel.db import UtcDateTime
from weibo_ops.kernel.repository import Repository, dialect_insert

THE_APP = 1
EMPTY = {"used": 0, "polls": 0, "told_full": False}
NO_LIMIT = 2**31 - 1
_COUNTERS = cast(Table, PlatformCounter.__table__)
_NEW = _COUNTERS.c.window_start < bindparam("its_start", type_=UtcDateTime)
_ONE = bindparam("one", type_=Integer)
_TAKE = (
    update(_COUNTERS)
    .where(
        _COUNTERS.c.scope == bindparam("its_scope"),
        _COUNTERS.c.kind == bindparam("its_kind"),
        or_(
            _NEW,
            and_(
                _COUNTERS.c.told_full == false(),
                _COUNTERS.c.used < bindparam("most", type_=Integer),
                _COUNTERS.c.polls < bindparam("most_polls", type_=Integer),
            ),
        ),
    )
    .values(
        used=case((_NEW, 1), else_=_COUNTERS.c.used + 1),
        polls=case((_NEW, _ONE), else_=_COUNTERS.c.polls + _ONE),
        told_full=case((_NEW, false()), else_=_COUNTERS.c.told_full),
        window_start=case(
            (_NEW, bindparam("its_start", type_=UtcDateTime)),
            else_=_COUNTERS.c.window_start,
        ),
    )
    .returning(_COUNTERS.c.scope)
)
"""Adds a call where there is room; made once, because it runs before every call."""


class PlatformRepository(Repository):
    """The application, authorisations, states, counters."""

    # --- application ----------------------------------------------------------------------------------------

    def application(self) -> PlatformApp | None:
        """Return the application, if it was registered."""
        return self.session.get(PlatformApp, THE_APP)

    def set_application(self, values: Mapping[str, object]) -> None:
        """Register the application, or others of its values."""
        row = self.application()
        if row is None:
            self.session.add(PlatformApp(id=THE_APP, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
        self.session.flush()

    # --- authorisations -------------------------------------------------------------------------------------

    def authorisation(self, account_id: int) -> PlatformAuthorisation | None:
        """Return the authorisation of an account."""
        return self.session.get(PlatformAuthorisation, account_id)

    def with_authorisation(
        self, account_ids: Collection[int]
    ) -> dict[int, tuple[Account, PlatformAuthorisation | None]]:
        """Return accounts with their authorisations: account id → (account, authorisation)."""
        rows = self.session.execute(
            select(Account, PlatformAuthorisation)
            .outerjoin(PlatformAuthorisation, PlatformAuthorisation.account_id == Account.id)
            .where(Account.id.in_(list(account_ids)))
        )
        return {account.id: (account, found) for account, found in rows}

    def account(self, account_id: int) -> Account | None:
        """Return an account."""
        return self.session.get(Account, account_id)

    def authorisations(self) -> list[tuple[Account, str, PlatformAuthorisation | None]]:
        """List the Weibo accounts that are not cancelled with their unit's name and authorisation, by unit and name."""
        rows = self.session.execute(
            select(Account, Unit.name, PlatformAuthorisation)
            .join(Unit, Unit.id == Account.unit_id)
            .outerjoin(PlatformAuthorisation, PlatformAuthorisation.account_id == Account.id)
            .where(
                Account.platform == "weibo",
                or_(Account.status != AccountStatus.CANCELLED.value, PlatformAuthorisation.account_id.is_not(None)),
            )
            .order_by(Unit.id, Account.screen_name, Account.id)
        )
        return [(account, unit, found) for account, unit, found in rows]

    def authorise(self, account_id: int, values: Mapping[str, object]) -> None:
        """Store a new authorisation in place of an earlier one."""
        row = self.authorisation(account_id)
        if row is None:
            self.session.add(PlatformAuthorisation(account_id=account_id, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
        self.session.flush()

    def change_authorisation(self, account_id: int, version: int, state: str, values: Mapping[str, object]) -> bool:
        """Change an authorisation if it is still that one and in that state; say whether it was."""
        moved = self.session.execute(
            update(PlatformAuthorisation)
            .where(
                PlatformAuthorisation.account_id == account_id,
                PlatformAuthorisation.version == version,
                PlatformAuthorisation.state == state,
            )
            .values(**values)
            .returning(PlatformAuthorisation.account_id)
        ).first()
        return moved is not None

    # --- states ---------------------------------------------------------------------------------------------

    def begin(self, values: Mapping[str, object], forget_before: datetime) -> None:
        """Remember that an authorisation was begun; long past ones are forgotten."""
        self.session.execute(delete(PlatformState).where(PlatformState.until_at < forget_before))
        self.session.add(PlatformState(**values))
        self.session.flush()

    def state(self, digest: str) -> PlatformState | None:
        """Return the authorisation on its way with this digest."""
        return self.session.get(PlatformState, digest)

    def use_state(self, digest: str, at: datetime) -> bool:
        """Use up a state; False if it was used already."""
        used = self.session.execute(
            update(PlatformState)
            .where(PlatformState.digest == digest, PlatformState.used_at.is_(None))
            .values(used_at=at)
            .returning(PlatformState.digest)
        ).first()
        return used is not None

    # --- counters -------------------------------------------------------------------------------------------

    def take(self, counter: Counter, *, poll: bool) -> bool:
        """Add one call to a counter if there is room; say whether there was.

        One conditional statement, so that two processes never share the last call. A window that began later than the
        present one (the clock was set back) goes on counting.
        """
        most = NO_LIMIT if counter.most is None else counter.most
        most_polls = NO_LIMIT if counter.most_polls is None else counter.most_polls
        if most <= 0 or most_polls <= 0:
            return False
        values = {
            "its_scope": counter.scope,
            "its_kind": counter.window.value,
            "its_start": counter.start,
            "most": most,
            "most_polls": most_polls,
            "one": 1 if poll else 0,
        }
        if self.session.execute(_TAKE, values).first() is not None:
            return True
        if self.counter(counter.scope, counter.window) is not None:
            return False
        self._ensure(counter.scope, counter.window, counter.start)
        return self.session.execute(_TAKE, values).first() is not None

    def take_all(self, wanted: Mapping[int, Sequence[Counter]]) -> dict[int, tuple[Counter, datetime]]:
        """Add a call that posts to the counters of each of some accounts where all of them have room.

        As `take`, with what is counted read once: the rows are locked until the transaction ends.

        Returns:
            Account id → the counter that has no room, and when its window began.
        """
        keys = sorted({(each.scope, each.window.value) for found in wanted.values() for each in found})
        starts = {(each.scope, each.window.value): each.start for found in wanted.values() for each in found}
        self.upsert(
            PlatformCounter,
            [
                {
                    "scope": scope,
                    "kind": kind,
                    "window_start": starts[scope, kind],
                    "used": 0,
                    "polls": 0,
                    "told_full": False,
                }
                for scope, kind in keys
            ],
            key=("scope", "kind"),
        )
        rows = {
            (row.scope, row.kind): row
            for row in self.session.scalars(
                select(PlatformCounter)
                .where(PlatformCounter.scope.in_(sorted({scope for scope, _ in keys})))
                .order_by(PlatformCounter.scope, PlatformCounter.kind)
                .with_for_update(),
                execution_options={"populate_existing": True},
            )
        }
        full: dict[int, tuple[Counter, datetime]] = {}
        for account_id, found in wanted.items():
            for each in found:
                row = rows[each.scope, each.window.value]
                if row.window_start < each.start:
                    row.used, row.polls, row.told_full, row.window_start = 0, 0, False, each.start
                if row.told_full or row.used >= (NO_LIMIT if each.most is None else each.most):
                    full[account_id] = each, row.window_start
                    break
            else:
                for each in found:
                    rows[each.scope, each.window.value].used += 1
        self.session.flush()
        return full

    def fill(self, scope: str, window: Window, start: datetime, at: datetime) -> datetime:
        """Mark a window as used up, because the platform said so; return when the window that is marked began."""
        self._ensure(scope, window, start)
        row = PlatformCounter
        new = row.window_start < start
        return self.session.execute(
            update(row)
            .where(row.scope == scope, row.kind == window.value)
            .values(
                used=case((new, 0), else_=row.used),
                polls=case((new, 0), else_=row.polls),
                told_full=True,
                told_at=at,
                window_start=case((new, start), else_=row.window_start),
            )
            .returning(row.window_start)
        ).scalar_one()

    def counter(self, scope: str, window: Window) -> PlatformCounter | None:
        """Return a counter as it stands."""
        return self.session.get(PlatformCounter, (scope, window.value), populate_existing=True)

    def counters(self) -> dict[tuple[str, str], PlatformCounter]:
        """Return every counter by scope and kind."""
        return {(row.scope, row.kind): row for row in self.session.scalars(select(PlatformCounter))}

    def bring_back(self, window: Window, start: datetime) -> int:
        """Let windows of a kind that begin after the present one begin with it, keeping what they counted."""
        rows = self.session.execute(
            update(PlatformCounter)
            .where(PlatformCounter.kind == window.value, PlatformCounter.window_start > start)
            .values(window_start=start)
            .returning(PlatformCounter.scope)
        ).all()
        return len(rows)

    def _ensure(self, scope: str, window: Window, start: datetime) -> None:
        self.session.execute(
            dialect_insert(self.session, _COUNTERS)
            .values(scope=scope, kind=window.value, window_start=start, used=0, polls=0, told_full=False)
            .on_conflict_do_nothing(index_elements=["scope", "kind"])
        )

    def expiring(self, states: Iterable[str], until: datetime) -> list[tuple[Account, PlatformAuthorisation]]:
        """List authorisations in some states that end before an instant, the soonest first."""
        rows = self.session.execute(
            select(Account, PlatformAuthorisation)
            .join(PlatformAuthorisation, PlatformAuthorisation.account_id == Account.id)
            .where(
                PlatformAuthorisation.state.in_(list(states)),
                PlatformAuthorisation.expires_at < until,
                Account.status != AccountStatus.CANCELLED.value,
            )
            .order_by(PlatformAuthorisation.expires_at, Account.id)
        )
        return [(account, found) for account, found in rows]
