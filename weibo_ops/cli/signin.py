"""``weibo-ops init``, ``login``, ``logout``, ``whoami``, ``passwd``: who is at work."""

from __future__ import annotations

import sys

import typer

from weibo_ops.cli import common

NOT_CLASSIFIED = "本系统为非涉密系统,严禁处理涉密信息。"


def init(
    context: typer.Context,
    login: str = typer.Option(..., "--login", help="登录名(小写字母开头)"),
    name: str = typer.Option(..., "--name", help="姓名"),
    unit: str = typer.Option("", "--unit", help="所在单位全称"),
) -> None:
    """登记第一名系统管理员;此后各命令须登录后使用。口令在终端上输入,或由标准输入的第一行给出。"""
    app = common.application(context, signed_in=False)
    app.sessions.init(login, name, ask_new_password(), unit)
    common.say(NOT_CLASSIFIED)
    common.say(f"已登记系统管理员{name}。下一步:weibo-ops login {login}")


def login(context: typer.Context, login: str = typer.Argument(..., help="登录名")) -> None:
    """登录;口令在终端上输入,或由标准输入的第一行给出。"""
    from weibo_ops.kernel.clock import format_beijing
    from weibo_ops.kernel.private_file import write_private

    app = common.application(context, signed_in=False)
    if not app.sessions.staff_exist():
        from weibo_ops.kernel.errors import RefusedError

        raise RefusedError("本系统还没有登记人员。", next_step="请先运行 weibo-ops init。")
    signed_in = app.sessions.login(login, ask_password())
    write_private(app.session_file, signed_in.token)
    common.say(NOT_CLASSIFIED)
    common.say(f"{signed_in.name}已登录,有效至 {format_beijing(signed_in.expires_at)}。")
    if signed_in.must_change_password:
        common.say("该口令由管理员设置。下一步:weibo-ops passwd")


def logout(context: typer.Context) -> None:
    """退出登录。"""
    app = common.application(context, signed_in=False)
    try:
        token = app.session_file.read_text("utf-8", "replace")
    except OSError:
        token = ""
    app.session_file.unlink(missing_ok=True)
    ended = bool(token) and app.sessions.logout(token.strip())
    common.say("已退出登录。" if ended else "当前没有登录。")


def whoami(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出当前登录人、所代理的人、单位和权限。"""
    from accounts.permissions import Permission

    app = common.application(context)
    actor = app.actor
    row = {
        "login": actor.person,
        "name": actor.name,
        "on_behalf_of": actor.on_behalf_of or "",
        "unit": next((unit.name for unit in app.units.list_units() if unit.unit_id == actor.unit_id), ""),
        "permissions": [
            each.label if fmt is common.Format.TABLE else each.value for each in Permission if actor.may(each)
        ],
    }
    titles = {"login": "登录名", "name": "姓名", "on_behalf_of": "代", "unit": "单位", "permissions": "权限"}
    common.emit([row], list(titles), fmt, titles)


def passwd(context: typer.Context) -> None:
    """修改本人口令;标准输入时第一行为原口令,第二行为新口令。修改后须重新登录。"""
    from weibo_ops.kernel.errors import SignInRequiredError
    from weibo_ops.kernel.private_file import read_private

    app = common.application(context, signed_in=False)
    actor = app.sessions.actor(read_private(app.session_file))
    if actor.person == "visitor":
        raise SignInRequiredError
    old = ask_password("原口令")
    app.sessions.change_password(actor, old, ask_new_password("新口令"))
    app.session_file.unlink(missing_ok=True)
    common.say(f"口令已修改。下一步:weibo-ops login {actor.person}")


def ask_password(what: str = "口令") -> str:
    """Ask for a password: hidden on a terminal, else the next line of standard input."""
    if sys.stdin is not None and sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, err=True))
    from weibo_ops.kernel.errors import UsageError

    line = sys.stdin.buffer.readline() if sys.stdin is not None else b""
    if not line:
        raise UsageError(f"没有给出{what}。", next_step="请在终端上输入,或由标准输入给出一行。")
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(f"{what}不是 UTF-8 文字。", next_step="请在终端上输入,或以 UTF-8 给出。") from None


def ask_new_password(what: str = "口令") -> str:
    """Ask for a new password, on a terminal twice."""
    first = ask_password(what)
    if sys.stdin is not None and sys.stdin.isatty() and ask_password(f"再输一次{what}") != first:
        from weibo_ops.kernel.errors import UsageError

        raise UsageError("两次输入不一致。", next_step="请重新运行。")
    return first
