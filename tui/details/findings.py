"""Sheets of a finding with its way, and of a suspected impostor."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from accounts.finding_rules import open_steps
from accounts.impostor_rules import open_steps as open_impostor_steps
from accounts.schemas import FindingView
from accounts.schemas.findings import FindingStepView
from accounts.schemas.impostors import SuspectRow, SuspectStep
from config.rulebook.base import Trust
from tui.details.register import EVIDENCE_WORDS
from tui.format import NO_DATA
from tui.glyphs import Glyphs
from tui.sheet import Block, Body, Field, Head, Sheet
from weibo_ops.kernel.clock import format_beijing

PROPOSAL = "以上为系统提出的线索,未经人工核实不得对外称其仿冒。"


def finding_sheet(row: FindingView, steps: Sequence[FindingStepView], glyphs: Glyphs, *, overdue: bool) -> Sheet:
    """Say what was found, by which clause, and each step that people took."""
    mark = glyphs.severity(row.severity)
    trust = Trust(row.trust).label if row.trust in set(Trust) else NO_DATA
    blocks: list[Block] = [
        Head(f"{mark.text}  {row.title}", mark.tone),
        Body(row.message),
        Field("条款", row.clause),
        Field("出处", row.source),
        Field("可信程度", trust),
        *(Field("建议", fix) for fix in row.proposed_fix),
        *(Field("证据", f"{EVIDENCE_WORDS.get(name, name)}:{value}", "dim") for name, value in row.evidence.items()),
        Head("办理"),
        Field("状态", f"{row.state}  第{row.round}轮" + ("  豁免" if row.waived else "")),
        Field("期限", _due(row, glyphs, overdue=overdue), "bad" if overdue else ""),
        Field("可办", "、".join(open_steps(row.state, present=row.present)) or "已办结"),
        Field("反映", "、".join(row.complaint) or NO_DATA, "dim"),
        Field("首次发现", format_beijing(row.first_seen), "dim"),
        Field("最近发现", format_beijing(row.last_seen) + ("" if row.present else "(最近一次检查已不存在)"), "dim"),
    ]
    for step in steps:
        who = f"{step.person}(受{step.on_behalf_of}委托)" if step.on_behalf_of else step.person
        late = "  逾期" if step.late else ""
        blocks += [
            Head(f"第{step.round}轮 {step.step}  {format_beijing(step.at)}{late}", "warn" if step.late else "note"),
            Field("办理人", f"{who}  {step.unit}"),
            *([Field("说明", step.note)] if step.note else []),
            *(Field("证据", f"{file.name}  {file.digest[:12]}", "dim") for file in step.attachments),
        ]
    return Sheet(f"{row.screen_name}  {row.title}({row.state})", tuple(blocks))


def _due(row: FindingView, glyphs: Glyphs, *, overdue: bool) -> str:
    if row.due_at is None:
        return NO_DATA
    return f"{glyphs.sign('bad')} {format_beijing(row.due_at)} 已超期" if overdue else format_beijing(row.due_at)


def suspect_sheet(row: SuspectRow, steps: Sequence[SuspectStep]) -> Sheet:
    """Lay the suspected name over the registered one, with the reasons and each step that people took."""
    verified = {True: "已认证", False: "未认证", None: NO_DATA}[row.verified]
    blocks: list[Block] = [
        Head(f"疑似仿冒“{row.imitates}”  程度 {row.score:.2f}", "warn"),
        Field("该账号", ""),
        Body(row.screen_name, _differing(row.screen_name, row.imitates)),
        Field("被仿账号", ""),
        Body(row.imitates, _differing(row.imitates, row.screen_name)),
        *(Field("理由", reason) for reason in row.reasons),
        Field("认证", f"{verified}  {row.verified_reason}"),
        Field("主办单位", row.unit),
        Field("用户id", row.uid or NO_DATA, "dim"),
        Body(PROPOSAL, tone="dim"),
        Head("办理"),
        Field("状态", row.state),
        Field("可办", "、".join(open_impostor_steps(row.state)) or "已办结"),
        Field("首次发现", format_beijing(row.first_seen), "dim"),
    ]
    for step in steps:
        who = f"{step.person}(受{step.on_behalf_of}委托)" if step.on_behalf_of else step.person
        blocks += [
            Head(f"{step.step}  {format_beijing(step.at)}", "note"),
            Field("办理人", who),
            Field("说明", step.note),
            *(Field("证据", digest[:12], "dim") for digest in step.attachments),
        ]
    return Sheet(f"{row.screen_name}  疑似仿冒 {row.imitates}({row.state})", tuple(blocks))


def _differing(name: str, other: str) -> tuple[tuple[int, int], ...]:
    """The characters of a name that the other has not at that place."""
    blocks = SequenceMatcher(None, name, other, autojunk=False).get_opcodes()
    return tuple((start, end) for kind, start, end, _, _ in blocks if kind != "equal" and end > start)
