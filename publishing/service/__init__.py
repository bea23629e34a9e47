"""The services of this package, one module per theme."""

from __future__ import annotations

from publishing.service.calendar import CalendarService
from publishing.service.delivery import DeliveryService
from publishing.service.delivery_board import DeliveryBoardService
from publishing.service.drafts import DraftService
from publishing.service.observed import PublishingService
from publishing.service.pauses import PauseService
from publishing.service.receipts import ReceiptService
from publishing.service.rechecks import RecheckService
from publishing.service.reconcile import ReconcileService
from publishing.service.relays import RelayService
from publishing.service.reviews import ReviewService
from publishing.service.sign_offs import SignOffService
from publishing.service.staffing import StaffingService
from publishing.service.templates import TemplateService
from publishing.service.word_lists import WordImport, WordListService

__all__ = [
    "CalendarService",
    "DeliveryBoardService",
    "DeliveryService",
    "DraftService",
    "PauseService",
    "PublishingService",
    "ReceiptService",
    "RecheckService",
    "ReconcileService",
    "RelayService",
    "ReviewService",
    "SignOffService",
    "StaffingService",
    "TemplateService",
    "WordImport",
    "WordListService",
]
