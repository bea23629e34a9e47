"""Import of an export's folder: many short transactions with a checkpoint, so that a kill loses nothing.

Every step can be repeated: rows are known by platform id, a file's checkpoint moves in the transaction that stores
its rows, threads are read again from what is stored. Killed and run again, an import ends in the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from accounts.enums import ObservationKind
from accounts.models import ObservationBatch, ObservationFile, ObservationReject
from accounts.permissions import Permission
from accounts.repository import AccountRepository
from accounts.standards import StandardService
from sentiment.intake.layouts import FileKind, Header, Reason, RowRejectedError
from sentiment.intake.loading import (
    CommentLoader,
    Loader,
    Numbered,
    PostLoader,
    ProfileLoader,
    Rejected,
    RosterLoader,
)
from sentiment.intake.reader import Line, SourceFile, SourceFolder, open_folder, plain_name, read_lines
from sentiment.intake.span import ObservedSpan
from sentiment.repository import SentimentRepository
from sentiment.schemas import ImportReport, KindCount, Reject
from sentiment.thread_keeper import ThreadKeeper
from weibo_ops.kernel import audit, events
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError
from weibo_ops.kernel.repository import chunks

CHUNK = 2_000
"""Rows in one transaction."""

MOST_LINES = 500
"""Lines that one record may span; beyond that a quote was left open and swallowed the rows after it."""

OBSERVATIONS_IMPORTED = "observations.imported"
LAYOUT = "weibo-crawler"

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, bytes or posts done, of how many)."""


@dataclass(frozen=True)
class _Step:
    """A file of the running batch and where its checkpoint stands."""

    file_id: int
    source: SourceFile
    rows_done: int


class IntakeService:
    """Takes in the files of an export."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    def import_folder(
        self, actor: Actor, folder: Path, progress: Progress | None = None, *, authority: str = "运营单位自行导出"
    ) -> ImportReport:
        """Import a folder in the weibo-crawler layout; run again it adds nothing.

        Args:
            actor: who imports.
            folder: holds ``roster.csv``, ``users.csv``, ``<uid>.csv`` and ``<name>_comments.csv``; any may be missing.
            progress: told how far each step is.
            authority: by what right the files were made; recorded with the batch.

        Raises:
            PermissionRefusedError: the actor may not import, or the folder holds a roster that would change the
                register and the actor does not keep it.
            UsageError: the folder holds nothing that is recognised.
            ConflictError: somebody else imports the same folder at this moment.
        """
        require(actor, Permission.IMPORT)
        source = open_folder(folder)
        tell = progress or (lambda _what, _done, _total: None)
        batch_id, resumed = self._open_batch(source, authority)
        total = sum(file.size for file in source.files)
        done = 0
        span = ObservedSpan()
        for step in self._steps(batch_id, source):
            if step.source.kind is FileKind.USERS:
                self._read_threads(tell)
            self._load_file(step, self._loader(step.source, span, actor), span, partial(_tell_bytes, tell, done, total))
            done += step.source.size
        self._read_threads(tell)
        return self._finish(actor, batch_id, source, resumed, span)

    # --- batch ----------------------------------------------------------------------------------------------

    def _open_batch(self, source: SourceFolder, authority: str) -> tuple[int, bool]:
        with self._db.writing() as session:
            repository = AccountRepository(session)
            unfinished = repository.unfinished_batch(source.digest)
            if unfinished is not None:
                return unfinished.id, True
            batch = ObservationBatch(
                folder_digest=source.digest,
                source=plain_name(source.path.resolve()),
                layout=LAYOUT,
                authority=authority,
                started_at=self._clock.now(),
            )
            session.add(batch)
            session.flush()
            for file in source.files:
                session.add(
                    ObservationFile(batch_id=batch.id, name=file.name, kind=file.kind.value, digest=file.digest)
                )
                session.flush()
            return batch.id, False

    def _steps(self, batch_id: int, source: SourceFolder) -> list[_Step]:
        with self._db.reading() as session:
            entered = {row.name: row for row in AccountRepository(session).batch_files(batch_id)}
        return [_Step(entered[file.name].id, file, entered[file.name].rows_done) for file in source.files]

    # --- files ----------------------------------------------------------------------------------------------

    def _loader(self, file: SourceFile, span: ObservedSpan, actor: Actor) -> Loader[Any]:
        if file.kind is FileKind.ROSTER:
            return RosterLoader(self._clock.now(), actor)
        if file.kind is FileKind.POSTS:
            return PostLoader(file.stem)
        if file.kind is FileKind.COMMENTS:
            from sentiment.assessment import Assessor

            with self._db.reading() as session:
                repository = AccountRepository(session)
                accounts = repository.registered()
                areas = sorted({account.area for account in accounts if account.area})
                uids = [account.uid for account in accounts]
                return CommentLoader(repository.known_names(), uids, Assessor(self._standards, areas))
        return ProfileLoader(span.until or self._clock.now())

    def _read_threads(self, tell: Progress) -> None:
        ThreadKeeper(self._db, self._clock, self._standards).refresh(lambda done: tell("关联答复与计算时效", done, 0))

    def _load_file(
        self, step: _Step, loader: Loader[Any], span: ObservedSpan, tell: Callable[[str, int], None]
    ) -> None:
        rows = read_lines(step.source)
        rows_done = step.rows_done
        self._pass_over(step, loader, span, rows)
        for part in chunks(rows, CHUNK):
            self._load_chunk(loader, step.file_id, rows_done, part, span)
            rows_done += len(part)
            tell(step.source.name, part[-1][1].position)
        tell(step.source.name, step.source.size)

    def _pass_over(
        self, step: _Step, loader: Loader[Any], span: ObservedSpan, rows: Iterator[tuple[Header, Line]]
    ) -> None:
        """Go past the rows that an import cut short has stored; they count for what the folder observed."""
        with self._db.reading() as session:
            refused = AccountRepository(session).reject_lines(step.file_id)
        for part in chunks(islice(rows, step.rows_done), CHUNK):
            if step.source.kind in (FileKind.POSTS, FileKind.COMMENTS):
                span.take(_parsed(loader, part)[0], refused)

    def _load_chunk(
        self,
        loader: Loader[Any],
        file_id: int,
        rows_done: int,
        part: list[tuple[Header, Line]],
        span: ObservedSpan,
    ) -> None:
        parsed, rejected = _parsed(loader, part)
        loader.prepare(parsed)
        with self._db.writing() as session:
            result = loader.store(session, parsed)
            rejected += result.rejected
            repository = AccountRepository(session)
            repository.add_all(
                ObservationReject,
                [
                    {"file_id": file_id, "line": item.line, "reason": item.reason.value, "detail": item.detail}
                    for item in sorted(rejected, key=lambda item: item.line)
                ],
            )
            counts = {
                "rows_done": rows_done + len(part),
                "imported": ObservationFile.imported + result.imported,
                "updated": ObservationFile.updated + result.updated,
                "unchanged": ObservationFile.unchanged + result.unchanged,
            }
            if not repository.advance(file_id, rows_done, counts):
                raise ConflictError("同一文件夹正由另一个程序导入。", next_step="请等待其结束后再试。")
        span.take(parsed, {item.line for item in rejected})

    # --- end ------------------------------------------------------------------------------------------------

    def _finish(
        self,
        actor: Actor,
        batch_id: int,
        source: SourceFolder,
        resumed: bool,
        span: ObservedSpan,
    ) -> ImportReport:
        now = self._clock.now()
        with self._db.writing() as session:
            repository = AccountRepository(session)
            if span.start is not None and span.until is not None:
                for account_id, kind in _observed_kinds(session, source, span.until):
                    repository.add_coverage(account_id, kind, LAYOUT, span.start, span.until)
            batch = session.get_one(ObservationBatch, batch_id)
            batch.finished_at = now
            batch.observed_from = span.start
            batch.observed_until = span.until
            report = _report(repository, batch, source, resumed)
            payload = {"batch": batch_id, "observed_until": span.until}
            events.record(session, OBSERVATIONS_IMPORTED, payload, now)
            details = {
                "folder": source.digest,
                "kinds": {
                    name: {"imported": count.imported, "rejected": sum(count.rejected.values())}
                    for name, count in report.kinds.items()
                },
            }
            audit.append(session, actor, "observations.import", batch.source, details, now)
        return report


def _tell_bytes(tell: Progress, before: int, total: int, name: str, position: int) -> None:
    tell(name, before + position, total)


def _parsed(loader: Loader[Any], part: Iterable[tuple[Header, Line]]) -> tuple[list[Numbered[Any]], list[Rejected]]:
    """Turn rows into entries and refusals."""
    parsed: list[Numbered[Any]] = []
    rejected: list[Rejected] = []
    for header, line in part:
        try:
            if line.last - line.number > MOST_LINES:
                raise RowRejectedError(Reason.UNBALANCED_QUOTE, f"第{line.number}行至第{line.last}行")
            if line.damaged:
                raise RowRejectedError(Reason.BAD_ENCODING, "")
            parsed.append(Numbered(line.number, loader.parse(header, line.cells)))
        except RowRejectedError as refusal:
            rejected.append(Rejected(line.number, refusal.reason, refusal.detail))
    return parsed, rejected


def _accounts_of(repository: AccountRepository, source: SourceFolder) -> list[int]:
    """The registered accounts whose posts file lies in the folder: those that the export observed."""
    uids = [file.stem for file in source.files if file.kind is FileKind.POSTS]
    return sorted(repository.account_ids(uids).values())


def _observed_kinds(session: Session, source: SourceFolder, until: datetime) -> Iterator[tuple[int, ObservationKind]]:
    """Tell what the folder observed of each account.

    Posts of an account that came without a single comment, though the platform shows some, are posts whose comments
    were not exported: nobody knows them, and none is not zero.
    """
    repository = AccountRepository(session)
    accounts = _accounts_of(repository, source)
    commented = SentimentRepository(session).accounts_with_comments(accounts)
    shown = repository.post_totals(until)
    for account_id in accounts:
        yield account_id, ObservationKind.POSTS
        if account_id in commented or (account_id in shown and shown[account_id].comments == 0):
            yield account_id, ObservationKind.COMMENTS


def _report(
    repository: AccountRepository, batch: ObservationBatch, source: SourceFolder, resumed: bool
) -> ImportReport:
    rejects = repository.rejects(batch.id)
    by_kind: dict[str, Counter[str]] = {kind.value: Counter() for kind in FileKind}
    for kind, _file, _line, reason, _detail in rejects:
        by_kind[kind][reason] += 1
    files = repository.batch_files(batch.id)
    return ImportReport(
        source=batch.source,
        kinds={
            kind.value: KindCount(
                imported=sum(file.imported for file in files if file.kind == kind.value),
                unchanged=sum(file.unchanged for file in files if file.kind == kind.value),
                updated=sum(file.updated for file in files if file.kind == kind.value),
                rejected=dict(sorted(by_kind[kind.value].items())),
            )
            for kind in FileKind
        },
        rejects=tuple(
            Reject(file, line, reason, f"{Reason(reason).label}:{detail}" if detail else Reason(reason).label)
            for _kind, file, line, reason, detail in rejects
        ),
        ignored=source.ignored,
        resumed=resumed,
        observed_from=batch.observed_from,
        observed_until=batch.observed_until,
    )
