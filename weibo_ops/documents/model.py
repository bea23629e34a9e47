"""What a document says, whatever it is about and however it will look: frozen blocks in order.

Texts may come from anywhere: renderers defuse and escape them. A value of None is “无数据” wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | int | float | datetime | None

NO_DATA = "无数据"
SHORT_TABLE, SHORT_TEXT = 12, 20
"""Rows of a table that is not broken across pages, and characters that its cells hold at most."""


class Kind(StrEnum):
    """What the values of a table column are; it decides how they are written and aligned."""

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    """A share from 0 to 1, written with one decimal."""
    DURATION = "duration"
    """Minutes, written in hours and minutes."""
    TIME = "time"
    """An instant, written in Beijing time."""


class Tone(StrEnum):
    """What the colour of a series means, so that one meaning has one colour in every chart."""

    MAIN = "main"
    CALM = "calm"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"


class ChartKind(StrEnum):
    """How a chart shows its series.

    ``bars``: columns over the categories, each series a part of the one before and drawn inside it.
    ``lines``: one line for each series. ``shares``: for each category a lying bar of the whole, split by series.
    """

    BARS = "bars"
    LINES = "lines"
    SHARES = "shares"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; its number is part of the text."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True)
class Note:
    """A remark in smaller print: a definition, a limit, a source."""

    text: str


@dataclass(frozen=True)
class Listing:
    """Points one below the other; numbered if ``ordered``."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class KeyFigure:
    """A number to be seen first, with what it counts and a short hint on its basis."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """A few numbers side by side."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, what its values are, and its width relative to the others.

    A line end in the title is where the head of a table breaks; where the title stands alone it is not seen.
    """

    title: str
    kind: Kind = Kind.TEXT
    width: float = 1.0

    @property
    def name(self) -> str:
        """The title on one line."""
        return self.title.replace("\n", "")

    @property
    def numeric(self) -> bool:
        """Whether values stand at the right, so that their digits line up."""
        return self.kind in (Kind.COUNT, Kind.PERCENT, Kind.DURATION)


@dataclass(frozen=True)
class Table:
    """A table with typed columns; ``total`` sets its last row off as the sum. Without rows it says 无数据.

    Raises:
        ValueError: a row has not as many values as there are columns.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of table {self.caption!r} does not fit its {len(self.columns)} columns")

    @property
    def short(self) -> bool:
        """Whether it should stand on one page."""
        texts = (value for row in self.rows for value in row if isinstance(value, str))
        return len(self.rows) <= SHORT_TABLE and all(len(text) <= SHORT_TEXT for text in texts)


@dataclass(frozen=True)
class Series:
    """Values over the categories of a chart; None where nothing was observed."""

    name: str
    values: tuple[float | None, ...]
    tone: Tone = Tone.MAIN


@dataclass(frozen=True)
class Chart:
    """A chart; ``description`` says in words what it shows, for those who cannot see it.

    Raises:
        ValueError: a series has not as many values as there are categories.
    """

    kind: ChartKind
    caption: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if any(len(series.values) != len(self.categories) for series in self.series):
            raise ValueError(f"a series of chart {self.caption!r} does not fit its {len(self.categories)} categories")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(value is None for series in self.series for value in series.values)


class Size(StrEnum):
    """How large a field of a form is written."""

    PLAIN = "plain"
    CODE = "code"
    """To be read out and compared: large, in the middle."""
    BODY = "body"
    """Running text as wide as the form, its label above it; it may go on over several pages."""
    SMALL = "small"
    """Small print as wide as the form, without a label."""


@dataclass(frozen=True)
class Field:
    """A labelled field of a form.

    Attributes:
        label: what stands beside it (above it where the size is body).
        text: what is filled in; empty leaves room for the pen.
        width: relative to the other fields of its row.
        lines: it is at least so many lines high.
    """

    label: str
    text: str = ""
    width: float = 1.0
    lines: int = 1
    size: Size = Size.PLAIN


@dataclass(frozen=True)
class Grid:
    """Rows under a common head within a form. A row with an empty cell is for the pen and at least ``lines`` high.

    Raises:
        ValueError: a row has not as many cells as the head.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: int = 1

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of grid {self.caption!r} does not fit its {len(self.columns)} columns")


@dataclass(frozen=True)
class Form:
    """A ruled form as offices fill in and sign: rows of fields, and grids."""

    parts: tuple[tuple[Field, ...] | Grid, ...]


Block = Heading | Paragraph | Note | Listing | KeyFigures | Table | Chart | Form


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes:
        title: its title.
        created: when it was made; it is all that a rendering knows of time.
        blocks: what it says, in order.
        subtitle: what stands below the title, e.g. the period.
        mark: a word at the head that says what the document is for, e.g. 内部工作稿.
        details: pairs of name and value that head the document: window, sources, state of the data.
        running: what stands above the text of every page, so that a loose page is known; formats without pages
            leave it out.
    """

    title: str
    created: datetime
    blocks: tuple[Block, ...]
    subtitle: str = ""
    mark: str = ""
    details: tuple[tuple[str, str], ...] = ()
    running: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))
