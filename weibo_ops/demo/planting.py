"""Situations put in by hand, each with a label under which tests and readers find it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from weibo_ops.demo import quarter
from weibo_ops.demo.conversation import PLACES, Crowd
from weibo_ops.demo.grammar import Writer
from weibo_ops.demo.script import Post, Remark

_RECURRING = (34, 54)
_RECURRING_COUNT = 30
_PETITION = (58, 63)
_PETITION_COUNT = 18
_LONG_TEXT = 3000
_LETTER_DAYS = (1, 41)


def plant(posts: Mapping[str, Sequence[Post]], texts: Mapping[str, Any], writer: Writer, crowd: Crowd) -> list[Remark]:
    """Return every planted remark.

    Args:
        posts: posts of each account by its name, in order of time.
        texts: ``special.toml``.
        writer, crowd: the sources of sentences and names.
    """
    return [
        *_recurring(posts, texts["recurring"], writer, crowd),
        *_petition(posts[texts["petition"]["account"]], texts["petition"], writer, crowd),
        *_clock_edges(posts, texts["clock"], crowd),
        *_odd_texts(posts, texts["odd"], crowd),
        _letter(posts[texts["long"]["account"]], texts["long"], writer, crowd),
    ]


def _under(posts: Sequence[Post], moment: int) -> Post:
    """Return the newest post that was there at the moment."""
    return [post for post in posts if post.moment < moment][-1]


def _waking(writer: Writer, days: tuple[int, int]) -> int:
    return writer.rng.randrange(*days) * quarter.DAY + writer.rng.randrange(7 * 3600, 24 * 3600)


def _recurring(
    posts: Mapping[str, Sequence[Post]], texts: Mapping[str, Any], writer: Writer, crowd: Crowd
) -> Iterator[Remark]:
    bound = {"区": texts["district"], "路": texts["road"]}
    for number in range(_RECURRING_COUNT):
        moment = _waking(writer, _RECURRING)
        post = _under(posts[texts["account"][number % len(texts["account"])]], moment)
        words = {**bound, **_drawn(writer, texts)}
        text = writer.fresh(partial(_any_of, writer, texts["texts"], words), moment // quarter.DAY)
        author = crowd.stranger()
        yield Remark(post.account, post, moment, author, text, ("recurring",))
        if not number % 3:
            told = f"回复@{author}:{texts['answer']}"
            yield Remark(post.account, post, quarter.after_working(moment, 6 * 3600 + number), post.account.name, told)


def _any_of(writer: Writer, templates: Sequence[str], bound: Mapping[str, str]) -> str:
    return writer.write(writer.rng.choice(templates), bound)


def _drawn(writer: Writer, texts: Mapping[str, Any]) -> dict[str, str]:
    opening = writer.rng.choice(("", "反映一下，", "投诉！", "又来留言，", "求助，", "实在受不了，"))
    tail = writer.rng.choice(("", "，有没有人管", "，请尽快处理", "[抓狂]", "，盼回复", "，打12345也登记了"))
    return {"open": opening, "tail": tail, "旧": writer.rng.choice(texts["旧"])}


def _petition(posts: Sequence[Post], texts: Mapping[str, Any], writer: Writer, crowd: Crowd) -> Iterator[Remark]:
    for _ in range(_PETITION_COUNT):
        moment = _waking(writer, _PETITION)
        text = texts["text"] + writer.rng.choice(texts["endings"])
        post = _under(posts, moment)
        yield Remark(post.account, post, moment, crowd.stranger(), text, ("petition",))


def _clock_edges(posts: Mapping[str, Sequence[Post]], texts: Mapping[str, Any], crowd: Crowd) -> Iterator[Remark]:
    follow = texts["follow"]
    for name, asked, answered, label, question, answer in texts["rows"]:
        moment = quarter.moment_of(asked)
        post, author = _under(posts[name], moment), crowd.stranger()
        yield Remark(post.account, post, moment, author, question, (f"clock.{label}",))
        answers = [(answered, answer)] if answered else []
        if label == follow["label"]:
            answers.append((follow["at"], follow["text"]))
        for when, text in answers:
            told = f"回复@{author}:{text}"
            yield Remark(post.account, post, quarter.moment_of(when), name, told, (f"clock.{label}",))


def _odd_texts(posts: Mapping[str, Sequence[Post]], texts: Mapping[str, Any], crowd: Crowd) -> Iterator[Remark]:
    for label, name, moment in (("formula", "砚渚发布", "08-05 16:20:11"), ("control", "平安砚渚", "08-12 09:48:37")):
        post = _under(posts[name], quarter.moment_of(moment))
        yield Remark(post.account, post, quarter.moment_of(moment), crowd.stranger(), texts[label], (label,))


def _letter(posts: Sequence[Post], texts: Mapping[str, Any], writer: Writer, crowd: Crowd) -> Remark:
    """Write one citizen's diary of sleepless nights, about 3,000 characters."""
    diary: list[str] = []
    day = _LETTER_DAYS[0]
    while sum(map(len, diary)) < _LONG_TEXT - len(texts["open"]) - len(texts["close"]):
        date = quarter.date_of(day)
        measured = writer.write(writer.rng.choice(texts["分贝"]), {})
        bound = {
            **writer.bind(PLACES),
            "月日": f"{date.month}月{date.day}日",
            "分贝": measured,
            "夜": writer.rng.choice(texts["钟"]),
        }
        diary.append(writer.fresh(partial(_any_of, writer, texts["days"], bound), day))
        day += 1
    moment = day * quarter.DAY + 21 * 3600 + 1234
    post = _under(posts, moment)
    return Remark(
        post.account, post, moment, crowd.stranger(), texts["open"] + "".join(diary) + texts["close"], ("long",)
    )
