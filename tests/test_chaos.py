"""The trial of delivery under murder, small, as it stands in ``scripts``; the large one is run by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_workers_that_are_killed_and_frozen_double_and_lose_nothing(database: str) -> None:
    words = ["--kills", "15", "--posts", "30", "--accounts", "6", "--seed", "7", "--database", database]
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "chaos_delivery.py"), *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all right" in done.stdout
