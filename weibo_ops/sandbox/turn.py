"""What a handler is given: the call, who makes it, and the store, at one instant."""

from __future__ import annotations

from dataclasses import dataclass

from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.entries import App
from weibo_ops.sandbox.faults import Fault, Shape
from weibo_ops.sandbox.store import Grant, Store
from weibo_ops.sandbox.wire import Call

FIRST_BODY = 140
"""Chinese characters of a post or comment; of a long post, what lists show of it."""


@dataclass(slots=True)
class Turn:
    """One call being answered.

    Attributes:
        store: the open store, inside a transaction.
        call: what was asked.
        at: seconds since 1970.
        endpoint: ``statuses/share`` of ``/2/statuses/share.json``.
        known: what the call's token stands for, good or not; None if nobody knows it.
        grant: the good token's, or None for calls that need none.
        fault: what will spoil the answer, for the handlers that are the ones to do it.
        made: number of the post or comment that the call made or destroyed, for the record of calls.
    """

    store: Store
    call: Call
    at: float
    endpoint: str
    known: Grant | None = None
    grant: Grant | None = None
    fault: Fault | None = None
    made: str = ""

    @property
    def uid(self) -> str:
        """The caller's uid."""
        assert self.grant is not None
        return self.grant.uid

    @property
    def app(self) -> App:
        """The caller's application.

        Raises:
            ApiError: 21324, it is no longer registered.
        """
        found = self.store.app(self.grant.key) if self.grant else None
        if found is None:
            raise ApiError(21324)
        return found

    def need(self, name: str) -> str:
        """Return a parameter.

        Raises:
            ApiError: 10016, it is missing.
        """
        if name not in self.call.params:
            raise ApiError(10016, f"miss required parameter ({name}) , see doc for more info.")
        return self.call.params[name]

    def number(self, name: str, otherwise: int | None = None) -> int:
        """Return a whole number from the parameters.

        Raises:
            ApiError: 10016, it is missing and nothing stands for it; 10008, it is not a number.
        """
        text = self.call.params.get(name, "").strip()
        if not text and otherwise is not None:
            return otherwise
        if not text:
            self.need(name)
        if not (text.isascii() and text.isdigit() and len(text) <= 18 + (text[0] < "9")):
            raise ApiError(10008, f"param ({name}) error, see doc for more info.")
        return int(text)

    def numbers(self, name: str, most: int) -> list[int]:
        """Return numbers parted by commas; what is no number stands for nothing.

        Raises:
            ApiError: 10016, missing; 10008, more than ``most``.
        """
        words = [word.strip() for word in self.need(name).split(",")]
        if len(words) > most:
            raise ApiError(10008, f"param ({name}) error, no more than {most}.")
        return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]

    def lag(self) -> float:
        """Return how many seconds of the latest posts a list must leave out."""
        return self.fault.seconds if self.fault and self.fault.kind.shape is Shape.LAG else 0.0

    def delay(self) -> float:
        """Return how many seconds pass before a post that is published now can be seen."""
        return self.fault.seconds if self.fault and self.fault.kind.shape is Shape.DELAYED else 0.0

    def leaves_out(self) -> bool:
        """Say whether lists leave out some of their items."""
        return self.fault is not None and self.fault.kind.shape is Shape.MISSING
