"""What the services of this package take and give: frozen values."""

from __future__ import annotations

from publishing.schemas.observed import ContentHitView, ScanReport
from publishing.schemas.posts import (
    DeskRow,
    HitView,
    OwedRow,
    PlannedStep,
    PostDetail,
    PostEntry,
    ProofView,
    RecheckReport,
    RemarkView,
    ReplySource,
    RevisionView,
    RoundView,
    SheetView,
    StaffingGap,
    StepView,
    SubmitPreview,
    SubmitResult,
    TemplateEntry,
    TemplateRow,
    VerdictView,
)

__all__ = [
    "ContentHitView",
    "DeskRow",
    "HitView",
    "OwedRow",
    "PlannedStep",
    "PostDetail",
    "PostEntry",
    "ProofView",
    "RecheckReport",
    "RemarkView",
    "ReplySource",
    "RevisionView",
    "RoundView",
    "ScanReport",
    "SheetView",
    "StaffingGap",
    "StepView",
    "SubmitPreview",
    "SubmitResult",
    "TemplateEntry",
    "TemplateRow",
    "VerdictView",
]
