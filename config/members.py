"""The members of a rule book by name: how two texts of a book are laid side by side, pure.

Rules are known by their id wherever they stand; other members of a list by their name, else by their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any

from config.rulebook.base import Frozen, Rule

Path = tuple[str | int, ...]
NAMES = ("id", "name", "title", "complaint", "area", "day", "leaf")
"""Fields that tell the members of a list apart, tried in this order."""


def rules_at(value: Any, path: Path = ()) -> Iterator[tuple[Rule, Path]]:
    """Yield every rule inside a book with its place, in the order of the fields."""
    if isinstance(value, Rule):
        yield value, path
    if isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from rules_at(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for index, member in enumerate(value):
            yield from rules_at(member, (*path, index))


def name_of(member: Frozen) -> str:
    """Return what a member of a list goes by; ``""`` if it has no name."""
    return next((str(getattr(member, name)) for name in NAMES if getattr(member, name, None)), "")


def sections(value: Any, path: Path = ()) -> Iterator[tuple[str, Frozen, Path]]:
    """Yield ``(name, section, place)`` of the book itself and of every member in it that is no rule."""
    yield from _sections(value, path, "")


def _sections(value: Any, path: Path, name: str) -> Iterator[tuple[str, Frozen, Path]]:
    if isinstance(value, Rule) or not isinstance(value, Frozen | tuple):
        return
    if isinstance(value, Frozen):
        yield name, value, path
        for field in type(value).model_fields:
            below = f"{name}.{field}" if name else field
            yield from _sections(getattr(value, field), (*path, field), below)
        return
    seen: dict[str, int] = {}
    for index, member in enumerate(value):
        if isinstance(member, Frozen):
            known = name_of(member) or str(index + 1)
            seen[known] = seen.get(known, 0) + 1
            again = f"#{seen[known]}" if seen[known] > 1 else ""
            yield from _sections(member, (*path, index), f"{name}[{known}{again}]")


def plain(value: Any) -> bool:
    """Say whether a field's value is one to compare by itself: neither a section nor a list of sections."""
    return not isinstance(value, Frozen) and not (
        isinstance(value, tuple) and any(isinstance(member, Frozen) for member in value)
    )


def in_words(value: Any) -> str:
    """Return a value as a text of the book would write it, for people to read."""
    if value is None:
        return "未写"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, tuple):
        return "、".join(in_words(member) for member in value) or "空"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
