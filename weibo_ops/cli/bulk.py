"""What commands share that take in a table: reading its rows, showing what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from accounts.schemas.people import BulkReport, RowFault
    from weibo_ops.kernel.actors import Actor
    from weibo_ops.kernel.tables import TableFile, TableRow

Entry = TypeVar("Entry")
FileArgument = typer.Argument(..., help="CSV 或 XLSX 文件,第一行为表头")
DryRunOption = typer.Option(False, "--dry-run", help="只试算,不保存")
SkipOption = typer.Option(False, "--skip-faulty", help="跳过有误的行,保存其余各行")
FAULT_TITLES = {"line": "行", "column": "列", "message": "原因"}


def entries(
    file: Path,
    synonyms: Mapping[str, Sequence[str]],
    required: Sequence[str],
    make: Callable[[TableRow, Mapping[str, int | None]], Entry],
) -> tuple[TableFile, list[tuple[int, Entry]], list[RowFault]]:
    """Read a table into entries; a row that cannot be read becomes a fault.

    Args:
        file: the table.
        synonyms: field → headings.
        required: fields whose column must be there.
        make: makes an entry of a row and the columns; raises UsageError.
    """
    from accounts.schemas.people import RowFault
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import read_table

    table = read_table(file)
    columns = table.columns(synonyms, required)
    made: list[tuple[int, Entry]] = []
    faults: list[RowFault] = []
    for row in table.rows:
        try:
            made.append((row.line, make(row, columns)))
        except UsageError as error:
            faults.append(RowFault(row.line, "", str(error)))
    return table, made, faults


def tell(report: BulkReport, fmt: common.Format) -> None:
    """Write the faulty rows to stdout and what happened to stderr; exit 1 when nothing was stored for their sake."""
    if report.faults or fmt is not common.Format.TABLE:
        common.emit([vars(fault) for fault in report.faults], list(FAULT_TITLES), fmt, FAULT_TITLES)
    counts = f"新增 {report.added},更新 {report.changed},未变 {report.unchanged},有误 {len(report.faults)}"
    if report.dry_run:
        common.say(f"试算(未保存):{counts}。")
    elif report.stored:
        common.say(f"已保存:{counts}。")
    else:
        common.say(f"有误 {len(report.faults)} 行,全部未保存。下一步:请改正上列各行,或加 --skip-faulty 跳过。")
        raise typer.Exit(1)


def enter(
    service: Callable[..., BulkReport],
    actor: Actor,
    file: Path,
    synonyms: Mapping[str, Sequence[str]],
    required: Sequence[str],
    make: Callable[[TableRow, Mapping[str, int | None]], Entry],
    dry_run: bool,
    skip_faulty: bool,
    fmt: common.Format,
) -> None:
    """Take a table in through a service's bulk entry; rows that cannot be read count as faulty like those refused."""
    from dataclasses import replace

    table, rows, faults = entries(file, synonyms, required, make)
    unread = bool(faults) and not skip_faulty
    report = service(actor, rows, dry_run=dry_run or unread, skip_faulty=skip_faulty, source=table.digest)
    tell(replace(report, faults=(*faults, *report.faults), dry_run=dry_run), fmt)
