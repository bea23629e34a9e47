"""Drafts of standards: copied from a text in force, edited by several, examined, compared, never judging anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.enums import DraftState
from accounts.models import StandardDraft
from accounts.permissions import Permission
from accounts.repository.standards import StandardRepository
from accounts.repository.units import unit_tree
from accounts.schemas.standards import BookReviewer, DraftDiff, DraftReport, DraftView
from accounts.standards.service import CLOSED, StandardService
from accounts.standards.timeline import Timeline
from config.differences import CHANGED, differences, text_diff
from config.headers import next_version, with_header
from config.layers import loosenings
from config.loader import LoadedBook, StandardInvalidError, StandardProblem, load_named
from config.members import rules_at
from config.rulebook.base import LAYERS, Book
from config.toml_lines import LineIndex
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date, beijing_instant, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.ids import digest_text

LONGEST = 1_000_000
"""Longest text of a draft in characters: no standard comes near it, and a wrong file is refused before it is read."""

WORDING = {"title", "clause", "source", "trust", "enabled", "severity"}
"""Keys of a rule that say how it is worded or weighed, not what it asks for."""


class StandardDraftService:
    """Use cases on drafts."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._reviewers: list[BookReviewer] = []

    def register_reviewer(self, reviewer: BookReviewer) -> None:
        """Let a package say whether a draft fits the other books."""
        self._reviewers.append(reviewer)

    def new(
        self,
        actor: Actor,
        book: str,
        layer: str,
        *,
        source: str | None = None,
        effective_from: date | None = None,
        version: str | None = None,
        applies_to: str = "",
    ) -> DraftView:
        """Begin a draft as a copy of a text, with a header of its own.

        Args:
            actor: who drafts.
            book: name of the book.
            layer: 国家, 省, 市 or 单位.
            source: digest (its first characters will do) of the text to copy, an old one for instance; None copies
                the one that governs on the day the draft is to take effect.
            effective_from: first Beijing day; None is tomorrow.
            version: None counts on from the copied text's.
            applies_to: full name of the unit in whose branch it shall hold; layer 单位 only.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such book, text or unit.
            UsageError: the layer is unknown, or ``applies_to`` does not go with it.
            RefusedError: the actor may neither speak for that unit nor inspect it.
        """
        require(actor, Permission.STANDARD_EDIT, book)
        if layer not in LAYERS:
            raise UsageError(f"没有“{layer}”这一层级。", next_step=f"可选:{'、'.join(LAYERS)}。")
        if applies_to and (layer != LAYERS[-1] or book != "accounts"):
            raise UsageError(
                "只有账号标准(accounts)中层级为“单位”的文本可以只适用于一个单位。",
                next_step="请去掉适用单位,或改用单位层级。",
            )
        named = self._standards.find(source) if source else None
        now = self._clock.now()
        day = effective_from or beijing_date(now) + timedelta(days=1)
        with self._db.writing() as session:
            repository = StandardRepository(session)
            timeline = self._standards.timeline_in(repository, book)
            lines = repository.unit_lines()
            if applies_to:
                may_rule(session, actor, applies_to)
            if named is not None and named.book.book != book:
                raise UsageError(
                    f"校验码所指是“{named.book.title}”,不是“{book}”标准。",
                    next_step="请用 weibo-ops standard list 核对。",
                )
            base = named or timeline.governing(day, lines.get(applies_to, ()))
            taken = {loaded.book.version for _, loaded in timeline.texts}
            header: dict[str, str | date | None] = {
                "version": version or next_version(base.book.version, taken),
                "effective_from": day,
                "layer": layer,
                "applies_to": applies_to or None,
            }
            draft = repository.add_draft(
                {
                    "book": book,
                    "layer": layer,
                    "text": with_header(base.text, header),
                    "base_digest": base.digest,
                    "editors": sorted(actor.persons),
                    "state": DraftState.DRAFT.value,
                    "created_at": now,
                    "updated_at": now,
                }
            )
            view = draft_view(draft)
            details = {"book": book, "layer": layer, "base": base.digest, "digest": view.digest}
            audit.append(session, actor, "standard.draft", str(draft.id), details, now)
        return view

    def edit(self, actor: Actor, draft_id: int, text: str, version: int) -> DraftReport:
        """Save a text as the draft's, whatever is still wrong with it; return what is.

        Args:
            actor: who edits; they and whoever they act for may not publish it.
            draft_id: the draft.
            text: the whole text.
            version: the draft's version that the editor saw.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such draft.
            ConflictError: somebody else saved, published or dropped it since.
            UsageError: the text is far longer than any standard.
        """
        require(actor, Permission.STANDARD_EDIT, f"草稿{draft_id}")
        clean = text.removeprefix("\ufeff").replace("\r\n", "\n")
        if len(clean) > LONGEST:
            raise UsageError(f"文本超过{LONGEST:,}字,不像一份标准。", next_step="请核对文件。")
        now = self._clock.now()
        with self._db.writing() as session:
            repository = StandardRepository(session)
            draft = find_draft(repository, draft_id)
            editors = sorted({*draft.editors, *actor.persons})
            values = {"text": clean, "editors": editors, "updated_at": now}
            before = digest_text(draft.text)
            if not repository.change_draft(draft_id, version, values):
                raise moved_on(find_draft(repository, draft_id))
            report = self.examined(session, find_draft(repository, draft_id))
            details = {"before": before, "after": report.draft.digest, "problems": len(report.problems)}
            audit.append(session, actor, "standard.edit", str(draft_id), details, now)
        return report

    def drop(self, actor: Actor, draft_id: int) -> DraftView:
        """Give a draft up; it stays on record.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such draft.
            ConflictError: it was published or dropped before.
        """
        require(actor, Permission.STANDARD_EDIT, f"草稿{draft_id}")
        now = self._clock.now()
        with self._db.writing() as session:
            repository = StandardRepository(session)
            draft = find_draft(repository, draft_id)
            values = {"state": DraftState.DROPPED.value, "updated_at": now}
            if not repository.change_draft(draft_id, draft.version, values):
                raise moved_on(find_draft(repository, draft_id))
            view = draft_view(find_draft(repository, draft_id))
            audit.append(session, actor, "standard.drop", str(draft_id), {"digest": view.digest}, now)
        return view

    def drafts(self, *, everything: bool = False) -> list[DraftView]:
        """List the drafts, the newest first; with ``everything`` those published or dropped, too."""
        states = [state.value for state in DraftState] if everything else [DraftState.DRAFT.value]
        with self._db.reading() as session:
            return [draft_view(draft) for draft in StandardRepository(session).drafts(states)]

    def show(self, draft_id: int) -> DraftView:
        """Return a draft with its text.

        Raises:
            NotFoundError: there is no such draft.
        """
        with self._db.reading() as session:
            return draft_view(find_draft(StandardRepository(session), draft_id))

    def check(self, draft_id: int) -> DraftReport:
        """Say what stands in the way of publishing a draft.

        Raises:
            NotFoundError: there is no such draft.
        """
        with self._db.reading() as session:
            return self.examined(session, find_draft(StandardRepository(session), draft_id))

    def check_text(self, draft_id: int, text: str) -> DraftReport:
        """Say what would stand in the way of publishing a draft if its text were this one; nothing is stored.

        Raises:
            NotFoundError: there is no such draft.
        """
        with self._db.reading() as session:
            draft = find_draft(StandardRepository(session), draft_id)
            session.expunge(draft)
            draft.text = text
            return self.examined(session, draft)

    def loaded(self, draft_id: int) -> Book:
        """Return the book that a draft's text makes.

        Raises:
            NotFoundError: there is no such draft.
            StandardInvalidError: the text makes none.
        """
        draft = self.show(draft_id)
        loaded = load_named(draft.book, draft.text, origin=f"草稿{draft_id}({draft.book})")
        book: Book = loaded.book
        return book

    def diff(self, draft_id: int, against: str | None = None) -> DraftDiff:
        """Lay a draft beside another text.

        Args:
            draft_id: the draft.
            against: digest of a stored text; None is the text that would govern on the draft's first day without it.

        Raises:
            NotFoundError: there is no such draft or text.
        """
        other = self._standards.find(against) if against else None
        with self._db.reading() as session:
            repository = StandardRepository(session)
            draft = find_draft(repository, draft_id)
            view = draft_view(draft)
            loaded = parsed(draft)
            if other is None:
                other = self.replaced(repository, loaded) if loaded else self._standards.by_digest(draft.base_digest)
        found = differences(other, loaded) if loaded is not None and loaded.book.book == other.book.book else None
        return DraftDiff(view, other.digest, found, text_diff(other, view.text, f"草稿{draft_id}"))

    def replaced(self, repository: StandardRepository, loaded: LoadedBook[Any]) -> LoadedBook[Any]:
        """Return the text that governs whoever a draft is for, on its first day and without it."""
        header = loaded.book
        timeline = self._standards.timeline_in(repository, header.book)
        line = repository.unit_lines().get(header.applies_to, ())
        return timeline.governing(header.effective_from, line)

    def examined(self, session: Session, draft: StandardDraft) -> DraftReport:
        """Examine a draft within a running transaction; see `check`."""
        view = draft_view(draft)
        try:
            loaded = load_named(draft.book, draft.text, origin=view_name(draft))
        except StandardInvalidError as invalid:
            return DraftReport(view, invalid.problems, (), "", ())
        repository = StandardRepository(session)
        timeline = self._standards.timeline_in(repository, draft.book)
        lines = repository.unit_lines()
        header = loaded.book
        line = lines.get(header.applies_to, ())
        upper = timeline.above(header.effective_from, header.layer, header.applies_to, line)
        return DraftReport(
            draft=view,
            problems=tuple(_header_problems(repository, draft, loaded, timeline, lines)),
            loosenings=loosenings(upper, loaded) if upper is not None else (),
            upper=upper.digest if upper is not None else "",
            notes=(
                *_notes(self.replaced(repository, loaded), loaded, self._clock.now()),
                *self._reviewed(repository, loaded),
            ),
        )

    def _reviewed(self, repository: StandardRepository, loaded: LoadedBook[Any]) -> Iterator[str]:
        """Yield what packages say to a draft beside the other texts of its first day."""
        header = loaded.book
        for reviewer in self._reviewers:
            if header.book in reviewer.books:
                others = (name for name in reviewer.books if name != header.book)
                texts = {
                    name: self._standards.timeline_in(repository, name).on(header.effective_from) for name in others
                }
                yield from reviewer.notes({header.book: header, **{name: text.book for name, text in texts.items()}})


def view_name(draft: StandardDraft) -> str:
    """Return what messages call the text of a draft."""
    return f"草稿{draft.id}({draft.book})"


def parsed(draft: StandardDraft) -> LoadedBook[Any] | None:
    """Return the book that a draft's text makes; None if it makes none."""
    try:
        return load_named(draft.book, draft.text, origin=view_name(draft))
    except StandardInvalidError:
        return None


def draft_view(draft: StandardDraft) -> DraftView:
    """Return a draft as a value."""
    return DraftView(
        draft_id=draft.id,
        book=draft.book,
        layer=draft.layer,
        state=draft.state,
        version=draft.version,
        editors=tuple(draft.editors),
        base_digest=draft.base_digest,
        digest=digest_text(draft.text),
        created_at=draft.created_at,
        updated_at=draft.updated_at,
        published_digest=draft.published_digest,
        text=draft.text,
    )


def find_draft(repository: StandardRepository, draft_id: int) -> StandardDraft:
    """Return a stored draft; NotFoundError if there is none."""
    draft = repository.draft(draft_id)
    if draft is None:
        raise NotFoundError(f"没有编号为{draft_id}的草稿。", next_step="请用 weibo-ops standard drafts 查看。")
    return draft


def moved_on(draft: StandardDraft) -> ConflictError:
    """Return the refusal to whoever saw an earlier version of a draft."""
    if draft.state != DraftState.DRAFT:
        return ConflictError(f"草稿{draft.id}{draft.state},不能再改动或发布。", next_step="如需修改,请另起草一份。")
    return ConflictError(
        f"草稿{draft.id}已有人改过,现为第{draft.version}稿。", next_step="请取出最新一稿,合并后重新保存或预览。"
    )


def may_rule(session: Session, actor: Actor, unit_name: str) -> None:
    """Refuse a text for a unit to whoever may neither act for that unit nor inspect it.

    Raises:
        NotFoundError: no unit has this full name.
        RefusedError: the unit is none of the actor's.
    """
    tree = unit_tree(session)
    unit_id = StandardRepository(session).unit_id(unit_name)
    if unit_id is None:
        raise NotFoundError(f"没有登记全称为“{unit_name}”的单位。", next_step="请先登记单位,或核对全称。")
    if not (tree.speaks_for(actor.unit_id, unit_id) or tree.may_judge(actor.unit_id, unit_id)):
        raise RefusedError(
            f"{actor.name}不属于“{unit_name}”及其上级,也不是其监管单位。",
            rule="谁主管、谁负责(国办发〔2018〕123号)",
            next_step="请由该单位、其上级单位或监管单位办理。",
        )


def closed_problem(repository: StandardRepository, day: date) -> str:
    """Return why a text may not begin or end on a day: a period from then on is closed; ``""`` if it may."""
    last = repository.last_closed()
    if last is None or beijing_instant(day) >= last.until_at:
        return ""
    return f"{day}早于已封账期间{last.name}的终点({format_beijing(last.until_at)})"


def _header_problems(
    repository: StandardRepository,
    draft: StandardDraft,
    loaded: LoadedBook[Any],
    timeline: Timeline,
    lines: Mapping[str, object],
) -> list[StandardProblem]:
    header = loaded.book
    at = LineIndex(loaded.text)
    found = {}
    if header.layer != draft.layer:
        found["layer"] = f"本草稿起草时的层级为“{draft.layer}”,不能改为“{header.layer}”"
    others = (other for _, other in timeline.texts if other.digest != draft.published_digest)
    if header.version in {other.book.version for other in others}:
        found["version"] = f"版本“{header.version}”已有文本使用,请另写一个"
    if header.applies_to and header.applies_to not in lines:
        found["applies_to"] = f"没有登记全称为“{header.applies_to}”的单位"
    if closed := closed_problem(repository, header.effective_from):
        found["effective_from"] = f"{closed};{CLOSED}"
    return [StandardProblem(loaded.origin, at.line((key,)), key, message) for key, message in found.items()]


def _notes(before: LoadedBook[Any], loaded: LoadedBook[Any], now: datetime) -> tuple[str, ...]:
    notes = []
    day = loaded.book.effective_from
    if day < beijing_date(now):
        notes.append(f"生效日期{day}早于今天:发布后,自该日起尚未封账的判断均适用本文本,可能改变已有发现。")
    if unsaid := _clauses_left_behind(before, loaded):
        # A finding quotes the clause: one that says 2周 beside a limit of 7 days would be an invented rule.
        notes.append(f"{'、'.join(unsaid)}的要求有改动,条文和出处仍是原来的,请核对后改写,以免引用与要求不符的条文。")
    return tuple(notes)


def _clauses_left_behind(before: LoadedBook[Any], loaded: LoadedBook[Any]) -> list[str]:
    """Return the ids of the enabled rules that ask for something else than before and still cite the same clause."""
    keys: dict[str, set[str]] = {}
    for item in differences(before, loaded):
        if item.rule_id and item.change == CHANGED:
            keys.setdefault(item.rule_id, set()).add(item.key.removeprefix(f"{item.rule_id}."))
    enabled = {rule.id for rule, _ in rules_at(loaded.book) if rule.enabled}
    asked = {rule_id for rule_id, changed in keys.items() if changed - WORDING and not changed & {"clause", "source"}}
    return [rule_id for rule_id in keys if rule_id in asked & enabled]
