"""The command-line door; imports stay light so that ``--help`` answers at once.

Exit codes: 0 done, 1 refused by a rule, 2 wrong use, 3 environment, 130 broken off.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, NoReturn

import typer
import typer.main

from weibo_ops.cli import (
    account,
    audit,
    calendar,
    comment,
    demo,
    directory,
    duty,
    evaluate,
    finding,
    importing,
    impostor,
    lifecycle,
    names,
    pause,
    period,
    platform,
    post,
    relay,
    report,
    response,
    safety,
    sandbox,
    sentiment,
    signin,
    staff,
    standard,
    template,
    todo,
    tui,
    unit,
    words,
    worker,
)
from weibo_ops.cli.help import speak_chinese

INTERRUPTED = 130
"""The exit code of a command that the person broke off (ctrl-c)."""

app = typer.Typer(
    name="weibo-ops",
    help="政务微博账号管理与评估:账号、发布、留言、时效、评估与报告。",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root(
    context: typer.Context,
    home: str = typer.Option(None, "--home", metavar="DIR", help="工作目录(环境变量 WEIBO_OPS_HOME)"),
    db: str = typer.Option(None, "--db", metavar="URL", help="数据库地址(环境变量 WEIBO_OPS_DB)"),
    as_login: str = typer.Option(None, "--as", metavar="LOGIN", help="受委托代该人操作(须有在期的委托)"),
) -> None:
    """政务微博账号管理与评估:账号、发布、留言、时效、评估与报告。

    本系统为非涉密系统,严禁处理涉密信息。
    """
    context.obj = {"home": home, "db": db, "as": as_login}


app.command("import", help="导入导出文件所在的文件夹")(importing.import_folder)
app.command("demo", help="生成一座虚构城市的数据并走完全流程")(demo.demo)
app.command("tui", help="打开界面")(tui.open_screens)
app.command("worker", help="运行发布程序")(worker.worker)
app.command("doctor", help="检查程序运行是否正常")(worker.doctor)
app.command("sandbox", help="在本机模拟平台接口,供演练和验证")(sandbox.sandbox)
app.command("init", help="登记第一名系统管理员")(signin.init)
app.command("login", help="登录")(signin.login)
app.command("logout", help="退出登录")(signin.logout)
app.command("whoami", help="当前登录人和权限")(signin.whoami)
app.command("passwd", help="修改本人口令")(signin.passwd)
app.add_typer(unit.app, name="unit", help="单位台账")
lifecycle.register(account.app)
directory.register(account.app)
safety.register(account.app)
names.register(account.app)
words.register(standard.app)
app.add_typer(finding.app, name="finding", help="问题的核实、告知、确认与整改")
app.add_typer(impostor.app, name="impostor", help="疑似仿冒账号")
app.add_typer(duty.app, name="duty", help="值班、交接班与处置卡")
app.add_typer(staff.app, name="staff", help="人员、角色、委托与请假")
app.add_typer(account.app, name="account", help="账号台账与检查发现")
app.add_typer(post.app, name="post", help="稿件的起草、审签,已发布的微博")
app.add_typer(platform.app, name="platform", help="微博开放平台:应用、授权与调用次数")
app.add_typer(pause.app, name="pause", help="暂停发布(特殊时段)")
app.add_typer(relay.app, name="relay", help="必转、联动任务")
app.add_typer(template.app, name="template", help="稿件模板与答复口径")
app.add_typer(comment.app, name="comment", help="网民评论")
app.add_typer(response.app, name="response", help="答复时效")
app.add_typer(evaluate.app, name="evaluate", help="评估与指数测算")
app.add_typer(report.app, name="report", help="报告")
app.add_typer(sentiment.app, name="sentiment", help="情感判别")
app.add_typer(standard.app, name="standard", help="标准文本")
app.add_typer(period.app, name="period", help="期间封账")
app.add_typer(calendar.app, name="calendar", help="工作时间核算")
app.add_typer(todo.app, name="todo", help="待办")
app.add_typer(audit.app, name="audit", help="审计链")
speak_chinese(app)


def main() -> None:
    """Run the program; errors meant for people become one sentence on stderr and an exit code."""
    from weibo_ops.kernel.errors import EnvironmentFault, WeiboOpsError

    try:
        code = _command()(standalone_mode=False)
    except WeiboOpsError as error:
        _fail(f"未完成:{error}", error.exit_code)
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:
        from weibo_ops.cli.misuse import explain

        words = explain(error)
        if words is None:
            _fail(_recorded(error), EnvironmentFault.exit_code)
        _fail(words, 2)
    if code == INTERRUPTED:
        _fail("已中断。已提交的部分保留,可再次运行以继续。", INTERRUPTED)
    sys.exit(code)


@cache
def _command() -> Any:
    """Every command, made once in a process: making them takes longer than most of them run."""
    return typer.main.get_command(app)


def _recorded(error: Exception) -> str:
    """Write an error that nobody foresaw to a file for developers; return what to say of it."""
    import tempfile
    import traceback

    named = f"未完成:程序出错({type(error).__name__}),已提交的数据不受影响。"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="weibo-ops-", suffix=".txt", delete=False
        ) as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return named
    return f"{named}下一步:请将 {file.name} 交给维护人员。"


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


__all__ = ["app", "main"]
