"""``weibo-ops sentiment``: score texts, train, and measure. None of it needs a home or a database."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from weibo_ops.cli import common
from weibo_ops.kernel.errors import UsageError

if TYPE_CHECKING:
    from sentiment.scoring import Contribution, Scorer
    from sentiment.scoring.bench import Bench, Plan

app = typer.Typer(no_args_is_help=True)
Choice = TypeVar("Choice", bound=StrEnum)

_WORDS = {"negative": "负面", "neutral": "中性", "positive": "正面"}
_SCORE_COLUMNS = ["number", "text", "label", "uncertain", *_WORDS, "reasons"]
_SCORE_TITLES = {
    **{"number": "序号", "text": "内容", "label": "判别", "uncertain": "存疑", "reasons": "主要依据"},
    **_WORDS,
}
_REASON_COLUMNS = ["text", "negated", "count", *_WORDS]
_REASON_TITLES = {"text": "片段", "negated": "在否定之后", "count": "次数", **_WORDS}
_PINNED = ["n", "accuracy", "macro_f1", "ece", "texts_per_second", "load_seconds"]
_FIGURE_COLUMNS = ["name", "n", "accuracy", "macro_f1", "ece", "uncertain", "certain_accuracy"]
_FIGURE_TITLES = {
    **{"name": "文件", "n": "条数", "accuracy": "准确率", "macro_f1": "宏平均F1", "ece": "校准误差"},
    **{"uncertain": "存疑占比", "certain_accuracy": "不存疑的准确率"},
    **{"texts_per_second": "每秒条数", "load_seconds": "载入秒数"},
}
_TEXT_WIDTH = 40

WeightsOption = typer.Option(None, "--weights", metavar="FILE", help="权重文件;默认为随程序分发的")


@app.callback()
def root() -> None:
    """情感判别:只作发现与提示,不计入考核。"""


@app.command("score")
def score(
    texts: list[str] = typer.Argument(None, metavar="[TEXT]…", help="要判别的文字;不写则读标准输入,每行一条"),
    file: str = typer.Option(None, "--file", metavar="FILE", help="UTF-8 文本文件,每行一条;- 表示标准输入"),
    weights: Path = WeightsOption,
    top: int = typer.Option(8, "--top", min=0, help="每条列出几个依据;0 为不列,大批量时更快"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """判别文字的情感:结果、概率、是否存疑,以及主要依据。"""
    if texts and file is not None:
        raise UsageError("文字与 --file 只能给一种。", next_step="查看用法:sentiment score --help。")
    numbered = list(enumerate(texts, start=1)) if texts else _lines(file)
    from sentiment.scoring import load_scorer

    rows, reasons = _scored(load_scorer(weights), numbered, top)
    if fmt is common.Format.JSON:
        common.emit_json([{**row, "reasons": found} for row, found in zip(rows, reasons, strict=True)])
        return
    for row, found in zip(rows, reasons, strict=True):
        row["reasons"] = ";".join(_reason(one, str(row["label"])) for one in found)
    if fmt is common.Format.CSV:
        common.emit(rows, _SCORE_COLUMNS, fmt)
        return
    _emit_table(rows, reasons, top)


def _lines(file: str | None) -> list[tuple[int, str]]:
    """Return the lines of a file or of standard input that are not blank, with their numbers."""
    place = "标准输入" if file in (None, "-") else f"文件 {file} "
    if file in (None, "-") and common.on_terminal():
        common.say("请输入文字,每行一条,按 Ctrl-D 结束。")
    try:
        content = common.standard_input() if file is None or file == "-" else Path(file).read_bytes()
    except OSError:
        raise UsageError(f"{place}不存在或无法读取。", next_step="请核对路径和权限。") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise UsageError(f"{place}第{line}行不是 UTF-8 编码。", next_step="请另存为 UTF-8 后重试。") from None
    numbered = [(number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), start=1)]
    found = [(number, line) for number, line in numbered if line.strip()]
    if not found:
        raise UsageError(f"{place}没有可判别的文字。", next_step="请在命令后给出文字,或用 --file 指定文件。")
    return found


def _scored(
    scorer: Scorer, numbered: Sequence[tuple[int, str]], top: int
) -> tuple[list[dict[str, object]], list[list[dict[str, object]]]]:
    """Return a row for each text, and for each its reasons."""
    from sentiment.scoring import LABELS

    batch = scorer.score_batch([text for _, text in numbered])
    rows: list[dict[str, object]] = []
    for index, (number, text) in enumerate(numbered):
        shares = dict(zip(LABELS, (round(float(share), 4) for share in batch.probabilities[index]), strict=True))
        label = LABELS[int(batch.labels[index])]
        rows.append(
            {"number": number, "text": text, "label": label, "uncertain": bool(batch.uncertain[index]), **shares}
        )
    return rows, [[_plain(one) for one in scorer.explain(text, top)] if top else [] for _, text in numbered]


def _plain(one: Contribution) -> dict[str, object]:
    return {**vars(one), **{label: round(getattr(one, label), 4) for label in _WORDS}}


def _reason(one: dict[str, object], label: str) -> str:
    return f"{one['text']}{'(否定)' if one['negated'] else ''}{one[label]:+.2f}"


def _emit_table(rows: list[dict[str, object]], reasons: list[list[dict[str, object]]], top: int) -> None:
    from weibo_ops.kernel.text import fit

    shown: list[dict[str, object]] = []
    for row in rows:
        words = {label: f"{float(str(row[label])):.1%}" for label in _WORDS}
        text = fit(" ".join(str(row["text"]).split()), _TEXT_WIDTH)
        shown.append({**row, **words, "text": text, "label": _WORDS[str(row["label"])]})
    single = len(rows) == 1
    columns = _SCORE_COLUMNS[:-1] if single or not top else _SCORE_COLUMNS
    common.emit(shown, columns, common.Format.TABLE, _SCORE_TITLES)
    if single and reasons[0]:
        fitted = [{**one, "text": fit(str(one["text"]), _TEXT_WIDTH)} for one in reasons[0]]
        common.write("\n" + common.table_text(fitted, _REASON_COLUMNS, _REASON_TITLES))
    common.say("依据为各片段对结果的影响(正数增加、负数减少);^ 为文首,$ 为文末。结果只作提示,不计入考核。")


@app.command("train")
def train(
    data: Path = typer.Option(..., "--data", metavar="DIR", help="文件夹,含 *_train.tsv,可含 *_validation.tsv"),
    out: Path = typer.Option(None, "--out", metavar="FILE", help="权重文件 .npz;默认替换随程序分发的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """用已标注的文本和自带的例句训练,在验证文件和留出的例句上测量,保存权重和说明(MODEL_CARD.md)。"""
    from sentiment.scoring.card import require_weights_name, save_model
    from sentiment.scoring.civic import HELD_OUT
    from sentiment.scoring.model import WEIGHTS
    from sentiment.scoring.training import train_folder

    target = out or WEIGHTS
    require_weights_name(target)
    weights, figures = train_folder(data, common.say)
    saved, card = save_model(target, weights)
    common.emit([_rounded(vars(one)) for one in figures], _FIGURE_COLUMNS, fmt, _FIGURE_TITLES)
    if all(one.name == HELD_OUT for one in figures):
        common.say("没有 *_validation.tsv 文件,只在自带的留出例句上作了测量。")
    common.say(f"权重已保存到 {saved}({saved.stat().st_size:,} 字节),说明见 {card}。")


@app.command("bench")
def bench(
    data: Path = typer.Option(..., "--data", metavar="FILE", help="已标注的文件:每行为标签、制表符、文本"),
    engine: str = typer.Option("ours", "--engine", help="ours 本程序;snownlp"),
    weights: Path = WeightsOption,
    folds: int = typer.Option(None, "--folds", metavar="K", help="交叉验证的折数:只用本文件,逐折训练并测量"),
    repeats: int = typer.Option(None, "--repeats", metavar="R", help="交叉验证重复几次,每次重新分折;默认 1"),
    group: str = typer.Option(None, "--group", help="near-duplicates:相近的文本不分在两折;默认 none"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """在已标注的文件上测量:准确率、宏平均F1、校准误差、速度。只在文件中出现的标签里选。"""
    from sentiment.scoring.bench import bench as measure
    from sentiment.scoring.bench import cross_validate
    from sentiment.scoring.engines import EngineName
    from sentiment.scoring.labelled import read_labelled

    name = _choice(EngineName, engine, "--engine")
    plan = _plan(folds, repeats, group)
    if weights is not None and (plan or name is not EngineName.OURS):
        raise UsageError(
            "--weights 只用于不分折地测量本程序。", next_step="请去掉 --weights,或去掉 --folds 和 --engine。"
        )
    part = read_labelled(data)
    found = cross_validate(part, name, plan, common.say) if plan else measure(part, name, weights)
    _emit_bench(found, plan, fmt)


def _choice(kind: type[Choice], value: str, option: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise UsageError(f"{option} 不能为“{value}”。", next_step=f"请选用 {'、'.join(kind)}。") from None


def _plan(folds: int | None, repeats: int | None, group: str | None) -> Plan | None:
    from sentiment.scoring.bench import Grouping, Plan

    if folds is None:
        if repeats is not None or group is not None:
            raise UsageError("--repeats 与 --group 须与 --folds 合用。", next_step="请用 --folds 指定折数。")
        return None
    if repeats is not None and repeats < 1:
        raise UsageError(f"--repeats 至少为1,现为{repeats}。", next_step="请改用合适的次数。")
    return Plan(folds, repeats or 1, _choice(Grouping, group or Grouping.NONE, "--group"))


def _emit_bench(found: Bench, plan: Plan | None, fmt: common.Format) -> None:
    row = _rounded({column: getattr(found, column) for column in _PINNED}, 6 if fmt is common.Format.JSON else 4)
    spread: dict[str, object] = {}
    if plan:
        spread = {
            "folds": plan.folds,
            "repeats": plan.repeats,
            "group": str(plan.grouping),
            "groups": found.groups,
            "macro_f1_of_repeats": [round(one.macro_f1, 4) for one in found.repeats],
        }
    if fmt is common.Format.JSON:
        common.emit_json({**row, "cross_validation": spread} if spread else row)
        return
    common.emit([row], _PINNED, fmt, _FIGURE_TITLES)
    if plan:
        lowest, highest = (edge(one.macro_f1 for one in found.repeats) for edge in (min, max))
        common.say(
            f"{found.groups}组文本分{plan.folds}折,重复{plan.repeats}次;宏平均F1 最低{lowest:.4f}、最高{highest:.4f}。"
        )


def _rounded(row: dict[str, object], places: int = 4) -> dict[str, object]:
    return {key: round(value, places) if isinstance(value, float) else value for key, value in row.items()}
