"""Sections 四 to 七 of the monthly report: sentiment, evaluation, what to do next, and how it was counted."""

from __future__ import annotations

from collections import Counter

from accounts.finding_rules import CONFIRMED
from config.rulebook.base import Severity
from evaluation.reports.gathering import MonthlyFacts
from evaluation.reports.register import UNVERIFIED
from evaluation.reports.words import instant_words, listed, next_words
from sentiment.service import SENTIMENTS
from weibo_ops.documents import (
    NO_DATA,
    Block,
    Chart,
    ChartKind,
    Column,
    Heading,
    Kind,
    Listing,
    Paragraph,
    Series,
    Table,
    Tone,
)
from weibo_ops.documents.typography import full_width

_TONES = {"negative": Tone.BAD, "neutral": Tone.MUTED, "positive": Tone.GOOD, "uncertain": Tone.WARN}


def sentiment(facts: MonthlyFacts) -> list[Block]:
    """Write 四、情感概览."""
    counts = vars(facts.shares) if facts.shares else {}
    n = sum(counts.values())
    blocks: list[Block] = [Heading("四、情感概览")]
    if not n:
        return [*blocks, Paragraph(f"{NO_DATA}：周期内没有公众评论。")]
    told = "、".join(f"{SENTIMENTS[label]}{count}条（{count / n:.1%}）" for label, count in counts.items())
    models = listed([digest[:12] for digest in facts.scorers], 3)
    return [
        *blocks,
        Paragraph(
            f"对{n}条公众评论作情感判别（n={n}）：{told}。“{SENTIMENTS['uncertain']}”为把握不大的，单独列出，不归入其他各类。"
        ),
        Chart(
            ChartKind.SHARES,
            "公众评论情感构成",
            ("全部评论",),
            tuple(Series(SENTIMENTS[label], (count,), _TONES[label]) for label, count in counts.items()),
            "条",
            told,
        ),
        Table(
            "公众评论情感构成",
            (Column("情感"), Column("评论数", Kind.COUNT), Column("占比", Kind.PERCENT)),
            (
                *((SENTIMENTS[label], count, count / n) for label, count in counts.items()),
                ("合计", n, 1.0),
            ),
            total=True,
            note="情感判别只用于发现和提醒，不进入任何考核和评分；负面评论多少不说明工作好坏。"
            f"{_measured(facts)}判别误差详见模型说明卡（MODEL_CARD.md{f'，模型校验码{models}' if models else ''}）；"
            f"以本单位人工标注测得的误差：{NO_DATA}。",
        ),
    ]


def _measured(facts: MonthlyFacts) -> str:
    if not facts.measured:
        return ""
    told = "、".join(f"{accuracy:.1%}（n={n}）" for accuracy, n in facts.measured)
    return f"在未参与训练的公开标注样本上，判别准确率为{told}，用于本单位评论时可能更低。"


def results(facts: MonthlyFacts) -> list[Block]:
    """Write 五、评估结果."""
    blocks: list[Block] = [Heading("五、评估结果")]
    studies = f"另有研判测算{facts.studies}次，仅供研判参考，不用于考核评比，本稿不列。" if facts.studies else ""
    run = facts.run
    if run is None:
        return [*blocks, Paragraph(f"{NO_DATA}：本期尚未作评估。{studies}")]
    grades = Counter(row.grade or NO_DATA for row in facts.scores)
    told = "、".join(f"{full_width(grade)}{count}个" for grade, count in grades.items())
    scope = f"监管归口{run.scope}" if run.scope else "监管归口未指定"
    return [
        *blocks,
        Paragraph(
            f"第{run.run_id}号评估（{run.state}）：{run.scheme_title}，{scope}，截至{instant_words(run.as_of)}，"
            f"账号{run.accounts}个。结论：{told}。{studies}"
        ),
        Table(
            "评估结论",
            (
                Column("账号", width=2.2),
                Column("主办单位", width=3.0),
                Column("结论", width=2.2),
                Column("单项否决", width=2.4),
                Column("观测\n覆盖", Kind.PERCENT),
            ),
            tuple(
                (
                    row.screen_name,
                    row.unit,
                    full_width(row.grade) if row.grade else None,
                    full_width("、".join(row.vetoes)) or "无",
                    row.coverage,
                )
                for row in facts.scores
            ),
            note=full_width(
                f"按账号编号排列，不作排名。{run.scheme_note}{'。' if run.scheme_note else ''}"
                f"事实校验码{run.facts_hash[:12]}，评估标准校验码{run.standard_digest[:12]}。"
            ),
        ),
    ]


def next_steps(facts: MonthlyFacts) -> list[Block]:
    """Write 六: what the numbers above call for; nothing where they call for nothing."""
    title = f"六、{next_words(facts.period)}工作提示"
    steps = _steps(facts)
    return [Heading(title), Listing(tuple(steps), ordered=True) if steps else Paragraph(f"{NO_DATA}：没有待办提示。")]


def _steps(facts: MonthlyFacts) -> list[str]:
    steps = []
    total = facts.total
    waiting = Counter(finding.severity for finding in facts.findings if finding.state not in CONFIRMED)
    if total and total.overdue:
        steps.append(f"对超期未答复的{total.overdue}件留言逐件核对：应答复的尽快答复，已另行答复的补登记并附凭据。")
    if total and total.open:
        steps.append(f"对尚未到期限的{total.open}件留言按期答复。")
    if total and total.undetermined:
        steps.append(f"期限待定的{total.undetermined}件，请标准管理员补充工作日历后重新计算。")
    if waiting[Severity.VETO]:
        steps.append(
            f"单项否决的{waiting[Severity.VETO]}项发现均为线索，请截图取证，告知主办单位并听取申辩后再作确认。"
        )
    others = waiting[Severity.DEDUCT] + waiting[Severity.ADVICE]
    if others:
        steps.append(f"其余{others}项检查发现请主办单位对照依据自查，程序所拟修改意见供参考。")
    if facts.hits:
        steps.append(f"文字检查提示的{len(facts.hits)}处请编辑逐条核对，涉及个人信息的先行处理。")
    unseen = [
        account.row.screen_name for account in facts.accounts if not (account.posts_seen and account.comments_seen)
    ]
    if unseen:
        steps.append(f"观测数据不全的账号{len(unseen)}个（{listed(unseen)}），请补充导入后重新生成本稿。")
    return steps


def method(facts: MonthlyFacts) -> list[Block]:
    """Write 七、统计说明: rules, sources, trust, and what is missing."""
    targets = [
        full_width(f"{target.rule.title}:{target.rule.citation},适用{target.comments}件。")
        if target.rule
        else f"期限待定：留言到达年份没有工作日历，{target.comments}件。"
        for target in facts.targets
    ]
    return [
        Heading("七、统计说明"),
        Listing(
            (
                f"时间均为北京时间；各项数字取自同一时刻的数据，留言答复截至{instant_words(facts.as_of)}判定。"
                "同样的数据再次生成，结果相同。",
                f"答复时限依据：{''.join(targets) if targets else f'{NO_DATA}。'}",
                "首次响应为第一条官方回复；“已收悉”“已转办”一类只计首次响应，不计实质答复。"
                "平台上已不可见的留言，观测到过的照旧计入。",
                f"没有观测到的写“{NO_DATA}”，不作零计；观测截止之后的发布和答复未见，不作判断。",
                f"检查发现和文字提示未经人工确认的，一律标注“{UNVERIFIED}”。",
                "粉丝、点赞、转发、发布数量不用于考核评比；本稿不作任何排名。",
            ),
            ordered=True,
        ),
    ]
