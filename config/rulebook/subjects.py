"""The subjects rule book: what a comment is about, where, and which function answers for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.rulebook.base import Book, Frozen, Tighter

Words = tuple[Annotated[str, Field(min_length=1)], ...]


class Subject(Frozen):
    """A subject with its vocabulary.

    Attributes:
        name: e.g. 交通出行.
        function: the function (as in a roster's 职能) that usually answers for it; empty if it depends.
        cues: words that show it.
    """

    name: Annotated[str, Field(min_length=1, max_length=40)]
    function: str = ""
    cues: Annotated[Words, Field(min_length=1)]


class DistrictSection(Frozen):
    """How a place is recognised.

    Attributes:
        names: the office's own districts; tried before anything else.
        endings: what a district's name ends with.
        leads: what may stand right before an unlisted district's name (or the start of the text).
        not_districts: words with such an ending that are no districts (小区, 地区 …).
    """

    names: Words = ()
    endings: Words
    leads: Words
    not_districts: Words


class SubjectsBook(Book):
    """The subjects rule book."""

    book: Literal["subjects"]
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]
    districts: DistrictSection
    urgent: Annotated[Words, Tighter.SUPERSET]
