"""``weibo-ops post schedule|unschedule|hold|resume|repeat|series|end-series``: when a signed post goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import pages

if TYPE_CHECKING:
    from datetime import datetime, time

    from publishing.schemas import ScheduleResult

NOW, NEXT = "now", "next"
AtOption = typer.Option(
    None, "--at", metavar="TIME", help="发布时间(北京时间),如 '2026-10-08 09:00';now 为立即,next 为下一个空闲时段"
)
AcceptOption = typer.Option("", "--accept", metavar="理由", help="有冲突而确需如此的,写明理由")
ReasonOption = typer.Option("", "--reason", help="理由")
SERIES_TITLES = {
    "series_id": "编号",
    "account": "账号",
    "title": "栏目",
    "rule": "周期",
    "first_day": "起",
    "last_day": "止",
    "posts": "期数",
    "published": "已发布",
    "withdrawn": "已撤稿",
    "waiting": "未发布",
    "ended_at": "结束于",
}
OCCURRENCE_TITLES = {"post_id": "稿件", "at": "时间"}


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("schedule", short_help="排期")(schedule)
    app.command("resume", short_help="暂停待处置的稿件重新排期")(resume)
    app.command("unschedule", short_help="取消排期")(unschedule)
    app.command("hold", short_help="暂停一件稿件,待处置")(hold)
    app.command("repeat", short_help="按周期重复:每期一件草稿")(repeat)
    app.command("series", short_help="周期栏目")(series)
    app.command("end-series", short_help="结束周期栏目")(end_series)


def schedule(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    at: str = AtOption,
    accept: str = AcceptOption,
    version: int = pages.VersionOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """给已签发的稿件排期,或改期;不写时间的,应急发布立即排期,其余按审签的最早发布时间。"""
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    done = app.calendar.schedule(app.actor, post_id, seen, at=_instant(at, app.clock.now()), accepted=accept)
    _emit(done, fmt)


def resume(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    at: str = AtOption,
    accept: str = AcceptOption,
    version: int = pages.VersionOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """给“暂停待处置”的稿件重新排期,各项要求与排期相同。"""
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    done = app.calendar.resume(app.actor, post_id, seen, at=_instant(at, app.clock.now()), accepted=accept)
    _emit(done, fmt)


def unschedule(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    reason: str = ReasonOption,
    version: int = pages.VersionOption,
) -> None:
    """取消排期,写明理由;签发仍然有效,可另行排期。"""
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    app.calendar.unschedule(app.actor, post_id, seen, reason)
    pages.say_standing(app.posts.show(post_id))


def hold(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    reason: str = ReasonOption,
    version: int = pages.VersionOption,
) -> None:
    """暂停一件稿件,写明理由,由人处置后再排期。"""
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    app.calendar.hold(app.actor, post_id, seen, reason)
    pages.say_standing(app.posts.show(post_id))


def repeat(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    title: str = typer.Option(..., "--title", help="栏目名称"),
    every: str = typer.Option(..., "--every", help="周期:每日 工作日 每周 每月"),
    at: str = typer.Option(..., "--at", metavar="HH:MM", help="发布时刻(北京时间)"),
    first: str = typer.Option(..., "--from", metavar="DAY", help="起日(含)"),
    last: str = typer.Option(..., "--to", metavar="DAY", help="止日(含)"),
    weekday: int = typer.Option(1, "--weekday", min=1, max=7, help="每周星期几,1为星期一"),
    day: int = typer.Option(1, "--day", min=1, max=31, help="每月几日;没有该日的月份略过"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """以一件稿件为底稿,每期生成一件草稿(至多100期),逐件送审、排期;底稿本身不变。"""
    from publishing.calendar_rules import Repetition
    from publishing.enums import SeriesDay
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import parse_day

    if every not in set(SeriesDay):
        raise UsageError(f"周期“{every[:20]}”无法识别。", next_step=f"可选:{'、'.join(SeriesDay)}。")
    first_day, last_day = parse_day(first), parse_day(last)
    if first_day is None or last_day is None:
        raise UsageError("须写明起止日期。", next_step="如 --from 2026-10-05 --to 2026-12-31。")
    rule = Repetition(SeriesDay(every), _clock_time(at), weekday, day)
    app = common.application(context)
    made = app.calendar.repeat(app.actor, post_id, title, rule, first_day, last_day)
    if fmt is common.Format.JSON:
        common.emit_json({**vars(made), "posts": [vars(each) for each in made.posts]})
    else:
        common.emit([vars(each) for each in made.posts], list(OCCURRENCE_TITLES), fmt, OCCURRENCE_TITLES)
    common.say(f"栏目{made.series_id}“{made.title}”({made.rule}):已生成{len(made.posts)}件草稿,逐件送审、排期。")
    for each in made.skipped:
        common.say(f"注意:{each}。")
    if made.blocking:
        common.say(f"每件有{made.blocking}处提示须处理,见 weibo-ops post check {made.posts[0].post_id}。")


def series(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称、用户id或编号(#12)"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出周期栏目和各期的情况。"""
    rows = [vars(row) for row in common.application(context).calendar.series(account)]
    common.emit(rows, list(SERIES_TITLES), fmt, SERIES_TITLES)


def end_series(
    context: typer.Context,
    series_id: int = typer.Argument(..., metavar="SERIES", help="栏目编号"),
    reason: str = ReasonOption,
) -> None:
    """结束周期栏目,写明理由;尚未发布的各期撤稿,正在发布和已发布的不变。"""
    app = common.application(context)
    withdrawn = app.calendar.end_series(app.actor, series_id, reason)
    numbers = f":{'、'.join(map(str, withdrawn))}" if withdrawn else ""
    common.say(f"栏目{series_id}已结束,撤稿{len(withdrawn)}件{numbers}。")


def _instant(text: str | None, now: datetime) -> Any:
    """Return a time as it was written; ``now`` and ``next`` by their words."""
    from weibo_ops.kernel.clock import parse_beijing

    if text is None or text.strip().lower() == NEXT:
        return None if text is None else NEXT
    return now if text.strip().lower() == NOW else parse_beijing(text)


def _clock_time(text: str) -> time:
    from datetime import time

    from weibo_ops.kernel.errors import UsageError

    try:
        return time.fromisoformat(text.strip().zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise UsageError(f"“{text[:20]}”不是钟点。", next_step="请写成 09:00 的形式。") from None


def _emit(done: ScheduleResult, fmt: common.Format) -> None:
    from weibo_ops.kernel.clock import format_beijing

    if fmt is common.Format.JSON:
        common.emit_json({**vars(done), "collisions": [vars(each) for each in done.collisions]})
    elif fmt is common.Format.CSV:
        row = {**vars(done), "collisions": [each.message for each in done.collisions]}
        common.emit([row], list(row), fmt)
    how = "人工发布" if done.by_hand else "接口发布"
    common.say(
        f"稿件{done.post_id}已排期:{done.account} {format_beijing(done.at)} {how},最晚{format_beijing(done.until)}。"
    )
    for each in done.collisions:
        if each.binds:
            common.say(f"已接受的冲突:{each.message}。依据:{each.rule}。")
    for warning in done.warnings:
        common.say(f"注意:{warning}。")
