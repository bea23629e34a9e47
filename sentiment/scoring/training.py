"""From labelled files to weights: masked multinomial regression on hashed n-grams, calibrated out of fold.

Corpora differ in what they call neutral, in how often each label occurs and in which labels they have at all. So each
text is judged among the labels of its own corpus only (a corpus of two labels teaches their contrast and nothing else),
and each corpus has its own intercepts; those of the anchors are shared, and they ship. The same data give the same
bytes: no random number is drawn, and all sums run in one order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sentiment.scoring.calibration import fit_calibrator, uncertain_below
from sentiment.scoring.features import BITS, buckets, normalise
from sentiment.scoring.model import LABELS, Scorer, Weights
from weibo_ops.kernel.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Progress = Callable[[str], None]

FOLDS = 5
WANTED = 0.85
"""Share of right labels among those that are not uncertain, out of fold, by which the threshold is set."""
PENALTY = 2e-5
ROUNDS = 60
RATIO_FLOOR = 1.0


@dataclass(frozen=True)
class Recipe:
    """How much a known corpus counts, and whether its own mix of labels is the one that ships."""

    weight: float = 1.0
    anchor: bool = False


RECIPES = {
    "epidemic": Recipe(1.5, anchor=True),
    "general": Recipe(1.0, anchor=True),
    "government_policy": Recipe(3.0),
    "sentences_2013": Recipe(0.3),
    "weibo2018": Recipe(0.5),
}
"""Chosen on the validation files; a corpus of another name counts 1."""


@dataclass(frozen=True)
class Corpus:
    """Labelled texts of one source.

    Attributes:
        name: the file's name without ``_train.tsv``.
        texts: as they came.
        labels: index into `LABELS` of each text.
    """

    name: str
    texts: Sequence[str]
    labels: Ints


@dataclass(frozen=True)
class Trained:
    """Weights with what was measured out of fold while they were made."""

    weights: Weights
    out_of_fold: dict[str, Floats]


def read_labelled(path: Path) -> Corpus:
    """Read a file of ``label<TAB>text`` lines in UTF-8.

    Raises:
        UsageError: missing or empty file, a line without a tab, an unknown label, or bytes that are no UTF-8.
    """
    layout = "每行应为“标签<制表符>文本”,标签为 negative、neutral 或 positive,编码为 UTF-8。"
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UsageError(f"文件 {path.name} 第 {line} 行不是 UTF-8 编码。", next_step=layout) from error
    except OSError as error:
        raise UsageError(f"读不到数据文件 {path.name}。", next_step="请检查路径和读取权限。") from error
    texts: list[str] = []
    labels: list[int] = []
    for number, line in enumerate(content.split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line:
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise UsageError(f"文件 {path.name} 第 {number} 行缺少制表符,分不出标签和文本。", next_step=layout)
        if label not in LABELS:
            raise UsageError(f"文件 {path.name} 第 {number} 行的标签“{label[:20]}”不认识。", next_step=layout)
        labels.append(LABELS.index(label))
        texts.append(text)
    if not texts:
        raise UsageError(f"文件 {path.name} 中没有数据。", next_step=layout)
    return Corpus(path.name.removesuffix(".tsv").removesuffix("_train"), texts, np.array(labels, dtype=np.int64))


def train(corpora: Sequence[Corpus], say: Progress = lambda _: None) -> Trained:
    """Fit weights and calibrator.

    Args:
        corpora: at least one, together with two labels or more; their order does not matter.
        say: is told each stage.

    Raises:
        UsageError: fewer than two labels, or too few texts for the folds.
        EnvironmentFault: the training extra is not installed.
    """
    corpora = sorted(corpora, key=lambda corpus: corpus.name)
    task = _Task.of(corpora)
    if len(np.unique(task.truth)) < 2 or len(task.truth) < 2 * FOLDS:
        raise UsageError("训练数据太少。", next_step=f"至少需要两种标签、共 {2 * FOLDS} 条文本。")
    folds = _folds(task.texts)
    logits = np.zeros((len(task.truth), 3))
    for fold in range(FOLDS):
        say(f"交叉拟合第 {fold + 1} 折,共 {FOLDS} 折")
        held = folds == fold
        if held.any():
            solution = task.subset(~held).solve()
            logits[held] = solution.logits(task.matrix[held])
    logits = np.where(task.allowed[task.source], logits, -np.inf)
    anchored = task.anchors[task.source]
    calibrator = fit_calibrator(logits[anchored], task.truth[anchored], task.weights[anchored])
    probabilities = calibrator.probabilities(logits)
    threshold = uncertain_below(probabilities[anchored], task.truth[anchored], task.weights[anchored], WANTED)
    say("拟合最终权重")
    table, scale, intercepts = task.solve().quantised()
    weights = Weights(table, scale, intercepts, calibrator, threshold)
    return Trained(weights, {corpus.name: probabilities[task.source == i] for i, corpus in enumerate(corpora)})


def _folds(texts: Sequence[str]) -> Ints:
    """Return a fold per text that depends on its normal characters alone, so that doubles stay together."""
    batch = normalise(texts)
    ends = np.append(batch.starts[1:], len(batch.codes))
    keys = [batch.codes[start:end].tobytes() for start, end in zip(batch.starts, ends, strict=True)]
    return np.array([hashlib.sha256(key).digest()[0] % FOLDS for key in keys], dtype=np.int64)


def _sparse() -> Any:
    try:
        from scipy import sparse
    except ImportError as error:
        raise EnvironmentFault(
            "缺少训练所需的组件。", next_step="请安装训练组件:pip install 'weibo-ops[train]'。"
        ) from error
    return sparse


def _matrix(texts: Sequence[str]) -> csr_matrix:
    """Return the normed counts of n-grams, sparse, shape (texts, 2**BITS)."""
    sparse = _sparse()
    batch = normalise(texts)
    orders = np.concatenate(buckets(batch))
    rows = np.tile(np.repeat(np.arange(len(texts)), batch.lengths()), 2)
    counts = sparse.csr_matrix((np.ones(len(orders), np.float32), (rows, orders)), shape=(len(texts), 1 << BITS))
    counts.sum_duplicates()
    counts.data *= np.repeat(batch.norms(), np.diff(counts.indptr)).astype(np.float32)
    return counts


@dataclass(frozen=True)
class _Solution:
    """Float weights before they are cut to steps."""

    table: Floats
    intercepts: Floats

    def logits(self, matrix: csr_matrix) -> Floats:
        found: Floats = matrix @ self.table + self.intercepts
        return found - found[:, 1:2]

    def quantised(self) -> tuple[npt.NDArray[np.int8], Floats, Floats]:
        """Return the weights against neutral in steps of one byte, the step sizes and the intercepts."""
        contrast = (self.table - self.table[:, 1:2])[:, [0, 2]]
        scale = np.maximum(np.abs(contrast).max(axis=0) / 127, 1e-12)
        steps = np.rint(contrast / scale).astype(np.int8)
        return steps, scale, (self.intercepts - self.intercepts[1])[[0, 2]]


@dataclass(frozen=True)
class _Task:
    """Texts of all corpora as one problem; `source` is the corpus of each text, `group` its shared intercepts."""

    texts: Sequence[str]
    matrix: csr_matrix
    truth: Ints
    source: Ints
    weights: Floats
    allowed: npt.NDArray[np.bool_]
    anchors: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, corpora: Sequence[Corpus]) -> _Task:
        texts = [text for corpus in corpora for text in corpus.texts]
        recipes = [RECIPES.get(corpus.name, Recipe()) for corpus in corpora]
        source = np.repeat(np.arange(len(corpora)), [len(corpus.texts) for corpus in corpora])
        allowed = np.array([np.isin(np.arange(3), corpus.labels) for corpus in corpora])
        anchors = np.array([recipe.anchor for recipe in recipes])
        if not anchors.any():
            anchors = allowed.sum(axis=1) == allowed.sum(axis=1).max()
        weights = np.array([recipe.weight for recipe in recipes])[source]
        truth = np.concatenate([corpus.labels for corpus in corpora])
        return cls(texts, _matrix(texts), truth, source, weights, allowed, anchors)

    def subset(self, chosen: npt.NDArray[np.bool_]) -> _Task:
        texts = [text for text, wanted in zip(self.texts, chosen, strict=True) if wanted]
        return _Task(
            texts,
            self.matrix[chosen],
            self.truth[chosen],
            self.source[chosen],
            self.weights[chosen],
            self.allowed,
            self.anchors,
        )

    def solve(self) -> _Solution:
        """Minimise the weighted log loss with a quadratic penalty, n-grams scaled by how unevenly labels use them."""
        sparse = _sparse()
        used = np.flatnonzero(np.bincount(self.matrix.indices, minlength=1 << BITS))
        ratios = self._ratios(used)
        matrix = (self.matrix[:, used] @ sparse.diags(ratios)).tocsr()
        groups = np.where(self.anchors, 0, 1 + np.arange(len(self.anchors)))[self.source]
        problem = partial(
            _loss,
            matrix=matrix,
            transposed=matrix.T.tocsr(),
            groups=groups,
            truth=self.truth,
            share=self.weights / self.weights.sum(),
            absent=np.where(self.allowed, 0.0, -1e9)[self.source],
        )
        values = minimise(problem, np.zeros((len(used) + len(self.anchors) + 1, 3)), ROUNDS)
        table = np.zeros((1 << BITS, 3))
        table[used] = values[: len(used)] * ratios[:, None]
        return _Solution(table, values[len(used)])

    def _ratios(self, used: Ints) -> npt.NDArray[np.float32]:
        """Return for each n-gram its largest log ratio between labels (the idea of NB-SVM, Wang & Manning 2012)."""
        counts = np.array(
            [
                np.bincount(self.matrix[self.truth == label].indices, minlength=1 << BITS)[used] + 1.0
                for label in range(len(LABELS))
            ]
        )
        logs = np.log(counts / counts.sum(axis=1, keepdims=True))
        ratios: npt.NDArray[np.float32] = (np.abs(logs - logs.mean(axis=0)).max(axis=0) + RATIO_FLOOR).astype(
            np.float32
        )
        return ratios


def _loss(
    values: Floats,
    *,
    matrix: csr_matrix,
    transposed: csr_matrix,
    groups: Ints,
    truth: Ints,
    share: Floats,
    absent: Floats,
) -> tuple[float, Floats]:
    """Return the penalised loss and its gradient at `values`: rows of n-grams, then rows of intercepts."""
    ngrams = matrix.shape[1]
    logits = matrix @ values[:ngrams].astype(np.float32) + values[ngrams:][groups] + absent
    logits -= logits.max(axis=1, keepdims=True)
    exponents = np.exp(logits)
    totals = exponents.sum(axis=1, keepdims=True)
    rows = np.arange(len(truth))
    loss = float((share * (np.log(totals[:, 0]) - logits[rows, truth])).sum())
    errors = exponents / totals
    errors[rows, truth] -= 1.0
    errors *= share[:, None]
    gradient = np.empty_like(values)
    gradient[:ngrams] = transposed @ errors.astype(np.float32)
    for label in range(len(LABELS)):
        gradient[ngrams:, label] = np.bincount(groups, errors[:, label], minlength=len(values) - ngrams)
    penalty = np.full((len(values), 1), PENALTY)
    penalty[ngrams:] = 1e-6
    gradient += penalty * values
    return loss + 0.5 * float((penalty * values**2).sum()), gradient


def minimise(problem: Callable[[Floats], tuple[float, Floats]], start: Floats, rounds: int, memory: int = 6) -> Floats:
    """Return the lowest point that L-BFGS finds (Nocedal & Wright, Numerical Optimization, algorithm 7.4).

    Written with plain sums, whose order does not hang on the number of threads as that of a BLAS does.
    """
    point, (value, gradient) = start, problem(start)
    past: list[tuple[Floats, Floats, float]] = []
    for _ in range(rounds):
        direction = _two_loops(gradient, past)
        slope = float((gradient * direction).sum())
        step = 1.0 if past else 1.0 / max(float(np.abs(gradient).sum()), 1e-12)
        for _ in range(25):
            moved = point + step * direction
            new_value, new_gradient = problem(moved)
            if new_value <= value + 1e-4 * step * slope:
                break
            step *= 0.5
        else:
            return point
        change, turn = moved - point, new_gradient - gradient
        curvature = float((change * turn).sum())
        if curvature > 1e-12:
            past = [*past[-(memory - 1) :], (change, turn, curvature)]
        settled = abs(value - new_value) <= 1e-9 * max(1.0, abs(value))
        point, value, gradient = moved, new_value, new_gradient
        if settled:
            break
    return point


def _two_loops(gradient: Floats, past: Sequence[tuple[Floats, Floats, float]]) -> Floats:
    direction = -gradient
    factors = []
    for change, turn, curvature in reversed(past):
        factor = float((change * direction).sum()) / curvature
        factors.append(factor)
        direction = direction - factor * turn
    if past:
        _, turn, curvature = past[-1]
        direction = direction * (curvature / float((turn * turn).sum()))
    for (change, turn, curvature), factor in zip(past, reversed(factors), strict=True):
        direction = direction + (factor - float((turn * direction).sum()) / curvature) * change
    return direction


def scorer_of(corpora: Sequence[Corpus]) -> Scorer:
    """Train and return a scorer without writing a file."""
    return Scorer(train(corpora).weights)
