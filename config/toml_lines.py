"""Where in a TOML text each key stands: the standard parser keeps no line numbers, and people need them."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = rf"{_KEY_PART}(?:\s*\.\s*{_KEY_PART})*"
_HEADER = re.compile(rf"\s*(\[\[|\[)\s*({_KEY})\s*(?:\]\]|\])")
_ASSIGNMENT = re.compile(rf"\s*({_KEY})\s*=")
_PARTS = re.compile(_KEY_PART)
_STRING = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')


class LineIndex:
    """Key path → 1-based line, for the tables, arrays of tables and assignments of a TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._text = text.split("\n")
        self._scan(self._text)

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a key, or of the nearest enclosing key that has one; 1 when none has."""
        wanted = tuple(path)
        while wanted:
            if wanted in self._lines:
                return self._lines[wanted]
            wanted = wanted[:-1]
        return 1

    def opens_below(self, path: Sequence[str | int]) -> bool:
        """Say whether the multi-line string of a key begins on the line after its quotes."""
        return self._text[self.line(path) - 1].rstrip().endswith(("'''", '"""'))

    def _scan(self, lines: Sequence[str]) -> None:
        prefix: Path = ()
        closing = ""
        depth = 0
        for number, line in enumerate(lines, start=1):
            if closing:
                position = line.find(closing)
                if position < 0:
                    continue
                line = line[position + 3 :]
                closing = ""
            elif depth == 0:
                if header := _HEADER.match(line):
                    prefix = self._table(_split(header[2]), header[1] == "[[", number)
                    continue
                if assignment := _ASSIGNMENT.match(line):
                    self._lines.setdefault((*prefix, *_split(assignment[1])), number)
                    line = line[assignment.end() :]
            closing, change = _balance(line)
            depth = max(0, depth + change)

    def _table(self, key: tuple[str, ...], repeated: bool, number: int) -> Path:
        path: Path = ()
        for part in key[:-1]:
            path = self._current((*path, part))
        path = (*path, key[-1])
        if repeated:
            index = self._counts.get(path, -1) + 1
            self._counts[path] = index
            self._lines.setdefault(path, number)
            path = (*path, index)
        else:
            path = self._current(path)
        self._lines.setdefault(path, number)
        return path

    def _current(self, path: Path) -> Path:
        return (*path, self._counts[path]) if path in self._counts else path


def _split(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PARTS.findall(key))


def _balance(line: str) -> tuple[str, int]:
    """Return the closing mark of a multi-line string left open on the line, and the change of bracket depth."""
    depth = 0
    position = 0
    while position < len(line):
        found = _STRING.match(line, position)
        if found is None:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(line[position], 0)
            position += 1
        elif found[0] in ('"""', "'''"):
            end = line.find(found[0], found.end())
            if end < 0:
                return found[0], depth
            position = end + 3
        else:
            position = found.end()
    return "", depth
