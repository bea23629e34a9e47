"""Who holds a claim, and what becomes of it: killed, asleep past its lease, two at once, a disk that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing.delivery import claims
from publishing.enums import PostState
from publishing.repository.delivery import DeliveryRepository
from tests.publishing.delivery.desk import LINK, DeliveryDesk
from weibo_ops.bootstrap import WORKER, Application
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError

TEXT = "停水通知已更新,请查看"
PROGRAM = "from weibo_ops.kernel.processes import this_process; print(this_process(), flush=True); input()"


@pytest.fixture
def holder() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Another process that is alive, by the name under which it would claim."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip(), process
    process.kill()
    process.communicate()


def claimed_by(desk: DeliveryDesk, owner: str, text: str = TEXT) -> int:
    """A post that another process claimed, and did not tell of since."""
    post = desk.due(text)
    readiness = desk.app.delivery._readiness
    with desk.app.db.writing() as session:
        due = DeliveryRepository(session).due(desk.clock.now(), 10)
        seen = claims.look_at(session, readiness, due, desk.clock.now())
        found = claims.claim(session, WORKER, seen, owner, desk.clock.now())
    assert len(found.claims) == 1
    return post


def test_a_holder_asleep_past_its_lease_is_never_replaced(
    desk: DeliveryDesk, holder: tuple[str, subprocess.Popen[str]]
) -> None:
    name, process = holder
    post = claimed_by(desk, name)
    os.kill(process.pid, signal.SIGSTOP)
    assert desk.tick(minutes=1).doubted == 0
    assert desk.tick(minutes=3).doubted == 1
    desk.rounds(30)
    assert desk.state(post) == PostState.UNCERTAIN
    assert len(desk.app.delivery_board.attempts(post)) == 1
    assert desk.todos("post.uncertain", post)
    with pytest.raises(RefusedError, match="可能仍在运行"):
        desk.app.delivery.settle(desk.who("fu"), post, desk.show(post).row.version, absent=True, reason="主页上没有")
    # It wakes and goes on where it was: the post is there, and found.
    desk.tell("statuses", {"uid": "9900000001", "text": TEXT + LINK})
    os.kill(process.pid, signal.SIGCONT)
    desk.rounds(40)
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_once_the_sleeper_is_gone_the_post_goes_out_once(
    desk: DeliveryDesk, holder: tuple[str, subprocess.Popen[str]]
) -> None:
    name, process = holder
    post = claimed_by(desk, name)
    os.kill(process.pid, signal.SIGSTOP)
    desk.rounds(6)
    assert desk.state(post) == PostState.UNCERTAIN
    process.kill()
    process.wait()
    desk.rounds(40)
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_a_killed_holder_is_noticed_at_once(desk: DeliveryDesk, holder: tuple[str, subprocess.Popen[str]]) -> None:
    name, process = holder
    post = claimed_by(desk, name)
    assert desk.tick().doubted == 0
    process.kill()
    process.wait()
    assert desk.tick().doubted == 1
    assert desk.state(post) == PostState.UNCERTAIN


def test_a_holder_on_another_machine_is_left_to_a_person(desk: DeliveryDesk) -> None:
    post = claimed_by(desk, "elsewhere/0123|boot|room|77|123")
    desk.rounds(30)
    assert desk.state(post) == PostState.UNCERTAIN
    assert desk.todos("post.uncertain", post)
    assert not desk.ledger()
    service, version = desk.app.delivery, desk.show(post).row.version
    with pytest.raises(RefusedError, match="可能仍在运行"):
        service.settle(desk.who("fu"), post, version, absent=True, reason="主页上没有")
    service.settle(desk.who("fu"), post, version, absent=True, holder_gone=True, reason="主页上没有,那台电脑已报废")
    assert desk.state(post) == PostState.FAILED


def test_two_workers_at_once_send_each_post_once(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    posts = [desk.due(f"便民提示第{number}期,请查看") for number in range(3)]
    other = Application.open(desk.app.settings, desk.clock, WORKER)
    other.platform.transport = desk.wire
    try:
        for _ in range(8):
            desk.clock.forward(minutes=11)
            desk.app.delivery.tick(WORKER)
            other.delivery.tick(WORKER)
    finally:
        other.close()
    assert {desk.state(post) for post in posts} == {PostState.PUBLISHED}
    assert len(desk.ledger()) == 3


def test_a_platform_that_cannot_be_reached_puts_it_off_and_gives_up_in_time(desk: DeliveryDesk) -> None:
    import httpx

    post = desk.due(TEXT)
    desk.wire.fault = httpx.ConnectError("refused")
    assert desk.tick().put_off == 1
    assert desk.state(post) == PostState.SCHEDULED
    desk.rounds(40)
    assert desk.state(post) == PostState.FAILED
    assert desk.todos("post.failed", post)
    assert not desk.ledger()


def test_an_answer_that_could_not_be_recorded_is_recorded_later(
    desk: DeliveryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = desk.due(TEXT)
    service = desk.app.delivery
    honest = service._record

    def full(actor: object, answers: object) -> object:
        raise EnvironmentFault("磁盘空间不足,本次操作未写入。")

    monkeypatch.setattr(service, "_record", full)
    assert desk.tick().doubted == 1
    assert desk.state(post) == PostState.SENDING
    monkeypatch.setattr(service, "_record", honest)
    assert desk.tick(seconds=30).sent == 1
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_a_worker_that_dies_before_it_could_record_is_made_good_by_looking(
    desk: DeliveryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = desk.due(TEXT)

    def full(actor: object, answers: object) -> object:
        raise EnvironmentFault("磁盘空间不足,本次操作未写入。")

    monkeypatch.setattr(desk.app.delivery, "_record", full)
    desk.tick()
    other = Application.open(desk.app.settings, desk.clock, WORKER)
    other.platform.transport = desk.wire
    try:
        for _ in range(8):
            desk.clock.forward(minutes=1)
            other.delivery.tick(WORKER)
    finally:
        other.close()
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_a_locked_database_loses_nothing(desk: DeliveryDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import contextmanager

    post = desk.due(TEXT)
    honest, times = desk.app.db.writing, [0]

    @contextmanager
    def locked() -> Iterator[object]:
        times[0] += 1
        if times[0] == 3:
            raise EnvironmentFault("数据库正被另一个程序占用。")
        with honest() as session:
            yield session

    monkeypatch.setattr(desk.app.db, "writing", locked)
    for _ in range(12):
        try:
            desk.tick(minutes=1)
        except EnvironmentFault:
            continue
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_a_late_answer_of_a_lost_claim_is_told_to_a_person(desk: DeliveryDesk) -> None:
    from accounts.platform.replies import Status
    from publishing.delivery.outcomes import Answer

    post = claimed_by(desk, "elsewhere/0123|boot|room|77|123")
    desk.rounds(4)
    row = desk.row(post)
    with desk.app.db.writing() as session:
        attempt = DeliveryRepository(session).attempts(post)[0]
    answer = Answer(
        attempt.id,
        post,
        row.account_id,
        row.lease_token,
        desk.clock.now(),
        Status("5000000000000001", desk.clock.now(), TEXT + LINK),
    )
    # Still the newest claim: what it tells settles the doubt.
    assert desk.app.delivery._record(WORKER, [answer]).sent == 1
    assert desk.state(post) == PostState.PUBLISHED


def test_what_changes_between_the_look_and_the_claim_is_not_claimed(desk: DeliveryDesk) -> None:
    post, service = desk.due(TEXT), desk.app.delivery
    with desk.app.db.reading() as session:
        due = DeliveryRepository(session).due(desk.clock.now(), 10)
        seen = claims.look_at(session, service._readiness, due, desk.clock.now())
    assert [each.obstacle for each in seen] == [None]
    desk.app.reviews.withdraw(desk.who("zhao"), post, "不发了", desk.show(post).row.version)
    with desk.app.db.writing() as session:
        assert not claims.claim(session, WORKER, seen, "anybody", desk.clock.now()).claims
    assert desk.state(post) == PostState.WITHDRAWN
