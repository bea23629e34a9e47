"""From the counts of a dossier to the leaves that a scheme measures: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.rulebook.evaluation import EvaluationBook, Fact, Leaf
from evaluation.schemes import Measured

Facts = Mapping[str, int | None]
TOLD_BY = {
    Fact.ORIGINALS: (Fact.ORIGINALS_KNOWN,),
    Fact.REPOSTS: (Fact.REPOSTS_KNOWN,),
    Fact.COMMENTS: (Fact.COMMENTS_KNOWN,),
    Fact.LIKES: (Fact.LIKES_KNOWN,),
    Fact.ORIGINAL_REPOSTS: (Fact.ORIGINALS_KNOWN, Fact.REPOSTS_KNOWN),
    Fact.ORIGINAL_COMMENTS: (Fact.ORIGINALS_KNOWN, Fact.COMMENTS_KNOWN),
}
"""Sums over what posts tell: the source may have told it of some posts only."""

FROM_POSTS = {Fact.POSTS, Fact.POST_DAYS, *TOLD_BY, *(known for told in TOLD_BY.values() for known in told)}
ALWAYS_SEEN = {Fact.FOLLOWERS}


def measure_all(book: EvaluationBook, names: Iterable[str], facts: Facts) -> dict[str, Measured]:
    """Measure the named leaves of one dossier."""
    return {name: measure(book.leaf(name), facts) for name in names}


def measure(leaf: Leaf, facts: Facts) -> Measured:
    """Measure one leaf: a count, or a count over another; nothing below is no data.

    Coverage is the observed share of the period, times the share of posts whose source told the count.
    """
    coverage = observed_share(leaf.numerator, facts)
    top = told(leaf.numerator, facts)
    if leaf.denominator is None:
        return Measured(top if top is None or leaf.factor == 1 else top * leaf.factor, coverage)
    bottom = told(leaf.denominator, facts)
    value = top * leaf.factor / bottom if top is not None and bottom else None
    return Measured(value, coverage)


def told(fact: Fact, facts: Facts) -> int | None:
    """Return a fact, or None where there were posts and the source told it of none of them."""
    posts = facts.get(Fact.POSTS)
    if posts and any(not facts.get(known) for known in TOLD_BY.get(fact, ())):
        return None
    return facts.get(fact)


def shares_of(fact: Fact) -> tuple[Fact, ...]:
    """Return the facts that `observed_share` is made of: covered and whole seconds, then told and all posts."""
    if fact in ALWAYS_SEEN:
        return ()
    covered = Fact.POSTS_COVERED_SECONDS if fact in FROM_POSTS else Fact.COMMENTS_COVERED_SECONDS
    known = TOLD_BY.get(fact, ())
    return (covered, Fact.PERIOD_SECONDS, *known, *([Fact.POSTS] if known else []))


def observed_share(fact: Fact, facts: Facts) -> float:
    """Return how much of what a fact counts was observed, 0 … 1."""
    if facts.get(fact) is None:
        return 0.0
    if fact in ALWAYS_SEEN:
        return 1.0
    from_posts = fact in FROM_POSTS
    covered = facts.get(Fact.POSTS_COVERED_SECONDS if from_posts else Fact.COMMENTS_COVERED_SECONDS) or 0
    period = facts.get(Fact.PERIOD_SECONDS)
    share = min(1.0, covered / period) if period else 0.0
    posts = facts.get(Fact.POSTS)
    for known in TOLD_BY.get(fact, ()):
        share *= (facts.get(known) or 0) / posts if posts else 1.0
    return share
