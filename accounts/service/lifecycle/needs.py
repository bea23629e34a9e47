"""What each act in the life of an account needs, and what of the account it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.enums import AccountKind
from accounts.fields import one_line, platform_uid
from accounts.lifecycle import Act
from accounts.models import Account, AccountAct
from accounts.repository.units import UnitRepository
from accounts.service.lifecycle.awaiting import awaited_after, pending
from accounts.service.lifecycle.conforming import (
    name_conforms,
    name_free,
    one_account,
    person_stated,
    readable_name,
    said,
    uid_free,
)
from accounts.service.lifecycle.desk import Desk
from accounts.service.units import find_unit
from config.rulebook.lifecycle import LifecycleSection
from weibo_ops.kernel.clock import beijing, beijing_date, beijing_instant
from weibo_ops.kernel.errors import RefusedError, UsageError

Outcome = tuple[dict[str, object], dict[str, object]]
"""The account's new values, and what the act keeps."""


@dataclass(frozen=True)
class Case:
    """An act that somebody wants to do: of which account, after which acts, and what they gave."""

    desk: Desk
    section: LifecycleSection
    act: Act
    account: Account
    acts: Sequence[AccountAct]
    note: str
    given: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return what was given, as a text; empty if nothing was."""
        return str(self.given.get(name) or "").strip()


def outcome(case: Case) -> Outcome:
    """Check what an act needs; return what comes of it.

    Raises:
        RefusedError: a rule forbids the act.
        UsageError: something was not given.
    """
    needs = _NEEDS.get(case.act.name)
    return needs(case) if needs is not None else ({}, {})


def _filed(case: Case) -> Outcome:
    account, section, today = case.account, case.section, case.desk.today
    opening = case.act.name == "开设备案"
    rule = section.filing if opening else section.change_filing
    number = one_line(case.text("filing_number"), "备案号")
    day = case.given.get("filed_on") or today
    if not number:
        raise UsageError("备案须写明备案号。", next_step="备案号由备案机关编列,请照录。")
    if not isinstance(day, date) or day > today:
        raise UsageError("备案日期晚于今天。", next_step="请核对备案日期。")
    awaits, due = pending(case.acts)
    if case.act.name != awaits:
        raise RefusedError(
            f"“{account.screen_name}”" + (f"已备案({account.filing_number})。" if opening else "没有待备案的变更。"),
            rule=rule.citation,
            next_step="请由主办单位启用;备案有误的,请退回后重新办理。" if opening else "请先登记变更。",
        )
    since = beijing_date(max(each.at for each in case.acts if awaited_after(each.act) == awaits))
    if day < since:
        raise UsageError(f"备案日期早于所备案的事项({since.isoformat()})。", next_step="请核对备案日期。")
    late = due is not None and beijing_instant(day) >= due
    details: dict[str, object] = {"filing_number": number, "filed_on": day, "late": late}
    if late:
        details["clause"] = rule.citation
    return {"filing_number": number, "filed_on": day}, details


def _put_to_use(case: Case) -> Outcome:
    uid = platform_uid(case.text("uid"), case.account.platform)
    filed = [each.id for each in case.acts if each.act == "开设备案"]
    approved = [each.id for each in case.acts if each.act == "审批通过"]
    if not filed or not approved or max(filed) < max(approved):
        raise RefusedError(
            f"“{case.account.screen_name}”尚未备案,不能启用。",
            rule=case.section.filing.citation,
            next_step="请由备案单位办理备案。",
        )
    uid_free(case.desk, case.account.platform, uid, "请核对用户id。")
    return {"uid": uid}, {"uid": uid}


def _renamed(case: Case) -> Outcome:
    desk, account, rename = case.desk, case.account, case.section.rename
    new_name = case.text("new_name")
    said(case.note, "更名的原因")
    readable_name(new_name, account.platform)
    if not new_name or new_name == account.screen_name:
        raise UsageError("新名称为空或与现名相同。", next_step="请写明新名称。")
    year = desk.today.year
    times = sum(each.act == "更名" and beijing(each.at).year == year for each in case.acts)
    times += desk.repository.renames_seen(account, beijing_instant(date(year, 1, 1)))
    if times >= rename.times_a_year:
        raise RefusedError(
            f"“{account.screen_name}”{year}年已更名{times}次。",
            rule=rename.citation,
            next_step=f"请于{year + 1}年再办。",
        )
    unit = UnitRepository(desk.session).get(account.unit_id)
    assert unit is not None
    name_free(desk, account.platform, new_name, account.id)
    name_conforms(desk, new_name, unit, account.platform, account.kind, account.brand_name)
    return {"screen_name": new_name}, {"from": account.screen_name, "to": new_name}


def _changed(case: Case) -> Outcome:
    account, given = case.account, case.given
    said(case.note, "变更的原因")
    words = {"brand_name": "品牌名", "person_name": "姓名", "person_title": "职务"}
    values: dict[str, object] = {
        field: one_line(str(given[field]), what) for field, what in words.items() if given.get(field) is not None
    }
    if given.get("kind") is not None:
        values["kind"] = str(given["kind"]).strip()
    kind, person, title = (
        str(values.get(field, getattr(account, field))) for field in ("kind", "person_name", "person_title")
    )
    person_stated(kind, person, title)
    details = dict(values)
    if given.get("unit") or "kind" in values:
        units = UnitRepository(case.desk.session)
        unit = find_unit(units, str(given["unit"])) if given.get("unit") else units.get(account.unit_id)
        assert unit is not None
        one_account(case.desk, account.platform, kind, unit, account.id)
        if given.get("unit"):
            values["unit_id"], details["unit"] = unit.id, unit.name
    if not values:
        raise UsageError("没有写明变更的内容。", next_step="可变更:主办单位、类别、品牌名、个人账号的姓名和职务。")
    return values, details


def _paused(case: Case) -> Outcome:
    pause, today, until = case.section.pause, case.desk.today, case.given.get("until")
    said(case.note, "暂停的原因")
    if not isinstance(until, date) or not today <= until:
        raise UsageError("暂停更新须写明止日,止日不得早于今天。", rule=pause.citation, next_step="请用 --until 写明。")
    if (until - today).days + 1 > pause.days:
        raise RefusedError(
            f"暂停更新一次不超过{pause.days}日。",
            rule=pause.citation,
            next_step="请缩短期限;不再更新的,请按程序关停。",
        )
    return {"status_until": until}, {"until": until}


def _resumed(_case: Case) -> Outcome:
    return {"status_until": None}, {}


def _announced(case: Case) -> Outcome:
    closing, decision = case.section.closing, case.text("decision")
    said(case.note, "公告内容")
    said(decision, "集体研究的会议或文件")
    end = case.desk.working_days_on(case.desk.now, closing.days)
    if end is None:
        raise RefusedError(
            "公告期进入没有工作日历的年份,期限待定。",
            rule=closing.citation,
            next_step="请标准管理员补录放假安排后再办。",
        )
    return {"status_until": beijing_date(end)}, {"decision": decision, "earliest": beijing_date(end)}


def _cancelled(case: Case) -> Outcome:
    account, closing = case.account, case.section.closing
    if not case.given.get("archived"):
        raise UsageError("注销须确认内容已存档。", rule=closing.citation, next_step="存档后加 --archived。")
    if account.status_until is None or case.desk.today < account.status_until:
        raise RefusedError(
            f"“{account.screen_name}”的公告期未满"
            + (f",{account.status_until.isoformat()}起方可注销。" if account.status_until else "。"),
            rule=closing.citation,
            next_step="请待公告期满。",
        )
    if pending(case.acts)[0]:
        raise RefusedError(
            f"“{account.screen_name}”的关停尚未备案。",
            rule=case.section.change_filing.citation,
            next_step="请先办理变更备案。",
        )
    return {"status_until": None}, {"archived": True}


def _left_office(case: Case) -> Outcome:
    ends = case.given.get("ends_on")
    if case.account.kind != AccountKind.PERSON:
        raise RefusedError(
            "只有个人账号登记离任。",
            rule=case.section.leaving_office.citation,
            next_step="机构账号请登记管理员交接。",
        )
    if not isinstance(ends, date):
        raise UsageError("离任须写明日期。", next_step="请用 --on 写明。")
    return {"office_ends_on": ends}, {"ends_on": ends}


def _undoing(**values: object) -> Callable[[Case], Outcome]:
    """Return the needs of an act that takes back what was done: why, and which values go."""

    def undone(case: Case) -> Outcome:
        said(case.note, f"{case.act.name}的理由")
        return dict(values), {}

    return undone


_NEEDS: Mapping[str, Callable[[Case], Outcome]] = {
    "审批退回": _undoing(),
    "备案退回": _undoing(filed_on=None, filing_number=""),
    "撤回申请": _undoing(),
    "撤销关停": _undoing(status_until=None),
    "开设备案": _filed,
    "变更备案": _filed,
    "启用": _put_to_use,
    "更名": _renamed,
    "变更": _changed,
    "暂停更新": _paused,
    "恢复更新": _resumed,
    "关停公告": _announced,
    "注销": _cancelled,
    "离任": _left_office,
}
"""What an act needs, by its name; one that stands not here needs nothing and changes the state alone."""
