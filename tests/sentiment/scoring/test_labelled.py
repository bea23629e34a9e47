"""Labelled files are read strictly; near-identical texts are all found and never straddle folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring.labelled import NEAR, Labelled, folds, near_duplicates, read_labelled
from tests.sentiment.scoring.made import made, write
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import jaccard, shingles


class TestReading:
    def read(self, tmp_path: Path, content: bytes) -> Labelled:
        path = tmp_path / "x_train.tsv"
        path.write_bytes(content)
        return read_labelled(path)

    def test_what_was_written_is_read(self, tmp_path: Path) -> None:
        part = made("x_train", 20)
        again = read_labelled(write(tmp_path, part))
        assert (again.name, again.texts) == (part.name, part.texts)
        assert again.labels.tolist() == part.labels.tolist()

    @pytest.mark.parametrize(
        "content",
        [
            "negative\t坏了\npositive\t好\n",
            "\ufeffnegative\t坏了\npositive\t好",
            "negative\t坏了\r\n\r\npositive\t好\r\n",
            "\n \nnegative\t坏了\n\npositive\t好\n\n",
            "# 标注规则\nnegative\t坏了\n#positive\t不算\npositive\t好\n",
        ],
    )
    def test_marks_line_ends_blank_lines_and_remarks_do_not_matter(self, tmp_path: Path, content: str) -> None:
        part = self.read(tmp_path, content.encode())
        assert part.texts == ("坏了", "好")
        assert part.labels.tolist() == [0, 2]
        assert part.classes.tolist() == [0, 2]

    def test_a_text_keeps_its_tabs_and_odd_separators(self, tmp_path: Path) -> None:
        text = "一\t二\x0b三\u2028四\x85五"
        assert self.read(tmp_path, f"neutral\t{text}\n".encode()).texts == (text,)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "没有内容"),
            (b"\n \r\n", "没有内容"),
            ("negative\t好\n没有标签\n".encode(), "第2行不是“标签、制表符、文本”两列"),
            (b"negative\t \n", "第1行不是"),
            ("negative\t好\nangry\t气\n".encode(), "第2行的标签“angry”不认识"),
            ("Negative\t好\n".encode(), "第1行的标签“Negative”不认识"),
            ("negative\t好\n".encode() + b"neutral\t\xff\n", "第2行不是 UTF-8 编码"),
            ("negative\t好\n".encode("utf-16"), "第1行不是 UTF-8 编码"),
        ],
    )
    def test_a_bad_file_is_refused_with_place_and_rule(self, tmp_path: Path, content: bytes, words: str) -> None:
        with pytest.raises(UsageError) as refusal:
            self.read(tmp_path, content)
        assert words in refusal.value.message
        assert refusal.value.next_step

    def test_a_missing_file_and_a_folder_are_refused(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.tsv", tmp_path):
            with pytest.raises(UsageError, match="不存在或无法读取"):
                read_labelled(path)


PIECE = st.sampled_from("路灯坏了请问几点开门谢谢啊")
NEARLY = st.lists(st.text(PIECE, min_size=0, max_size=14), max_size=14)


def plain_groups(texts: list[str]) -> list[set[int]]:
    """Compare every text with every other and follow the links."""
    pieces = [shingles(text) for text in texts]
    groups = [{index} for index in range(len(texts))]
    for a in range(len(texts)):
        for b in range(a):
            if jaccard(pieces[a], pieces[b]) >= NEAR and groups[a] is not groups[b]:
                groups[a] |= groups[b]
                for member in groups[b]:
                    groups[member] = groups[a]
    return groups


@given(NEARLY)
def test_near_identical_texts_are_those_that_comparing_all_pairs_finds(texts: list[str]) -> None:
    found = near_duplicates(texts)
    for index, group in enumerate(plain_groups(texts)):
        assert set(np.flatnonzero(found == found[index]).tolist()) == group


def test_edited_copies_are_found_and_others_are_not() -> None:
    petition = "请尽快修复东岸小区门口的路灯,老人孩子晚上出行很不安全,盼回复"
    texts = ["食堂几点开门", petition, f"转发:{petition}", petition.replace("盼回复", "谢谢!!"), "", ""]
    found = near_duplicates(texts)
    assert len({int(group) for group in found[1:4]}) == 1
    assert len(set(found.tolist())) == 4, "texts without letters have nothing in common"


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=60),
    st.integers(2, 6),
    st.integers(0, 5),
)
def test_no_group_straddles_folds(rows: list[tuple[int, int]], count: int, seed: int) -> None:
    groups, labels = (np.array(column) for column in zip(*rows, strict=True))
    if count > len(np.unique(groups)):
        with pytest.raises(UsageError, match="折数须在2与"):
            folds(groups, labels, count, seed)
        return
    found = folds(groups, labels, count, seed)
    assert ((found >= 0) & (found < count)).all()
    assert len(np.unique(found)) == count, "no fold is empty"
    assert all(len(np.unique(found[groups == group])) == 1 for group in groups)
    assert found.tolist() == folds(groups, labels, count, seed).tolist()


@given(st.lists(st.integers(0, 2), min_size=30, max_size=90), st.integers(2, 5))
def test_single_texts_are_dealt_evenly_within_each_label(labels: list[int], count: int) -> None:
    kinds = np.array(labels)
    found = folds(np.arange(len(kinds)), kinds, count, 1)
    for chosen in (kinds >= 0, *(kinds == label for label in np.unique(kinds))):
        sizes = np.bincount(found[chosen], minlength=count)
        assert sizes.max() - sizes.min() <= 1


def test_another_seed_deals_otherwise() -> None:
    groups, labels = np.arange(60), np.arange(60) % 3
    assert folds(groups, labels, 5, 1).tolist() != folds(groups, labels, 5, 2).tolist()


@pytest.mark.parametrize("count", [-1, 0, 1, 4])
def test_a_count_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(UsageError, match="折数"):
        folds(np.arange(3), np.zeros(3, dtype=np.int64), count, 1)
