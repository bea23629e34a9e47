"""What the use cases of reconciliation share."""

from __future__ import annotations

from datetime import datetime

from accounts.service import SafetyService
from accounts.service.platform import PlatformService
from accounts.standards import StandardService
from config.rulebook.delivery import DeliveryBook
from publishing.judging import Judge
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.vault import Vault


class Cases:
    """The parts that every use case needs."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        standards: StandardService,
        judge: Judge,
        vault: Vault,
        platform: PlatformService,
        safety: SafetyService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge
        self._vault = vault
        self._platform = platform
        self._safety = safety
        self._tried: dict[int, datetime] = {}
        """When this process last tried to look at an account's page."""

    def _book(self) -> DeliveryBook:
        book = self._standards.in_force("delivery", beijing_date(self._clock.now())).book
        assert isinstance(book, DeliveryBook)
        return book
