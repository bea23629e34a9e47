"""What can be done in the life of an account: applied for, approved, filed, renamed, paused, closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from accounts.enums import AccountKind, Platform
from accounts.schemas.lifecycle import AccountSheet, StockEntry
from accounts.schemas.lifecycle import Application as Wanted
from tui.acts.duty import people, unit_options
from tui.forms import Ask, Kind, Option, Plan, Values
from tui.office import platform_word
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, format_beijing

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

KINDS = tuple(Option(kind.value, kind.value) for kind in AccountKind)
PLATFORMS = tuple(Option(platform.value, platform.label) for platform in Platform)
NOTE = Ask("note", "说明", Kind.TEXT, hint="可不填", longest=1000)
REASON = Ask("note", "理由", Kind.TEXT, required=True, longest=1000)
PERSON_ASKS = (
    Ask("person_name", "姓名", required=True, when=("kind", AccountKind.PERSON.value)),
    Ask("person_title", "职务", required=True, when=("kind", AccountKind.PERSON.value)),
)

EFFECTS = {
    "提交审批": "提交主管单位审批。",
    "审批通过": "批准开设,转备案单位限期备案。审批人不能同时是申请人。",
    "审批退回": "退回申请单位修改。",
    "开设备案": "登记备案号和日期,之后主办单位即可启用。审批与备案须由两个单位分别办理。",
    "备案退回": "退回审批单位重审。",
    "启用": "登记平台用户id,账号转为正常运行,从此按标准检查。",
    "撤回申请": "申请就此终止,账号转为注销。",
    "变更": "变更后限期备案。",
    "更名": "每自然年一次,原名平台保留一段时间;更名后限期备案。",
    "变更备案": "登记变更的备案号和日期。",
    "离任": "登记离任日期,限期变更名称、认证或停用。",
    "暂停更新": "报备暂停,到止日为止不计更新时限。",
    "恢复更新": "恢复正常运行,重新计更新时限。",
    "关停公告": "发布关停公告并限期备案;公告期满、备案后方可注销。",
    "撤销关停": "撤销公告,恢复正常运行。",
    "注销": "账号转为注销,不能恢复。",
}
"""What an act does, as its form says it."""
GRAVE = frozenset({"撤回申请", "更名", "关停公告", "注销"})
"""Acts that are asked about once more."""


def reference(sheet: AccountSheet) -> str:
    """Return what names an account beyond doubt: accounts of several platforms may bear one name."""
    return f"#{sheet.account_id}"


def live(app: Application, sheet: AccountSheet, name: str) -> Plan:
    """Return the form of an act on an account."""
    asks = _asks_of(app, sheet, name)

    def submit(actor: Actor, values: Values) -> AccountSheet:
        given = {key: value for key, value in values.items() if key != "note"}
        if name == "变更":
            given = _changed(sheet, given)
        return app.lifecycle.act(actor, reference(sheet), name, values.get("note", ""), **given)

    def confirm(values: Values) -> str:
        renamed = f"新名称:{values['new_name']}。" if name == "更名" else ""
        return f"{whom(sheet)}\n{renamed}{EFFECTS[name]}"

    return Plan(
        f"{name}  {sheet.screen_name}",
        submit,
        asks,
        intro=f"{whom(sheet)}\n{EFFECTS[name]}",
        told=told,
        confirm=confirm if name in GRAVE else None,
        word=name,
    )


def whom(sheet: AccountSheet) -> str:
    """Say which account an act is about."""
    return f"{sheet.unit}“{sheet.screen_name}”({platform_word(sheet.platform)}),现为“{sheet.status}”。"


def told(sheet: AccountSheet) -> str:
    """Say how an account stands after an act, and what is awaited."""
    due = f",期限 {format_beijing(sheet.due_at)}" if sheet.due_at else ""
    return f"“{sheet.screen_name}”现为“{sheet.status}”。" + (f"下一步:{sheet.awaits}{due}。" if sheet.awaits else "")


def _asks_of(app: Application, sheet: AccountSheet, name: str) -> tuple[Ask, ...]:
    today = beijing_date(app.clock.now()).isoformat()
    filing = (
        Ask("filing_number", "备案号", required=True, hint="由备案机关编列,请照录", longest=60),
        Ask("filed_on", "备案日期", Kind.DAY, today, required=True),
        NOTE,
    )
    asks: Mapping[str, tuple[Ask, ...]] = {
        "审批退回": (REASON,),
        "备案退回": (REASON,),
        "撤回申请": (REASON,),
        "撤销关停": (REASON,),
        "开设备案": filing,
        "变更备案": filing,
        "启用": (Ask("uid", "用户id", required=True, hint="平台注册后的数字id", longest=32), NOTE),
        "更名": (Ask("new_name", "新名称", required=True, longest=100), REASON),
        "变更": _change_asks(app, sheet),
        "离任": (Ask("ends_on", "离任日期", Kind.DAY, required=True), NOTE),
        "暂停更新": (Ask("until", "止日(含)", Kind.DAY, required=True), REASON),
        "关停公告": (
            Ask("decision", "集体研究", required=True, hint="会议或文件"),
            Ask("note", "公告内容", Kind.TEXT, required=True, longest=1000),
        ),
        "注销": (Ask("archived", "存档", Kind.YES, required=True, hint="内容已存档"), NOTE),
    }
    return asks.get(name, (NOTE,))


def _change_asks(app: Application, sheet: AccountSheet) -> tuple[Ask, ...]:
    person = (
        Ask("person_name", "姓名", value=sheet.person_name, required=True),
        Ask("person_title", "职务", value=sheet.person_title, required=True),
    )
    return (
        Ask("unit", "主办单位", Kind.CHOICE, sheet.unit, required=True, options=unit_options(app)),
        Ask("brand_name", "品牌名", value=sheet.brand_name, longest=100),
        *(person if sheet.kind == AccountKind.PERSON else ()),
        REASON,
    )


def _changed(sheet: AccountSheet, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return only what is to be changed: the form shows every field as it is."""
    return {key: value for key, value in given.items() if value != getattr(sheet, key)}


def apply(app: Application, unit: str) -> Plan:
    """Return the form of an application."""

    def submit(actor: Actor, values: Values) -> AccountSheet:
        wanted = Wanted(
            unit=values["unit"],
            platform=values["platform"],
            screen_name=values["screen_name"],
            need=values["need"],
            staffing=tuple(values[key] for key in ("first", "second", "third") if values[key]),
            upkeep=values["upkeep"],
            kind=values["kind"],
            person_name=values.get("person_name", ""),
            person_title=values.get("person_title", ""),
            brand_name=values["brand_name"],
        )
        return app.lifecycle.apply_opening(actor, wanted)

    who = people(app, unit)
    return Plan(
        "申请开设账号",
        submit,
        (
            Ask("unit", "主办单位", Kind.CHOICE, unit, required=True, options=unit_options(app)),
            Ask("platform", "平台", Kind.CHOICE, Platform.WEIBO, required=True, options=PLATFORMS),
            Ask("screen_name", "拟用名称", required=True, longest=100),
            Ask("kind", "类别", Kind.CHOICE, AccountKind.INSTITUTION, required=True, options=KINDS),
            *PERSON_ASKS,
            Ask("need", "开设必要性", Kind.TEXT, required=True, longest=1000),
            Ask("first", "主管理员", Kind.CHOICE, required=True, options=who),
            Ask("second", "管理员", Kind.CHOICE, required=True, options=who),
            Ask("third", "管理员", Kind.CHOICE, options=who),
            Ask("upkeep", "更新保障", Kind.TEXT, required=True, hint="何人、多久更新一次", longest=1000),
            Ask("brand_name", "品牌名", hint="可不填", longest=100),
        ),
        intro="主管单位限期审批,备案单位备案后方可启用。一单位一平台一个账号。",
        told=told,
    )


def register(app: Application, unit: str) -> Plan:
    """Return the form that enters an account that ran before."""

    def submit(actor: Actor, values: Values) -> AccountSheet:
        entry = StockEntry(**{"person_name": "", "person_title": "", **values})
        return app.lifecycle.register(actor, entry)

    return Plan(
        "存量登记",
        submit,
        (
            Ask("unit", "主办单位", Kind.CHOICE, unit, required=True, options=unit_options(app)),
            Ask("platform", "平台", Kind.CHOICE, Platform.WEIBO, required=True, options=PLATFORMS),
            Ask("uid", "用户id", required=True, longest=32),
            Ask("screen_name", "账号名称", required=True, longest=100),
            Ask("kind", "类别", Kind.CHOICE, AccountKind.INSTITUTION, required=True, options=KINDS),
            *PERSON_ASKS,
            Ask("brand_name", "品牌名", hint="可不填", longest=100),
            Ask("filing_number", "备案号", hint="已备案的填写", longest=60),
            Ask("filed_on", "备案日期", Kind.DAY),
        ),
        intro="登记此前已在运行的账号,直接记为正常运行,并注明“存量登记”。新开账号请用“申请开设”。",
        told=told,
    )
