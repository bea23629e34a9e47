"""A post being written, as values: the fields of the 定稿栏, files by line, marks that move with the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from publishing.checks import CONTENT_CLASSES, Medium
from publishing.enums import Disclosure
from publishing.schemas import HitView, PostDetail, PostEntry
from tui.forms import Ask, Kind, Option
from weibo_ops.kernel.clock import format_beijing

GATEWAY_WORDS = {"manual": "官方客户端", "commercial": "商业接口", "share": "分享接口", "comment": "评论"}
"""How a post goes out, in the words of people."""
LONGEST_TEXT = 20_000
LONGEST_FIELD = 1_000
LONGEST_FILES = 4_000
BETWEEN = re.compile(r"\s*[|｜]\s*")
"""What stands between a file and the words for those who cannot see it."""
REPLACED = re.compile(r"改为“([^“”]+)”")
TOPIC_RULE = "topic.not_allowed"


def asks_of(
    entry: PostEntry, accounts: Sequence[Option], limits: Mapping[str, int], *, editing: bool
) -> tuple[Ask, ...]:
    """Return the fields beside the text, with what stands in them at first."""

    def choices(values: Iterable[str]) -> tuple[Option, ...]:
        return tuple(Option(value, value) for value in values)

    gateways = tuple(
        Option(name, word, f"至多{limits[name]}字" if limits.get(name) else "") for name, word in GATEWAY_WORDS.items()
    )
    fields = (
        Ask("account", "账号", Kind.CHOICE, entry.account, required=True, options=tuple(accounts)),
        Ask("content_class", "类别", Kind.CHOICE, entry.content_class, required=True, options=choices(CONTENT_CLASSES)),
        Ask("gateway", "通道", Kind.CHOICE, entry.gateway, required=True, options=gateways),
        Ask("earliest_at", "最早发布", Kind.INSTANT, format_beijing(entry.earliest_at), hint="不填为签发后即发"),
        Ask("latest_at", "最晚发布", Kind.INSTANT, format_beijing(entry.latest_at), hint="不填为不限"),
        Ask("disclosure", "公开属性", Kind.CHOICE, entry.disclosure, hint="送审前选定", options=choices(Disclosure)),
        Ask("source_basis", "来源依据", value=entry.source_basis, longest=LONGEST_FIELD),
        Ask("secrecy_review", "保密审查", value=entry.secrecy_review, hint="如 经审查不涉密", longest=LONGEST_FIELD),
        Ask("originator", "拟稿人", value=entry.originator, hint="不填为本人", longest=60),
        Ask(
            "media",
            "图片视频",
            Kind.TEXT,
            media_text(entry.media),
            hint="一行一个:路径 | 文字说明",
            longest=LONGEST_FILES,
        ),
        Ask("reply_to", "所答评论", value=entry.reply_to, hint="答复评论的,填评论编号", longest=64),
        Ask("urgent", "应急发布", Kind.YES, "1" if entry.urgent else "", hint="加快审签,不降低签发层级"),
        Ask(
            "urgent_reason",
            "应急理由",
            value=entry.urgent_reason,
            required=True,
            longest=LONGEST_FIELD,
            when=("urgent", "1"),
        ),
    )
    return (*fields, Ask("note", "修改说明", longest=LONGEST_FIELD)) if editing else fields


def entry_of(text: str, values: Mapping[str, Any], media: Sequence[Medium], first: PostEntry) -> PostEntry:
    """Return what was written as an entry; a time that still reads as at first keeps its seconds."""

    def instant(name: str) -> datetime | None:
        before: datetime | None = getattr(first, name)
        given: datetime | None = values.get(name)
        return before if format_beijing(before) == format_beijing(given) else given

    return PostEntry(
        account=values.get("account", ""),
        text=text,
        content_class=values.get("content_class", first.content_class),
        gateway=values.get("gateway", first.gateway),
        media=tuple(media),
        earliest_at=instant("earliest_at"),
        latest_at=instant("latest_at"),
        reply_to=values.get("reply_to", ""),
        urgent=bool(values.get("urgent")),
        urgent_reason=values.get("urgent_reason", ""),
        disclosure=values.get("disclosure", ""),
        source_basis=values.get("source_basis", ""),
        secrecy_review=values.get("secrecy_review", ""),
        originator=values.get("originator", ""),
        note=values.get("note", ""),
    )


# --- files ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileLine:
    """A line of the field of files: one that is kept already, or the path of a new one; and its words."""

    kept: Medium | None
    path: Path
    alt: str


def media_text(media: Iterable[Medium]) -> str:
    """Return files as lines of their field."""
    return "\n".join(f"{each.name} | {each.alt}" if each.alt else each.name for each in media)


def file_lines(text: str, kept: Sequence[Medium]) -> list[FileLine]:
    """Return the lines of the field of files; the name of a kept file means that one, in their order."""
    left = list(kept)
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        known = next((each for each in left if _names(line, each)), None)
        if known is not None:
            left.remove(known)
            alt = BETWEEN.sub("", line[len(known.name) :], count=1)
            found.append(FileLine(known, Path(known.name), alt.strip()))
        else:
            path, *alts = BETWEEN.split(line, maxsplit=1)
            found.append(FileLine(None, Path(path).expanduser(), "".join(alts)))
    return found


def _names(line: str, medium: Medium) -> bool:
    if not line.startswith(medium.name):
        return False
    return line == medium.name or BETWEEN.match(line, len(medium.name)) is not None


def with_files(lines: Iterable[FileLine], attach: Callable[[Path, str], Medium]) -> tuple[Medium, ...]:
    """Return the media of the lines; ``attach`` makes one of a new file."""
    return tuple(
        replace(each.kept, alt=each.alt) if each.kept is not None else attach(each.path, each.alt) for each in lines
    )


# --- hits in a text that changes --------------------------------------------------------------------------------


def replacement(hit: HitView, matched: str) -> str | None:
    """Return the words that a hit's suggestion puts in the place of the matched ones; None if it names none."""
    found = REPLACED.fullmatch(hit.suggestion)
    if found:
        return found[1]
    return hit.suggestion if hit.rule_id == TOPIC_RULE and hit.suggestion and hit.suggestion in matched else None


def placed(hit: HitView, text: str) -> bool:
    """Say whether a hit is about a place of the text, not about the whole of it."""
    return hit.end > hit.start and not (hit.start == 0 and hit.end >= len(text))


def moved(hits: Iterable[HitView], old: str, new: str) -> tuple[HitView, ...]:
    """Return the hits of an older text as they stand in the newer one; those whose characters changed are left out.

    A remark whose characters changed stays, about no place: a person dealt with the words, not yet with the remark.
    """
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    room = min(len(old), len(new)) - head
    tail = next((i for i in range(room) if old[-1 - i] != new[-1 - i]), room)
    shift = len(new) - len(old)
    kept = []
    for hit in hits:
        if not placed(hit, old) or hit.end <= head:
            kept.append(hit)
        elif hit.start >= len(old) - tail:
            kept.append(replace(hit, start=hit.start + shift, end=hit.end + shift))
        elif is_remark(hit):
            kept.append(replace(hit, start=0, end=0))
    return tuple(kept)


REMARK = "remark/"
"""What the keys of remarks begin with, where they stand among the hits."""


def remark_hits(post: PostDetail) -> tuple[HitView, ...]:
    """Return the remarks that are not dealt with as hits of the present text.

    One whose words were changed since is about no place any more, and is told with the words that it was about.
    """
    texts = {each.number: each.text for each in post.revisions}
    now = post.current.text
    found: list[HitView] = []
    for each in post.remarks:
        if each.settled_at is not None:
            continue
        hit = HitView(
            number=0,
            key=f"{REMARK}{each.remark_id}",
            rule_id="",
            severity="advice",
            title=f"批注“{each.quote[:20]}”",
            message=f"{each.text}({each.person})",
            suggestion="",
            start=each.start,
            end=each.end,
            blocks=False,
            waivable=False,
        )
        found += moved([hit], texts.get(each.revision, now), now)
    return tuple(found)


def is_remark(hit: HitView) -> bool:
    """Say whether a hit is a remark of a person."""
    return hit.key.startswith(REMARK)


def location(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 0, of a character of a text."""
    line = text.count("\n", 0, offset)
    return line, offset - (text.rfind("\n", 0, offset) + 1)


def offset_of(text: str, line: int, column: int) -> int:
    """Return which character of a text stands at a line and column."""
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[:line]) + column
