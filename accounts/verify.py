"""Whether an account is real: what was asked for, and what the register says of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from accounts.enums import AccountStatus, Platform
from accounts.lifecycle import LIVING
from accounts.lookalikes import Candidate, Index, RegisteredName
from accounts.schemas.directory import Verdict, Verification
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.text import defuse, normalise_name

_UID = re.compile(r"[0-9]{6,20}")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?", re.IGNORECASE)
_HOSTS = ("weibo.com", "www.weibo.com", "m.weibo.com", "e.weibo.com", "weibo.cn", "www.weibo.cn", "m.weibo.cn")
_PAGE = re.compile(r"(?:100505|100206|107603|230283)([0-9]{6,11})")
"""Pages ``/p/…`` whose number is a kind of page before the uid."""
_ELSEWHERE = "不是微博账号的网址,请改用名称或用户id查询"
_NOBODY = "网址没有写明账号,请改用名称或用户id查询"
_POST = "是一条微博的网址,不能据以认出账号,请改用名称或用户id查询"
_DOMAIN = "是个性域名,不能据以认出账号,请改用名称或用户id查询"
_ORDER = list(Platform)


@dataclass(frozen=True)
class Reference:
    """What was asked for: a uid, a name, or neither and why the text names no account.

    ``weibo`` says that it was an address of the platform: accounts elsewhere are not meant.
    """

    uid: str = ""
    name: str = ""
    unread: str = ""
    weibo: bool = False


@dataclass(frozen=True)
class Known:
    """An account of the register, with the names it gave up and when, and what certification is known of it."""

    platform: str
    uid: str
    name: str
    unit: str
    status: str
    since: datetime | None = None
    former: tuple[tuple[str, datetime | None], ...] = ()
    certification: str = ""


@dataclass(frozen=True)
class Seen:
    """What the platform shows of a uid that need not be registered."""

    name: str
    verified: bool | None
    verified_type: int | None
    verified_reason: str

    @property
    def certification(self) -> str:
        """The certification in words; empty if it was not observed."""
        if self.verified is None:
            return ""
        return (self.verified_reason or "已认证") if self.verified else "未认证"


def read_reference(text: str) -> Reference:
    """Read a name (with or without @), a uid, or an address of the platform.

    Addresses: ``weibo.com/u/UID``, ``weibo.com/UID``, ``weibo.com/n/NAME``, ``weibo.com/p/PAGE``, ``m.weibo.cn/u/UID``,
    ``m.weibo.cn/profile/UID``, ``m.weibo.cn/n/NAME``; percent-encoded and full-width forms too. The address of a post
    tells its author only where the uid stands in it.
    """
    plain = _plain(text).lstrip("/")
    if not plain:
        return Reference(unread="没有写明名称、网址或用户id")
    scheme, mark, rest = plain.partition("://")
    if mark and scheme.isascii() and scheme.isalpha():
        return _read_address(rest) if scheme.casefold() in ("http", "https") else Reference(unread=_ELSEWHERE)
    if _HOST.fullmatch(re.split("[/?#]", plain, maxsplit=1)[0].replace("。", ".")):
        return _read_address(plain)
    name = _plain(unquote(plain))
    return Reference(uid=name) if _UID.fullmatch(name) else Reference(name=name)


def _read_address(rest: str) -> Reference:
    try:
        parts = urlsplit(f"//{rest}")
        host = (parts.hostname or "").casefold().replace("。", ".")
    except ValueError:
        return Reference(unread=_ELSEWHERE)
    if host not in _HOSTS:
        return Reference(unread=_ELSEWHERE)
    path = [_plain(unquote(part)) for part in parts.path.split("/") if _plain(unquote(part))]
    first, second = (*path, "", "")[:2]
    if first in ("u", "profile", "n") and second:
        if first != "n" and _UID.fullmatch(second):
            return Reference(uid=second, weibo=True)
        return Reference(name=second, weibo=True)
    if first == "p" and (page := _PAGE.fullmatch(second)):
        return Reference(uid=page[1], weibo=True)
    if _UID.fullmatch(first):
        return Reference(uid=first, weibo=True)
    if first in ("detail", "status"):
        return Reference(unread=_POST)
    return Reference(unread=_DOMAIN if first and not second else _NOBODY)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lstrip("@").strip()


@dataclass(frozen=True)
class Directory:
    """The register made ready to be asked.

    Args:
        accounts: every account, those cancelled or only applied for too.
        profiles: uid → what Weibo shows, of registered accounts and strangers.
        government_types: the platform's type numbers of a government certification.
    """

    accounts: Sequence[Known]
    profiles: dict[str, Seen] = field(default_factory=dict)
    government_types: tuple[int, ...] = (1,)

    def answer(self, asked: str) -> Verification:
        """Say what is asked for: a registered account, a former name, a cancelled one, a look-alike, or nobody known.

        An account that runs comes before one that does not, and Weibo before other platforms. Nothing of people or
        telephones is told.
        """
        reference = read_reference(asked)
        if reference.unread:
            return _nobody(asked, Verdict.UNREAD, f"“{defuse(asked.strip()[:60])}”{reference.unread}。")
        seen = self.profiles.get(reference.uid)
        name = seen.name if seen else reference.name
        wanted = normalise_name(name)
        meant = [account for account in self.accounts if _is_meant(account, reference, wanted)]
        meant.sort(key=lambda account: (account.status not in LIVING, _ORDER.index(Platform(account.platform))))
        if meant and meant[0].status in LIVING:
            return self._registered(asked, meant)
        applied = next((each for each in meant if each.status != AccountStatus.CANCELLED), None)
        if applied is not None:
            return _nobody(
                asked,
                Verdict.UNKNOWN,
                f"名称“{defuse(name)}”正在申请开设({applied.status}),尚未启用;现用此名者不是登记账号。",
            )
        return (
            (None if reference.uid else self._former(asked, wanted))
            or (self._told(asked, Verdict.CANCELLED, meant[0], _cancelled(meant[0])) if meant else None)
            or self._look_alike(asked, name, reference.uid, seen)
            or _nobody(asked, Verdict.UNKNOWN, "台账中没有该账号。")
        )

    def _registered(self, asked: str, meant: Sequence[Known]) -> Verification:
        first = meant[0]
        others = "、".join(dict.fromkeys(Platform(each.platform).label for each in meant[1:] if each.status in LIVING))
        also = f"同名账号另有:{others}。" if others else ""
        return self._told(asked, Verdict.REGISTERED, first, f"{first.unit}主办,{first.status}。{also}")

    def _former(self, asked: str, wanted: str) -> Verification | None:
        found = [
            (account.status not in LIVING, _ORDER.index(Platform(account.platform)), number, until)
            for number, account in enumerate(self.accounts)
            for name, until in account.former
            if wanted and normalise_name(name) == wanted and normalise_name(account.name) != wanted
        ]
        if not found:
            return None
        *_, number, until = min(found, key=lambda each: each[:3])
        account = self.accounts[number]
        since = f"{format_beijing(until)[:10]}起" if until else ""
        remark = f"这是“{account.name}”的曾用名,{since}改用现名;现用此名者须另行核实。"
        return self._told(asked, Verdict.FORMER, account, remark)

    def _look_alike(self, asked: str, name: str, uid: str, seen: Seen | None) -> Verification | None:
        living = [account for account in self.accounts if account.status in LIVING]
        index = Index([RegisteredName(each.name, each.unit, each.uid) for each in living], self.government_types)
        candidate = Candidate(name, uid)
        if seen is not None:
            candidate = Candidate(name, uid, seen.verified, seen.verified_type, seen.verified_reason)
        match = index.best_match(candidate)
        if match is None:
            return None
        account = next(each for each in living if each.name == match.imitates)
        remark = f"形似“{match.imitates}”({';'.join(match.reasons)}),未登记,须人工核实。"
        return self._told(asked, Verdict.LOOK_ALIKE, account, remark, seen.certification if seen else "")

    def _told(
        self, asked: str, verdict: Verdict, account: Known, remark: str, certification: str | None = None
    ) -> Verification:
        return Verification(
            asked=asked,
            verdict=verdict.value,
            account=account.name,
            unit=account.unit,
            platform=Platform(account.platform).label,
            status=account.status,
            certification=account.certification if certification is None else certification,
            remark=remark,
        )


def _is_meant(account: Known, reference: Reference, wanted: str) -> bool:
    if account.platform != Platform.WEIBO and reference.weibo:
        return False
    if not reference.uid:
        return bool(wanted) and wanted in (normalise_name(account.name), normalise_name(account.uid))
    if account.uid:
        return account.uid == reference.uid
    # Whoever is seen under the name of an account that does not exist yet.
    return account.platform == Platform.WEIBO and bool(wanted) and normalise_name(account.name) == wanted


def _cancelled(account: Known) -> str:
    since = f"{format_beijing(account.since)[:10]}起" if account.since else ""
    return f"该账号{since}已注销;现用此名者不是登记账号。"


def _nobody(asked: str, verdict: Verdict, remark: str) -> Verification:
    return Verification(asked, verdict.value, "", "", "", "", "", remark)
