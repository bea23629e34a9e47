"""Templates of posts, and approved lines for holding replies (过程性答复口径)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.repository.units import UnitRepository, unit_tree
from accounts.service.units import find_unit
from publishing.checks import CONTENT_CLASSES
from publishing.fields import in_words
from publishing.judging import Judge, names_of
from publishing.models import PostTemplate
from publishing.repository import PostRepository
from publishing.schemas import TemplateEntry, TemplateRow
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

LONGEST = 2_000
HOLDING_RULE = "口径由起草人以外的审核人核准,并写明有效期"


class TemplateService:
    """Use cases on templates."""

    def __init__(self, db: Database, clock: Clock, judge: Judge) -> None:
        self._db = db
        self._clock = clock
        self._judge = judge

    def list_templates(self, unit: str | None = None, *, holding: bool | None = None) -> list[TemplateRow]:
        """List the templates of a unit and of the units above it, or of all units.

        Raises:
            NotFoundError: the unit is not registered.
        """
        with self._db.reading() as session:
            wanted = None
            if unit is not None:
                found = find_unit(UnitRepository(session), unit)
                wanted = [node.unit_id for node in unit_tree(session).line(found.id)]
            rows = PostRepository(session).templates(wanted)
            return [
                self._row(session, template, name)
                for template, name in rows
                if holding is None or template.holding == holding
            ]

    def show(self, template_id: int) -> TemplateRow:
        """Return one template.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            rows = PostRepository(session).templates()
            found = next(((row, name) for row, name in rows if row.id == template_id), None)
            if found is None:
                raise _missing(template_id)
            return self._row(session, *found)

    def add(self, actor: Actor, entry: TemplateEntry) -> TemplateRow:
        """Add a template.

        Raises:
            PermissionRefusedError: the actor may not edit templates.
            NotFoundError: the unit is not registered.
            RefusedError: the unit is none of the actor's.
            UsageError: a field is missing or too long.
        """
        require(actor, Permission.TEMPLATE_EDIT, entry.title)
        with self._db.writing() as session:
            values = self._values(session, actor, entry)
            template_id = PostRepository(session).add_template(values)
            audit.append(
                session, actor, "template.add", str(template_id), {"title": entry.title[:100]}, self._clock.now()
            )
        return self.show(template_id)

    def edit(self, actor: Actor, template_id: int, entry: TemplateEntry, version: int) -> TemplateRow:
        """Change a template; an approved line must be approved anew.

        Raises:
            PermissionRefusedError: the actor may not edit templates.
            NotFoundError: there is no such template or unit.
            RefusedError: the unit is none of the actor's.
            ConflictError: somebody changed it meanwhile, or it is retired.
            UsageError: a field is missing or too long.
        """
        require(actor, Permission.TEMPLATE_EDIT, f"模板{template_id}")
        with self._db.writing() as session:
            repository = PostRepository(session)
            row = repository.template(template_id)
            if row is None:
                raise _missing(template_id)
            self._own(session, actor, row.unit_id)
            values = self._values(session, actor, entry)
            if not repository.change_template(template_id, version, {**values, "approved_by": ""}):
                raise ConflictError(
                    f"模板{template_id}刚被他人修改或已停用,本次未保存。", next_step="请重新读取后再改。"
                )
            audit.append(session, actor, "template.edit", str(template_id), {}, self._clock.now())
        return self.show(template_id)

    def approve(self, actor: Actor, template_id: int) -> TemplateRow:
        """Approve a line for holding replies, as a second person.

        Raises:
            PermissionRefusedError: the actor may not review.
            NotFoundError: there is no such template.
            RefusedError: the actor wrote it, or the unit is none of the actor's.
            ConflictError: it is no line for holding replies, is approved or retired already.
        """
        require(actor, Permission.POST_REVIEW, f"模板{template_id}")
        with self._db.writing() as session:
            repository = PostRepository(session)
            row = repository.template(template_id)
            if row is None:
                raise _missing(template_id)
            self._own(session, actor, row.unit_id)
            if not row.holding or row.approved_by:
                raise ConflictError(f"模板{template_id}不是待核准的口径。", next_step="不必重复办理。")
            require_second_person(actor, {row.owner}, "核准口径", rule=HOLDING_RULE)
            if not repository.change_template(template_id, row.version, {"approved_by": actor.person}):
                raise ConflictError(f"模板{template_id}已停用或刚被修改。", next_step="请重新读取后再办。")
            audit.append(session, actor, "template.approve", str(template_id), {}, self._clock.now())
        return self.show(template_id)

    def retire(self, actor: Actor, template_id: int, reason: str) -> TemplateRow:
        """Retire a template; replies can no longer rest on it.

        Raises:
            PermissionRefusedError: the actor may not edit templates.
            NotFoundError: there is no such template.
            RefusedError: the unit is none of the actor's.
            ConflictError: it is retired already.
            UsageError: no reason was given.
        """
        require(actor, Permission.TEMPLATE_EDIT, f"模板{template_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("停用模板须写明理由。", next_step="请写明理由。")
        with self._db.writing() as session:
            repository = PostRepository(session)
            row = repository.template(template_id)
            if row is None:
                raise _missing(template_id)
            self._own(session, actor, row.unit_id)
            now = self._clock.now()
            if not repository.change_template(template_id, row.version, {"retired_at": now}):
                raise ConflictError(f"模板{template_id}已停用。", next_step="不必重复办理。")
            audit.append(session, actor, "template.retire", str(template_id), {"reason": reason}, now)
        return self.show(template_id)

    def _values(self, session: Session, actor: Actor, entry: TemplateEntry) -> dict[str, object]:
        title, text = entry.title.strip(), entry.text.strip()
        if not title or len(title) > 100 or not text or len(text) > LONGEST or "\x00" in text:
            raise UsageError(f"模板须有标题(不超过100字)和正文(不超过{LONGEST}字)。", next_step="请补全后重试。")
        if entry.content_class not in CONTENT_CLASSES:
            raise UsageError(
                f"内容类别“{entry.content_class[:40]}”无法识别。",
                next_step=f"请从{'、'.join(CONTENT_CLASSES)}中选一种。",
            )
        if entry.holding and entry.valid_until is None:
            raise UsageError("口径须写明有效期。", rule=HOLDING_RULE, next_step="请填写有效期至哪一日。")
        unit = find_unit(UnitRepository(session), entry.unit)
        self._own(session, actor, unit.id)
        return {
            "unit_id": unit.id,
            "title": title,
            "content_class": entry.content_class,
            "text": text,
            "holding": entry.holding,
            "source_basis": in_words(entry.source_basis, "来源依据"),
            "valid_until": entry.valid_until,
            "owner": actor.person,
            "changed_at": self._clock.now(),
        }

    def _own(self, session: Session, actor: Actor, unit_id: int) -> None:
        if not unit_tree(session).speaks_for(actor.unit_id, unit_id):
            raise RefusedError(
                f"{actor.name}不是该单位或其上级单位的人员,不能维护其模板。",
                rule="国办发〔2018〕123号:谁开设、谁主办",
                next_step="请由该单位人员办理。",
            )

    def _row(self, session: Session, row: PostTemplate, unit: str) -> TemplateRow:
        people = names_of(session, [row.owner, row.approved_by])
        return TemplateRow(
            template_id=row.id,
            unit=unit,
            title=row.title,
            text=row.text,
            content_class=row.content_class,
            holding=row.holding,
            source_basis=row.source_basis,
            valid_until=row.valid_until,
            owner=people.get(row.owner, row.owner),
            approved_by=people.get(row.approved_by, row.approved_by),
            expired=row.valid_until is not None and row.valid_until < beijing_date(self._clock.now()),
            retired=row.retired_at is not None,
            version=row.version,
        )


def _missing(template_id: int) -> NotFoundError:
    return NotFoundError(f"没有编号为{template_id}的模板。", next_step="编号见 weibo-ops template list。")
