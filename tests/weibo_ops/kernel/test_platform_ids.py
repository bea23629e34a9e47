"""A post's number and its short form are the same thing; an address says which post it leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.kernel.platform_ids import bid_of, mid_of, parse_post_link

numbers = st.integers(0, 2**63 - 1).map(str)


def test_the_pair_that_the_platform_publishes() -> None:
    assert bid_of("3501756485200075") == "z0JH2lOMb"
    assert mid_of("z0JH2lOMb") == "3501756485200075"


@given(numbers)
def test_every_number_comes_back(mid: str) -> None:
    assert mid_of(bid_of(mid)) == mid


@given(st.text("0123456789abcXYZ", min_size=1, max_size=12))
def test_a_short_form_stands_for_one_number_or_for_none(bid: str) -> None:
    try:
        mid = mid_of(bid)
    except ValueError:
        return
    assert bid_of(mid) == bid


@given(st.integers(1, 10**11))
def test_groups_inside_keep_their_zeros(number: int) -> None:
    mid = str(number * 10**7 + 5)
    assert bid_of(mid).endswith("0005")


@pytest.mark.parametrize("wrong", ["", "abc", "-1", "007", "1" * 30, "３", str(2**63)])
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="number"):
        bid_of(wrong)


@pytest.mark.parametrize("wrong", ["", "z0JH2lOM!", "ZZZZ", "0z0JH", "a" * 13, "Z" * 12])
def test_what_is_no_short_form_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="short form"):
        mid_of(wrong)


@given(
    uid=st.integers(1, 10**10), mid=st.integers(10**15, 10**16).map(str), query=st.sampled_from(["", "?from=x", "#c"])
)
def test_every_form_of_an_address_leads_to_the_post(uid: int, mid: str, query: str) -> None:
    bid = bid_of(mid)
    for page in (f"https://weibo.com/{uid}/{bid}", f"http://www.weibo.com/{uid}/{bid}/", f"weibo.com/{uid}/{mid}"):
        assert parse_post_link(page + query) == (str(uid), mid)
    for page in (f"https://m.weibo.cn/status/{bid}", f"https://m.weibo.cn/status/{mid}", f"m.weibo.cn/detail/{mid}"):
        assert parse_post_link(f" {page}{query}\n") == ("", mid)
    assert parse_post_link(f"https://m.weibo.cn/{uid}/{mid}{query}") == (str(uid), mid)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "甲市发布",
        "https://weibo.com/u/1001",
        "https://weibo.com/1001",
        "https://weibo.com/1001/",
        "https://weibo.com/1001/z0JH2lOMb/repost",
        "https://weibo.com.example.cn/1001/z0JH2lOMb",
        "https://example.cn/1001/z0JH2lOMb",
        "https://weibo.com/abc/z0JH2lOMb",
        "https://m.weibo.cn/profile/1001",
        "ftp://weibo.com/1001/z0JH2lOMb",
        "https://[weibo.com/1001/z0JH2lOMb",
    ],
)
def test_other_addresses_lead_to_no_post(address: str) -> None:
    assert parse_post_link(address) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    parse_post_link(text)
    parse_post_link(f"https://weibo.com/1001/{text}")
