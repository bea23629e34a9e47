"""Limits that come near and pass, on a clock moved by hand: whom it is told, once, and until it is signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.repository.duty import SUPERVISORS
from publishing.review_desk import AWAITED, REMINDER
from tests.office import BOSS
from tests.publishing.newsroom import Newsroom
from weibo_ops.bootstrap import PROGRAM
from weibo_ops.kernel import todos
from weibo_ops.kernel.clock import parse_beijing


def told(room: Newsroom, kind: str = REMINDER) -> dict[str, set[str]]:
    """Open to-dos of a kind: subject → recipients."""
    found: dict[str, set[str]] = {}
    with room.app.db.reading() as session:
        for each in todos.open_todos(session):
            if each.kind == kind:
                found.setdefault(each.subject, set()).add(each.recipient)
    return found


def at(room: Newsroom, time: str) -> int:
    """Move the clock and let the program remind."""
    room.clock.instant = parse_beijing(f"2026-10-{time}")
    return room.app.reviews.remind(PROGRAM)


def submitted(room: Newsroom, **more: Any) -> int:
    """A post sent in on Monday at 09:30."""
    post = room.draft(**more).row.post_id
    room.submit(post)
    return post


def test_a_reminder_goes_out_at_its_share_of_the_limit_and_once(room: Newsroom) -> None:
    post = submitted(room)
    due = room.show(post).row.due_at
    assert due == parse_beijing("2026-10-12 14:30")  # 240 minutes of work, the noon break left out
    assert told(room, AWAITED) == {f"{post}/1/0": {"chu", "wei"}}
    assert (at(room, "12 13:29"), told(room)) == (0, {})
    assert at(room, "12 13:30") == 2
    assert told(room) == {f"{post}/1/0/提醒": {"chu", "wei"}}
    at(room, "12 14:00")
    with room.app.db.reading() as session:
        assert sum(each.kind == REMINDER for each in todos.open_todos(session)) == 2


def test_what_is_overdue_is_told_to_the_next_higher_role_who_may_sign_it(room: Newsroom) -> None:
    post = submitted(room)
    at(room, "12 14:30")
    assert told(room) == {f"{post}/1/0/催办": {"chu", "wei", "fu", "shen"}}
    room.agree(post, "fu")
    assert room.show(post).row.step == "复审"
    assert told(room) == {}
    assert told(room, AWAITED) == {f"{post}/1/1": {"shen"}}


def test_an_overdue_last_step_is_told_to_the_leaders_themselves(room: Newsroom) -> None:
    post = submitted(room)
    for login in ("chu", "fu"):
        room.agree(post, login)
    at(room, "12 16:00")
    assert told(room) == {f"{post}/1/2/催办": {"zhou"}}


def test_nothing_is_left_of_reminders_once_it_is_signed_returned_or_withdrawn(room: Newsroom) -> None:
    signed, returned, withdrawn = (submitted(room, text=f"第{number}号停水通知已发布。") for number in range(3))
    at(room, "12 15:00")
    assert len(told(room)) == 3
    for login in ("chu", "fu", "zhou"):
        room.agree(signed, login)
    room.send_back(returned, "chu")
    row = room.show(withdrawn).row
    room.app.reviews.withdraw(room.who("zhao"), withdrawn, "不发了", row.version)
    assert told(room) == {}
    assert at(room, "13 15:00") == 0


def test_minutes_on_the_wall_run_at_night_and_working_time_does_not(room: Newsroom) -> None:
    room.clock.instant = parse_beijing("2026-10-12 22:00")
    calm = submitted(room)
    urgent = submitted(room, text="城东主管破裂,正在抢修。", urgent=True, urgent_reason="主管破裂")
    assert at(room, "12 22:04") == 0
    at(room, "12 22:05")
    assert set(told(room)) == {f"{urgent}/1/0/提醒", f"{urgent}/1/1/提醒"}
    at(room, "12 22:10")
    assert told(room)[f"{urgent}/1/1/催办"] == {"fu", "shen", "zhou"}
    assert not [subject for subject in told(room) if subject.startswith(f"{calm}/")]


def test_whoever_is_away_is_not_asked_and_where_nobody_is_there_the_supervisors_are(room: Newsroom) -> None:
    room.app.staff.record_leave(BOSS, "wei", date(2026, 10, 12), date(2026, 10, 12))
    post = submitted(room)
    at(room, "12 14:00")
    assert told(room) == {f"{post}/1/0/提醒": {"chu"}}
    for login in ("zhou", "shang", "fu", "shen", "wei", "chu"):
        room.app.staff.change(BOSS, login, {"active": False})
    at(room, "12 15:30")
    assert told(room)[f"{post}/1/0/催办"] == {SUPERVISORS}
