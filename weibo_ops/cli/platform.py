"""``weibo-ops platform``: the application, authorisations of accounts, what calls are left."""

from __future__ import annotations

from pathlib import Path

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

APP_TITLES = {
    "app_key": "App Key",
    "redirect_uri": "回调地址",
    "operator_ip": "操作IP",
    "capabilities": "另获权限",
    "set_by": "登记人",
    "set_at": "登记时间",
}
STATUS_TITLES = {
    "account": "账号",
    "unit": "主办单位",
    "uid": "用户id",
    "state": "授权",
    "expires_at": "到期",
    "days_left": "剩余天数",
    "authorised_by": "授权人",
    "authorised_at": "授权时间",
    "checked_at": "上次核对",
    "reason": "说明",
}
CHECK_TITLES = {
    "account": "账号",
    "good": "有效",
    "outcome": "结果",
    "screen_name": "平台昵称",
    "verified_reason": "认证说明",
    "followers": "粉丝数",
    "posts": "微博数",
}
BUDGET_TITLES = {
    "account": "账号",
    "used": "今日已调用",
    "left": "剩余",
    "polls": "其中轮询",
    "polls_left": "轮询剩余",
    "posts": "本小时已发",
    "posts_left": "本小时可发",
    "remark": "说明",
}
REVOKED_TITLES = {"account": "账号", "confirmed": "平台已确认", "reason": "说明"}
AccountArgument = typer.Argument(..., help="账号名称或用户id")


@app.command("app")
def application(
    context: typer.Context,
    key: str = typer.Option(None, "--key", help="App Key;不写时显示已登记的应用"),
    redirect: str = typer.Option(None, "--redirect", help="授权回调页,与开放平台上登记的一致"),
    ip: str = typer.Option(None, "--ip", help="本单位上网出口的IP地址(平台要求随发布上报)"),
    grants: list[str] = typer.Option([], "--grant", help="平台另行批准的权限,可多次:update、long、upload"),
    secret_file: Path = typer.Option(None, "--secret-file", help="存有App Secret的文件;不写时在终端上输入"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """登记开放平台应用,或显示已登记的应用;App Secret加密保存,不显示。"""
    from weibo_ops.kernel.errors import UsageError

    opened = common.application(context)
    if key is None:
        if redirect or ip or grants or secret_file:
            raise UsageError("登记应用须写明App Key。", next_step="请加 --key。")
        view = opened.platform.app_of()
        common.emit([] if view is None else [vars(view)], list(APP_TITLES), fmt, APP_TITLES)
        return
    if not redirect or not ip:
        raise UsageError("登记应用须写明回调地址和操作IP。", next_step="请加 --redirect 和 --ip。")
    view = opened.platform.set_app(
        opened.actor, key, _secret(secret_file), redirect, operator_ip=ip, capabilities=tuple(grants)
    )
    common.emit([vars(view)], list(APP_TITLES), fmt, APP_TITLES)
    common.say("已登记。下一步:weibo-ops platform authorize 账号")


@app.command("authorize")
def authorize(
    context: typer.Context,
    account: str = AccountArgument,
    redirect: str = typer.Option(None, "--redirect", help="同意授权后浏览器地址栏的完整网址;写 - 时由标准输入给出"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """授权一个账号:先不带 --redirect 运行,取得授权网址;同意后把跳转到的网址交回。"""
    from weibo_ops.kernel.clock import format_beijing

    opened = common.application(context)
    if redirect is None:
        link = opened.platform.authorize_url(opened.actor, account)
        if fmt is common.Format.TABLE:
            common.write(f"{link.url}\n")
        else:
            common.emit([vars(link)], ["account", "url", "until_at"], fmt)
        common.say(
            f"请在浏览器中打开上面的网址,以“{link.account}”登录并同意;"
            f"{format_beijing(link.until_at)}前把跳转到的网址交回:"
            f"weibo-ops platform authorize {link.account} --redirect '网址'"
        )
        return
    pasted = common.standard_input().decode("utf-8", "replace") if redirect == "-" else redirect
    row = opened.platform.authorize(opened.actor, account, pasted)
    common.emit([vars(row)], list(STATUS_TITLES), fmt, STATUS_TITLES)
    common.say(f"“{row.account}”已授权,有效至 {format_beijing(row.expires_at)}。")


@app.command("status")
def status(
    context: typer.Context,
    account: str = typer.Argument(None, help="账号名称或用户id,只与 --check 同用;不写时列全部"),
    check: bool = typer.Option(False, "--check", help="向平台核对令牌和账号资料(占用调用次数)"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出各账号的授权和到期时间。"""
    from weibo_ops.kernel.errors import RefusedError, UsageError

    opened = common.application(context)
    if account is not None and not check:
        raise UsageError("列出授权时不写账号。", next_step="核对一个账号请加 --check。")
    if not check:
        rows = [vars(row) for row in opened.platform.statuses()]
        common.emit(rows, list(STATUS_TITLES), fmt, STATUS_TITLES)
        return
    checked = opened.platform.check(opened.actor, account)
    common.emit([vars(row) for row in checked], list(CHECK_TITLES), fmt, CHECK_TITLES)
    bad = [row.account for row in checked if not row.good]
    if bad:
        raise RefusedError(f"有{len(bad)}个账号未通过核对:{'、'.join(bad[:5])}。", next_step="请按各行的说明办理。")


@app.command("revoke")
def revoke(context: typer.Context, account: str = AccountArgument, fmt: common.Format = common.FormatOption) -> None:
    """撤销一个账号的授权,并删除本系统保存的令牌。"""
    opened = common.application(context)
    report = opened.platform.revoke(opened.actor, account)
    common.emit([vars(report)], list(REVOKED_TITLES), fmt, REVOKED_TITLES)
    if report.confirmed:
        common.say(f"“{report.account}”的授权已撤销。")
    else:
        common.say("本系统已删除令牌,但平台没有确认。下一步:请登录微博,在“设置-应用授权”中取消对本应用的授权。")


@app.command("budget")
def budget(
    context: typer.Context,
    correct: bool = typer.Option(False, "--correct", help="系统时间曾经有误、现已核准:把超前的计数归到现在"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出接口调用次数:今日、本小时已用和剩余。"""
    opened = common.application(context)
    if correct:
        moved = opened.platform.correct_budget(opened.actor)
        common.say(f"已归正{moved}项计数。" if moved else "没有超前的计数。")
    rows = [vars(row) for row in opened.platform.budget()]
    common.emit(rows, list(BUDGET_TITLES), fmt, BUDGET_TITLES)


def _secret(file: Path | None) -> str:
    """Read the application's secret from a file, a terminal (hidden), or a line of standard input."""
    from weibo_ops.cli.signin import ask_password
    from weibo_ops.kernel.errors import UsageError

    if file is None:
        return ask_password("App Secret")
    try:
        with file.open("rb") as stream:
            text = stream.read(1000).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError("App Secret文件无法读取。", next_step="请检查文件是否存在且为 UTF-8 编码。") from None
    return text
