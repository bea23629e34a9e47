"""What makes a chain complete, and who may sign which step: rules of persons, not of roles alone. Pure.

Source: design, approval: separation of duties by person over every editor and earlier signer and their deputies; all
named ones sign where all must; a signature holds for one fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.rulebook.approval import REVIEW_ROLES


@dataclass(frozen=True)
class StepRule:
    """A step of the chain as copied into a post.

    Attributes:
        position: from 0, in the order of the chain.
        stage: steps of one stage are open side by side.
        role: at least which role signs.
        mode: any, all, some.
        need: how many sign where the mode is some.
        named: logins of those who must sign where the mode is all.
    """

    position: int
    stage: int
    name: str
    role: str
    mode: str = "any"
    need: int = 1
    named: tuple[str, ...] = ()

    @property
    def wanted(self) -> int:
        """How many signatures it takes."""
        return {"any": 1, "all": len(self.named), "some": self.need}[self.mode]


@dataclass(frozen=True)
class Signature:
    """An agreeing verdict that counts: who signed which step, for whom, and for which fingerprint."""

    position: int
    person: str
    fingerprint: str
    on_behalf_of: str | None = None

    @property
    def persons(self) -> frozenset[str]:
        """The person and whoever they acted for."""
        return frozenset(login for login in (self.person, self.on_behalf_of) if login)

    @property
    def holder(self) -> str:
        """Whose signature it is: whoever was acted for, else the person; a deputy's own is still to come."""
        return self.on_behalf_of or self.person


@dataclass(frozen=True)
class Reviewer:
    """Somebody who might sign: their login, roles, and whether they are there today (themselves or by a deputy)."""

    login: str
    roles: frozenset[str]
    present: bool = True


def ranks(roles: Iterable[str]) -> int:
    """Return how high somebody's roles stand: 0 初审, 1 复审, 2 终审; -1 for no reviewer."""
    return max((REVIEW_ROLES.index(role) for role in roles if role in REVIEW_ROLES), default=-1)


def may_sign_role(roles: Iterable[str], role: str) -> bool:
    """Say whether somebody with these roles may sign a step of a role: the same or a higher one."""
    return ranks(roles) >= REVIEW_ROLES.index(role)


def next_role(role: str) -> str:
    """Return the role to which an overdue step is reported; the highest reports to itself."""
    return REVIEW_ROLES[min(REVIEW_ROLES.index(role) + 1, len(REVIEW_ROLES) - 1)]


def on_text(signatures: Iterable[Signature], fingerprint: str) -> tuple[Signature, ...]:
    """Return the signatures that were given to this very text; every other one is void by itself."""
    return tuple(each for each in signatures if each.fingerprint == fingerprint)


def step_done(step: StepRule, signatures: Iterable[Signature]) -> bool:
    """Say whether a step has what it takes; the signatures must be on the present text."""
    own = [each for each in signatures if each.position == step.position]
    if step.mode == "all":
        return bool(step.named) and set(step.named) <= {each.holder for each in own}
    return len({each.person for each in own}) >= step.wanted


def open_stage(steps: Sequence[StepRule], signatures: Sequence[Signature]) -> int | None:
    """Return the stage whose steps are open; None when everything is done."""
    return min((step.stage for step in steps if not step_done(step, signatures)), default=None)


def chain_complete(
    steps: Sequence[StepRule],
    signatures: Iterable[Signature],
    fingerprint: str,
    editors: Collection[str],
) -> bool:
    """Say whether a text is signed: every step done on this fingerprint, by persons of whom none wrote or signed twice.

    Args:
        steps: the copied chain; an empty one is never complete.
        signatures: every agreeing verdict that counts.
        fingerprint: of the text as it is now.
        editors: logins of everybody who wrote on it, and of those they wrote for.
    """
    valid = on_text(signatures, fingerprint)
    seen: set[str] = set()
    for each in valid:
        if each.persons & seen or each.persons & set(editors):
            return False
        seen |= each.persons
    return bool(steps) and all(step_done(step, valid) for step in steps)


def missing_signer(
    steps: Sequence[StepRule], candidates: Mapping[int, Collection[str]], signed: Sequence[Signature] = ()
) -> StepRule | None:
    """Return a step for which nobody is left when each person signs once; None if the chain can be staffed.

    Args:
        steps: the chain.
        candidates: position → logins of those who may sign the step.
        signed: signatures given already.
    """
    given: dict[int, int] = {}
    for each in signed:
        given[each.position] = given.get(each.position, 0) + 1
    used = {login for each in signed for login in each.persons}
    seats = [step for step in steps for _ in range(max(0, step.wanted - given.get(step.position, 0)))]
    holder: dict[str, int] = {}

    def seat(index: int, tried: set[str]) -> bool:
        for login in sorted(candidates.get(seats[index].position, ())):
            if login in used or login in tried:
                continue
            tried.add(login)
            if login not in holder or seat(holder[login], tried):
                holder[login] = index
                return True
        return False

    return next((seats[index] for index in range(len(seats)) if not seat(index, set())), None)
