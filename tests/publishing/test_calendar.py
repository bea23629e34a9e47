"""The calendar's service: which time a signed post may have, what is shown of it, recurring columns.

Source of the traps: complaints of users of other systems (domain facts, Publishing; peers, section 2, by number).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from publishing.calendar_rules import CollisionKind, Repetition
from publishing.checks import Medium
from publishing.enums import PostState, SeriesDay
from publishing.models import DeliveryAttempt
from publishing.repository import PostRepository
from publishing.schemas import CalendarEntry, ScheduleResult
from publishing.transitions import CLAIM, DOUBT, FAIL, MISS, PUBLISH
from tests.publishing import pausing
from tests.publishing.newsroom import ACCOUNT, NOW, OTHER, WATER, Newsroom
from tests.publishing.pausing import move
from weibo_ops.kernel import audit
from weibo_ops.kernel.clock import beijing, beijing_date, parse_beijing
from weibo_ops.kernel.errors import (
    ConflictError,
    NotFoundError,
    PermissionRefusedError,
    RefusedError,
    UsageError,
)
from weibo_ops.kernel.todos import open_todos, propose

TODAY = beijing_date(NOW)
MINUTE = timedelta(minutes=1)
REASON = "抢修通知须赶在停水前"


@pytest.fixture
def any_room(tmp_path: Path, database_url: str) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path / "home", database_url)
    yield made
    made.app.close()


def at(clock: str, day: int = 12) -> datetime:
    return parse_beijing(f"2026-10-{day:02d} {clock}")


def version(room: Newsroom, post: int) -> int:
    return room.show(post).row.version


def schedule(room: Newsroom, post: int, when: Any = None, who: str = "zhao", **more: Any) -> ScheduleResult:
    return room.app.calendar.schedule(room.who(who), post, version(room, post), at=when, **more)


def entries(room: Newsroom, first: date = TODAY, days: int = 1, **more: Any) -> list[CalendarEntry]:
    view = room.app.calendar.view(None, first, first + timedelta(days=days - 1), **more)
    return [each for day in view.days for each in day.entries]


def another(room: Newsroom, text: str, **more: Any) -> int:
    return room.signed(text=text, **more)


WATCH = "供水热线24小时受理报修,电话0781-2000123。"
QUALITY = "今日水质检测合格,各项指标见水务局网站。"


# --- the way there and back -----------------------------------------------------------------------------------


def test_a_signed_post_is_scheduled_shown_moved_held_and_taken_off(any_room: Newsroom) -> None:
    room = any_room
    post = room.signed()
    done = schedule(room, post, at("10:30"))
    assert (done.at, done.until, done.by_hand) == (at("10:30"), at("12:30"), True)
    (shown,) = entries(room)
    assert (shown.row.state, shown.at, shown.time_of, shown.until) == ("已排期", at("10:30"), "排期", at("12:30"))
    assert schedule(room, post, "next").at == at("10:30"), "a post does not stand in its own way"
    schedule(room, post, at("14:30"))
    assert [each.at for each in entries(room)] == [at("14:30")]
    room.app.calendar.hold(room.who("zhao"), post, version(room, post), "等上级通知")
    (held,) = entries(room)
    assert (held.row.state, held.reason, held.at) == ("暂停待处置", "等上级通知", at("14:30"))
    assert [todo.recipient for todo in todos_of(room, post)] == ["zhao"]
    room.app.calendar.resume(room.who("li"), post, version(room, post), at=at("16:30"))
    assert todos_of(room, post) == []
    room.app.calendar.unschedule(room.who("li"), post, version(room, post), "改由新闻发布会发布")
    assert entries(room) == []
    row = room.show(post).row
    assert (row.state, row.void) == ("已签发", False)
    with room.app.db.reading() as session:
        assert audit.verify(session).broken_at is None
        stored = PostRepository(session).get(post)
        assert stored is not None
        assert (stored.scheduled_at, stored.scheduled_by, stored.accepted, stored.reason) == (None, "", "", "")


def todos_of(room: Newsroom, post: int) -> list[Any]:
    with room.app.db.reading() as session:
        return [
            todo
            for todo in open_todos(session)
            if todo.kind in ("post.missed", "post.failed", "post.held") and todo.subject.startswith(f"{post}/")
        ]


@pytest.mark.parametrize(("act", "kind"), [(MISS, "post.missed"), (FAIL, "post.failed")], ids=["missed", "failed"])
def test_what_was_missed_or_failed_is_confirmed_again_by_a_person(room: Newsroom, act: Any, kind: str) -> None:
    post = room.signed()
    schedule(room, post, at("10:30"))
    if act is FAIL:
        move(room, post, CLAIM)
    move(room, post, act, reason="未发出")
    with room.app.db.writing() as session:
        propose(session, kind, f"{post}/1", "请处置", room.clock.now(), recipient="zhao")
    room.clock.forward(hours=2)
    (shown,) = entries(room)
    assert (shown.row.state, shown.reason, shown.collisions) == (act.target, "未发出", ())
    schedule(room, post, at("14:30"))
    assert room.show(post).row.state == "已排期"
    assert todos_of(room, post) == []


def test_editing_is_the_decision_too(room: Newsroom) -> None:
    post = room.signed()
    schedule(room, post, at("10:30"))
    room.app.calendar.hold(room.who("zhao"), post, version(room, post), "数字待核实")
    assert todos_of(room, post)
    entry = replace(room.app.posts.entry_of(post), text=WATCH)
    room.app.posts.edit(room.who("li"), post, entry, version(room, post))
    assert todos_of(room, post) == []


# --- traps of other systems -------------------------------------------------------------------------------------


def test_22_the_time_supplied_is_what_is_looked_at(room: Newsroom) -> None:
    post = room.signed()
    schedule(room, post, at("14:30"))
    with pytest.raises(UsageError, match="2026-10-12 08:00已过"):
        schedule(room, post, at("08:00"))
    room.clock.forward(hours=7)
    assert schedule(room, post, at("18:00")).at == at("18:00"), "the stored time is over, the new one is not"


def test_19_now_is_now(room: Newsroom) -> None:
    post = room.signed()
    assert schedule(room, post, room.clock.now()).at == room.clock.now()
    room.clock.forward(seconds=59)
    schedule(room, post, room.clock.now() - timedelta(seconds=59))
    with pytest.raises(UsageError, match="已过"):
        schedule(room, post, room.clock.now() - timedelta(seconds=61))


def test_24_two_posts_in_one_slot_are_both_shown_and_say_so_of_each_other(any_room: Newsroom) -> None:
    room = any_room
    first, second = room.signed(), another(room, WATCH)
    schedule(room, first, at("10:30"))
    with pytest.raises(RefusedError, match=rf"与稿件{first}排在同一时刻") as refused:
        schedule(room, second, at("10:30"))
    assert "排期冲突一律显示" in refused.value.rule
    schedule(room, second, at("10:30"), accepted=REASON)
    shown = entries(room)
    assert [each.row.post_id for each in shown] == [first, second]
    assert [[hit.with_post for hit in each.collisions] for each in shown] == [[second], [first]]
    assert [each.accepted for each in shown] == ["", REASON]


def test_2_a_published_post_is_never_published_again(room: Newsroom) -> None:
    post = room.signed()
    schedule(room, post, at("10:30"))
    move(room, post, CLAIM)
    with pytest.raises(RefusedError, match="发布中"):
        schedule(room, post, at("14:30"))
    move(room, post, PUBLISH, platform_id="5000000000000001", published_at=at("10:30"))
    for act in (schedule, lambda *a: room.app.calendar.hold(room.who("zhao"), post, version(room, post), "不要再发")):
        with pytest.raises(RefusedError, match="已发布"):
            act(room, post, at("14:30"))
    (shown,) = entries(room)
    assert (shown.time_of, shown.collisions, shown.until) == ("发布", (), None)


def test_18_editing_a_scheduled_post_takes_time_and_signatures_off(room: Newsroom) -> None:
    post = room.signed()
    schedule(room, post, at("14:30"))
    entry = replace(room.app.posts.entry_of(post), text=WATCH)
    room.app.posts.edit(room.who("li"), post, entry, version(room, post))
    assert entries(room) == []
    with pytest.raises(RefusedError, match="草稿"):
        schedule(room, post, at("14:30"))


def test_a_text_changed_behind_the_signature_has_no_time(room: Newsroom) -> None:
    import sqlite3

    post = room.signed()
    with sqlite3.connect(room.home / "weibo-ops.db") as raw:
        raw.execute("UPDATE post_revisions SET text = text || '!' WHERE post_id = ?", (post,))
    with pytest.raises(RefusedError, match="审签后有变动"):
        schedule(room, post, at("14:30"))


def test_a_word_forbidden_since_takes_the_post_back_before_it_gets_a_time(room: Newsroom) -> None:
    post = room.signed()
    room.forbid("梧桐路")
    with pytest.raises(RefusedError, match="草稿"):
        schedule(room, post, at("14:30"))


def test_23_the_week_begins_on_its_first_day_and_ends_on_its_last(room: Newsroom) -> None:
    """A post at the first and the last minute of a Beijing week stands in it and in no other."""
    first, last = room.signed(), another(room, WATCH)
    schedule(room, first, at("00:00", 19), accepted=REASON)
    schedule(room, last, at("23:59", 25), accepted=REASON)
    monday = date(2026, 10, 19)
    week = room.app.calendar.view(None, monday, monday + timedelta(days=6))
    assert [len(day.entries) for day in week.days] == [1, 0, 0, 0, 0, 0, 1]
    for other in (-7, 7):
        assert entries(room, monday + timedelta(days=other), 7) == []
    assert [each.row.post_id for each in entries(room, date(2026, 10, 1), 31)] == [first, last]


def test_25_an_instant_of_another_zone_is_the_same_instant(room: Newsroom) -> None:
    post = room.signed()
    schedule(room, post, datetime(2026, 10, 12, 2, 30, tzinfo=UTC))
    (shown,) = entries(room)
    assert f"{beijing(shown.at):%H:%M}" == "10:30"
    with pytest.raises(ValueError, match="naive"):
        schedule(room, post, datetime(2026, 10, 12, 10, 30))  # noqa: DTZ001


def test_two_people_at_once_one_is_told(room: Newsroom) -> None:
    post = room.signed()
    seen = version(room, post)
    room.app.calendar.schedule(room.who("zhao"), post, seen, at=at("14:30"))
    for act in (
        lambda: room.app.calendar.schedule(room.who("li"), post, seen, at=at("16:30")),
        lambda: room.app.calendar.unschedule(room.who("li"), post, seen, "改期"),
        lambda: room.app.calendar.hold(room.who("li"), post, seen, "改期"),
    ):
        with pytest.raises(ConflictError, match="他人"):
            act()
    assert [each.at for each in entries(room)] == [at("14:30")]


def test_two_people_at_once_cannot_both_take_a_slot(any_room: Newsroom) -> None:
    from concurrent.futures import ThreadPoolExecutor

    room = any_room
    posts = [room.signed(), another(room, WATCH), another(room, QUALITY)]
    seen = {post: version(room, post) for post in posts}

    def take(post: int) -> str:
        try:
            room.app.calendar.schedule(room.who("zhao"), post, seen[post], at=at("14:30"))
        except RefusedError as refused:
            return refused.message
        return ""

    with ThreadPoolExecutor(3) as pool:
        told = sorted(pool.map(take, posts))
    assert told[0] == ""
    assert all("排在同一时刻" in each for each in told[1:])


# --- what bars and what is accepted -------------------------------------------------------------------------------


def test_every_collision_is_named_and_the_reason_is_kept(room: Newsroom) -> None:
    first, second = room.signed(), another(room, WATCH)
    schedule(room, first, at("23:00"), accepted=REASON)
    with pytest.raises(RefusedError) as refused:
        schedule(room, second, at("23:04"))
    said = str(refused.value)
    assert "2处冲突" in said
    assert "相隔4分钟,不足10分钟" in said
    assert "夜间不发布" in said
    with pytest.raises(UsageError, match="不少于5字"):
        schedule(room, second, at("23:04"), accepted="急")
    schedule(room, second, at("23:04"), accepted=REASON)
    with room.app.db.reading() as session:
        stored = PostRepository(session).get(second)
        assert stored is not None
        assert stored.accepted == REASON
        assert any(REASON in str(details) for details in said_in_audit(session, "post.schedule"))
    schedule(room, second, at("14:30"), accepted=REASON)
    with room.app.db.reading() as session:
        stored = PostRepository(session).get(second)
        assert stored is not None
        assert stored.accepted == "", "nothing had to be accepted"


def said_in_audit(session: Any, action: str) -> list[Any]:
    from sqlalchemy import select

    return list(session.scalars(select(audit.AuditEntry.details).where(audit.AuditEntry.action == action)))


def test_the_time_that_was_signed_is_kept_whatever_the_reason(room: Newsroom) -> None:
    post = room.signed(earliest_at=at("10:00"), latest_at=at("12:00"))
    for when in ("09:40", "12:00"):
        with pytest.raises(RefusedError, match="审签的最"):
            schedule(room, post, at(when), accepted=REASON)
    done = schedule(room, post)
    assert (done.at, done.until) == (at("10:00"), at("12:00"))
    room.clock.forward(hours=3)
    with pytest.raises(RefusedError, match="最晚发布时间2026-10-12 12:00已过"):
        schedule(room, post, at("14:30"))


def test_without_a_time_an_urgent_post_goes_now_and_another_is_asked(room: Newsroom) -> None:
    with pytest.raises(UsageError, match="没有写明发布时间"):
        schedule(room, room.signed())


def test_an_urgent_post_waits_for_no_gap(room: Newsroom) -> None:
    first = room.signed()
    schedule(room, first, room.clock.now() + MINUTE)
    urgent = urgent_post(room)
    done = schedule(room, urgent)
    assert done.at == room.clock.now()
    assert done.collisions == ()


def urgent_post(room: Newsroom) -> int:
    made = room.draft(
        text="东山泵站爆管,梧桐路临时停水,抢修中。", urgent=True, urgent_reason="爆管", source_basis="抢修指挥部"
    )
    room.submit(made.row.post_id)
    for login in ("chu", "fu", "zhou"):
        room.agree(made.row.post_id, login)
    assert room.show(made.row.post_id).row.state == "已签发"
    return made.row.post_id


def test_the_next_slot_goes_round_what_is_taken_days_off_and_pauses(room: Newsroom) -> None:
    first, second = room.signed(), another(room, WATCH)
    schedule(room, first, at("10:30"))
    assert schedule(room, second, "next").at == at("14:30")
    pausing.start(room, until_at=at("00:00", 17))
    done = schedule(room, second, "next")
    assert done.at == at("09:30", 17), "Saturday has the slots of days off"
    assert CollisionKind.PRESENCE in {each.kind for each in done.collisions}


def test_a_pause_holds_unless_its_clearer_lets_this_text_out(room: Newsroom) -> None:
    post = room.signed()
    pausing.start(room, until_at=at("00:00", 14))
    with pytest.raises(RefusedError, match=r"暂停发布“全市哀悼日”") as refused:
        schedule(room, post, at("14:30"), accepted=REASON)
    assert "周终审" in refused.value.next_step
    assert schedule(room, post, at("10:30", 14)).at == at("10:30", 14)
    view = room.app.calendar.view(None, TODAY, TODAY + timedelta(days=3))
    assert [[pause.title for pause in day.pauses] for day in view.days] == [["全市哀悼日"], ["全市哀悼日"], [], []]


def test_a_sensitive_day_that_nobody_knew_of_asks_for_its_own_chain(room: Newsroom) -> None:
    post = room.signed()
    sensitive(room, "2026-10-14")
    with pytest.raises(RefusedError, match="敏感时段“演练周”"):
        schedule(room, post, at("10:30", 14))
    assert room.app.calendar.view(None, date(2026, 10, 14), date(2026, 10, 14)).days[0].sensitive == "演练周"


def sensitive(room: Newsroom, day: str) -> None:
    text = room.app.standards.in_force("accounts", TODAY)
    assert text is not None
    room.rule(
        "accounts",
        (
            "[duty]\n",
            f'[[duty.sensitive]]\nname = "演练周"\nfirst = {day}\nlast = {day}\n\n[duty]\n',
        ),
    )


# --- gateways, files, refusals of the platform ----------------------------------------------------------------------


def pictures(room: Newsroom, count: int, ending: str = "png") -> tuple[Medium, ...]:
    found = []
    for number in range(count):
        file = room.home / f"p{number}.{ending}"
        file.write_bytes(b"bytes of a picture %d" % number)
        found.append(room.app.posts.attach(room.who("zhao"), file, f"第{number + 1}幅:停水区域示意图"))
    return tuple(found)


def test_the_interface_carries_one_picture(room: Newsroom) -> None:
    post = room.signed(gateway="commercial", media=pictures(room, 2))
    with pytest.raises(RefusedError, match=r"2张图片、0个视频.*请改用人工发布"):
        schedule(room, post, at("10:30"))
    one = another(room, WATCH, gateway="commercial", media=pictures(room, 1))
    assert not schedule(room, one, at("10:30")).by_hand
    by_hand = another(room, QUALITY, media=pictures(room, 2))
    assert schedule(room, by_hand, at("14:30")).by_hand


def test_a_text_that_the_platform_refused_is_edited_and_not_sent_again(room: Newsroom) -> None:
    post = room.signed(gateway="commercial")
    schedule(room, post, at("10:30"))
    move(room, post, CLAIM)
    with room.app.db.writing() as session:
        session.add(
            DeliveryAttempt(
                post_id=post,
                account_id=1,
                number=1,
                token=1,
                channel="接口",
                worker="w",
                fingerprint="f",
                started_at=room.clock.now(),
                ended_at=room.clock.now(),
                outcome="平台拒绝",
                error_class="CONTENT_REJECTED",
                message="含有违法信息",
            )
        )
    move(room, post, FAIL, reason="平台拒绝")
    with pytest.raises(RefusedError, match=r"被平台拒绝\(含有违法信息\),原文不能再次发布"):
        schedule(room, post, at("14:30"))
    room.clock.forward(minutes=5)
    entry = replace(room.app.posts.entry_of(post), text=WATCH)
    room.app.posts.edit(room.who("li"), post, entry, version(room, post))
    room.submit(post)
    for login in ("chu", "fu", "zhou"):
        room.agree(post, login)
    schedule(room, post, at("14:30"))


def test_an_account_in_doubt_is_said(room: Newsroom) -> None:
    first, second = room.signed(gateway="commercial"), another(room, WATCH)
    schedule(room, first, at("10:30"))
    move(room, first, CLAIM)
    move(room, first, DOUBT)
    done = schedule(room, second, at("14:30"))
    assert any(f"稿件{first}结果待核实" in each for each in done.warnings)


# --- who may --------------------------------------------------------------------------------------------------------


def test_only_the_sponsor_and_those_above_it_put_a_post_at_a_time(room: Newsroom) -> None:
    post = room.signed()
    with pytest.raises(RefusedError, match="主办单位"):
        schedule(room, post, at("14:30"), who="wu")
    schedule(room, post, at("14:30"), who="shang")
    with pytest.raises(PermissionRefusedError):
        schedule(room, post, at("14:30"), who="zheng")
    for act in (room.app.calendar.unschedule, room.app.calendar.hold):
        with pytest.raises(RefusedError, match="主办单位"):
            act(room.who("wu"), post, version(room, post), "改期")


@pytest.mark.parametrize("name", ["unschedule", "hold"])
def test_taking_off_and_holding_ask_for_a_reason(room: Newsroom, name: str) -> None:
    post = room.signed()
    schedule(room, post, at("14:30"))
    with pytest.raises(UsageError, match="理由"):
        getattr(room.app.calendar, name)(room.who("zhao"), post, version(room, post), " ")
    with pytest.raises(NotFoundError):
        getattr(room.app.calendar, name)(room.who("zhao"), 999, 1, "改期")


def test_only_what_is_held_is_resumed(room: Newsroom) -> None:
    post = room.signed()
    with pytest.raises(RefusedError, match="不是“暂停待处置”"):
        room.app.calendar.resume(room.who("zhao"), post, version(room, post), at=at("14:30"))


# --- looking --------------------------------------------------------------------------------------------------------


def test_the_calendar_by_account_and_unit(room: Newsroom) -> None:
    post = room.signed()
    schedule(room, post, at("14:30"))
    plan = room.draft(text=WATCH, earliest_at=at("16:00"))
    theirs = room.app.posts.new(room.who("wu"), room.entry(QUALITY, account=OTHER, earliest_at=at("16:30")))
    assert [each.row.post_id for each in entries(room)] == [post, plan.row.post_id, theirs.row.post_id]
    assert [each.row.post_id for each in entries(room, account=ACCOUNT)] == [post, plan.row.post_id]
    assert len(entries(room, unit=WATER)) == 3
    assert [each.time_of for each in entries(room, account=OTHER, unit=WATER)] == ["最早"]
    assert entries(room, account=ACCOUNT, unit="云麓市供水管理局第一水厂") == []
    room.app.reviews.withdraw(room.who("zhao"), plan.row.post_id, "不再需要", version(room, plan.row.post_id))
    assert [each.row.post_id for each in entries(room, account=ACCOUNT)] == [post]


@pytest.mark.parametrize("days", [0, 63])
def test_a_calendar_has_one_to_two_months(room: Newsroom, days: int) -> None:
    with pytest.raises(UsageError, match="日历一次看"):
        room.app.calendar.view(None, TODAY, TODAY + timedelta(days=days - 1))


def test_slots_say_what_is_free(room: Newsroom) -> None:
    schedule(room, room.signed(), at("10:30"))
    found = room.app.calendar.slots(ACCOUNT, TODAY)
    assert [f"{beijing(each.at):%H:%M}" for each in found if each.free] == ["14:30", "16:30", "18:00"]
    assert [each.past for each in found] == [True, False, False, False, False]
    assert found[1].collisions[0].kind == CollisionKind.SLOT
    assert len(room.app.calendar.slots(OTHER, date(2026, 10, 17))) == 2
    assert room.app.calendar.slots(OTHER, date(2027, 10, 12)) == [], "a year that nobody knows is not guessed"


# --- recurring columns ----------------------------------------------------------------------------------------------


def test_a_column_is_a_draft_per_occurrence_and_none_of_them_is_anothers_duplicate(any_room: Newsroom) -> None:
    room = any_room
    base = room.draft(text=QUALITY, source_basis="水质月报").row.post_id
    weekly = Repetition(SeriesDay.WEEKLY, time(9), weekday=3)
    made = room.app.calendar.repeat(room.who("zhao"), base, "每周水质", weekly, TODAY, date(2026, 11, 12))
    assert [f"{beijing(each.at):%m-%d %H:%M}" for each in made.posts] == [
        "10-14 09:00", "10-21 09:00", "10-28 09:00", "11-04 09:00", "11-11 09:00",
    ]  # fmt: skip
    assert made.blocking == 0
    first, second = (each.post_id for each in made.posts[:2])
    for post in (first, second):
        room.submit(post)
        for login in ("chu", "fu", "zhou"):
            room.agree(post, login)
        detail = room.show(post)
        assert detail.hits == ()
        assert (detail.current.text, detail.current.source_basis) == (QUALITY, "水质月报")
    done = schedule(room, first)
    assert (done.at, done.until) == (at("09:00", 14), at("11:00", 14))
    other = room.draft(text=QUALITY)
    assert other.hits, "what belongs to no column is compared with it"
    (shown,) = [each for each in entries(room, date(2026, 10, 14)) if each.row.post_id == first]
    assert shown.series == "每周水质"
    (row,) = room.app.calendar.series(ACCOUNT)
    assert (row.rule, row.posts, row.waiting) == ("每周三09:00", 5, 5)
    move(room, first, CLAIM)
    ended = room.app.calendar.end_series(room.who("li"), made.series_id, "改为每月一期")
    assert first not in ended
    assert len(ended) == 4
    assert room.show(first).row.state == "发布中"
    (row,) = room.app.calendar.series()
    assert (row.withdrawn, row.waiting, row.ended_at) == (4, 1, room.clock.now())
    with pytest.raises(ConflictError, match="已结束"):
        room.app.calendar.end_series(room.who("li"), made.series_id, "再结束一次")


def test_21_a_monthly_column_does_not_drift(room: Newsroom) -> None:
    base = room.draft(text=QUALITY).row.post_id
    monthly = Repetition(SeriesDay.MONTHLY, time(8, 5), day=31)
    made = room.app.calendar.repeat(room.who("zhao"), base, "月末水质", monthly, TODAY, date(2027, 3, 31))
    assert [f"{beijing(each.at):%Y-%m-%d %H:%M}" for each in made.posts] == [
        "2026-10-31 08:05",
        "2026-12-31 08:05",
        "2027-01-31 08:05",
        "2027-03-31 08:05",
    ]
    assert made.skipped == ("2026年11月没有31日", "2027年2月没有31日")


def test_a_column_that_cannot_be(room: Newsroom) -> None:
    base = room.draft(text=QUALITY).row.post_id
    daily = Repetition(SeriesDay.DAILY, time(9))
    repeat = room.app.calendar.repeat
    with pytest.raises(UsageError, match="2026-10-12 09:00已过"):
        repeat(room.who("zhao"), base, "每日水质", daily, TODAY, TODAY)
    with pytest.raises(UsageError, match="名称"):
        repeat(room.who("zhao"), base, " ", daily, date(2026, 10, 13), date(2026, 10, 14))
    with pytest.raises(RefusedError, match="主办单位"):
        repeat(room.who("wu"), base, "每日水质", daily, date(2026, 10, 13), date(2026, 10, 14))
    urgent = room.draft(text=WATCH, urgent=True, urgent_reason="爆管").row.post_id
    with pytest.raises(UsageError, match="应急"):
        repeat(room.who("zhao"), urgent, "每日水质", daily, date(2026, 10, 13), date(2026, 10, 14))
    assert room.app.calendar.series() == []
    with pytest.raises(NotFoundError, match="栏目"):
        room.app.calendar.end_series(room.who("zhao"), 7, "没有")


def test_a_state_is_not_forgotten() -> None:
    from publishing.calendar_reading import ASIDE, GONE
    from publishing.repository.calendar import GOING_OUT, WENT_OUT

    named = {*ASIDE, *GONE, *GOING_OUT, *WENT_OUT}
    assert set(PostState) - named == {
        PostState.DRAFT,
        PostState.IN_REVIEW,
        PostState.RETURNED,
        PostState.WITHDRAWN,
        PostState.SIGNED,
    }
