"""What the platform shows of our accounts: counts, edits, what is gone, strangers; and what cannot be asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import ObservedPost
from accounts.platform.session import PlatformSession
from publishing.enums import ClaimState, PostState
from publishing.models import PublishedView, ReconcileMark
from publishing.receipts import EDITED, UNCLAIMED, VANISHED
from publishing.repository.published import PublishedRepository
from tests.publishing.delivery.desk import UIDS, DeliveryDesk
from tests.publishing.newsroom import ACCOUNT, OTHER, TEXT
from weibo_ops.bootstrap import PROGRAM
from weibo_ops.kernel.errors import ConflictError, RefusedError
from weibo_ops.kernel.platform_ids import bid_of

UID = UIDS[ACCOUNT]
SHOWS, DESTROYS = "statuses/show", "statuses/destroy"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeliveryDesk]:
    made = DeliveryDesk(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def any_desk(tmp_path: Path, database_url: str) -> Iterator[DeliveryDesk]:
    made = DeliveryDesk(tmp_path / "home", database_url)
    yield made
    made.close()


def outside(desk: DeliveryDesk, text: str = TEXT, uid: str = UID) -> str:
    """Somebody posts in the official client; return the number."""
    return str(desk.tell("statuses", {"uid": uid, "text": text})["idstr"])


def link(mid: str, uid: str = UID) -> str:
    return f"https://weibo.com/{uid}/{bid_of(mid)}"


def sent(desk: DeliveryDesk, text: str = "停水通知已更新,请查看") -> tuple[int, str]:
    """A post that went out by the interface, and its number."""
    post = desk.due(text)
    desk.tick()
    assert desk.state(post) == PostState.PUBLISHED
    return post, desk.row(post).platform_id


def handed(desk: DeliveryDesk, text: str = TEXT) -> int:
    post = desk.schedule(desk.signed(text=text))
    desk.tick()
    assert desk.state(post) == PostState.SENDING
    return post


def view(desk: DeliveryDesk, post: int) -> PublishedView:
    with desk.app.db.reading() as session:
        return session.get_one(PublishedView, post)


def observed(desk: DeliveryDesk) -> dict[str, ObservedPost]:
    with desk.app.db.reading() as session:
        return {row.platform_id: row for row in session.query(ObservedPost)}


def edit(desk: DeliveryDesk, mid: str, **more: Any) -> None:
    desk.tell(f"statuses/{mid}/edit", more)


def test_counts_are_kept_up_and_a_second_look_makes_no_call(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    _, mid = sent(desk)
    edit(desk, mid, reposts=7, attitudes=9)
    desk.clock.forward(minutes=31)
    report = desk.app.reconcile.tick()
    assert (report.accounts, report.counts, report.unclaimed, report.skipped) == (1, 1, 0, ())
    row = observed(desk)[mid]
    assert (row.reposts_count, row.likes_count) == (7, 9)
    desk.wire.seen.clear()
    assert desk.app.reconcile.tick().accounts == 0
    assert desk.wire.seen == []


def test_older_counts_never_replace_newer_ones(desk: DeliveryDesk) -> None:
    post, mid = sent(desk)
    edit(desk, mid, reposts=7)
    earlier = desk.clock.now()
    desk.clock.forward(hours=3)
    desk.app.reconcile.tick()
    edit(desk, mid, reposts=3)
    session = desk.app.platform.session_of(desk.row(post).account_id, desk.clock.now())
    assert isinstance(session, PlatformSession)
    desk.app.reconcile.refresh(desk.row(post).account_id, session, earlier)
    assert observed(desk)[mid].reposts_count == 7


def test_a_post_that_was_edited_on_the_platform_is_noted(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    post, mid = sent(desk)
    edit(desk, mid, text="停水通知已取消,请查看 http://t.cn/A1")
    desk.clock.forward(minutes=31)
    assert desk.app.reconcile.tick().edited == 1
    desk.clock.forward(minutes=31)
    assert desk.app.reconcile.tick().edited == 0
    assert view(desk, post).edited_at is not None
    (told,) = desk.todos(EDITED, post)
    assert (told.recipient, "已取消" in told.title or "取消" in told.title) == ("监管人员", True)


def test_a_post_that_is_gone_is_not_called_deleted(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    post, mid = sent(desk)
    desk.tell(f"statuses/{mid}/delete", {})
    desk.clock.forward(hours=3)
    assert desk.app.reconcile.tick().vanished == 1
    (told,) = desk.todos(VANISHED, post)
    assert "已不可见(原因未知)" in told.title
    assert "删除" not in told.title
    assert desk.state(post) == PostState.PUBLISHED
    desk.clock.forward(hours=3)
    assert desk.app.reconcile.tick().vanished == 0


def test_what_the_platform_will_not_say_is_not_gone(desk: DeliveryDesk) -> None:
    post, mid = sent(desk)
    for number in range(6):
        outside(desk, f"较新的第{number}条")
    desk.spoil({"fault": "http_503_before_commit", "endpoints": [SHOWS, "statuses/count"]})
    desk.clock.forward(hours=3)
    report = desk.app.reconcile.tick()
    assert (report.vanished, len(report.skipped)) == (0, 1)
    assert view(desk, post).vanished_at is None
    assert mid


def test_strangers_on_the_page_are_listed_with_those_of_the_import(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    old = outside(desk, "程序启用以前的旧微博")
    desk.clock.forward(hours=1)
    sent(desk)
    desk.clock.forward(minutes=1)
    strange = outside(desk, "今晚抽奖,点击领取")
    desk.clock.forward(minutes=31)
    report = desk.app.reconcile.tick()
    assert (report.observed, report.unclaimed) == (2, 1)
    (row,) = desk.app.reconcile.unclaimed()
    assert (row.platform_id, row.link, row.state) == (strange, link(strange), ClaimState.OPEN)
    assert old in observed(desk)
    assert len(desk.todos(UNCLAIMED)) == 1


def test_an_uncertain_post_is_no_stranger_and_left_to_whoever_sent_it(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    sent(desk)
    desk.clock.forward(hours=1)
    desk.spoil({"fault": "lost_after_commit"})
    post = desk.due("供水已恢复,请放心使用")
    desk.tick()
    desk.spoil()
    assert desk.state(post) == PostState.UNCERTAIN
    report = desk.app.reconcile.tick()
    assert (report.observed, report.unclaimed) == (1, 0)
    desk.rounds(4)
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.app.reconcile.observed().unclaimed == 0
    assert desk.app.reconcile.unclaimed() == []


def test_an_account_whose_leave_ended_is_left_out_with_the_reason(desk: DeliveryDesk) -> None:
    sent(desk)
    desk.clock.forward(days=31)
    report = desk.app.reconcile.tick()
    assert [name for name, why in report.skipped if why] == [ACCOUNT]


def test_polling_never_uses_what_is_kept_for_posting(desk: DeliveryDesk) -> None:
    sent(desk)
    desk.wire.seen.clear()
    for _ in range(80):
        desk.clock.forward(minutes=5)
        desk.app.reconcile.reconcile(PROGRAM, ACCOUNT)
    assert len(desk.wire.seen) <= 60 + 2
    desk.clock.forward(minutes=5)
    sent(desk, "供水已恢复,请放心使用")


def test_a_receipt_is_compared_with_what_the_platform_shows(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    post = handed(desk)
    desk.clock.forward(minutes=2)
    mid = outside(desk)
    desk.clock.forward(minutes=3)
    done = desk.app.receipts.receipt(desk.who("zhao"), post, link=f"https://m.weibo.cn/status/{mid}", shown="随便写的")
    assert (done.checked, done.platform_id, done.link) == (True, mid, link(mid))
    assert done.published_at == desk.minutes(-3)
    assert observed(desk)[mid].text == TEXT
    assert desk.app.reconcile.reconcile(PROGRAM, ACCOUNT).unclaimed == 0


def test_a_link_that_the_platform_does_not_know_or_calls_anothers(desk: DeliveryDesk) -> None:
    post = handed(desk)
    theirs = outside(desk, uid=UIDS[OTHER])
    with pytest.raises(RefusedError, match="不是本账号所发"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link(theirs))
    with pytest.raises(RefusedError, match="平台上查不到微博4811000000000001"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link("4811000000000001"), shown=TEXT)
    gone = outside(desk)
    desk.tell(f"statuses/{gone}/delete", {})
    with pytest.raises(RefusedError, match=r"查不到|已不可见"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link(gone))
    assert desk.state(post) == PostState.SENDING


def test_a_platform_that_does_not_answer_leaves_the_receipt_to_be_compared(desk: DeliveryDesk) -> None:
    post = handed(desk)
    mid = outside(desk)
    desk.spoil({"fault": "not_json_before_commit", "endpoints": [SHOWS]})
    done = desk.app.receipts.receipt(desk.who("zhao"), post, link=link(mid))
    assert not done.checked
    desk.spoil()
    desk.clock.forward(minutes=31)
    assert desk.app.reconcile.tick().accounts == 1
    assert desk.row(post).receipt_checked


def test_the_first_of_two_hand_postings_is_ours_and_the_second_a_stranger(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    desk.app.reconcile.watch(desk.who("fu"), ACCOUNT, desk.clock.now())
    post = handed(desk)
    desk.clock.forward(minutes=1)
    first = outside(desk)
    desk.clock.forward(minutes=1)
    second = outside(desk)
    desk.clock.forward(minutes=30)
    report = desk.app.reconcile.tick()
    assert (report.bound, report.unclaimed) == (1, 1)
    assert desk.row(post).platform_id == first
    assert [row.platform_id for row in desk.app.reconcile.unclaimed()] == [second]
    with pytest.raises(ConflictError, match="已登记发布"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link(second))


def test_what_is_on_the_page_cannot_be_given_back(desk: DeliveryDesk) -> None:
    post = handed(desk)
    desk.clock.forward(minutes=1)
    mid = outside(desk)
    with pytest.raises(RefusedError, match=f"相同的微博{mid}"):
        desk.app.receipts.give_back(desk.who("zhao"), post, "没有发")
    assert desk.app.receipts.receipt(desk.who("zhao"), post, link=link(mid)).checked


def take_down(desk: DeliveryDesk, post: int, **more: Any) -> Any:
    return desk.app.reconcile.delete(desk.who("zhou"), post, desk.row(post).version, "停水日期有误", **more)


def there(desk: DeliveryDesk, mid: str) -> bool:
    rows = desk.admin.get("/sandbox/statuses", params={"uid": UID}).json()["statuses"]
    return any(str(row["idstr"]) == mid and not row["deleted"] for row in rows)


def test_a_post_is_taken_down_by_the_interface(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    post, mid = sent(desk)
    assert take_down(desk, post).row.state == PostState.DELETED
    assert not there(desk, mid)
    desk.clock.forward(hours=3)
    report = desk.app.reconcile.tick()
    assert (report.vanished, report.unclaimed) == (0, 0)


def test_what_was_gone_already_is_taken_down(desk: DeliveryDesk) -> None:
    post, mid = sent(desk)
    desk.tell(f"statuses/{mid}/delete", {})
    assert take_down(desk, post).row.state == PostState.DELETED


@pytest.mark.parametrize("fault", ["lost_after_commit", "http_502_after_commit", "not_json_after_commit"])
def test_an_answer_that_got_lost_is_looked_into(desk: DeliveryDesk, fault: str) -> None:
    post, mid = sent(desk)
    desk.spoil({"fault": fault, "endpoints": [DESTROYS]})
    assert take_down(desk, post).row.state == PostState.DELETED
    assert not there(desk, mid)


def test_nothing_is_called_taken_down_that_is_still_there_or_unknown(desk: DeliveryDesk) -> None:
    post, mid = sent(desk)
    desk.spoil({"fault": "lost_before_commit", "endpoints": [DESTROYS]})
    with pytest.raises(RefusedError, match="仍可见,未登记删除"):
        take_down(desk, post)
    desk.spoil({"fault": "lost_before_commit", "endpoints": [DESTROYS, SHOWS]})
    with pytest.raises(RefusedError, match="未能查明,未登记删除"):
        take_down(desk, post)
    desk.spoil()
    with pytest.raises(RefusedError, match="仍可见,未登记删除"):
        take_down(desk, post, confirmed=True)
    assert desk.state(post) == PostState.PUBLISHED
    assert there(desk, mid)
    desk.tell(f"statuses/{mid}/delete", {})
    assert take_down(desk, post, confirmed=True).row.state == PostState.DELETED


def test_the_mark_begins_with_the_first_post_through_the_program(desk: DeliveryDesk) -> None:
    post, _ = sent(desk)
    with desk.app.db.reading() as session:
        mark = session.query(ReconcileMark).one()
    assert mark.since == desk.row(post).published_at
    assert [row.account for row in desk.app.reconcile.marks()] == [ACCOUNT]


def test_a_post_of_which_nobody_knows_takes_a_link_whose_text_is_seen(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    desk.spoil({"fault": "lost_after_commit"})
    post = desk.due()
    desk.tick()
    desk.spoil()
    assert desk.state(post) == PostState.UNCERTAIN
    mid = desk.ledger()[0]["idstr"]
    desk.spoil({"fault": "not_json_before_commit", "endpoints": [SHOWS]})
    with pytest.raises(RefusedError, match="都不能核对链接上的文本"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link(mid))
    desk.spoil()
    other = outside(desk, "另一条微博")
    with pytest.raises(RefusedError, match="不一致"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link(other), differs=True)
    done = desk.app.receipts.receipt(desk.who("zhao"), post, link=link(mid))
    assert (done.checked, done.platform_id) == (True, mid)
    desk.rounds(6)
    assert desk.state(post) == PostState.PUBLISHED
    assert len(desk.ledger()) == 2


def test_an_older_post_with_the_same_text_is_no_receipt(desk: DeliveryDesk) -> None:
    older = outside(desk)
    desk.clock.forward(days=1)
    post = handed(desk)
    with pytest.raises(RefusedError, match="应是另一条微博"):
        desk.app.receipts.receipt(desk.who("zhao"), post, link=link(older))


def test_a_post_that_is_visible_again_is_no_longer_missed(desk: DeliveryDesk) -> None:
    post, mid = sent(desk)
    desk.spoil({"fault": "timeline_lag", "endpoints": ["statuses/user_timeline"], "seconds": 86400})
    with desk.app.db.writing() as session:
        PublishedRepository(session).put_view({"post_id": post, "platform_id": mid, "vanished_at": desk.clock.now()})
    desk.clock.forward(hours=3)
    desk.app.reconcile.tick()
    assert view(desk, post).vanished_at is None


def test_the_sequence_of_a_whole_day_ends_in_order(any_desk: DeliveryDesk) -> None:
    """Everything at once: sent, posted by hand, posted early, posted by a stranger; each is told apart."""
    desk = any_desk
    by_program, first = sent(desk)
    desk.clock.forward(hours=1)
    by_hand = handed(desk)
    desk.clock.forward(minutes=2)
    mid = outside(desk)
    early_text = TEXT.replace("梧桐路", "青石路")
    early = desk.signed(text=early_text)
    posted_early = outside(desk, early_text)
    strange = outside(desk, "今晚抽奖,点击领取")
    desk.clock.forward(minutes=30)
    desk.app.reconcile.tick()
    desk.app.reconcile.tick()
    assert {desk.row(each).platform_id for each in (by_program, by_hand)} == {first, mid}
    rows = {row.platform_id: row.like for row in desk.app.reconcile.unclaimed()}
    assert rows == {posted_early: f"稿件{early}(已签发)", strange: ""}
    assert desk.app.receipts.owed_receipts() == []
