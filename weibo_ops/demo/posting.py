"""What the invented offices post in the quarter."""

from __future__ import annotations

import random
from collections.abc import Sequence

from weibo_ops.demo import quarter
from weibo_ops.demo.grammar import Writer
from weibo_ops.demo.script import Account, Post

_POST_BASE = 6_010_000_000_000_000
_MORNING = ("早上好", "早高峰提示", "今天白天")
_MONTHS = ("七月", "八月", "九月")


def post_id(moment: int, spare: int) -> int:
    """Return a post id that grows with its moment; ``spare`` (0–999) tells posts of one second apart."""
    return _POST_BASE + moment * 1000 + spare


def write_posts(account: Account, writer: Writer, wire: Sequence[Post]) -> list[Post]:
    """Write one account's posts, in order of time.

    Args:
        account: volumes, topics and the last day on which it posts.
        writer: the account's own stream of sentences.
        wire: posts of the city's news account, from which about one post in twelve is shared.
    """
    rng = writer.rng
    moments = sorted({quarter.post_moment(rng, account.last_day) for _ in range(account.posts)})
    return [_post(account, writer, moment, wire) for moment in moments]


def _post(account: Account, writer: Writer, moment: int, wire: Sequence[Post]) -> Post:
    rng: random.Random = writer.rng
    topic = rng.choice(account.topics)
    identity = post_id(moment, rng.randrange(1000))
    fresh = [post for post in wire if 0 < moment - post.moment < 2 * quarter.DAY]
    if fresh and not rng.randrange(12):
        source = rng.choice(fresh)
        lead = rng.choice(("扩散周知", "请相关市民留意", "转发提醒", "转给需要的人"))
        text = f"{lead} //@{source.account.name}:{source.text}"
        return Post(identity, account, moment, text, source.tag, topic, original=False)
    day, hour = moment // quarter.DAY, moment // 3600 % 24
    bound = {"月份": _MONTHS[quarter.date_of(day).month - 7], "时候": rng.choice(("昨天", "昨晚", "日前", "近日"))}
    templates = [text for text in topic.posts if hour < 9 or not any(word in text for word in _MORNING)]
    body = writer.fresh(lambda: writer.write(rng.choice(templates), bound), day)
    tagged = rng.randrange(5) < 3
    return Post(
        identity, account, moment, f"#{topic.tag}# {body}" if tagged else body, topic.tag if tagged else "", topic, True
    )
