"""``weibo-ops comment``: what the public said."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

COMMENT_TITLES = {
    "platform_id": "评论id",
    "screen_name": "账号",
    "author_name": "网民昵称",
    "created_at": "时间",
    "text": "内容",
    "sentiment": "情感",
    "uncertain": "存疑",
    "nature": "性质",
    "subject": "领域",
    "district": "区域",
    "due": "应答复",
    "outcome": "时效",
    "deadline_at": "期限",
    "first_reply_at": "首次响应",
}


@app.command("list")
def list_comments(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    sentiment: str = typer.Option(None, "--sentiment", help="negative、neutral、positive、uncertain"),
    due: bool = typer.Option(None, "--due/--not-due", help="只列应答复的 / 不须答复的"),
    outcome: str = typer.Option(None, "--outcome", help="on_time、late、open、overdue、not_due"),
    nature: str = typer.Option(None, "--nature", help="咨询 求助 投诉 举报 建议 表扬 其他"),
    subject: str = typer.Option(None, "--subject", help="领域"),
    district: str = typer.Option(None, "--district", help="区域"),
    period: str = typer.Option(None, "--period", help="统计周期,如 2026Q3"),
    search: str = typer.Option(None, "--search", help="内容包含的文字"),
    limit: int = common.LimitOption,
    as_of: str = common.AsOfOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出网民评论,新的在前。"""
    from sentiment.clocks import Outcome
    from sentiment.schemas import CommentFilter
    from sentiment.service import SENTIMENTS
    from weibo_ops.kernel.clock import Period

    app_ = common.application(context)
    service = app_.comments
    natures = [rule.name for _, text in app_.standards.timeline("response").texts for rule in text.book.natures]
    subjects = [rule.name for _, text in app_.standards.timeline("subjects").texts for rule in text.book.subjects]
    _known(nature, "性质", natures)
    _known(subject, "领域", subjects)
    span = Period.parse(period) if period else None
    wanted = CommentFilter(
        account=account,
        sentiment=sentiment,
        due=due,
        outcome=outcome,
        nature=nature,
        subject=subject,
        district=district,
        since=span.start if span else None,
        until=span.end if span else None,
        search=search,
    )
    instant = common.as_of_option(as_of)
    rows = common.pages(lambda size, cursor: service.comments(wanted, instant, size, cursor), limit, fmt)
    if fmt is common.Format.TABLE:
        words = {"sentiment": SENTIMENTS, "outcome": {item.value: item.label for item in Outcome}}
        rows = [row | {name: labels[str(row[name])] for name, labels in words.items()} for row in map(dict, rows)]
        common.emit(rows, list(COMMENT_TITLES), fmt, COMMENT_TITLES)
    else:
        common.emit(rows, [*COMMENT_TITLES, "urgency", "likes_count"], fmt)


def _known(value: str | None, title: str, names: Iterable[str]) -> None:
    """Refuse a filter that no standard knows: an empty list would look like an answer."""
    from weibo_ops.kernel.errors import UsageError

    known = dict.fromkeys(names)
    if value is not None and value not in known:
        raise UsageError(f"{title}“{value[:20]}”无法识别。", next_step=f"可选:{'、'.join(known)}。")


@app.command("shares")
def shares(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    period: str = typer.Option(None, "--period", help="统计周期,如 2026Q3"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """统计评论情感构成;只供了解情况,不用于考核。"""
    from sentiment.service import SENTIMENTS
    from weibo_ops.kernel.clock import Period

    result = common.application(context).comments.shares(account, Period.parse(period) if period else None)
    titles = {"label": "情感", "comments": "评论数", "share": "占比"}
    counts = vars(result)
    total = sum(counts.values())
    rows: list[common.Row] = []
    for label, count in counts.items():
        share = count / total if total else None
        if fmt is common.Format.TABLE:
            rows.append({"label": SENTIMENTS[label], "comments": count, "share": common.percent(share)})
        else:
            rows.append({"label": label, "comments": count, "share": None if share is None else round(share, 4)})
    common.emit(rows if total else [], list(titles), fmt, titles)
    if total:
        common.say(f"共 {total} 条。{_accuracy()}情感判别只作发现和提醒,不用于考核。")


def _accuracy() -> str:
    """How often the model in use was right on labelled texts that it was not trained on, from its own record."""
    from sentiment.scoring import load_scorer

    figures = load_scorer().weights.about.get("figures", ())
    told = "、".join(f"{common.percent(figure['accuracy'])}({figure['n']} 条)" for figure in figures)
    return f"在未参与训练的标注样本上判别准确率为 {told},用于本单位评论时可能更低。" if told else ""
