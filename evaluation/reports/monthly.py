"""The 运行情况月报: facts in, document out. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from evaluation.coverage import INSTANT
from evaluation.reports.answers import answers
from evaluation.reports.gathering import MonthlyFacts
from evaluation.reports.register import checks, note_on_names, overview
from evaluation.reports.remarks import method, next_steps, results, sentiment
from evaluation.reports.words import day_words, instant_words, period_words, span_words
from weibo_ops.documents import NO_DATA, Block, Chart, Document, Table
from weibo_ops.kernel.clock import beijing_date

MARK = "内部工作稿"


def monthly_report(facts: MonthlyFacts, title: str) -> Document:
    """Write the report on the facts; whatever is missing in them is 无数据 in it."""
    return Document(
        title=title,
        subtitle=period_words(facts.period),
        mark=MARK,
        created=facts.created,
        details=_details(facts),
        blocks=_numbered(
            *overview(facts),
            *checks(facts),
            *answers(facts),
            *sentiment(facts),
            *results(facts),
            *next_steps(facts),
            *method(facts),
            note_on_names(),
        ),
    )


def _numbered(*blocks: Block) -> tuple[Block, ...]:
    """Number tables and charts in the order in which they stand."""
    counts: Counter[str] = Counter()
    numbered: list[Block] = []
    for block in blocks:
        if isinstance(block, Table | Chart):
            kind = "表" if isinstance(block, Table) else "图"
            counts[kind] += 1
            block = replace(block, caption=f"{kind}{counts[kind]} {block.caption}")
        numbered.append(block)
    return tuple(numbered)


def _details(facts: MonthlyFacts) -> tuple[tuple[str, str], ...]:
    period = facts.period
    window = span_words(period.first_day, period.last_day)
    last = beijing_date(facts.until - INSTANT)
    if period.first_day <= last < period.last_day:
        window += f"（数据至{day_words(last, year=False)}）"
    newest = facts.observed_until
    unseen = f"，观测数据至{instant_words(newest)}为止，其后的答复未见" if newest and newest < facts.as_of else ""
    return (
        ("统计周期", window),
        ("截至时间", f"{instant_words(facts.as_of)}（北京时间）{unseen}"),
        ("数据来源", "、".join(facts.sources) or NO_DATA),
        ("生成时间", f"{instant_words(facts.created)}（北京时间）"),
    )
