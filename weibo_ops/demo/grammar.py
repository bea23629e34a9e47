"""A small grammar that turns templates into sentences: ``{slot}``, ``{2-9}`` and ``(a|b|)``, nested at will."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"(\d+)-(\d+)")
_ON_A_ROUTE = frozenset({"路", "校", "园"})
_REDRAWS = 60


class Writer:
    """Writes sentences from templates with one stream of chance, so that the same seed writes the same words.

    Args:
        rng: the only source of chance.
        slots: what each ``{slot}`` may stand for; values are templates themselves.
        seasons: word → first and last day (counted from the quarter's first as 0) on which it may be used.
    """

    def __init__(
        self, rng: random.Random, slots: Mapping[str, Sequence[str]], seasons: Mapping[str, tuple[int, int]]
    ) -> None:
        self.rng = rng
        self._slots = slots
        self._seasons = seasons
        self._said: set[str] = set()

    def bind(self, names: Sequence[str]) -> dict[str, str]:
        """Draw one value for each slot name: what a whole thread speaks about."""
        return {name: self.write(self.rng.choice(self._slots[name]), {}) for name in names}

    def write(self, template: str, bound: Mapping[str, str]) -> str:
        """Expand one template; an unbound slot never repeats within a text, nor does a second road on a bound route.

        Raises KeyError for a slot that nothing defines.
        """
        used: dict[str, list[str]] = {}
        text = self._choose(template)
        while match := _SLOT.search(text):
            value = self._choose(self._slot(match[1], bound, used))
            text = text[: match.start()] + value + text[match.end() :]
        return text

    def fresh(self, draw: Callable[[], str], day: int) -> str:
        """Call ``draw`` until its text is in season on ``day`` and was not said before, at most sixty times."""
        text = draw()
        for _ in range(_REDRAWS):
            if text not in self._said and self.in_season(text, day):
                break
            text = draw()
        self._said.add(text)
        return text

    def in_season(self, text: str, day: int) -> bool:
        """Say whether every seasonal word of the text may be used on that day."""
        return all(first <= day <= last for word, (first, last) in self._seasons.items() if word in text)

    def _choose(self, template: str) -> str:
        while match := _CHOICE.search(template):
            template = template[: match.start()] + self.rng.choice(match[1].split("|")) + template[match.end() :]
        return template

    def _slot(self, name: str, bound: Mapping[str, str], used: dict[str, list[str]]) -> str:
        if number := _RANGE.fullmatch(name):
            return str(self.rng.randrange(int(number[1]), int(number[2]) + 1))
        earlier = used.setdefault(name, [])
        if name in bound and (not earlier or name not in _ON_A_ROUTE):
            earlier.append(bound[name])
            return bound[name]
        options = [value for value in self._slots[name] if value not in earlier] or list(self._slots[name])
        earlier.append(self.rng.choice(options))
        return earlier[-1]
