"""The services of this package, one module per theme."""

from __future__ import annotations

from accounts.service.register import AccountService

__all__ = ["AccountService"]
