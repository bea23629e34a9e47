"""``weibo-ops account apply|approve|…|cancel``: the acts in the life of an account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import bulk, common

if TYPE_CHECKING:
    from accounts.schemas.lifecycle import StockEntry
    from weibo_ops.kernel.tables import TableRow

SHEET_TITLES = {
    "screen_name": "账号",
    "platform": "平台",
    "uid": "用户id",
    "unit": "主办单位",
    "parent": "行政隶属",
    "sector": "行业主管",
    "territory": "属地监管",
    "oversight": "监管归口",
    "kind": "类别",
    "status": "状态",
    "status_since": "状态起始",
    "status_until": "状态止日",
    "origin": "来源",
    "filing_number": "备案号",
    "filed_on": "备案日期",
    "person_name": "姓名",
    "person_title": "职务",
    "office_ends_on": "离任日期",
    "brand_name": "品牌名",
    "former_names": "曾用名",
    "certification": "认证说明",
    "certified_until": "认证到期",
    "administrators": "管理员",
    "findings": "发现",
    "awaits": "待办",
    "due_at": "期限",
    "overdue": "超期",
    "open_acts": "可办",
}
ACT_TITLES = {
    "at": "时间",
    "act": "办理",
    "state_before": "原状态",
    "state_after": "现状态",
    "person": "办理人",
    "on_behalf_of": "代",
    "unit": "单位",
    "due_at": "期限",
    "late": "逾期",
    "note": "说明",
    "details": "内容",
}
DUE_TITLES = {key: SHEET_TITLES[key] for key in ("screen_name", "unit", "status", "awaits", "due_at", "overdue")}
STOCK_HEADINGS = {
    "unit": ("主办单位", "单位", "责任单位"),
    "platform": ("平台", "类型"),
    "uid": ("用户id", "账号id", "uid"),
    "screen_name": ("昵称", "账号名称", "名称", "账号"),
    "kind": ("类别", "账号类别"),
    "brand_name": ("品牌名",),
    "filing_number": ("备案号",),
    "filed_on": ("备案日期",),
    "person_name": ("姓名",),
    "person_title": ("职务",),
}
AccountArgument = typer.Argument(..., help="账号名称、用户id或编号(#12)")
NoteOption = typer.Option("", "--note", help="原因或说明")
PlatformOption = typer.Option("weibo", "--platform", help="平台:weibo wechat douyin kuaishou toutiao other")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops account``."""
    app.command("show", help="一个账号的全部登记项")(show)
    app.command("history", help="账号办理经过")(history)
    app.command("due", help="待审批、待备案的账号")(due)
    app.command("apply", help="申请开设账号")(apply)
    app.command("approve", help="审批通过")(approve)
    app.command("return", help="审批或备案退回")(return_)
    app.command("file", help="开设备案或变更备案")(file_)
    app.command("start", help="启用账号")(start)
    app.command("withdraw", help="撤回申请")(withdraw)
    app.command("change", help="变更登记项")(change)
    app.command("rename", help="更名")(rename)
    app.command("pause", help="暂停更新")(pause)
    app.command("resume", help="恢复更新")(resume)
    app.command("close", help="关停公告")(close)
    app.command("reopen", help="撤销关停")(reopen)
    app.command("cancel", help="注销")(cancel)
    app.command("leave-office", help="个人账号离任")(leave_office)
    app.command("register", help="存量账号登记")(register_stock)
    app.command("import", help="批量登记存量账号")(import_stock)


def show(context: typer.Context, account: str = AccountArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一个账号的登记项、隶属、认证、管理员、发现和可办的事项。"""
    from accounts.enums import Platform
    from config.rulebook.base import Severity

    app = common.application(context)
    sheet = app.lifecycle.sheet(account)
    reference = f"#{sheet.account_id}"
    row = dict(vars(sheet))
    unit = next(each for each in app.units.list_units() if each.name == sheet.unit)
    row |= {field: getattr(unit, field) for field in ("parent", "sector", "territory", "oversight")}
    filed = next((each for each in app.directory.certifications() if each.account_id == sheet.account_id), None)
    row |= {"certification": filed.text if filed else "", "certified_until": filed.expires_on if filed else None}
    row["administrators"] = [
        f"{each.name}({each.position})" for each in app.safety.administrators(reference) if each.last_day is None
    ]
    row["findings"] = [
        f"{Severity(each.severity).label}:{each.title}({each.state})"
        for each in app.accounts.findings()
        if each.account_id == sheet.account_id
    ]
    if fmt is common.Format.TABLE:
        row["platform"] = Platform(sheet.platform).label
        rows = [{"field": title, "value": row[key]} for key, title in SHEET_TITLES.items()]
        common.emit(rows, ["field", "value"], fmt, {"field": "项目", "value": "内容"})
    else:
        common.emit([row], list(SHEET_TITLES), fmt, SHEET_TITLES)


def history(context: typer.Context, account: str = AccountArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出账号的每次办理:何人、何单位、何时、期限、是否逾期。"""
    from accounts.lifecycle import particulars

    rows = [vars(row) for row in common.application(context).lifecycle.history(account)]
    if fmt is common.Format.TABLE:
        rows = [{**row, "details": particulars(row["details"], row["note"])} for row in rows]
    common.emit(rows, list(ACT_TITLES), fmt, ACT_TITLES)
    if not rows:
        common.say("该账号由名录登记,登记前的办理不在库中。")


def due(
    context: typer.Context,
    overdue: bool = typer.Option(False, "--overdue", help="只列已超期的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出待审批、待备案的账号,先到期的在前。"""
    rows = [vars(row) for row in common.application(context).lifecycle.due() if row.overdue or not overdue]
    common.emit(rows, list(DUE_TITLES), fmt, DUE_TITLES)


def apply(
    context: typer.Context,
    name: str = typer.Argument(..., help="拟用名称"),
    unit: str = typer.Option(..., "--unit", help="主办单位全称"),
    need: str = typer.Option("", "--need", help="开设必要性"),
    staffing: list[str] = typer.Option([], "--staff", help="人员配备:登录名,至少两人,第一人为主管理员"),
    upkeep: str = typer.Option("", "--upkeep", help="更新保障"),
    platform: str = PlatformOption,
    kind: str = typer.Option("机构", "--kind", help="机构、个人"),
    person: str = typer.Option("", "--person", help="个人账号:姓名"),
    title: str = typer.Option("", "--title", help="个人账号:职务"),
    brand: str = typer.Option("", "--brand", help="品牌名"),
) -> None:
    """申请开设账号,提交主管单位审批。"""
    from accounts.schemas.lifecycle import Application

    app = common.application(context)
    wanted = Application(unit, platform, name, need, tuple(staffing), upkeep, kind, person, title, brand)
    _tell(app.lifecycle.apply_opening(app.actor, wanted))


def approve(context: typer.Context, account: str = AccountArgument, note: str = NoteOption) -> None:
    """审批通过:由主管单位办理。"""
    _act(context, account, "审批通过", note)


def return_(context: typer.Context, account: str = AccountArgument, note: str = NoteOption) -> None:
    """退回:审批中的退回主办单位,备案中的退回审批单位。"""
    sheet = common.application(context).lifecycle.sheet(account)
    _act(context, account, "备案退回" if sheet.status == "备案中" else "审批退回", note)


def file_(
    context: typer.Context,
    account: str = AccountArgument,
    number: str = typer.Option(..., "--number", help="备案号(由备案机关编列)"),
    on: str = typer.Option("", "--on", help="备案日期;默认今天"),
    note: str = NoteOption,
) -> None:
    """备案:由审批单位以外的单位办理;逾期的照办并记为逾期。"""
    app = common.application(context)
    opening = app.lifecycle.sheet(account).status == "备案中"
    given = {"filing_number": number, "filed_on": _day(on)}
    sheet = app.lifecycle.act(app.actor, account, "开设备案" if opening else "变更备案", note, **given)
    _tell(sheet)
    last = app.lifecycle.history(account)[-1]
    if last.late:
        common.say(f"已过备案期限,记为逾期。依据:{last.details.get('clause', '')}")


def start(
    context: typer.Context,
    account: str = AccountArgument,
    uid: str = typer.Option(..., "--uid", help="平台用户id"),
) -> None:
    """启用:已审批并备案的账号填写平台用户id后正常运行。"""
    _act(context, account, "启用", "", uid=uid)


def withdraw(context: typer.Context, account: str = AccountArgument, note: str = NoteOption) -> None:
    """撤回尚未启用的申请。"""
    _act(context, account, "撤回申请", note)


def change(
    context: typer.Context,
    account: str = AccountArgument,
    unit: str = typer.Option(None, "--unit", help="新主办单位"),
    kind: str = typer.Option(None, "--kind", help="机构、个人"),
    brand: str = typer.Option(None, "--brand", help="品牌名"),
    person: str = typer.Option(None, "--person", help="姓名"),
    title: str = typer.Option(None, "--title", help="职务"),
    note: str = NoteOption,
) -> None:
    """变更主办单位、类别、品牌名、个人账号的姓名和职务;限期备案。"""
    changes = {"unit": unit, "kind": kind, "brand_name": brand, "person_name": person, "person_title": title}
    _act(context, account, "变更", note, **changes)


def rename(
    context: typer.Context,
    account: str = AccountArgument,
    new_name: str = typer.Argument(..., help="新名称"),
    note: str = NoteOption,
) -> None:
    """更名:每自然年一次,原名平台保留48小时;限期备案。"""
    _act(context, account, "更名", note, new_name=new_name)


def pause(
    context: typer.Context,
    account: str = AccountArgument,
    until: str = typer.Option(..., "--until", help="止日(含)"),
    note: str = NoteOption,
) -> None:
    """报备暂停更新。"""
    _act(context, account, "暂停更新", note, until=_day(until))


def resume(context: typer.Context, account: str = AccountArgument, note: str = NoteOption) -> None:
    """恢复更新。"""
    _act(context, account, "恢复更新", note)


def close(
    context: typer.Context,
    account: str = AccountArgument,
    decision: str = typer.Option("", "--decision", help="集体研究的会议或文件"),
    note: str = typer.Option("", "--note", help="公告内容"),
) -> None:
    """发布关停公告;公告期满并备案后方可注销。"""
    _act(context, account, "关停公告", note, decision=decision)
    common.say("办理期间请继续更新(汉滨区2022年规定)。")


def reopen(context: typer.Context, account: str = AccountArgument, note: str = NoteOption) -> None:
    """撤销关停公告,恢复运行。"""
    _act(context, account, "撤销关停", note)


def cancel(
    context: typer.Context,
    account: str = AccountArgument,
    archived: bool = typer.Option(False, "--archived", help="内容已存档"),
    note: str = NoteOption,
) -> None:
    """注销:公告期满、已备案、内容已存档。"""
    _act(context, account, "注销", note, archived=archived)


def leave_office(
    context: typer.Context,
    account: str = AccountArgument,
    on: str = typer.Option(..., "--on", help="离任日期"),
    note: str = NoteOption,
) -> None:
    """登记个人账号持有人离任;限期变更名称、认证或停用。"""
    _act(context, account, "离任", note, ends_on=_day(on))


def register_stock(
    context: typer.Context,
    uid: str = typer.Argument(..., help="平台用户id"),
    name: str = typer.Argument(..., help="账号名称"),
    unit: str = typer.Option(..., "--unit", help="主办单位全称"),
    platform: str = PlatformOption,
    kind: str = typer.Option("机构", "--kind", help="机构、个人"),
    brand: str = typer.Option("", "--brand", help="品牌名"),
    number: str = typer.Option("", "--number", help="备案号"),
    filed_on: str = typer.Option("", "--filed-on", help="备案日期"),
    person: str = typer.Option("", "--person", help="姓名"),
    title: str = typer.Option("", "--title", help="职务"),
) -> None:
    """登记此前已在运行的账号。"""
    from accounts.schemas.lifecycle import StockEntry

    app = common.application(context)
    entry = StockEntry(unit, platform, uid, name, kind, brand, number, _day(filed_on), person, title)
    _tell(app.lifecycle.register(app.actor, entry))


def import_stock(
    context: typer.Context,
    file: Path = bulk.FileArgument,
    dry_run: bool = bulk.DryRunOption,
    skip_faulty: bool = bulk.SkipOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """批量登记存量账号(列:主办单位、平台、用户id、昵称,可有备案号、备案日期等)。"""
    app = common.application(context)
    required = ["unit", "uid", "screen_name"]
    bulk.enter(app.lifecycle.enter_all, app.actor, file, STOCK_HEADINGS, required, _entry, dry_run, skip_faulty, fmt)


def _entry(row: TableRow, columns: Mapping[str, int | None]) -> StockEntry:
    from accounts.reporting_list import platform_of
    from accounts.schemas.lifecycle import StockEntry

    cells = {field: row.cell(column) for field, column in columns.items()}
    return StockEntry(
        unit=cells["unit"],
        platform=platform_of(cells["platform"] or "微博"),
        uid=cells["uid"],
        screen_name=cells["screen_name"],
        kind=cells["kind"] or "机构",
        brand_name=cells["brand_name"],
        filing_number=cells["filing_number"],
        filed_on=_day(cells["filed_on"]),
        person_name=cells["person_name"],
        person_title=cells["person_title"],
    )


def _act(context: typer.Context, account: str, act: str, note: str, **given: object) -> None:
    app = common.application(context)
    _tell(app.lifecycle.act(app.actor, account, act, note, **given))


def _tell(sheet: object) -> None:
    from accounts.schemas.lifecycle import AccountSheet
    from weibo_ops.kernel.clock import format_beijing

    assert isinstance(sheet, AccountSheet)
    due = f",期限 {format_beijing(sheet.due_at)}" if sheet.due_at else ""
    waits = f"下一步:{sheet.awaits}{due}。" if sheet.awaits else ""
    if sheet.status == "备案中" and not sheet.awaits:
        waits = f"备案号 {sheet.filing_number}。下一步:由主办单位启用。"
    common.say(f"“{sheet.screen_name}”现为“{sheet.status}”。{waits}")


def _day(text: str) -> date | None:
    from weibo_ops.kernel.tables import parse_day

    return parse_day(text) if text else None
