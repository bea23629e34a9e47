"""One act in the life of an account: open from its state, done by the right side, with what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from accounts.enums import AccountStatus
from accounts.lifecycle import Act, Side, open_acts
from accounts.models import Account, AccountAct
from accounts.repository.duty import DutyRepository
from accounts.repository.units import unit_tree
from accounts.service.lifecycle.conforming import must_speak
from accounts.service.lifecycle.desk import Desk
from accounts.service.lifecycle.needs import Case, outcome
from accounts.service.lifecycle.opening import TWO_UNITS
from accounts.service.safety import find_account
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import require_second_person
from weibo_ops.kernel.errors import ConflictError, RefusedError

IN_ORDER = "本程序默认标准:账号按申请、审批、备案、启用、公告、注销的次序办理"


def do(desk: Desk, reference: str, act: Act, note: str, given: Mapping[str, object]) -> int:
    """Do an act; return the account's id. See `LifecycleService.act`."""
    repository = desk.repository
    account = repository.account(find_account(DutyRepository(desk.session), reference).id)
    if AccountStatus(account.status) not in act.sources:
        raise RefusedError(
            f"“{account.screen_name}”现为“{account.status}”,不能{act.name}。",
            rule=IN_ORDER,
            next_step=f"可办:{'、'.join(open_acts(account.status)) or '已注销'}。",
        )
    acts = [each for each, _ in repository.acts([account.id])]
    _right_side(desk, act, account, acts)
    values, details = outcome(Case(desk, desk.section, act, account, acts, note, given))
    before = account.status
    target = act.target.value if act.target is not None else before
    if target != before:
        values |= {"status": target, "status_since": desk.now}
    if not repository.change(account.id, account.version, before, values):
        raise ConflictError(f"“{account.screen_name}”刚被他人办理,本次未保存。", next_step="请重新读取后再办。")
    account = repository.account(account.id)
    if act.name == "更名":
        held = desk.now + timedelta(hours=desk.section.rename.held_hours)
        repository.give_name(account.id, account.screen_name, desk.now, held_until=held)
    desk.write(account, act, note, details, before=before)
    audit.append(desk.session, desk.actor, "account.act", account.screen_name, {"act": act.name, **details}, desk.now)
    return account.id


def _right_side(desk: Desk, act: Act, account: Account, acts: Sequence[AccountAct]) -> None:
    actor = desk.actor
    if act.side is Side.SPONSOR:
        must_speak(desk, account.unit_id, account.screen_name)
        return
    if not unit_tree(desk.session).stands_over(actor.unit_id, account.unit_id):
        raise RefusedError(
            f"{act.name}由主管单位或监管归口办理,{actor.name}所在单位不能办理“{account.screen_name}”。",
            rule=TWO_UNITS,
            next_step="请由其上级单位或监管归口办理。",
        )
    since = max((each.id for each in acts if each.act in ("提交审批", "备案退回")), default=0)
    applied = [each for each in acts if each.act in ("申请开设", "提交审批", "变更", "更名", "关停公告", "离任")]
    approved = [each for each in acts if each.act == "审批通过" and each.id > since]
    persons = [login for each in (*applied, *approved) for login in (each.person, each.on_behalf_of) if login]
    require_second_person(actor, persons, act.name, rule=TWO_UNITS)
    opening = act.name in ("开设备案", "备案退回")
    if opening and any(each.unit_id == actor.unit_id for each in approved):
        raise RefusedError(
            f"审批与备案须由两个单位分别办理,“{account.screen_name}”的审批单位不能备案。",
            rule=TWO_UNITS,
            next_step="请由备案机关办理。",
        )
