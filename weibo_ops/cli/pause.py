"""``weibo-ops pause``: pauses of publication (暂停发布), from a preview to the decision on each held post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post.entry import instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from publishing.schemas.pauses import HeldRow, PauseEntry

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "pause_id": "编号",
    "title": "名称",
    "state": "状态",
    "unit": "下达单位",
    "scope": "范围",
    "from_at": "起",
    "until_at": "至",
    "clearer": "放行人",
    "allowed": "可放行",
    "waiting": "待处置",
}
HELD_TITLES = {
    "post_id": "稿件",
    "account": "账号",
    "at": "原定时间",
    "content_class": "类别",
    "state": "状态",
    "allowed": "可放行",
    "cleared": "已放行",
    "opening": "正文",
}
QUEUE_TITLES = {
    "post_id": "稿件",
    "account": "账号",
    "at": "原定时间",
    "late": "已过时",
    "content_class": "类别",
    "pause": "因何暂停",
    "covering": "仍在暂停",
    "code": "校验码",
    "next_step": "下一步",
    "opening": "正文",
}
CLEARANCE_TITLES = {
    "post_id": "稿件",
    "person": "放行人",
    "on_behalf_of": "代",
    "at": "时间",
    "valid": "有效",
    "reason": "理由",
}
PauseArgument = typer.Argument(..., metavar="ID", help="暂停发布的编号")
TitleArgument = typer.Argument(..., metavar="名称", help="名称,如 全市哀悼日")
ReasonOption = typer.Option("", "--reason", help="事由:谁的要求,为什么")
ClearerOption = typer.Option("", "--clearer", metavar="LOGIN", help="放行人的登录名,须为终审或监管人员")
FromOption = typer.Option(None, "--from", metavar="TIME", help="开始时间(北京时间);不写为立即开始")
UntilOption = typer.Option(None, "--until", metavar="TIME", help="结束时间;不写为另行通知")
UnitOption = typer.Option([], "--unit", help="单位,含下级单位,可重复;不写单位和账号的为本单位")
AreaOption = typer.Option([], "--area", help="地区,照单位台账所列,可重复")
AccountOption = typer.Option([], "--account", help="账号,可重复")
ClassOption = typer.Option([], "--class", help="内容类别,可重复;不写为全部类别")
AllowOption = typer.Option([], "--allow", help="可由放行人逐条放行的类别,可重复;不写按发布标准")
NoneOption = typer.Option(False, "--allow-none", help="任何类别都不放行")


@app.command("preview")
def preview(
    context: typer.Context,
    title: str = TitleArgument,
    reason: str = ReasonOption,
    clearer: str = ClearerOption,
    from_at: str = FromOption,
    until_at: str = UntilOption,
    unit: list[str] = UnitOption,
    area: list[str] = AreaOption,
    account: list[str] = AccountOption,
    content_class: list[str] = ClassOption,
    allow: list[str] = AllowOption,
    allow_none: bool = NoneOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """试算:现在开始将暂停哪些稿件、哪些已在发布不能暂停;不保存。"""
    app_ = common.application(context)
    wanted = _entry(title, reason, clearer, from_at, until_at, unit, area, account, content_class, allow, allow_none)
    found = app_.pauses.preview(app_.actor, wanted)
    if fmt is common.Format.JSON:
        common.emit_json(
            {
                **vars(found),
                "held": [vars(each) for each in found.held],
                "sending": [vars(each) for each in found.sending],
            }
        )
        return
    common.emit(_rows((*found.held, *found.sending)), list(HELD_TITLES), fmt, HELD_TITLES)
    _say(f"试算(未保存):“{found.title}” {_span(found.from_at, found.until_at)},{found.scope}。")
    _say(f"将暂停{len(found.held)}条;放行人{found.clearer},可逐条放行:{'、'.join(found.allowed) or '无'}。")
    if found.sending:
        _say(f"已在发布,不能暂停:{len(found.sending)}条,请在官方客户端核实。")
    if found.unscheduled:
        _say(f"另有{found.unscheduled}条已签发、错过或失败的稿件没有排期,暂停期间不能排入。")


@app.command("start")
def start(
    context: typer.Context,
    title: str = TitleArgument,
    reason: str = ReasonOption,
    clearer: str = ClearerOption,
    from_at: str = FromOption,
    until_at: str = UntilOption,
    unit: list[str] = UnitOption,
    area: list[str] = AreaOption,
    account: list[str] = AccountOption,
    content_class: list[str] = ClassOption,
    allow: list[str] = AllowOption,
    allow_none: bool = NoneOption,
) -> None:
    """开始一次暂停发布;范围内已排期的稿件转入暂停待处置。输出编号。"""
    app_ = common.application(context)
    wanted = _entry(title, reason, clearer, from_at, until_at, unit, area, account, content_class, allow, allow_none)
    detail = app_.pauses.start(app_.actor, wanted)
    row = detail.row
    common.write(f"{row.pause_id}\n")
    _say(f"暂停发布{row.pause_id}“{row.title}”{row.state}:{_span(row.from_at, row.until_at)},{row.scope}。")
    _say(f"暂停{len(detail.held)}条。下一步:weibo-ops pause show {row.pause_id}")
    if detail.sending:
        _say(f"已在发布,不能暂停:稿件{'、'.join(str(each.post_id) for each in detail.sending)},请核实。")


@app.command("list")
def list_pauses(
    context: typer.Context,
    open_only: bool = typer.Option(False, "--open", help="只列未结束的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出暂停发布,未结束的在前。"""
    rows = [{**vars(row), "scope": row.scope} for row in common.application(context).pauses.rows(open_only=open_only)]
    columns = list(TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["reason", "started_by", "started_at", "ended_by", "ended_at", "end_reason", "version"]
    common.emit(rows, columns, fmt, TITLES)


@app.command("show")
def show(context: typer.Context, pause: int = PauseArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一次暂停发布:暂停了哪些、哪些不能暂停、放行了哪些。"""
    detail = common.application(context).pauses.show(pause)
    row = detail.row
    if fmt is common.Format.JSON:
        common.emit_json(
            {
                **vars(row),
                "scope": row.scope,
                "rule": detail.rule,
                "held": [vars(each) for each in detail.held],
                "sending": [vars(each) for each in detail.sending],
                "clearances": [vars(each) for each in detail.clearances],
            }
        )
        return
    _say(f"{row.pause_id} “{row.title}” {row.state}:{_span(row.from_at, row.until_at)}。{row.scope}。")
    _say(f"{row.unit} {row.started_by}下达:{row.reason}。放行人{row.clearer}({row.clearer_login})。")
    if row.ended_at is not None:
        _say(f"{row.ended_by}结束:{row.end_reason}。未发布任何一条,待处置{row.waiting}条。")
    common.emit(_rows((*detail.held, *detail.sending)), list(HELD_TITLES), fmt, HELD_TITLES)
    if detail.sending:
        _say(f"已在发布,不能暂停:稿件{'、'.join(str(each.post_id) for each in detail.sending)}。")
    if detail.clearances and fmt is common.Format.TABLE:
        common.write("\n")
        rows: list[common.Row] = [vars(each) for each in detail.clearances]
        common.emit(rows, list(CLEARANCE_TITLES), fmt, CLEARANCE_TITLES)


@app.command("clear")
def clear(
    context: typer.Context,
    pause: int = PauseArgument,
    post: int = typer.Argument(..., metavar="POST", help="稿件编号"),
    code: str = typer.Option(..., "--code", help="所见稿件的校验码"),
    reason: str = typer.Option("", "--reason", help="理由"),
) -> None:
    """放行一条稿件:只由指定的放行人办理,只对这一稿有效。"""
    app_ = common.application(context)
    app_.pauses.clear(app_.actor, pause, post, code, reason)
    _say(f"稿件{post}已从暂停发布{pause}放行,尚未排期。下一步:weibo-ops post schedule {post}")


@app.command("end")
def end(
    context: typer.Context,
    pause: int = PauseArgument,
    reason: str = typer.Option("", "--reason", help="理由"),
    version: int = typer.Option(None, "--version", help="读到的版次;不写时取现在的版次"),
) -> None:
    """结束一次暂停发布:不发布任何一条,暂停的稿件逐条处置。"""
    app_ = common.application(context)
    seen = app_.pauses.show(pause).row.version if version is None else version
    row = app_.pauses.end(app_.actor, pause, seen, reason).row
    _say(f"暂停发布{pause}“{row.title}”已结束,未发布任何一条;待处置{row.waiting}条。")
    if row.waiting:
        _say("下一步:weibo-ops pause queue,逐条排期、修改或撤稿。")


@app.command("queue")
def queue(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出本单位及下级单位暂停待处置的稿件,逐条处置。"""
    app_ = common.application(context)
    rows = [vars(row) for row in app_.pauses.queue(app_.actor)]
    columns = list(QUEUE_TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["unit", "pause_id", "covering_id", "clearer", "cleared", "mine", "latest_at", "version"]
    common.emit(rows, columns, fmt, QUEUE_TITLES)
    if rows and fmt is common.Format.TABLE:
        _say("逐条处置:排期 weibo-ops post resume,修改 weibo-ops post edit,撤稿 weibo-ops post withdraw。")


def _entry(
    title: str,
    reason: str,
    clearer: str,
    from_at: str | None,
    until_at: str | None,
    unit: Sequence[str],
    area: Sequence[str],
    account: Sequence[str],
    content_class: Sequence[str],
    allow: Sequence[str],
    allow_none: bool,
) -> PauseEntry:
    from publishing.schemas.pauses import PauseEntry
    from weibo_ops.kernel.errors import UsageError

    if allow and allow_none:
        raise UsageError("--allow 与 --allow-none 只能写一个。", next_step="请去掉一个。")
    return PauseEntry(
        title=title,
        reason=reason,
        clearer=clearer,
        from_at=instant(from_at),
        until_at=instant(until_at),
        areas=tuple(area),
        units=tuple(unit),
        accounts=tuple(account),
        classes=tuple(content_class),
        allowed=() if allow_none else tuple(allow) or None,
    )


def _rows(found: Sequence[HeldRow]) -> list[common.Row]:
    return [vars(each) for each in found]


def _span(from_at: datetime, until_at: datetime | None) -> str:
    from weibo_ops.kernel.clock import format_beijing

    return f"{format_beijing(from_at)}起{f'至{format_beijing(until_at)}' if until_at else ',恢复时间另行通知'}"


def _say(sentence: str) -> None:
    """Write a sentence with what people wrote in it; what could act on a terminal is drawn as a symbol."""
    from weibo_ops.kernel.text import defuse

    common.say(defuse(sentence, newline=" "))
