"""What the office has on file against what the platform shows: certification, personal accounts, names elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.checks.facts import AccountFacts, FiledCertification, FindingDraft, draft
from accounts.checks.naming import same_name
from accounts.enums import AccountKind
from config.rulebook.accounts import AccountsBook, CertificationSection, PersonalSection
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.text import defuse, normalise_name


@dataclass(frozen=True)
class Difference:
    """Where the platform shows something else than is on file; ``shown`` is empty where it shows nothing."""

    key: str
    word: str
    filed: str
    shown: str


def check_filed(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> tuple[FindingDraft, ...]:
    """Judge what is on file of an account as of an instant; an account without entries gets no finding."""
    return (*_certification(facts, book, as_of), *_personal(facts, book, as_of), *_names(facts, book))


def drift_of(
    filed: FiledCertification,
    name: str,
    rules: CertificationSection,
    *,
    verified: bool | None,
    verified_type: int | None,
    verified_reason: str,
    shown_name: str | None,
) -> tuple[Difference, ...]:
    """Return where the platform shows something else than is on file; what was not observed does not differ.

    Args:
        filed: what is on file.
        name: the screen name registered.
        rules: say which type numbers of the platform a kind of certification has.
        verified, verified_type, verified_reason: what the platform shows.
        shown_name: the screen name it shows, if that can be held against the registered one.
    """
    found = []
    if verified is False:
        found.append(Difference("text", "认证", filed.text, "未认证"))
    elif verified:
        if verified_reason.strip() and _folded(verified_reason) != _folded(filed.text):
            found.append(Difference("text", "认证说明", filed.text, verified_reason.strip()))
        kinds = {kind.name: kind.types for kind in rules.kinds}
        if verified_type is not None and filed.kind in kinds and verified_type not in kinds[filed.kind]:
            shown = next((kind.name for kind in rules.kinds if verified_type in kind.types), f"类型{verified_type}")
            found.append(Difference("kind", "认证类型", filed.kind, shown))
    if shown_name and normalise_name(shown_name) != normalise_name(name):
        found.append(Difference("name", "名称", name, shown_name))
    return tuple(found)


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
    since = filed.reviewed_on or filed.entered_on
    if section.unreviewed is not None and since is not None:
        age = (today - since).days
        if age > section.unreviewed.days:
            words = "未核对" if filed.reviewed_on else "登记后未核对"
            yield from draft(
                section.unreviewed,
                f"认证信息{age}日{words},请核对并登记。",
                evidence={"days": age, "limit": section.unreviewed.days},
            )
    if section.drift is not None:
        differences = drift_of(
            filed,
            facts.screen_name,
            section,
            verified=facts.verified,
            verified_type=facts.verified_type,
            verified_reason=facts.verified_reason,
            shown_name=facts.shown_name,
        )
        if differences:
            told = ";".join(
                f"{each.word}登记为“{defuse(each.filed)}”,平台显示“{defuse(each.shown)}”" for each in differences
            )
            evidence: dict[str, str | int | float | None] = {}
            for each in differences:
                evidence |= {f"filed_{each.key}": each.filed, f"shown_{each.key}": each.shown}
            yield from draft(section.drift, f"{told},请查明并变更登记。", evidence=evidence)


def _personal(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> Iterator[FindingDraft]:
    section = book.personal
    if section is None or facts.kind != AccountKind.PERSON:
        return
    person = facts.person_name
    if person and _folded(person) not in _folded(facts.screen_name):
        yield from draft(
            section.name,
            f"名称“{defuse(facts.screen_name)}”未体现持有人“{defuse(person)}”的姓名,请更名。",
            evidence={"person": person},
        )
    elif facts.unit_name and _folded(facts.screen_name) == _folded(facts.unit_name):
        yield from draft(
            section.name,
            f"个人账号以单位名称“{defuse(facts.unit_name)}”为名,请更名。",
            evidence={"unit": facts.unit_name},
        )
    yield from _titles(facts, section, as_of)
    if facts.description is not None and not any(word in facts.description for word in section.apart_words):
        yield from draft(
            section.apart,
            f"简介未区分职务言论与个人言论,请补充说明,如“{section.apart_words[0]}”。",
            evidence={"description": facts.description[:200]},
        )


def _titles(facts: AccountFacts, section: PersonalSection, as_of: datetime) -> Iterator[FindingDraft]:
    """Judge the title in name and certification: none of an office that was left, and no other than the registered."""
    title = facts.person_title
    if not title:
        return
    certified = facts.verified_reason if facts.verified else ""
    held = _title_words(title, section)
    places = [("名称", facts.screen_name, facts.person_name), ("认证", certified, "")]
    shown = {
        place: _title_words(text.replace(person, " ") if person else text, section) for place, text, person in places
    }
    today = beijing_date(as_of)
    if facts.office_ends_on is not None and facts.office_ends_on < today:
        # The office may have given a limit in working days for putting it right.
        if facts.leaving_due_at is not None and as_of < facts.leaving_due_at:
            return
        used = [place for place, words in shown.items() if words & held]
        if not held and certified and _folded(title) in _folded(certified):
            used = ["认证"]
        if used:
            yield from draft(
                section.left_office,
                f"持有人已于{facts.office_ends_on}离任,{'、'.join(used)}仍用“{defuse(title)}”,请变更或停用。",
                evidence={"office_ends_on": str(facts.office_ends_on), "title": title, "places": "、".join(used)},
            )
        return
    if certified and _folded(title) not in _folded(certified):
        yield from draft(
            section.title,
            f"登记职务为“{defuse(title)}”,认证显示“{defuse(certified)}”,请核对。",
            evidence={"filed": title, "shown": certified},
        )
    other = sorted(shown["名称"] - held)
    if other:
        yield from draft(
            section.title,
            f"登记职务为“{defuse(title)}”,名称用“{'、'.join(other)}”,请核对。",
            evidence={"filed": title, "shown": facts.screen_name},
        )


def _title_words(text: str, section: PersonalSection) -> set[str]:
    """Return the words for offices in a text, the longest at each place; one held before (原局长) aside."""
    words = sorted(section.title_words, key=len, reverse=True)
    found, at = set(), 0
    while at < len(text):
        word = next((word for word in words if text.startswith(word, at)), "")
        if word and text[max(0, at - 1) : at] not in section.former_marks:
            found.add(word)
        at += len(word) or 1
    return found


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


def _folded(text: str) -> str:
    return "".join(normalise_name(text).split())
