"""Who may sign for a unit today, and why somebody may not: the people behind the rules of persons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from accounts.models import Staff
from accounts.repository.people import PeopleRepository
from accounts.repository.units import unit_tree
from config.rulebook.approval import ApprovalBook
from publishing.review_rules import Signature, StepRule, may_sign_role, ranks
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import RefusedError


class Reviewers:
    """The people of all units as one transaction sees them, with leave and deputies of a day."""

    def __init__(self, session: Session, today: date) -> None:
        people = PeopleRepository(session)
        self._tree = unit_tree(session)
        self._staff = {row.login: row for row, _ in people.all_staff()}
        by_id = {row.id: row.login for row in self._staff.values()}
        self._away = {by_id[row.staff_id] for row in people.leaves(first=today, last=today)}
        self._deputies: dict[str, list[str]] = {}
        for row in people.deputations(on=today):
            self._deputies.setdefault(by_id[row.principal_id], []).append(by_id[row.deputy_id])

    def get(self, login: str | None) -> Staff | None:
        """Return a person."""
        return self._staff.get(login or "")

    def speaks_for(self, unit_id: int | None, other: int) -> bool:
        """Say whether a unit is another or stands above it."""
        return self._tree.speaks_for(unit_id, other)

    def able(self, unit_id: int, step: StepRule) -> list[Staff]:
        """List who may sign a step for a unit, the nearest first: its own people, then those of the units above."""
        order = {node.unit_id: distance for distance, node in enumerate(self._tree.line(unit_id))}
        found = [
            person
            for person in self._staff.values()
            if person.active
            and not person.service
            and not person.outsourced
            and person.unit_id in order
            and may_sign_role(person.roles, step.role)
            and (step.mode != "all" or person.login in step.named)
        ]
        return sorted(found, key=lambda person: (order[person.unit_id or 0], ranks(person.roles), person.login))

    def to_be_asked(self, unit_id: int, step: StepRule, barred: Collection[str]) -> list[Staff]:
        """List whom to remind of a step: those who are there of the nearest unit that has any, by the role itself."""
        free = [person for person in self.able(unit_id, step) if person.login not in barred]
        there = [person for person in free if self.present(person.login)] or free
        if not there or step.mode == "all":
            return there
        nearest = [person for person in there if person.unit_id == there[0].unit_id]
        own_role = [person for person in nearest if ranks(person.roles) == ranks([step.role])]
        return own_role or nearest

    def named_by_default(self, unit_id: int, role: str, barred: Collection[str]) -> tuple[str, ...]:
        """Return the logins of the unit's people with a role, where all of them must sign."""
        step = StepRule(0, 1, "", role)
        return tuple(
            person.login
            for person in self.able(unit_id, step)
            if person.unit_id == unit_id and role in person.roles and person.login not in barred
        )

    def present(self, login: str) -> bool:
        """Say whether somebody can act today: themselves, or by a deputy who is there."""
        if login not in self._away:
            return True
        return any(deputy not in self._away for deputy in self._deputies.get(login, ()))

    def deputies(self, login: str) -> Sequence[str]:
        """Return who acts for somebody today."""
        return self._deputies.get(login, ())

    def refusal(
        self,
        actor: Actor,
        unit_id: int,
        step: StepRule,
        editors: Collection[str],
        signatures: Iterable[Signature],
        book: ApprovalBook,
    ) -> RefusedError | None:
        """Return why an actor may not sign a step of a post of a unit; None if they may.

        Args:
            actor: who wants to sign, perhaps for somebody else.
            unit_id: the unit whose account it is.
            step: the step.
            editors: logins of everybody who wrote on it.
            signatures: given in this round already.
            book: the approval standard, whose clauses are named.
        """
        person, holder = self.get(actor.person), self.get(actor.on_behalf_of or actor.person)
        if person is None or holder is None or not person.active or not holder.active:
            return RefusedError(
                f"{actor.name}不是在岗的登记人员,不能审签。",
                rule=book.before_sending.citation,
                next_step="请由登记的审核人员办理。",
            )
        if person.outsourced or holder.outsourced:
            return RefusedError(
                f"{actor.name}是代运维人员,不能审签。",
                rule=book.outsourced.citation,
                next_step="请由本单位审核人员办理。",
            )
        if not self.speaks_for(holder.unit_id, unit_id):
            return RefusedError(
                f"{actor.name}不是该账号主办单位或其上级单位的人员,不能审签。",
                rule=book.small_office.citation,
                next_step="请由本单位审核人员办理;人手不足的由上级单位办理。",
            )
        if step.mode == "all" and holder.login not in step.named:
            return RefusedError(
                f"“{step.name}”由指定人员会签,{actor.name}不在其中。",
                rule=book.before_sending.citation,
                next_step="请由会签人员办理;会签人员变动的,请终审人员调整:weibo-ops post reassign。",
            )
        if step.mode == "all" and person.login != holder.login and person.login in step.named:
            return RefusedError(
                f"“{step.name}”须{person.name}本人会签,不能在同一环节再代{holder.name}签。",
                rule=book.separation.citation,
                next_step=f"请由{holder.name}本人或其他受委托人办理;不在岗的,请终审人员调整:weibo-ops post reassign。",
            )
        if not may_sign_role(holder.roles, step.role):
            return RefusedError(
                f"“{step.name}”须由{step.role}及以上审核人办理,{actor.name}没有该角色。",
                rule=book.before_sending.citation,
                next_step="请由相应审核人办理。",
            )
        if {*actor.persons, person.name, holder.name} & set(editors):
            return RefusedError(
                f"{actor.name}起草或修改过本稿(含受委托代办),不能审签。",
                rule=book.separation.citation,
                next_step="请由未经手的审核人办理;本单位人手不足的,由上级单位或分管领导审签。",
            )
        if any(actor.persons & each.persons for each in signatures):
            return RefusedError(
                f"{actor.name}已签过本稿的另一环节或本环节(含受委托代办),不能再签。",
                rule=book.separation.citation,
                next_step="请由其他审核人办理;本单位人手不足的,由上级单位或分管领导审签。",
            )
        return None
