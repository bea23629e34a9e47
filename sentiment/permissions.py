"""Permission names of this package."""

from __future__ import annotations

IMPORT = "sentiment.import"
