"""Reports across the packages: facts gathered from the services, written as documents."""

from __future__ import annotations

from evaluation.reports.service import ReportService

__all__ = ["ReportService"]
