"""Looking whether a post of which nobody knows is on the platform, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.platform import ErrorClass
from accounts.platform.replies import Status, StatusPage
from publishing.delivery.claims import lock_account
from publishing.delivery.outcomes import FAILED, MISSED, SETTLED, UNCERTAIN, There, close_todos, move, publish, tell
from publishing.delivery.readiness import DECIDED, Candidate, Readiness
from publishing.delivery.rules import LEASE, After, Doubt, Finding, Look, Shown, after_look, look_in, wait_after
from publishing.enums import AttemptOutcome, PostState, Sending
from publishing.models import DeliveryAttempt
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.schemas.delivery import DeliveryReport
from publishing.shown_text import same_text
from publishing.transitions import FAIL, LAPSE, PUT_OFF, STAY
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.processes import Life, life_of

ASKED = "请人核实"


@dataclass(frozen=True)
class Looked:
    """What a look at an account's timeline gave, or why it gave nothing."""

    page: StatusPage | None
    fault: str = ""


def unknown(attempts: list[DeliveryAttempt]) -> list[DeliveryAttempt]:
    """Return the attempts by the platform's interface that may have put the post there."""
    return [each for each in attempts if each.channel == Sending.PLATFORM.value and each.outcome not in DECIDED]


def look_due(wanted: Candidate) -> datetime | None:
    """Return when the timeline is to be looked at next; None where a person sent it.

    Also once a person was asked: looking costs little, and what is found needs no decision any more.
    """
    rule = wanted.book.uncertain
    last = wanted.attempts[-1] if wanted.attempts else None
    if last is None or last.channel != Sending.PLATFORM.value:
        return None
    if last.looked_at is None:
        over = last.ended_at or last.started_at + LEASE
        return over + timedelta(seconds=rule.wait_seconds)
    return last.looked_at + wait_after(max(last.looks - rule.looks + 1, 1), rule.look_seconds)


def call_over(
    attempts: list[DeliveryAttempt], owner: str, in_flight: frozenset[int], *, unknown_is_gone: bool = False
) -> bool:
    """Say whether no call of some attempts can still reach the platform.

    Args:
        attempts: of one post.
        owner: this process.
        in_flight: ids of the attempts that this process is calling for at this moment.
        unknown_is_gone: a person made sure that a process which this machine cannot ask about is gone.
    """
    gone = {Life.DEAD, Life.UNKNOWN} if unknown_is_gone else {Life.DEAD}
    return all(
        each.ended_at is not None or (each.worker == owner and each.id not in in_flight) or life_of(each.worker) in gone
        for each in attempts
        if each.channel == Sending.PLATFORM.value
    )


def read_look(session: Session, wanted: Candidate, page: StatusPage) -> Look:
    """Say what a timeline proves of a post."""
    open_ = unknown(wanted.attempts)
    first = min((each.started_at for each in open_), default=wanted.now)
    # The platform tells whole seconds.
    since = first.replace(microsecond=0) - timedelta(seconds=wanted.book.uncertain.skew_seconds)
    ids = [each.id for each in page.statuses]
    return look_in(
        [Shown(each.id, each.created_at, each.text, each.truncated) for each in page.statuses if not each.deleted],
        total=page.total_number,
        unread=page.unread,
        since=since,
        anchor=_anchor(open_),
        bound=DeliveryRepository(session).known_ids(ids, wanted.post),
        same=lambda shown: _same(wanted, shown),
    )


def is_this_post(session: Session, wanted: Candidate, shown: Status) -> bool:
    """Say whether a post that a person names may be one that was sent: text, number, nobody else's."""
    anchor = _anchor(unknown(wanted.attempts))
    return (
        (anchor is None or int(shown.id) > anchor)
        and shown.id not in DeliveryRepository(session).known_ids([shown.id], wanted.post)
        and _same(wanted, Shown(shown.id, shown.created_at, shown.text, shown.truncated))
    )


def _same(wanted: Candidate, shown: Shown) -> bool:
    return same_text(
        wanted.manuscript.text, shown.text, shown.truncated, topics_go=wanted.manuscript.gateway == "share"
    )


def _anchor(open_: list[DeliveryAttempt]) -> int | None:
    """Return the number of the newest post that was there before the first of some attempts; None if one has none."""
    if not open_ or not all(each.anchor for each in open_):
        return None
    return min(int(each.anchor) for each in open_)


def settle_look(
    session: Session,
    readiness: Readiness,
    actor: Actor,
    post_id: int,
    looked: Looked,
    owner: str,
    in_flight: frozenset[int],
    now: datetime,
) -> DeliveryReport:
    """Record a look, and let follow what follows.

    Args:
        session: of the running write transaction.
        readiness: who reads the post.
        actor: the worker.
        post_id: the post.
        looked: what the account's timeline gave.
        owner: this process.
        in_flight: ids of the attempts that this process is calling for at this moment.
        now: the instant.
    """
    post = PostRepository(session).get(post_id)
    assert post is not None
    lock_account(session, post.account_id)
    session.refresh(post)
    if post.state != PostState.UNCERTAIN:
        return DeliveryReport()
    wanted = readiness.candidate(session, post, now)
    last, repository = wanted.attempts[-1], DeliveryRepository(session)
    look = (
        read_look(session, wanted, looked.page)
        if looked.page is not None
        else Look(Finding.UNCLEAR, why=f"无法查看账号主页:{looked.fault}")
    )
    over = call_over(wanted.attempts, owner, in_flight)
    words = look.finding.value if look.finding != Finding.UNCLEAR else look.why
    if look.finding == Finding.ABSENT and not over:
        words = "主页上没有,但发出它的程序可能仍在运行(挂起),请先结束该程序"
    repository.change_attempt(last.id, {"looks": last.looks + 1, "looked_at": now, "look": words})
    open_ = unknown(wanted.attempts)
    doubt = Doubt(
        looks=last.looks,
        most_looks=wanted.book.uncertain.looks,
        call_over=over,
        said_done=last.error_class == ErrorClass.DUPLICATE.value,
        said_accepted=any(each.error_class == ErrorClass.SUCCESS_DELAYED.value for each in open_),
        absent_before=last.look == Finding.ABSENT.value,
        open_attempts=len(open_),
        may_again=_may_again(wanted),
        over=wanted.latest <= now,
    )
    after = after_look(look, doubt)
    if after == After.BIND:
        assert looked.page is not None
        assert look.found is not None
        status = next(each for each in looked.page.statuses if each.id == look.found.id)
        return settled(session, actor, wanted, status)
    if after == After.LOOK_AGAIN:
        return DeliveryReport()
    if after == After.ASK:
        if post.reason.startswith(ASKED):
            return DeliveryReport()
        title = f"请核实稿件{post.id}是否已发布({words}):weibo-ops post settle {post.id}"
        move(session, wanted, STAY, {"reason": f"{ASKED}:{words}"})
        tell(session, post, UNCERTAIN, title, now)
        return DeliveryReport()
    for each in open_:
        repository.change_attempt(each.id, {"outcome": AttemptOutcome.ABSENT.value, "ended_at": each.ended_at or now})
    close_todos(session, post.id, SETTLED, now)
    if after == After.AGAIN:
        move(session, wanted, PUT_OFF, {"reason": "核实未发布,原文重发", "send_after": None, "lease_until": None})
        audit.later(session, actor, "post.again", str(post.id), {"attempt": last.number}, now)
        return DeliveryReport(put_off=1)
    if after == After.LAPSE:
        move(session, wanted, LAPSE, {"reason": "核实未发布,且已过最晚发布时间", "lease_until": None})
        tell(session, post, MISSED, f"稿件{post.id}核实未发布,已错过发布时间,请重新确认", now)
        audit.later(session, actor, "post.miss", str(post.id), {"attempt": last.number}, now)
        return DeliveryReport(missed=1)
    reason = f"核实未发布({last.message or '发布时中断'})"
    move(session, wanted, FAIL, {"reason": reason, "lease_until": None})
    tell(session, post, FAILED, f"稿件{post.id}{reason},请决定是否重新排期", now)
    audit.later(session, actor, "post.fail", str(post.id), {"attempt": last.number, "look": words}, now)
    return DeliveryReport(failed=1)


def settled(
    session: Session, actor: Actor, wanted: Candidate, status: Status, *, checked: bool = True, link: str = ""
) -> DeliveryReport:
    """Record that a post of which nobody knew is on the platform; see `publish`."""
    publish(session, actor, [There(wanted, wanted.attempts[-1], status, checked, link)])
    for each in unknown(wanted.attempts[:-1]):
        DeliveryRepository(session).change_attempt(
            each.id, {"outcome": AttemptOutcome.ABSENT.value, "ended_at": each.ended_at or wanted.now}
        )
    return DeliveryReport(settled=1)


def _may_again(wanted: Candidate) -> bool:
    """Say whether one identical retry is made by itself: the class allows it, and none was made after a look."""
    manuscript = wanted.manuscript
    again = any(each.outcome == AttemptOutcome.ABSENT.value for each in wanted.attempts)
    return (
        manuscript.content_class in wanted.book.uncertain.again
        and not manuscript.urgent
        and not again
        and not wanted.post.pause_id
    )
