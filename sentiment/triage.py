"""What a comment asks for, about what, where, and how urgently: a proposal with the words it rests on. Pure.

The vocabulary is the response and subjects books; one pass of an Aho–Corasick automaton finds every word of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from config.rulebook.response import NatureRule, ResponseBook
from config.rulebook.subjects import Subject, SubjectsBook

PREFIX = re.compile(r"^\s*(?:回复\s*[@＠]\s*[^:：\s]{1,60}\s*[:：]\s*)+")
"""The platform's own “回复@name:” at the head of a comment, one or several."""

QUOTED = re.compile(r"//\s*[@＠]")
"""Where the comment's own words end and quoted reposts begin."""

_SURROGATE = re.compile("[\ud800-\udfff]")
HELP_BOOST = 1
MOST_URGENT = 5


@dataclass(frozen=True)
class Reason:
    """A word that a proposal rests on, at ``[start, end)`` of the comment's text."""

    kind: str
    value: str
    cue: str
    start: int
    end: int


@dataclass(frozen=True)
class Triage:
    """The proposal: nature, whether an answer is due, subject, district, urgency 0–5, and why."""

    nature: str
    due: bool
    subject: str | None
    district: str | None
    urgency: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


_Because = Callable[..., None]
"""Takes (kind, value, words…) and keeps them as reasons."""


class _Lexicon:
    """Both books compiled: every word once, with the roles that it plays."""

    def __init__(self, response: ResponseBook, subjects: SubjectsBook, areas: Sequence[str]) -> None:
        self.natures = tuple(nature for nature in response.natures if nature.enabled)
        self.subjects = subjects.subjects
        self.urgent = frozenset(subjects.urgent)
        self.own_districts = frozenset(subjects.districts.names)
        self.areas = frozenset(area for area in areas if area)
        self._unlisted = _district_pattern(subjects)
        self._not_districts = frozenset(subjects.districts.not_districts)
        self._common_nouns = tuple(self._not_districts - set(subjects.districts.endings))
        words = {word for nature in self.natures for word in (*nature.strong, *nature.cues, *nature.context)}
        words |= {cue for subject in self.subjects for cue in subject.cues} | self.urgent
        words |= self.own_districts | self.areas
        self._words = sorted(words)
        self._automaton = ahocorasick_rs.AhoCorasick(self._words)
        self._natures_of = _places((*nature.strong, *nature.cues) for nature in self.natures)
        self._subjects_of = _places(subject.cues for subject in self.subjects)

    def find(self, text: str) -> list[_Word]:
        """Every occurrence of every word, overlaps included, in order."""
        found = self._automaton.find_matches_as_indexes(_SURROGATE.sub("\ufffd", text), overlapping=True)
        return [_Word(self._words[index], start, end) for index, start, end in found]

    def natures_with(self, words: Iterable[str]) -> list[NatureRule]:
        """The natures that some word speaks for, in the order of the book."""
        places = sorted({place for word in words for place in self._natures_of.get(word, ())})
        return [self.natures[place] for place in places]

    def subjects_with(self, words: Iterable[str]) -> list[Subject]:
        """The subjects that some word speaks for, in the order of the book."""
        places = sorted({place for word in words for place in self._subjects_of.get(word, ())})
        return [self.subjects[place] for place in places]

    def unlisted_district(self, text: str) -> _Word | None:
        """A place name that is no listed district but is written like one."""
        for match in self._unlisted.finditer(text):
            name = match[1]
            if name not in self._not_districts and not name.endswith(self._common_nouns):
                return _Word(name, match.start(1), match.end(1))
        return None


def _places(rules: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Return for each word the places of the rules that hold it."""
    places: dict[str, list[int]] = {}
    for place, words in enumerate(rules):
        for word in words:
            places.setdefault(word, []).append(place)
    return places


_BOOKS: dict[tuple[int, int, tuple[str, ...]], tuple[ResponseBook, SubjectsBook, _Lexicon]] = {}


def _compiled(response: ResponseBook, subjects: SubjectsBook, areas: tuple[str, ...]) -> _Lexicon:
    """Compile once per pair of books; the books are kept so that their identities stay theirs."""
    key = (id(response), id(subjects), areas)
    if key not in _BOOKS:
        _BOOKS[key] = (response, subjects, _Lexicon(response, subjects, areas))
    return _BOOKS[key][2]


def triage(text: str, response: ResponseBook, subjects: SubjectsBook, *, areas: Sequence[str] = ()) -> Triage:
    """Propose nature, subject, district and urgency of one comment.

    Only the comment's own words count: the platform's “回复@name:” and quoted reposts (``//@``) are left out.

    Args:
        text: the comment as stored.
        response: the response book in force.
        subjects: the subjects book in force.
        areas: names of the areas that registered units answer for.
    """
    return _propose(text, _compiled(response, subjects, tuple(areas)))


def triage_batch(
    texts: Iterable[str], response: ResponseBook, subjects: SubjectsBook, *, areas: Sequence[str] = ()
) -> list[Triage]:
    """Propose for many comments; the same as ``triage`` of each."""
    lexicon = _compiled(response, subjects, tuple(areas))
    return [_propose(text, lexicon) for text in texts]


def own_words(text: str) -> tuple[int, str]:
    """Return where the comment's own words begin, and the words."""
    prefix = PREFIX.match(text)
    start = prefix.end() if prefix else 0
    quoted = QUOTED.search(text, start)
    return start, text[start : quoted.start() if quoted else len(text)]


def is_thanks(text: str, book: ResponseBook) -> bool:
    """Say whether a comment is nothing but thanks or an acknowledgement (谢谢, 好的, 收到), or has no words at all."""
    words = own_words(text)[1]
    if "?" in words or "？" in words:
        return False
    bare = rest = _bare(words)
    for word in book.threads.polite:
        rest = rest.replace(word, " ")
    return not rest.strip() and (not bare or any(word in bare for word in book.threads.thanks))


def is_holding(text: str, book: ResponseBook) -> bool:
    """Say whether an official reply only holds (已收悉, 已转, 请私信) or says nothing to the matter (谢谢支持, [心]).

    Such a reply stops 首次响应 but is no 实质答复.
    """
    words = own_words(text)[1]
    empty = {"", *(_bare(phrase) for phrase in book.threads.empty_replies)}
    return _bare(words) in empty or any(phrase in words for phrase in book.threads.holding)


def _bare(text: str) -> str:
    """The text without punctuation, emoticons, blanks and line ends."""
    return re.sub(r"\[[^\[\]]{1,8}\]|[\W_]+", "", text)


def _propose(text: str, lexicon: _Lexicon) -> Triage:
    offset, words = own_words(text)
    found = lexicon.find(words)
    present = {word.text: word for word in reversed(found)}
    reasons: list[Reason] = []

    def because(kind: str, value: str, *cues: _Word) -> None:
        reasons.extend(Reason(kind, value, cue.text, cue.start + offset, cue.end + offset) for cue in cues)

    nature = _nature(lexicon.natures_with(present), present, because) or lexicon.natures[-1]
    subject = _subject(lexicon, present, because)
    district = _district(lexicon, words, present, because)
    urgency = nature.urgency
    urgent = next((word for word in found if word.text in lexicon.urgent), None)
    if nature.due and urgent is not None:
        urgency = min(MOST_URGENT, urgency + HELP_BOOST)
        because("urgency", str(urgency), urgent)
    return Triage(nature.name, nature.due, subject, district, urgency, tuple(reasons))


def _nature(natures: Sequence[NatureRule], present: dict[str, _Word], because: _Because) -> NatureRule | None:
    """The first nature that a strong phrase shows, or a cue together with another word as its context."""
    for nature in natures:
        strong = next((present[word] for word in nature.strong if word in present), None)
        if strong is not None:
            because("nature", nature.name, strong)
            return nature
        contexts = [present[word] for word in nature.context if word in present]
        for cue in (present[word] for word in nature.cues if contexts and word in present):
            context = next((word for word in contexts if word.text != cue.text), None)
            if context is not None:
                because("nature", nature.name, cue, context)
                return nature
    return None


def _subject(lexicon: _Lexicon, present: dict[str, _Word], because: _Because) -> str | None:
    """The subject with most different cues in the text; the book's order decides among equals."""
    best: tuple[int, str, list[_Word]] | None = None
    for subject in lexicon.subjects_with(present):
        cues = [present[cue] for cue in subject.cues if cue in present]
        if best is None or len(cues) > best[0]:
            best = (len(cues), subject.name, cues)
    if best is None:
        return None
    because("subject", best[1], *best[2])
    return best[1]


def _district(lexicon: _Lexicon, text: str, present: dict[str, _Word], because: _Because) -> str | None:
    """The office's own districts first, then a place written like a district, then the areas of registered units."""
    word = (
        _longest(present, lexicon.own_districts) or lexicon.unlisted_district(text) or _longest(present, lexicon.areas)
    )
    if word is None:
        return None
    because("district", word.text, word)
    return word.text


def _longest(present: dict[str, _Word], names: frozenset[str]) -> _Word | None:
    return max((word for name, word in present.items() if name in names), key=lambda word: len(word.text), default=None)


def _district_pattern(subjects: SubjectsBook) -> re.Pattern[str]:
    endings = "|".join(map(re.escape, subjects.districts.endings))
    leads = "|".join(sorted(map(re.escape, subjects.districts.leads), key=len, reverse=True))
    return re.compile(rf"(?:(?:^|[\s,，。、:：;；!！?？#])(?:{leads})?|{leads})([\u4e00-\u9fff]{{2,4}}?(?:{endings}))")
