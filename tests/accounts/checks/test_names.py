"""Names of an invented city, of every kind: what the shipped standard says to each, by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.checks import check_name
from accounts.checks.unit_names import places_of
from accounts.free_names import TakenNames
from tests.accounts.checks.test_account_checks import BOOK

CITY = "云麓市"
OTHERS = ("砚渚市教育局", "砚渚市公安局", "青岚县人民政府新闻办公室", f"{CITY}文化和旅游局", f"{CITY}公安局")
ORGANS = {
    "公安局": ("云麓公安", "平安云麓", "云麓警方", "云麓市公安局"),
    "公安局交通警察支队": ("云麓交警", "云麓公安交管"),
    "教育局": ("云麓教育", "云麓市教育局"),
    "卫生健康委员会": ("云麓卫健", "健康云麓"),
    "文化和旅游局": ("云麓文旅", "云麓市文化和旅游局"),
    "人民政府": ("云麓发布", "云麓市人民政府"),
    "人力资源和社会保障局": ("云麓人社",),
    "医疗保障局": ("云麓医保",),
    "市场监督管理局": ("云麓市场监管", "云麓12315"),
    "政务服务管理局": ("云麓12345",),
    "应急管理局": ("云麓应急",),
    "气象局": ("云麓气象", "云麓天气"),
    "水务局": ("云麓水务",),
    "住房和城乡建设局": ("云麓住建",),
    "生态环境局": ("云麓生态环境",),
    "农业农村局": ("云麓农业农村",),
    "交通运输局": ("云麓交通",),
    "退役军人事务局": ("云麓退役军人",),
    "住房公积金管理中心": ("云麓公积金",),
    "中级人民法院": ("云麓中院", "云麓法院"),
    "人民检察院": ("云麓检察",),
    "妇女联合会": ("云麓妇联",),
    "残疾人联合会": ("云麓残联",),
    "疾病预防控制中心": ("云麓疾控",),
    "图书馆": ("云麓图书馆",),
    "发展和改革委员会": ("云麓发改",),
    "民政局": ("云麓民政",),
    "审计局": ("云麓审计",),
    "信访局": ("云麓信访",),
}
GOOD = [(name, CITY + organ) for organ, names in ORGANS.items() for name in names]

WRONG = [
    *(
        (name, "公安局", "naming.contact")
        for name in (
            "云麓公安13800138000",
            "云麓公安１３８００１３８０００",
            "云麓公安一三八零零一三八零零零",
            "云麓公安幺三八〇〇幺三八〇〇〇",
            "云麓公安电话83110000",
            "云麓公安QQ群",
            "云麓公安ＱＱ号",
            "云麓公安wx123456",
            "云麓公安加微信",
            "云麓公安加v",
            "云麓公安公众号",
            "云麓公安企鹅号",
            "云麓公安扫码",
            "云麓公安二维码",
        )
    ),
    *(
        (name, "公安局", "naming.address")
        for name in (
            "云麓公安www_yunlu",
            "云麓公安yunlu.com",
            "云麓公安yunlu_gov_cn",
            "云麓公安yunlu点com",
            "http云麓公安",
        )
    ),
    *(
        (name, "文化和旅游局", "naming.commercial")
        for name in (
            "云麓文旅特惠",
            "云麓文旅优惠",
            "云麓文旅门票预订",
            "云麓文旅商城",
            "云麓文旅带货",
            "云麓文旅旗舰店",
        )
    ),
    *(
        (name, "人民政府新闻办公室", "naming.campaign")
        for name in (
            "云麓创建文明城市",
            "云麓旅游节",
            "云麓运动会",
            "云麓第十届艺博会",
            "云麓宣传月",
            "云麓专项整治",
            "云麓发布2026",
            "云麓攻坚战",
        )
    ),
    *(
        (name, "公安局", "naming.characters")
        for name in ("云麓 公安", "云麓公安😀", "云麓公安!", "云麓·公安", "云麓\u200b公安")
    ),
    *((name, "公安局", "naming.length") for name in ("云", "abc", "云麓市公安局交通警察支队一大队二中队")),
    *(
        (name, "公安局", "naming.other_unit")
        for name in ("砚渚公安", "平安砚渚", "砚渚市公安", "南京公安", "平安北京", "云麓教育")
    ),
    *((name, "教育局", "naming.other_unit") for name in ("砚渚教育", "砚渚市教育局", "杭州教育", "云麓公安")),
    *((name, "消防救援支队", "naming.other_unit") for name in ("北京消防", "砚渚消防")),
    *((name, "公安局", "naming.unrelated") for name in ("小胖警长的猫", "我爱写微博", "山海之间")),
    ("青岚发布", "人民政府新闻办公室", "naming.unrelated"),
]
REMARKS = [
    ("云麓公安小精灵", "公安局", "naming.nickname"),
    ("云麓老兵之家", "退役军人事务局", "naming.nickname"),
    ("大美云麓", "文化和旅游局", "naming.nickname"),
    ("云麓小青椒", "教育局", "naming.nickname"),
    ("消防在线", "消防救援支队", "naming.place_missing"),
    ("教育在线", "教育局", "naming.place_missing"),
]


def judged(name: str, unit: str, *, taken: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    verdict = check_name(name, unit, "地市级", BOOK, [other for other in OTHERS if other != unit], borne_by=taken)
    return verdict.verdict, [finding.rule_id for finding in verdict.findings]


def test_customary_names_of_a_city_pass() -> None:
    assert len(GOOD) + len(WRONG) + len(REMARKS) >= 100
    assert {(name, unit): judged(name, unit) for name, unit in GOOD if judged(name, unit)[0] != "pass"} == {}


@pytest.mark.parametrize(("name", "organ", "rule"), WRONG)
def test_each_forbidden_class_is_found_by_its_rule(name: str, organ: str, rule: str) -> None:
    verdict, rules = judged(name, CITY + organ)
    assert verdict == "fail"
    assert rule in rules


@pytest.mark.parametrize(("name", "organ", "rule"), REMARKS)
def test_nicknames_and_missing_places_are_remarks(name: str, organ: str, rule: str) -> None:
    verdict, rules = judged(name, CITY + organ)
    assert verdict == "advise"
    assert rule in rules


def test_the_place_of_a_unit_is_nobody_else_s() -> None:
    assert judged("北京消防", "北京市消防救援总队")[0] == "pass"
    assert judged("南京公安", "南京市公安局")[0] == "pass"
    assert judged("砚渚公安", "砚渚市公安局云麓分局")[0] == "pass", "the city above is the branch's own place, too"
    assert "naming.other_unit" not in judged("砚渚教育", "港区实验教育集团")[1], (
        "a unit that tells no place may lie there"
    )
    assert ("砚渚", "砚渚市") in places_of("砚渚市教育局")


NATIONAL = "中华人民共和国"


@pytest.mark.parametrize(
    ("name", "unit", "verdict"),
    [
        ("上海海关", f"{NATIONAL}上海海关", "pass"),
        ("上海海关发布", f"{NATIONAL}上海海关", "pass"),
        ("南京海关", f"{NATIONAL}上海海关", "fail"),
        ("深圳海事", f"{NATIONAL}深圳海事局", "pass"),
        ("云麓海关", f"{NATIONAL}云麓海关", "pass"),
        ("云麓供电", "国网云麓供电公司", "pass"),
        ("云麓海事法院", "云麓海事法院", "pass"),
        ("吉林大学", "吉林大学", "pass"),
        ("广州铁路", "中国铁路广州局集团有限公司", "advise"),
        ("www云麓公安", "云麓市公安局", "fail"),
    ],
)
def test_offices_of_the_state_in_a_place_and_places_told_without_their_kind(name: str, unit: str, verdict: str) -> None:
    assert check_name(name, unit, "垂管", BOOK, OTHERS).verdict == verdict


def test_a_name_borne_by_another_unit_s_account() -> None:
    verdict, rules = judged("云麓教育", f"{CITY}教育局", taken=("云麓市教育考试院",))
    assert (verdict, rules) == ("fail", ["naming.unique"])


def test_proposals_are_free_and_like_no_other_account() -> None:
    taken = TakenNames(["云麓教育", "云麓水务"])
    assert taken.free(("云麓教育", "云麓敎育", "云麓教育发布", "云麓市教育局"), own="平安云麓") == ("云麓市教育局",)
    assert taken.free(("云麓教育", "云麓教育发布"), own="云麓教育") == ("云麓教育", "云麓教育发布")
    assert TakenNames(()).free(("云麓教育",)) == ("云麓教育",)


@given(st.sampled_from(GOOD), st.lists(st.sampled_from([name for name, _ in GOOD]), max_size=5))
def test_free_names_are_borne_by_nobody(asked: tuple[str, str], borne: list[str]) -> None:
    name, unit = asked
    finding = next(iter(check_name("我爱写微博", unit, "地市级", BOOK).findings))
    free = TakenNames(borne).free(finding.proposed_fix, own=name)
    assert not set(free) & set(borne) - {name}
    assert [each for each in finding.proposed_fix if each in free] == list(free)
