"""The services of this package, one module per theme."""

from __future__ import annotations

from accounts.service.checklists import ChecklistService
from accounts.service.directory import DirectoryService
from accounts.service.duty import DutyService
from accounts.service.findings import FindingService
from accounts.service.impostors import ImpostorService
from accounts.service.lifecycle import LifecycleService
from accounts.service.platform import PlatformService
from accounts.service.register import AccountService
from accounts.service.safety import SafetyService
from accounts.service.sessions import SessionService
from accounts.service.staff import StaffService
from accounts.service.units import UnitService

__all__ = [
    "AccountService",
    "ChecklistService",
    "DirectoryService",
    "DutyService",
    "FindingService",
    "ImpostorService",
    "LifecycleService",
    "PlatformService",
    "SafetyService",
    "SessionService",
    "StaffService",
    "UnitService",
]
