"""``weibo-ops post calendar|slots``: what goes out when, by day, week, month or as an agenda."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from publishing.schemas import CalendarDay, CalendarEntry, CalendarView

DAY = timedelta(days=1)
CELL = 10
"""Cells of a day in the grid of a month: seven of them fit into 80 columns."""
MOST_IN_CELL = 3
WEEKDAYS = "一二三四五六日"
TITLES = {
    "at": "时间",
    "post_id": "编号",
    "account": "账号",
    "state": "状态",
    "content_class": "类别",
    "mark": "标记",
    "text": "正文",
}
MORE = (
    "day",
    "unit",
    "time_of",
    "urgent",
    "until",
    "by_hand",
    "collisions",
    "accepted",
    "reason",
    "series",
    "link",
    "version",
)
SLOT_TITLES = {"at": "时段", "free": "空闲", "why": "说明"}


class View(StrEnum):
    """How much of the calendar is shown, and how; as `publishing.calendar_rules.Look`, without what it loads."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    AGENDA = "agenda"


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("calendar", short_help="发布日历:日、周、月、日程")(calendar)
    app.command("slots", short_help="账号某日的常用时段")(slots)


def calendar(
    context: typer.Context,
    view: View = typer.Option(View.WEEK, "--view", help="day 日、week 周、month 月、agenda 日程(14日)"),
    on: str = typer.Option(None, "--date", metavar="DAY", help="所看的日期,默认今天"),
    account: str = typer.Option(None, "--account", help="只看该账号"),
    unit: str = typer.Option(None, "--unit", help="只看该单位及其下级单位的账号"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出各日的稿件:已排期的、已发布的、写明最早发布时间的;冲突、休息日、敏感时段和暂停发布一并标出。"""
    from publishing.calendar_rules import Look
    from weibo_ops.kernel.clock import beijing_date
    from weibo_ops.kernel.tables import parse_day

    app = common.application(context)
    day = (parse_day(on) if on else None) or beijing_date(app.clock.now())
    first, last = Look(view.value).days(day)
    found = app.calendar.view(app.actor, first, last, account=account, unit=unit)
    if fmt is not common.Format.TABLE:
        rows = [row for each in found.days for row in _rows(each)]
        common.emit(rows, [*TITLES, *MORE], fmt)
    elif view is View.MONTH:
        common.write(month_text(found, day))
    else:
        shown = [each for each in found.days if view is View.WEEK or _worth(each, day)]
        common.write("".join(_day_text(each) for each in shown))
    for line in _narration(found):
        common.say(line)


def slots(
    context: typer.Context,
    account: str = typer.Argument(..., metavar="ACCOUNT", help="账号名称、用户id或编号(#12)"),
    on: str = typer.Option(None, "--date", metavar="DAY", help="日期,默认今天"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出账号某日的常用发布时段,哪些还空闲。"""
    from weibo_ops.kernel.clock import beijing_date
    from weibo_ops.kernel.tables import parse_day

    app = common.application(context)
    day = (parse_day(on) if on else None) or beijing_date(app.clock.now())
    found = app.calendar.slots(account, day)
    rows = [
        {
            "at": each.at,
            "free": each.free,
            "why": "已过" if each.past else ";".join(collision.message for collision in each.collisions) or "-",
        }
        for each in found
    ]
    common.emit(rows, list(SLOT_TITLES), fmt, SLOT_TITLES)
    if not found:
        common.say(f"{day}没有常用时段,或该年的节假日安排尚未收录。")


def _worth(day: CalendarDay, asked: date) -> bool:
    return bool(day.entries or day.sensitive or day.pauses) or day.day == asked


def _rows(day: CalendarDay) -> Iterator[common.Row]:
    for each in day.entries:
        row = {**vars(each.row), **vars(each), "day": day.day, "text": each.row.opening, "mark": marks(each)}
        row["collisions"] = [collision.message for collision in each.collisions]
        yield row


def marks(entry: CalendarEntry) -> str:
    """Return in words what is to be seen of an entry at once."""
    said = dict.fromkeys(collision.kind.value for collision in entry.collisions)
    if any(collision.binds for collision in entry.collisions) and entry.accepted:
        said["已说明"] = None
    if entry.row.urgent:
        said["应急"] = None
    if entry.row.void:
        said["签字作废"] = None
    if entry.by_hand and entry.time_of == "排期":
        said["人工"] = None
    if entry.time_of == "最早":
        said["未排期"] = None
    return "、".join(said) or "-"


def day_words(day: CalendarDay) -> str:
    """Return a day as people name it, with what it is beside an ordinary one."""
    kind = {True: "工作日", False: "休息日", None: "节假日安排未收录"}[day.workday]
    said = [f"{day.day} 周{WEEKDAYS[day.day.weekday()]}", kind]
    said += [f"敏感时段:{day.sensitive}"] if day.sensitive else []
    said += [f"暂停发布:{pause.title}" for pause in day.pauses]
    return "  ".join(said)


def _day_text(day: CalendarDay) -> str:
    from weibo_ops.kernel.clock import beijing
    from weibo_ops.kernel.text import defuse

    head = defuse(day_words(day), newline=" ")
    if not day.entries:
        return f"【{head}】没有稿件\n"
    rows = [{**row, "at": f"{beijing(each.at):%H:%M}"} for row, each in zip(_rows(day), day.entries, strict=True)]
    return f"【{head}】\n{common.table_text(rows, list(TITLES), TITLES)}\n"


def month_text(view: CalendarView, day: date) -> str:
    """Return a month as a grid of seven columns that fits into 80: 休 a day off, 班 worked, 敏 sensitive, 停 paused.

    Each day shows its first posts, ``!`` before one that collides, and how many more there are.
    """
    from weibo_ops.kernel.text import cell_width

    by_day = {each.day: each for each in view.days}
    first = view.first - view.first.weekday() * DAY
    lines = [
        f"{day.year}年{day.month}月  {view.account or view.unit or '全部账号'}",
        _line([f"周{w}" for w in WEEKDAYS]),
    ]
    while first <= view.last:
        week = [by_day.get(first + step * DAY) for step in range(7)]
        cells = [_cell(each, named=not view.account) if each is not None else [""] for each in week]
        lines.append(_line(["-" * CELL] * 7))
        lines += [
            _line([cell[row] if row < len(cell) else "" for cell in cells]) for row in range(max(map(len, cells)))
        ]
        first += 7 * DAY
    assert all(cell_width(line) <= 80 for line in lines)
    return "\n".join(lines) + "\n"


def _cell(day: CalendarDay, *, named: bool) -> list[str]:
    from weibo_ops.kernel.clock import beijing
    from weibo_ops.kernel.text import defuse

    signs = f"{'休' if day.workday is False else ''}{'班' if day.workday and day.day.weekday() > 4 else ''}"
    signs += f"{'敏' if day.sensitive else ''}{'停' if day.pauses else ''}"
    lines = [f"{day.day.day:2} {signs}".rstrip()]
    for each in day.entries[:MOST_IN_CELL]:
        bad = "!" if any(collision.binds for collision in each.collisions) else " "
        who = defuse(each.row.account if named else each.row.opening, newline=" ", tab=" ")
        lines.append(f"{beijing(each.at):%H:%M}{bad}{who}")
    if len(day.entries) > MOST_IN_CELL:
        lines.append(f"另{len(day.entries) - MOST_IN_CELL}件")
    return lines


def _line(cells: Sequence[str]) -> str:
    from weibo_ops.kernel.text import cell_width, fit

    cut = [fit(cell, CELL, ellipsis="") for cell in cells]
    return " ".join(cell + " " * (CELL - cell_width(cell)) for cell in cut).rstrip()


def _narration(view: CalendarView) -> Iterator[str]:
    """Say what a grid has no room for: collisions in full, pauses and sensitive days with their spans."""
    from weibo_ops.kernel.clock import format_beijing

    posts = [each for day in view.days for each in day.entries]
    binding = [(each, c) for each in posts for c in each.collisions if c.binds]
    collided = len({each.row.post_id for each, _ in binding})
    yield f"{view.first}至{view.last}共{len(posts)}件" + (f",有冲突的{collided}件:" if collided else ",没有冲突。")
    for each, collision in binding:
        why = f"(已说明:{each.accepted})" if each.accepted else ""
        yield f"稿件{each.row.post_id}:{collision.message}{why}。依据:{collision.rule}。"
    for pause in dict.fromkeys(pause for day in view.days for pause in day.pauses):
        until = format_beijing(pause.until_at) if pause.until_at is not None else "未定"
        clearer = f",{pause.clearer}逐条放行" if pause.clearer else ""
        yield f"暂停发布“{pause.title}”:{format_beijing(pause.from_at)}至{until}{clearer}。"
    for name in dict.fromkeys(day.sensitive for day in view.days if day.sensitive):
        yield f"敏感时段“{name}”:" + "、".join(str(day.day) for day in view.days if day.sensitive == name) + "。"
