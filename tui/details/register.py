"""What sheets say of findings, and the sheet of a post with its content hits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.finding_rules import CONFIRMED
from accounts.schemas import FindingView, PostRow
from config.rulebook.base import Trust
from publishing.schemas import ContentHitView
from tui.format import NO_DATA, count
from tui.glyphs import Glyphs
from tui.sheet import Block, Body, Field, Head, Sheet
from weibo_ops.kernel.clock import format_beijing

UNCONFIRMED = "待核实"

EVIDENCE_WORDS = {
    "accounts": "账号",
    "administrators": "管理员人数",
    "as_of": "截至",
    "characters": "字符",
    "count": "个数",
    "coverage_from": "观测自",
    "coverage_until": "观测至",
    "days": "天数",
    "days_since_last_post": "距最近一条天数",
    "description": "账号简介",
    "elsewhere": "其他平台",
    "expires_on": "到期日",
    "filed": "备案内容",
    "last_post_at": "最近一条",
    "limit": "限值",
    "minimum": "至少",
    "office_ends_on": "离任日期",
    "official_replies": "官方答复",
    "other_unit": "另一单位",
    "person": "姓名",
    "places": "所在之处",
    "posts": "微博",
    "public_comments": "公众评论",
    "shown": "平台显示",
    "title": "职务",
    "unit": "主办单位",
    "units": "单位",
    "verified_reason": "认证说明",
    "verified_type": "平台认证类型",
    "window_days": "统计天数",
    "words": "用词",
}
"""What the evidence of a finding is called."""


def finding_blocks(findings: Sequence[FindingView], glyphs: Glyphs) -> list[Block]:
    """Say what the standard says to an account; what no person has confirmed is called so."""
    blocks: list[Block] = []
    for finding in findings:
        mark = glyphs.severity(finding.severity)
        state = finding.state if finding.state in CONFIRMED else f"{finding.state},{UNCONFIRMED}"
        blocks += [
            Head(f"{mark.text}  {finding.title}({state})", mark.tone),
            Body(finding.message),
            *_citation(finding.clause, finding.source, finding.trust),
            *(Field("建议", fix) for fix in finding.proposed_fix),
            *(Field("证据", _evidence(name, value), "dim") for name, value in finding.evidence.items()),
            Field("首次发现", format_beijing(finding.first_seen), "dim"),
        ]
    return blocks or [Head(f"{glyphs.sign('good')} 没有检查发现", "good")]


def _evidence(name: str, value: object) -> str:
    return f"{EVIDENCE_WORDS.get(name, name)}:{NO_DATA if value is None else value}"


def post_sheet(row: PostRow, hits: Sequence[ContentHitView], glyphs: Glyphs) -> Sheet:
    """Show a post's text with the places that the content checks point at, and what they say."""
    blocks: list[Block] = [Body(row.text, tuple((hit.start, hit.end) for hit in hits))]
    for hit in hits:
        mark = glyphs.severity(hit.severity)
        blocks += [
            Head(f"{mark.text}  {hit.title}({UNCONFIRMED})", mark.tone),
            Body(hit.message),
            *_citation(hit.clause, hit.source, hit.trust),
        ]
        if hit.suggestion:
            blocks.append(Field("建议", hit.suggestion))
    original = {True: "原创", False: "转发", None: NO_DATA}[row.original]
    counts = (("转发", row.reposts_count), ("评论", row.comments_count), ("赞", row.likes_count))
    blocks += [
        Head("观测"),
        Field("账号", row.screen_name),
        Field("发布时间", format_beijing(row.published_at, seconds=True)),
        Field("类型", original),
        *(Field(name, count(value)) for name, value in counts),
        Field("微博id", row.platform_id, "dim"),
    ]
    title = f"{row.screen_name}  {format_beijing(row.published_at)}  内容提示 {len(hits)} 处"
    return Sheet(title, tuple(blocks), (glyphs.sign("open"), glyphs.sign("close")))


def _citation(clause: str, source: str, trust: str) -> tuple[Block, ...]:
    label = Trust(trust).label if trust in set(Trust) else NO_DATA
    return (Field("条款", clause), Field("出处", source), Field("可信程度", label))


def as_of_words(as_of: datetime | None) -> str:
    """Return the instant of judgement for the top line."""
    return f"截至 {format_beijing(as_of) or NO_DATA}"
