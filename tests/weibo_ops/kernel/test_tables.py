"""Tables that people hand in: every encoding and layout of an office, and one sentence for what cannot be read."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from weibo_ops.kernel import tables
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.tables import parse_day, parse_yes, read_table

CELLS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), min_size=1, max_size=12
)


SHEET = "xl/worksheets/sheet1.xml"


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(folder / "表.xlsx")
    return folder / "表.xlsx"


def changed(file: Path, part: str, old: bytes, new: bytes) -> None:
    """Change the XML of one part of a workbook."""
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_every_encoding_and_separator_of_an_office_is_read(tmp_path: Path, encoding: str, mark: str) -> None:
    file = tmp_path / "表.csv"
    file.write_bytes(f"单位{mark}层级\r\n云麓市教育局{mark}市\r\n\r\n".encode(encoding))
    table = read_table(file)
    assert table.header == ("单位", "层级")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("云麓市教育局", "市"))]


def test_a_workbook_gives_days_numbers_and_yes_as_they_are_written(tmp_path: Path) -> None:
    file = workbook(
        tmp_path,
        ["登录名", "日期", "数", "外包", "式"],
        ["li", date(2026, 3, 1), 3.0, True, "=1+1"],
        [None] * 5,
        ["wu"],
    )
    table = read_table(file)
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("li", "2026-03-01", "3", "是", "=1+1")),
        (4, ("wu",)),
    ]
    assert parse_day(table.rows[0].cell(1)) == date(2026, 3, 1)
    assert table.rows[1].cell(9) == ""
    assert table.rows[1].cell(None) == ""


def test_a_workbook_s_cells_of_every_kind_are_text(tmp_path: Path) -> None:
    file = workbook(
        tmp_path,
        ["甲", "乙", "丙", "丁", "戊", "己"],
        [datetime.combine(date(2026, 3, 1), time(9, 30)), time(9, 30), 13800138000, 0.5, False, "#N/A"],
        [1e16, -2.0, "  ", "'0012", "\ufeff中", "a\nb"],
    )
    assert [row.cells for row in read_table(file).rows] == [
        ("2026-03-01 09:30:00", "09:30:00", "13800138000", "0.5", "否", "#N/A"),
        ("10000000000000000", "-2", "  ", "'0012", "\ufeff中", "a\nb"),
    ]


def test_the_size_that_a_sheet_states_neither_drops_nor_makes_up_rows(tmp_path: Path) -> None:
    file = workbook(tmp_path, ["单位", "层级"], ["甲", "市"], ["乙", "市"])
    for stated in (b"A1", b"A1:A2", b"B2:B3", b"A1:XFD1048576"):
        changed(file, SHEET, b'<dimension ref="A1:B3"', b'<dimension ref="%s"' % stated)
        table = read_table(file)
        assert table.header == ("单位", "层级")
        assert [(row.line, row.cells) for row in table.rows] == [(2, ("甲", "市")), (3, ("乙", "市"))]
        changed(file, SHEET, b'<dimension ref="%s"' % stated, b'<dimension ref="A1:B3"')
    changed(file, SHEET, b"</sheetData>", b'<row r="9"><c r="XFD9" s="0"/></row></sheetData>')
    assert len(read_table(file).rows) == 2, "a formatted cell without content is no row"


def test_a_workbook_without_styles_is_read_without_a_warning(tmp_path: Path) -> None:
    file = workbook(tmp_path, ["单位"], ["甲"])
    with ZipFile(file) as archive:
        style = archive.read("xl/styles.xml")
    changed(file, "xl/styles.xml", style, b"<styleSheet/>")
    assert [row.cells for row in read_table(file).rows] == [("甲",)]


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>',
        b'<row r="3"><c r="XFD3"><v>1</v></c></row>',
        b'<row r="drei"><c r="A3"><v>1</v></c></row>',
        b'<row r="3"><c r="A3"><v>1</v>',
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>&all;</t></is></c></row>',
    ],
    ids=["far", "wide", "number", "cut", "entity"],
)
def test_a_sheet_that_was_made_to_harm_ends_in_one_sentence(tmp_path: Path, rows: bytes) -> None:
    file = workbook(tmp_path, ["单位"], ["甲"])
    changed(file, SHEET, b"</sheetData>", rows + b"</sheetData>")
    with pytest.raises(UsageError, match=r"表\.xlsx"):
        read_table(file)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path, ["单位"], ["甲" * 30_000])
    changed(file, SHEET, b"</sheetData>", b" " * 3 * 2**20 + b"</sheetData>")
    assert file.stat().st_size < 2**20
    monkeypatch.setattr(tables, "MOST_BYTES", 2 * 2**20)
    with pytest.raises(UsageError, match="超过2MB"):
        read_table(file)
    plain = tmp_path / "大.csv"
    plain.write_bytes(b"x" * (2 * 2**20 + 1))
    with pytest.raises(UsageError, match="超过2MB"):
        read_table(plain)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(4, 4_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    file = tmp_path / "好.xlsx"
    if not file.exists():
        workbook(tmp_path, ["单位", "层级"], ["甲", "市"]).rename(file)
    data = bytearray(file.read_bytes())
    for at, byte in damage:
        data[at % len(data)] = byte
    hurt = tmp_path / "坏.xlsx"
    hurt.write_bytes(data)
    with suppress(UsageError):
        read_table(hurt)


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
@pytest.mark.parametrize("text", [b"", b"<not xml"])
def test_a_workbook_with_a_part_that_is_no_xml_is_refused(tmp_path: Path, part: str, text: bytes) -> None:
    file = workbook(tmp_path, ["单位"], ["甲"])
    with ZipFile(file) as archive:
        whole = archive.read(part)
    changed(file, part, whole, text)
    with pytest.raises(UsageError, match="不是可读取的 XLSX"):
        read_table(file)


def test_a_workbook_of_old_or_under_a_password_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "旧.xls"
    file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "工作表".encode("utf-16-le") * 100)
    with pytest.raises(UsageError, match=r"旧版或加密.*另存为 XLSX 或 CSV"):
        read_table(file)


def test_lines_of_old_and_new_systems_blank_rows_and_quoted_breaks_keep_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for end in ("\n", "\r\n", "\r"):
        file.write_bytes(end.join(["甲,乙", ",", "", '"一', '二",2', "三,3"]).encode())
        assert [(row.line, row.cell(1)) for row in read_table(file).rows] == [(4, "2"), (6, "3")]
    file.write_bytes("名称\n云麓,发布\n云麓;发布\n".encode())
    table = read_table(file)
    assert table.header == ("名称",)
    assert [row.cell(0) for row in table.rows] == ["云麓", "云麓;发布"], "the header says what separates"
    file.write_bytes(b"a,b\n1\x00,2\n")
    assert read_table(file).rows[0].cells == ("1\ufffd", "2")
    file.write_bytes("甲,乙\n".encode())
    assert read_table(file).rows == ()


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
