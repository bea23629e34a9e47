"""Made texts with labels: enough to learn from in a moment, of no real place, office or person."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from sentiment.scoring.civic import civic
from sentiment.scoring.features import BITS
from sentiment.scoring.labelled import Labelled
from sentiment.scoring.model import LABELS, Weights

SUBJECTS = ("路灯", "公交", "窗口", "小区", "医保", "学校", "河道", "电梯", "停车位", "补贴", "水压", "绿化")
PLACES = ("澜汀", "东岸", "西坡", "南桥", "北巷", "中街")
SAID = {
    "negative": ("坏了没人管", "太慢了", "又停了真气人[怒]", "投诉半个月没有用", "吵得睡不着"),
    "neutral": ("请问几点开门", "材料清单见附件", "调整时间通知", "在几号楼", "下周一施工"),
    "positive": ("修好了谢谢", "真快点赞[赞]", "辛苦了", "越来越好", "很满意"),
}


def made(name: str, n: int, labels: tuple[str, ...] = LABELS, seed: int = 1) -> Labelled:
    """Return ``n`` made texts, the labels in turn."""
    dice = random.Random(seed)
    texts = [
        f"{dice.choice(PLACES)}{dice.choice(SUBJECTS)}{dice.choice(SAID[labels[i % len(labels)]])}{dice.choice(PLACES)}"
        for i in range(n)
    ]
    return Labelled(name, np.array([LABELS.index(labels[i % len(labels)]) for i in range(n)]), tuple(texts))


def few_civic() -> Labelled:
    """Return every twentieth of our own sentences: enough to see what training does with them, and soon learned."""
    whole = civic()
    return whole.rows(np.arange(0, len(whole.texts), 20))


@contextmanager
def few_civic_sentences() -> Iterator[None]:
    """Let training add those few in place of all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sentiment.scoring.training.civic", few_civic)
        yield


def write(folder: Path, part: Labelled) -> Path:
    """Write texts as a file of labels and texts."""
    path = folder / f"{part.name}.tsv"
    lines = [f"{LABELS[label]}\t{text}\n" for label, text in zip(part.labels.tolist(), part.texts, strict=True)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def random_weights(seed: int = 3) -> Weights:
    """Return weights of no sense at all, every bucket in use."""
    random_numbers = np.random.default_rng(seed)
    table = random_numbers.integers(-127, 128, (1 << BITS, 2)).astype(np.int8)
    about = {
        "files": {"made_train": 1},
        "calibrated_on": ["made_train"],
        "data_digest": "0",
        **{"penalty": 1e-5, "ratio_floor": 1.0, "rounds": 1},
    }
    return Weights(table, np.array([0.02, 0.03]), np.array([0.1, -0.2]), 0.8, np.array([0.1, 0.0, -0.1]), 0.5, about)
