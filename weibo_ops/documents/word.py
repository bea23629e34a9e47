"""A document as DOCX in the manner of GB/T 9704-2012 (党政机关公文格式): A4, fonts, sizes and page numbers as it says.

No document number, no seal, no issuing line: those belong to whoever signs. Word, WPS and LibreOffice open it.
"""

from __future__ import annotations

from functools import singledispatch
from io import BytesIO
from pathlib import Path
from typing import Any

from weibo_ops.documents import charts, word_form, word_parts
from weibo_ops.documents.cells import cell_rows, column_shares, one_line, plain
from weibo_ops.documents.font import chart_font
from weibo_ops.documents.model import (
    NO_DATA,
    Block,
    Chart,
    Document,
    Form,
    Heading,
    KeyFigures,
    Listing,
    Note,
    Paragraph,
    Table,
)
from weibo_ops.documents.word_styles import HEADINGS, STYLE_IDS, SUBSTITUTES, apply_styles
from weibo_ops.documents.zipping import same_bytes


def render(document: Document, font: Path | None = None) -> bytes:
    """Render a document as DOCX; what XML forbids in a text is shown as a symbol.

    Raises:
        EnvironmentFault: the configured font cannot be used.
    """
    import docx

    file = docx.Document()
    apply_styles(file)
    word_parts.name_substitutes(file, SUBSTITUTES)
    form = bool(document.blocks) and isinstance(document.blocks[0], Form)
    word_parts.set_page(file, form=form)
    if document.running:
        word_parts.set_running(file, one_line(document.running))
    word_parts.set_properties(file, one_line(document.title), document.created)
    if document.mark:
        file.add_paragraph(one_line(document.mark), "Mark")
    file.add_paragraph(one_line(document.title), "Form Title" if form else "Title")
    if document.subtitle:
        file.add_paragraph(one_line(document.subtitle), "Subtitle")
    for name, value in document.details:
        line = file.add_paragraph(style="Details")
        line.add_run(f"{one_line(name)}：{one_line(value)}")
    for block in document.blocks:
        _add(block, file, font)
    target = BytesIO()
    file.save(target)
    return same_bytes(target.getvalue())


@singledispatch
def _add(block: Block, file: Any, font: Path | None) -> None:
    raise TypeError(f"no way to write a {type(block).__name__}")


@_add.register
def _(block: Heading, file: Any, font: Path | None) -> None:
    file.add_paragraph(one_line(block.text), HEADINGS[block.level])


@_add.register
def _(block: Paragraph, file: Any, font: Path | None) -> None:
    file.add_paragraph(plain(block.text))


@_add.register
def _(block: Note, file: Any, font: Path | None) -> None:
    file.add_paragraph(plain(block.text), "Note")


@_add.register
def _(block: Listing, file: Any, font: Path | None) -> None:
    for number, item in enumerate(block.items, 1):
        lead = f"{number}．" if block.ordered else ""
        file.add_paragraph(lead + plain(item))


@_add.register
def _(block: KeyFigures, file: Any, font: Path | None) -> None:
    count = len(block.items)
    file.add_paragraph(style="Gap")
    table = word_parts.add_table(file, 1, [1 / count] * count)
    for cell, item in zip(table.rows[0].cells, block.items, strict=True):
        cell.paragraphs[0].style = "Figure Label"
        cell.paragraphs[0].add_run(one_line(item.label))
        cell.add_paragraph(one_line(item.value), "Figure Value")
        if item.hint:
            cell.add_paragraph(one_line(item.hint), "Figure Label")
    word_parts.keep_rows_whole(table)
    file.add_paragraph(style="Gap")


@_add.register
def _(block: Table, file: Any, font: Path | None) -> None:
    file.add_paragraph(one_line(block.caption), "Caption")
    if not block.rows:
        file.add_paragraph(NO_DATA, "Nothing")
        return
    rows = [[plain(column.title) for column in block.columns], *cell_rows(block)]
    table = word_parts.add_table(file, len(rows), column_shares(block.columns))
    sides = [" Right" if column.numeric else "" for column in block.columns]
    last = len(rows) - 1
    for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        strong = place == 0 or (block.total and place == last)
        keep = place < last and (block.short or place in (0, last - 1))
        for cell, text, side in zip(row.cells, texts, sides, strict=True):
            name = f"Cell Head{side}" if strong else f"Cell{side}"
            word_parts.fill_cell(cell, text, STYLE_IDS[name], keep_with_next=keep)
    word_parts.keep_rows_whole(table)
    word_parts.make_head(table)
    if block.total:
        for cell in table.rows[last].cells:
            word_parts.draw_line(cell, "top")
    if block.note:
        file.add_paragraph(plain(block.note), "Note")
    else:
        file.add_paragraph(style="Gap")


@_add.register
def _(block: Chart, file: Any, font: Path | None) -> None:
    file.add_paragraph(one_line(block.caption), "Caption")
    if block.empty:
        file.add_paragraph(NO_DATA, "Nothing")
        return
    picture = charts.draw(block, "png", chart_font(font))
    word_parts.add_picture(file, picture, one_line(block.description or block.caption))


@_add.register
def _(block: Form, file: Any, font: Path | None) -> None:
    word_form.add_form(file, block)
