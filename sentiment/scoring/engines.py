"""The engines that can be measured: this program's scorer and SnowNLP, each as it is or taught by labelled texts.

The house knows snownlp here alone.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sentiment.scoring.features import Ints
from sentiment.scoring.labelled import Labelled
from sentiment.scoring.measuring import Prediction, predict
from sentiment.scoring.model import LABELS, Floats, Scorer, pack, read_scorer, unpack
from weibo_ops.kernel.errors import EnvironmentFault

SNOWNLP_NEUTRAL = 0.4
"""SnowNLP's value, 0 to 1, is read as negative below this, as positive above 1 minus this, as neutral between."""
_NEGATIVE, _POSITIVE = LABELS.index("negative"), LABELS.index("positive")
_BLANK = 0.5
_FIRST_TEXT = "今天天气很好"


class EngineName(StrEnum):
    """Engines by the names that the command line gives them."""

    OURS = "ours"
    SNOWNLP = "snownlp"


class Engine(Protocol):
    """What says how texts sound."""

    load_seconds: float
    """Time from the stored model to the first text scored, in seconds."""

    def predict(self, texts: Sequence[str], classes: Ints) -> Prediction:
        """Return the labels of texts of which it is known that only `classes` (ascending) can be right."""


class Ours:
    """This program's scorer."""

    def __init__(self, scorer: Scorer, load_seconds: float) -> None:
        self.scorer = scorer
        self.load_seconds = load_seconds

    def predict(self, texts: Sequence[str], classes: Ints) -> Prediction:
        """Return the likeliest of `classes`, with its share of their probability."""
        return predict(self.scorer, texts, classes)


class SnowNlp:
    """SnowNLP's classifier, which gives one value from 0 (negative) to 1 (positive).

    The probability of its choice is that value for positive, 1 minus it for negative, and for neutral the bound 0.6.
    Where neutral does not occur, its choice is the likelier of the other two.
    """

    def __init__(self, classifier: Any, load_seconds: float) -> None:
        self._classifier = classifier
        self.load_seconds = load_seconds

    def values(self, texts: Sequence[str]) -> Floats:
        """Return ``(n,)`` SnowNLP's value of each text; 0.5 for one that shows nothing."""
        classify = self._classifier.classify
        return np.array([classify(text) if text.strip() else _BLANK for text in texts], dtype=np.float64)

    def predict(self, texts: Sequence[str], classes: Ints) -> Prediction:
        """Return SnowNLP's choice among `classes`; it calls nothing uncertain."""
        labels, top = read_snownlp(self.values(texts), classes)
        return Prediction(labels, top, np.zeros(len(labels), dtype=np.bool_))


def read_snownlp(values: Floats, classes: Ints) -> tuple[Ints, Floats]:
    """Turn ``(n,)`` SnowNLP values into labels among `classes` and the probability given to each."""
    neutral = 1 - SNOWNLP_NEUTRAL
    strengths = np.stack([1 - values, np.full(len(values), neutral + 1e-9), values], axis=1)[:, classes]
    chosen = strengths.argmax(axis=1)
    return classes[chosen], strengths[np.arange(len(values)), chosen]


def open_engine(name: EngineName, weights: Path | None = None) -> Engine:
    """Load an engine as it is installed.

    Args:
        name: which one.
        weights: weights file of our own scorer; None for the shipped one. SnowNLP takes none.

    Raises:
        EnvironmentFault: a weights file or SnowNLP cannot be loaded.
    """
    begun = time.perf_counter()
    if name is EngineName.SNOWNLP:
        classifier = _snownlp().classifier
        classifier.classify(_FIRST_TEXT)
        return SnowNlp(classifier, time.perf_counter() - begun)
    scorer = read_scorer(weights)
    scorer.score(_FIRST_TEXT)
    return Ours(scorer, time.perf_counter() - begun)


def taught_engine(name: EngineName, part: Labelled) -> Engine:
    """Return an engine that knows the texts of one file and no others.

    SnowNLP learns from the negative and positive ones; it has no neutral. A file without words on both sides teaches it
    nothing, and it stays as it is installed.

    Raises:
        EnvironmentFault: SnowNLP or the training extra is not installed.
    """
    if name is EngineName.SNOWNLP:
        sides = [part.rows(np.flatnonzero(part.labels == label)).texts for label in (_NEGATIVE, _POSITIVE)]
        installed = open_engine(name)
        if not all(sides):
            return installed
        classifier = _snownlp().Sentiment()
        classifier.train(*sides)
        try:
            classifier.classify(_FIRST_TEXT)
        except (ValueError, ZeroDivisionError):  # one side has stop words alone
            return installed
        return SnowNlp(classifier, installed.load_seconds)
    from sentiment.scoring.training import train

    content = pack(train([part]))
    begun = time.perf_counter()
    scorer = Scorer(unpack(content))
    scorer.score(_FIRST_TEXT)
    return Ours(scorer, time.perf_counter() - begun)


@cache
def _snownlp() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its files use old escapes and are left open
            from snownlp import sentiment
    except (ImportError, OSError) as fault:
        raise EnvironmentFault(
            "SnowNLP 未安装或无法载入。", next_step="请重新安装本程序,或改用 --engine ours。"
        ) from fault
    return sentiment
