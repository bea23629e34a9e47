"""Our own sentences: sound, apart from each other, and heard by the shipped weights as their rule of labelling says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sentiment.scoring import LABELS, load_scorer
from sentiment.scoring.civic import CIVIC, CORPUS, HELD_OUT, civic, held_out
from sentiment.scoring.labelled import NEAR, Labelled
from sentiment.scoring.measuring import figures, predict
from sentiment.scoring.training import CIVIC_SHARE, FILE_WEIGHTS, text_weights
from tests.sentiment.scoring.made import made
from weibo_ops.kernel.text import jaccard, shingles

DEMO = Path(__file__).resolve().parents[3] / "weibo_ops" / "demo" / "texts"


@pytest.mark.parametrize(("read", "least"), [(civic, 500), (held_out, 100)])
def test_each_file_holds_many_sentences_of_every_label_and_none_twice(read: Callable[[], Labelled], least: int) -> None:
    part = read()
    assert len(part.texts) >= least
    assert len(set(part.texts)) == len(part.texts)
    assert np.bincount(part.labels, minlength=len(LABELS)).min() >= least // 5


def test_the_rule_of_labelling_stands_at_the_head_of_both() -> None:
    for name in (CIVIC, HELD_OUT):
        lines = (CORPUS / f"{name}.tsv").read_text("utf-8").split("\n")
        head = lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]
        for label in LABELS:
            assert any(line.startswith(f"# {label} ") for line in head)


def test_no_held_out_sentence_is_trained_on_or_nearly_so() -> None:
    learned = [shingles(text) for text in civic().texts]
    for text in held_out().texts:
        pieces = shingles(text)
        likest = max(jaccard(pieces, other) for other in learned)
        assert likest < NEAR, text


def test_no_sentence_is_the_demonstration_city_s() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in DEMO.glob("*.toml"))
    long = [text for part in (civic(), held_out()) for text in part.texts if len(text) >= 10]
    assert [text for text in long if text in texts] == []


def test_no_sentence_is_one_of_the_research_files(shared: Path) -> None:
    known = {text for path in (shared / "data" / "sentiment").glob("*_*.tsv") for text in _texts(path)}
    long = [text for part in (civic(), held_out()) for text in part.texts if len(text) >= 10 and "[" not in text]
    assert known.isdisjoint(long), "emoticons in a row are everybody's"


def _texts(path: Path) -> list[str]:
    return [line.partition("\t")[2] for line in path.read_text("utf-8").split("\n")]


def test_the_shipped_weights_hear_the_held_out_sentences() -> None:
    part = held_out()
    found = figures(predict(load_scorer(), part.texts, np.arange(len(LABELS))), part)
    assert found.accuracy >= 0.85
    assert found.macro_f1 >= 0.85


@pytest.mark.parametrize(
    "text",
    [
        "请问周六上班吗",
        "什么时候能领到补贴",
        "去哪里办",
        "需要带户口本吗",
        "多少钱",
        "怎么预约",
        "建议早高峰增加一趟公交",
    ],
)
def test_a_plain_question_or_suggestion_is_neutral(text: str) -> None:
    assert load_scorer().score(text).label == "neutral"


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了三天没人管",
        "半夜施工扰民,孩子睡不着",
        "我们不满意",
        "您好,楼下垃圾堆了一周没人清,麻烦处理一下,谢谢",
        "打了十几遍电话都没人接",
    ],
)
def test_a_complaint_stays_negative_also_when_it_is_polite(text: str) -> None:
    assert load_scorer().score(text).label == "negative"


@pytest.mark.parametrize("text", ["没毛病", "从来没有失望过", "不愧是人民警察", "辛苦了人民警察", "谢谢回复"])
def test_thanks_and_praise_are_positive_also_with_a_negation(text: str) -> None:
    assert load_scorer().score(text).label == "positive"


def test_civic_sentences_together_weigh_a_share_of_all_others_and_alone_each_weighs_one() -> None:
    parts = [made("epidemic_train", 60), civic(), made("town_train", 30)]
    first, ours, last = text_weights(parts)
    assert first / last == FILE_WEIGHTS["epidemic"]
    assert ours * len(parts[1].texts) == pytest.approx(CIVIC_SHARE * (first * 60 + last * 30))
    assert text_weights([civic()]).tolist() == [1.0]
