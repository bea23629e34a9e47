"""Score and triage of a batch of texts, as the column values of ``comments``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from accounts.standards import StandardService
from sentiment.models import ASSESSED
from sentiment.scoring import LABELS, load_scorer
from sentiment.triage import triage_batch
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.ids import digest_text


class Assessor:
    """Scores sentiment and proposes nature, subject and district, by the books in force on each comment's day."""

    unassessed: Mapping[str, Any] = dict.fromkeys(ASSESSED)

    def __init__(self, standards: StandardService, areas: Sequence[str] = ()) -> None:
        self._response = standards.timeline("response")
        self._subjects = standards.timeline("subjects")
        self._areas = tuple(areas)
        self._scorer = load_scorer()
        self._books = lru_cache(maxsize=4096)(self._books_on)

    def assess(self, comments: Sequence[tuple[str, datetime]]) -> list[Mapping[str, Any]]:
        """Return the column values for ``(text, created_at)`` pairs, in their order."""
        if not comments:
            return []
        texts = [text for text, _ in comments]
        scores = self._scorer.score_batch(texts)
        groups: dict[str, list[int]] = {}
        books: dict[str, tuple[Any, Any]] = {}
        for index, (_, created_at) in enumerate(comments):
            key, response, subjects = self._books(beijing_date(created_at))
            groups.setdefault(key, []).append(index)
            books[key] = (response, subjects)
        values: list[Mapping[str, Any]] = [{}] * len(comments)
        for key, indexes in groups.items():
            response, subjects = books[key]
            proposals = triage_batch([texts[index] for index in indexes], response, subjects, areas=self._areas)
            for index, proposal in zip(indexes, proposals, strict=True):
                negative, neutral, positive = (round(float(p), 4) for p in scores.probabilities[index])
                values[index] = {
                    "sentiment": LABELS[int(scores.labels[index])],
                    "uncertain": bool(scores.uncertain[index]),
                    "p_negative": negative,
                    "p_neutral": neutral,
                    "p_positive": positive,
                    "scorer_digest": self._scorer.digest,
                    "nature": proposal.nature,
                    "subject": proposal.subject,
                    "district": proposal.district,
                    "urgency": proposal.urgency,
                    "triage_digest": key,
                }
        return values

    def _books_on(self, day: date) -> tuple[str, Any, Any]:
        response = self._response.on(day)
        subjects = self._subjects.on(day)
        return digest_text(response.digest + subjects.digest), response.book, subjects.book
