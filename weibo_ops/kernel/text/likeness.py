"""Likeness of texts: shingles, MinHash signatures, edit likeness. The same in every process."""

from __future__ import annotations

import unicodedata
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


def shingles(text: str, k: int = 3) -> frozenset[str]:
    """Return the set of ``k``-character pieces of a text, letters and digits only, width and case folded.

    A text shorter than ``k`` is its own single piece; one without letters or digits gives the empty set.

    Raises:
        ValueError: ``k`` is less than 1.
    """
    if k < 1:
        raise ValueError("k must be at least 1")
    plain = _plain(text)
    if len(plain) <= k:
        return frozenset([plain]) if plain else frozenset()
    return frozenset(plain[i : i + k] for i in range(len(plain) - k + 1))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def minhash(
    text_or_shingles: str | AbstractSet[str], permutations: int = 64, seed: int = 20160413
) -> NDArray[np.uint64]:
    """Return the MinHash signature of a text or a set of shingles.

    Returns:
        ``(permutations,)`` uint64; every entry the maximum for an empty set. Depends on nothing but the arguments.

    Raises:
        ValueError: ``permutations`` is less than 1.
    """
    import numpy as np

    if permutations < 1:
        raise ValueError("permutations must be at least 1")
    pieces = shingles(text_or_shingles) if isinstance(text_or_shingles, str) else text_or_shingles
    if not pieces:
        return np.full(permutations, _MASK, dtype=np.uint64)
    width = max(map(len, pieces)) or 1
    points = np.array(list(pieces), dtype=f"<U{width}").view("<u4").reshape(len(pieces), width).astype(np.uint64)
    hashes = np.zeros(len(pieces), dtype=np.uint64)
    for column in range(width):
        hashes = _mix(hashes ^ points[:, column])
    salts = _mix(np.arange(1, permutations + 1, dtype=np.uint64) * np.uint64(_GOLDEN) + np.uint64(seed & _MASK))
    smallest: NDArray[np.uint64] = _mix(hashes[:, None] ^ salts[None, :]).min(axis=0)
    return smallest


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 finaliser (Steele, Lea and Flood 2014), elementwise."""
    import numpy as np

    mixed = values + np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def signature_likeness(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    """Estimate the Jaccard likeness of two texts from their signatures (same permutations and seed), 0 to 1."""
    return float((a == b).mean())


def jaccard(a: AbstractSet[str], b: AbstractSet[str]) -> float:
    """Return the share of common members, 0 to 1; two empty sets have nothing in common and give 0."""
    together = len(a | b)
    return len(a & b) / together if together else 0.0


def likeness(a: str, b: str) -> float:
    """Return the edit likeness of two texts, 0 to 1, on letters and digits with width and case folded.

    It is 1 minus the insertions and deletions needed over the summed length; 0 if either has no letter or digit.
    """
    from rapidfuzz.fuzz import ratio

    first, second = _plain(a), _plain(b)
    return ratio(first, second) / 100 if first and second else 0.0
