"""The invented city: the same bytes everywhere, in the export's layout, with everything that was planted in it."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from weibo_ops.demo import DemoCity, generate
from weibo_ops.demo.city import COMMENT_HEADER, POST_HEADER, ROSTER_HEADER, USER_HEADER
from weibo_ops.demo.quarter import DAYS, HOLIDAYS, MAKE_UP, after_working, date_of, is_workday, moment_of

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / ".." / "shared" / "data" / "city_export"
FIRST, LAST = "2026-07-01 00:00:00", "2026-09-30 23:59:59"

Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    return generate(tmp_path_factory.mktemp("city"))


def table(path: Path) -> Table:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def files(city: DemoCity, pattern: str) -> Iterator[Path]:
    return (path for path in city.files if re.fullmatch(pattern, path.name))


def posts(city: DemoCity) -> dict[str, Table]:
    return {path.stem: table(path) for path in files(city, r"\d+\.csv")}


def comments(city: DemoCity) -> dict[str, Table]:
    return {path.name.removesuffix("_comments.csv"): table(path) for path in files(city, r".+_comments\.csv")}


def whole(rows: Table) -> Table:
    """Rows that are neither short nor of a broken date."""
    return [row for row in rows if row["like_count"] is not None and row["created_at"] <= LAST and valid(row)]


def valid(row: dict[str, str]) -> bool:
    try:
        datetime.fromisoformat(row["created_at"])
    except ValueError:
        return False
    return True


def found(city: DemoCity, label: str) -> Table:
    ids = set(city.planted[label])
    rows = [row for own in comments(city).values() for row in own if row["id"] in ids]
    assert {row["id"] for row in rows} == ids
    return rows


def digest(folder: Path) -> str:
    parts = [path.name.encode() + path.read_bytes() for path in sorted(folder.iterdir())]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_same_bytes_in_another_process_with_other_hashes_locale_and_zone(city: DemoCity, tmp_path: Path) -> None:
    code = "import sys, pathlib; from weibo_ops.demo import generate; generate(pathlib.Path(sys.argv[1]))"
    for seed, lang, zone in (("1", "C", "UTC"), ("77", "C.UTF-8", "America/New_York")):
        folder = tmp_path / seed
        env = {**os.environ, "PYTHONHASHSEED": seed, "LANG": lang, "LC_ALL": lang, "TZ": zone}
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=env, cwd=ROOT)
        assert digest(folder) == digest(city.files[0].parent)


def test_writing_twice_into_one_folder_changes_nothing(city: DemoCity) -> None:
    before = digest(city.files[0].parent)
    assert generate(city.files[0].parent) == city
    assert digest(city.files[0].parent) == before


def test_volume_keeps_the_demo_quick(city: DemoCity) -> None:
    assert 900 <= sum(map(len, posts(city).values())) <= 1200
    assert 6000 <= sum(map(len, comments(city).values())) <= 8000


def test_layout_is_the_export_of_the_crawler(city: DemoCity) -> None:
    headers = {"users.csv": USER_HEADER, "roster.csv": ROSTER_HEADER}
    for path in city.files:
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        default = COMMENT_HEADER if path.name.endswith("_comments.csv") else POST_HEADER
        assert content[3:].decode().split("\r\n")[0] == headers.get(path.name, default)
    assert set(city.files) == set(city.files[0].parent.iterdir())


def test_headers_equal_the_sample_export(city: DemoCity) -> None:
    if not SAMPLE.exists():
        pytest.skip("the sample export is not at hand")

    def header(path: Path) -> str:
        return path.read_text(encoding="utf-8-sig").split("\n")[0].strip()

    assert header(SAMPLE / "users.csv") == USER_HEADER
    assert header(SAMPLE / "roster.csv") == ROSTER_HEADER.removesuffix(",监管归口"), "the crawler knows no 监管归口"
    assert {header(path) for path in SAMPLE.glob("26*.csv")} == {POST_HEADER}
    assert {header(path) for path in SAMPLE.glob("*_comments.csv")} == {COMMENT_HEADER}


def test_nothing_of_the_sample_export_is_used(city: DemoCity) -> None:
    if not SAMPLE.exists():
        pytest.skip("the sample export is not at hand")
    theirs = [row for path in SAMPLE.glob("*_comments.csv") for row in table(path)]
    their_texts = {(row["text"] or "").split(":")[-1] for row in theirs} | {
        row["正文"] for path in SAMPLE.glob("26*.csv") for row in table(path)
    }
    their_names = {row["user_screen_name"] for row in theirs} | {row["昵称"] for row in table(SAMPLE / "users.csv")}
    ours = [row for rows in comments(city).values() for row in whole(rows)]
    our_texts = {row["text"].split(":")[-1] for row in ours} | {r["正文"] for t in posts(city).values() for r in t}
    common = {text for text in our_texts & their_texts if len(text) > 4}
    assert not common
    our_names = {row["user_screen_name"] for row in ours} | {row["昵称"] for row in table(city.files[0])}
    assert not our_names & their_names
    assert not any(re.search(r"\d{5}$", name) for name in our_names)
    assert not any("澜汀" in path.read_text(encoding="utf-8-sig") for path in city.files)


def test_ids_are_unique_and_grow_with_time(city: DemoCity) -> None:
    for rows in posts(city).values():
        pairs = [(row["完整日期"], int(row["id"])) for row in rows]
        assert pairs == sorted(pairs)
    seen = Counter(row["id"] for rows in posts(city).values() for row in rows)
    assert [key.strip() for key, count in seen.items() if count > 1] == list(city.planted["duplicate_post"])
    assert all(re.fullmatch(r"\d{16}\t", key) for key in seen)
    ours = [row for rows in comments(city).values() for row in whole(rows)]
    repeated = [key for key, count in Counter(row["id"] for row in ours).items() if count > 1]
    assert repeated == list(city.planted["duplicate_comment"])
    ordered = sorted(ours, key=lambda row: int(row["id"]))
    assert [row["created_at"] for row in ordered] == sorted(row["created_at"] for row in ours)


def test_bid_is_the_base62_form_of_the_id(city: DemoCity) -> None:
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def value(letters: str) -> int:
        total = 0
        for letter in letters:
            total = total * 62 + digits.index(letter)
        return total

    for row in posts(city)["9990000001"]:
        first, *rest = re.fullmatch(r"(.)(.{4})(.{4})", row["bid"]).groups()  # type: ignore[union-attr]
        assert int(row["id"]) == int(str(value(first)) + "".join(f"{value(group):07d}" for group in rest))


def test_everything_happens_inside_the_quarter_and_after_its_post(city: DemoCity) -> None:
    posted = {row["id"].strip(): row["完整日期"] for rows in posts(city).values() for row in rows}
    assert all(FIRST <= when <= LAST for when in posted.values())
    orphans = set()
    for rows in comments(city).values():
        for row in whole(rows):
            assert FIRST <= row["created_at"] <= LAST
            if row["weibo_id"] in posted:
                assert row["created_at"] > posted[row["weibo_id"]]
            else:
                orphans.add(row["id"])
    assert orphans == set(city.planted["orphan"])


def test_calendar_agrees_with_the_published_one() -> None:
    import chinese_calendar

    days = [date(2026, 7, 1) + timedelta(days=number) for number in range(DAYS)]
    assert [is_workday(number) for number in range(DAYS)] == [chinese_calendar.is_workday(day) for day in days]
    assert date_of(DAYS - 1) == date(2026, 9, 30)
    assert {date(2026, 9, 25)} == HOLIDAYS
    assert {date(2026, 9, 20)} == MAKE_UP


def test_office_time_skips_lunch_nights_and_the_holiday() -> None:
    assert after_working(moment_of("07-01 11:59:00"), 120) == moment_of("07-01 13:01:00")
    assert after_working(moment_of("07-10 17:59:30"), 60) == moment_of("07-13 09:00:30")
    assert after_working(moment_of("09-24 18:00:00"), 60) == moment_of("09-28 09:01:00")
    assert after_working(moment_of("09-19 10:00:00"), 60) == moment_of("09-20 09:01:00")


def test_accounts_carry_their_faults(city: DemoCity) -> None:
    users = {row["昵称"]: row for row in table(city.files[0])}
    units = {row["昵称"]: row["主办单位"] for row in table(city.files[1])}
    uids = {row["昵称"]: row["用户id"] for row in table(city.files[1])}
    assert [users[name]["是否认证"] for name in units].count("False") == 1
    (uncertified,) = city.planted["uncertified"]
    assert users[uncertified]["认证信息"] == ""
    odd = {name for name in units if units[name] not in users[name]["认证信息"]} - {uncertified}
    assert odd == set(city.planted["wrong_certification"])
    assert {name for name in units if "砚渚" not in name} == set(city.planted["nickname"])
    assert set(users) - set(units) == set(city.planted["look_alike"])
    assert city.uids == tuple(row["用户id"] for row in users.values())
    newest = {name: max(row["完整日期"] for row in posts(city)[uids[name]]) for name in units}
    assert {name for name, when in newest.items() if when < "2026-09-03"} == set(city.planted["silent"])
    assert all(when > "2026-09-17" for name, when in newest.items() if name not in city.planted["silent"])
    assert set(units) - set(comments(city)) == set(city.planted["no_comments"])


def test_offices_of_other_chains_are_not_the_citys_to_grade(city: DemoCity) -> None:
    chains = {row["昵称"]: row["监管归口"] for row in table(city.files[1])}
    assert all(chains.values())
    own = {name for name, office in chains.items() if office == "砚渚市政务公开办"}
    assert set(chains) - own == {"砚渚检察", "砚渚消防"}, "procurators, and what is run from above"


def test_fast_late_and_hardly_answering_accounts(city: DemoCity) -> None:
    def waits(name: str) -> list[float]:
        asked: dict[tuple[str, str], datetime] = {}
        hours = []
        for row in whole(comments(city)[name]):
            when = datetime.fromisoformat(row["created_at"])
            if row["user_screen_name"] != name:
                asked[row["weibo_id"], row["user_screen_name"]] = when
            elif match := re.match("回复@(.+?):", row["text"]):
                hours.append((when - asked[row["weibo_id"], match[1]]).total_seconds() / 3600)
        return sorted(hours)

    def median(name: str) -> float:
        return waits(name)[len(waits(name)) // 2]

    assert median(city.planted["fast"][0]) < 2
    assert median(city.planted["late"][0]) > 72
    (hardly,) = city.planted["hardly_answers"]
    assert len(waits(hardly)) < len(comments(city)[hardly]) / 10


def test_recurring_matter_comes_from_many_names_in_one_place(city: DemoCity) -> None:
    rows = found(city, "recurring")
    assert len({row["user_screen_name"] for row in rows}) == len(rows) >= 25
    assert all("砚北区" in row["text"] and "藕舫街" in row["text"] for row in rows)
    assert max(row["created_at"] for row in rows)[:10] < "2026-08-25" > min(row["created_at"] for row in rows)[:10]


def test_petition_is_copied_by_many_names(city: DemoCity) -> None:
    rows = found(city, "petition")
    assert len({row["user_screen_name"] for row in rows}) == len(rows) >= 15
    assert len({row["text"][:90] for row in rows}) == 1


def test_clock_edges_are_at_their_minutes(city: DemoCity) -> None:
    times = {
        label.removeprefix("clock."): [row["created_at"][5:16] for row in found(city, label)]
        for label in city.planted
        if label.startswith("clock.")
    }
    assert times == {
        "just_before_six": ["07-10 17:59", "07-13 09:02"],
        "lunch": ["07-15 12:10", "07-15 14:20"],
        "night": ["07-22 02:14", "07-22 09:35"],
        "saturday": ["08-15 10:20", "08-17 10:05"],
        "makeup_sunday": ["09-20 15:30", "09-20 17:10"],
        "holiday": ["09-25 11:05", "09-28 09:30"],
        "last_evening": ["09-30 23:41"],
        "holding_then_answer": ["08-03 10:10", "08-03 10:16", "08-03 16:42"],
    }


def test_conversations_hold_what_real_ones_hold(city: DemoCity) -> None:
    names = {row["昵称"] for row in table(city.files[1])}
    assert all(row["user_screen_name"] in names for row in found(city, "holding") + found(city, "without_prefix"))
    assert all(not row["text"].startswith("回复@") for row in found(city, "without_prefix"))
    for label in ("thanks", "followed_up"):
        assert all(re.match(f"回复@({'|'.join(names)}):", row["text"]) for row in found(city, label))
    for label, least in {
        "asked_twice": 40,
        "thanks": 100,
        "followed_up": 60,
        "holding": 100,
        "without_prefix": 30,
    }.items():
        assert len(city.planted[label]) >= least
    everything = [row["text"] for rows in comments(city).values() for row in whole(rows)]
    assert sum("[" in text for text in everything) > 500


def test_spoiled_rows_and_odd_texts_are_there(city: DemoCity) -> None:
    (short,) = found(city, "short_row")
    assert short["user_screen_name"] is None
    (broken,) = found(city, "bad_date")
    assert not valid(broken)
    (formula,) = found(city, "formula")
    assert formula["text"].startswith("=HYPERLINK(")
    (control,) = found(city, "control")
    assert {"\x07", "\x1b", "\u200b", "\u202e"} <= set(control["text"])
    (letter,) = found(city, "long")
    assert 2800 <= len(letter["text"]) <= 3300


def test_texts_do_not_repeat_themselves(city: DemoCity) -> None:
    planted = {key for label in ("petition", "duplicate_comment") for key in city.planted[label]}
    said = [
        row["text"]
        for name, rows in comments(city).items()
        for row in whole(rows)
        if row["user_screen_name"] != name and row["id"] not in planted and not row["text"].startswith("回复@")
    ]
    assert len(set(said)) / len(said) > 0.97
    bodies = [row["正文"] for rows in posts(city).values() for row in rows]
    assert len(set(bodies)) / len(bodies) > 0.97


def test_every_slot_is_filled_and_no_telephone_number_is_named(city: DemoCity) -> None:
    for path in city.files:
        for line in path.read_text(encoding="utf-8-sig").split("\n")[1:]:
            assert not re.search(r"[{}|]|=> ", line), line
    texts = [row["text"] for rows in comments(city).values() for row in whole(rows)]
    texts += [row["正文"] for rows in posts(city).values() for row in rows]
    numbers = {number for text in texts for number in re.findall(r"(?<![@\d])\d{5,}", text)}
    assert numbers <= {"12345"}


def test_replies_fit_the_platform(city: DemoCity) -> None:
    for name, rows in comments(city).items():
        assert all(len(row["text"]) <= 140 for row in whole(rows) if row["user_screen_name"] == name)


def test_a_sentence_stays_in_its_season(city: DemoCity) -> None:
    for rows in posts(city).values():
        for row in rows:
            if "中秋" in row["正文"]:
                assert row["完整日期"][:7] == "2026-09"
