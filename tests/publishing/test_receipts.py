"""Posting by hand: what is copied is what was signed, and a receipt is believed as far as the text was seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import ObservedPost
from publishing.enums import AttemptOutcome, PostState
from publishing.models import DeliveryAttempt, PublishedView
from publishing.receipts import EDITED, RECEIPT
from tests.publishing.newsroom import ACCOUNT, TEXT, Newsroom
from tests.publishing.publishing_room import (
    MID,
    NEXT,
    OTHER_UID,
    UID,
    at,
    handed_over,
    link,
    overdue,
    stored,
    todos_of,
)
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Newsroom]:
    db = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")()
    made = Newsroom(tmp_path / "home", db)
    yield made
    made.app.close()


def observe(room: Newsroom, mid: str = MID, text: str = TEXT, minutes: float = 0) -> None:
    with room.app.db.writing() as session:
        session.add(
            ObservedPost(
                account_id=room.app.accounts.account_id(ACCOUNT),
                platform_id=mid,
                published_at=at(room, minutes),
                text=text,
                threads_stale=False,
            )
        )


def test_what_is_copied_is_what_was_signed(room: Newsroom) -> None:
    post = handed_over(room)
    (asked,) = todos_of(room, RECEIPT)
    assert asked.recipient == "zhao"
    copied = room.app.receipts.to_copy(room.who("zhao"), post)
    assert (copied.text, copied.code, copied.uid) == (TEXT, room.show(post).code, UID)
    assert copied.latest == at(room, 120)
    assert copied.receipt_due == at(room, 60)


def test_nothing_is_copied_whose_signature_fell(room: Newsroom) -> None:
    post = handed_over(room)
    with room.app.db.writing() as session:
        from publishing.models import ReviewVerdict

        session.query(ReviewVerdict).filter_by(person="zhou").update({"verdict": "核对不符"})
    with pytest.raises(RefusedError, match="审签不成立"):
        room.app.receipts.to_copy(room.who("zhao"), post)


def test_nothing_is_copied_before_its_time_after_its_time_or_by_strangers(room: Newsroom) -> None:
    signed = room.signed(text=TEXT.replace("梧桐路", "青石路"))
    with pytest.raises(RefusedError, match="现在不由人工发布"):
        room.app.receipts.to_copy(room.who("zhao"), signed)
    post = handed_over(room)
    with pytest.raises(RefusedError, match=r"不是稿件\d+主办单位"):
        room.app.receipts.to_copy(room.who("wu"), post)
    room.clock.forward(minutes=121)
    with pytest.raises(RefusedError, match="已过最晚发布时间"):
        room.app.receipts.to_copy(room.who("zhao"), post)
    with pytest.raises(NotFoundError):
        room.app.receipts.to_copy(room.who("zhao"), 999)


def test_a_receipt_with_the_text_that_was_signed_is_checked(either: Newsroom) -> None:
    room = either
    post = handed_over(room)
    done = room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=f"{TEXT} 网页链接")
    assert (done.state, done.platform_id, done.checked, done.flags) == (PostState.PUBLISHED, MID, True, ())
    row = stored(room, post)
    assert (row.state, row.platform_id, row.link, row.receipt_checked) == (PostState.PUBLISHED, MID, link(), True)
    assert row.published_at == at(room)
    assert todos_of(room, RECEIPT) == []
    assert room.app.receipts.owed_receipts() == []
    with room.app.db.reading() as session:
        (attempt,) = session.query(DeliveryAttempt)
        assert (attempt.outcome, attempt.platform_id, attempt.ended_at) == (AttemptOutcome.PUBLISHED, MID, at(room))


@pytest.mark.parametrize(
    "written",
    [
        f"https://weibo.com/{UID}/{MID}",
        f"weibo.com/{UID}/{link().rpartition('/')[2]}?type=comment#_rnd1",
        f"https://m.weibo.cn/{UID}/{MID}",
    ],
)
def test_a_number_and_its_short_form_are_one_post(room: Newsroom, written: str) -> None:
    done = room.app.receipts.receipt(room.who("zhao"), handed_over(room), link=written)
    assert (done.platform_id, done.link, done.checked) == (MID, link(), False)


def test_a_link_that_does_not_say_whose_it_is_needs_to_be_seen(room: Newsroom) -> None:
    post = handed_over(room)
    with pytest.raises(UsageError, match="看不出是否为账号"):
        room.app.receipts.receipt(room.who("zhao"), post, link=f"https://m.weibo.cn/status/{MID}", shown=TEXT)
    observe(room)
    assert room.app.receipts.receipt(room.who("zhao"), post, link=f"https://m.weibo.cn/status/{MID}").checked


@pytest.mark.parametrize(
    ("written", "error", "words"),
    [
        (link(uid=OTHER_UID), RefusedError, f"是用户{OTHER_UID}的微博"),
        ("https://weibo.com/u/9900000001", UsageError, "不是一条微博的链接"),
        ("http://t.cn/A6abc", UsageError, "不是一条微博的链接"),
        ("", UsageError, "不是一条微博的链接"),
    ],
)
def test_links_that_are_no_receipt(room: Newsroom, written: str, error: type[Exception], words: str) -> None:
    post = handed_over(room)
    with pytest.raises(error, match=words):
        room.app.receipts.receipt(room.who("zhao"), post, link=written)
    assert stored(room, post).state == PostState.SENDING


def test_a_post_is_entered_once_and_a_link_for_one_post(either: Newsroom) -> None:
    room = either
    first = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), first, link=link(), shown=TEXT)
    with pytest.raises(ConflictError, match="已登记发布"):
        room.app.receipts.receipt(room.who("li"), first, link=link(NEXT), shown=TEXT)
    other = TEXT.replace("梧桐路", "青石路")
    second = handed_over(room, text=other)
    with pytest.raises(ConflictError, match=f"已登记为稿件{first}的发布结果"):
        room.app.receipts.receipt(room.who("zhao"), second, link=link(), shown=other)


def test_another_text_is_refused_by_naming_it_or_entered_as_it_is(room: Newsroom) -> None:
    post = handed_over(room)
    wrong = TEXT.replace("14日", "15日")
    with pytest.raises(RefusedError, match="签发稿为“14”,所示为“15”"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=wrong)
    done = room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=wrong, differs=True)
    assert done.checked
    assert done.flags[0].startswith("与签发稿不一致")
    assert stored(room, post).reason.startswith("与签发稿不一致")
    (told,) = todos_of(room, EDITED)
    assert told.recipient == "监管人员"


def test_a_topic_that_is_missing_is_a_difference_where_a_person_posts(room: Newsroom) -> None:
    post = handed_over(room, text=f"#云麓供水#{TEXT}")
    with pytest.raises(RefusedError, match="不一致"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)


def test_what_was_imported_counts_more_than_what_is_pasted(room: Newsroom) -> None:
    post = handed_over(room)
    observe(room, text=TEXT.replace("14日", "15日"))
    with pytest.raises(RefusedError, match=r"导入所示"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)


def test_a_receipt_that_nobody_saw_stays_on_the_list(room: Newsroom) -> None:
    post = handed_over(room)
    (owed,) = room.app.receipts.owed_receipts()
    assert (owed.post_id, owed.kind, owed.overdue, owed.keeper) == (post, "待登记回执", False, "赵编辑")
    room.app.receipts.receipt(room.who("zhao"), post, link=link())
    (owed,) = room.app.receipts.owed_receipts()
    assert (owed.kind, owed.link, owed.state) == ("回执待核对", link(), "已发布")
    with room.app.db.reading() as session:
        assert session.get_one(PublishedView, post).seen_at is None


def test_times_that_cannot_be_those_of_this_post(room: Newsroom) -> None:
    post = handed_over(room)
    for minutes in (-30, 30):
        with pytest.raises(UsageError, match="不在交办"):
            room.app.receipts.receipt(room.who("zhao"), post, link=link(), published_at=at(room, minutes))
    observe(room, minutes=-24 * 60)
    with pytest.raises(RefusedError, match="应是另一条微博"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link())


def test_a_late_receipt_is_taken_and_a_late_post_is_flagged(room: Newsroom) -> None:
    post = overdue(room)
    (owed,) = room.app.receipts.owed_receipts()
    assert owed.overdue
    room.clock.forward(hours=1)
    done = room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT, published_at=at(room))
    assert done.state == PostState.PUBLISHED
    assert done.flags[0].startswith("晚于最晚发布时间")
    assert todos_of(room, RECEIPT) == []


def test_what_was_posted_during_a_pause_is_taken_and_flagged(room: Newsroom) -> None:
    from publishing.models import Pause

    post = handed_over(room)
    with room.app.db.writing() as session:
        session.add(
            Pause(
                title="防汛", reason="防汛", unit_id=1, areas=[], unit_ids=[], account_ids=[], classes=[], allowed=[],
                clearer="shang", from_at=at(room), started_by="shang", started_at=at(room),
            )
        )  # fmt: skip
    with pytest.raises(RefusedError, match="暂停发布“防汛”"):
        room.app.receipts.to_copy(room.who("zhao"), post)
    room.clock.forward(minutes=5)
    done = room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)
    assert done.flags == ("在暂停发布“防汛”期间发布",)
    (told,) = todos_of(room, "post.in_pause")
    assert told.recipient == "shang"


def test_what_was_not_posted_ends_as_failed_and_can_be_given_another_time(either: Newsroom) -> None:
    room = either
    post = handed_over(room)
    with pytest.raises(UsageError, match="请写明未发布的原因"):
        room.app.receipts.give_back(room.who("zhao"), post, " ")
    done = room.app.receipts.give_back(room.who("zhao"), post, "官方客户端无法登录")
    assert done.state == PostState.FAILED
    assert stored(room, post).reason == "未发布:官方客户端无法登录"
    assert todos_of(room, RECEIPT) == []
    (told,) = todos_of(room, "post.failed")
    assert told.recipient == "zhao"
    with pytest.raises(RefusedError, match="的状态是“失败”"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link())
    room.app.calendar.schedule(room.who("zhao"), post, room.show(post).row.version, at=at(room, 30))
    room.clock.forward(minutes=30)
    from weibo_ops.bootstrap import PROGRAM

    room.app.delivery.tick(PROGRAM)
    assert room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT).checked
    with room.app.db.reading() as session:
        assert [each.outcome for each in session.query(DeliveryAttempt).order_by(DeliveryAttempt.number)] == [
            AttemptOutcome.NOT_SENT,
            AttemptOutcome.PUBLISHED,
        ]


def test_what_stands_on_the_page_was_posted(room: Newsroom) -> None:
    post = handed_over(room)
    observe(room, minutes=1)
    with pytest.raises(RefusedError, match=f"主页上有与稿件{post}相同的微博{MID}"):
        room.app.receipts.give_back(room.who("zhao"), post, "没有发")
    assert room.app.receipts.receipt(room.who("zhao"), post, link=link()).checked


def test_a_person_who_settles_decides_that_it_was_not_posted(room: Newsroom) -> None:
    post = overdue(room)
    with pytest.raises(RefusedError, match="不能登记为未发布"):
        room.app.receipts.give_back(room.who("zhao"), post, "没有发")
    room.clock.forward(hours=1)
    done = room.app.receipts.not_posted(room.who("fu"), post, "值班人员未发")
    assert done.state == PostState.MISSED
    (told,) = todos_of(room, "post.missed")
    assert told.recipient == "zhao"
    assert todos_of(room, RECEIPT) == []


def test_a_reply_to_a_comment_has_no_number(room: Newsroom) -> None:
    reply = "您好,梧桐路10月14日停水,恢复时间为当日17:00。"
    posts = []
    for text in (reply, reply.replace("梧桐路", "青石路")):
        post = room.draft(text=text, content_class="回复", gateway="comment", reply_to="4811000000000100").row.post_id
        room.submit(post)
        while room.show(post).row.state == "审核中":
            step = room.show(post).row.step
            room.agree(post, {"初审": "chu", "复审": "fu", "终审": "zhou"}[step])
        room.app.calendar.schedule(room.who("zhao"), post, room.show(post).row.version, at=at(room, 10))
        posts.append(post)
        room.clock.forward(minutes=10)
        from weibo_ops.bootstrap import PROGRAM

        room.app.delivery.tick(PROGRAM)
        done = room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=text)
        assert (done.platform_id, done.link, done.checked) == ("", link(), True)
    with room.app.db.reading() as session:
        assert session.query(ObservedPost).count() == 0


def test_a_hand_posting_done_twice_is_seen(room: Newsroom) -> None:
    post = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)
    with pytest.raises(ConflictError, match="确实发了两条的,请删除后发的一条"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link(NEXT), shown=TEXT)


def test_a_short_wait_is_no_lateness(room: Newsroom) -> None:
    post = handed_over(room)
    done = room.app.receipts.receipt(
        room.who("zhao"), post, link=link(), shown=TEXT, published_at=at(room) - timedelta(seconds=100)
    )
    assert done.flags == ()


def test_a_late_receipt_must_say_when_it_was_posted(room: Newsroom) -> None:
    post = overdue(room)
    room.clock.forward(hours=1, minutes=1)
    with pytest.raises(UsageError, match="看不出是何时发布的"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)
    done = room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT, published_at=at(room, -120))
    assert done.flags == ()


def test_what_was_pasted_is_no_observation_and_compared_once_more(either: Newsroom) -> None:
    room = either
    post = handed_over(room)
    room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT)
    with room.app.db.reading() as session:
        assert session.query(ObservedPost).count() == 0
    observe(room, text=TEXT.replace("14日", "15日"))
    assert room.app.reconcile.observed().edited == 1
    assert room.app.reconcile.observed().edited == 0
    (told,) = todos_of(room, EDITED)
    assert "所示为“15”" in told.title


def test_a_pasted_text_does_not_make_a_wrong_time_another_post(room: Newsroom) -> None:
    post = handed_over(room)
    with pytest.raises(UsageError, match="请核对 --at"):
        room.app.receipts.receipt(room.who("zhao"), post, link=link(), shown=TEXT, published_at=at(room, -30))
