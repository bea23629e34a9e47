"""Take a unit's full name and a screen name apart: places, organ, line of work, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from config.rulebook.accounts import GovernmentFunction, NamingSection
from weibo_ops.kernel.text import normalise_name

_PREFIX = re.compile(r"^(?:中华人民共和国|中国共产党|共产主义青年团|共青团|中共|中国|国家税务总局(?=.)|国网(?=.))")
_PLACE = re.compile(
    r"^(?P<stem>(?:(?![局厅院委])[一-鿿]){2,9}?)(?P<kind>特别行政区|自治区|自治州|自治县|自治旗|地区|新区|街道|省|市|州|盟|县|旗|区|镇|乡)"
    r"|^(?P<short>[一-鿿])(?P<unit>县|区|市|旗)(?=[一-鿿]*(?:局|院|厅|委|府|队|办|部|会))"
)
_NOT_A_PLACE = re.compile(r"(?:社|园|校|库|景|开发|保税|示范|高新|经开)区$|城市$|地区$")
_ZONE = re.compile(r"^(?P<place>[一-鿿]{2,8}?)(?P<zone>高新|经济)(?:技术)?(?:产业)?(?:技术)?开发区")
_BRANCH = re.compile(r"(?:局|厅|院|队|委员会)(?P<stem>[一-鿿]{2,4}?)(?P<kind>区|县|市)?(?:分局|支局|分院|分中心)$")
_PEOPLES = re.compile(r"(?<=[一-鿿]{2})(?:维吾尔|[一-鿿]{1,3}族)+$")
_HAN = re.compile(r"[一-鿿㐀-䶿]")


class Kind(IntEnum):
    """What a piece of a screen name is; on equal length the smaller number wins."""

    UNIT = 0
    PLACE = 1
    WORK = 2
    NUMBER = 3
    FOREIGN = 4
    GENERIC = 5
    REST = 6


@dataclass(frozen=True)
class Unit:
    """A unit's full name taken apart.

    Attributes:
        name: the full name, normalised.
        places: (stem, full form) of each place it names; the last is the narrowest.
        organ: the name without prefix and places, e.g. 公安局.
        functions: the lines of work it belongs to, most specific first.
        general: it may speak for its whole area (government, news office, management committee).
        national: it is an organ of the whole country.
    """

    name: str
    places: tuple[tuple[str, str], ...]
    organ: str
    functions: tuple[GovernmentFunction, ...]
    general: bool
    national: bool


@dataclass(frozen=True)
class Piece:
    """A stretch ``[start, end)`` of a screen name and what it is."""

    start: int
    end: int
    kind: Kind


def parse_unit(name: str, naming: NamingSection, *, level: str = "", area: str = "", function: str = "") -> Unit:
    """Take a unit's full name apart; level, area and function of the register complete what the name does not say."""
    full = normalise_name(name)
    named, organ = _places(_PREFIX.sub("", full))
    registered, _ = _places(normalise_name(area))
    places = tuple(dict.fromkeys(_with_provinces((*registered, *named), naming)))
    if not places and (leading := max((each for each in naming.known_places if organ.startswith(each)), default="")):
        # 上海海关: the place is told without what kind of place it is.
        places, organ = ((leading, leading),), organ.removeprefix(leading)
    found = [
        (max(map(len, hits)), entry)
        for entry in naming.functions
        if (hits := [word for word in entry.organs if word in full] or ([function] if entry.name == function else []))
    ]
    found.sort(key=lambda pair: -pair[0])
    return Unit(
        name=full,
        places=places,
        organ=organ,
        functions=tuple(entry for _, entry in found),
        general=any(word in full for word in naming.general_organs),
        national=level.startswith(("国家", "中央", "全国")) or (not level and not places),
    )


def _with_provinces(places: tuple[tuple[str, str], ...], naming: NamingSection) -> Iterator[tuple[str, str]]:
    """Split a province written without its suffix (…天府新区) from the place that follows it."""
    provinces = [entry.area for entry in naming.area_aliases]
    for stem, full in places:
        province = next((area for area in provinces if stem.startswith(area) and len(stem) > len(area) + 1), "")
        if province:
            yield province, province
        yield stem.removeprefix(province), full.removeprefix(province)


@lru_cache(maxsize=65_536)
def places_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return (stem, full form) of each place that a unit's full name tells."""
    return _places(_PREFIX.sub("", normalise_name(name)))[0]


def _places(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    found: list[tuple[str, str]] = []
    rest = text
    while match := _ZONE.match(rest) or _PLACE.match(rest):
        if "zone" in match.groupdict():
            place = match["place"]
            stem = next((place.removesuffix(end) for end in ("省", "市", "县", "区") if place.endswith(end)), place)
            short = "高新" if match["zone"] == "高新" else "经开"
            found += [(short, f"{short}区"), (stem, place), (stem + short, f"{stem}{short}区")]
        elif _NOT_A_PLACE.search(match[0]):
            break
        else:
            stem = match["stem"] or match[0]
            short = _PEOPLES.sub("", stem)
            found += [(short, short + match[0][-1]), (short, match[0])]
        rest = rest[match.end() :]
    if branch := _BRANCH.search(rest):
        found.append((branch["stem"], branch["stem"] + (branch["kind"] or "区")))
    return tuple(found), rest


def take_apart(name: str, unit: Unit, naming: NamingSection) -> tuple[Piece, ...]:
    """Cover a screen name with known words so that as little as possible is left over, and with as few pieces.

    ``name`` must have the length of the name shown, so that spans point into it.
    """
    words = _vocabulary(unit, naming)
    longest = max(len(unit.organ), *map(len, words))
    best: list[tuple[int, int, int, tuple[Piece, ...]]] = [(0, 0, 0, ())]
    for end in range(1, len(name) + 1):
        choices = []
        for start in range(max(0, end - longest), end):
            kind = _kind_of(name[start:end], words, unit)
            if kind is not None or end - start == 1:
                piece = Piece(start, end, Kind.REST if kind is None else kind)
                left, foreign, count, pieces = best[start]
                cost = (left + (end - start if kind is None else 0), foreign + (kind is Kind.FOREIGN), count + 1)
                choices.append((*cost, (*pieces, piece)))
        best.append(min(choices, key=lambda choice: (choice[:3], tuple(piece.kind for piece in choice[3]))))
    return tuple(_joined_rest(best[-1][3]))


def _joined_rest(pieces: Iterable[Piece]) -> Iterator[Piece]:
    pending: Piece | None = None
    for piece in pieces:
        if pending and piece.kind is Kind.REST:
            pending = Piece(pending.start, piece.end, Kind.REST)
            continue
        if pending:
            yield pending
        pending = piece if piece.kind is Kind.REST else None
        if not pending:
            yield piece
    if pending:
        yield pending


def _vocabulary(unit: Unit, naming: NamingSection) -> dict[str, Kind]:
    words: dict[str, Kind] = {}
    own = {entry.name for entry in unit.functions}
    for entry in naming.functions:
        for word in entry.aliases:
            if entry.name in own or word in unit.name:
                words[word] = Kind.WORK
            else:
                words.setdefault(word, Kind.FOREIGN)
        if entry.name in own:
            words.update(dict.fromkeys(entry.slogans, Kind.WORK))
    words.update(dict.fromkeys(naming.service_numbers, Kind.NUMBER))
    words.update({word: Kind.GENERIC for word in (*naming.generic_words, "-", "_") if words.get(word) != Kind.WORK})
    if unit.national:
        words.update(dict.fromkeys(("中国", "国家", "全国"), Kind.PLACE))
    for stem, full in unit.places:
        words.update(dict.fromkeys((stem, full), Kind.PLACE))
        for entry_alias in naming.area_aliases:
            if entry_alias.area == stem:
                words.update(dict.fromkeys(entry_alias.aliases, Kind.PLACE))
    words[unit.name] = Kind.UNIT
    return {normalise_name(word): kind for word, kind in words.items()}


def _kind_of(piece: str, words: dict[str, Kind], unit: Unit) -> Kind | None:
    known = words.get(piece)
    if known is not None and known is not Kind.FOREIGN and known is not Kind.GENERIC:
        return known
    if len(piece) >= 2 and _HAN.match(piece) and abbreviates(piece, unit.organ):
        return Kind.UNIT
    return known


def abbreviates(short: str, full: str) -> bool:
    """Say whether the characters of ``short`` occur in ``full`` in the same order."""
    rest = iter(full)
    return all(character in rest for character in short)


def holds_letters(text: str) -> bool:
    """Say whether a left-over piece says anything (digits and separators alone do not)."""
    return any(character.isalpha() for character in text)
