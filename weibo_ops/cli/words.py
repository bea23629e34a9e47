"""``weibo-ops standard import-words``: the office's own word lists from a table, as a draft of the words standard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import bulk, common

if TYPE_CHECKING:
    from accounts.schemas.people import RowFault
    from config.rulebook.base import Severity
    from config.rulebook.words import WordKind
    from config.word_lists import WordRow
    from weibo_ops.kernel.tables import TableRow

COLUMNS = {
    "word": ("词", "词语", "用语", "姓名", "关键词"),
    "kind": ("类别", "分类", "类型"),
    "instead": ("改为", "替换", "替换为", "正确写法", "规范表述", "职务"),
    "valid_until": ("有效期至", "有效期", "失效日期", "到期日"),
    "note": ("说明", "备注"),
    "severity": ("性质", "处理", "严重程度"),
}
PLAIN = {"word": 0, "instead": 1, "valid_until": 2, "note": 3}
"""Where the fields of a line of a TXT list stand."""
SEVERITY_WORDS = {"veto": ("单项否决", "不得发出"), "deduct": ("扣分", "修改或说明"), "advice": ("提示",)}


def register(app: typer.Typer) -> None:
    """Add the command to ``weibo-ops standard``."""
    app.command("import-words", help="导入本单位词表,存为词表标准的草稿")(import_words)


def import_words(
    context: typer.Context,
    file: Path = typer.Argument(..., help="CSV、XLSX(表头:词、类别、改为、有效期至、说明、性质),或 TXT(一行一词)"),
    kind: str = typer.Option(None, "--kind", help="表中没有“类别”列时,全部词的类别,如 禁用词"),
    draft: int = typer.Option(None, "--draft", metavar="ID", help="写入这份草稿;不写时另起草一份"),
    layer: str = typer.Option("单位", "--layer", help="新草稿的层级:国家、省、市、单位"),
    effective: str = typer.Option(None, "--effective", metavar="DAY", help="新草稿的生效日期;默认为明天"),
    replace: bool = typer.Option(False, "--replace", help="以本表取代此前导入的同类词表"),
    dry_run: bool = bulk.DryRunOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """导入本单位词表:存为词表标准的草稿,由另一人发布后适用;有一行有误,全部不保存。原因中不写出词语。"""
    from weibo_ops.kernel.tables import parse_day

    app = common.application(context)
    rows, faults = _rows(file, _kind(kind) if kind else None)
    done = app.word_lists.import_rows(
        app.actor,
        rows,
        layer=layer,
        draft_id=draft,
        effective_from=parse_day(effective) if effective else None,
        replace=replace,
        dry_run=dry_run,
        faults=faults,
    )
    if done.expired:
        common.say(f"{done.expired}条已过有效期,保留在表中,不适用。")
    if done.removed:
        common.say(f"此前导入而本表没有的{done.removed}条{'将' if dry_run else '已'}删去。")
    if done.draft is not None:
        number = done.draft.draft.draft_id
        common.say(
            f"已写入草稿{number}。下一步:weibo-ops standard preview {number} 预览,"
            f"再由另一人 weibo-ops standard publish {number} 发布。"
        )
        for problem in (*done.draft.problems, *done.draft.loosenings):
            common.say(f"不能发布:{problem}")
    bulk.tell(done.report, fmt)


def _rows(file: Path, kind: WordKind | None) -> tuple[list[WordRow], list[RowFault]]:
    from accounts.schemas.people import RowFault
    from weibo_ops.kernel.errors import UsageError

    if file.suffix.lower() in (".txt", ".text"):
        if kind is None:
            raise UsageError("TXT 词表没有类别。", next_step="请用 --kind 写明,如 --kind 禁用词。")
        made, faults = [], []
        for row in _lines(file):
            try:
                if len(row.cells) > len(PLAIN):
                    raise UsageError("至多四栏:词 | 改为 | 有效期至 | 说明")
                made.append(_row(row, PLAIN, kind))
            except UsageError as error:
                faults.append(RowFault(row.line, "", str(error)))
        return made, faults
    required = ("word",) if kind else ("word", "kind")
    _, entries, faults = bulk.entries(file, COLUMNS, required, lambda row, columns: _row(row, columns, kind))
    return [row for _, row in entries], faults


def _lines(file: Path) -> list[TableRow]:
    """Read a list of one word a line, or of ``词 | 改为 | 有效期至 | 说明``; lines that begin with # are remarks."""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import MOST_BYTES, TableRow, text_encoding

    try:
        data = file.read_bytes()
    except OSError:
        raise UsageError(f"文件“{file.name}”无法读取。", next_step="请核对文件的位置。") from None
    if len(data) > MOST_BYTES:
        raise UsageError(f"文件“{file.name}”过大。", next_step="请分成几个文件。")
    encoding, _ = text_encoding(file.name, data)
    lines = enumerate(data.decode(encoding, "replace").removeprefix("\ufeff").splitlines(), 1)
    return [
        TableRow(number, tuple(line.split("|"))) for number, line in lines if line.strip() and line.strip()[0] != "#"
    ]


def _row(row: TableRow, columns: Mapping[str, int | None], kind: WordKind | None) -> WordRow:
    from config.word_lists import SEVERITY, WordRow
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import parse_day

    said = row.cell(columns.get("kind"))
    if said or kind is None:
        kind = _kind(said)
    severity = _severity(row.cell(columns.get("severity")), SEVERITY[kind])
    try:
        until = parse_day(row.cell(columns.get("valid_until")))
    except UsageError:
        # The cell is not quoted: where columns are shifted it holds a word.
        raise UsageError("有效期至应为日期,如 2026-12-31") from None
    word, instead = row.cell(columns["word"]), row.cell(columns.get("instead"))
    return WordRow(row.line, word, kind, severity, instead, until, row.cell(columns.get("note")))


def _kind(said: str) -> WordKind:
    from config.rulebook.words import WordKind
    from weibo_ops.kernel.errors import UsageError

    try:
        return WordKind(said.strip())
    except ValueError:
        what = "类别无法识别" if said.strip() else "没有类别"
        raise UsageError(f"{what}。", next_step=f"可选:{'、'.join(WordKind)}。") from None


def _severity(said: str, default: Severity) -> Severity:
    from config.rulebook.base import Severity
    from weibo_ops.kernel.errors import UsageError

    if not said:
        return default
    for value, words in SEVERITY_WORDS.items():
        if said in (value, *words):
            return Severity(value)
    raise UsageError("性质无法识别。", next_step="可选:单项否决、扣分、提示。")
