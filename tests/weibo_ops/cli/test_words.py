"""``standard import-words``: tables and plain lists, dry run, faults by row, in every format; no word is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.weibo_ops.cli.desk import Desk

TABLE = """词,类别,改为,有效期至,说明,性质
紫穗槐密语,禁用词,,,,
青稞旧称,敏感词,青稞新称,2026/12/31,十月起改称,提示
周某某,领导人姓名职务,云麓市市长,,,
"""
FAULTY = "词,类别,有效期至\n紫穗槐密语,禁语,\n青稞旧称,禁用词,明年\n紫,禁用词,\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "home")
    yield made
    made.app.close()


def test_a_table_is_tried_stored_and_found_in_the_draft(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "词表.csv"
    file.write_text(TABLE, "gb18030")
    tried = desk("zheng", "standard", "import-words", file, "--dry-run")
    assert (tried.code, "试算(未保存):新增 3" in tried.err, desk.app.standard_drafts.drafts()) == (0, True, [])
    done = desk("zheng", "standard", "import-words", file)
    assert done.code == 0, done.err
    (draft,) = desk.app.standard_drafts.drafts()
    assert f"已写入草稿{draft.draft_id}" in done.err
    assert "青稞旧称 | 青稞新称 | 2026-12-31 | 十月起改称" in draft.text
    assert desk("zheng", "standard", "check", "--draft", draft.draft_id).code == 0
    assert not any(word in tried.err + tried.out + done.err + done.out for word in ("紫穗", "青稞", "周某"))


def test_a_plain_list_needs_its_kind_and_may_go_into_a_draft(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "词表.txt"
    file.write_text("# 说明\n紫穗槐密语\n青稞旧称 | 青稞新称 | 2026-12-31\n", "utf-8")
    assert "--kind" in desk("zheng", "standard", "import-words", file).err
    assert desk("zheng", "standard", "import-words", file, "--kind", "敏感词", "--effective", "2026-11-01").code == 0
    (draft,) = desk.app.standard_drafts.drafts()
    again = desk(
        "zheng", "standard", "import-words", file, "--kind", "敏感词", "--draft", draft.draft_id, "--format", "json"
    )
    assert (again.code, json.loads(again.out)) == (0, [])
    assert "新增 0,更新 0,未变 2" in again.err


def test_faulty_rows_are_listed_by_line_and_nothing_is_stored(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "词表.csv"
    file.write_text(FAULTY, "utf-8")
    done = desk("zheng", "standard", "import-words", file, "--format", "json")
    assert done.code == 1
    faults = json.loads(done.out)
    assert [fault["line"] for fault in faults] == [2, 3, 4]
    assert "类别无法识别" in faults[0]["message"]
    assert not any(word in done.out + done.err for word in ("紫", "青稞", "明年"))
    assert desk.app.standard_drafts.drafts() == []


@pytest.mark.parametrize("login", ["zhao", "zhou"])
def test_only_who_drafts_standards_hands_lists_in(desk: Desk, tmp_path: Path, login: str) -> None:
    file = tmp_path / "词表.csv"
    file.write_text(TABLE, "utf-8")
    assert desk(login, "standard", "import-words", file).code == 1
