"""What is counted, from which rows: one set of Ibis expressions for every database.

The tables are derived from the SQLAlchemy metadata. Every count is additive over accounts and over periods that follow
one another, except ``followers``, which is what was last seen. A count and the list of its rows come from one
definition, so that a recount of the rows is the number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer

from accounts.models import Account, AccountSnapshot, ObservedPost
from config.rulebook.evaluation import Fact
from sentiment.models import Comment, ReplyLink, ResponseClock
from weibo_ops.kernel.db import Base, UtcDateTime

BEIJING_OFFSET_SECONDS = 28_800
DAY_SECONDS = 86_400
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "duckdb": "duckdb"}
Expression = Any


@dataclass(frozen=True)
class Window:
    """What a run looks at: rows in ``[start, until)``, answers judged as of ``as_of``; all UTC.

    ``until`` is the end of the period or ``as_of``, whichever comes first.
    """

    start: datetime
    until: datetime
    as_of: datetime


@dataclass(frozen=True)
class Count:
    """How one fact is counted.

    Attributes:
        source: which rows: posts, comments, replies, clocks, profiles.
        words: the same in Chinese.
        where: condition on a row; None counts all.
        amount: what is added up per row; None counts rows.
        days: count the Beijing days of the rows instead.
    """

    source: str
    words: str
    where: Callable[[Expression, Expression], Expression] | None = None
    amount: str | None = None
    days: bool = False


def _answered(clock: Expression, as_of: Expression) -> Expression:
    return clock.first_reply_at.notnull() & (clock.first_reply_at < as_of)


def _on_time(clock: Expression, as_of: Expression) -> Expression:
    in_time = clock.deadline_at.notnull() & (clock.first_reply_at <= clock.deadline_at)
    proven = clock.deadline_at.isnull() & clock.working_minutes.notnull()
    return _answered(clock, as_of) & (in_time | proven)


def _late(clock: Expression, as_of: Expression) -> Expression:
    return _answered(clock, as_of) & clock.deadline_at.notnull() & (clock.first_reply_at > clock.deadline_at)


def _overdue(clock: Expression, as_of: Expression) -> Expression:
    return clock.deadline_at.notnull() & (clock.deadline_at < as_of) & ~_answered(clock, as_of)


def _rated(clock: Expression, as_of: Expression) -> Expression:
    """The same judgement as ``sentiment.clocks.outcome``: on time, late or overdue."""
    return _on_time(clock, as_of) | _late(clock, as_of) | _overdue(clock, as_of)


def _within(hours: int) -> Callable[[Expression, Expression], Expression]:
    return lambda clock, as_of: _answered(clock, as_of) & (clock.wall_seconds <= hours * 3600)


COUNTS: Mapping[Fact, Count] = {
    Fact.POSTS: Count("posts", "微博条数"),
    Fact.POST_DAYS: Count("posts", "有微博的北京时间自然日数", days=True),
    Fact.ORIGINALS: Count("posts", "原创微博条数", lambda post, _: post.original),
    Fact.ORIGINALS_KNOWN: Count("posts", "已知是否原创的微博条数", lambda post, _: post.original.notnull()),
    Fact.REPOSTS: Count("posts", "各条转发数之和", amount="reposts_count"),
    Fact.REPOSTS_KNOWN: Count("posts", "已知转发数的微博条数", lambda post, _: post.reposts_count.notnull()),
    Fact.COMMENTS: Count("posts", "各条评论数(平台显示数)之和", amount="comments_count"),
    Fact.COMMENTS_KNOWN: Count("posts", "已知评论数的微博条数", lambda post, _: post.comments_count.notnull()),
    Fact.LIKES: Count("posts", "各条点赞数之和", amount="likes_count"),
    Fact.LIKES_KNOWN: Count("posts", "已知点赞数的微博条数", lambda post, _: post.likes_count.notnull()),
    Fact.ORIGINAL_REPOSTS: Count("posts", "原创微博转发数之和", lambda post, _: post.original, "reposts_count"),
    Fact.ORIGINAL_COMMENTS: Count("posts", "原创微博评论数之和", lambda post, _: post.original, "comments_count"),
    Fact.PUBLIC_COMMENTS: Count("comments", "公众评论条数"),
    Fact.SCORED_COMMENTS: Count("comments", "已判别情感的公众评论条数", lambda c, _: c.sentiment.notnull()),
    Fact.NEGATIVE_COMMENTS: Count(
        "comments", "判为负面且非存疑的公众评论条数", lambda c, _: (c.sentiment == "negative") & ~c.uncertain
    ),
    Fact.REPLIES_GIVEN: Count("replies", "本账号所发、已对应到公众评论的答复条数"),
    Fact.DUE: Count("clocks", "应答复评论件数"),
    Fact.RATED_DUE: Count("clocks", "按时、超期、超期未答复的应答复件数", _rated),
    Fact.ANSWERED: Count("clocks", "截至时间之前已首次响应的件数", _answered),
    Fact.SETTLED: Count(
        "clocks",
        "截至时间之前已有实质答复的件数",
        lambda clock, as_of: clock.substantive_at.notnull() & (clock.substantive_at < as_of),
    ),
    Fact.ON_TIME: Count("clocks", "期限之前首次响应的件数", _on_time),
    Fact.LATE: Count("clocks", "超过期限才首次响应的件数", _late),
    Fact.OVERDUE: Count("clocks", "期限已过仍未响应的件数", _overdue),
    Fact.OPEN: Count("clocks", "未到期限或期限待定的件数", lambda clock, as_of: ~_rated(clock, as_of)),
    Fact.UNDETERMINED: Count("clocks", "期限待定的件数", lambda clock, _: clock.deadline_at.isnull()),
    Fact.FIRST_WITHIN_1H: Count("clocks", "1小时内首次响应的件数", _within(1)),
    Fact.FIRST_WITHIN_8H: Count("clocks", "8小时内首次响应的件数", _within(8)),
    Fact.FIRST_WITHIN_24H: Count("clocks", "24小时内首次响应的件数", _within(24)),
    Fact.FIRST_WITHIN_48H: Count("clocks", "48小时内首次响应的件数", _within(48)),
    Fact.FOLLOWERS: Count("profiles", "最近一次观测到的粉丝数", amount="followers_count"),
}
SOURCES = tuple(dict.fromkeys(count.source for count in COUNTS.values()))
ROW_KINDS = {
    "posts": "posts",
    "comments": "comments",
    "replies": "replies",
    "clocks": "comments",
    "profiles": "profiles",
}


@lru_cache(maxsize=64)
def dossier_query(source: str, window: Window, dialect: str) -> str:
    """Return the SQL that counts every fact of a source: ``account_id`` and one integer column per fact."""
    import ibis

    rows = _rows(source, window)
    as_of = ibis.literal(window.as_of)
    counts = {fact.value: _counted(rows, count, as_of) for fact, count in COUNTS.items() if count.source == source}
    return _sql(rows.group_by("account_id").aggregate(**counts), dialect)


@lru_cache(maxsize=256)
def rows_query(fact: Fact, window: Window, account_id: int, dialect: str) -> str:
    """Return the SQL that lists what a fact counts for one account: ``row_id`` and the ``amount`` of each row.

    The amounts add up to the fact; for days they are the days, of which the distinct ones are counted.
    """
    import ibis

    count = COUNTS[fact]
    rows = _rows(count.source, window)
    rows = rows.filter(rows.account_id == account_id)
    if count.source == "clocks":
        rows = _with_comment_ids(rows)
    if count.where is not None:
        rows = rows.filter(count.where(rows, ibis.literal(window.as_of)))
    if count.amount is not None:
        rows = rows.filter(rows[count.amount].notnull())
    amount = _beijing_day(rows.at) if count.days else rows[count.amount] if count.amount else ibis.literal(1)
    return _sql(rows.select("row_id", amount=amount).order_by("row_id"), dialect)


def _counted(rows: Expression, count: Count, as_of: Expression) -> Expression:
    where = None if count.where is None else count.where(rows, as_of)
    if count.days:
        return _beijing_day(rows.at).nunique(where=where)
    if count.amount is not None:
        return rows[count.amount].sum(where=where).fill_null(0)
    return rows.count(where=where)


def _rows(source: str, window: Window) -> Expression:
    """The rows of a source inside the window, with the ``account_id`` that they count for."""
    return {
        "posts": _posts,
        "comments": _public_comments,
        "replies": _replies,
        "clocks": _due_clocks,
        "profiles": _profiles,
    }[source](window)


def _posts(window: Window) -> Expression:
    post = table(ObservedPost)
    return _between(post, post.published_at, window).select(
        "account_id",
        "original",
        "reposts_count",
        "comments_count",
        "likes_count",
        row_id=post.platform_id,
        at=post.published_at,
    )


def _public_comments(window: Window) -> Expression:
    comment = table(Comment)
    return (
        _between(comment, comment.created_at, window)
        .filter(~comment.official)
        .select("account_id", "sentiment", "uncertain", row_id=comment.platform_id)
    )


def _replies(window: Window) -> Expression:
    """Linked official comments, credited to the account that wrote them; under a former name, to the post's."""
    import ibis

    comment, link, account = table(Comment), table(ReplyLink), table(Account)
    written = _between(comment, comment.created_at, window).filter(comment.official)
    reply = written.semi_join(link, written.id == link.reply_id).select(
        "account_id", "author_uid", "author_name", row_id=comment.platform_id, network=comment.platform
    )
    by_uid = account.select(uid_network=account.platform, uid=account.uid, uid_owner=account.id)
    by_name = account.group_by(name_network=account.platform, name=account.screen_name).aggregate(
        name_owner=account.id.max()
    )
    reply = reply.left_join(by_uid, [reply.network == by_uid.uid_network, reply.author_uid == by_uid.uid])
    reply = reply.left_join(by_name, [reply.network == by_name.name_network, reply.author_name == by_name.name])
    return reply.select("row_id", account_id=ibis.coalesce(reply.uid_owner, reply.name_owner, reply.account_id))


def _due_clocks(window: Window) -> Expression:
    clock = table(ResponseClock)
    due = _between(clock, clock.started_at, window).filter(clock.due)
    return due.select(
        "account_id",
        "comment_id",
        "deadline_at",
        "first_reply_at",
        "wall_seconds",
        "working_minutes",
        "substantive_at",
    )


def _with_comment_ids(clocks: Expression) -> Expression:
    comment = table(Comment)
    named = comment.select(comment_row=comment.id, row_id=comment.platform_id)
    return clocks.join(named, clocks.comment_id == named.comment_row)


def _profiles(window: Window) -> Expression:
    """The newest profile with a follower count, seen up to and including the window's end."""
    import ibis

    profile, account = table(AccountSnapshot), table(Account)
    seen = profile.filter(
        profile.observed_at < ibis.literal(window.until + timedelta(microseconds=1)), profile.followers_count.notnull()
    )
    newest = seen.mutate(
        newest=ibis.row_number().over(group_by=[seen.platform, seen.uid], order_by=ibis.desc(seen.observed_at))
    )
    newest = newest.filter(newest.newest == 0)
    owner = account.select(account_id=account.id, platform_of=account.platform, uid_of=account.uid)
    return newest.join(owner, [newest.platform == owner.platform_of, newest.uid == owner.uid_of]).select(
        "account_id", "followers_count", row_id=newest.uid
    )


def _between(rows: Expression, instant: Expression, window: Window) -> Expression:
    import ibis

    return rows.filter(instant >= ibis.literal(window.start), instant < ibis.literal(window.until))


def _beijing_day(instant: Expression) -> Expression:
    """The Beijing day as a running number.

    Rounding stands for floor division, which SQLite has only where it was built with mathematical functions; the half
    millisecond keeps a midnight from being a tie.
    """
    seconds = instant.epoch_seconds() + BEIJING_OFFSET_SECONDS
    return ((seconds - (DAY_SECONDS / 2 - 0.0005)) / float(DAY_SECONDS)).round().cast("int64")


def _sql(expression: Expression, dialect: str) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect=DIALECTS[dialect]))


@lru_cache
def table(model: type[Base]) -> Expression:
    """Return a mapped table as Ibis sees it: same name, same columns."""
    import ibis

    columns = {column.name: _type(column.type) for column in model.__table__.columns}
    return ibis.table(columns, name=model.__tablename__)


def _type(kind: object) -> str:
    if isinstance(kind, UtcDateTime):
        return "timestamp('UTC')"
    for sql_type, name in ((Boolean, "boolean"), (Float, "float64"), (BigInteger, "int64"), (Integer, "int64")):
        if isinstance(kind, sql_type):
            return name
    return "date" if isinstance(kind, Date) else "string"
