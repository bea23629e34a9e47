"""Training from end to end on made texts: what it learns, that it repeats itself, what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sentiment.scoring import Scorer
from sentiment.scoring.civic import held_out
from sentiment.scoring.labelled import Labelled
from sentiment.scoring.model import pack, unpack
from sentiment.scoring.training import train, train_folder
from tests.sentiment.scoring.made import few_civic, few_civic_sentences, made, write
from weibo_ops.kernel.errors import EnvironmentFault, UsageError


@pytest.fixture(scope="module", autouse=True)
def soon_learned() -> Iterator[None]:
    """Few of our own sentences are enough here."""
    with few_civic_sentences():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a file with all labels, one with two, and a file to check on."""
    folder = tmp_path_factory.mktemp("labelled")
    write(folder, made("town_train", 240))
    write(folder, made("poll_train", 60, ("negative", "positive"), seed=2))
    write(folder, made("town_validation", 90, seed=3))
    (folder / "notes.tsv").write_text("no labels here", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path) -> bytes:
    return pack(train_folder(folder, lambda _: None)[0])


def test_it_learns_what_the_files_say(folder: Path, trained: bytes) -> None:
    scorer = Scorer(unpack(trained))
    for text, label in (
        ("东岸路灯坏了没人管", "negative"),
        ("南桥医保辛苦了", "positive"),
        ("请问几点开门", "neutral"),
    ):
        assert scorer.score(text).label == label
    about = scorer.weights.about
    assert about["files"] == {"town_train": 240, "poll_train": 60, "civic": len(few_civic().texts)}
    assert about["calibrated_on"] == ["town_train", "civic"]
    checked, civic_checked = about["figures"]
    assert (checked["name"], checked["n"]) == ("town_validation", 90)
    assert checked["macro_f1"] > 0.95
    assert (civic_checked["name"], civic_checked["n"]) == ("civic_held_out", len(held_out().texts))


def test_the_same_texts_give_the_same_bytes(folder: Path, trained: bytes) -> None:
    assert pack(train_folder(folder, lambda _: None)[0]) == trained


def test_it_tells_what_it_is_doing(folder: Path) -> None:
    told: list[str] = []
    train_folder(folder, told.append)
    assert f"共{300 + len(few_civic().texts)}条文本" in told[0]
    assert len(told) > 2


def test_other_texts_are_another_digest() -> None:
    digests = {train([made("town_train", 60, seed=seed)]).about["data_digest"] for seed in (1, 1, 2)}
    assert len(digests) == 2


def test_without_files_to_check_on_all_files_of_all_labels_are_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, made("town_train", 60))
    write(tmp_path, made("poll_train", 60, ("negative", "positive"), seed=2))
    assert train_folder(tmp_path, lambda _: None)[0].about["calibrated_on"] == ["town_train", "civic"]


def test_a_file_of_two_labels_teaches_those_two() -> None:
    part = made("poll_train", 80, ("negative", "positive"))
    batch = Scorer(train([part])).score_batch(part.texts)
    labels, top = batch.among(part.classes)
    assert (labels == part.labels).mean() > 0.95
    assert top.min() >= 0.5


@pytest.mark.parametrize("texts", [("坏了", "好"), ("坏了没人管", "坏了没人管!", "坏了没人管?")])
def test_a_handful_of_texts_is_no_reason_to_break(texts: tuple[str, ...]) -> None:
    part = Labelled("few_train", np.array([0, 2, 0][: len(texts)]), texts)
    score = Scorer(train([part])).score("坏了")
    assert sum(score.probabilities) == pytest.approx(1, abs=1e-5)


class TestRefusals:
    def test_a_folder_without_training_files(self, tmp_path: Path) -> None:
        for folder in (tmp_path, tmp_path / "none"):
            with pytest.raises(UsageError, match=r"没有 \*_train.tsv 文件"):
                train_folder(folder, lambda _: None)

    def test_no_file_with_all_labels(self, tmp_path: Path) -> None:
        write(tmp_path, made("poll_train", 20, ("negative", "positive")))
        with pytest.raises(UsageError, match="三种标签"):
            train_folder(tmp_path, lambda _: None)

    def test_a_bad_line_is_named(self, tmp_path: Path) -> None:
        write(tmp_path, made("town_train", 20))
        (tmp_path / "town_validation.tsv").write_text("negative\t坏\nsad\t坏\n", encoding="utf-8")
        with pytest.raises(UsageError, match="第2行的标签“sad”不认识"):
            train_folder(tmp_path, lambda _: None)

    def test_without_the_extra_it_says_how_to_get_it(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "scipy", None)
        with pytest.raises(EnvironmentFault) as refusal:
            train_folder(folder, lambda _: None)
        assert "weibo-ops[train]" in refusal.value.next_step
