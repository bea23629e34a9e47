"""Queries on the texts of the standards, their drafts, and closed periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import defer
from sqlalchemy.sql.dml import ReturningUpdate

from accounts.enums import DraftState
from accounts.models import ClosedPeriod, StandardDraft, StandardText, Unit
from accounts.repository.units import unit_tree
from weibo_ops.kernel.audit import AuditEntry
from weibo_ops.kernel.repository import Repository

_STANDING = (StandardText.effective_from, StandardText.installed_at, StandardText.id)

PUBLISHED = "standard.publish"
"""How the audit log calls it when a text is put in force by people."""


class TextHead(NamedTuple):
    """What is known of an installed text beside the text itself; book and digest name it for ever."""

    id: int
    book: str
    digest: str
    layer: str
    origin: str
    effective_from: date
    retired_from: date | None
    applies_to: str
    published_by: str


class StandardRepository(Repository):
    """Texts in force, drafts, closed periods."""

    # --- texts in force -------------------------------------------------------------------------------------

    def standards(self, book: str) -> list[StandardText]:
        """List the installed texts of a book, oldest effective date first, then as they were put in force."""
        return list(self.session.scalars(select(StandardText).where(StandardText.book == book).order_by(*_STANDING)))

    def heads(self, books: Sequence[str]) -> list[TextHead]:
        """List the installed texts of books without the texts themselves, in the order of `standards`."""
        columns = [getattr(StandardText, name) for name in TextHead._fields]
        rows = self.session.execute(select(*columns).where(StandardText.book.in_(list(books))).order_by(*_STANDING))
        return [TextHead(*row) for row in rows]

    def text(self, text_id: int) -> str:
        """Return an installed text."""
        return self.session.execute(select(StandardText.text).where(StandardText.id == text_id)).scalar_one()

    def standard_heads(self) -> list[StandardText]:
        """List every installed text, in the order of `standards`, without the text itself."""
        heads = select(StandardText).options(defer(StandardText.text, raiseload=True))
        return list(self.session.scalars(heads.order_by(*_STANDING)))

    def put_in_force(self, texts: Sequence[Mapping[str, object]]) -> None:
        """Store texts as the last of their day; a stored one is only dated anew."""
        self.upsert(StandardText, texts, key=("book", "digest"), update=("installed_at",))

    def standard_by_digest(self, digest: str) -> StandardText | None:
        """Return the installed text with this digest."""
        return self.session.scalars(select(StandardText).where(StandardText.digest == digest)).first()

    def standards_like(self, beginning: str) -> list[StandardText]:
        """List the installed texts whose digest begins so."""
        like = StandardText.digest.startswith(beginning, autoescape=True)
        return list(self.session.scalars(select(StandardText).where(like).order_by(*_STANDING)))

    def last_installed_at(self, book: str) -> datetime | None:
        """Return when a text of a book was last put in force."""
        return self.session.scalar(select(func.max(StandardText.installed_at)).where(StandardText.book == book))

    def retire(self, digest: str, book: str, day: date) -> bool:
        """End a text that was not ended before; say whether it was so."""
        return self._changed(
            update(StandardText)
            .where(StandardText.book == book, StandardText.digest == digest, StandardText.retired_from.is_(None))
            .values(retired_from=day)
            .returning(StandardText.id)
        )

    def publishers(self, book: str, digest: str) -> set[str]:
        """Return the logins of who published a text and of whom they acted for; none for one that was installed."""
        entries = self.session.execute(
            select(AuditEntry.person, AuditEntry.on_behalf_of, AuditEntry.details).where(
                AuditEntry.action == PUBLISHED, AuditEntry.subject == book
            )
        )
        return {
            login
            for person, principal, details in entries
            if details["digest"] == digest
            for login in (person, principal)
            if login
        }

    # --- drafts ---------------------------------------------------------------------------------------------

    def add_draft(self, values: Mapping[str, object]) -> StandardDraft:
        """Store a draft."""
        draft = StandardDraft(**values)
        self.session.add(draft)
        self.session.flush()
        return draft

    def draft(self, draft_id: int) -> StandardDraft | None:
        """Return a draft as it is stored now."""
        return self.session.get(StandardDraft, draft_id, populate_existing=True)

    def drafts(self, states: Sequence[str]) -> list[StandardDraft]:
        """List the drafts in these states, the newest first."""
        wanted = select(StandardDraft).where(StandardDraft.state.in_(states))
        return list(self.session.scalars(wanted.order_by(StandardDraft.id.desc())))

    def change_draft(self, draft_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a draft that is still one and still has this version; say whether it was so."""
        return self._changed(
            update(StandardDraft)
            .where(
                StandardDraft.id == draft_id,
                StandardDraft.version == version,
                StandardDraft.state == DraftState.DRAFT.value,
            )
            .values(version=version + 1, **values)
            .returning(StandardDraft.id)
        )

    # --- closed periods -------------------------------------------------------------------------------------

    def closed_periods(self) -> list[ClosedPeriod]:
        """List the closed periods, the latest first."""
        return list(self.session.scalars(select(ClosedPeriod).order_by(ClosedPeriod.from_at.desc(), ClosedPeriod.id)))

    def last_closed(self) -> ClosedPeriod | None:
        """Return the closed period that ends last."""
        return self.session.scalars(select(ClosedPeriod).order_by(ClosedPeriod.until_at.desc()).limit(1)).first()

    def add_closed(self, values: Mapping[str, object]) -> None:
        """Close a period."""
        self.add_all(ClosedPeriod, [values])

    # --- units ----------------------------------------------------------------------------------------------

    def unit_lines(self) -> dict[str, tuple[str, ...]]:
        """Return full name of a unit → full names of it and of the units above it, nearest first."""
        tree = unit_tree(self.session)
        units = self.session.execute(select(Unit.id, Unit.name))
        return {name: tuple(node.name for node in tree.line(unit_id)) for unit_id, name in units}

    def unit_id(self, name: str) -> int | None:
        """Return the id of the unit with this full name."""
        return self.session.scalar(select(Unit.id).where(Unit.name == name))

    def _changed(self, statement: ReturningUpdate[Any]) -> bool:
        return self.session.execute(statement).first() is not None
