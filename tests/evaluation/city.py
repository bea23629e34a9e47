"""A small made-up register with posts, comments, replies and clocks, and an oracle that counts it in plain Python."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.models import Account, AccountSnapshot, Coverage, ObservedPost, Unit
from sentiment.clocks import Outcome, outcome
from sentiment.models import Comment, ReplyLink, ResponseClock
from weibo_ops.kernel.clock import Period, beijing_date

PERIOD = Period.parse("2026Q3")
OBSERVED_FROM = PERIOD.start
OBSERVED_UNTIL = datetime(2026, 9, 29, 12, 0, tzinfo=UTC)
NEVER_OBSERVED = 5
COMMENTS_UNSEEN = 4


@dataclass
class City:
    """Rows by table, as they are inserted."""

    units: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    coverage: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)

    def store(self, session: Session) -> None:
        """Insert every row."""
        for model, rows in (
            (Unit, self.units),
            (Account, self.accounts),
            (AccountSnapshot, self.snapshots),
            (Coverage, self.coverage),
            (ObservedPost, self.posts),
            (Comment, self.comments),
            (ReplyLink, self.links),
            (ResponseClock, self.clocks),
        ):
            if rows:
                session.execute(insert(model), rows)


def build(seed: int = 7) -> City:
    """Build five accounts: the fourth's comments were not observed, the fifth was not observed at all."""
    rng = random.Random(seed)
    city = City()
    for n in range(1, 6):
        office = "市政务公开办" if n < 3 else "省气象局"
        city.units.append(
            {
                "id": n,
                "name": f"虚构市第{n}局",
                "function": f"职能{n % 2}",
                "level": "市",
                "area": "虚构市",
                "oversight": office,
            }
        )
        city.accounts.append(
            {
                "id": n,
                "platform": "weibo",
                "uid": str(9000 + n),
                "screen_name": f"虚构第{n}局",
                "unit_id": n,
                "kind": "机构",
                "status": "正常运行",
            }
        )
        if n == NEVER_OBSERVED:
            continue
        for kind in ("posts",) if n == COMMENTS_UNSEEN else ("posts", "comments"):
            city.coverage.append(_span(n, kind, OBSERVED_FROM, OBSERVED_UNTIL))
        for days, followers in ((10, 100 * n), (60, 100 * n + 5), (100, 7)):
            city.snapshots.append(
                {
                    "platform": "weibo",
                    "uid": str(9000 + n),
                    "observed_at": PERIOD.start + timedelta(days=days),
                    "screen_name": f"虚构第{n}局",
                    "followers_count": followers,
                }
            )
        _account_rows(city, rng, n)
    return city


def expected_facts(city: City, account_id: int, as_of: datetime) -> dict[str, int]:
    """Count an account's facts in plain Python; coverage and followers are left out."""
    until = min(PERIOD.end, as_of)
    posts = [p for p in city.posts if p["account_id"] == account_id and PERIOD.start <= p["published_at"] < until]
    public = [
        c
        for c in city.comments
        if c["account_id"] == account_id and not c["official"] and PERIOD.start <= c["created_at"] < until
    ]
    clocks = [
        c for c in city.clocks if c["account_id"] == account_id and c["due"] and PERIOD.start <= c["started_at"] < until
    ]
    linked = {link["reply_id"] for link in city.links}
    name = next(a["screen_name"] for a in city.accounts if a["id"] == account_id)
    replies = [
        c
        for c in city.comments
        if c["id"] in linked and c["author_name"] == name and PERIOD.start <= c["created_at"] < until
    ]
    outcomes = [outcome(ResponseClock(**c), as_of) for c in clocks]
    answered = [c for c in clocks if c["first_reply_at"] and c["first_reply_at"] < as_of]
    original = [p for p in posts if p["original"]]
    return {
        "posts": len(posts),
        "post_days": len({beijing_date(p["published_at"]) for p in posts}),
        "originals": len(original),
        "originals_known": sum(p["original"] is not None for p in posts),
        **{name: sum(p[f"{name}_count"] or 0 for p in posts) for name in ("reposts", "comments", "likes")},
        **{
            f"{name}_known": sum(p[f"{name}_count"] is not None for p in posts)
            for name in ("reposts", "comments", "likes")
        },
        "original_reposts": sum(p["reposts_count"] or 0 for p in original),
        "original_comments": sum(p["comments_count"] or 0 for p in original),
        "public_comments": len(public),
        "scored_comments": sum(c["sentiment"] is not None for c in public),
        "negative_comments": sum(c["sentiment"] == "negative" and not c["uncertain"] for c in public),
        "replies_given": len(replies),
        "due": len(clocks),
        "rated_due": sum(o in (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE) for o in outcomes),
        **{o.value: outcomes.count(o) for o in (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE, Outcome.OPEN)},
        "undetermined": sum(c["deadline_at"] is None for c in clocks),
        "answered": len(answered),
        "settled": sum(bool(c["substantive_at"]) and c["substantive_at"] < as_of for c in clocks),
        **{f"first_within_{h}h": sum(c["wall_seconds"] <= h * 3600 for c in answered) for h in (1, 8, 24, 48)},
    }


def _span(account_id: int, kind: str, start: datetime, until: datetime) -> dict[str, Any]:
    return {"account_id": account_id, "kind": kind, "source": "测试", "from_at": start, "until_at": until}


def _account_rows(city: City, rng: random.Random, n: int) -> None:
    instants = [PERIOD.start, PERIOD.end - timedelta(seconds=1), PERIOD.end, PERIOD.start - timedelta(seconds=1)]
    instants += [PERIOD.start + timedelta(seconds=rng.randrange(90 * 86400)) for _ in range(30)]
    midnight = datetime(2026, 8, 3, 16, 0, tzinfo=UTC)
    instants += [midnight, midnight - timedelta(seconds=1), OBSERVED_UNTIL, OBSERVED_UNTIL - timedelta(seconds=1)]
    for published in instants:
        post_id = len(city.posts) + 1
        city.posts.append(
            {
                "id": post_id,
                "account_id": n,
                "platform": "weibo",
                "platform_id": f"p{post_id:05d}",
                "published_at": published,
                "text": "今日提示",
                "reposts_count": rng.choice([None, 0, 3, 50]),
                "comments_count": rng.choice([None, 0, 2, 9]),
                "likes_count": rng.choice([0, 1, 80]),
                "original": rng.choice([None, True, True, False]),
            }
        )
        if n == COMMENTS_UNSEEN:
            continue
        for _ in range(rng.randrange(4)):
            _thread(city, rng, n, post_id, published)


def _thread(city: City, rng: random.Random, n: int, post_id: int, published: datetime) -> None:
    asked = published + timedelta(seconds=rng.randrange(5 * 86400))
    question = _comment(city, n, post_id, f"市民{rng.randrange(99)}", asked, official=False, rng=rng)
    waited = rng.choice([None, 60, 3600, 30_000, 86_400, 400_000])
    due = rng.random() < 0.8
    deadline = None if not due or rng.random() < 0.1 else asked + timedelta(days=1)
    reply = replied = substantive = None
    if waited is not None:
        replied = asked + timedelta(seconds=waited)
        writer = n if rng.random() < 0.9 else n % 3 + 1
        reply = _comment(city, n, post_id, f"虚构第{writer}局", replied, official=True, rng=rng)
        city.links.append(
            {"post_id": post_id, "reply_id": reply, "comment_id": question, "role": "first", "basis": "prefix"}
        )
        substantive = replied if rng.random() < 0.7 else None
    if not due and reply is None:
        return
    city.clocks.append(
        {
            "comment_id": question,
            "post_id": post_id,
            "account_id": n,
            "due": due,
            "due_reason": "求助" if due else "",
            "started_at": asked,
            "target_id": "t" if due else "",
            "target_minutes": 1440 if due else None,
            "target_clock": "wall" if due else "",
            "deadline_at": deadline,
            "first_reply_id": reply,
            "first_reply_at": replied,
            "wall_seconds": waited,
            "working_minutes": None if waited is None or rng.random() < 0.5 else waited / 60,
            "substantive_reply_id": reply if substantive else None,
            "substantive_at": substantive,
            "substantive_wall_seconds": waited if substantive else None,
            "substantive_working_minutes": None,
            "standard_digest": "d",
            "calendar_digest": "c",
        }
    )


def _comment(city: City, n: int, post_id: int, author: str, at: datetime, *, official: bool, rng: random.Random) -> int:
    comment_id = len(city.comments) + 1
    city.comments.append(
        {
            "id": comment_id,
            "platform": "weibo",
            "platform_id": f"c{comment_id:06d}",
            "post_id": post_id,
            "account_id": n,
            "author_name": author,
            "author_uid": None,
            "official": official,
            "created_at": at,
            "text": "请问何时恢复供水?",
            "likes_count": None,
            "sentiment": None if official else rng.choice([None, "negative", "neutral", "positive"]),
            "uncertain": None if official else rng.random() < 0.3,
        }
    )
    return comment_id
