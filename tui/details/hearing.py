"""The sheet of a comment: its text, how it sounds, what it asks for, and how its clock ran."""

from __future__ import annotations

from sentiment.clocks import Outcome
from sentiment.schemas import CommentRow, ResponseDetail, SegmentView
from sentiment.scoring import LABELS, load_scorer
from sentiment.service import SENTIMENTS
from tui.format import NO_DATA, minutes
from tui.glyphs import Glyphs
from tui.sheet import Block, Body, Field, Head, Sheet, Table
from weibo_ops.kernel.clock import format_beijing

STRONGEST = 5
SEGMENTS = 60
"""Stretches of a clock that are listed; years of waiting have hundreds."""


def comment_sheet(row: CommentRow, clock: ResponseDetail | str, glyphs: Glyphs) -> Sheet:
    """Show a comment; ``clock`` is its clock explained, or the sentence that says why it has none."""
    outcome = glyphs.outcome(row.outcome)
    blocks: list[Block] = [
        Body(row.text),
        Head("判别"),
        *_sound(row, glyphs),
        Field("性质", row.nature or NO_DATA),
        Field("领域", row.subject or NO_DATA),
        Field("区域", row.district or NO_DATA),
        *clock_blocks(clock, glyphs),
        Head("来源"),
        Field("账号", row.screen_name),
        Field("网民昵称", row.author_name),
        Field("时间", format_beijing(row.created_at, seconds=True)),
        Field("赞", NO_DATA if row.likes_count is None else str(row.likes_count)),
        Field("评论id", row.platform_id, "dim"),
    ]
    return Sheet(f"{row.screen_name}  {format_beijing(row.created_at)}  {outcome.text}", tuple(blocks))


def _sound(row: CommentRow, glyphs: Glyphs) -> list[Block]:
    mark = glyphs.sentiment(row.sentiment, uncertain=row.uncertain)
    likeliest = f"(偏{SENTIMENTS[row.sentiment]},把握不足,请人工判断)" if row.uncertain and row.sentiment else ""
    blocks: list[Block] = [Field("情感", f"{mark.text}{likeliest}", mark.tone)]
    if not row.sentiment:
        return blocks
    scorer = load_scorer()
    score = scorer.score(row.text)
    shares = zip(LABELS, score.probabilities, strict=True)
    blocks.append(Field("概率", "  ".join(f"{SENTIMENTS[label]} {share:.1%}" for label, share in shares)))
    if score.label != row.sentiment:
        blocks.append(Field("", "导入后判别模型已更换,概率为现行模型所得", "warn"))
    found = [one for one in scorer.explain(row.text, 3 * STRONGEST) if one.text in row.text][:STRONGEST]
    words = [f"{'非' if one.negated else ''}{one.text}{getattr(one, score.label):+.2f}" for one in found]
    if words:
        blocks.append(Field("线索", f"{SENTIMENTS[score.label]}:{'  '.join(words)}", "dim"))
    return blocks


def clock_sheet(detail: ResponseDetail | str, platform_id: str, glyphs: Glyphs) -> Sheet:
    """Show a comment that a number counts: its text and how its clock ran."""
    if isinstance(detail, str):
        return Sheet(f"评论 {platform_id}", (Body(detail),))
    row = detail.row
    blocks = (Body(detail.text), *clock_blocks(detail, glyphs), Field("评论id", platform_id, "dim"))
    return Sheet(f"{row.account}  {format_beijing(row.started_at)}  {glyphs.outcome(row.outcome).text}", blocks)


def clock_blocks(clock: ResponseDetail | str, glyphs: Glyphs) -> list[Block]:
    """Explain a clock: why due, by which target, until when, what was answered, every stretch of time."""
    if isinstance(clock, str):
        return [Head("时效"), Body(clock, tone="dim")]
    row = clock.row
    mark = glyphs.outcome(row.outcome)
    blocks: list[Block] = [
        Head("时效"),
        Field("结果", mark.text, mark.tone),
        Field("应答复", f"是({clock.due_reason})" if clock.due_reason else "否"),
        Field("时限", _target(clock)),
        Field("依据", clock.target_citation or NO_DATA),
        Field("期限", _deadline(clock)),
        Field("首次响应", format_beijing(row.first_reply_at, seconds=True) or "尚无"),
        Field("自然时间", NO_DATA if row.wall_seconds is None else f"{row.wall_seconds} 秒"),
        Field("工作时间", NO_DATA if row.working_minutes is None else f"{minutes(row.working_minutes)} 分钟"),
    ]
    for at, name, text in clock.replies:
        blocks += [Head(f"答复  {name}  {format_beijing(at, seconds=True)}"), Body(text)]
    if clock.segments:
        blocks += [Head("逐段计时"), Table(_segment_rows(clock.segments), frozenset({3}))]
        if len(clock.segments) > SEGMENTS:
            command = f"weibo-ops response show {row.comment_id}"
            blocks.append(Body(f"另有 {len(clock.segments) - SEGMENTS} 段,见 {command}", tone="dim"))
    blocks.append(Field("标准", f"{clock.standard_digest[:12]}  日历 {clock.calendar_digest[:12]}", "dim"))
    return blocks


def _target(clock: ResponseDetail) -> str:
    if clock.row.target_minutes is None:
        return NO_DATA
    return f"{clock.row.target_minutes} 分钟({'工作时间' if clock.target_clock == 'working' else '自然时间'})"


def _deadline(clock: ResponseDetail) -> str:
    if clock.row.deadline_at is not None:
        return format_beijing(clock.row.deadline_at, seconds=True)
    return "期限待定" if clock.due_reason else Outcome.NOT_DUE.label


def _segment_rows(segments: tuple[SegmentView, ...]) -> tuple[tuple[str, ...], ...]:
    head = ("起", "止", "计入", "分钟", "说明")
    return (
        head,
        *(
            (
                format_beijing(segment.start, seconds=True),
                format_beijing(segment.end, seconds=True),
                "是" if segment.counted else "否",
                minutes(segment.minutes),
                segment.reason,
            )
            for segment in segments[:SEGMENTS]
        ),
    )
