"""The response rule book: which comments are due, by when they must be answered, and whose working time counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.rulebook.base import Book, Direction, Frozen, Looser, Rule, Stronger, Tighter
from weibo_ops.kernel.workdays import WorkCalendar, parse_spans

MOST_MINUTES = 366 * 24 * 60
"""No promise is longer than a year."""

Words = tuple[Annotated[str, Field(min_length=1)], ...]


class NatureRule(Rule):
    """One nature of a comment (咨询 求助 投诉 举报 建议 表扬 其他) and the vocabulary that shows it.

    A text has the nature if it holds a ``strong`` phrase, or a ``cue`` together with a ``context`` word. The natures
    are tried in the order of the book; the last one, without any words, takes the rest.

    Attributes:
        name: the nature.
        due: whether such a comment calls for an answer.
        urgency: 0 (none) to 5 (help first).
    """

    name: Annotated[str, Field(min_length=1, max_length=10)]
    due: Annotated[bool, Tighter.TRUE]
    urgency: Annotated[int, Tighter.HIGHER, Field(ge=0, le=5)]
    strong: Annotated[Words, Tighter.SUPERSET] = ()
    cues: Annotated[Words, Tighter.SUPERSET] = ()
    context: Annotated[Words, Tighter.SUPERSET] = ()

    def directions(self, lower: Frozen) -> Mapping[str, Direction]:
        """Return the directions; words of a nature that calls for no answer may only become fewer, or free if it does.

        What such a nature takes is not answered, so more of its words would let more comments go unanswered.
        """
        found = dict(super().directions(lower))
        if not self.due:
            for name in ("strong", "cues", "context"):
                del found[name]
                if not getattr(lower, "due", False):
                    found[name] = Tighter.SUBSET
        return found


class ResponseTarget(Rule):
    """A promised time until the first response.

    Attributes:
        when: the arrivals it holds for; targets for working or off hours go before ``always``.
        minutes: the promised time.
        clock: ``wall`` counts every minute, ``working`` only working time.
        natures: the natures it holds for; empty means every due one.
    """

    when: Literal["always", "working_hours", "off_hours"]
    minutes: Annotated[int, Tighter.LOWER, Field(gt=0, le=MOST_MINUTES)]
    clock: Annotated[Literal["wall", "working"], Stronger(("working", "wall"))]
    natures: tuple[str, ...] = ()

    @property
    def promised(self) -> str:
        """The promise in words, e.g. ``180分钟(工作时间)``."""
        return f"{self.minutes}分钟({'工作时间' if self.clock == 'working' else '自然时间'})"


class CalendarOverride(Frozen):
    """A day that differs from the statutory calendar: worked or not, or with spans of its own."""

    day: date
    working: bool = True
    spans: tuple[str, ...] = ()
    note: str = ""


class CalendarSection(Frozen):
    """The working calendar: daily spans, exceptions, and years whose holidays the exceptions list completely."""

    spans: Annotated[tuple[str, ...], Field(min_length=1)]
    overrides: tuple[CalendarOverride, ...] = ()
    known_years: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> CalendarSection:
        self.work_calendar()
        return self

    def work_calendar(self) -> WorkCalendar:
        """Return the calendar that computes working time.

        Raises:
            UsageError: the spans overlap or are empty, or a known year is out of range.
        """
        return _work_calendar(self)


@lru_cache(maxsize=16)
def _work_calendar(section: CalendarSection) -> WorkCalendar:
    """Return a section's calendar, which makes its table of days once and keeps it."""
    return WorkCalendar(
        spans=parse_spans(",".join(section.spans)),
        overrides={
            item.day: parse_spans(",".join(item.spans)) if item.spans else item.working for item in section.overrides
        },
        known_years=frozenset(section.known_years),
        notes={item.day: item.note for item in section.overrides if item.note},
    )


class ThreadSection(Frozen):
    """Words that decide what follows an answer.

    Attributes:
        follow_up: the rule that a follow-up which is not thanks opens its own clock.
        thanks: a follow-up made of nothing but these opens none.
        fillers: words that may stand beside thanks and are none themselves.
        holding: a reply with one of these stops only the first response.
        empty_replies: a reply that is nothing but one of these answers nothing either.
    """

    follow_up: Rule
    thanks: Annotated[Words, Tighter.SUBSET]
    fillers: Annotated[Words, Tighter.SUBSET] = ()
    holding: Annotated[Words, Tighter.SUPERSET]
    empty_replies: Annotated[Words, Tighter.SUPERSET]

    @cached_property
    def polite(self) -> tuple[str, ...]:
        """Thanks and fillers, the longest first, so that a word goes before the words inside it."""
        return tuple(sorted({*self.thanks, *self.fillers}, key=lambda word: (-len(word), word)))


class ResponseBook(Book):
    """The response rule book."""

    book: Literal["response"]
    natures: Annotated[tuple[NatureRule, ...], Field(min_length=1)]
    targets: Annotated[tuple[ResponseTarget, ...], Field(min_length=1)]
    threads: ThreadSection
    calendar: CalendarSection

    @model_validator(mode="after")
    def _check_natures(self) -> ResponseBook:
        *words, rest = self.natures
        names = [nature.name for nature in self.natures]
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"性质“{repeated}”重复")
        if rest.strong or rest.cues or rest.context or not rest.enabled:
            raise ValueError(f"最后一个性质“{rest.name}”收纳其余评论,须启用且不得带词语")
        for nature in words:
            if not nature.strong and not (nature.cues and nature.context):
                raise ValueError(f"性质“{nature.name}”须有 strong,或同时有 cues 和 context,否则不会命中")
        return self

    @model_validator(mode="after")
    def _check_targets(self) -> ResponseBook:
        names = [nature.name for nature in self.natures]
        for target in self.targets:
            for name in target.natures:
                if name not in names:
                    raise ValueError(f"时限“{target.id}”提到的性质“{name}”未在 natures 中定义")
        for nature in self.natures:
            hours = {target.when for target in self.targets_for(nature.name)}
            covered = "always" in hours or hours == {"working_hours", "off_hours"}
            if nature.due and not covered:
                raise ValueError(f"性质“{nature.name}”须答复,但没有覆盖全部时段的已启用时限")
            if self.threads.follow_up.enabled and not covered:
                raise ValueError(f"追问重新计时,可能属于“{nature.name}”,但该性质没有覆盖全部时段的已启用时限")
        return self

    def promise(self, nature: str, when: Literal["working_hours", "off_hours"]) -> ResponseTarget | None:
        """Return the target that decides for a nature: one for these hours goes before one for always."""
        targets = self.targets_for(nature)
        return next((t for t in targets if t.when == when), next((t for t in targets if t.when == "always"), None))

    def looser_in(self, lower: Book) -> Iterator[Looser]:
        """Yield the promises that a target added or moved in ``lower`` makes longer.

        A promise is no looser if it is no longer and counts no fewer minutes: working minutes run slower than the wall
        clock's, so working may become wall and not the other way.
        """
        if not isinstance(lower, ResponseBook):
            return
        told = set()
        for nature in self.natures:
            other = lower.nature(nature.name)
            for when in ("working_hours", "off_hours"):
                ours, theirs = self.promise(nature.name, when), lower.promise(nature.name, when)
                asked = nature.due or self.threads.follow_up.enabled
                if not asked or other is None or ours is None or theirs is None or theirs.id == ours.id:
                    continue
                longer = theirs.minutes > ours.minutes or (ours.clock, theirs.clock) == ("wall", "working")
                if longer and (ours.id, theirs.id) not in told:
                    told.add((ours.id, theirs.id))
                    place = ("targets", lower.targets.index(theirs), "minutes")
                    yield Looser(place, ours.promised, theirs.promised, ours)

    def nature(self, name: str) -> NatureRule | None:
        """Return the rule of a nature."""
        return next((nature for nature in self.natures if nature.name == name), None)

    def targets_for(self, nature: str) -> tuple[ResponseTarget, ...]:
        """Return the enabled targets that hold for a nature, in the order of the book."""
        return tuple(
            target for target in self.targets if target.enabled and (not target.natures or nature in target.natures)
        )
