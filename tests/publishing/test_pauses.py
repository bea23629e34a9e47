"""暂停发布: what is held, who may clear, what ending does — and that it never sends anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.schemas.people import StaffEntry, UnitEntry
from publishing.pausing import Pausing
from publishing.repository import PostRepository
from publishing.transitions import DOUBT, MISS, PUT_OFF, SCHEDULE, UNSCHEDULE
from tests.office import BOSS
from tests.publishing.newsroom import ACCOUNT, CITY, NOW, OTHER, PLANT, WATER, Newsroom
from tests.publishing.pausing import (
    HELD,
    HOUR,
    SCHEDULED,
    SENDING,
    end,
    entry,
    move,
    scheduled,
    sending,
    start,
    states,
    tick,
    todos_of,
)
from weibo_ops.kernel import audit
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

TEXTS = tuple(f"【通知】第{number}期便民服务活动将于周六上午在梧桐路社区举行,欢迎参加。" for number in range(1, 9))


@pytest.fixture(params=["sqlite", "postgresql"])
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Newsroom]:
    """On both databases: whatever holds, clears and ends must behave the same."""
    db = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")()
    made = Newsroom(tmp_path / "home", db)
    yield made
    made.app.close()


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Newsroom]:
    """On SQLite alone: rules that no database has a say in."""
    made = Newsroom(tmp_path / "home")
    yield made
    made.app.close()


def stopped_by(room: Newsroom, post: int, at: Any = None) -> str:
    with room.app.db.reading() as session:
        row = PostRepository(session).get(post)
        assert row is not None
        revision = PostRepository(session).revision(post, row.revision)
        found = Pausing(session, room.clock.now()).holding(
            row, revision, at or room.clock.now(), row.signed_fingerprint
        )
        return found.title if found is not None else ""


def clear(room: Newsroom, pause: int, post: int, who: Any = "zhou", **more: Any) -> Any:
    actor = room.who(who) if isinstance(who, str) else who
    given = {"code": room.show(post).code, "reason": "关系供水安全"} | more
    return room.app.pauses.clear(actor, pause, post, **given)


# --- starting -----------------------------------------------------------------------------------------------


def test_starting_holds_what_would_go_out_and_lists_what_cannot_be_stopped(room: Newsroom) -> None:
    soon, overdue = scheduled(room, NOW + HOUR, text=TEXTS[0]), scheduled(room, NOW - HOUR, text=TEXTS[1])
    out, unsure = sending(room, NOW, text=TEXTS[2]), sending(room, NOW, text=TEXTS[3])
    move(room, unsure, DOUBT)
    signed = room.signed(text=TEXTS[4])
    seen = room.app.pauses.preview(room.who("zhou"), entry())
    assert {each.post_id for each in seen.held} == {soon, overdue}
    assert {(each.post_id, each.state) for each in seen.sending} == {(out, "发布中"), (unsure, "结果待核实")}
    assert seen.unscheduled == 1
    assert (seen.units, seen.clearer) == ((WATER,), "周终审")
    assert states(room, soon, overdue) == [SCHEDULED, SCHEDULED]
    assert room.app.pauses.rows() == []
    detail = start(room)
    assert states(room, soon, overdue, out, unsure, signed) == [HELD, HELD, SENDING, "结果待核实", "已签发"]
    assert {each.post_id for each in detail.held} == {soon, overdue}
    assert {each.post_id for each in detail.sending} == {out, unsure}
    assert (detail.row.state, detail.row.waiting) == ("暂停中", 2)
    assert {(each.subject, each.recipient) for each in todos_of(room, "post.held")} == {
        (f"{soon}/{detail.row.pause_id}", "zhao"),
        (f"{overdue}/{detail.row.pause_id}", "zhao"),
    }
    assert [each.recipient for each in todos_of(room, "pause.clear")] == ["zhou"]
    told = todos_of(room, "pause.sending")
    assert {each.subject for each in told} == {f"{detail.row.pause_id}/{post}" for post in (out, unsure)}
    assert {each.recipient for each in told} == {"zhao"}
    with room.app.db.reading() as session:
        assert audit.verify(session).broken_at is None
        row = PostRepository(session).get(soon)
        assert row is not None
        assert (row.pause_id, row.scheduled_at) == (detail.row.pause_id, NOW + HOUR)
        assert "全市哀悼日" in row.reason


def test_signed_missed_and_failed_posts_stay_and_cannot_be_scheduled_into_it(quick: Newsroom) -> None:
    missed = scheduled(quick, NOW + HOUR, text=TEXTS[0])
    move(quick, missed, MISS)
    signed = quick.signed(text=TEXTS[1])
    start(quick)
    assert states(quick, missed, signed) == ["错过发布时间", "已签发"]
    assert stopped_by(quick, missed) == stopped_by(quick, signed) == "全市哀悼日"


def test_what_lies_after_the_pause_is_left_alone(quick: Newsroom) -> None:
    inside, after = scheduled(quick, NOW + HOUR, text=TEXTS[0]), scheduled(quick, NOW + 3 * HOUR, text=TEXTS[1])
    start(quick, until_at=NOW + 3 * HOUR)
    assert states(quick, inside, after) == [HELD, SCHEDULED]


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        ({}, True),
        ({"units": (WATER,)}, True),
        ({"units": (PLANT,)}, False),
        ({"accounts": (ACCOUNT,)}, True),
        ({"accounts": (OTHER,)}, False),
        ({"areas": ("云麓市",)}, True),
        ({"classes": ("日常",)}, True),
        ({"classes": ("转载", "解读")}, False),
    ],
)
def test_scope(quick: Newsroom, scope: dict[str, Any], held: bool) -> None:
    post = scheduled(quick, NOW + HOUR)
    start(quick, **scope)
    assert (states(quick, post) == [HELD]) is held


def test_the_unit_above_pauses_those_below_it(quick: Newsroom) -> None:
    post = scheduled(quick, NOW + HOUR)
    detail = start(quick, "sun", units=(WATER,), clearer="shang")
    assert states(quick, post) == [HELD]
    assert detail.row.unit == CITY


@pytest.mark.parametrize("scope", [{"units": (CITY,)}, {"units": (WATER,)}, {"accounts": (ACCOUNT,)}])
def test_a_unit_below_cannot_pause_those_above_it(quick: Newsroom, scope: dict[str, Any]) -> None:
    post = scheduled(quick, NOW + HOUR)
    with pytest.raises(RefusedError, match="不属于云麓市供水管理局第一水厂及下级单位"):
        start(quick, "han", clearer="han", **scope)
    start(quick, "han", clearer="han")
    assert states(quick, post) == [SCHEDULED]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"title": " "}, UsageError, "名称和事由"),
        ({"reason": ""}, UsageError, "名称和事由"),
        ({"title": "长" * 101}, UsageError, "超过100字"),
        ({"title": "哀悼\x1b[31m日"}, UsageError, "控制字符"),
        ({"clearer": ""}, UsageError, "放行人"),
        ({"clearer": "nobody"}, NotFoundError, "nobody"),
        ({"clearer": "zhao"}, RefusedError, "不能担任放行人"),
        ({"clearer": "hired"}, RefusedError, "代运维"),
        ({"clearer": "gone"}, RefusedError, "在岗"),
        ({"clearer": "far"}, RefusedError, "上级单位"),
        ({"from_at": NOW - HOUR}, UsageError, "已过"),
        ({"until_at": NOW}, UsageError, "晚于开始"),
        ({"from_at": NOW + HOUR, "until_at": NOW + HOUR}, UsageError, "晚于开始"),
        ({"classes": ("闲聊",)}, UsageError, "闲聊"),
        ({"allowed": ("闲聊",)}, UsageError, "闲聊"),
        ({"areas": ("松泉市",)}, NotFoundError, "松泉市"),
        ({"units": ("没有的局",)}, NotFoundError, "没有的局"),
        ({"accounts": ("没有的号",)}, NotFoundError, "没有的号"),
    ],
)
def test_bad_input_is_refused_with_nothing_held(
    quick: Newsroom, change: dict[str, Any], error: type[Exception], words: str
) -> None:
    post = scheduled(quick, NOW + HOUR)
    quick.app.units.add(BOSS, UnitEntry("松泉县人民政府", level="县级", area="松泉县"))
    quick.app.staff.add(
        BOSS, StaffEntry("hired", "代运维甲", WATER, ("终审",), outsourced=True, contract_ends_on=beijing_date(NOW))
    )
    quick.app.staff.add(BOSS, StaffEntry("gone", "离岗甲", WATER, ("终审",)))
    quick.app.staff.add(BOSS, StaffEntry("far", "外地甲", "松泉县人民政府", ("终审",)))
    quick.app.staff.change(BOSS, "gone", {"active": False})
    for method in (quick.app.pauses.preview, quick.app.pauses.start):
        with pytest.raises(error, match=words):
            method(quick.who("zhou"), entry(**change))
    assert states(quick, post) == [SCHEDULED]
    assert quick.app.pauses.rows() == []


# --- the clock ----------------------------------------------------------------------------------------------


def test_a_pause_to_come_holds_what_falls_in_it_at_once_and_the_overdue_when_it_begins(room: Newsroom) -> None:
    inside = scheduled(room, NOW + 5 * HOUR, text=TEXTS[0])
    before = scheduled(room, NOW + HOUR, text=TEXTS[1])
    detail = start(room, from_at=NOW + 4 * HOUR, until_at=NOW + 8 * HOUR)
    assert detail.row.state == "未开始"
    assert states(room, inside, before) == [HELD, SCHEDULED]
    tick(room)
    assert states(room, inside, before) == [HELD, SCHEDULED]
    room.clock.instant = NOW + 4 * HOUR
    assert tick(room).held == 1
    assert states(room, inside, before) == [HELD, HELD]
    assert (tick(room).held, tick(room).held) == (0, 0)


def test_its_time_over_it_ends_by_itself_and_sends_nothing(room: Newsroom) -> None:
    post = scheduled(room, NOW + HOUR)
    pause = start(room, until_at=NOW + 2 * HOUR).row.pause_id
    room.clock.instant = NOW + 2 * HOUR
    assert room.app.pauses.show(pause).row.state == "到时"
    assert (tick(room).ended, tick(room).ended) == (1, 0)
    row = room.app.pauses.show(pause).row
    assert (row.state, row.ended_by, row.end_reason, row.waiting) == ("已结束", "本程序", "到时结束", 1)
    assert states(room, post) == [HELD]
    assert [(each.recipient, "未发布任何一条" in each.title) for each in todos_of(room, "pause.end")] == [
        ("zhou", True)
    ]
    assert todos_of(room, "pause.clear") == []


def test_a_clock_set_back_lets_nothing_go(quick: Newsroom) -> None:
    post = scheduled(quick, NOW + HOUR)
    pause = start(quick, from_at=NOW + HOUR / 2, until_at=NOW + 2 * HOUR).row.pause_id
    quick.clock.instant = NOW + 3 * HOUR
    tick(quick)
    quick.clock.instant = NOW - HOUR
    tick(quick)
    assert states(quick, post) == [HELD]
    assert quick.app.pauses.show(pause).row.state == "已结束"


def test_what_comes_back_to_the_calendar_during_a_pause_is_held(quick: Newsroom) -> None:
    out = sending(quick, NOW)
    start(quick)
    move(quick, out, PUT_OFF, send_after=NOW + HOUR)
    assert states(quick, out) == [SCHEDULED]
    tick(quick)
    assert states(quick, out) == [HELD]


# --- ending -------------------------------------------------------------------------------------------------


def test_ending_a_pause_with_forty_overdue_posts_sends_none(room: Newsroom) -> None:
    posts = []
    first = scheduled(room, NOW + HOUR)
    with room.app.db.writing() as session:
        repository = PostRepository(session)
        row = repository.get(first)
        assert row is not None
        revision = repository.revision(first, 1)
        for _ in range(39):
            copied = {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key != "id"}
            post = repository.add(copied)
            words = {c.key: getattr(revision, c.key) for c in revision.__table__.columns if c.key != "id"}
            repository.add_revision({**words, "post_id": post})
            posts.append(post)
    posts.append(first)
    pause = start(room).row.pause_id
    room.clock.instant = NOW + 26 * HOUR
    detail = end(room, pause)
    assert len(detail.held) == 40
    for _ in range(3):
        tick(room)
        room.clock.instant += HOUR
    assert set(states(room, *posts)) == {HELD}
    rows = room.app.pauses.queue(room.who("zhao"))
    assert {each.post_id for each in rows} == set(posts)
    assert {(each.late, each.covering, each.next_step) for each in rows} == {(True, "", "可重新排期、修改或撤稿")}


def test_each_held_post_is_decided_for_itself(quick: Newsroom) -> None:
    again, gone, edited = (scheduled(quick, NOW + HOUR, text=text) for text in TEXTS[:3])
    end(quick, start(quick).row.pause_id)
    move(quick, again, SCHEDULE, scheduled_at=NOW + 5 * HOUR, pause_id=None, reason="")
    quick.app.reviews.withdraw(quick.who("zhao"), gone, "已过时", quick.show(gone).row.version)
    quick.app.posts.edit(quick.who("zhao"), edited, quick.entry(TEXTS[3]), quick.show(edited).row.version)
    assert states(quick, again, gone, edited) == [SCHEDULED, "撤稿", "草稿"]
    assert quick.app.pauses.queue(quick.who("zhao")) == []
    tick(quick)
    assert todos_of(quick, "post.held") == todos_of(quick, "pause.end") == []


def test_the_starter_their_unit_and_those_above_may_end_it_and_nobody_below(quick: Newsroom) -> None:
    pause = start(quick, "sun", units=(PLANT,), clearer="shang").row.pause_id
    for login in ("han", "zhou"):
        with pytest.raises(RefusedError, match="不能结束"):
            end(quick, pause, login)
    end(quick, pause, "shang")
    own = start(quick, "han", clearer="han").row.pause_id
    end(quick, own, "zhou")
    other = start(quick, "han", clearer="han").row.pause_id
    end(quick, other, "sun")


def test_ending_twice_without_a_reason_or_on_an_old_version_is_refused(quick: Newsroom) -> None:
    pause = start(quick).row.pause_id
    with pytest.raises(UsageError, match="理由"):
        end(quick, pause, reason=" ")
    with pytest.raises(ConflictError, match="刚被他人办理"):
        quick.app.pauses.end(quick.who("zhou"), pause, 7, "完")
    with pytest.raises(NotFoundError):
        quick.app.pauses.end(quick.who("zhou"), 99, 1, "完")
    end(quick, pause)
    with pytest.raises(ConflictError, match="已结束"):
        end(quick, pause)


def test_one_pause_ended_another_still_covers(room: Newsroom) -> None:
    post = scheduled(room, NOW + HOUR)
    first = start(room).row.pause_id
    second = start(room, "sun", title="全市重要时段", clearer="shang").row.pause_id
    assert states(room, post) == [HELD]
    end(room, first)
    assert stopped_by(room, post) == "全市重要时段"
    row = room.app.pauses.queue(room.who("zhao"))[0]
    assert (row.covering, row.covering_id, row.pause) == ("全市重要时段", second, "全市哀悼日")
    end(room, second, "sun")
    assert stopped_by(room, post) == ""
    assert states(room, post) == [HELD]


# --- clearing -----------------------------------------------------------------------------------------------


NOTICE = {"content_class": "公告", "source_basis": "检修审批单", "secrecy_review": "经审查不涉密,可以公开"}


def urgent(room: Newsroom, at: Any = NOW + HOUR) -> int:
    return scheduled(room, at, **NOTICE)


def test_a_cleared_post_may_be_scheduled_and_another_text_of_it_may_not(room: Newsroom) -> None:
    post = urgent(room)
    pause = start(room).row.pause_id
    assert [each.mine for each in room.app.pauses.queue(room.who("zhou"))] == [True]
    assert stopped_by(room, post) == "全市哀悼日"
    detail = clear(room, pause, post)
    assert [(each.post_id, each.person, each.valid) for each in detail.clearances] == [(post, "周终审", True)]
    assert stopped_by(room, post) == ""
    assert states(room, post) == [HELD]
    assert room.app.pauses.queue(room.who("zhao"))[0].next_step == "已放行,可排期"
    with pytest.raises(ConflictError, match="已放行"):
        clear(room, pause, post)
    move(room, post, SCHEDULE, scheduled_at=NOW + HOUR, pause_id=None)
    tick(room)
    assert states(room, post) == [SCHEDULED]
    changed = room.entry(TEXTS[0], **NOTICE)
    room.app.posts.edit(room.who("zhao"), post, changed, room.show(post).row.version)
    room.submit(post)
    for login in ("chu", "fu", "zhou"):
        room.agree(post, login)
    assert stopped_by(room, post) == "全市哀悼日"
    assert [each.valid for each in room.app.pauses.show(pause).clearances] == [False]


def test_a_clearance_from_one_pause_is_none_from_another(quick: Newsroom) -> None:
    post = urgent(quick)
    first = start(quick).row.pause_id
    start(quick, "sun", title="全市重要时段", clearer="shang")
    clear(quick, first, post)
    assert stopped_by(quick, post) == "全市重要时段"
    assert not quick.app.pauses.queue(quick.who("zhao"))[0].cleared


@pytest.mark.parametrize("who", ["shang", "sun", "han"])
def test_nobody_but_the_named_person_clears(quick: Newsroom, who: str) -> None:
    post = urgent(quick)
    pause = start(quick).row.pause_id
    with pytest.raises(RefusedError, match="放行人是周终审"):
        clear(quick, pause, post, who)
    assert stopped_by(quick, post) == "全市哀悼日"


def test_a_deputy_clears_for_the_clearer_and_the_clearer_not_in_somebody_elses_name(quick: Newsroom) -> None:
    post = urgent(quick)
    today = beijing_date(NOW)
    quick.app.staff.deputise(BOSS, "zhou", "fu", today, today + timedelta(days=3), reason="出差")
    pause = start(quick).row.pause_id
    with pytest.raises(RefusedError, match="放行人是周终审"):
        clear(quick, pause, post, quick.deputy("zhou", "shang"))
    detail = clear(quick, pause, post, quick.deputy("fu", "zhou"))
    assert (detail.clearances[0].person, detail.clearances[0].on_behalf_of) == ("傅复审", "周终审")


def test_an_author_does_not_clear_their_own_post(quick: Newsroom) -> None:
    quick.app.staff.add(BOSS, StaffEntry("double", "双岗甲", WATER, ("编辑", "终审")))
    post = quick.draft("double", **NOTICE).row.post_id
    quick.submit(post, "double")
    for login in ("chu", "fu", "zhou"):
        quick.agree(post, login)
    move(quick, post, SCHEDULE, scheduled_at=NOW + HOUR, scheduled_by="double")
    pause = start(quick, clearer="double").row.pause_id
    with pytest.raises(RefusedError, match="另一人"):
        clear(quick, pause, post, "double")


def test_what_may_not_be_cleared(quick: Newsroom) -> None:
    daily, notice = scheduled(quick, NOW + HOUR, text=TEXTS[0]), urgent(quick)
    draft = quick.draft(text=TEXTS[1], **NOTICE).row.post_id
    pause = start(quick).row.pause_id
    with pytest.raises(RefusedError, match="“日常”不在"):
        clear(quick, pause, daily)
    with pytest.raises(RefusedError, match="状态是“草稿”"):
        clear(quick, pause, draft)
    with pytest.raises(ConflictError, match="不符"):
        clear(quick, pause, notice, code="0000-0000-0000")
    with pytest.raises(UsageError, match="理由"):
        clear(quick, pause, notice, reason=" ")
    with pytest.raises(NotFoundError):
        clear(quick, 99, notice)
    with pytest.raises(NotFoundError):
        quick.app.pauses.clear(quick.who("zhou"), pause, 999, "x", "理由")
    other = start(quick, classes=("转载",), title="转载暂停").row.pause_id
    with pytest.raises(RefusedError, match="不在暂停发布“转载暂停”的范围内"):
        clear(quick, other, notice)
    end(quick, pause)
    with pytest.raises(ConflictError, match="已结束"):
        clear(quick, pause, notice)


def test_the_list_of_a_pause_may_be_narrower_than_that_of_the_standard(quick: Newsroom) -> None:
    post = urgent(quick)
    pause = start(quick, allowed=("突发",)).row.pause_id
    with pytest.raises(RefusedError, match="允许放行的类别"):
        clear(quick, pause, post)
    assert start(quick, title="另一个").row.allowed == ("突发", "辟谣", "公告")


def test_a_signature_that_no_longer_holds_is_not_cleared(quick: Newsroom) -> None:
    post = urgent(quick)
    pause = start(quick).row.pause_id
    quick.forbid("储水")
    assert states(quick, post) == ["草稿"] or not quick.show(post).valid
    with pytest.raises(RefusedError):
        clear(quick, pause, post)


# --- what is seen -------------------------------------------------------------------------------------------


def test_the_queue_shows_everybody_theirs_and_hides_nothing_of_it(quick: Newsroom) -> None:
    post = scheduled(quick, NOW + HOUR)
    start(quick)
    for login, sees in (("zhao", True), ("sun", True), ("wu", False)):
        assert ([each.post_id for each in quick.app.pauses.queue(quick.who(login))] == [post]) is sees
    assert post in {each.post_id for each in quick.app.posts.rows(state=HELD)}


def test_a_post_taken_off_the_calendar_is_not_held(quick: Newsroom) -> None:
    post = scheduled(quick, NOW + HOUR)
    move(quick, post, UNSCHEDULE, scheduled_at=None, scheduled_by="")
    assert start(quick).held == ()
    assert states(quick, post) == ["已签发"]
