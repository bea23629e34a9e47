"""Sheets of the register: an account as a whole, and a unit with its accounts."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.enums import AccountStatus
from accounts.schemas import AccountRow
from accounts.schemas.lifecycle import AccountSheet, ActView
from accounts.schemas.people import UnitRow
from tui.details.duty import on_duty_blocks
from tui.details.register import finding_blocks
from tui.format import NO_DATA, count
from tui.glyphs import Glyphs, Mark
from tui.office import AccountFile, Entry, UnitFile, platform_word
from tui.sheet import Block, Body, Field, Head, Sheet
from weibo_ops.kernel.clock import format_beijing

DETAIL_WORDS = {
    "archived": "已存档",
    "brand_name": "品牌名",
    "clause": "依据",
    "decision": "集体研究",
    "earliest": "最早注销日",
    "ends_on": "离任日期",
    "filed_on": "备案日期",
    "filing_number": "备案号",
    "from": "原名",
    "late": "逾期",
    "need": "开设必要性",
    "person_name": "姓名",
    "person_title": "职务",
    "staffing": "人员配备",
    "to": "新名",
    "uid": "用户id",
    "unit": "主办单位",
    "until": "止日",
    "upkeep": "更新保障",
}
"""What the particulars of an act are called."""


def status_mark(status: str, glyphs: Glyphs) -> Mark:
    """Return the mark of an account's status; the word is short enough for a column."""
    sign, tone = {
        AccountStatus.RUNNING: ("good", "good"),
        AccountStatus.PAUSED: ("wait", "note"),
        AccountStatus.CLOSING: ("warn", "warn"),
        AccountStatus.CANCELLED: ("none", "dim"),
    }.get(AccountStatus(status), ("wait", "note"))
    return Mark(glyphs.sign(sign), status.partition("(")[0], tone)


def file_sheet(file: AccountFile, glyphs: Glyphs) -> Sheet:
    """Say everything on an account: findings, what is awaited, what is registered, who keeps it, its life."""
    sheet, row = file.entry.sheet, file.entry.row
    mark = status_mark(sheet.status, glyphs)
    blocks: list[Block] = [
        *_awaited(sheet, glyphs),
        *_found(file, glyphs),
        Head("台账"),
        Field("状态", mark.text if sheet.status == mark.word else f"{mark.glyph} {sheet.status}", mark.tone),
        Field("状态起止", _span(sheet)),
        Field("平台", platform_word(sheet.platform)),
        Field("类别", _kind(sheet)),
        Field("备案", f"{sheet.filing_number}  {sheet.filed_on or ''}".strip() or "未登记备案号"),
        *([Field("品牌名", sheet.brand_name)] if sheet.brand_name else []),
        *([Field("曾用名", "、".join(sheet.former_names))] if sheet.former_names else []),
        Field("来源", sheet.origin),
        Field("用户id", sheet.uid or "尚无", "dim"),
        *_unit_blocks(file.unit, sheet.unit),
        *_observed(row),
        *_certified(file, glyphs),
        *_kept(file, glyphs),
        Head("值班"),
        *on_duty_blocks(file.on_duty, sheet.unit, glyphs),
        *_next_duty(file),
        *_life(file.history, glyphs),
    ]
    found = NO_DATA if row is None else f"{len(file.findings)} 项"
    return Sheet(f"{sheet.screen_name}  {mark.text}  检查发现 {found}", tuple(blocks))


def _found(file: AccountFile, glyphs: Glyphs) -> list[Block]:
    row = file.entry.row
    if not file.findings and (row is None or row.covered_until is None):
        return [Head("尚无检查发现(没有观测数据)", "dim")]
    return finding_blocks(file.findings, glyphs)


def _awaited(sheet: AccountSheet, glyphs: Glyphs) -> list[Block]:
    if not sheet.awaits:
        return []
    due = f",期限 {format_beijing(sheet.due_at)}" if sheet.due_at else ",期限待定"
    if sheet.overdue:
        return [Head(f"{glyphs.sign('bad')} 待{sheet.awaits},已超期{due}", "bad")]
    return [Head(f"{glyphs.sign('wait')} 待{sheet.awaits}{due}", "note")]


def _span(sheet: AccountSheet) -> str:
    since = format_beijing(sheet.status_since) or NO_DATA
    return f"自 {since}" + (f",至 {sheet.status_until.isoformat()}" if sheet.status_until else "")


def _kind(sheet: AccountSheet) -> str:
    left = f",{sheet.office_ends_on.isoformat()}离任" if sheet.office_ends_on else ""
    return f"{sheet.kind}  {sheet.person_name} {sheet.person_title}{left}" if sheet.person_name else sheet.kind


def _unit_blocks(unit: UnitRow | None, name: str) -> list[Block]:
    blocks: list[Block] = [Head("单位"), Field("主办单位", name)]
    return blocks + (_lines(unit) if unit else [])


def _lines(unit: UnitRow) -> list[Block]:
    return [
        Field("层级区域", f"{unit.level}  {unit.area}".strip() or NO_DATA),
        Field("职能", unit.function or NO_DATA),
        Field("行政隶属", unit.parent or "无"),
        Field("行业主管", unit.sector or "无"),
        Field("属地监管", unit.territory or "无"),
        Field("监管归口", unit.oversight or "未指定"),
    ]


def _observed(row: AccountRow | None) -> list[Block]:
    if row is None:
        return [Head("观测"), Body("没有观测数据。", tone="dim")]
    return [
        Head("观测"),
        Field("粉丝", count(row.followers_count)),
        Field("观测微博", NO_DATA if row.covered_until is None else f"{row.posts_observed} 条"),
        Field("最近更新", format_beijing(row.last_post_at) or NO_DATA),
        Field("观测截至", format_beijing(row.covered_until) or NO_DATA),
    ]


def _certified(file: AccountFile, glyphs: Glyphs) -> list[Block]:
    row, filed = file.entry.row, file.certification
    shown = NO_DATA
    if row is not None and row.verified is not None:
        shown = f"已认证:{row.verified_reason or NO_DATA}" if row.verified else "未认证"
    blocks: list[Block] = [Head("认证"), Field("平台显示", shown)]
    if filed is None:
        return [*blocks, Field("登记", "没有登记认证", "dim")]
    if filed.drift:
        blocks.append(Field("变化", f"{glyphs.sign('bad')} 平台显示与登记不一致", "bad"))
    days = f"{filed.certified_on or NO_DATA} 至 {filed.expires_on or NO_DATA}"
    reviewed = f"{filed.reviewed_on.isoformat()} {filed.reviewed_by}" if filed.reviewed_on else "未核对"
    return [
        *blocks,
        Field("登记", f"{filed.kind}  {filed.text}"),
        Field("有效期", days),
        Field("核对", reviewed),
        *([Field("证明材料", "、".join(filed.documents), "dim")] if filed.documents else []),
    ]


def _kept(file: AccountFile, glyphs: Glyphs) -> list[Block]:
    keepers = [row for row in file.administrators if row.last_day is None]
    blocks: list[Block] = [Head("管理员和账号安全")]
    blocks += [Field(row.position, f"{row.name}({row.login})  自 {row.from_day.isoformat()}") for row in keepers]
    if not keepers:
        blocks.append(Field("管理员", "未登记", "warn"))
    safety = file.safety
    if safety is not None:
        days = f"({safety.password_days}天前)" if safety.password_days is not None else ""
        changed = f"{safety.password_changed_on.isoformat()}{days}" if safety.password_changed_on else NO_DATA
        blocks += [
            Field("绑定手机", f"{safety.bound_phone}  {safety.phone_holder}".strip() or NO_DATA),
            Field("最近换口令", changed),
            *(Field("提醒", f"{glyphs.sign('warn')} {remark}", "warn") for remark in safety.remarks),
        ]
    return blocks


def _next_duty(file: AccountFile) -> list[Block]:
    row = file.next_duty
    return [Field("下一主班", f"{row.name}  {format_beijing(row.from_at)}" if row else "未排班", "" if row else "dim")]


def _life(history: Sequence[ActView], glyphs: Glyphs) -> list[Block]:
    blocks: list[Block] = [Head("办理经过")]
    for act in history:
        stands = f"(代{act.on_behalf_of})" if act.on_behalf_of else ""
        late = f"  {glyphs.sign('bad')} 逾期" if act.late else ""
        words = [f"{act.act}  {act.person}{stands}  {act.unit}{late}"]
        words += [part for part in (act.note, _particulars(act)) if part]
        blocks.append(Field(format_beijing(act.at)[5:], "  ".join(words), "bad" if act.late else ""))
    if not history:
        blocks.append(Body("没有经本系统办理的事项。", tone="dim"))
    return blocks


def _particulars(act: ActView) -> str:
    told = [
        f"{DETAIL_WORDS.get(name, name)}:{_words(value)}"
        for name, value in act.details.items()
        if value not in (None, False, "") and value != act.note
    ]
    return ";".join(told)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def unit_sheet(file: UnitFile, glyphs: Glyphs) -> Sheet:
    """Say everything on a unit: its lines of belonging, its accounts by platform, who is on duty."""
    unit = file.branch.unit
    blocks: list[Block] = [
        *([Field("简称", unit.short_name)] if unit.short_name else []),
        *([] if unit.active else [Field("状态", f"{glyphs.sign('none')} 已撤销", "dim")]),
        *_lines(unit),
        Field("人员", f"{unit.staff} 人"),
        Head(f"本单位账号 {len(file.accounts)} 个"),
        *(_account_line(entry, glyphs) for entry in file.accounts),
        Head("连同下级"),
        Field("账号", f"{file.branch.accounts} 个"),
        Field("检查发现", f"否决 {file.branch.vetoes}  扣分 {file.branch.deductions}  提示 {file.branch.advices}"),
        Head("值班"),
        *on_duty_blocks(file.on_duty, unit.name, glyphs),
    ]
    return Sheet(f"{unit.name}  账号 {file.branch.accounts} 个", tuple(blocks))


def _account_line(entry: Entry, glyphs: Glyphs) -> Field:
    mark = status_mark(entry.sheet.status, glyphs)
    return Field(platform_word(entry.sheet.platform), f"{entry.sheet.screen_name}  {mark.text}", "")
