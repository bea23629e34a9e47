"""What is on file against what the platform shows, and officials in person; pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.checks import AccountFacts, check_account
from accounts.checks.facts import FiledCertification, FindingDraft
from accounts.checks.filed import check_filed, drift_of
from config.rulebook.accounts import AccountsBook
from tests.conftest import ROOT

AS_OF = datetime(2026, 10, 8, 2, tzinfo=UTC)
TODAY = date(2026, 10, 8)
BOOK = AccountsBook.model_validate(tomllib.loads((ROOT / "config/standards/accounts.toml").read_text("utf-8")))
BUREAU = "云麓市供水管理局"
OFFICIAL = AccountFacts(
    platform="weibo",
    uid="9900000005",
    screen_name="云麓李某",
    unit_name=BUREAU,
    kind="个人",
    person_name="李某",
    person_title=f"{BUREAU}副局长",
    verified=True,
    verified_type=0,
    verified_reason=f"{BUREAU}副局长",
    description="工作之余的个人观点",
)


def judged(facts: AccountFacts, as_of: datetime = AS_OF) -> dict[str, FindingDraft]:
    return {finding.rule_id: finding for finding in check_filed(facts, BOOK, as_of)}


def test_an_official_in_person_who_conforms_has_no_finding_at_all() -> None:
    seen = replace(OFFICIAL, last_post_at=AS_OF - timedelta(days=1))
    assert check_account(seen, BOOK, AS_OF) == ()


@pytest.mark.parametrize(
    ("changed", "rule", "words"),
    [
        ({"screen_name": "供水老张"}, "personal.name", "未体现持有人“李某”的姓名"),
        ({"person_name": "", "screen_name": BUREAU}, "personal.name", "以单位名称"),
        ({"screen_name": "云麓李某局长"}, "personal.title", "名称用“局长”"),
        ({"screen_name": "云麓李某书记副局长"}, "personal.title", "名称用“书记”"),
        ({"verified_reason": f"{BUREAU}局长"}, "personal.title", "认证显示"),
        ({"description": "欢迎关注"}, "personal.apart", "如“个人观点”"),
        ({"description": ""}, "personal.apart", "未区分"),
    ],
)
def test_name_title_and_the_line_to_the_private(changed: dict[str, Any], rule: str, words: str) -> None:
    found = judged(replace(OFFICIAL, **changed))
    assert set(found) == {rule}
    assert words in found[rule].message


@pytest.mark.parametrize(
    "changed",
    [
        {"screen_name": "李某副局长"},
        {"screen_name": "供水局原局长李某"},
        {"description": None},
        {"verified": None, "verified_reason": ""},
        {"verified_reason": f"{BUREAU} 副局长、党组成员"},
        {"kind": "机构", "screen_name": "云麓供水"},
    ],
)
def test_what_conforms_or_was_not_observed_is_no_finding(changed: dict[str, Any]) -> None:
    assert judged(replace(OFFICIAL, **changed)) == {}


@pytest.mark.parametrize(
    ("name", "certified", "places"),
    [
        ("云麓李某", f"{BUREAU}副局长", "认证"),
        ("李某副局长", f"{BUREAU}副局长", "名称、认证"),
        ("李某副局长", f"{BUREAU}原副局长", "名称"),
        ("云麓李某", f"{BUREAU}原副局长", ""),
        ("云麓李某", "退休职工", ""),
    ],
)
def test_who_left_office_gives_up_title_and_certification(name: str, certified: str, places: str) -> None:
    facts = replace(OFFICIAL, screen_name=name, verified_reason=certified, office_ends_on=TODAY - timedelta(days=1))
    found = judged(facts)
    assert set(found) == ({"personal.left_office"} if places else set())
    assert not places or found["personal.left_office"].evidence["places"] == places
    assert judged(replace(facts, leaving_due_at=AS_OF + timedelta(hours=1))) == {}, "the limit still runs"
    assert set(judged(replace(facts, leaving_due_at=AS_OF))) == set(found)
    holds = replace(facts, office_ends_on=TODAY, verified_reason=f"{BUREAU}副局长")
    assert "personal.left_office" not in judged(holds), "the last day in office is one in office"


def test_a_title_without_a_word_for_an_office_is_known_by_the_certification() -> None:
    facts = replace(
        OFFICIAL, person_title="供水观察员", verified_reason="云麓市供水观察员", office_ends_on=date(2026, 10, 1)
    )
    assert set(judged(facts)) == {"personal.left_office"}


@given(st.integers(-800, 800), st.integers(1, 900), st.booleans())
def test_expiry_and_review_by_days(left: int, age: int, reviewed: bool) -> None:
    since = TODAY - timedelta(days=age)
    filed = FiledCertification("甲局", TODAY + timedelta(days=left), since if reviewed else None, "政府", since)
    found = set(judged(AccountFacts("weibo", "1", "甲", certification=filed)))
    section = BOOK.certification
    assert section.expiring is not None
    assert section.unreviewed is not None
    assert ("certification.expired" in found) == (left < 0)
    assert ("certification.expiring" in found) == (0 <= left <= section.expiring.days)
    assert ("certification.unreviewed" in found) == (age > section.unreviewed.days)


TEXTS = st.sampled_from(["云麓市供水管理局", "云麓市供水管理局官方微博", "", "云麓网络公司", "云麓市供水管理局 "])


@given(
    st.sampled_from(["政府", "企业", "自定"]),
    TEXTS.filter(str.strip),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, -1, 0, 1, 2, 9]),
    TEXTS,
    st.sampled_from([None, "云麓供水", "云麓快讯", "云麓供水 "]),
)
def test_only_what_was_observed_can_drift(
    kind: str, text: str, verified: bool | None, number: int | None, reason: str, name: str | None
) -> None:
    filed = FiledCertification(text, None, None, kind)
    shown: Mapping[str, Any] = {"verified": verified, "verified_type": number, "verified_reason": reason}
    found = {each.key: each for each in drift_of(filed, "云麓供水", BOOK.certification, **shown, shown_name=name)}
    lost = verified is False
    other_text = bool(verified and reason.strip() and reason.strip() != text.strip())
    other_kind = bool(verified and number is not None and {"政府": 1, "企业": 2}.get(kind, number) != number)
    assert ("text" in found) == (lost or other_text)
    assert ("kind" in found) == other_kind
    assert ("name" in found) == (name == "云麓快讯")
    assert all(each.filed and each.shown for each in found.values())
    nothing = AccountFacts("weibo", "1", "云麓供水", **shown, shown_name=name)
    assert check_filed(nothing, BOOK, AS_OF) == (), "nothing is on file"
    drift = judged(replace(nothing, certification=filed)).get("certification.drift")
    assert (drift is not None) == bool(found)
    if drift is not None:
        assert set(drift.evidence) == {f"{side}_{key}" for key in found for side in ("filed", "shown")}
