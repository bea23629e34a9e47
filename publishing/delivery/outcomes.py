"""What came of an attempt, recorded under the token of its claim: whoever lost the claim changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.platform import ErrorClass, PlatformError
from accounts.platform.replies import Status
from publishing.delivery.readiness import Candidate, counted
from publishing.delivery.rules import Next, after_failure, wait_after
from publishing.enums import AttemptOutcome, PostState
from publishing.models import DeliveryAttempt, Post
from publishing.receipts import RECEIPT as RECEIPT
from publishing.receipts import Publication, Publications
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.schemas.delivery import DeliveryReport
from publishing.transitions import DOUBT, FAIL, LAPSE, PUBLISH, PUT_OFF, TURN_UP, Act
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import ConflictError

FAILED, MISSED, UNCERTAIN, HELD, PRESENCE = (
    "post.failed",
    "post.missed",
    "post.uncertain",
    "post.held",
    "post.presence",
)
LATE = "post.late_answer"
SESSION = "post.session"
SETTLED = (UNCERTAIN, PRESENCE, SESSION)
"""To-dos that are over once it is known what became of a post."""
_ON_ITS_WAY = (PostState.SENDING, PostState.UNCERTAIN)


@dataclass(frozen=True)
class Answer:
    """What a call came to: the post as the platform shows it, or the failure; when it began and ended."""

    attempt_id: int
    post_id: int
    account_id: int
    token: int
    ended_at: datetime
    status: Status | None = None
    fault: PlatformError | None = None


def tell(session: Session, post: Post, kind: str, title: str, now: datetime, due_at: datetime | None = None) -> None:
    """Give a to-do about a post to who scheduled it, and where nobody did, to who wrote it."""
    todos.propose(
        session, kind, f"{post.id}/{post.lease_token}", title, now, recipient=asked(session, post), due_at=due_at
    )


def asked(session: Session, post: Post) -> str:
    """Return the login of who is asked about a post."""
    return post.scheduled_by or PostRepository(session).revision(post.id, post.revision).author


def close_todos(session: Session, post_id: int, kinds: tuple[str, ...], now: datetime) -> None:
    """Close the to-dos about the delivery of a post."""
    todos.close_all(session, kinds, f"{post_id}/", now)


def record(session: Session, actor: Actor, found: Sequence[Candidate], answers: Mapping[int, Answer]) -> DeliveryReport:
    """Record what came of calls.

    Args:
        session: of the running transaction.
        actor: the worker.
        found: posts of different accounts, as they stand now.
        answers: post id → what its call came to.
    """
    report, there = DeliveryReport(), []
    for wanted in found:
        answer = answers[wanted.post.id]
        attempt = next(each for each in wanted.attempts if each.id == answer.attempt_id)
        if attempt.ended_at is not None:
            continue
        ours = wanted.post.lease_token == answer.token and wanted.post.state in _ON_ITS_WAY
        if ours and answer.status is not None:
            there.append(There(wanted, attempt, answer.status, ended_at=answer.ended_at))
            continue
        DeliveryRepository(session).change_attempt(attempt.id, _ended(answer))
        if not ours:
            report += _too_late(session, actor, wanted, answer)
        elif answer.fault is not None:
            report += _failed(session, actor, wanted, attempt, answer.fault)
    taken = Publications(session, found[0].now).taken([(each.wanted.post, each.status.id) for each in there])
    for each in there:
        if each.wanted.post.id in taken:
            DeliveryRepository(session).change_attempt(each.attempt.id, {"ended_at": each.ended_at})
            report += _taken(session, actor, each.wanted, taken[each.wanted.post.id])
    return report + publish(session, actor, [each for each in there if each.wanted.post.id not in taken])


def _failed(
    session: Session, actor: Actor, wanted: Candidate, attempt: DeliveryAttempt, fault: PlatformError
) -> DeliveryReport:
    post, now = wanted.post, wanted.now
    move_on = after_failure(fault.error_class, fault.may_exist)
    if move_on == Next.DOUBT:
        if post.state == PostState.SENDING:
            move(session, wanted, DOUBT, {"reason": fault.message})
            audit.later(session, actor, "post.doubt", str(post.id), _details(attempt, fault), now)
        return DeliveryReport(doubted=1)
    if move_on == Next.PUT_OFF:
        return put_off(session, actor, wanted, attempt, fault)
    move(session, wanted, FAIL, {"reason": fault.message})
    close_todos(session, post.id, SETTLED, now)
    tell(session, post, FAILED, f"稿件{post.id}发布失败:{fault.message}{fault.next_step}", now)
    audit.later(session, actor, "post.fail", str(post.id), _details(attempt, fault), now)
    return DeliveryReport(failed=1)


@dataclass(frozen=True)
class There:
    """A post that is on the platform.

    Attributes:
        wanted: the post.
        attempt: by which it got there.
        status: the post as the platform shows it.
        checked: the text was seen there.
        link: its address, where a person gave it.
        ended_at: when the call was over; None takes what is on file, or now.
    """

    wanted: Candidate
    attempt: DeliveryAttempt
    status: Status
    checked: bool = True
    link: str = ""
    ended_at: datetime | None = None


def publish(session: Session, actor: Actor, found: Sequence[There]) -> DeliveryReport:
    """Record that posts of different accounts are on the platform.

    Args:
        session: of the running transaction.
        actor: who learned of it.
        found: what is there.

    Raises:
        ConflictError: a number belongs to another post or account.
    """
    if not found:
        return DeliveryReport()
    now = found[0].wanted.now
    DeliveryRepository(session).change_attempts(
        [
            {
                "id": each.attempt.id,
                "outcome": AttemptOutcome.PUBLISHED.value,
                "platform_id": each.status.id,
                "ended_at": each.attempt.ended_at or each.ended_at or now,
            }
            for each in found
        ]
    )
    for each in found:
        published = {
            "platform_id": each.status.id,
            "published_at": each.status.created_at,
            "receipt_checked": each.checked,
            "link": each.link,
            "reason": "",
            "send_after": None,
            "lease_until": None,
        }
        act = PUBLISH if each.wanted.post.state in _ON_ITS_WAY else TURN_UP
        move(session, each.wanted, act, published)
    # Its to-dos close there, too.
    Publications(session, now).record_all(
        [
            Publication(
                each.wanted.post,
                each.wanted.revision,
                each.status.id,
                each.status.created_at,
                each.status.text if each.checked else None,
                each.link,
                each.status.truncated,
            )
            for each in found
        ]
    )
    for each in found:
        details = {
            "attempt": each.attempt.number,
            "platform_id": each.status.id,
            "fingerprint": each.attempt.fingerprint,
        }
        audit.later(session, actor, "post.publish", str(each.wanted.post.id), details, now)
    return DeliveryReport(sent=len(found))


def put_off(
    session: Session, actor: Actor, wanted: Candidate, attempt: DeliveryAttempt, fault: PlatformError
) -> DeliveryReport:
    """Give a post that surely is not on the platform another time, or end it where there is none."""
    post, now, book = wanted.post, wanted.now, wanted.book
    tried = counted(DeliveryRepository(session).attempts(post.id))
    until = fault.retry_at or now + wait_after(max(tried, 1), book.attempts.wait_seconds)
    if until >= wanted.latest:
        reason = f"{fault.message}到{format_beijing(wanted.latest)}前不能再发"
        move(session, wanted, LAPSE, {"reason": reason, "lease_until": None})
        tell(session, post, MISSED, f"稿件{post.id}错过发布时间:{reason}", now)
        audit.later(session, actor, "post.miss", str(post.id), _details(attempt, fault), now)
        return DeliveryReport(missed=1)
    if tried >= book.attempts.most:
        reason = f"已尝试{tried}次:{fault.message}"
        move(session, wanted, FAIL, {"reason": reason, "lease_until": None})
        tell(session, post, FAILED, f"稿件{post.id}发布失败:{reason}{fault.next_step}", now)
        audit.later(session, actor, "post.fail", str(post.id), _details(attempt, fault), now)
        return DeliveryReport(failed=1)
    move(session, wanted, PUT_OFF, {"reason": fault.message, "send_after": until, "lease_until": None})
    audit.later(session, actor, "post.put_off", str(post.id), {**_details(attempt, fault), "until": until}, now)
    return DeliveryReport(put_off=1)


def move(session: Session, wanted: Candidate, act: Act, values: dict[str, object]) -> None:
    """Move a post by an act; inside a transaction that holds its account's lock nobody else can be faster.

    Raises:
        RuntimeError: somebody was.
    """
    left = {"changed_at": wanted.now, **values}
    if not PostRepository(session).move(wanted.post.id, wanted.post.version, act.sources, act.target, left):
        raise RuntimeError(f"post {wanted.post.id} moved under the lock of its account")


def _taken(session: Session, actor: Actor, wanted: Candidate, conflict: ConflictError) -> DeliveryReport:
    """Leave a post in doubt whose number the platform gave to another one: a person must look."""
    if wanted.post.state == PostState.SENDING:
        move(session, wanted, DOUBT, {"reason": conflict.message})
    tell(session, wanted.post, UNCERTAIN, f"请核实稿件{wanted.post.id}:{conflict.message}", wanted.now)
    audit.later(session, actor, "post.doubt", str(wanted.post.id), {"why": conflict.message}, wanted.now)
    return DeliveryReport(doubted=1)


def _too_late(session: Session, actor: Actor, wanted: Candidate, answer: Answer) -> DeliveryReport:
    """Note an answer that came when the claim was over; a success must be looked into, for the post may stand twice."""
    post, now = wanted.post, wanted.now
    known = answer.status is not None and answer.status.id == post.platform_id
    if answer.status is not None and not known:
        title = f"核查:稿件{post.id}的较早一次发布迟到确认(微博{answer.status.id}),请查看账号主页是否重复"
        todos.propose(session, LATE, f"{post.id}/{answer.token}", title, now)
    details = {"token": answer.token, "state": post.state, "found": answer.status.id if answer.status else ""}
    audit.later(session, actor, "post.late_answer", str(post.id), details, now)
    return DeliveryReport()


def _ended(answer: Answer) -> dict[str, object]:
    if answer.status is not None:
        return {
            "ended_at": answer.ended_at,
            "outcome": AttemptOutcome.PUBLISHED.value,
            "platform_id": answer.status.id,
        }
    fault = answer.fault
    assert fault is not None
    outcome = AttemptOutcome.UNKNOWN if fault.may_exist else AttemptOutcome.REFUSED
    if fault.sent is False or fault.error_class == ErrorClass.NOT_SENT:
        outcome = AttemptOutcome.NOT_SENT
    return {
        "ended_at": answer.ended_at,
        "outcome": outcome.value,
        "error_class": fault.error_class.value,
        "error_code": "" if fault.code is None else str(fault.code),
        "message": fault.message,
    }


def _details(attempt: DeliveryAttempt, fault: PlatformError) -> dict[str, object]:
    return {"attempt": attempt.number, "class": fault.error_class.value, "code": fault.code}
