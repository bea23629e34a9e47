"""Tables that people hand in: CSV in the encodings of Chinese offices, or the first sheet of an XLSX file."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import normalise_name

MOST_ROWS = 200_000
_BROKEN = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True)
class TableRow:
    """A row with the number of its first line (CSV) or row (XLSX), counted from 1, and its cells as text."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """Return a cell without blanks around it; empty where the row is shorter or the column is missing."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True)
class TableFile:
    """A table with its header, its rows and the SHA-256 of the file."""

    name: str
    digest: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]

    def column(self, *synonyms: str) -> int | None:
        """Return the first column whose heading is one of the synonyms, blanks, width and case aside."""
        wanted = {_plain(word) for word in synonyms}
        return next((index for index, word in enumerate(self.header) if _plain(word) in wanted), None)

    def columns(self, synonyms: Mapping[str, Sequence[str]], required: Iterable[str] = ()) -> dict[str, int | None]:
        """Return where each field stands.

        Args:
            synonyms: field → headings that mean it.
            required: fields without which the table is of no use.

        Raises:
            UsageError: a required one is missing, naming its headings and those that the table has.
        """
        found = {field: self.column(field, *words) for field, words in synonyms.items()}
        for field in required:
            if found.get(field) is None:
                words = "、".join(synonyms[field][:3])
                raise UsageError(
                    f"文件“{self.name}”缺少“{words}”列。",
                    next_step=f"表头应有该列;现有:{'、'.join(word for word in self.header if word)[:120] or '无'}。",
                )
        return found


def read_table(path: Path) -> TableFile:
    """Read a table; blank rows are passed over, and a row of formulas comes as the text it was written with.

    Raises:
        UsageError: no such file, no table, no header, an encoding or layout that cannot be read, or too many rows.
    """
    try:
        data = path.read_bytes()
    except OSError:
        raise UsageError(f"文件“{path.name}”无法读取。", next_step="请核对文件的位置。") from None
    lines = _sheet(path, data) if data.startswith(b"PK\x03\x04") else _csv(path, data)
    rows = [row for row in lines if any(cell.strip() for cell in row.cells)]
    if not rows:
        raise UsageError(f"文件“{path.name}”没有内容。", next_step="第一行应为表头,其后每行一条。")
    if len(rows) > MOST_ROWS:
        raise UsageError(f"文件“{path.name}”超过{MOST_ROWS}行。", next_step="请分成几个文件。")
    header = tuple(cell.strip() for cell in rows[0].cells)
    return TableFile(path.name, hashlib.sha256(data).hexdigest(), header, tuple(rows[1:]))


def text_encoding(name: str, data: bytes) -> tuple[str, bool]:
    """Return the encoding of a text file, and whether some of its bytes are no text in it.

    A few broken bytes do not turn UTF-8 into another encoding: GB18030 takes nearly any bytes and would give nonsense.

    Raises:
        UsageError: it is in no encoding that is known here.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        try:
            text = data.decode(encoding, "surrogateescape")
        except UnicodeDecodeError:
            continue
        broken = len(_BROKEN.findall(text))
        foreign = len(_NOT_ASCII.findall(text)) - broken
        if broken * 4 <= foreign:
            return encoding, broken > 0
    raise UsageError(f"文件“{name}”的编码无法识别。", next_step="请另存为 UTF-8 编码后重新导入。")


def parse_day(text: str) -> date | None:
    """Read a day as offices write it (2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日); None for an empty text.

    Raises:
        UsageError: it is no day.
    """
    plain = text.strip()
    if not plain:
        return None
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?", plain)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise UsageError(f"“{plain[:20]}”不是日期。", next_step="请写成 2026-03-01 的形式。")


def parse_yes(text: str) -> bool:
    """Read 是/否 as offices write it; empty is no.

    Raises:
        UsageError: it is neither.
    """
    plain = text.strip().casefold()
    if plain in ("是", "有", "y", "yes", "true", "1", "√"):
        return True
    if plain in ("", "否", "无", "n", "no", "false", "0", "-", "×"):
        return False
    raise UsageError(f"“{text.strip()[:20]}”应为“是”或“否”。", next_step="请改正后重试。")


def _plain(heading: str) -> str:
    return re.sub(r"[\s*_:]", "", normalise_name(heading))


def _csv(path: Path, data: bytes) -> list[TableRow]:
    encoding, _ = text_encoding(path.name, data)
    text = data.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    # Spreadsheet programs of Chinese offices also write tabs or semicolons.
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count) if not first.count(",") else ","
    rows: list[TableRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    start = 1
    try:
        for cells in reader:
            rows.append(TableRow(start, tuple(cells)))
            start = reader.line_num + 1
    except csv.Error:
        raise UsageError(
            f"文件“{path.name}”从第{start}行起无法按 CSV 读取。", next_step="请检查引号是否成对。"
        ) from None
    return rows


def _sheet(path: Path, data: bytes) -> list[TableRow]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        try:
            sheet = book.worksheets[0]
            return [
                TableRow(number, tuple(_cell(value) for value in cells))
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
            ]
        finally:
            book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError):
        raise UsageError(f"文件“{path.name}”不是可读取的 XLSX 工作簿。", next_step="请另存为 XLSX 或 CSV。") from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
