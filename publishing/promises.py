"""Whether the limits of an approval chain can keep what the office promised its public. Pure.

Source: office, who signs what: three reviews inside a one-hour promise is arithmetic nonsense, and the check of a
standard says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from config.rulebook.approval import REPLY_GRADES, ApprovalBook, Chain, ChainQuery
from config.rulebook.base import Book
from config.rulebook.response import ResponseBook, ResponseTarget


class PromiseReviewer:
    """Says of drafts of both books whether chains and promises fit (`accounts.schemas.standards.BookReviewer`)."""

    books: tuple[str, ...] = ("approval", "response")

    def notes(self, texts: Mapping[str, Book]) -> list[str]:
        """Return what whoever publishes one of the books must know."""
        approval, response = texts["approval"], texts["response"]
        assert isinstance(approval, ApprovalBook)
        assert isinstance(response, ResponseBook)
        return list(notes(approval, response))


def notes(approval: ApprovalBook, response: ResponseBook) -> tuple[str, ...]:
    """Return, in sentences with their clauses, the chains of replies that cannot keep an enabled promise.

    A chain whose limits sum to more minutes than a promise has cannot keep it on any clock: in so many minutes of work
    at least as many pass on the wall, and a promise in working time may run out in as few minutes as it counts. A
    promise that runs at night is not kept by a chain whose limits stand still at night.
    """
    return tuple(
        note
        for grades, chain in reply_chains(approval)
        for target in response.targets
        if target.enabled
        for note in _misfits(grades, chain, target)
    )


def reply_chains(approval: ApprovalBook) -> list[tuple[tuple[str, ...], Chain]]:
    """Return the chains that replies may go through, each with the grades that lead to it, in the order of the book."""
    found: dict[str, tuple[Chain, dict[str, None]]] = {}
    levels = {"", *(level for chain in approval.chains for level in chain.when.levels)}
    flags = (False, True)
    for grade, level, hits, sensitive in product(filter(None, REPLY_GRADES), sorted(levels), flags, flags):
        chain = approval.chain_for(ChainQuery(level, "回复", False, hits, sensitive, grade))
        found.setdefault(chain.id, (chain, {}))[1][grade] = None
    order = [chain.id for chain in approval.chains]
    return [
        (tuple(grades), chain) for chain, grades in sorted(found.values(), key=lambda each: order.index(each[0].id))
    ]


def longest_minutes(chain: Chain) -> int:
    """Return the sum of a chain's limits: stages add up, of steps side by side the longest counts."""
    stages: dict[int, int] = {}
    for step in chain.steps:
        stages[step.stage] = max(stages.get(step.stage, 0), step.minutes)
    return sum(stages.values())


def _misfits(grades: tuple[str, ...], chain: Chain, target: ResponseTarget) -> Iterator[str]:
    of = f"审批链“{chain.title}”({'、'.join(grades)})"
    clauses = f"依据:{chain.citation};{target.citation}"
    whole = longest_minutes(chain)
    if whole > target.minutes:
        promised = f"“{target.title}”的答复时限{target.minutes}分钟"
        yield f"{of}各环节时限合计{whole}分钟,超过{promised},用足时限必然逾期。{clauses}"
    standing = [step.name for step in chain.steps if step.clock == "working"]
    if standing and target.clock == "wall" and target.when != "working_hours":
        yield (
            f"“{target.title}”在非工作时间也计时,而{of}的{'、'.join(standing)}只计工作时间,夜间和休息日的留言可能无人审签。"
            f"{clauses}"
        )
