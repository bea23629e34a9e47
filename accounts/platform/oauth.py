"""The way of an authorisation: a state that is asked for once, and the address that a person pastes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from accounts.platform.errors import ErrorClass, classify, error_code, tidy
from weibo_ops.kernel.errors import RefusedError, UsageError

STATE_HOLDS = timedelta(minutes=30)
"""How long after its address was printed an authorisation may come back."""
LONGEST = 4000
RULE = "OAuth2 授权:state 由发起人一次性使用,令牌须属于本账号"


class AuthorisationState(StrEnum):
    """How an authorisation is stored; what is over by its time is told by its time."""

    ACTIVE = "有效"
    UNUSABLE = "不可用"
    REVOKED = "已撤销"


@dataclass(frozen=True)
class Redirect:
    """What the platform sent the browser back with; neither part is shown."""

    code: str
    state: str

    def __repr__(self) -> str:
        return "Redirect(***)"


def redirect_uri(text: str) -> str:
    """Return a redirect address as it must be registered with the platform.

    Raises:
        UsageError: it is no http(s) address, or too long.
    """
    cleaned = text.strip()
    try:
        parts = urlsplit(cleaned)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment
    except ValueError:
        good = False
    if not good or len(cleaned) > 500 or any(character.isspace() for character in cleaned):
        raise UsageError("回调地址无法识别。", next_step="请写与开放平台“授权回调页”一致的完整网址。")
    return cleaned


def read_redirect(pasted: str, registered: str) -> Redirect:
    """Read the address that the browser shows after the person agreed.

    Args:
        pasted: the address, as copied from the browser; quotes and blanks around it do not matter.
        registered: the redirect address of the application.

    Raises:
        UsageError: it is no address, or lacks code or state, or holds one twice.
        RefusedError: it is another site's, or the person or the platform said no.
    """
    text = pasted.strip().strip("'\"“”‘’<>").strip()
    wrong = UsageError("粘贴的内容不是网址。", next_step="请复制浏览器地址栏中的完整网址,并用引号括起。")
    try:
        fields = parse_qs(urlsplit(text).query, keep_blank_values=True, max_num_fields=50)
        there, here = _place(text), _place(registered)
    except ValueError:
        raise wrong from None
    if not there[1] or len(text) > LONGEST:
        raise wrong
    if there != here:
        raise RefusedError(
            "粘贴的网址不是本应用的回调地址。", rule=RULE, next_step="请同意授权后,复制浏览器跳转到的网址。"
        )
    if any(len(values) > 1 for values in fields.values()):
        raise UsageError("粘贴的网址有重复的参数。", next_step="请重新复制浏览器地址栏中的完整网址。")
    only = {name: values[0].strip() for name, values in fields.items()}
    if "error" in only or "error_code" in only:
        raise _said_no(only)
    code, state = only.get("code", ""), only.get("state", "")
    if not code or not state:
        raise UsageError("粘贴的网址中没有授权码。", next_step="请同意授权后,复制浏览器跳转到的完整网址。")
    return Redirect(code, state)


def _place(address: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port, parts.path.rstrip("/")


def _said_no(fields: dict[str, str]) -> RefusedError:
    name = fields.get("error", "")
    kind = classify(fields.get("error_code"), None, name)
    number = error_code(fields.get("error_code"))
    words = tidy(f"{number or ''} {name} {fields.get('error_description', '')}")
    if name == "access_denied" or number == 21330:
        return RefusedError("授权未被同意。", next_step="请用该账号登录并点“同意”;授权网址须重新生成。")
    if kind is ErrorClass.APP_CONFIG:
        return RefusedError(f"平台未受理授权({words})。", next_step=kind.next_step)
    return RefusedError(f"平台未受理授权({words})。", next_step="请重新生成授权网址后再试。")
