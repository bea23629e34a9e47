"""Look-alikes: attacks of every kind are found, neighbours with real names are left alone.

The attacks and the innocent names are of the project's own invention; the shared list is measured as well.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.lookalikes import THRESHOLD, Candidate, Index, RegisteredName, best_match, plain_form
from accounts.lookalikes.shapes import alike, pairs, partners
from weibo_ops.kernel.text import pinyin

PLACES = ("云麓", "砚渚", "青岚", "石泷", "柳堰", "霜桥")
LINES = ("发布", "交警", "消防", "教育", "人社", "城管", "气象")
REGISTERED = [RegisteredName(f"{place}{line}", uid=str(n)) for n, (place, line) in enumerate(product(PLACES, LINES))]
REGISTERED += [RegisteredName(f"平安{place}", f"{place}市公安局", uid=f"9{n}") for n, place in enumerate(PLACES)]
INDEX = Index(REGISTERED)

REAL_PLACES = "北京 南京 上海 海口 广州 杭州 抚州 福州 宿州 苏州 宜春 伊春 济南 济宁 大同 大连 海南 海北 辽阳 朝阳"

ATTACKS: dict[str, Callable[[str], str]] = {
    "width": lambda name: f"{name}Ａ",
    "blanks": " ".join,
    "underscore": lambda name: f"{name[:2]}_{name[2:]}",
    "dot stroke": lambda name: f"{name}丶",
    "official": lambda name: f"{name}官方",
    "official before": lambda name: f"官方{name}",
    "net": lambda name: f"{name}网",
    "service": lambda name: f"{name}客服",
    "letter": lambda name: f"{name}l",
    "digit": lambda name: f"{name}1",
    "roman": lambda name: f"{name}Ⅱ",
    "bureau": lambda name: f"{name}局",
    "zero width": lambda name: f"{name[:2]}\u200b{name[2:]}",
    "two additions": lambda name: f"{name}官方号2",
    "disguised addition": lambda name: f"{name}宮方",
    "disguised platform": lambda name: f"{name}官方微薄",
    "foreign word": lambda name: f"{name}Police",
    "foreign sign": lambda name: f"{name}の官方",
    "numbered": lambda name: f"{name}2号",
    "spelled": lambda name: f"{name[:2]}{pinyin(name[2])}{name[3:]}",
    "turned": lambda name: f"{name[2:]}{name[:2]}",
}
SAME_SHAPE = {"砚": "研", "渚": "诸", "石": "右", "警": "擎", "防": "妨", "教": "救", "城": "诚"}
TRADITIONAL = ("雲麓發佈", "硯渚氣象", "青嵐教育", "平安霜橋")
SOUNDS = ("云鹿发布", "砚煮教育", "平安柳验", "石珑城管")
INNOCENT = (
    *(
        f"{place}{word}"
        for place in PLACES
        for word in ("吃货", "公园", "房产", "美食", "篮球", "早餐", "影院", "火锅")
    ),
    *(f"{place}{line}" for place in ("松屿", "竹坞", "枫溪", "鹿鸣", "沧浦", "岱阳") for line in LINES),
    *(f"{line}{word}" for line in LINES for word in ("爱好者", "那些事", "日常")),
    *("平安喜乐", "平安是福", "平安夜", "青春不散场", "交警同志辛苦了", "消防员小王", "教育孩子", "城管大叔"),
    *(
        "云麓山人",
        "砚台收藏",
        "青岚茶馆",
        "石头记",
        "柳树下",
        "霜降",
        "发布会现场",
        "气象爱好者",
        "一只猫",
        "今天吃什么",
    ),
    *(
        "云麓大学",
        "砚渚中学",
        "青岚医院",
        "石泷水库",
        "柳堰老街",
        "霜桥村",
        "云麓教师",
        "云麓交通",
        "砚渚消费",
        "青岚发展",
    ),
    *(f"用户{n}" for n in range(1000, 1060)),
    *("a", "", " ", "___", "😀😀😀", "1234567", "abcdefg"),
)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_added_sign_or_word_hides_nothing(attack: Callable[[str], str]) -> None:
    for account in REGISTERED:
        name = attack(account.name)
        match = INDEX.best_match(name)
        assert match is not None, name
        assert match.imitates == account.name, name
        assert match.score >= THRESHOLD
        assert match.reasons


def test_a_character_of_like_shape_hides_nothing() -> None:
    tried = 0
    for account in REGISTERED:
        for at, character in enumerate(account.name):
            if character in SAME_SHAPE:
                name = account.name[:at] + SAME_SHAPE[character] + account.name[at + 1 :]
                match = INDEX.best_match(name)
                tried += 1
                assert match is not None, name
                assert match.imitates == account.name, (name, match)
                assert any("形似" in reason or "音同" in reason for reason in match.reasons)
    assert tried > 20


def test_an_ending_left_out_and_two_characters_swapped_hide_nothing() -> None:
    index = Index([RegisteredName("砚渚警方在线"), RegisteredName("云麓发布")])
    shortened = index.best_match("砚渚警方")
    assert shortened is not None
    assert shortened.reasons == ("略去“在线”",)
    assert index.best_match("砚渚警方局") is None, "an ending left out and one put on is another name"
    swapped = index.best_match("云麓布发")
    assert swapped is not None
    assert swapped.reasons == ("字词次序颠倒",)
    assert best_match("海上发布", [RegisteredName("上海发布")]) is None, "the swap makes a real word"


def test_sister_offices_of_real_places_are_not_taken_for_one_another() -> None:
    names = [f"{place}{line}" for place in REAL_PLACES.split() for line in ("发布", "交警", "公安", "人社", "水务")]
    wrong = []
    for name in names:
        match = Index([RegisteredName(other) for other in names if other != name]).best_match(name)
        wrong += [(name, match)] if match else []
    assert len(wrong) <= len(names) // 50, wrong


@pytest.mark.parametrize("name", [*TRADITIONAL, *SOUNDS])
def test_traditional_characters_and_like_sounds_hide_nothing(name: str) -> None:
    assert INDEX.best_match(name) is not None


def test_a_unit_s_own_full_name_is_protected_too() -> None:
    match = INDEX.best_match("砚渚市公安局官方")
    assert match is not None
    assert match.imitates == "平安砚渚"
    assert any("砚渚市公安局" in reason for reason in match.reasons)


def test_real_neighbours_are_left_alone() -> None:
    assert len(INNOCENT) >= 200
    wrong = {name: match for name in INNOCENT if (match := INDEX.best_match(name)) is not None}
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "of"),
    [("抚州发布", "福州发布"), ("平安伊春", "平安宜春"), ("宿州交警", "苏州交警"), ("广州公园", "广州公安")],
)
def test_a_real_word_in_the_place_of_another_is_another_name(name: str, of: str) -> None:
    assert best_match(name, [RegisteredName(of)]) is None


def test_certification_is_weighed() -> None:
    plain = INDEX.best_match(Candidate("云麓发布网", "77"))
    none = INDEX.best_match(Candidate("云麓发布网", "77", verified=False))
    firm = INDEX.best_match(Candidate("云麓发布网", "77", True, 2, "某网络公司"))
    government = INDEX.best_match(Candidate("云麓发布网", "77", True, 1, "云麓市人民政府"))
    assert plain is not None
    assert none is not None
    assert firm is not None
    assert government is None
    assert none.score > plain.score > firm.score
    assert any("某网络公司" in reason for reason in firm.reasons)


def test_the_registered_account_is_never_its_own_impostor_and_its_double_is() -> None:
    own = REGISTERED[0]
    assert INDEX.best_match(Candidate(own.name, own.uid)) is None
    assert INDEX.best_match(Candidate(own.name + "官方", own.uid)) is None, "renamed, but the same account"
    assert INDEX.best_match(own.name) is None, "without a uid the name is taken for the account"
    double = INDEX.best_match(Candidate(own.name, "123456"))
    assert double is not None
    assert double.score == 1.0


@given(st.text(max_size=40))
def test_any_text_gets_an_answer_and_signs_change_nothing(name: str) -> None:
    match = INDEX.best_match(name)
    assert match is None or (THRESHOLD <= match.score <= 1 and match.reasons)
    assert plain_form(plain_form(name)) == plain_form(name)


@given(st.sampled_from(REGISTERED), st.sampled_from(sorted(ATTACKS)), st.lists(st.sampled_from(INNOCENT), max_size=5))
def test_one_more_registered_name_never_hides_an_attack(account: RegisteredName, attack: str, more: list[str]) -> None:
    index = Index([*REGISTERED, *(RegisteredName(name) for name in more)])
    assert index.best_match(ATTACKS[attack](account.name)) is not None


def test_likeness_of_shapes_is_symmetric_and_the_table_is_of_some_size() -> None:
    assert pairs() > 800
    for group in ("京亰", "安妄", "深罙", "布佈", "0O", "1l"):
        for one, other in product(group, repeat=2):
            assert alike(one, other)
            assert one == other or one in partners(other)
    assert not alike("京", "沪")


def test_the_shared_list(shared: Path) -> None:
    with (shared / "data" / "impostor_names.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    index = Index([RegisteredName(name) for name in sorted({row["imitates"] for row in rows if row["imitates"]})])
    got = {row["candidate"]: index.best_match(row["candidate"]) for row in rows}
    found = [
        row
        for row in rows
        if row["imitates"] and (match := got[row["candidate"]]) and match.imitates == row["imitates"]
    ]
    alarms = [row for row in rows if not row["imitates"] and got[row["candidate"]]]
    assert len(found) >= 0.8 * sum(bool(row["imitates"]) for row in rows)
    assert len(alarms) <= 1
