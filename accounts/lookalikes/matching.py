"""Which registered account a name imitates: at most one, with a score and reasons in words. Pure.

The tricks that are looked for: another width or case, signs and blanks put in, traditional for simplified characters,
characters of like shape or sound, pinyin for a character, parts in another order, and words such as 官方, 网, digits or
letters added or left out. A real word in the place of another (公园 for 公安, 抚州 for 福州) is another name, not an
imitation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from accounts.lookalikes.shapes import FIRST_OF_ALIKE, alike, partners
from weibo_ops.kernel.text import known_words, normalise_name, pinyin, simplified, syllable

THRESHOLD = 0.65
"""The least score at which a name is called a look-alike."""
LONGEST = 60
"""A longer text is no screen name."""
SHORTEST = 3
"""Shorter names, without signs, are too common to be imitated."""

# fmt: off
ADDED = (
    "官方微博", "官方账号", "官方发布", "官方号", "官方网", "官方", "官微", "官博", "微博", "微发布", "发布厅",
    "发布网", "发布", "在线", "网站", "网", "客服中心", "客服", "服务号", "小号", "新号", "大号", "分号", "备用号",
    "备用", "本号", "本尊", "唯一", "认证", "号", "平台", "中心", "热线", "工作室", "小编", "小助手", "助手", "团队",
    "资讯", "政务", "政府", "权威", "正版", "这里是", "真", "的", "哦", "呀", "啊", "部", "局", "厅", "委", "处", "站",
    "police", "china", "gov",
)
# fmt: on
"""Words that make a name look official or like a second account."""
_ADDED_BY_FIRST = {first: tuple(word for word in ADDED if word[0] == first) for first in {word[0] for word in ADDED}}
_BEFORE = ("官方", "真", "权威", "新", "正版", "中国", "这里是")
_DISGUISED = {
    variant: word
    for word in ("官方", "微博", "官微", "发布")
    for at, character in enumerate(word)
    for other in {*partners(character), *{"博": "薄勃搏", "微": "威薇", "方": "坊芳"}.get(character, "")}
    if (variant := word[:at] + other + word[at + 1 :]) not in ADDED
}
"""Such words with one character of like shape or sound."""
LEFT_OUT = ("官方微博", "官方", "官微", "官博", "微博", "在线")
"""Endings of a registered name that an imitation may leave out."""
_SIGNS = re.compile(r"[\W_丶丿乀乁丨亅乛乚〡ㄧㅣ〆の之ノ]+")
_TAIL = re.compile(r"(?<=[㐀-鿿])(?:[a-z]{1,3}|[0-9]{1,4}号?|[ivx]{1,4}|v[0-9]?)$")
_LETTERS = re.compile(r"[a-z]+")
_HAN = re.compile(r"[㐀-鿿]")
_HEAD = re.compile(r"^(?:[a-z]{1,2}|[0-9]{1,3})(?=[㐀-鿿])")


@dataclass(frozen=True)
class RegisteredName:
    """A registered account to be protected; ``unit`` is the full name of its sponsor, which may be imitated too."""

    name: str
    unit: str = ""
    uid: str = ""


@dataclass(frozen=True)
class Candidate:
    """A name to be judged; what is not known is None or empty.

    Attributes:
        verified_type: the platform's type of certification; 1 is a government's.
    """

    name: str
    uid: str = ""
    verified: bool | None = None
    verified_type: int | None = None
    verified_reason: str = ""


@dataclass(frozen=True)
class Match:
    """What a name imitates: the registered name, how surely from 0 to 1, and why, the strongest reason first."""

    imitates: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Target:
    name: str
    uid: str
    form: str
    by_unit: bool


@dataclass
class Index:
    """Registered names made ready for many candidates.

    Args:
        registered: the accounts to be protected.
        government_types: the platform's type numbers of a government certification.
    """

    registered: Iterable[RegisteredName]
    government_types: tuple[int, ...] = (1,)
    _names: dict[str, _Target] = field(default_factory=dict, init=False)
    _uids: set[str] = field(default_factory=set, init=False)
    _forms: dict[str, list[_Target]] = field(default_factory=dict, init=False)
    _shapes: dict[str, list[_Target]] = field(default_factory=dict, init=False)
    _sounds: dict[tuple[str, ...], list[_Target]] = field(default_factory=dict, init=False)
    _gaps: dict[tuple[int, str], list[_Target]] = field(default_factory=dict, init=False)
    _spelled: dict[str, list[_Target]] = field(default_factory=dict, init=False)
    _turned: dict[str, list[_Target]] = field(default_factory=dict, init=False)
    _shortened: dict[str, list[tuple[_Target, str]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Make the tables: by form, shape, sound, spelling, order, and with a character or an ending left out."""
        for account in self.registered:
            if account.uid:
                self._uids.add(account.uid)
            for text, by_unit in ((account.name, False), (account.unit, True)):
                form = plain_form(text)
                if len(form) < SHORTEST:
                    continue
                target = _Target(account.name, account.uid, form, by_unit)
                if not by_unit:
                    self._names.setdefault(text, target)
                self._forms.setdefault(form, []).append(target)
                self._shapes.setdefault(shape_form(form), []).append(target)
                self._sounds.setdefault(tuple(map(syllable, form)), []).append(target)
                for at in range(len(form)):
                    self._gaps.setdefault((at, form[:at] + form[at + 1 :]), []).append(target)
                self._add_rearranged(target)

    def _add_rearranged(self, target: _Target) -> None:
        form = target.form
        if not _HAN.search(form):
            return
        self._spelled.setdefault(pinyin(form), []).append(target)
        if len(form) >= 4:
            swapped = {form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in range(len(form) - 1)}
            turned = {form[at:] + form[:at] for at in range(2, len(form) - 1)}
            for other in (swapped | turned) - {form}:
                self._turned.setdefault(other, []).append(target)
        ending = next((word for word in LEFT_OUT if form.endswith(word)), "")
        if ending and not target.by_unit and len(form) - len(ending) >= 4:
            self._shortened.setdefault(form.removesuffix(ending), []).append((target, ending))

    def best_match(self, candidate: Candidate | str) -> Match | None:
        """Return what a name imitates, if anything; a registered account never imitates."""
        given = Candidate(candidate) if isinstance(candidate, str) else candidate
        if len(given.name) > LONGEST:
            return None
        if given.uid and given.uid in self._uids:
            return None
        own = self._names.get(given.name)
        if own is not None:
            # Without a uid, the registered name itself is taken for the registered account.
            return self._weighed(given, own, 1.0, ["与登记账号同名而不是同一账号"]) if given.uid and own.uid else None
        forms = list(_undressed(given.name))
        # Most names are settled by one addition taken away; only the rest is undressed once more.
        best = self._best(forms) or self._best(_undressed_again(forms))
        if best is None:
            return None
        score, target, reasons = best
        return self._weighed(given, target, score, reasons or ["仅全半角、大小写、空格或符号不同"])

    def _best(self, forms: Iterable[tuple[str, float, list[str]]]) -> tuple[float, _Target, list[str]] | None:
        best: tuple[float, _Target, list[str]] | None = None
        for form, score, reasons in forms:
            if len(form) < SHORTEST:
                continue
            for target, likeness, why in self._alike(form):
                total = round(score * likeness * (0.97 if target.by_unit else 1.0), 3)
                words = [*why, *reasons, *([f"用主办单位全称“{target.form}”"] if target.by_unit else [])]
                if best is None or total > best[0]:
                    best = total, target, words
        return best

    def _alike(self, form: str) -> Iterator[tuple[_Target, float, list[str]]]:
        exact = self._forms.get(form, [])
        for target in exact:
            yield target, 0.98, []
        if exact:
            return
        for target, ending in self._shortened.get(form, ()):
            yield target, 0.7, [f"略去“{ending}”"]
        for target in self._turned.get(form, ()):
            if _words(form) <= _words(target.form):
                yield target, 0.8, ["字词次序颠倒"]
        letters = _LETTERS.findall(form)
        if letters and _HAN.search(form):
            for target in self._spelled.get(pinyin(form), ()):
                yield target, 0.9, [f"以拼音“{'、'.join(letters)}”代字"]
        seen: set[int] = set()
        near = [*self._shapes.get(shape_form(form), ()), *self._sounds.get(tuple(map(syllable, form)), ())]
        for at in range(len(form)):
            near += self._gaps.get((at, form[:at] + form[at + 1 :]), ())
        for target in near:
            if id(target) in seen:
                continue
            seen.add(id(target))
            found = _compared(form, target.form)
            if found is not None:
                yield target, *found

    def _weighed(self, given: Candidate, target: _Target, score: float, reasons: Sequence[str]) -> Match | None:
        words = list(reasons)
        if given.verified and given.verified_type in self.government_types:
            score *= 0.6
            words.append("已通过政府认证,嫌疑较轻")
        elif given.verified:
            score *= 0.97
            words.append("通过的是其他类型认证" + (f"({given.verified_reason[:30]})" if given.verified_reason else ""))
        elif given.verified is False:
            score = min(1.0, score * 1.02)
            words.append("未认证")
        return Match(target.name, round(score, 3), tuple(words)) if score >= THRESHOLD else None


def best_match(name: str, registered: Iterable[RegisteredName]) -> Match | None:
    """Return what one name imitates among a few; for many names make an `Index` once."""
    return Index(registered).best_match(name)


def plain_form(name: str) -> str:
    """Return a name without what the eye passes over: width, case, blanks, signs, traditional characters."""
    return _SIGNS.sub("", simplified(normalise_name(name)))


def shape_form(form: str) -> str:
    """Return a form in which characters of like shape are one: the first of a character and its partners."""
    return form.translate(FIRST_OF_ALIKE)


def _undressed(name: str) -> Iterator[tuple[str, float, list[str]]]:
    """Yield the forms of a name with one addition taken away, each with its weight and reason; the bare one first."""
    plain = normalise_name(name)
    form = plain_form(name)
    reasons: list[str] = []
    if _SIGNS.search(plain):
        reasons.append("插入空格或符号")
    if _SIGNS.sub("", plain) != form:
        reasons.append("用繁体字")
    yield form, 1.0, reasons
    yield from _without_one(form, reasons)


def _undressed_again(forms: Sequence[tuple[str, float, list[str]]]) -> Iterator[tuple[str, float, list[str]]]:
    """Yield the forms of `_undressed` but the first with one more addition taken away."""
    for form, weight, reasons in forms[1:]:
        for rest, further, words in _without_one(form, reasons):
            yield rest, weight * further, words


def _without_one(form: str, reasons: list[str]) -> Iterator[tuple[str, float, list[str]]]:
    tail = _TAIL.search(form) or _HEAD.search(form)
    if tail:
        yield form[: tail.start()] + form[tail.end() :], 0.95, [f"添加“{tail[0]}”", *reasons]
    for at in range(len(form) - 1):
        disguised = form[at : at + 2]
        if disguised in _DISGUISED:
            yield form[:at] + form[at + 2 :], 0.9, [f"添加“{disguised}”(形似或音似“{_DISGUISED[disguised]}”)", *reasons]
    for at, character in enumerate(form):
        for word in _ADDED_BY_FIRST.get(character, ()):
            if not form.startswith(word, at):
                continue
            rest = form[:at] + form[at + len(word) :]
            outside = at + len(word) == len(form) or (at == 0 and word in _BEFORE) or (at > 0 and len(word) > 1)
            if len(rest) >= SHORTEST and outside:
                yield rest, 0.94 if len(word) > 1 else 0.9, [f"添加“{word}”", *reasons]


def _compared(form: str, registered: str) -> tuple[float, list[str]] | None:
    """Compare two forms of one length; None where they differ by a real word or in too many characters."""
    places = [at for at, (one, other) in enumerate(zip(form, registered, strict=True)) if one != other]
    if not places or len(places) > max(1, len(registered) // 3):
        return None
    in_words = _places_in_words(form, registered)
    score = 0.97
    reasons: list[str] = []
    for at in places:
        one, other = form[at], registered[at]
        if alike(one, other):
            score *= 0.93
            reasons.append(f"“{one}”形似“{other}”")
        elif syllable(one) == syllable(other):
            score *= 0.86
            reasons.append(f"“{one}”音同“{other}”")
        elif len(registered) >= 5 and len(places) == 1:
            score *= 0.72
            reasons.append(f"“{other}”换成“{one}”")
        else:
            return None
        if at in in_words:
            return None
    return score, reasons


def _words(form: str) -> set[str]:
    return {word for word, known in known_words(form) if known}


def _places_in_words(form: str, registered: str) -> set[int]:
    """Return the places of a form that belong to a word of the dictionary which the registered name has not there.

    Only where both names are cut at its ends: 诸城 in 砚诸城管 is an accident, 公园 in 广州公园 is not.
    """
    places: set[int] = set()
    ends = {0}
    for word, _ in known_words(registered):
        ends.add(max(ends) + len(word))
    at = 0
    for word, known in known_words(form):
        after = at + len(word)
        if known and registered[at:after] != word and {at, after} <= ends:
            places.update(range(at, after))
        at = after
    return places
