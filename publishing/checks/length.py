"""Length, topic and link rules of the way a text is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from config.rulebook.content import ContentBook
from publishing.checks.folding import plainly
from publishing.checks.hits import Hit, hit
from weibo_ops.kernel.text import shorten, weibo_length

_LINK = re.compile(r"h(?:tt|xx)ps?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![A-Za-z0-9@._/:-])(?:[A-Za-z0-9-]{1,63}\.){1,4}"
    r"(?:com|cn|net|org|top|xyz|vip|shop|site|info|cc|me|io|tv|online|club|fun|store|wang|news|live|link|ltd|biz|mobi|pro)"
    r"(?![A-Za-z0-9@.-])(?:[/?#][A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*)?",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"[#＃][^#＃\n]{1,140}[#＃]")


def check_empty(text: str, book: ContentBook) -> Iterator[Hit]:
    """Judge that there is a text."""
    if not text.strip():
        yield from hit(book.empty, "正文为空,请填写。", 0, len(text))


def check_length(text: str, book: ContentBook, gateway: str) -> Iterator[Hit]:
    """Judge that a text is not longer than the gateway takes; what nobody sees is counted, too."""
    length = weibo_length(text)
    for rule in book.length:
        if gateway in rule.gateways and length > rule.max_length:
            over = length - rule.max_length
            yield from hit(
                rule,
                f"正文{length}字,超出{over}字,请压缩到{rule.max_length}字以内。",
                _first_beyond(text, rule.max_length),
                len(text),
                f"压缩{over}字",
            )


def _first_beyond(text: str, max_length: int) -> int:
    """Return the position of the first character that no longer fits."""
    halves = 0
    for place, character in enumerate(text):
        halves += 1 if character < "\x80" else 2
        if halves > 2 * max_length:
            return place
    return len(text)


def check_links(text: str, book: ContentBook, gateway: str) -> Iterator[Hit]:
    """Judge topics and links: what the gateway demands, and links that lead outside the trusted domains."""
    plain = plainly(text).replace("．", ".").replace("／", "/").replace("＃", "#").replace("：//", "://")
    links = list(_LINK.finditer(plain))
    without = _LINK.sub(lambda match: " " * len(match[0]), plain)
    if gateway in book.topic.gateways:
        for topic in _TOPIC.finditer(without):
            yield from hit(book.topic, "该发布通道不支持#话题#,请删去两端的“#”。", *topic.span(), topic[0].strip("#＃"))
    hosts = [_host(link[0]) for link in links]
    safe = book.safe_link
    if gateway in safe.gateways and not any(_under(host, safe.domains) for host in hosts):
        why = f"须在{'、'.join(safe.domains)}之下" if safe.domains else "标准中尚未登记安全域名"
        yield from hit(safe, f"正文缺少安全域名下的链接({why})。", 0, len(text), "补充链接,链接前后各留一个空格")
    for bare in _BARE.finditer(without) if "." in without else ():
        links.append(bare)
        hosts.append(_host(f"https://{bare[0]}"))
    for link, host in zip(links, hosts, strict=True):
        if not _under(host, (*book.trusted_link.domains, *safe.domains)):
            yield from hit(
                book.trusted_link,
                f"链接指向“{shorten(host, 40) if host else '无法识别的地址'}”,不在党政网站或所列来源之内,请核对。",
                *link.span(),
                "核对来源,或改用党政网站的链接",
            )


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _under(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
