"""投递: what goes out, what did not and why, what nobody knows of; outcomes settled, receipts brought, times given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from accounts.schemas.platform import AuthorisationRow
from publishing.delivery.looks import ASKED
from publishing.enums import PostState
from publishing.schemas import PostDetail
from publishing.schemas.delivery import BoardRow
from publishing.schemas.published import CopyView
from publishing.service.delivery_board import OWED_RECEIPT
from tui import delivery
from tui.actions import Place, screen_bindings
from tui.acts import calendar as calendar_acts
from tui.acts import delivery as acts
from tui.acts import posts
from tui.delivery import SHORT, TO_COME, BoardBatch, Item
from tui.desks import left_words
from tui.details.delivery import account_sheet, board_mark, board_page, copy_sheet, health_parts, waited
from tui.details.outgoing import PostSheet
from tui.forms import Plan
from tui.glyphs import Glyphs
from tui.screens.base import TableScreen
from tui.screens.desk import SHORT_CLASSES
from tui.sheet import Sheet
from tui.widgets.bars import Bar, Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import format_beijing

FIRST_WORDS = re.compile(r"[(,;:。(,;:]")
NOTHING = "没有待发的稿件,也没有须处理的事项。签发后的稿件在“日历”(按 !)排期。"
NOTHING_URGENT = "没有须处理的事项。按 s 查看待发的。"
NOT_READ = "正在读取稿件,稍候再办。"
NOT_A_POST = "这一行是账号,不是稿件。下一步见下方详情。"


class DeliveryScreen(TableScreen):
    """What somebody must do first, then what goes its way by itself."""

    PLACE = Place.DELIVERY
    UNIT = "件"
    BINDINGS = screen_bindings(Place.DELIVERY)

    def __init__(self) -> None:
        super().__init__()
        self.urgent_only = False
        self.own_only = False

    # --- what is shown --------------------------------------------------------------------------------------

    def columns(self) -> Sequence[Column]:
        """What is the matter, with which account, since when, what it says and why."""
        return (
            Column("事项", 12),
            Column("账号", 8, grow=1),
            Column("排期", 11),
            Column("等待", 6, right=True),
            Column("正文", 12, grow=3),
            Column("情况", 16),
            Column("类别", 4, from_cells=100),
            Column("已试", 4, right=True, from_cells=100),
            Column("编号", 4, right=True, from_cells=100),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a post, or an account that cannot be used."""
        now = self.services.clock.now()
        mark = board_mark(item, self.glyphs)
        if isinstance(item, AuthorisationRow):
            since = waited(item.expires_at, now) if item.expires_at and item.expires_at <= now else ""
            return (
                Cell(mark.text, mark.tone),
                Cell(item.account),
                Cell("-", "dim"),
                Cell(since or "-", "bad" if since else "dim"),
                Cell("自动发布已停"),
                Cell(f"授权{item.state}", "bad"),
                *([Cell("-", "dim")] * 3),
            )
        row: BoardRow = item
        to_come = row.state in TO_COME and row.group != OWED_RECEIPT
        if to_come and row.due_at is not None:
            left = left_words(row.due_at, now)
            waits = Cell(left, "bad" if left.startswith("超") else "dim")
        else:
            waits = Cell(waited(row.since, now), "" if to_come else mark.tone)
        return (
            Cell(mark.text, mark.tone),
            Cell(row.account),
            Cell(format_beijing(row.due_at)[5:] or "-"),
            waits,
            Cell(f"{'[应急]' if row.urgent else ''}{row.opening}"),
            Cell(self._situation(row), "" if to_come and not row.reason else "warn" if to_come else mark.tone),
            Cell(SHORT_CLASSES.get(row.content_class, row.content_class)),
            Cell(str(row.attempts) if row.attempts else "-", "" if row.attempts else "dim"),
            Cell(str(row.post_id), "dim"),
        )

    def _situation(self, row: BoardRow) -> str:
        """Return in a few words why a post stands where it stands; the pane says all of it."""
        if row.state == PostState.UNCERTAIN and row.group != OWED_RECEIPT:
            return ASKED if row.reason.startswith(ASKED) else "程序核实中"
        if row.group == OWED_RECEIPT:
            return "超期未登记回执" if row.state == PostState.UNCERTAIN else "等人工发布"
        if row.state == PostState.MISSED:
            return "已过最晚时间"
        if row.paused:
            return "暂停发布期间"
        if row.reason:
            return FIRST_WORDS.split(row.reason, 1)[0]
        stopped = isinstance(self.loaded, BoardBatch) and (row.account, row.unit) in _stopped(self.loaded.items)
        if row.state == PostState.SCHEDULED and not row.by_hand and stopped:
            return "等账号授权"
        return "人工发布" if row.by_hand else "接口发布"

    def fetch(self, cursor: str | None) -> Any:
        """Read the board."""
        return partial(delivery.board, self.services, urgent_only=self.urgent_only, own_only=self.own_only)

    def describe(self, item: Any) -> Any:
        """Say what is the matter, what was tried, and everything about the post."""
        return partial(_sheet, self.services, item, self.items, self.glyphs)

    def show_frame(self) -> None:
        """Show how well delivery does, whether the worker runs, and how many there are of each kind."""
        batch = self.loaded
        bar = self.query_one("#observed", Bar)
        if isinstance(batch, BoardBatch):
            oldest, worker = health_parts(batch.health, self.services.clock.now(), self.glyphs)
            bar.left, bar.right = ((" ", ""), oldest), (worker, (" ", ""))
        self.query_one("#chips", Bar).left = ((" ", ""), *self.chips())

    def chips(self) -> list[Part]:
        """What is listed, and how many there are of each kind."""
        parts: list[Part] = [
            (f"{'须处理' if self.urgent_only else '全部'}{'(本单位)' if self.own_only else ''}", "bold")
        ]
        batch = self.loaded
        if not isinstance(batch, BoardBatch):
            return parts
        for group, word in SHORT.items():
            if count := batch.counts.get(group, 0):
                tone = "$muted" if group in (PostState.SENDING.value, "待发") else "bold $error"
                parts.append((f" {word}{count}", tone))
        if batch.unclaimed:
            parts.append((f" 待认领{batch.unclaimed}", "bold $error"))
        return parts

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NOTHING_URGENT if self.urgent_only else NOTHING

    def took(self, kind: str, value: Any) -> None:
        """Show the text to copy, or do as every table."""
        if kind == "copy":
            view, post = value
            self.app.copy_to_clipboard(view.text)
            self.detail.show(copy_sheet(view, post, self.glyphs))
            self.say(f"稿件{view.post_id}的全文见下方,发出后按 i 登记回执。", "bold")
        else:
            super().took(kind, value)

    def refused(self, kind: str, sentence: str) -> None:
        """Say why an act was refused; what is shown stays."""
        if kind == "copy":
            self.tell(sentence, "$error")
        else:
            super().refused(kind, sentence)

    # --- acts -----------------------------------------------------------------------------------------------

    def action_other_view(self) -> None:
        """Look only at what somebody must do, or at all."""
        self.urgent_only = not self.urgent_only
        self.reload()

    def action_own_only(self) -> None:
        """Look only at the own unit and those below it, or at all."""
        self.own_only = not self.own_only
        self.reload()

    def action_settle(self) -> None:
        """Decide about a post of which nobody knows."""
        row = self._post()
        if row is not None and row.group == OWED_RECEIPT:
            self.tell(acts.BY_HAND.format(row.post_id), "$error")
        elif row is not None:
            self._ask(acts.settle_plan)

    def action_schedule(self) -> None:
        """Give the post a time again, or another one."""
        if self._post() is not None:
            self._ask(_schedule)

    def action_receipt(self) -> None:
        """Enter the link of a post that a person posted."""
        if (row := self._post()) is not None:
            self._ask(partial(_with_row, acts.receipt_plan, row))

    def action_give_back(self) -> None:
        """Say that a post that was handed over was not posted."""
        if (row := self._post()) is not None:
            self._ask(partial(_with_row, acts.give_back_plan, row))

    def action_copy_text(self) -> None:
        """Show exactly what a person posts in the official client."""
        if (post := self._shown()) is not None:
            self.read("copy", partial(_copy, self.services, post))

    def action_withdraw(self) -> None:
        """Withdraw a post that was not sent."""
        if self._post() is not None:
            self._ask(posts.withdraw_plan)

    def action_confirm_presence(self) -> None:
        """Confirm to be there."""
        self.fill_in(partial(acts.presence_plan, self.services))

    def _post(self) -> BoardRow | None:
        """Return the post under the cursor; say so where it is an account."""
        item = self.chosen()
        if item is not None and not isinstance(item, BoardRow):
            self.say(NOT_A_POST, "$error")
            return None
        return item

    def _ask(self, make: Callable[[Application, PostDetail], Plan]) -> None:
        """Show the form of an act on the post as the pane shows it."""
        if (post := self._shown()) is not None:
            self.fill_in(partial(make, self.services, post))

    def _shown(self) -> PostDetail | None:
        """Return the post that the pane shows, if it is the one under the cursor; say so if it is not there yet."""
        row, sheet = self._post(), self.detail.sheet
        if row is None:
            return None
        if isinstance(sheet, PostSheet) and sheet.post is not None and sheet.post.row.post_id == row.post_id:
            return sheet.post
        self.say(NOT_READ)
        return None


def _stopped(items: Sequence[Item]) -> set[tuple[str, str]]:
    return {(item.account, item.unit) for item in items if isinstance(item, AuthorisationRow)}


def _with_row(
    make: Callable[[Application, PostDetail, BoardRow], Plan], row: BoardRow, app: Application, post: PostDetail
) -> Plan:
    return make(app, post, row)


def _schedule(app: Application, post: PostDetail) -> Plan:
    return calendar_acts.schedule_plan(app, post, None, None)


def _sheet(app: Application, item: Item, items: Sequence[Item], glyphs: Glyphs) -> Sheet:
    if isinstance(item, AuthorisationRow):
        waiting = sum(
            isinstance(row, BoardRow) and (row.account, row.unit) == (item.account, item.unit) and not row.by_hand
            for row in items
        )
        return account_sheet(item, waiting, glyphs)
    owed = None
    if item.group == OWED_RECEIPT:
        owed = next((row for row in app.receipts.owed_receipts() if row.post_id == item.post_id), None)
    attempts = app.delivery_board.attempts(item.post_id)
    return board_page(item, app.posts.show(item.post_id, app.actor), attempts, owed, glyphs, app.clock.now())


def _copy(app: Application, post: PostDetail) -> tuple[CopyView, PostDetail]:
    return app.receipts.to_copy(app.present_actor(), post.row.post_id), post
