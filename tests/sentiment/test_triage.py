"""What a comment asks for: sentences as people write them, and what must hold of any text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import shipped
from config.rulebook.response import ResponseBook
from config.rulebook.subjects import SubjectsBook
from sentiment.response_rules import FOLLOW_UP, due_reason
from sentiment.triage import MOST_URGENT, is_holding, is_thanks, own_words, triage, triage_batch

RESPONSE: ResponseBook = shipped("response").book
SUBJECTS: SubjectsBook = shipped("subjects").book
AREAS = ("云麓市", "云麓市清溪县")


def judge(text: str) -> Any:
    return triage(text, RESPONSE, SUBJECTS, areas=AREAS)


@pytest.mark.parametrize(
    ("text", "nature", "due"),
    [
        ("请问周六政务大厅上班吗", "咨询", True),
        ("医保报销需要带什么材料", "咨询", True),
        ("老板拖欠工资三个月,有人管吗", "求助", True),
        ("老人被困电梯,救命", "求助", True),
        ("楼下工地半夜施工太吵,居民没法睡", "投诉", True),
        ("路口的垃圾堆成山,没人处理", "投诉", True),
        ("举报某厂夜里偷排污水", "举报", True),
        ("建议增加早高峰公交班次", "建议", True),
        ("能否在学校周边加装斑马线", "建议", True),
        ("办事效率高,给你们点赞", "表扬", False),
        ("今天天气真好", "其他", False),
        ("", "其他", False),
        ("转发微博", "其他", False),
        ("我要投诉,请问找谁", "投诉", True),
        ("举报投诉一起来", "举报", True),
    ],
)
def test_natures(text: str, nature: str, due: bool) -> None:
    found = judge(text)
    assert (found.nature, found.due) == (nature, due)


def test_help_comes_first_in_urgency_and_an_urgent_word_raises_it() -> None:
    urgency = {nature.name: nature.urgency for nature in RESPONSE.natures}
    assert max(urgency, key=urgency.__getitem__) == "求助"
    word = SUBJECTS.urgent[0]
    calm, pressing = judge("请问窗口上班吗"), judge(f"请问窗口上班吗,{word}")
    assert pressing.urgency == calm.urgency + 1
    assert judge(f"求助,{word}").urgency == MOST_URGENT
    assert judge(f"今天{word}").urgency == judge("今天").urgency, "only what is due can be urgent"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("回复@云麓发布:请问几点上班", "请问几点上班"),
        ("回复@甲:回复@乙:好", "好"),
        ("支持//@水客:我要投诉", "支持"),
        ("//@水客:我要投诉", ""),
        ("请问回复@甲:在哪", "请问回复@甲:在哪"),
    ],
)
def test_only_a_comments_own_words_count(text: str, words: str) -> None:
    assert own_words(text)[1] == words
    assert judge(text).nature == judge(words).nature


def test_a_quoted_complaint_is_not_the_quoters() -> None:
    assert judge("转//@水客:我要投诉噪音扰民").nature == "其他"
    assert judge("回复@投诉举报热线:今天天气真好").nature == "其他"


def test_districts_own_names_first_then_what_is_written_like_one_then_areas() -> None:
    assert judge("请问清溪县几点上班").district == "清溪县"
    assert judge("云麓市清溪县的路灯坏了").district == "云麓市清溪县"
    assert judge("云麓市的路灯坏了").district == "云麓市"
    assert judge("我们小区路灯坏了").district is None
    ours = SUBJECTS.model_copy(update={"districts": SUBJECTS.districts.model_copy(update={"names": ("北苑区",)})})
    assert triage("请问清溪县和北苑区", RESPONSE, ours).district == "北苑区"


def test_the_subject_with_most_cues_is_proposed() -> None:
    for subject in SUBJECTS.subjects:
        alone = next((cue for cue in subject.cues if judge(cue).subject == subject.name), None)
        assert alone, f"no cue of {subject.name} points at it"
        assert judge("、".join(subject.cues)).subject == subject.name
    assert judge("今天天气真好").subject is None


def test_among_subjects_with_equally_many_cues_the_books_order_decides() -> None:
    cues = {}
    for subject in SUBJECTS.subjects:
        alone = (cue for cue in subject.cues if judge(cue).subject == subject.name)
        cues[subject.name] = next(cue for cue in alone if len(judge(f"天{cue}气").reasons) == 1)
    first, second = list(cues)[:2]
    backwards = SUBJECTS.model_copy(update={"subjects": SUBJECTS.subjects[::-1]})
    for text in (f"{cues[first]}、{cues[second]}", f"{cues[second]}、{cues[first]}"):
        assert triage(text, RESPONSE, SUBJECTS).subject == first
        assert triage(text, RESPONSE, backwards).subject == second


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("谢谢", True),
        ("好的,谢谢!", True),
        ("回复@云麓发布:谢谢您的及时回复[心]", True),
        ("收到", True),
        ("👍", True),
        ("[赞][赞]", True),
        ("", True),
        ("谢谢,但是还是没有解决", False),
        ("好的?", False),
        ("谢谢?什么时候修", False),
        ("好了吗", False),
        ("多久能有结果", False),
        ("您", False),
    ],
)
def test_thanks(text: str, thanks: bool) -> None:
    assert is_thanks(text, RESPONSE) is thanks


@pytest.mark.parametrize(
    ("text", "holding"),
    [
        ("回复@山民:您好,已转相关部门处理,请留意后续回复。", True),
        ("回复@山民:谢谢支持!", True),
        ("回复@山民:[心]", True),
        ("回复@山民:", True),
        ("回复@山民:请私信提供具体地址。", True),
        ("回复@山民:经核实,路灯已于今日修复。", False),
        ("回复@山民:周六上午开放,请携带身份证。谢谢支持。", False),
    ],
)
def test_a_holding_reply_is_no_answer(text: str, holding: bool) -> None:
    assert is_holding(text, RESPONSE) is holding


class TestDue:
    def test_a_nature_that_is_due_is_the_reason(self) -> None:
        assert due_reason("请问几点上班", "咨询", RESPONSE, follows_up=False) == "咨询"
        assert due_reason("今天真好", "其他", RESPONSE, follows_up=False) == ""
        assert due_reason("x", "没有的性质", RESPONSE, follows_up=False) == ""

    def test_a_follow_up_opens_its_own_clock_whatever_its_nature_and_thanks_do_not(self) -> None:
        assert due_reason("回复@云麓发布:还是没有", "其他", RESPONSE, follows_up=True) == FOLLOW_UP
        assert due_reason("回复@云麓发布:谢谢", "其他", RESPONSE, follows_up=True) == ""
        assert due_reason("回复@云麓发布:谢谢", "咨询", RESPONSE, follows_up=True) == ""

    def test_where_the_rule_is_off_only_the_nature_counts(self) -> None:
        rule = RESPONSE.threads.follow_up.model_copy(update={"enabled": False})
        book = RESPONSE.model_copy(update={"threads": RESPONSE.threads.model_copy(update={"follow_up": rule})})
        assert due_reason("回复@云麓发布:还是没有", "其他", book, follows_up=True) == ""
        assert due_reason("回复@云麓发布:请问", "咨询", book, follows_up=True) == "咨询"


def test_a_disabled_nature_is_never_proposed() -> None:
    natures = tuple(n.model_copy(update={"enabled": n.name != "投诉"}) for n in RESPONSE.natures)
    book = RESPONSE.model_copy(update={"natures": natures})
    assert triage("我要投诉", book, SUBJECTS).nature == "其他"


cues = [*(word for nature in RESPONSE.natures for word in (*nature.strong, *nature.cues, *nature.context))]
texts = st.lists(
    st.one_of(st.sampled_from([*cues, "回复@山民:", "//@", "清溪县"]), st.text(max_size=6)), max_size=6
).map("".join)


@given(texts)
def test_every_proposal_shows_the_words_it_rests_on(text: str) -> None:
    found = judge(text)
    names = {nature.name: nature for nature in RESPONSE.natures}
    assert found.due is names[found.nature].due
    assert 0 <= found.urgency <= MOST_URGENT
    for reason in found.reasons:
        assert text[reason.start : reason.end] == reason.cue
    shown = {reason.kind: reason.value for reason in found.reasons}
    assert shown.get("nature", RESPONSE.natures[-1].name) == found.nature
    assert shown.get("subject") == found.subject
    assert shown.get("district") == found.district


@given(st.lists(texts, max_size=5))
def test_a_batch_is_each_by_itself(many: list[str]) -> None:
    assert triage_batch(many, RESPONSE, SUBJECTS, areas=AREAS) == [judge(text) for text in many]


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    judge(text)
    is_thanks(text, RESPONSE)
    is_holding(text, RESPONSE)


@given(st.text(max_size=40), st.sampled_from(["山民", "云麓发布", "投诉"]))
def test_the_platforms_prefix_changes_no_proposal(text: str, name: str) -> None:
    plain, prefixed = judge(text), judge(f"回复@{name}:{text}")
    assert (prefixed.nature, prefixed.subject, prefixed.urgency) == (plain.nature, plain.subject, plain.urgency)
