from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from config.rulebook.evaluation import EvaluationBook

STANDARD = Path(__file__).resolve().parents[2] / "config" / "standards" / "evaluation.toml"


@pytest.fixture(scope="session")
def book() -> EvaluationBook:
    """The shipped evaluation standard."""
    return EvaluationBook.model_validate(tomllib.loads(STANDARD.read_text(encoding="utf-8")))
