"""A draft becomes law: previewed, published by a second person from a day on, retired, all under one lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.enums import DraftState
from accounts.judging import judged_day
from accounts.models import StandardDraft, StandardText
from accounts.permissions import Permission
from accounts.repository.standards import PUBLISHED, StandardRepository
from accounts.schemas.standards import DraftReport, Preview, Previewer, Published
from accounts.standards.drafts import (
    StandardDraftService,
    closed_problem,
    find_draft,
    may_rule,
    moved_on,
    parsed,
)
from accounts.standards.review import propose_reviews
from accounts.standards.service import CLOSED, LOCK, STANDARDS_CHANGED, TICK, StandardService
from accounts.standards.timeline import Timeline
from config.differences import differences
from config.layers import TIGHTEN_ONLY
from config.loader import LoadedBook
from config.rulebook.base import LAYERS
from weibo_ops.kernel import audit, events
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

SECOND_PERSON = "标准由起草人以外的人发布"
RETIRED_BY_ANOTHER = "标准由发布人以外的人停用"


class StandardPublishService:
    """Use cases that put texts in force and take them out."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, drafts: StandardDraftService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._drafts = drafts
        self._previewers: list[Previewer] = []
        self._announce: Callable[[], object] | None = None

    def register(self, previewer: Previewer) -> None:
        """Let a package say what a draft of its book would do."""
        self._previewers.append(previewer)

    def announce_by(self, dispatch: Callable[[], object]) -> None:
        """Hand out what waits in the outbox as soon as a change of the standards is stored, whoever asked for it."""
        self._announce = dispatch

    def preview(self, draft_id: int, as_of: datetime | None = None) -> Preview:
        """Compute what a draft would do, on the facts as of an instant; nothing is stored.

        Args:
            draft_id: the draft.
            as_of: the instant; None is the newest observation.

        Raises:
            NotFoundError: there is no such draft.
            RefusedError: its text is no valid rule book yet, or nothing was observed and no instant was given.
        """
        report = self._drafts.check(draft_id)
        with self._db.reading() as session:
            loaded = parsed(find_draft(StandardRepository(session), draft_id))
        if loaded is None:
            raise _faulty(report)
        tables = [
            previewer.preview(loaded, as_of) for previewer in self._previewers if previewer.book == loaded.book.book
        ]
        first = loaded.book.effective_from
        # Other books' previews look at what waits now, not at a day that some text governed.
        if loaded.book.book == "accounts" and any(judged_day(table.as_of) < first for table in tables):
            note = f"截至日期早于生效日期{first}:以上按当日已适用本草稿预览;发布后检查该日,仍按当日适用的文本。"
            report = replace(report, notes=(*report.notes, note))
        return Preview(report, loaded.digest, tuple(tables))

    def publish(self, actor: Actor, draft_id: int, digest: str) -> Published:
        """Put a draft in force from its first day on.

        Args:
            actor: who publishes: nobody who had a hand in the text, nor anybody acting for one of them.
            draft_id: the draft.
            digest: of the text that was previewed, 12 characters at least.

        Raises:
            PermissionRefusedError: the actor may not publish.
            NotFoundError: there is no such draft.
            ConflictError: the text is not the previewed one, or it was published or dropped before.
            RefusedError: a second person is missing, the text is faulty, looser than the one above, or reaches into
                a closed period, or the unit it is for is none of the actor's.
        """
        require(actor, Permission.STANDARD_PUBLISH, f"草稿{draft_id}")
        if len(digest) < 12:
            raise UsageError("所给校验码太短。", next_step="请给出预览时显示的校验码,至少前12位。")
        now = self._clock.now()
        with self._db.writing() as session:
            advisory_lock(session, LOCK)
            repository = StandardRepository(session)
            draft = find_draft(repository, draft_id)
            report = self._drafts.examined(session, draft)
            if draft.state != DraftState.DRAFT:
                raise moved_on(draft)
            if not report.draft.digest.startswith(digest.lower()):
                raise ConflictError(f"草稿{draft_id}的文本与预览时不同。", next_step="请重新预览,并用新的校验码发布。")
            require_second_person(actor, draft.editors, "发布标准", rule=SECOND_PERSON)
            loaded = _publishable(draft, report)
            header = loaded.book
            if header.applies_to:
                may_rule(session, actor, header.applies_to)
            before = self._drafts.replaced(repository, loaded)
            last = repository.last_installed_at(draft.book)
            repository.put_in_force(
                [
                    {
                        "book": header.book,
                        "layer": header.layer,
                        "version": header.version,
                        "effective_from": header.effective_from,
                        "applies_to": header.applies_to,
                        "origin": f"草稿{draft_id}",
                        "digest": loaded.digest,
                        "text": loaded.text,
                        "installed_at": max(now, last + TICK) if last is not None else now,
                        "published_by": actor.person,
                    }
                ]
            )
            done = {"state": DraftState.PUBLISHED.value, "published_digest": loaded.digest, "updated_at": now}
            if not repository.change_draft(draft_id, draft.version, done):
                raise moved_on(find_draft(repository, draft_id))
            looser = self._reviewed(session, repository, header.book, now)
            backdated = header.effective_from < beijing_date(now)
            details = {
                "draft": draft_id,
                "layer": header.layer,
                "applies_to": header.applies_to,
                "version": header.version,
                "effective_from": header.effective_from,
                "backdated": backdated,
                "digest": loaded.digest,
                "replaces": before.digest,
                "upper": report.upper,
                "editors": list(draft.editors),
                "differences": [[item.change, item.key, item.old, item.new] for item in differences(before, loaded)],
            }
            events.record(session, STANDARDS_CHANGED, {"books": [header.book]}, now)
            audit.append(session, actor, PUBLISHED, header.book, details, now)
        self._tell()
        return Published(
            header.book, header.layer, header.version, header.effective_from, loaded.digest, backdated, looser
        )

    def retire(self, actor: Actor, digest: str, from_day: date) -> Published:
        """End a text: from a day on the one that stood before it, or above it, holds again.

        Args:
            actor: who ends it: nobody who published it, nor anybody acting for them.
            digest: of the text; its first characters will do.
            from_day: the first Beijing day on which it no longer holds.

        Raises:
            PermissionRefusedError: the actor may not publish.
            NotFoundError: there is no such text.
            ConflictError: it was ended before.
            RefusedError: a second person is missing, the day lies before the text's first or in a closed period, or
                no text of the first layer would be left.
        """
        require(actor, Permission.STANDARD_PUBLISH, digest)
        loaded = self._standards.find(digest)
        header = loaded.book
        now = self._clock.now()
        with self._db.writing() as session:
            advisory_lock(session, LOCK)
            repository = StandardRepository(session)
            text = repository.standard_by_digest(loaded.digest)
            if text is None:
                raise NotFoundError(f"找不到校验码为 {digest[:12]} 的标准文本。")
            timeline = self._standards.timeline_in(repository, header.book)
            _may_end(text, from_day)
            require_second_person(
                actor, repository.publishers(header.book, loaded.digest), "停用标准", rule=RETIRED_BY_ANOTHER
            )
            if header.applies_to:
                may_rule(session, actor, header.applies_to)
            if closed := closed_problem(repository, from_day):
                raise RefusedError(f"停用日期{closed},不能停用。", rule=CLOSED, next_step="请改用封账期间之后的日期。")
            if not _first_layer_stands(timeline.retired(loaded.digest, from_day), from_day):
                raise RefusedError(
                    f"停用后自{from_day}起没有{LAYERS[0]}层级的标准,不能停用。",
                    rule=TIGHTEN_ONLY,
                    next_step="请先发布接替的文本,再停用本文本。",
                )
            if not repository.retire(loaded.digest, header.book, from_day):
                raise _ended(text)
            looser = self._reviewed(session, repository, header.book, now)
            backdated = from_day < beijing_date(now)
            details = {"digest": loaded.digest, "version": header.version, "from": from_day, "backdated": backdated}
            events.record(session, STANDARDS_CHANGED, {"books": [header.book]}, now)
            audit.append(session, actor, "standard.retire", header.book, details, now)
        self._tell()
        return Published(header.book, header.layer, header.version, from_day, loaded.digest, backdated, looser)

    def _tell(self) -> None:
        if self._announce is not None:
            self._announce()

    def _reviewed(
        self, session: Session, repository: StandardRepository, book: str, now: datetime
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        timeline = self._standards.timeline_in(repository, book)
        return propose_reviews(session, book, timeline, repository.unit_lines(), now)


def _publishable(draft: StandardDraft, report: DraftReport) -> LoadedBook[Any]:
    loaded = parsed(draft)
    if loaded is None or report.problems:
        raise _faulty(report)
    if report.loosenings:
        listed = "\n".join(f"  {item}" for item in report.loosenings)
        raise RefusedError(
            f"草稿{draft.id}有{len(report.loosenings)}处比上层标准宽,未发布:\n{listed}\n",
            rule=TIGHTEN_ONLY,
            next_step="请逐处改到不宽于上层标准。",
        )
    return loaded


def _faulty(report: DraftReport) -> RefusedError:
    listed = "\n".join(f"  {problem}" for problem in report.problems)
    closed = any(CLOSED in problem.message for problem in report.problems)
    return RefusedError(
        f"草稿{report.draft.draft_id}有{len(report.problems)}处问题,不能预览或发布:\n{listed}\n",
        rule=CLOSED if closed else "",
        next_step="请逐处改正后重新检查。",
    )


def _may_end(text: StandardText, day: date) -> None:
    if text.retired_from is not None:
        raise _ended(text)
    if day <= text.effective_from:
        raise RefusedError(
            f"停用日期{day}不晚于生效日期{text.effective_from}。", next_step="请改用生效日期之后的日期。"
        )


def _ended(text: StandardText) -> ConflictError:
    return ConflictError(
        f"该文本已停用(自{text.retired_from or '另一次办理'}起)。", next_step="请用 weibo-ops standard list 核对。"
    )


def _first_layer_stands(timeline: Timeline, day: date) -> bool:
    """Whether a text of the first layer holds on a day and for ever after."""
    firsts = [entry for entry in timeline.standing if entry.layer == LAYERS[0]]
    days = {day, *(entry.until for entry in firsts if entry.until is not None and entry.until > day)}
    return all(any(entry.holds(when) for entry in firsts) for when in days)
