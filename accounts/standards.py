"""Standards in force: the texts of the rule books as stored, and which one holds on a day.

``config`` parses text and knows no database; this room stores the texts and keeps what was judged by them findable
by digest for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import StandardText
from accounts.permissions import STANDARD_INSTALL
from accounts.repository import AccountRepository
from config.loader import LoadedBook, load_named, shipped, shipped_names
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Timeline:
    """The texts of one book with the days from which they are in force, the oldest first."""

    texts: tuple[tuple[date, LoadedBook[Any]], ...]

    def on(self, day: date) -> LoadedBook[Any]:
        """Return the newest text effective by a Beijing day, else the oldest there is."""
        effective = [loaded for start, loaded in self.texts if start <= day]
        return effective[-1] if effective else self.texts[0][1]


class StandardService:
    """The rule books that judge: installed texts, chosen by date."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._parsed: dict[str, LoadedBook[Any]] = {}

    def install_shipped(self, actor: Actor) -> int:
        """Store the shipped texts that are not stored yet; return how many were added.

        Raises:
            PermissionRefusedError: the actor may not install standards.
        """
        books = [shipped(name) for name in shipped_names()]
        with self._db.reading() as session:
            known = AccountRepository(session).standard_digests()
        missing = [book for book in books if (book.book.book, book.digest) not in known]
        if not missing:
            return 0
        require(actor, STANDARD_INSTALL)
        now = self._clock.now()
        with self._db.writing() as session:
            repository = AccountRepository(session)
            repository.upsert(
                StandardText,
                [
                    {
                        "book": book.book.book,
                        "layer": book.book.layer,
                        "version": book.book.version,
                        "effective_from": book.book.effective_from,
                        "origin": book.origin,
                        "digest": book.digest,
                        "text": book.text,
                        "installed_at": now,
                    }
                    for book in missing
                ],
                key=("book", "digest"),
            )
            details = {book.book.book: book.digest for book in missing}
            audit.append(session, actor, "standard.install", "shipped", details, now)
        return len(missing)

    def timeline(self, name: str) -> Timeline:
        """Return every installed text of a book, for a use case that asks for many days.

        Raises:
            NotFoundError: no text of the book is installed.
        """
        with self._db.reading() as session:
            texts = AccountRepository(session).standards(name)
        if not texts:
            raise NotFoundError(f"没有已安装的“{name}”标准。", next_step="请重新打开程序以安装随附标准。")
        return Timeline(tuple((text.effective_from, self._parse(text)) for text in texts))

    def in_force(self, name: str, on: date) -> LoadedBook[Any]:
        """Return the book in force on a Beijing day; see ``Timeline.on``.

        Raises:
            NotFoundError: no text of the book is installed.
        """
        return self.timeline(name).on(on)

    def by_digest(self, digest: str) -> LoadedBook[Any]:
        """Return the very text that judged something, whatever is in force today.

        Raises:
            NotFoundError: no installed text has this digest.
        """
        with self._db.reading() as session:
            text = AccountRepository(session).standard_by_digest(digest)
        if text is None:
            raise NotFoundError(f"找不到校验码为 {digest[:12]} 的标准文本。")
        return self._parse(text)

    def _parse(self, text: StandardText) -> LoadedBook[Any]:
        if text.digest not in self._parsed:
            self._parsed[text.digest] = load_named(text.book, text.text, origin=text.origin)
        return self._parsed[text.digest]
