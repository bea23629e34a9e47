"""How outgoing posts are shown: titles of lists, the page of one post, and where it stands after an act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from datetime import datetime

    from publishing.schemas import (
        DeskRow,
        HitView,
        PostDetail,
        RecheckReport,
        RevisionView,
        RoundView,
        StepView,
        VerdictView,
    )

PostArgument = typer.Argument(..., metavar="ID", help="稿件编号")
CodeOption = typer.Option(..., "--code", help="所审稿件的校验码(post show 所列,或审签单上所印)")
VersionOption = typer.Option(None, "--version", help="读到的版次;此后他人改过的不予办理。不写时取现在的版次")

DESK_TITLES = {
    "post_id": "编号",
    "account": "账号",
    "state": "状态",
    "content_class": "类别",
    "step": "环节",
    "due_at": "期限",
    "overdue": "超时",
    "blocking": "须处理",
    "owed": "待补签",
    "author": "改稿人",
    "opening": "正文",
}
HIT_TITLES = {
    "number": "序号",
    "severity": "性质",
    "title": "问题",
    "start": "起",
    "end": "止",
    "message": "说明与依据",
    "suggestion": "建议",
    "handling": "处理",
}
STEP_TITLES = {
    "name": "环节",
    "role": "角色",
    "state": "状态",
    "limit": "时限",
    "due_at": "期限",
    "overdue": "超时",
    "who": "审签人",
}
VERDICT_TITLES = {
    "verdict_id": "签批",
    "step": "环节",
    "verdict": "意见",
    "name": "审签人",
    "on_behalf_of": "代",
    "channel": "方式",
    "gates": "五关",
    "remark": "说明",
    "at": "时间",
    "recorded_by": "录入",
    "checked_by": "核对",
    "standing": "效力",
}
PROOF_TITLES = {
    "proof": "校次",
    "person": "校对人",
    "on_behalf_of": "代",
    "at": "时间",
    "note": "说明",
    "valid": "对应本稿",
}
REMARK_TITLES = {
    "remark_id": "编号",
    "revision": "稿次",
    "start": "起",
    "end": "止",
    "quote": "原文",
    "remark": "批注",
    "person": "批注人",
    "settled_by": "已处理",
}
GATEWAYS = {"manual": "官方客户端", "commercial": "商业接口", "share": "分享接口", "comment": "评论"}
ACT_COMMANDS = {
    "修改": "edit",
    "送审": "submit",
    "同意": "verdict",
    "退回": "return",
    "撤稿": "withdraw",
    "排期": "schedule",
    "取消排期": "unschedule",
    "暂停": "hold",
}
"""The acts that a person decides on, and their commands; the others follow from these."""
SIGNED = "签发"
"""How a round of review ended of which the signatures hold."""
COLOPHON_TITLES = {
    "disclosure": "公开属性",
    "source_basis": "来源依据",
    "secrecy_review": "保密审查",
    "originator": "拟稿人",
}


def emit_desk(rows: Iterable[DeskRow], fmt: common.Format) -> None:
    """List posts; JSON and CSV carry every field."""
    columns = list(DESK_TITLES)
    if fmt is not common.Format.TABLE:
        columns += [
            "unit", "urgent", "revision", "changed_at", "earliest_at", "latest_at", "advice", "void", "mine", "version",
        ]  # fmt: skip
    common.emit([vars(row) for row in rows], columns, fmt, DESK_TITLES)


def emit_hits(hits: Iterable[HitView], fmt: common.Format) -> None:
    """List the hits of a post with what is to be done about each."""
    columns = list(HIT_TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["rule_id", "blocks", "waivable", "waived_by", "waiver_reason", "waived_at"]
    common.emit(_hit_rows(hits, fmt), columns, fmt, HIT_TITLES)


def emit_post(detail: PostDetail, fmt: common.Format) -> None:
    """Write everything about a post: a page to read, nested JSON, or fields and values as CSV."""
    from dataclasses import asdict

    if fmt is common.Format.JSON:
        common.emit_json(asdict(detail))
    elif fmt is common.Format.CSV:
        plain = {**asdict(detail.row), **asdict(detail.current), "code": detail.code, "valid": detail.valid}
        plain["media"] = [f"{each.name}({each.digest[:12]})" for each in detail.current.media]
        rows = [{"field": name, "value": value} for name, value in plain.items()]
        common.emit(rows, ["field", "value"], fmt)
    else:
        common.write(page(detail))


def page(detail: PostDetail) -> str:
    """Return a post as a page: text, 定稿栏, hits, chain and signatures, proofs, remarks."""
    from weibo_ops.kernel.text import defuse

    row, current = detail.row, detail.current
    urgent = "  应急发布" if row.urgent else ""
    parts = [
        f"稿件{row.post_id}  {row.account}({row.unit})  {row.state}  第{row.revision}稿  {row.content_class}{urgent}\n"
        f"校验码  {detail.code}\n",
        f"【正文】{detail.length}/{detail.length_limit}字\n{defuse(current.text)}\n",
        "【发布】\n" + _fields(_sending(current)),
        "【定稿栏】\n" + _fields([(title, getattr(current, name)) for name, title in COLOPHON_TITLES.items()]),
    ]
    if detail.hits:
        hits = _hit_rows(detail.hits, common.Format.TABLE)
        parts.append("【检查提示】\n" + common.table_text(hits, list(HIT_TITLES), HIT_TITLES))
    parts += [_round(each) for each in detail.rounds]
    if detail.proofs:
        proofs = [vars(each) for each in detail.proofs]
        parts.append("【校对】\n" + common.table_text(proofs, list(PROOF_TITLES), PROOF_TITLES))
    if detail.remarks:
        remarks = [{**vars(each), "remark": each.text} for each in detail.remarks]
        parts.append("【批注】\n" + common.table_text(remarks, list(REMARK_TITLES), REMARK_TITLES))
    if detail.why_void:
        parts.append(f"【效力】\n{defuse(detail.why_void)}\n")
    return "\n".join(parts)


def say_standing(detail: PostDetail) -> None:
    """Say where a post stands and who comes next."""
    row = detail.row
    if row.state == "审核中" and row.step:
        waiting = [name for step in open_steps(detail) for name in step.waiting_for]
        names = f"({'、'.join(dict.fromkeys(waiting))})" if waiting else ""
        until = f",期限 {_time(row.due_at)}" if row.due_at else ""
        common.say(f"稿件{row.post_id}现为“{row.state}”:待{row.step}{names}{until}。")
        return
    if row.owed:
        common.say(f"稿件{row.post_id}现为“{row.state}”:有{row.owed}个签字待补签,见 weibo-ops post owed。")
        return
    common.say(f"稿件{row.post_id}现为“{row.state}”。{_next_step(detail)}")


def open_steps(detail: PostDetail) -> list[StepView]:
    """Return the steps of the present round that wait for somebody."""
    if not detail.rounds or detail.rounds[-1].ended_at is not None:
        return []
    return [step for step in detail.rounds[-1].steps if step.state == "待审"]


def say_acts(detail: PostDetail) -> None:
    """Say by which commands the post goes on."""
    known = [f"{act}(post {ACT_COMMANDS[act]})" for act in detail.acts if act in ACT_COMMANDS]
    common.say(f"可办:{'、'.join(known) or '只可查看'}。")


def standing_signatures(detail: PostDetail) -> list[VerdictView]:
    """Return the agreeing verdicts of the last round on the present text, those not yet compared included."""
    if not detail.rounds or not _holds(detail.rounds[-1]):
        return []
    verdicts = [verdict for step in detail.rounds[-1].steps for verdict in step.verdicts]
    return [each for each in verdicts if each.verdict == "同意" and (each.valid or each.unchecked)]


def say_hits(detail: PostDetail) -> None:
    """Say how many hits there are and what is to be done about them."""
    row = detail.row
    if row.blocking or row.advice:
        found = row.blocking + row.advice
        common.say(f"检查提示{found}处,其中须处理的{row.blocking}处,见 weibo-ops post check {row.post_id}。")


def say_rechecked(report: RecheckReport) -> None:
    """Say what looking again by changed standards came to."""
    common.say(
        f"已复查待审、待发的稿件{report.waiting}件,须重新审签的{len(report.reopened)}件;"
        f"已发微博{report.published}条,提示{report.published_hits}处。"
    )
    if report.reopened:
        numbers = "、".join(map(str, report.reopened))
        common.say(f"退回草稿的稿件:{numbers}。下一步:由起草人修改或说明后重新送审,见 weibo-ops todo list。")


def _next_step(detail: PostDetail) -> str:
    row = detail.row
    if row.state in ("草稿", "退回"):
        if row.blocking:
            return f"下一步:逐处改正,或写明理由放行:weibo-ops post waive {row.post_id} 序号 --reason 理由"
        if not detail.current.disclosure:
            return f"下一步:填写定稿栏:weibo-ops post edit {row.post_id} --public 主动公开"
        return f"下一步:weibo-ops post submit {row.post_id}"
    if row.state in ("已签发", "暂停待处置", "错过发布时间", "失败"):
        return f"下一步:weibo-ops post schedule {row.post_id} --at next"
    return ""


def _round(each: RoundView) -> str:
    ended = f"{each.outcome},{_time(each.ended_at)}" if each.ended_at else "进行中"
    steps = [{**vars(step), "who": _who(step)} for step in each.steps]
    lines = [
        f"【第{each.number}次送审】第{each.revision}稿  {each.chain_title}  校验码 {each.code}  {ended}\n",
        f"{_time(each.submitted_at)} {each.submitted_by}送审;依据:{each.chain_citation}\n",
    ]
    if each.reasons:
        lines.append(f"适用该审批链的原因:{'、'.join(each.reasons)}\n")
    lines.append(common.table_text(steps, list(STEP_TITLES), STEP_TITLES))
    verdicts = [
        {
            **vars(verdict),
            "step": step.name,
            "verdict": verdict.word,
            "standing": _standing(verdict, holds=_holds(each)),
        }
        for step in each.steps
        for verdict in step.verdicts
    ]
    if verdicts:
        lines.append("\n" + common.table_text(verdicts, list(VERDICT_TITLES), VERDICT_TITLES))
    return "".join(lines)


def _who(step: StepView) -> str:
    signed = [verdict.name or verdict.person for verdict in step.verdicts if verdict.valid]
    waiting = f"待{'、'.join(step.waiting_for)}" if step.waiting_for else ""
    return ";".join(part for part in ("、".join(signed), waiting) if part)


def _holds(each: RoundView) -> bool:
    return each.ended_at is None or each.outcome == SIGNED


def _standing(verdict: VerdictView, *, holds: bool) -> str:
    if verdict.verdict != "同意":
        return "-"
    if not holds or not (verdict.valid or verdict.unchecked):
        return "作废"
    if verdict.unchecked:
        return "待核对"
    if verdict.owed:
        return f"有效,待补签(至{_time(verdict.owed_until)})"
    return f"有效,{_time(verdict.settled_at)}补签" if verdict.settled_at else "有效"


def _hit_rows(hits: Iterable[HitView], fmt: common.Format) -> list[common.Row]:
    from config.rulebook.base import Severity

    rows: list[common.Row] = []
    for hit in hits:
        severity = Severity(hit.severity).label if fmt is common.Format.TABLE else hit.severity
        rows.append({**vars(hit), "severity": severity, "handling": handling(hit)})
    return rows


def handling(hit: HitView) -> str:
    """Return in words what is to be done about a hit, or who let it through and why."""
    if hit.waived_by:
        return f"已放行({hit.waived_by}:{hit.waiver_reason})"
    if not hit.blocks:
        return "提示"
    return "改正或写明理由放行" if hit.waivable else "须改正"


def _sending(current: RevisionView) -> list[tuple[str, object]]:
    window = " 至 ".join(_time(each) or "不限" for each in (current.earliest_at, current.latest_at))
    media = "、".join(f"{each.name}({each.alt or '无替代文字'},{each.digest[:12]})" for each in current.media)
    gateway = f"{GATEWAYS.get(current.gateway, '')}({current.gateway})"
    fields = [("通道", gateway), ("发布时间", window), ("图片视频", media), ("所答复的评论", current.reply_to)]
    if current.urgent:
        fields.append(("应急事由", current.urgent_reason))
    who = f"{current.author}(代{current.on_behalf_of})" if current.on_behalf_of else current.author
    fields.append(("改稿", f"{who} {_time(current.at)}" + (f",{current.note}" if current.note else "")))
    return [(title, value) for title, value in fields]


def _fields(fields: Sequence[tuple[str, object]]) -> str:
    from weibo_ops.kernel.text import cell_width, defuse

    width = max(cell_width(title) for title, _ in fields)
    return "".join(
        f"{title}{' ' * (width - cell_width(title))}  {defuse(str(value), newline=' ', tab=' ') if value else '-'}\n"
        for title, value in fields
    )


def _time(value: datetime | None) -> str:
    from weibo_ops.kernel.clock import format_beijing

    return format_beijing(value)
