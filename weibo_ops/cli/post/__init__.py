"""``weibo-ops post``: what goes out — drafted, checked, reviewed, signed — and what was observed."""

from __future__ import annotations

import typer

from weibo_ops.cli.post import changes, drafting, importing, observed, outside, reviewing

app = typer.Typer(no_args_is_help=True)
drafting.register(app)
changes.register(app)
importing.register(app)
reviewing.register(app)
outside.register(app)
observed.register(app)

__all__ = ["app"]
