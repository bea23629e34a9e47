"""Standards: the texts of the rule books, which one holds on a day and for whom, and how a draft becomes law."""

from __future__ import annotations

from accounts.standards.drafts import StandardDraftService
from accounts.standards.periods import PeriodService
from accounts.standards.publishing import StandardPublishService
from accounts.standards.service import STANDARDS_CHANGED, StandardService
from accounts.standards.timeline import Standing, Timeline

__all__ = [
    "STANDARDS_CHANGED",
    "PeriodService",
    "StandardDraftService",
    "StandardPublishService",
    "StandardService",
    "Standing",
    "Timeline",
]
