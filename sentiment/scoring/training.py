"""Training: labelled texts to weights. SciPy is imported only when training.

Files differ in what they call neutral, in how often each label occurs and in which labels they have at all. So each
text is judged among the labels of its own file only (a file of two labels teaches their contrast and nothing else), and
each file has intercepts of its own; those of the files nearest to the work are shared, and they ship. The civic
sentences of this program are always added and are among the nearest: intercepts of their own would keep to themselves
that what people write to offices is mostly plain questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sentiment.scoring.calibration import fit_calibration, uncertainty_threshold
from sentiment.scoring.civic import CIVIC, civic, held_out
from sentiment.scoring.features import BITS, Bools, Ints, buckets, normalise
from sentiment.scoring.labelled import Labelled, folds, near_duplicates, read_labelled
from sentiment.scoring.measuring import Figures, figures, predict
from sentiment.scoring.model import LABELS, Bytes, Floats, Scorer, Weights, calibrated, feature_value, softmax
from sentiment.scoring.solver import Problem, solve
from weibo_ops.kernel.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Progress = Callable[[str], None]

FILE_WEIGHTS = {"epidemic": 1.5, "government_policy": 3.0, "sentences_2013": 0.3, "weibo2018": 0.5}
"""Weight of each text of a training file, by the file's stem; 1 for others. Chosen on the validation files."""
CIVIC_SHARE = 0.15
"""What all civic sentences weigh, against all other texts. Chosen on the validation files and held-out folds."""
PENALTY = 3e-5
"""L2 penalty against the mean loss. Chosen on the validation files."""
RATIO_FLOOR = 2.0
"""Added to the ratios that scale the features. Chosen on the validation files."""
FOLDS = 8
"""Folds of the predictions that the calibration is fitted on; the more, the closer their models come to the final."""
ROUNDS = 60
"""Steps of the minimiser at most; to stop early binds the weights too. Chosen on the validation files."""
_SEED = 20160413


def train_folder(folder: Path, progress: Progress) -> tuple[Weights, list[Figures]]:
    """Train on the ``*_train.tsv`` files of a folder and the civic sentences.

    It is measured on the ``*_validation.tsv`` files of the folder, then on the civic sentences held out.

    Raises:
        UsageError: there is no training file, a file is not well-formed, or none holds all labels.
        EnvironmentFault: the training extra is not installed.
    """
    paths = sorted(folder.glob("*_train.tsv"))
    if not paths:
        raise UsageError(f"文件夹 {folder} 中没有 *_train.tsv 文件。", next_step="请用 --data 指定训练数据所在文件夹。")
    _require_scipy()
    parts = [read_labelled(path) for path in paths]
    if not any(len(part.classes) == len(LABELS) for part in parts):
        raise UsageError("没有一个训练文件同时含有三种标签。", next_step="请补充含三种标签的训练文件。")
    checks = [read_labelled(path) for path in sorted(folder.glob("*_validation.tsv"))]
    checked = {stem(check) for check in checks} & {stem(part) for part in parts if len(part.classes) == len(LABELS)}
    weights = train([*parts, civic()], checked | {CIVIC} if checked else None, progress)
    scorer = Scorer(weights)
    checks.append(held_out())
    found = [figures(predict(scorer, check.texts, check.classes), check) for check in checks]
    return replace(weights, about={**weights.about, "figures": [asdict(one) for one in found]}), found


def stem(part: Labelled) -> str:
    """Return the name of a file's collection: ``epidemic`` for ``epidemic_train``."""
    return part.name.removesuffix("_train").removesuffix("_validation")


def train(parts: Sequence[Labelled], nearest: set[str] | None = None, progress: Progress = lambda _: None) -> Weights:
    """Train one model on several files.

    The calibration is fitted on out-of-fold predictions for the nearest files, each counting the same, near-identical
    texts kept in one fold. Where there are too few texts for folds, the log-odds stay as they are and all is uncertain.

    Args:
        parts: training files.
        nearest: stems of the files that are nearest to what will be scored; files without all labels are passed over,
            and if none is left, all files with all labels are the nearest, and if there is none, all files.
        progress: called with one line of narration per stage.

    Raises:
        EnvironmentFault: the training extra is not installed.
    """
    _require_scipy()
    complete = [part for part in parts if len(part.classes) == len(LABELS)] or parts
    anchors = [part for part in complete if nearest and stem(part) in nearest] or complete
    texts = [text for part in parts for text in part.texts]
    problem, columns = _problem(parts, anchors, texts)
    progress(f"共{len(texts)}条文本、{len(columns)}个特征;正在归并相近文本。")
    groups = near_duplicates(texts)
    shares = np.concatenate([np.full(len(part.texts), 1 / len(part.texts)) for part in parts])
    slope, offset, threshold = _calibration(problem, groups, shares, progress)
    progress("正在用全部训练文本训练。")
    coefficients, bias = solve(problem, PENALTY, RATIO_FLOOR, ROUNDS)
    table, steps = _quantised(coefficients, columns)
    return Weights(table, steps, bias, slope, offset, threshold, _about(parts, anchors))


def _calibration(problem: Problem, groups: Ints, shares: Floats, progress: Progress) -> tuple[float, Floats, float]:
    """Return slope, offset and threshold that fit what models say of texts of the nearest files unseen by them."""
    count = min(FOLDS, len(np.unique(groups)))
    if count < 2:
        return 1.0, np.zeros(len(LABELS)), 1.0
    fold_of = folds(groups, problem.labels, count, _SEED)
    evidence = np.zeros((len(groups), 2))
    for fold in range(count):
        progress(f"正在训练第{fold + 1}折,共{count}折(用于校准)。")
        held = np.flatnonzero(fold_of == fold)
        coefficients, bias = solve(problem.rows(np.flatnonzero(fold_of != fold)), PENALTY, RATIO_FLOOR, ROUNDS)
        evidence[held] = problem.matrix[held] @ coefficients + bias
    chosen = problem.groups == 0
    evidence, labels, absent, shares = (part[chosen] for part in (evidence, problem.labels, problem.absent, shares))
    slope, offset = fit_calibration(evidence, labels, shares, absent)
    probabilities = softmax(np.where(absent, -np.inf, calibrated(evidence, slope, offset)))
    right = probabilities.argmax(axis=1) == labels
    return slope, offset, uncertainty_threshold(probabilities.max(axis=1), right, shares)


def _require_scipy() -> None:
    try:
        import scipy.sparse  # noqa: F401
    except ImportError as fault:
        raise EnvironmentFault("缺少训练所需的组件。", next_step="请安装:pip install 'weibo-ops[train]'。") from fault


def _problem(parts: Sequence[Labelled], anchors: Sequence[Labelled], texts: Sequence[str]) -> tuple[Problem, Ints]:
    sizes = [len(part.texts) for part in parts]
    matrix, columns = _features(texts)
    absent: Bools = np.array([~np.isin(np.arange(len(LABELS)), part.classes) for part in parts])
    weights = text_weights(parts)
    groups = np.array([0 if part in anchors else 1 + index for index, part in enumerate(parts)])
    labels = np.concatenate([part.labels for part in parts])
    spread = np.repeat(np.arange(len(parts)), sizes)
    return Problem(matrix, labels, weights[spread], absent[spread], groups[spread]), columns


def text_weights(parts: Sequence[Labelled]) -> Floats:
    """Return the ``(parts,)`` weight of a text of each file; civic sentences alone weigh 1 each."""
    weights = np.array([FILE_WEIGHTS.get(stem(part), 1.0) for part in parts])
    sizes = np.array([len(part.texts) for part in parts])
    ours = np.array([part.name == CIVIC for part in parts])
    others = float((weights * sizes)[~ours].sum())
    if others and ours.any():
        weights[ours] = CIVIC_SHARE * others / sizes[ours].sum()
    return weights


def _features(texts: Sequence[str]) -> tuple[csr_matrix, Ints]:
    """Return the feature matrix ``(texts, columns)`` and the bucket of each column."""
    from scipy.sparse import csr_matrix, diags

    batch = normalise(texts)
    found = np.concatenate(buckets(batch.codes))
    rows = np.tile(np.repeat(np.arange(len(texts)), batch.lengths()), 2)
    counts = csr_matrix((np.ones(len(found)), (rows, found)), shape=(len(texts), 1 << BITS))
    counts.sum_duplicates()
    columns = np.unique(counts.indices).astype(np.int64)
    matrix: csr_matrix = (diags(feature_value(batch)) @ counts.tocsc()[:, columns]).tocsr()
    return matrix, columns


def _quantised(coefficients: Floats, columns: Ints) -> tuple[Bytes, Floats]:
    """Return the int8 table over all buckets and the log-odds of one unit of each of its columns."""
    steps: Floats = np.maximum(np.abs(coefficients).max(axis=0), 1e-9) / 127
    table = np.zeros((1 << BITS, 2), dtype=np.int8)
    table[columns] = np.rint(coefficients / steps).astype(np.int8)
    return table, steps


def _about(parts: Sequence[Labelled], anchors: Sequence[Labelled]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for part in parts:
        for label, text in zip(part.labels.tolist(), part.texts, strict=True):
            digest.update(f"{part.name}\t{LABELS[label]}\t{text}\n".encode("utf-8", "surrogatepass"))
    return {
        "files": {part.name: len(part.texts) for part in parts},
        "calibrated_on": [part.name for part in anchors],
        "data_digest": digest.hexdigest(),
        "penalty": PENALTY,
        "ratio_floor": RATIO_FLOOR,
        "rounds": ROUNDS,
    }
