"""Queries on the texts of the standards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import defer

from accounts.models import StandardText
from weibo_ops.kernel.repository import Repository

_STANDING = (StandardText.effective_from, StandardText.installed_at, StandardText.id)


class StandardRepository(Repository):
    """Texts in force, drafts, closed periods."""

    def standards(self, book: str) -> list[StandardText]:
        """List the installed texts of a book, oldest effective date first, then as they were put in force."""
        return list(self.session.scalars(select(StandardText).where(StandardText.book == book).order_by(*_STANDING)))

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
