"""Identifiers and digests: the same value gives the same digest on every machine."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from weibo_ops.kernel.clock import ensure_utc


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys, no spaces and instants in UTC ISO form; equal values give equal text."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_default, allow_nan=False
    )


def digest(value: object) -> str:
    """Return the SHA-256 (64 hex digits) of a value's canonical JSON."""
    return digest_text(canonical_json(value))


def digest_text(text: str) -> str:
    """Return the SHA-256 (64 hex digits) of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _default(value: object) -> object:
    if isinstance(value, datetime):
        return ensure_utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    raise TypeError(f"no canonical form for {type(value).__name__}")
