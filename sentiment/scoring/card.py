"""The model card: what weights are for, what they were made from, how they do, where they fail; and saving both."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sentiment.scoring.civic import CIVIC, CORPUS, held_out
from sentiment.scoring.model import LABELS, Scorer, Weights, pack, unpack
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError, UsageError

CARD = "MODEL_CARD.md"
"""Name of the card; it lies beside the weights."""
LARGEST = 1_000_000
"""Bytes that a weights file may have at most, so that it ships with the program."""

CORPORA = {
    CIVIC: f"sentences made up for this program, as citizens and offices write (`{CORPUS.name}/{CIVIC}.tsv`)",
    "epidemic": "SMP2020-EWECT, epidemic part (happy → positive; angry, sad, fear → negative)",
    "general": "SMP2020-EWECT, general part (happy → positive; angry, sad, fear → negative)",
    "sentences_2013": "NLPCC 2013 sentences (many of them neutral)",
    "weibo2018": "weibo2018 (two labels)",
    "government_policy": "Weibo posts on government policy (two labels)",
}
"""What the collections are that the shipped weights learned from, by the stem of the file."""

_TEXT = """\
# Model card: sentiment of comments on government Weibo

This card is written by `weibo-ops sentiment train`, together with the weights that it describes.

## What it is for

It says whether a comment sounds negative, neutral or positive, how sure that is, and by which n-grams, so that people
know where to look first. It finds and warns. **It never carries weight in a grade**: whoever counts negative comments
against an office pays it for removing criticism. Of a single person it says nothing. A text called uncertain is for a
person to read; a person's correction beats the model.

## What it is

Hashed character 1-grams and 2-grams ({buckets} buckets), with width, case and digits folded, emoticons such as [怒]
kept as one character, and what follows a negation marked; logistic regression; one slope and an offset for each label,
fitted on predictions for texts unseen in training. Scoring needs numpy alone.

| | |
|---|---|
| weights, SHA-256 | `{digest}` |
| size | {size:,} bytes |
| uncertain below | {threshold:.2f} |
| penalty, ratio floor, rounds | {penalty:g}, {ratio_floor:g}, {rounds} |

The same texts and the same versions of Python, numpy and scipy give the same bytes.

## What it was trained from

`civic` is part of this program: a plain file to read and to edit, with the rule of labelling at its head. The other
collections named here are research data published without a licence; their texts are not part of this program. The
weights are sums over all texts.

| file | texts | collection |
|---|---:|---|
{files}

Texts and labels together, SHA-256: `{data_digest}`. The calibration is fitted on {calibrated_on}, in folds that keep
near-identical texts together.

## How it does

On files that were not trained on, among the labels that occur there. They chose the settings above, so expect a little
less elsewhere. `civic_held_out` was made up by the same hand as `civic`, to which sentences were added where it failed:
expect more errors among your own comments.
The calibration error is top-label, 15 equal-width bins. "Certain" are the texts not called uncertain.

| file | texts | accuracy | macro-F1 | calibration error | uncertain | accuracy of the certain |
|---|---:|---:|---:|---:|---:|---:|
{figures}

`weibo-ops sentiment bench` measures it on labelled texts of your own: their figures are the ones that count.

## Where it fails

It learned mostly from posts of the public at large. It reads n-grams, not sentences: irony, idioms and what a thread
said before are lost on it. A plain question, request or suggestion is neutral to it, a complaint negative also when it
is polite; where the two meet, it errs most. Of the {held} sentences of `civic_held_out`, by label:

| a clerk says | the model says {labels} |
|---|{rules}
{confusion}

It misreads {failed}:

| sentence | a clerk says | the model says | uncertain |
|---|---|---|---|
{failures}

Dialect, other languages and texts of one or two characters are beyond it.
"""


def model_card(content: bytes) -> str:
    """Return the card of a weights file; the same file gives the same card.

    Raises:
        ValueError: it is not a weights file of this program.
    """
    weights = unpack(content)
    scorer = Scorer(weights)
    about = weights.about
    part = held_out()
    said = scorer.score_batch(part.texts)
    confusion = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(confusion, (part.labels, said.labels), 1)
    failed = [
        (part.texts[index], LABELS[part.labels[index]], LABELS[said.labels[index]], "yes" if asks else "no")
        for index, asks in enumerate(said.uncertain.tolist())
        if part.labels[index] != said.labels[index]
    ]
    return _TEXT.format(
        buckets=f"{len(weights.table):,}",
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        threshold=weights.threshold,
        penalty=about["penalty"],
        ratio_floor=about["ratio_floor"],
        rounds=about["rounds"],
        files=_rows([(f"`{name}`", f"{n:,}", _corpus(name)) for name, n in about["files"].items()]),
        data_digest=about["data_digest"],
        calibrated_on=", ".join(f"`{name}`" for name in about["calibrated_on"]),
        figures=_rows([_figures(one) for one in about.get("figures", [])] or [("none",) + ("",) * 6]),
        held=len(part.texts),
        labels=" | ".join(LABELS),
        rules="---:|" * len(LABELS),
        confusion=_rows([(label, *map(str, row)) for label, row in zip(LABELS, confusion.tolist(), strict=True)]),
        failed=len(failed),
        failures=_rows(failed or [("none", "", "", "")]),
    )


def save_model(out: Path, weights: Weights) -> tuple[Path, Path]:
    """Write a weights file and its card beside it; each is there whole or not at all. Return both paths.

    Raises:
        UsageError: the name does not end in ``.npz``.
        RefusedError: the file would be larger than `LARGEST`.
        EnvironmentFault: the folder is missing or cannot be written to.
    """
    require_weights_name(out)
    content = pack(weights)
    if len(content) >= LARGEST:
        raise RefusedError(
            f"权重文件有 {len(content):,} 字节,超过随程序分发的上限 {LARGEST:,} 字节,未保存。",
            rule="情感判别模型须小于 1 MB",
            next_step="请减少训练文本后重试。",
        )
    card = out.with_name(CARD)
    _replace(out, content)
    _replace(card, model_card(content).encode("utf-8"))
    return out, card


def require_weights_name(out: Path) -> None:
    """Refuse a name that is none of a weights file, before the work is done or another file is lost.

    Raises:
        UsageError: the name does not end in ``.npz``, or its folder does not exist.
        EnvironmentFault: nothing may be written into the folder.
    """
    if out.suffix != ".npz" or out.is_dir():
        raise UsageError(f"“{out}”不是权重文件名。", next_step="请给出以 .npz 结尾的文件名。")
    if not out.parent.is_dir():
        raise UsageError(f"文件夹 {out.parent} 不存在。", next_step="请先建立该文件夹,或改用其他位置。")
    if not os.access(out.parent, os.W_OK):
        raise _unwritable(out)


def _replace(path: Path, content: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as fault:
        raise _unwritable(path) from fault


def _unwritable(path: Path) -> EnvironmentFault:
    return EnvironmentFault(f"无法写入“{path}”。", next_step="请检查该文件夹是否可写,或用 --out 指定其他位置。")


def _corpus(name: str) -> str:
    return CORPORA.get(name.removesuffix("_train"), "not described")


def _figures(one: Mapping[str, Any]) -> Sequence[str]:
    certain = one["certain_accuracy"]
    shares = [f"{one[key]:.3f}" for key in ("accuracy", "macro_f1", "ece", "uncertain")]
    return (f"`{one['name']}`", f"{one['n']:,}", *shares, "none" if certain is None else f"{certain:.3f}")


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
