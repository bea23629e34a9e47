"""How many calls an account may make: counted before each, never refilled by a clock, polls never first."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.platform.budget import (
    APP,
    KEPT_FOR_LOOKING,
    POSTING,
    Counter,
    Limits,
    Purpose,
    Window,
    again_today,
    counters,
    scope_of,
    start_of,
    told_full,
    used_up,
)
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.repository.platform import PlatformRepository
from config.loader import shipped
from tests.accounts.platform.desk import LINK, NAME, OTHER, OTHER_UID, Desk
from weibo_ops.kernel.clock import beijing, beijing_instant
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import EnvironmentFault

NOW = datetime(2026, 10, 8, 2, 30, tzinfo=UTC)
LIMITS = Limits(per_day=100, posts_per_hour=30, reserved=40, per_hour=10_000)
instants = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the zone comes beside it
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001 - the zone comes beside it
    timezones=st.just(UTC),
)


@given(instants)
def test_an_instant_lies_in_its_window(now: datetime) -> None:
    for window in Window:
        start = start_of(window, now)
        assert start <= now < start + window.length
        assert start_of(window, start) == start
    assert beijing(start_of(Window.DAY, now)).hour == 0
    assert beijing(start_of(Window.DAY, now)).date() == beijing(now).date()


def test_the_day_ends_at_midnight_in_beijing() -> None:
    before, after = datetime(2026, 10, 8, 15, 59, tzinfo=UTC), datetime(2026, 10, 8, 16, 0, tzinfo=UTC)
    assert start_of(Window.DAY, after) - start_of(Window.DAY, before) == timedelta(days=1)


@pytest.mark.parametrize("api", sorted(POSTING))
def test_posts_are_counted_by_the_hour_and_other_writes_are_not(api: str) -> None:
    def kinds(name: str) -> list[Window]:
        return [counter.window for counter in counters(1, Purpose.PUBLISH, name, LIMITS, NOW)]

    assert kinds(api) == [Window.DAY, Window.HOUR, Window.POSTS, Window.HOUR]
    assert kinds("statuses/destroy") == [Window.DAY, Window.HOUR, Window.HOUR]
    assert counters(1, Purpose.POLL, "account/rate_limit_status", LIMITS, NOW) == ()
    (only,) = counters(None, Purpose.PUBLISH, "oauth2/access_token", LIMITS, NOW)
    assert only.scope == APP


@given(st.integers(1, 500), st.integers(0, 499))
def test_polls_leave_what_is_reserved_and_posting_leaves_a_look(per_day: int, reserved: int) -> None:
    limits = Limits(per_day, 30, min(reserved, per_day - 1), 1000)
    poll, publish, verify = (
        counters(1, purpose, "x", limits, NOW)[0] for purpose in (Purpose.POLL, Purpose.PUBLISH, Purpose.VERIFY)
    )
    assert poll.most_polls == limits.per_day - limits.reserved
    assert verify.most == limits.per_day
    assert publish.most == limits.per_day - min(KEPT_FOR_LOOKING, limits.reserved)
    assert publish.most_polls is verify.most_polls is None


def test_the_numbers_of_the_book_are_those_of_the_platform() -> None:
    rule = shipped("delivery").book.budget
    assert (rule.per_day, rule.posts_per_hour) == (100, 30)
    assert 0 < rule.reserved < rule.per_day


@pytest.mark.parametrize(
    ("code", "api", "window"),
    [
        (10022, "statuses/share", (APP, Window.HOUR)),
        (10004, "comments/show", (APP, Window.HOUR)),
        (10023, "statuses/share", ("account:1", Window.HOUR)),
        (10024, "statuses/share", ("account:1", Window.POSTS)),
        (20016, "statuses/upload", ("account:1", Window.POSTS)),
        (10024, "comments/create", ("account:1", Window.HOUR)),
        (None, "statuses/share", ("account:1", Window.HOUR)),
    ],
)
def test_which_window_the_platform_means(code: int | None, api: str, window: tuple[str, Window]) -> None:
    assert told_full(1, code, api) == window


def test_told_in_two_hours_of_one_day_it_is_the_day() -> None:
    earlier = datetime(2026, 10, 8, 1, 59, tzinfo=UTC)
    assert again_today(earlier, NOW)
    assert not again_today(NOW, NOW)
    assert not again_today(None, NOW)
    assert not again_today(NOW - timedelta(days=1), NOW)
    assert not again_today(beijing_instant(beijing(NOW).date()) - timedelta(minutes=1), NOW)


def test_a_refusal_says_when_there_is_room_again_and_what_a_wrong_clock_asks_for() -> None:
    fault = used_up(scope_of(1), Window.DAY, start_of(Window.DAY, NOW), NOW)
    assert (fault.error_class, fault.sent, fault.may_exist) == (ErrorClass.RATE_LIMIT, False, False)
    assert fault.retry_at == datetime(2026, 10, 8, 16, tzinfo=UTC)
    assert "2026-10-09 00:00恢复" in str(fault)
    later = used_up(APP, Window.HOUR, NOW + timedelta(days=400), NOW)
    assert "系统时间早于" in str(later)
    assert "platform budget --correct" in str(later)


# --- counted in the database --------------------------------------------------------------------------------


def _take(db: Database, counter: Counter, poll: bool = False) -> bool:
    with db.writing() as session:
        return PlatformRepository(session).take(counter, poll=poll)


def test_the_last_call_is_given_once_whoever_asks_at_the_same_time(database: Database) -> None:
    counter = Counter("account:1", Window.DAY, NOW, 10)
    given_: list[bool] = []
    gate = threading.Barrier(4)

    def ask() -> None:
        gate.wait()
        for _ in range(5):
            given_.append(_take(database, counter))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given_.count(True) == 10
    assert len(given_) == 20


@given(st.lists(st.tuples(st.integers(-72, 72), st.booleans()), max_size=25))
def test_no_clock_gives_more_calls_than_there_are(steps: list[tuple[int, bool]]) -> None:
    """Within the hours that the clock ever reached, each new latest window gives its number once, and nothing else."""
    db = Database("sqlite://")
    with db.writing() as session:
        from accounts.models import PlatformCounter

        PlatformCounter.__table__.create(session.connection())  # type: ignore[attr-defined]
    latest, used, polls = -1000, 0, 0
    for hour, poll in steps:
        start = NOW.replace(minute=0) + timedelta(hours=hour)
        if hour > latest:
            latest, used, polls = hour, 0, 0
        expected = used < 3 and (not poll or polls < 2)
        counter = Counter("a", Window.HOUR, start, 3, 2 if poll else None)
        assert _take(db, counter, poll) is expected
        if expected:
            used, polls = used + 1, polls + poll
    db.close()


def test_a_window_that_allows_nothing_gives_nothing(sqlite: Database) -> None:
    assert not _take(sqlite, Counter("a", Window.DAY, NOW, 0))
    assert not _take(sqlite, Counter("a", Window.DAY, NOW + timedelta(days=1), 0))
    assert not _take(sqlite, Counter("a", Window.HOUR, NOW, 5, 0), poll=True)


# --- through a session --------------------------------------------------------------------------------------


def _drain(call: Any) -> PlatformError:
    """Call until it is refused."""
    for _ in range(500):
        try:
            call()
        except PlatformError as fault:
            return fault
    raise AssertionError("never refused")


def test_polls_posts_and_looks_share_a_day_in_their_order(desk: Desk) -> None:
    desk.tell("/sandbox/app", {"calls_per_day": None, "posts_per_hour": None}, "PUT")
    here = desk.session()
    here.unread_count()
    desk.spent(57, 57)
    fault = _drain(here.unread_count)
    assert (fault.error_class, fault.sent) == (ErrorClass.RATE_LIMIT, False)
    row = desk.left()
    assert (row.polls, row.polls_left, row.used, row.left) == (60, 0, 60, 40)
    number = iter(range(1000))
    fault = _drain(lambda: here.share(f"停水通知{next(number)}" + LINK))
    assert "发布条数" in str(fault)
    assert len(desk.posted()) == 30
    desk.clock.forward(hours=1)
    fault = _drain(lambda: desk.session().share(f"停水通知{next(number)}" + LINK))
    assert "今日调用次数" in str(fault)
    assert fault.retry_at == datetime(2026, 10, 8, 16, tzinfo=UTC)
    assert len(desk.posted()) == 35, "a few calls are left for looking"
    for _ in range(KEPT_FOR_LOOKING):
        desk.session().timeline()
    assert _drain(desk.session().timeline).sent is False
    assert desk.left().left == 0
    desk.clock.forward(hours=14)
    desk.session().timeline()
    assert desk.left().used == 1


def test_a_clock_that_is_set_back_refills_nothing_and_a_person_may_correct_it(any_desk: Desk) -> None:
    any_desk.tell("/sandbox/app", {"calls_per_day": None}, "PUT")
    any_desk.session().unread_count()
    any_desk.spent(60, 60)
    any_desk.clock.forward(days=-3)
    fault = _drain(any_desk.session().unread_count)
    assert "系统时间早于已记录的调用" in str(fault)
    assert any_desk.left().polls == 60
    assert "系统时间早于" in any_desk.left().remark
    for _ in range(3):
        any_desk.session().timeline()
    assert any_desk.left().used == 63
    assert any_desk.platform.correct_budget(any_desk.people["admin"]) > 0
    assert any_desk.platform.correct_budget(any_desk.people["admin"]) == 0
    assert (any_desk.left().used, any_desk.left().remark) == (63, "")
    any_desk.clock.forward(days=1)
    any_desk.session().unread_count()
    assert any_desk.left().used == 1


def test_a_limit_that_the_platform_names_closes_the_window(any_desk: Desk) -> None:
    any_desk.tell("/sandbox/faults", [{"fault": "rate_limited", "code": 10023, "count": 2}], "PUT")
    with pytest.raises(PlatformError) as told:
        any_desk.session().timeline()
    assert (told.value.sent, told.value.retry_at) == (True, datetime(2026, 10, 8, 3, tzinfo=UTC))
    asked = len(any_desk.wire.seen)
    assert _drain(any_desk.session().timeline).sent is False
    assert len(any_desk.wire.seen) == asked, "nothing goes out while the window is closed"
    assert "平台称本小时调用次数已满" in any_desk.left().remark
    any_desk.clock.forward(hours=1)
    with pytest.raises(PlatformError) as again:
        any_desk.session().timeline()
    assert again.value.retry_at == datetime(2026, 10, 8, 16, tzinfo=UTC), "the second hour of a day: it is the day"
    any_desk.clock.forward(hours=1)
    assert _drain(any_desk.session().timeline).retry_at == datetime(2026, 10, 8, 16, tzinfo=UTC)
    any_desk.clock.forward(hours=13)
    any_desk.session().timeline()


def test_an_hour_that_is_full_of_posts_leaves_reading_open(desk: Desk) -> None:
    desk.tell(
        "/sandbox/faults",
        [{"fault": "rate_limited", "code": 10024, "endpoints": ["statuses/share"], "count": 1}],
        "PUT",
    )
    with pytest.raises(PlatformError):
        desk.session().share("停水" + LINK)
    assert _drain(lambda: desk.session().share("停水" + LINK)).sent is False
    desk.session().timeline()
    assert desk.posted() == []


def test_an_address_that_is_full_stops_every_account(desk: Desk) -> None:
    desk.authorize(OTHER, OTHER_UID)
    desk.tell("/sandbox/faults", [{"fault": "rate_limited", "code": 10022, "count": 1}], "PUT")
    with pytest.raises(PlatformError):
        desk.session().timeline()
    fault = _drain(desk.session(desk.other_id).timeline)
    assert "全部账号" in str(fault)


def test_what_the_platform_says_of_its_limits_decides_nothing(desk: Desk) -> None:
    before = desk.left().used
    desk.session().timeline()
    assert desk.left().used == before + 1
    assert desk.platform.budget()[-1].account.startswith("全部账号")


def test_a_second_try_is_counted_too(desk: Desk) -> None:
    before = desk.left().used
    desk.wire.fault = httpx.ReadTimeout("no")
    with pytest.raises(PlatformError):
        desk.session().timeline()
    assert desk.left().used == before + 2


def test_a_call_that_cannot_be_counted_is_not_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk.session()
    asked = len(desk.wire.seen)

    def full(*_: Any, **__: Any) -> bool:
        raise EnvironmentFault("磁盘空间不足,本次操作未写入。", next_step="请清理磁盘后重试。")

    monkeypatch.setattr(PlatformRepository, "take", full)
    with pytest.raises(PlatformError) as told:
        here.share("停水" + LINK)
    assert (told.value.error_class, told.value.sent, told.value.may_exist) == (ErrorClass.NOT_SENT, False, False)
    assert "磁盘空间不足" in str(told.value)
    assert len(desk.wire.seen) == asked


def test_a_write_whose_answer_is_lost_is_counted_and_stands_once(desk: Desk) -> None:
    desk.wire.fault, desk.wire.reached = httpx.ReadTimeout("no"), True
    with pytest.raises(PlatformError) as told:
        desk.session().share("停水" + LINK)
    assert told.value.may_exist
    assert len(desk.posted()) == 1
    desk.wire.fault = None
    (status,) = desk.session().timeline().statuses
    assert status.text.startswith("停水")
    assert status.url_long
    assert desk.left().posts == 1


def test_budgets_are_apart_by_account(desk: Desk) -> None:
    desk.authorize(OTHER, OTHER_UID)
    desk.session().timeline()
    assert desk.left(NAME).used == desk.left(OTHER).used + 1


def test_what_is_counted_outlives_the_program(tmp_path: Path) -> None:
    from config.settings import load_settings
    from weibo_ops.bootstrap import Application

    made = Desk(tmp_path / "home")
    made.register()
    made.authorize()
    made.session().timeline()
    again = Application.open(load_settings(made.home), made.clock, made.people["sun"])
    assert again.platform.budget()[0].used == 1
    again.close()
    made.close()
