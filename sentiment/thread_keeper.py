"""Keeps reply links and response clocks true to the stored comments: posts marked stale are read again, whole.

A post is one unit of work because a late comment may change which question a reply answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from accounts.repository import AccountRepository
from accounts.standards import StandardService
from config.loader import LoadedBook
from sentiment.clocks import ReplyMark, choose_target, read_clock
from sentiment.repository import SentimentRepository, ThreadComment
from sentiment.response_rules import due_reason
from sentiment.threads import ByPerson, CommentMark, Link, addressee, link_replies
from sentiment.triage import is_holding, is_thanks
from weibo_ops.kernel import todos
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.workdays import WorkCalendar

POSTS_PER_TRANSACTION = 200
MISSING_CALENDAR = "calendar.missing_year"


class ThreadKeeper:
    """Links replies and reads clocks for the posts whose comments changed."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    def refresh(self, progress: Callable[[int], None] | None = None) -> int:
        """Work through every stale post, some hundred to a transaction; return how many were read again."""
        rules = _Rules(self._standards)
        done = 0
        while True:
            with self._db.writing() as session:
                accounts = AccountRepository(session)
                posts = accounts.stale_posts(POSTS_PER_TRANSACTION)
                if not posts:
                    return done
                self._refresh_posts(SentimentRepository(session), posts, set(accounts.known_names()), rules)
                accounts.clear_stale(posts)
            done += len(posts)
            if progress is not None:
                progress(done)

    def _refresh_posts(
        self, repository: SentimentRepository, posts: Sequence[int], names: set[str], rules: _Rules
    ) -> None:
        links: list[dict[str, Any]] = []
        clocks: list[dict[str, Any]] = []
        unknown_years: set[int] = set()
        for post_id, comments in repository.threads(posts).items():
            by_id = {comment.platform_id: comment for comment in comments}
            answered = any(comment.official for comment in comments)
            marks = [_mark(comment, order, rules) for order, comment in enumerate(comments)] if answered else []
            found = link_replies(marks)
            links += [
                {
                    "post_id": post_id,
                    "reply_id": by_id[link.reply_id].id,
                    "comment_id": by_id[link.comment_id].id,
                    "role": link.role,
                    "basis": link.basis,
                }
                for link in found
            ]
            clocks += _clocks(comments, found, names, rules, unknown_years)
        repository.replace_threads(posts, links, clocks)
        for year in sorted(unknown_years):
            todos.propose(
                repository.session,
                MISSING_CALENDAR,
                str(year),
                f"{year}年的节假日安排尚未收录,相关答复期限待定。请标准管理员在应答标准中补充{year}年工作日历。",
                self._clock.now(),
                recipient="标准管理员",
            )


class _Rules:
    """The response book and its calendar in force on a day."""

    def __init__(self, standards: StandardService) -> None:
        self.on = lru_cache(maxsize=4096)(self._on)
        self._timeline = standards.timeline("response")
        self._calendars: dict[str, WorkCalendar] = {}

    def _on(self, day: date) -> tuple[LoadedBook[Any], WorkCalendar]:
        loaded = self._timeline.on(day)
        if loaded.digest not in self._calendars:
            self._calendars[loaded.digest] = loaded.book.calendar.work_calendar()
        return loaded, self._calendars[loaded.digest]


def _mark(comment: ThreadComment, order: int, rules: _Rules) -> CommentMark:
    loaded, _calendar = rules.on(beijing_date(comment.created_at))
    return CommentMark(
        id=comment.platform_id,
        author=comment.author_name,
        author_uid=comment.author_uid,
        at=comment.created_at,
        text=comment.text,
        official=comment.official,
        reply_to=comment.reply_to,
        order=order,
        thanks=not comment.official and is_thanks(comment.text, loaded.book),
    )


def _clocks(
    comments: Sequence[ThreadComment], links: Sequence[Link], names: set[str], rules: _Rules, unknown_years: set[int]
) -> list[dict[str, Any]]:
    by_id = {comment.platform_id: comment for comment in comments}
    replies: dict[str, list[ThreadComment]] = defaultdict(list)
    for link in links:
        replies[link.comment_id].append(by_id[link.reply_id])
    answers: ByPerson[datetime] = ByPerson()
    rows: list[dict[str, Any]] = []
    for comment in comments:
        if comment.official:
            continue
        loaded, calendar = rules.on(beijing_date(comment.created_at))
        own = sorted(replies[comment.platform_id], key=lambda reply: (reply.created_at, reply.id))
        earlier = answers.of(comment.author_name, comment.author_uid)
        follows_up = _addressed(comment, by_id, names) and any(at < comment.created_at for at in earlier)
        reason = due_reason(comment.text, comment.nature or "", loaded.book, follows_up=follows_up)
        for reply in own:
            answers.add(comment.author_name, comment.author_uid, reply.created_at)
        if reason or own:
            rows.append(_clock_row(comment, own, reason, loaded, calendar, unknown_years))
    return rows


def _addressed(comment: ThreadComment, by_id: Mapping[str, ThreadComment], names: Collection[str]) -> bool:
    """Whether a comment speaks to a registered account: by id where the source tells it, else by “回复@name:”."""
    answered = by_id.get(comment.reply_to or "")
    return answered.official if answered is not None else addressee(comment.text) in names


def _clock_row(
    comment: ThreadComment,
    replies: Sequence[ThreadComment],
    reason: str,
    loaded: LoadedBook[Any],
    calendar: WorkCalendar,
    unknown_years: set[int],
) -> dict[str, Any]:
    target = (
        choose_target(loaded.book.targets_for(comment.nature or ""), comment.created_at, calendar) if reason else None
    )
    marks = [ReplyMark(reply.created_at, str(reply.id), is_holding(reply.text, loaded.book)) for reply in replies]
    reading = read_clock(comment.created_at, marks, target, calendar)
    if reading.unknown_year is not None:
        unknown_years.add(reading.unknown_year)
    first = reading.first_reply_id
    substantive = reading.substantive_reply_id
    return {
        "comment_id": comment.id,
        "post_id": comment.post_id,
        "account_id": comment.account_id,
        "due": bool(reason),
        "due_reason": reason,
        "started_at": comment.created_at,
        "target_id": target.id if target else "",
        "target_minutes": target.minutes if target else None,
        "target_clock": target.clock if target else "",
        "deadline_at": reading.deadline_at,
        "first_reply_id": int(first) if first else None,
        "first_reply_at": reading.first_reply_at,
        "wall_seconds": reading.wall_seconds,
        "working_minutes": reading.working_minutes,
        "substantive_reply_id": int(substantive) if substantive else None,
        "substantive_at": reading.substantive_at,
        "substantive_wall_seconds": reading.substantive_wall_seconds,
        "substantive_working_minutes": reading.substantive_working_minutes,
        "standard_digest": loaded.digest,
        "calendar_digest": calendar.digest,
    }
