"""Account checks: invented units and names; what is claimed, what is only pointed out, and what is not said."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.checks import AccountFacts, FindingDraft, check_account, check_name
from config.rulebook.accounts import AccountsBook, rules_in
from config.rulebook.base import Severity
from weibo_ops.kernel.clock import parse_as_of, parse_beijing
from weibo_ops.kernel.text import nickname_units

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT / ".." / "shared" / "data"
RAW = (ROOT / "config" / "standards" / "accounts.toml").read_text(encoding="utf-8")
BOOK = AccountsBook.model_validate(tomllib.loads(RAW))

NOW = parse_beijing("2026-09-30 09:00:00")
UNIT = "澄汐市公安局"
FACTS = AccountFacts(
    platform="weibo",
    uid="1",
    screen_name="平安澄汐",
    unit_name=UNIT,
    function="公安",
    level="市",
    area="澄汐市",
    verified=True,
    verified_type=1,
    verified_reason=f"{UNIT}官方微博",
    description="澄汐市公安局发布警务信息,受理咨询",
    last_post_at=NOW - timedelta(days=1),
    posts_in_window=30,
    public_comments_in_window=50,
    official_replies_in_window=40,
    coverage_from=NOW - timedelta(days=200),
    coverage_until=NOW,
)


def check(**changes: object) -> list[FindingDraft]:
    return list(check_account(replace(FACTS, **changes), BOOK, NOW))  # type: ignore[arg-type]


def ids(**changes: object) -> list[str]:
    return [finding.rule_id for finding in check(**changes)]


def name_rules(name: str, unit: str = UNIT, level: str = "市", **more: object) -> tuple[str, list[str]]:
    verdict = check_name(name, unit, level, BOOK, **more)  # type: ignore[arg-type]
    return verdict.verdict, [finding.rule_id for finding in verdict.findings]


def switched_on(rule_id: str) -> AccountsBook:
    raw = tomllib.loads(RAW)

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if value.get("id") == rule_id:
                value["enabled"] = True
            for member in value.values():
                walk(member)
        elif isinstance(value, list):
            for member in value:
                walk(member)

    walk(raw)
    return AccountsBook.model_validate(raw)


def test_a_good_account_has_no_finding() -> None:
    assert ids() == []


class TestNaming:
    @pytest.mark.parametrize(
        ("name", "unit", "level"),
        [
            ("平安澄汐", "澄汐市公安局", "市"),
            ("澄汐公安", "澄汐市公安局", "市"),
            ("澄汐市公安局", "澄汐市公安局", "市"),
            ("澄汐警方在线", "澄汐市公安局", "市"),
            ("澄汐交警", "澄汐市公安局交通警察支队", "市"),
            ("岚屿公安", "澄汐市公安局岚屿分局", "县"),
            ("澄汐发布", "澄汐市人民政府新闻办公室", "市"),
            ("澄汐发布", "中共澄汐市委宣传部", "市"),
            ("正义澄汐", "澄汐市人民检察院", "市"),
            ("澄汐中院", "澄汐市中级人民法院", "市"),
            ("健康澄汐", "澄汐市卫生健康委员会", "市"),
            ("澄汐人社", "澄汐市人力资源和社会保障局", "市"),
            ("青春澄汐", "共青团澄汐市委员会", "市"),
            ("澄汐高新", "澄汐高新技术产业开发区管理委员会", "开发区"),
            ("澄汐12345", "澄汐市政务服务和数据管理局", "市"),
            ("嵊岚州发布", "嵊岚苗族自治州人民政府新闻办公室", "市"),
            ("嵊岚发布", "嵊岚苗族自治州人民政府新闻办公室", "市"),
            ("澄汐-公安_1", "澄汐市公安局", "市"),
            ("汐泉镇发布", "澄汐市岚屿区汐泉镇人民政府", "乡镇"),
        ],
    )
    def test_customary_names_pass(self, name: str, unit: str, level: str) -> None:
        assert name_rules(name, unit, level) == ("pass", [])

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("澄汐公安微信号yx12345", "naming.contact"),
            ("澄汐公安13800000000", "naming.contact"),
            ("澄汐公安QQ群12345", "naming.contact"),
            ("澄汐公安www_yx", "naming.address"),
            ("澄汐公安旗舰店", "naming.commercial"),
            ("澄汐公安2026", "naming.campaign"),
            ("澄汐公安专项整治", "naming.campaign"),
            ("澄汐 公安", "naming.characters"),
            ("澄汐公安！", "naming.characters"),
            ("澄汐公安🙂", "naming.characters"),
            ("澄汐教育", "naming.other_unit"),
            ("澄汐市教育局", "naming.other_unit"),
            ("望屿市公安局", "naming.other_unit"),
            ("小熊探长", "naming.unrelated"),
            ("望屿发布", "naming.unrelated"),
            ("警", "naming.length"),
            ("澄汐公安" * 4, "naming.length"),
        ],
    )
    def test_wrong_names_fail_with_conforming_proposals(self, name: str, rule: str) -> None:
        verdict = check_name(name, UNIT, "市", BOOK)
        assert verdict.verdict == "fail"
        assert rule in [f.rule_id for f in verdict.findings if f.severity is not Severity.ADVICE]
        for finding in verdict.findings:
            assert finding.proposed_fix
            for fix in finding.proposed_fix:
                assert name_rules(fix) == ("pass", [])
                assert 4 <= nickname_units(fix) <= 30

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("澄汐公安小哥", "naming.nickname"),
            ("品味澄汐", "naming.nickname"),
            ("公安在线", "naming.place_missing"),
            ("澄汐发布", "naming.place_missing"),
        ],
    )
    def test_nicknames_are_only_pointed_out(self, name: str, rule: str) -> None:
        verdict, rules = name_rules(name)
        assert verdict == "advise"
        assert rule in rules

    def test_a_registered_brand_gets_no_remark(self) -> None:
        assert name_rules("澄汐公安小哥", brand_names=("澄汐公安小哥",)) == ("pass", [])
        raw = tomllib.loads(RAW)
        raw["naming"]["brand_names"] = [{"name": "澄汐公安小哥", "unit": UNIT, "basis": "备案"}]
        book = AccountsBook.model_validate(raw)
        assert check_name("澄汐公安小哥", UNIT, "市", book).verdict == "pass"
        assert check_name("澄汐公安小哥", "澄汐市民政局", "市", book).verdict != "pass"

    def test_the_name_of_another_registered_unit(self) -> None:
        others = ("澄汐市公安局", "澄汐市公安局岚屿分局")
        assert name_rules("澄汐市公安局", "澄汐市公安局岚屿分局", other_units=others)[0] == "fail"
        assert name_rules("澄汐市公安局", "澄汐市公安局", other_units=("澄汐市公安局岚屿分局",))[0] == "pass"

    def test_a_national_organ_needs_no_place(self) -> None:
        assert name_rules("中国气象", "国家气象部门", "国家")[1] == []
        assert name_rules("警方在线", "澄汐市公安局", "市")[1] == ["naming.place_missing"]

    def test_span_points_at_the_words(self) -> None:
        name = "澄汐公安Ｑ群QQ1234"
        finding = next(f for f in check_name(name, UNIT, "市", BOOK).findings if f.rule_id == "naming.contact")
        assert finding.span is not None
        assert name[slice(*finding.span)] == "QQ1234"

    def test_draft_bans_ship_switched_off(self) -> None:
        assert "naming.draft_media" not in name_rules("澄汐公安新闻")[1]
        on = check_name("澄汐公安新闻", UNIT, "市", switched_on("naming.draft_media"))
        assert "naming.draft_media" in [f.rule_id for f in on.findings]

    @given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=30))
    def test_any_name_and_unit_are_judged(self, name: str, unit: str) -> None:
        for finding in check_name(name, unit, "市", BOOK).findings:
            assert finding.span is None or 0 <= finding.span[0] <= finding.span[1] <= len(name)
            assert finding.message.endswith(f"({finding.trust.label})")

    def test_an_endless_name_is_refused_for_its_length(self) -> None:
        assert name_rules("澄汐公安" * 3000) == ("fail", ["naming.length"])

    def test_labelled_names(self) -> None:
        path = SHARED / "account_names.csv"
        if not path.exists():
            pytest.skip("../shared/data/account_names.csv is absent")
        with path.open(encoding="utf-8-sig") as source:
            rows = list(csv.DictReader(source))
        verdicts = [check_name(r["screen_name"], r["unit"], r["level"], BOOK).verdict for r in rows]
        expected = [r["expected"] for r in rows]
        assert sum(map(str.__eq__, verdicts, expected)) >= 0.9 * len(rows)
        assert all(v != "fail" for v, e in zip(verdicts, expected, strict=True) if e == "pass")


class TestCertification:
    @pytest.mark.parametrize("suffix", ["", "官方微博", "官方账号", " 官方微博 "])
    def test_full_name_with_an_allowed_suffix(self, suffix: str) -> None:
        assert ids(verified_reason=UNIT + suffix) == []

    def test_width_does_not_matter(self) -> None:
        assert ids(unit_name="澄汐市公安局(东区)", verified_reason="澄汐市公安局（东区）官方微博") == []

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"verified": False, "verified_type": -1, "verified_reason": ""}, "certification.missing"),
            ({"verified_type": 2}, "certification.wrong_type"),
            ({"verified_reason": f"{UNIT}民警"}, "certification.text"),
            ({"verified_reason": ""}, "certification.text"),
            ({"verified_reason": "澄汐平安网络公司"}, "certification.other_subject"),
            ({"description": "  "}, "profile.description"),
            ({"same_unit_accounts": ("澄汐警事",)}, "profile.duplicate"),
            ({"unit_name": None}, "certification.unit_unknown"),
        ],
    )
    def test_faults(self, changes: dict[str, object], rule: str) -> None:
        assert ids(**changes) == [rule]

    def test_what_was_not_observed_is_not_judged(self) -> None:
        assert ids(verified=None, verified_type=None, verified_reason="", description=None) == []
        assert ids(verified_type=None) == []

    def test_the_proposed_text_conforms(self) -> None:
        for fix in check(verified=False)[0].proposed_fix:
            assert ids(verified_reason=fix) == []


class TestFreshness:
    def test_the_fourteenth_day_is_inside_the_window(self) -> None:
        edge = NOW - timedelta(days=14)
        assert "freshness.silent" not in ids(last_post_at=edge)
        (finding,) = check(last_post_at=edge - timedelta(seconds=1))
        assert (finding.rule_id, finding.severity) == ("freshness.silent", Severity.VETO)
        assert "国办秘函〔2019〕19号" in finding.message

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            (9, []),
            (10, ["freshness.remind_clerk"]),
            (11, ["freshness.remind_clerk"]),
            (12, ["freshness.remind_leader"]),
        ],
    )
    def test_reminders(self, days: int, expected: list[str]) -> None:
        assert ids(last_post_at=NOW - timedelta(days=days)) == expected

    @pytest.mark.parametrize(
        "changes",
        [
            {"coverage_until": NOW - timedelta(days=20)},
            {"coverage_until": NOW - timedelta(hours=25)},
            {"coverage_from": NOW - timedelta(days=12), "last_post_at": None},
            {"coverage_from": None, "coverage_until": None, "last_post_at": None},
        ],
    )
    def test_an_export_that_stops_is_not_an_office_that_fell_silent(self, changes: dict[str, object]) -> None:
        (finding,) = check(**{"last_post_at": NOW - timedelta(days=30), **changes})
        assert (finding.rule_id, finding.severity) == ("freshness.unobserved", Severity.ADVICE)
        assert "不足以判断更新情况" in finding.message

    def test_an_old_export_reminds_nobody(self) -> None:
        assert ids(last_post_at=NOW - timedelta(days=12), coverage_until=NOW - timedelta(days=12)) == []

    def test_tolerance_of_a_day(self) -> None:
        changes = {
            "last_post_at": None,
            "coverage_from": NOW - timedelta(days=13),
            "coverage_until": NOW - timedelta(hours=24),
        }
        assert ids(**changes) == ["freshness.silent"]

    def test_three_calendar_months(self) -> None:
        june_30 = parse_beijing("2026-06-30 09:00:00")
        assert ids(last_post_at=june_30) == ["freshness.silent"]
        assert ids(last_post_at=june_30 - timedelta(seconds=1)) == ["freshness.silent", "freshness.long_silent"]
        assert ids(last_post_at=None, coverage_from=NOW - timedelta(days=60)) == ["freshness.silent"]

    def test_stricter_rules_ship_switched_off(self) -> None:
        facts = replace(FACTS, last_post_at=NOW - timedelta(days=8), posts_in_window=1)
        assert check_account(facts, BOOK, NOW) == ()
        for rule in ("freshness.local_gansu", "freshness.local_xiayi"):
            assert [f.rule_id for f in check_account(facts, switched_on(rule), NOW)] == [rule]

    def test_instants_must_be_sound(self) -> None:
        with pytest.raises(ValueError, match="as_of"):
            check(last_post_at=NOW + timedelta(seconds=1))
        with pytest.raises(ValueError, match="naive"):
            check_account(FACTS, BOOK, datetime(2026, 9, 30))  # noqa: DTZ001

    @given(st.none() | st.integers(0, 400), st.none() | st.integers(0, 400), st.none() | st.integers(0, 400))
    def test_silence_needs_a_fully_observed_window(self, last: int | None, begin: int | None, end: int | None) -> None:
        ago = [None if hours is None else NOW - timedelta(hours=hours) for hours in (last, begin, end)]
        silent = "freshness.silent" in ids(last_post_at=ago[0], coverage_from=ago[1], coverage_until=ago[2])
        observed = begin is not None and end is not None and begin >= 13 * 24 and end <= 24
        assert silent == (observed and (last is None or last > 14 * 24))


class TestInteraction:
    def test_no_comment_under_many_posts_is_a_hint(self) -> None:
        (finding,) = check(public_comments_in_window=0, official_replies_in_window=0)
        assert (finding.rule_id, finding.severity) == ("interaction.closed", Severity.ADVICE)
        assert "核实" in finding.message

    def test_few_posts_or_no_observation_say_nothing(self) -> None:
        assert ids(public_comments_in_window=0, posts_in_window=19) == []
        assert ids(public_comments_in_window=None, official_replies_in_window=None) == []
        assert ids(posts_in_window=None, public_comments_in_window=0) == []

    def test_many_comments_and_no_reply(self) -> None:
        assert ids(official_replies_in_window=0) == ["interaction.unanswered"]
        assert ids(official_replies_in_window=None) == []

    def test_the_hints_begin_with_the_very_number_of_the_book(self) -> None:
        least = BOOK.interaction.closed.minimum
        for posts, hints in ((least - 1, []), (least, ["interaction.closed"])):
            assert ids(posts_in_window=posts, public_comments_in_window=0, official_replies_in_window=0) == hints
        least = BOOK.interaction.unanswered.minimum
        for comments, hints in ((least - 1, []), (least, ["interaction.unanswered"])):
            assert ids(public_comments_in_window=comments, official_replies_in_window=0) == hints


class TestBook:
    def test_every_rule_names_its_source(self) -> None:
        for rule in rules_in(BOOK):
            assert rule.source
            assert rule.clause
            assert rule.trust != "R" or not rule.enabled

    def test_only_silence_is_a_veto(self) -> None:
        assert [rule.id for rule in rules_in(BOOK) if rule.severity is Severity.VETO] == ["freshness.silent"]

    def test_the_four_complaints(self) -> None:
        assert [entry.complaint for entry in BOOK.complaints] == ["不及时", "不实用", "不回应", "不可用"]
        assert BOOK.complaints_of("freshness.silent") == ("不及时",)
        assert BOOK.complaints_of("interaction.closed") == ("不可用",)

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("days = 10\n\n[freshness.remind_leader]", "days = 13\n\n[freshness.remind_leader]", "提醒天数"),
            ('"interaction.closed", "certification', '"interaction.close", "certification', "不是本标准"),
            ('id = "naming.contact"', 'id = "naming.length"', "重复"),
            ("'[@＠]'", "'(?=x)'", r"无法使用:不支持环视或这种写法\(“\(\?=”\)"),
            ("'[@＠]'", "'(a)\\1'", "无法使用:不支持这种转义"),
            ("'[@＠]'", "'(x{1,100}){1,100}'", "无法使用:重复次数过多"),
            ("'[@＠]'", "'(a'", "无法使用:缺少右括号"),
            ("'[@＠]'", "'x*'", "空文本"),
        ],
    )
    def test_a_wrong_book_is_refused(self, old: str, new: str, problem: str) -> None:
        assert old in RAW
        with pytest.raises(ValueError, match=problem):
            AccountsBook.model_validate(tomllib.loads(RAW.replace(old, new)))


def test_city_export() -> None:
    folder = SHARED / "city_export"
    if not folder.exists():
        pytest.skip("../shared/data/city_export is absent")

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8-sig") as source:
            return list(csv.DictReader(source))

    as_of = parse_as_of("2026-09-30")
    profiles = {row["用户id"]: row for row in rows("users.csv")}
    roster = rows("roster.csv")
    found: dict[str, list[FindingDraft]] = {}
    for entry in roster:
        uid, profile = entry["用户id"], profiles[entry["用户id"]]
        posts = [parse_beijing(r["完整日期"]) for r in rows(f"{uid}.csv") if len(r["完整日期"] or "") == 19]
        facts = AccountFacts(
            "weibo",
            uid,
            entry["昵称"],
            entry["主办单位"],
            entry["职能"],
            entry["层级"],
            entry["行政区"],
            verified=profile["是否认证"] == "True",
            verified_type=int(profile["认证类型"]),
            verified_reason=profile["认证信息"],
            last_post_at=max(posts),
            coverage_from=parse_beijing("2026-07-01 00:00:00"),
            coverage_until=as_of,
            other_unit_names=tuple(other["主办单位"] for other in roster if other is not entry),
        )
        found[uid[-2:]] = list(check_account(facts, BOOK, as_of))
    vetoed = [uid for uid, findings in found.items() if any(f.severity is Severity.VETO for f in findings)]
    remarked = {uid: f for uid, findings in found.items() for f in findings if f.rule_id.startswith("naming.")}
    assert vetoed == ["13"]
    assert sorted(remarked) == ["10", "12"]
    assert all(f.severity is Severity.ADVICE and f.proposed_fix for f in remarked.values())
    assert [uid for uid, fs in found.items() if "certification.missing" in [f.rule_id for f in fs]] == ["12"]
