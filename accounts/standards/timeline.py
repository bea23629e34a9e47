"""Which text of a book holds on a day, and for whom: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from config.layers import rank
from config.loader import LoadedBook


@dataclass(frozen=True)
class Standing:
    """One text with the Beijing days ``[start, until)`` on which it may hold.

    Attributes:
        layer: the layer it stands in; a text that ships with the program always stands in the first.
        until: the first day on which it no longer holds; None if it was not retired.
        applies_to: full name of the unit in whose branch it holds; empty means everywhere.
    """

    start: date
    loaded: LoadedBook[Any]
    layer: str
    until: date | None = None
    applies_to: str = ""

    def holds(self, day: date) -> bool:
        """Say whether the text is effective and not retired on a day."""
        return self.start <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Timeline:
    """The texts of one book: the oldest day first; of several for one day, the one put in force last is the last."""

    standing: tuple[Standing, ...]

    @property
    def texts(self) -> tuple[tuple[date, LoadedBook[Any]], ...]:
        """Every text with the first day on which it holds, whoever it holds for."""
        return tuple((entry.start, entry.loaded) for entry in self.standing)

    def on(self, day: date) -> LoadedBook[Any]:
        """Return the text that holds everywhere on a Beijing day, else the first there is.

        The lowest layer that has one goes before the others; within a layer, the latest first day.
        """
        return self.governing(day, ())

    def governing(self, day: date, line: Sequence[str]) -> LoadedBook[Any]:
        """Return the text that a unit is judged by on a Beijing day.

        Args:
            day: the day.
            line: full names of the unit and of those above it, nearest first. A text of the layer 单位 for the
                nearest of them goes before one for a unit further up and before every text that holds everywhere.
        """
        found = self._at(day, line)
        if found is not None:
            return found.loaded
        return next((entry for entry in self.standing if not entry.applies_to), self.standing[0]).loaded

    def above(self, day: date, layer: str, applies_to: str = "", line: Sequence[str] = ()) -> LoadedBook[Any] | None:
        """Return the text that one of a layer may only tighten on a day; None if nothing stands above it.

        Args:
            day: the day.
            layer: the layer of the lower text.
            applies_to: the unit it holds for; empty means everywhere.
            line: full names of that unit and of those above it, nearest first; the texts of the units above it and
                those of its own layer that hold everywhere stand above a text for one unit.
        """
        over = [name for name in line if name != applies_to] if applies_to else []
        found = self._at(day, over, below=None if applies_to else layer)
        return found.loaded if found is not None else None

    def added(self, entry: Standing) -> Timeline:
        """Return the timeline with one more text, put in force last."""
        return Timeline(tuple(sorted((*self.standing, entry), key=lambda standing: standing.start)))

    def retired(self, digest: str, until: date) -> Timeline:
        """Return the timeline with one text retired from a day."""
        return Timeline(
            tuple(replace(entry, until=until) if entry.loaded.digest == digest else entry for entry in self.standing)
        )

    def _at(self, day: date, line: Sequence[str], below: str | None = None) -> Standing | None:
        holding = [entry for entry in self.standing if entry.holds(day)]
        for name in line:
            own = [entry for entry in holding if entry.applies_to == name]
            if own:
                return own[-1]
        everywhere = [
            entry for entry in holding if not entry.applies_to and (below is None or rank(entry.layer) < rank(below))
        ]
        lowest = max((rank(entry.layer) for entry in everywhere), default=None)
        return next((entry for entry in reversed(everywhere) if rank(entry.layer) == lowest), None)
