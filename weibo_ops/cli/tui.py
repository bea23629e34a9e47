"""``weibo-ops tui``: the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application


def open_screens(context: typer.Context) -> None:
    """打开界面:账号、微博、评论、评估四张表;按 F1 查看按键,ctrl+q 退出。"""
    from weibo_ops.kernel.errors import EnvironmentFault

    if not common.on_terminal():
        raise EnvironmentFault("界面需要在终端中打开。", next_step="请在终端窗口内运行,或改用各列表命令。")
    run_screens(common.application(context))


def run_screens(app: Application) -> None:
    """Run the screens on an open application until the person leaves."""
    from tui.app import WeiboOpsApp

    WeiboOpsApp(app).run()
