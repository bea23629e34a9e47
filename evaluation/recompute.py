"""Recompute a published table: a scheme's formula over rows of text, other columns untouched."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.rulebook.evaluation import EvaluationBook, Scheme
from evaluation.schemes import apply_formula
from weibo_ops.kernel.errors import UsageError

SCORE = "score"
NO_DATA = ("", "无数据")
LARGEST = 1e15
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Table:
    """A CSV file as text: header, rows with the line each begins on, and the name to call it by."""

    origin: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(data: bytes, origin: str) -> Table:
    """Read CSV bytes: UTF-8 with or without a byte order mark, else GB18030.

    Raises:
        UsageError: neither encoding fits, there is no header, a column name is repeated, or a row has another length.
    """
    reader = csv.reader(io.StringIO(_decoded(data, origin), newline=""), strict=True)
    header: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    try:
        for cells in reader:
            if not header and any(cell.strip() for cell in cells):
                header = tuple(cell.strip() for cell in cells)
            elif cells:
                rows.append((line, tuple(cells)))
            line = reader.line_num + 1
    except csv.Error:
        raise UsageError(
            f"文件“{origin}”第{line}行起不是完整的CSV:引号不成对,或单元格过长。", next_step="请检查该行的引号和内容。"
        ) from None
    _check_layout(origin, header, rows)
    return Table(origin, header, tuple(rows))


def scored_rows(
    book: EvaluationBook, scheme: Scheme, table: Table, columns: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return every row, in order and unchanged, with ``score`` added: None where an input is missing.

    Args:
        book: the standard.
        scheme: the scheme whose formula is applied.
        table: the rows.
        columns: ``{input: column}``; an input that is not named is looked for under its own name.

    Raises:
        UsageError: the scheme has no inputs, an input or column is unknown, a cell is no finite number or negative.
    """
    places = _places(scheme, table, columns)
    result: list[dict[str, object]] = []
    for line, cells in table.rows:
        values = {name: _number(table, scheme, line, table.header[at], cells[at]) for name, at in places.items()}
        row: dict[str, object] = dict(zip(table.header, cells, strict=True))
        row[SCORE] = apply_formula(book, scheme, values)
        result.append(row)
    return result


def parse_columns(text: str) -> dict[str, str]:
    """Read ``LEAF=COLUMN,LEAF=COLUMN`` (full-width signs too).

    Raises:
        UsageError: a pair has no sign or an empty side, or a leaf or column is named twice.
    """
    pairs: dict[str, str] = {}
    for item in re.split("[,，]", text) if text.strip() else ():
        leaf, sign, column = (part.strip() for part in item.replace("＝", "=").partition("="))
        if not (leaf and sign and column):
            raise UsageError(f"--columns 中“{item.strip()}”不成对。", next_step="请写成 指标=列名,多项用逗号隔开。")
        if leaf in pairs or column in pairs.values():
            raise UsageError(
                f"--columns 中“{leaf}={column}”与前面的重复。", next_step="一个指标对应一列,一列只用一次。"
            )
        pairs[leaf] = column
    return pairs


def find_scheme(book: EvaluationBook, name: str) -> Scheme:
    """Return a scheme by id.

    Raises:
        UsageError: there is none; the nearest is offered.
    """
    known = [scheme.id for scheme in book.schemes]
    if name not in known:
        raise UsageError(f"评估标准中没有方案“{name}”。", next_step=_offer(name, known, "可用方案"))
    return book.scheme(name)


def _decoded(data: bytes, origin: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(
        f"文件“{origin}”的编码无法识别,只支持UTF-8和GB18030。", next_step="请在表格软件中另存为“CSV UTF-8”后再试。"
    )


def _check_layout(origin: str, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    if not header:
        raise UsageError(f"文件“{origin}”是空的,没有表头。", next_step="请提供首行为列名的CSV文件。")
    for column in header:
        if header.count(column) > 1:
            raise UsageError(f"文件“{origin}”第1行列名“{column}”重复。", next_step="请改为各不相同的列名。")
    for line, cells in rows:
        if len(cells) != len(header):
            raise UsageError(
                f"文件“{origin}”第{line}行有{len(cells)}列,表头有{len(header)}列。",
                next_step="请补齐或删去多余的单元格;内容含逗号的单元格应加引号。",
            )


def _places(scheme: Scheme, table: Table, columns: Mapping[str, str]) -> dict[str, int]:
    if not scheme.inputs:
        raise UsageError(
            f"方案“{scheme.id}”({scheme.title})没有可代入的算式。",
            rule=scheme.citation,
            next_step="请改用 weibo-ops evaluate run。",
        )
    if SCORE in table.header:
        raise UsageError(
            f"文件“{table.origin}”第1行已有名为 {SCORE} 的列,结果会与之混淆。", next_step="请先将该列改名。"
        )
    for leaf in columns:
        if leaf not in scheme.inputs:
            raise UsageError(
                f"方案“{scheme.id}”没有指标“{leaf}”。", next_step=_offer(leaf, scheme.inputs, "本方案的指标")
            )
    places = {}
    for leaf in scheme.inputs:
        column = columns.get(leaf, leaf)
        if column not in table.header:
            raise UsageError(
                f"文件“{table.origin}”第1行没有指标“{leaf}”所对应的列“{column}”。",
                rule=scheme.citation,
                next_step=f"请用 --columns {leaf}=列名 指明;现有列:{'、'.join(table.header)}。",
            )
        places[leaf] = table.header.index(column)
    return places


def _number(table: Table, scheme: Scheme, line: int, column: str, cell: str) -> float | None:
    text = cell.strip()
    if text in NO_DATA:
        return None
    problem = ""
    if not _NUMBER.fullmatch(text):
        problem = "不是数字"
    elif float(text) < 0:
        problem = "为负数"
    elif float(text) > LARGEST:
        problem = "超出可计算的范围"
    if problem:
        raise UsageError(
            f"文件“{table.origin}”第{line}行“{column}”列的“{text[:40]}”{problem}。",
            rule=scheme.citation,
            next_step="请填写不小于零的有限数,不带单位和千位分隔符;没有数据的留空。",
        )
    return float(text)


def _offer(name: str, known: Sequence[str], title: str) -> str:
    close = difflib.get_close_matches(name, known, 1, 0.4)
    return f"是否为“{close[0]}”?{title}:{'、'.join(known)}。" if close else f"{title}:{'、'.join(known)}。"
