"""Content checks: planted right and wrong texts, all numbers invented."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.base import Severity
from config.rulebook.content import ContentBook, Gateway
from publishing.checks import Hit, check_text
from publishing.checks.personal_data import is_id_number, is_luhn
from weibo_ops.kernel.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]
BOOK = ContentBook.model_validate(
    tomllib.loads((ROOT / "config" / "standards" / "content.toml").read_text(encoding="utf-8"))
)
DOMAIN = "example.gov.cn"
SHARING = BOOK.model_copy(update={"safe_link": BOOK.safe_link.model_copy(update={"domains": (DOMAIN,)})})


def id_number(first17: str) -> str:
    """An oracle after ISO 7064 MOD 11-2, the recursive form."""
    remainder = 0
    for digit in first17:
        remainder = (remainder + int(digit)) * 2 % 11
    return first17 + "0123456789X"[(12 - remainder) % 11]


def card_number(body: str) -> str:
    """An oracle that tries every check digit by the written rule."""
    for check in "0123456789":
        digits = [int(d) for d in body + check]
        odd = sum(digits[-1::-2])
        even = sum(sum(divmod(2 * d, 10)) for d in digits[-2::-2])
        if (odd + even) % 10 == 0:
            return body + check
    raise AssertionError


ID = id_number("11010119900307123")
CARD = card_number("622202020011122")


def ids(text: str, gateway: Gateway = "manual", book: ContentBook = BOOK) -> list[str]:
    return [hit.rule_id for hit in check_text(text, book, gateway=gateway)]


def only(text: str) -> Hit:
    (hit,) = check_text(text, BOOK)
    return hit


class TestLength:
    @pytest.mark.parametrize(("gateway", "limit"), [("manual", 2000), ("commercial", 2000), ("comment", 140)])
    def test_limit_is_included(self, gateway: Gateway, limit: int) -> None:
        assert ids("字" * limit, gateway) == []
        assert ids("ab" * limit, gateway) == []
        (hit,) = check_text("字" * limit + "多", BOOK, gateway=gateway)
        assert (hit.severity, hit.start, hit.end) == (Severity.VETO, limit, limit + 1)
        assert "超出1字" in hit.message

    def test_share_takes_140_with_its_link(self) -> None:
        link = f" https://www.{DOMAIN}/a "
        room = 140 - len(link) // 2
        assert ids("字" * room + link, "share", SHARING) == []
        assert ids("字" * (room + 1) + link, "share", SHARING) == ["length.share"]

    @pytest.mark.parametrize("text", ["", " \n\u3000"])
    def test_empty(self, text: str) -> None:
        assert ids(text) == ["length.empty"]


class TestLinks:
    def test_share_refuses_topics_but_not_anchors(self) -> None:
        assert ids(f"#防汛# 详见 https://{DOMAIN}/a", "share", SHARING) == ["topic.not_allowed"]
        assert ids(f"详见 https://{DOMAIN}/a#b https://{DOMAIN}/c#d", "share", SHARING) == []
        assert ids("#防汛#今天有雨") == []

    @pytest.mark.parametrize("text", ["没有链接", "https://example.gov.cn.bad.example/", "https://notexample.gov.cn/"])
    def test_share_needs_a_safe_link(self, text: str) -> None:
        assert "link.safe_domain" in ids(text, "share", SHARING)

    def test_unregistered_domains_are_said(self) -> None:
        (hit,) = check_text("详见 https://www.gov.cn/a", BOOK, gateway="share")
        assert "尚未登记" in hit.message

    @pytest.mark.parametrize(
        "link",
        ["http://shop.example.com/x", "https://gov.cn@bad.example/", "https://gov.cn.bad.example", "HTTP://mygov.cn"],
    )
    def test_outside_links_are_a_hint(self, link: str) -> None:
        hit = only(f"详见 {link} 。")
        assert (hit.rule_id, hit.severity) == ("link.outside", Severity.ADVICE)

    @pytest.mark.parametrize("link", ["https://www.gov.cn/a", "http://t.cn/Abc", "https://sub.dept.gov.cn:443/x?a=1"])
    def test_government_links_pass(self, link: str) -> None:
        assert ids(f"详见{link}。") == []


class TestPersonalData:
    @pytest.mark.parametrize(
        "form", [ID, ID[:6] + " " + ID[6:14] + " " + ID[14:], ID.translate({48 + d: 0xFF10 + d for d in range(10)})]
    )
    def test_id_number_is_found_and_never_shown(self, form: str) -> None:
        text = f"申请人张三,身份证{form}。"
        hit = only(text)
        assert hit.rule_id == "personal.id_number"
        assert text[hit.start : hit.end] == form
        assert ID[:6] + "********" + ID[-4:] in hit.message
        assert ID not in hit.message + hit.suggestion

    def test_wrong_checksum_or_date_is_no_id_number(self) -> None:
        wrong = ID[:-1] + ("1" if ID[-1] != "1" else "2")
        assert ids(f"编号{wrong}") == []
        assert ids("编号" + id_number("11010119900230123")) == []
        assert ids(f"编号9{ID}") == []

    @given(st.integers(10**16, 9 * 10**16 - 1))
    def test_checksum_agrees_with_iso_7064(self, number: int) -> None:
        body = f"11{str(number)[:4]}19900307{str(number)[6:9]}"
        assert [c for c in "0123456789X" if is_id_number(body + c)] == [id_number(body)[-1]]

    @given(st.integers(0, 10**15))
    def test_luhn_agrees_with_the_written_rule(self, number: int) -> None:
        assert is_luhn(card_number(str(number)))
        assert sum(is_luhn(str(number) + c) for c in "0123456789") == 1

    @pytest.mark.parametrize(
        "form", ["13812345678", "138-1234-5678", "138 1234 5678", "+86 13812345678", "１３８１２３４５６７８"]
    )
    def test_mobile(self, form: str) -> None:
        hit = only(f"联系人李四{form},谢谢")
        assert (hit.rule_id, hit.severity) == ("personal.mobile", Severity.DEDUCT)
        assert "138****5678" in hit.message
        assert "12345678" not in hit.message

    def test_an_office_mobile_is_only_pointed_out(self) -> None:
        hit = only("值班电话13812345678")
        assert (hit.rule_id, hit.severity) == ("personal.public_mobile", Severity.ADVICE)

    def test_landline_of_a_person_only(self) -> None:
        assert ids("投诉人家庭电话010-12345678") == []
        assert ids("投诉人家庭电话010-62345678") == ["personal.landline"]
        assert ids("咨询电话010-62345678") == []
        assert ids("电话:(0571)82345678") == []

    def test_card(self) -> None:
        grouped = " ".join((CARD[:4], CARD[4:8], CARD[8:12], CARD[12:]))
        assert ids(f"请汇至{grouped}") == ["personal.bank_card"]
        assert ids(f"卡号{CARD}") == ["personal.bank_card"]
        assert ids("卡号" + CARD[:-1] + str((int(CARD[-1]) + 1) % 10)) == []
        assert ids(f"订单号{CARD}已发货") == []
        assert CARD[4:12] not in only(f"卡号{CARD}").message

    def test_foreign_card_needs_its_context(self) -> None:
        visa = card_number("411111222233334"[:15])
        assert ids(f"微博{visa}") == []
        assert ids(f"银行卡{visa}") == ["personal.bank_card"]

    @pytest.mark.parametrize("plate", ["京A12345", "京A·B1234", "粤BD12345"])
    def test_plate(self, plate: str) -> None:
        hit = only(f"车主{plate}违停")
        assert hit.rule_id == "personal.plate"
        assert plate[2:] not in hit.message

    @pytest.mark.parametrize(
        "text",
        [
            "请拨打12345、110、95588或12306咨询",
            "订单号13812345678正在处理",
            "2026-09-30 13:45:59 发布,共20260930期",
            "办理结果见受理号20260930001234",
            "已脱敏:110101********1234,138****5678",
            "0.13812345678与3.14159265358979",
            "京剧A12345场,云计算A股上涨",
            "邮编100000,GDP1234567890元",
        ],
    )
    def test_numbers_that_are_nobodys(self, text: str) -> None:
        assert ids(text) == []


class TestSecrecy:
    @pytest.mark.parametrize(
        "text",
        [
            "秘密★1年\n关于某事的通知",
            "机密★",
            "绝 密★启用前",
            "【机密】会议纪要",
            "密级：秘密",
            "通知\n机密\n正文",
            "　秘密 三年",
        ],
    )
    def test_marks(self, text: str) -> None:
        hit = only(text)
        assert (hit.rule_id, hit.severity) == ("secrecy.mark", Severity.VETO)

    @pytest.mark.parametrize("text", ["(内部资料 注意保存)", "内部文件,请勿外传", "仅供内部使用", "内部资料\n第一条"])
    def test_internal_marks(self, text: str) -> None:
        assert ids(text) == ["secrecy.internal"]

    @pytest.mark.parametrize(
        "text",
        [
            "保守国家秘密是公民的义务",
            "长寿的秘密在于运动",
            "泄露商业机密将被追责",
            "高考试卷属于绝密级材料",
            "某公司内部资料外泄案宣判",
            "内部文件管理培训",
            "秘密花园开园",
        ],
    )
    def test_plain_words_are_no_marks(self, text: str) -> None:
        assert ids(text) == []


class TestAdvertising:
    @pytest.mark.parametrize(
        "text", ["限时抢购,先到先得", "领取优惠券", "加微信:abc12345咨询", "原价99元,现价9元", "全场五折"]
    )
    def test_hint(self, text: str) -> None:
        assert ids(text) == ["advertising"]

    @pytest.mark.parametrize("text", ["出台优惠政策支持企业", "警惕刷单诈骗", "请关注政务微信公众号"])
    def test_policy_is_no_advertising(self, text: str) -> None:
        assert ids(text) == []


class TestAll:
    @given(st.text(st.characters(), max_size=200), st.sampled_from(["manual", "commercial", "share", "comment"]))
    def test_any_text_is_judged_and_every_place_lies_in_it(self, text: str, gateway: Gateway) -> None:
        for hit in check_text(text, BOOK, gateway=gateway):
            assert 0 <= hit.start <= hit.end <= len(text)
            assert hit.clause
            assert hit.source
            assert hit.message.endswith(f"({hit.trust.label})")

    @given(st.text(st.sampled_from("0123456789X-xー 身份证卡号京A机密★"), max_size=120))
    def test_no_long_number_is_quoted(self, text: str) -> None:
        for hit in check_text(text, BOOK):
            if hit.rule_id.startswith("personal."):
                assert text[hit.start : hit.end] not in hit.message + hit.suggestion

    def test_an_unknown_gateway_is_refused(self) -> None:
        with pytest.raises(UsageError, match="无法识别"):
            check_text("今天有雨", BOOK, gateway="fax")

    def test_a_rule_switched_off_is_silent(self) -> None:
        off = BOOK.model_copy(
            update={
                "personal": BOOK.personal.model_copy(
                    update={"mobile": BOOK.personal.mobile.model_copy(update={"enabled": False})}
                )
            }
        )
        assert ids("李四13812345678", book=off) == []

    def test_bad_pattern_is_refused_by_the_book(self) -> None:
        raw = tomllib.loads((ROOT / "config" / "standards" / "content.toml").read_text(encoding="utf-8"))
        raw["wording"][0]["patterns"] = ["(a"]
        with pytest.raises(ValueError, match="无法使用"):
            ContentBook.model_validate(raw)
        raw["wording"][0]["patterns"] = ["x*"]
        with pytest.raises(ValueError, match="空文本"):
            ContentBook.model_validate(raw)
