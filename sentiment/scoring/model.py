"""The scorer: hashed character n-grams, one table of integer weights, softmax of calibrated sums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sentiment.scoring.features import BITS, NEGATED, Batch, Bools, Ints, buckets, normalise
from weibo_ops.kernel.errors import EnvironmentFault

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.int8]

LABELS = ("negative", "neutral", "positive")
SIDES = (0, 2)
"""Labels that have weights; those of neutral are 0, as a softmax fixes differences only."""
WEIGHTS = Path(__file__).with_name("weights") / "weibo.npz"
"""The shipped weights; MODEL_CARD.md beside them says what they were made from."""
LAYOUT = 1
"""Layout of a weights file; it changes with every change of the features."""

_CHUNK = 1 << 16  # characters scored at once: the working arrays stay in the cache
_NEUTRAL = LABELS.index("neutral")


@dataclass(frozen=True)
class Weights:
    """What training learns.

    Attributes:
        table: ``(2**BITS, 2)`` weight of each bucket for negative and for positive, against neutral, in `steps`.
        steps: ``(2,)`` log-odds of one unit of each column of `table`.
        bias: ``(2,)`` log-odds of negative and of positive before any n-gram.
        slope: calibrated log-odds = slope * log-odds + offset.
        offset: ``(3,)`` calibration offset of each label.
        threshold: calibrated top probability below which a text is uncertain.
        about: what the weights were made from and how they did, as plain values.
    """

    table: Bytes
    steps: Floats
    bias: Floats
    slope: float
    offset: Floats
    threshold: float
    about: Mapping[str, Any]


@dataclass(frozen=True)
class ScoreBatch:
    """Scores of a batch, in the order of its texts.

    Attributes:
        probabilities: ``(n, 3)`` float32, calibrated, in the order of `LABELS`.
        labels: ``(n,)`` int8 index of the likeliest label; neutral for a text that shows nothing.
        uncertain: ``(n,)`` whether a person should look before believing the label.
    """

    probabilities: npt.NDArray[np.float32]
    labels: Bytes
    uncertain: Bools

    def among(self, classes: Ints) -> tuple[Ints, Floats]:
        """Choose among some of the labels only, as for texts of a file in which the others do not occur.

        Args:
            classes: ``(k,)`` indexes of those labels, ascending.

        Returns:
            ``(n,)`` index of the likeliest of them, and ``(n,)`` its share of the probability that they have together.
        """
        shares = self.probabilities[:, classes].astype(np.float64)
        chosen = shares.argmax(axis=1)
        place = np.searchsorted(classes, self.labels)
        own = classes[np.minimum(place, len(classes) - 1)] == self.labels
        chosen = np.where(own, place, chosen)
        return classes[chosen], shares[np.arange(len(shares)), chosen] / shares.sum(axis=1)


@dataclass(frozen=True)
class Score:
    """Score of one text.

    Attributes:
        label: the likeliest of `LABELS`.
        probabilities: calibrated probability of each of `LABELS`, in their order.
        uncertain: whether a person should look before believing the label.
    """

    label: str
    probabilities: tuple[float, float, float]
    uncertain: bool


@dataclass(frozen=True)
class Contribution:
    """What one n-gram of a text says.

    Attributes:
        text: the n-gram as it stands in the text; ``^`` is the text's beginning and ``$`` its end.
        negated: whether it stands under a negation.
        count: how often it occurs.
        negative: calibrated log-odds that it adds to negative, against the mean of the labels.
        neutral: the same for neutral.
        positive: the same for positive; the three sum to 0.
    """

    text: str
    negated: bool
    count: int
    negative: float
    neutral: float
    positive: float


class Scorer:
    """Scores texts with one set of weights. Holds no state of its own: safe to share between threads."""

    def __init__(self, weights: Weights, digest: str = "") -> None:
        self.weights = weights
        self.digest = digest
        self._packed = weights.table[:, 1].astype(np.int64)
        self._packed <<= 32
        self._packed += weights.table[:, 0]

    def score_batch(self, texts: Sequence[str]) -> ScoreBatch:
        """Score texts; each text's score does not depend on the others."""
        if not len(texts):
            return ScoreBatch(np.empty((0, 3), np.float32), np.empty(0, np.int8), np.empty(0, np.bool_))
        parts = [self._score(texts[first:last]) for first, last in _chunks(texts)]
        logits = np.concatenate([part for part, _ in parts])
        blank = np.concatenate([part for _, part in parts])
        logits[blank] = 0
        probabilities = softmax(logits)
        labels = np.where(blank, _NEUTRAL, probabilities.argmax(axis=1)).astype(np.int8)
        uncertain = blank | (probabilities.max(axis=1) < self.weights.threshold)
        return ScoreBatch(probabilities.astype(np.float32), labels, uncertain)

    def score(self, text: str) -> Score:
        """Score one text, with the same result as in any batch."""
        batch = self.score_batch([text])
        negative, neutral, positive = (float(p) for p in batch.probabilities[0])
        return Score(LABELS[int(batch.labels[0])], (negative, neutral, positive), bool(batch.uncertain[0]))

    def explain(self, text: str, top: int = 8) -> list[Contribution]:
        """Return the n-grams that move the label of a text most, strongest first.

        Strength is the size of what an n-gram adds to the text's own label. Links and names count as one character.
        The log-odds of a text are its `base` and what every n-gram adds.
        """
        batch = normalise([text])
        if batch.blank()[0]:
            return []
        factor = self.weights.slope * self.weights.steps * feature_value(batch)[0]
        singles, pairs = buckets(batch.codes)
        values = (self.weights.table[np.concatenate([singles[1:], pairs])] * factor).tolist()
        found: dict[tuple[str, bool], list[float]] = {}
        for gram, (negative, positive) in zip(_grams(text, batch), values, strict=True):
            sums = found.setdefault(gram, [0, 0.0, 0.0])
            sums[0] += 1
            sums[1] += negative
            sums[2] += positive
        label = self.score(text).label
        strengths = {"negative": (2 / 3, -1 / 3), "neutral": (-1 / 3, -1 / 3), "positive": (-1 / 3, 2 / 3)}
        by_negative, by_positive = strengths[label]
        speaking = [one for one in found.items() if any(one[1][1:])]
        ranked = sorted(speaking, key=lambda one: -abs(by_negative * one[1][1] + by_positive * one[1][2]))
        contributions = []
        for (piece, turned), (count, negative, positive) in ranked[:top]:
            mean = (negative + positive) / 3
            contributions.append(Contribution(piece, turned, int(count), negative - mean, -mean, positive - mean))
        return contributions

    def base(self, text: str) -> Floats:
        """Return the ``(3,)`` calibrated log-odds of a text of its length before any n-gram, against their mean."""
        batch = normalise([text])
        start = self.weights.table[buckets(batch.codes[:1])[0]] * (self.weights.steps * feature_value(batch)[0])
        logits = calibrated(start + self.weights.bias, self.weights.slope, self.weights.offset)[0]
        base: Floats = logits - logits.mean()
        return base

    def _score(self, texts: Sequence[str]) -> tuple[Floats, Bools]:
        batch = normalise(texts)
        singles, pairs = buckets(batch.codes)
        sums = np.add.reduceat(self._packed[singles] + self._packed[pairs], batch.starts)
        negative = (sums & 0xFFFFFFFF).astype(np.uint32).view(np.int32)
        columns = np.stack([negative, (sums - negative) >> 32], axis=1)
        evidence = columns * (self.weights.steps * feature_value(batch)[:, None]) + self.weights.bias
        return calibrated(evidence, self.weights.slope, self.weights.offset), batch.blank()


def feature_value(batch: Batch) -> Floats:
    """Return what one occurrence of an n-gram counts in each text: 1/√(length + 4), close to unit length of the whole.

    The 4 keeps the evidence of very short texts small.
    """
    value: Floats = 1 / np.sqrt(batch.lengths() + 4.0)
    return value


def calibrated(evidence: Floats, slope: float, offset: Floats) -> Floats:
    """Turn ``(n, 2)`` log-odds of negative and positive against neutral into ``(n, 3)`` calibrated log-odds."""
    logits = np.zeros((len(evidence), len(LABELS)))
    logits[:, SIDES] = evidence * slope
    return logits + offset


def softmax(logits: Floats) -> Floats:
    """Return the probabilities of ``(n, k)`` log-odds."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield index ranges of about `_CHUNK` characters, each of at least one text."""
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)
    first = 0
    while first < len(texts):
        start = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, start + _CHUNK, side="right")))
        yield first, last
        first = last


def _grams(text: str, batch: Batch) -> Iterator[tuple[str, bool]]:
    """Yield the piece of the text that each n-gram covers, ``^`` and ``$`` at the ends, and whether it is negated.

    First come the single characters without the mark that begins every text, then all pairs.
    """
    edges = [0, *(batch.places[1:] - 1).tolist(), len(text)]
    negated = (batch.codes & np.uint32(NEGATED) != 0).tolist()
    count = len(negated)
    for first in range(1, count):
        yield text[edges[first] : edges[first + 1]], negated[first]
    for first in range(count):
        piece = text[edges[first] : edges[min(first + 2, count)]]
        start, end = "" if first else "^", "" if first + 1 < count else "$"
        yield start + piece + end, any(negated[first : first + 2])


def pack(weights: Weights) -> bytes:
    """Return a weights file; the same weights give the same bytes."""
    about = json.dumps({**weights.about, "layout": LAYOUT}, ensure_ascii=False, sort_keys=True)
    stream = BytesIO()
    np.savez_compressed(
        stream,
        table=weights.table,
        steps=weights.steps,
        bias=weights.bias,
        slope=np.float64(weights.slope),
        offset=weights.offset,
        threshold=np.float64(weights.threshold),
        about=np.frombuffer(about.encode(), dtype=np.uint8),
    )
    return stream.getvalue()


def unpack(content: bytes) -> Weights:
    """Read a weights file.

    Raises:
        ValueError: it is not a weights file of this program's layout.
    """
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            about = json.loads(file["about"].tobytes())
            weights = Weights(
                table=file["table"],
                steps=file["steps"],
                bias=file["bias"],
                slope=float(file["slope"]),
                offset=file["offset"],
                threshold=float(file["threshold"]),
                about=about,
            )
    except Exception as fault:  # numpy parses what it has not checked yet, so that broken bytes may raise anything
        raise ValueError("not a weights file") from fault
    if not isinstance(about, dict) or about.get("layout") != LAYOUT:
        raise ValueError("weights of another layout")
    shapes = (
        (weights.table, (1 << BITS, len(SIDES))),
        (weights.steps, (2,)),
        (weights.bias, (2,)),
        (weights.offset, (3,)),
    )
    numbers = [weights.steps, weights.bias, weights.offset, np.array([weights.slope, weights.threshold])]
    if any(part.shape != shape for part, shape in shapes) or weights.table.dtype != np.int8:
        raise ValueError("weights of another shape")
    if not all(part.dtype == np.float64 and np.isfinite(part).all() for part in numbers):
        raise ValueError("weights that are no numbers")
    return weights


def load_scorer(path: Path | None = None) -> Scorer:
    """Return a scorer with the shipped weights, which are read once, or with those of a file.

    Raises:
        EnvironmentFault: the file cannot be read or is not a weights file of this program.
    """
    return _shipped() if path is None else read_scorer(path)


@cache
def _shipped() -> Scorer:
    return read_scorer()


def read_scorer(path: Path | None = None) -> Scorer:
    """Read a scorer from the shipped weights or from a file, each time anew.

    Raises:
        EnvironmentFault: the file cannot be read or is not a weights file of this program.
    """
    path = path or WEIGHTS
    try:
        content = path.read_bytes()
        return Scorer(unpack(content), hashlib.sha256(content).hexdigest())
    except (OSError, ValueError) as fault:
        raise EnvironmentFault(
            f"情感判别模型“{path.name}”无法读取。",
            next_step="请重新安装本程序,或用 weibo-ops sentiment train 重新训练。",
        ) from fault
