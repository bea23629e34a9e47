"""``weibo-ops sandbox``: the stand-in for the platform, on this machine alone."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from weibo_ops.cli import common


def sandbox(
    port: int = typer.Option(8765, "--port", min=0, max=65535, help="端口;0 表示自动选取空闲端口"),
    data: Path = typer.Option(..., "--data", metavar="DIR", help="存放沙箱数据和台账的目录"),
    faults: Path = typer.Option(None, "--faults", metavar="FILE", help="故障设置(JSON 文件)"),
    host: str = typer.Option("127.0.0.1", "--host", help="监听地址,只接受本机地址"),
) -> None:
    """在本机模拟微博开放平台接口,供演练和验证;可设置各种故障,并记录真正发出的每一条微博。"""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.sandbox.faults import Faults, Plan, read_plan
    from weibo_ops.sandbox.server import address_of, bind, serve
    from weibo_ops.sandbox.store import FILE, open_store

    plan = Plan()
    if faults is not None:
        try:
            plan = read_plan(json.loads(faults.read_text("utf-8")))
        except (OSError, ValueError) as fault:
            if isinstance(fault, UsageError):
                raise
            raise UsageError(f"故障设置“{faults}”无法读取。", next_step="请检查文件存在且为 UTF-8 的 JSON。") from fault
    listening = bind(host, port)
    try:
        store = open_store(data)
    except BaseException:
        listening.close()
        raise
    try:
        address, app = address_of(listening), store.first_app()
        common.say(f"沙箱地址:{address}(仅限本机,不会发到真实平台)")
        common.say(f"应用:App Key {app.key},App Secret {app.secret},回调地址 {app.redirect_uri}")
        common.say(f"安全域名:{'、'.join(app.safe_domains)}")
        common.say(f"发布台账:{address}/sandbox/ledger(文件 {data / FILE});按 Ctrl+C 停止")
        serve(listening, store, Faults(plan), ready=lambda: typer.echo(address))
        common.say("沙箱已停止。")
    finally:
        store.close()
