"""The actions of the delivery board: what nobody knows of is settled, what was not sent gets a time or is given up."""

from __future__ import annotations

from accounts.permissions import Permission
from tui.actions.action import Action, Group, Place

_HERE = (Place.DELIVERY,)

DELIVERY: tuple[Action, ...] = (
    Action(
        "board_settle",
        "核实是否已发布",
        ("f", "f22"),
        Group.ACTS,
        "screen.settle",
        _HERE,
        ("结果待核实", "登记未发布"),
        "核实",
        (Permission.POST_SETTLE,),
    ),
    Action(
        "board_schedule",
        "重新排期、改期",
        ("b", "ctrl+b"),
        Group.ACTS,
        "screen.schedule",
        _HERE,
        ("再发", "错过发布时间"),
        "排期",
        (Permission.POST_SEND,),
    ),
    Action(
        "board_copy",
        "取人工发布的全文",
        ("y", "f12"),
        Group.ACTS,
        "screen.copy_text",
        _HERE,
        ("复制正文",),
        "全文",
        (Permission.POST_SEND,),
    ),
    Action(
        "board_receipt",
        "登记人工发布的回执",
        ("i", "f21"),
        Group.ACTS,
        "screen.receipt",
        _HERE,
        ("登记链接", "已发出"),
        "回执",
        (Permission.POST_SEND,),
    ),
    Action(
        "board_give_back",
        "没有发出,退回",
        ("x", "f9"),
        Group.ACTS,
        "screen.give_back",
        _HERE,
        ("退回人工发布",),
        "退回",
        (Permission.POST_SEND, Permission.POST_SETTLE),
    ),
    Action(
        "board_withdraw",
        "撤下没有发出的稿件",
        ("d", "f10"),
        Group.ACTS,
        "screen.withdraw",
        _HERE,
        ("不发了",),
        "撤稿",
        (Permission.POST_DRAFT,),
    ),
    Action(
        "board_present",
        "确认本人到岗",
        ("p", "f8"),
        Group.ACTS,
        "screen.confirm_presence",
        _HERE,
        ("夜间发布", "休息日发布"),
        "到岗",
        (Permission.POST_SEND,),
    ),
)
BOARD_LOOKS: tuple[Action, ...] = (
    Action(
        "board_view",
        "只看须处理的",
        ("s", "f24"),
        Group.FILTERS,
        "screen.other_view",
        _HERE,
        ("全部事项",),
        "须处理",
    ),
    Action(
        "board_own",
        "只看本单位及下级单位的",
        ("h", "f23"),
        Group.FILTERS,
        "screen.own_only",
        _HERE,
        (),
        "本单位",
    ),
)
