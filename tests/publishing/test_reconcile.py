"""What stands on our accounts and was not sent by us is claimed, excluded, or a person says that it is a break-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import ObservedPost
from publishing.enums import ClaimState, PostState
from publishing.models import RelayTarget, RelayTask
from publishing.receipts import BREAK_IN, EDITED, UNCLAIMED
from tests.publishing.newsroom import ACCOUNT, NOW, OTHER, TEXT, Newsroom
from tests.publishing.publishing_room import MID, NEXT, at, handed_over, link, overdue, stored, todos_of
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

STRANGE = "今晚八点直播间抽奖,点击领取"


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Newsroom]:
    db = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")()
    made = Newsroom(tmp_path / "home", db)
    yield made
    made.app.close()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.png"
    path.write_bytes(b"\x89PNG scanned sheet")
    return path


def observe(room: Newsroom, mid: str = MID, text: str = STRANGE, minutes: float = 0, account: str = ACCOUNT) -> None:
    with room.app.db.writing() as session:
        session.add(
            ObservedPost(
                account_id=room.app.accounts.account_id(account),
                platform_id=mid,
                published_at=at(room, minutes),
                text=text,
                threads_stale=False,
            )
        )


def stranger(room: Newsroom, mid: str = MID, text: str = STRANGE) -> int:
    """A post that nobody here sent, on the list; its number there."""
    room.app.reconcile.watch(room.who("fu"), ACCOUNT, NOW)
    observe(room, mid, text)
    room.app.reconcile.observed()
    return next(row.unclaimed_id for row in room.app.reconcile.unclaimed() if row.platform_id == mid)


def test_an_account_that_nobody_publishes_for_is_left_alone(room: Newsroom) -> None:
    observe(room)
    assert room.app.reconcile.observed().unclaimed == 0


def test_history_is_never_listed_and_what_comes_after_is_listed_once(either: Newsroom) -> None:
    room = either
    observe(room, "4810000000000001", "两年前的旧微博", minutes=-2 * 365 * 24 * 60)
    post = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)
    observe(room, NEXT, minutes=1)
    assert room.app.reconcile.observed().unclaimed == 1
    assert room.app.reconcile.observed().unclaimed == 0
    (row,) = room.app.reconcile.unclaimed()
    assert (row.platform_id, row.state, row.overdue) == (NEXT, ClaimState.OPEN, False)
    assert row.due_at == at(room, 24 * 60)
    (told,) = todos_of(room, UNCLAIMED)
    assert told.due_at == row.due_at
    assert "不是本系统发出" in told.title


def test_a_later_mark_by_hand_and_one_that_lies_ahead(room: Newsroom) -> None:
    observe(room, minutes=-60)
    assert room.app.reconcile.watch(room.who("fu"), ACCOUNT, at(room, -30)).since == at(room, -30)
    assert room.app.reconcile.unclaimed() == []
    room.app.reconcile.watch(room.who("sun"), ACCOUNT, at(room, -90))
    assert len(room.app.reconcile.unclaimed(account=ACCOUNT)) == 1
    with pytest.raises(UsageError, match="尚未到来"):
        room.app.reconcile.watch(room.who("fu"), ACCOUNT, at(room, 1))
    with pytest.raises(RefusedError, match="不是账号"):
        room.app.reconcile.watch(room.who("han"), ACCOUNT, at(room, -1))


def test_an_import_that_comes_later_confirms_a_receipt(either: Newsroom) -> None:
    room = either
    post = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), post, link=link())
    assert not stored(room, post).receipt_checked
    observe(room, text=f"{TEXT} http://t.cn/A6abc")
    assert room.app.reconcile.observed().confirmed == 1
    assert stored(room, post).receipt_checked
    assert room.app.receipts.owed_receipts() == []
    assert room.app.reconcile.unclaimed() == []


def test_a_text_that_was_edited_after_posting_is_noted_once(room: Newsroom) -> None:
    post = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), post, link=link())
    observe(room, text=TEXT.replace("14日", "15日"))
    assert room.app.reconcile.observed().edited == 1
    assert room.app.reconcile.observed().edited == 0
    assert stored(room, post).reason == "与签发稿不一致"
    assert len(todos_of(room, EDITED)) == 1


def test_a_hand_posting_without_its_receipt_is_found_by_its_text(either: Newsroom) -> None:
    room = either
    post = overdue(room)
    room.app.reconcile.watch(room.who("fu"), ACCOUNT, NOW)
    observe(room, text=TEXT, minutes=-50)
    assert room.app.reconcile.observed().bound == 1
    row = stored(room, post)
    assert (row.state, row.platform_id, row.receipt_checked) == (PostState.PUBLISHED, MID, True)
    assert row.published_at == at(room, -50)
    assert room.app.reconcile.unclaimed() == []


def test_the_same_text_before_it_was_handed_over_is_not_this_post(room: Newsroom) -> None:
    room.app.reconcile.watch(room.who("fu"), ACCOUNT, NOW)
    post = handed_over(room)
    observe(room, text=TEXT, minutes=-30)
    report = room.app.reconcile.observed()
    assert (report.bound, report.unclaimed) == (0, 1)
    assert stored(room, post).state == PostState.SENDING


def test_a_signed_post_that_somebody_posted_early_is_named(room: Newsroom) -> None:
    post = room.signed()
    number = stranger(room, text=TEXT)
    (row,) = room.app.reconcile.unclaimed()
    assert (row.unclaimed_id, row.like) == (number, f"稿件{post}(已签发)")
    (told,) = todos_of(room, UNCLAIMED)
    assert f"稿件{post}(已签发)文本相同" in told.title


def test_what_a_relay_task_was_reported_done_with_is_known(room: Newsroom) -> None:
    number = stranger(room)
    with room.app.db.writing() as session:
        task = RelayTask(
            kind="必转", title="防汛", basis="通知", content_class="公告", unit_id=1, issued_by="sun",
            issued_at=NOW, due_at=NOW + timedelta(hours=2),
        )  # fmt: skip
        session.add(task)
        session.flush()
        for mid in (MID, NEXT):
            account = room.app.accounts.account_id(ACCOUNT if mid == MID else OTHER)
            session.add(RelayTarget(task_id=task.id, account_id=account, state="已回执", platform_id=mid))
    room.app.reconcile.observed()
    (row,) = room.app.reconcile.unclaimed(everything=True)
    assert (row.unclaimed_id, row.state, row.note) == (number, ClaimState.CLEARED, "即必转联动任务的回执")
    assert todos_of(room, UNCLAIMED) == []


def claim(room: Newsroom, number: int, scan: Path, who: str = "zhao", **more: object) -> object:
    given = {"author": "zhao", "signer": "zhou", "signed_at": at(room, -30), "reason": "应急,官方客户端先发"} | more
    return room.app.reconcile.claim(room.who(who), number, scan=scan, **given)  # type: ignore[arg-type]


def test_a_claim_counts_when_a_second_person_compared_it(either: Newsroom, scan: Path) -> None:
    room = either
    number = stranger(room)
    claim(room, number, scan)
    (row,) = room.app.reconcile.unclaimed()
    assert (row.state, row.author, row.signer) == (ClaimState.CLAIMED, "赵编辑", "周终审")
    for who in ("zhao", "zhou"):
        with pytest.raises(RefusedError, match="须由另一人办理"):
            room.app.reconcile.check_claim(room.who(who), number)
    done = room.app.reconcile.check_claim(room.who("li"), number)
    assert (done.state, done.checked_by) == (ClaimState.SETTLED, "李编辑")
    assert room.app.reconcile.unclaimed() == []
    for kind in (UNCLAIMED, "post.claim"):
        assert todos_of(room, kind) == []
    with pytest.raises(ConflictError, match="不能再办"):
        room.app.reconcile.check_claim(room.who("li"), number)


def test_a_deputy_is_no_second_person(room: Newsroom, scan: Path) -> None:
    number = stranger(room)
    claim(room, number, scan)
    with pytest.raises(RefusedError, match="须由另一人办理"):
        room.app.reconcile.check_claim(room.deputy("li", "zhao"), number)


def test_a_claim_that_does_not_fit_is_open_again(room: Newsroom, scan: Path) -> None:
    number = stranger(room)
    claim(room, number, scan)
    with pytest.raises(UsageError, match="请写明不符情况"):
        room.app.reconcile.check_claim(room.who("li"), number, agree=False)
    assert room.app.reconcile.check_claim(room.who("li"), number, agree=False, reason="无签字").state == ClaimState.OPEN
    claim(room, number, scan)
    room.clock.forward(hours=25)
    late = room.app.reconcile.check_claim(room.who("li"), number, agree=False, reason="无签字")
    assert late.state == ClaimState.SUSPECTED
    assert todos_of(room, BREAK_IN)


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"signer": "zhao"}, RefusedError, "没有该角色"),
        ({"signer": "chu"}, RefusedError, "没有该角色"),
        ({"author": "zhou"}, RefusedError, "不能审签"),
        ({"signer": "han"}, RefusedError, "不是该账号主办单位"),
        ({"signer": "nobody"}, NotFoundError, "没有登录名"),
        ({"reason": "急"}, UsageError, "请写明未经本系统发布的原因"),
        ({"who": "zhou"}, RefusedError, "须由另一人办理"),
        ({"who": "wu"}, RefusedError, "不是账号“云麓供水”主办单位"),
    ],
)
def test_claims_that_are_refused(
    room: Newsroom, scan: Path, more: dict[str, str], error: type[Exception], words: str
) -> None:
    number = stranger(room)
    with pytest.raises(error, match=words):
        claim(room, number, scan, **more)
    (row,) = room.app.reconcile.unclaimed()
    assert row.state == ClaimState.OPEN


def test_times_and_scans_that_cannot_be_right(room: Newsroom, scan: Path) -> None:
    first, second = stranger(room), stranger(room, NEXT, "另一条不明内容")
    for days in (-31, 1):
        with pytest.raises(UsageError, match="签批时间须在"):
            claim(room, first, scan, signed_at=at(room, days * 24 * 60))
    claim(room, first, scan)
    with pytest.raises(UsageError, match=f"已用于认领{first}"):
        claim(room, second, scan)
    with pytest.raises(NotFoundError, match="没有编号为99的待认领内容"):
        claim(room, 99, scan)
    room.clock.forward(minutes=10)
    other = scan.with_name("other.png")
    other.write_bytes(b"\x89PNG another")
    row = claim(room, second, other, signed_at=at(room, -1))
    assert getattr(row, "note", "").endswith("(先发后签)")


def test_what_nobody_posted_is_excluded_with_a_reason(room: Newsroom) -> None:
    number = stranger(room)
    with pytest.raises(UsageError, match="请写明排除的理由"):
        room.app.reconcile.exclude(room.who("fu"), number, "")
    row = room.app.reconcile.exclude(room.who("fu"), number, "平台自动生成的生日微博")
    assert (row.state, row.note) == (ClaimState.CLEARED, "平台自动生成的生日微博")
    assert todos_of(room, UNCLAIMED) == []


def test_what_nobody_claims_is_a_suspected_break_in_until_a_person_says_so(either: Newsroom, scan: Path) -> None:
    room = either
    number = stranger(room)
    room.clock.forward(hours=23, minutes=59)
    assert room.app.reconcile.tick().suspected == 0
    room.clock.forward(minutes=1)
    assert room.app.reconcile.tick().suspected == 1
    assert room.app.reconcile.tick().suspected == 0
    (row,) = room.app.reconcile.unclaimed()
    assert (row.state, row.overdue, row.checklist_id) == (ClaimState.SUSPECTED, True, None)
    assert todos_of(room, UNCLAIMED) == []
    assert {each.recipient for each in todos_of(room, BREAK_IN)} == {"监管人员"}
    assert room.app.checklists.list_checklists("账号被盗处置") == []
    confirmed = room.app.reconcile.confirm_breakin(room.who("zhao"), number)
    (card,) = room.app.checklists.list_checklists("账号被盗处置")
    assert (confirmed.checklist_id, card.account) == (card.checklist_id, ACCOUNT)
    assert todos_of(room, BREAK_IN) == []
    claim(room, number, scan)
    assert room.app.reconcile.check_claim(room.who("li"), number).state == ClaimState.SETTLED


def test_a_break_in_is_confirmed_at_once_and_one_card_serves_all(room: Newsroom) -> None:
    first, second = stranger(room), stranger(room, NEXT, "另一条不明内容")
    one = room.app.reconcile.confirm_breakin(room.who("zhao"), first)
    two = room.app.reconcile.confirm_breakin(room.who("li"), second)
    assert one.checklist_id == two.checklist_id
    assert len(room.app.checklists.list_checklists("账号被盗处置")) == 1


def test_a_stranger_that_turns_out_to_be_ours_is_taken_off(room: Newsroom) -> None:
    room.app.reconcile.watch(room.who("fu"), ACCOUNT, NOW)
    post = handed_over(room)
    observe(room, text="编辑后的另一种说法,与签发稿不同")
    room.app.reconcile.observed()
    assert len(room.app.reconcile.unclaimed()) == 1
    room.app.receipts.receipt(room.who("zhao"), post, link=link(), differs=True)
    assert room.app.reconcile.unclaimed() == []
    (row,) = room.app.reconcile.unclaimed(everything=True)
    assert (row.state, row.note) == (ClaimState.CLEARED, f"即本系统稿件{post}")


def test_a_post_is_taken_down_by_hand_where_the_platform_cannot_be_asked(either: Newsroom) -> None:
    room = either
    post = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)
    version = room.show(post).row.version
    zhou = room.who("zhou")
    with pytest.raises(UsageError, match="须写明理由"):
        room.app.reconcile.delete(zhou, post, version, " ")
    with pytest.raises(RefusedError, match="不能通过接口删除"):
        room.app.reconcile.delete(zhou, post, version, "停水日期有误")
    with pytest.raises(ConflictError, match="刚被他人修改"):
        room.app.reconcile.delete(zhou, post, version - 1, "停水日期有误", confirmed=True)
    assert stored(room, post).state == PostState.PUBLISHED
    done = room.app.reconcile.delete(zhou, post, version, "停水日期有误", confirmed=True)
    assert done.row.state == PostState.DELETED
    with pytest.raises(RefusedError, match="不能删除"):
        room.app.reconcile.delete(zhou, post, done.row.version, "停水日期有误", confirmed=True)
    assert room.app.reconcile.observed().unclaimed == 0
