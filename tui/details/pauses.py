"""Sheets of a pause of publication, of a held post, and of a relay task with its accounts."""

from __future__ import annotations

from collections.abc import Sequence

from publishing.pause_rules import PauseState
from publishing.schemas import PostDetail
from publishing.schemas.pauses import DecisionRow, HeldRow, PauseDetail
from publishing.schemas.relays import RelayDetail, RelayTargetRow
from tui.format import NO_DATA
from tui.glyphs import Glyphs, Mark
from tui.sheet import Block, Body, Field, Head, Run, Sheet
from weibo_ops.kernel.clock import format_beijing

UNSTOPPABLE = "已在发布,不能暂停"
NEVER_SENT = "结束暂停发布不会发布任何一条;暂停的稿件逐条排期、修改或撤稿。"
NO_LIKES = "只登记是否按时发布,不统计点赞、转发和阅读。"


def pause_mark(state: str, glyphs: Glyphs) -> Mark:
    """Return the mark of a pause."""
    sign, tone = {
        PauseState.COMING: ("wait", "note"),
        PauseState.RUNNING: ("bad", "bad"),
        PauseState.OVER: ("warn", "warn"),
        PauseState.ENDED: ("none", "dim"),
    }[PauseState(state)]
    return Mark(glyphs.sign(sign), state, tone)


def span_words(row: object) -> str:
    """Return from when until when a pause is, as people say it."""
    from_at, until_at = getattr(row, "from_at", None), getattr(row, "until_at", None)
    until = f"至 {format_beijing(until_at)}" if until_at else "恢复时间另行通知"
    return f"{format_beijing(from_at)} 起,{until}"


def pause_sheet(found: PauseDetail, glyphs: Glyphs) -> Sheet:
    """Say what a pause is about, what it cannot stop, what it holds and what was cleared."""
    row = found.row
    mark = pause_mark(row.state, glyphs)
    blocks: list[Block] = [
        Head(f"{mark.text}  {span_words(row)}", mark.tone),
        Field("范围", row.scope),
        Field("放行人", f"{row.clearer}({row.clearer_login}),可逐条放行:{'、'.join(row.allowed) or '无'}"),
    ]
    if row.ended_at is not None:
        ended = f"{row.ended_by},{format_beijing(row.ended_at)}:{row.end_reason};未发布任何一条"
        blocks.append(Field("结束", ended))
    if found.sending:
        blocks.append(Head(f"{glyphs.sign('bad')} {UNSTOPPABLE}:{len(found.sending)}条,请在官方客户端核实", "bad"))
        blocks += _lines(found.sending, glyphs)
    waiting = f"{glyphs.sign('warn')} 待处置:{len(found.held)}条" if found.held else "没有待处置的稿件"
    blocks += [Head(waiting, "warn" if found.held else "head"), *_lines(found.held, glyphs)]
    if found.clearances:
        blocks.append(Head(f"放行:{len(found.clearances)}条"))
    for each in found.clearances:
        who = f"{each.person}(代{each.on_behalf_of})" if each.on_behalf_of else each.person
        stands = "" if each.valid else "  稿件已改动,放行不再有效"
        said = f"{who} {format_beijing(each.at)}:{each.reason}{stands}"
        blocks.append(Field(f"稿件{each.post_id}", said, "" if each.valid else "warn"))
    blocks += [
        Head("下达"),
        Field("事由", row.reason),
        Field("下达", f"{row.unit} {row.started_by},{format_beijing(row.started_at)}"),
        Field("依据", found.rule, "dim"),
        Body(NEVER_SENT, tone="dim"),
    ]
    return Sheet(f"暂停发布{row.pause_id}  {row.title}", tuple(blocks))


def _lines(rows: Sequence[HeldRow], glyphs: Glyphs) -> list[Block]:
    found: list[Block] = []
    for each in rows:
        may = ("已放行", "good") if each.cleared else ("可放行", "note") if each.allowed else ("", "")
        at = format_beijing(each.at)[5:] or NO_DATA
        pieces = [
            (f"{each.post_id:>4}  {at}  ", "dim"),
            (f"{each.account}  {each.content_class}  ", ""),
            (f"{each.state}  " if each.state != "暂停待处置" else "", "bad"),
            (f"{may[0]}  " if may[0] else "", may[1]),
            (each.opening, ""),
        ]
        found.append(Run(tuple(piece for piece in pieces if piece[0])))
    return found


def decision_sheet(row: DecisionRow, post: PostDetail, glyphs: Glyphs) -> Sheet:
    """Say what holds a post and what can be done with it, over its text."""
    blocks: list[Block] = [
        Head(f"{glyphs.sign('note')} {row.next_step}", "good" if not row.covering else "warn"),
        Field("因何暂停", row.pause or "由人工暂停"),
        Field("仍在暂停", row.covering or "否", "bad" if row.covering else "good"),
        Field("原定时间", f"{format_beijing(row.at) or NO_DATA}{'(已过)' if row.late else ''}"),
        Field("放行人", row.clearer or ("不可放行" if row.covering else "不需放行")),
        Field("账号", f"{row.account}  {row.unit}"),
        Field("类别", row.content_class),
        Field("校验码", row.code),
        Head("正文"),
        Body(post.current.text),
    ]
    if row.latest_at is not None:
        blocks.insert(4, Field("最晚时间", format_beijing(row.latest_at)))
    return Sheet(f"稿件{row.post_id}  暂停待处置", tuple(blocks))


def target_mark(row: RelayTargetRow, glyphs: Glyphs) -> Mark:
    """Return the mark of an account of a relay task; what is late or overdue comes first."""
    if row.overdue:
        return Mark(glyphs.sign("bad"), f"超时{row.state}", "bad")
    if row.late:
        return Mark(glyphs.sign("warn"), "迟报", "warn")
    sign, tone = {
        "待办": ("even", ""),
        "办理中": ("wait", "note"),
        "已回执": ("good", "good"),
        "说明不转": ("none", "dim"),
    }[row.state]
    return Mark(glyphs.sign(sign), row.state, tone)


def relay_sheet(found: RelayDetail, glyphs: Glyphs) -> Sheet:
    """Say how far each account is, then who asked for what by when."""
    row = found.row
    finished = row.done + row.excused == row.total
    sign, tone = ("bad", "bad") if row.overdue else ("good", "good") if finished else ("wait", "note")
    blocks: list[Block] = [
        Head(f"{glyphs.sign(sign)} {progress_words(found)};时限 {format_beijing(row.due_at)}", tone),
    ]
    for each in found.targets:
        mark = target_mark(each, glyphs)
        name = (f"{each.account}  ", "head" if each.mine else "")
        blocks.append(Run(((f"{mark.text}  ", mark.tone), name, (_how(each), "dim"))))
    if found.shared_text:
        blocks += [Head("统一口径"), Body(found.shared_text)]
    blocks += [
        Head("下达"),
        Field("依据", found.basis),
        *([Field("原文", found.source_link)] if found.source_link else []),
        Field("内容类别", found.content_class),
        Field("下达", f"{row.unit} {found.issued_by},{format_beijing(found.issued_at)}"),
        *([Field("结束", f"{found.closed_by},{format_beijing(found.closed_at)}")] if found.closed_at else []),
        Field("条文", found.rule, "dim"),
        Body(NO_LIKES, tone="dim"),
    ]
    return Sheet(f"{row.kind}任务{row.task_id}  {row.title}{'' if row.open else '(已结束)'}", tuple(blocks))


def progress_words(found: RelayDetail) -> str:
    """Return how far a task is, in words."""
    row = found.row
    counts = (("迟报", row.late), ("超时未报", row.overdue), ("不转", row.excused))
    return ",".join([f"已回执{row.progress}", *(f"{word}{count}" for word, count in counts if count)])


def _how(each: RelayTargetRow) -> str:
    parts = [each.unit]
    if each.post_id is not None:
        parts.append(f"稿件{each.post_id} {each.post_state}")
    if each.link:
        parts.append(f"{format_beijing(each.done_at)} {each.link}")
        parts.append("已核对" if each.checked else "平台未见,待核对")
    if each.reason:
        parts.append(each.reason)
    return "  ".join(part for part in parts if part)
