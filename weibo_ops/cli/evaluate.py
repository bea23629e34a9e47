"""``weibo-ops evaluate``: frozen evaluation runs, and published tables recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from evaluation.schemas import ScoreRow

app = typer.Typer(no_args_is_help=True)

RUN_TITLES = {
    "run_id": "编号",
    "period": "周期",
    "scheme": "方案",
    "scheme_title": "方案名称",
    "scope": "监管归口",
    "state": "状态",
    "accounts": "账号数",
    "as_of": "截至时间",
    "created_at": "计算时间",
    "facts_hash": "事实校验码",
    "standard_digest": "标准校验码",
    "formula_version": "算法版本",
    "scheme_note": "说明",
}
SCORE_TITLES = {
    "rank": "位次",
    "uid": "用户id",
    "screen_name": "账号",
    "unit": "主办单位",
    "score": "得分",
    "grade": "结论",
    "coverage": "覆盖率",
    "vetoes": "单项否决",
}
ROW_KIND_WORDS = {
    "posts": "微博id",
    "comments": "评论id",
    "replies": "答复id",
    "findings": "发现的规则",
    "coverage": "观测时段",
    "profiles": "用户id",
    "accounts": "用户id",
}
MOST_IDS = 40
"""Row ids that the table form of ``why`` prints; the other forms print all."""


@app.command("run")
def run(
    context: typer.Context,
    period: str = typer.Option(..., "--period", help="统计周期,如 2026Q3、2026-07"),
    scheme: str = typer.Option(None, "--scheme", help="方案;不写则用标准的默认方案"),
    scope: str = typer.Option("", "--scope", help="监管归口;不写则为全部正在运行的账号"),
    as_of: str = typer.Option(None, "--as-of", help="截至时间(北京时间);默认为周期结束或最新一条观测数据,取较早者"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """计算并存档一次评估。"""
    from weibo_ops.kernel.clock import Period, format_beijing

    service = common.application(context)
    view = service.evaluation.run(service.actor, Period.parse(period), scheme, scope, common.as_of_option(as_of))
    if fmt is common.Format.JSON:
        common.emit_json(vars(view))
        return
    if fmt is common.Format.CSV:
        common.emit([vars(view)], list(RUN_TITLES), fmt)
        return
    _emit_scores(service.evaluation.show(view.run_id), fmt)
    common.say(f"第{view.run_id}号评估已存档({view.state}):{view.scheme_title},截至{format_beijing(view.as_of)}。")
    common.say(f"事实校验码 {view.facts_hash}")
    if view.scheme_note:
        common.say(view.scheme_note)


@app.command("list")
def list_runs(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出已存档的评估,新的在前。"""
    rows = [vars(view) for view in common.application(context).evaluation.list_runs()]
    columns = list(RUN_TITLES)
    if fmt is common.Format.TABLE:
        columns = columns[:9]
    common.emit(rows, columns, fmt, RUN_TITLES)


@app.command("show")
def show(
    context: typer.Context,
    run_id: int = typer.Argument(..., metavar="RUN", min=1, max=2**31 - 1, help="评估编号"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出一次评估中各账号的结果与各项数字。"""
    service = common.application(context).evaluation
    rows = service.show(run_id)
    _emit_scores(rows, fmt)
    if fmt is common.Format.TABLE:
        note = next((view.scheme_note for view in service.list_runs() if view.run_id == run_id), "")
        if note:
            common.say(note)


@app.command("why")
def why(
    context: typer.Context,
    run_id: int = typer.Argument(..., metavar="RUN", min=1, max=2**31 - 1, help="评估编号"),
    account: str = typer.Argument(..., metavar="ACCOUNT", help="账号名称或用户id"),
    number: str = typer.Argument("score", metavar="LEAF", help="要追溯的数字:指标、分项、事实或单项否决;不写为总分"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """追溯一个数字:算式、输入、依据、版本,直到逐行的编号。"""
    app_ = common.application(context)
    answer = app_.evaluation.why(run_id, account, number)
    if fmt is common.Format.JSON:
        common.emit_json({**vars(answer), "inputs": dict(answer.inputs), "versions": dict(answer.versions)})
    elif fmt is common.Format.CSV:
        common.emit(
            [{"row_kind": answer.row_kind, "row_id": row_id} for row_id in answer.row_ids], ["row_kind", "row_id"], fmt
        )
    else:
        from config.rulebook.base import Trust
        from evaluation.words import VERSION_WORDS, fact_words, scheme_words, title_of

        run = next(view for view in app_.evaluation.list_runs() if view.run_id == run_id)
        book = app_.standards.by_digest(run.standard_digest).book
        words = {**fact_words(), **scheme_words(book, book.scheme(run.scheme))}
        trust = f"({Trust(answer.trust).label})" if answer.trust else ""
        lines = [
            ("数字", _named(answer.number, answer.title)),
            ("数值", _plain(answer.value)),
            ("算式", answer.formula),
            ("依据", f"{answer.source}:{answer.clause}{trust}"),
            *((f"输入 {_named(name, title_of(name, words))}", _plain(value)) for name, value in answer.inputs.items()),
            *((VERSION_WORDS[name], value) for name, value in answer.versions.items()),
        ]
        if answer.row_kind:
            shown = " ".join(answer.row_ids[:MOST_IDS]) or "无"
            lines.append((f"{ROW_KIND_WORDS[answer.row_kind]}({len(answer.row_ids)})", shown))
            if len(answer.row_ids) > MOST_IDS:
                common.say(f"只列出前 {MOST_IDS} 个编号;用 --format csv 可取全部。")
        common.write("".join(f"{title}:{value}\n" for title, value in lines))


@app.command("formula")
def formula(
    scheme: str = typer.Argument(..., help="方案,如 competitiveness、bci-7、bci-zj、ratio"),
    inputs: str = typer.Option(..., "--inputs", metavar="FILE", help="CSV文件;“-”为标准输入"),
    columns: str = typer.Option("", "--columns", metavar="指标=列名,…", help="指标对应的列;不写则按指标名找列"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """按方案的公式重算一张表:其余各列原样保留,末尾加 score 列;缺输入的行留空。"""
    from config.loader import shipped
    from evaluation.recompute import SCORE, find_scheme, parse_columns, read_table, scored_rows

    book = shipped("evaluation").book
    chosen = find_scheme(book, scheme)
    pairs = parse_columns(columns)
    table = read_table(*_read(inputs))
    rows = scored_rows(book, chosen, table, pairs)
    common.emit(rows, [*table.header, SCORE], fmt, {SCORE: "得分"})
    for mark in chosen.marks:
        common.say(mark)


def _read(inputs: str) -> tuple[bytes, str]:
    """Return the bytes of a file or of stdin and the name to call it by."""
    from weibo_ops.kernel.errors import UsageError

    if inputs == "-":
        return common.standard_input(), "标准输入"
    path = Path(inputs)
    try:
        return path.read_bytes(), path.name
    except FileNotFoundError:
        problem = "不存在"
    except IsADirectoryError:
        problem = "是文件夹"
    except OSError:
        problem = "无法读取"
    raise UsageError(f"文件“{inputs}”{problem}。", next_step="请检查 --inputs 的路径和权限。")


def _emit_scores(rows: Sequence[ScoreRow], fmt: common.Format) -> None:
    parts = list(dict.fromkeys(name for row in rows for name in row.parts))
    values: list[dict[str, object]] = [{**vars(row), **row.parts, "vetoes": list(row.vetoes)} for row in rows]
    titles, units = _leaf_words()
    for value in values:
        for name in ("score", "coverage", *parts):
            percent = fmt is common.Format.TABLE and (name == "coverage" or units.get(name) == "%")
            value[name] = _shown(value[name], percent=percent)
    common.emit(values, [*SCORE_TITLES, *parts], fmt, {**titles, **SCORE_TITLES})


def _leaf_words() -> tuple[dict[str, str], dict[str, str]]:
    """Return Chinese titles and units of the shipped leaves by id, for table heads and percentages."""
    from config.loader import shipped

    leaves = shipped("evaluation").book.leaves
    return {leaf.id: leaf.title for leaf in leaves}, {leaf.id: leaf.unit for leaf in leaves}


def _shown(value: object, *, percent: bool) -> object:
    """Round half up: percentages to two places, other numbers to four."""
    from evaluation.formulas import round_half_up

    if not isinstance(value, float):
        return value
    return f"{round_half_up(value * 100, 2)}%" if percent else float(round_half_up(value, 4))


def _named(name: str, title: str) -> str:
    """A number's title with the name by which ``why`` opens it."""
    return name if title == name else f"{title}({name})"


def _plain(value: float | None) -> str:
    return "无数据" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
