"""``weibo-ops account admins|appoint|relieve|handover|safety|password|phone|stolen|card``: who keeps an account."""

from __future__ import annotations

from pathlib import Path

import typer

from weibo_ops.cli import common, duty

ADMIN_TITLES = {
    "account": "账号",
    "position": "岗位",
    "name": "姓名",
    "login": "登录名",
    "from_day": "起日",
    "last_day": "止日",
}
SAFETY_TITLES = {
    "account": "账号",
    "unit": "主办单位",
    "administrators": "管理员",
    "bound_phone": "绑定手机",
    "phone_holder": "持有人",
    "password_changed_on": "上次换口令",
    "password_days": "已用天数",
    "remarks": "提示",
}
AccountArgument = typer.Argument(..., help="账号名称或用户id")
LoginArgument = typer.Argument(..., help="登录名")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops account``."""
    app.command("admins", help="列出账号管理员")(admins)
    app.command("appoint", help="指定账号管理员")(appoint)
    app.command("relieve", help="免去账号管理员")(relieve)
    app.command("handover", help="开始管理员交接")(handover)
    app.command("safety", help="账号安全台账")(safety)
    app.command("password", help="登记更换账号口令")(password)
    app.command("phone", help="登记绑定手机")(phone)
    app.command("stolen", help="账号被盗:开处置卡")(stolen)
    app.command("card", help="打印处置卡或交接单")(card)


def admins(context: typer.Context, account: str = AccountArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出账号现任和历任管理员。"""
    rows = [vars(row) for row in common.application(context).safety.administrators(account)]
    common.emit(rows, list(ADMIN_TITLES), fmt, ADMIN_TITLES)


def appoint(
    context: typer.Context,
    account: str = AccountArgument,
    login: str = LoginArgument,
    position: str = typer.Option("管理员", "--position", help="主管理员、管理员"),
) -> None:
    """指定账号管理员,自今日起。"""
    app = common.application(context)
    app.safety.appoint(app.actor, account, login, position)
    common.say(f"已指定{login}为“{account}”的{position}。")


def relieve(context: typer.Context, account: str = AccountArgument, login: str = LoginArgument) -> None:
    """免去账号管理员,自今日止;生成当日换口令、换绑的待办。"""
    app = common.application(context)
    app.safety.relieve(app.actor, account, login)
    common.say(f"已免去{login};请于当日变更绑定手机和口令。")


def handover(
    context: typer.Context,
    account: str = AccountArgument,
    from_login: str = typer.Option(..., "--from", help="交出人登录名"),
    to_login: str = typer.Option(..., "--to", help="接手人登录名"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """开始管理员交接:逐项办理(duty tick),双方签字(duty sign)后生效。"""
    app = common.application(context)
    list_ = app.safety.open_handover(app.actor, account, from_login, to_login)
    duty.show_list(list_, fmt)
    common.say(f"下一步:逐项办理 weibo-ops duty tick {list_.checklist_id} 项;办完后双方签字 weibo-ops duty sign。")


def safety(
    context: typer.Context,
    account: str = typer.Argument(None, help="账号名称或用户id;不写时列全部"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出账号安全台账和提示;手机号只对台账维护人完整显示。"""
    app = common.application(context)
    rows = [vars(row) for row in app.safety.ledger(app.actor, account)]
    common.emit(rows, list(SAFETY_TITLES), fmt, SAFETY_TITLES)


def password(
    context: typer.Context,
    account: str = AccountArgument,
    on: str = typer.Option(None, "--on", help="更换日期;默认今天"),
) -> None:
    """登记更换账号口令的日期(口令本身不录入)。"""
    from weibo_ops.kernel.tables import parse_day

    app = common.application(context)
    row = app.safety.record_password_change(app.actor, account, parse_day(on) if on else None)
    common.say(f"已登记:“{row.account}”{row.password_changed_on}换口令。")


def phone(
    context: typer.Context,
    account: str = AccountArgument,
    number: str = typer.Argument(..., help="绑定手机"),
    holder: str = typer.Option(..., "--holder", help="持有人姓名"),
) -> None:
    """登记账号绑定的手机和持有人。"""
    app = common.application(context)
    row = app.safety.rebind_phone(app.actor, account, number, holder)
    common.say(f"已登记:“{row.account}”绑定手机由{row.phone_holder}持有。")


def stolen(
    context: typer.Context,
    account: str = AccountArgument,
    note: str = typer.Option(..., "--note", help="发现的异常"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """账号被盗:开处置卡,逐步限时办理,待办发给值班人。"""
    app = common.application(context)
    list_ = app.safety.report_stolen(app.actor, account, note)
    duty.show_list(list_, fmt)
    common.say(f"下一步:立即办理第1项;每办一项运行 weibo-ops duty tick {list_.checklist_id} 项 --evidence 截图。")


def card(
    context: typer.Context,
    checklist: int = typer.Argument(..., help="清单编号"),
    out: Path = typer.Option(None, "--out", help="保存为 .docx、.pdf、.html、.md 或 .txt;不写时输出文字"),
) -> None:
    """打印处置卡或交接单,可交领导签字。"""
    from accounts.cards import checklist_card
    from weibo_ops.documents import render, write

    app = common.application(context)
    document = checklist_card(app.checklists.show(checklist), app.clock.now())
    if out is None:
        common.write(render(document, ".txt").decode("utf-8"))
    else:
        write(document, out, app.settings.font)
        common.say(f"已保存:{out}")
