"""What the services of this package give: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RunView:
    """A frozen run as lists show it."""

    run_id: int
    period: str
    as_of: datetime
    scope: str
    scheme: str
    scheme_title: str
    scheme_note: str
    state: str
    facts_hash: str
    standard_digest: str
    formula_version: str
    created_at: datetime
    accounts: int


@dataclass(frozen=True)
class ScoreRow:
    """One account's result in a run; ``parts`` is the flat list of numbers that ``why`` can open."""

    run_id: int
    account_id: int
    uid: str
    screen_name: str
    unit: str
    score: float | None
    grade: str | None
    rank: int | None
    coverage: float
    vetoes: tuple[str, ...]
    parts: Mapping[str, float | None]


@dataclass(frozen=True)
class Why:
    """A number opened down to its rows.

    Attributes:
        number: id of the leaf or fact that was asked for.
        title: its Chinese name.
        value: the number itself (None: 无数据).
        formula: how it was computed, in words and symbols.
        inputs: the values that went in; keys are numbers that ``why`` can open again.
        clause, source, trust: what says that this is counted so.
        row_kind: which rows it counts (posts, comments, replies, findings), or empty when it is a formula only.
        row_ids: platform ids of those rows; their recount is ``value``.
        versions: facts hash, standard digest, formula version.
    """

    number: str
    title: str
    value: float | None
    formula: str
    inputs: Mapping[str, float | None]
    clause: str
    source: str
    trust: str
    row_kind: str
    row_ids: tuple[str, ...]
    versions: Mapping[str, str]
