"""The outbox: what is committed is handled, what is rolled back is not, and nothing is lost when a handler fails."""

from __future__ import annotations

from datetime import datetime

import pytest

from weibo_ops.kernel import events
from weibo_ops.kernel.clock import FixedClock
from weibo_ops.kernel.db import Database


def test_committed_events_reach_their_handlers_once_and_in_order(database: Database, clock: FixedClock) -> None:
    seen: list[object] = []
    bus = events.EventBus(database, clock)
    bus.on("a", lambda payload: seen.append(payload["n"]))
    with database.writing() as session:
        for number in range(3):
            events.record(session, "a", {"n": number}, clock.now())
        events.record(session, "nobody listens", {}, clock.now())
    assert bus.dispatch() == 4
    assert bus.dispatch() == 0
    assert seen == [0, 1, 2]


def test_an_event_that_was_rolled_back_never_happened(database: Database, clock: FixedClock) -> None:
    bus = events.EventBus(database, clock)
    with pytest.raises(RuntimeError), database.writing() as session:  # noqa: PT012
        events.record(session, "a", {}, clock.now())
        raise RuntimeError
    assert bus.dispatch() == 0


def test_a_failing_handler_leaves_the_event_and_those_after_it_waiting(database: Database, clock: FixedClock) -> None:
    seen: list[object] = []
    broken = events.EventBus(database, clock)

    def fail(_payload: object) -> None:
        raise RuntimeError

    broken.on("b", fail)
    with database.writing() as session:
        events.record(session, "a", {}, clock.now())
        events.record(session, "b", {}, clock.now())
        events.record(session, "a", {"at": datetime(2026, 1, 1, tzinfo=clock.now().tzinfo)}, clock.now())
    with pytest.raises(RuntimeError):
        broken.dispatch()
    mended = events.EventBus(database, clock)
    mended.on("b", lambda _payload: seen.append("b"))
    mended.on("a", lambda payload: seen.append(payload["at"]))
    assert mended.dispatch() == 2
    assert seen == ["b", "2026-01-01T00:00:00+00:00"]
