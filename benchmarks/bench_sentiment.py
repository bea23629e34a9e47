"""Sentiment scoring against SnowNLP, on the same texts in the same run, one thread each.

Usage: ``python benchmarks/bench_sentiment.py [--texts N] [FILE]``. FILE is ``label<TAB>text``; without it the sample
data beside the project are taken, and where they are absent, made texts. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from sentiment.scoring import WEIGHTS
from sentiment.scoring.bench import Bench, bench
from sentiment.scoring.engines import EngineName
from sentiment.scoring.labelled import Labelled, read_labelled
from tests.sentiment.scoring.made import made

SAMPLE = Path(__file__).resolve().parents[2] / "shared" / "data" / "sentiment" / "general_validation.tsv"


def chosen(file: Path | None, texts: int) -> Labelled:
    """Return some labelled texts, evenly from the whole file."""
    if file is None and not SAMPLE.exists():
        return made("made", texts)
    part = read_labelled(file or SAMPLE)
    return part.rows(np.unique(np.linspace(0, len(part.texts) - 1, min(texts, len(part.texts))).astype(np.int64)))


def main() -> None:
    """Print both engines' figures and the ratio of their speeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--texts", type=int, default=300)
    options = parser.parse_args()
    part = chosen(options.file, options.texts)
    length = sum(map(len, part.texts)) / len(part.texts)
    print(f"{len(part.texts)} texts of {part.name}, {length:.0f} characters on average")
    print(f"weights {WEIGHTS.stat().st_size:,} bytes")
    print(f"{'engine':<8} {'texts/s':>12} {'load s':>8} {'accuracy':>9} {'macro-F1':>9} {'ECE':>7}")
    ours, snownlp = (measured(part, name) for name in (EngineName.OURS, EngineName.SNOWNLP))
    print(f"ours / snownlp: {ours.texts_per_second / snownlp.texts_per_second:,.0f} x the texts per second")


def measured(part: Labelled, name: EngineName) -> Bench:
    """Measure and print one engine."""
    found = bench(part, name)
    print(
        f"{name:<8} {found.texts_per_second:12,.0f} {found.load_seconds:8.3f} {found.accuracy:9.4f} "
        f"{found.macro_f1:9.4f} {found.ece:7.4f}",
        flush=True,
    )
    return found


if __name__ == "__main__":
    main()
