"""The services of this package, one module per theme."""

from __future__ import annotations

from publishing.service.drafts import DraftService
from publishing.service.observed import PublishingService
from publishing.service.rechecks import RecheckService
from publishing.service.reviews import ReviewService
from publishing.service.sign_offs import SignOffService
from publishing.service.staffing import StaffingService
from publishing.service.templates import TemplateService
from publishing.service.word_lists import WordImport, WordListService

__all__ = [
    "DraftService",
    "PublishingService",
    "RecheckService",
    "ReviewService",
    "SignOffService",
    "StaffingService",
    "TemplateService",
    "WordImport",
    "WordListService",
]
