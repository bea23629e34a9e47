"""What every command shares: the output contract (data on stdout, narration on stderr) and the open application."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application
    from weibo_ops.kernel.paging import Page

Row = Mapping[str, object]
T = TypeVar("T")
MORE_ROWS = "只列出前 {count} 行;加 --limit 或用 --format csv 可取全部。"


class Format(StrEnum):
    """Output formats of every command that lists."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = typer.Option(Format.TABLE, "--format", help="输出格式:table 表格、json、csv")
LimitOption = typer.Option(None, "--limit", min=1, help="最多行数;表格默认 50,csv 与 json 默认全部")
AsOfOption = typer.Option(None, "--as-of", help="截至时间(北京时间),如 2026-09-30;默认为最新一条观测数据的时间")


_UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Controls and reordering characters that JSON does not escape by itself."""


def say(message: str) -> None:
    """Write one line of narration to stderr."""
    typer.echo(message, err=True)


def emit(
    rows: Iterable[Row], columns: Sequence[str], fmt: Format = Format.TABLE, titles: Mapping[str, str] | None = None
) -> None:
    """Write rows to stdout in the chosen format.

    Args:
        rows: one mapping per row; missing keys count as None.
        columns: keys to write, in order; they are the CSV header and the JSON keys.
        fmt: table (Chinese titles, cells fitted to the terminal), JSON array, or CSV (UTF-8, texts made harmless).
        titles: Chinese column titles of the table; a key without one is shown as it is.
    """
    if fmt is Format.JSON:
        emit_json([{column: row.get(column) for column in columns} for row in rows])
    elif fmt is Format.CSV:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([csv_cell(row.get(column)) for column in columns] for row in rows)
        write(buffer.getvalue())
    else:
        write(table_text(list(rows), columns, titles or {}))


def emit_json(value: object) -> None:
    """Write one JSON value to stdout; instants appear as ISO 8601 in Beijing time.

    Texts come through whole: what could act on a terminal is written as a JSON escape.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_json_default)
    write(_UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")


def write(text: str) -> None:
    """Write text to stdout as UTF-8 whatever the locale; a closed pipe or no stdout at all ends quietly."""
    if sys.stdout is None:
        return
    stream = getattr(sys.stdout, "buffer", None)
    try:
        if stream is None:
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            stream.write(text.encode("utf-8", "backslashreplace"))
            stream.flush()
    except BrokenPipeError:
        # What is still in the buffer goes nowhere, or the interpreter complains of it when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def csv_cell(value: object) -> str:
    """Return a value as a CSV cell: empty for None, Beijing time for instants, text made harmless."""
    from weibo_ops.kernel.text import defuse, defuse_cell

    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return defuse_cell(defuse(_plain(value)))


def table_text(rows: Sequence[Row], columns: Sequence[str], titles: Mapping[str, str]) -> str:
    """Return an aligned plain-text table; without rows the one line 无数据."""
    from weibo_ops.cli.table import laid_out
    from weibo_ops.kernel.text import defuse

    if not rows:
        return "无数据\n"
    right = {column for column in columns if all(isinstance(row.get(column), int | float | None) for row in rows)}
    heads = [titles.get(column, column) for column in columns]
    cells = [[defuse(_table_cell(row.get(column)), newline=" ", tab=" ") for column in columns] for row in rows]
    return laid_out(cells, columns, heads, right)


def _table_cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        from weibo_ops.kernel.clock import format_beijing

        return format_beijing(value, seconds=True)
    if isinstance(value, list | tuple):
        return ";".join(_plain(item) for item in value)
    return str(value)


def _json_default(value: object) -> object:
    if isinstance(value, datetime):
        from weibo_ops.kernel.clock import beijing

        return beijing(value).isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def application(context: typer.Context, *, signed_in: bool = True) -> Application:
    """Open the application on the home and database that the global options name; it closes with the command.

    Args:
        context: of the command.
        signed_in: refuse whoever is not signed in, or must choose a password first; False for signing in itself.

    Raises:
        EnvironmentFault: the home or database cannot be used.
        SignInRequiredError: people are registered in this home and nobody is signed in.
        RefusedError: the password that an administrator gave must be changed first.
    """
    from accounts.service.sessions import VISITOR
    from config.settings import load_settings
    from weibo_ops.bootstrap import Application
    from weibo_ops.kernel.errors import RefusedError, SignInRequiredError

    root = context.find_root()
    options: dict[str, str | None] = root.obj or {}
    home = options.get("home")
    settings = load_settings(Path(home) if home else None, options.get("db"))
    if not signed_in:
        app = Application.open(settings, actor=VISITOR)
        root.call_on_close(app.close)
        return app
    app = Application.open(settings, as_login=options.get("as"))
    root.call_on_close(app.close)
    if app.actor is VISITOR:
        raise SignInRequiredError
    if app.sessions.must_change_password(app.actor):
        raise RefusedError("首次登录或口令被重设后,须先更换口令。", next_step="weibo-ops passwd。")
    return app


def pages(fetch: Callable[[int, str | None], Page[Any]], limit: int | None, fmt: Format) -> list[Row]:
    """Collect rows page by page.

    Args:
        fetch: takes (page size, cursor) and gives a page of DTOs.
        limit: rows at most; None means 50 in a table and all rows in CSV and JSON.
        fmt: the output format.
    """
    wanted = _most(limit, fmt)
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        page = fetch(min(wanted - len(rows), 1000) if wanted else 1000, cursor)
        rows += [vars(item) for item in page.items]
        cursor = page.next_cursor
        if cursor is None or (wanted is not None and len(rows) >= wanted):
            if cursor is not None and limit is None:
                say(MORE_ROWS.format(count=len(rows)))
            return rows


def first(rows: Sequence[T], limit: int | None, fmt: Format) -> Sequence[T]:
    """Return the rows that a list shows, as `pages` does."""
    wanted = _most(limit, fmt)
    if limit is None and wanted is not None and len(rows) > wanted:
        say(MORE_ROWS.format(count=wanted))
    return rows[:wanted]


def _most(limit: int | None, fmt: Format) -> int | None:
    return limit or (50 if fmt is Format.TABLE else None)


def text_input(text: str | None, file: Path | None) -> str:
    """Return the text given as argument, in a file (UTF-8), or on standard input.

    Raises:
        UsageError: the file cannot be read as UTF-8 text, or there is no text.
    """
    from weibo_ops.kernel.errors import UsageError

    if text is not None:
        return text
    try:
        content = file.read_text(encoding="utf-8-sig") if file else standard_input().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError("文字无法读取。", next_step="请检查文件是否存在且为 UTF-8 编码。") from None
    if not content.strip():
        raise UsageError("没有可检查的文字。", next_step="请在命令后给出文字,或用 --file 指定文件。")
    return content


def standard_input() -> bytes:
    """Return all of standard input; nothing where it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read()


def on_terminal() -> bool:
    """Say whether a person sits before it: input, output and error (where screens are drawn) are all a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def write_csv(path: Path, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write rows to a CSV file that spreadsheet programs open rightly (UTF-8 with BOM, texts made harmless).

    Raises:
        EnvironmentFault: the file cannot be written.
    """
    from weibo_ops.kernel.errors import EnvironmentFault

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            writer.writerows([csv_cell(row.get(column)) for column in columns] for row in rows)
    except OSError as fault:
        raise EnvironmentFault(f"无法写入“{path}”。", next_step="请检查位置是否存在且可写。") from fault


def percent(value: float | None) -> str | None:
    """Return a rate between 0 and 1 as a percentage with one decimal for a table; None stays None."""
    return None if value is None else f"{value:.1%}"


def as_of_option(text: str | None) -> datetime | None:
    """Turn an ``--as-of`` value into a UTC instant; None stays None."""
    from weibo_ops.kernel.clock import parse_as_of

    return parse_as_of(text) if text else None
