"""A text of a lower layer may only tighten what the layer above laid down: the check, pure.

What can be compared is marked in the models (``Annotated[int, Tighter.LOWER]``). Beside the marks, for every rule: one
that binds may neither vanish nor be switched off, its severity may only rise, and rules may be added. What bears no
mark is local by nature (brand names, place names, the roster of functions, working hours) and free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from config.loader import LoadedBook, dotted
from config.members import Path, in_words, plain, rules_at, sections
from config.rulebook.base import LAYERS, Direction, Frozen, Rule, Stronger, Tighter
from config.toml_lines import LineIndex
from weibo_ops.kernel.text import pattern_spans

TIGHTEN_ONLY = "标准分层管理:下一层级只可收紧上一层级的规定"
GONE = "没有这一项"


@dataclass(frozen=True)
class Loosening:
    """One place where a lower text is looser than the text above.

    Attributes:
        file, line, key: where, in the lower text.
        upper, lower: the two values in words.
        rule_id, title, citation: of the upper rule; empty where the value stands outside a rule.
        origin: the upper text, in words.
    """

    file: str
    line: int
    key: str
    upper: str
    lower: str
    rule_id: str
    title: str
    citation: str
    origin: str

    @property
    def message(self) -> str:
        """What is looser, and the clause above."""
        named = f"“{self.title}”" if self.title else ""
        clause = f";上层条文:{self.citation}" if self.citation else ""
        return f"{named}放宽了{self.origin}的规定:{self.upper} → {self.lower}{clause}"

    def __str__(self) -> str:
        return f"{self.file} 第{self.line}行({self.key}):{self.message}"


def rank(layer: str) -> int:
    """Return how far down a layer stands, 国家 being 0."""
    return LAYERS.index(layer)


def loosenings(upper: LoadedBook[Any], lower: LoadedBook[Any]) -> tuple[Loosening, ...]:
    """List every place where ``lower`` is looser than ``upper``, in the order of lines; empty if it only tightens."""
    lines = LineIndex(lower.text)
    origin = f"{upper.book.layer}层级标准({upper.book.version}版)"
    found = [
        Loosening(
            lower.origin,
            lines.line(path),
            dotted(path) if path else rule.id if rule else "",
            above,
            below,
            rule.id if rule else "",
            rule.title if rule else getattr(member, "title", "") if member.binds else "",
            rule.citation if rule else "",
            origin,
        )
        for member, rule, path, above, below in _looser(upper.book, lower.book)
    ]
    return tuple(sorted(found, key=lambda item: (item.line, item.key)))


def tightens(direction: Direction, upper: Any, lower: Any) -> bool:
    """Say whether a value is at least as strict as the one above; equal ones are.

    Args:
        direction: the field's mark.
        upper: the value of the higher layer.
        lower: the value of the lower layer, of the same type.
    """
    if isinstance(direction, Stronger):
        return direction.order.index(lower) >= direction.order.index(upper)
    return _TIGHTENS[direction](upper, lower)


@cache
def _characters(inside: str) -> frozenset[str]:
    """Return every character of a class: the classes are compared by what they take, not by how they are written."""
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    return frozenset(c for start, end in pattern_spans(f"[{inside}]+", every) for c in every[start:end])


_TIGHTENS: dict[Tighter, Callable[[Any, Any], bool]] = {
    Tighter.LOWER: lambda upper, lower: lower <= upper,
    Tighter.HIGHER: lambda upper, lower: lower >= upper,
    Tighter.SUPERSET: lambda upper, lower: set(upper) <= set(lower),
    Tighter.SUBSET: lambda upper, lower: set(lower) <= set(upper),
    Tighter.TRUE: lambda upper, lower: lower or not upper,
    Tighter.FIXED: lambda upper, lower: upper == lower,
    Tighter.CHARACTERS: lambda upper, lower: upper == lower or _characters(lower) <= _characters(upper),
}

_Found = tuple[Frozen, Rule | None, Path, str, str]


def _looser(upper: Any, lower: Any) -> Iterator[_Found]:
    theirs = {rule.id: (rule, path) for rule, path in rules_at(lower)}
    for rule, _ in rules_at(upper):
        if not rule.binds:
            continue
        if rule.id not in theirs:
            yield rule, rule, (), in_words(rule.severity), GONE
            continue
        other, path = theirs[rule.id]
        yield from ((rule, rule, *found) for found in _fields(rule, other, path))
    below = {name: (section, path) for name, section, path in sections(lower)}
    for name, section, _ in sections(upper):
        if name in below:
            other_section, path = below[name]
            yield from ((section, None, *found) for found in _fields(section, other_section, path))
        elif section.binds:
            yield section, None, _nearest(name, below), in_words(getattr(section, "title", name)), GONE
    for looser in upper.looser_in(lower):
        yield looser.rule, looser.rule, looser.path, looser.upper, looser.lower


def _fields(upper: Frozen, lower: Frozen, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Compare the marked fields of one member; a field that the other kind of member lacks is gone."""
    for name, direction in upper.directions(lower).items():
        above = getattr(upper, name)
        if not plain(above):
            continue
        if not hasattr(lower, name):
            yield (*path, name), in_words(above), GONE
            continue
        below = getattr(lower, name)
        if not tightens(direction, above, below):
            hidden = name in upper.unquoted
            yield (*path, name), *(_counted(above, below) if hidden else _shown(direction, above, below))


def _shown(direction: Direction, above: Any, below: Any) -> tuple[str, str]:
    """Return both values in words; of long lists only what differs."""
    if direction is Tighter.SUPERSET:
        return in_words(above), f"缺少{in_words(_without(above, below))}"
    if direction is Tighter.SUBSET:
        return in_words(above), f"多出{in_words(_without(below, above))}"
    return in_words(above), in_words(below)


def _counted(above: Sequence[Any], below: Sequence[Any]) -> tuple[str, str]:
    """Return both values as numbers, where their members may not be quoted."""
    lacks, more = len(_without(above, below)), len(_without(below, above))
    shown = "、".join(part for part in (f"缺少{lacks}条" if lacks else "", f"多出{more}条" if more else "") if part)
    return f"{len(above)}条", shown


def _without(members: Sequence[Any], others: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(member for member in members if member not in others)


def _nearest(name: str, known: dict[str, tuple[Frozen, Path]]) -> Path:
    """Return the place of the list that a missing section would stand in."""
    return (name.rpartition("[")[0] or name,) if name not in known else known[name][1]
