"""``comment``: what the public said, whole for a script, harmless for a screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import exports
from tests.weibo_ops.cli.conftest import HOSTILE
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.cli.comment import COMMENT_TITLES

HARMFUL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def listed(city: Path, *words: str) -> list[str]:
    return [row["platform_id"] for row in run("comment", "list", *words, "--format", "json", home=city).json]


def test_comments_are_the_same_in_every_format_the_newest_first(city: Path) -> None:
    rows = hold_the_three_formats_together(["comment", "list"], COMMENT_TITLES, city)
    assert len(rows) == 6 + 40 + 30 + 2
    times = [row["created_at"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert exports.NAME not in {row["author_name"] for row in rows}, "the account's own words are no public voice"


def test_hostile_texts_are_harmless_where_people_look_and_whole_where_programs_read(city: Path) -> None:
    for fmt in ("table", "csv", "json"):
        out = run("comment", "list", "--format", fmt, home=city).out
        assert not HARMFUL.search(out.replace("\t", "") if fmt == "csv" else out), fmt
    spread = run("comment", "list", "--format", "csv", home=city).csv
    assert not [cell for row in spread for cell in row.values() if re.match(r"\s*[=+@]", cell)]
    texts = {row["text"] for row in run("comment", "list", "--format", "json", home=city).json}
    assert set(HOSTILE) <= texts


def test_filters_cut_the_same_list(city: Path) -> None:
    everything = run("comment", "list", "--format", "json", home=city).json
    for option, column in (("--outcome", "outcome"), ("--nature", "nature"), ("--subject", "subject")):
        for value in {row[column] for row in everything} - {None}:
            assert listed(city, option, value) == [r["platform_id"] for r in everything if r[column] == value]
    for flag, due in (("--due", True), ("--not-due", False)):
        assert listed(city, flag) == [row["platform_id"] for row in everything if row["due"] is due]
    for label in ("negative", "neutral", "positive"):
        sure = [r["platform_id"] for r in everything if r["sentiment"] == label and not r["uncertain"]]
        assert listed(city, "--sentiment", label) == sure
    assert listed(city, "--sentiment", "uncertain") == [r["platform_id"] for r in everything if r["uncertain"]]
    assert listed(city, "--search", "元旦") == listed(city, "--period", "2026-12") == [exports.comment_id(801)]
    assert listed(city, "--limit", "2") == [row["platform_id"] for row in everything[:2]]


@pytest.mark.parametrize(("option", "choice"), [("--nature", "投诉"), ("--subject", "交通出行")])
def test_a_slip_in_a_filter_is_no_empty_answer(city: Path, option: str, choice: str) -> None:
    done = run("comment", "list", option, "投拆", home=city)
    assert (done.code, done.out) == (2, "")
    assert choice in done.err.partition("可选:")[2]


def test_as_of_an_earlier_instant_later_comments_and_replies_are_unknown(city: Path) -> None:
    rows = run("comment", "list", "--as-of", "2026-07-26 10:00:00", "--format", "json", home=city).json
    assert all(row["created_at"] < "2026-07-26T10:00:00" for row in rows)
    asked = {row["platform_id"]: row for row in rows}
    morning, afternoon = asked[exports.comment_id(10)], asked[exports.comment_id(20)]
    assert morning["first_reply_at"] is not None
    assert (afternoon["first_reply_at"], afternoon["outcome"]) == (None, "open")


@pytest.mark.parametrize("period", [[], ["--period", "2026Q3"]])
def test_shares_add_up_to_the_public_comments(city: Path, period: list[str]) -> None:
    titles = {"label": "情感", "comments": "评论数", "share": "占比"}
    rows = hold_the_three_formats_together(["comment", "shares", *period], titles, city)
    assert [row["label"] for row in rows] == ["negative", "neutral", "positive", "uncertain"]
    total = len(listed(city, *period))
    assert sum(row["comments"] for row in rows) == total
    for row in rows:
        assert row["share"] == pytest.approx(row["comments"] / total, abs=5e-5)


def test_no_comments_give_no_shares(city: Path) -> None:
    assert run("comment", "shares", "--period", "2025", home=city).out == "无数据\n"
    assert run("comment", "shares", "--period", "2025", "--format", "json", home=city).json == []
