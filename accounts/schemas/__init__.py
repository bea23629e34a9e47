"""What the services of this package take and give: frozen values, never ORM objects; one module per theme."""

from __future__ import annotations

from accounts.schemas.register import (
    AccountRow,
    CheckReport,
    FindingView,
    PostEntry,
    PostRow,
    ProfileEntry,
    RosterEntry,
    Watermark,
)

__all__ = [
    "AccountRow",
    "CheckReport",
    "FindingView",
    "PostEntry",
    "PostRow",
    "ProfileEntry",
    "RosterEntry",
    "Watermark",
]
