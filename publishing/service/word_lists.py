"""Word lists that the office hands in as a table: a draft of the words standard, never law by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.permissions import Permission
from accounts.schemas.people import BulkReport, RowFault
from accounts.schemas.standards import DraftReport
from accounts.standards import StandardDraftService, StandardService
from config.loader import LoadedBook, StandardInvalidError, load_named
from config.rulebook.words import WordKind, WordsBook
from config.word_lists import Merged, WordRow, merged, row_fault
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.errors import RefusedError, UsageError


@dataclass(frozen=True)
class WordImport:
    """What a table of words did, or would do.

    Attributes:
        report: entries added, changed and left; rows at fault, without their words.
        removed: entries of the office's lists that went.
        expired: rows whose last day is past: they are kept and do not apply.
        draft: the draft that holds them and what stands in its way; None if nothing was stored.
    """

    report: BulkReport
    removed: int
    expired: int
    draft: DraftReport | None


class WordListService:
    """Use cases on word lists."""

    def __init__(self, clock: Clock, standards: StandardService, drafts: StandardDraftService) -> None:
        self._clock = clock
        self._standards = standards
        self._drafts = drafts

    def import_rows(
        self,
        actor: Actor,
        rows: Sequence[WordRow],
        *,
        layer: str = "单位",
        draft_id: int | None = None,
        effective_from: date | None = None,
        replace: bool = False,
        dry_run: bool = False,
        faults: Sequence[RowFault] = (),
    ) -> WordImport:
        """Write words into the office's lists, as a new draft of the words standard or into one that is there.

        One row at fault, and nothing is stored. The draft is edited, checked, previewed and published by a second
        person like any other.

        Args:
            actor: who hands the table in; they may not publish the draft.
            rows: of the table.
            layer: of a new draft.
            draft_id: the draft to write into; None begins a new one.
            effective_from: first Beijing day of a new draft; None is tomorrow.
            replace: the office's lists of the kinds in the table hold these rows only afterwards.
            dry_run: say what would happen and store nothing.
            faults: of rows that could not be read at all.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such draft.
            UsageError: the table has no rows, or the draft is of another book.
            RefusedError: the draft as it stands, or with the words, is no valid words book.
        """
        require(actor, Permission.STANDARD_EDIT, "词表")
        if not rows and not faults:
            raise UsageError("词表没有内容。", next_step="每行一个词,表头见 docs/guide/content-checks.md。")
        today = beijing_date(self._clock.now())
        found = sorted((*faults, *_faults(rows)), key=lambda fault: fault.line)
        base = self._base(draft_id, effective_from or today + timedelta(days=1))
        done = Merged(base.text, 0, 0, 0, 0) if found else _merged(base, rows, replace=replace)
        expired = sum(row.valid_until is not None and row.valid_until < today for row in rows)
        stored = not found and not dry_run
        counts = BulkReport(done.added, done.changed, done.unchanged, tuple(found), dry_run, stored)
        if not stored:
            return WordImport(counts, done.removed, expired, None)
        if draft_id is None:
            view = self._drafts.new(actor, "words", layer, effective_from=effective_from)
        else:
            view = self._drafts.show(draft_id)
        # The header of a new draft is its own: the words are written into it and not into what it was copied from.
        text = _merged(_loaded(view.text, f"草稿{view.draft_id}"), rows, replace=replace).text
        report = self._drafts.edit(actor, view.draft_id, text, view.version)
        return WordImport(counts, done.removed, expired, report)

    def _base(self, draft_id: int | None, day: date) -> LoadedBook[WordsBook]:
        if draft_id is None:
            return self._standards.in_force("words", day)
        view = self._drafts.show(draft_id)
        if view.book != "words":
            raise UsageError(
                f"草稿{draft_id}不是词表标准(words)。", next_step="请用 weibo-ops standard drafts 核对编号。"
            )
        return _loaded(view.text, f"草稿{draft_id}")


def _faults(rows: Iterable[WordRow]) -> list[RowFault]:
    """Return what is wrong with rows, words of one kind that stand twice included; no word is quoted."""
    found: list[RowFault] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (row.kind.value, row.word, row.instead if row.kind is WordKind.LEADER else "")
        if fault := row_fault(row):
            found.append(RowFault(row.line, "", fault))
        elif key in seen:
            found.append(RowFault(row.line, "", f"与第{seen[key]}行重复"))
        seen.setdefault(key, row.line)
    return found


def _loaded(text: str, name: str) -> LoadedBook[WordsBook]:
    try:
        return load_named("words", text, origin=name)
    except StandardInvalidError as invalid:
        raise RefusedError(
            f"{name}有{len(invalid.problems)}处问题,不能写入词表。",
            next_step="请先改正,见 weibo-ops standard check --draft。",
        ) from None


def _merged(base: LoadedBook[WordsBook], rows: Sequence[WordRow], *, replace: bool) -> Merged:
    try:
        return merged(base, rows, replace=replace)
    except StandardInvalidError as invalid:
        problem = invalid.problems[0]
        raise RefusedError(
            f"写入后的词表标准有{len(invalid.problems)}处问题,未保存:第{problem.line}行 {problem.message}",
            next_step="请改正表格后重试。",
        ) from None
