"""``weibo-ops staff``: people, roles, deputies and leave."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import bulk, common

if TYPE_CHECKING:
    from datetime import date

    from accounts.schemas.people import StaffEntry
    from weibo_ops.kernel.tables import TableRow

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "login": "登录名",
    "name": "姓名",
    "unit": "单位",
    "roles": "角色",
    "outsourced": "代运维",
    "contract_ends_on": "合同到期",
    "trained_on": "最近培训",
    "training_due": "应培训",
    "active": "在用",
    "away": "今日请假",
    "acts_for": "受托于",
    "deputies": "受托人",
}
HEADINGS = {
    "login": ("登录名", "账户", "工号"),
    "name": ("姓名", "名字"),
    "unit": ("单位", "所在单位", "单位全称"),
    "roles": ("角色", "岗位"),
    "phone": ("电话", "手机"),
    "outsourced": ("代运维", "外包"),
    "contract_ends_on": ("合同到期日", "合同到期"),
    "trained_on": ("培训日期", "最近培训"),
}
LoginArgument = typer.Argument(..., help="登录名")
UnitOption = typer.Option("", "--unit", help="所在单位全称")
RolesOption = typer.Option([], "--role", help="角色,可重复:系统管理员 编辑 初审 复审 终审 监管人员 标准管理员 审计")
PhoneOption = typer.Option("", "--phone", help="电话")
ContractOption = typer.Option("", "--contract-ends", help="代运维合同到期日,如 2026-12-31")
TrainedOption = typer.Option("", "--trained", help="最近培训日期")
FromOption = typer.Option(..., "--from", help="起日(含),如 2026-10-01")
UntilOption = typer.Option(..., "--until", help="止日(含)")
ReasonOption = typer.Option("", "--reason", help="事由")


@app.command("list")
def list_staff(
    context: typer.Context,
    unit: str = typer.Option(None, "--unit", help="只列该单位"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出人员、角色、培训与合同、今日请假和委托。"""
    rows = [vars(row) for row in common.application(context).staff.list_staff(unit)]
    common.emit(rows, list(TITLES), fmt, TITLES)


@app.command("show")
def show(context: typer.Context, login: str = LoginArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一人的全部登记项。"""
    common.emit([vars(common.application(context).staff.show(login))], list(TITLES), fmt, TITLES)


@app.command("add")
def add(
    context: typer.Context,
    login: str = LoginArgument,
    name: str = typer.Option(..., "--name", help="姓名"),
    unit: str = UnitOption,
    roles: list[str] = RolesOption,
    phone: str = PhoneOption,
    outsourced: bool = typer.Option(False, "--outsourced", help="代运维人员:可以起草,不得签发"),
    contract_ends: str = ContractOption,
    trained: str = TrainedOption,
) -> None:
    """登记一名人员;随后用 staff password 设初始口令。"""
    from accounts.schemas.people import StaffEntry

    app_ = common.application(context)
    entry = StaffEntry(login, name, unit, tuple(roles), phone, outsourced, _day(contract_ends), _day(trained))
    app_.staff.add(app_.actor, entry)
    common.say(f"已登记:{name}({login})。下一步:weibo-ops staff password {login}")


@app.command("edit")
def edit(
    context: typer.Context,
    login: str = LoginArgument,
    name: str = typer.Option("", "--name", help="姓名"),
    unit: str = UnitOption,
    phone: str = PhoneOption,
    outsourced: bool = typer.Option(None, "--outsourced/--own", help="代运维人员或本单位人员"),
    contract_ends: str = ContractOption,
    trained: str = TrainedOption,
    active: bool = typer.Option(None, "--activate/--deactivate", help="启用或停用登录"),
) -> None:
    """修改一名人员:写出的各项被替换。停用或调离时,其所管账号生成当日变更绑定的待办。"""
    from weibo_ops.kernel.errors import UsageError

    app_ = common.application(context)
    given: dict[str, Any] = {
        "name": name,
        "unit": unit,
        "phone": phone,
        "outsourced": outsourced,
        "contract_ends_on": _day(contract_ends),
        "trained_on": _day(trained),
        "active": active,
    }
    changes = {field: value for field, value in given.items() if value not in ("", None)}
    if not changes:
        raise UsageError("没有写明要修改的内容。", next_step="可修改的各项见 weibo-ops staff edit -h。")
    app_.staff.change(app_.actor, login, changes)
    common.say(f"已修改:{login}。")


@app.command("role")
def role(
    context: typer.Context,
    login: str = LoginArgument,
    grant: list[str] = typer.Option([], "--grant", help="授予角色,可重复"),
    revoke: list[str] = typer.Option([], "--revoke", help="撤销角色,可重复"),
) -> None:
    """授予或撤销角色。"""
    from weibo_ops.kernel.errors import UsageError

    app_ = common.application(context)
    if not grant and not revoke:
        raise UsageError("没有写明要授予或撤销的角色。", next_step="请用 --grant 角色 或 --revoke 角色。")
    for each in grant:
        app_.staff.grant_role(app_.actor, login, each)
    for each in revoke:
        app_.staff.revoke_role(app_.actor, login, each)
    common.say(f"{login}现有角色:{'、'.join(app_.staff.show(login).roles) or '无'}。")


@app.command("password")
def password(context: typer.Context, login: str = LoginArgument) -> None:
    """设初始口令或重设口令;本人下次登录后须先更换。"""
    from weibo_ops.cli.signin import ask_new_password

    app_ = common.application(context)
    app_.staff.set_password(app_.actor, login, ask_new_password())
    common.say(f"已为{login}设置口令,首次登录后须更换。")


@app.command("deputy")
def deputy(
    context: typer.Context,
    principal: str = typer.Argument(..., help="委托人登录名"),
    deputy: str = typer.Argument(..., help="受托人登录名"),
    from_day: str = FromOption,
    until: str = UntilOption,
    reason: str = ReasonOption,
) -> None:
    """登记委托(A/B岗):受托人在起止日内可加 --as 委托人 办理。"""
    app_ = common.application(context)
    row = app_.staff.deputise(app_.actor, principal, deputy, _must_day(from_day), _must_day(until), reason)
    common.say(f"已登记委托 #{row.deputation_id}:{row.from_day}至{row.last_day},{deputy}代{principal}。")


@app.command("deputies")
def deputies(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出未撤销的委托。"""
    titles = {
        "deputation_id": "编号",
        "principal": "委托人",
        "deputy": "受托人",
        "from_day": "起日",
        "last_day": "止日",
        "reason": "事由",
        "granted_by": "登记人",
    }
    rows = [vars(row) for row in common.application(context).staff.deputations()]
    common.emit(rows, list(titles), fmt, titles)


@app.command("undeputy")
def undeputy(context: typer.Context, number: int = typer.Argument(..., help="委托编号")) -> None:
    """撤销一项委托。"""
    app_ = common.application(context)
    app_.staff.revoke_deputation(app_.actor, number)
    common.say(f"已撤销委托 #{number}。")


@app.command("leave")
def leave(
    context: typer.Context,
    login: str = LoginArgument,
    from_day: str = FromOption,
    until: str = UntilOption,
    reason: str = ReasonOption,
) -> None:
    """登记请假。"""
    app_ = common.application(context)
    row = app_.staff.record_leave(app_.actor, login, _must_day(from_day), _must_day(until), reason)
    common.say(f"已登记请假 #{row.leave_id}:{row.name} {row.from_day}至{row.last_day}。")


@app.command("leaves")
def leaves(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出未取消的请假。"""
    titles = {
        "leave_id": "编号",
        "login": "登录名",
        "name": "姓名",
        "from_day": "起日",
        "last_day": "止日",
        "reason": "事由",
    }
    rows = [vars(row) for row in common.application(context).staff.leaves()]
    common.emit(rows, list(titles), fmt, titles)


@app.command("unleave")
def unleave(context: typer.Context, number: int = typer.Argument(..., help="请假编号")) -> None:
    """取消一条请假记录(销假)。"""
    app_ = common.application(context)
    app_.staff.cancel_leave(app_.actor, number)
    common.say(f"已取消请假 #{number}。")


@app.command("import")
def import_staff(
    context: typer.Context,
    file: Path = bulk.FileArgument,
    dry_run: bool = bulk.DryRunOption,
    skip_faulty: bool = bulk.SkipOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """批量登记或更新人员(角色用顿号隔开);不含口令,随后逐人设初始口令。"""
    app_ = common.application(context)
    bulk.enter(app_.staff.enter_all, app_.actor, file, HEADINGS, ["login", "name"], _entry, dry_run, skip_faulty, fmt)


def _entry(row: TableRow, columns: Mapping[str, int | None]) -> StaffEntry:
    import re

    from accounts.schemas.people import StaffEntry
    from weibo_ops.kernel.tables import parse_yes

    cells = {field: row.cell(column) for field, column in columns.items()}
    return StaffEntry(
        login=cells["login"],
        name=cells["name"],
        unit=cells["unit"],
        roles=tuple(word for word in re.split(r"[、,;/\s]+", cells["roles"]) if word),
        phone=cells["phone"],
        outsourced=parse_yes(cells["outsourced"]) if cells["outsourced"] else None,
        contract_ends_on=_day(cells["contract_ends_on"]),
        trained_on=_day(cells["trained_on"]),
    )


def _day(text: str) -> date | None:
    from weibo_ops.kernel.tables import parse_day

    return parse_day(text) if text else None


def _must_day(text: str) -> date:
    from weibo_ops.kernel.errors import UsageError

    day = _day(text)
    if day is None:
        raise UsageError("没有写日期。", next_step="请写成 2026-03-01 的形式。")
    return day
