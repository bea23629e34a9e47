"""The one registry of actions: key bindings, key bar, command palette, help and the guide's key table are read from it.

An action that writes names the permissions of which it needs one: key bar and palette leave it out for whoever holds
none, the help shows it dimmed, and its key says what is missing. Letter keys vanish while an input has the focus, so
every action also has a control or function key. With a Chinese input method on, keys arrive full width (``?`` as
``？``, ``/`` as ``、``): both widths are bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType

from accounts.permissions import Permission
from weibo_ops.kernel.actors import Actor


class Place(StrEnum):
    """The tables, by the name of their mode."""

    ACCOUNTS = "accounts"
    POSTS = "posts"
    COMMENTS = "comments"
    EVALUATION = "evaluation"
    FINDINGS = "findings"
    STANDARDS = "standards"
    IMPOSTORS = "impostors"
    DUTY = "duty"

    @property
    def word(self) -> str:
        """The Chinese name of the table."""
        return _PLACE_WORDS[self]


_PLACE_WORDS = {
    Place.ACCOUNTS: "账号",
    Place.POSTS: "微博",
    Place.COMMENTS: "评论",
    Place.EVALUATION: "评估",
    Place.FINDINGS: "问题",
    Place.STANDARDS: "标准",
    Place.IMPOSTORS: "仿冒",
    Place.DUTY: "值班",
}


class Group(StrEnum):
    """The headings under which help and guide list the actions."""

    TABLES = "切换"
    ACTS = "办理"
    ROWS = "查看"
    FILTERS = "筛选"
    SYSTEM = "系统"
    MOVES = "移动"
    FORM = "表单"
    EDITOR = "编辑器"


@dataclass(frozen=True)
class Action:
    """Something a person can do.

    Attributes:
        id: stable name, also its CSS and test name.
        title: Chinese, as palette, help and guide show it.
        keys: Textual key names; single characters stand for themselves. The first is shown in the key bar.
        group: heading in help and guide.
        run: Textual action string that does it.
        places: tables where it is valid; empty means everywhere.
        aliases: further words by which the palette finds it (their pinyin too).
        short: title in the key bar; empty keeps it out of the bar.
        permissions: of which whoever uses it needs one; empty: everybody may.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    group: Group
    run: str
    places: tuple[Place, ...] = ()
    aliases: tuple[str, ...] = ()
    short: str = ""
    permissions: tuple[Permission, ...] = ()

    def valid_in(self, place: Place | None) -> bool:
        """Say whether the action can be used on a table."""
        return not self.places or place in self.places

    def offered_to(self, actor: Actor) -> bool:
        """Say whether somebody may use the action at all; which rows they may use it on the service says."""
        return not self.permissions or any(actor.may(permission) for permission in self.permissions)

    @property
    def missing(self) -> str:
        """What somebody who may not use it lacks: ``需要“账号备案”权限``."""
        return f"需要{'或'.join(f'“{permission.label}”' for permission in self.permissions)}权限"

    @property
    def command(self) -> str:
        """The Textual action string that keys, clicks and palette start; one that writes is asked for by its id."""
        return f"app.ask_for('{self.id}')" if self.permissions else self.run

    @property
    def bound_keys(self) -> tuple[str, ...]:
        """Every key that starts it, the full-width forms of single characters and other names of keys included."""
        return tuple(form for key in self.keys for form in (key, *full_width_forms(key), *OTHER_NAMES.get(key, ())))

    @property
    def key_words(self) -> str:
        """The keys as people read them: ``f, F7``."""
        return "、".join(key_word(key) for key in self.keys)


_LISTS = (Place.POSTS, Place.COMMENTS)
_FLAT = (Place.ACCOUNTS, Place.POSTS, Place.COMMENTS, Place.FINDINGS)

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
)
_REGISTER = (
    Action(
        "account_act",
        "办理账号和单位事项",
        ("b", "ctrl+b"),
        Group.ACTS,
        "screen.act",
        (Place.ACCOUNTS,),
        (
            "审批",
            "退回",
            "备案",
            "启用",
            "变更",
            "更名",
            "暂停",
            "恢复",
            "关停公告",
            "注销",
            "换口令",
            "认证",
            "管理员",
        ),
        "办理",
        (
            Permission.ACCOUNT_APPLY,
            Permission.ACCOUNT_APPROVE,
            Permission.ACCOUNT_FILE,
            Permission.SAFETY_EDIT,
            Permission.CERTIFICATION_EDIT,
            Permission.UNIT_EDIT,
        ),
    ),
    Action(
        "apply",
        "申请开设账号、登记账号和单位",
        ("n", "ctrl+n"),
        Group.ACTS,
        "screen.new",
        (Place.ACCOUNTS,),
        ("申请开设", "存量登记", "登记单位"),
        "新增",
        (Permission.ACCOUNT_APPLY, Permission.REGISTER_EDIT, Permission.UNIT_EDIT),
    ),
    Action(
        "check",
        "检查全部账号",
        ("x", "f9"),
        Group.ACTS,
        "screen.check",
        (Place.ACCOUNTS,),
        ("检查",),
        "检查",
        (Permission.CHECK,),
    ),
    Action(
        "tree", "切换账号表与单位树", ("v", "f6"), Group.FILTERS, "screen.other_view", (Place.ACCOUNTS,), (), "单位树"
    ),
    Action(
        "line",
        "单位树按另一条隶属关系",
        ("l", "f8"),
        Group.FILTERS,
        "screen.next_line",
        (Place.ACCOUNTS,),
        ("行政隶属", "行业主管", "属地监管", "监管归口"),
        "隶属",
    ),
)
_FINDINGS: tuple[Action, ...] = (
    Action(
        "take_step",
        "办理问题",
        ("b", "f9"),
        Group.ACTS,
        "screen.take_step",
        (Place.FINDINGS,),
        ("核实", "告知", "申辩", "确认问题", "交办整改", "反馈", "复核", "办结"),
        "办理",
        (
            Permission.FINDING_VERIFY,
            Permission.FINDING_NOTIFY,
            Permission.FINDING_CONFIRM,
            Permission.FINDING_ASSIGN,
            Permission.FINDING_RESPOND,
            Permission.FINDING_REVIEW,
        ),
    ),
    Action(
        "mark",
        "标记一行,供一并办理",
        ("space", "ctrl+n"),
        Group.ACTS,
        "screen.mark",
        (Place.FINDINGS,),
        ("批量",),
        "标记",
        (
            Permission.FINDING_VERIFY,
            Permission.FINDING_NOTIFY,
            Permission.FINDING_CONFIRM,
            Permission.FINDING_ASSIGN,
            Permission.FINDING_RESPOND,
            Permission.FINDING_REVIEW,
        ),
    ),
    Action(
        "waive",
        "提出、签批或终止豁免",
        ("w", "f8"),
        Group.ACTS,
        "screen.waive",
        (Place.FINDINGS,),
        ("豁免",),
        "豁免",
        (Permission.WAIVER_PROPOSE, Permission.WAIVER_SIGN),
    ),
    Action(
        "notice",
        "出具整改通知或告知书",
        ("n", "f6"),
        Group.ACTS,
        "screen.notice",
        (Place.FINDINGS,),
        ("整改通知", "告知书"),
        "通知",
        (Permission.FINDING_ASSIGN, Permission.FINDING_NOTIFY),
    ),
)
_STANDARDS: tuple[Action, ...] = (
    Action(
        "new_draft",
        "新建标准草稿",
        ("n", "f6"),
        Group.ACTS,
        "screen.new_draft",
        (Place.STANDARDS,),
        ("起草",),
        "新建",
        (Permission.STANDARD_EDIT,),
    ),
    Action(
        "edit_draft",
        "编辑草稿",
        ("e", "f7"),
        Group.ACTS,
        "screen.edit_draft",
        (Place.STANDARDS,),
        ("修改标准",),
        "编辑",
        (Permission.STANDARD_EDIT,),
    ),
    Action("preview", "预览草稿的效果", ("v", "f8"), Group.ROWS, "screen.preview", (Place.STANDARDS,), short="预览"),
    Action(
        "publish",
        "发布草稿",
        ("b", "f9"),
        Group.ACTS,
        "screen.publish",
        (Place.STANDARDS,),
        ("发布标准",),
        "发布",
        (Permission.STANDARD_PUBLISH,),
    ),
    Action(
        "retire",
        "停用标准",
        ("x", "ctrl+n"),
        Group.ACTS,
        "screen.retire",
        (Place.STANDARDS,),
        ("废止",),
        "",
        (Permission.STANDARD_PUBLISH,),
    ),
)
_IMPOSTORS: tuple[Action, ...] = (
    Action(
        "follow_up",
        "办理疑似仿冒账号",
        ("b", "f9"),
        Group.ACTS,
        "screen.follow_up",
        (Place.IMPOSTORS,),
        ("核实仿冒", "投诉", "移送", "排除"),
        "办理",
        (Permission.IMPOSTOR_HANDLE,),
    ),
    Action(
        "scan",
        "扫描疑似仿冒账号",
        ("x", "f8"),
        Group.ACTS,
        "screen.scan",
        (Place.IMPOSTORS,),
        ("查找仿冒",),
        "扫描",
        (Permission.IMPOSTOR_HANDLE,),
    ),
)
_DUTY = (
    Action(
        "duty_act",
        "办理值班和交接",
        ("b", "ctrl+b"),
        Group.ACTS,
        "screen.act",
        (Place.DUTY,),
        ("排班", "轮值", "换班", "撤下", "开始交接班", "签字", "办结"),
        "办理",
        (Permission.DUTY_EDIT, Permission.HANDOVER, Permission.SAFETY_EDIT),
    ),
    Action(
        "duty_view", "切换值班表与交接单", ("v", "f6"), Group.FILTERS, "screen.other_view", (Place.DUTY,), (), "交接单"
    ),
    Action(
        "duty_unit", "选择值班单位", ("u", "ctrl+n"), Group.FILTERS, "screen.choose_unit", (Place.DUTY,), (), "单位"
    ),
    Action(
        "week_before", "上一周", ("p", "left", "f7"), Group.FILTERS, "screen.week_by(-1)", (Place.DUTY,), (), "上周"
    ),
    Action("week_after", "下一周", ("n", "right", "f8"), Group.FILTERS, "screen.week_by(1)", (Place.DUTY,), (), "下周"),
    Action("this_week", "本周", ("w", "f9"), Group.FILTERS, "screen.week_by(0)", (Place.DUTY,)),
    Action("all_lists", "含已办结的交接单", ("h", "f10"), Group.FILTERS, "screen.all_lists", (Place.DUTY,)),
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
    Action("clear", "清除筛选", ("c", "ctrl+l"), Group.FILTERS, "screen.clear_filters", _FLAT, short="清除"),
)
_SYSTEM = (
    Action("palette", "命令面板", (":", "ctrl+p"), Group.SYSTEM, "app.command_palette", short="命令"),
    Action("theme", "切换浅色与深色", ("t", "ctrl+t"), Group.SYSTEM, "app.switch_theme", aliases=("主题", "夜间")),
    Action("help", "帮助", ("?", "f1"), Group.SYSTEM, "app.show_help", aliases=("按键",), short="帮助"),
    Action("quit", "退出", ("ctrl+q",), Group.SYSTEM, "app.quit", short="退出"),
)
ACTIONS: tuple[Action, ...] = (
    *_TABLES,
    *_REGISTER,
    *_FINDINGS,
    *_STANDARDS,
    *_IMPOSTORS,
    *_DUTY,
    *_ROWS,
    *_FILTERS,
    *_SYSTEM,
)
"""Every action, in the order in which lists show them."""

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
    Action("leave", "返回", ("escape", "ctrl+g"), Group.FORM, "screen.leave", short="返回"),
)
"""The keys of a form; ``choose`` is done by the field that has the focus."""

EDITOR: tuple[Action, ...] = (
    Action("save", "保存", ("ctrl+s",), Group.EDITOR, "screen.submit", short="保存"),
    Action("check_text", "检查", ("ctrl+r", "f9"), Group.EDITOR, "screen.check", short="检查"),
    Action("next_problem", "下一处错误", ("ctrl+n", "f8"), Group.EDITOR, "screen.next_problem", short="下一处"),
    Action("problems", "在正文与错误表之间切换", ("ctrl+t", "f10"), Group.EDITOR, "screen.next_pane", short="错误表"),
    Action("leave_editor", "返回", ("escape", "ctrl+g"), Group.EDITOR, "screen.leave", short="返回"),
)
"""The keys of the editor."""

SHIFTED = {"f14": "shift+f2", "f15": "shift+f3", "f16": "shift+f4", "f17": "shift+f5"}
"""Function keys with Shift, by the names under which most terminals report them."""
OTHER_NAMES = {**{key: (name,) for key, name in SHIFTED.items()}, "space": ("ideographic_space",)}
"""Further names under which a key arrives."""

FULL_WIDTH = {"/": ("／", "、"), ":": ("：",), "?": ("？",)}
_NAMES = {
    "enter": "回车",
    "escape": "Esc",
    "up": "上箭头",
    "down": "下箭头",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "left": "左箭头",
    "right": "右箭头",
    "shift+tab": "Shift+Tab",
    "space": "空格",
    **{key: f"Shift+{name[6:].upper()}" for key, name in SHIFTED.items()},
}


def full_width_forms(key: str) -> tuple[str, ...]:
    """Return the characters that a key sends with a Chinese input method on; empty for named keys."""
    if len(key) != 1:
        return ()
    return FULL_WIDTH.get(key, (chr(ord(key) + 0xFEE0),))


def key_word(key: str) -> str:
    """Return a key's name as people read it: ``ctrl+f`` is ``Ctrl+F``, ``f7`` is ``F7``, letters stay."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    return key.upper() if len(key) > 1 else key


def valid_actions(place: Place | None) -> Iterator[Action]:
    """Yield the actions that can be used on a table, in order."""
    return (action for action in ACTIONS if action.valid_in(place))


def app_bindings() -> list[BindingType]:
    """Return the bindings of the actions that the application itself does."""
    return [binding for action in ACTIONS if action.run.startswith("app.") for binding in _bindings(action)]


def screen_bindings(place: Place) -> list[BindingType]:
    """Return the bindings of the actions that a table's screen does."""
    found = [action for action in valid_actions(place) if action.run.startswith("screen.")]
    found += [action for action in MOVES if action.run.startswith("screen.")]
    return [binding for action in found for binding in _bindings(action)]


def move_bindings() -> list[BindingType]:
    """Return the bindings of a pane in which a cursor or the text moves."""
    return [binding for action in MOVES if "." not in action.run for binding in _bindings(action)]


def bindings_of(actions: Iterable[Action]) -> list[BindingType]:
    """Return the bindings of a form's or an editor's keys."""
    return [binding for action in actions if "." in action.run for binding in _bindings(action)]


def _bindings(action: Action) -> list[Binding]:
    priority = action.id == "quit"
    return [Binding(key, action.command, action.title, show=False, priority=priority) for key in action.bound_keys]
