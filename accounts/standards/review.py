"""Lower texts that have become looser than the text above them, since that one changed: found, and put to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts.standards.timeline import Standing, Timeline
from config.layers import Loosening, loosenings
from weibo_ops.kernel import todos
from weibo_ops.kernel.clock import beijing_date

LOOSER = "accounts.standard.looser"
KEYS_NAMED = 8

Lines = Mapping[str, Sequence[str]]


def looser_texts(timeline: Timeline, lines: Lines, today: date) -> Iterator[tuple[Standing, tuple[Loosening, ...]]]:
    """Yield the texts that hold today or later and are looser than a text above them then.

    Args:
        timeline: of one book.
        lines: full name of a unit → names of it and of the units above it.
        today: the Beijing day.
    """
    for entry in timeline.standing:
        found: dict[str, Loosening] = {}
        for day in _days(timeline, entry, today):
            upper = timeline.above(day, entry.layer, entry.applies_to, lines.get(entry.applies_to, ()))
            if upper is not None:
                found.update({item.key: item for item in loosenings(upper, entry.loaded)})
        if found:
            yield entry, tuple(sorted(found.values(), key=lambda item: (item.line, item.key)))


def propose_reviews(
    session: Session, book: str, timeline: Timeline, lines: Lines, now: datetime
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Open one to-do for each text that has become looser and close those of the others; return digest and keys."""
    looser = dict(looser_texts(timeline, lines, beijing_date(now)))
    found = []
    for entry in timeline.standing:
        subject = f"{book}:{entry.loaded.digest[:12]}"
        todos.close(session, LOOSER, subject, now)
        if entry in looser:
            keys = tuple(item.key for item in looser[entry])
            header = entry.loaded.book
            more = f"等{len(keys)}处" if len(keys) > KEYS_NAMED else ""
            title = (
                f"{header.title} {header.version}版({entry.layer}{entry.applies_to})比上层标准宽:"
                f"{'、'.join(keys[:KEYS_NAMED])}{more},请起草并发布收紧后的文本,或停用该文本。"
            )
            todos.propose(session, LOOSER, subject, title, now, recipient="标准管理员")
            found.append((entry.loaded.digest, keys))
    return tuple(found)


def _days(timeline: Timeline, entry: Standing, today: date) -> list[date]:
    """Return the days from today on at which the text above an entry may be another one, while the entry holds."""
    first = max(today, entry.start)
    starts = (other.start for other in timeline.standing)
    ends = (other.until for other in timeline.standing if other.until is not None)
    days = {first, *(day for day in (*starts, *ends) if day > first)}
    return sorted(day for day in days if entry.until is None or day < entry.until)
