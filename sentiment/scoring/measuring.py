"""How an engine does on labelled texts: what is measured, and the same way for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.scoring.calibration import expected_calibration_error, macro_f1
from sentiment.scoring.features import Bools, Ints
from sentiment.scoring.labelled import Labelled
from sentiment.scoring.model import Floats, Scorer


@dataclass(frozen=True)
class Prediction:
    """What an engine says of some texts when only some labels can be right.

    Attributes:
        labels: ``(n,)`` index of the label that it chooses among those.
        top: ``(n,)`` probability that it gives to its choice.
        uncertain: ``(n,)`` texts for which it asks a person to look.
    """

    labels: Ints
    top: Floats
    uncertain: Bools


@dataclass(frozen=True)
class Figures:
    """How an engine does on a file.

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


def predict(scorer: Scorer, texts: Sequence[str], classes: Ints) -> Prediction:
    """Return what a scorer says of texts when only `classes` can be right."""
    batch = scorer.score_batch(texts)
    labels, top = batch.among(classes)
    return Prediction(labels, top, batch.uncertain)


def figures(prediction: Prediction, part: Labelled) -> Figures:
    """Compare a prediction among the labels that occur in a file with the file."""
    right = prediction.labels == part.labels
    certain = ~prediction.uncertain
    return Figures(
        name=part.name,
        n=len(right),
        accuracy=float(right.mean()),
        macro_f1=macro_f1(part.labels, prediction.labels),
        ece=expected_calibration_error(prediction.top, right),
        uncertain=float(prediction.uncertain.mean()),
        certain_accuracy=float(right[certain].mean()) if certain.any() else None,
    )


def joined(predictions: Sequence[tuple[Ints, Prediction]]) -> Prediction:
    """Put together the predictions of disjoint rows that together are all rows."""
    rows = np.argsort(np.concatenate([places for places, _ in predictions]))
    parts = [prediction for _, prediction in predictions]
    return Prediction(
        np.concatenate([part.labels for part in parts])[rows],
        np.concatenate([part.top for part in parts])[rows],
        np.concatenate([part.uncertain for part in parts])[rows],
    )
