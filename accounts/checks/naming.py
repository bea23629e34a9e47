"""Naming rules: length, characters, forbidden classes, and the tie between a screen name and its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from accounts.checks.facts import FindingDraft, NameVerdict, draft
from accounts.checks.unit_names import (
    Kind,
    Piece,
    Unit,
    abbreviates,
    holds_letters,
    parse_unit,
    places_of,
    take_apart,
)
from config.rulebook.accounts import AccountsBook, NamingSection
from config.rulebook.base import Severity
from weibo_ops.kernel.text import defuse, nickname_units, normalise_name, pattern_spans

_ADMINISTRATIVE_ENDS = ("省", "市", "县", "区", "州", "旗", "镇", "乡")
_MAX_PROPOSALS = 3


def check_name(
    screen_name: str,
    unit: str,
    level: str,
    book: AccountsBook,
    other_units: Iterable[str] = (),
    *,
    area: str = "",
    function: str = "",
    brand_names: Iterable[str] = (),
    borne_by: Iterable[str] = (),
) -> NameVerdict:
    """Judge a screen name for its sponsoring unit.

    Args:
        screen_name: as the platform shows it.
        unit: the unit's full name; empty if not registered, then the tie to the unit is not judged.
        level: 国家, 省, 市, 县 …; at national level no place is expected in the name.
        book: the accounts rule book.
        other_units: full names of other registered units, which the name must not be.
        area, function: 行政区 and 职能 of the register, completing what the unit's name does not say.
        brand_names: registered brand names of this unit, beside those of the book.
        borne_by: other units whose accounts bear the name.

    Returns:
        The verdict with all findings; each finding carries up to three conforming names, best first.
    """
    naming = book.naming
    parsed = parse_unit(unit, naming, level=level, area=area, function=function) if unit.strip() else None
    brands = {*brand_names, *(entry.name for entry in naming.brand_names if entry.unit == unit)}
    found = [
        *_judge(screen_name, parsed, naming, tuple(other_units), brands),
        *same_name(screen_name, tuple(borne_by), naming),
    ]
    if found and parsed:
        fixes = _proposals(screen_name, parsed, naming)
        found = [replace(finding, proposed_fix=fixes) for finding in found]
    return NameVerdict(_verdict(found), tuple(found))


def same_name(name: str, units: tuple[str, ...], naming: NamingSection) -> Iterator[FindingDraft]:
    """Say that accounts of other units bear the name."""
    if naming.unique is not None and units:
        others = "、".join(f"“{defuse(unit)}”" for unit in units)
        yield from draft(
            naming.unique,
            f"名称“{defuse(name)}”与{others}的账号相同,请更名。",
            evidence={"units": "、".join(units)},
        )


def _verdict(found: list[FindingDraft]) -> Literal["pass", "advise", "fail"]:
    if not found:
        return "pass"
    return "advise" if all(finding.severity is Severity.ADVICE for finding in found) else "fail"


def _judge(
    name: str, unit: Unit | None, naming: NamingSection, other_units: tuple[str, ...], brands: set[str]
) -> Iterator[FindingDraft]:
    too_long = nickname_units(name) > naming.length.max_units
    yield from _length(name, naming)
    yield from _characters(name, naming)
    folded = _folded(name)
    forbidden = list(_forbidden(name, folded, unit, naming))
    yield from forbidden
    if unit and name not in brands and not (too_long and naming.length.enabled):
        tie = _tie(name, folded, unit, naming, other_units)
        # A forbidden word is already named; it is not a nickname on top.
        yield from (finding for finding in tie if not forbidden or finding.rule_id != naming.nickname.id)


def _folded(name: str) -> str:
    """Fold width and case character by character, so that positions stay those of the name."""
    return "".join(low if len(low := normalise_name(character)) == 1 else character for character in name)


def _length(name: str, naming: NamingSection) -> Iterator[FindingDraft]:
    rule = naming.length
    units = nickname_units(name)
    if not rule.min_units <= units <= rule.max_units:
        yield from draft(
            rule,
            f"昵称长{units}个字符,应为{rule.min_units}至{rule.max_units}个字符,请更名。",
            span=(0, len(name)),
            evidence={"units": units},
        )


def _characters(name: str, naming: NamingSection) -> Iterator[FindingDraft]:
    rule = naming.characters
    spans = pattern_spans(f"[^{rule.allowed}]+", name)
    if spans:
        shown = "、".join(f"“{defuse(name[start:end])}”" for start, end in spans)
        yield from draft(rule, f"昵称含不允许的字符{shown},请删去。", span=spans[0], evidence={"characters": shown})


def _forbidden(name: str, folded: str, unit: Unit | None, naming: NamingSection) -> Iterator[FindingDraft]:
    for rule in naming.forbidden:
        spans = sorted(span for pattern in rule.patterns for span in pattern_spans(pattern, folded))
        spans = [span for span in spans if not (unit and folded[slice(*span)] in unit.name)]
        if rule.enabled and spans:
            words = defuse(name[slice(*spans[0])])
            yield from draft(rule, f"昵称中的“{words}”不符合要求,请更名。", span=spans[0], evidence={"words": words})


def _tie(
    name: str, folded: str, unit: Unit, naming: NamingSection, other_units: tuple[str, ...]
) -> Iterator[FindingDraft]:
    if other := _other_unit(folded, unit, other_units):
        start = folded.find(other)
        yield from draft(
            naming.other_unit,
            f"昵称“{defuse(name)}”是另一单位“{other}”的名称,请更名。",
            span=(start, start + len(other)),
            evidence={"other_unit": other},
        )
        return
    pieces = take_apart(folded, unit, naming)
    kinds = {piece.kind for piece in pieces}
    own = bool(kinds & {Kind.UNIT, Kind.WORK, Kind.NUMBER})
    foreign = [piece for piece in pieces if piece.kind is Kind.FOREIGN]
    # A unit whose name holds no administrative place carries it, if at all, as its first two characters.
    place = Kind.PLACE in kinds or unit.name in folded or (not unit.places and folded[:2] == unit.organ[:2])
    rest = [
        piece
        for piece in pieces
        if piece.kind in (Kind.REST, Kind.FOREIGN) and holds_letters(folded[piece.start : piece.end])
    ]
    if foreign and not own and unit.functions and not unit.general:
        yield from _points_elsewhere(name, foreign[0], naming)
    elif own:
        if not place and not unit.national:
            yield from _without_place(name, folded, pieces, unit, naming, other_units)
        yield from _remark(name, rest, naming)
    elif not place:
        yield from draft(
            naming.unrelated,
            f"昵称“{defuse(name)}”未体现主办单位的名称、地域或职能,请更名。",
            span=(0, len(name)),
        )
    elif rest:
        yield from _remark(name, rest, naming)
    elif not unit.general:
        yield from draft(
            naming.place_missing, f"昵称“{defuse(name)}”只有地域,未体现单位或职能,建议更名。", span=(0, len(name))
        )


def _other_unit(folded: str, unit: Unit, other_units: tuple[str, ...]) -> str:
    for other in other_units:
        full = normalise_name(other)
        if len(full) >= 3 and full != unit.name and full in folded and (full == folded or full not in unit.name):
            return full
    return ""


def _points_elsewhere(name: str, piece: Piece, naming: NamingSection) -> Iterator[FindingDraft]:
    words = name[piece.start : piece.end]
    yield from draft(
        naming.other_unit,
        f"昵称中的“{defuse(words)}”属于其他单位的职能,与主办单位不符,请更名。",
        span=(piece.start, piece.end),
        evidence={"words": words},
    )


def _without_place(
    name: str,
    folded: str,
    pieces: tuple[Piece, ...],
    unit: Unit,
    naming: NamingSection,
    other_units: tuple[str, ...],
) -> Iterator[FindingDraft]:
    elsewhere = (piece for piece in pieces if piece.kind is Kind.REST and piece.end - piece.start >= 2)
    first = next((piece for piece in elsewhere if _elsewhere(folded, piece, unit, naming, other_units)), None)
    if first is not None:
        words = name[first.start : first.end]
        yield from draft(
            naming.other_unit,
            f"昵称中的“{defuse(words)}”不是主办单位所在地,请更名。",
            span=(first.start, first.end),
            evidence={"words": words},
        )
    else:
        yield from draft(
            naming.place_missing, f"昵称“{defuse(name)}”未体现地域,建议更名或登记为品牌名。", span=(0, len(name))
        )


def _elsewhere(folded: str, piece: Piece, unit: Unit, naming: NamingSection, other_units: tuple[str, ...]) -> bool:
    """Say whether a left-over piece of a name that holds no place of the unit's own is a place of elsewhere."""
    words = folded[piece.start : piece.end]
    if words in unit.name:
        return False
    if piece.start == 0 and words.endswith(_ADMINISTRATIVE_ENDS):
        return True
    # A unit whose own name tells no place may lie in the very place that the name holds.
    if not unit.places:
        return False
    return words in naming.known_places or any(words in pair for other in other_units for pair in places_of(other))


def _remark(name: str, rest: list[Piece], naming: NamingSection) -> Iterator[FindingDraft]:
    if rest:
        words = "、".join(f"“{defuse(name[piece.start : piece.end])}”" for piece in rest)
        yield from draft(
            naming.nickname,
            f"昵称含{words},属昵称成分,建议登记为品牌名或更名。",
            span=(rest[0].start, rest[0].end),
            evidence={"words": words},
        )


def _proposals(name: str, unit: Unit, naming: NamingSection) -> tuple[str, ...]:
    """Return conforming names for the unit, the customary short form first."""
    conforming = (
        candidate
        for candidate in dict.fromkeys(_candidates(unit))
        if candidate != name and not any(_judge(candidate, unit, naming, (), set()))
    )
    return tuple(candidate for candidate, _ in zip(conforming, range(_MAX_PROPOSALS), strict=False))


def _candidates(unit: Unit) -> Iterator[str]:
    place = unit.places[-1][0] if unit.places else ""
    if unit.national:
        yield from (unit.name, f"{unit.name}发布")
    elif unit.general and place:
        yield f"{place}发布"
    for entry in unit.functions:
        # The word that shortens this unit's own name comes before words of its sister units.
        aliases = sorted(entry.aliases, key=lambda word: not abbreviates(word, unit.organ))
        if place:
            yield f"{place}{aliases[0]}"
            yield from (f"{slogan}{place}" for slogan in entry.slogans)
        yield f"{place}{aliases[0]}发布"
    yield unit.name
    yield f"{unit.name}发布"
