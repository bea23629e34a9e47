"""What can be done about duty: turns, rotations, swaps; hand-overs opened, worked off, signed by both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from accounts.enums import DutyPost
from accounts.permissions import Permission
from accounts.schemas.duty import ChecklistView, ShiftEntry, ShiftRow
from accounts.schemas.people import StaffRow
from tui.forms import Ask, Kind, Option, Plan, Values
from tui.office import Day, clock_words, own_unit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_instant, format_beijing
from weibo_ops.kernel.errors import UsageError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

POSTS = tuple(Option(post.value, post.value) for post in DutyPost)
_ROSTER = {"排班": "排一个班", "轮值": "几个人轮流,一天一班", "换班": "换上另一个人", "撤下": "撤下尚未开始的班"}
_HANDOVER = {"开始交接班": "列出交班人未办结的待办和清单"}
_LIST = {"办理一项": "写明办理情况,可附证据文件", "签字": "先交出方,后接收方", "办结": "办结处置卡,或撤回交接单"}


def unit_options(app: Application) -> tuple[Option, ...]:
    """Return the units to choose from."""
    return tuple(
        Option(unit.name, f"{'  ' * unit.depth}{unit.name}", f"{unit.staff} 人")
        for unit in app.units.list_units()
        if unit.active
    )


def day_options(actor: Actor) -> tuple[Option, ...]:
    """Return what can be done with a day of the roster."""
    return (*_offer(_ROSTER, actor, Permission.DUTY_EDIT), *start_options(actor))


def start_options(actor: Actor) -> tuple[Option, ...]:
    """Return what can be begun where no list is chosen."""
    return _offer(_HANDOVER, actor, Permission.HANDOVER)


def list_options(row: ChecklistView, actor: Actor) -> tuple[Option, ...]:
    """Return what can be done with a hand-over or card."""
    if row.closed_at is not None:
        return (Option("", "已办结", off="已办结的清单不再办理"), *start_options(actor))
    permission = Permission.HANDOVER if actor.may(Permission.HANDOVER) else Permission.SAFETY_EDIT
    found = _offer(_LIST, actor, permission)
    if not row.from_login:
        found = tuple(option for option in found if option.value != "签字")
    if not row.open_items:
        found = tuple(option for option in found if option.value != "办理一项")
    return (*found, *start_options(actor))


def _offer(words: dict[str, str], actor: Actor, permission: Permission) -> tuple[Option, ...]:
    off = "" if actor.may(permission) else f"需要“{permission.label}”权限"
    return tuple(Option(name, name, note, off) for name, note in words.items())


def plan(name: str, app: Application, item: Day | ChecklistView | None, unit: str) -> Plan:
    """Return the form of an act on a day or list; read in a thread."""
    if isinstance(item, Day) and name in _ROSTER:
        makers: dict[str, Callable[[Application, Day], Plan]] = {
            "排班": _assign,
            "轮值": _fill,
            "换班": _swap,
            "撤下": _remove,
        }
        return makers[name](app, item)
    if isinstance(item, ChecklistView) and name in _LIST:
        return {"办理一项": _tick, "签字": _sign, "办结": _close}[name](app, item)
    return _open_handover(app, unit or own_unit(app))


def people(app: Application, unit: str) -> tuple[Option, ...]:
    """Return the people to choose from: those of the unit first, whoever is away marked."""
    rows = [row for row in app.staff.list_staff(active=True) if not row.service]
    return tuple(_person(row) for row in sorted(rows, key=lambda row: (row.unit != unit, row.unit, row.login)))


def _person(row: StaffRow) -> Option:
    away = "今日请假 " if row.away else ""
    return Option(row.login, row.name, f"{away}{row.unit} {row.login}")


def _assign(app: Application, day: Day) -> Plan:
    def submit(actor: Actor, values: Values) -> ShiftRow:
        entry = ShiftEntry(
            day.unit, values["post"], values["login"], values["from_at"], values["until_at"], values["note"]
        )
        return app.duty.assign(actor, entry)

    post, starts, ends = _wanted(day, app.clock.now())
    return Plan(
        f"排班  {day.unit}",
        submit,
        (
            Ask("post", "岗位", Kind.CHOICE, post, required=True, options=POSTS),
            Ask("login", "值班人", Kind.CHOICE, required=True, options=people(app, day.unit)),
            Ask("from_at", "开始", Kind.INSTANT, format_beijing(starts), required=True),
            Ask("until_at", "结束", Kind.INSTANT, format_beijing(ends), required=True),
            Ask("note", "备注"),
        ),
        intro="一岗一人;请假人员不排班,代运维人员不带班。到时的提醒发给当班人。",
        told=lambda row: f"已排班 #{row.shift_id}:{row.post} {row.name}。",
    )


def _wanted(day: Day, now: datetime) -> tuple[str, datetime, datetime]:
    """Return post and time of the day's first gap that still can be filled; else the ordinary turn of a day."""
    morning, next_morning = (beijing_instant(day.day + timedelta(days=n), time(9)) for n in (0, 1))
    for gap in day.gaps:
        starts, ends = max(gap.from_at, beijing_instant(day.day)), min(gap.until_at, next_morning)
        if starts < ends and now < ends:
            return gap.post, starts, ends
    return DutyPost.LEAD.value, morning, next_morning


def _fill(app: Application, day: Day) -> Plan:
    def entries(values: Values) -> Sequence[ShiftEntry]:
        logins = [values[name] for name in ("first_login", "second_login", "third_login") if values[name]]
        starts = _clock_time(values["starts"])
        return app.duty.propose(
            day.unit, values["post"], logins, values["first"], values["last"], starts, float(values["hours"])
        )

    who = people(app, day.unit)
    hours = tuple(Option(str(n), f"{n} 小时") for n in (8, 12, 24))
    return Plan(
        f"轮值  {day.unit}",
        lambda actor, values: app.duty.fill(actor, entries(values)),
        (
            Ask("post", "岗位", Kind.CHOICE, DutyPost.LEAD, required=True, options=POSTS),
            Ask("first_login", "第一人", Kind.CHOICE, required=True, options=who),
            Ask("second_login", "第二人", Kind.CHOICE, required=True, options=who),
            Ask("third_login", "第三人", Kind.CHOICE, options=who),
            Ask("first", "起日", Kind.DAY, day.day.isoformat(), required=True),
            Ask("last", "止日", Kind.DAY, required=True),
            Ask("starts", "每班开始", value="09:00", required=True, hint="如 09:00", longest=5),
            Ask("hours", "每班时长", Kind.CHOICE, "24", required=True, options=hours),
        ),
        intro="一天一班,按人轮流;请假的跳过,各人班数尽量相等。全部存入,有一班不合即全部不存。",
        told=lambda rows: f"已排 {len(rows)} 班。",
    )


def _clock_time(text: str) -> time:
    try:
        return time.fromisoformat(text.replace("\uff1a", ":"))
    except ValueError:
        raise UsageError(f"“{text}”不是钟点。", next_step="请写成 09:00 的形式。") from None


def _shifts(app: Application, day: Day, *, begun: bool) -> tuple[Option, ...]:
    now = app.clock.now()
    return tuple(
        Option(
            str(row.shift_id),
            f"{row.post} {row.name}",
            f"#{row.shift_id} {clock_words(row.from_at, row.until_at, day.day)}",
        )
        for rows in day.shifts.values()
        for row in rows
        if row.from_at > now or (begun and row.until_at > now)
    )


def _swap(app: Application, day: Day) -> Plan:
    shifts = _shifts(app, day, begun=True)
    return Plan(
        f"换班  {day.unit}",
        lambda actor, values: app.duty.swap(actor, int(values["shift"]), values["login"]),
        (
            _shift_ask(shifts),
            Ask("login", "换上", Kind.CHOICE, required=True, options=people(app, day.unit)),
        ),
        intro="换上的人从此当该班,提醒随之改发;原值班人不再当该班。",
        told=lambda row: f"已换班 #{row.shift_id}:{row.post} {row.name}。",
    )


def _remove(app: Application, day: Day) -> Plan:
    shifts = _shifts(app, day, begun=False)

    def submit(actor: Actor, values: Values) -> str:
        app.duty.remove(actor, int(values["shift"]), values["reason"])
        return str(values["shift"])

    def confirm(values: Values) -> str:
        chosen = next(option for option in shifts if option.value == values["shift"])
        return f"将从值班表撤下:{chosen.label} {chosen.note}。撤下后该时段可能成为空档。"

    return Plan(
        f"撤下  {day.unit}",
        submit,
        (_shift_ask(shifts), Ask("reason", "原因", required=True)),
        intro="只能撤下尚未开始的班;已开始的请换班。",
        told=lambda shift: f"已撤下 #{shift}。",
        confirm=confirm,
        word="撤下",
    )


def _shift_ask(shifts: tuple[Option, ...]) -> Ask:
    first = shifts[0].value if shifts else ""
    hint = "" if shifts else "当日没有可办的班"
    return Ask("shift", "班次", Kind.CHOICE, first, required=True, hint=hint, options=shifts)


def _open_handover(app: Application, unit: str) -> Plan:
    def submit(actor: Actor, values: Values) -> ChecklistView:
        items = [line.strip() for line in values["items"].splitlines() if line.strip()]
        return app.duty.open_handover(actor, unit, values["from_login"], values["to_login"], values["note"], items)

    who = people(app, unit)
    return Plan(
        f"开始交接班  {unit}",
        submit,
        (
            Ask("from_login", "交班人", Kind.CHOICE, _self(app, who), required=True, options=who),
            Ask("to_login", "接班人", Kind.CHOICE, required=True, options=who),
            Ask("items", "另行交接", Kind.TEXT, hint="一行一项;未办结的待办和清单自动列入", longest=2000),
            Ask("note", "说明"),
        ),
        intro="列出交班人未办结的待办和清单。双方先后签字后,待办转给接班人。",
        told=lambda row: f"已开始交接 #{row.checklist_id},{row.open_items}项,待{row.from_name}签字。",
    )


def _self(app: Application, who: tuple[Option, ...]) -> str:
    return app.actor.person if any(option.value == app.actor.person for option in who) else ""


def _tick(app: Application, row: ChecklistView) -> Plan:
    items = tuple(
        Option(str(number), item.text, f"第{number}项")
        for number, item in enumerate(row.items, 1)
        if item.done_at is None
    )

    def submit(actor: Actor, values: Values) -> ChecklistView:
        return app.checklists.tick(actor, row.checklist_id, int(values["item"]), values["note"], values["evidence"])

    return Plan(
        row.title,
        submit,
        (
            Ask("item", "事项", Kind.CHOICE, items[0].value if items else "", required=True, options=items),
            Ask("note", "办理情况", Kind.TEXT, longest=1000),
            Ask("evidence", "证据文件", Kind.FILE, hint="可不填;如截图的路径"),
        ),
        told=lambda found: f"已办,还有 {found.open_items} 项。",
    )


def _sign(app: Application, row: ChecklistView) -> Plan:
    side = row.to_name if row.from_signed_at else row.from_name
    effect = "双方签字后,未办结的待办转给接收方。" if row.from_signed_at else f"签字后待{row.to_name}签字。"
    return Plan(
        f"签字  {row.title}",
        lambda actor, _values: app.checklists.sign(actor, row.checklist_id),
        intro=f"现由{side}签字(受托人可代签,双方不能由同一人签)。未办 {row.open_items} 项。{effect}",
        told=_signed,
        word="签字",
    )


def _signed(row: ChecklistView) -> str:
    return f"“{row.title}”已由双方签字办结。" if row.closed_at else f"已签字,待{row.to_name}签字。"


def _close(app: Application, row: ChecklistView) -> Plan:
    handover = bool(row.from_login)
    effect = "撤回后双方不再签字,待办不转交。" if handover else f"还有 {row.open_items} 项未办。"
    return Plan(
        f"{'撤回' if handover else '办结'}  {row.title}",
        lambda actor, values: app.checklists.close(actor, row.checklist_id, values["reason"]),
        (Ask("reason", "说明", Kind.TEXT, required=handover or row.open_items > 0, longest=1000),),
        intro=effect,
        told=lambda found: f"“{found.title}”已{'撤回' if handover else '办结'}。",
        confirm=lambda _values: f"“{row.title}”将{'撤回' if handover else '办结'},不能再办理。{effect}",
        word="撤回" if handover else "办结",
    )
