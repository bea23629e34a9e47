"""Queries on the register and on observations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from accounts.enums import AccountKind, AccountStatus, ObservationKind
from accounts.levels import level_word
from accounts.models import (
    Account,
    AccountName,
    AccountSnapshot,
    Coverage,
    ObservationBatch,
    ObservationFile,
    ObservationReject,
    ObservedPost,
    Unit,
)
from accounts.schemas import PostEntry, ProfileEntry, RosterEntry
from weibo_ops.kernel.repository import SQL_LIST_LIMIT, Repository, chunks
from weibo_ops.kernel.text import normalise_name

PLATFORM = "weibo"
POST_COUNTS = ("reposts_count", "comments_count", "likes_count")


@dataclass(frozen=True)
class Registered:
    """An account with its unit, as the register holds it."""

    account_id: int
    uid: str
    screen_name: str
    kind: str
    status: str
    brand_name: str
    unit: str
    function: str
    level: str
    area: str
    oversight: str
    platform: str = PLATFORM


@dataclass(frozen=True)
class PostTotals:
    """How many posts of an account were observed, the latest of them, and the comments that they show."""

    posts: int
    last_post_at: datetime | None
    comments: int | None


class AccountRepository(Repository):
    """Queries of the accounts package."""

    # --- register -------------------------------------------------------------------------------------------

    def registered(self) -> list[Registered]:
        """List the accounts on Weibo that exist there, by uid."""
        return self._registered(Account.platform == PLATFORM)

    def registered_elsewhere(self) -> list[Registered]:
        """List the accounts on other platforms that exist there, by uid; they are not observed."""
        return self._registered(Account.platform != PLATFORM)

    def _registered(self, which: ColumnElement[bool]) -> list[Registered]:
        rows = self.session.execute(
            select(
                Account.id,
                Account.uid,
                Account.screen_name,
                Account.kind,
                Account.status,
                Account.brand_name,
                Unit.name,
                Unit.function,
                Unit.level,
                Unit.area,
                Unit.oversight,
                Account.platform,
            )
            .join(Unit, Unit.id == Account.unit_id)
            .where(which, Account.uid.is_not(None))
            .order_by(Account.uid, Account.id)
        )
        return [Registered(*row) for row in rows]  # type: ignore[arg-type]  # only those with a uid are asked for

    def account_ids(self, uids: Iterable[str]) -> dict[str, int]:
        """Return ``{uid: account id}`` of the registered ones."""
        return self.mapping(Account.uid, Account.id, uids)

    def unit_ids(self, names: Iterable[str]) -> dict[str, int]:
        """Return ``{unit name: unit id}`` of the known ones."""
        return self.mapping(Unit.name, Unit.id, names)

    def add_units(self, entries: Iterable[RosterEntry]) -> None:
        """Add the units that are not there yet; a known unit keeps its fields."""
        rows = {
            entry.unit: {
                "name": entry.unit,
                "function": entry.function,
                "level": level_word(entry.level),
                "area": entry.area,
            }
            for entry in entries
        }
        self.upsert(Unit, list(rows.values()), key=("name",))

    def oversight(self, names: Iterable[str]) -> dict[str, str]:
        """Return ``{unit name: supervising office}`` of the known units; ``""`` where none was stated."""
        return self.mapping(Unit.name, Unit.oversight, names)

    def set_oversight(self, stated: Mapping[str, str]) -> None:
        """Put units under the office that supervises them (监管归口)."""
        for name, office in stated.items():
            self.session.execute(update(Unit).where(Unit.name == name).values(oversight=office))

    def add_accounts(self, entries: Sequence[RosterEntry], unit_ids: Mapping[str, int]) -> None:
        """Register accounts in 正常运行; a registered one gets the roster's screen name and unit."""
        self.upsert(
            Account,
            [
                {
                    "platform": PLATFORM,
                    "uid": entry.uid,
                    "screen_name": entry.screen_name,
                    "unit_id": unit_ids[entry.unit],
                    "kind": AccountKind.INSTITUTION.value,
                    "status": AccountStatus.RUNNING.value,
                }
                for entry in entries
            ],
            key=("platform", "uid"),
            update=("screen_name", "unit_id"),
        )

    def bear_names(self, names: Mapping[str, str], at: datetime, held_until: datetime | None = None) -> None:
        """Write down which names accounts bear from an instant on; a name borne until then becomes a former one.

        Args:
            names: uid → name; an account that bears it already is left alone.
            at: since when, as far as is known.
            held_until: until when the platform keeps the former name from others.
        """
        ids = self.account_ids(names)
        bearing = {
            row.account_id: row
            for row in self.session.scalars(
                select(AccountName).where(AccountName.account_id.in_(ids.values()), AccountName.until_at.is_(None))
            )
        }
        for uid, name in names.items():
            account_id = ids[uid]
            standing = bearing.get(account_id)
            if standing is not None and standing.name == name:
                continue
            if standing is not None:
                standing.until_at, standing.held_until = at, held_until
            from_at = None if standing is None else at
            self.session.add(AccountName(account_id=account_id, name=name, from_at=from_at))
        self.session.flush()

    def names_being_opened(self) -> set[str]:
        """Return the names, made comparable, of the accounts on Weibo that are applied for and not running yet."""
        names = self.session.scalars(
            select(Account.screen_name).where(
                Account.platform == PLATFORM,
                Account.uid.is_(None),
                Account.status != AccountStatus.CANCELLED.value,
            )
        )
        return set(map(normalise_name, names))

    def roster(self, uids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return ``{uid: (screen name, unit name)}`` of the registered ones among ``uids``."""
        wanted = set(uids)
        return {row.uid: (row.screen_name, row.unit) for row in self.registered() if row.uid in wanted}

    # --- observations ---------------------------------------------------------------------------------------

    def posts_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return ``{platform id: (post id, account id)}``."""
        found = self._posts_in(platform_ids, ObservedPost.platform_id, ObservedPost.id, ObservedPost.account_id)
        return {platform_id: (post_id, account_id) for platform_id, post_id, account_id in found}

    def post_counts(self, platform_ids: Iterable[str]) -> dict[str, tuple[int | None, int | None, int | None]]:
        """Return ``{platform id: (reposts, comments, likes)}``."""
        columns = (ObservedPost.reposts_count, ObservedPost.comments_count, ObservedPost.likes_count)
        found = self._posts_in(platform_ids, ObservedPost.platform_id, *columns)
        return {row[0]: (row[1], row[2], row[3]) for row in found}

    def _posts_in(self, platform_ids: Iterable[str], *columns: Any) -> list[Any]:
        rows: list[Any] = []
        for part in chunks(platform_ids, SQL_LIST_LIMIT):
            rows += self.session.execute(select(*columns).where(ObservedPost.platform_id.in_(part))).all()
        return rows

    def add_posts(self, entries: Sequence[PostEntry]) -> None:
        """Store observed posts; a known one gets the newer counts."""
        self.upsert(
            ObservedPost,
            [{"platform": PLATFORM, "threads_stale": False, **vars(entry)} for entry in entries],
            key=("platform", "platform_id"),
            update=POST_COUNTS,
        )

    def add_snapshots(self, entries: Iterable[ProfileEntry], observed_at: datetime) -> None:
        """Store profiles as seen at ``observed_at``."""
        self.upsert(
            AccountSnapshot,
            [{"platform": PLATFORM, "observed_at": observed_at, **vars(entry)} for entry in entries],
            key=("platform", "uid", "observed_at"),
        )

    def snapshot_uids(self, observed_at: datetime, uids: Iterable[str]) -> set[str]:
        """Return the uids whose profile of that instant is stored already."""
        found: set[str] = set()
        for part in chunks(uids, SQL_LIST_LIMIT):
            found.update(
                self.session.scalars(
                    select(AccountSnapshot.uid).where(
                        AccountSnapshot.observed_at == observed_at, AccountSnapshot.uid.in_(part)
                    )
                )
            )
        return found

    def newest_snapshots(self, until: datetime) -> dict[str, AccountSnapshot]:
        """Return ``{uid: newest profile}`` observed up to and including ``until``."""
        newest = (
            select(AccountSnapshot.uid, func.max(AccountSnapshot.observed_at).label("at"))
            .where(AccountSnapshot.observed_at <= until)
            .group_by(AccountSnapshot.uid)
            .subquery()
        )
        rows = self.session.scalars(
            select(AccountSnapshot).join(
                newest, (AccountSnapshot.uid == newest.c.uid) & (AccountSnapshot.observed_at == newest.c.at)
            )
        )
        return {row.uid: row for row in rows}

    def known_names(self) -> dict[str, int]:
        """Return ``{screen name: account id}`` of registered accounts on Weibo, their former names included.

        Former names are those written down when an account was renamed, and those seen in profiles. A name that is
        only applied for, or borne on another platform, is nobody's here: whoever writes under it is a stranger.
        """
        seen = self.session.execute(
            select(AccountSnapshot.screen_name, Account.id).join(
                Account, (Account.uid == AccountSnapshot.uid) & (Account.platform == AccountSnapshot.platform)
            )
        )
        borne = self.session.execute(
            select(AccountName.name, AccountName.account_id)
            .join(Account, Account.id == AccountName.account_id)
            .where(Account.platform == PLATFORM, Account.uid.is_not(None))
            .order_by(AccountName.id)
        )
        present = {row.screen_name: row.account_id for row in self.registered()}
        return dict(seen.all()) | dict(borne.all()) | present

    def post_totals(self, until: datetime, since: datetime | None = None) -> dict[int, PostTotals]:
        """Return ``{account id: totals}`` of posts published in ``[since, until)``."""
        statement = (
            select(
                ObservedPost.account_id,
                func.count(),
                func.max(ObservedPost.published_at),
                func.sum(ObservedPost.comments_count),
            )
            .where(ObservedPost.published_at < until)
            .group_by(ObservedPost.account_id)
        )
        if since is not None:
            statement = statement.where(ObservedPost.published_at >= since)
        return {row[0]: PostTotals(row[1], row[2], row[3]) for row in self.session.execute(statement)}

    def add_coverage(
        self, account_id: int, kind: ObservationKind, source: str, from_at: datetime, until_at: datetime
    ) -> None:
        """Record what a source observed of an account."""
        self.upsert(
            Coverage,
            [
                {
                    "account_id": account_id,
                    "kind": kind.value,
                    "source": source,
                    "from_at": from_at,
                    "until_at": until_at,
                }
            ],
            key=("account_id", "kind", "source", "from_at", "until_at"),
        )

    def coverage(self, kind: ObservationKind) -> dict[int, list[tuple[datetime, datetime]]]:
        """Return ``{account id: [(from, until), …]}`` of one kind, in order of time."""
        spans: dict[int, list[tuple[datetime, datetime]]] = {}
        rows = self.session.execute(
            select(Coverage.account_id, Coverage.from_at, Coverage.until_at)
            .where(Coverage.kind == kind.value)
            .order_by(Coverage.from_at, Coverage.until_at)
        )
        for account_id, from_at, until_at in rows:
            spans.setdefault(account_id, []).append((from_at, until_at))
        return spans

    def observed_span(self) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last instant that any source observed."""
        row = self.session.execute(select(func.min(Coverage.from_at), func.max(Coverage.until_at))).one()
        return row[0], row[1]

    def mark_stale(self, post_ids: Iterable[int]) -> None:
        """Mark posts whose comments changed, so that replies are linked and clocks read again."""
        self._set_stale(post_ids, True)

    def clear_stale(self, post_ids: Iterable[int]) -> None:
        """Clear the mark of posts whose threads are up to date."""
        self._set_stale(post_ids, False)

    def _set_stale(self, post_ids: Iterable[int], stale: bool) -> None:
        for part in chunks(post_ids, SQL_LIST_LIMIT):
            self.session.execute(update(ObservedPost).where(ObservedPost.id.in_(part)).values(threads_stale=stale))

    def stale_posts(self, limit: int) -> list[int]:
        """Return the ids of some posts whose threads must be read again."""
        return list(
            self.session.scalars(
                select(ObservedPost.id).where(ObservedPost.threads_stale).order_by(ObservedPost.id).limit(limit)
            )
        )

    # --- batches --------------------------------------------------------------------------------------------

    def unfinished_batch(self, folder_digest: str) -> ObservationBatch | None:
        """Return the batch of the same folder that was cut short, if there is one."""
        return self.session.scalars(
            select(ObservationBatch)
            .where(ObservationBatch.folder_digest == folder_digest, ObservationBatch.finished_at.is_(None))
            .order_by(ObservationBatch.id.desc())
        ).first()

    def batch_files(self, batch_id: int) -> list[ObservationFile]:
        """List the files of a batch in the order in which they were entered."""
        return list(
            self.session.scalars(
                select(ObservationFile).where(ObservationFile.batch_id == batch_id).order_by(ObservationFile.id)
            )
        )

    def advance(self, file_id: int, rows_before: int, values: Mapping[str, object]) -> bool:
        """Move a file's checkpoint if it still stands at ``rows_before``; say whether it did."""
        moved = self.session.execute(
            update(ObservationFile)
            .where(ObservationFile.id == file_id, ObservationFile.rows_done == rows_before)
            .values(**values)
            .returning(ObservationFile.id)
        ).first()
        return moved is not None

    def rejects(self, batch_id: int) -> list[tuple[str, str, int, str, str]]:
        """List ``(kind, file, line, reason, detail)`` of a batch, by file and line."""
        return list(
            self.session.execute(
                select(
                    ObservationFile.kind,
                    ObservationFile.name,
                    ObservationReject.line,
                    ObservationReject.reason,
                    ObservationReject.detail,
                )
                .join(ObservationFile, ObservationFile.id == ObservationReject.file_id)
                .where(ObservationFile.batch_id == batch_id)
                .order_by(ObservationFile.id, ObservationReject.line)
            )
        )

    def reject_lines(self, file_id: int) -> set[int]:
        """Return the lines of a file of a batch that were refused."""
        return set(self.session.scalars(select(ObservationReject.line).where(ObservationReject.file_id == file_id)))
