"""``weibo-ops impostor``: suspected impostors, from a scan to the end of following up."""

from __future__ import annotations

from pathlib import Path

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "suspect_id": "编号",
    "screen_name": "名称",
    "uid": "用户id",
    "imitates": "形似",
    "unit": "被仿单位",
    "score": "程度",
    "reasons": "理由",
    "verified_reason": "认证信息",
    "state": "状态",
    "first_seen": "首次发现",
    "last_seen": "最近发现",
}
STEP_TITLES = {
    "at": "时间",
    "step": "办理",
    "state_before": "原状态",
    "state_after": "现状态",
    "person": "办理人",
    "on_behalf_of": "代",
    "note": "说明",
    "attachments": "证据校验码",
}
SuspectArgument = typer.Argument(..., help="疑似仿冒账号的编号")
NoteOption = typer.Option("", "--note", help="说明")
EvidenceOption = typer.Option([], "--evidence", help="证据文件,可重复")


@app.command("scan")
def scan(context: typer.Context, as_of: str = common.AsOfOption) -> None:
    """在已导入的未登记账号资料中查找疑似仿冒的,登记待核实。"""
    app_ = common.application(context)
    result = app_.impostors.scan(app_.actor, common.as_of_option(as_of))
    common.say(
        f"查看未登记账号 {result.looked_at} 个:新增疑似 {result.added},再次发现 {result.seen_again},"
        f"已排除或办结 {result.dismissed}。下一步:weibo-ops impostor list,逐个核实。"
    )


@app.command("list")
def list_suspects(
    context: typer.Context,
    state: str = typer.Option(None, "--state", help="只列该状态:疑似 已核实 已投诉 已移送 办结 排除"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出疑似仿冒账号及理由;未核实前不得对外称其仿冒。"""
    rows = [vars(row) for row in common.application(context).impostors.list_suspects(state)]
    common.emit(rows, list(TITLES), fmt, TITLES)


@app.command("show")
def show(context: typer.Context, suspect: int = SuspectArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一个疑似仿冒账号的办理经过。"""
    row, steps = common.application(context).impostors.show(suspect)
    if fmt is common.Format.JSON:
        common.emit_json({**vars(row), "steps": [vars(step) for step in steps]})
        return
    common.say(f"#{row.suspect_id} “{row.screen_name}”形似“{row.imitates}”({row.score}):{';'.join(row.reasons)}")
    common.emit([vars(step) for step in steps], list(STEP_TITLES), fmt, STEP_TITLES)


@app.command("verify")
def verify(
    context: typer.Context,
    suspect: int = SuspectArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """核实:确系仿冒,写明核实情况,附截图。"""
    _step(context, suspect, "核实", note, evidence)


@app.command("dismiss")
def dismiss(
    context: typer.Context,
    suspect: int = SuspectArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """排除:不是仿冒,写明理由;认证信息变化后会再次提出。"""
    _step(context, suspect, "排除", note, evidence)


@app.command("report")
def report(
    context: typer.Context,
    suspect: int = SuspectArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """投诉:已向平台投诉,写明渠道和受理号。"""
    _step(context, suspect, "投诉", note, evidence)


@app.command("transfer")
def transfer(
    context: typer.Context,
    suspect: int = SuspectArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """移送:已移送网信、公安等单位,写明单位和日期。"""
    _step(context, suspect, "移送", note, evidence)


@app.command("close")
def close(
    context: typer.Context,
    suspect: int = SuspectArgument,
    note: str = NoteOption,
    evidence: list[Path] = EvidenceOption,
) -> None:
    """办结:写明处理结果。"""
    _step(context, suspect, "办结", note, evidence)


def _step(context: typer.Context, suspect: int, step: str, note: str, evidence: list[Path]) -> None:
    app_ = common.application(context)
    row = app_.impostors.take_step(app_.actor, suspect, step, note, evidence)
    common.say(f"“{row.screen_name}”现为“{row.state}”。")
