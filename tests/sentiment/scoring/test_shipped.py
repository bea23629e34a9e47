"""What ships is what the present code makes of the present sentences, and the card describes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sentiment.scoring import WEIGHTS
from sentiment.scoring.card import model_card
from sentiment.scoring.civic import CIVIC, civic
from sentiment.scoring.model import unpack
from sentiment.scoring.training import train_folder


@pytest.mark.slow
def test_the_shipped_weights_are_what_the_present_code_trains(shared: Path) -> None:
    weights, _ = train_folder(shared / "data" / "sentiment", lambda _: None)
    shipped = unpack(WEIGHTS.read_bytes())
    assert weights.about["data_digest"] == shipped.about["data_digest"]
    differences = np.abs(weights.table.astype(int) - shipped.table)
    assert differences.max() <= 1, "other processors may round the last bit of a sum otherwise"
    assert (differences > 0).mean() < 1e-3
    assert weights.slope == pytest.approx(shipped.slope, abs=1e-3)


def test_the_shipped_card_describes_the_shipped_weights() -> None:
    card = WEIGHTS.with_name("MODEL_CARD.md").read_text("utf-8")
    assert card == model_card(WEIGHTS.read_bytes())
    for words in ("never carries weight in a grade", "without a licence", "SMP2020-EWECT"):
        assert words in card


def test_the_shipped_weights_learned_from_as_many_sentences_of_our_own_as_there_are() -> None:
    assert unpack(WEIGHTS.read_bytes()).about["files"][CIVIC] == len(civic().texts)
