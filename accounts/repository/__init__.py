"""The queries of this package, one module per theme."""

from __future__ import annotations

from accounts.repository.findings import FindingRepository
from accounts.repository.register import PLATFORM, AccountRepository, PostTotals, Registered
from accounts.repository.standards import StandardRepository

__all__ = ["PLATFORM", "AccountRepository", "FindingRepository", "PostTotals", "Registered", "StandardRepository"]
