"""Sheets of the evaluation: a run, a result, a number opened down to its rows."""

from __future__ import annotations

from config.rulebook.base import Trust
from evaluation.schemas import RunView
from tui.format import NO_DATA, number
from tui.glyphs import Glyphs
from tui.sheet import Block, Body, Field, Head, Sheet
from tui.sources import GROUP, LEAF, ROW_KINDS, Number, Opened, Result, number_lines
from weibo_ops.kernel.clock import format_beijing

VERSIONS = {"facts_hash": "事实校验码", "standard_digest": "标准校验码", "formula_version": "算法版本"}


def run_sheet(run: RunView) -> Sheet:
    """Say what a run evaluated, when, by what, and what must be kept in mind."""
    notes = [note for note in run.scheme_note.split(";") if note]
    blocks: list[Block] = [
        Field("方案", f"{run.scheme_title}({run.scheme})"),
        Field("周期", run.period),
        Field("截至", format_beijing(run.as_of)),
        Field("监管归口", run.scope or "未指定"),
        Field("账号", f"{run.accounts} 个"),
        Field("状态", run.state),
    ]
    if notes:
        blocks += [Head("说明"), *(Body(note) for note in notes)]
    blocks += [
        Head("版本"),
        Field("计算时间", format_beijing(run.created_at, seconds=True), "dim"),
        *(Field(title, getattr(run, name), "dim") for name, title in VERSIONS.items()),
    ]
    return Sheet(f"第{run.run_id}号评估  {run.scheme_title}", tuple(blocks))


def result_sheet(result: Result, glyphs: Glyphs) -> Sheet:
    """Say how an account came out of a run: verdict or score, veto items, coverage, every part."""
    row = result.row
    blocks: list[Block] = []
    if row.grade is not None:
        mark = glyphs.grade(row.grade)
        blocks.append(Field("结论", mark.text, mark.tone))
    if row.score is not None or row.grade is None:
        blocks += [Field("得分", number(row.score)), Field("位次", NO_DATA if row.rank is None else str(row.rank))]
    blocks += [
        *(Field("单项否决", f"{glyphs.sign('bad')} {veto}", "bad") for veto in row.vetoes),
        Field("覆盖率", number(row.coverage, percent=True)),
        *(Field(line.title, line.value) for line in number_lines(result) if line.kind in (GROUP, LEAF)),
        Field("主办单位", row.unit),
        Field("用户id", row.uid, "dim"),
        Body("按回车逐项追溯。", tone="dim"),
    ]
    return Sheet(f"{row.screen_name}  {result.run.period}  {result.run.scheme_title}", tuple(blocks))


def why_sheet(opened: Opened, line: Number) -> Sheet:
    """Say how a number came about: formula, inputs, clause, rows, versions."""
    answer = opened.why
    blocks: list[Block] = [
        Field("数值", opened.value),
        Field("算式", answer.formula or NO_DATA),
        *(Field("输入", f"{given.title}({given.id}) = {given.value}") for given in opened.inputs),
        Field("条款", answer.clause or NO_DATA),
        Field("出处", answer.source or NO_DATA),
        Field("可信程度", Trust(answer.trust).label if answer.trust in set(Trust) else NO_DATA),
    ]
    if answer.row_kind:
        kind = ROW_KINDS.get(answer.row_kind, answer.row_kind)
        blocks.append(Field("所计各行", f"{kind} {len(answer.row_ids)} 行" + (",按回车列出" if line.opens else "")))
    blocks += [
        Head("版本"),
        *(Field(VERSIONS.get(name, name), value, "dim") for name, value in answer.versions.items()),
    ]
    return Sheet(f"{answer.title or line.title}({answer.number})", tuple(blocks))


def row_sheet(line: Number) -> Sheet:
    """Name a counted row that has nothing more to open."""
    return Sheet(f"{line.kind} {line.id}", (Field("编号", line.id), Field("类别", line.kind)))
