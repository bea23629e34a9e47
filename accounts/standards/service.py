"""Standards in force: the texts of the rule books as stored, and which one holds on a day.

``config`` parses text and knows no database; this room stores the texts and keeps what was judged by them findable
by digest for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from accounts.models import StandardText
from accounts.permissions import Permission
from accounts.repository.standards import StandardRepository, TextHead
from accounts.schemas.standards import TextRow
from accounts.standards.review import looser_texts, propose_reviews
from accounts.standards.timeline import Standing, Timeline
from config.loader import LoadedBook, load_named, shipped, shipped_digest, shipped_file, shipped_names
from config.rulebook.base import LAYERS
from weibo_ops.kernel import audit, events
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import NotFoundError, UsageError

TICK = timedelta(microseconds=1)
CLOSED = "已封账期间的数据不再变动"
LOCK = "standards"
"""Name of the lock under which texts are put in force or retired and periods closed."""
STANDARDS_CHANGED = "standards.changed"
"""Event: texts of some books were put in force or ended, for a day that may be still to come."""


class StandardService:
    """The rule books that judge: installed texts, chosen by date."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._books: dict[tuple[str, str, str], LoadedBook[Any]] = {}

    def install_shipped(self, actor: Actor) -> int:
        """Put the shipped texts in force for their day; return how many were not.

        A text that is not stored yet is added. One that is stored while another text of its day stands after it (the
        file had been changed and was restored) becomes the last again.

        Raises:
            PermissionRefusedError: the actor may not install standards.
        """
        with self._db.reading() as session:
            if not _not_standing(StandardRepository(session).standard_heads()):
                return 0
        require(actor, Permission.STANDARD_INSTALL)
        now = self._clock.now()
        with self._db.writing() as session:
            advisory_lock(session, LOCK)
            repository = StandardRepository(session)
            heads = repository.standard_heads()
            changed = [shipped(name) for name in _not_standing(heads)]
            if not changed:
                return 0
            repository.put_in_force([_row(book, _after(book, heads, now)) for book in changed])
            for name in {book.book.book for book in changed}:
                propose_reviews(session, name, self.timeline_in(repository, name), repository.unit_lines(), now)
            events.record(session, STANDARDS_CHANGED, {"books": sorted({book.book.book for book in changed})}, now)
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
            return self.timeline_in(StandardRepository(session), name)

    def timeline_in(self, repository: StandardRepository, name: str) -> Timeline:
        """Return `timeline` as a running transaction sees it."""
        return self.timelines_in(repository, [name])[name]

    def timelines_in(self, repository: StandardRepository, names: Sequence[str]) -> dict[str, Timeline]:
        """Return `timeline` of several books as a running transaction sees them: name → timeline.

        Raises:
            NotFoundError: no text of one of the books is installed.
        """
        standing: dict[str, list[Standing]] = {name: [] for name in names}
        for head in repository.heads(names):
            standing[head.book].append(_standing(head, self._loaded(repository, head)))
        for name, found in standing.items():
            if not found:
                raise NotFoundError(f"没有名为“{name[:40]}”的标准。", next_step=f"可选:{'、'.join(shipped_names())}。")
        return {name: Timeline(tuple(found)) for name, found in standing.items()}

    def in_force(self, name: str, on: date) -> LoadedBook[Any]:
        """Return the book that holds everywhere on a Beijing day; see ``Timeline.on``.

        Raises:
            NotFoundError: no text of the book is installed.
        """
        return self.timeline(name).on(on)

    def books_in_force(self, names: Sequence[str], on: date) -> dict[str, LoadedBook[Any]]:
        """Return `in_force` of several books, as one state of the database has them: name → book.

        Raises:
            NotFoundError: no text of one of the books is installed.
        """
        with self._db.reading() as session:
            found = self.timelines_in(StandardRepository(session), names)
        return {name: timeline.on(on) for name, timeline in found.items()}

    def _loaded(self, repository: StandardRepository, head: TextHead) -> LoadedBook[Any]:
        """Return an installed text as a book; a text never changes, so that each is read and parsed once."""
        key = (head.book, head.digest, head.origin)
        if key not in self._books:
            self._books[key] = _parsed(head.book, repository.text(head.id), head.origin)
        return self._books[key]

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

    def find(self, beginning: str) -> LoadedBook[Any]:
        """Return the one stored text whose digest begins so.

        Raises:
            NotFoundError: none does.
            UsageError: several do, or too little of it is given.
        """
        if len(beginning) < 6:
            raise UsageError(f"校验码“{beginning}”太短。", next_step="请至少写出前6位。")
        with self._db.reading() as session:
            texts = StandardRepository(session).standards_like(beginning.lower())
        if not texts:
            raise NotFoundError(
                f"找不到校验码以“{beginning[:12]}”开头的标准文本。", next_step="请用 weibo-ops standard list 查看。"
            )
        if len({text.digest for text in texts}) > 1:
            raise UsageError(f"有多个标准文本的校验码以“{beginning}”开头。", next_step="请多写几位。")
        return self._parse(texts[0])

    def texts(self, day: date | None = None) -> list[TextRow]:
        """List every stored text of every book as of a Beijing day (None: today)."""
        today = day or beijing_date(self._clock.now())
        rows = []
        with self._db.reading() as session:
            repository = StandardRepository(session)
            lines = repository.unit_lines()
            for name in shipped_names():
                texts = repository.standards(name)
                timeline = self.timeline_in(repository, name)
                looser = dict(looser_texts(timeline, lines, today))
                rows += [
                    _text_row(text, entry, timeline, today, tuple(item.key for item in looser.get(entry, ())))
                    for text, entry in zip(texts, timeline.standing, strict=True)
                ]
        return rows

    def _parse(self, text: StandardText) -> LoadedBook[Any]:
        return _parsed(text.book, text.text, text.origin)


def _standing(head: TextHead, loaded: LoadedBook[Any]) -> Standing:
    # The files in the package are the first layer whatever their header says: they hold where nobody published.
    packaged = not head.published_by and head.origin in map(shipped_file, shipped_names())
    layer = LAYERS[0] if packaged else head.layer
    return Standing(head.effective_from, loaded, layer, head.retired_from, head.applies_to)


@lru_cache(maxsize=64)
def _parsed(book: str, text: str, origin: str) -> LoadedBook[Any]:
    return load_named(book, text, origin=origin)


def _text_row(text: StandardText, entry: Standing, timeline: Timeline, today: date, looser: tuple[str, ...]) -> TextRow:
    if entry.until is not None and entry.until <= today:
        state = "已停用"
    elif entry.start > today:
        state = "待生效"
    else:
        state = "已发布" if text.published_by else "已安装"
    return TextRow(
        book=text.book,
        title=entry.loaded.book.title,
        version=text.version,
        layer=text.layer,
        applies_to=text.applies_to,
        effective_from=text.effective_from,
        retired_from=text.retired_from,
        state=state,
        digest=text.digest,
        origin=text.origin,
        published_by=text.published_by,
        in_force=timeline.governing(today, (entry.applies_to,) if entry.applies_to else ()) is entry.loaded,
        looser=looser,
    )


def _not_standing(heads: Sequence[StandardText]) -> list[str]:
    """Return the books whose shipped text is not the last installed for its day.

    Texts of another layer do not count, unless they came from the same file.
    """

    def stands(book: str, digest: str) -> bool:
        own = next((head for head in heads if (head.book, head.digest) == (book, digest)), None)
        return own is not None and digest == next(
            head.digest
            for head in reversed(heads)
            if (head.book, head.effective_from) == (book, own.effective_from)
            and (head.layer == own.layer or head.origin == shipped_file(book))
        )

    return [name for name in shipped_names() if not stands(name, shipped_digest(name))]


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
        "applies_to": header.applies_to,
        "origin": loaded.origin,
        "digest": loaded.digest,
        "text": loaded.text,
        "installed_at": installed_at,
    }
