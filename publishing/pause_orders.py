"""What is entered as a pause of publication, made ready to be stored: who may order it for whom, and who may clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.roles import permissions_of
from accounts.scope import UnitTree
from accounts.service.safety import find_account
from accounts.service.units import find_unit
from config.rulebook.delivery import DeliveryBook
from publishing.checks import CONTENT_CLASSES
from publishing.fields import in_words
from publishing.repository.pauses import PauseRepository
from publishing.schemas.pauses import PauseEntry
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import NotFoundError, RefusedError, UsageError

LONGEST_TITLE = 100


@dataclass(frozen=True)
class PauseOrder:
    """A pause ready to be stored, with the names that people know its scope by."""

    values: dict[str, object]
    units: tuple[str, ...]
    accounts: tuple[str, ...]
    clearer: str


def order_of(session: Session, actor: Actor, entry: PauseEntry, book: DeliveryBook, now: datetime) -> PauseOrder:
    """Return a pause as it would be stored.

    Args:
        session: of the running transaction.
        actor: who orders it.
        entry: as entered; without units and accounts it is about the actor's unit and those below it.
        book: the delivery standard.
        now: the instant.

    Raises:
        NotFoundError: a unit, account, region or the clearer is not registered.
        RefusedError: the scope reaches beyond the actor's unit and those below it; the clearer may not clear.
        UsageError: title, reason, classes or times are not what they should be.
    """
    title, reason = in_words(entry.title, "名称", longest=LONGEST_TITLE), in_words(entry.reason, "事由")
    if not title.isprintable():
        raise UsageError("名称含换行或控制字符。", next_step="请写在一行之内。")
    if not title or not reason:
        raise UsageError("暂停发布须写明名称和事由。", next_step="请补全后重试。")
    from_at = now if entry.from_at is None else max(entry.from_at, now)
    if entry.from_at is not None and entry.from_at < now.replace(second=0, microsecond=0):
        raise UsageError(
            f"开始时间{format_beijing(entry.from_at)}已过。", next_step="请写现在以后的时间;不写为立即开始。"
        )
    if entry.until_at is not None and entry.until_at <= from_at:
        raise UsageError("结束时间须晚于开始时间。", next_step="请核对时间;不写为另行通知。")
    allowed = tuple(book.pause.allowed) if entry.allowed is None else entry.allowed
    for content_class in (*entry.classes, *allowed):
        if content_class not in CONTENT_CLASSES:
            raise UsageError(
                f"内容类别“{content_class[:40]}”无法识别。",
                next_step=f"请从{'、'.join(CONTENT_CLASSES)}中选择。",
            )
    tree = unit_tree(session)
    if actor.unit_id is None or actor.unit_id not in tree:
        raise RefusedError(
            f"{actor.name}没有所属单位,不能暂停发布。",
            rule=book.pause.citation,
            next_step="请由主办单位或其上级单位的人员办理。",
        )
    own = next(tree.line(actor.unit_id))
    units = {unit.id: unit.name for each in entry.units if (unit := find_unit(UnitRepository(session), each))}
    accounts = [find_account(DutyRepository(session), each) for each in entry.accounts]
    beyond = [name for unit_id, name in units.items() if not tree.speaks_for(actor.unit_id, unit_id)]
    beyond += [each.screen_name for each in accounts if not tree.speaks_for(actor.unit_id, each.unit_id)]
    if beyond:
        raise RefusedError(
            f"“{beyond[0]}”不属于{own.name}及下级单位,{actor.name}不能暂停其发布。",
            rule=book.pause.citation,
            next_step="请由该单位或其上级单位办理。",
        )
    if not units and not accounts:
        units = {own.unit_id: own.name}
    return PauseOrder(
        values={
            "title": title,
            "reason": reason,
            "unit_id": own.unit_id,
            "areas": list(_regions(session, tree.branch(own.unit_id), entry.areas)),
            "unit_ids": sorted(units),
            "account_ids": sorted({each.id for each in accounts}),
            "classes": [each for each in CONTENT_CLASSES if each in entry.classes],
            "allowed": [each for each in CONTENT_CLASSES if each in allowed],
            "clearer": entry.clearer.strip(),
            "from_at": from_at,
            "until_at": entry.until_at,
            "started_by": actor.person,
            "on_behalf_of": actor.on_behalf_of,
            "started_at": now,
        },
        units=tuple(units.values()),
        accounts=tuple(each.screen_name for each in accounts),
        clearer=_clearer(tree, session, actor, entry.clearer.strip(), book),
    )


def _clearer(tree: UnitTree, session: Session, actor: Actor, login: str, book: DeliveryBook) -> str:
    """Return the name of who is to clear posts.

    Raises:
        UsageError: nobody is named.
        NotFoundError: nobody has this login.
        RefusedError: the person may not.
    """
    if not login:
        raise UsageError("暂停发布须指定放行人。", rule=book.pause.citation, next_step="请写明放行人的登录名。")
    person = PeopleRepository(session).staff_by_login(login)
    if person is None:
        raise NotFoundError(f"没有登录名为“{login[:30]}”的人员。", next_step="登录名见 weibo-ops staff list。")
    assert actor.unit_id is not None
    near = person.unit_id is not None and (
        tree.speaks_for(actor.unit_id, person.unit_id) or tree.speaks_for(person.unit_id, actor.unit_id)
    )
    able = Permission.PAUSE_CLEAR in permissions_of(person.roles, outsourced=person.outsourced)
    if not person.active or person.service or not able or not near:
        raise RefusedError(
            f"{person.name}不能担任放行人:须为本单位、下级或者上级单位在岗的终审或监管人员,代运维人员除外。",
            rule=book.pause.citation,
            next_step="请另行指定。",
        )
    return person.name


def _regions(session: Session, branch: frozenset[int], wanted: Sequence[str]) -> Sequence[str]:
    """Return the regions named, each of which must be one of the register, within the actor's branch."""
    known = {area for unit_id, area in PauseRepository(session).regions().items() if area and unit_id in branch}
    areas = sorted({each.strip() for each in wanted if each.strip()})
    for each in areas:
        if not any(area.startswith(each) for area in known):
            raise NotFoundError(
                f"本单位及下级单位的台账中没有地区“{each[:30]}”。",
                next_step=f"可选:{'、'.join(sorted(known)) or '无'}。",
            )
    return areas
