"""What can be done with accounts and units: the acts of an account's life, its safety, its certification; units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.enums import AccountKind, Platform
from accounts.levels import LEVELS
from accounts.lifecycle import ACTS
from accounts.permissions import Permission
from accounts.schemas.duty import AdministratorRow, ChecklistView
from accounts.schemas.lifecycle import AccountSheet, StockEntry
from accounts.schemas.lifecycle import Application as Wanted
from accounts.schemas.people import UnitEntry, UnitRow
from accounts.service.safety import POSITIONS
from tui.acts.duty import people, unit_options
from tui.forms import Ask, Kind, Option, Plan, Values
from tui.office import Branch, Entry, own_unit, platform_word
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
        return {"申请开设": _apply, "存量登记": _register, "登记单位": _add_unit}[name](app, unit)
    if isinstance(item, Branch):
        return {"修改单位": _change_unit, "撤销单位": _drop_unit}[name](app, item.unit)
    assert isinstance(item, Entry)
    sheet = app.lifecycle.sheet(reference(item.sheet))
    return _OTHERS[name](app, sheet) if name in _OTHERS else _life(app, sheet, name)


def reference(sheet: AccountSheet) -> str:
    """Return what names an account beyond doubt: accounts of several platforms may bear one name."""
    return f"#{sheet.account_id}"


# --- the life of an account -----------------------------------------------------------------------------------


def _life(app: Application, sheet: AccountSheet, name: str) -> Plan:
    asks = _asks_of(app, sheet, name)

    def submit(actor: Actor, values: Values) -> AccountSheet:
        given = {key: value for key, value in values.items() if key != "note"}
        if name == "变更":
            given = _changed(sheet, given)
        return app.lifecycle.act(actor, reference(sheet), name, values.get("note", ""), **given)

    def confirm(values: Values) -> str:
        renamed = f"新名称:{values['new_name']}。" if name == "更名" else ""
        return f"{_whom(sheet)}\n{renamed}{EFFECTS[name]}"

    return Plan(
        f"{name}  {sheet.screen_name}",
        submit,
        asks,
        intro=f"{_whom(sheet)}\n{EFFECTS[name]}",
        told=told,
        confirm=confirm if name in GRAVE else None,
        word=name,
    )


def _whom(sheet: AccountSheet) -> str:
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


def _apply(app: Application, unit: str) -> Plan:
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


def _register(app: Application, unit: str) -> Plan:
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


# --- safety and certification ---------------------------------------------------------------------------------


def _password(app: Application, sheet: AccountSheet) -> Plan:
    today = beijing_date(app.clock.now()).isoformat()
    return Plan(
        f"登记换口令  {sheet.screen_name}",
        lambda actor, values: app.safety.record_password_change(actor, reference(sheet), values["on"]),
        (Ask("on", "换口令日期", Kind.DAY, today, required=True),),
        intro="只登记日期;口令本身不得写入本系统。",
        told=lambda row: f"“{row.account}”换口令日期已登记。",
    )


def _phone(app: Application, sheet: AccountSheet) -> Plan:
    return Plan(
        f"换绑手机  {sheet.screen_name}",
        lambda actor, values: app.safety.rebind_phone(actor, reference(sheet), values["phone"], values["holder"]),
        (
            Ask("phone", "绑定手机", required=True, longest=20),
            Ask("holder", "持有人", required=True, longest=50),
        ),
        intro="登记平台账号绑定的手机;列表中号码打码显示。",
        told=lambda row: f"“{row.account}”绑定手机已登记:{row.phone_holder}。",
    )


def _appoint(app: Application, sheet: AccountSheet) -> Plan:
    posts = tuple(Option(each, each) for each in POSITIONS)

    def submit(actor: Actor, values: Values) -> list[AdministratorRow]:
        return app.safety.appoint(actor, reference(sheet), values["login"], values["position"])

    return Plan(
        f"任命管理员  {sheet.screen_name}",
        submit,
        (
            Ask("login", "人员", Kind.CHOICE, required=True, options=people(app, sheet.unit)),
            Ask("position", "岗位", Kind.CHOICE, POSITIONS[-1], required=True, options=posts),
        ),
        intro="自今日起;更换主管理员请办管理员交接。",
        told=lambda rows: f"“{rows[0].account}”现有管理员 {_present(rows)} 名。",
    )


def _present(rows: list[AdministratorRow]) -> int:
    return sum(row.last_day is None for row in rows)


def _keepers(app: Application, sheet: AccountSheet) -> tuple[Option, ...]:
    return tuple(
        Option(row.login, row.name, f"{row.position} {row.login}")
        for row in app.safety.administrators(reference(sheet))
        if row.last_day is None
    )


def _relieve(app: Application, sheet: AccountSheet) -> Plan:
    keepers = _keepers(app, sheet)
    return Plan(
        f"解除管理员  {sheet.screen_name}",
        lambda actor, values: app.safety.relieve(actor, reference(sheet), values["login"]),
        (Ask("login", "人员", Kind.CHOICE, required=True, options=keepers),),
        intro="自今日起不再是管理员;当日须换口令和绑定手机,系统生成待办。",
        told=lambda rows: f"已解除,“{rows[0].account}”现有管理员 {_present(rows)} 名。",
        confirm=lambda values: f"{_whom(sheet)}\n将解除管理员{_label(keepers, values['login'])}。",
        word="解除",
    )


def _label(options: tuple[Option, ...], value: str) -> str:
    return next((option.label for option in options if option.value == value), value)


def _handover(app: Application, sheet: AccountSheet) -> Plan:
    keepers = _keepers(app, sheet)

    def submit(actor: Actor, values: Values) -> ChecklistView:
        return app.safety.open_handover(actor, reference(sheet), values["giver"], values["taker"])

    return Plan(
        f"管理员交接  {sheet.screen_name}",
        submit,
        (
            Ask("giver", "交出", Kind.CHOICE, keepers[0].value if keepers else "", required=True, options=keepers),
            Ask("taker", "接手", Kind.CHOICE, required=True, options=people(app, sheet.unit)),
        ),
        intro="开出交接清单,逐项办理,双方签字后管理员随之更换。清单见“值班”。",
        told=lambda row: f"已开出 #{row.checklist_id},{row.open_items}项,待办理和签字。",
    )


def _stolen(app: Application, sheet: AccountSheet) -> Plan:
    return Plan(
        f"被盗处置  {sheet.screen_name}",
        lambda actor, values: app.safety.report_stolen(actor, reference(sheet), values["note"]),
        (Ask("note", "发现的异常", Kind.TEXT, required=True, hint="例:凌晨出现非本单位所发微博", longest=1000),),
        intro="开出账号被盗处置卡:停发、改口令、截图取证、报告,各步限时,紧急待办发给当班人。",
        told=lambda row: f"已开出处置卡 #{row.checklist_id},{row.open_items}步,见“值班”。",
        confirm=lambda _values: f"{_whom(sheet)}\n将开出被盗处置卡,紧急待办立即发给当班人。",
        word="开出",
    )


def _certify(app: Application, sheet: AccountSheet) -> Plan:
    filed = next((row for row in app.directory.certifications() if row.account_id == sheet.account_id), None)

    def submit(actor: Actor, values: Values) -> object:
        paper = values["document"]
        return app.directory.file_certification(
            actor,
            reference(sheet),
            values["text"],
            kind=values["kind"],
            certified_on=values["certified_on"],
            expires_on=values["expires_on"],
            documents=(paper,) if paper else (),
        )

    return Plan(
        f"登记认证  {sheet.screen_name}",
        submit,
        (
            Ask("kind", "认证类型", value=filed.kind if filed else "政府", required=True, longest=20),
            Ask("text", "认证说明", value=filed.text if filed else "", required=True, hint="照平台显示", longest=300),
            Ask("certified_on", "认证日期", Kind.DAY, _iso(filed.certified_on if filed else None)),
            Ask("expires_on", "到期日", Kind.DAY, _iso(filed.expires_on if filed else None)),
            Ask("document", "证明材料", Kind.FILE, hint="可不填;盖章表格、公函的路径"),
        ),
        intro="登记后由另一人核对。证明材料存入证据库。",
        told=lambda row: f"“{row.account}”的认证已登记,待另一人核对。",
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _review(app: Application, sheet: AccountSheet) -> Plan:
    filed = next((row for row in app.directory.certifications() if row.account_id == sheet.account_id), None)
    shown = f"平台显示:{filed.shown or '无数据'}" if filed else ""
    text = f"登记:{filed.text}\n{shown}" if filed else "没有登记认证。"
    return Plan(
        f"核对认证  {sheet.screen_name}",
        lambda actor, _values: app.directory.review_certification(actor, reference(sheet)),
        intro=f"{text}\n核对无误后确认;由登记人以外的人办理。",
        told=lambda row: f"“{row.account}”的认证已核对。",
        word="核对无误",
    )


_OTHERS: dict[str, Callable[[Application, AccountSheet], Plan]] = {
    "登记换口令": _password,
    "换绑手机": _phone,
    "任命管理员": _appoint,
    "解除管理员": _relieve,
    "管理员交接": _handover,
    "被盗处置": _stolen,
    "登记认证": _certify,
    "核对认证": _review,
}


# --- checking and units ---------------------------------------------------------------------------------------


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


def _unit_asks(app: Application, row: UnitRow | None) -> tuple[Ask, ...]:
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


def _add_unit(app: Application, unit: str) -> Plan:
    asks = _unit_asks(app, None)
    return Plan(
        "登记单位",
        lambda actor, values: app.units.add(actor, UnitEntry(**values)),
        (Ask("name", "单位全称", required=True, longest=100), *asks),
        told=lambda row: f"已登记“{row.name}”。",
    )


def _change_unit(app: Application, row: UnitRow) -> Plan:
    def submit(actor: Actor, values: Values) -> UnitRow:
        changes = {key: value or ("-" if getattr(row, key) else "") for key, value in values.items()}
        return app.units.change(actor, row.name, UnitEntry(**changes), row.version)

    return Plan(
        f"修改单位  {row.name}",
        submit,
        (Ask("name", "单位全称", value=row.name, required=True, longest=100), *_unit_asks(app, row)),
        intro="隶属关系决定由谁审批、由谁检查、用哪一层标准。",
        told=lambda found: f"“{found.name}”已修改。",
    )


def _drop_unit(app: Application, row: UnitRow) -> Plan:
    return Plan(
        f"撤销单位  {row.name}",
        lambda actor, values: app.units.deactivate(actor, row.name, values["reason"]),
        (Ask("reason", "依据", Kind.TEXT, required=True, hint="撤并文件或决定", longest=1000),),
        intro="名下没有账号、人员和下级单位的,方可撤销;历史记录保留。",
        told=lambda found: f"“{found.name}”已撤销。",
        confirm=lambda _values: f"“{row.name}”将撤销,不再登记账号和人员。",
        word="撤销",
    )
