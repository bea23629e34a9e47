"""The sheet of an outgoing post: text with its hits, what changed, 定稿栏, chain so far, remarks, what came before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from config.rulebook.approval import GATES, PROOFS
from publishing.enums import SIGNED_STATES, Channel, PostState, RoundOutcome, StepState, Verdict
from publishing.schemas import HitView, OwedRow, PostDetail, RevisionView, RoundView, StepView, VerdictView
from publishing.text_changes import ADDED, REMOVED, text_changes
from publishing.transitions import WAITING
from tui.drafts import GATEWAY_WORDS, media_text, placed
from tui.glyphs import Glyphs
from tui.sheet import Block, Body, Field, Head, Run, Sheet
from weibo_ops.kernel.clock import format_beijing

UNFILLED = "未填"
UNSENT = WAITING | {PostState.DRAFT, PostState.RETURNED}
"""States from which a post may still go out as it should."""
FIELDS = {
    "account": "账号",
    "gateway": "通道",
    "content_class": "类别",
    "media": "图片视频",
    "earliest_at": "最早发布",
    "latest_at": "最晚发布",
    "reply_to": "所答评论",
    "urgent": "应急发布",
    "urgent_reason": "应急理由",
    "disclosure": "公开属性",
    "source_basis": "来源依据",
    "secrecy_review": "保密审查",
    "originator": "拟稿人",
}
"""What is signed for beside the text."""


@dataclass(frozen=True)
class PostSheet(Sheet):
    """A post's sheet, with the post as it was when it was read: an act rests on what was shown."""

    post: PostDetail | None = None


def post_page(post: PostDetail, glyphs: Glyphs, now: datetime, owed: OwedRow | None = None) -> PostSheet:
    """Say everything about a post; ``owed`` is the signature for whose sake it is looked at."""
    row, current = post.row, post.current
    marks = (glyphs.sign("open"), glyphs.sign("close"))
    spans = tuple((hit.start, hit.end) for hit in post.hits if placed(hit, current.text))
    limit = f"/{post.length_limit}" if post.length_limit else ""
    beyond = post.length_limit and post.length > post.length_limit
    over = f"  {glyphs.sign('bad')} 超{post.length - post.length_limit}字" if beyond else ""
    blocks: list[Block] = [
        *_alarms(post, glyphs, now, owed),
        Head(f"第{row.revision}稿  正文 {post.length}{limit}字{over}", "bad" if beyond else "head"),
        Body(current.text, spans),
        *_hits(post.hits, glyphs),
        *_changes(post),
        Head("定稿栏"),
        *colophon(current),
        *_chain(post, glyphs),
        *_proofs(post, glyphs),
        *_remarks(post, glyphs),
        *_history(post),
    ]
    mark = glyphs.post(row.state, void=row.void, owed=row.owed)
    urgent = "  应急发布" if row.urgent else ""
    title = f"稿件{row.post_id}  {row.account}  {mark.text}{urgent}  校验码 {post.code}"
    return PostSheet(title, tuple(blocks), marks, post)


def reference(post: PostDetail) -> tuple[str, RevisionView] | None:
    """Return what the present text is compared with: the one signed last, else the one before; and what it is."""
    earlier = post.revisions[:-1]
    if post.signed_text is not None:
        if post.signed_text == post.current.text:
            return None
        signed = next((each for each in reversed(earlier) if each.text == post.signed_text), None)
        if signed is not None:
            return "最近签发的", signed
    return ("上一稿", earlier[-1]) if earlier else None


def change_run(old: str, new: str) -> Run:
    """Return what changed, character by character: what went as ``[-…-]``, what came as ``{+…+}``."""
    shapes = {REMOVED: ("[-", "-]", "bad"), ADDED: ("{+", "+}", "good")}
    pieces = []
    for each in text_changes(old, new):
        before, after, tone = shapes.get(each.change, ("", "", ""))
        pieces.append((f"{before}{each.text}{after}", tone))
    return Run(tuple(pieces))


def field_changes(old: RevisionView, new: RevisionView) -> list[Field]:
    """Return the fields beside the text that differ."""
    return [
        Field(word, f"{_shown(old, name)} → {_shown(new, name)}", "warn")
        for name, word in FIELDS.items()
        if getattr(old, name) != getattr(new, name)
    ]


def colophon(current: RevisionView) -> list[Field]:
    """Return the 定稿栏, with when and how the post is to go out."""
    shown = [name for name in FIELDS if name not in ("account", "urgent", "urgent_reason", "reply_to", "media")]
    if current.reply_to:
        shown.append("reply_to")
    if current.urgent:
        shown.append("urgent_reason")
    fields = [Field(FIELDS[name], _shown(current, name), "" if getattr(current, name) else "dim") for name in shown]
    files = [
        Field(f"{each.kind}{number}", f"{each.name}  {each.alt or '缺文字说明'}  {each.digest[:12]}")
        for number, each in enumerate(current.media, 1)
    ]
    return [*fields, *files]


def _shown(revision: RevisionView, name: str) -> str:
    value = getattr(revision, name)
    if name == "gateway":
        return GATEWAY_WORDS.get(revision.gateway, revision.gateway)
    if name == "media":
        return media_text(revision.media).replace("\n", "、") or "无"
    if name == "urgent":
        return "是" if revision.urgent else "否"
    if name == "originator":
        return revision.originator or revision.author
    if isinstance(value, datetime):
        return format_beijing(value)
    return str(value) if value else {"earliest_at": "签发后即发", "latest_at": "不限"}.get(name, UNFILLED)


# --- what must be seen first ------------------------------------------------------------------------------------


def _alarms(post: PostDetail, glyphs: Glyphs, now: datetime, owed: OwedRow | None) -> Iterator[Block]:
    bad = glyphs.sign("bad")
    if post.why_void and post.row.state != PostState.WITHDRAWN:
        yield Body(f"{bad} 签字作废:{post.why_void}", tone="bad")
    if post.row.state == PostState.RETURNED:
        yield from _returned(post, glyphs)
    if owed is not None:
        late = f" {bad} 已超期" if owed.overdue else ""
        until = f",限 {format_beijing(owed.owed_until)} 前{late}" if owed.owed_until else ""
        way = f"{'电话同意' if owed.kind == '待补签' else '纸质签批'},{owed.recorded_by}录入"
        yield Body(
            f"{bad} {owed.kind}:{owed.step} {owed.name} {format_beijing(owed.at)} {way}{until}。",
            tone="bad",
        )
    for step in open_steps(post):
        if step.overdue:
            yield Body(f"{bad} {step.name}已超时:时限 {format_beijing(step.due_at)},{_waiting(step)}。", tone="bad")
    latest = post.current.latest_at
    if latest is not None and latest <= now and PostState(post.row.state) in UNSENT:
        yield Body(f"{bad} 最晚发布时间 {format_beijing(latest)} 已过。", tone="bad")
    if post.row.blocking and PostState(post.row.state) in UNSENT - SIGNED_STATES:
        yield Body(f"{bad} 有{post.row.blocking}处提示须处理,见“检查提示”。", tone="bad")
    remarks = sum(each.settled_at is None for each in post.remarks)
    if remarks:
        yield Body(f"{glyphs.sign('warn')} 有{remarks}条批注未处理,见“批注”。", tone="warn")


def _returned(post: PostDetail, glyphs: Glyphs) -> Iterator[Block]:
    last = post.rounds[-1]
    if last.outcome == RoundOutcome.REFUSED:
        yield Body(f"{glyphs.sign('bad')} 签批人拒绝补签,已有签字作废,须重新送审。", tone="bad")
    for step in last.steps:
        for each in step.verdicts:
            if each.verdict == Verdict.RETURN:
                said = f"{step.name} {each.name} {format_beijing(each.at)} 退回:{each.remark}"
                yield Body(f"{glyphs.sign('warn')} {said}", tone="warn")


def open_steps(post: PostDetail) -> list[StepView]:
    """Return the steps that wait for somebody."""
    if not post.rounds or post.rounds[-1].ended_at is not None:
        return []
    return [step for step in post.rounds[-1].steps if step.state == StepState.OPEN]


def _waiting(step: StepView) -> str:
    return f"待{'、'.join(step.waiting_for)}" if step.waiting_for else "待审"


# --- hits -------------------------------------------------------------------------------------------------------


def _hits(hits: tuple[HitView, ...], glyphs: Glyphs) -> Iterator[Block]:
    stops = sum(hit.blocks for hit in hits)
    if not hits:
        yield Field("检查", f"{glyphs.sign('good')} 没有发现问题", "good")
        return
    yield Head(f"检查提示 {len(hits)} 处" + (f",须处理 {stops} 处" if stops else ""), "bad" if stops else "head")
    for hit in hits:
        mark = glyphs.severity(hit.severity)
        yield Field(f"{hit.number} {mark.text}", f"{hit.title}:{hit.message}", mark.tone if hit.blocks else "")
        if hit.suggestion:
            yield Field("  建议", hit.suggestion)
        if hit.waived_by:
            at = format_beijing(hit.waived_at)
            yield Field("  已放行", f"{glyphs.sign('good')} {hit.waived_by} {at}:{hit.waiver_reason}", "good")
        elif hit.blocks:
            yield Field("  处理", "改正,或按 w 写明理由放行" if hit.waivable else "只可改正", "bad")


def _changes(post: PostDetail) -> Iterator[Block]:
    found = reference(post)
    if found is None:
        return
    word, old = found
    fields = field_changes(old, post.current)
    same = old.text == post.current.text
    yield Head(f"与{word}第{old.number}稿对照({old.author} {format_beijing(old.at)})")
    if same:
        yield Body("正文没有变化。", tone="dim")
    else:
        yield change_run(old.text, post.current.text)
    yield from fields


# --- chain ------------------------------------------------------------------------------------------------------


def _chain(post: PostDetail, glyphs: Glyphs) -> Iterator[Block]:
    if not post.rounds:
        yield Head("审签")
        yield Body("尚未送审。", tone="dim")
        return
    last = post.rounds[-1]
    yield Head(f"审签:{last.chain_title}(第{last.number}次送审,第{last.revision}稿)")
    yield Field("送审", f"{last.submitted_by} {format_beijing(last.submitted_at)}  校验码 {last.code}")
    if last.reasons:
        yield Field("适用理由", ";".join(last.reasons), "dim")
    yield Field("依据", last.chain_citation, "dim")
    for step in last.steps:
        yield from _step(step, glyphs)
    if last.outcome and last.outcome != RoundOutcome.SIGNED:
        yield Field("结果", f"{last.outcome} {format_beijing(last.ended_at)}", "warn")


def _step(step: StepView, glyphs: Glyphs) -> Iterator[Block]:
    sign, tone = {
        StepState.OPEN.value: ("wait", "note"),
        StepState.DONE.value: ("good", "good"),
        StepState.RETURNED.value: ("bad", "warn"),
    }.get(step.state, ("none", "dim"))
    words = step.state
    if step.state == StepState.OPEN:
        how = f" {step.need}人会签" if step.mode != "any" else ""
        due = f",时限 {format_beijing(step.due_at)}" if step.due_at else f",时限 {step.limit}"
        words = f"{_waiting(step)}{how}{due}" + (f" {glyphs.sign('bad')} 已超时" if step.overdue else "")
        tone = "bad" if step.overdue else tone
    elif step.state == StepState.WAITING:
        words = f"{step.state},时限 {step.limit}"
    yield Field(f"{glyphs.sign(sign)} {step.name}", words, tone)
    for verdict in step.verdicts:
        yield Field("", verdict_words(verdict, glyphs), "bad" if verdict.owed else "")


def verdict_words(verdict: VerdictView, glyphs: Glyphs) -> str:
    """Return one verdict as a line: who, how, gates, remark, and whether it holds."""
    name = f"{verdict.name}(受{verdict.on_behalf_of}委托)" if verdict.on_behalf_of else verdict.name
    parts = [name, verdict.verdict, format_beijing(verdict.at)]
    if verdict.verdict == Verdict.AGREE:
        missing = [gate for gate in GATES if gate not in verdict.gates]
        parts.append(f"未核{'、'.join(missing)}" if missing else "五关均过")
    if verdict.channel != Channel.SYSTEM:
        parts.append(f"{verdict.channel},{verdict.recorded_by}录入")
    if verdict.checked_by:
        parts.append(f"{verdict.checked_by}核对")
    if verdict.unchecked:
        parts.append(f"{glyphs.sign('warn')} 待第二人核对")
    if verdict.owed:
        parts.append(f"{glyphs.sign('bad')} 待补签,限 {format_beijing(verdict.owed_until)} 前")
    elif verdict.settled_at is not None:
        parts.append(f"{verdict.word if verdict.denied else '已补签'} {format_beijing(verdict.settled_at)}")
    if not verdict.valid and not verdict.unchecked and verdict.verdict == Verdict.AGREE:
        parts.append(f"{glyphs.sign('bad')} 已作废")
    if verdict.remark:
        parts.append(verdict.remark)
    return "  ".join(parts)


def _proofs(post: PostDetail, glyphs: Glyphs) -> Iterator[Block]:
    yield Head("校对")
    for proof in PROOFS:
        done = [each for each in post.proofs if each.proof == proof and each.valid]
        who = "、".join(f"{each.person} {format_beijing(each.at)} {each.note}".strip() for each in done)
        yield Field(
            proof, f"{glyphs.sign('good')} {who}" if done else f"{glyphs.sign('none')} 未登记", "" if done else "dim"
        )


def _remarks(post: PostDetail, glyphs: Glyphs) -> Iterator[Block]:
    if not post.remarks:
        return
    yield Head("批注")
    for each in sorted(post.remarks, key=lambda each: (each.settled_at is not None, each.remark_id)):
        done = each.settled_at is not None
        state = f"{glyphs.sign('good')} {each.settled_by}已处理" if done else f"{glyphs.sign('warn')} 未处理"
        yield Field(
            f"第{each.revision}稿",
            f"“{each.quote}”:{each.text}({each.person} {format_beijing(each.at)})  {state}",
            "dim" if done else "warn",
        )


def _history(post: PostDetail) -> Iterator[Block]:
    yield Head("经过")
    for each in reversed(post.revisions):
        who = f"{each.author}(受{each.on_behalf_of}委托)" if each.on_behalf_of else each.author
        yield Field(f"第{each.number}稿", f"{who} {format_beijing(each.at)}  {each.note}".rstrip(), "dim")
    for round_ in reversed(post.rounds[:-1]):
        yield Field(f"第{round_.number}次送审", _round_words(round_), "dim")


def _round_words(round_: RoundView) -> str:
    said = [
        f"{step.name} {each.name} {each.verdict}" + (f":{each.remark}" if each.remark else "")
        for step in round_.steps
        for each in step.verdicts
    ]
    return f"{round_.submitted_by} {format_beijing(round_.submitted_at)} {round_.outcome}  " + ";".join(said)


def without_waived(hits: tuple[HitView, ...], stored: tuple[HitView, ...]) -> tuple[HitView, ...]:
    """Return the hits of a text that is being written, with what was let through of the stored one taken over."""
    let = {hit.key: hit for hit in stored if hit.waived_by}
    return tuple(
        replace(hit, blocks=False, waived_by=let[hit.key].waived_by, waiver_reason=let[hit.key].waiver_reason)
        if hit.key in let
        else hit
        for hit in hits
    )
