"""Marks: what a state looks like as glyph, word and tone together, so that colour alone never says anything.

The glyphs are one cell wide in every terminal (East Asian width N or Na); a second set is plain ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A state as people see it.

    Attributes:
        glyph: one cell.
        word: Chinese.
        tone: bad, warn, note, good or dim; themes give each a colour.
    """

    glyph: str
    word: str
    tone: str

    @property
    def text(self) -> str:
        """Glyph and word."""
        return f"{self.glyph} {self.word}"


_PRETTY = {
    "bad": "✗",
    "warn": "!",
    "note": "›",
    "good": "✓",
    "wait": "◔",
    "none": "-",
    "down": "▾",
    "up": "▴",
    "closed": "▸",
    "even": "-",
    "unsure": "?",
    "here": "▸",
    "open": "«",
    "close": "»",
}
_ASCII = _PRETTY | {
    "bad": "x",
    "note": "i",
    "good": "+",
    "wait": "o",
    "down": "v",
    "up": "^",
    "closed": ">",
    "here": ">",
    "open": "<<",
    "close": ">>",
}


class Glyphs:
    """One of the two sets of glyphs, and the marks made with it."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        self._signs = _ASCII if ascii_only else _PRETTY

    def sign(self, name: str) -> str:
        """Return a glyph by its name."""
        return self._signs[name]

    def severity(self, severity: str) -> Mark:
        """Return the mark of a finding's or hit's severity: veto, deduct or advice."""
        from config.rulebook.base import Severity

        sign, tone = {"veto": ("bad", "bad"), "deduct": ("warn", "warn"), "advice": ("note", "note")}[severity]
        return Mark(self._signs[sign], Severity(severity).label, tone)

    def post(self, state: str, *, void: bool = False, owed: int = 0) -> Mark:
        """Return the mark of an outgoing post; a void signature and one that is owed come first."""
        if void:
            return Mark(self._signs["bad"], "签字作废", "bad")
        if owed and state == "已签发":
            return Mark(self._signs["bad"], "待补签", "bad")
        sign, tone = {
            "草稿": ("even", ""),
            "退回": ("warn", "warn"),
            "审核中": ("wait", "note"),
            "已签发": ("good", "good"),
            "已排期": ("wait", "note"),
            "发布中": ("wait", "note"),
            "已发布": ("good", "good"),
            "暂停待处置": ("warn", "warn"),
            "错过发布时间": ("bad", "bad"),
            "结果待核实": ("unsure", "bad"),
            "失败": ("bad", "bad"),
        }.get(state, ("none", "dim"))
        return Mark(self._signs[sign], state, tone)

    def sentiment(self, label: str, *, uncertain: bool) -> Mark:
        """Return the mark of a comment's label; a weak one is 存疑, none at all is 无数据."""
        from sentiment.service import SENTIMENTS

        if not label:
            return Mark(self._signs["none"], "无数据", "dim")
        name = "uncertain" if uncertain else label
        sign, tone = {
            "negative": ("down", "warn"),
            "neutral": ("even", ""),
            "positive": ("up", "good"),
            "uncertain": ("unsure", "note"),
        }[name]
        return Mark(self._signs[sign], SENTIMENTS[name], tone)

    def outcome(self, outcome: str) -> Mark:
        """Return the mark of a clock: on_time, late, open, overdue or not_due."""
        from sentiment.clocks import Outcome

        sign, tone = {
            "on_time": ("good", "good"),
            "late": ("warn", "warn"),
            "open": ("wait", "note"),
            "overdue": ("bad", "bad"),
            "not_due": ("none", "dim"),
        }[outcome]
        return Mark(self._signs[sign], Outcome(outcome).label, tone)

    def grade(self, grade: str | None) -> Mark:
        """Return the mark of a run's verdict; grades that are not 合格 or 不合格 carry no tone."""
        if grade is None:
            return Mark(self._signs["none"], "无数据", "dim")
        if grade.startswith("不合格"):
            return Mark(self._signs["bad"], grade, "bad")
        if grade.startswith("合格"):
            return Mark(self._signs["good"], grade, "good")
        return Mark(self._signs["none"], grade, "")
