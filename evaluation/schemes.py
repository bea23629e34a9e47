"""Scoring by a scheme of the evaluation standard: pure, from measured leaves to a score that can be taken apart."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from config.rulebook.evaluation import EvaluationBook, Part, Scheme
from evaluation.formulas import ratio_percent, round_half_up
from evaluation.normalisers import normalise

Key = TypeVar("Key", bound=Hashable)
NO_PEERS: Mapping[str, Sequence[float]] = {}


@dataclass(frozen=True)
class Measured:
    """The value of a leaf and how much of what it should count was observed.

    Attributes:
        value: None is no data, never zero.
        coverage: observed share, 0 … 1.
    """

    value: float | None
    coverage: float = 1.0


@dataclass(frozen=True)
class PartScore:
    """One node of the score's tree.

    Attributes:
        id: leaf or group id.
        value: the measured value of a leaf; None for a group.
        normalised: the node's points before its weight; None when missing.
        weight: share of the parent's total that the standard gives.
        contribution: what the node adds to the score after missing siblings were made up for; None when withheld.
        coverage: observed share of the node, 0 … 1; a missing node has 0.
        missing: there is no value.
    """

    id: str
    title: str
    value: float | None
    normalised: float | None
    weight: float
    contribution: float | None
    coverage: float
    missing: bool
    parts: tuple[PartScore, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A finding of the accounts checks: which rule, in words, and whether a person has confirmed it."""

    rule_id: str
    title: str
    message: str
    confirmed: bool = False


@dataclass(frozen=True)
class VetoHit:
    """A veto item that findings meet, with its clause; unconfirmed ones are a proposal."""

    item: str
    title: str
    citation: str
    findings: tuple[Hit, ...]
    confirmed: bool


@dataclass(frozen=True)
class ScoreResult:
    """The result of one account under one scheme.

    Attributes:
        score: None where the scheme gives none or coverage is too low.
        grade: e.g. 合格; None is no data.
        coverage: observed share of everything the scheme looks at, 0 … 1.
        parts: the weighted tree, then leaves that are only shown (weight 0).
        vetoes: items that were hit.
        hints: findings shown beside the result and not counted.
        notes: sentences that belong to the result.
    """

    score: float | None
    grade: str | None
    coverage: float
    parts: tuple[PartScore, ...]
    vetoes: tuple[VetoHit, ...] = ()
    hints: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()

    def numbers(self) -> dict[str, float | None]:
        """Return every number by its id: measured values of leaves, points of groups."""
        found: dict[str, float | None] = {}

        def collect(part: PartScore) -> None:
            found[part.id] = part.normalised if part.parts else part.value
            for child in part.parts:
                collect(child)

        for part in self.parts:
            collect(part)
        return found


def score_account(
    book: EvaluationBook,
    scheme: Scheme,
    leaves: Mapping[str, Measured],
    findings: Sequence[Hit] = (),
    peers: Mapping[str, Sequence[float]] = NO_PEERS,
) -> ScoreResult:
    """Score one account.

    Args:
        book: the standard, for the titles of leaves.
        scheme: one of its schemes.
        leaves: measured values by leaf id; an absent leaf is missing.
        findings: what the accounts checks found, as of the same instant.
        peers: per leaf, the values of the peer group (for min–max and percentile).

    A missing leaf's weight goes to its present siblings (``renormalise``) or withholds the score (``withhold``);
    either way it lowers coverage, and below the scheme's ``min_coverage`` there is no score.
    """
    shown = tuple(_shown(book, name, leaves.get(name, Measured(None, 0.0))) for name in scheme.shown)
    vetoes = _vetoes(scheme, findings)
    hints = tuple(hit for hit in findings if hit.rule_id in scheme.hints)
    if scheme.formula == "verdict":
        coverage = math.fsum(leaves.get(name, Measured(None, 0.0)).coverage for name in scheme.shown)
        coverage = coverage / len(scheme.shown) if scheme.shown else 1.0
        grade, notes = _verdict(scheme, vetoes, findings, coverage)
        return ScoreResult(None, grade, coverage, shown, vetoes, hints, notes)
    root = _root(book, scheme, leaves, peers)
    score = None if root.normalised is None else root.normalised * scheme.scale
    notes = ()
    if score is not None and root.coverage < scheme.min_coverage:
        score, notes = None, (f"覆盖率{root.coverage:.0%},低于{scheme.min_coverage:.0%},不出分",)
    parts = tuple(_contributing(part, root, None if score is None else scheme.scale) for part in root.parts)
    return ScoreResult(score, _grade(scheme, score, vetoes), root.coverage, parts + shown, vetoes, hints, notes)


def apply_formula(book: EvaluationBook, scheme: Scheme, values: Mapping[str, float | None]) -> float | None:
    """Apply a scheme's formula to its inputs and round half up; None if one is missing or divides by zero.

    Args:
        book: the standard.
        scheme: a scheme with ``inputs``.
        values: by input name; groups are given as points, leaves as measured values, ratios as counts.
    """
    given = [values.get(name) for name in scheme.inputs]
    if any(value is None for value in given):
        return None
    if scheme.formula == "ratio":
        top, bottom = (value for value in given if value is not None)
        percent = ratio_percent(top, bottom, scheme.decimals)
        return None if percent is None else float(percent)
    root = _root(book, scheme, {name: Measured(values[name]) for name in scheme.inputs}, NO_PEERS)
    return None if root.normalised is None else float(round_half_up(root.normalised * scheme.scale, scheme.decimals))


def rank(scores: Mapping[Key, float | None], decimals: int = 4) -> dict[Key, int | None]:
    """Rank from the highest, equals sharing a place and the next place left free (1, 2, 2, 4); no score, no rank.

    Scores that agree to ``decimals`` places are equal.
    """
    rounded = {key: None if score is None else round_half_up(score, decimals) for key, score in scores.items()}
    present = sorted((score for score in rounded.values() if score is not None), reverse=True)
    first: dict[object, int] = {}
    for place, score in enumerate(present, start=1):
        first.setdefault(score, place)
    return {key: None if score is None else first[score] for key, score in rounded.items()}


def _root(
    book: EvaluationBook, scheme: Scheme, leaves: Mapping[str, Measured], peers: Mapping[str, Sequence[float]]
) -> PartScore:
    parts = tuple(_part(book, scheme, part, leaves, peers) for part in scheme.parts)
    return _combine(scheme, scheme.id, scheme.title, 1.0, scheme.total, parts)


def _part(
    book: EvaluationBook,
    scheme: Scheme,
    part: Part,
    leaves: Mapping[str, Measured],
    peers: Mapping[str, Sequence[float]],
) -> PartScore:
    if part.leaf is None and part.key not in leaves:
        parts = tuple(_part(book, scheme, child, leaves, peers) for child in part.parts)
        return _combine(scheme, part.id, part.title, part.weight, part.total, parts)
    measured = leaves.get(part.key, Measured(None, 0.0))
    points = measured.value
    if part.leaf is not None and measured.value is not None:
        points = normalise(part.normaliser, measured.value, peers.get(part.leaf, ()))
    return PartScore(
        id=part.key,
        title=part.title or book.leaf(part.key).title,
        value=measured.value,
        normalised=points,
        weight=part.weight,
        contribution=None,
        coverage=measured.coverage if points is not None else 0.0,
        missing=points is None,
    )


def _combine(
    scheme: Scheme, key: str, title: str, weight: float, total: float, parts: tuple[PartScore, ...]
) -> PartScore:
    weighed = [part for part in parts if part.weight > 0]
    present = [(part.weight, part.normalised) for part in weighed if part.normalised is not None]
    withheld = scheme.missing == "withhold" and len(present) < len(weighed)
    points = None
    if present and not withheld:
        points = math.fsum(w * p for w, p in present) / math.fsum(w for w, _ in present)
    return PartScore(
        id=key,
        title=title,
        value=None,
        normalised=points,
        weight=weight,
        contribution=None,
        coverage=math.fsum(part.weight * part.coverage for part in weighed) / total,
        missing=points is None,
        parts=parts,
    )


def _contributing(part: PartScore, parent: PartScore, share: float | None) -> PartScore:
    """Fill in what each node adds to the score; ``share`` is the parent's, None when the score is withheld."""
    own = None
    if share is not None and part.normalised is not None:
        present = math.fsum(sibling.weight for sibling in parent.parts if sibling.normalised is not None)
        own = share * part.weight / present if present else 0.0
    contribution = None if own is None or part.normalised is None else own * part.normalised
    return replace(
        part, contribution=contribution, parts=tuple(_contributing(child, part, own) for child in part.parts)
    )


def _shown(book: EvaluationBook, name: str, measured: Measured) -> PartScore:
    return PartScore(
        id=name,
        title=book.leaf(name).title,
        value=measured.value,
        normalised=None,
        weight=0.0,
        contribution=None,
        coverage=measured.coverage,
        missing=measured.value is None,
    )


def _vetoes(scheme: Scheme, findings: Sequence[Hit]) -> tuple[VetoHit, ...]:
    hits = []
    for item in scheme.vetoes:
        met = tuple(hit for hit in findings if hit.rule_id in item.findings)
        confirmed = any(hit.confirmed for hit in met)
        if item.enabled and met and (confirmed or not item.confirmed_only):
            hits.append(VetoHit(item.id, item.title, item.citation, met, confirmed))
    return tuple(hits)


def _verdict(
    scheme: Scheme, vetoes: Sequence[VetoHit], findings: Sequence[Hit], coverage: float
) -> tuple[str | None, tuple[str, ...]]:
    """A confirmed hit fails whatever else is unknown; an unconfirmed one only proposes; too little data judges none."""
    if any(veto.confirmed for veto in vetoes):
        return scheme.unmet_title, ()
    if vetoes:
        return f"{scheme.unmet_title}(待核实)", ("单项否决发现尚未核实确认,结论仅为建议",)
    if any(hit.rule_id in scheme.withheld_by for hit in findings) or coverage < scheme.min_coverage or coverage == 0:
        return None, ("观测数据不足,不作结论",)
    return scheme.met_title, ()


def _grade(scheme: Scheme, score: float | None, vetoes: Sequence[VetoHit]) -> str | None:
    if vetoes:
        return _verdict(scheme, vetoes, (), 1.0)[0]
    if score is None:
        return None
    shown = round_half_up(score, scheme.decimals)
    return next((grade.title for grade in scheme.grades if shown >= round_half_up(grade.at_least, 8)), None)
