"""A document as one HTML file, fit to be printed: style and pictures are inside, no script, nothing is fetched."""

from __future__ import annotations

from base64 import b64encode
from importlib.resources import files
from pathlib import Path
from typing import Any

from weibo_ops.documents import charts
from weibo_ops.documents.cells import cell_rows, column_shares, grid_rows, one_line, plain
from weibo_ops.documents.font import chart_font
from weibo_ops.documents.model import NO_DATA, Document

_HERE = files("weibo_ops.documents")


def _running(text: str) -> str:
    """Return the style that puts a line above every printed page; each character is written by its number."""
    shown = "".join(f"\\{ord(each):x} " for each in one_line(text))
    return f'@page {{ @top-right {{ content: "{shown}"; font-size: 9pt; }} }}\n' if text else ""


def render(document: Document, font: Path | None = None) -> bytes:
    """Render a document as UTF-8 HTML; every text is defused and escaped.

    Raises:
        EnvironmentFault: the configured font cannot be used.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    pages = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=shown, keep_trailing_newline=True, auto_reload=False
    )
    pages.filters.update(
        line=one_line,
        kind=lambda block: type(block).__name__,
        rows=cell_rows,
        grid_rows=grid_rows,
        shares=column_shares,
        picture=lambda chart: b64encode(charts.draw(chart, "svg", chart_font(font))).decode(),
    )
    page = pages.from_string((_HERE / "page.html.jinja").read_text("utf-8"))
    css = Markup((_HERE / "page.css").read_text("utf-8") + _running(document.running))  # noqa: S704 -- our own file
    return page.render(document=document, css=css, no_data=NO_DATA).encode("utf-8")
