"""``weibo-ops response``: how fast the public was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from sentiment.schemas import ResponseRow, ResponseStats

app = typer.Typer(no_args_is_help=True)

LIST_TITLES = {
    "comment_id": "评论id",
    "reply_id": "首次响应id",
    "account": "账号",
    "replier": "答复账号",
    "wall_seconds": "自然时间(秒)",
    "working_minutes": "工作时间(分)",
    "target_minutes": "时限(分)",
    "outcome": "时效",
    "nature": "性质",
    "started_at": "提出时间",
    "deadline_at": "期限",
    "first_reply_at": "首次响应",
    "substantive_reply_id": "实质答复id",
    "substantive_wall_seconds": "实质答复自然时间(秒)",
    "substantive_working_minutes": "实质答复工作时间(分)",
}
STATS_TITLES = {
    "account": "账号",
    "comments": "公众评论",
    "due": "应答复",
    "answered": "已响应",
    "on_time": "按时",
    "late": "超期答复",
    "overdue": "超期未答复",
    "open": "未到期",
    "undetermined": "期限待定",
    "on_time_rate": "按时答复率",
    "rate_denominator": "按时答复率分母",
    "median_first_wall_minutes": "首次响应中位(自然时间,分)",
    "median_first_working_minutes": "首次响应中位(工作时间,分)",
    "median_substantive_wall_minutes": "实质答复中位(自然时间,分)",
    "sentence": "说明",
    "observed": "有观测",
}
COUNTED = ("comments", "due", "answered", "on_time", "late", "overdue", "open", "undetermined", "rate_denominator")
"""Counts that are no data, not zero, where nothing was observed."""


@app.command("list")
def list_responses(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    period: str = typer.Option(None, "--period", help="统计周期,如 2026Q3"),
    outcome: str = typer.Option(None, "--outcome", help="on_time、late、open、overdue、not_due"),
    limit: int = common.LimitOption,
    as_of: str = common.AsOfOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出每一条应答复或已答复的评论及其时效,先提出的在前。"""
    from sentiment.clocks import Outcome
    from weibo_ops.kernel.clock import Period

    rows = common.application(context).responses.list_responses(
        common.as_of_option(as_of), account, Period.parse(period) if period else None, outcome
    )
    shown = common.first(rows, limit, fmt)
    values = [{**vars(row), "working_minutes": _thousandths(row.working_minutes)} for row in shown]
    columns = list(LIST_TITLES)
    if fmt is common.Format.TABLE:
        values = [{**value, "outcome": Outcome(str(value["outcome"])).label} for value in values]
        columns = columns[:12]
    common.emit(values, columns, fmt, LIST_TITLES)


@app.command("show")
def show(
    context: typer.Context,
    comment_id: str = typer.Argument(..., help="评论id"),
    as_of: str = common.AsOfOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """说明一条评论的期限与用时:依据、答复、每一段时间是否计入。"""
    from dataclasses import asdict

    from sentiment.clocks import Outcome
    from weibo_ops.kernel.clock import format_beijing
    from weibo_ops.kernel.text import defuse

    detail = common.application(context).responses.show(comment_id, common.as_of_option(as_of))
    segments = [asdict(segment) for segment in detail.segments]
    columns = ["start", "end", "counted", "minutes", "reason"]
    if fmt is common.Format.JSON:
        common.emit_json(asdict(detail))
    elif fmt is common.Format.CSV:
        common.emit(segments, columns, fmt)
    else:
        row = detail.row
        lines = [
            ("评论", f"{row.comment_id}  {row.account}  {format_beijing(row.started_at, seconds=True)}"),
            ("内容", defuse(detail.text).replace("\n", " ")),
            ("应答复", f"是({detail.due_reason})" if detail.due_reason else "否"),
            ("时限", _target(row.target_minutes, detail.target_clock)),
            ("依据", detail.target_citation or "-"),
            ("期限", format_beijing(row.deadline_at, seconds=True) or ("期限待定" if detail.due_reason else "-")),
            ("时效", Outcome(row.outcome).label),
            ("自然时间", "-" if row.wall_seconds is None else f"{row.wall_seconds} 秒"),
            ("工作时间", "-" if row.working_minutes is None else f"{row.working_minutes:.3f} 分"),
            ("实质答复", _substantive(row)),
        ]
        lines += [
            ("答复", f"{format_beijing(at, seconds=True)} {name}:{defuse(text)}") for at, name, text in detail.replies
        ]
        common.write("".join(f"{title}:{value}\n" for title, value in lines))
        segments = _until_deadline(segments, row)
        titles = {"start": "起", "end": "止", "counted": "计入", "minutes": "分钟", "reason": "说明"}
        common.emit(segments, columns, fmt, titles)


@app.command("stats")
def stats(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    period: str = typer.Option(None, "--period", help="统计周期,如 2026Q3"),
    as_of: str = common.AsOfOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """按账号统计答复时效;按时答复率以已答复或已到期限的为分母,未答复列入未按时。"""
    from weibo_ops.kernel.clock import Period

    rows = common.application(context).responses.stats(
        common.as_of_option(as_of), Period.parse(period) if period else None, account
    )
    values = [
        {
            name: _thousandths(value) if name.startswith("median") else value
            for name, value in {**_seen(row), "on_time_rate": _rate(row.on_time_rate)}.items()
        }
        for row in rows
    ]
    columns = list(STATS_TITLES)
    if fmt is common.Format.TABLE:
        columns = [name for name in columns if name not in ("rate_denominator", "sentence", "observed")]
        values = [
            {**value, "on_time_rate": common.percent(row.on_time_rate)} for value, row in zip(values, rows, strict=True)
        ]
    common.emit(values, columns, fmt, STATS_TITLES)
    if fmt is common.Format.TABLE and rows:
        common.say(rows[-1].sentence)


def _seen(row: ResponseStats) -> dict[str, Any]:
    """The values of a row; counts of what nobody observed are no data."""
    unseen = not row.observed and not row.comments and not row.due
    return {**vars(row), **(dict.fromkeys(COUNTED) if unseen else {})}


def _substantive(row: ResponseRow) -> str:
    if row.substantive_reply_id is None:
        return "-"
    minutes = "" if row.substantive_working_minutes is None else f",工作时间 {row.substantive_working_minutes:.3f} 分"
    return f"{row.substantive_reply_id},自然时间 {row.substantive_wall_seconds} 秒{minutes}"


def _until_deadline(segments: list[dict[str, Any]], row: ResponseRow) -> list[dict[str, Any]]:
    """Fold what follows the deadline of a comment that nobody has answered into one line."""
    deadline = row.deadline_at
    if row.first_reply_at is not None or deadline is None or not segments or segments[-1]["end"] <= deadline:
        return segments
    shown = [segment for segment in segments if segment["start"] < deadline]
    last = shown[-1]
    if last["end"] > deadline:
        minutes = (deadline - last["start"]).total_seconds() / 60
        shown[-1] = {**last, "end": deadline, "minutes": round(minutes, 3)}
    waited = round((segments[-1]["end"] - deadline).total_seconds() / 60, 3)
    late = {"start": deadline, "end": segments[-1]["end"], "counted": None, "minutes": waited}
    return [*shown, {**late, "reason": "期限之后仍未答复(自然时间)"}]


def _target(minutes: int | None, clock: str) -> str:
    if minutes is None:
        return "-"
    return f"{minutes} 分钟({'工作时间' if clock == 'working' else '自然时间'})"


def _thousandths(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
