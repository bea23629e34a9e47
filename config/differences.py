"""What changed between two texts of a book, rule by rule: 原值 → 新值 with the clause, pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.layers import tightens
from config.loader import LoadedBook
from config.members import in_words, plain, rules_at, sections
from config.rulebook.base import Direction, Frozen

ADDED, REMOVED, CHANGED = "新增", "删除", "修改"
TIGHTER, LOOSER, INCOMPARABLE = "收紧", "放宽", "不可比"


@dataclass(frozen=True)
class Difference:
    """One value that differs, or one rule that was added or removed.

    Attributes:
        change: 新增, 删除 or 修改.
        rule_id, title: of the rule; empty where the value stands outside a rule.
        key: dotted; for a rule that was added or removed, its place by name.
        old, new: the values in words; of lists only what went and what came.
        effect: 收紧, 放宽 or 不可比.
        citation: the clause of the new text, of the old one where the rule is gone.
    """

    change: str
    rule_id: str
    title: str
    key: str
    old: str
    new: str
    effect: str
    citation: str


def differences(old: LoadedBook[Any], new: LoadedBook[Any]) -> tuple[Difference, ...]:
    """List what differs in meaning between two texts of one book: comments, order and line breaks do not count."""
    return tuple(_differences(old.book, new.book))


def text_diff(old: LoadedBook[Any], new_text: str, name: str) -> str:
    """Return the unified diff of two texts; empty if they are the same."""
    lines = difflib.unified_diff(
        old.text.splitlines(), new_text.splitlines(), f"{old.book.layer} {old.book.version}", name, lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


def _differences(old: Any, new: Any) -> Iterator[Difference]:
    before = {rule.id: rule for rule, _ in rules_at(old)}
    after = {rule.id: rule for rule, _ in rules_at(new)}
    for rule_id in dict.fromkeys([*before, *after]):
        ours, theirs = before.get(rule_id), after.get(rule_id)
        if ours is None and theirs is not None:
            effect = TIGHTER if theirs.enabled else INCOMPARABLE
            shown = theirs.severity.label if theirs.enabled else "未启用"
            yield Difference(ADDED, rule_id, theirs.title, rule_id, "", shown, effect, theirs.citation)
        elif theirs is None and ours is not None:
            effect = LOOSER if ours.enabled else INCOMPARABLE
            shown = ours.severity.label if ours.enabled else "未启用"
            yield Difference(REMOVED, rule_id, ours.title, rule_id, shown, "", effect, ours.citation)
        elif ours is not None and theirs is not None:
            for key, was, now, effect in _fields(ours, theirs):
                yield Difference(CHANGED, rule_id, theirs.title, f"{rule_id}.{key}", was, now, effect, theirs.citation)
    sections_before = {name: section for name, section, _ in sections(old)}
    sections_after = {name: section for name, section, _ in sections(new)}
    for name in dict.fromkeys([*sections_before, *sections_after]):
        ours_here, theirs_here = sections_before.get(name), sections_after.get(name)
        if ours_here is None:
            yield Difference(ADDED, "", "", name, "", "新增此项", INCOMPARABLE, "")
        elif theirs_here is None:
            effect = LOOSER if ours_here.binds else INCOMPARABLE
            yield Difference(REMOVED, "", "", name, "原有此项", "", effect, "")
        else:
            for key, was, now, effect in _fields(ours_here, theirs_here):
                yield Difference(CHANGED, "", "", f"{name}.{key}" if name else key, was, now, effect, "")


def _fields(old: Frozen, new: Frozen) -> Iterator[tuple[str, str, str, str]]:
    """Yield ``(key, old, new, effect)`` of every plain field that differs."""
    directions = old.directions(new)
    for name in dict.fromkeys([*type(old).model_fields, *type(new).model_fields]):
        ours, theirs = getattr(old, name, None), getattr(new, name, None)
        if ours == theirs or not plain(ours) or not plain(theirs):
            continue
        shown = _counted(ours, theirs) if name in old.unquoted | new.unquoted else _shown(ours, theirs)
        yield name, *shown, _effect(directions.get(name), ours, theirs)


def _counted(old: Any, new: Any) -> tuple[str, str]:
    """Return how many members went and came, where they may not be quoted."""
    gone, came = len(set(old) - set(new)), len(set(new) - set(old))
    return f"删去{gone}条" if gone else "", f"增加{came}条" if came else ""


def _effect(direction: Direction | None, old: Any, new: Any) -> str:
    if direction is None or new is None:
        return INCOMPARABLE
    return TIGHTER if tightens(direction, old, new) else LOOSER


def _shown(old: Any, new: Any) -> tuple[str, str]:
    if isinstance(old, tuple) and isinstance(new, tuple):
        gone = tuple(member for member in old if member not in new)
        came = tuple(member for member in new if member not in old)
        if not gone and not came:
            return in_words(old), in_words(new)
        return (f"删去{in_words(gone)}" if gone else "", f"增加{in_words(came)}" if came else "")
    return in_words(old), in_words(new)
