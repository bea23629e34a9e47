"""Standards in force: the texts of the rule books as stored, and which one holds on a day.

``config`` parses text and knows no database; this room stores the texts and keeps what was judged by them findable
by digest for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import StandardText
from accounts.permissions import Permission
from accounts.repository.standards import StandardRepository
from config.loader import LoadedBook, load_named, shipped, shipped_names
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import NotFoundError

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Timeline:
    """The texts of one book with the days from which they are in force.

    The oldest day comes first; of several texts for one day, the one put in force last is the last.
    """

    texts: tuple[tuple[date, LoadedBook[Any]], ...]

    def on(self, day: date) -> LoadedBook[Any]:
        """Return the last text effective by a Beijing day, else the first there is."""
        effective = [loaded for start, loaded in self.texts if start <= day]
        return effective[-1] if effective else self.texts[0][1]


class StandardService:
    """The rule books that judge: installed texts, chosen by date."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._parsed: dict[str, LoadedBook[Any]] = {}

    def install_shipped(self, actor: Actor) -> int:
        """Put the shipped texts in force for their day; return how many were not.

        A text that is not stored yet is added. One that is stored while another text of its day stands after it (the
        file had been changed and was restored) becomes the last again.

        Raises:
            PermissionRefusedError: the actor may not install standards.
        """
        books = [shipped(name) for name in shipped_names()]
        with self._db.reading() as session:
            if not _not_standing(books, StandardRepository(session).standard_heads()):
                return 0
        require(actor, Permission.STANDARD_INSTALL)
        now = self._clock.now()
        with self._db.writing() as session:
            advisory_lock(session, "standards")
            repository = StandardRepository(session)
            heads = repository.standard_heads()
            changed = _not_standing(books, heads)
            if not changed:
                return 0
            repository.put_in_force([_row(book, _after(book, heads, now)) for book in changed])
            known = {head.digest for head in heads}
            details = {
                "added": {book.book.book: book.digest for book in changed if book.digest not in known},
                "reinstated": {book.book.book: book.digest for book in changed if book.digest in known},
            }
            audit.append(session, actor, "standard.install", "shipped", details, now)
        return len(changed)

    def timeline(self, name: str) -> Timeline:
        """Return every installed text of a book, for a use case that asks for many days.

        Raises:
            NotFoundError: no text of the book is installed.
        """
        with self._db.reading() as session:
            texts = StandardRepository(session).standards(name)
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
            text = StandardRepository(session).standard_by_digest(digest)
        if text is None:
            raise NotFoundError(f"找不到校验码为 {digest[:12]} 的标准文本。")
        return self._parse(text)

    def _parse(self, text: StandardText) -> LoadedBook[Any]:
        if text.digest not in self._parsed:
            self._parsed[text.digest] = load_named(text.book, text.text, origin=text.origin)
        return self._parsed[text.digest]


def _not_standing(books: Iterable[LoadedBook[Any]], heads: Sequence[StandardText]) -> list[LoadedBook[Any]]:
    """Return the shipped books whose text is not the last installed for its day.

    Texts of another layer do not count, unless they came from the same file.
    """

    def last(loaded: LoadedBook[Any]) -> str | None:
        book = loaded.book
        return next(
            (
                head.digest
                for head in reversed(heads)
                if (head.book, head.effective_from) == (book.book, book.effective_from)
                and (head.layer == book.layer or head.origin == loaded.origin)
            ),
            None,
        )

    return [loaded for loaded in books if last(loaded) != loaded.digest]


def _after(loaded: LoadedBook[Any], heads: Iterable[StandardText], now: datetime) -> datetime:
    """Return now, or just after the last installed text of the book where the machine's clock was turned back."""
    return max([now, *(head.installed_at + TICK for head in heads if head.book == loaded.book.book)])


def _row(loaded: LoadedBook[Any], installed_at: datetime) -> dict[str, object]:
    header = loaded.book
    return {
        "book": header.book,
        "layer": header.layer,
        "version": header.version,
        "effective_from": header.effective_from,
        "origin": loaded.origin,
        "digest": loaded.digest,
        "text": loaded.text,
        "installed_at": installed_at,
    }
