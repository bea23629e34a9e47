"""Documents: what they say (`model`), and how they become files.

``write(document, path)`` takes the format from the name's ending. The same document gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from weibo_ops.documents.files import write_atomically
from weibo_ops.documents.model import (
    NO_DATA,
    Block,
    Chart,
    ChartKind,
    Column,
    Document,
    Field,
    Form,
    Grid,
    Heading,
    KeyFigure,
    KeyFigures,
    Kind,
    Listing,
    Note,
    Paragraph,
    Series,
    Size,
    Table,
    Tone,
    Value,
)
from weibo_ops.kernel.errors import UsageError

__all__ = [
    "FORMATS",
    "NO_DATA",
    "Block",
    "Chart",
    "ChartKind",
    "Column",
    "Document",
    "Field",
    "Form",
    "Grid",
    "Heading",
    "KeyFigure",
    "KeyFigures",
    "Kind",
    "Listing",
    "Note",
    "Paragraph",
    "Series",
    "Size",
    "Table",
    "Tone",
    "Value",
    "render",
    "require_format",
    "write",
]

FORMATS = {".html": "html", ".docx": "word", ".pdf": "pdf", ".md": "markdown", ".txt": "text", ".csv": "sheet"}
"""Ending of a file name → module of this package that renders it."""


def require_format(path: Path) -> str:
    """Return the ending of a name for which there is a renderer.

    Raises:
        UsageError: there is none; the known endings are listed.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UsageError(f"不能按“{path.name}”的后缀确定文件格式。", next_step=f"可用的后缀:{'、'.join(FORMATS)}。")
    return suffix


def render(document: Document, suffix: str, font: Path | None = None) -> bytes:
    """Return the bytes of a document in the format of an ending in ``FORMATS``.

    Args:
        document: what to render.
        suffix: the ending, e.g. ``.docx``.
        font: font file for charts and PDF; None takes the one that comes with the program.

    Raises:
        EnvironmentFault: the configured font cannot be used.
    """
    renderer: Callable[[Document, Path | None], bytes] = import_module(f"{__name__}.{FORMATS[suffix]}").render
    return renderer(document, font)


def write(document: Document, path: Path, font: Path | None = None) -> None:
    """Write a document to a file in the format that its name's ending says; missing folders are made.

    Raises:
        UsageError: no renderer for the ending.
        EnvironmentFault: the file cannot be written, or the configured font cannot be used.
    """
    write_atomically(path, render(document, require_format(path), font))
