"""A pause at the real delivery: forty overdue posts are held, the pause ends, nothing goes out by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from publishing.fingerprint import fingerprint
from publishing.judging import manuscript_of
from publishing.reading import find_post
from publishing.repository import PostRepository, ReviewRepository
from tests.publishing.delivery.desk import LINK, DeliveryDesk
from tests.publishing.pausing import HELD, SCHEDULED, end, start, states, tick

FORTY = 40
CHARACTERS = bytes(byte for row in range(0xB0, 0xC0) for cell in range(0xA1, 0xFF) for byte in (row, cell)).decode(
    "gb2312"
)
"""Characters in the order of their sounds: each text is made of others, so that none is a duplicate of another."""


def texts(count: int) -> list[str]:
    return [f"便民提示:{CHARACTERS[24 * n : 24 * n + 24]}。" for n in range(count)]


def signed_as(desk: DeliveryDesk, model: int, text: str) -> int:
    """Another post, signed as a given one was: a real signature of forty posts takes a minute."""
    with desk.app.db.writing() as session:
        posts, reviews = PostRepository(session), ReviewRepository(session)
        first = find_post(posts, model)
        round_ = reviews.current(first)
        assert round_ is not None
        words = {**columns(posts.revision(model, first.revision)), "text": text + LINK}
        own = fingerprint(replace(manuscript_of(posts.revision(model, first.revision)), text=text + LINK), round_.books)
        post = posts.add({**columns(first), "signed_fingerprint": own})
        posts.add_revision({**words, "post_id": post})
        steps = reviews.steps([round_.id])
        rows = [{name: value for name, value in columns(step).items() if name != "round_id"} for step in steps]
        made = reviews.add_round({**columns(round_), "post_id": post, "fingerprint": own}, rows)
        by_position = {step.position: step.id for step in reviews.steps([made])}
        for step in steps:
            for each in reviews.verdicts([step.id]):
                reviews.add_verdict({**columns(each), "step_id": by_position[step.position], "fingerprint": own})
    return post


def columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


def test_ending_a_pause_with_forty_overdue_posts_sends_none_by_itself(desk: DeliveryDesk) -> None:
    first, *others = texts(FORTY + 1)
    after = desk.ready(first)
    posts = [signed_as(desk, after, text) for text in others]
    assert all(desk.show(post).valid for post in posts)
    for post in posts:
        desk.schedule(post, desk.minutes(60))
    pause = start(desk).row.pause_id
    desk.rounds(3, seconds=1800)
    end(desk, pause)
    desk.schedule(after)
    report = desk.rounds(6, seconds=600)
    tick(desk)
    report += desk.rounds(2, seconds=86_400)
    assert (report.sent, len(desk.ledger())) == (1, 1)
    assert set(states(desk, *posts)) == {HELD}
    assert desk.state(after) == "已发布"
    assert len(desk.app.pauses.queue(desk.who("zhao"))) == FORTY
    one = desk.app.calendar.resume(
        desk.who("zhao"), posts[0], desk.show(posts[0]).row.version, at=desk.minutes(11), accepted="活动改在今日举行"
    )
    report = desk.rounds(3, seconds=600)
    assert one.post_id == posts[0]
    assert report.sent == 1
    assert set(states(desk, *posts[1:])) == {HELD}


def test_what_is_due_during_a_pause_is_held_by_the_delivery_itself(desk: DeliveryDesk) -> None:
    post = desk.schedule(desk.ready(), desk.minutes(10))
    start(desk, from_at=desk.minutes(20))
    assert desk.state(post) == SCHEDULED
    desk.clock.forward(minutes=25)
    report = desk.tick()
    assert (report.sent, report.held) == (0, 1)
    assert desk.state(post) == HELD
    assert desk.ledger() == []


@pytest.mark.parametrize("changed", [False, True])
def test_a_cleared_text_goes_out_during_a_pause_and_a_changed_one_does_not(desk: DeliveryDesk, changed: bool) -> None:
    notice = {"content_class": "公告", "source_basis": "检修审批单", "secrecy_review": "经审查不涉密,可以公开"}
    post = desk.ready(**notice)
    pause = start(desk).row.pause_id
    desk.app.pauses.clear(desk.who("zhou"), pause, post, desk.show(post).code, "关系供水安全")
    if changed:
        entry = desk.app.posts.entry_of(post)
        desk.app.posts.edit(
            desk.who("zhao"),
            post,
            desk.entry(entry.text.replace("已更新", "又更新"), gateway="share", **notice),
            desk.show(post).row.version,
        )
        desk.submit(post)
        for login in ("chu", "fu", "zhou"):
            desk.agree(post, login)
    desk.schedule(post)
    desk.tick()
    assert (desk.state(post), len(desk.ledger())) == ((HELD, 0) if changed else ("已发布", 1))
