"""The one registry of actions: key bindings, key bar, command palette, help and the guide's key table are read from it.

Letter keys vanish while an input has the focus, so every action also has a control or function key. With a Chinese
input method on, keys arrive full width (``?`` as ``？``, ``/`` as ``、``): both widths are bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class Place(StrEnum):
    """The four tables, by the name of their mode."""

    ACCOUNTS = "accounts"
    POSTS = "posts"
    COMMENTS = "comments"
    EVALUATION = "evaluation"

    @property
    def word(self) -> str:
        """The Chinese name of the table."""
        return {"accounts": "账号", "posts": "微博", "comments": "评论", "evaluation": "评估"}[self]


class Group(StrEnum):
    """The headings under which help and guide list the actions."""

    TABLES = "切换"
    ROWS = "查看"
    FILTERS = "筛选"
    SYSTEM = "系统"
    MOVES = "移动"


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
    """

    id: str
    title: str
    keys: tuple[str, ...]
    group: Group
    run: str
    places: tuple[Place, ...] = ()
    aliases: tuple[str, ...] = ()
    short: str = ""

    def valid_in(self, place: Place | None) -> bool:
        """Say whether the action can be used on a table."""
        return not self.places or place in self.places

    @property
    def bound_keys(self) -> tuple[str, ...]:
        """Every key that starts it, the full-width forms of single characters included."""
        return tuple(form for key in self.keys for form in (key, *full_width_forms(key)))

    @property
    def key_words(self) -> str:
        """The keys as people read them: ``f, F7``."""
        return "、".join(key_word(key) for key in self.keys)


_LISTS = (Place.POSTS, Place.COMMENTS)
_FLAT = (Place.ACCOUNTS, Place.POSTS, Place.COMMENTS)

ACTIONS: tuple[Action, ...] = (
    Action("accounts", "账号", ("1", "f2"), Group.TABLES, "app.open_table('accounts')", aliases=("台账", "检查发现")),
    Action("posts", "微博", ("2", "f3"), Group.TABLES, "app.open_table('posts')", aliases=("内容检查", "已发布")),
    Action(
        "comments", "评论", ("3", "f4"), Group.TABLES, "app.open_table('comments')", aliases=("网民留言", "答复时效")
    ),
    Action("evaluation", "评估", ("4", "f5"), Group.TABLES, "app.open_table('evaluation')", aliases=("评价", "得分")),
    Action("open", "打开", ("enter", "ctrl+o"), Group.ROWS, "screen.open_row", aliases=("详情", "追溯"), short="打开"),
    Action("back", "返回", ("escape", "ctrl+g"), Group.ROWS, "screen.back", short="返回"),
    Action("zoom", "放大或还原详情", ("z", "ctrl+y"), Group.ROWS, "screen.zoom", aliases=("全屏",), short="放大"),
    Action("reload", "重新读取", ("r", "ctrl+r"), Group.ROWS, "screen.reload", aliases=("刷新",)),
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
    Action("clear", "清除筛选", ("c", "ctrl+l"), Group.FILTERS, "screen.clear_filters", _FLAT, short="清除"),
    Action("palette", "命令面板", (":", "ctrl+p"), Group.SYSTEM, "app.command_palette", short="命令"),
    Action("theme", "切换浅色与深色", ("t", "ctrl+t"), Group.SYSTEM, "app.switch_theme", aliases=("主题", "夜间")),
    Action("help", "帮助", ("?", "f1"), Group.SYSTEM, "app.show_help", aliases=("按键",), short="帮助"),
    Action("quit", "退出", ("ctrl+q",), Group.SYSTEM, "app.quit", short="退出"),
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
    "shift+tab": "Shift+Tab",
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


def _bindings(action: Action) -> list[Binding]:
    priority = action.id == "quit"
    return [Binding(key, action.run, action.title, show=False, priority=priority) for key in action.bound_keys]
