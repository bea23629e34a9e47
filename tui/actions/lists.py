"""The actions of every table, the moves, and the keys of forms and the editor."""

from __future__ import annotations

from tui.actions.action import Action, Group, Place
from tui.actions.calendar import CALENDAR, LOOKS
from tui.actions.delivery import BOARD_LOOKS, DELIVERY
from tui.actions.office import DUTY, FINDINGS, IMPOSTORS, REGISTER, STANDARDS
from tui.actions.pauses import PAUSES, RELAYS
from tui.actions.publishing import DESKS, DRAFTS, NARROWING, REVIEWS

_LISTS = (Place.POSTS, Place.COMMENTS, Place.DRAFTS, Place.CALENDAR)
_FLAT = (Place.ACCOUNTS, Place.POSTS, Place.COMMENTS, Place.FINDINGS, Place.DRAFTS)

_TABLES = (
    Action("accounts", "账号", ("1", "f2"), Group.TABLES, "app.open_table('accounts')", aliases=("台账", "检查发现")),
    Action("posts", "微博", ("2", "f3"), Group.TABLES, "app.open_table('posts')", aliases=("内容检查", "已发布")),
    Action(
        "comments", "评论", ("3", "f4"), Group.TABLES, "app.open_table('comments')", aliases=("网民留言", "答复时效")
    ),
    Action("evaluation", "评估", ("4", "f5"), Group.TABLES, "app.open_table('evaluation')", aliases=("评价", "得分")),
    Action("findings", "问题", ("5", "f14"), Group.TABLES, "app.open_table('findings')", aliases=("整改", "交办")),
    Action("standards", "标准", ("6", "f15"), Group.TABLES, "app.open_table('standards')", aliases=("标准台",)),
    Action("impostors", "仿冒", ("7", "f16"), Group.TABLES, "app.open_table('impostors')", aliases=("疑似仿冒账号",)),
    Action("duty", "值班", ("8", "f17"), Group.TABLES, "app.open_table('duty')", aliases=("值班表", "交接班")),
    Action("drafts", "拟稿", ("9", "f18"), Group.TABLES, "app.open_table('drafts')", aliases=("编辑工作台", "稿件")),
    Action("reviews", "审核", ("0", "f19"), Group.TABLES, "app.open_table('reviews')", aliases=("审核台", "待补签")),
    Action(
        "calendar",
        "日历",
        ("!", "ctrl+f1"),
        Group.TABLES,
        "app.open_table('calendar')",
        aliases=("排期", "发布日历"),
    ),
    Action(
        "delivery",
        "投递台",
        ("@", "ctrl+f2"),
        Group.TABLES,
        "app.open_table('delivery')",
        aliases=("结果待核实", "待登记回执", "发布程序"),
    ),
    Action(
        "pauses",
        "暂停发布",
        ("#", "ctrl+f3"),
        Group.TABLES,
        "app.open_table('pauses')",
        aliases=("特殊时段", "暂停待处置"),
    ),
    Action(
        "relays", "必转联动", ("$", "ctrl+f4"), Group.TABLES, "app.open_table('relays')", aliases=("转发任务", "回执")
    ),
)
_ROWS = (
    Action("open", "打开", ("enter", "ctrl+o"), Group.ROWS, "screen.open_row", aliases=("详情", "追溯"), short="打开"),
    Action("back", "返回", ("escape", "ctrl+g"), Group.ROWS, "screen.back", short="返回"),
    Action("zoom", "放大或还原详情", ("z", "ctrl+y"), Group.ROWS, "screen.zoom", aliases=("全屏",), short="放大"),
    Action("reload", "重新读取", ("r", "ctrl+r"), Group.ROWS, "screen.reload", aliases=("刷新",)),
)
_FILTERS = (
    Action("find", "查找", ("/", "ctrl+f"), Group.FILTERS, "screen.find", _FLAT, ("搜索",), "查找"),
    Action("account", "选择账号", ("a", "f6"), Group.FILTERS, "screen.choose_account", _LISTS, short="账号"),
    Action("hits", "只看有内容提示的", ("h", "f7"), Group.FILTERS, "screen.hits_only", (Place.POSTS,), short="提示"),
    Action(
        "found", "只看有检查发现的", ("h", "f7"), Group.FILTERS, "screen.found_only", (Place.ACCOUNTS,), short="发现"
    ),
    Action(
        "sentiment",
        "切换情感",
        ("s", "f7"),
        Group.FILTERS,
        "screen.next_sentiment",
        (Place.COMMENTS,),
        ("负面", "中性", "正面", "存疑"),
        "情感",
    ),
    Action("due", "只看应答复的", ("d", "f8"), Group.FILTERS, "screen.due_only", (Place.COMMENTS,), short="应答复"),
    Action(
        "overdue",
        "只看超期未答复的",
        ("o", "f9"),
        Group.FILTERS,
        "screen.overdue_only",
        (Place.COMMENTS,),
        ("逾期", "未答"),
        "超期",
    ),
    Action(
        "finding_state",
        "切换问题状态",
        ("s", "f7"),
        Group.FILTERS,
        "screen.next_state",
        (Place.FINDINGS,),
        ("发现", "交办", "办结"),
        "状态",
    ),
    Action(
        "finding_overdue",
        "只看超期未办的",
        ("o", "f10"),
        Group.FILTERS,
        "screen.overdue_only",
        (Place.FINDINGS,),
        ("逾期",),
        "超期",
    ),
    Action(
        "clear",
        "清除筛选",
        ("c", "ctrl+l"),
        Group.FILTERS,
        "screen.clear_filters",
        (*_FLAT, Place.CALENDAR),
        short="清除",
    ),
)
_SYSTEM = (
    Action("palette", "命令面板", (":", "ctrl+p"), Group.SYSTEM, "app.command_palette", short="命令"),
    Action("theme", "切换浅色与深色", ("t", "ctrl+t"), Group.SYSTEM, "app.switch_theme", aliases=("主题", "夜间")),
    Action("help", "帮助", ("?", "f1"), Group.SYSTEM, "app.show_help", aliases=("按键",), short="帮助"),
    Action("quit", "退出", ("ctrl+q",), Group.SYSTEM, "app.quit", short="退出"),
)
_ALL = (
    *_TABLES,
    *REGISTER,
    *FINDINGS,
    *STANDARDS,
    *IMPOSTORS,
    *DUTY,
    *DRAFTS,
    *REVIEWS,
    *DESKS,
    *CALENDAR,
    *DELIVERY,
    *PAUSES,
    *RELAYS,
    *_ROWS,
    *LOOKS,
    *BOARD_LOOKS,
    *NARROWING,
    *_FILTERS,
    *_SYSTEM,
)
_GROUPS = list(Group)
ACTIONS: tuple[Action, ...] = tuple(sorted(_ALL, key=lambda action: _GROUPS.index(action.group)))
"""Every action, by group, in the order in which lists show them."""

MOVES: tuple[Action, ...] = (
    Action("up", "上一行", ("up", "k"), Group.MOVES, "cursor_by(-1)"),
    Action("down", "下一行", ("down", "j"), Group.MOVES, "cursor_by(1)"),
    Action("page_up", "上一页", ("pageup", "ctrl+u"), Group.MOVES, "cursor_page(-1)"),
    Action("page_down", "下一页", ("pagedown", "ctrl+d"), Group.MOVES, "cursor_page(1)"),
    Action("first", "第一行", ("home",), Group.MOVES, "cursor_end(-1)"),
    Action("last", "已载入的最后一行", ("end",), Group.MOVES, "cursor_end(1)"),
    Action("next_pane", "在表格与详情之间切换", ("tab", "shift+tab"), Group.MOVES, "screen.next_pane"),
)
"""Moves in a table or detail pane; those without a ``screen.`` prefix are done by the pane that has the focus."""

FORM: tuple[Action, ...] = (
    Action("submit", "提交", ("ctrl+s",), Group.FORM, "screen.submit", short="提交"),
    Action("next_field", "下一项", ("tab", "down"), Group.FORM, "app.focus_next", short="下一项"),
    Action("previous_field", "上一项", ("shift+tab", "up"), Group.FORM, "app.focus_previous"),
    Action("choose", "展开选项、勾选", ("space",), Group.FORM, "choose", short="选"),
    Action("tick", "逐项勾选(五关)", ("1", "2", "3", "4", "5"), Group.FORM, "tick"),
    Action("leave", "返回", ("escape", "ctrl+g"), Group.FORM, "screen.leave", short="返回"),
)
"""The keys of a form; ``choose`` and ``tick`` are done by the field that has the focus."""

EDITOR: tuple[Action, ...] = (
    Action("save", "保存", ("ctrl+s",), Group.EDITOR, "screen.submit", short="保存"),
    Action("check_text", "检查", ("ctrl+r", "f9"), Group.EDITOR, "screen.check", short="检查"),
    Action("next_problem", "下一处错误", ("ctrl+n", "f8"), Group.EDITOR, "screen.next_problem", short="下一处"),
    Action("problems", "在正文与错误表之间切换", ("ctrl+t", "f10"), Group.EDITOR, "screen.next_pane", short="错误表"),
    Action("leave_editor", "返回", ("escape", "ctrl+g"), Group.EDITOR, "screen.leave", short="返回"),
)
"""The keys of the editor."""
