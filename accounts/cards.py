"""Checklists on paper: the card for a stolen account and hand-over sheets, to be signed or pinned up."""

from __future__ import annotations

from datetime import datetime

from accounts.schemas.duty import ChecklistView
from weibo_ops.documents import Block, Column, Document, Field, Form, Kind, Note, Paragraph, Table
from weibo_ops.documents.typography import full_width
from weibo_ops.kernel.clock import format_beijing

SIGNATURES = Form(((Field("交出人签字", lines=2), Field("接收人签字"), Field("日期", width=0.8)),))


def checklist_card(checklist: ChecklistView, created: datetime) -> Document:
    """Return a checklist as a document: what it is about, each step with limit, and who did it.

    Args:
        checklist: with its steps.
        created: the instant that the document bears.
    """
    columns = (
        Column("项", Kind.COUNT, 0.6),
        Column("内容", width=3.5),
        Column("期限", Kind.TIME, 1.6),
        Column("办理时间", width=1.6),
        Column("办理人", width=1.0),
        Column("说明", width=1.8),
    )
    rows = tuple(
        (number, full_width(item.text), item.due_at, format_beijing(item.done_at), item.done_by, item.note)
        for number, item in enumerate(checklist.items, start=1)
    )
    details = [("编号", str(checklist.checklist_id)), ("开始", format_beijing(checklist.opened_at))]
    if checklist.unit:
        details.append(("单位", checklist.unit))
    if checklist.from_name:
        details.append(("交出、接收", f"{checklist.from_name}、{checklist.to_name}"))
    blocks: list[Block] = [
        *([Paragraph(full_width(checklist.note))] if checklist.note else []),
        Table("办理事项", columns, rows),
        *([SIGNATURES] if checklist.from_name else []),
        Note("证据文件按校验码保存，可用 weibo-ops duty show 编号 查看。"),
    ]
    return Document(
        title=checklist.title, created=created, blocks=tuple(blocks), mark="内部工作用", details=tuple(details)
    )
