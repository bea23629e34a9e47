"""Queries on outgoing posts, their revisions, hits and waivers, and on the texts they are compared with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm.attributes import set_committed_value

from accounts.models import Account, ObservedPost, Staff, Unit
from publishing.enums import PostState
from publishing.models import HitWaiver, Post, PostHit, PostRevision, PostTemplate
from publishing.transitions import WAITING
from weibo_ops.kernel.audit import AuditEntry
from weibo_ops.kernel.repository import SQL_LIST_LIMIT, Repository, chunks

RECHECKED = "post.recheck"
"""How the audit log calls it when everything that waits was looked at again."""


_POSTS = cast(Table, Post.__table__)


class WaitingText(NamedTuple):
    """A text that waits to go out: its post, account, recurring column and words."""

    post_id: int
    account_id: int
    series_id: int | None
    account: str
    text: str


class PostRepository(Repository):
    """Outgoing posts."""

    # --- posts ----------------------------------------------------------------------------------------------

    def add(self, values: Mapping[str, object]) -> int:
        """Add a post; return its id."""
        row = Post(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def get(self, post_id: int) -> Post | None:
        """Return a post."""
        return self.session.get(Post, post_id)

    def move(
        self, post_id: int, version: int, sources: Collection[PostState], target: PostState, values: Mapping[str, Any]
    ) -> bool:
        """Move a post that has this version and stands at one of the sources; say whether it did.

        The only statement that changes the state of a post.
        """
        changed = {**values, "state": target.value, "version": version + 1}
        self.session.flush()
        # The table is named, not the model: what the session holds is brought up to date below, without being read.
        moved = self.session.execute(
            update(_POSTS)
            .where(_POSTS.c.id == post_id, _POSTS.c.version == version, _POSTS.c.state.in_([*sources]))
            .values(changed)
            .returning(_POSTS.c.id)
        ).first()
        held = self.session.identity_map.get(self.session.identity_key(Post, post_id))
        if moved is not None and held is not None:
            for name, value in changed.items():
                set_committed_value(held, name, value)
        return moved is not None

    def put_off(self, post_id: int, version: int, until: datetime, reason: str) -> None:
        """Let a scheduled post be looked at again later; its state stays."""
        self.move(
            post_id, version, {PostState.SCHEDULED}, PostState.SCHEDULED, {"send_after": until, "reason": reason[:500]}
        )

    def listed(
        self,
        *,
        states: Sequence[str] | None = None,
        account_id: int | None = None,
        search: str | None = None,
        post_ids: Iterable[int] | None = None,
        limit: int | None = None,
    ) -> list[tuple[Post, PostRevision, str, str]]:
        """List posts with their present revision, account and unit name, the last changed first."""
        statement = (
            select(Post, PostRevision, Account.screen_name, Unit.name)
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .join(Account, Account.id == Post.account_id)
            .join(Unit, Unit.id == Post.unit_id)
            .order_by(Post.changed_at.desc(), Post.id.desc())
        )
        if states is not None:
            statement = statement.where(Post.state.in_(list(states)))
        if account_id is not None:
            statement = statement.where(Post.account_id == account_id)
        if search:
            statement = statement.where(PostRevision.text.contains(search, autoescape=True))
        if post_ids is not None:
            statement = statement.where(Post.id.in_(list(post_ids)))
        if limit is not None:
            statement = statement.limit(limit)
        return [(post, revision, account, unit) for post, revision, account, unit in self.session.execute(statement)]

    def waiting(self) -> list[int]:
        """Return the ids of the posts that wait: in review or signed."""
        states = [state.value for state in WAITING]
        return list(self.session.scalars(select(Post.id).where(Post.state.in_(states)).order_by(Post.id)))

    def last_recheck(self) -> Mapping[str, str] | None:
        """Return by which standards everything that waits was last looked at again: book → digest; None if never."""
        details = self.session.scalar(
            select(AuditEntry.details).where(AuditEntry.action == RECHECKED).order_by(AuditEntry.id.desc()).limit(1)
        )
        return None if details is None else details.get("books")

    # --- revisions ------------------------------------------------------------------------------------------

    def add_revision(self, values: Mapping[str, object]) -> None:
        """Add a revision."""
        self.session.add(PostRevision(**values))
        self.session.flush()

    def revision(self, post_id: int, number: int) -> PostRevision:
        """Return one revision; it must exist."""
        return self.session.execute(
            select(PostRevision).where(PostRevision.post_id == post_id, PostRevision.number == number)
        ).scalar_one()

    def present_revisions(self, post_ids: Collection[int]) -> dict[int, PostRevision]:
        """Return the present revision of posts: post id → revision."""
        rows = self.session.scalars(
            select(PostRevision)
            .join(Post, (Post.id == PostRevision.post_id) & (Post.revision == PostRevision.number))
            .where(Post.id.in_(list(post_ids)))
        )
        return {row.post_id: row for row in rows}

    def revisions(self, post_id: int) -> list[tuple[PostRevision, str]]:
        """List the revisions of a post with the account's name, the oldest first."""
        rows = self.session.execute(
            select(PostRevision, Account.screen_name)
            .join(Account, Account.id == PostRevision.account_id)
            .where(PostRevision.post_id == post_id)
            .order_by(PostRevision.number)
        )
        return [(revision, name) for revision, name in rows]

    def editors(self, post_id: int) -> frozenset[str]:
        """Return the logins of everybody who wrote a revision, whoever they wrote for, and named originators.

        Several originators may stand in one field; whoever bears a name that stands there counts.
        """
        return self.editors_of([post_id])[post_id]

    def editors_of(self, post_ids: Collection[int]) -> dict[int, frozenset[str]]:
        """Return `editors` of several posts: post id → logins."""
        written: dict[int, set[str]] = {post_id: set() for post_id in post_ids}
        named: dict[int, set[str]] = {post_id: set() for post_id in post_ids}
        for part in chunks(post_ids, SQL_LIST_LIMIT):
            rows = self.session.execute(
                select(
                    PostRevision.post_id, PostRevision.author, PostRevision.on_behalf_of, PostRevision.originator
                ).where(PostRevision.post_id.in_(part))
            )
            for post_id, author, principal, originator in rows:
                written[post_id] |= {login for login in (author, principal) if login}
                named[post_id] |= {originator, *re.split(r"[、,，;；/／\s]+", originator)} - {""}
        names = set().union(*(names - written[post_id] for post_id, names in named.items()))
        bearers: dict[str, set[str]] = {}
        for listed in chunks(sorted(names), SQL_LIST_LIMIT):
            for name, login in self.session.execute(select(Staff.name, Staff.login).where(Staff.name.in_(listed))):
                bearers.setdefault(name, set()).add(login)
        return {
            post_id: frozenset(
                {
                    *written[post_id],
                    *names,
                    *(login for name in names - written[post_id] for login in bearers.get(name, ())),
                }
            )
            for post_id, names in named.items()
        }

    # --- hits and waivers -----------------------------------------------------------------------------------

    def replace_hits(self, post_id: int, hits: Sequence[Mapping[str, Any]]) -> None:
        """Put new hits in the place of a post's old ones."""
        self.remove_where_in(PostHit, PostHit.post_id, [post_id])
        self.add_all(PostHit, hits)

    def hits(self, post_ids: Iterable[int]) -> list[PostHit]:
        """List the hits of posts in the order of place."""
        return list(
            self.session.scalars(
                select(PostHit)
                .where(PostHit.post_id.in_(list(post_ids)))
                .order_by(PostHit.post_id, PostHit.start, PostHit.end, PostHit.rule_id, PostHit.key)
            )
        )

    def waivers(self, post_ids: Iterable[int]) -> list[HitWaiver]:
        """List the waivers of posts."""
        return list(self.session.scalars(select(HitWaiver).where(HitWaiver.post_id.in_(list(post_ids)))))

    def add_waiver(self, values: Mapping[str, object]) -> None:
        """Let a hit through."""
        self.session.add(HitWaiver(**values))
        self.session.flush()

    # --- neighbours -----------------------------------------------------------------------------------------

    def families(self) -> dict[int, tuple[int, int | None]]:
        """Return of every account its unit and the unit above that one: account id → (unit id, parent id)."""
        rows = self.session.execute(select(Account.id, Unit.id, Unit.parent_id).join(Unit, Unit.id == Account.unit_id))
        return {account_id: (unit_id, parent_id) for account_id, unit_id, parent_id in rows}

    def recent_observed(
        self, account_ids: Collection[int], since: datetime, until: datetime, limit: int
    ) -> list[tuple[ObservedPost, str]]:
        """List the posts that went out in ``[since, until)``, the newest first."""
        rows = self.session.execute(
            select(ObservedPost, Account.screen_name)
            .join(Account, Account.id == ObservedPost.account_id)
            .where(
                ObservedPost.account_id.in_(list(account_ids)),
                ObservedPost.published_at >= since,
                ObservedPost.published_at < until,
            )
            .order_by(ObservedPost.published_at.desc())
            .limit(limit)
        )
        return [(post, name) for post, name in rows]

    def waiting_texts(self, account_ids: Collection[int], most: int) -> list[WaitingText]:
        """List the texts of some accounts that wait or are going out, the last written first."""
        states = [state.value for state in WAITING | {PostState.SENDING, PostState.UNCERTAIN}]
        rows = self.session.execute(
            select(Post.id, Post.account_id, Post.series_id, Account.screen_name, PostRevision.text)
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .join(Account, Account.id == Post.account_id)
            .where(Post.account_id.in_(list(account_ids)), Post.state.in_(states))
            .order_by(Post.id.desc())
            .limit(most)
        )
        return [WaitingText(*row) for row in rows]

    def series_of(self, post_id: int) -> int | None:
        """Return the recurring column that a post is an occurrence of; None if it is of none."""
        return self.session.scalar(select(Post.series_id).where(Post.id == post_id))

    # --- templates ------------------------------------------------------------------------------------------

    def templates(self, unit_ids: Collection[int] | None = None) -> list[tuple[PostTemplate, str]]:
        """List templates with their unit's name."""
        statement = (
            select(PostTemplate, Unit.name)
            .join(Unit, Unit.id == PostTemplate.unit_id)
            .order_by(Unit.name, PostTemplate.title, PostTemplate.id)
        )
        if unit_ids is not None:
            statement = statement.where(PostTemplate.unit_id.in_(list(unit_ids)))
        return [(template, unit) for template, unit in self.session.execute(statement)]

    def template(self, template_id: int) -> PostTemplate | None:
        """Return one template."""
        return self.session.get(PostTemplate, template_id)

    def add_template(self, values: Mapping[str, object]) -> int:
        """Add a template; return its id."""
        row = PostTemplate(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def change_template(self, template_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a template that still has this version and is not retired; say whether it was."""
        changed = self.session.execute(
            update(PostTemplate)
            .where(PostTemplate.id == template_id, PostTemplate.version == version, PostTemplate.retired_at.is_(None))
            .values({**values, "version": version + 1})
            .returning(PostTemplate.id)
        ).first()
        return changed is not None
