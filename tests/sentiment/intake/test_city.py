"""The city's export of a whole quarter against its oracle: links, times and outcomes, each computed once more."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.weibo_ops.cli.terminal import Done, run

pytestmark = pytest.mark.slow

ORIGIN = datetime(2026, 7, 1)  # noqa: DTZ001 Beijing time, as in the files
CITY = SHARED / "data" / "city_export"
PINNED = "comment_id,reply_id,account,replier,wall_seconds,working_minutes,target_minutes,outcome"
OUTCOMES = {"on_time", "late", "open", "overdue", "not_due"}
HOLIDAYS = {
    *(date(2026, 9, day) for day in (25, 26, 27)),
    *(date(2026, 10, day) for day in range(1, 8)),
}
"""Days off of 2026's third quarter and the week after it, beside week-ends: 中秋 and 国庆 (国办发明电〔2025〕7号)."""
WORKED_WEEKENDS = {date(2026, 9, 20), date(2026, 10, 10)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CITY.is_dir():
        pytest.skip("../shared/data is not here")
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def first(home: Path) -> Done:
    return run("import", CITY, "--format", "json", home=home)


@pytest.fixture(scope="module")
def responses(home: Path, first: Done) -> Done:
    assert first.code == 0
    return run("response", "list", "--format", "csv", home=home)


@pytest.fixture(scope="module")
def truth(home: Path) -> list[dict[str, str]]:
    with (CITY / "replies_truth.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def raw(pattern: str) -> Iterator[list[str]]:
    for path in sorted(CITY.glob("*.csv")):
        if re.fullmatch(pattern, path.name):
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from list(csv.reader(file))[1:]


def asked_at() -> dict[str, datetime]:
    """``{comment id: Beijing time}`` of every comment that is whole."""
    return {
        row[0]: datetime.fromisoformat(row[2])
        for row in raw(r".+_comments\.csv")
        if len(row) >= 5 and re.match(r"\d{4}-\d\d-\d\d ", row[2])
    }


def test_every_reject_is_counted_by_reason(first: Done) -> None:
    rows = list(raw(r".+_comments\.csv"))
    posts = {row[0].strip() for row in raw(r"\d+\.csv")}
    bad = Counter(
        "short_row" if len(row) < 5 else "unknown_post" if row[1].strip() not in posts else "bad_time"
        for row in rows
        if len(row) < 5 or row[1].strip() not in posts or not re.match(r"\d{4}-\d\d-\d\d ", row[2])
    )
    counted = first.json["comments"]
    assert counted["rejected"] == dict(bad) != {}
    assert counted["imported"] + counted["unchanged"] + sum(bad.values()) == len(rows)
    assert counted["imported"] == len({row[0] for row in rows}) - sum(bad.values())
    assert first.json["posts"]["imported"] == len(posts)
    assert f"有 {sum(bad.values())} 行未导入" in first.err


def test_replies_are_linked_as_the_oracle_says(responses: Done, truth: list[dict[str, str]]) -> None:
    found = {row["comment_id"]: row["reply_id"] for row in responses.csv if row["reply_id"]}
    linkable = [row for row in truth if row["linkable"] == "yes"]
    right = sum(found.get(row["comment_id"]) == row["reply_id"] for row in linkable)
    assert right >= 0.99 * len(linkable)
    known = {row["comment_id"] for row in truth} | {row["asked_first"] for row in truth if row["asked_first"]}
    stray = sum(comment not in known for comment in found)
    assert stray <= 0.01 * len(found)
    closed = [row for row in linkable if row["asked_first"]]
    assert sum(found.get(row["asked_first"]) is not None for row in closed) >= 0.99 * len(closed)


def test_the_list_begins_with_the_pinned_columns_and_has_each_comment_once(responses: Done) -> None:
    assert responses.out.splitlines()[0].startswith(PINNED)
    ids = [row["comment_id"] for row in responses.csv]
    assert len(ids) == len(set(ids))
    assert {row["outcome"] for row in responses.csv} <= OUTCOMES


def test_a_row_for_every_comment_that_is_due_or_answered(home: Path, responses: Done) -> None:
    comments = run("comment", "list", "--format", "csv", home=home).csv
    wanted = {row["platform_id"] for row in comments if row["due"] == "true" or row["first_reply_at"]}
    assert {row["comment_id"] for row in responses.csv} == wanted
    outcomes = {row["platform_id"]: row["outcome"] for row in comments}
    assert all(outcomes[row["comment_id"]] == row["outcome"] for row in responses.csv)


def test_wall_seconds_against_the_files_own_timestamps(responses: Done, truth: list[dict[str, str]]) -> None:
    at = asked_at()
    for row in responses.csv:
        if row["reply_id"]:
            assert int(row["wall_seconds"]) == (at[row["reply_id"]] - at[row["comment_id"]]).total_seconds()
        else:
            assert row["wall_seconds"] == row["working_minutes"] == row["replier"] == ""
    by_id = {row["comment_id"]: row for row in responses.csv}
    for pair in truth:
        found = by_id.get(pair["comment_id"])
        if found is not None and found["reply_id"] == pair["reply_id"]:
            assert found["wall_seconds"] == pair["wall_seconds"]
            assert found["replier"] == pair["account"]


def test_working_minutes_and_outcomes_against_a_walk_through_the_minutes(responses: Done) -> None:
    at = asked_at()
    sums = worked_by_minute()
    until = max(*at.values(), *(datetime.fromisoformat(row[15]) for row in raw(r"\d+\.csv"))) + timedelta(seconds=1)
    for row in responses.csv:
        start = at[row["comment_id"]]
        end = at[row["reply_id"]] if row["reply_id"] else until
        worked = worked_seconds(sums, end) - worked_seconds(sums, start)
        if row["reply_id"]:
            assert float(row["working_minutes"]) == pytest.approx(worked / 60, abs=5.1e-4)
        if not row["target_minutes"]:
            assert row["outcome"] == "not_due"
            continue
        promised = int(row["target_minutes"]) * 60
        in_time = worked <= promised
        assert row["outcome"] == (
            ("on_time" if in_time else "late") if row["reply_id"] else "open" if in_time else "overdue"
        )


def test_formulas_and_controls_are_harmless_in_every_list(home: Path, first: Done) -> None:
    for words in (
        ["comment", "list"],
        ["post", "observed"],
        ["response", "list"],
        ["account", "list"],
        ["post", "hits"],
    ):
        for fmt in ("csv", "table", "json"):
            done = run(*words, "--format", fmt, home=home)
            assert done.code == 0
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.out), (words, fmt)
            if fmt == "csv":
                cells = [cell for row in csv.reader(done.out.splitlines(keepends=True)) for cell in row]
                assert not [cell for cell in cells if re.match(r"[\s\u200b]*[=+@]|[\s\u200b]*-(?![\d.]+$)", cell)]


def test_hostile_comments_come_out_whole_as_json(home: Path, first: Done) -> None:
    stored = {row["platform_id"]: row["text"] for row in run("comment", "list", "--format", "json", home=home).json}
    texts = {row[0]: row[4] for row in raw(r".+_comments\.csv") if len(row) >= 5}
    assert all(text == texts[comment] for comment, text in stored.items())
    assert max(map(len, stored.values())) >= 12_000
    assert any("\x1b" in text for text in stored.values())


def test_run_again_it_adds_nothing(home: Path, responses: Done) -> None:
    again = run("import", CITY, "--format", "json", home=home).json
    assert all(count["imported"] == count["updated"] == 0 for count in again.values())
    assert run("response", "list", "--format", "csv", home=home).out == responses.out


def worked_by_minute() -> list[int]:
    """Working minutes from ORIGIN to every minute after it, counted one by one."""
    total = 0
    sums = [0]
    for minute in range(110 * 24 * 60):
        at = ORIGIN + timedelta(minutes=minute)
        total += is_working_day(at.date()) and (9 <= at.hour < 12 or 13 <= at.hour < 18)
        sums.append(total)
    return sums


def worked_seconds(sums: list[int], at: datetime) -> int:
    """Working seconds from ORIGIN to an instant; part of a minute counts by seconds."""
    minute, seconds = divmod(int((at - ORIGIN).total_seconds()), 60)
    return sums[minute] * 60 + seconds * (sums[minute + 1] - sums[minute])


def is_working_day(day: date) -> bool:
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in HOLIDAYS)
