"""``weibo-ops calendar``: working time of a file of spans, or one span explained."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.kernel.clock import parse_beijing
from weibo_ops.kernel.errors import UsageError

if TYPE_CHECKING:
    from weibo_ops.kernel.workdays import WorkCalendar

app = typer.Typer(no_args_is_help=True)

_MINUTES = "working_minutes"
_SEGMENT_COLUMNS = ["start", "end", "counted", "minutes", "reason"]
_SEGMENT_TITLES = {"start": "开始", "end": "结束", "counted": "计时", "minutes": "分钟", "reason": "原因"}
_LAYOUT_HELP = "首行须为列名,含 start 和 end 两列,时间写成 2026-09-30 18:00:00(北京时间)。"


@app.command("working")
def working(
    file: str | None = typer.Option(None, "--file", help="CSV 文件,含 start、end 两列(北京时间);- 表示标准输入"),
    from_: str | None = typer.Option(None, "--from", help="开始时间(北京时间),与 --to 合用,逐段说明"),
    to: str | None = typer.Option(None, "--to", help="结束时间(北京时间,不含)"),
    spans: str | None = typer.Option(
        None, "--spans", help="每日工作时段,如 09:00-12:00,13:00-18:00;默认取随附应答标准的工作日历"
    ),
    fmt: common.Format = common.FormatOption,
) -> None:
    """计算两个时间之间的工作时长(分钟);--from 与 --to 逐段说明计时与不计时的原因。"""
    if (file is None) == (from_ is None and to is None):
        raise UsageError("请在 --file 与 --from、--to 之间选用一种。", next_step="查看用法:calendar working --help。")
    if file is not None:
        rows, columns = _measured(file, _calendar(spans))
        common.emit(_shown(rows, fmt), columns, fmt)
        return
    if from_ is None or to is None:
        raise UsageError("--from 与 --to 须同时给出。", next_step="查看用法:calendar working --help。")
    _explain(_calendar(spans), _instant(from_, "--from"), _instant(to, "--to"), fmt)


def _calendar(spans: str | None) -> WorkCalendar:
    from weibo_ops.kernel.workdays import WorkCalendar, parse_spans

    if spans is not None:
        return WorkCalendar(parse_spans(spans))
    from config.loader import shipped

    loaded = shipped("response")
    common.say(f"工作时段取自《{loaded.book.title}》{loaded.book.version}。")
    calendar: WorkCalendar = loaded.book.calendar.work_calendar()
    return calendar


def _explain(calendar: WorkCalendar, start: datetime, end: datetime, fmt: common.Format) -> None:
    segments = calendar.segments(start, end)
    total = round(calendar.working_minutes(start, end), 3)
    rows: list[dict[str, object]] = [
        {
            "start": segment.start,
            "end": segment.end,
            "counted": segment.counted,
            "minutes": round(segment.minutes, 3),
            "reason": segment.reason,
        }
        for segment in segments
    ]
    if fmt is common.Format.JSON:
        common.emit_json({"start": start, "end": end, _MINUTES: total, "segments": rows})
        return
    rows.append({"start": start, "end": end, "counted": None, "minutes": total, "reason": "工作时长合计"})
    if fmt is common.Format.CSV:
        rows = [{**row, "minutes": f"{row['minutes']:.3f}"} for row in rows]
    common.emit(rows, _SEGMENT_COLUMNS, fmt, _SEGMENT_TITLES)


def _shown(rows: list[dict[str, object]], fmt: common.Format) -> list[dict[str, object]]:
    """Working minutes as a JSON number, and with three decimals everywhere else."""
    if fmt is common.Format.JSON:
        return rows
    return [{**row, _MINUTES: "" if row[_MINUTES] is None else f"{row[_MINUTES]:.3f}"} for row in rows]


def _measured(file: str, calendar: WorkCalendar) -> tuple[list[dict[str, object]], list[str]]:
    """Return the rows of a file with their working minutes, and the columns to print."""
    import numpy as np

    place = "标准输入" if file == "-" else f"文件 {file} "
    lines = _lines(place, _decoded(place, _content(file)))
    header = _header(place, next(lines, None))
    rows: list[dict[str, object]] = []
    ticks: list[tuple[int, int]] = []
    for number, cells in lines:
        if len(cells) != len(header):
            raise _bad_line(place, number, f"有{len(cells)}列,表头有{len(header)}列", "请核对逗号和引号。")
        row: dict[str, object] = dict(zip(header, cells, strict=True))
        start, end = (_instant(str(row[key]), f"{place}第{number}行 {key} 列") for key in ("start", "end"))
        if end < start:
            raise _bad_line(place, number, "结束时间早于开始时间", "请核对 start 与 end 的先后。")
        rows.append(row)
        ticks.append((_microseconds(start), _microseconds(end)))
    pairs = np.array(ticks, np.int64).reshape(-1, 2)
    minutes = calendar.working_minutes_array(pairs[:, 0], pairs[:, 1], unit="us")
    note = "note"
    while note in header:
        note += "_"
    unknown = np.isnan(minutes)
    for row, value, missing in zip(rows, minutes.tolist(), unknown.tolist(), strict=True):
        row[_MINUTES] = None if missing else round(value, 3)
        if missing:
            row[note] = _missing_year(calendar, str(row["start"]), str(row["end"]))
    return rows, [*header, _MINUTES, *([note] if bool(unknown.any()) else [])]


def _missing_year(calendar: WorkCalendar, start: str, end: str) -> str:
    from weibo_ops.kernel.workdays import UnknownYearError

    try:
        calendar.working_minutes(parse_beijing(start), parse_beijing(end))
    except UnknownYearError as error:
        return f"期限待定:{error.year}年的节假日和调休安排尚未收录"
    raise AssertionError("the two ways to count working time disagree")


def _content(file: str) -> bytes:
    if file == "-":
        return common.standard_input()
    try:
        return Path(file).read_bytes()
    except OSError:
        raise UsageError(f"文件 {file} 不存在或无法读取。", next_step="请核对路径和权限。") from None


def _decoded(place: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{place}的编码无法识别。", next_step="请另存为 UTF-8 或 GB18030 编码的 CSV。")


def _lines(place: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the last line and the cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _bad_line(place, reader.line_num, "不是完整的 CSV 行", "请核对引号是否成对。") from None
        if cells:
            yield reader.line_num, cells


def _header(place: str, line: tuple[int, list[str]] | None) -> list[str]:
    if line is None:
        raise UsageError(f"{place}没有内容。", next_step=_LAYOUT_HELP)
    number, cells = line
    header = [cell.strip() for cell in cells]
    missing = [column for column in ("start", "end") if column not in header]
    if missing:
        raise _bad_line(place, number, f"表头缺少 {'、'.join(missing)} 列", _LAYOUT_HELP)
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated or _MINUTES in header:
        column = repeated[0] if repeated else _MINUTES
        problem = "重复" if repeated else "与结果列同名"
        raise _bad_line(place, number, f"表头的 {column} 列{problem}", "请改名后再算。")
    return header


def _instant(text: str, place: str) -> datetime:
    try:
        return parse_beijing(text)
    except UsageError as error:
        raise UsageError(f"{place}:{error.message}", next_step=error.next_step) from None
    except OverflowError:
        raise UsageError(f"{place}:时间“{text.strip()[:40]}”超出范围。", next_step="请核对年份。") from None


def _microseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _bad_line(place: str, number: int, problem: str, next_step: str) -> UsageError:
    return UsageError(f"{place}第{number}行{problem}。", next_step=next_step)
