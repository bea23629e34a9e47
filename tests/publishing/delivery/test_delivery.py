"""What the worker does: each signed post once, whatever the platform answers or does not answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publishing.enums import PostState
from tests.publishing.delivery.desk import LINK, DeliveryDesk
from tests.publishing.newsroom import OTHER

TEXT = "停水通知已更新,请查看"


def test_a_signed_post_goes_out_at_its_time_once_and_is_bound(any_desk: DeliveryDesk) -> None:
    desk = any_desk
    post = desk.schedule(desk.ready(TEXT), desk.minutes(30))
    assert desk.tick().sent == 0
    assert desk.tick(minutes=31).sent == 1
    assert desk.state(post) == PostState.PUBLISHED
    row, entry = desk.row(post), desk.ledger()[-1]
    assert (row.platform_id, entry["text_sent"]) == (entry["idstr"], TEXT + LINK)
    assert desk.rounds(3).sent == 0
    assert desk.posted(TEXT + LINK) == 1


@pytest.mark.parametrize(
    "fault", ["lost_after_commit", "hang_after_commit", "http_500_after_commit", "html_502_after_commit"]
)
def test_an_answer_that_is_lost_after_the_post_got_there_never_doubles_it(desk: DeliveryDesk, fault: str) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": fault, "count": 1})
    assert desk.tick().doubted == 1
    assert desk.state(post) == PostState.UNCERTAIN
    assert desk.tick(seconds=30).settled == 0
    assert desk.tick(seconds=100).settled == 1
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1
    assert not desk.todos("post.uncertain")


@pytest.mark.parametrize("fault", ["lost_before_commit", "http_503_before_commit", "html_414_before_commit"])
def test_a_daily_post_that_never_got_there_is_sent_again_once(desk: DeliveryDesk, fault: str) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": fault, "count": 1})
    desk.tick()
    assert desk.state(post) == PostState.UNCERTAIN
    desk.rounds(10)
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_it_is_sent_again_by_itself_no_more_than_once(desk: DeliveryDesk) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": "lost_before_commit"})
    desk.rounds(30)
    assert desk.state(post) == PostState.FAILED
    assert len(desk.app.delivery_board.attempts(post)) == 2
    assert desk.todos("post.failed", post)


def test_other_classes_are_never_sent_again_by_themselves(desk: DeliveryDesk) -> None:
    post = desk.due(
        "辟谣:网传停水一周不实,请查看", content_class="辟谣", source_basis="市应急指挥部通报", secrecy_review="无涉密"
    )
    desk.spoil({"fault": "lost_before_commit", "count": 1})
    desk.rounds(20)
    assert desk.state(post) == PostState.FAILED
    assert len(desk.app.delivery_board.attempts(post)) == 1
    assert desk.todos("post.failed", post)
    assert not desk.ledger()


def test_nothing_else_goes_out_for_an_account_while_nobody_knows(desk: DeliveryDesk) -> None:
    first, other = desk.due(TEXT), desk.due("水厂开放日报名开始", account=OTHER)
    desk.spoil({"fault": "lost_after_commit", "count": 1})
    second = desk.due("水质月报已公布")
    desk.tick()
    assert desk.state(first) == PostState.UNCERTAIN
    assert desk.state(other) == PostState.PUBLISHED
    assert desk.state(second) == PostState.SCHEDULED
    desk.rounds(15)
    assert {desk.state(first), desk.state(second)} == {PostState.PUBLISHED}
    assert len(desk.ledger()) == 3


def test_five_newer_posts_prove_nothing_and_a_person_decides(desk: DeliveryDesk) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": "lost_before_commit", "count": 1})
    desk.tick()
    for number in range(6):
        desk.clock.forward(seconds=25)
        desk.tell("statuses", {"uid": "9900000001", "text": f"另发的第{number}条"})
    desk.rounds(12)
    assert desk.state(post) == PostState.UNCERTAIN
    assert desk.todos("post.uncertain", post)
    row = desk.show(post).row
    done = desk.app.delivery.settle(desk.who("fu"), post, row.version, absent=True, reason="已看账号主页,没有")
    assert done.row.state == PostState.FAILED


def test_the_same_text_as_an_older_post_is_not_taken_for_it(desk: DeliveryDesk) -> None:
    first = desk.due(TEXT)
    desk.tick()
    assert desk.state(first) == PostState.PUBLISHED
    desk.clock.forward(hours=3)
    desk.tell("app", {"sensitive_words": []}, "PUT")
    again = desk.draft(text=TEXT + LINK, gateway="share")
    for hit in again.hits:
        if hit.blocks and hit.waivable:
            desk.app.posts.waive(desk.who("fu"), again.row.post_id, hit.number, "确需再发")
    desk.submit(again.row.post_id)
    for login in ("chu", "shen", "zhou"):
        desk.agree(again.row.post_id, login)
    second = desk.schedule(again.row.post_id)
    desk.rounds(15)
    assert desk.state(second) == PostState.FAILED
    assert desk.posted(TEXT + LINK) == 1
    assert desk.todos("post.failed", second)


def test_a_post_past_its_latest_time_is_missed_not_sent(desk: DeliveryDesk) -> None:
    post = desk.schedule(desk.ready(TEXT), desk.minutes(10))
    report = desk.tick(hours=5)
    assert (report.missed, report.sent) == (1, 0)
    assert desk.state(post) == PostState.MISSED
    assert desk.todos("post.missed", post)
    assert not desk.ledger()


def test_an_edit_after_scheduling_stops_it(desk: DeliveryDesk) -> None:
    post = desk.schedule(desk.ready(TEXT), desk.minutes(10))
    detail = desk.show(post)
    desk.app.posts.edit(desk.who("zhao"), post, desk.entry(TEXT + "(更正)" + LINK, gateway="share"), detail.row.version)
    assert desk.state(post) == PostState.DRAFT
    assert desk.tick(minutes=11).sent == 0
    assert not desk.ledger()


def test_a_word_that_is_forbidden_later_stops_what_is_scheduled(desk: DeliveryDesk) -> None:
    post = desk.schedule(desk.ready(TEXT + "赭石二"), desk.minutes(10))
    desk.forbid("赭石二")
    desk.tick(minutes=11)
    assert desk.state(post) == PostState.DRAFT
    assert not desk.ledger()


def test_a_row_changed_by_hand_does_not_go_out(desk: DeliveryDesk) -> None:
    from sqlalchemy import text

    post = desk.due(TEXT)
    with desk.app.db.writing() as session:
        session.execute(text("UPDATE post_revisions SET text = :t WHERE post_id = :p"), {"t": "改过" + LINK, "p": post})
    desk.tick()
    assert desk.state(post) == PostState.FAILED
    assert "审签不成立" in desk.row(post).reason
    assert not desk.ledger()


def test_an_expired_token_stops_the_account_and_asks(desk: DeliveryDesk) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": "token_expires", "count": 1})
    desk.tick()
    assert desk.state(post) == PostState.SCHEDULED
    assert desk.tick(minutes=5).waiting == 1
    desk.spoil()
    desk.authorize()
    assert desk.tick(minutes=1).sent == 1
    assert desk.posted(TEXT + LINK) == 1


def test_the_hour_limit_puts_it_off_to_the_next_hour(desk: DeliveryDesk) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": "rate_limited", "count": 1})
    assert desk.tick().put_off == 1
    assert desk.tick(minutes=5).sent == 0
    assert desk.tick(minutes=56).sent == 1
    assert desk.state(post) == PostState.PUBLISHED


def test_what_the_platform_refuses_is_not_tried_again(desk: DeliveryDesk) -> None:
    desk.tell("app", {"sensitive_words": ["停水"]}, "PUT")
    post = desk.due(TEXT)
    assert desk.tick().failed == 1
    assert desk.state(post) == PostState.FAILED
    assert desk.rounds(10).sent == 0
    assert desk.todos("post.failed", post)


def test_success_that_is_shown_later_is_found_later(desk: DeliveryDesk) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": "success_delayed", "count": 1, "seconds": 200})
    desk.tick()
    assert desk.state(post) == PostState.UNCERTAIN
    desk.rounds(8)
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_a_clock_that_was_set_back_sends_nothing_and_says_so(desk: DeliveryDesk) -> None:
    first = desk.due(TEXT)
    desk.tick()
    assert desk.state(first) == PostState.PUBLISHED
    second = desk.due("水质月报已公布")
    report = desk.tick(hours=-2)
    assert "系统时间" in report.stopped
    assert desk.todos("worker.clock")
    assert desk.state(second) == PostState.SCHEDULED
    assert desk.tick(hours=2, minutes=15).sent == 1
    assert not desk.todos("worker.clock")


@pytest.mark.parametrize("known", [True, False])
def test_a_clock_that_runs_ahead_of_the_platform_doubles_nothing(desk: DeliveryDesk, known: bool) -> None:
    if known:
        desk.due("水质月报已公布")
        desk.tick()
        desk.clock.forward(hours=4)
    post = desk.due(TEXT)
    desk.spoil({"fault": "lost_before_commit", "count": 1})
    desk.tick()
    # The post did get there, by a clock of the platform that stands three hours behind ours.
    at = (desk.clock.now() - timedelta(hours=3)).isoformat()
    desk.tell("statuses", {"uid": "9900000001", "text": TEXT + LINK, "created_at": at})
    desk.rounds(30)
    assert desk.posted(TEXT + LINK) == 1
    assert desk.state(post) == PostState.UNCERTAIN
    assert desk.todos("post.uncertain", post)


def test_a_clock_that_ran_ahead_can_be_accepted_when_it_is_right_again(desk: DeliveryDesk) -> None:
    desk.clock.forward(hours=5)
    desk.due(TEXT)
    desk.tick()
    desk.clock.forward(hours=-5)
    second = desk.due("水质月报已公布")
    assert desk.tick().stopped
    desk.app.delivery.accept_clock(desk.who("fu"), "系统时间曾快五小时,现已校准")
    assert not desk.tick().stopped
    assert desk.state(second) == PostState.PUBLISHED


def test_only_the_worker_may_deliver(desk: DeliveryDesk) -> None:
    from weibo_ops.kernel.errors import PermissionRefusedError

    for login in ("zhao", "zhou", "sun"):
        with pytest.raises(PermissionRefusedError):
            desk.app.delivery.tick(desk.who(login))


def test_an_empty_page_proves_nothing_of_an_account_that_has_posts(desk: DeliveryDesk) -> None:
    desk.due("水质月报已公布")
    desk.tick()
    post = desk.due("停水公告已更新")
    desk.clock.forward(minutes=11)
    desk.spoil(
        {"fault": "lost_after_commit", "count": 1},
        {"fault": "timeline_lag", "seconds": 86400, "endpoints": ["statuses/user_timeline"]},
    )
    desk.rounds(30)
    assert desk.state(post) == PostState.UNCERTAIN
    desk.spoil()
    desk.rounds(70)
    assert desk.state(post) == PostState.PUBLISHED
    assert len(desk.ledger()) == 2


def test_a_page_that_lags_behind_is_looked_at_twice(desk: DeliveryDesk) -> None:
    desk.due("水质月报已公布")
    desk.tick()
    desk.clock.forward(minutes=11)
    post = desk.due("停水公告已更新")
    desk.spoil(
        {"fault": "lost_after_commit", "count": 1},
        {"fault": "timeline_lag", "seconds": 200, "endpoints": ["statuses/user_timeline"]},
    )
    desk.rounds(30)
    assert desk.state(post) == PostState.PUBLISHED
    assert len(desk.ledger()) == 2


def test_what_was_accepted_and_is_shown_much_later_is_never_called_failed(desk: DeliveryDesk) -> None:
    post = desk.due(TEXT)
    desk.spoil({"fault": "success_delayed", "count": 1, "seconds": 3600})
    desk.rounds(20)
    assert desk.state(post) == PostState.UNCERTAIN
    assert desk.todos("post.uncertain", post)
    desk.rounds(150)
    assert desk.state(post) == PostState.PUBLISHED
    assert desk.posted(TEXT + LINK) == 1


def test_an_older_post_of_the_same_text_is_not_taken_for_ours(desk: DeliveryDesk) -> None:
    desk.due("水质月报已公布")
    desk.tick()
    desk.clock.forward(hours=1)
    desk.tell("statuses", {"uid": "9900000001", "text": TEXT + LINK})
    desk.clock.forward(hours=3)
    post = desk.due(TEXT)
    desk.spoil({"fault": "lost_before_commit", "count": 1})
    desk.rounds(30)
    assert desk.state(post) != PostState.PUBLISHED
    assert len(desk.ledger()) == 2


def test_one_post_that_breaks_the_program_keeps_no_other_from_going_out(
    desk: DeliveryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publishing.delivery.outcomes import record

    first, second = desk.due(TEXT), desk.due("水厂开放日报名开始", account=OTHER)

    def poison(session: object, actor: object, found: list[object], answers: object) -> object:
        if any(each.post.id == first for each in found):  # type: ignore[attr-defined]
            raise ValueError("poison")
        return record(session, actor, found, answers)  # type: ignore[arg-type]

    monkeypatch.setattr("publishing.service.delivery.record", poison)
    desk.rounds(4)
    assert desk.state(second) == PostState.PUBLISHED
    assert desk.todos("worker.broken")
    desk.rounds(10)
    assert desk.state(first) != PostState.SENDING


def test_a_link_that_names_another_post_settles_nothing(desk: DeliveryDesk) -> None:
    from weibo_ops.kernel.errors import WeiboOpsError

    desk.due("水质月报已公布")
    desk.tick()
    other = desk.ledger()[-1]["idstr"]
    desk.clock.forward(minutes=11)
    post = desk.due(TEXT)
    desk.spoil({"fault": "lost_before_commit", "count": 1})
    desk.tick()
    for link in (f"https://weibo.com/9900000001/{other}", "https://m.weibo.cn/status/4000000000000001"):
        with pytest.raises(WeiboOpsError):
            desk.app.delivery.settle(desk.who("fu"), post, desk.show(post).row.version, link=link, reason="看过主页")
    assert desk.state(post) == PostState.UNCERTAIN


def test_a_post_called_failed_that_turns_up_is_settled_by_its_link_and_not_sent_again(desk: DeliveryDesk) -> None:
    fields = {"content_class": "辟谣", "source_basis": "市应急指挥部通报", "secrecy_review": "无涉密"}
    text = "辟谣:网传停水一周不实,请查看"
    post = desk.due(text, **fields)
    desk.spoil({"fault": "lost_before_commit", "count": 1})
    desk.rounds(20)
    assert desk.state(post) == PostState.FAILED
    # The proof was wrong: it is there after all. Given another time, it is not sent a second time.
    desk.tell("statuses", {"uid": "9900000001", "text": text + LINK})
    desk.schedule(post)
    desk.tick()
    assert desk.state(post) == PostState.FAILED
    assert "平台上已有这一条" in desk.row(post).reason
    assert desk.posted(text + LINK) == 1
    link = f"https://weibo.com/9900000001/{desk.ledger()[-1]['idstr']}"
    desk.app.delivery.settle(desk.who("fu"), post, desk.show(post).row.version, link=link, reason="主页上有")
    assert desk.state(post) == PostState.PUBLISHED
