"""``standard new|edit|diff|preview|publish|retire|drop|drafts`` and ``period``, driven as people do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from config.loader import shipped
from tests import exports
from tests.weibo_ops.cli.terminal import Done, hold_the_three_formats_together, run
from weibo_ops.cli import standard
from weibo_ops.kernel.actors import Actor

As = Callable[..., Done]
MAY_ALL = frozenset({"*"})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def by(home: Path) -> As:
    """Run a command as somebody who may do everything."""

    def by_(login: str, *words: str | Path) -> Done:
        with mock.patch("weibo_ops.bootstrap.local_actor", return_value=Actor(login, login, MAY_ALL)):
            return run(*words, home=home)

    return by_


@pytest.fixture
def drafted(by: As, tmp_path: Path) -> Path:
    """A draft of a city's accounts text, number 1, and a file with its text."""
    assert by("zheng", "standard", "new", "accounts", "--layer", "市", "--effective", "2026-09-01").code == 0
    file = tmp_path / "ours.toml"
    file.write_text(by("zheng", "standard", "show", "accounts", "--draft", "1").out, encoding="utf-8")
    return file


def rewrite(file: Path, *edits: tuple[str, str]) -> Path:
    text = file.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return file


def digest_in(done: Done) -> str:
    found = re.search(r"校验码 ([0-9a-f]{64})", done.out + done.err)
    assert found
    return found[1]


def test_from_draft_to_law_and_back(by: As, drafted: Path, tmp_path: Path) -> None:
    folder = exports.export(tmp_path / "export", [exports.post(1, "2026-09-18 09:00")], [])
    assert by("zheng", "import", folder).code == 0
    rewrite(drafted, ("days = 14", "days = 7"), ("days = 10", "days = 5"), ("days = 12", "days = 6"))
    saved = by("zheng", "standard", "edit", "1", "--file", drafted)
    assert saved.code == 0
    assert "通过:草稿1第2稿" in saved.out
    assert "第2稿" in saved.err
    changes = {
        row["key"]: (row["old"], row["new"], row["effect"])
        for row in by("z", "standard", "diff", "1", "--format", "json").json
    }
    assert changes["freshness.silent.days"] == ("14", "7", "收紧")
    assert "+days = 7" in by("z", "standard", "diff", "1", "--text").out
    seen = by("zheng", "standard", "preview", "1", "--as-of", "2026-09-30")
    assert seen.code == 0
    assert "截至2026-10-01 00:00,适用账号1个" in seen.err
    refused = by("zheng", "standard", "publish", "1", "--digest", digest_in(seen))
    assert (refused.code, refused.out) == (1, "")
    assert "另一人" in refused.err
    done = by("wang", "standard", "publish", "1", "--digest", digest_in(seen)[:12], "--format", "json")
    assert done.code == 0
    assert "早于今天" in done.err
    assert by("liu", "standard", "publish", "1", "--digest", digest_in(seen)).code == 1
    listed = {row["digest"]: row for row in by("w", "standard", "list", "--on", "2026-09-30", "--format", "json").json}
    assert listed[digest_in(seen)]["in_force"] is True
    assert listed[shipped("accounts").digest]["in_force"] is False
    assert by("w", "standard", "show", "accounts", "--on", "2026-09-30").out == drafted.read_text("utf-8")
    assert by("w", "standard", "show", "accounts", "--digest", digest_in(seen)[:8]).out == drafted.read_text("utf-8")
    assert by("w", "standard", "show", "accounts", "--on", "2026-08-31").out == shipped("accounts").text
    ended = by("liu", "standard", "retire", digest_in(seen)[:8], "--from", "2026-09-20")
    assert ended.code == 0
    assert by("w", "standard", "show", "accounts", "--on", "2026-09-30").out == shipped("accounts").text


def test_what_is_wrong_is_saved_and_named_by_its_place(by: As, drafted: Path) -> None:
    rewrite(drafted, ("days = 14", "days = 21"), ('suffixes = ["', 'suffixes = ["热线", "'))
    saved = by("zheng", "standard", "edit", "1", "--file", drafted, "--format", "json")
    assert saved.code == 2
    assert {row["key"] for row in saved.json} == {"certification.suffixes", "freshness.silent.days"}
    lines = drafted.read_text("utf-8").split("\n")
    assert all(lines[row["line"] - 1].startswith(row["key"].rpartition(".")[2]) for row in saved.json)
    assert "2处比上层标准宽" in saved.err
    assert by("zheng", "standard", "check", "--draft", "1", "--format", "json").json == saved.json
    drafted.write_text(drafted.read_text("utf-8")[:2500], encoding="utf-8")
    assert by("zheng", "standard", "edit", "1", "--file", drafted, "--version", "2").code == 2
    assert by("zheng", "standard", "edit", "1", "--file", drafted, "--version", "2").code == 1
    refused = by("wang", "standard", "preview", "1")
    assert refused.code == 1
    assert "第" in refused.err
    assert "Traceback" not in refused.err
    assert "逐行比较" in by("wang", "standard", "diff", "1").err


def test_a_file_cut_inside_a_character_is_named_with_its_line(by: As, drafted: Path) -> None:
    data = drafted.read_bytes()
    at = data.index("长度".encode()) + 1
    drafted.write_bytes(data[:at])
    line = data[:at].count(b"\n") + 1
    for words in (("standard", "check", drafted), ("standard", "edit", "1", "--file", drafted)):
        refused = by("zheng", *words)
        assert refused.code == 2
        assert f"第{line}行" in refused.err


def test_the_editor_of_the_terminal_is_used(by: As, drafted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "请用 --file 指定文件" in by("zheng", "standard", "edit", "1").err
    monkeypatch.setattr("weibo_ops.cli.common.on_terminal", lambda: True)
    monkeypatch.delenv("VISUAL", raising=False)
    for editor, said in (
        ("", "没有设置编辑器"),
        ("true", "没有改动"),
        ("false", "没有正常结束"),
        ("nosuch", "没有正常结束"),
    ):
        monkeypatch.setenv("EDITOR", editor)
        assert said in by("zheng", "standard", "edit", "1").err
    monkeypatch.setenv("EDITOR", 'sh -c \'echo "# 本市" >> "$0"\'')
    assert by("wang", "standard", "edit", "1").code == 0
    (row,) = by("z", "standard", "drafts", "--format", "json").json
    assert (row["version"], row["editors"]) == (2, ["wang", "zheng"])


def test_drafts_are_listed_and_dropped(by: As, drafted: Path) -> None:
    assert by("zheng", "standard", "drop", "1").code == 0
    assert by("zheng", "standard", "drafts", "--format", "json").json == []
    assert [row["state"] for row in by("zheng", "standard", "drafts", "--all", "--format", "json").json] == ["已作废"]


def test_periods_are_closed_and_keep_standards_out(by: As, drafted: Path) -> None:
    assert by("zheng", "period", "close", "2026Q3", "--reason", "三季度通报").code == 0
    refused = by("wang", "standard", "check", "--draft", "1")
    assert refused.code == 2
    assert "2026Q3" in refused.out
    found = by("wang", "standard", "drafts", "--format", "json").json[0]["digest"]
    assert "已封账期间" in by("wang", "standard", "publish", "1", "--digest", found).err
    assert [row["name"] for row in by("z", "period", "list", "--format", "json").json] == ["2026Q3"]
    for words, code in (
        (("period", "close", "2026Q3", "--reason", "x"), 1),
        (("period", "close", "2999", "--reason", "x"), 1),
        (("period", "close", "某季", "--reason", "x"), 2),
    ):
        done = by("zheng", *words)
        assert done.code == code
        assert "下一步" in done.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "accounts", "--on", "昨天"), 2, "日期“昨天”无法识别"),
        (("show", "accounts", "--on", "2026-09-30", "--draft", "1"), 2, "只能写一个"),
        (("show", "content", "--draft", "1"), 2, "不是“content”"),
        (("show", "accounts", "--draft", "9"), 1, "没有编号为9的草稿"),
        (("show", "accounts", "--digest", "ffffffff"), 1, "找不到校验码"),
        (("check",), 2, "请指定一个文件"),
        (("new", "accounts", "--layer", "县"), 2, "没有“县”这一层级"),
        (("new", "nothing", "--layer", "市"), 1, "没有名为“nothing”的标准。下一步:可选:accounts、content"),
        (("new", "accounts", "--layer", "单位", "--unit", "没有这个局"), 1, "没有登记全称"),
        (("retire", "ffffffff", "--from", "2026-12-01"), 1, "找不到校验码"),
        (("publish", "1", "--digest", "ab"), 2, "太短"),
        (("diff", "1", "--against", "ffffffff"), 1, "找不到校验码"),
    ],
)
def test_wrong_use_is_one_sentence(by: As, drafted: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = by("wang", "standard", *words)
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_who_may_not_is_told_which_permission(home: Path) -> None:
    done = run("standard", "new", "accounts", "--layer", "市", home=home)
    assert done.code == 1
    assert "起草标准" in done.err


def test_the_three_formats_say_the_same(by: As, drafted: Path, home: Path) -> None:
    del by, drafted
    titles: dict[str, Any] = {**standard.DIFF_TITLES}
    assert hold_the_three_formats_together(["standard", "diff", "1"], titles, home)
