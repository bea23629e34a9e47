"""``weibo-ops account check-name|impostors``: judge names without registering them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from accounts.lookalikes import Candidate
    from weibo_ops.kernel.tables import TableFile

VERDICTS = {"pass": "符合", "advise": "提示", "fail": "不符合"}
VERDICT_TITLES = {
    "screen_name": "名称",
    "unit": "主办单位",
    "level": "层级",
    "verdict": "结论",
    "clauses": "依据",
    "proposed_fix": "建议名称",
}
IMITATION_TITLES = {"name": "名称", "imitates": "形似", "score": "程度", "reasons": "理由"}
NAME_HEADINGS = ("screen_name", "昵称", "名称", "账号", "账号名称", "微博昵称", "candidate")
ADDED = ("imitates", "score", "reasons", "verdict", "clauses", "proposed_fix")
UID_HEADINGS = ("uid", "用户id", "账号id")
CERTIFICATION_HEADINGS = {
    "verified": ("verified", "是否认证"),
    "verified_type": ("verified_type", "认证类型"),
    "verified_reason": ("verified_reason", "认证信息", "认证说明"),
}


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops account``."""
    app.command("check-name", help="判断名称是否合规,不登记")(check_name)
    app.command("impostors", help="在一份名单中找疑似仿冒的名称")(impostors)


def check_name(
    context: typer.Context,
    name: str = typer.Argument(None, help="账号名称"),
    unit: str = typer.Option("", "--unit", help="主办单位全称"),
    level: str = typer.Option("", "--level", help="层级"),
    file: Path = typer.Option(None, "--file", help="CSV 或 XLSX:列 screen_name、unit、level,其余各列保留"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """按现行标准判断名称:结论 pass 符合、advise 提示、fail 不符合,附依据和建议名称。"""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import read_table

    if (name is None) == (file is None) or (name is not None and not name.strip()):
        raise UsageError(
            "请给出一个名称,或用 --file 给出名单。", next_step="例:weibo-ops account check-name 名称 --unit 单位全称"
        )
    app = common.application(context)
    if file is None:
        verdict = app.accounts.judge_name(name, unit, level)
        rows: list[dict[str, Any]] = [
            {"screen_name": name, "unit": unit, "level": level, "verdict": verdict.verdict, **_findings(verdict)}
        ]
        columns = ["screen_name", "unit", "level", "verdict", "clauses", "proposed_fix"]
        if fmt is common.Format.TABLE:
            for finding in verdict.findings:
                common.say(f"{finding.severity.label}:{finding.message}")
    else:
        table = read_table(file)
        at = table.columns(
            {"screen_name": NAME_HEADINGS, "unit": ("单位", "主办单位", "单位全称"), "level": ("层级", "级别")},
            ["screen_name"],
        )
        kept = _headings(table)
        asked = [(row.cell(at["screen_name"]), row.cell(at["unit"]), row.cell(at["level"])) for row in table.rows]
        rows = [
            {heading: row.cell(index) for index, heading in enumerate(kept)}
            | {"verdict": verdict.verdict, **_findings(verdict)}
            for row, verdict in zip(table.rows, app.accounts.judge_names(asked), strict=True)
        ]
        columns = [*kept, "verdict", "clauses", "proposed_fix"]
        if fmt is not common.Format.JSON:
            columns.remove("proposed_fix")
    if fmt is common.Format.TABLE:
        rows = [{**row, "verdict": VERDICTS[row["verdict"]]} for row in rows]
    common.emit(rows, columns, fmt, VERDICT_TITLES)


def impostors(
    context: typer.Context,
    file: Path = typer.Argument(..., help="CSV 或 XLSX,第一行为表头,第一列(或“昵称”列)为名称"),
    of: str = typer.Option("register", "--of", help="被保护的名称:register 为台账,或一个文件(每行一个名称)"),
    record: bool = typer.Option(False, "--record", help="登记为疑似仿冒账号,待核实"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """保留原有各列,加 imitates(最像的一个)、score、reasons;找出的只是疑似,须人工核实。"""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import read_table

    app = common.application(context)
    table = read_table(file)
    candidates = _candidates(table)
    if record and of != "register":
        raise UsageError("只有与台账比对的结果可以登记。", next_step="请去掉 --of,或去掉 --record。")
    found = app.impostors.judge(candidates, None if of == "register" else _names(Path(of)))
    kept = _headings(table)
    rows = [
        {
            **{heading: row.cells[index] if index < len(row.cells) else "" for index, heading in enumerate(kept)},
            "imitates": each.imitates,
            "score": each.score,
            "reasons": each.reasons,
        }
        for row, each in zip(table.rows, found, strict=True)
    ]
    common.emit(rows, [*kept, "imitates", "score", "reasons"], fmt, IMITATION_TITLES)
    if record:
        result = app.impostors.record(app.actor, candidates)
        common.say(f"已登记:新增 {result.added},再次发现 {result.seen_again},已排除或办结 {result.dismissed}。")
    suspected = sum(bool(each.imitates) for each in found)
    common.say(f"疑似仿冒 {suspected} 个,均须人工核实。" if suspected else "未发现疑似仿冒的名称。")


def _findings(verdict: Any) -> dict[str, object]:
    clauses = tuple(f"{finding.rule_id} {finding.source}:{finding.clause}" for finding in verdict.findings)
    fixes = next((finding.proposed_fix for finding in verdict.findings if finding.proposed_fix), ())
    return {"clauses": clauses, "proposed_fix": fixes}


def _headings(table: TableFile) -> list[str]:
    """The headings as keys: an empty one is numbered, so is one that comes twice; those we add are set apart."""
    kept: list[str] = []
    for number, heading in enumerate(table.header, start=1):
        key = heading or f"列{number}"
        if key in ADDED:
            key = f"{key}_input"
        kept.append(f"{key}_{number}" if key in kept else key)
    return kept


def _candidates(table: TableFile) -> list[Candidate]:
    from accounts.lookalikes import Candidate
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import parse_yes

    name = table.column(*NAME_HEADINGS)
    uid = table.column(*UID_HEADINGS)
    at = {field: table.column(*words) for field, words in CERTIFICATION_HEADINGS.items()}
    made = []
    for row in table.rows:
        verified: bool | None = None
        if at["verified"] is not None:
            try:
                verified = parse_yes(row.cell(at["verified"]))
            except UsageError:
                verified = None
        kind = row.cell(at["verified_type"])
        made.append(
            Candidate(
                row.cell(0 if name is None else name),
                row.cell(uid),
                verified,
                int(kind) if kind.lstrip("-").isdigit() else None,
                row.cell(at["verified_reason"]),
            )
        )
    return made


def _names(file: Path) -> list[str]:
    """The names to be protected: one a line, or the name column of a table."""
    from weibo_ops.kernel.tables import read_table

    table = read_table(file)
    column = table.column(*NAME_HEADINGS, "imitates")
    names = [row.cell(column or 0) for row in table.rows]
    return [name for name in ([table.header[0]] if column is None else []) + names if name]
