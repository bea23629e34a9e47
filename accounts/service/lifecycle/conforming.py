"""What every door to the register asks: whose account it is, how many a unit may have, which name it may bear."""

from __future__ import annotations

from accounts.checks import book_for, check_name
from accounts.enums import AccountKind, Platform
from accounts.fields import one_line
from accounts.models import Unit
from accounts.repository.units import UnitRepository, unit_tree
from accounts.service.lifecycle.desk import Desk
from config.rulebook.base import Severity
from weibo_ops.kernel.clock import beijing
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.text import normalise_name


def must_speak(desk: Desk, unit_id: int, account: str) -> None:
    """Refuse whoever does not speak for the sponsoring unit."""
    if not unit_tree(desk.session).speaks_for(desk.actor.unit_id, unit_id):
        raise RefusedError(
            f"“{account}”由主办单位或其上级单位人员申请。",
            rule=desk.section.opening.citation,
            next_step="请由主办单位人员登录办理。",
        )


def one_account(desk: Desk, platform: str, kind: str, unit: Unit, but: int | None = None) -> None:
    """Refuse a second account of an institution, beside ``but``; those of officials in person stand beside it."""
    known_platform(platform)
    others = [
        account
        for account in desk.repository.living(platform, unit.id)
        if account.id != but and account.kind == AccountKind.INSTITUTION
    ]
    if others and kind != AccountKind.PERSON:
        raise RefusedError(
            f"“{unit.name}”在{Platform(platform).label}已有账号“{others[0].screen_name}”({others[0].status})。",
            rule=desk.section.one_account.citation,
            next_step="请使用现有账号,或先按程序关停。",
        )


def uid_free(desk: Desk, platform: str, uid: str, next_step: str) -> None:
    """Refuse a uid that another account of the platform has."""
    other = desk.repository.by_uid(platform, uid)
    if other is not None:
        raise RefusedError(
            f"用户id {uid} 已登记为“{other.screen_name}”。",
            rule=desk.section.one_account.citation,
            next_step=next_step,
        )


def name_free(desk: Desk, platform: str, name: str, account_id: int | None = None) -> None:
    """Refuse a name that an account other than ``account_id`` bears, or that the platform keeps for it."""
    wanted = normalise_name(name)
    rule = desk.section.rename.citation
    for other, borne in desk.repository.borne(platform):
        if other != account_id and normalise_name(borne) == wanted:
            raise RefusedError(f"名称“{name}”已由其他账号使用。", rule=rule, next_step="请换一个名称。")
    for other, held, until in desk.repository.held(platform, desk.now):
        if other != account_id and normalise_name(held) == wanted:
            raise RefusedError(
                f"名称“{name}”为其他账号原名,平台保留至{beijing(until):%Y-%m-%d %H:%M}。",
                rule=rule,
                next_step="请换一个名称,或待保留期满。",
            )


def name_conforms(desk: Desk, name: str, unit: Unit, platform: str, kind: str, brand: str) -> None:
    """Refuse a name that breaks a rule of the book, and tell those that are free."""
    others = [each for each in UnitRepository(desk.session).names() if each != unit.name]
    verdict = check_name(
        name,
        unit.name if kind != AccountKind.PERSON else "",
        unit.level,
        book_for(desk.book, platform),
        others,
        area=unit.area,
        function=unit.function,
        brand_names=[brand] if brand.strip() else [],
    )
    if verdict.verdict != "fail":
        return
    worst = next(finding for finding in verdict.findings if finding.severity is not Severity.ADVICE)
    borne = {normalise_name(each) for _, each in desk.repository.borne(platform)}
    free = [each for each in worst.proposed_fix if normalise_name(each) not in borne]
    raise RefusedError(
        worst.message.partition("依据:")[0],
        rule=f"{worst.source}:{worst.clause}",
        next_step=f"可用的名称:{'、'.join(free)}。" if free else "请换一个名称。",
    )


def known_platform(platform: str) -> None:
    """Refuse what is no platform."""
    if platform not in set(Platform):
        raise UsageError(f"没有“{platform}”这个平台。", next_step=f"可选:{'、'.join(Platform)}。")


def readable_name(name: str, platform: str) -> None:
    """Refuse a name that people cannot read."""
    # On Weibo the naming rules tell of unseen characters and of length, with their clauses.
    if platform != Platform.WEIBO:
        one_line(name, "账号名称")


def person_stated(kind: str, name: str, title: str) -> None:
    """Refuse what is no kind of account, and an account of an official without name and title."""
    if kind not in set(AccountKind):
        raise UsageError(f"账号类别“{kind}”不对。", next_step="可选:机构、个人。")
    stated = (one_line(name, "姓名"), one_line(title, "职务"))
    if kind == AccountKind.PERSON and not all(stated):
        raise UsageError("个人账号须写明姓名和职务。", next_step="请补全后重试。")


def said(text: str, what: str) -> None:
    """Refuse an empty text."""
    if not text.strip():
        raise UsageError(f"须写明{what}。", next_step="请补充后重试。")
