"""What the delivery board reads: posts on their way out, accounts that cannot be used, how well delivery does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.schemas.platform import AuthorisationRow
from publishing.enums import PostState
from publishing.schemas.delivery import BoardRow, Health
from publishing.service.delivery_board import GROUPS, OWED_RECEIPT
from tui.desks import units_below
from tui.sources import Batch

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

STOPPED = "授权失效"
"""The group of accounts whose authorisation cannot be used."""
TO_COME = frozenset({PostState.SENDING.value, PostState.SCHEDULED.value})
SHORT = {
    GROUPS[PostState.UNCERTAIN]: "待核实",
    OWED_RECEIPT: "待回执",
    STOPPED: STOPPED,
    GROUPS[PostState.MISSED]: "错过",
    GROUPS[PostState.FAILED]: "失败",
    GROUPS[PostState.HELD]: "暂停",
    GROUPS[PostState.SENDING]: "发布中",
    GROUPS[PostState.SCHEDULED]: "待发",
}
"""The groups in the order of the board, in the words of its counts."""

Item = BoardRow | AuthorisationRow


@dataclass(frozen=True)
class BoardBatch(Batch):
    """What the board lists, with everything that is counted whatever is listed.

    Attributes:
        counts: posts and accounts by group.
        unclaimed: posts on our accounts that nobody here sent and nobody claimed yet.
        health: how well delivery does.
    """

    counts: dict[str, int]
    unclaimed: int
    health: Health


def board(app: Application, *, urgent_only: bool, own_only: bool) -> BoardBatch:
    """Read the board, what somebody must do first.

    Args:
        app: the services.
        urgent_only: leave out what goes its way by itself.
        own_only: only accounts of the own unit and of those below it.
    """
    rows = app.delivery_board.board(app.actor, unit_only=own_only)
    below = units_below(app.units.list_units(), app.actor.unit_id) if own_only else None
    accounts = [row for row in app.platform.statuses() if unusable(row) and (below is None or row.unit in below)]
    unclaimed = [row for row in app.reconcile.unclaimed() if below is None or row.unit in below]
    items: list[Item] = [*rows, *accounts]
    counts = Counter(group_of(item) for item in items)
    listed = [item for item in _in_order(items) if not urgent_only or is_urgent(item)]
    return BoardBatch(
        tuple(listed), None, app.accounts.watermark(), dict(counts), len(unclaimed), app.delivery_board.health()
    )


def unusable(row: AuthorisationRow) -> bool:
    """Say whether an account was authorised once and cannot be used now."""
    return row.authorised_at is not None and row.state in ("已到期", "不可用")


def group_of(item: Item) -> str:
    """Return what the board files something under."""
    return item.group if isinstance(item, BoardRow) else STOPPED


def is_urgent(item: Item) -> bool:
    """Say whether somebody must do something about it."""
    return not isinstance(item, BoardRow) or item.state not in TO_COME or item.group == OWED_RECEIPT


def _in_order(items: Sequence[Item]) -> Iterator[Item]:
    order = list(SHORT)
    # A stable sort: within a group the services' own order stays.
    yield from sorted(items, key=lambda item: order.index(group_of(item)))
