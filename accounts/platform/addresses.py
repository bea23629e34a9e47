"""Where the platform is: one base address is a setting, the hosts beside it follow from it. Pure."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from weibo_ops.kernel.errors import UsageError

REAL = "api.weibo.com"
REMIND = "rm.api.weibo.com"
UPLOAD = "upload.api.weibo.com"


def base_address(text: str) -> str:
    """Return the platform's base address without a slash at the end.

    Raises:
        UsageError: it is no address, bears a name or query, or is neither https nor on this machine.
    """
    cleaned = text.strip().rstrip("/")
    try:
        parts = urlsplit(cleaned)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if (
        not host
        or not cleaned.isascii()
        or any(character.isspace() for character in cleaned)
        or parts.scheme not in ("http", "https")
        or parts.username is not None
        or parts.query
        or parts.fragment
    ):
        raise UsageError("平台地址无法识别。", next_step="请将 platform_url 写成 https://api.weibo.com 的样式。")
    if parts.scheme != "https" and not on_this_machine(host):
        raise UsageError(
            "平台地址须用 https。", next_step="只有本机的模拟平台(127.0.0.1)可用 http;请改正 platform_url。"
        )
    return cleaned


def on_this_machine(host: str) -> bool:
    """Say whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def beside(base: str, host: str) -> str:
    """Return the address of a neighbouring host of the real service; anywhere else all is one."""
    parts = urlsplit(base)
    return f"https://{host}" if parts.scheme == "https" and parts.netloc.lower() == REAL else base
