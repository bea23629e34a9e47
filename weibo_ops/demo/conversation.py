"""Who writes under the posts: citizens who ask, complain and chat, and offices that answer each in its own manner."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from weibo_ops.demo import quarter
from weibo_ops.demo.grammar import Writer
from weibo_ops.demo.script import Account, Post, Remark, Topic

PLACES = ("区", "路", "小区", "校", "园", "市场", "院", "厅", "车", "人", "时候")
_NATURES = ("ask",) * 8 + ("complain",) * 7 + ("suggest",) * 3 + ("help",) * 2
_NOT_WORDS = re.compile(r"\{[^{}]*\}|[()|,，。;；:：、!！?？“”\s\d]")
_TOLD = "回复@"
_ALIKE = 3
_SPOTS = ("路", "小区", "园", "校", "院", "市场")
_GRIEVANCES = ("complain", "help")
_SORRY = "敬请谅解"
_FRAMES = {"positive": "warm", "negative": "gripe"}


class Crowd:
    """Nicknames of invented citizens; a stranger is new, a regular comes back."""

    def __init__(self, writer: Writer, parts: Mapping[str, Sequence[str]], reserved: Sequence[str]) -> None:
        self._writer = writer
        self._parts = parts
        self._names: list[str] = []
        self._taken = set(reserved)

    def stranger(self) -> str:
        """Return a nickname that nobody in the city bears yet."""
        rng = self._writer.rng
        while True:
            drawn = "".join(rng.choice(self._parts[part]) for part in ("head", "body", "mark"))
            name = self._writer.write(drawn, {})
            if name not in self._taken:
                self._taken.add(name)
                self._names.append(name)
                return name

    def anyone(self) -> str:
        """Return a regular one time in three, otherwise a stranger."""
        if self._names and not self._writer.rng.randrange(3):
            return self._writer.rng.choice(self._names)
        return self.stranger()


class Talk:
    """Writes all remarks under one account's posts.

    Args:
        account: whose posts they are and how it answers.
        posts: its posts; the busier are drawn more often.
        words: the shared texts (``common.toml``).
        writer, crowd: the sources of sentences and names.
    """

    def __init__(
        self, account: Account, posts: Sequence[Post], words: Mapping[str, Any], writer: Writer, crowd: Crowd
    ) -> None:
        self._account = account
        self._words = words
        self._writer = writer
        self._rng: random.Random = writer.rng
        self._crowd = crowd
        self._by_weight = [post for post in posts for _ in range(self._rng.choice((1, 1, 1, 2, 2, 3, 5, 9)))]

    def remarks(self) -> Iterator[Remark]:
        """Yield chatter and questions with all that follows from them; none after the quarter."""
        for _ in range(self._account.chatter):
            yield from self._inside(self._chat())
        for _ in range(self._account.asked):
            yield from self._inside(self._question())

    @staticmethod
    def _inside(thread: Iterator[Remark]) -> Iterator[Remark]:
        return (remark for remark in thread if remark.moment < quarter.END)

    def _place(self) -> tuple[Post, int]:
        while True:
            post = self._rng.choice(self._by_weight)
            moment = quarter.remark_moment(self._rng, post.moment)
            if moment < quarter.END:
                return post, moment

    def _bound(self, moment: int) -> dict[str, str]:
        month = ("七月", "八月", "九月")[quarter.date_of(min(moment // quarter.DAY, 91)).month - 7]
        bound = self._writer.bind(PLACES)
        bound["区"] = self._words["home"][bound["小区"]]
        return {**bound, "账号": self._account.name, "月份": month}

    def _sentence(self, nature: str, cores: Sequence[str], bound: Mapping[str, str], moment: int) -> str:
        frame = self._words[nature]

        def draw() -> str:
            parts = self._rng.choice(frame["open"]), self._rng.choice(cores), self._rng.choice(frame["tail"])
            return _smooth(self._writer.write("".join(parts), bound))

        return self._writer.fresh(draw, moment // quarter.DAY)

    def _chat(self) -> Iterator[Remark]:
        post, moment = self._place()
        author, bound = self._crowd.anyone(), self._bound(moment)
        talk = self._words["talk"]
        kind = self._rng.choice(("own", "own", "own", "praise", "neutral", "neutral", "positive", "negative"))
        praise = [
            line for line in post.topic.lines.get("praise", ()) if self._writer.in_season(line, moment // quarter.DAY)
        ]
        if kind == "praise" and praise:
            yield Remark(self._account, post, moment, author, self._sentence("praise", praise, bound, moment))
            if self._account.answers > 50 and not self._rng.randrange(5):
                yield self._answer(post, moment, author, self._words["answer"]["courtesy"], bound)
            return
        cores = talk.get(kind) or self._account.talk
        yield Remark(
            self._account, post, moment, author, self._sentence(_FRAMES.get(kind, "chat"), cores, bound, moment)
        )

    def _question(self) -> Iterator[Remark]:
        post, moment = self._place()
        topic = post.topic if self._rng.randrange(4) else self._rng.choice(self._account.topics)
        day = moment // quarter.DAY
        fitting = {
            nature: [line for line in lines if self._writer.in_season(line, day)]
            for nature, lines in topic.lines.items()
        }
        nature = self._rng.choice([nature for nature in _NATURES if fitting.get(nature)])
        author, bound = self._crowd.anyone(), self._bound(moment)
        core, _, own = self._rng.choice(fitting[nature]).partition(" => ")
        text = self._sentence(nature, (core,), bound, moment)
        yield Remark(self._account, post, moment, author, text)
        if not self._rng.randrange(12):
            more = self._writer.write(self._rng.choice(self._words["answer"]["more"]), bound)
            yield Remark(self._account, post, moment + self._rng.randrange(40, 600), author, more)
        answered = self._rng.randrange(100) < self._account.answers
        first = quarter.answer_moment(self._rng, moment, self._account.pace)
        again = moment + self._rng.randrange(5 * 3600, 50 * 3600)
        if not self._rng.randrange(9) and (not answered or again < first):
            words = self._rng.choice(self._words["answer"]["twice"])
            repeated = self._writer.write(words, {**bound, "原话": text})
            yield Remark(self._account, post, again, author, repeated, ("asked_twice",))
        if answered:
            yield from self._answers(post, first, author, self._replies(topic, nature, core, own), nature, bound)

    def _replies(self, topic: Topic, nature: str, core: str, own: str) -> Sequence[str]:
        """Return the question's own answer, else those that speak of the same thing, else what suits its nature."""
        if own:
            return (own,)
        asked = _bigrams(core)
        near = [reply for reply in topic.replies if len(asked & _bigrams(reply)) >= _ALIKE]
        if near and nature == "complain":
            return near
        spot = nature != "complain" or any(f"{{{place}}}" in core for place in _SPOTS)
        generic: Sequence[str] = self._words["answer"][nature if spot else "service"]
        return generic

    def _full(self, replies: Sequence[str], nature: str) -> str:
        """Put an answer between an opening and an ending that repeat none of its words."""
        words = self._words["answer"]
        reply = self._rng.choice(replies)
        while True:
            opening, tail = self._rng.choice(words["open"]), self._rng.choice(words["tail"])
            apart = not (_bigrams(reply) & _bigrams(f"{opening}。{tail}") or _bigrams(opening) & _bigrams(tail))
            if apart and (nature in _GRIEVANCES or _SORRY not in tail):
                return f"{opening}{reply}。{tail}"

    def _answers(
        self, post: Post, moment: int, author: str, replies: Sequence[str], nature: str, bound: Mapping[str, str]
    ) -> Iterator[Remark]:
        words = self._words["answer"]
        if not self._rng.randrange(4):
            yield self._told(post, moment, author, words["holding"], bound, ("holding",))
            if not self._rng.randrange(4):
                return
            moment = quarter.after_working(moment, self._rng.randrange(3600, 30 * 3600))
        yield self._told(post, moment, author, (self._full(replies, nature),), bound)
        chance = self._rng.randrange(20)
        later = moment + self._rng.randrange(120, 20 * 3600)
        if chance < 5:
            yield self._back(post, later, author, words["thanks"], bound, "thanks")
        elif chance < 8:
            yield self._back(post, later, author, words["again"], bound, "followed_up")
            if self._rng.randrange(100) < self._account.answers * 7 // 10:
                yield self._answer(post, later, author, (self._full(replies, nature),), bound)

    def _answer(
        self, post: Post, asked: int, author: str, templates: Sequence[str], bound: Mapping[str, str]
    ) -> Remark:
        return self._told(post, quarter.answer_moment(self._rng, asked, self._account.pace), author, templates, bound)

    def _told(
        self,
        post: Post,
        moment: int,
        author: str,
        templates: Sequence[str],
        bound: Mapping[str, str],
        labels: tuple[str, ...] = (),
    ) -> Remark:
        text = _smooth(self._writer.write(self._rng.choice(templates), bound))
        if not self._rng.randrange(20):
            return Remark(self._account, post, moment, self._account.name, text, (*labels, "without_prefix"))
        return Remark(self._account, post, moment, self._account.name, f"{_TOLD}{author}:{text}", labels)

    def _back(
        self, post: Post, moment: int, author: str, templates: Sequence[str], bound: Mapping[str, str], label: str
    ) -> Remark:
        text = self._writer.write(self._rng.choice(templates), bound)
        return Remark(self._account, post, moment, author, f"{_TOLD}{self._account.name}:{text}", (label,))


@cache
def _bigrams(template: str) -> frozenset[str]:
    words = _NOT_WORDS.sub(" ", template)
    return frozenset(part[i : i + 2] for part in words.split() for i in range(len(part) - 1))


def _smooth(text: str) -> str:
    """Close the seams between joined parts: no doubled stops, no comma before a stop."""
    text = re.sub(r"[，、]+(?=[。！？，])", "", text)
    text = re.sub(r"([？！。])，", r"\1", text)
    return re.sub(r"([。，？])\1+", r"\1", text)
