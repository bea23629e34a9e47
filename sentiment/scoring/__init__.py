"""How a comment sounds: negative, neutral or positive, how sure that is, and why. It grades no one."""

from __future__ import annotations

from sentiment.scoring.model import (
    LABELS,
    WEIGHTS,
    Contribution,
    Score,
    ScoreBatch,
    Scorer,
    load_scorer,
)

__all__ = ["LABELS", "WEIGHTS", "Contribution", "Score", "ScoreBatch", "Scorer", "load_scorer"]
