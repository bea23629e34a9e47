"""Section 三 of the monthly report: what the public asked, and how it was answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from evaluation.reports.gathering import HELP, QUOTED, AccountWindow, MonthlyFacts
from evaluation.reports.words import quote
from sentiment.clocks import Outcome
from sentiment.schemas import ResponseStats
from weibo_ops.documents import (
    NO_DATA,
    Block,
    Chart,
    ChartKind,
    Column,
    Heading,
    Kind,
    Paragraph,
    Series,
    Table,
    Tone,
    Value,
)
from weibo_ops.documents.typography import full_width
from weibo_ops.kernel.text import mask_nickname

REPORTED = "举报"
ALL = "合计"
NO_SUBJECT, NO_NATURE = "未归类", "未判别"
MOST_DAYS, MOST_BARS = 100, 30
"""Days drawn one by one, and accounts drawn one by one; more are drawn by week and by function."""


def answers(facts: MonthlyFacts) -> list[Block]:
    """Write 三、网民留言与答复."""
    blocks: list[Block] = [Heading("三、网民留言与答复")]
    total = facts.total
    if total is None:
        return [*blocks, Paragraph(f"{NO_DATA}：周期内没有公众评论的观测数据。")]
    blocks += [
        Heading("（一）答复时效", 2),
        Paragraph(_circular(total)),
        _daily_chart(facts),
        _outcome_chart(facts.accounts),
        _outcome_table(facts.accounts, total),
        Heading("（二）答复用时", 2),
        *_durations(facts.accounts, total),
        Heading("（三）诉求性质与领域", 2),
        Paragraph(_natures_told(facts)),
        _nature_table(facts),
        _subject_table(facts),
        Heading(f"（四）尚待答复的{HELP}留言", 2),
        *_waiting(facts),
    ]
    return blocks


def _circular(total: ResponseStats) -> str:
    if not total.due:
        return f"{NO_DATA}：没有应答复留言。"
    told = full_width(total.sentence)
    if total.on_time_rate is None:
        return f"{told}按时答复率{NO_DATA}。"
    return f"{told}按时答复率{total.on_time_rate:.1%}（{total.on_time}/{total.rate_denominator}）。"


def _daily_chart(facts: MonthlyFacts) -> Chart:
    days = facts.days
    weekly = len(days) > MOST_DAYS
    groups: dict[date, list[tuple[int, int] | None]] = defaultdict(list)
    first = min(days, default=facts.period.first_day)
    for day, counts in days.items():
        start = date.fromordinal(first.toordinal() + (day - first).days // 7 * 7) if weekly else day
        groups[start].append(counts)
    seen = {start: [pair for pair in pairs if pair is not None] for start, pairs in groups.items()}
    comments = tuple(sum(pair[0] for pair in pairs) if pairs else None for pairs in seen.values())
    due = tuple(sum(pair[1] for pair in pairs) if pairs else None for pairs in seen.values())
    unit = "周" if weekly else "日"
    most = max((value for value in comments if value is not None), default=0)
    return Chart(
        ChartKind.BARS,
        f"每{unit}公众评论与应答复留言",
        tuple(f"{start.month}-{start.day}" for start in seen),
        (Series("公众评论", comments, Tone.CALM), Series("其中应答复", due, Tone.MAIN)),
        "条",
        f"按{unit}统计的公众评论数和其中应答复的件数；评论最多的一{unit}为{most}条。",
    )


_OUTCOMES = (
    (Outcome.ON_TIME.label, Tone.GOOD),
    (Outcome.LATE.label, Tone.WARN),
    (Outcome.OVERDUE.label, Tone.BAD),
    ("未到期限或待定", Tone.MUTED),
)


def _outcome_chart(accounts: Sequence[AccountWindow]) -> Chart:
    by_function = len(accounts) > MOST_BARS
    groups: dict[str, list[ResponseStats]] = defaultdict(list)
    for account in accounts:
        known = groups[(account.row.function or NO_SUBJECT) if by_function else account.row.screen_name]
        if account.stats is not None:
            known.append(account.stats)
    shown = dict(list(groups.items())[:MOST_BARS])
    counts = [
        [sum(values) if values else None for values in _by_outcome(stats)] if stats else [None] * len(_OUTCOMES)
        for stats in shown.values()
    ]
    whose = "各职能" if by_function else "各账号"
    return Chart(
        ChartKind.SHARES,
        f"{whose}应答复留言办理情况",
        tuple(shown),
        tuple(Series(name, tuple(row[place] for row in counts), tone) for place, (name, tone) in enumerate(_OUTCOMES)),
        "件",
        f"{whose}应答复留言中按时、超期答复、超期未答复和未到期限的构成，件数见下表。",
    )


def _by_outcome(stats: Sequence[ResponseStats]) -> list[list[int]]:
    return [
        [row.on_time for row in stats],
        [row.late for row in stats],
        [row.overdue for row in stats],
        [row.open + row.undetermined for row in stats],
    ]


def _outcome_table(accounts: Sequence[AccountWindow], total: ResponseStats) -> Table:
    return Table(
        "各账号应答复留言办理情况",
        (
            Column("账号", width=2.6),
            Column("应答复", Kind.COUNT),
            Column(Outcome.ON_TIME.label, Kind.COUNT),
            Column("超期\n答复", Kind.COUNT),
            Column("超期\n未答复", Kind.COUNT),
            Column("未到\n期限", Kind.COUNT),
            Column("期限\n待定", Kind.COUNT),
            Column("按时\n答复率", Kind.PERCENT),
            Column("分母", Kind.COUNT),
        ),
        tuple(
            _outcome_row(name, stats)
            for name, stats in (*((account.row.screen_name, account.stats) for account in accounts), (ALL, total))
        ),
        total=True,
        note="按账号编号排列，不作排名。分母为应答复中已答复的和期限已过仍未答复的；未答复的列入未按时，"
        "未到期限和期限待定的另列，不进入分母。",
    )


def _outcome_row(name: str, stats: ResponseStats | None) -> tuple[Value, ...]:
    if stats is None:
        return (name, *[None] * 8)
    counts = (stats.due, stats.on_time, stats.late, stats.overdue, stats.open, stats.undetermined)
    return (name, *counts, stats.on_time_rate, stats.rate_denominator)


def _durations(accounts: Sequence[AccountWindow], total: ResponseStats) -> list[Block]:
    rows = [
        (account.row.screen_name, *_medians(account.stats))
        for account in accounts
        if account.stats is not None and any(value is not None for value in _medians(account.stats))
    ]
    told = (
        "答复用时取中位数，未答复的不剔除，按“至少已等这么久”计入（Kaplan–Meier 估计）；"
        f"等到答复的不足一半时，中位数为{NO_DATA}。"
    )
    if not rows:
        return [Paragraph(f"{told}本期各账号均为{NO_DATA}。")]
    return [
        Paragraph(told),
        Table(
            "答复用时中位数",
            (
                Column("账号", width=2.2),
                Column("首次响应\n（自然时间）", Kind.DURATION, 1.5),
                Column("首次响应\n（工作时间）", Kind.DURATION, 1.5),
                Column("实质答复\n（自然时间）", Kind.DURATION, 1.5),
            ),
            (*rows, (ALL, *_medians(total))),
            total=True,
            note=f"只列有中位数的账号，其余账号均为{NO_DATA}。",
        ),
    ]


def _medians(stats: ResponseStats) -> tuple[float | None, float | None, float | None]:
    return (
        stats.median_first_wall_minutes,
        stats.median_first_working_minutes,
        stats.median_substantive_wall_minutes,
    )


def _natures_told(facts: MonthlyFacts) -> str:
    reported = sum(row.comments for row in facts.triage if row.nature == REPORTED)
    told = "性质与领域由程序按词语初判，供分派参考，以经办人员认定为准。"
    return told + (f"{REPORTED}类{reported}件，内容只供经办人员查看，本稿不引用。" if reported else "")


def _nature_table(facts: MonthlyFacts) -> Table:
    comments: Counter[str] = Counter()
    due: Counter[str] = Counter()
    for row in facts.triage:
        comments[row.nature or NO_NATURE] += row.comments
        due[row.nature or NO_NATURE] += row.due
    judged = Counter((row.nature or NO_NATURE, row.outcome) for row in facts.responses)
    whole = comments.total()
    rows: list[tuple[Value, ...]] = [
        (
            name,
            count,
            count / whole,
            due[name],
            *(judged[name, outcome] for outcome in (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE)),
        )
        for name, count in sorted(comments.items(), key=lambda item: (-item[1], item[0]))
    ]
    if rows:
        sums = [
            sum(judged[name, outcome] for name in comments)
            for outcome in (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE)
        ]
        rows.append((ALL, whole, 1.0, due.total(), *sums))
    return Table(
        "诉求性质",
        (
            Column("性质", width=1.4),
            Column("公众评论", Kind.COUNT),
            Column("占比", Kind.PERCENT),
            Column("应答复", Kind.COUNT),
            Column(Outcome.ON_TIME.label, Kind.COUNT),
            Column(Outcome.LATE.label, Kind.COUNT),
            Column(Outcome.OVERDUE.label, Kind.COUNT),
        ),
        tuple(rows),
        total=True,
    )


def _subject_table(facts: MonthlyFacts) -> Table:
    comments: Counter[str] = Counter()
    due: Counter[str] = Counter()
    for row in facts.triage:
        comments[row.subject or NO_SUBJECT] += row.comments
        due[row.subject or NO_SUBJECT] += row.due
    whole = comments.total()
    named = sorted(comments, key=lambda name: (name == NO_SUBJECT, -comments[name], name))
    rows: list[tuple[Value, ...]] = [(name, comments[name], comments[name] / whole, due[name]) for name in named]
    if rows:
        rows.append((ALL, whole, 1.0, due.total()))
    return Table(
        "诉求领域",
        (
            Column("领域", width=1.6),
            Column("公众评论", Kind.COUNT),
            Column("占比", Kind.PERCENT),
            Column("应答复", Kind.COUNT),
        ),
        tuple(rows),
        total=True,
        note=f"“{NO_SUBJECT}”为未提及标准所列领域的评论。",
    )


def _waiting(facts: MonthlyFacts) -> list[Block]:
    count = sum(row.nature == HELP and row.outcome == Outcome.OVERDUE for row in facts.responses)
    if not count:
        return [Paragraph(f"没有超过期限尚未答复的{HELP}留言。")]
    shown = facts.waiting[:QUOTED]
    extent = "全部列出" if count <= len(shown) else f"列出最近{len(shown)}件"
    return [
        Paragraph(
            f"超过期限尚未答复的{HELP}留言{count}件，{extent}，请优先办理；其余可用 weibo-ops comment list 查看。"
        )
        if count > len(shown)
        else Paragraph(f"超过期限尚未答复的{HELP}留言{count}件，{extent}，请优先办理。"),
        Table(
            f"尚待答复的{HELP}留言",
            (
                Column("账号", width=1.7),
                Column("网民", width=0.9),
                Column("提出时间", Kind.TIME, 1.4),
                Column("答复期限", Kind.TIME, 1.4),
                Column("内容（节选）", width=4.6),
            ),
            tuple(
                (
                    row.screen_name,
                    mask_nickname(row.author_name),
                    row.created_at,
                    row.deadline_at,
                    quote(row.text, row.author_name, facts.content_book),
                )
                for row in shown
            ),
            note="网民昵称已作遮蔽，内容已作节选并隐去号码。",
        ),
    ]
