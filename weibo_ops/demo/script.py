"""What the invented city consists of: typed views of the TOML texts, and the values that the other rooms pass on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

CITY = "砚渚"
OVERSIGHT = f"{CITY}市政务公开办"
"""Who supervises the accounts of the city's government offices (监管归口); other chains name their own."""
DAYS_POSTED = 92
_UNIT_FILES = ("city_and_police", "people_services", "places_and_rescue")


@dataclass(frozen=True)
class Topic:
    """One subject of an account; ``lines`` are what citizens write, by nature (``question => its own answer``)."""

    tag: str
    posts: tuple[str, ...]
    lines: Mapping[str, tuple[str, ...]]
    replies: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """One official account: profile, volumes (posts, chatter and questions of the quarter) and manner of answering."""

    uid: str
    name: str
    unit: str
    function: str
    oversight: str
    certified: bool
    certification: str
    followers: int
    following: int
    total: int
    profile: str
    posts: int
    chatter: int
    asked: int
    answers: int
    pace: str
    last_day: int
    talk: tuple[str, ...]
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Post:
    """A post: moment in seconds from the quarter's first Beijing midnight; ``original`` is false for reposts."""

    id: int
    account: Account
    moment: int
    text: str
    tag: str
    topic: Topic
    original: bool


@dataclass(frozen=True)
class Remark:
    """A comment before it has an id; ``labels`` name what was planted with it."""

    account: Account
    post: Post
    moment: int
    author: str
    text: str
    labels: tuple[str, ...] = ()


def load(name: str) -> dict[str, Any]:
    """Read one shipped TOML file of texts."""
    return tomllib.loads(files("weibo_ops.demo.texts").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def accounts() -> tuple[Account, ...]:
    """Read every account of the city, in the order of the roster."""
    entries = [entry for name in _UNIT_FILES for entry in load(name)["account"]]
    return tuple(_account(9_990_000_001 + number, entry) for number, entry in enumerate(entries))


def _account(uid: int, entry: dict[str, Any]) -> Account:
    certified = entry.get("certified", True)
    stated = entry.get("certification", f"{entry['unit']}官方微博") if certified else ""
    plain = {key: entry[key] for key in ("name", "unit", "function", "followers", "following", "total", "profile")}
    volumes = {key: entry[key] for key in ("posts", "chatter", "asked", "answers", "pace")}
    return Account(
        uid=str(uid),
        oversight=entry.get("oversight", OVERSIGHT),
        certified=certified,
        certification=stated,
        last_day=entry.get("last_day", DAYS_POSTED),
        talk=tuple(entry["talk"]),
        topics=tuple(_topic(topic) for topic in entry["topic"]),
        **plain,
        **volumes,
    )


def _topic(entry: dict[str, Any]) -> Topic:
    natures = ("ask", "help", "complain", "suggest", "praise")
    lines = {nature: tuple(entry[nature]) for nature in natures if entry.get(nature)}
    return Topic(entry["tag"], tuple(entry["posts"]), lines, tuple(entry["reply"]))
