"""Freshness: silence is claimed only where observation covers the whole window."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.checks.facts import AccountFacts, Evidence, FindingDraft, draft
from config.rulebook.accounts import AccountsBook, FreshnessSection
from weibo_ops.kernel.clock import beijing, ensure_utc, format_beijing


def check_freshness(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> Iterator[FindingDraft]:
    """Judge how long an account has been without a post.

    An account is silent for a window ``[as_of − n, as_of)`` when no post was observed in it and its posts were
    observed from its start to ``as_of``, both within the standard's tolerance. Where observation falls short and
    no recent post is known, the only answer is that the data do not suffice.

    Raises:
        ValueError: ``last_post_at`` is not before ``as_of``, or an instant is naive.
    """
    rules = book.freshness
    now = ensure_utc(as_of)
    last = ensure_utc(facts.last_post_at) if facts.last_post_at else None
    if last is not None and last > now:
        raise ValueError("last_post_at is later than as_of: cut the facts at as_of first")
    window = now - timedelta(days=rules.silent.days)
    if last is not None and last >= window:
        yield from _reminder(facts, rules, last, now)
        yield from _stricter(facts, rules, last, now)
    elif _covered(facts, rules, window, now):
        yield from _silent(facts, rules, last, now)
        yield from _stricter(facts, rules, last, now)
    else:
        yield from _unobserved(facts, rules)


def _covered(facts: AccountFacts, rules: FreshnessSection, start: datetime, now: datetime) -> bool:
    if facts.coverage_from is None or facts.coverage_until is None:
        return False
    tolerance = timedelta(hours=rules.tolerance_hours)
    return ensure_utc(facts.coverage_from) <= start + tolerance and ensure_utc(facts.coverage_until) >= now - tolerance


def _silent(
    facts: AccountFacts, rules: FreshnessSection, last: datetime | None, now: datetime
) -> Iterator[FindingDraft]:
    shown = f"最近一条发布于{format_beijing(last)}" if last else "观测期内未见发布"
    evidence = _evidence(facts, last, now)
    yield from draft(
        rules.silent,
        f"截至{format_beijing(now)},该账号前{rules.silent.days}日内无更新({shown}),请核实后尽快更新。",
        evidence=evidence,
    )
    long_ago = _months_before(now, rules.long_silent.months)
    if (last is None or last < long_ago) and _covered(facts, rules, long_ago, now):
        yield from draft(
            rules.long_silent,
            f"截至{format_beijing(now)},该账号已超过{rules.long_silent.months}个月未更新({shown}),"
            "请恢复更新,或按程序办理暂停、注销。",
            evidence=evidence,
        )


def _reminder(facts: AccountFacts, rules: FreshnessSection, last: datetime, now: datetime) -> Iterator[FindingDraft]:
    """Remind before the limit, but only where observation reaches ``as_of``: an old export reminds nobody."""
    quiet = now - last
    for rule, who in ((rules.remind_leader, "分管领导"), (rules.remind_clerk, "经办人")):
        if rule.enabled and quiet >= timedelta(days=rule.days):
            if _covered(facts, rules, last, now):
                limit = format_beijing(last + timedelta(days=rules.silent.days))
                yield from draft(
                    rule,
                    f"该账号已{quiet.days}日未更新(最近一条发布于{format_beijing(last)}),请{who}安排在{limit}前更新。",
                    evidence=_evidence(facts, last, now),
                )
            return


def _stricter(
    facts: AccountFacts, rules: FreshnessSection, last: datetime | None, now: datetime
) -> Iterator[FindingDraft]:
    for rule in rules.stricter_days:
        start = now - timedelta(days=rule.days)
        if (last is None or last < start) and _covered(facts, rules, start, now):
            yield from draft(
                rule,
                f"截至{format_beijing(now)},该账号{rule.days}日内无更新,请尽快更新。",
                evidence=_evidence(facts, last, now),
            )
    if facts.posts_in_window is None:
        return
    for weekly in rules.stricter_weekly:
        per_week = facts.posts_in_window * 7 / facts.window_days
        start = now - timedelta(days=facts.window_days)
        if per_week < weekly.posts_per_week and _covered(facts, rules, start, now):
            yield from draft(
                weekly,
                f"截至{format_beijing(now)}的{facts.window_days:g}日内发布{facts.posts_in_window}条,"
                f"少于每周{weekly.posts_per_week:g}条,请增加更新。",
                evidence={"posts": facts.posts_in_window, "window_days": facts.window_days},
            )


def _unobserved(facts: AccountFacts, rules: FreshnessSection) -> Iterator[FindingDraft]:
    if facts.coverage_from is None or facts.coverage_until is None:
        message = "无观测数据,不足以判断更新情况,请导入发文数据。"
    else:
        message = (
            f"观测数据自{format_beijing(facts.coverage_from)}截至{format_beijing(facts.coverage_until)},"
            "不足以判断更新情况,请补充导入。"
        )
    yield from draft(
        rules.unobserved,
        message,
        evidence={
            "coverage_from": format_beijing(facts.coverage_from) or None,
            "coverage_until": format_beijing(facts.coverage_until) or None,
        },
    )


def _evidence(facts: AccountFacts, last: datetime | None, now: datetime) -> Evidence:
    return {
        "as_of": format_beijing(now),
        "last_post_at": format_beijing(last) or None,
        "days_since_last_post": (now - last).days if last else None,
        "coverage_from": format_beijing(facts.coverage_from) or None,
        "coverage_until": format_beijing(facts.coverage_until) or None,
    }


def _months_before(instant: datetime, months: int) -> datetime:
    """Return the same Beijing day of month and time some months earlier, or that month's last day."""
    local = beijing(instant)
    index = local.year * 12 + local.month - 1 - months
    year, month = divmod(index, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return ensure_utc(local.replace(year=year, month=month + 1, day=day))
