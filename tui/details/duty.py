"""Sheets of duty: a day with its shifts, gaps and who is on duty now; a hand-over with its items and signatures."""

from __future__ import annotations

from datetime import datetime

from accounts.enums import DutyPost
from accounts.schemas.duty import ChecklistItem, ChecklistView, OnDuty
from tui.glyphs import Glyphs, Mark
from tui.office import Day, clock_words
from tui.sheet import Block, Body, Field, Head, Sheet
from weibo_ops.kernel.clock import format_beijing

HOW_TO = "按 b 排班、换班或开始交接班;按 v 看交接单。"


def day_sheet(day: Day, now: datetime, glyphs: Glyphs) -> Sheet:
    """Say who serves when, what is missing and why, and who is on duty now."""
    blocks: list[Block] = []
    if day.today:
        blocks.append(Head("此刻值班"))
        blocks += on_duty_blocks(day.now, day.unit, glyphs)
    blocks.append(Head("当日各班"))
    for post in DutyPost:
        for row in day.shifts[post]:
            leave = f"  {glyphs.sign('warn')} 当日请假" if row.away else ""
            note = f"  {row.note}" if row.note else ""
            words = f"{clock_words(row.from_at, row.until_at, day.day)}  {row.name}({row.login})  #{row.shift_id}"
            blocks.append(Field(row.post, f"{words}{leave}{note}", "warn" if row.away else ""))
    if not any(day.shifts[post] for post in DutyPost):
        blocks.append(Body("没有排班。", tone="dim"))
    if day.remark:
        blocks += [Head("空档"), Body(day.remark, tone="warn")]
    elif day.gaps:
        blocks.append(Head(f"{glyphs.sign('bad')} 空档 {len(day.gaps)} 处", "bad"))
        for gap in day.gaps:
            blocks.append(Field(gap.post, clock_words(gap.from_at, gap.until_at, day.day), "bad"))
            blocks.append(Field("依据", gap.reason, "dim"))
    else:
        blocks.append(Head(f"{glyphs.sign('good')} 没有空档", "good"))
    return Sheet(f"{day.unit}  {day.day.isoformat()}", (*blocks, Body(HOW_TO, tone="dim")))


def on_duty_blocks(rows: tuple[OnDuty, ...], unit: str, glyphs: Glyphs) -> list[Block]:
    """Say who is on duty now; that it is another unit's duty, and for whom somebody stands in."""
    if not rows:
        return [Field("无人", f"{glyphs.sign('bad')} 本单位和上级单位此刻都没有人值班", "bad")]
    found: list[Block] = []
    for row in rows:
        stands = f",代{row.stands_in_for}" if row.stands_in_for else ""
        other = f",{row.unit}" if row.unit != unit else ""
        found.append(Field(row.post, f"{row.name}(至 {format_beijing(row.until_at)}{stands}{other})"))
    return found


def state_of(row: ChecklistView, now: datetime, glyphs: Glyphs) -> Mark:
    """Return how a list stands, as glyph, word and tone."""
    if row.closed_at is not None:
        return Mark(glyphs.sign("good"), "办结", "good")
    if row.due_at is not None and row.due_at <= now:
        return Mark(glyphs.sign("bad"), "超期", "bad")
    if row.from_login and row.from_signed_at is None:
        return Mark(glyphs.sign("wait"), "待交出签字", "note")
    if row.from_login:
        return Mark(glyphs.sign("wait"), "待接收签字", "note")
    return Mark(glyphs.sign("wait"), "办理中", "note")


def checklist_sheet(row: ChecklistView, now: datetime, glyphs: Glyphs) -> Sheet:
    """Say what is on a list, what is done, and who has signed."""
    mark = state_of(row, now, glyphs)
    blocks: list[Block] = [Field("状态", mark.text, mark.tone)]
    if row.from_login:
        blocks += [
            Field("交出", _signature(row.from_name, row.from_signed_at)),
            Field("接收", _signature(row.to_name, row.to_signed_at)),
        ]
    blocks += [
        *([Field("账号", row.account)] if row.account else []),
        *([Field("单位", row.unit)] if row.unit else []),
        *([Field("说明", row.note)] if row.note else []),
        *([Field("期限", format_beijing(row.due_at))] if row.due_at else []),
        Head(f"事项 {len(row.items)} 项,未办 {row.open_items} 项"),
    ]
    for number, item in enumerate(row.items, 1):
        blocks.append(_item(number, item, now, glyphs))
    if not row.items:
        blocks.append(Body("没有未办结的事项。", tone="dim"))
    blocks += [Field("开始", f"{row.opened_by}  {format_beijing(row.opened_at)}", "dim")]
    if row.closed_at is not None:
        blocks.append(Field("办结", f"{row.closed_by}  {format_beijing(row.closed_at)}", "dim"))
    return Sheet(f"#{row.checklist_id} {row.title}", tuple(blocks))


def _signature(name: str, at: datetime | None) -> str:
    return f"{name}  {format_beijing(at)} 已签字" if at is not None else f"{name}  未签字"


def _item(number: int, item: ChecklistItem, now: datetime, glyphs: Glyphs) -> Field:
    done = item.done_at is not None
    late = not done and item.due_at is not None and item.due_at <= now
    sign = glyphs.sign("good" if done else "bad" if late else "wait")
    parts = [item.text]
    if done:
        parts.append(f"{item.done_by} {format_beijing(item.done_at)} 已办")
    elif item.due_at is not None:
        parts.append(f"期限 {format_beijing(item.due_at)}{' 已超期' if late else ''}")
    parts += [words for words in (item.note, f"证据 {item.evidence[:12]}" if item.evidence else "") if words]
    return Field(f"{sign} {number}", "  ".join(parts), "" if done else "bad" if late else "note")
