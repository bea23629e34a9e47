"""What a person means by a name, an address or a number of an account. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from weibo_ops.kernel.text import normalise_name

_UID = re.compile(r"[0-9]{6,20}")
_HOSTS = ("weibo.com", "www.weibo.com", "m.weibo.cn", "weibo.cn", "www.weibo.cn", "m.weibo.com", "passport.weibo.com")


@dataclass(frozen=True)
class Reference:
    """What was asked for: a uid, a name, or neither where the text names no account."""

    uid: str = ""
    name: str = ""


def read_reference(text: str) -> Reference:
    """Read a name (with or without @), a uid, or an address of the platform.

    Addresses: ``weibo.com/u/UID``, ``weibo.com/UID``, ``weibo.com/n/NAME``, ``m.weibo.cn/u/UID``,
    ``m.weibo.cn/n/NAME``, ``weibo.com/DOMAIN``; percent-encoded and full-width forms too. An address elsewhere names no
    account.
    """
    plain = unquote(normalise_name(text)).strip().lstrip("@").strip()
    if not plain:
        return Reference()
    address = re.match(r"^(?:https?://)?((?:[a-z0-9-]+\.)+(?:com|cn))(/.*)?$", plain)
    if address is None:
        return Reference(uid=plain) if _UID.fullmatch(plain) else Reference(name=plain)
    if address[1] not in _HOSTS:
        return Reference()
    parts = [part for part in urlsplit("//x" + (address[2] or "")).path.split("/") if part]
    if not parts:
        return Reference()
    if parts[0] in ("u", "n", "profile") and len(parts) > 1:
        return Reference(uid=parts[1]) if _UID.fullmatch(parts[1]) else Reference(name=parts[1].lstrip("@"))
    return Reference(uid=parts[0]) if _UID.fullmatch(parts[0]) else Reference(name=parts[0])
