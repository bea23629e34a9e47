"""The scorer: each text by itself, whatever it holds; it explains itself to the sum; its file is sound or refused."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring import LABELS, WEIGHTS, Scorer, load_scorer
from sentiment.scoring.model import pack, read_scorer, unpack
from tests.sentiment.scoring.made import random_weights
from weibo_ops.kernel.errors import EnvironmentFault

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
LIVELY = st.text(st.sampled_from("不没[]@h tp:/.怒好a1　\u200b\0\n《》😀啊"), max_size=40)
TEXTS = st.one_of(ANY_TEXT, LIVELY)
RANDOM = Scorer(random_weights())
PACKED = pack(random_weights())
HOSTILE = [
    "",
    " \t\n",
    "\u200b\ufeff",
    "好" * 12_000,
    "不[怒]@a http://x" * 1_000,
    "".join(map(chr, range(32))) + "坏了\x7f\x9f",
    "\ud800坏了\udfff",
    "😡👨‍👩‍👧🇨🇳",
    "=cmd|' /C calc'!A0",
    "\u202e了坏",
    "\U0010ffff\ue000\x00",
    "[" * 500,
    "@" * 500,
    "http" * 500,
    "不" * 500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_every_text_has_a_score_and_reasons(text: str) -> None:
    score = load_scorer().score(text)
    assert score.label in LABELS
    assert sum(score.probabilities) == pytest.approx(1, abs=1e-5)
    assert load_scorer().explain(text) is not None


@given(st.lists(TEXTS, max_size=8))
def test_a_text_has_the_same_score_alone_as_in_any_batch(texts: list[str]) -> None:
    batch = RANDOM.score_batch(texts)
    assert len(batch.labels) == len(texts)
    for index, text in enumerate(texts):
        alone = RANDOM.score(text)
        assert LABELS[int(batch.labels[index])] == alone.label
        assert tuple(batch.probabilities[index].tolist()) == alone.probabilities
        assert bool(batch.uncertain[index]) is alone.uncertain


def test_a_large_batch_is_cut_into_parts_without_a_seam() -> None:
    texts = [*HOSTILE, *("".join(word) for word in itertools.product("不好坏没啊[怒] ", repeat=4)), "好" * 70_000]
    whole = RANDOM.score_batch(texts).probabilities
    halves = [RANDOM.score_batch(texts[:1000]).probabilities, RANDOM.score_batch(texts[1000:]).probabilities]
    assert (whole == np.concatenate(halves)).all()
    assert sum(map(len, texts)) > 1 << 16


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\x00\x01"])
def test_a_text_that_shows_nothing_is_neutral_and_uncertain(text: str) -> None:
    score = load_scorer().score(text)
    assert (score.label, score.uncertain) == ("neutral", True)
    assert len(set(score.probabilities)) == 1
    assert load_scorer().explain(text) == []


@given(TEXTS)
def test_the_reasons_and_the_base_sum_up_to_the_log_odds(text: str) -> None:
    score = RANDOM.score(text)
    reasons = RANDOM.explain(text, top=10_000)
    if not reasons:
        return
    given_by = np.array([[getattr(one, label) for label in LABELS] for one in reasons])
    assert given_by.sum(axis=1) == pytest.approx(0, abs=1e-9)
    total = given_by.sum(axis=0) + RANDOM.base(text)
    expected = np.log(np.maximum(score.probabilities, 1e-30))
    expected -= expected.mean()
    if min(score.probabilities) > 1e-6:
        assert total == pytest.approx(expected, abs=1e-3)


@given(TEXTS, st.integers(0, 9))
def test_the_strongest_reasons_come_first(text: str, top: int) -> None:
    label = RANDOM.score(text).label
    strengths = [abs(getattr(one, label)) for one in RANDOM.explain(text, top=10_000)]
    assert strengths == sorted(strengths, reverse=True)
    assert [abs(getattr(one, label)) for one in RANDOM.explain(text, top)] == strengths[:top]


@given(TEXTS)
def test_a_reason_stands_in_the_text(text: str) -> None:
    for one in RANDOM.explain(text, top=10_000):
        piece = one.text
        if not text.startswith(piece):
            piece = piece.removeprefix("^")
        assert piece in text or piece.removesuffix("$") in text
        assert one.count >= 1


def test_reasons_count_repetitions_and_mark_negation() -> None:
    reasons = {(one.text, one.negated): one.count for one in RANDOM.explain("好,很好,不好", top=10_000)}
    assert reasons["好", False] == 2
    assert reasons["好", True] == 1
    assert reasons["^好", False] == 1
    assert reasons["好$", True] == 1


class TestAmong:
    def test_the_likeliest_of_the_labels_that_can_be(self) -> None:
        batch = RANDOM.score_batch(["坏了", "好", "请问", "谢谢", "路灯", ""])
        for classes in ([0, 1, 2], [0, 2], [1, 2], [0, 1], [1]):
            labels, top = batch.among(np.array(classes))
            for index in range(5):
                shares = {label: float(batch.probabilities[index, label]) for label in classes}
                assert labels[index] == max(shares, key=shares.__getitem__)
                assert top[index] == pytest.approx(max(shares.values()) / sum(shares.values()))

    def test_what_shows_nothing_is_neutral_where_there_is_neutral(self) -> None:
        batch = RANDOM.score_batch([""])
        assert batch.among(np.array([0, 1, 2]))[0].tolist() == [1]
        assert batch.among(np.array([1, 2]))[0].tolist() == [1]
        assert batch.among(np.array([0, 2]))[1].tolist() == [0.5]


class TestFile:
    def test_what_was_packed_is_unpacked(self) -> None:
        weights, again = random_weights(), unpack(PACKED)
        for name in ("table", "steps", "bias", "offset"):
            assert (getattr(weights, name) == getattr(again, name)).all()
        assert (weights.slope, weights.threshold) == (again.slope, again.threshold)
        assert {**weights.about, "layout": again.about["layout"]} == again.about
        assert pack(again) == PACKED

    @given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
    def test_a_changed_byte_is_refused_or_changes_nothing(self, place: int, change: int) -> None:
        broken = bytearray(PACKED)
        broken[place] ^= change
        try:
            weights = unpack(bytes(broken))
        except ValueError:
            return
        assert (weights.table == random_weights().table).all()
        assert (weights.slope, weights.threshold) == (0.8, 0.5)

    @given(st.integers(0, len(PACKED) - 1))
    def test_a_cut_file_is_refused(self, length: int) -> None:
        with pytest.raises(ValueError):
            unpack(PACKED[:length])

    def test_other_content_is_refused(self, tmp_path: Path) -> None:
        array = BytesIO()
        np.save(array, np.zeros(3))
        other = BytesIO()
        np.savez(other, about=np.frombuffer(b"[]", dtype=np.uint8))
        for content in (b"", b"PK\x03\x04", "权重".encode(), array.getvalue(), other.getvalue()):
            with pytest.raises(ValueError):
                unpack(content)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"table": np.zeros((4, 2), dtype=np.int8)},
            {"table": np.zeros((1 << 19, 2))},
            {"steps": np.zeros(3)},
            {"bias": np.array([np.nan, 0])},
            {"offset": np.array(["a", "b", "c"])},
            {"slope": float("inf")},
        ],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_parts_of_another_shape_or_without_sense_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValueError):
            unpack(pack(replace(random_weights(), **wrong)))  # type: ignore[arg-type]

    def test_a_file_that_cannot_be_used_is_an_environment_fault_with_a_next_step(self, tmp_path: Path) -> None:
        path = tmp_path / "x.npz"
        path.write_bytes(PACKED[:-5])
        for wrong in (path, tmp_path / "none.npz", tmp_path):
            with pytest.raises(EnvironmentFault, match="无法读取") as refusal:
                load_scorer(wrong)
            assert refusal.value.next_step

    def test_the_shipped_weights_are_small_and_read_once(self) -> None:
        assert WEIGHTS.stat().st_size < 1_000_000
        assert load_scorer() is load_scorer()
        assert read_scorer().digest == load_scorer().digest


def test_scoring_needs_numpy_alone() -> None:
    code = (
        "import sys\n"
        "from sentiment.scoring import load_scorer\n"
        "load_scorer().score('好'), load_scorer().explain('好')\n"
        "print(sorted({'scipy', 'sklearn', 'jieba', 'snownlp', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("不高兴", "negative"),
        ("路灯坏了半个月没人修", "negative"),
        ("路灯修好了,谢谢", "positive"),
        ("辛苦了[心]", "positive"),
        ("【通知】社保大厅地址调整", "neutral"),
    ],
)
def test_plain_feelings_are_heard(text: str, label: str) -> None:
    assert load_scorer().score(text).label == label
