"""Tables fit the terminal: only texts are cut, and what does not fit stands one record under another."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from weibo_ops.cli import common, table

ROWS: list[common.Row] = [
    {"id": "5180000000000001", "at": "2026-07-01 09:00:00", "text": "请问周六窗口开门吗" * 9, "clause": "两周内无更新"},
    {"id": "5180000000000002", "at": "2026-07-01 10:00:00", "text": "谢谢", "clause": "国办秘函〔2019〕19号" * 4},
]
COLUMNS = ["id", "at", "text", "clause"]
TITLES = {"id": "编号", "at": "时间", "text": "内容", "clause": "依据"}


def shown(monkeypatch: pytest.MonkeyPatch, width: int | None) -> list[str]:
    monkeypatch.setattr(table, "_terminal_columns", lambda: width)
    return common.table_text(ROWS, COLUMNS, TITLES).splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 120, 160, 200])
def test_no_line_is_wider_than_the_terminal_and_nothing_but_a_text_is_cut(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    lines = shown(monkeypatch, width)
    assert max(map(cell_len, lines)) <= width
    joined = "".join(line.strip() for line in lines)
    for row in ROWS:
        for column in ("id", "at", "clause"):
            assert str(row[column]).replace(" ", "") in joined.replace(" ", "")


def test_a_wide_terminal_gets_a_table_with_the_text_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, 160)
    assert len(lines) == 4
    assert "…" in lines[2]


def test_a_narrow_terminal_gets_one_record_under_another(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, 80)
    assert lines[0] == "编号  5180000000000001"
    assert lines.count("") == 1
    assert "…" not in "".join(lines)


def test_a_file_or_pipe_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(ROWS[0]["text"]) in shown(monkeypatch, None)[2]
