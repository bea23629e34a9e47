"""``weibo-ops account certify|certifications|matrix|compare|verify``: the register as a directory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from accounts.reporting_list import Entry
    from accounts.schemas.people import RowFault

CERTIFICATION_TITLES = {
    "account": "账号",
    "unit": "主办单位",
    "kind": "类型",
    "text": "登记认证",
    "shown": "平台显示",
    "differences": "不一致(登记 / 平台)",
    "expires_on": "到期",
    "entered_by": "录入人",
    "reviewed_on": "核对日期",
    "reviewed_by": "核对人",
    "documents": "材料",
}
VERIFY_TITLES = {
    "asked": "查询",
    "verdict": "结论",
    "account": "登记账号",
    "unit": "主办单位",
    "platform": "平台",
    "status": "状态",
    "certification": "认证",
    "remark": "说明",
}
COMPARE_TITLES = {
    "outcome": "结果",
    "platform": "平台",
    "name": "名称",
    "unit": "主办单位",
    "uid": "用户id",
    "line": "对方行号",
    "differences": "差异(我方 / 对方)",
}
LIST_HEADINGS = {
    "platform": ("平台", "平台类型", "所属平台", "开设平台", "平台名称"),
    "type": ("类型", "账号类型", "新媒体类型", "政务新媒体类型"),
    "uid": ("账号id", "用户id", "uid", "账号标识", "账号编号"),
    "name": ("名称", "账号名称", "昵称", "新媒体名称", "政务新媒体名称"),
    "unit": ("责任单位", "主办单位", "单位", "单位名称", "开设单位"),
    "status": ("状态", "运行状态", "账号状态"),
}
AccountArgument = typer.Argument(..., help="账号名称或用户id")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops account``."""
    app.command("certify", help="登记账号认证")(certify)
    app.command("certify-review", help="核对账号认证")(review)
    app.command("certifications", help="认证登记与平台显示")(certifications)
    app.command("matrix", help="单位与平台矩阵")(matrix)
    app.command("compare", help="与全国政务新媒体信息报送系统的名单比对")(compare)
    app.command("verify", help="查询账号是否登记")(verify)


def certify(
    context: typer.Context,
    account: str = AccountArgument,
    text: str = typer.Option(..., "--text", help="认证说明"),
    kind: str = typer.Option("政府", "--kind", help="认证类型"),
    on: str = typer.Option("", "--on", help="认证日期"),
    expires: str = typer.Option("", "--expires", help="到期日"),
    documents: list[Path] = typer.Option([], "--document", help="材料:盖章表格、公函,可重复"),
) -> None:
    """登记账号认证及材料;由另一人核对。"""
    from weibo_ops.kernel.tables import parse_day

    app = common.application(context)
    row = app.directory.file_certification(
        app.actor,
        account,
        text,
        kind=kind,
        certified_on=parse_day(on) if on else None,
        expires_on=parse_day(expires) if expires else None,
        documents=documents,
    )
    common.say(f"已登记“{row.account}”的认证。下一步:由另一人核对 weibo-ops account certify-review {row.account}")


def review(context: typer.Context, account: str = AccountArgument) -> None:
    """核对登记的认证与平台显示一致。"""
    app = common.application(context)
    row = app.directory.review_certification(app.actor, account)
    common.say(f"“{row.account}”的认证已于{row.reviewed_on}核对。")


def certifications(
    context: typer.Context,
    drift: bool = typer.Option(False, "--drift", help="只列与平台显示不一致的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出登记的认证、平台显示的认证、到期和核对日期。"""
    rows = [vars(row) for row in common.application(context).directory.certifications(drift_only=drift)]
    columns = list(CERTIFICATION_TITLES)
    if fmt is not common.Format.TABLE:
        columns[1:1] = ["account_id", "platform"]
        columns += ["certified_on", "entered_on", "shown_at", "drift"]
    common.emit(rows, columns, fmt, CERTIFICATION_TITLES)


def matrix(
    context: typer.Context,
    unit: str = typer.Option(None, "--unit", help="只列该单位及其下级"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """按行政隶属列出各单位在各平台的账号;空格为没有账号。"""
    from accounts.enums import AccountKind, AccountStatus, Platform

    found = common.application(context).directory.matrix(unit)
    used = [each for each in Platform if each == Platform.WEIBO or any(dict(row.cells)[each.value] for row in found)]
    if fmt is common.Format.JSON:
        common.emit_json(
            [
                {
                    "unit": row.unit,
                    "depth": row.depth,
                    "accounts": [{"platform": key, **vars(cell)} for key, cells in row.cells for cell in cells],
                    "gaps": [each.value for each in used if not dict(row.cells)[each.value]],
                }
                for row in found
            ]
        )
    else:
        rows = []
        for row in found:
            shown: dict[str, object] = {
                "unit": ("  " * row.depth if fmt is common.Format.TABLE else "") + row.unit,
                "depth": row.depth,
            }
            for key, cells in row.cells:
                marked = []
                for cell in cells:
                    marks = [cell.kind] if cell.kind != AccountKind.INSTITUTION else []
                    marks += [cell.status] if cell.status != AccountStatus.RUNNING else []
                    marked.append(cell.name + (f"[{'、'.join(marks)}]" if marks else ""))
                shown[key] = "、".join(marked)
            rows.append(shown)
        titles = {"unit": "单位", "depth": "层"} | {each.value: each.label for each in used}
        columns = [key for key in titles if key != "depth" or fmt is not common.Format.TABLE]
        common.emit(rows, columns, fmt, titles)
    counts = "、".join(f"{each.label} {sum(len(dict(row.cells)[each.value]) for row in found)}" for each in used)
    bare = sum(not any(cells for _, cells in row.cells) for row in found)
    common.say(f"单位 {len(found)} 个,其中没有账号的 {bare} 个;账号:{counts}。")


def compare(
    context: typer.Context,
    file: Path = typer.Argument(..., help="报送系统导出的名单,CSV 或 XLSX"),
    everything: bool = typer.Option(False, "--all", help="也列一致的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """与报送系统名单比对:仅我方有、仅对方有、不一致、对方重复。"""
    from accounts.enums import Platform
    from accounts.reporting_list import Outcome

    app = common.application(context)
    theirs, faults, digest, told = _entries(file)
    found = app.directory.compare(app.actor, theirs, digest)
    rows = [
        {
            **vars(row),
            "platform": Platform(row.platform).label if fmt is common.Format.TABLE else row.platform,
            "line": row.line or None,
        }
        for row in found
        if everything or row.outcome != Outcome.SAME
    ]
    common.emit(rows, list(COMPARE_TITLES), fmt, COMPARE_TITLES)
    counts = "、".join(f"{each.value} {sum(row.outcome == each for row in found)}" for each in Outcome)
    if not told:
        common.say("名单没有平台列,均按微博比对。")
    common.say(f"比对完成:{counts}。")
    for fault in faults:
        common.say(f"第{fault.line}行未比对:{fault.message}")


def verify(
    context: typer.Context,
    asked: str = typer.Argument(..., help="名称、网址或用户id"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """查询账号:已登记、曾用名、已注销、疑似仿冒、未登记、无法识别;不须登录,退出码均为 0。"""
    row = vars(common.application(context, signed_in=False).directory.verify(asked))
    if fmt is common.Format.TABLE:
        rows = [{"field": title, "value": row[key]} for key, title in VERIFY_TITLES.items() if row[key]]
        common.emit(rows, ["field", "value"], fmt, {"field": "项目", "value": "内容"})
    else:
        common.emit([row], list(VERIFY_TITLES), fmt, VERIFY_TITLES)


def _entries(file: Path) -> tuple[list[Entry], list[RowFault], str, bool]:
    """Read the list of the reporting system: its entries, its faulty rows, its digest, whether it tells platforms."""
    from accounts.reporting_list import Entry, platform_of
    from accounts.schemas.people import RowFault
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import read_table

    table = read_table(file, headings=LIST_HEADINGS["name"])
    at = table.columns(LIST_HEADINGS, ["name"])
    platform = at["platform"] if at["platform"] is not None else at["type"]
    made: list[Entry] = []
    faults: list[RowFault] = []
    for row in table.rows:
        cells = {field: row.cell(column) for field, column in at.items()}
        # Spreadsheets keep long numbers as they are behind an apostrophe; a number in powers of ten has lost its end.
        uid = cells["uid"].removeprefix("'").strip()
        try:
            if not cells["name"]:
                raise UsageError("名称为空。")
            if re.fullmatch(r"[0-9.]+[eE]\+[0-9]+", uid):
                raise UsageError(f"账号ID“{uid}”已被表格软件改写,请按文本格式重新导出。")
            where = platform_of(row.cell(platform) or "微博") if platform is not None else "weibo"
        except UsageError as error:
            faults.append(RowFault(row.line, "", str(error)))
            continue
        made.append(Entry(where, uid, cells["name"], cells["unit"], cells["status"], row.line))
    return made, faults, table.digest, platform is not None
