"""Alembic environment: runs on the connection that the program hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from weibo_ops.kernel.db import CanonicalJson, UtcDateTime
from weibo_ops.schema import metadata


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as plain ones, so that an old migration never needs today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, CanonicalJson):
        return "sa.Text()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
