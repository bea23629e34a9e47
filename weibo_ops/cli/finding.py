"""``weibo-ops finding``: findings on their way from being noticed to being settled."""

from __future__ import annotations

from pathlib import Path

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "finding_id": "编号",
    "screen_name": "账号",
    "unit": "主办单位",
    "severity": "性质",
    "state": "状态",
    "title": "问题",
    "complaint": "反映",
    "due_at": "期限",
    "round": "轮次",
    "waived": "豁免",
    "present": "仍存在",
}
STEP_TITLES = {
    "round": "轮次",
    "at": "时间",
    "step": "办理",
    "state_before": "原状态",
    "state_after": "现状态",
    "person": "办理人",
    "on_behalf_of": "代",
    "unit": "单位",
    "due_at": "期限",
    "late": "超期",
    "note": "说明",
    "files": "证据",
}
BOARD_TITLES = {"state": "状态", "findings": "项数", "overdue": "超期", "waived": "豁免"}
WAIVER_TITLES = {
    "waiver_id": "编号",
    "account": "账号",
    "rule_id": "规则",
    "from_day": "起日",
    "last_day": "止日",
    "reason": "理由",
    "proposed_by": "提出",
    "signed_by": "签批",
    "in_force": "有效",
}
CLOSING_TITLES = {
    "account": "账号",
    "unit": "主办单位",
    "finding_id": "问题编号",
    "state": "状态",
    "last_seen": "最近发现",
    "message": "情况",
    "procedure": "程序",
}
IdsArgument = typer.Argument(..., help="问题编号,可多个")
NoteOption = typer.Option("", "--note", help="说明")
EvidenceOption = typer.Option([], "--evidence", help="证据文件(如截图),可重复")


@app.command("list")
def list_findings(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    unit: str = typer.Option(None, "--unit", help="主办单位全称"),
    state: str = typer.Option(None, "--state", help="状态:发现 核实 告知与申辩 确认 交办 反馈 复核 办结 不成立"),
    severity: str = typer.Option(None, "--severity", help="veto 单项否决、deduct 扣分、advice 提示"),
    confirmed: bool = typer.Option(False, "--confirmed", help="只列可以通报的:已确认且未豁免"),
    everything: bool = typer.Option(False, "--all", help="包括已消失的发现"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出问题及其所处环节。"""
    from accounts.enums import FindingState
    from config.rulebook.base import Severity
    from weibo_ops.kernel.errors import UsageError

    if state is not None and state not in set(FindingState):
        raise UsageError(f"状态“{state[:20]}”无法识别。", next_step=f"可选:{'、'.join(FindingState)}。")
    if severity is not None and severity not in set(Severity):
        raise UsageError(f"性质“{severity[:20]}”无法识别。", next_step="可选:veto、deduct、advice。")
    app_ = common.application(context)
    if confirmed:
        views = app_.findings.circulated()
    else:
        views = app_.accounts.findings(severity=severity, present=None)
        views = [view for view in views if everything or view.present or view.state not in ("发现", "不成立", "办结")]
    wanted = app_.accounts.account_id(account) if account else None
    rows = [
        vars(view)
        for view in views
        if (wanted is None or view.account_id == wanted)
        and (unit is None or view.unit == unit)
        and (state is None or view.state == state)
        and (severity is None or view.severity == severity)
    ]
    if fmt is common.Format.TABLE:
        rows = [{**row, "severity": Severity(str(row["severity"])).label} for row in rows]
    columns = [*TITLES] if fmt is common.Format.TABLE else [*TITLES, "rule_id", "message", "clause", "source", "trust"]
    common.emit(rows, columns, fmt, TITLES)


@app.command("show")
def show(
    context: typer.Context,
    finding: int = typer.Argument(..., help="问题编号"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出一项问题的依据、证据和办理经过。"""
    from accounts.finding_rules import open_steps

    view, steps = common.application(context).findings.show(finding)
    rows = [
        {**vars(step), "files": tuple(f"{each.name}({each.digest[:12]})" for each in step.attachments)}
        for step in steps
    ]
    if fmt is common.Format.JSON:
        common.emit_json({**vars(view), "steps": rows})
        return
    common.say(f"#{view.finding_id} “{view.screen_name}”{view.title}:{view.state},第{view.round}轮")
    common.say(view.message)
    common.emit(rows, list(STEP_TITLES), fmt, STEP_TITLES)
    common.say(f"可办:{'、'.join(open_steps(view.state, present=view.present)) or '已办结'}。")


@app.command("board")
def board(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """各环节的问题数和超期数。"""
    rows = [vars(row) for row in common.application(context).findings.board()]
    common.emit(rows, list(BOARD_TITLES), fmt, BOARD_TITLES)


@app.command("verify")
def verify(
    context: typer.Context,
    findings: list[int] = IdsArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """核实(取证):写明核实情况,附截图。"""
    _step(context, findings, "核实", note, evidence)


@app.command("notify")
def notify(context: typer.Context, findings: list[int] = IdsArgument, note: str = NoteOption) -> None:
    """告知单位,开始申辩期。"""
    _step(context, findings, "告知", note, [])


@app.command("plead")
def plead(
    context: typer.Context,
    findings: list[int] = IdsArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """申辩:由被检查单位写明意见,没有意见的写“无异议”。"""
    _step(context, findings, "申辩", note, evidence)


@app.command("confirm")
def confirm(context: typer.Context, findings: list[int] = IdsArgument, note: str = NoteOption) -> None:
    """确认:由核实人以外的人办理,申辩期满或单位已答复方可。"""
    _step(context, findings, "确认", note, [])


@app.command("assign")
def assign(context: typer.Context, findings: list[int] = IdsArgument, note: str = NoteOption) -> None:
    """交办:写明整改要求。"""
    _step(context, findings, "交办", note, [])


@app.command("respond")
def respond(
    context: typer.Context,
    findings: list[int] = IdsArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """反馈:由被检查单位写明整改情况。"""
    _step(context, findings, "反馈", note, evidence)


@app.command("review")
def review(
    context: typer.Context,
    findings: list[int] = IdsArgument,
    note: str = NoteOption,
    back: bool = typer.Option(False, "--back", help="复核不通过,退回整改"),
    evidence: list[Path] = EvidenceOption,
) -> None:
    """复核整改情况;不通过的加 --back 退回。"""
    _step(context, findings, "退回整改" if back else "复核", note, evidence)


@app.command("close")
def close(
    context: typer.Context,
    findings: list[int] = IdsArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """整改办结;最近一次检查仍发现的,须附证据或写明情况。"""
    _step(context, findings, "办结", note, evidence)


@app.command("dismiss")
def dismiss(
    context: typer.Context,
    findings: list[int] = IdsArgument,
    note: str = NoteOption,
    gone: bool = typer.Option(False, "--gone", help="核实前已不再发现的,按自行消失了结"),
) -> None:
    """不成立,或自行消失(--gone):写明理由。"""
    _step(context, findings, "自行消失" if gone else "不成立", note, [])


@app.command("waive")
def waive(
    context: typer.Context,
    account: str = typer.Argument(..., help="账号名称或用户id"),
    rule: str = typer.Argument(..., help="规则编号"),
    from_day: str = typer.Option(..., "--from", help="起日(含)"),
    until: str = typer.Option(..., "--until", help="止日(含)"),
    reason: str = typer.Option("", "--reason", help="理由"),
) -> None:
    """提出豁免;由另一人签批后生效。"""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import parse_day

    first, last = parse_day(from_day), parse_day(until)
    if first is None or last is None:
        raise UsageError("豁免须写明起止日期。", next_step="请写成 2026-03-01 的形式。")
    app_ = common.application(context)
    row = app_.findings.propose_waiver(app_.actor, account, rule, first, last, reason)
    common.say(f"已提出豁免 #{row.waiver_id}。下一步:由另一人签批 weibo-ops finding waive-sign {row.waiver_id}")


@app.command("waive-sign")
def waive_sign(context: typer.Context, waiver: int = typer.Argument(..., help="豁免编号")) -> None:
    """签批豁免。"""
    app_ = common.application(context)
    row = app_.findings.sign_waiver(app_.actor, waiver)
    common.say(f"豁免 #{row.waiver_id} 已签批:{row.from_day}至{row.last_day}。")


@app.command("waive-end")
def waive_end(
    context: typer.Context,
    waiver: int = typer.Argument(..., help="豁免编号"),
    reason: str = typer.Option("", "--reason", help="理由"),
) -> None:
    """提前终止豁免。"""
    app_ = common.application(context)
    app_.findings.end_waiver(app_.actor, waiver, reason)
    common.say(f"豁免 #{waiver} 已终止。")


@app.command("waivers")
def waivers(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出豁免。"""
    rows = [vars(row) for row in common.application(context).findings.waivers()]
    common.emit(rows, list(WAIVER_TITLES), fmt, WAIVER_TITLES)


@app.command("notice")
def notice(
    context: typer.Context,
    unit: str = typer.Argument(..., help="主办单位全称"),
    hearing: bool = typer.Option(False, "--hearing", help="告知书(征求意见),而非整改通知"),
    out: Path = typer.Option(None, "--out", help="保存为 .docx、.pdf、.html、.md 或 .txt;不写时输出文字"),
) -> None:
    """生成整改通知(只列已确认、已交办的问题)或告知书。"""
    from weibo_ops.documents import render, write

    app_ = common.application(context)
    document = app_.findings.notice(unit, hearing=hearing)
    if out is None:
        common.write(render(document, ".txt").decode("utf-8"))
    else:
        write(document, out, app_.settings.font)
        common.say(f"已保存:{out}")


@app.command("closures")
def closures(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出长期未更新账号的关停整合建议。"""
    rows = [vars(row) for row in common.application(context).findings.closures()]
    common.emit(rows, list(CLOSING_TITLES), fmt, CLOSING_TITLES)


@app.command("remind")
def remind(context: typer.Context) -> None:
    """为一个工作日内到期的(提醒)和已超期的(催办)生成待办。"""
    app_ = common.application(context)
    common.say(f"提醒和催办 {app_.findings.remind(app_.actor)} 项,见 weibo-ops todo list。")


def _step(context: typer.Context, findings: list[int], step: str, note: str, evidence: list[Path]) -> None:
    app_ = common.application(context)
    for view in app_.findings.take_step(app_.actor, findings, step, note, evidence):
        common.say(f"#{view.finding_id} “{view.screen_name}”{view.title}:现为“{view.state}”。")
