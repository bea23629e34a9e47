"""What can be done about who keeps an account: its password and telephone, administrators, theft, certification."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from accounts.schemas.duty import AdministratorRow, ChecklistView
from accounts.schemas.lifecycle import AccountSheet
from accounts.service.safety import POSITIONS
from tui.acts.duty import people
from tui.acts.life import reference, whom
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application


def password(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that records that the password was changed."""
    today = beijing_date(app.clock.now()).isoformat()
    return Plan(
        f"登记换口令  {sheet.screen_name}",
        lambda actor, values: app.safety.record_password_change(actor, reference(sheet), values["on"]),
        (Ask("on", "换口令日期", Kind.DAY, today, required=True),),
        intro="只登记日期;口令本身不得写入本系统。",
        told=lambda row: f"“{row.account}”换口令日期已登记。",
    )


def phone(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that records telephone and holder."""
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


def appoint(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that makes somebody an administrator."""
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


def relieve(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that ends an appointment."""
    keepers = _keepers(app, sheet)
    return Plan(
        f"解除管理员  {sheet.screen_name}",
        lambda actor, values: app.safety.relieve(actor, reference(sheet), values["login"]),
        (Ask("login", "人员", Kind.CHOICE, required=True, options=keepers),),
        intro="自今日起不再是管理员;当日须换口令和绑定手机,系统生成待办。",
        told=lambda rows: f"已解除,“{rows[0].account}”现有管理员 {_present(rows)} 名。",
        confirm=lambda values: f"{whom(sheet)}\n将解除管理员{_label(keepers, values['login'])}。",
        word="解除",
    )


def _label(options: tuple[Option, ...], value: str) -> str:
    return next((option.label for option in options if option.value == value), value)


def handover(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that opens a hand-over between administrators."""
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


def stolen(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that opens the card for a stolen account."""
    return Plan(
        f"被盗处置  {sheet.screen_name}",
        lambda actor, values: app.safety.report_stolen(actor, reference(sheet), values["note"]),
        (Ask("note", "发现的异常", Kind.TEXT, required=True, hint="例:凌晨出现非本单位所发微博", longest=1000),),
        intro="开出账号被盗处置卡:停发、改口令、截图取证、报告,各步限时,紧急待办发给当班人。",
        told=lambda row: f"已开出处置卡 #{row.checklist_id},{row.open_items}步,见“值班”。",
        confirm=lambda _values: f"{whom(sheet)}\n将开出被盗处置卡,紧急待办立即发给当班人。",
        word="开出",
    )


def certify(app: Application, sheet: AccountSheet) -> Plan:
    """Return the form that puts a certification on file, filled with what is on file."""
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


def review(app: Application, sheet: AccountSheet) -> Plan:
    """Return the question by which another person confirms a certification."""
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
