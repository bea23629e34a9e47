"""Forms as values: what is asked, how an answer is read, and what is done with the answers. Pure; knows no widget.

A screen that acts makes a `Plan` in a thread (`tui.screens.base.TableScreen.fill_in`); `tui.screens.form.FormScreen`
shows it. Nothing is judged here that a service judges: only that an answer is there and is what it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import parse_beijing
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.tables import parse_day

Values = Mapping[str, Any]
"""Answers by name: str; date or None; instant or None; Path or None; bool; of several ticks a tuple."""


class Kind(StrEnum):
    """What an answer is."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    INSTANT = "instant"
    FILE = "file"
    YES = "yes"
    TICKS = "ticks"


@dataclass(frozen=True)
class Option:
    """Something that can be chosen.

    Attributes:
        value: what the choice gives.
        label: Chinese, as it is shown and found.
        note: beside it, dimmed.
        off: why it cannot be chosen now; empty if it can.
    """

    value: str
    label: str
    note: str = ""
    off: str = ""


@dataclass(frozen=True)
class Ask:
    """A field.

    Attributes:
        name: under which its answer is handed over.
        label: Chinese.
        kind: what the answer is.
        value: what stands in it at first; of a `YES`, ``"1"`` is yes.
        required: whether it must be answered; a `YES` that is required must be yes, of `TICKS` all must be ticked.
        hint: what to write, shown in the empty field; of `TICKS`, what to do if one cannot be ticked.
        options: of a `CHOICE` or of `TICKS`.
        longest: characters that it takes.
        when: name of a choice and the value with which this field is asked; it is not asked otherwise.
    """

    name: str
    label: str
    kind: Kind = Kind.LINE
    value: str = ""
    required: bool = False
    hint: str = ""
    options: tuple[Option, ...] = ()
    longest: int = 200
    when: tuple[str, str] | None = None

    def asked(self, raw: Mapping[str, str]) -> bool:
        """Say whether the field is asked, by what stands in the others."""
        return self.when is None or raw.get(self.when[0]) == self.when[1]

    def read(self, raw: str) -> Any:
        """Return the answer that was typed.

        Raises:
            UsageError: it is missing, or is not what it should be.
        """
        text = raw.strip()
        if self.kind is Kind.YES:
            if self.required and not text:
                raise UsageError("须勾选后办理。")
            return bool(text)
        if self.kind is Kind.TICKS:
            return self._ticked(text)
        if not text:
            if self.required:
                raise UsageError("请选择。" if self.kind is Kind.CHOICE else "请填写。")
            return "" if self.kind in (Kind.LINE, Kind.TEXT, Kind.CHOICE) else None
        if self.kind is Kind.DAY:
            return parse_day(text)
        if self.kind is Kind.INSTANT:
            return parse_beijing(text)
        if self.kind is Kind.FILE:
            return Path(text).expanduser()
        if len(text) > self.longest:
            raise UsageError(f"最多{self.longest}字,现有{len(text)}字。")
        return text

    def _ticked(self, text: str) -> tuple[str, ...]:
        ticked = set(filter(None, text.split(",")))
        missing = [option.label for option in self.options if option.value not in ticked]
        if self.required and missing:
            raise UsageError(f"未勾选:{'、'.join(missing)}。", next_step=self.hint)
        return tuple(option.value for option in self.options if option.value in ticked)


def _done(_result: object) -> str:
    return "已办理。"


@dataclass(frozen=True)
class Plan:
    """A form: what is asked, and the service call that its answers go to.

    Attributes:
        title: of the box.
        submit: the service call, run in a thread with whoever acts and the answers.
        asks: the fields; without any the form is a question to be confirmed.
        intro: what will happen and to whom, above the fields.
        told: the sentence for the status line, from what the call gave.
        confirm: what must be confirmed before it is submitted, from the answers; an empty sentence asks nothing.
        foresee: the same, read in a thread from the services: what submitting would do. Nothing is stored by it.
        word: what submitting is called.
    """

    title: str
    submit: Callable[[Actor, Values], object]
    asks: tuple[Ask, ...] = ()
    intro: str = ""
    told: Callable[[Any], str] = _done
    confirm: Callable[[Values], str] | None = None
    foresee: Callable[[Actor, Values], str] | None = None
    word: str = "提交"


@dataclass(frozen=True)
class Done:
    """A form was submitted: what the call gave, and the sentence about it."""

    result: Any
    sentence: str


def answers(asks: Sequence[Ask], raw: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the answers by name, and for every field that is wrong the sentence that says why."""
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for ask in asks:
        if not ask.asked(raw):
            continue
        try:
            found[ask.name] = ask.read(raw.get(ask.name, ""))
        except UsageError as error:
            wrong[ask.name] = f"{error.message}{error.next_step}"
    return found, wrong


def missing_files(asks: Sequence[Ask], values: Values) -> dict[str, str]:
    """Return for every file that is not there the sentence that says so; looks at the disk, so run it in a thread."""
    return {
        ask.name: f"没有“{ask.label}”这个文件:{values[ask.name]}。请核对路径。"
        for ask in asks
        if ask.kind is Kind.FILE and values.get(ask.name) is not None and not values[ask.name].is_file()
    }
