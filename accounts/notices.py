"""The notice to a unit: what was found, on which evidence, and what is asked of it (整改通知, 告知书).

In the manners of GB/T 9704: addressee, reasons, requirements, annex. No document number and no seal are invented; both
are left for the office to put.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.enums import FindingState
from accounts.schemas import FindingView
from config.rulebook.base import Severity
from config.rulebook.rectification import RectificationSection
from weibo_ops.documents import Block, Column, Document, Heading, Kind, Listing, Note, Paragraph, Table
from weibo_ops.documents.typography import full_width
from weibo_ops.kernel.clock import beijing_date, format_beijing

TICK = timedelta(microseconds=1)
HEARING, NOTICE = "政务新媒体检查发现问题告知书", "政务新媒体问题整改通知"


def notice_document(
    unit: str, findings: Sequence[FindingView], section: RectificationSection, created: datetime, *, hearing: bool
) -> Document:
    """Return the notice to a unit.

    Args:
        unit: full name of the unit it goes to.
        findings: of the unit's accounts; what the caller passes is named, so it must be confirmed (or told, for a
            hearing).
        section: limits and clauses.
        created: the instant that the document bears.
        hearing: ask for the unit's view instead of for putting right.
    """
    accounts = "、".join(dict.fromkeys(f"“{finding.screen_name}”" for finding in findings))
    if hearing:
        opening = (
            f"经检查并核实,你单位主办的{accounts}存在下列问题。请于收到本告知之次日起{section.plead}个工作日内"
            "书面说明情况或提出申辩;没有异议的,也请回复“无异议”。逾期未答复的,按核实情况确认。"
        )
        requests = ("核对事实和证据", "说明原因,或提出申辩并附材料", "期限内回复")
    else:
        opening = (
            f"经核实、告知并确认,你单位主办的{accounts}存在下列问题。请于收到本通知之次日起"
            f"{section.respond}个工作日内整改完毕并反馈;问题清单列明期限的,从其期限。"
        )
        requests = ("逐项整改,不得以关闭功能、删除内容代替整改", "书面反馈整改情况并附证明", "举一反三,完善日常管理")
    columns = (
        Column("序号", Kind.COUNT, 0.7),
        Column("账号", width=1.2),
        Column("问题", width=1.2),
        Column("性质", width=0.8),
        Column("情况与依据", width=3.6),
        Column("建议", width=1.4),
    )
    rows = tuple(
        (
            number,
            finding.screen_name,
            finding.title,
            Severity(finding.severity).label,
            full_width(f"{finding.message}({_dates(finding)})"),
            "、".join(finding.proposed_fix),
        )
        for number, finding in enumerate(findings, start=1)
    )
    blocks: list[Block] = [
        Paragraph(f"{unit}："),
        Paragraph(full_width(opening)),
        Heading("一、问题", 2),
        Table("问题清单", columns, rows),
        Heading("二、要求", 2),
        Listing(tuple(map(full_width, requests)), ordered=True),
        Paragraph("联系人：____________    联系电话：____________"),
        Paragraph("（发文机关署名、印章）"),
        Paragraph("（成文日期）"),
        Note(full_width(f"依据:{section.way.citation}")),
    ]
    return Document(
        title=HEARING if hearing else NOTICE,
        created=created,
        blocks=tuple(blocks),
        mark="征求意见稿" if hearing else "",
        details=(("文号", "由发文机关编列"),),
    )


def _dates(finding: FindingView) -> str:
    """Say when the fault was seen last and, where a limit runs for the unit, its last day."""
    seen = f"最近发现 {format_beijing(finding.last_seen)}"
    word = {FindingState.HEARD: "申辩", FindingState.ASSIGNED: "整改"}.get(FindingState(finding.state))
    if word is None or finding.due_at is None:
        return seen
    return f"{seen};{word}期限至 {beijing_date(finding.due_at - TICK)}"
