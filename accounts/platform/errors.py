"""What a failed call means: the platform's error codes in classes that a caller can act on.

Pure. Source of the codes: the platform's public table of error codes (API v2) and its OAuth2 page; the classes are
this program's. A code decides, whatever HTTP status came with it; the status is looked at only where no readable
answer came, because gateways send their own pages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from weibo_ops.kernel.errors import EnvironmentFault, WeiboOpsError

MOST_SAID = 200
"""Characters of the platform's own words that are kept."""


class ErrorClass(StrEnum):
    """What a failure means for whoever called."""

    RETRY_LATER = "RETRY_LATER"
    RATE_LIMIT = "RATE_LIMIT"
    REAUTH = "REAUTH"
    APP_CONFIG = "APP_CONFIG"
    CONTENT_REJECTED = "CONTENT_REJECTED"
    DUPLICATE = "DUPLICATE"
    SUCCESS_DELAYED = "SUCCESS_DELAYED"
    HUMAN_NEEDED = "HUMAN_NEEDED"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN_TARGET = "FORBIDDEN_TARGET"
    ALREADY_DONE = "ALREADY_DONE"
    UNKNOWN = "UNKNOWN"
    NOT_SENT = "NOT_SENT"

    @property
    def label(self) -> str:
        """What happened, in Chinese."""
        return _WORDS[self][0]

    @property
    def next_step(self) -> str:
        """What to do about it, in Chinese."""
        return _WORDS[self][1]

    @property
    def may_exist(self) -> bool:
        """Say whether a write that failed so may have been carried out nevertheless."""
        return self in _MAY_EXIST


_MAY_EXIST = frozenset({ErrorClass.RETRY_LATER, ErrorClass.UNKNOWN, ErrorClass.DUPLICATE, ErrorClass.SUCCESS_DELAYED})

_WORDS: Mapping[ErrorClass, tuple[str, str]] = {
    ErrorClass.RETRY_LATER: ("平台暂时繁忙", "请稍后再试;写操作先核实是否已发出。"),
    ErrorClass.RATE_LIMIT: ("调用次数已达上限", "请待额度恢复后再办,或改用人工发布。"),
    ErrorClass.REAUTH: ("账号授权已失效", "请重新授权:weibo-ops platform authorize 账号。"),
    ErrorClass.APP_CONFIG: ("应用的权限或设置不符合平台要求", "请系统管理员核对开放平台上的应用设置。"),
    ErrorClass.CONTENT_REJECTED: ("内容未被平台接受", "请按平台的说明修改后重新送审。"),
    ErrorClass.DUPLICATE: ("平台称内容重复,可能已发出", "请先到账号主页核实,不要重发。"),
    ErrorClass.SUCCESS_DELAYED: ("平台称已受理,稍后显示", "请等待一至两分钟后核实,不要重发。"),
    ErrorClass.HUMAN_NEEDED: ("平台要求人工核验", "请本人登录微博官方客户端核验账号状态。"),
    ErrorClass.NOT_FOUND: ("平台上没有该内容", "请核对编号;可能已被删除。"),
    ErrorClass.FORBIDDEN_TARGET: ("平台不允许对该内容操作", "请核对该内容是否属于本账号。"),
    ErrorClass.ALREADY_DONE: ("平台称已办理过", "不必重复办理。"),
    ErrorClass.UNKNOWN: ("平台的答复无法确认", "请先核实结果,不要重发。"),
    ErrorClass.NOT_SENT: ("未能连上平台,请求没有发出", "请检查网络和 platform_url 设置后再试。"),
}

_CODES: Mapping[ErrorClass, Iterable[int]] = {
    ErrorClass.RETRY_LATER: (10001, 10002, 10003, 10009, 10010, 10011, 20014, 20607, 21331),
    ErrorClass.RATE_LIMIT: (10004, 10022, 10023, 10024, 20016, 20505, 21303),
    ErrorClass.REAUTH: (
        *(10006, 10013, 21301, 21314, 21315, 21316, 21317, 21319),
        *(21325, 21327, 21330, 21332),
    ),
    ErrorClass.APP_CONFIG: (
        *(10005, 10007, 10014, 10020, 10021, 21311, 21312, 21313, 21320, 21321),
        *(21322, 21323, 21324, 21326, 21328, 21329, 21335),
    ),
    ErrorClass.CONTENT_REJECTED: (
        *(10008, 10016, 10017, 10018, 20005, 20006, 20007, 20008, 20012, 20013, 20018, 20020, 20021),
        *(20049, 20104, 20202, 21602),
    ),
    ErrorClass.DUPLICATE: (20017, 20019, 20111, 20306),
    ErrorClass.SUCCESS_DELAYED: (20032,),
    ErrorClass.HUMAN_NEEDED: (20015, 20022, 20031, 20507),
    ErrorClass.NOT_FOUND: (20003, 20101, 20201, 20305),
    ErrorClass.FORBIDDEN_TARGET: (20102, 20203, 20301, 20508),
    ErrorClass.ALREADY_DONE: (20506, 20606),
}

CLASS_OF: Mapping[int, ErrorClass] = {code: kind for kind, codes in _CODES.items() for code in codes}
"""Every code that is known, with its class."""

_NAMED = {
    "redirect_uri_mismatch": 21322,
    "invalid_request": 21323,
    "invalid_client": 21324,
    "invalid_grant": 21325,
    "unauthorized_client": 21326,
    "expired_token": 21327,
    "unsupported_grant_type": 21328,
    "unsupported_response_type": 21329,
    "access_denied": 21330,
    "temporarily_unavailable": 21331,
    "invalid_access_token": 21332,
}
"""The names that OAuth2 answers give, with the platform's code."""

_GONE = frozenset({20101, 20201})
_DOMAIN = 10017


def classify(
    code: object, http_status: int | None, message: str = "", *, write: bool = True, deleting: bool = False
) -> ErrorClass:
    """Return what an answer with an error means.

    Args:
        code: the platform's ``error_code``, as it came (number or text); None where no readable answer came.
        http_status: of the answer; counts only where there is no code.
        message: the platform's ``error``: its name stands in for a missing code, and tells the two senses of 10017.
        write: the call may have changed something: then an answer that cannot be read may hide a success.
        deleting: what is gone already counts as done.

    An unlisted code is UNKNOWN: nothing says that the call was not carried out.
    """
    number = error_code(code)
    if number is None:
        number = _NAMED.get(message.strip().partition(":")[0])
    if number is not None:
        if number == _DOMAIN and "domain" in message.lower():
            return ErrorClass.APP_CONFIG
        if deleting and number in _GONE:
            return ErrorClass.ALREADY_DONE
        return CLASS_OF.get(number, ErrorClass.UNKNOWN)
    if write or http_status is None:
        return ErrorClass.UNKNOWN
    if http_status == 429:
        return ErrorClass.RATE_LIMIT
    return ErrorClass.RETRY_LATER if 500 <= http_status < 600 else ErrorClass.UNKNOWN


def error_code(value: object) -> int | None:
    """Read an ``error_code``: a number or its digits; None for anything else, and for zero, which is no error."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
        return None
    return value


class PlatformError(WeiboOpsError):
    """A call that did not succeed, as a sentence for people and as a class for programs.

    Attributes:
        error_class: what it means.
        code: the platform's error code; None where none came.
        said: the platform's own words, cut short, without secrets; empty where none came.
        http_status: of the answer; None where none came.
        sent: False: the request surely never reached the platform. True: the platform answered. None: nobody knows.
        retry_at: the instant from which it may be tried again, where that is known (a budget that is used up).
    """

    def __init__(
        self,
        error_class: ErrorClass,
        code: int | None = None,
        message: str = "",
        http_status: int | None = None,
        sent: bool | None = None,
        *,
        retry_at: datetime | None = None,
        next_step: str | None = None,
    ) -> None:
        said = tidy(message)
        number = f"{code}" if code is not None else f"HTTP {http_status}" if http_status is not None else ""
        inside = " ".join(part for part in (number, said) if part)
        super().__init__(
            f"{error_class.label}{f'({inside})' if inside else ''}。",
            next_step=error_class.next_step if next_step is None else next_step,
        )
        self.error_class = error_class
        self.code = code
        self.said = said
        self.http_status = http_status
        self.sent = sent
        self.retry_at = retry_at
        if error_class in (ErrorClass.NOT_SENT, ErrorClass.UNKNOWN, ErrorClass.RETRY_LATER):
            self.exit_code = EnvironmentFault.exit_code

    @property
    def may_exist(self) -> bool:
        """Say whether what was to be written may stand on the platform nevertheless."""
        return self.sent is not False and self.error_class.may_exist

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.error_class, self.code, self.said, self.http_status, self.sent))


_TOKEN = re.compile(r"2\.00[\w-]{6,}|(?i:(?:access_token|client_secret|code)[=:]\s*)[^\s&\"',)]+")


def tidy(text: str, secrets: Iterable[str] = ()) -> str:
    """Return words of the platform for people and records: one line, cut short, harmless, without secrets."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "***")
    text = _TOKEN.sub("***", text[: MOST_SAID * 4])
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:MOST_SAID]
