"""``weibo-ops sentiment``: score texts, train, and measure."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def root() -> None:
    """情感判别:只作发现与提示,不计入考核。"""
