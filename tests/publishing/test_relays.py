"""必转联动: who is asked, drafts from the common line, receipts that must fit, progress that hides nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Account, ObservedPost
from publishing.models import RelayTarget
from publishing.receipts import Publication, Publications
from publishing.repository import PostRepository
from publishing.repository.relays import RelayRepository
from publishing.transitions import CLAIM, PUBLISH, SCHEDULE
from tests.office import BOSS
from tests.publishing.newsroom import ACCOUNT, CITY, NOW, OTHER, PLANT, WATER, Newsroom
from tests.publishing.pausing import move, todos_of
from tests.publishing.relaying import DUE, LINE, SOURCE, entry, issue, target
from weibo_ops.bootstrap import PROGRAM
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

OURS = "https://weibo.com/9900000001/5000000000000001"
HOUR = timedelta(hours=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Newsroom]:
    """On both databases."""
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


def observe(room: Newsroom, account: int, platform_id: str, at: Any, text: str = LINE) -> None:
    with room.app.db.writing() as session:
        session.add(
            ObservedPost(
                account_id=account,
                platform="weibo",
                platform_id=platform_id,
                published_at=at,
                text=text,
                threads_stale=False,
            )
        )


def publish(room: Newsroom, post: int, at: Any, platform_id: str = "5000000000000001") -> None:
    """What the delivery program does when a post went out."""
    move(room, post, SCHEDULE, scheduled_at=NOW, scheduled_by="zhao")
    move(room, post, CLAIM, lease_owner="w", lease_token=1, lease_until=at)
    move(room, post, PUBLISH, platform_id=platform_id, link=OURS, published_at=at)
    with room.app.db.writing() as session:
        row = PostRepository(session).get(post)
        assert row is not None
        text = PostRepository(session).revision(post, row.revision)
        Publications(session, room.clock.now()).record(Publication(row, text, platform_id, at, text.text, OURS))


# --- giving a task ------------------------------------------------------------------------------------------


def test_a_task_goes_to_every_running_account_of_the_unit_and_below(room: Newsroom) -> None:
    detail = room.app.relays.progress(issue(room), room.who("zhao"))
    assert {each.account for each in detail.targets} == {ACCOUNT, OTHER}
    assert (detail.row.total, detail.row.done, detail.row.progress) == (2, 0, "0/2")
    assert (detail.row.unit, detail.content_class, detail.issued_by) == (CITY, "转载", "孙监管")
    assert {(each.recipient, each.due_at) for each in todos_of(room, "relay.due")} == {
        ("zhao", DUE),
        ("li", DUE),
        ("wu", DUE),
    }
    with room.app.db.reading() as session:
        assert audit.verify(session).broken_at is None


def test_who_keeps_the_account_is_told_before_the_editors(quick: Newsroom) -> None:
    quick.app.safety.appoint(quick.who("sun"), ACCOUNT, "li")
    issue(quick, accounts=(ACCOUNT,), unit="")
    assert [each.recipient for each in todos_of(quick, "relay.due")] == ["li"]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"kind": "点赞"}, UsageError, "点赞"),
        ({"title": " "}, UsageError, "名称和依据"),
        ({"title": "防汛\n提示"}, UsageError, "控制字符"),
        ({"basis": ""}, UsageError, "名称和依据"),
        ({"source_link": "https://example.com/1"}, UsageError, "不是微博的链接"),
        ({"source_link": ""}, UsageError, "原文链接"),
        ({"shared_text": ""}, UsageError, "转发语"),
        ({"content_class": "闲聊"}, UsageError, "闲聊"),
        ({"due_at": NOW}, UsageError, "已过"),
        ({"unit": "", "accounts": ()}, UsageError, "哪些账号"),
        ({"unit": "没有的局"}, NotFoundError, "没有的局"),
        ({"accounts": ("没有的号",)}, NotFoundError, "没有的号"),
        ({"shared_text": "长" * 2001}, UsageError, "2000"),
    ],
)
def test_bad_input_is_refused_with_nothing_given(
    quick: Newsroom, change: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        issue(quick, **change)
    assert quick.app.relays.rows() == []
    assert todos_of(quick, "relay.due") == []


def test_nobody_gives_tasks_to_units_beyond_theirs(quick: Newsroom) -> None:
    quick.app.staff.grant_role(BOSS, "han", "监管人员")
    for more in ({"unit": WATER}, {"unit": "", "accounts": (ACCOUNT,)}):
        with pytest.raises(RefusedError, match="下级单位"):
            issue(quick, "han", **more)
    issue(quick, "han", unit=PLANT)


def test_an_account_that_does_not_run_is_not_asked(quick: Newsroom) -> None:
    row = next(each for each in quick.app.accounts.list_accounts() if each.screen_name == OTHER)
    with quick.app.db.writing() as session:
        session.get_one(Account, row.account_id).status = "关停公告"
    detail = quick.app.relays.issue(quick.who("sun"), entry())
    assert [each.account for each in detail.targets] == [ACCOUNT]
    with pytest.raises(RefusedError, match="正常运行"):
        issue(quick, accounts=(OTHER,), unit="")


# --- joining ------------------------------------------------------------------------------------------------


def test_joining_makes_a_draft_that_goes_the_way_of_every_post_and_ends_in_the_receipt(room: Newsroom) -> None:
    task = issue(room)
    joined = room.app.relays.join(room.who("zhao"), task, ACCOUNT)
    post = room.show(joined.post_id)
    assert (post.row.state, post.current.text, post.current.content_class) == ("草稿", LINE, "转载")
    assert SOURCE in post.current.source_basis
    assert target(joined.detail).state == "办理中"
    edited = room.entry(LINE, content_class="转载", source_basis=SOURCE)
    room.app.posts.edit(room.who("zhao"), joined.post_id, edited, post.row.version)
    room.submit(joined.post_id)
    for login in ("chu", "fu", "zhou"):
        room.agree(joined.post_id, login)
    publish(room, joined.post_id, NOW + HOUR)
    done = target(room.app.relays.progress(task))
    assert (done.state, done.link, done.done_at, done.late, done.checked) == ("已回执", OURS, NOW + HOUR, False, True)
    assert {each.recipient for each in todos_of(room, "relay.due")} == {"wu"}


def test_a_task_with_many_accounts_closes_the_to_dos_of_the_right_one(quick: Newsroom) -> None:
    task = issue(quick)
    with quick.app.db.writing() as session:
        for number in range(10, 13):
            todos.propose(session, "relay.due", f"{task}/{number}/", "另一账号", NOW, recipient="other")
    joined = quick.app.relays.join(quick.who("zhao"), task, ACCOUNT)
    post = joined.post_id
    edited = quick.entry(LINE, content_class="转载", source_basis=SOURCE)
    quick.app.posts.edit(quick.who("zhao"), post, edited, quick.show(post).row.version)
    quick.submit(post)
    for login in ("chu", "fu", "zhou"):
        quick.agree(post, login)
    publish(quick, post, NOW + HOUR)
    assert len([each for each in todos_of(quick, "relay.due") if each.recipient == "other"]) == 3


def test_joining_twice_makes_no_second_draft(quick: Newsroom) -> None:
    task = issue(quick)
    first = quick.app.relays.join(quick.who("zhao"), task, ACCOUNT).post_id
    with pytest.raises(ConflictError, match=f"稿件{first}"):
        quick.app.relays.join(quick.who("li"), task, ACCOUNT)
    assert len(quick.app.posts.rows()) == 1
    quick.app.reviews.withdraw(quick.who("zhao"), first, "另拟", quick.show(first).row.version)
    second = quick.app.relays.join(quick.who("li"), task, ACCOUNT).post_id
    assert target(quick.app.relays.progress(task)).post_id == second


def test_nobody_joins_for_accounts_of_others(quick: Newsroom) -> None:
    task = issue(quick)
    with pytest.raises(RefusedError, match="主办单位"):
        quick.app.relays.join(quick.who("wu"), task, ACCOUNT)
    only = issue(quick, accounts=(OTHER,), unit="")
    with pytest.raises(NotFoundError, match="没有列入"):
        quick.app.relays.join(quick.who("zhao"), only, ACCOUNT)
    with pytest.raises(NotFoundError):
        quick.app.relays.join(quick.who("zhao"), 99, ACCOUNT)


def test_binding_a_post_that_is_there_already(quick: Newsroom) -> None:
    task = issue(quick, kind="联动", source_link="")
    of_other = quick.draft("wu", account=OTHER).row.post_id
    with pytest.raises(RefusedError, match="有效稿件"):
        quick.app.relays.bind(quick.who("zhao"), task, ACCOUNT, of_other)
    own = quick.signed()
    detail = quick.app.relays.bind(quick.who("zhao"), task, ACCOUNT, own)
    assert (target(detail).state, target(detail).post_id) == ("办理中", own)
    publish(quick, own, DUE + HOUR)
    assert target(quick.app.relays.progress(task)).late


def test_binding_what_is_out_already_is_a_receipt_at_once(quick: Newsroom) -> None:
    post = quick.signed()
    publish(quick, post, NOW)
    task = issue(quick, kind="联动", source_link="")
    done = target(quick.app.relays.bind(quick.who("zhao"), task, ACCOUNT, post))
    assert (done.state, done.link, done.done_at) == ("已回执", OURS, NOW)


# --- receipts by hand ---------------------------------------------------------------------------------------


def receipt(room: Newsroom, task: int, link: str = OURS, who: str = "zhao", account: str = ACCOUNT, **more: Any) -> Any:
    return target(room.app.relays.receipt(room.who(who), task, account, link, **more), account)


def test_a_receipt_is_compared_with_what_was_seen(room: Newsroom) -> None:
    first, second = issue(room), issue(room, title="第二个任务")
    unseen = receipt(room, first)
    assert (unseen.state, unseen.checked, unseen.done_at, unseen.done_by) == ("已回执", False, NOW, "赵编辑")
    observe(room, unseen.account_id, "5000000000000001", NOW - HOUR)
    seen = receipt(room, second)
    assert (seen.checked, seen.done_at) == (True, NOW - HOUR)
    room.app.relays.remind(PROGRAM)
    later = target(room.app.relays.progress(first))
    assert (later.checked, later.done_at) == (True, NOW - HOUR)


def test_a_late_receipt_is_taken_and_shown_late_also_after_the_end(quick: Newsroom) -> None:
    task = issue(quick)
    quick.clock.instant = DUE + HOUR
    row = quick.app.relays.progress(task).row
    assert (row.overdue, row.late) == (2, 0)
    assert receipt(quick, task).late
    quick.app.relays.close(quick.who("sun"), task, row.version)
    there = "https://weibo.com/9900000002/5000000000000002"
    assert receipt(quick, task, there, "wu", OTHER, posted_at=DUE).late is False
    row = quick.app.relays.progress(task).row
    assert (row.done, row.late, row.overdue, row.open) == (2, 1, 0, False)


@pytest.mark.parametrize(
    ("link", "error", "words"),
    [
        ("https://example.com/1/2", UsageError, "不是微博的链接"),
        ("", UsageError, "不是微博的链接"),
        ("https://weibo.com/9900000002/5000000000000001", RefusedError, "不是账号“云麓供水”"),
        ("https://m.weibo.cn/status/5000000000000777", RefusedError, "不是账号“云麓供水”"),
        ("https://m.weibo.cn/status/N1234abcd", RefusedError, "原文"),
    ],
)
def test_a_link_that_does_not_fit_is_refused(quick: Newsroom, link: str, error: type[Exception], words: str) -> None:
    task = issue(quick)
    other = target(quick.app.relays.progress(task), OTHER)
    observe(quick, other.account_id, "5000000000000777", NOW)
    with pytest.raises(error, match=words):
        receipt(quick, task, link)
    assert target(quick.app.relays.progress(task)).state == "待办"


def test_a_receipt_is_refused_while_a_draft_is_on_its_way_and_twice(quick: Newsroom) -> None:
    task = issue(quick)
    quick.app.relays.join(quick.who("zhao"), task, ACCOUNT)
    with pytest.raises(ConflictError, match="已有稿件"):
        receipt(quick, task)
    other = issue(quick, title="另一任务")
    receipt(quick, other)
    with pytest.raises(ConflictError, match="已回执"):
        receipt(quick, other)
    with pytest.raises(UsageError, match="尚未到"):
        receipt(quick, issue(quick, title="又一任务"), posted_at=NOW + HOUR)
    short = "https://m.weibo.cn/status/5000000000000001"
    with pytest.raises(RefusedError, match="另一账号的回执"):
        receipt(quick, other, short, "wu", OTHER)


# --- excusing, reminding, closing ---------------------------------------------------------------------------


def test_only_who_gave_the_task_excuses_and_closes(quick: Newsroom) -> None:
    task = issue(quick)
    quick.app.staff.grant_role(BOSS, "han", "监管人员")
    acts: list[Callable[[], object]] = [
        lambda: quick.app.relays.excuse(quick.who("han"), task, OTHER, "账号在整改"),
        lambda: quick.app.relays.close(quick.who("han"), task, 1),
    ]
    for act in acts:
        with pytest.raises(RefusedError, match="下达任务"):
            act()
    with pytest.raises(UsageError, match="理由"):
        quick.app.relays.excuse(quick.who("sun"), task, OTHER, " ")
    detail = quick.app.relays.excuse(quick.who("sun"), task, OTHER, "账号在整改")
    excused = target(detail, OTHER)
    assert (excused.state, excused.reason, excused.late) == ("说明不转", "账号在整改", False)
    assert (detail.row.progress, detail.row.excused) == ("0/1", 1)
    assert {each.recipient for each in todos_of(quick, "relay.due")} == {"zhao", "li"}
    with pytest.raises(ConflictError, match="说明不转"):
        quick.app.relays.join(quick.who("wu"), task, OTHER)


def test_reminders_come_once_before_and_once_after_and_the_giver_hears_of_the_late(quick: Newsroom) -> None:
    task = issue(quick)
    assert quick.app.relays.remind(PROGRAM) == 0
    quick.clock.instant = DUE - HOUR
    assert quick.app.relays.remind(PROGRAM) == quick.app.relays.remind(PROGRAM) == 2
    told = [each for each in todos_of(quick, "relay.due") if each.title.startswith("提醒")]
    assert sorted(each.recipient for each in told) == ["li", "wu", "zhao"]
    quick.clock.instant = DUE + HOUR
    quick.app.relays.remind(PROGRAM)
    late = [each for each in todos_of(quick, "relay.due") if each.title.startswith("催办")]
    assert sorted(each.recipient for each in late) == ["li", "sun", "sun", "wu", "zhao"]
    quick.app.relays.close(quick.who("sun"), task, 1)
    assert todos_of(quick, "relay.due") == []
    assert quick.app.relays.remind(PROGRAM) == 0


def test_a_closed_task_takes_no_drafts_and_is_closed_once(quick: Newsroom) -> None:
    task = issue(quick)
    with pytest.raises(ConflictError):
        quick.app.relays.close(quick.who("sun"), task, 7)
    quick.app.relays.close(quick.who("sun"), task, 1)
    for act in (
        lambda: quick.app.relays.join(quick.who("zhao"), task, ACCOUNT),
        lambda: quick.app.relays.bind(quick.who("zhao"), task, ACCOUNT, 1),
        lambda: quick.app.relays.excuse(quick.who("sun"), task, ACCOUNT, "不转"),
        lambda: quick.app.relays.close(quick.who("sun"), task, 2),
    ):
        with pytest.raises(ConflictError, match="已结束"):
            act()
    row = quick.app.relays.rows()[0]
    assert (row.open, row.done, row.total) == (False, 0, 2)
    assert quick.app.relays.rows(open_only=True) == []


def test_two_people_at_once_leave_one_entry(quick: Newsroom) -> None:
    task = issue(quick)
    with quick.app.db.writing() as session:
        found = RelayRepository(session).targets([task])[0][0]
        assert isinstance(found, RelayTarget)
        assert RelayRepository(session).change_target(found.id, ("待办",), None, {"state": "办理中"})
        assert not RelayRepository(session).change_target(found.id, ("待办",), None, {"state": "办理中"})
