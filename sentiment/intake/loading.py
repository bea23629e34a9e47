"""One loader per kind of file: parse a row, prepare a chunk outside the transaction, store it inside.

``parse`` and ``prepare`` touch no database; ``store`` runs in the write transaction that also moves the checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.repository import PLATFORM, AccountRepository
from accounts.schemas import PostEntry, ProfileEntry, RosterEntry
from sentiment.intake.layouts import (
    Header,
    ParsedComment,
    ParsedPost,
    Reason,
    parse_comment,
    parse_post,
    parse_profile,
    parse_roster,
)
from sentiment.repository import SentimentRepository
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.text import normalise_name

if TYPE_CHECKING:
    from sentiment.assessment import Assessor

E = TypeVar("E")


@dataclass(frozen=True)
class Numbered(Generic[E]):
    """A parsed row with its line number."""

    line: int
    entry: E


@dataclass(frozen=True)
class Rejected:
    """A refused row."""

    line: int
    reason: Reason
    detail: str


@dataclass(frozen=True)
class LoadResult:
    """How the rows of a chunk fared."""

    imported: int
    updated: int
    unchanged: int
    rejected: Sequence[Rejected] = field(default_factory=tuple)


class Loader(Protocol[E]):
    """What the import asks of every kind of file."""

    def parse(self, header: Header, cells: Sequence[str]) -> E:
        """Turn a row into an entry or raise RowRejectedError."""
        ...

    def prepare(self, rows: Sequence[Numbered[E]]) -> None:
        """Do what needs time and no database."""
        ...

    def store(self, session: Session, rows: Sequence[Numbered[E]]) -> LoadResult:
        """Write the chunk in the running transaction."""
        ...


class RosterLoader:
    """Registers units and accounts; a name that a roster changes becomes a former one at ``now``.

    Whoever imports a roster that changes the register must be allowed to keep it; one that puts known units under
    another office of oversight changes who may judge whom, which is the administrator's.
    """

    def __init__(self, now: datetime, actor: Actor) -> None:
        self._now = now
        self._actor = actor

    def parse(self, header: Header, cells: Sequence[str]) -> RosterEntry:
        """Turn a row into a roster entry."""
        return parse_roster(header, cells)

    def prepare(self, rows: Sequence[Numbered[RosterEntry]]) -> None:
        """Nothing to prepare."""

    def store(self, session: Session, rows: Sequence[Numbered[RosterEntry]]) -> LoadResult:
        """Add units and accounts; a known account gets the roster's name and unit, its unit the roster's 监管归口.

        A roster that says nothing of the 监管归口 leaves what is there. Comments that an account wrote before it was
        registered (or under its new name) become official. An account that is being opened is not entered as one that
        ran before: it runs by its approval and filing.
        """
        repository = AccountRepository(session)
        known = repository.roster(row.entry.uid for row in rows)
        offices = repository.oversight({row.entry.unit for row in rows})
        stated: dict[str, str] = {}
        wanted: dict[str, RosterEntry] = {}
        rejects: list[Rejected] = []
        opening = repository.names_being_opened()
        imported = updated = 0
        for row in rows:
            entry = row.entry
            standing = known.get(entry.uid)
            if standing is None and normalise_name(entry.screen_name) in opening:
                rejects.append(Rejected(row.line, Reason.BEING_OPENED, f"“{entry.screen_name[:60]}”"))
                continue
            moved = entry.oversight not in ("", offices.get(entry.unit, ""))
            if standing is None:
                imported += 1
            elif moved or standing != (entry.screen_name, entry.unit):
                updated += 1
            else:
                continue
            if moved:
                offices[entry.unit] = stated[entry.unit] = entry.oversight
            known[entry.uid] = (entry.screen_name, entry.unit)
            wanted[entry.uid] = entry
        if wanted:
            require(self._actor, Permission.REGISTER_EDIT, "名录")
        if stated and repository.unit_ids(stated):
            require(self._actor, Permission.UNIT_EDIT, "监管归口")
        repository.add_units(wanted.values())
        repository.set_oversight(stated)
        unit_ids = repository.unit_ids({entry.unit for entry in wanted.values()})
        before = {uid: name for uid, (name, _) in repository.roster(wanted).items()}
        repository.add_accounts(list(wanted.values()), unit_ids)
        repository.bear_names(before, self._now)
        repository.bear_names({uid: entry.screen_name for uid, entry in wanted.items()}, self._now)
        _adopt(session, {entry.screen_name for entry in wanted.values()}, wanted)
        return LoadResult(imported, updated, len(rows) - imported - updated - len(rejects), rejects)


class PostLoader:
    """Stores the observed posts of one account; the file's name is the account's uid."""

    def __init__(self, uid: str) -> None:
        self._uid = uid

    def parse(self, header: Header, cells: Sequence[str]) -> ParsedPost:
        """Turn a row into a post."""
        return parse_post(header, cells)

    def prepare(self, rows: Sequence[Numbered[ParsedPost]]) -> None:
        """Nothing to prepare."""

    def store(self, session: Session, rows: Sequence[Numbered[ParsedPost]]) -> LoadResult:
        """Add posts; a known post gets the newer counts."""
        repository = AccountRepository(session)
        account_id = repository.account_ids([self._uid]).get(self._uid)
        if account_id is None:
            return LoadResult(
                0, 0, 0, [Rejected(row.line, Reason.UNKNOWN_ACCOUNT, f"用户id {self._uid[:20]}") for row in rows]
            )
        counts = repository.post_counts(row.entry.platform_id for row in rows)
        changed: dict[str, PostEntry] = {}
        imported = updated = 0
        for row in rows:
            post = row.entry
            now = (post.reposts_count, post.comments_count, post.likes_count)
            standing = counts.get(post.platform_id)
            if standing is None:
                imported += 1
            elif standing != now:
                updated += 1
            else:
                continue
            counts[post.platform_id] = now
            changed[post.platform_id] = PostEntry(account_id=account_id, **vars(post))
        repository.add_posts(list(changed.values()))
        return LoadResult(imported, updated, len(rows) - imported - updated)


class CommentLoader:
    """Stores comments with score and triage, and marks their posts for linking."""

    def __init__(self, official_names: Iterable[str], official_uids: Iterable[str], assessor: Assessor) -> None:
        self._names = frozenset(official_names)
        self._uids = frozenset(official_uids)
        self._assessor = assessor
        self._assessed: dict[str, Mapping[str, Any]] = {}

    def parse(self, header: Header, cells: Sequence[str]) -> ParsedComment:
        """Turn a row into a comment."""
        return parse_comment(header, cells)

    def prepare(self, rows: Sequence[Numbered[ParsedComment]]) -> None:
        """Score and triage the public comments of the chunk."""
        public = [row.entry for row in rows if not self._official(row.entry)]
        assessed = self._assessor.assess([(entry.text, entry.created_at) for entry in public])
        self._assessed = {entry.platform_id: values for entry, values in zip(public, assessed, strict=True)}

    def store(self, session: Session, rows: Sequence[Numbered[ParsedComment]]) -> LoadResult:
        """Add comments; a known one gets the newer like count; one without its post is refused."""
        repository = SentimentRepository(session)
        accounts = AccountRepository(session)
        posts = accounts.posts_by_platform_id({row.entry.post_platform_id for row in rows})
        likes = repository.likes({row.entry.platform_id for row in rows})
        fresh: dict[str, dict[str, Any]] = {}
        rejected: list[Rejected] = []
        touched: set[int] = set()
        imported = updated = 0
        for row in rows:
            comment = row.entry
            if comment.post_platform_id not in posts:
                rejected.append(Rejected(row.line, Reason.UNKNOWN_POST, f"微博 {comment.post_platform_id}"))
                continue
            post_id, account_id = posts[comment.post_platform_id]
            if comment.platform_id not in likes:
                imported += 1
                touched.add(post_id)
                fresh[comment.platform_id] = self._values(comment, post_id, account_id)
            elif likes[comment.platform_id] != comment.likes_count:
                updated += 1
                fresh[comment.platform_id] = fresh.get(comment.platform_id) or self._values(
                    comment, post_id, account_id
                )
                fresh[comment.platform_id]["likes_count"] = comment.likes_count
            likes[comment.platform_id] = comment.likes_count
        repository.store_comments(list(fresh.values()))
        accounts.mark_stale(sorted(touched))
        return LoadResult(imported, updated, len(rows) - imported - updated - len(rejected), rejected)

    def _official(self, comment: ParsedComment) -> bool:
        """Whether a registered account wrote it: the uid decides where it is known, else the screen name."""
        return comment.author_name in self._names if comment.author_uid is None else comment.author_uid in self._uids

    def _values(self, comment: ParsedComment, post_id: int, account_id: int) -> dict[str, Any]:
        official = self._official(comment)
        return {
            "platform": PLATFORM,
            "platform_id": comment.platform_id,
            "post_id": post_id,
            "account_id": account_id,
            "author_name": comment.author_name,
            "author_uid": comment.author_uid,
            "official": official,
            "created_at": comment.created_at,
            "text": comment.text,
            "likes_count": comment.likes_count,
            "reply_to": comment.reply_to,
            **(self._assessor.unassessed if official else self._assessed[comment.platform_id]),
        }


class ProfileLoader:
    """Stores profiles as seen at the newest instant that the folder observed."""

    def __init__(self, observed_at: datetime) -> None:
        self._observed_at = observed_at

    def parse(self, header: Header, cells: Sequence[str]) -> ProfileEntry:
        """Turn a row into a profile."""
        return parse_profile(header, cells)

    def prepare(self, rows: Sequence[Numbered[ProfileEntry]]) -> None:
        """Nothing to prepare."""

    def store(self, session: Session, rows: Sequence[Numbered[ProfileEntry]]) -> LoadResult:
        """Add the profiles that are not stored for that instant; a name seen first makes its comments official."""
        repository = AccountRepository(session)
        known = repository.snapshot_uids(self._observed_at, (row.entry.uid for row in rows))
        fresh = {row.entry.uid: row.entry for row in reversed(rows) if row.entry.uid not in known}
        named = repository.known_names()
        registered = repository.account_ids(fresh)
        repository.add_snapshots(list(reversed(fresh.values())), self._observed_at)
        _adopt(session, {fresh[uid].screen_name for uid in registered} - set(named), ())
        return LoadResult(len(fresh), 0, len(rows) - len(fresh))


def _adopt(session: Session, names: Iterable[str], uids: Iterable[str]) -> None:
    """Take comments of accounts not known as ours until now out of the public's voice; their threads are read again."""
    posts = SentimentRepository(session).make_official(names, uids)
    AccountRepository(session).mark_stale(sorted(posts))
