"""Tables that people hand in: every encoding and layout of an office, and one sentence for what cannot be read."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from weibo_ops.kernel import tables
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.private_file import read_private, write_private
from weibo_ops.kernel.tables import parse_day, parse_yes, read_table

CELLS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), min_size=1, max_size=12
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_every_encoding_and_separator_of_an_office_is_read(tmp_path: Path, encoding: str, mark: str) -> None:
    file = tmp_path / "表.csv"
    file.write_bytes(f"单位{mark}层级\r\n云麓市教育局{mark}市\r\n\r\n".encode(encoding))
    table = read_table(file)
    assert table.header == ("单位", "层级")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("云麓市教育局", "市"))]


def test_a_workbook_gives_days_numbers_and_yes_as_they_are_written(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["登录名", "日期", "数", "外包", "式"],
        ["li", date(2026, 3, 1), 3.0, True, "=1+1"],
        [None] * 5,
        ["wu"],
    ):
        sheet.append(row)
    file = tmp_path / "表.xlsx"
    book.save(file)
    table = read_table(file)
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("li", "2026-03-01", "3", "是", "=1+1")),
        (4, ("wu", "", "", "", "")),
    ]
    assert parse_day(table.rows[0].cell(1)) == date(2026, 3, 1)
    assert table.rows[1].cell(9) == ""
    assert table.rows[1].cell(None) == ""


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_was_written_as_csv_comes_back(tmp_path: Path, rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["甲", "乙", "丙", "丁"], *rows])
    file = tmp_path / "a.csv"
    file.write_text(buffer.getvalue(), "utf-8", newline="")
    kept = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in read_table(file).rows] == kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\x00",
        b"PK\x03\x04 not a workbook",
        "甲,乙\n".encode() + b'"' + b"x" * 200_000,
        b"\x80\x81\x82\x83\x84\x00\x01\x02\xff\xfe\xfd" * 50,
    ],
    ids=["empty", "blank", "half", "zip", "quote", "noise"],
)
def test_what_is_no_table_ends_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "坏.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_table(file)
    assert "坏.csv" in str(refused.value)
    assert refused.value.next_step


def test_too_many_rows_a_folder_and_a_missing_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_text("甲\n" + "1\n" * 20, "utf-8")
    monkeypatch.setattr(tables, "MOST_ROWS", 10)
    with pytest.raises(UsageError, match="超过10行"):
        read_table(file)
    for path in (tmp_path, tmp_path / "没有.csv"):
        with pytest.raises(UsageError, match="无法读取"):
            read_table(path)


def test_headings_are_known_by_their_synonyms_and_a_missing_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("主办 单位*,ＵＩＤ,备注\n甲,1,\n", "utf-8")
    table = read_table(file)
    assert table.columns({"unit": ("单位", "主办单位"), "uid": ("用户id",)}, ["unit"]) == {"unit": 0, "uid": 1}
    with pytest.raises(UsageError, match=r"缺少“昵称、名称”列.*现有:主办 单位"):
        table.columns({"name": ("昵称", "名称")}, ["name"])


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", " 2026-3-1 ", "2026-03-01 00:00:00"]
)
def test_days_as_offices_write_them(text: str) -> None:
    assert parse_day(text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["昨天", "2026-13-01", "2026-02-30", "03-01", "20260301", "2026-03-01 12:00"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="不是日期"):
        parse_day(text)


def test_yes_and_no() -> None:
    assert [parse_yes(word) for word in ("是", "Y", "1", "√", "", "否", "无", "-")] == [True] * 4 + [False] * 4
    with pytest.raises(UsageError, match="应为“是”或“否”"):
        parse_yes("也许")
    assert parse_day("  ") is None


def test_a_private_file_is_written_whole_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "session"
    assert read_private(file) is None
    write_private(file, "秘密")
    write_private(file, "新的")
    assert read_private(file) == "新的"
    assert [each.name for each in tmp_path.iterdir()] == ["session"]
    assert file.stat().st_mode & 0o777 == 0o600
