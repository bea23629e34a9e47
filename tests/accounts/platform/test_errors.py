"""What a failed call means: every code of the contract, in every spelling, and answers that give none."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.platform.errors import CLASS_OF, ErrorClass, PlatformError, classify, error_code, tidy
from weibo_ops.kernel.errors import WeiboOpsError

CONTRACT = {
    ErrorClass.RETRY_LATER: "10001 10002 10003 10009 10010 10011 20014 20607 21331",
    ErrorClass.RATE_LIMIT: "10004 10022 10023 10024 20016 21303 20505",
    ErrorClass.REAUTH: "21301 21314 21315 21316 21317 21319 21327 21332 21325 21330 10013 10006",
    ErrorClass.APP_CONFIG: (
        "10005 10014 10020 10021 10007 21311 21312 21313 21320 21321 21322 21323 21324 21326 21328 21329 21335"
    ),
    ErrorClass.CONTENT_REJECTED: (
        "10008 10016 10017 10018 20005 20006 20007 20008 20012 20013 20018 20020 20021 20104 20202 21602 20049"
    ),
    ErrorClass.DUPLICATE: "20017 20019 20111 20306",
    ErrorClass.SUCCESS_DELAYED: "20032",
    ErrorClass.HUMAN_NEEDED: "20015 20022 20031 20507",
    ErrorClass.NOT_FOUND: "20003 20101 20201 20305",
    ErrorClass.FORBIDDEN_TARGET: "20102 20203 20508 20301",
    ErrorClass.ALREADY_DONE: "20506 20606",
}
LISTED = [(int(code), kind) for kind, codes in CONTRACT.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "kind"), LISTED)
def test_every_code_has_its_class_whatever_the_status_and_the_spelling(code: int, kind: ErrorClass) -> None:
    for spelling in (code, str(code), f" {code} ", float(code)):
        for status in (200, 400, 403, 500, None):
            for write in (True, False):
                assert classify(spelling, status, write=write) is kind


def test_the_table_holds_no_code_twice_and_none_beyond_the_contract() -> None:
    assert dict(LISTED) == CLASS_OF
    assert len(LISTED) == len(CLASS_OF)


@pytest.mark.parametrize("words", ["text not find domain!", "appkey not bind domain!"])
def test_a_missing_safe_domain_is_for_the_administrator(words: str) -> None:
    assert classify(10017, 400, words) is ErrorClass.APP_CONFIG
    assert classify(10017, 400, "Parameter (status)'s value invalid") is ErrorClass.CONTENT_REJECTED


@pytest.mark.parametrize("code", [20101, 20201])
def test_what_is_gone_is_done_when_it_was_to_be_deleted(code: int) -> None:
    assert classify(code, 400, deleting=True) is ErrorClass.ALREADY_DONE
    assert classify(code, 400) is ErrorClass.NOT_FOUND


@given(st.integers() | st.text(max_size=8) | st.floats() | st.lists(st.integers()) | st.booleans())
def test_an_unlisted_code_says_nothing_of_what_was_carried_out(code: object) -> None:
    number = error_code(code)
    if number not in CLASS_OF:
        assert classify(code, 400 if number is None else 200) is ErrorClass.UNKNOWN


@pytest.mark.parametrize("status", [200, 302, 400, 403, 414, 418, 429, 500, 502, 503, None])
def test_a_write_without_a_readable_answer_may_have_been_carried_out(status: int | None) -> None:
    assert classify(None, status) is ErrorClass.UNKNOWN


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, ErrorClass.UNKNOWN),
        (404, ErrorClass.UNKNOWN),
        (418, ErrorClass.UNKNOWN),
        (429, ErrorClass.RATE_LIMIT),
        (500, ErrorClass.RETRY_LATER),
        (502, ErrorClass.RETRY_LATER),
    ],
)
def test_a_page_of_a_gateway_never_says_that_a_post_is_gone(status: int, kind: ErrorClass) -> None:
    assert classify(None, status, write=False) is kind


def test_oauth_answers_are_known_by_name_where_the_code_is_missing() -> None:
    assert classify(None, 400, "invalid_grant") is ErrorClass.REAUTH
    assert classify(None, 400, "invalid_access_token:2.00abcdefgh") is ErrorClass.REAUTH
    assert classify(None, 400, "redirect_uri_mismatch") is ErrorClass.APP_CONFIG


@pytest.mark.parametrize("value", [None, True, 0, "0", "", "x", "1e5", -3, 10**12, "９", [1], {}, float("nan"), 1.5])
def test_what_is_no_code_is_none(value: object) -> None:
    assert error_code(value) is None


@pytest.mark.parametrize("kind", ErrorClass)
def test_an_error_is_a_sentence_for_people_that_names_the_next_step(kind: ErrorClass) -> None:
    fault = PlatformError(kind, 20019, "Repeat\x1b[31m conetnt\n‮", 400, True)
    assert isinstance(fault, WeiboOpsError)
    assert str(fault).startswith(f"{kind.label}(20019 Repeat [31m conetnt)。下一步:")
    assert fault.may_exist is kind.may_exist
    assert PlatformError(kind, sent=False).may_exist is False
    again = pickle.loads(pickle.dumps(fault))
    assert (again.error_class, again.code, again.said) == (kind, 20019, "Repeat [31m conetnt")


def test_what_may_exist_is_never_sent_again_unseen() -> None:
    assert {kind for kind in ErrorClass if kind.may_exist} == {
        ErrorClass.RETRY_LATER,
        ErrorClass.UNKNOWN,
        ErrorClass.DUPLICATE,
        ErrorClass.SUCCESS_DELAYED,
    }


@pytest.mark.parametrize(
    "words",
    [
        "invalid_access_token:2.00T7hTqBCkGfbD0e2f5e1c8d0wkXaa",
        "access_token=sesame&x=1",
        "client_secret: sesame",
        "no such code: sesame",
        "sesame is wrong",
    ],
)
def test_words_of_the_platform_come_without_secrets(words: str) -> None:
    shown = tidy(words, ["sesame"])
    assert "2.00T7" not in shown
    assert "sesame" not in shown
    assert "***" in shown


@given(st.text())
def test_words_of_the_platform_are_one_short_harmless_line(words: str) -> None:
    shown = tidy(words)
    assert len(shown) <= 200
    assert shown.isprintable()
    assert shown == shown.strip()
