"""What every rule book has in common: rules with clause, source and trust, and a dated header."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


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


class Frozen(BaseModel):
    """A value of a rule book: immutable, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    severity: Severity = Severity.ADVICE
    enabled: bool = True

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
    """

    book: str
    title: str
    version: str
    effective_from: date
    layer: str = "国家"
