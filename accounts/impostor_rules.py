"""The way of a suspected impostor: which step leads where. Pure.

Source: the program proposes, a person confirms; 网信办令第10号 (2022-08-01) forbids imitating party, state and army
organs, and the platform takes complaints.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.enums import ImpostorState as State

RULE = "网信办令第10号(2022-08-01施行):不得假冒、仿冒、捏造政党、党政军机关的账号名称"


@dataclass(frozen=True)
class Step:
    """A step: its name, from which states, to which, and what must be said or shown."""

    name: str
    sources: frozenset[State]
    target: State
    asks: str


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("核实", frozenset({State.SUSPECTED}), State.VERIFIED, "核实情况"),
        Step("排除", frozenset({State.SUSPECTED, State.VERIFIED}), State.DISMISSED, "排除理由"),
        Step("投诉", frozenset({State.VERIFIED, State.TRANSFERRED}), State.REPORTED, "投诉渠道和受理号"),
        Step("移送", frozenset({State.VERIFIED, State.REPORTED}), State.TRANSFERRED, "移送单位和文号或日期"),
        Step("办结", frozenset({State.REPORTED, State.TRANSFERRED}), State.CLOSED, "处理结果"),
        Step("重新发现", frozenset({State.DISMISSED, State.CLOSED}), State.SUSPECTED, "变化"),
    )
}
"""Every step, by name."""


def after(state: str, step: str) -> State | None:
    """Return the state that a step leads to; None where it is not open."""
    found = STEPS.get(step)
    return found.target if found is not None and State(state) in found.sources else None


def open_steps(state: str) -> tuple[str, ...]:
    """Return the steps that a person may take from a state."""
    return tuple(step.name for step in STEPS.values() if State(state) in step.sources and step.name != "重新发现")
