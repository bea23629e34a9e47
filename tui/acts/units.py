"""What can be done with units: entered, changed, dissolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.levels import LEVELS
from accounts.schemas.people import UnitEntry, UnitRow
from tui.acts.duty import unit_options
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application


def _asks(app: Application, row: UnitRow | None) -> tuple[Ask, ...]:
    units = (Option("", "无"), *(option for option in unit_options(app) if row is None or option.value != row.name))
    names = tuple(Option(option.value, option.label.strip(), option.note) for option in units)
    levels = tuple(Option(each, each) for each in LEVELS)
    return (
        Ask("short_name", "简称", value=row.short_name if row else "", longest=60),
        Ask("level", "层级", Kind.CHOICE, row.level if row else "", options=levels),
        Ask("area", "区域", value=row.area if row else "", longest=60),
        Ask("function", "职能", value=row.function if row else "", longest=60),
        Ask("parent", "行政隶属", Kind.CHOICE, row.parent if row else "", options=names),
        Ask("sector", "行业主管", Kind.CHOICE, row.sector if row else "", options=names),
        Ask("territory", "属地监管", Kind.CHOICE, row.territory if row else "", options=names),
        Ask("oversight", "监管归口", value=row.oversight if row else "", hint="谁可检查;不填则按隶属", longest=100),
    )


def add(app: Application, _unit: str) -> Plan:
    """Return the form that enters a unit."""
    asks = _asks(app, None)
    return Plan(
        "登记单位",
        lambda actor, values: app.units.add(actor, UnitEntry(**values)),
        (Ask("name", "单位全称", required=True, longest=100), *asks),
        told=lambda row: f"已登记“{row.name}”。",
    )


def change(app: Application, row: UnitRow) -> Plan:
    """Return the form that changes a unit; a field that is emptied there is emptied."""

    def submit(actor: Actor, values: Values) -> UnitRow:
        changes = {key: value or ("-" if getattr(row, key) else "") for key, value in values.items()}
        return app.units.change(actor, row.name, UnitEntry(**changes), row.version)

    return Plan(
        f"修改单位  {row.name}",
        submit,
        (Ask("name", "单位全称", value=row.name, required=True, longest=100), *_asks(app, row)),
        intro="隶属关系决定由谁审批、由谁检查、用哪一层标准。",
        told=lambda found: f"“{found.name}”已修改。",
    )


def dissolve(app: Application, row: UnitRow) -> Plan:
    """Return the form that marks a unit as dissolved."""
    return Plan(
        f"撤销单位  {row.name}",
        lambda actor, values: app.units.deactivate(actor, row.name, values["reason"]),
        (Ask("reason", "依据", Kind.TEXT, required=True, hint="撤并文件或决定", longest=1000),),
        intro="名下没有账号、人员和下级单位的,方可撤销;历史记录保留。",
        told=lambda found: f"“{found.name}”已撤销。",
        confirm=lambda _values: f"“{row.name}”将撤销,不再登记账号和人员。",
        word="撤销",
    )
