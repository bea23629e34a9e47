"""``weibo-ops post``: what goes out — drafted, checked, reviewed, signed — and what was observed."""

from __future__ import annotations

import typer

from weibo_ops.cli.post import (
    calendar,
    changes,
    delivery,
    drafting,
    importing,
    observed,
    outside,
    receipts,
    reconcile,
    reviewing,
    scheduling,
)

app = typer.Typer(no_args_is_help=True)
drafting.register(app)
changes.register(app)
importing.register(app)
reviewing.register(app)
outside.register(app)
scheduling.register(app)
delivery.register(app)
receipts.register(app)
reconcile.register(app)
calendar.register(app)
observed.register(app)

__all__ = ["app"]
