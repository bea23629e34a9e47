"""Keyset paging: a page and the cursor of the next one, stable while rows are added."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from weibo_ops.kernel.clock import ensure_utc
from weibo_ops.kernel.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows in order, and the cursor that continues after them (None: the end)."""

    items: tuple[T, ...]
    next_cursor: str | None


def encode_cursor(*key: str | int) -> str:
    """Pack the sort key of the last row into an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[str | int, ...]:
    """Unpack a cursor.

    Raises:
        UsageError: the cursor was not made by ``encode_cursor``.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(key, list) or not all(isinstance(part, str | int) for part in key):
            raise ValueError(cursor)
        return tuple(key)
    except (ValueError, binascii.Error):
        raise _invalid() from None


def decode_time_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """Unpack the cursor of rows ordered by an instant and an id; None stays None.

    Raises:
        UsageError: the cursor was not made by ``encode_cursor`` of an ISO instant and an id.
    """
    if cursor is None:
        return None
    try:
        at, row_id = decode_cursor(cursor)
        return ensure_utc(datetime.fromisoformat(str(at))), int(row_id)
    except UsageError:
        raise
    except (ValueError, OverflowError):
        raise _invalid() from None


def _invalid() -> UsageError:
    return UsageError("翻页标记无效。", next_step="请从第一页重新查询。")
