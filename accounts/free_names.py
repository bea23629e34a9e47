"""Which proposed names are free: borne by no other account and not to be taken for one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from accounts.lookalikes import Candidate, Index, RegisteredName
from weibo_ops.kernel.text import normalise_name


class TakenNames:
    """The names that accounts bear.

    Args:
        names: screen names of every account that lives or is being opened.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    def free(self, proposals: Iterable[str], own: str = "") -> tuple[str, ...]:
        """Keep the proposals that are free for the account now named ``own``, in their order."""
        mine = normalise_name(own)
        return tuple(
            name
            for name in proposals
            if normalise_name(name) == mine or (normalise_name(name) not in self._borne and not self._alike(name, mine))
        )

    @cached_property
    def _borne(self) -> frozenset[str]:
        return frozenset(map(normalise_name, self._names))

    @cached_property
    def _index(self) -> Index:
        return Index([RegisteredName(name) for name in self._names])

    def _alike(self, name: str, own: str) -> bool:
        # A name may well be like the account's present one, which it would replace.
        match = self._index.best_match(Candidate(name))
        return match is not None and normalise_name(match.imitates) != own
