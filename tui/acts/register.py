"""What is offered for an account or unit of the register, and the form of each (made in modules beside this)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from accounts.enums import AccountKind
from accounts.lifecycle import ACTS
from accounts.permissions import Permission
from accounts.schemas.lifecycle import AccountSheet
from tui.acts import keeping, life, units
from tui.forms import Option, Plan
from tui.office import Branch, Entry, own_unit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

_SAFETY = {
    "登记换口令": "口令本身不登记",
    "换绑手机": "号码和持有人",
    "任命管理员": "主管理员或管理员",
    "解除管理员": "当日须换口令和绑定手机",
    "管理员交接": "列出清单,双方签字",
    "被盗处置": "立即开出处置卡,各步限时",
}
_CERTIFICATION = {"登记认证": "认证说明、有效期、证明材料", "核对认证": "由登记人以外的人核对"}
_UNIT = {"修改单位": "名称、隶属和各项", "撤销单位": "名下没有账号、人员和下级单位的"}
NEW = {
    "申请开设": ("写明必要性、人员配备、更新保障", Permission.ACCOUNT_APPLY),
    "存量登记": ("登记此前已在运行的账号", Permission.REGISTER_EDIT),
    "登记单位": ("隶属、行业主管、属地监管、监管归口", Permission.UNIT_EDIT),
}


# --- what can be chosen ---------------------------------------------------------------------------------------


def account_options(sheet: AccountSheet, actor: Actor) -> tuple[Option, ...]:
    """Return what can be done with an account: what is awaited first, what one may not do dimmed with the reason."""
    names = [name for name in sheet.open_acts if name != "离任" or sheet.kind == AccountKind.PERSON]
    names.sort(key=lambda name: name != sheet.awaits)
    found = [Option(name, name, _waits(name, sheet), _bar(name, sheet, actor)) for name in names]
    if sheet.open_acts:
        found += [Option(name, name, note, _lacks(actor, Permission.SAFETY_EDIT)) for name, note in _SAFETY.items()]
        found += [
            Option(name, name, note, _lacks(actor, Permission.CERTIFICATION_EDIT))
            for name, note in _CERTIFICATION.items()
        ]
    return tuple(found) or (Option("", "已注销", off="已注销的账号不再办理"),)


def _waits(name: str, sheet: AccountSheet) -> str:
    if name != sheet.awaits:
        return ""
    late = "已超期 " if sheet.overdue else ""
    return f"待办 {late}期限 {format_beijing(sheet.due_at)}" if sheet.due_at else "待办"


def _bar(name: str, sheet: AccountSheet, actor: Actor) -> str:
    lacks = _lacks(actor, ACTS[name].permission)
    if lacks:
        return lacks
    if name == "变更备案" and sheet.awaits != name:
        return "没有待备案的变更"
    if name == "启用" and sheet.awaits == "开设备案":
        return "尚未备案"
    return "已备案,待启用" if name == "开设备案" and not sheet.awaits else ""


def _lacks(actor: Actor, permission: Permission) -> str:
    return "" if actor.may(permission) else f"需要“{permission.label}”权限"


def branch_options(actor: Actor) -> tuple[Option, ...]:
    """Return what can be done with a unit."""
    return tuple(Option(name, name, note, _lacks(actor, Permission.UNIT_EDIT)) for name, note in _UNIT.items())


def new_options(actor: Actor) -> tuple[Option, ...]:
    """Return what can be added to the register."""
    return tuple(Option(name, name, note, _lacks(actor, permission)) for name, (note, permission) in NEW.items())


def plan(name: str, app: Application, item: Entry | Branch | None) -> Plan:
    """Return the form of an act on an account or unit, or of something new; read in a thread."""
    if name in NEW:
        unit = item.unit.name if isinstance(item, Branch) else own_unit(app)
        return {"申请开设": life.apply, "存量登记": life.register, "登记单位": units.add}[name](app, unit)
    if isinstance(item, Branch):
        return {"修改单位": units.change, "撤销单位": units.dissolve}[name](app, item.unit)
    assert isinstance(item, Entry)
    sheet = app.lifecycle.sheet(life.reference(item.sheet))
    return _OTHERS[name](app, sheet) if name in _OTHERS else life.live(app, sheet, name)


_OTHERS: dict[str, Callable[[Application, AccountSheet], Plan]] = {
    "登记换口令": keeping.password,
    "换绑手机": keeping.phone,
    "任命管理员": keeping.appoint,
    "解除管理员": keeping.relieve,
    "管理员交接": keeping.handover,
    "被盗处置": keeping.stolen,
    "登记认证": keeping.certify,
    "核对认证": keeping.review,
}


def check(app: Application) -> Plan:
    """Return the question before all accounts are checked."""
    return Plan(
        "检查全部账号",
        lambda actor, _values: app.accounts.check(actor),
        intro=(
            f"按现行账号标准检查截至 {format_beijing(app.accounts.default_as_of())} 的全部账号。"
            "结果都是待核实的“发现”,经核实、告知与确认后方可通报。"
        ),
        told=lambda found: (
            f"已检查 {found.accounts} 个账号:否决 {found.vetoes},扣分 {found.deductions},提示 {found.advices};"
            f"新出现 {found.appeared},已消失 {found.vanished}。"
        ),
        word="检查",
    )
