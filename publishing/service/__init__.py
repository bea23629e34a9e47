"""The services of this package, one module per theme."""

from __future__ import annotations

from publishing.service.observed import PublishingService

__all__ = ["PublishingService"]
