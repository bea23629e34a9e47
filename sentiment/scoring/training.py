"""Training: labelled texts to weights. SciPy is imported only when training.

Files differ in what they call neutral, in how often each label occurs and in which labels they have at all. So each text
is judged among the labels of its own file only (a file of two labels teaches their contrast and nothing else), and each
file has intercepts of its own; those of the files nearest to the work are shared, and they ship.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sentiment.scoring.calibration import (
    expected_calibration_error,
    fit_calibration,
    macro_f1,
    uncertainty_threshold,
)
from sentiment.scoring.features import BITS, Bools, Ints, buckets, normalise
from sentiment.scoring.labelled import Labelled, folds, near_duplicates, read_labelled
from sentiment.scoring.model import LABELS, Bytes, Floats, Scorer, Weights, calibrated, feature_value, softmax
from sentiment.scoring.solver import Problem, solve
from weibo_ops.kernel.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Progress = Callable[[str], None]

FILE_WEIGHTS = {"epidemic": 1.5, "government_policy": 3.0, "sentences_2013": 0.3, "weibo2018": 0.5}
"""Weight of each text of a training file, by the file's stem; 1 for others. Chosen on the validation files."""
PENALTY = 2e-5
"""L2 penalty against the mean loss. Chosen on the validation files."""
RATIO_FLOOR = 1.0
"""Added to the ratios that scale the features. Chosen on the validation files."""
RARE = 1
"""An n-gram bucket that occurs in fewer texts is left out."""
FOLDS = 4
"""Folds of the predictions that the calibration is fitted on."""
ROUNDS = 60
_SEED = 20160413


@dataclass(frozen=True)
class Figures:
    """How a model does on a file.

    Attributes:
        name: name of the file without its suffix.
        n: number of texts.
        accuracy: share of right labels.
        macro_f1: mean F1 of the labels that occur in the file.
        ece: top-label calibration error with 15 equal-width bins.
        uncertain: share of texts called uncertain.
        certain_accuracy: share of right labels among the others; None where all are uncertain.
    """

    name: str
    n: int
    accuracy: float
    macro_f1: float
    ece: float
    uncertain: float
    certain_accuracy: float | None


def train_folder(folder: Path, progress: Progress) -> tuple[Weights, list[Figures]]:
    """Train on the ``*_train.tsv`` files of a folder and measure on its ``*_validation.tsv`` files.

    Raises:
        UsageError: there is no training file, or a file is not well-formed.
        EnvironmentFault: the training extra is not installed.
    """
    paths = sorted(folder.glob("*_train.tsv"))
    if not paths:
        raise UsageError(f"文件夹 {folder} 中没有 *_train.tsv 文件。", next_step="请用 --data 指定训练数据所在文件夹。")
    parts = [read_labelled(path) for path in paths]
    checks = [read_labelled(path) for path in sorted(folder.glob("*_validation.tsv"))]
    weights = train(parts, {stem(check) for check in checks}, progress)
    scorer = Scorer(weights)
    return weights, [figures(scorer, check) for check in checks]


def stem(part: Labelled) -> str:
    """Return the name of a file's collection: ``epidemic`` for ``epidemic_train``."""
    return part.name.removesuffix("_train").removesuffix("_validation")


def train(parts: Sequence[Labelled], nearest: set[str] | None = None, progress: Progress = lambda _: None) -> Weights:
    """Train one model on several files.

    The calibration is fitted on out-of-fold predictions for the nearest files, each counting the same, near-identical
    texts kept in one fold.

    Args:
        parts: training files; one at least must hold all labels.
        nearest: stems of the files that are nearest to what will be scored; files without all labels are passed over,
            and if none is left, all files with all labels are the nearest.
        progress: called with one line of narration per stage.

    Raises:
        UsageError: no file holds all labels, or there are too few texts.
        EnvironmentFault: the training extra is not installed.
    """
    _require_scipy()
    complete = [part for part in parts if len(part.classes) == len(LABELS)]
    if not complete:
        raise UsageError("没有一个训练文件同时含有三种标签。", next_step="请补充含三种标签的训练文件。")
    anchors = [part for part in complete if nearest and stem(part) in nearest] or complete
    texts = [text for part in parts for text in part.texts]
    problem, columns = _problem(parts, anchors, texts)
    progress(f"共{len(texts)}条文本、{len(columns)}个特征;正在归并相近文本。")
    fold_of = folds(near_duplicates(texts), FOLDS, _SEED)
    evidence = np.zeros((len(texts), 2))
    for fold in range(FOLDS):
        progress(f"正在训练第{fold + 1}折,共{FOLDS}折(用于校准)。")
        held = np.flatnonzero(fold_of == fold)
        coefficients, bias = solve(problem.rows(np.flatnonzero(fold_of != fold)), PENALTY, RATIO_FLOOR, ROUNDS)
        evidence[held] = problem.matrix[held] @ coefficients + bias
    chosen = problem.groups == 0
    shares = np.concatenate([np.full(len(part.texts), 1 / len(part.texts)) for part in parts])[chosen]
    slope, offset = fit_calibration(evidence[chosen], problem.labels[chosen], shares)
    probabilities = softmax(calibrated(evidence[chosen], slope, offset))
    right = probabilities.argmax(axis=1) == problem.labels[chosen]
    threshold = uncertainty_threshold(probabilities.max(axis=1), right, shares)
    progress("正在用全部训练文本训练。")
    coefficients, bias = solve(problem, PENALTY, RATIO_FLOOR, ROUNDS)
    table, steps = _quantised(coefficients, columns)
    return Weights(table, steps, bias, slope, offset, threshold, _about(parts, anchors))


def figures(scorer: Scorer, part: Labelled) -> Figures:
    """Measure a scorer on a labelled file."""
    batch = scorer.score_batch(part.texts)
    right = batch.labels == part.labels
    certain = ~batch.uncertain
    return Figures(
        name=part.name,
        n=len(right),
        accuracy=float(right.mean()),
        macro_f1=macro_f1(part.labels, batch.labels),
        ece=expected_calibration_error(batch.probabilities.max(axis=1), right),
        uncertain=float(batch.uncertain.mean()),
        certain_accuracy=float(right[certain].mean()) if certain.any() else None,
    )


def _require_scipy() -> None:
    try:
        import scipy.sparse  # noqa: F401
    except ImportError as fault:
        raise EnvironmentFault("缺少训练所需的组件。", next_step="请安装:pip install 'weibo-ops[train]'。") from fault


def _problem(parts: Sequence[Labelled], anchors: Sequence[Labelled], texts: Sequence[str]) -> tuple[Problem, Ints]:
    sizes = [len(part.texts) for part in parts]
    matrix, columns = _features(texts)
    absent: Bools = np.array([~np.isin(np.arange(len(LABELS)), part.classes) for part in parts])
    weights = np.array([FILE_WEIGHTS.get(stem(part), 1.0) for part in parts])
    groups = np.array([0 if part in anchors else 1 + index for index, part in enumerate(parts)])
    labels = np.concatenate([part.labels for part in parts])
    spread = np.repeat(np.arange(len(parts)), sizes)
    return Problem(matrix, labels, weights[spread], absent[spread], groups[spread]), columns


def _features(texts: Sequence[str]) -> tuple[csr_matrix, Ints]:
    """Return the feature matrix ``(texts, columns)`` and the bucket of each column."""
    from scipy.sparse import csr_matrix, diags

    batch = normalise(texts)
    found = np.concatenate(buckets(batch.codes))
    rows = np.tile(np.repeat(np.arange(len(texts)), batch.lengths()), 2)
    counts = csr_matrix((np.ones(len(found)), (rows, found)), shape=(len(texts), 1 << BITS))
    counts.sum_duplicates()
    columns = np.flatnonzero(np.bincount(counts.indices, minlength=1 << BITS) >= RARE)
    matrix: csr_matrix = (diags(feature_value(batch)) @ counts.tocsc()[:, columns]).tocsr()
    return matrix, columns


def _quantised(coefficients: Floats, columns: Ints) -> tuple[Bytes, Floats]:
    """Return the int8 table over all buckets and the log-odds of one unit of each of its columns.

    The largest of ten thousand weights is cut to the next, so that the steps of the others stay fine.
    """
    steps: Floats = np.maximum(np.quantile(np.abs(coefficients), 0.9999, axis=0), 1e-9) / 127
    table = np.zeros((1 << BITS, 2), dtype=np.int8)
    table[columns] = np.clip(np.rint(coefficients / steps), -127, 127).astype(np.int8)
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
    }
