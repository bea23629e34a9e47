"""Reports that people read and sign: asked for here, made of what the other services say."""

from __future__ import annotations

from datetime import datetime

from accounts.service import AccountService
from accounts.standards import StandardService
from evaluation.reports.gathering import gather
from evaluation.reports.monthly import monthly_report
from evaluation.service import EvaluationService
from publishing.service import PublishingService
from sentiment.responses import ResponseService
from sentiment.service import CommentService
from weibo_ops.documents import Document
from weibo_ops.kernel.clock import Clock, Period
from weibo_ops.kernel.db import Database


class ReportService:
    """Use cases on reports; they read and change nothing."""

    def __init__(
        self,
        accounts: AccountService,
        publishing: PublishingService,
        comments: CommentService,
        responses: ResponseService,
        evaluation: EvaluationService,
        clock: Clock,
        *,
        db: Database,
        standards: StandardService,
        title: str,
    ) -> None:
        self.accounts = accounts
        self.publishing = publishing
        self.comments = comments
        self.responses = responses
        self.evaluation = evaluation
        self.clock = clock
        self.db = db
        self.standards = standards
        self._title = title

    def monthly(self, period: Period, as_of: datetime | None = None) -> Document:
        """Write the 运行情况月报 of a period, an internal working paper; all its numbers are of one state of the data.

        Args:
            period: what it reports on, a month or any other.
            as_of: when answers are judged; None is the newest observation imported.

        Raises:
            RefusedError: nothing was imported and no instant was given.
        """
        with self.db.one_state():
            facts = gather(self, period, as_of or self.accounts.default_as_of())
        return monthly_report(facts, self._title)
