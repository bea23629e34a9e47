"""Certification and profile: the unit's full name, the government type, one account per unit and platform."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.checks.facts import AccountFacts, FindingDraft, draft
from accounts.enums import AccountKind
from config.rulebook.accounts import AccountsBook, CertificationSection
from weibo_ops.kernel.text import defuse, normalise_name


def check_certification(facts: AccountFacts, book: AccountsBook) -> Iterator[FindingDraft]:
    """Judge what the platform certifies; what was not observed is not judged.

    An official in person is certified by their own name and title, not as a government: see `accounts.checks.filed`.
    """
    rules = book.certification
    unit = (facts.unit_name or "").strip()
    fixes = tuple(f"{unit}{suffix}" for suffix in (rules.suffixes[0], "")) if unit and rules.suffixes else ()
    if not unit:
        yield from draft(rules.unit_unknown, "该账号未登记主办单位,请补登单位全称。")
    if facts.kind == AccountKind.PERSON:
        if facts.verified is False:
            yield from draft(
                rules.missing,
                "该个人账号未通过平台认证,请以本人姓名和职务申请认证。",
                evidence={"verified_type": facts.verified_type},
            )
        return
    if facts.verified is False:
        yield from draft(
            rules.missing,
            "该账号未通过平台认证,请以单位全称申请政府认证。",
            evidence={"verified_type": facts.verified_type},
            fixes=fixes,
        )
    elif facts.verified:
        if facts.verified_type is not None and facts.verified_type not in rules.government_types:
            yield from draft(
                rules.wrong_type,
                f"该账号的平台认证类型为{facts.verified_type},不是政府认证,请重新申请认证。",
                evidence={"verified_type": facts.verified_type},
                fixes=fixes,
            )
        if unit:
            yield from _text(facts, unit, rules, fixes)


def _text(
    facts: AccountFacts, unit: str, rules: CertificationSection, fixes: tuple[str, ...]
) -> Iterator[FindingDraft]:
    shown = _folded(facts.verified_reason)
    full = _folded(unit)
    if shown in {full + _folded(suffix) for suffix in ("", *rules.suffixes)}:
        return
    quoted = defuse(facts.verified_reason.strip(), newline=" ", tab=" ") or "空白"
    evidence: dict[str, str | int | float | None] = {"verified_reason": quoted, "unit": unit}
    if not shown or full in shown:
        yield from draft(
            rules.text,
            f"认证说明为“{quoted}”,应为单位全称“{unit}”加规定后缀。",
            evidence=evidence,
            fixes=fixes,
        )
    else:
        yield from draft(
            rules.other_subject,
            f"认证说明为“{quoted}”,与登记的主办单位“{unit}”不一致,请核对登记或更正认证。",
            evidence=evidence,
            fixes=fixes,
        )


def _folded(text: str) -> str:
    return "".join(normalise_name(text).split())


def check_profile(facts: AccountFacts, book: AccountsBook) -> Iterator[FindingDraft]:
    """Judge the description (only if observed) and the number of accounts of the unit on this platform."""
    if facts.description is not None and not facts.description.strip():
        yield from draft(book.profile.description, "账号简介空白,请写明单位和服务内容。")
    if facts.same_unit_accounts:
        others = "、".join(f"“{defuse(name)}”" for name in facts.same_unit_accounts)
        yield from draft(
            book.profile.duplicate,
            f"主办单位在同一平台另有账号{others},请说明理由或归并。",
            evidence={"accounts": others, "count": len(facts.same_unit_accounts) + 1},
        )
