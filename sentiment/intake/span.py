"""The stretch of time that an export shows: from its oldest to its newest accepted row. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sentiment.intake.layouts import ParsedComment, ParsedPost
from sentiment.intake.loading import Numbered


class ObservedSpan:
    """Grows with the rows of one folder; what other folders brought is none of its business.

    Two exports with months between them observed two stretches, and nobody knows what happened in the gap.
    """

    def __init__(self) -> None:
        self.start: datetime | None = None
        self.until: datetime | None = None

    def take(self, rows: Iterable[Numbered[object]], refused: Collection[int]) -> None:
        """Widen by the posts and comments among the rows whose lines were not refused; half-open, to the second."""
        instants = [at for row in rows if row.line not in refused and (at := _time_of(row.entry)) is not None]
        if instants:
            end = max(instants) + timedelta(seconds=1)
            self.start = min(instants) if self.start is None else min(self.start, *instants)
            self.until = end if self.until is None else max(self.until, end)


def _time_of(entry: object) -> datetime | None:
    if isinstance(entry, ParsedPost):
        return entry.published_at
    return entry.created_at if isinstance(entry, ParsedComment) else None
