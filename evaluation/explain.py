"""Open a number of a run down to what it was computed from: pure, on what the run stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.rulebook.base import Trust
from config.rulebook.evaluation import (
    EvaluationBook,
    Fact,
    Identity,
    Leaf,
    Log,
    MinMax,
    Normaliser,
    Part,
    Percentile,
    Scheme,
    TargetLine,
)
from evaluation.leaves import Facts, measure, shares_of

SCORE, COVERAGE, RANK = "score", "coverage", "rank"
Detail = Mapping[str, Any]


@dataclass(frozen=True)
class Opened:
    """A number with its formula and inputs.

    ``fact`` names the count whose rows it is, if it is one; that count's words stand for an empty title or formula.
    A number that counts something stored with the run names those ``rows`` itself and says of which ``kind`` they are.
    """

    number: str
    title: str
    value: float | None
    formula: str
    inputs: Mapping[str, float | None]
    citation: tuple[str, str, str]
    fact: Fact | None = None
    kind: str = ""
    rows: tuple[str, ...] = ()


def numbers(scheme: Scheme, detail: Detail, facts: Facts) -> list[str]:
    """Return the names of every number of a result that can be opened."""
    vetoes = [item.id for item in scheme.vetoes]
    rules = list(dict.fromkeys(hit["rule_id"] for hit in _hits(detail)))
    parts = [part["id"] for part in _walk(detail["parts"])]
    return list(dict.fromkeys([SCORE, RANK, COVERAGE, *parts, *vetoes, *rules, *facts]))


def open_number(
    book: EvaluationBook,
    scheme: Scheme,
    detail: Detail,
    score: float | None,
    grade: str | None,
    coverage: float,
    facts: Facts,
    number: str,
) -> Opened:
    """Open one number of the result itself; `open_rank` opens its place among the others.

    Args:
        book: the standard that judged.
        scheme: the scheme of the run.
        detail: the stored tree of parts, vetoes and hints.
        score: the stored score.
        grade: the stored grade.
        coverage: the stored coverage.
        facts: the stored counts.
        number: ``score``, ``coverage``, ``coverage.`` and a part, the id or title of a part, a veto item, an accounts
            rule or a fact.

    Raises:
        KeyError: the result has no such number.
    """
    if number in (SCORE, scheme.id):
        return _result(scheme, detail, score, grade)
    if number == COVERAGE:
        return _covered(scheme, detail["parts"], COVERAGE, "覆盖率", coverage, _cite(scheme))
    if number.startswith(f"{COVERAGE}."):
        return _part_covered(book, scheme, detail, facts, number)
    part = next((part for part in _walk(detail["parts"]) if number in (part["id"], part["title"])), None)
    if part is not None and part["parts"]:
        return _group(book, scheme, part)
    if part is not None:
        return _leaf(book.leaf(part["id"]), scheme, part, facts)
    if number in {item.id for item in scheme.vetoes}:
        return _veto(scheme, detail, number)
    if any(hit["rule_id"] == number for hit in _hits(detail)):
        return _finding(detail, number)
    if number in facts:
        return _fact(Fact(number), facts)
    raise KeyError(number)


def _result(scheme: Scheme, detail: Detail, score: float | None, grade: str | None) -> Opened:
    if scheme.formula == "verdict":
        hits = {veto["item"]: len(veto["findings"]) for veto in detail["vetoes"]}
        inputs = {item.id: float(hits.get(item.id, 0)) for item in scheme.vetoes if item.enabled}
        formula = f"出现任一单项否决情形为{scheme.unmet_title},否则为{scheme.met_title};结论:{grade or '无数据'}"
        return Opened(SCORE, "结论", None, formula, inputs, _cite(scheme))
    weighed = [part for part in detail["parts"] if part["weight"] > 0]
    return Opened(SCORE, scheme.title, score, _sum(weighed, scheme.scale), _values(weighed), _cite(scheme))


def _group(book: EvaluationBook, scheme: Scheme, part: Detail) -> Opened:
    leaves = [book.leaf(child["id"]) for child in part["parts"] if not child["parts"]]
    words = (f"{scheme.title}的“{part['title']}”", scheme.source, scheme.trust.value)
    if leaves and any(leaf.trust is Trust.DEFINED for leaf in leaves):
        words = (f"{words[0]},各指标口径为本标准自定", scheme.source, Trust.DEFINED.value)
    return Opened(
        part["id"], part["title"], part["normalised"], _sum(part["parts"], 1.0), _values(part["parts"]), words
    )


def _leaf(leaf: Leaf, scheme: Scheme, part: Detail, facts: Facts) -> Opened:
    value = measure(leaf, facts).value
    used = _use(scheme, part)
    if leaf.denominator is None:
        inputs: dict[str, float | None] = {}
        formula = f"{leaf.clause}{used}"
        return Opened(leaf.id, leaf.title, value, formula, inputs, _cite(leaf), leaf.numerator)
    top, bottom = leaf.numerator.value, leaf.denominator.value
    factor = "" if leaf.factor == 1 else f" × {leaf.factor:g}"
    formula = f"{top} ÷ {bottom}{factor} = {_text(facts.get(top))} ÷ {_text(facts.get(bottom))}{factor}{used}"
    return Opened(leaf.id, leaf.title, value, formula, {top: facts.get(top), bottom: facts.get(bottom)}, _cite(leaf))


def open_rank(scheme: Scheme, score: float | None, rank: int | None, ahead: tuple[str, ...], own: str) -> Opened:
    """Open the place of an account.

    Args:
        scheme: the scheme of the run.
        score: the stored score.
        rank: the stored place; None where there is no score.
        ahead: uids of the accounts with a higher score.
        own: the account's own uid.
    """
    rule = f"得分(保留{scheme.decimals}位小数)高于本账号的账号数 + 1,同分同位;所列为这些账号和本账号"
    formula = rule if rank is not None else "没有得分的账号不排位次"
    rows = () if rank is None else (*ahead, own)
    return Opened(RANK, "位次", rank, formula, {SCORE: score}, _cite(scheme), kind="accounts", rows=rows)


def _part_covered(book: EvaluationBook, scheme: Scheme, detail: Detail, facts: Facts, number: str) -> Opened:
    name = number.removeprefix(f"{COVERAGE}.")
    part = next((part for part in _walk(detail["parts"]) if part["id"] == name), None)
    if part is None:
        raise KeyError(number)
    title = f"{part['title']}的覆盖率"
    if part["parts"]:
        return _covered(scheme, part["parts"], number, title, part["coverage"], _cite(scheme))
    leaf = book.leaf(name)
    inputs = {fact.value: facts.get(fact) for fact in shares_of(leaf.numerator)}
    if part["missing"]:
        formula = "该指标无数据,覆盖率为零"
    elif not inputs:
        formula = "以最近一次观测为准,视为已观测"
    else:
        formula = "观测秒数 ÷ 周期秒数" + ("" if len(inputs) == 2 else " × 来源已告知的微博条数 ÷ 微博条数")
    return Opened(number, title, part["coverage"], formula, inputs, _cite(leaf))


def _covered(
    scheme: Scheme, parts: list[Detail], number: str, title: str, value: float, cited: tuple[str, str, str]
) -> Opened:
    """The mean of the parts' coverage, by weight where the scheme weighs them."""
    weighed = [part for part in parts if part["weight"] > 0]
    chosen = weighed or parts
    inputs = {f"{COVERAGE}.{part['id']}": part["coverage"] for part in chosen}
    words = "各项覆盖率按权重平均" if weighed else "各项覆盖率的平均"
    terms = " + ".join(
        f"{part['weight']:g}×{part['coverage']:.4f}" if weighed else f"{part['coverage']:.4f}" for part in chosen
    )
    total = sum(part["weight"] for part in weighed) if weighed else len(chosen)
    return Opened(number, title, value, f"{words}:({terms}) ÷ {total:g}", inputs, cited)


def _fact(fact: Fact, facts: Facts) -> Opened:
    words = ("对所列各行计数或求和", "本程序的事实口径", Trust.DEFINED.value)
    return Opened(fact.value, "", facts.get(fact), "", {}, words, fact)


def _veto(scheme: Scheme, detail: Detail, number: str) -> Opened:
    item = next(item for item in scheme.vetoes if item.id == number)
    hit = next((veto for veto in detail["vetoes"] if veto["item"] == number), None)
    found = tuple(finding["rule_id"] for finding in hit["findings"]) if hit else ()
    if not item.findings:
        formula = "须由人工认定,本程序不作判断"
    else:
        need = "经核实确认的" if item.confirmed_only else ""
        formula = f"{need}检查发现({'、'.join(item.findings)})的件数"
    value = float(len(found)) if item.findings and item.enabled else None
    return Opened(number, item.title, value, formula, {}, _cite(item), kind="findings", rows=found)


def _finding(detail: Detail, number: str) -> Opened:
    found = [hit for hit in _hits(detail) if hit["rule_id"] == number]
    words = (found[0]["message"], "账号标准", "")
    formula = "截至时间按账号标准检查所得的发现件数"
    return Opened(
        number, found[0]["title"], float(len(found)), formula, {}, words, kind="findings", rows=(number,) * len(found)
    )


def _hits(detail: Detail) -> Iterator[Detail]:
    for veto in detail["vetoes"]:
        yield from veto["findings"]
    yield from detail["hints"]


def _walk(parts: list[Detail]) -> Iterator[Detail]:
    for part in parts:
        yield part
        yield from _walk(part["parts"])


def _values(parts: list[Detail]) -> dict[str, float | None]:
    return {part["id"]: part["normalised"] if part["parts"] else part["value"] for part in parts}


def _sum(parts: list[Detail], scale: float) -> str:
    present = [part for part in parts if part["normalised"] is not None]
    missing = [part["title"] for part in parts if part["normalised"] is None]
    if not present:
        return "各项均无数据"
    total = sum(part["weight"] for part in present)
    terms = " + ".join(f"{part['weight'] / total:.4g}×{part['normalised']:.4f}({part['title']})" for part in present)
    formula = terms if scale == 1 else f"({terms}) × {scale:g}"
    return f"{formula};{'、'.join(missing)}无数据,权重由同级其余指标分担" if missing else formula


def _use(scheme: Scheme, part: Detail) -> str:
    if part["normalised"] is None:
        return ""
    node: Part = next(node for node in scheme.walk() if node.key == part["id"])
    gained = "" if part["contribution"] is None else f",计入{part['contribution']:.4f}"
    return f";折算 {rule_words(node.normaliser)} = {part['normalised']:.4f},权重{part['weight']:g}{gained}"


def rule_words(rule: Normaliser) -> str:
    """Return a normaliser as a formula."""
    if isinstance(rule, Identity):
        words = f"x×{rule.factor:g}"
        return words if rule.cap is None else f"min({rule.cap:g}, {words})"
    if isinstance(rule, Log):
        return "ln(x+1)" if rule.full is None else f"min({rule.cap:g}, {rule.cap:g}×ln(x+1)÷ln({rule.full:g}+1))"
    if isinstance(rule, TargetLine):
        return f"max({rule.floor:g}, {rule.cap:g}−{rule.slope:g}×max(0, {rule.target:g}−x))"
    if isinstance(rule, MinMax):
        low, high = ("同组最小值" if rule.low is None else rule.low), ("同组最大值" if rule.high is None else rule.high)
        return f"{rule.scale:g}×(x−{low})÷({high}−{low})"
    assert isinstance(rule, Percentile)
    return f"{rule.scale:g}×同组百分位"


def _text(value: int | None) -> str:
    return "无数据" if value is None else str(value)


def _cite(cited: Any) -> tuple[str, str, str]:
    return cited.clause, cited.source, cited.trust.value
