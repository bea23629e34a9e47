"""The card says what its weights are; both are written whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sentiment.scoring.card import CARD, model_card, require_weights_name, save_model
from sentiment.scoring.civic import held_out
from sentiment.scoring.model import LABELS, Scorer, Weights, load_scorer, pack
from tests.sentiment.scoring.made import random_weights
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError, UsageError


def small() -> Weights:
    """Return weights that fit the largest size."""
    weights = random_weights()
    table = weights.table.copy()
    table[1000:] = 0
    return replace(weights, table=table)


def test_the_card_names_the_file_and_every_held_out_sentence_that_it_misreads() -> None:
    content = pack(small())
    card = model_card(content)
    assert hashlib.sha256(content).hexdigest() in card
    assert f"{len(content):,} bytes" in card
    assert "`made_train`" in card
    scorer, part = Scorer(small()), held_out()
    pairs = [(LABELS[label], scorer.score(text).label) for label, text in zip(part.labels, part.texts, strict=True)]
    for (label, said), text in zip(pairs, part.texts, strict=True):
        assert (f"| {text} | {label} | {said} |" in card) is (said != label)
    for label in LABELS:
        row = " | ".join(str(pairs.count((label, said))) for said in LABELS)
        assert f"| {label} | {row} |" in card


def test_what_is_saved_can_be_loaded_and_has_its_card(tmp_path: Path) -> None:
    saved, card = save_model(tmp_path / "ours.npz", small())
    assert load_scorer(saved).digest == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert card == tmp_path / CARD
    assert load_scorer(saved).digest in card.read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [CARD, "ours.npz"]
    assert save_model(saved, small()) == (saved, card), "saved again over itself"


def test_weights_too_large_to_ship_are_refused_and_the_old_ones_stay(tmp_path: Path) -> None:
    out = tmp_path / "ours.npz"
    out.write_bytes(b"old")
    table = np.random.default_rng(1).integers(-127, 128, random_weights().table.shape).astype(np.int8)
    with pytest.raises(RefusedError, match="超过") as refusal:
        save_model(out, replace(random_weights(), table=table))
    assert refusal.value.rule
    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["ours.npz"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "ours.npz"
    out.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EnvironmentFault, match="无法写入"):
        save_model(out, small())
    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["ours.npz"]


@pytest.mark.parametrize("name", ["README.md", "weights", "none/ours.npz", "folder.npz"])
def test_a_name_that_is_none_of_a_weights_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(UsageError):
        require_weights_name(tmp_path / name)


def test_a_folder_that_cannot_be_written_to_is_refused_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(EnvironmentFault, match="无法写入"):
        require_weights_name(tmp_path / "ours.npz")
