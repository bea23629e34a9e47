"""Rule books from text: every problem of a text is listed with file, line and key, in Chinese."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.rulebook.base import Book, Rule
from config.toml_lines import LineIndex
from weibo_ops.kernel.errors import NotFoundError, UsageError
from weibo_ops.kernel.ids import digest_text

B = TypeVar("B", bound=Book)

BOOKS = {
    "accounts": ("config.rulebook.accounts", "AccountsBook"),
    "content": ("config.rulebook.content", "ContentBook"),
    "response": ("config.rulebook.response", "ResponseBook"),
    "subjects": ("config.rulebook.subjects", "SubjectsBook"),
    "evaluation": ("config.rulebook.evaluation", "EvaluationBook"),
}
"""Name of a book → module and class of its model."""


@dataclass(frozen=True)
class StandardProblem:
    """One thing wrong with a text: where (file, 1-based line, dotted key) and what."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file} 第{self.line}行"
        return f"{place}({self.key}):{self.message}" if self.key else f"{place}:{self.message}"


class StandardInvalidError(UsageError):
    """A text is no valid rule book; ``problems`` lists everything found, in the order of lines."""

    def __init__(self, problems: Iterable[StandardProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.key)))
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(
            f"标准文本有{len(self.problems)}处问题,未采用:\n{listed}\n", next_step="请逐处改正后重新检查。"
        )


@dataclass(frozen=True)
class LoadedBook(Generic[B]):
    """A parsed book with its text, the digest by which judgements name it, and where it came from."""

    book: B
    text: str
    digest: str
    origin: str


def load_book(model: type[B], text: str, *, origin: str) -> LoadedBook[B]:
    """Parse a rule book.

    Args:
        model: the book's class.
        text: TOML; a BOM and Windows line ends are taken off before the digest is made.
        origin: file name or other place, for messages.

    Raises:
        StandardInvalidError: listing every problem with its line.
    """
    clean = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        data = tomllib.loads(clean)
    except tomllib.TOMLDecodeError as error:
        raise StandardInvalidError([_syntax_problem(error, clean, origin)]) from None
    lines = LineIndex(clean)
    try:
        book = model.model_validate(data)
    except ValidationError as error:
        raise StandardInvalidError(
            [_problem(detail, model, lines, origin) for detail in error.errors(include_url=False)]
        ) from None
    duplicates = _duplicate_rules(book)
    if duplicates:
        raise StandardInvalidError(
            StandardProblem(origin, lines.line(path), _dotted(path), f"规则编号“{rule_id}”重复")
            for rule_id, path in duplicates
        )
    return LoadedBook(book, clean, digest_text(clean), origin)


def load_named(name: str, text: str, *, origin: str) -> LoadedBook[Any]:
    """Parse a text as the book of that name.

    Raises:
        NotFoundError: there is no such book.
        StandardInvalidError: listing every problem with its line.
    """
    if name not in BOOKS:
        close = difflib.get_close_matches(name, BOOKS, 1)
        hint = f"是否为“{close[0]}”?" if close else f"可选:{'、'.join(BOOKS)}。"
        raise NotFoundError(f"没有名为“{name}”的标准。", next_step=hint)
    module, model = BOOKS[name]
    return load_book(getattr(import_module(module), model), text, origin=origin)


def shipped_names() -> tuple[str, ...]:
    """Return the names of the books that ship with the program."""
    return tuple(BOOKS)


@cache
def shipped(name: str) -> LoadedBook[Any]:
    """Return the shipped text of a book, parsed.

    Raises:
        NotFoundError: there is no such book.
    """
    file = f"{name}.toml"
    text = resources.files("config.standards").joinpath(file).read_text(encoding="utf-8") if name in BOOKS else ""
    return load_named(name, text, origin=file)


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str, origin: str) -> StandardProblem:
    found = re.search(r"at line (\d+)", str(error))
    line = int(found[1]) if found else max(1, text.count("\n") + (not text.endswith("\n")))
    reason = "文件在此处中断,像是不完整" if "end of document" in str(error) else "不符合 TOML 写法"
    if "Cannot overwrite" in str(error) or "Cannot declare" in str(error):
        reason = "同一个键或表写了两次"
    return StandardProblem(origin, line, "", reason)


def _problem(detail: ErrorDetails, model: type[BaseModel], lines: LineIndex, origin: str) -> StandardProblem:
    path = tuple(part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-")))
    message = _message(detail)
    if detail["type"] == "extra_forbidden":
        message = _unknown_key(path, model)
    return StandardProblem(origin, lines.line(path), _dotted(path), message)


_MESSAGES = {
    "missing": "缺少这一项",
    "string_type": "应为文字(加引号)",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数,不能带小数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_type": "应为日期,如 2026-01-01",
    "date_from_datetime_parsing": "应为日期,如 2026-01-01",
    "date_from_datetime_inexact": "应为日期,不带时间",
    "time_type": "应为时间,如 09:00",
    "tuple_type": "应为列表,写成 [ … ]",
    "list_type": "应为列表,写成 [ … ]",
    "dict_type": "应为表",
    "model_type": "应为表",
    "model_attributes_type": "应为表",
    "string_too_short": "不能为空",
    "too_short": "列表至少要有 {min_length} 项",
    "string_pattern_mismatch": "写法不符合要求({pattern})",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "须大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "须小于 {lt}",
    "finite_number": "应为有限的数字",
}


def _message(detail: ErrorDetails) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", detail["msg"]))
    if kind in ("enum", "literal_error"):
        return f"不在可选范围内,可选:{str(context.get('expected', '')).replace(' or ', '、')}"
    return _MESSAGES.get(kind, "内容不符合要求").format(**context)


def _unknown_key(path: Sequence[str | int], model: type[BaseModel]) -> str:
    known = _fields_at(model, path[:-1])
    close = difflib.get_close_matches(str(path[-1]), known, 1, 0.5)
    hint = f",是否为“{close[0]}”?" if close else (f",此处可用:{'、'.join(known)}" if known else "")
    return f"未知的键“{path[-1]}”{hint}"


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the field names allowed inside the table at ``path``."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        fields = getattr(current, "model_fields", {})
        if part not in fields:
            return []
        current = _model_in(fields[part].annotation)
    return list(getattr(current, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _duplicate_rules(book: Book) -> list[tuple[str, tuple[str | int, ...]]]:
    seen: set[str] = set()
    repeated = []
    for path, rule in _rules(book, ()):
        if rule.id in seen:
            repeated.append((rule.id, path))
        seen.add(rule.id)
    return repeated


def _rules(value: object, path: tuple[str | int, ...]) -> Iterable[tuple[tuple[str | int, ...], Rule]]:
    if isinstance(value, Rule):
        yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _rules(getattr(value, name), (*path, name))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _rules(item, (*path, index))


def _dotted(path: Sequence[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text
