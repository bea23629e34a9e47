"""Write the invented city as a folder of export files in the weibo-crawler CSV layout."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from weibo_ops.demo import quarter
from weibo_ops.demo.conversation import Crowd, Talk
from weibo_ops.demo.grammar import Writer
from weibo_ops.demo.planting import plant
from weibo_ops.demo.posting import write_posts
from weibo_ops.demo.script import CITY, OVERSIGHT, Account, Post, Remark, accounts, load

USER_HEADER = "用户id,昵称,微博数,粉丝数,关注数,简介,是否认证,认证类型,认证信息"
ROSTER_HEADER = "昵称,用户id,主办单位,职能,层级,行政区,监管归口"
POST_HEADER = (
    "id,bid,正文,头条文章url,原始图片url,视频url,Live Photo视频url,位置,日期,工具,点赞数,评论数,转发数,话题,@用户,"
    "完整日期,是否编辑过,编辑次数,是否原创"
)
COMMENT_HEADER = "id,weibo_id,created_at,user_screen_name,text,pic_url,like_count"

_SEED = "weibo-ops demo 1"
_COMMENT_BASE = 6_020_000_000_000_000
_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOK_ALIKES = (
    ("9980000001", "砚渚發布", 23, 1874, 61, "砚渚身边事，欢迎投稿", False, -1, ""),
    ("9980000002", "平安砚诸", 8, 246, 305, "", False, -1, ""),
    ("9980000003", "砚渚交警官方", 57, 3312, 118, "代查违章，速度快", True, 0, "汽车博主"),
)
_SPOILED = "砚渚发布"
_BAD_DATE = "2026-13-40 25:61:00"

Row = tuple[object, ...]


@dataclass(frozen=True)
class DemoCity:
    """What was written.

    Attributes:
        name: the city.
        period: label of the period that the export covers.
        oversight: who supervises the accounts of the city's government offices (监管归口).
        uids: platform uid of every profile in ``users.csv``, the roster's first.
        files: the files written, in a fixed order.
        planted: what was planted → names of accounts or platform ids of comments (of posts for ``duplicate_post``).
    """

    name: str
    period: str
    oversight: str
    uids: tuple[str, ...]
    files: tuple[Path, ...]
    planted: Mapping[str, tuple[str, ...]]


def generate(folder: Path) -> DemoCity:
    """Write the city into ``folder`` (made if missing); the same bytes on every machine.

    Raises OSError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    roster = accounts()
    posts, remarks = _compose(roster)
    numbered = _number(remarks)
    rng = random.Random(f"{_SEED}/counts")  # noqa: S311 - chance that must repeat
    planted = _planted(roster, numbered)
    files = [_write(folder / "users.csv", USER_HEADER, _profiles(roster))]
    files.append(_write(folder / "roster.csv", ROSTER_HEADER, _roster(roster)))
    counts = Counter(remark.post.id for _, remark in numbered)
    by_account: dict[str, list[tuple[int, Remark]]] = defaultdict(list)
    for identity, remark in numbered:
        by_account[remark.account.name].append((identity, remark))
    for account in roster:
        rows = [_post_row(post, counts[post.id], rng) for post in posts[account.name]]
        if account.name == _SPOILED:
            rows.insert(len(rows) // 2, rows[len(rows) // 2])
            planted["duplicate_post"] = (str(posts[account.name][len(rows) // 2].id),)
        files.append(_write(folder / f"{account.uid}.csv", POST_HEADER, rows))
        if own := by_account[account.name]:
            comments = [_comment_row(identity, remark, rng) for identity, remark in own]
            if account.name == _SPOILED:
                planted |= _spoil(comments, own)
            files.append(_write(folder / f"{account.name}_comments.csv", COMMENT_HEADER, comments))
    uids = (*(account.uid for account in roster), *(row[0] for row in _LOOK_ALIKES))
    return DemoCity(CITY, quarter.PERIOD, OVERSIGHT, uids, tuple(files), MappingProxyType(planted))


def _compose(roster: Sequence[Account]) -> tuple[dict[str, list[Post]], list[Remark]]:
    words, special = load("common"), load("special")
    slots, seasons = words["slots"], {word: tuple(span) for word, span in words["seasons"].items()}

    def writer(stream: str) -> Writer:
        return Writer(random.Random(f"{_SEED}/{stream}"), slots, seasons)  # noqa: S311 - chance that must repeat

    crowd = Crowd(writer("names"), words["nickname"], [account.name for account in roster])
    posts: dict[str, list[Post]] = {}
    remarks: list[Remark] = []
    talker = writer("talk")
    for account in roster:
        posts[account.name] = write_posts(account, writer(f"posts/{account.name}"), posts.get(roster[0].name, ()))
        remarks += Talk(account, posts[account.name], words, talker, crowd).remarks()
    return posts, remarks + plant(posts, special, writer("planted"), crowd)


def _number(remarks: Iterable[Remark]) -> list[tuple[int, Remark]]:
    """Give every remark an id that grows with its moment."""
    numbered: list[tuple[int, Remark]] = []
    last = 0
    for remark in sorted(remarks, key=lambda remark: remark.moment):
        last = max(last + 1, _COMMENT_BASE + remark.moment * 1000)
        numbered.append((last, remark))
    return numbered


def _planted(roster: Sequence[Account], numbered: Iterable[tuple[int, Remark]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        "silent": tuple(a.name for a in roster if a.last_day < quarter.DAYS),
        "uncertified": tuple(a.name for a in roster if not a.certified),
        "wrong_certification": tuple(a.name for a in roster if a.certified and a.unit not in a.certification),
        "nickname": tuple(a.name for a in roster if CITY not in a.name),
        "no_comments": tuple(a.name for a in roster if not a.chatter + a.asked),
        "fast": tuple(a.name for a in roster if a.pace == "fast"),
        "late": tuple(a.name for a in roster if a.pace == "late"),
        "hardly_answers": tuple(a.name for a in roster if a.asked and a.answers < 10),
        "look_alike": tuple(row[1] for row in _LOOK_ALIKES),
    }
    labelled: dict[str, list[str]] = defaultdict(list)
    for identity, remark in numbered:
        for label in remark.labels:
            labelled[label].append(str(identity))
    return found | {label: tuple(ids) for label, ids in sorted(labelled.items())}


def _profiles(roster: Sequence[Account]) -> list[Row]:
    official: list[Row] = [
        (
            a.uid,
            a.name,
            a.total,
            a.followers,
            a.following,
            a.profile,
            a.certified,
            1 if a.certified else -1,
            a.certification,
        )
        for a in roster
    ]
    return official + list(_LOOK_ALIKES)


def _roster(roster: Sequence[Account]) -> list[Row]:
    return [(a.name, a.uid, a.unit, a.function, "市", f"{CITY}市", a.oversight) for a in roster]


def _post_row(post: Post, comments: int, rng: random.Random) -> Row:
    likes, shares = rng.randrange(4, 40) + comments * rng.randrange(1, 5), rng.randrange(0, 6 + comments)
    edited = not rng.randrange(40)
    tool = rng.choice(("微博网页版", "微博网页版", "微博客户端", "定时发布"))
    when, full = quarter.stamp(post.moment, "T"), quarter.stamp(post.moment)
    media = ("",) * 5
    counts = likes, comments, shares
    return (
        f"{post.id}\t",
        _bid(post.id),
        post.text,
        *media,
        when,
        tool,
        *counts,
        post.tag,
        "",
        full,
        edited,
        int(edited),
        post.original,
    )


def _comment_row(identity: int, remark: Remark, rng: random.Random) -> Row:
    likes = 0 if remark.author == remark.account.name else rng.choice((0, 0, 0, 0, 1, 1, 2, 3, 5, rng.randrange(6, 60)))
    return identity, remark.post.id, quarter.stamp(remark.moment), remark.author, remark.text, "", likes


def _spoil(rows: list[Row], own: Sequence[tuple[int, Remark]]) -> dict[str, tuple[str, ...]]:
    """Put in what real exports hold: a repeated row, an orphan, a short row and a broken date."""
    odd: dict[str, Any] = load("special")["odd"]
    last, middle = own[-1][0], len(rows) // 2
    post = own[-1][1].post.id
    rows.insert(middle, rows[middle - 1])
    rows.append((last + 1, post + 1, quarter.stamp(own[-1][1].moment), "路过的芦苇叶", odd["orphan"], "", 0))
    rows.append((last + 2, post, odd["short_row"]))
    rows.append((last + 3, post, _BAD_DATE, "忘带伞的纸船长", odd["bad_date"], "", 0))
    return {
        "duplicate_comment": (str(rows[middle][0]),),
        "orphan": (str(last + 1),),
        "short_row": (str(last + 2),),
        "bad_date": (str(last + 3),),
    }


def _bid(identity: int) -> str:
    """Write a post id as the platform's base-62 form: groups of seven digits from the right, four letters each."""
    groups: list[str] = []
    while identity:
        identity, group = divmod(identity, 10_000_000)
        letters = ""
        while group:
            group, digit = divmod(group, 62)
            letters = _BASE62[digit] + letters
        groups.insert(0, letters.rjust(4, "0") if identity else letters)
    return "".join(groups)


def _write(path: Path, header: str, rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path
