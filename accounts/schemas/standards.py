"""What the services of the standards take and give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from config.differences import Difference
from config.layers import Loosening
from config.loader import LoadedBook, StandardProblem
from config.rulebook.base import Book

APPEARS, VANISHES, STAYS, RISES, FALLS = "新出现", "消失", "不变", "加重", "减轻"
"""What a draft would do to one finding."""


@dataclass(frozen=True)
class TextRow:
    """One stored text as lists show it.

    Attributes:
        state: 已安装 (came with the program), 已发布, 待生效 or 已停用, as of the day of the list.
        in_force: whether it judges somebody on that day.
        looser: keys by which it is looser than the text above it has become.
    """

    book: str
    title: str
    version: str
    layer: str
    applies_to: str
    effective_from: date
    retired_from: date | None
    state: str
    digest: str
    origin: str
    published_by: str
    in_force: bool
    looser: tuple[str, ...]


@dataclass(frozen=True)
class DraftView:
    """A draft of a standard.

    Attributes:
        editors: logins of everyone who had a hand in the text, those acted for included.
        base_digest: the text it was copied from.
        version: counts the edits; an edit names the one it saw.
        digest: of the text as it is now; what is published must be what was previewed.
    """

    draft_id: int
    book: str
    layer: str
    state: str
    version: int
    editors: tuple[str, ...]
    base_digest: str
    digest: str
    created_at: datetime
    updated_at: datetime
    published_digest: str
    text: str


@dataclass(frozen=True)
class DraftReport:
    """What stands in the way of publishing a draft; nothing if both lists are empty.

    Attributes:
        upper: digest of the text above, which a draft may only tighten; empty if none stands above.
        notes: what whoever publishes must know, in sentences; not in the way.
    """

    draft: DraftView
    problems: tuple[StandardProblem, ...]
    loosenings: tuple[Loosening, ...]
    upper: str
    notes: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether the draft may be published."""
        return not self.problems and not self.loosenings


@dataclass(frozen=True)
class DraftDiff:
    """A draft beside another text: rule by rule where both are valid, and line by line in any case."""

    draft: DraftView
    against: str
    differences: tuple[Difference, ...] | None
    text: str


@dataclass(frozen=True)
class PreviewRow:
    """One finding that a draft would bring, take away, leave or change in severity."""

    change: str
    screen_name: str
    unit: str
    rule_id: str
    title: str
    severity: str
    message: str


@dataclass(frozen=True)
class PreviewTable:
    """What one package says to a draft: counted on the same facts under the text in force and under the draft.

    Attributes:
        title: what was counted.
        governed: how many accounts the draft would govern.
        rows: every finding under either text, by account and rule.
    """

    title: str
    as_of: datetime
    governed: int
    rows: tuple[PreviewRow, ...]

    def count(self, change: str) -> int:
        """Return how many findings change so."""
        return sum(row.change == change for row in self.rows)


class Previewer(Protocol):
    """A package's answer to what a draft of a book would do; bootstrap registers them."""

    book: str

    def preview(self, book: LoadedBook[Any], as_of: datetime | None) -> PreviewTable:
        """Compute the findings that would appear and vanish; ``as_of`` None is the newest observation."""
        ...


class BookReviewer(Protocol):
    """A package's notes on a draft read beside the other books that it must fit; bootstrap registers them.

    Attributes:
        books: names of the books that are read together; a draft of any of them is spoken to.
    """

    books: tuple[str, ...]

    def notes(self, texts: Mapping[str, Book]) -> list[str]:
        """Return what whoever publishes the draft must know, in sentences.

        Args:
            texts: name of each of ``books`` → its text: the draft, and what governs on the draft's first day.
        """
        ...


@dataclass(frozen=True)
class Preview:
    """The previews of a draft by every package that has one for its book."""

    report: DraftReport
    digest: str
    tables: Sequence[PreviewTable]


@dataclass(frozen=True)
class Published:
    """A text that was put in force; ``looser`` lists the lower texts that are looser than it, with their keys."""

    book: str
    layer: str
    version: str
    effective_from: date
    digest: str
    backdated: bool
    looser: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class PeriodRow:
    """A closed period."""

    name: str
    from_at: datetime
    until_at: datetime
    closed_by: str
    closed_at: datetime
    reason: str
