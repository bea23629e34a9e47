"""The evaluation rule book: measured leaves, veto items, weighted trees, normalisers, grades."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.rulebook.base import Book, Frozen, Rule, Severity, Stronger, Tighter, Trust

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Word = Annotated[str, Field(min_length=1)]
WEIGHT_TOLERANCE = 1e-9
REACH_MARK = "仅供研判参考,不用于考核评比"
GRADED_REFUSAL = "《关于防治“指尖上的形式主义”的若干意见》"


class Fact(StrEnum):
    """The additive counts of a dossier that a standard may build on; ``evaluation.facts`` counts them.

    A ``…_known`` fact is the number of posts whose source told that count; seconds are whole seconds, days Beijing
    days. ``followers`` alone is no count of the period but what was last seen before its end.
    """

    PERIOD_SECONDS = "period_seconds"
    POSTS_COVERED_SECONDS = "posts_covered_seconds"
    POSTS_COVERED_DAYS = "posts_covered_days"
    COMMENTS_COVERED_SECONDS = "comments_covered_seconds"
    COMMENTS_COVERED_DAYS = "comments_covered_days"
    POSTS = "posts"
    POST_DAYS = "post_days"
    ORIGINALS = "originals"
    ORIGINALS_KNOWN = "originals_known"
    REPOSTS = "reposts"
    REPOSTS_KNOWN = "reposts_known"
    COMMENTS = "comments"
    COMMENTS_KNOWN = "comments_known"
    LIKES = "likes"
    LIKES_KNOWN = "likes_known"
    ORIGINAL_REPOSTS = "original_reposts"
    ORIGINAL_COMMENTS = "original_comments"
    PUBLIC_COMMENTS = "public_comments"
    NEGATIVE_COMMENTS = "negative_comments"
    SCORED_COMMENTS = "scored_comments"
    REPLIES_GIVEN = "replies_given"
    DUE = "due"
    RATED_DUE = "rated_due"
    ANSWERED = "answered"
    SETTLED = "settled"
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    OPEN = "open"
    UNDETERMINED = "undetermined"
    FIRST_WITHIN_1H = "first_within_1h"
    FIRST_WITHIN_8H = "first_within_8h"
    FIRST_WITHIN_24H = "first_within_24h"
    FIRST_WITHIN_48H = "first_within_48h"
    FOLLOWERS = "followers"


BARRED = {
    Fact.FOLLOWERS: "粉丝数",
    Fact.LIKES: "点赞数",
    Fact.REPOSTS: "转发数",
    Fact.ORIGINAL_REPOSTS: "转发数",
    Fact.POSTS: "发博数",
    Fact.ORIGINALS: "发博数",
    Fact.POST_DAYS: "发博天数",
    Fact.NEGATIVE_COMMENTS: "负面评论占比",
}
"""What a grade may not rest on; a standard cannot redefine it, only a signed local clause can lift it."""


class Cited(Frozen):
    """Something with a name and the words that say so.

    Attributes:
        id: short name, unique among its kind.
        title: Chinese name for tables.
        clause: the definition in words, denominators included.
        source: document, or who defined it.
        trust: how well that is attested.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    title: Word
    clause: Word
    source: Word
    trust: Trust

    @property
    def citation(self) -> str:
        """The line that goes beside every number."""
        return f"{self.source}:{self.clause}({self.trust.label})"


class Leaf(Cited):
    """A number that schemes measure: a fact, or a fact over another.

    Attributes:
        numerator: the fact on top.
        denominator: the fact below; None for a plain count. Zero below means no data, not zero.
        factor: what the quotient is multiplied by.
        unit: Chinese unit for tables; ``%`` shows the value times 100.
    """

    numerator: Fact
    denominator: Fact | None = None
    factor: Positive = 1.0
    unit: str = ""


class Identity(Frozen):
    """``value × factor``, at most ``cap``."""

    kind: Literal["identity"] = "identity"
    factor: Positive = 1.0
    cap: Positive | None = None


class Log(Frozen):
    """``ln(value + 1)``; with ``full``, ``cap × ln(value + 1) / ln(full + 1)``, at most ``cap``."""

    kind: Literal["log"]
    full: Positive | None = None
    cap: Positive = 100.0


class TargetLine(Frozen):
    """``max(floor, cap − slope × max(0, target − value))``: full points at the target, losing below it."""

    kind: Literal["target"]
    target: Finite
    cap: Finite
    slope: Positive = 1.0
    floor: Finite = 0.0

    @model_validator(mode="after")
    def _check_order(self) -> TargetLine:
        if self.floor > self.cap:
            raise ValueError("目标线的保底分 floor 不得高于满分 cap")
        return self


class MinMax(Frozen):
    """Place between two bounds on ``0 … scale``; bounds that are not given are the peer group's lowest and highest."""

    kind: Literal["min_max"]
    low: Finite | None = None
    high: Finite | None = None
    scale: Positive = 100.0

    @model_validator(mode="after")
    def _check_bounds(self) -> MinMax:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("最小值 low 应小于最大值 high")
        return self


class Percentile(Frozen):
    """Mid-rank share of the peer group on ``0 … scale``."""

    kind: Literal["percentile"]
    scale: Positive = 100.0


Normaliser = Annotated[Identity | Log | TargetLine | MinMax | Percentile, Field(discriminator="kind")]


class Part(Frozen):
    """A node of the weighted tree: a leaf with its normaliser, or a group of parts.

    Attributes:
        weight: share in the parent's ``total``.
        leaf: id of the measured leaf; a group has none.
        id, title: of a group; a leaf part takes the leaf's.
        total: what the weights of ``parts`` add up to.
    """

    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    leaf: str | None = None
    normaliser: Normaliser = Identity()
    id: str = ""
    title: str = ""
    total: Positive = 1.0
    parts: tuple[Part, ...] = ()

    @property
    def key(self) -> str:
        """The name by which the node's number is known."""
        return self.leaf or self.id

    @model_validator(mode="after")
    def _check_shape(self) -> Part:
        if self.leaf is None and not (self.id and self.title and self.parts):
            raise ValueError("指标应当写明 leaf,或者写明 id、title 和下级 parts")
        if self.leaf is not None and (self.id or self.parts):
            raise ValueError(f"指标“{self.leaf}”已写明 leaf,不得再有 id 或下级 parts")
        if self.parts:
            check_weights(self.title, self.parts, self.total)
        return self

    def walk(self) -> Iterator[Part]:
        """Yield this node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def check_weights(title: str, parts: tuple[Part, ...], total: float) -> None:
    """Refuse parts whose weights do not add up to the stated total (ValueError)."""
    found = math.fsum(part.weight for part in parts)
    if abs(found - total) > WEIGHT_TOLERANCE * max(1.0, total):
        raise ValueError(f"“{title}”下各项权重之和为 {found:g},应为 {total:g}")


class VetoItem(Rule):
    """One veto item (单项否决) of a scheme.

    Attributes:
        findings: rule ids of the accounts book whose findings are a hit; none: only a person can judge it.
        confirmed_only: a finding that nobody has confirmed is a lead, not yet a hit.
    """

    severity: Annotated[Severity, Stronger(("advice", "deduct", "veto"))] = Severity.VETO
    findings: Annotated[tuple[str, ...], Tighter.SUPERSET] = ()
    confirmed_only: Annotated[bool, Tighter.FIXED] = False


class Grade(Frozen):
    """A grade and the score from which it holds."""

    title: Word
    at_least: Annotated[Finite, Tighter.HIGHER]


class Allowance(Frozen):
    """A signed local clause that lets a graded scheme weigh what otherwise bears no weight."""

    clause: Word
    source: Word
    signed_by: Word
    signed_on: date


class Scheme(Cited):
    """One way to evaluate.

    Attributes:
        kind: ``graded`` leads to a grade; ``reach`` is for study only; ``measure`` states how one ratio is computed.
        formula: ``verdict`` veto items alone; ``weighted`` the tree; ``ratio`` numerator over denominator in percent.
        note: what readers must know, in words.
        inputs: numbers that ``evaluate formula`` takes, a cut through the tree.
        scale: what the tree's value is multiplied by.
        total: what the weights of ``parts`` add up to.
        decimals: places to which scores are shown and compared, half up.
        missing: a missing leaf's weight goes to its siblings (``renormalise``) or withholds the score (``withhold``).
        min_coverage: below this coverage the score is withheld.
        peers: with whom min–max and percentile compare.
        shown: leaves shown beside the result without weight.
        hints: accounts rules shown beside the result and never counted.
        withheld_by: accounts rules whose finding means that there is not enough data to judge.
        allowed_by: the signed clause that lifts the bar on reach and tone in a grade.
    """

    kind: Annotated[Literal["graded", "reach", "measure"], Tighter.FIXED]
    formula: Literal["verdict", "weighted", "ratio"]
    note: str = ""
    inputs: tuple[Word, ...] = ()
    scale: Positive = 1.0
    total: Positive = 1.0
    decimals: Annotated[int, Field(ge=0, le=8)] = 4
    missing: Literal["renormalise", "withhold"] = "withhold"
    min_coverage: Share = 0.0
    peers: Literal["all", "function", "level"] = "all"
    parts: tuple[Part, ...] = ()
    shown: tuple[Word, ...] = ()
    vetoes: tuple[VetoItem, ...] = ()
    hints: tuple[Word, ...] = ()
    withheld_by: tuple[Word, ...] = ()
    grades: tuple[Grade, ...] = ()
    met_title: Word = "合格"
    unmet_title: Word = "不合格"
    allowed_by: Allowance | None = None

    @property
    def binds(self) -> bool:
        """Whether a lower layer must hold the scheme: one that leads to a grade."""
        return self.kind == "graded"

    @property
    def marks(self) -> tuple[str, ...]:
        """The sentences that must stand beside every result of this scheme."""
        marks = [REACH_MARK] if self.kind == "reach" else []
        if self.trust not in (Trust.VERIFIED, Trust.RESTATED):
            marks.append(self.trust.label)
        return (*marks, self.note) if self.note else tuple(marks)

    def walk(self) -> Iterator[Part]:
        """Yield every node of the tree."""
        for part in self.parts:
            yield from part.walk()

    @property
    def leaves(self) -> tuple[str, ...]:
        """Ids of the leaves that the tree weighs, then of those only shown."""
        return (*(part.leaf for part in self.walk() if part.leaf), *self.shown)

    @model_validator(mode="after")
    def _check_shape(self) -> Scheme:
        wants = {"verdict": bool(self.vetoes), "weighted": bool(self.parts), "ratio": len(self.inputs) == 2}
        if not wants[self.formula]:
            raise ValueError(f"方案“{self.id}”的算法为 {self.formula},但缺少相应的 vetoes、parts 或两项 inputs")
        if self.parts:
            check_weights(self.title, self.parts, self.total)
        keys = [part.key for part in self.walk()]
        if repeated := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"方案“{self.id}”中指标“{repeated}”重复")
        if self.parts and self.inputs and not all(_cuts(part, self.inputs) for part in self.parts):
            raise ValueError(f"方案“{self.id}”的 inputs 应当把指标树从上到下各截取一次")
        if unknown := set(self.inputs) - set(keys) if self.parts else set():
            raise ValueError(f"方案“{self.id}”的 inputs 中“{sorted(unknown)[0]}”不是本方案的指标")
        if list(self.grades) != sorted(self.grades, key=lambda grade: -grade.at_least):
            raise ValueError(f"方案“{self.id}”的等级应当从高到低排列")
        return self

    @model_validator(mode="after")
    def _check_kind(self) -> Scheme:
        if (self.kind == "measure") != (self.formula == "ratio"):
            raise ValueError(f"方案“{self.id}”:kind 为 measure 的方案用 ratio 算法,其他方案不用")
        if self.kind != "graded" and (self.grades or self.vetoes):
            raise ValueError(f"方案“{self.id}”不是考核方案,不得设等级或单项否决({REACH_MARK})")
        return self


def _cuts(part: Part, inputs: tuple[str, ...]) -> bool:
    below = all(_cuts(child, inputs) for child in part.parts)
    if part.key in inputs:
        return not any(node.key in inputs for child in part.parts for node in child.walk())
    return bool(part.parts) and below


class EvaluationBook(Book):
    """The evaluation rule book."""

    book: Literal["evaluation"]
    default_scheme: Word
    leaves: Annotated[tuple[Leaf, ...], Field(min_length=1)]
    schemes: Annotated[tuple[Scheme, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_names(self) -> EvaluationBook:
        for kind, names in (("指标", [leaf.id for leaf in self.leaves]), ("方案", [s.id for s in self.schemes])):
            if repeated := next((name for name in names if names.count(name) > 1), None):
                raise ValueError(f"{kind}编号“{repeated}”重复")
        if self.default_scheme not in [scheme.id for scheme in self.schemes]:
            raise ValueError(f"默认方案“{self.default_scheme}”不在 schemes 之中")
        known = {leaf.id for leaf in self.leaves}
        for scheme in self.schemes:
            for name in scheme.leaves:
                if name not in known:
                    raise ValueError(f"方案“{scheme.id}”所用指标“{name}”未在 leaves 中定义")
        return self

    @model_validator(mode="after")
    def _check_grades(self) -> EvaluationBook:
        problems = [
            f"考核方案“{scheme.id}”给{barred}(指标“{part.leaf}”)赋了权重"
            for scheme in self.schemes
            if scheme.kind == "graded" and scheme.allowed_by is None
            for part in scheme.walk()
            if part.leaf and part.weight > 0 and (barred := BARRED.get(self.leaf(part.leaf).numerator))
        ]
        if problems:
            raise ValueError(
                f"{';'.join(problems)}:{GRADED_REFUSAL}要求防止以此类数据考核评比,负面评论占比同样不得扣分;"
                "确有签发的地方条款的,请在 allowed_by 写明条款、出处、签发人和日期"
            )
        return self

    def leaf(self, leaf_id: str) -> Leaf:
        """Return a leaf by id; KeyError if the book has none such."""
        return {leaf.id: leaf for leaf in self.leaves}[leaf_id]

    def scheme(self, scheme_id: str) -> Scheme:
        """Return a scheme by id; KeyError if the book has none such."""
        return {scheme.id: scheme for scheme in self.schemes}[scheme_id]
