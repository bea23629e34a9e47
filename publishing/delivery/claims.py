"""Claiming a post: one transaction that looks at everything again and writes the attempt down before the call.

A claim is a lease with a fencing token that only grows. The lease alone doubles posts: a process that sleeps past its
lease may still call when it wakes. Therefore whoever takes over never sends again before the platform was looked at and
the former holder is known to be gone (`weibo_ops.kernel.processes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from publishing.delivery.outcomes import (
    FAILED,
    HELD,
    MISSED,
    PRESENCE,
    RECEIPT,
    SETTLED,
    asked,
    close_todos,
    move,
    tell,
)
from publishing.delivery.readiness import Candidate, Obstacle, Readiness
from publishing.delivery.rules import LEASE
from publishing.enums import PostState, Sending
from publishing.models import Post
from publishing.pausing import HELD as PAUSED
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository, DuePost
from publishing.schemas.delivery import DeliveryReport
from publishing.transitions import CLAIM, DOUBT, GIVE_UP, HOLD, MISS
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.db import advisory_lock


@dataclass(frozen=True)
class Claim:
    """A post that its holder may send once, until ``until``; its outcome is recorded under attempt and token."""

    candidate: Candidate
    attempt_id: int
    token: int
    until: datetime


@dataclass(frozen=True)
class Claims:
    """What came of looking at some due posts: the claims, the numbers of the rest, and what must be rechecked first."""

    claims: tuple[Claim, ...]
    report: DeliveryReport
    recheck: tuple[int, ...]


def lock_accounts(session: Session, account_ids: Iterable[int]) -> None:
    """Let one transaction at a time decide about some accounts.

    Always all of them before anything else is locked, and in one order, so that no two wait for each other.
    """
    for account_id in sorted(set(account_ids)):
        advisory_lock(session, f"delivery:{account_id}")


def lock_account(session: Session, account_id: int) -> None:
    """Let one transaction at a time decide about an account; see `lock_accounts`."""
    lock_accounts(session, [account_id])


@dataclass(frozen=True)
class Seen:
    """A due post as it was looked at, what stops it, and the fingerprint of its text; it holds for that version."""

    candidate: Candidate
    obstacle: Obstacle | None
    fingerprint: str


def look_at(session: Session, readiness: Readiness, due: Sequence[DuePost], now: datetime) -> list[Seen]:
    """Look at due posts of different accounts; nothing is written, so that nobody waits while texts are compared."""
    posts = [post for post in DeliveryRepository(session).posts([each.post_id for each in due]) if _is_due(post, now)]
    look = readiness.look(session, now)
    wanted = look.candidates(posts)
    found = look.obstacles(wanted)
    return [Seen(each, *found[each.post.id]) for each in wanted]


def claim(session: Session, actor: Actor, seen: Sequence[Seen], owner: str, now: datetime) -> Claims:
    """Claim the posts that may go out, one of an account at most; to the others happens what follows.

    A post that changed since it was looked at, by whomever, is left for the next round: every act on a post counts its
    version up. Whether its account is free is looked at again here, under the account's lock.

    Args:
        session: of the running write transaction.
        actor: the worker.
        seen: from `look_at`, a moment ago.
        owner: name of the process that will call.
        now: the instant.
    """
    repository = DeliveryRepository(session)
    lock_accounts(session, (each.candidate.post.account_id for each in seen))
    present = {post.id: post for post in repository.posts([each.candidate.post.id for each in seen])}
    blocked = repository.blocked_accounts()
    begun, recheck, report = [], [], DeliveryReport()
    for each in seen:
        post, obstacle = present[each.candidate.post.id], each.obstacle
        if post.version != each.candidate.post.version:
            continue
        wanted = replace(each.candidate, post=post)
        if obstacle is not None and obstacle.recheck:
            recheck.append(post.id)
        elif obstacle is not None:
            report += _stop(session, actor, wanted, obstacle)
        elif wanted.by_hand:
            report += _hand_over(session, actor, wanted, each.fingerprint)
        elif post.account_id not in blocked:
            begun.append((wanted, each.fingerprint))
    return Claims(tuple(_begin(session, begun, owner, now)), report, tuple(recheck))


def _is_due(post: Post, now: datetime) -> bool:
    return (
        post.state == PostState.SCHEDULED
        and post.scheduled_at is not None
        and post.scheduled_at <= now
        and (post.send_after is None or post.send_after <= now)
    )


def _begin(session: Session, found: Sequence[tuple[Candidate, str]], owner: str, now: datetime) -> list[Claim]:
    until = now + LEASE
    for each, _ in found:
        leased = {"lease_owner": owner, "lease_token": each.post.lease_token + 1, "lease_until": until}
        move(session, each, CLAIM, {**leased, "send_after": None, "reason": ""})
    anchors = DeliveryRepository(session).newest_known([each.post.account_id for each, _ in found])
    attempts = [
        {
            **_attempt(each, Sending.PLATFORM, owner, fingerprint),
            "anchor": anchors.get(each.post.account_id, ""),
        }
        for each, fingerprint in found
    ]
    ids = DeliveryRepository(session).add_attempts(attempts)
    return [
        Claim(each, attempt_id, each.post.lease_token, until) for (each, _), attempt_id in zip(found, ids, strict=True)
    ]


def _attempt(wanted: Candidate, channel: Sending, owner: str, fingerprint: str) -> dict[str, object]:
    """Return an attempt under the token that the post was claimed with."""
    return {
        "post_id": wanted.post.id,
        "account_id": wanted.post.account_id,
        "number": len(wanted.attempts) + 1,
        "token": wanted.post.lease_token,
        "channel": channel.value,
        "worker": owner,
        "fingerprint": fingerprint,
        "started_at": wanted.now,
    }


def _hand_over(session: Session, actor: Actor, wanted: Candidate, fingerprint: str) -> DeliveryReport:
    """Give a post to a person who sends it in the platform's own client and brings the link back."""
    post, now = wanted.post, wanted.now
    until = now + timedelta(minutes=wanted.book.receipt.minutes)
    move(
        session,
        wanted,
        CLAIM,
        {
            "lease_owner": Sending.BY_HAND.value,
            "lease_token": post.lease_token + 1,
            "lease_until": until,
            "send_after": None,
            "reason": "待人工发布并登记回执",
        },
    )
    DeliveryRepository(session).add_attempts([_attempt(wanted, Sending.BY_HAND, asked(session, post), fingerprint)])
    close_todos(session, post.id, (PRESENCE,), now)
    tell(
        session,
        post,
        RECEIPT,
        f"请用官方客户端发布稿件{post.id}并登记链接:weibo-ops post copy {post.id}",
        now,
        due_at=until,
    )
    audit.later(session, actor, "post.hand_over", str(post.id), {"until": until}, now)
    return DeliveryReport(handed=1)


def _stop(session: Session, actor: Actor, wanted: Candidate, obstacle: Obstacle) -> DeliveryReport:
    post, now = wanted.post, wanted.now
    if obstacle.act is None:
        if obstacle.until is not None:
            PostRepository(session).put_off(post.id, post.version, obstacle.until, obstacle.reason)
        if obstacle.todo:
            tell(session, post, obstacle.todo, f"稿件{post.id}:{obstacle.reason}", now, due_at=wanted.latest)
        return DeliveryReport(waiting=1)
    values: dict[str, object] = {"reason": obstacle.reason, "send_after": None, "pause_id": obstacle.pause_id}
    move(session, wanted, obstacle.act, values)
    close_todos(session, post.id, SETTLED, now)
    if obstacle.act == HOLD:
        todos.propose(
            session,
            PAUSED,
            f"{post.id}/{obstacle.pause_id}",
            f"稿件{post.id}已暂停:{obstacle.reason}",
            now,
            recipient=asked(session, post),
        )
    else:
        word = "错过发布时间" if obstacle.act == MISS else "未发布"
        tell(session, post, obstacle.todo, f"稿件{post.id}{word}:{obstacle.reason}", now)
    audit.later(session, actor, f"post.{_VERBS[obstacle.act.name]}", str(post.id), {"reason": obstacle.reason}, now)
    return {HOLD: DeliveryReport(held=1), MISS: DeliveryReport(missed=1)}.get(obstacle.act, DeliveryReport(failed=1))


_VERBS = {HOLD.name: "hold", MISS.name: "miss", GIVE_UP.name: "fail"}


def expire(
    session: Session, readiness: Readiness, actor: Actor, post_id: int, why: str, now: datetime
) -> DeliveryReport:
    """Let a claim end whose holder told nothing: the post is in doubt, for it may be there.

    Args:
        session: of the running write transaction.
        readiness: who reads it.
        actor: the worker.
        post_id: the post.
        why: why its claim is over.
        now: the instant.
    """
    post = PostRepository(session).get(post_id)
    assert post is not None
    lock_account(session, post.account_id)
    session.refresh(post)
    if post.state != PostState.SENDING:
        return DeliveryReport()
    wanted = readiness.candidate(session, post, now)
    move(session, wanted, DOUBT, {"reason": why})
    if post.lease_owner == Sending.BY_HAND:
        tell(session, post, RECEIPT, f"稿件{post.id}未登记回执,请核实是否已发布", now)
    audit.later(session, actor, "post.doubt", str(post.id), {"why": why, "token": post.lease_token}, now)
    return DeliveryReport(doubted=1)


def miss(session: Session, readiness: Readiness, actor: Actor, post_id: int, now: datetime) -> DeliveryReport:
    """Let a scheduled post be missed whose time is over."""
    post = PostRepository(session).get(post_id)
    assert post is not None
    lock_account(session, post.account_id)
    session.refresh(post)
    if post.state != PostState.SCHEDULED or post.scheduled_at is None:
        return DeliveryReport()
    wanted = readiness.candidate(session, post, now)
    if wanted.latest > now:
        return DeliveryReport()
    reason = f"已过最晚发布时间{format_beijing(wanted.latest)},未发出({wanted.book.lateness.citation})"
    return _stop(
        session, actor, wanted, Obstacle(reason if not post.reason else f"{post.reason};{reason}", MISS, MISSED)
    )


__all__ = ["FAILED", "HELD", "Claim", "claim", "expire", "lock_account", "miss"]
