"""Permission names of this package."""

from __future__ import annotations

SCAN = "publishing.scan"
