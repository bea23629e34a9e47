"""Labelled texts: ``label<TAB>text`` files, and groups of near-identical texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from sentiment.scoring.features import Ints
from sentiment.scoring.model import LABELS
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import jaccard, shingles

_LAYOUT_HELP = "文件须为 UTF-8 编码,每行先写 negative、neutral 或 positive,再写一个制表符和文本;以 # 开头的行是说明。"
NEAR = 0.6
"""Jaccard likeness of 3-character shingles from which two texts count as near-identical."""


@dataclass(frozen=True, eq=False)
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

    def rows(self, chosen: Ints) -> Labelled:
        """Return some of the texts with their labels."""
        return Labelled(self.name, self.labels[chosen], tuple(self.texts[index] for index in chosen.tolist()))


def read_labelled(path: Path) -> Labelled:
    """Read a file of labelled texts; blank lines and those that begin with ``#`` are left out.

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
        if not line_text.strip() or line_text.startswith("#"):
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

    Two are near-identical from a Jaccard likeness of `NEAR` on. No pair is missed: with the shingles of each text in
    one order, those rarest in all texts first, such a pair has a shingle in common among the first few of both (prefix
    filtering, Chaudhuri, Ganti and Kaushik 2006).
    """
    pieces = [shingles(text) for text in texts]
    uses = Counter(piece for found in pieces for piece in found)
    parent = list(range(len(texts)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    same: dict[frozenset[str], int] = {}
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(pieces):
        twin = same.setdefault(found, index) if found else index
        if twin != index:
            parent[index] = root(twin)
            continue
        leading = sorted(found, key=lambda piece: (uses[piece], piece))
        for piece in leading[: len(found) - ceil(NEAR * len(found) - 1e-9) + 1]:
            for other in holders[piece]:
                if root(other) != root(index) and jaccard(pieces[other], found) >= NEAR:
                    parent[root(index)] = root(other)
            holders[piece].append(index)
    return np.array([root(index) for index in range(len(texts))], dtype=np.int64)


def folds(groups: Ints, labels: Ints, count: int, seed: int) -> Ints:
    """Return the fold, 0 to count - 1, of each text; no group straddles folds.

    Groups are dealt in turn, label by label (that of most of a group's texts), large ones first and in random order
    among their like, so that each label is spread over the folds as evenly as its groups allow.

    Raises:
        UsageError: there are fewer groups than folds, or fewer than two folds.
    """
    names, of_text, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if not 2 <= count <= len(names):
        raise UsageError(
            f"折数须在2与互不相近的文本数({len(names)})之间,现为{count}。", next_step="请改用合适的 --folds。"
        )
    votes = np.stack([np.bincount(of_text, labels == label, minlength=len(names)) for label in range(len(LABELS))])
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.lexsort((-sizes[order], votes.argmax(axis=0)[order]))]
    fold_of = np.empty(len(names), dtype=np.int64)
    fold_of[order] = np.arange(len(names)) % count
    found: Ints = fold_of[of_text]
    return found
