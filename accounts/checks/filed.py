"""What the office has on file against what the platform shows: certification, personal accounts, names elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accounts.checks.facts import AccountFacts, FindingDraft, draft
from accounts.checks.naming import same_name
from accounts.enums import AccountKind
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.text import defuse, normalise_name


def check_filed(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> tuple[FindingDraft, ...]:
    """Judge what is on file of an account as of an instant; an account without entries gets no finding."""
    return (*_certification(facts, book, as_of), *_personal(facts, book, as_of), *_names(facts, book))


def _certification(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> Iterator[FindingDraft]:
    section, filed, today = book.certification, facts.certification, beijing_date(as_of)
    if filed is None:
        return
    if filed.expires_on is not None:
        left = (filed.expires_on - today).days
        if left < 0 and section.expired is not None:
            yield from draft(
                section.expired,
                f"认证已于{filed.expires_on.isoformat()}到期,请办理年审并更新登记。",
                evidence={"expires_on": filed.expires_on.isoformat()},
            )
        elif section.expiring is not None and 0 <= left <= section.expiring.days:
            yield from draft(
                section.expiring,
                f"认证将于{filed.expires_on.isoformat()}到期,还有{left}日,请办理年审。",
                evidence={"expires_on": filed.expires_on.isoformat(), "days": left},
            )
    if section.unreviewed is not None and filed.reviewed_on is not None:
        age = (today - filed.reviewed_on).days
        if age > section.unreviewed.days:
            yield from draft(
                section.unreviewed,
                f"认证信息{age}日未核对,请核对并登记。",
                evidence={"days": age, "limit": section.unreviewed.days},
            )
    if section.drift is not None and facts.verified is not None:
        shown = facts.verified_reason.strip() if facts.verified else ""
        if not facts.verified:
            yield from draft(
                section.drift,
                f"登记的认证为“{defuse(filed.text)}”,平台显示未认证,请查明。",
                evidence={"filed": filed.text, "shown": None},
            )
        elif shown and normalise_name(shown) != normalise_name(filed.text):
            yield from draft(
                section.drift,
                f"登记的认证为“{defuse(filed.text)}”,平台显示“{defuse(shown)}”,请查明并变更。",
                evidence={"filed": filed.text, "shown": shown},
            )


def _personal(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> Iterator[FindingDraft]:
    section = book.personal
    if section is None or facts.kind != AccountKind.PERSON:
        return
    name, title = facts.person_name, facts.person_title
    if name and normalise_name(name) not in normalise_name(facts.screen_name):
        yield from draft(
            section.name,
            f"名称“{defuse(facts.screen_name)}”未体现持有人“{defuse(name)}”的姓名,请更名。",
            evidence={"person": name},
        )
    shown = f"{facts.screen_name} {facts.verified_reason}"
    left = facts.office_ends_on is not None and facts.office_ends_on < beijing_date(as_of)
    if left and title and title in shown:
        yield from draft(
            section.left_office,
            f"持有人已于{facts.office_ends_on}离任,名称或认证仍为“{defuse(title)}”,请变更或停用。",
            evidence={"office_ends_on": str(facts.office_ends_on), "title": title},
        )
    elif title and facts.verified and facts.verified_reason and title not in facts.verified_reason:
        yield from draft(
            section.title,
            f"登记职务为“{defuse(title)}”,认证显示“{defuse(facts.verified_reason)}”,请核对。",
            evidence={"filed": title, "shown": facts.verified_reason},
        )
    if facts.description is not None and not any(word in facts.description for word in section.apart_words):
        yield from draft(section.apart, "简介未区分职务言论与个人言论,请补充说明。")


def _names(facts: AccountFacts, book: AccountsBook) -> Iterator[FindingDraft]:
    naming = book.naming
    yield from same_name(facts.screen_name, facts.same_name_units, naming)
    differing = [
        f"{platform}“{defuse(name)}”"
        for platform, name in facts.elsewhere
        if normalise_name(name) != normalise_name(facts.screen_name)
    ]
    if naming.same_everywhere is not None and differing:
        yield from draft(
            naming.same_everywhere,
            f"本单位{'、'.join(differing)}与本账号名称不一致,建议统一。",
            evidence={"elsewhere": "、".join(differing)},
        )
