"""Queries on pauses of publication, clearances, and the posts that pauses hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import func, select, update

from accounts.models import Account, Unit
from publishing.enums import PostState
from publishing.models import Pause, PauseClearance, Post, PostRevision
from weibo_ops.kernel.repository import Repository
from weibo_ops.kernel.todos import Todo


class PauseRepository(Repository):
    """Pauses and what they hold."""

    # --- pauses ---------------------------------------------------------------------------------------------

    def add(self, values: Mapping[str, object]) -> int:
        """Add a pause; return its id."""
        row = Pause(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def get(self, pause_id: int) -> Pause | None:
        """Return a pause."""
        return self.session.get(Pause, pause_id)

    def open(self) -> list[Pause]:
        """List the pauses that nobody ended, those to come included, by beginning."""
        return list(
            self.session.scalars(select(Pause).where(Pause.ended_at.is_(None)).order_by(Pause.from_at, Pause.id))
        )

    def listed(self, *, open_only: bool = False) -> list[Pause]:
        """List pauses, the newest first."""
        statement = select(Pause).order_by(Pause.from_at.desc(), Pause.id.desc())
        if open_only:
            statement = statement.where(Pause.ended_at.is_(None))
        return list(self.session.scalars(statement))

    def end(self, pause_id: int, version: int, values: Mapping[str, object]) -> bool:
        """End a pause that is open and has this version; say whether it was."""
        ended = self.session.execute(
            update(Pause)
            .where(Pause.id == pause_id, Pause.version == version, Pause.ended_at.is_(None))
            .values({**values, "version": version + 1})
            .returning(Pause.id)
        ).first()
        self.session.expire_all()
        return ended is not None

    # --- clearances -----------------------------------------------------------------------------------------

    def clear(self, values: Mapping[str, object]) -> None:
        """Record that a text may go out in spite of a pause."""
        self.session.add(PauseClearance(**values))
        self.session.flush()

    def cleared(self, pause_id: int, post_id: int) -> frozenset[str]:
        """Return the fingerprints of a post that a pause was cleared for."""
        return frozenset(
            self.session.scalars(
                select(PauseClearance.fingerprint).where(
                    PauseClearance.pause_id == pause_id, PauseClearance.post_id == post_id
                )
            )
        )

    def clearances(self, pause_id: int) -> list[PauseClearance]:
        """List the clearances of a pause, the first first."""
        return list(
            self.session.scalars(
                select(PauseClearance)
                .where(PauseClearance.pause_id == pause_id)
                .order_by(PauseClearance.at, PauseClearance.id)
            )
        )

    def open_todos(self, kinds: Collection[str]) -> list[tuple[str, str]]:
        """List kind and subject of the open to-dos of some kinds, each once."""
        rows = self.session.execute(
            select(Todo.kind, Todo.subject).where(Todo.kind.in_(list(kinds)), Todo.done_at.is_(None)).distinct()
        )
        return [(kind, subject) for kind, subject in rows]

    # --- posts ----------------------------------------------------------------------------------------------

    def regions(self) -> dict[int, str]:
        """Return ``{unit id: region}``; empty where none is stated."""
        return {row[0]: row[1] for row in self.session.execute(select(Unit.id, Unit.area))}

    def unit_of(self, account_id: int) -> int:
        """Return the unit that an account belongs to."""
        return self.session.execute(select(Account.unit_id).where(Account.id == account_id)).scalar_one()

    def in_states(self, states: Collection[PostState]) -> list[tuple[Post, PostRevision, str, str]]:
        """List the posts that stand at some states with text, account and unit name, by their time."""
        statement = (
            select(Post, PostRevision, Account.screen_name, Unit.name)
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .join(Account, Account.id == Post.account_id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(Post.state.in_([state.value for state in states]))
            .order_by(Post.scheduled_at.is_(None), Post.scheduled_at, Post.id)
        )
        return [(post, revision, account, unit) for post, revision, account, unit in self.session.execute(statement)]

    def held_counts(self, pause_ids: Iterable[int]) -> dict[int, int]:
        """Return ``{pause id: how many posts that it took still wait for a decision}``."""
        rows = self.session.execute(
            select(Post.pause_id, func.count())
            .where(Post.state == PostState.HELD.value, Post.pause_id.in_(list(pause_ids)))
            .group_by(Post.pause_id)
        )
        return {pause_id: count for pause_id, count in rows if pause_id is not None}
