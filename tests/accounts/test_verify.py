"""Whether an account is real: what is asked for in every spelling, and what the register says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import AccountStatus, Platform
from accounts.lifecycle import LIVING
from accounts.verify import Directory, Known, Reference, Seen, read_reference
from weibo_ops.kernel.text import normalise_name

UID = "9900000001"
SINCE = datetime(2026, 3, 1, 4, tzinfo=UTC)
HOSTS = st.sampled_from(["weibo.com", "www.weibo.com", "WEIBO.com", "m.weibo.cn", "weibo.cn", "weibo.com:443"])
SCHEMES = st.sampled_from(["", "http://", "https://", "HTTPS://", "//"])
ENDINGS = st.sampled_from(["", "/", "?refer_flag=1001030103_", "#comment", "/home?x=/u/7777777777"])
NAMES = st.text("云麓发布供水交警平安abcXYZ019_-", min_size=2, max_size=12)
UIDS = st.from_regex(r"[1-9][0-9]{8,9}", fullmatch=True)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("云麓发布", Reference(name="云麓发布")),
        ("@云麓发布 ", Reference(name="云麓发布")),
        ("＠云麓发布", Reference(name="云麓发布")),
        ("%E4%BA%91%E9%BA%93", Reference(name="云麓")),
        ("９９００００００01", Reference(uid=UID)),
        ("https://weibo.com/u/9900000001?refer_flag=1", Reference(uid=UID, weibo=True)),
        ("weibo.com/9900000001/AbCd", Reference(uid=UID, weibo=True)),
        ("https://m.weibo.cn/profile/9900000001", Reference(uid=UID, weibo=True)),
        ("https://weibo.com/p/1005059900000001/home", Reference(uid=UID, weibo=True)),
        ("https://weibo.com/n/%E4%BA%91%E9%BA%93%E5%8F%91%E5%B8%83", Reference(name="云麓发布", weibo=True)),
        ("https://m.weibo.cn/n/@云麓发布", Reference(name="云麓发布", weibo=True)),
        ("ｈｔｔｐｓ：／／ｗｅｉｂｏ。ｃｏｍ／ｕ／９９００００００01", Reference(uid=UID, weibo=True)),
    ],
)
def test_a_name_an_address_or_a_number_is_read(asked: str, meant: Reference) -> None:
    assert read_reference(asked) == meant


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("", "没有写明"),
        (" @ ", "没有写明"),
        ("https://weibo.com/", "没有写明账号"),
        ("weibo.com/u/", "个性域名"),
        ("https://weibo.com/yunlufabu", "个性域名"),
        ("https://m.weibo.cn/status/5170000000000001", "是一条微博"),
        ("https://weibo.com.example.cn/u/9900000001", "不是微博账号"),
        ("https://weibo.com@example.cn/u/9900000001", "不是微博账号"),
        ("https://example.cn/weibo.com/u/9900000001", "不是微博账号"),
        ("example.cn?u=https://weibo.com/u/9900000001", "不是微博账号"),
        ("http://[::1", "不是微博账号"),
        ("ftp://weibo.com/u/9900000001", "不是微博账号"),
    ],
)
def test_what_names_no_account_is_told_why(asked: str, why: str) -> None:
    reference = read_reference(asked)
    assert (reference.uid, reference.name) == ("", "")
    assert why in reference.unread
    answer = Directory(()).answer(asked)
    assert (answer.verdict, why in answer.remark) == ("无法识别", True)


@given(SCHEMES, HOSTS, UIDS, st.sampled_from(["/u/{}", "/{}", "/{}/PnG8aBcde", "/profile/{}"]), ENDINGS)
def test_a_uid_is_read_out_of_every_address(scheme: str, host: str, uid: str, path: str, ending: str) -> None:
    assert read_reference(f"{scheme}{host}{path.format(uid)}{ending}") == Reference(uid=uid, weibo=True)


@given(SCHEMES, HOSTS, NAMES, st.booleans(), ENDINGS)
def test_a_name_is_read_out_of_every_address(scheme: str, host: str, name: str, quoted: bool, ending: str) -> None:
    written = quote(name, safe="") if quoted else name
    assert read_reference(f"{scheme}{host}/n/{written}{ending}") == Reference(name=name, weibo=True)


@given(st.text(max_size=60))
def test_any_text_is_read_without_fault_and_means_one_thing(asked: str) -> None:
    found = read_reference(asked)
    assert [bool(found.uid), bool(found.name), bool(found.unread)].count(True) == 1


@given(
    st.sampled_from(["example.cn", "weibo.com.cn", "wei-bo.com", "xweibo.com", "weibo.com.x.cn"]), st.text(max_size=30)
)
def test_an_address_elsewhere_never_means_an_account(host: str, rest: str) -> None:
    found = read_reference(f"https://{host}/{rest}")
    assert found.unread


def known(name: str, uid: str = "", status: str = "正常运行", platform: str = "weibo", unit: str = "甲局") -> Known:
    return Known(platform, uid, name, unit, status, SINCE)


PRESS = Known(
    "weibo", UID, "云麓发布", "云麓市新闻办", "正常运行", SINCE, (("云麓资讯", SINCE),), "云麓市新闻办官方微博"
)


def test_a_registered_account_is_told_by_name_uid_and_address_with_what_it_is() -> None:
    directory = Directory([PRESS, known("云麓发布", "gh_1", platform="wechat", unit="云麓市新闻办")])
    for asked in ("云麓发布", "@ 云麓发布", UID, f"https://weibo.com/u/{UID}", "weibo.com/n/云麓发布"):
        answer = directory.answer(asked)
        assert (answer.verdict, answer.account, answer.unit, answer.platform, answer.status, answer.certification) == (
            "已登记",
            "云麓发布",
            "云麓市新闻办",
            "微博",
            "正常运行",
            "云麓市新闻办官方微博",
        )
    assert "同名账号另有:微信公众号" in directory.answer("云麓发布").remark
    assert "另有" not in directory.answer("weibo.com/n/云麓发布").remark
    assert directory.answer("GH_1").platform == "微信公众号"


def test_a_former_name_tells_the_present_one_and_since_when() -> None:
    answer = Directory([PRESS]).answer("云麓资讯")
    assert (answer.verdict, answer.account) == ("曾用名", "云麓发布")
    assert "2026-03-01起改用现名;现用此名者须另行核实" in answer.remark
    taken = Directory([PRESS, known("云麓资讯", "9900000002", unit="云麓市信息中心")])
    assert taken.answer("云麓资讯").unit == "云麓市信息中心", "who bears it now comes first"


def test_a_cancelled_account_says_until_when_and_gives_way_to_a_living_one() -> None:
    gone = known("云麓早餐", "9900000003", "注销", unit="甲局")
    answer = Directory([gone]).answer("云麓早餐")
    assert (answer.verdict, "2026-03-01起已注销" in answer.remark) == ("已注销", True)
    heir = known("云麓早餐", "9900000004", unit="乙局")
    assert Directory([gone, heir]).answer("云麓早餐").unit == "乙局"
    assert Directory([gone, heir]).answer("9900000003").verdict == "已注销"


@pytest.mark.parametrize("status", ["拟开设", "审批中", "备案中"])
def test_an_account_that_is_only_applied_for_is_nobody_s_yet(status: str) -> None:
    directory = Directory([known("云麓供水", status=status)], {"7700000000": Seen("云麓供水", False, -1, "")})
    for asked in ("云麓供水", "https://weibo.com/u/7700000000"):
        answer = directory.answer(asked)
        assert (answer.verdict, answer.account) == ("未登记", "")
        assert "现用此名者不是登记账号" in answer.remark


def test_who_bears_a_registered_name_under_another_uid_is_a_look_alike() -> None:
    seen = {"7700000000": Seen("云麓发布", False, -1, ""), "7700000001": Seen("云麓发佈", True, 2, "某网络公司")}
    directory = Directory([PRESS], seen)
    same, alike = directory.answer("7700000000"), directory.answer("weibo.com/7700000001")
    assert (same.verdict, same.account, same.certification) == ("疑似仿冒", "云麓发布", "未认证")
    assert (alike.verdict, alike.certification) == ("疑似仿冒", "某网络公司")
    assert "须人工核实" in alike.remark
    elsewhere = Directory(
        [known("云麓之声", "gh_1", platform="wechat")], {"7700000000": Seen("云麓之声", False, -1, "")}
    )
    assert elsewhere.answer("7700000000").verdict != "已登记", "on Weibo it is registered to nobody"


def test_who_is_unknown_is_unknown() -> None:
    directory = Directory([PRESS])
    assert [directory.answer(asked).verdict for asked in ("云麓早餐", "7700000099")] == ["未登记", "未登记"]


ACCOUNTS = st.builds(
    known,
    st.sampled_from(["云麓发布", "云麓供水", "Ａ云麓"]),
    st.sampled_from(["", UID, "9900000002", "gh_1"]),
    st.sampled_from(list(AccountStatus)).map(str),
    st.sampled_from([Platform.WEIBO, Platform.WECHAT]).map(str),
)


@given(st.lists(ACCOUNTS, max_size=5), st.sampled_from(["云麓发布", "a云麓", "云麓供水", UID, "9900000002", "gh_1"]))
def test_only_a_living_account_is_told_as_registered_and_always(accounts: list[Known], asked: str) -> None:
    by_uid = asked in (UID, "9900000002")
    living = [each for each in accounts if each.status in LIVING]
    meant = [
        each
        for each in living
        if each.uid == asked or (not by_uid and normalise_name(each.name) == normalise_name(asked))
    ]
    answer = Directory(accounts).answer(asked)
    assert (answer.verdict == "已登记") == bool(meant)
    if meant:
        assert any(Platform(each.platform).label == answer.platform and each.name == answer.account for each in meant)
        weibo = any(each.platform == Platform.WEIBO for each in meant)
        assert (answer.platform == "微博") == weibo, "Weibo comes first"
