"""The planted cases of each family: what should be pointed at is, what should not is not, both at nine in ten."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.loader import shipped
from config.rulebook.base import Severity
from publishing.checks import Draft, Hit, Medium, Neighbour, WordIndex, check_post

CASES = Path(__file__).parent / "cases"
CONTENT = shipped("content").book
WORDS = WordIndex.of(shipped("words").book)
ON = date(2026, 5, 20)
VIDEOS = (".mp4", ".mov", ".avi", ".mkv", ".m4v", ".wmv", ".flv")


def rules(*beginnings: str) -> Callable[[Hit], bool]:
    return lambda hit: hit.rule_id.startswith(beginnings)


FAMILIES: dict[str, Callable[[Hit], bool]] = {
    "words": rules("words.misprints", "words.confusable", "words.standard_terms", "words.forbidden", "words.sensitive"),
    "personal_id": rules("personal.id_number"),
    "personal_mobile": lambda hit: hit.rule_id == "personal.mobile" and hit.severity is not Severity.ADVICE,
    "personal_landline": rules("personal.landline"),
    "personal_card": rules("personal.bank_card"),
    "personal_plate": rules("personal.plate"),
    "secrecy": rules("secrecy.mark"),
    "internal": rules("secrecy.internal"),
    "advertising": rules("advertising"),
    "empty_phrases": rules("phrases."),
    "tone": rules("tone.", "words.slick", "words.emotional", "words.arguing"),
    "plain_language": rules("plain."),
    "duplicate": rules("duplicate."),
    "contradiction": rules("contradiction."),
    "length": rules("length."),
    "links": rules("link.outside", "topic."),
    "casualty": rules("casualties."),
    "media": rules("media."),
}


def _media(written: str) -> tuple[Medium, ...]:
    found = []
    for number, part in enumerate(filter(None, written.split(";"))):
        name, size, alt = (*part.split(":", 2), "", "")[:3]
        kind = "视频" if name.lower().endswith(VIDEOS) else "图片"
        # Nothing tells bytes apart but name and size: the same two are the same file.
        found.append(Medium(name, f"{name}:{size}" if size else str(number), int(size or 0), kind, alt))
    return tuple(found)


def _written(field: str | None) -> str:
    """Return a field with ``\\n`` and ``\\u200b`` as the characters that they stand for."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), (field or "").replace("\\n", "\n"))


def _hits(row: dict[str, str]) -> tuple[Hit, ...]:
    other = _written(row.get("other"))
    # Which day the other text is of is not said: the same, so that 今天 means the same day in both.
    sent = datetime(2026, 5, 19, 23, 0, tzinfo=UTC)
    content_class = row.get("class") or "日常"
    neighbours = (Neighbour("P-1", "云麓发布", True, sent, other, content_class == "回复"),) if other else ()
    draft = Draft(
        _written(row["text"]),
        gateway=row.get("gateway") or "manual",
        content_class=content_class,
        media=_media(_written(row.get("media"))),
        source_basis=row.get("basis") or "",
        neighbours=neighbours,
        on=ON,
    )
    return check_post(draft, CONTENT, WORDS)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_precision_and_recall(family: str) -> None:
    with (CASES / f"{family}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [(row, any(FAMILIES[family](hit) for hit in _hits(row))) for row in rows]
    right = sum(pointed and row["expect"] == "yes" for row, pointed in found)
    pointed_at = sum(pointed for _, pointed in found)
    wanted = sum(row["expect"] == "yes" for row in rows)
    precision, recall = right / pointed_at, right / wanted
    print(f"\n{family}: {len(rows)} cases, precision {precision:.3f}, recall {recall:.3f}")
    for row, pointed in found:
        if pointed != (row["expect"] == "yes"):
            print(
                f"  {'missed' if not pointed else 'wrongly pointed at'}: {row['text'][:160]} | {row.get('other') or ''}"
            )
    assert precision >= 0.9
    assert recall >= 0.9
