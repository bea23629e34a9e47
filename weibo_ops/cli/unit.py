"""``weibo-ops unit``: the units, their lines of belonging and who may inspect them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import bulk, common

if TYPE_CHECKING:
    from accounts.schemas.people import UnitEntry
    from weibo_ops.bootstrap import Application
    from weibo_ops.kernel.tables import TableRow

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "name": "单位",
    "short_name": "简称",
    "level": "层级",
    "area": "行政区",
    "function": "职能",
    "parent": "上级单位",
    "sector": "行业主管",
    "territory": "属地监管",
    "oversight": "监管归口",
    "active": "在用",
    "accounts": "账号",
    "staff": "人员",
}
HEADINGS = {
    "name": ("单位", "单位全称", "主办单位", "单位名称", "名称"),
    "short_name": ("简称", "短名"),
    "level": ("层级", "级别"),
    "area": ("行政区", "地区", "所在地"),
    "function": ("职能", "领域"),
    "parent": ("上级单位", "行政隶属", "主管单位"),
    "sector": ("行业主管", "行业主管单位"),
    "territory": ("属地监管", "属地监管单位", "属地"),
    "oversight": ("监管归口", "归口"),
}
ShortOption = typer.Option("", "--short", help="简称")
LevelOption = typer.Option("", "--level", help="层级:国家级 省级 地市级 县(市、区)级 乡镇(街道) 开发区 垂管")
AreaOption = typer.Option("", "--area", help="行政区")
FunctionOption = typer.Option("", "--function", help="职能")
ParentOption = typer.Option("", "--parent", help="上级单位(行政隶属);修改时写 - 为清空")
SectorOption = typer.Option("", "--sector", help="行业主管单位")
TerritoryOption = typer.Option("", "--territory", help="属地监管单位")
OversightOption = typer.Option("", "--oversight", help="监管归口:有权检查该单位账号的机关")


@app.command("list")
def list_units(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出单位台账,按行政隶属排列。"""
    rows = [vars(row) for row in common.application(context).units.list_units()]
    common.emit(rows, list(TITLES) if fmt is common.Format.TABLE else [*TITLES, "depth"], fmt, TITLES)


@app.command("tree")
def tree(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """按行政隶属列出单位树,附账号数、人员数和监管归口。"""
    rows = common.application(context).units.list_units()
    shown = [
        {
            "name": ("  " * row.depth if fmt is common.Format.TABLE else "")
            + row.name
            + ("" if row.active else "(已撤销)"),
            "depth": row.depth,
            "level": row.level,
            "accounts": row.accounts,
            "staff": row.staff,
            "oversight": row.oversight,
        }
        for row in rows
    ]
    columns = ["name", "level", "accounts", "staff", "oversight"]
    common.emit(shown, columns if fmt is common.Format.TABLE else [*columns, "depth"], fmt, TITLES)


@app.command("show")
def show(
    context: typer.Context,
    name: str = typer.Argument(..., help="单位全称或唯一的简称"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出一个单位的全部登记项。"""
    common.emit([vars(common.application(context).units.show(name))], list(TITLES), fmt, TITLES)


@app.command("add")
def add(
    context: typer.Context,
    name: str = typer.Argument(..., help="单位全称"),
    short: str = ShortOption,
    level: str = LevelOption,
    area: str = AreaOption,
    function: str = FunctionOption,
    parent: str = ParentOption,
    sector: str = SectorOption,
    territory: str = TerritoryOption,
    oversight: str = OversightOption,
) -> None:
    """登记一个单位。"""
    from accounts.schemas.people import UnitEntry

    app_ = common.application(context)
    entry = UnitEntry(name, short, level, area, function, parent, sector, territory, oversight)
    common.say(f"已登记:{app_.units.add(app_.actor, entry).name}。")
    _say_unknown_oversight(app_, oversight)


@app.command("edit")
def edit(
    context: typer.Context,
    unit: str = typer.Argument(..., help="单位全称"),
    name: str = typer.Option("", "--name", help="新名称"),
    short: str = ShortOption,
    level: str = LevelOption,
    area: str = AreaOption,
    function: str = FunctionOption,
    parent: str = ParentOption,
    sector: str = SectorOption,
    territory: str = TerritoryOption,
    oversight: str = OversightOption,
) -> None:
    """修改一个单位:写出的各项被替换,写 - 的清空。"""
    from accounts.schemas.people import UnitEntry
    from weibo_ops.kernel.errors import UsageError

    app_ = common.application(context)
    entry = UnitEntry(name, short, level, area, function, parent, sector, territory, oversight)
    if entry == UnitEntry(""):
        raise UsageError("没有写明要修改的内容。", next_step="可修改的各项见 weibo-ops unit edit -h。")
    common.say(f"已修改:{app_.units.change(app_.actor, unit, entry).name}。")
    _say_unknown_oversight(app_, oversight)


@app.command("deactivate")
def deactivate(
    context: typer.Context,
    unit: str = typer.Argument(..., help="单位全称"),
    reason: str = typer.Option("", "--reason", help="撤并依据"),
) -> None:
    """撤销一个单位;名下已无账号、人员和下级单位方可。"""
    app_ = common.application(context)
    common.say(f"已撤销:{app_.units.deactivate(app_.actor, unit, reason).name}。")


@app.command("import")
def import_units(
    context: typer.Context,
    file: Path = bulk.FileArgument,
    dry_run: bool = bulk.DryRunOption,
    skip_faulty: bool = bulk.SkipOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """批量登记或补充单位;有误的行逐条列出,未加 --skip-faulty 时一行有误即全部不保存。"""
    app_ = common.application(context)
    bulk.enter(app_.units.enter_all, app_.actor, file, HEADINGS, ["name"], _entry, dry_run, skip_faulty, fmt)


def _say_unknown_oversight(app: Application, oversight: str) -> None:
    """Say of an office of oversight that is not registered (it need not be) that nobody here can inspect for it."""
    name = oversight.strip()
    if name not in ("", "-") and all(row.name != name for row in app.units.list_units()):
        common.say(f"监管归口“{name}”未登记为单位:登记单位和监管人员之前,本系统中无人可核实其账号的问题。")


def _entry(row: TableRow, columns: Mapping[str, int | None]) -> UnitEntry:
    from accounts.schemas.people import UnitEntry

    return UnitEntry(**{field: row.cell(column) for field, column in columns.items()})
