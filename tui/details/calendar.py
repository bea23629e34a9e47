"""Sheets of the calendar: a day with its posts and what is the matter with them; a post with its time in front."""

from __future__ import annotations

from datetime import datetime

from publishing.calendar_rules import Weight
from publishing.schemas import CalendarDay, CalendarEntry, PostDetail
from tui.calendar import WEEKDAYS
from tui.details.outgoing import PostSheet, post_page
from tui.glyphs import Glyphs
from tui.sheet import Block, Body, Field, Head, Sheet
from weibo_ops.kernel.clock import beijing, format_beijing

HOW_TO_DAY = "回车看这一日;按 b 把已签发的稿件排在这一日。"
NO_POSTS = "没有稿件。"
TONES = {Weight.BARS: "bad", Weight.REASON: "warn", Weight.ADVICE: "note"}
SIGNS = {Weight.BARS: "bad", Weight.REASON: "warn", Weight.ADVICE: "note"}


def day_kind(day: CalendarDay) -> str:
    """Return what a day is: worked, worked in the place of another, off, or not known."""
    if day.workday is None:
        return "节假日安排未收录"
    if not day.workday:
        return "休息日"
    return "调休上班" if day.day.weekday() > 4 else "工作日"


def day_page(day: CalendarDay, now: datetime, glyphs: Glyphs) -> Sheet:
    """Say what a day is, which pauses lie on it, and what goes out when."""
    blocks: list[Block] = []
    for pause in day.pauses:
        until = format_beijing(pause.until_at) if pause.until_at is not None else "未定"
        clearer = f",{pause.clearer}逐条放行" if pause.clearer else ""
        span = f"{format_beijing(pause.from_at)}至{until}{clearer}"
        blocks += [Head(f"{glyphs.sign('bad')} 暂停发布:{pause.title}", "bad"), Body(span, tone="bad")]
    if day.sensitive:
        blocks.append(Head(f"{glyphs.sign('warn')} 敏感时段:{day.sensitive}", "warn"))
    for entry in day.entries:
        blocks += [_entry_field(entry, glyphs), *_collision_fields(entry, glyphs)]
    if not day.entries:
        blocks.append(Body(NO_POSTS, tone="dim"))
    if day.slots:
        blocks.append(Field("常用时段", " ".join(f"{beijing(at):%H:%M}" for at in day.slots), "dim"))
    today = "  今天" if beijing(now).date() == day.day else ""
    title = f"{day.day} 周{WEEKDAYS[day.day.weekday()]}  {day_kind(day)}{today}  {len(day.entries)}件"
    return Sheet(title, (*blocks, Body(HOW_TO_DAY, tone="dim")))


def _entry_field(entry: CalendarEntry, glyphs: Glyphs) -> Field:
    row = entry.row
    mark = glyphs.post(row.state, void=row.void, owed=row.owed)
    urgent = "[应急]" if row.urgent else ""
    return Field(
        f"{beijing(entry.at):%H:%M} {entry.time_of if entry.time_of == '最早' else ''}".strip(),
        f"{mark.text}  稿件{row.post_id} {row.account} {row.content_class}  {urgent}{row.opening}",
        mark.tone,
    )


def _collision_fields(entry: CalendarEntry, glyphs: Glyphs) -> list[Field]:
    found = [
        Field(
            f"{glyphs.sign(SIGNS[each.weight])} {each.kind}",
            f"{each.message}。依据:{each.rule}",
            TONES[each.weight],
        )
        for each in entry.collisions
    ]
    if entry.accepted:
        found.append(Field("已说明", entry.accepted, "note"))
    return found


def entry_page(entry: CalendarEntry, post: PostDetail, glyphs: Glyphs, now: datetime) -> PostSheet:
    """Say when a post goes out and what is the matter with it, before everything else about it."""
    page = post_page(post, glyphs, now)
    how = "人工发布" if entry.by_hand else "接口发布"
    words = {"排期": "已排期", "发布": "已发布", "最早": "最早发布"}[entry.time_of]
    blocks: list[Block] = [Field(words, f"{format_beijing(entry.at)}  {how}")]
    if entry.until is not None:
        blocks.append(Field("最晚发出", f"{format_beijing(entry.until)},过时不发,由人重新确认"))
    if entry.reason:
        blocks.append(Field("情况", entry.reason, "warn"))
    blocks += _collision_fields(entry, glyphs)
    if entry.series:
        blocks.append(Field("栏目", entry.series))
    if entry.link:
        blocks.append(Field("链接", entry.link))
    return PostSheet(page.title, (*blocks, *page.blocks), page.marks, post)
