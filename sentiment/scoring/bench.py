"""An engine measured on a file of labelled texts: as it is, or by cross-validation on the file alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from pathlib import Path

import numpy as np

from sentiment.scoring.engines import Engine, EngineName, open_engine, taught_engine
from sentiment.scoring.features import Ints
from sentiment.scoring.labelled import Labelled, folds, near_duplicates
from sentiment.scoring.measuring import Figures, Prediction, figures, joined
from sentiment.scoring.model import LABELS
from weibo_ops.kernel.errors import UsageError

Progress = Callable[[str], None]

_SEED = 20160413
_PASS_SECONDS, _TIMED_SECONDS = 0.2, 1.5


class Grouping(StrEnum):
    """Texts that must not straddle folds."""

    NONE = "none"
    NEAR_DUPLICATES = "near-duplicates"


@dataclass(frozen=True)
class Plan:
    """A cross-validation.

    Attributes:
        folds: parts of the file; each is predicted by an engine that learned from the others.
        repeats: how often the file is dealt into folds anew.
        grouping: which texts stay together.
    """

    folds: int
    repeats: int = 1
    grouping: Grouping = Grouping.NONE


@dataclass(frozen=True)
class Bench:
    """What was measured.

    Attributes:
        engine: the engine's name.
        repeats: figures of the whole file, one for each time that it was dealt into folds; else one.
        groups: groups of texts that stayed together; the number of texts where none had to.
        texts_per_second: texts scored per second in a batch, in one thread.
        load_seconds: time from the stored model to the first text scored; the longest of a cross-validation's.
    """

    engine: EngineName
    repeats: tuple[Figures, ...]
    groups: int
    texts_per_second: float
    load_seconds: float

    @property
    def n(self) -> int:
        """Number of texts."""
        return self.repeats[0].n

    @property
    def accuracy(self) -> float:
        """Mean share of right labels."""
        return float(np.mean([one.accuracy for one in self.repeats]))

    @property
    def macro_f1(self) -> float:
        """Mean macro-F1 of the labels that occur in the file."""
        return float(np.mean([one.macro_f1 for one in self.repeats]))

    @property
    def ece(self) -> float:
        """Mean calibration error."""
        return float(np.mean([one.ece for one in self.repeats]))


def bench(part: Labelled, name: EngineName, weights: Path | None = None) -> Bench:
    """Measure an engine as it is installed.

    Args:
        part: the labelled texts; the engine chooses among the labels that occur there.
        name: the engine.
        weights: weights file of our own scorer; None for the shipped one.

    Raises:
        UsageError: all texts have one label.
        EnvironmentFault: the engine cannot be loaded.
    """
    _require_contrast(part)
    engine = open_engine(name, weights)
    begun = time.perf_counter()
    prediction = engine.predict(part.texts, part.classes)
    seconds = time.perf_counter() - begun
    speed = texts_per_second(engine, part, seconds)
    return Bench(name, (figures(prediction, part),), len(part.texts), speed, engine.load_seconds)


def cross_validate(part: Labelled, name: EngineName, plan: Plan, progress: Progress = lambda _: None) -> Bench:
    """Measure an engine that learns from the file's other folds alone, so that no text is known to who predicts it.

    Args:
        part: the labelled texts.
        name: the engine.
        plan: how the file is dealt.
        progress: called with one line of narration per fold.

    Raises:
        UsageError: all texts have one label, or the file is too small for so many folds.
        EnvironmentFault: the engine cannot be loaded or taught.
    """
    _require_contrast(part)
    together = plan.grouping is Grouping.NEAR_DUPLICATES
    groups = near_duplicates(part.texts) if together else np.arange(len(part.texts))
    dealt = [folds(groups, part.labels, plan.folds, _SEED + repeat) for repeat in range(plan.repeats)]
    for fold_of in dealt:
        _require_spread(part, fold_of)
    found = []
    loading = 0.0
    for repeat, fold_of in enumerate(dealt):
        predictions: list[tuple[Ints, Prediction]] = []
        for fold in range(plan.folds):
            progress(f"第{repeat + 1}轮(共{plan.repeats}轮)第{fold + 1}折(共{plan.folds}折):训练并判别。")
            engine = taught_engine(name, part.rows(np.flatnonzero(fold_of != fold)))
            loading = max(loading, engine.load_seconds)
            held = np.flatnonzero(fold_of == fold)
            begun = time.perf_counter()
            predictions.append((held, engine.predict(part.rows(held).texts, part.classes)))
            seconds = time.perf_counter() - begun
        found.append(figures(joined(predictions), part))
    speed = texts_per_second(engine, part, seconds * len(part.texts) / len(held))
    return Bench(name, tuple(found), len(np.unique(groups)), speed, loading)


def texts_per_second(engine: Engine, part: Labelled, seconds: float) -> float:
    """Return how many texts an engine scores per second in a batch, in this thread.

    A batch that is scored in a moment is made of the same texts again and again, and the best of several passes counts.

    Args:
        engine: the engine.
        part: the texts.
        seconds: how long a first pass over the texts took; where it was long enough, it counts.
    """
    if seconds >= _TIMED_SECONDS:
        return len(part.texts) / seconds
    texts = part.texts * ceil(_PASS_SECONDS / max(seconds, 1e-4))
    best = seconds * len(texts) / len(part.texts)
    spent = 0.0
    while spent < _TIMED_SECONDS:
        begun = time.perf_counter()
        engine.predict(texts, part.classes)
        taken = time.perf_counter() - begun
        best, spent = min(best, taken), spent + taken
    return len(texts) / best


def _require_contrast(part: Labelled) -> None:
    if len(part.classes) < 2:
        raise UsageError(
            f"文件 {part.name} 只有 {LABELS[int(part.classes[0])]} 一种标签,比较判别结果至少要有两种。",
            next_step="请补充其他标签的文本。",
        )


def _require_spread(part: Labelled, fold_of: Ints) -> None:
    """Refuse folds of which one holds every text of a label: who predicts it would never have met the label."""
    for label in part.classes.tolist():
        if len(np.unique(fold_of[part.labels == label])) < 2:
            raise UsageError(
                f"文件 {part.name} 中标签 {LABELS[label]} 的文本太少或都彼此相近,不能分到两折以上。",
                next_step="请补充该标签的文本。",
            )
