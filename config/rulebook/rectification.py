"""The way of a finding: limits in working days for each step, and what may never be waived."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.rulebook.base import Frozen, Rule, Tighter

Days = Annotated[int, Tighter.LOWER, Field(ge=1, le=250)]


class RectificationSection(Frozen):
    """Limits of the steps 核实 告知 申辩 确认 交办 反馈 复核, in working days after the step before.

    Attributes:
        way: the rule that findings are verified and heard before anybody is named.
        second_person: the rule that who verified does not confirm, and who answered does not review.
        waiver: the rule that a waiver is dated, reasoned and signed by a second person.
        closing: the rule by which accounts silent for long are proposed for closing or merging.
        plead: how long a unit may plead; a finding is not confirmed before, unless the unit has answered.
        never_waived: ids of rules that nobody may waive.
    """

    way: Rule
    second_person: Rule
    waiver: Rule
    closing: Rule
    verify: Days
    notify: Days
    plead: Annotated[int, Tighter.HIGHER, Field(ge=1, le=250)]
    confirm: Days
    assign: Days
    respond: Days
    review: Days
    waiver_days: Annotated[int, Tighter.LOWER, Field(ge=1, le=366)]
    never_waived: Annotated[tuple[str, ...], Tighter.SUPERSET] = ()
