"""``weibo-ops post import``: many drafts from one table, all or none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import bulk, common
from weibo_ops.cli.post.entry import attached, instant
from weibo_ops.cli.post.pages import GATEWAYS

if TYPE_CHECKING:
    from publishing.schemas import PostEntry
    from weibo_ops.bootstrap import Application
    from weibo_ops.kernel.tables import TableRow

HEADINGS = {
    "account": ("账号", "账号名称", "昵称", "发布账号"),
    "text": ("正文", "内容", "文字", "微博正文", "稿件"),
    "content_class": ("类别", "内容类别", "分类"),
    "gateway": ("通道", "发布通道"),
    "earliest_at": ("最早", "最早发布", "最早发布时间", "不早于", "发布时间", "计划发布时间"),
    "latest_at": ("最晚", "最晚发布", "最晚发布时间", "不晚于", "截止时间"),
    "reply_to": ("所答复的评论", "评论编号", "评论id"),
    "urgent": ("应急", "应急发布"),
    "urgent_reason": ("应急事由", "应急理由"),
    "disclosure": ("公开属性", "能否公开", "公开方式"),
    "source_basis": ("来源依据", "来源与依据", "来源", "依据"),
    "secrecy_review": ("保密审查", "保密审查结论"),
    "originator": ("拟稿人", "撰稿人", "作者"),
    "note": ("备注", "说明", "改稿说明"),
    "media": ("图片", "图片视频", "附件", "配图", "视频"),
    "alt": ("替代文字", "图片说明"),
}
GATEWAY_WORDS = {word: name for name, word in GATEWAYS.items()}
"""What offices write in the column of the way a post goes out; the program's own names are taken, too."""


def register(app: typer.Typer) -> None:
    """Add the command to ``weibo-ops post``."""
    app.command("import", short_help="批量起草")(import_posts)


def import_posts(
    context: typer.Context,
    file: Path = bulk.FileArgument,
    dry_run: bool = bulk.DryRunOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """批量起草:每行一件,与单件起草同样检查;一行有误即全部不保存。图片路径以本文件所在文件夹为准,用分号隔开。"""
    from accounts.schemas.people import RowFault
    from weibo_ops.kernel.errors import UsageError

    app = common.application(context)
    _no_heading_twice(file)

    def make(row: TableRow, columns: Mapping[str, int | None]) -> PostEntry:
        return _entry(app, file.parent, {field: row.cell(column) for field, column in columns.items()})

    table, rows, unread = bulk.entries(file, HEADINGS, ["account", "text"], make)
    if not rows and not unread:
        raise UsageError(f"文件“{file.name}”只有表头,没有稿件。", next_step="请自第二行起每行写一件稿件。")
    report = app.posts.import_rows(app.actor, rows, dry_run=dry_run or bool(unread), source=file.name)
    faults: tuple[RowFault, ...] = tuple(sorted((*unread, *report.faults), key=lambda fault: fault.line))
    if faults or fmt is not common.Format.TABLE:
        common.emit([vars(fault) for fault in faults], list(bulk.FAULT_TITLES), fmt, bulk.FAULT_TITLES)
    counts = f"可起草 {report.added} 件,有误 {len(faults)} 行"
    others = _unknown(table.header)
    if others:
        common.say(f"未采用的列(表头无法识别):{'、'.join(others)}。")
    if dry_run:
        common.say(f"试算(未保存):{counts}。")
    elif faults:
        common.say(f"{counts},全部未保存。下一步:请改正上列各行后重新导入。")
    else:
        ids = report.details["posts"]
        assert isinstance(ids, tuple)
        numbers = f"稿件{ids[0]}至{ids[-1]}" if len(ids) > 1 else f"稿件{ids[0]}"
        common.say(f"已起草 {report.added} 件:{numbers}。下一步:逐件检查、送审,见 weibo-ops post list。")
    if faults:
        raise typer.Exit(1)


def _unknown(header: Sequence[str]) -> list[str]:
    """Return the headings that mean no field: a deadline in such a column would be lost without a word."""
    known = {_plain(word) for field, words in HEADINGS.items() for word in (field, *words)}
    return [heading[:20] for heading in header if heading and _plain(heading) not in known][:10]


def _no_heading_twice(file: Path) -> None:
    """Refuse a table in which two columns mean the same: which of them counts is not for a program to guess."""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import read_table

    table = read_table(file)
    for field, words in HEADINGS.items():
        same = {_plain(word) for word in (field, *words)}
        found = [heading for heading in table.header if heading and _plain(heading) in same]
        if len(found) > 1:
            raise UsageError(
                f"文件“{file.name}”的表头有{len(found)}列表示“{words[0]}”:{'、'.join(found)[:60]}。",
                next_step="请只保留一列。",
            )


def _plain(heading: str) -> str:
    from weibo_ops.kernel.text import normalise_name

    return re.sub(r"[\s*_:]", "", normalise_name(heading))


def _entry(app: Application, folder: Path, cells: Mapping[str, str]) -> PostEntry:
    from publishing.schemas import PostEntry
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import parse_yes

    for field in ("account", "text"):
        if not cells[field]:
            raise UsageError(f"没有写{HEADINGS[field][0]}。", next_step="请补写后重新导入。")
    files = [folder / name for name in _several(cells["media"])]
    return PostEntry(
        account=cells["account"],
        text=cells["text"],
        content_class=cells["content_class"] or "日常",
        gateway=GATEWAY_WORDS.get(cells["gateway"], cells["gateway"]) or "manual",
        media=attached(app, files, _several(cells["alt"])),
        earliest_at=instant(_time(cells["earliest_at"])),
        latest_at=instant(_time(cells["latest_at"])),
        reply_to=cells["reply_to"],
        urgent=parse_yes(cells["urgent"]),
        urgent_reason=cells["urgent_reason"],
        disclosure=cells["disclosure"],
        source_basis=cells["source_basis"],
        secrecy_review=cells["secrecy_review"],
        originator=cells["originator"],
        note=cells["note"],
    )


def _several(cell: str) -> list[str]:
    return [part.strip() for part in re.split("[;;\n]", cell) if part.strip()]


def _time(cell: str) -> str:
    """Return a time as spreadsheets hold it, with midnight where they leave it out."""
    return f"{cell} 00:00" if re.fullmatch(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}", cell) else cell
