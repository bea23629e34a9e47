"""Sections 一 and 二 of the monthly report: what was observed, and what the checks found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from accounts.enums import FindingState
from accounts.finding_rules import CONFIRMED
from accounts.schemas import FindingView
from config.rulebook.base import Severity, Trust
from evaluation.coverage import INSTANT
from evaluation.reports.gathering import AccountWindow, MonthlyFacts
from evaluation.reports.words import instant_words, listed, span_words
from publishing.schemas import ContentHitView
from weibo_ops.documents import (
    NO_DATA,
    Block,
    Column,
    Heading,
    KeyFigure,
    KeyFigures,
    Kind,
    Note,
    Paragraph,
    Table,
)
from weibo_ops.documents.cells import percent
from weibo_ops.documents.typography import full_width
from weibo_ops.kernel.clock import beijing_date

UNVERIFIED = "待核实"
SHOWN_FINDINGS = 60
"""Findings listed one by one; more are listed on the command line."""


def overview(facts: MonthlyFacts) -> list[Block]:
    """Write 一、总体情况."""
    return [
        _figures(facts),
        Heading("一、总体情况"),
        Paragraph(_summary(facts)),
        *(Paragraph(text) for text in _gaps(facts.accounts)),
        _register_table(facts),
    ]


def _figures(facts: MonthlyFacts) -> KeyFigures:
    total = facts.total
    basis = f"按时{total.on_time}／已答复或已到期限{total.rate_denominator}" if total and total.rate_denominator else ""
    vetoes = sum(finding.severity == Severity.VETO for finding in facts.findings)
    return KeyFigures(
        (
            KeyFigure("登记账号", _count(len(facts.accounts) or None), "个" if facts.accounts else ""),
            KeyFigure("公众评论", _count(total.comments if total else None), "条" if total else ""),
            KeyFigure("应答复留言", _count(total.due if total else None), "件" if total else ""),
            KeyFigure("按时答复率", percent(total.on_time_rate if total else None), basis),
            KeyFigure("检查发现", _count(len(facts.findings) or None), f"单项否决{vetoes}项" if facts.findings else ""),
        )
    )


def _count(value: int | None) -> str:
    return NO_DATA if value is None else str(value)


def _summary(facts: MonthlyFacts) -> str:
    if not facts.accounts:
        return f"{NO_DATA}：尚未登记账号。"
    states = Counter(account.row.status for account in facts.accounts)
    told = "、".join(f"{full_width(status)}{count}个" for status, count in states.items())
    if facts.until <= facts.period.start:
        return f"登记账号{len(facts.accounts)}个：{told}。截至时间早于统计周期，周期内{NO_DATA}。"
    window = span_words(facts.period.first_day, beijing_date(facts.until - INSTANT))
    posts = f"发布微博{facts.posts}条" if facts.posts is not None else f"发布微博数{NO_DATA}"
    total = facts.total
    heard = f"收到公众评论{total.comments}条，其中应答复留言{total.due}件" if total else f"公众评论数{NO_DATA}"
    return f"{window}，登记账号{len(facts.accounts)}个：{told}。各账号{posts}，{heard}。"


def _gaps(accounts: Sequence[AccountWindow]) -> list[str]:
    """Say what was not observed; nothing is concluded about it."""
    told = []
    for what, seen in (
        ("微博", {account.row.screen_name: account.posts_seen for account in accounts}),
        ("评论", {account.row.screen_name: account.comments_seen for account in accounts}),
    ):
        missing = [name for name, share in seen.items() if share is None]
        if missing and len(missing) == len(seen):
            told.append(f"周期内没有任何账号的{what}观测数据，本稿不作判断。")
        elif missing:
            told.append(f"未观测到{what}的账号{len(missing)}个：{listed(missing)}。有关各项列为{NO_DATA}，不作零计。")
    return told


def _register_table(facts: MonthlyFacts) -> Table:
    return Table(
        "账号与观测情况",
        (
            Column("账号", width=2.3),
            Column("主办单位", width=3.4),
            Column("状态", width=1.5),
            Column("发布\n微博", Kind.COUNT),
            Column("公众\n评论", Kind.COUNT),
            Column("微博\n观测", Kind.PERCENT, 1.1),
            Column("评论\n观测", Kind.PERCENT, 1.1),
        ),
        tuple(
            (
                account.row.screen_name,
                account.row.unit,
                full_width(account.row.status),
                account.posts,
                account.stats.comments if account.stats else None,
                account.posts_seen,
                account.comments_seen,
            )
            for account in facts.accounts
        ),
        note="按账号编号排列，不作排名。“观测”为统计时段内有观测数据的时间所占比例。"
        "发布数量只说明工作情况，不用于考核评比。",
    )


def checks(facts: MonthlyFacts) -> list[Block]:
    """Write 二、账号检查."""
    blocks: list[Block] = [Heading("二、账号检查"), Heading("（一）账号标准", 2), Paragraph(_findings_summary(facts))]
    if facts.findings:
        blocks.append(_findings_table(facts.findings))
    blocks += [Heading("（二）文字提示", 2), Paragraph(_hits_summary(facts))]
    if facts.hits:
        blocks.append(_hits_table(facts.hits))
    return blocks


def _findings_summary(facts: MonthlyFacts) -> str:
    if not facts.findings:
        return f"{NO_DATA}：没有现存的检查发现。"
    counts = Counter(Severity(finding.severity) for finding in facts.findings)
    told = "、".join(f"{severity.label}{counts[severity]}项" for severity in Severity)
    concerned = len({finding.account_id for finding in facts.findings})
    checked = max(finding.last_seen for finding in facts.findings)
    waiting = sum(_state(finding) == UNVERIFIED for finding in facts.findings)
    verdict = "均待核实" if waiting == len(facts.findings) else f"其中{waiting}项待核实"
    return (
        f"按账号标准检查（截至{instant_words(checked)}），现存发现{len(facts.findings)}项：{told}，涉及账号{concerned}个，{verdict}。"
        f"{'' if facts.period.start < checked <= facts.period.end else '检查时点不在统计周期内，所列为现存情况。'}"
        "发现是程序提出的线索，须经核实取证、告知与申辩、确认后方可通报。"
    )


def _findings_table(findings: Sequence[FindingView]) -> Table:
    shown = findings[:SHOWN_FINDINGS]
    rest = len(findings) - len(shown)
    more = f"另有{rest}项未列，可用 weibo-ops account findings 查看。" if rest else ""
    return Table(
        "检查发现",
        (
            Column("账号", width=2.2),
            Column("级别", width=1.6),
            Column("情况", width=4.7),
            Column("依据", width=4.1),
            Column("状态", width=1.4),
        ),
        tuple(
            (
                finding.screen_name,
                Severity(finding.severity).label,
                full_width(f"{finding.title}。{finding.message.partition('依据:')[0]}"),
                full_width(f"{finding.source}:{finding.clause}({Trust(finding.trust).label})"),
                _state(finding),
            )
            for finding in shown
        ),
        note=f"先列单项否决，再列扣分和提示；列名仅供内部核实使用，不作排名。{more}",
    )


def _state(finding: FindingView) -> str:
    """Return the finding's state; what nobody has confirmed is 待核实."""
    state = FindingState(finding.state)
    return state.value if state in CONFIRMED else UNVERIFIED


def _hits_summary(facts: MonthlyFacts) -> str:
    if facts.posts is None:
        return f"{NO_DATA}：周期内没有微博观测数据。"
    if not facts.hits:
        return f"对{facts.posts}条微博作文字检查，没有提示。"
    return (
        f"对{facts.posts}条微博作文字检查，{facts.hit_posts}条有提示，共{len(facts.hits)}处，均{UNVERIFIED}；"
        "命中内容不引用，可在程序中逐条查看。"
    )


def _hits_table(hits: Sequence[ContentHitView]) -> Table:
    places: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for hit in hits:
        places[hit.severity, hit.title, f"{hit.source}:{hit.clause}"].append(hit.post_id)
    order = {severity.value: place for place, severity in enumerate(Severity)}
    return Table(
        "文字提示",
        (
            Column("类别", width=2.2),
            Column("级别", width=1.3),
            Column("依据", width=5.4),
            Column("处数", Kind.COUNT, 0.9),
            Column("涉及\n微博", Kind.COUNT, 0.9),
        ),
        tuple(
            (title, Severity(severity).label, full_width(basis), len(posts), len(set(posts)))
            for (severity, title, basis), posts in sorted(
                places.items(), key=lambda item: (order[item[0][0]], item[0][1:])
            )
        ),
    )


def note_on_names() -> Note:
    """Say what the names in this paper are for."""
    return Note("本稿为内部工作稿，列名仅供核实和办理使用；对外公布前，有关发现须经核实、告知与申辩、确认。")
