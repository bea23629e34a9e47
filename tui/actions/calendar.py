"""The actions of the calendar: times given and taken, and which days are looked at."""

from __future__ import annotations

from accounts.permissions import Permission
from tui.actions.action import Action, Group, Place

_HERE = (Place.CALENDAR,)

CALENDAR: tuple[Action, ...] = (
    Action(
        "cal_schedule",
        "排期、改期",
        ("b", "ctrl+b"),
        Group.ACTS,
        "screen.schedule",
        _HERE,
        ("定时发布", "重新排期", "恢复排期"),
        "排期",
        (Permission.POST_SEND,),
    ),
    Action(
        "cal_next",
        "排到下一个空闲时段",
        ("x", "f9"),
        Group.ACTS,
        "screen.schedule_next",
        _HERE,
        ("空闲时段",),
        "空闲",
        (Permission.POST_SEND,),
    ),
    Action(
        "cal_unschedule",
        "取消排期",
        ("u", "f10"),
        Group.ACTS,
        "screen.unschedule",
        _HERE,
        ("撤下排期",),
        "",
        (Permission.POST_SEND,),
    ),
    Action(
        "cal_hold",
        "暂停一件稿件,待处置",
        ("s", "f12"),
        Group.ACTS,
        "screen.hold",
        _HERE,
        ("暂停待处置",),
        "暂停",
        (Permission.POST_SEND,),
    ),
)
LOOKS: tuple[Action, ...] = (
    Action("cal_day", "看一日", ("d", "f20"), Group.FILTERS, "screen.look('day')", _HERE, ("日视图", "时段"), "日"),
    Action("cal_week", "看一周", ("w", "f21"), Group.FILTERS, "screen.look('week')", _HERE, ("周视图",), "周"),
    Action("cal_month", "看一月", ("m", "f22"), Group.FILTERS, "screen.look('month')", _HERE, ("月历",), "月"),
    Action("cal_agenda", "看日程", ("l", "f23"), Group.FILTERS, "screen.look('agenda')", _HERE, ("十四日",), "日程"),
    Action(
        "cal_before",
        "往前一日、一周、一月",
        ("p", "left", "f7"),
        Group.FILTERS,
        "screen.move_by(-1)",
        _HERE,
        (),
        "往前",
    ),
    Action(
        "cal_after", "往后一日、一周、一月", ("n", "right", "f8"), Group.FILTERS, "screen.move_by(1)", _HERE, (), "往后"
    ),
    Action("cal_today", "回到今天", ("g", "f24"), Group.FILTERS, "screen.today", _HERE, ("今日",), "今天"),
)
