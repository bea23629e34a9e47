"""Rule books from text: every problem of a text is listed with file, line and key, in Chinese."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib import import_module, resources
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.rulebook.base import Book, LineProblemsError, Rule
from config.toml_lines import LineIndex
from weibo_ops.kernel.errors import NotFoundError, UsageError
from weibo_ops.kernel.ids import digest_text

B = TypeVar("B", bound=Book)

BOOKS = {
    "accounts": ("config.rulebook.accounts", "AccountsBook"),
    "content": ("config.rulebook.content", "ContentBook"),
    "approval": ("config.rulebook.approval", "ApprovalBook"),
    "words": ("config.rulebook.words", "WordsBook"),
    "response": ("config.rulebook.response", "ResponseBook"),
    "subjects": ("config.rulebook.subjects", "SubjectsBook"),
    "delivery": ("config.rulebook.delivery", "DeliveryBook"),
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

    def __hash__(self) -> int:
        return hash(self.digest)


def load_book(model: type[B], text: str, *, origin: str) -> LoadedBook[B]:
    """Parse a rule book.

    Args:
        model: the book's class.
        text: TOML; a BOM and Windows line ends are taken off before the digest is made.
        origin: file name or other place, for messages.

    Raises:
        StandardInvalidError: listing every problem with its line.
    """
    clean = _plain_ends(text)
    try:
        data = tomllib.loads(clean)
    except (ValueError, RecursionError) as error:
        raise StandardInvalidError([_syntax_problem(error, clean, origin)]) from None
    lines = LineIndex(clean)
    problems = _repeated_rules(data, model, lines, origin)
    try:
        book = model.model_validate_json(json.dumps(data, default=_iso), strict=True)
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _follows_on(detail)]
        problems += [found for detail in details for found in _problems(detail, model, lines, origin)]
        raise StandardInvalidError(problems) from None
    if problems:
        raise StandardInvalidError(problems)
    return LoadedBook(book, clean, digest_text(clean), origin)


def load_named(name: str, text: str, *, origin: str) -> LoadedBook[Any]:
    """Parse a text as the book of that name.

    Raises:
        NotFoundError: there is no such book.
        StandardInvalidError: listing every problem with its line.
    """
    if name not in BOOKS:
        raise NotFoundError(f"没有名为“{name}”的标准。", next_step=_nearest_book(name))
    module, model = BOOKS[name]
    return load_book(getattr(import_module(module), model), text, origin=origin)


def load_text(text: str, *, origin: str) -> LoadedBook[Any]:
    """Parse a text as the book that its ``book`` key names, which is found even where the text is no valid TOML.

    Raises:
        StandardInvalidError: listing every problem with its line; also where the key is missing or names no book.
    """
    found = re.search(r"""^\ufeff?[ \t]*book[ \t]*=[ \t]*["']([^"'\n]*)["']""", text, re.MULTILINE)
    if found is None:
        message = f"缺少这一项,可选:{'、'.join(BOOKS)}"
        raise StandardInvalidError([StandardProblem(origin, 1, "book", message)])
    if found[1] not in BOOKS:
        message = f"没有名为“{found[1]}”的标准,{_nearest_book(found[1])}"
        line = text.count("\n", 0, found.start(1)) + 1
        raise StandardInvalidError([StandardProblem(origin, line, "book", message)])
    return load_named(found[1], text, origin=origin)


def _nearest_book(name: str) -> str:
    close = difflib.get_close_matches(name, BOOKS, 1)
    return f"是否为“{close[0]}”?" if close else f"可选:{'、'.join(BOOKS)}。"


def shipped_names() -> tuple[str, ...]:
    """Return the names of the books that ship with the program."""
    return tuple(BOOKS)


@cache
def shipped(name: str) -> LoadedBook[Any]:
    """Return the shipped text of a book, parsed.

    Raises:
        NotFoundError: there is no such book.
    """
    return load_named(name, _shipped_text(name) if name in BOOKS else "", origin=shipped_file(name))


@cache
def shipped_digest(name: str) -> str:
    """Return the digest of the shipped text of a book, which is not parsed for it."""
    return digest_text(_plain_ends(_shipped_text(name)))


def shipped_file(name: str) -> str:
    """Return the name of the file that a book ships in: the origin of its text."""
    return f"{name}.toml"


def _shipped_text(name: str) -> str:
    return resources.files("config.standards").joinpath(shipped_file(name)).read_text(encoding="utf-8")


def _plain_ends(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _iso(value: date | time) -> str:
    return value.isoformat()


_SYNTAX = {
    "Cannot overwrite": "同一个键或表写了两次",
    "Cannot declare": "同一个键或表写了两次",
    "(at end of document)": "文件在此处中断,像是不完整",
    "Illegal character": "引号没有成对,或有不能直接书写的字符",
    "Invalid value": "值的写法不对,文字须加引号",
    "Expected '='": "键的后面应为等号",
    "Invalid date": "没有这个日期或时间",
    "Expected newline": "这一行多出了内容,或值的写法不对",
    "Unclosed array": "列表没有写完,或各项之间缺少逗号",
}


def _syntax_problem(error: ValueError | RecursionError, text: str, origin: str) -> StandardProblem:
    found = re.search(r"at line (\d+)", str(error))
    lines = text.removesuffix("\n").split("\n")
    line = int(found[1]) if found else len(lines) if "(at end of document)" in str(error) else 1
    reason = next((reason for words, reason in _SYNTAX.items() if words in str(error)), "不符合 TOML 写法")
    key = re.match(r"\s*([\w.-]+)\s*=", lines[min(line, len(lines)) - 1])
    return StandardProblem(origin, line, key[1] if key else "", reason)


def _problems(detail: ErrorDetails, model: type[BaseModel], lines: LineIndex, origin: str) -> Iterable[StandardProblem]:
    path = tuple(part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-")))
    line = lines.line(path)
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, LineProblemsError):
        # TOML drops the line end after the opening quotes, so the first line of the string is the next of the file.
        first = line + 1 if lines.opens_below(path) else line
        return [StandardProblem(origin, first + offset, dotted(path), message) for offset, message in error.problems]
    message = _unknown_key(path, model) if detail["type"] == "extra_forbidden" else _message(detail)
    return [StandardProblem(origin, line, dotted(path), message)]


def _follows_on(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its faulty items, named themselves, were not counted."""
    given = detail["input"]
    return detail["type"] == "too_short" and isinstance(given, list) and len(given) >= detail["ctx"]["min_length"]


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
    "date_parsing": "应为日期,如 2026-01-01",
    "time_parsing": "应为时间,如 09:00",
    "too_long": "列表最多 {max_length} 项",
    "string_too_long": "最多 {max_length} 个字",
    "union_tag_invalid": "不在可选范围内,可选:{expected_tags}",
    "union_tag_not_found": "缺少 {discriminator}",
}


_QUOTED = "'([^']*)'"


def _message(detail: ErrorDetails) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", detail["msg"]))
    if kind in ("enum", "literal_error"):
        return f"不在可选范围内,可选:{'、'.join(re.findall(_QUOTED, str(context.get('expected'))))}"
    return re.sub(_QUOTED + "(?:, )?", r"\1、", _MESSAGES.get(kind, "内容不符合要求").format(**context)).rstrip("、")


def _unknown_key(path: Sequence[str | int], model: type[BaseModel]) -> str:
    known = list(getattr(_model_at(model, path[:-1]), "model_fields", {}))
    close = difflib.get_close_matches(str(path[-1]), known, 1, 0.5)
    hint = f",是否为“{close[0]}”?" if close else (f",此处可用:{'、'.join(known)}" if known else "")
    return f"未知的键“{path[-1]}”{hint}"


def _model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model of the table at ``path``."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        fields = getattr(current, "model_fields", {})
        if part not in fields:
            return None
        current = _model_in(fields[part].annotation)
    return current if isinstance(current, type) else None


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _repeated_rules(
    data: Mapping[str, Any], model: type[BaseModel], lines: LineIndex, origin: str
) -> list[StandardProblem]:
    first: dict[str, int] = {}
    problems = []
    for path, table in _tables(data, ()):
        rule_id = table.get("id")
        found = _model_at(model, path)
        if not isinstance(rule_id, str) or found is None or not issubclass(found, Rule):
            continue
        place = (*path, "id")
        if rule_id in first:
            message = f"规则编号“{rule_id}”重复,第{first[rule_id]}行已有"
            problems.append(StandardProblem(origin, lines.line(place), dotted(place), message))
        first.setdefault(rule_id, lines.line(place))
    return problems


def _tables(value: object, path: tuple[str | int, ...]) -> Iterable[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Yield every table of the parsed text with its path."""
    if isinstance(value, dict):
        yield path, value
        for name, item in value.items():
            yield from _tables(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _tables(item, (*path, index))


def dotted(path: Sequence[str | int]) -> str:
    """Return a key as people read it, members of lists counted from 1: ``natures[2].urgency``."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text
