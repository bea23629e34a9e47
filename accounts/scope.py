"""Who may judge whom and speak for whom: the lines of belonging between units, pure.

Source: 国办发〔2018〕123号 (谁主管、谁负责; 谁开设、谁主办). The office of oversight (监管归口) names who may inspect a
unit: courts, procurators, party organs and vertically run offices are not the government office's to grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class UnitNode:
    """A unit with its administrative line and the office that supervises it (empty: not stated)."""

    unit_id: int
    name: str
    parent_id: int | None = None
    oversight: str = ""


class UnitTree:
    """The administrative tree of the units."""

    def __init__(self, units: Iterable[UnitNode]) -> None:
        self._units = {unit.unit_id: unit for unit in units}

    def __contains__(self, unit_id: int) -> bool:
        return unit_id in self._units

    def line(self, unit_id: int) -> Iterator[UnitNode]:
        """Yield a unit and the units above it, nearest first; a cycle in the data ends the line."""
        seen: set[int] = set()
        at: int | None = unit_id
        while at is not None and at in self._units and at not in seen:
            seen.add(at)
            yield self._units[at]
            at = self._units[at].parent_id

    def branch(self, unit_id: int) -> frozenset[int]:
        """Return a unit and everything below it."""
        return frozenset(other for other in self._units if any(node.unit_id == unit_id for node in self.line(other)))

    def would_cycle(self, unit_id: int, parent_id: int) -> bool:
        """Say whether putting a unit under another would close a circle."""
        return any(node.unit_id == unit_id for node in self.line(parent_id))

    def oversight_of(self, unit_id: int) -> str:
        """Return the office that supervises a unit: its own, else that of the nearest unit above; empty if none."""
        return next((node.oversight for node in self.line(unit_id) if node.oversight), "")

    def speaks_for(self, actor_unit: int | None, unit_id: int) -> bool:
        """Say whether somebody of a unit may act for another: it is their own or lies below it."""
        return actor_unit is not None and any(node.unit_id == actor_unit for node in self.line(unit_id))

    def stands_over(self, actor_unit: int | None, unit_id: int) -> bool:
        """Say whether a unit may approve or file another's accounts: it lies above it or is its office of oversight.

        Where a unit has neither (a flat roster), any other unit may.
        """
        if actor_unit is None or actor_unit == unit_id or actor_unit not in self:
            return False
        stated = self.oversight_of(unit_id)
        alone = not stated and len(list(self.line(unit_id))) <= 1
        return alone or self._units[actor_unit].name == stated or self.speaks_for(actor_unit, unit_id)

    def may_judge(self, actor_unit: int | None, unit_id: int) -> bool:
        """Say whether somebody of a unit may inspect another.

        Where an office of oversight is stated, only its people; else the people of a unit above it or of itself; where
        neither is known (a flat roster), anybody who holds the permission.
        """
        stated = self.oversight_of(unit_id)
        if stated:
            return actor_unit is not None and actor_unit in self and self._units[actor_unit].name == stated
        line = list(self.line(unit_id))
        return len(line) <= 1 or self.speaks_for(actor_unit, unit_id)
