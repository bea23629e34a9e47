"""``weibo-ops duty``: the roster, who is on duty, what is not covered, hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import bulk, common

if TYPE_CHECKING:
    from accounts.schemas.duty import ChecklistView, ShiftEntry
    from weibo_ops.kernel.tables import TableRow

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "shift_id": "编号",
    "unit": "单位",
    "post": "岗位",
    "name": "姓名",
    "login": "登录名",
    "from_at": "开始",
    "until_at": "结束",
    "away": "当日请假",
    "note": "备注",
}
NOW_TITLES = {
    "post": "岗位",
    "name": "姓名",
    "login": "登录名",
    "phone": "电话",
    "until_at": "至",
    "stands_in_for": "代",
    "unit": "单位",
}
GAP_TITLES = {"post": "岗位", "from_at": "开始", "until_at": "结束", "reason": "依据", "unit": "单位"}
HEADINGS = {
    "unit": ("单位", "值班单位"),
    "post": ("岗位", "班次"),
    "login": ("登录名", "值班人"),
    "from_at": ("开始", "开始时间"),
    "until_at": ("结束", "结束时间"),
    "note": ("备注",),
}
LIST_TITLES = {
    "checklist_id": "编号",
    "kind": "类别",
    "title": "事项",
    "from_name": "交出",
    "from_signed_at": "交出签字",
    "to_name": "接收",
    "to_signed_at": "接收签字",
    "open_items": "未办项",
    "opened_at": "开始",
    "due_at": "期限",
    "closed_at": "办结",
}
ITEM_TITLES = {
    "number": "项",
    "text": "内容",
    "due_at": "期限",
    "done_at": "办理时间",
    "done_by": "办理人",
    "note": "说明",
    "evidence": "证据校验码",
}
UnitArgument = typer.Argument(..., help="单位全称")
FromDay = typer.Option(None, "--from", help="起日(含);默认今天")
UntilDay = typer.Option(None, "--until", help="止日(含);默认起日后6天")
ListArgument = typer.Argument(..., help="清单编号")


@app.command("list")
def list_shifts(
    context: typer.Context,
    unit: str = typer.Option(None, "--unit", help="只列该单位"),
    from_day: str = FromDay,
    until: str = UntilDay,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出值班表。"""
    app_ = common.application(context)
    first, last = _days(app_.clock.now(), from_day, until)
    common.emit([vars(row) for row in app_.duty.roster(unit, first, last)], list(TITLES), fmt, TITLES)
    _say_days(first, last)


@app.command("now")
def now(
    context: typer.Context,
    unit: str = UnitArgument,
    at: str = typer.Option(None, "--at", help="时间(北京时间);默认此刻"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出当前值班人;本单位无人值班时列上级单位的。"""
    rows = common.application(context).duty.on_duty(unit, _instant(at) if at else None)
    common.emit([vars(row) for row in rows], list(NOW_TITLES), fmt, NOW_TITLES)


@app.command("gaps")
def gaps(
    context: typer.Context,
    unit: str = UnitArgument,
    from_day: str = FromDay,
    until: str = UntilDay,
    fmt: common.Format = common.FormatOption,
) -> None:
    """按标准列出值班空档。"""
    app_ = common.application(context)
    first, last = _days(app_.clock.now(), from_day, until)
    common.emit([vars(row) for row in app_.duty.gaps(unit, first, last)], list(GAP_TITLES), fmt, GAP_TITLES)
    _say_days(first, last)


@app.command("assign")
def assign(
    context: typer.Context,
    unit: str = UnitArgument,
    login: str = typer.Argument(..., help="值班人登录名"),
    post: str = typer.Option("主班", "--post", help="岗位:主班 副班 带班领导"),
    starts: str = typer.Option(..., "--from", help="开始时间,如 2026-10-08 18:00"),
    ends: str = typer.Option(..., "--until", help="结束时间"),
    note: str = typer.Option("", "--note", help="备注"),
) -> None:
    """排一个班。"""
    from accounts.schemas.duty import ShiftEntry

    app_ = common.application(context)
    row = app_.duty.assign(app_.actor, ShiftEntry(unit, post, login, _instant(starts), _instant(ends), note))
    common.say(f"已排班 #{row.shift_id}:{row.unit} {row.post} {row.name}。")


@app.command("fill")
def fill(
    context: typer.Context,
    unit: str = UnitArgument,
    logins: list[str] = typer.Argument(..., help="轮值人登录名,按次序"),
    post: str = typer.Option("主班", "--post", help="岗位:主班 副班 带班领导"),
    from_day: str = FromDay,
    until: str = UntilDay,
    starts: str = typer.Option("09:00", "--at", help="每班开始的钟点"),
    hours: float = typer.Option(24.0, "--hours", help="每班小时数"),
    save: bool = typer.Option(False, "--save", help="保存;不写时只列出方案"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """按人轮值:请假的跳过,各人班数尽量相等;先列方案,加 --save 保存。"""
    from datetime import time

    from weibo_ops.kernel.errors import UsageError

    app_ = common.application(context)
    first, last = _days(app_.clock.now(), from_day, until)
    try:
        clock_time = time.fromisoformat(starts)
    except ValueError:
        raise UsageError(f"“{starts}”不是钟点。", next_step="请写成 09:00 的形式。") from None
    proposed = app_.duty.propose(unit, post, logins, first, last, clock_time, hours)
    titles = {key: TITLES[key] for key in ("unit", "post", "login", "from_at", "until_at")}
    common.emit([vars(entry) for entry in proposed], list(titles), fmt, titles)
    if save:
        app_.duty.fill(app_.actor, proposed)
        common.say(f"已保存 {len(proposed)} 班。")
    else:
        common.say(f"方案 {len(proposed)} 班,未保存。下一步:核对后加 --save。")


@app.command("swap")
def swap(
    context: typer.Context,
    shift: int = typer.Argument(..., help="值班编号"),
    login: str = typer.Argument(..., help="换上的人"),
) -> None:
    """换班。"""
    app_ = common.application(context)
    row = app_.duty.swap(app_.actor, shift, login)
    common.say(f"已换班 #{row.shift_id}:{row.post} {row.name}。")


@app.command("remove")
def remove(
    context: typer.Context,
    shift: int = typer.Argument(..., help="值班编号"),
    reason: str = typer.Option("", "--reason", help="原因"),
) -> None:
    """撤下一个尚未开始的班。"""
    app_ = common.application(context)
    app_.duty.remove(app_.actor, shift, reason)
    common.say(f"已撤下 #{shift}。")


@app.command("import")
def import_shifts(
    context: typer.Context,
    file: Path = bulk.FileArgument,
    dry_run: bool = bulk.DryRunOption,
    skip_faulty: bool = bulk.SkipOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """批量导入值班表(列:单位、岗位、登录名、开始、结束、备注)。"""
    app_ = common.application(context)
    required = ["unit", "post", "login", "from_at", "until_at"]
    bulk.enter(app_.duty.enter_all, app_.actor, file, HEADINGS, required, _entry, dry_run, skip_faulty, fmt)


@app.command("handover")
def handover(
    context: typer.Context,
    unit: str = UnitArgument,
    from_login: str = typer.Option(..., "--from", help="交班人登录名"),
    to_login: str = typer.Option(..., "--to", help="接班人登录名"),
    note: str = typer.Option("", "--note", help="说明"),
    items: list[str] = typer.Option([], "--item", help="另行交接的事项,可重复"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """开始交接班:列出交班人的未办结待办和清单;双方签字后待办转给接班人。"""
    app_ = common.application(context)
    list_ = app_.duty.open_handover(app_.actor, unit, from_login, to_login, note, items)
    show_list(list_, fmt)
    common.say(f"下一步:{list_.from_name}、{list_.to_name}先后签字:weibo-ops duty sign {list_.checklist_id}")


@app.command("handovers")
def handovers(
    context: typer.Context,
    all_: bool = typer.Option(False, "--all", help="含已办结"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出交接单和处置卡。"""
    rows = common.application(context).checklists.list_checklists(open_only=not all_)
    common.emit([vars(row) | {"open_items": row.open_items} for row in rows], list(LIST_TITLES), fmt, LIST_TITLES)


@app.command("show")
def show(context: typer.Context, checklist: int = ListArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一张清单的各项。"""
    show_list(common.application(context).checklists.show(checklist), fmt)


@app.command("tick")
def tick(
    context: typer.Context,
    checklist: int = ListArgument,
    item: int = typer.Argument(..., help="第几项"),
    note: str = typer.Option("", "--note", help="办理说明"),
    evidence: Path = typer.Option(None, "--evidence", help="证据文件,如截图"),
) -> None:
    """办理清单的一项。"""
    app_ = common.application(context)
    list_ = app_.checklists.tick(app_.actor, checklist, item, note, evidence)
    common.say(f"第{item}项已办,还有{list_.open_items}项。")


@app.command("sign")
def sign(context: typer.Context, checklist: int = ListArgument) -> None:
    """在交接单上签字:先交出方,后接收方。"""
    app_ = common.application(context)
    list_ = app_.checklists.sign(app_.actor, checklist)
    common.say(f"“{list_.title}”已由双方签字办结。" if list_.closed_at else f"已签字,待{list_.to_name}签字。")


@app.command("close")
def close(
    context: typer.Context,
    checklist: int = ListArgument,
    reason: str = typer.Option("", "--reason", help="未办各项的说明"),
) -> None:
    """办结处置卡,或撤回未签完的交接单。"""
    app_ = common.application(context)
    common.say(f"“{app_.checklists.close(app_.actor, checklist, reason).title}”已办结。")


@app.command("remind")
def remind(context: typer.Context) -> None:
    """检查交班后未签交接的,生成待办。"""
    app_ = common.application(context)
    common.say(f"待补签的交接 {app_.duty.remind(app_.actor)} 项。")


def show_list(list_: ChecklistView, fmt: common.Format) -> None:
    """Write the steps of a checklist to stdout and its head to stderr."""
    common.say(f"#{list_.checklist_id} {list_.title}" + (f":{list_.note}" if list_.note else ""))
    rows = [{"number": number, **vars(item)} for number, item in enumerate(list_.items, start=1)]
    if fmt is common.Format.TABLE:
        rows = [{**row, "evidence": str(row["evidence"])[:12]} for row in rows]
    common.emit(rows, list(ITEM_TITLES), fmt, ITEM_TITLES)


def _entry(row: TableRow, columns: Mapping[str, int | None]) -> ShiftEntry:
    from accounts.schemas.duty import ShiftEntry

    cells = {field: row.cell(column) for field, column in columns.items()}
    times = _instant(cells["from_at"]), _instant(cells["until_at"])
    return ShiftEntry(cells["unit"], cells["post"], cells["login"], *times, cells["note"])


def _instant(text: str) -> datetime:
    from weibo_ops.kernel.clock import parse_beijing

    return parse_beijing(text)


def _say_days(first: date, last: date) -> None:
    common.say(f"所列为{first.isoformat()}至{last.isoformat()};其他日期请用 --from、--until 写明。")


def _days(now: datetime, from_day: str | None, until: str | None) -> tuple[date, date]:
    from datetime import timedelta

    from weibo_ops.kernel.clock import beijing_date
    from weibo_ops.kernel.tables import parse_day

    first = (parse_day(from_day) if from_day else None) or beijing_date(now)
    last = (parse_day(until) if until else None) or first + timedelta(days=6)
    return first, last
