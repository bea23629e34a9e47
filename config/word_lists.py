"""Words that people hand in as a table, written into the text of a words book: lists of the office's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from config.loader import LoadedBook, load_named
from config.rulebook.base import Severity
from config.rulebook.words import REPLACED, WordKind, WordList, WordsBook, entry_fault
from config.toml_lines import LineIndex

BEGINNING = "words.office."
"""How the ids of imported lists begin."""
SEVERITY = {
    WordKind.MISPRINT: Severity.DEDUCT,
    WordKind.STANDARD_TERM: Severity.ADVICE,
    WordKind.FORBIDDEN: Severity.VETO,
    WordKind.SENSITIVE: Severity.DEDUCT,
    WordKind.LEADER: Severity.VETO,
    WordKind.SET_PHRASE: Severity.ADVICE,
    WordKind.SLICK: Severity.ADVICE,
    WordKind.EMOTIONAL: Severity.DEDUCT,
    WordKind.ARGUING: Severity.DEDUCT,
}
"""What a hit weighs where the table does not say."""
_SUGGESTIONS = {
    WordKind.FORBIDDEN: "删去或改写",
    WordKind.SENSITIVE: "请复核语境,说明后放行或改写",
    WordKind.LEADER: "按现行姓名职务表改正",
}


@dataclass(frozen=True)
class WordRow:
    """One row of a table of words.

    Attributes:
        line: where it stands, counted from 1.
        word: as listed; of 领导人姓名职务 the name.
        kind: what it is for.
        severity: of a hit.
        instead: what to write; of 领导人姓名职务 the titles, split by 、.
        valid_until: last day; None without end.
        note: for the writer.
    """

    line: int
    word: str
    kind: WordKind
    severity: Severity
    instead: str = ""
    valid_until: date | None = None
    note: str = ""

    @property
    def written(self) -> str:
        """The line of the list."""
        until = self.valid_until.isoformat() if self.valid_until else ""
        return " | ".join((self.word, self.instead, until, self.note)).rstrip(" |")

    @property
    def list_id(self) -> str:
        """The id of the list it belongs in: one for each kind and severity."""
        return f"{BEGINNING}{self.kind.name.lower()}.{self.severity.value}"


@dataclass(frozen=True)
class Merged:
    """A text with words written into it.

    Attributes:
        text: of the words book.
        added, changed, unchanged, removed: entries of the office's lists.
    """

    text: str
    added: int
    changed: int
    unchanged: int
    removed: int


def row_fault(row: WordRow) -> str:
    """Say what is wrong with a row; empty if nothing is. The word is not quoted."""
    fields = (row.word, row.instead, row.valid_until.isoformat() if row.valid_until else "", row.note)
    if any(sign in field for field in fields for sign in ("|", "'''", "\n", "\r")):
        return "各栏不得含有“|”、三个单引号或换行"
    if row.word.startswith("#"):
        return "词不得以“#”开头"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(fields)):
        return "含有不可见的控制字符"
    wanted = REPLACED.get(row.kind)
    if wanted and not row.instead:
        return f"“{row.kind}”须填写{wanted}"
    if row.kind is WordKind.MISPRINT and row.instead == row.word:
        return "正确写法与词相同"
    return entry_fault(fields)


def merged(loaded: LoadedBook[WordsBook], rows: Iterable[WordRow], *, replace: bool = False) -> Merged:
    """Write rows into the office's lists of a text; lists of others stay as they are.

    A word that the list has already gets the row's replacement, expiry and note. A person may have several titles.

    Args:
        loaded: the text to write into.
        rows: without faults (`row_fault`).
        replace: the office's lists of the kinds in the table hold these rows only afterwards.

    Raises:
        StandardInvalidError: the text that results is no valid words book.
    """
    wanted: dict[str, list[WordRow]] = {}
    for row in rows:
        wanted.setdefault(row.list_id, []).append(row)
    kinds = {row.kind for listed in wanted.values() for row in listed}
    text = loaded.text
    counts = [0, 0, 0, 0]
    here = {rule.id: rule for rule in loaded.book.lists if rule.id.startswith(BEGINNING)}
    emptied = [rule.id for rule in here.values() if replace and rule.kind in kinds and rule.id not in wanted]
    for list_id in (*wanted, *emptied):
        listed, ours = wanted.get(list_id, []), here.get(list_id)
        old = {_key(line, ours.kind): line for line in ours.entries} if ours else {}
        new = {_key(row.written, row.kind): _squeezed(row.written) for row in listed}
        common = new.keys() & old.keys()
        changed = sum(old[key] != new[key] for key in common)
        gone = len(old.keys() - new.keys()) if replace else 0
        for place, count in enumerate((len(new) - len(common), changed, len(common) - changed, gone)):
            counts[place] += count
        lines = list(new.values() if replace else {**old, **new}.values())
        text = _with_entries(text, ours, lines) if ours else _with_list(text, listed[0], lines)
    load_named("words", text, origin=loaded.origin)
    return Merged(text, *counts)


def _squeezed(line: str) -> str:
    return "|".join(field.strip() for field in line.split("|")).rstrip("|")


def _key(line: str, kind: WordKind) -> tuple[str, ...]:
    """Return what makes an entry the same: the word; of a leader with the title."""
    fields = line.split("|")
    return tuple(field.strip() for field in fields[: 2 if kind is WordKind.LEADER else 1])


def _with_entries(text: str, rule: WordList, lines: Sequence[str]) -> str:
    """Return the text with the entries of one of its lists replaced."""
    rows = text.split("\n")
    places = LineIndex(text)
    number = next(n for n in range(len(rows)) if _is_id(rows, n, rule.id))
    index = sum(row.strip() == "[[lists]]" for row in rows[: number + 1]) - 1
    first = places.line(("lists", index, "entries")) - 1
    last = first
    for mark in ("'''", '"""'):
        if mark in rows[first]:
            while rows[last].count(mark) + (rows[first].count(mark) if last != first else 0) < 2:
                last += 1
    return "\n".join((*rows[:first], *_entries(lines), *rows[last + 1 :]))


def _is_id(rows: Sequence[str], number: int, rule_id: str) -> bool:
    return re.fullmatch(rf'\s*id\s*=\s*["\']{re.escape(rule_id)}["\']\s*(#.*)?', rows[number]) is not None


def _with_list(text: str, row: WordRow, lines: Sequence[str]) -> str:
    """Return the text with a list of the office's own at its end."""
    values = {
        "id": row.list_id,
        "title": f"本单位{row.kind}",
        "clause": f"本单位所列{row.kind}",
        "source": "本单位导入词表",
        "trust": "D",
        "severity": row.severity.value,
        "kind": row.kind.value,
        "suggestion": _SUGGESTIONS.get(row.kind, ""),
    }
    head = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value]
    return "\n".join((text.rstrip("\n"), "", "[[lists]]", *head, *_entries(lines), ""))


def _entries(lines: Sequence[str]) -> list[str]:
    return ["entries = '''", *(" | ".join(line.split("|")) for line in lines), "'''"] if lines else ['entries = ""']
