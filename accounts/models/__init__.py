"""Tables of this package, one module per theme."""

from __future__ import annotations

from accounts.models.findings import Finding, FindingStep, FindingWaiver, ImpostorStep, ImpostorSuspect
from accounts.models.observations import (
    AccountSnapshot,
    Coverage,
    ObservationBatch,
    ObservationFile,
    ObservationReject,
    ObservedPost,
)
from accounts.models.people import Checklist, Deputation, DutyShift, Leave, Staff, StaffSession
from accounts.models.platform import PlatformApp, PlatformAuthorisation, PlatformCounter, PlatformState
from accounts.models.register import Account, AccountAct, AccountAdministrator, AccountName, Certification, Unit
from accounts.models.standards import ClosedPeriod, StandardDraft, StandardText

__all__ = [
    "Account",
    "AccountAct",
    "AccountAdministrator",
    "AccountName",
    "AccountSnapshot",
    "Certification",
    "Checklist",
    "ClosedPeriod",
    "Coverage",
    "Deputation",
    "DutyShift",
    "Finding",
    "FindingStep",
    "FindingWaiver",
    "ImpostorStep",
    "ImpostorSuspect",
    "Leave",
    "ObservationBatch",
    "ObservationFile",
    "ObservationReject",
    "ObservedPost",
    "PlatformApp",
    "PlatformAuthorisation",
    "PlatformCounter",
    "PlatformState",
    "Staff",
    "StaffSession",
    "StandardDraft",
    "StandardText",
    "Unit",
]
