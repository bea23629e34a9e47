"""Labelled texts: ``label<TAB>text`` files, and groups of near-identical texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment.scoring.features import Ints
from sentiment.scoring.model import LABELS
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import jaccard, minhash, shingles

_LAYOUT_HELP = "文件须为 UTF-8 编码,每行先写 negative、neutral 或 positive,再写一个制表符和文本。"
_BANDS, _ROWS = 16, 4
NEAR = 0.6
"""Jaccard likeness of 3-character shingles from which two texts count as near-identical."""


@dataclass(frozen=True)
class Labelled:
    """Texts with their labels.

    Attributes:
        name: name of the file without its suffix.
        labels: ``(n,)`` index into `LABELS` of each text.
        texts: the texts.
    """

    name: str
    labels: Ints
    texts: tuple[str, ...]

    @property
    def classes(self) -> Ints:
        """Labels that occur, ascending."""
        found: Ints = np.unique(self.labels)
        return found


def read_labelled(path: Path) -> Labelled:
    """Read a file of labelled texts; blank lines are left out.

    Raises:
        UsageError: the file is missing, empty or not UTF-8, or a line has no tab, no text or an unknown label.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError:
        raise UsageError(f"文件 {path} 不存在或无法读取。", next_step="请核对路径和权限。") from None
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise UsageError(f"文件 {path} 第{line}行不是 UTF-8 编码。", next_step=_LAYOUT_HELP) from None
    labels, texts = [], []
    for number, line_text in enumerate(content.split("\n"), start=1):
        line_text = line_text.removesuffix("\r")
        if not line_text.strip():
            continue
        label, tab, text = line_text.partition("\t")
        if not tab or not text.strip():
            raise UsageError(f"文件 {path} 第{number}行不是“标签、制表符、文本”两列。", next_step=_LAYOUT_HELP)
        if label not in LABELS:
            raise UsageError(f"文件 {path} 第{number}行的标签“{label[:20]}”不认识。", next_step=_LAYOUT_HELP)
        labels.append(LABELS.index(label))
        texts.append(text)
    if not texts:
        raise UsageError(f"文件 {path} 没有内容。", next_step=_LAYOUT_HELP)
    return Labelled(path.stem, np.array(labels, dtype=np.int64), tuple(texts))


def near_duplicates(texts: Sequence[str]) -> Ints:
    """Return the group number of each text: texts linked by near-identical ones share a number.

    Candidates come from banded MinHash signatures; two count as near-identical from a Jaccard likeness of `NEAR`.
    """
    pieces = [shingles(text) for text in texts]
    parent = list(range(len(texts)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[tuple[int, bytes], int] = {}
    for index, piece in enumerate(pieces):
        if not piece:
            continue
        bands = minhash(piece, _BANDS * _ROWS).reshape(_BANDS, _ROWS)
        for band in range(_BANDS):
            other = first.setdefault((band, bands[band].tobytes()), index)
            if other != index and root(other) != root(index) and jaccard(pieces[other], piece) >= NEAR:
                parent[root(index)] = root(other)
    return np.array([root(index) for index in range(len(texts))], dtype=np.int64)


def folds(groups: Ints, count: int, seed: int) -> Ints:
    """Return the fold, 0 to count - 1, of each text; a group never straddles folds and the folds are of like size.

    Raises:
        UsageError: there are fewer groups than folds, or fewer than two folds.
    """
    names, sizes = np.unique(groups, return_counts=True)
    if not 2 <= count <= len(names):
        raise UsageError(
            f"折数须在2与互不相近的文本数({len(names)})之间,现为{count}。", next_step="请改用合适的 --folds。"
        )
    order = np.random.default_rng(seed).permutation(len(names))
    middle = (np.cumsum(sizes[order]) - sizes[order] / 2) / sizes.sum()
    fold_of = np.empty(len(names), dtype=np.int64)
    fold_of[order] = np.minimum((middle * count).astype(np.int64), count - 1)
    found: Ints = fold_of[np.searchsorted(names, groups)]
    return found
