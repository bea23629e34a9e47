"""What a field of the register may hold: one line that people can read. Pure."""

from __future__ import annotations

import re

from accounts.enums import Platform
from weibo_ops.kernel.errors import UsageError

LONGEST_UID = 32
LIMITS = {
    "账号名称": 100,
    "品牌名": 100,
    "备案号": 100,
    "姓名": 50,
    "职务": 100,
}
"""How many characters a field takes, by what it is called."""


def one_line(value: str, what: str) -> str:
    """Return a text without blanks around it.

    Args:
        value: as it was given; an empty one stays empty.
        what: the field, one of `LIMITS`.

    Raises:
        UsageError: it is too long, or holds line ends, control or unseen characters.
    """
    text = value.strip()
    if not text.isprintable():
        raise UsageError(f"{what}中有控制字符、不可见字符或换行。", next_step="请删去后重试。")
    if len(text) > LIMITS[what]:
        raise UsageError(f"{what}过长({len(text)}字)。", next_step=f"请控制在{LIMITS[what]}字以内。")
    return text


def platform_uid(value: str, platform: str) -> str:
    """Return the identity of an account on its platform: digits on Weibo, elsewhere whatever is one word.

    Raises:
        UsageError: it is empty, too long, or holds other characters.
    """
    uid = value.strip()
    if not uid or len(uid) > LONGEST_UID:
        raise UsageError(f"用户id为空或超过{LONGEST_UID}个字符。", next_step="请在平台上查得后照录。")
    if platform == Platform.WEIBO and not re.fullmatch(r"[0-9]+", uid):
        raise UsageError("微博的用户id只能是数字。", next_step="请在平台上查得后照录。")
    if not uid.isprintable() or " " in uid:
        raise UsageError("用户id中有空格、控制字符或不可见字符。", next_step="请在平台上查得后照录。")
    return uid
