"""``response``: every comment due or answered, explained to the minute, counted over all that were due."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests import exports
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run, table
from weibo_ops.cli.response import LIST_TITLES, STATS_TITLES

PINNED = "comment_id,reply_id,account,replier,wall_seconds,working_minutes,target_minutes,outcome"


def test_responses_are_the_same_in_every_format_in_order_of_arrival(city: Path) -> None:
    rows = hold_the_three_formats_together(["response", "list"], LIST_TITLES, city)
    times = [row["started_at"] for row in rows]
    assert times == sorted(times)
    assert run("response", "list", "--format", "csv", home=city).out.startswith(PINNED + ",")
    assert list(rows[0])[:8] == PINNED.split(",")


def test_a_row_for_every_comment_that_is_due_or_answered(city: Path) -> None:
    comments = run("comment", "list", "--format", "json", home=city).json
    wanted = {row["platform_id"] for row in comments if row["due"] or row["first_reply_at"]}
    rows = run("response", "list", "--format", "json", home=city).json
    assert {row["comment_id"] for row in rows} == wanted
    assert len(rows) == len(wanted)


def test_filters_cut_the_same_list(city: Path) -> None:
    everything = run("response", "list", "--format", "json", home=city).json
    for outcome in ("on_time", "late", "open", "overdue", "not_due"):
        mine = run("response", "list", "--outcome", outcome, "--format", "json", home=city).json
        assert mine == [row for row in everything if row["outcome"] == outcome]
    assert run("response", "list", "--period", "2026-12", "--format", "json", home=city).json == everything[-1:]
    assert run("response", "list", "--account", exports.UID, "--format", "json", home=city).json == everything


def test_a_follow_up_has_its_own_clock_and_thanks_have_none(city: Path) -> None:
    rows = {row["comment_id"]: row for row in run("response", "list", "--format", "json", home=city).json}
    assert exports.comment_id(800) in rows, "还是没有开门"
    assert exports.comment_id(2) not in rows, "谢谢"
    shown = run("response", "show", exports.comment_id(800), "--format", "json", home=city).json
    assert shown["due_reason"] == "追问"
    assert shown["row"]["outcome"] == "overdue"


def test_every_minute_of_an_answer_is_explained(city: Path) -> None:
    shown = run("response", "show", exports.comment_id(0), "--format", "json", home=city).json
    row, segments = shown["row"], shown["segments"]
    counted = sum(segment["minutes"] for segment in segments if segment["counted"])
    assert counted == pytest.approx(row["working_minutes"], abs=1e-3)
    assert segments[0]["start"] == row["started_at"]
    assert segments[-1]["end"] == row["first_reply_at"]
    for before, after in pairwise(segments):
        assert before["end"] == after["start"]
    assert shown["target_citation"]
    printed = run("response", "show", exports.comment_id(0), home=city).out
    assert shown["target_citation"] in printed
    spread = run("response", "show", exports.comment_id(0), "--format", "csv", home=city).csv
    assert len(spread) == len(segments)


def test_hostile_text_is_harmless_when_shown(city: Path) -> None:
    hostile = next(
        row["platform_id"]
        for row in run("comment", "list", "--format", "json", home=city).json
        if row["text"].startswith("\x1b")
    )
    done = run("response", "show", hostile, home=city)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", done.out + done.err)


def test_what_follows_the_deadline_of_the_unanswered_is_one_line(city: Path) -> None:
    overdue = run("response", "list", "--outcome", "overdue", "--format", "json", home=city).json[0]
    shown = run("response", "show", overdue["comment_id"], home=city).out
    folded = table(shown[re.search(r"^起 ", shown, re.M).start() :])  # type: ignore[union-attr]
    whole = run("response", "show", overdue["comment_id"], "--format", "json", home=city).json["segments"]
    assert [row["说明"] for row in folded].count("期限之后仍未答复(自然时间)") == 1
    assert folded[-1]["起"] == folded[-2]["止"]
    counted = sum(float(row["分钟"]) for row in folded if row["计入"] == "是")
    assert counted == pytest.approx(overdue["target_minutes"], abs=0.01)
    assert sum(part["minutes"] for part in whole) == pytest.approx(sum(float(row["分钟"]) for row in folded), abs=0.01)


def test_a_deadline_beyond_the_known_calendars_is_undetermined_everywhere(city: Path) -> None:
    (row,) = run("response", "list", "--period", "2026-12", "--format", "json", home=city).json
    assert (row["outcome"], row["deadline_at"], row["reply_id"]) == ("open", None, None)
    assert "期限待定" in run("response", "show", row["comment_id"], home=city).out
    mine, _, total = run("response", "stats", "--period", "2026-12", "--format", "json", home=city).json
    assert (mine["due"], mine["undetermined"], mine["open"], mine["rate_denominator"]) == (1, 1, 0, 0)
    assert (mine["on_time_rate"], mine["sentence"]) == (None, "应答复1件,均未到期限或期限待定,未计入。")
    assert {**mine, "account": "合计"} == total


def test_statistics_are_counts_of_the_list(city: Path) -> None:
    stats = hold_the_three_formats_together(["response", "stats", "--period", "2026Q3"], STATS_TITLES, city)
    rows = run("response", "list", "--period", "2026Q3", "--format", "json", home=city).json
    counts = Counter(row["outcome"] for row in rows)
    due = [row for row in rows if row["outcome"] != "not_due"]
    mine = stats[0]
    assert mine["due"] == len(due)
    assert mine["answered"] == sum(row["reply_id"] is not None for row in due)
    assert [mine[name] for name in ("on_time", "late", "overdue")] == [
        counts[n] for n in ("on_time", "late", "overdue")
    ]
    assert mine["open"] + mine["undetermined"] == counts["open"]
    judged = counts["on_time"] + counts["late"] + counts["overdue"]
    assert mine["rate_denominator"] == judged
    assert mine["on_time_rate"] == pytest.approx(counts["on_time"] / judged, abs=5e-5)
    assert mine["sentence"].startswith(f"应答复{len(due)}件,")
    assert f"按时{counts['on_time']}件,未答复{counts['overdue']}件列入未按时" in mine["sentence"]
    assert mine["comments"] == len(run("comment", "list", "--period", "2026Q3", "--format", "json", home=city).json)


def test_a_stretch_that_nobody_observed_has_no_counts(city: Path) -> None:
    for row in run("response", "stats", "--period", "2020Q1", "--format", "json", home=city).json:
        assert (row["observed"], row["comments"], row["due"], row["sentence"]) == (False, None, None, "无数据")
