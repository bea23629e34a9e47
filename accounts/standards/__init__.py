"""Standards in force: the texts of the rule books as stored, and which one holds on a day."""

from __future__ import annotations

from accounts.standards.service import StandardService, Timeline

__all__ = ["StandardService", "Timeline"]
