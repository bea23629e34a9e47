"""What an action is: where it is valid, by which keys it is started, and of whom it asks which permission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    DRAFTS = "drafts"
    REVIEWS = "reviews"
    CALENDAR = "calendar"
    DELIVERY = "delivery"
    PAUSES = "pauses"
    RELAYS = "relays"

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
    Place.DRAFTS: "拟稿",
    Place.REVIEWS: "审核",
    Place.CALENDAR: "日历",
    Place.DELIVERY: "投递",
    Place.PAUSES: "暂停",
    Place.RELAYS: "联动",
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
    WRITING = "稿件编辑"
    REMARK = "批注"


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


SHIFTED = {f"f{number + 12}": f"shift+f{number}" for number in range(2, 13)}
"""Function keys with Shift, by the names under which most terminals report them."""
OTHER_NAMES = {**{key: (name,) for key, name in SHIFTED.items()}, "space": ("ideographic_space",)}
"""Further names under which a key arrives."""

FULL_WIDTH = {"/": ("／", "、"), ":": ("：",), "?": ("？",), "$": ("＄", "￥")}
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
    "shift+right": "Shift+右箭头",
    "shift+down": "Shift+下箭头",
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
