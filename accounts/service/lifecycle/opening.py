"""How an account begins: applied for by its unit, or entered because it ran before."""

from __future__ import annotations

from accounts.enums import AccountStatus, Origin
from accounts.fields import one_line, platform_uid
from accounts.lifecycle import ACTS
from accounts.repository.duty import DutyRepository
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.schemas.lifecycle import Application, StockEntry
from accounts.service.lifecycle.conforming import (
    known_platform,
    must_speak,
    name_conforms,
    name_free,
    one_account,
    person_stated,
    readable_name,
    uid_free,
)
from accounts.service.lifecycle.desk import Desk
from accounts.service.safety import POSITIONS
from accounts.service.staff import find_staff
from accounts.service.units import find_unit
from weibo_ops.kernel import audit
from weibo_ops.kernel.errors import RefusedError, UsageError

TWO_UNITS = "本程序默认标准:审批、备案由两个单位分别办理,申请人不得审批、备案"


def apply(desk: Desk, application: Application) -> int:
    """Enter what a unit applies for as 审批中; return the account's id. See `LifecycleService.apply_opening`."""
    session, section, repository = desk.session, desk.section, desk.repository
    _complete(desk, application)
    unit = find_unit(UnitRepository(session), application.unit)
    must_speak(desk, unit.id, application.screen_name)
    people = [find_staff(PeopleRepository(session), login) for login in application.staffing]
    if len({person.id for person in people if person.active and not person.service}) < 2:
        raise UsageError(
            "人员配备不足两名。", rule=section.opening.citation, next_step="请写明两名以上在岗人员的登录名。"
        )
    if people[0].outsourced:
        raise UsageError(
            f"{people[0].name}是代运维人员,不能任主管理员。",
            rule=section.opening.citation,
            next_step="请把本单位人员写在第一位。",
        )
    one_account(desk, application.platform, application.kind, unit)
    name_free(desk, application.platform, application.screen_name)
    name_conforms(desk, application.screen_name, unit, application.platform, application.kind, application.brand_name)
    account_id = repository.add_account(
        {
            "platform": application.platform,
            "screen_name": application.screen_name.strip(),
            "unit_id": unit.id,
            "kind": application.kind,
            "status": AccountStatus.PLANNED.value,
            "status_since": desk.now,
            "origin": Origin.OPENED.value,
            "brand_name": application.brand_name.strip(),
            "person_name": application.person_name.strip(),
            "person_title": application.person_title.strip(),
        }
    )
    repository.give_name(account_id, application.screen_name.strip(), desk.now)
    for number, person in enumerate(people):
        DutyRepository(session).add_administrator(
            {
                "account_id": account_id,
                "staff_id": person.id,
                "position": POSITIONS[0] if number == 0 else POSITIONS[1],
                "from_day": desk.today,
            }
        )
    need = application.need.strip()
    details: dict[str, object] = {
        "need": need,
        "upkeep": application.upkeep.strip(),
        "staffing": list(application.staffing),
    }
    account = repository.account(account_id)
    desk.write(account, ACTS["申请开设"], need, details, before="")
    repository.change(account_id, account.version, account.status, {"status": AccountStatus.IN_APPROVAL.value})
    account = repository.account(account_id)
    desk.write(account, ACTS["提交审批"], "", {}, before=AccountStatus.PLANNED.value)
    audit.append(session, desk.actor, "account.act", account.screen_name, {"act": "申请开设", **details}, desk.now)
    return account_id


def enter(desk: Desk, entry: StockEntry) -> int:
    """Enter an account that ran before as 正常运行; return its id. See `LifecycleService.register`."""
    session, actor, repository = desk.session, desk.actor, desk.repository
    known_platform(entry.platform)
    uid, name = platform_uid(entry.uid, entry.platform), one_line(entry.screen_name, "账号名称")
    if not name:
        raise UsageError("账号名称不能为空。", next_step="请补全后重试。")
    person_stated(entry.kind, entry.person_name, entry.person_title)
    brand, number = one_line(entry.brand_name, "品牌名"), one_line(entry.filing_number, "备案号")
    uid_free(desk, entry.platform, uid, "请核对用户id;更名请用 weibo-ops account rename。")
    unit = find_unit(UnitRepository(session), entry.unit)
    if not unit_tree(session).stands_over(actor.unit_id, unit.id):
        raise RefusedError(
            f"“{unit.name}”的存量账号由其上级单位或监管归口登记。",
            rule=TWO_UNITS,
            next_step="请由上级单位或监管归口的监管人员办理;新开设的请走申请、审批、备案。",
        )
    one_account(desk, entry.platform, entry.kind, unit)
    name_free(desk, entry.platform, name)
    running = AccountStatus.RUNNING.value
    account_id = repository.add_account(
        {
            "platform": entry.platform,
            "uid": uid,
            "screen_name": name,
            "unit_id": unit.id,
            "kind": entry.kind,
            "status": running,
            "status_since": desk.now,
            "origin": Origin.STOCK.value,
            "brand_name": brand,
            "filing_number": number,
            "filed_on": entry.filed_on,
            "person_name": entry.person_name.strip(),
            "person_title": entry.person_title.strip(),
        }
    )
    repository.give_name(account_id, name, None)
    details = {"uid": uid, "unit": unit.name, "platform": entry.platform}
    repository.add_act(
        {
            "account_id": account_id,
            "act": Origin.STOCK.value,
            "state_before": running,
            "state_after": running,
            "person": actor.person,
            "on_behalf_of": actor.on_behalf_of,
            "unit_id": actor.unit_id,
            "at": desk.now,
            "details": details | {"filing_number": number},
        }
    )
    audit.append(session, actor, "account.register", name, details, desk.now)
    return account_id


def _complete(desk: Desk, application: Application) -> None:
    rule = desk.section.opening.citation
    for words, text in (("开设必要性", application.need), ("更新保障", application.upkeep)):
        if len(text.strip()) < 4:
            raise UsageError(f"须写明{words}。", rule=rule, next_step="请用一两句话写明后重试。")
    if not application.screen_name.strip():
        raise UsageError("账号名称为空。", rule=rule, next_step="请写明拟用名称。")
    known_platform(application.platform)
    readable_name(application.screen_name, application.platform)
    one_line(application.brand_name, "品牌名")
    person_stated(application.kind, application.person_name, application.person_title)
