"""Whether a chain can be signed in time: a seat for each signature that it asks for, a hand for each seat. Pure.

A chain is staffed when every seat gets a hand, no person is in two of them, no stage is signed before the one ahead of
it, and no seat is taken after its limit.

Source: design, approval (a simulator: with this staff, duty roster and leave, which posts will not be signed in time);
rules of persons: `publishing.review_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from publishing.staffing.crew import Hand
from publishing.staffing.spans import Spans, first_at, joined

Reckon = Callable[[datetime, int, str], datetime | None]
"""(instant, minutes, clock) → when the limit ends; None where that enters a year without a calendar."""
MINUTE = timedelta(minutes=1)


# --- limits -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limit:
    """The limit of a step: ``due`` is set where the step is open and its limit known."""

    stage: int
    minutes: int
    clock: str
    due: datetime | None = None


def deadlines(limits: Sequence[Limit], start: datetime, reckon: Reckon) -> list[datetime | None]:
    """Return by when each step is signed at the latest when every step ahead of it uses its limit in full.

    A limit that is over already counts anew from the start. None: it enters a year without a calendar.
    """
    found: list[datetime | None] = []
    opened: datetime | None = start
    ends: list[datetime | None] = []
    for place, limit in enumerate(limits):
        if place and limits[place - 1].stage != limit.stage:
            known = [end for end in ends if end is not None]
            opened = max(known) if len(known) == len(ends) else None
            ends = []
        if limit.due is not None and limit.due > start:
            ends.append(limit.due)
        else:
            ends.append(reckon(opened, limit.minutes, limit.clock) if opened is not None else None)
        found.append(ends[-1])
    return found


def last_start(limits: Sequence[Limit], now: datetime, target: datetime, reckon: Reckon) -> datetime:
    """Return the last minute at which a chain may begin and, its limits used in full, still end by an instant.

    ``now`` where that is too late already.
    """

    def fits(start: datetime) -> bool:
        ends = deadlines(limits, start, reckon)
        return all(end is not None and end <= target for end in ends)

    if target <= now or not fits(now):
        return now
    good, bad = 0, (target - now) // MINUTE + 1
    while bad - good > 1:
        middle = (good + bad) // 2
        if fits(now + middle * MINUTE):
            good = middle
        else:
            bad = middle
    return now + good * MINUTE


# --- seats ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """A signature that is still to be given: of which step (by position) and stage, until when, and by whom."""

    step: int
    stage: int
    until: datetime
    hands: tuple[Hand, ...]


def staffed(seats: Sequence[Seat], start: datetime) -> bool:
    """Say whether every seat gets a hand: different persons, stage after stage, each by its limit.

    Each signs as soon as they are there: whoever waits opens no door that is not open already.

    Args:
        seats: in the order of their stages.
        start: when the first stage opens.
    """
    kinds = _kinds(seats)

    def sit(index: int, opened: datetime, done: datetime, used: frozenset[str]) -> bool:
        if index == len(seats):
            return True
        seat = seats[index]
        if index and seats[index - 1].stage != seat.stage:
            opened = done
        tried = set()
        for number, hand in enumerate(seat.hands):
            if hand.persons & used or kinds[index][number] in tried:
                continue
            tried.add(kinds[index][number])
            at = first_at(hand.there, opened)
            if at is not None and at <= seat.until and sit(index + 1, opened, max(done, at), used | hand.persons):
                return True
        return False

    return sit(0, start, start, frozenset())


def _kinds(seats: Sequence[Seat]) -> list[list[object]]:
    """Return what tells each hand from others: two that may sit on the same seats at the same hours are alike."""
    places: dict[str, list[tuple[int, int, Spans]]] = {}
    shared: set[str] = set()
    for index, seat in enumerate(seats):
        for hand in seat.hands:
            if len(hand.persons) > 1:
                shared |= hand.persons
            for login in hand.persons:
                places.setdefault(login, []).append((index, len(hand.persons), hand.there))
    return [
        [hand.persons if hand.persons & shared else tuple(places[next(iter(hand.persons))]) for hand in seat.hands]
        for seat in seats
    ]


def unstaffed(seats: Sequence[Seat], start: datetime) -> list[int]:
    """Return the positions of the steps for which nobody is left, in order: each is the first that the chain lacks.

    Every step that is named is left out of what comes after it, so that each stands for a person to be found.
    """
    left = list(seats)
    short: list[int] = []
    while not staffed(left, start):
        count = next(count for count in range(1, len(left) + 1) if not staffed(left[:count], start))
        short.append(left[count - 1].step)
        left = [seat for seat in left if seat.step != short[-1]]
    return sorted(short)


def opening(seats: Sequence[Seat], start: datetime, step: int) -> datetime:
    """Return the earliest instant at which the stage of a step can open, whoever signs the ones ahead of it."""
    stage = next(seat.stage for seat in seats if seat.step == step)
    opened = done = start
    for index, seat in enumerate(seats):
        if seat.stage >= stage:
            break
        if index and seats[index - 1].stage != seat.stage:
            opened = done
        times = [at for hand in seat.hands if (at := first_at(hand.there, opened)) is not None and at <= seat.until]
        done = max(done, min(times, default=done))
    return done


def blind_spots(stretches: Spans, seats: Sequence[Seat]) -> list[tuple[tuple[int, ...], Spans]]:
    """Return the parts of some stretches at which a chain cannot be signed on the spot, by the steps that lack people.

    Args:
        stretches: the time that must be covered.
        seats: the chain; their limits are not looked at.

    Returns:
        (positions of the steps, stretches) in the order of time.
    """
    edges = {at for seat in seats for hand in seat.hands for span in hand.there for at in span}
    found: dict[tuple[int, ...], list[tuple[datetime, datetime]]] = {}
    for begin, end in stretches:
        marks = sorted({begin, end, *(at for at in edges if begin < at < end)})
        for first, last in pairwise(marks):
            now = [replace(seat, until=first) for seat in seats]
            if short := tuple(unstaffed(now, first)):
                found.setdefault(short, []).append((first, last))
    return sorted(((steps, joined(spans)) for steps, spans in found.items()), key=lambda each: each[1][0])
