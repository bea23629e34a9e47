"""What can be done with pauses: start one after a look at what it would hold, clear, end, decide on a held post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from accounts.permissions import Permission
from accounts.roles import permissions_of
from publishing.checks import CONTENT_CLASSES
from publishing.schemas.pauses import DecisionRow, HeldRow, PauseDetail, PauseEntry, PausePreview, PauseRow
from tui.desks import account_options, units_below
from tui.details.pauses import NEVER_SENT, UNSTOPPABLE, span_words
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, format_beijing

if TYPE_CHECKING:
    from accounts.schemas.people import UnitRow
    from weibo_ops.bootstrap import Application

MOST_NAMED = 12
"""Posts named one by one before a pause is started; the rest are counted."""
LONGEST = 1_000
NO_CLASS = "无"
"""What is written where no class may be cleared."""


def start_plan(app: Application) -> Plan:
    """Return the form of starting a pause; what it would hold is shown before it is confirmed."""
    units = app.units.list_units()
    own = units_below(units, app.actor.unit_id)
    below = [unit for unit in units if unit.name in own]

    def entry(values: Values) -> PauseEntry:
        return PauseEntry(
            title=values["title"],
            reason=values["reason"],
            clearer=values["clearer"],
            from_at=values["from_at"],
            until_at=values["until_at"],
            areas=(values["area"],) if values["area"] else (),
            units=(values["unit"],) if values["unit"] else (),
            accounts=(values["account"],) if values["account"] else (),
            classes=_words(values["classes"]),
            allowed=() if values["allowed"] == NO_CLASS else _words(values["allowed"]),
        )

    def foresee(actor: Actor, values: Values) -> str:
        return preview_words(app.pauses.preview(actor, entry(values)))

    return Plan(
        "开始暂停发布(特殊时段)",
        lambda actor, values: app.pauses.start(actor, entry(values)),
        (
            Ask("title", "名称", required=True, hint="如 全市哀悼日", longest=100),
            Ask("reason", "事由", Kind.TEXT, required=True, hint="谁的要求,为什么", longest=LONGEST),
            Ask("from_at", "开始时间", Kind.INSTANT, hint="不填为立即开始"),
            Ask("until_at", "结束时间", Kind.INSTANT, hint="不填为另行通知"),
            Ask("unit", "单位", Kind.CHOICE, hint="不选为本单位及下级单位", options=_units(below)),
            Ask("account", "账号", Kind.CHOICE, hint="不选为范围内全部账号", options=account_options(app)),
            Ask("area", "地区", Kind.CHOICE, hint="不选为全部地区", options=_areas(below)),
            Ask("classes", "暂停的类别", hint="不填为全部类别;如 日常、转载"),
            Ask("allowed", "可放行类别", value="、".join(_usual(app)), required=True, hint="任何类别都不放行的,填 无"),
            Ask("clearer", "放行人", Kind.CHOICE, required=True, options=_clearers(app)),
        ),
        intro=f"范围内已排期的稿件转入“暂停待处置”。可放行的类别由放行人逐条放行,其余一律不发。\n"
        f"类别:{'、'.join(CONTENT_CLASSES)}。",
        told=_started,
        foresee=foresee,
        word="开始",
    )


def preview_words(found: PausePreview) -> str:
    """Return what starting a pause would do, post by post."""
    lines = [f"{found.title}:{span_words(found)}", found.scope]
    lines.append(f"将暂停{len(found.held)}条:" if found.held else "现在没有已排期的稿件须暂停。")
    lines += _named(found.held)
    if found.sending:
        lines += [f"{UNSTOPPABLE}{len(found.sending)}条,请在官方客户端核实:", *_named(found.sending)]
    if found.unscheduled:
        lines.append(f"另有{found.unscheduled}条已签发、错过或失败的没有排期,暂停期间不能排入。")
    lines.append(f"放行人{found.clearer},可逐条放行:{'、'.join(found.allowed) or '无'}。")
    return "\n".join(lines)


def _named(rows: Sequence[HeldRow]) -> list[str]:
    lines = [
        f"  {each.post_id} {format_beijing(each.at)[5:]} {each.account} {each.content_class} {each.opening}"
        for each in rows[:MOST_NAMED]
    ]
    return [*lines, f"  等{len(rows)}条"] if len(rows) > MOST_NAMED else lines


def _started(found: PauseDetail) -> str:
    sending = f"{UNSTOPPABLE}{len(found.sending)}条。" if found.sending else ""
    return f"“{found.row.title}”{found.row.state},暂停{len(found.held)}条。{sending}按 s 逐条处置。"


def _words(text: str) -> tuple[str, ...]:
    for sign in "，,;；/ ":
        text = text.replace(sign, "、")
    return tuple(each.strip() for each in text.split("、") if each.strip())


def _units(below: Sequence[UnitRow]) -> tuple[Option, ...]:
    return tuple(Option(unit.name, unit.name, "及下级单位") for unit in below)


def _areas(below: Sequence[UnitRow]) -> tuple[Option, ...]:
    return tuple(Option(area, area) for area in sorted({unit.area for unit in below if unit.area}))


def _usual(app: Application) -> tuple[str, ...]:
    book: Any = app.standards.in_force("delivery", beijing_date(app.clock.now())).book
    return tuple(book.pause.allowed)


def _clearers(app: Application) -> tuple[Option, ...]:
    return tuple(
        Option(row.login, row.name, f"{row.unit} {'、'.join(row.roles)}")
        for row in app.staff.list_staff(active=True)
        if not row.service and Permission.PAUSE_CLEAR in permissions_of(row.roles, outsourced=row.outsourced)
    )


def end_plan(app: Application, row: PauseRow) -> Plan:
    """Return the form of ending a pause, which sends nothing."""
    waiting = f"待处置{row.waiting}条,全部保持“暂停待处置”。" if row.waiting else "没有待处置的稿件。"
    return Plan(
        f"结束暂停发布:{row.title}",
        lambda actor, values: app.pauses.end(actor, row.pause_id, row.version, values["reason"]),
        (Ask("reason", "理由", Kind.TEXT, required=True, longest=LONGEST),),
        intro=f"{span_words(row)}。{row.scope}。\n{NEVER_SENT}",
        told=lambda found: f"“{found.row.title}”已结束,未发布任何一条;待处置{found.row.waiting}条。按 s 逐条处置。",
        confirm=lambda _values: f"结束“{row.title}”,不会发布任何一条。\n{waiting}\n每一条由人重新排期、修改或撤稿。",
        word="结束",
    )


def clear_plan(app: Application, row: DecisionRow) -> Plan:
    """Return the form of clearing one text from the pause that stops it."""
    pause_id = row.covering_id or row.pause_id or 0
    return Plan(
        f"放行:稿件{row.post_id} {row.opening}",
        lambda actor, values: app.pauses.clear(actor, pause_id, row.post_id, row.code, values["reason"]),
        (Ask("reason", "理由", Kind.TEXT, required=True, longest=LONGEST),),
        intro=f"暂停发布“{row.covering or row.pause}”的放行人:{row.clearer or '无,该类别不能放行'}。\n"
        f"校验码 {row.code}。放行只对这一稿有效,改动后须重新放行;放行后尚须排期。",
        told=lambda _: f"稿件{row.post_id}已放行,尚未排期。按 a 排期。",
        confirm=lambda _values: f"暂停期间放行稿件{row.post_id}:{row.account},{row.content_class}。\n{row.opening}",
        word="放行",
    )


def schedule_plan(app: Application, row: DecisionRow) -> Plan:
    """Return the form of giving a held post a time again: a person names it."""
    now = app.clock.now()
    old = format_beijing(row.at) if row.at is not None and row.at > now else ""
    return Plan(
        f"重新排期:稿件{row.post_id} {row.opening}",
        lambda actor, values: app.calendar.resume(
            actor, row.post_id, row.version, at=values["at"], accepted=values["accepted"]
        ),
        (
            Ask("at", "发布时间", Kind.INSTANT, old, required=True, hint="如 2026-10-12 15:30"),
            Ask("accepted", "冲突理由", hint="与间隔、时段等冲突时写明,否则不填", longest=LONGEST),
        ),
        intro=f"原定 {format_beijing(row.at) or '无'}。{row.next_step}。",
        told=lambda found: f"稿件{row.post_id}已排期:{format_beijing(found.at)}。",
        word="排期",
    )
