"""What is entered as a relay task, made ready to be stored: whose accounts may be asked, and whom to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.enums import AccountStatus, Platform
from accounts.models import Account
from accounts.repository.duty import DutyRepository, recipient_on_duty
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.roles import Role
from accounts.service.safety import find_account
from accounts.service.units import find_unit
from config.rulebook.delivery import DeliveryBook
from publishing.checks import CONTENT_CLASSES
from publishing.enums import RelayKind
from publishing.fields import in_words
from publishing.repository.relays import RelayRepository
from publishing.schemas.relays import RelayEntry
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, format_beijing
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.platform_ids import parse_post_link

LONGEST_TITLE = 100
LONGEST_TEXT = 2_000
LONGEST_LINK = 300
USUAL_CLASS = {RelayKind.MUST: "转载", RelayKind.JOINT: "日常"}


@dataclass(frozen=True)
class RelayOrder:
    """A task ready to be stored, with the accounts that are asked."""

    values: Mapping[str, object]
    accounts: tuple[Account, ...]


def order_of(session: Session, actor: Actor, entry: RelayEntry, book: DeliveryBook, now: datetime) -> RelayOrder:
    """Return a task as it would be stored.

    Args:
        session: of the running transaction.
        actor: who gives it.
        entry: as entered.
        book: the delivery standard.
        now: the instant.

    Raises:
        NotFoundError: an account or the unit is not registered.
        RefusedError: an account is none of the actor's unit or of units below it, or does not run.
        UsageError: kind, title, basis, line, link, class or time are not what they should be; no account is named.
    """
    if entry.kind not in set(RelayKind):
        raise UsageError(f"没有“{entry.kind[:20]}”这一任务类型。", next_step=f"可选:{'、'.join(RelayKind)}。")
    kind = RelayKind(entry.kind)
    title, basis = in_words(entry.title, "名称", longest=LONGEST_TITLE), in_words(entry.basis, "依据")
    text = in_words(entry.shared_text, "统一口径", longest=LONGEST_TEXT)
    link = in_words(entry.source_link, "原文链接", longest=LONGEST_LINK)
    if not title.isprintable():
        raise UsageError("名称含换行或控制字符。", next_step="请写在一行之内。")
    if not title or not basis:
        raise UsageError("任务须写明名称和依据(谁的要求)。", rule=book.relay.citation, next_step="请补全后重试。")
    if link and parse_post_link(link) is None:
        raise UsageError(
            f"“{link[:60]}”不是微博的链接。",
            next_step="请从微博网页版或客户端复制,如 https://weibo.com/用户id/微博号。",
        )
    if kind is RelayKind.MUST and not (link and text):
        raise UsageError(
            "必转任务须写明原文链接和转发语。", rule=book.relay.citation, next_step="没有原文的,请下达联动任务。"
        )
    content_class = entry.content_class or USUAL_CLASS[kind]
    if content_class not in CONTENT_CLASSES:
        raise UsageError(
            f"内容类别“{content_class[:40]}”无法识别。", next_step=f"请从{'、'.join(CONTENT_CLASSES)}中选一种。"
        )
    if entry.due_at <= now:
        raise UsageError(f"完成时限{format_beijing(entry.due_at)}已过。", next_step="请写现在以后的时间。")
    accounts = _accounts(session, actor, entry, book)
    if not accounts:
        raise UsageError(
            "没有写明由哪些账号办理,或该单位没有正常运行的微博账号。",
            rule=book.relay.citation,
            next_step="请写明账号,或有正常运行账号的单位。",
        )
    values = {
        "kind": kind.value,
        "title": title,
        "basis": basis,
        "shared_text": text,
        "source_link": link,
        "content_class": content_class,
        "unit_id": actor.unit_id,
        "issued_by": actor.person,
        "on_behalf_of": actor.on_behalf_of,
        "issued_at": now,
        "due_at": entry.due_at,
    }
    return RelayOrder(values, accounts)


def _accounts(session: Session, actor: Actor, entry: RelayEntry, book: DeliveryBook) -> tuple[Account, ...]:
    tree = unit_tree(session)
    named = [find_account(DutyRepository(session), each) for each in entry.accounts]
    matrix: list[Account] = []
    if entry.unit.strip():
        unit = find_unit(UnitRepository(session), entry.unit)
        if not tree.speaks_for(actor.unit_id, unit.id):
            raise _beyond(actor, unit.name, book)
        matrix = RelayRepository(session).running_accounts(tree.branch(unit.id))
    for account in named:
        if not tree.speaks_for(actor.unit_id, account.unit_id):
            raise _beyond(actor, account.screen_name, book)
        if account.platform != Platform.WEIBO or account.status != AccountStatus.RUNNING:
            raise RefusedError(
                f"账号“{account.screen_name}”不是正常运行的微博账号({account.status}),不能列入任务。",
                rule=book.relay.citation,
                next_step="请去掉该账号。",
            )
    return tuple({account.id: account for account in (*named, *matrix)}.values())


def _beyond(actor: Actor, name: str, book: DeliveryBook) -> RefusedError:
    return RefusedError(
        f"“{name}”不属于{actor.name}所在单位及下级单位,不能向其下达任务。",
        rule=book.relay.citation,
        next_step="请由其上级单位下达,或商请其自行发布。",
    )


class Recipients:
    """Who is told of a task, as one running transaction sees it: read once for all accounts of a task."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._keepers: dict[int, list[str]] = {}
        for row, person in DutyRepository(session).administrators(beijing_date(now)):
            if person.active:
                self._keepers.setdefault(row.account_id, []).append(person.login)
        self._units: dict[int, list[str]] = {}

    def of(self, account: Account) -> list[str]:
        """Return the logins of who keeps an account, else of the unit's editors, else of whoever is on duty."""
        return self._keepers.get(account.id) or self._unit(account.unit_id)

    def _unit(self, unit_id: int) -> list[str]:
        if unit_id not in self._units:
            editors = [
                person.login
                for person in PeopleRepository(self._session).staff_of(unit_id)
                if Role.EDITOR in person.roles and not person.service
            ]
            self._units[unit_id] = editors or [recipient_on_duty(self._session, unit_id, self._now)]
        return self._units[unit_id]
