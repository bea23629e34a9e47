"""What every rule book has in common: rules with clause, source and trust, and a dated header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LAYERS = ("国家", "省", "市", "单位")
"""The layers of texts, the highest first: a lower one may only tighten."""


class Trust(StrEnum):
    """How well the wording of a clause is attested (domain facts, first page)."""

    VERIFIED = "V"
    RESTATED = "S"
    INFERRED = "I"
    RECALLED = "R"
    DEFINED = "D"

    @property
    def label(self) -> str:
        """The Chinese words shown beside a clause."""
        return {
            "V": "已见原文",
            "S": "转述",
            "I": "参照公开数据反推,非官方发布",
            "R": "待核实",
            "D": "本标准自定,待核实",
        }[self]


class Severity(StrEnum):
    """What a hit does: fails the account, costs points, or is only pointed out."""

    VETO = "veto"
    DEDUCT = "deduct"
    ADVICE = "advice"

    @property
    def label(self) -> str:
        """The Chinese word for the severity."""
        return {"veto": "单项否决", "deduct": "扣分", "advice": "提示"}[self]


class Tighter(StrEnum):
    """Which way a value may change in a text of a lower layer; stands in a field's ``Annotated[...]``.

    A field without one is not comparable: it is listed when texts are compared and never refused.
    """

    LOWER = "lower"
    HIGHER = "higher"
    SUPERSET = "superset"
    SUBSET = "subset"
    TRUE = "true"
    FIXED = "fixed"
    CHARACTERS = "characters"


@dataclass(frozen=True)
class Stronger:
    """Words from the weakest to the strongest, None where none may stand: a lower layer may only move to the right."""

    order: tuple[str | None, ...]


Direction = Tighter | Stronger


@dataclass(frozen=True)
class Looser:
    """Where a lower text is looser than no single field shows.

    Attributes:
        path: of the lower text's place.
        upper, lower: the two values in words.
        rule: the upper text's rule.
    """

    path: tuple[str | int, ...]
    upper: str
    lower: str
    rule: Rule


class LineProblemsError(ValueError):
    """Faulty lines of a multi-line string; ``problems`` holds ``(0-based line of the string, message)``."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__(";".join(f"第{line + 1}行:{message}" for line, message in problems))


class Frozen(BaseModel):
    """A value of a rule book: immutable, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def binds(self) -> bool:
        """Whether a text of a lower layer must hold this member, too."""
        return False

    @property
    def unquoted(self) -> frozenset[str]:
        """Fields whose values no message, log or report quotes."""
        return frozenset()

    def directions(self, lower: Frozen) -> Mapping[str, Direction]:
        """Return field → which way it may change in ``lower``, the same member of a text of a lower layer."""
        return {
            name: mark
            for name, field in type(self).model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Direction)
        }


class Rule(Frozen):
    """One rule that people are judged by.

    Attributes:
        id: dotted name, unique in its book, e.g. ``naming.length``.
        title: a few Chinese words for tables.
        clause: the wording (or the exact restatement) of the clause.
        source: document and number, e.g. ``国办秘函〔2019〕19号``.
        trust: how well the wording is attested.
        severity: what a hit does.
        enabled: recalled clauses ship switched off.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
    title: str
    clause: str
    source: str
    trust: Trust
    severity: Annotated[Severity, Stronger(("advice", "deduct", "veto"))] = Severity.ADVICE
    enabled: Annotated[bool, Tighter.TRUE] = True

    @property
    def binds(self) -> bool:
        """Whether a lower layer must hold the rule: one that is switched off binds nobody."""
        return self.enabled

    @property
    def citation(self) -> str:
        """The line that goes into every message: ``国办秘函〔2019〕19号:监测时间点前2周内无更新(已见原文)``."""
        return f"{self.source}:{self.clause}({self.trust.label})"


class Book(Frozen):
    """The header that every rule book starts with.

    Attributes:
        book: which book it is: accounts, content, response, subjects, evaluation.
        title: its Chinese name.
        version: of the text, e.g. ``2026.1``.
        effective_from: first Beijing day on which it is in force.
        layer: 国家, 省, 市 or 单位.
        applies_to: full name of the unit in whose branch a text of the layer 单位 holds; empty means everywhere.
    """

    book: str
    title: str
    version: str
    effective_from: date
    layer: Literal["国家", "省", "市", "单位"] = "国家"
    applies_to: str = ""

    @model_validator(mode="after")
    def _check_reach(self) -> Book:
        if self.applies_to and self.book != "accounts":
            raise ValueError("applies_to 目前只用于账号标准(accounts),请删去这一行")
        if self.applies_to and self.layer != "单位":
            raise ValueError("只有层级为“单位”的文本可写 applies_to,请删去这一行或改写 layer")
        return self

    def looser_in(self, lower: Book) -> Iterator[Looser]:
        """Yield where ``lower`` is looser in a way that shows only when the book is read as a whole."""
        yield from ()
