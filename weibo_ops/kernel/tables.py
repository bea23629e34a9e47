"""Tables that people hand in: CSV in the encodings of Chinese offices, or the first sheet of an XLSX file."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import normalise_name

MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_BYTES = 200 * 2**20
"""Of a file, and of what a workbook unpacks to."""
LAST_ROW = 2**20
"""Of a sheet; a row further down is made up."""
TITLE_ROWS = 10
"""How many rows of titles and remarks may stand above a header that is looked for."""
_BROKEN = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
"""What an XLS file begins with, and an XLSX file that has a password."""


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


def read_table(path: Path, headings: Iterable[str] = ()) -> TableFile:
    """Read a table; blank rows are passed over, and a row of formulas comes as the text it was written with.

    Args:
        path: of the file.
        headings: the header is the first row with one of these, which titles and remarks may stand above; the first
            row if there is none, or if nothing is given.

    Raises:
        UsageError: no such file, no table, no header, an encoding or layout that cannot be read, or too many rows.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError:
        raise UsageError(f"文件“{path.name}”无法读取。", next_step="请核对文件的位置。") from None
    if len(data) > MOST_BYTES:
        raise _too_large(path)
    if data.startswith(_OLD_OFFICE):
        raise UsageError(f"文件“{path.name}”是旧版或加密的工作簿。", next_step="请去掉密码,另存为 XLSX 或 CSV。")
    rows = _sheet(path, data) if data.startswith(b"PK\x03\x04") else _csv(path, data)
    if not rows:
        raise UsageError(f"文件“{path.name}”没有内容。", next_step="第一行应为表头,其后每行一条。")
    wanted = {_plain(word) for word in headings}
    at = next((at for at, row in enumerate(rows[:TITLE_ROWS]) if wanted.intersection(map(_plain, row.cells))), 0)
    header = tuple(cell.strip() for cell in rows[at].cells)
    return TableFile(path.name, hashlib.sha256(data).hexdigest(), header, tuple(rows[at + 1 :]))


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


def _too_large(path: Path) -> UsageError:
    return UsageError(f"文件“{path.name}”超过{MOST_BYTES >> 20}MB。", next_step="请分成几个文件。")


def _kept(path: Path, lines: Iterable[TableRow]) -> list[TableRow]:
    """Return the rows that say something, and no more than can be held."""
    rows: list[TableRow] = []
    for row in lines:
        if not any(cell.strip() for cell in row.cells):
            continue
        if len(rows) == MOST_ROWS:
            raise UsageError(f"文件“{path.name}”超过{MOST_ROWS}行。", next_step="请分成几个文件。")
        if len(row.cells) > MOST_COLUMNS:
            raise UsageError(f"文件“{path.name}”第{row.line}行超过{MOST_COLUMNS}列。", next_step="请删去多余的列。")
        rows.append(row)
    return rows


def _csv(path: Path, data: bytes) -> list[TableRow]:
    encoding, _ = text_encoding(path.name, data)
    text = data.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    # Spreadsheet programs of Chinese offices also write tabs or semicolons.
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count) if not first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    start = 1

    def lines() -> Iterator[TableRow]:
        nonlocal start
        for cells in reader:
            yield TableRow(start, tuple(cells))
            start = reader.line_num + 1

    try:
        return _kept(path, lines())
    except csv.Error:
        raise UsageError(
            f"文件“{path.name}”从第{start}行起无法按 CSV 读取。", next_step="请检查引号是否成对。"
        ) from None


def _sheet(path: Path, data: bytes) -> list[TableRow]:
    import warnings
    from zipfile import ZipFile

    from openpyxl import load_workbook

    unreadable = UsageError(f"文件“{path.name}”不是可读取的 XLSX 工作簿。", next_step="请另存为 XLSX 或 CSV。")

    def lines(found: Iterable[Sequence[object]]) -> Iterator[TableRow]:
        for number, values in enumerate(found, start=1):
            if number > LAST_ROW:
                raise unreadable
            # Blank cells are formatted by the thousand; rows of them are told at once.
            last = 0 if values.count(None) == len(values) else len(values)
            while last and values[last - 1] is None:
                last -= 1
            if last:
                yield TableRow(number, tuple(map(_cell, values[:last])))

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_BYTES:
            raise _too_large(path)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it does not know; only cells are asked for.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            sheet = book.worksheets[0]
            # The size that a sheet states is often wrong: too small drops rows, too large makes up billions of cells.
            sheet.reset_dimensions()
            return _kept(path, lines(sheet.iter_rows(values_only=True)))
    except UsageError:
        raise
    except Exception:
        # A damaged workbook fails in its archive, its XML or its values, with an error of each.
        raise unreadable from None


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
