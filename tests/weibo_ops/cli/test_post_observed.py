"""``post observed|hits|check``: what went out, all where a script asks, and what the content standard says to it."""

from __future__ import annotations

from pathlib import Path

from tests import exports
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.cli.post.observed import HIT_TITLES, POST_TITLES


def test_posts_are_the_same_in_every_format_the_newest_first(city: Path) -> None:
    rows = hold_the_three_formats_together(["post", "observed"], POST_TITLES, city)
    assert len(rows) == 71, "no limit where nobody asked for one"
    times = [row["published_at"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_a_table_shows_fifty_and_says_so(city: Path) -> None:
    done = run("post", "observed", home=city)
    assert done.out.count("\n") == 52
    assert "只列出前 50 行" in done.err
    asked = run("post", "observed", "--limit", "3", home=city)
    assert asked.out.count("\n") == 5
    assert asked.err == ""
    assert len(run("post", "observed", "--limit", "3", "--format", "json", home=city).json) == 3


def test_filters(city: Path) -> None:
    def ids(*words: str) -> list[str]:
        return [row["platform_id"] for row in run("post", "observed", *words, "--format", "json", home=city).json]

    assert ids("--hits")[-1] == exports.post_id(3)
    assert ids("--search", "公告69") == [exports.post_id(69)]
    assert ids("--search", "%") == ids("--search", "_") == []
    assert len(ids("--period", "2026Q3")) == 70
    assert ids("--period", "2026-12-31") == [exports.post_id(70)]
    assert ids("--account", exports.UID) == ids("--account", exports.NAME) == ids()


def test_hits_point_at_their_place_and_cite_their_clause(city: Path) -> None:
    rows = hold_the_three_formats_together(["post", "hits"], HIT_TITLES, city)
    texts = {row["platform_id"]: row["text"] for row in run("post", "observed", "--format", "json", home=city).json}
    phone = next(row for row in rows if row["platform_id"] == exports.post_id(3))
    assert texts[phone["platform_id"]][phone["start"] : phone["end"]] == "13800138000"
    assert "13800138000" not in phone["message"], "a hit is not quoted"
    assert all(row["clause"] and row["source"] and row["trust"] for row in rows)
    assert run("post", "hits", "--post", exports.post_id(3), "--format", "json", home=city).json == [phone]
    counted = {
        row["platform_id"]: row["hits"] for row in run("post", "observed", "--hits", "--format", "json", home=city).json
    }
    assert sum(counted.values()) == len(rows)


def test_a_text_is_checked_before_it_goes_out(city: Path, tmp_path: Path) -> None:
    clean = run("post", "check", "今日窗口照常开放。", "--format", "json", home=city)
    assert (clean.code, clean.json) == (0, [])
    assert run("post", "check", "今日窗口照常开放。", home=city).out == "无数据\n"
    long = run("post", "check", "长" * 2001, "--format", "json", home=city)
    assert long.json
    assert long.code == (1 if any(row["severity"] == "veto" for row in long.json) else 0)
    file = tmp_path / "稿.txt"
    file.write_text("联系 13800138000", encoding="utf-8-sig")
    from_file = run("post", "check", "--file", file, "--format", "json", home=city).json
    from_stdin = run("post", "check", "--format", "json", home=city, stdin="联系 13800138000".encode()).json
    assert from_file == from_stdin == run("post", "check", "联系 13800138000", "--format", "json", home=city).json
    assert run("post", "check", "--file", tmp_path / "没有.txt", home=city).code == 2
