"""Passwords: what one must look like, and its argon2id hash.

Source: GB/T 22239—2019 (等级保护) asks for passwords of some complexity; the numbers are this program's default.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from weibo_ops.kernel.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
LONGEST = 200
RULE = f"口令不少于{SHORTEST}个字符,含字母、数字、其他符号中的至少两类,且不含登录名(本程序默认标准)"
_NEXT = "请换一个口令;可用几个不相干的词连写。"


def check_password(password: str, login: str) -> None:
    """Refuse a password that is too easy.

    Raises:
        UsageError: naming the rule and what is missing.
    """
    if len(password) < SHORTEST:
        raise UsageError(f"口令只有{len(password)}个字符。", rule=RULE, next_step=_NEXT)
    if len(password) > LONGEST:
        raise UsageError(f"口令超过{LONGEST}个字符。", rule=RULE, next_step=_NEXT)
    if not password.isprintable():
        raise UsageError("口令含控制字符。", rule=RULE, next_step=_NEXT)
    if login and login.casefold() in password.casefold():
        raise UsageError("口令中含有登录名。", rule=RULE, next_step=_NEXT)
    kinds = {"letter" if character.isalpha() else "digit" if character.isdigit() else "other" for character in password}
    if len(kinds) < 2 or len(set(password)) < 5:
        raise UsageError("口令过于简单。", rule=RULE, next_step=_NEXT)


def hash_password(password: str) -> str:
    """Return the argon2id hash with its salt and parameters (PHC string)."""
    return _hasher().hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Say whether a password belongs to a hash; an empty hash is compared with one of nothing, as slowly."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored or _nobody(), password) and bool(stored)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def outdated(stored: str) -> bool:
    """Say whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")
