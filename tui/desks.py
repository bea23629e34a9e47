"""What the drafting desk and the review desk read: posts in lists, signatures owed, what to write on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.enums import AccountStatus
from publishing.enums import PostState
from publishing.schemas import DeskRow, HitView, OwedRow, PostEntry, TemplateRow
from tui.drafts import remark_hits
from tui.forms import Option
from tui.sources import Batch
from weibo_ops.kernel.clock import beijing

if TYPE_CHECKING:
    from accounts.schemas.people import UnitRow
    from weibo_ops.bootstrap import Application

MOST = 300
"""Posts that a list holds; what is older is found by the filters."""


class View(StrEnum):
    """What the review desk lists."""

    QUEUE = "待我审签"
    ALL = "全部在审"
    OWED = "待补签"


@dataclass(frozen=True)
class DeskBatch(Batch):
    """Posts or owed signatures, with how many signatures are owed and how many of them are overdue."""

    owed: int = 0
    late: int = 0


def drafts(app: Application, search: str, account: str | None, state: str, *, mine: bool) -> DeskBatch:
    """Read the posts, the last changed first."""
    rows = app.posts.rows(app.actor, state=state or None, account=account, search=search or None, mine=mine, limit=MOST)
    return _batch(app, rows)


def reviews(app: Application, view: View) -> DeskBatch:
    """Read what waits for a signature, the soonest limit first."""
    if view is View.OWED:
        return _batch(app, app.sign_offs.owed())
    if view is View.QUEUE:
        return _batch(app, app.reviews.queue(app.actor))
    rows = app.posts.rows(app.actor, state=PostState.IN_REVIEW.value, limit=MOST)
    return _batch(app, sorted(rows, key=lambda row: (row.due_at is None, row.due_at, row.post_id)))


def _batch(app: Application, rows: Sequence[DeskRow] | Sequence[OwedRow]) -> DeskBatch:
    owed = app.sign_offs.owed()
    late = sum(row.overdue for row in owed)
    return DeskBatch(tuple(rows), None, app.accounts.watermark(), len(owed), late)


HOUR, DAY = 60, 24 * 60
"""In minutes."""


def left_words(due: datetime, now: datetime) -> str:
    """Return how much time is left until an instant, or how much it is past: ``剩35分``, ``剩19时``, ``超3天``.

    Wall time, begun minutes, hours and days counted whole, so that nothing that is left is called none.
    """
    seconds = (due - now).total_seconds()
    minutes = max(1, math.ceil(abs(seconds) / 60))
    size, word = (1, "分") if minutes <= HOUR else (HOUR, "时") if minutes <= 2 * DAY else (DAY, "天")
    return f"{'剩' if seconds > 0 else '超'}{math.ceil(minutes / size)}{word}"


def limit_words(step: str, due: datetime | None, now: datetime) -> str:
    """Return step and limit for a narrow column: ``复审 18:00``, on another day ``复审 10-13 18:00``."""
    if due is None:
        return step
    local = beijing(due)
    at = f"{local:%H:%M}" if local.date() == beijing(now).date() else f"{local:%m-%d %H:%M}"
    return f"{step} {at}".strip()


@dataclass(frozen=True)
class Writing:
    """A post to be written on.

    Attributes:
        post_id, version: None and 0 for a new one.
        state: in which it stands.
        entry: what stands in it.
        accounts: for which the person may write.
        limits: platform characters by gateway, 0 for no limit.
        templates: from which a text may be begun.
        remarks: what reviewers said of it and is not dealt with yet.
    """

    post_id: int | None
    version: int
    state: str
    entry: PostEntry
    accounts: tuple[Option, ...]
    limits: dict[str, int]
    templates: tuple[TemplateRow, ...]
    remarks: tuple[HitView, ...] = ()


def writing(app: Application, post_id: int | None = None) -> Writing:
    """Return a new post, or one to be edited.

    Raises:
        NotFoundError: there is none with this number.
    """
    accounts = account_options(app)
    usable = [option.value for option in accounts if not option.off]
    templates = tuple(row for row in app.templates.list_templates() if not row.retired and not row.expired)
    if post_id is None:
        entry = PostEntry(usable[0] if len(usable) == 1 else "", "")
        return Writing(None, 0, PostState.DRAFT.value, entry, accounts, app.posts.limits(), templates)
    post = app.posts.show(post_id)
    row = post.row
    entry = app.posts.entry_of(post_id)
    entry = replace(entry, originator=_named(app, entry.originator))
    return Writing(post_id, row.version, row.state, entry, accounts, app.posts.limits(), templates, remark_hits(post))


def _named(app: Application, login: str) -> str:
    """Return a person's name where nobody else bears it, so that it is known again when it is saved."""
    people = app.staff.list_staff()
    name = next((row.name for row in people if row.login == login), login)
    return name if sum(row.name == name for row in people) == 1 else login


def account_options(app: Application) -> tuple[Option, ...]:
    """Return the accounts for which the person may write: those of the own unit and of the units below it."""
    own = units_below(app.units.list_units(), app.actor.unit_id)
    return tuple(
        Option(
            f"#{sheet.account_id}",
            sheet.screen_name,
            sheet.unit if sheet.status == AccountStatus.RUNNING else f"{sheet.unit} {sheet.status}",
        )
        for sheet in app.lifecycle.sheets()
        if sheet.unit in own
    )


def units_below(units: Sequence[UnitRow], unit_id: int | None) -> frozenset[str]:
    """Return the names of a unit and of all that stand below it; of nobody's unit, of all."""
    if unit_id is None:
        return frozenset(unit.name for unit in units)
    found = {unit.name for unit in units if unit.unit_id == unit_id}
    grown = True
    while grown:
        below = {unit.name for unit in units if unit.parent in found} - found
        found |= below
        grown = bool(below)
    return frozenset(found)
