"""Parts of a DOCX file that python-docx has no words for: page, page numbers, tables' lines, pictures' descriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

TEXT_WIDTH_MM = 156
"""A4 (210 mm) less the margins of 28 mm and 26 mm."""


def set_page(file: Any, *, form: bool = False) -> None:
    """Set A4 with margins of 37, 26, 35 and 28 mm, and page numbers outside, 7 mm below the text (GB/T 9704-2012).

    A form, of which the standard says nothing, takes 11 mm more above and below, so that it stands on one page.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm

    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = (Mm(26), Mm(24)) if form else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(12) if form else Mm(21.5)
    file.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = "Footer"
        paragraph.alignment = align
        _indent_sides(paragraph)
        paragraph.add_run("— ")
        _add_field(paragraph, "PAGE")
        paragraph.add_run(" —")


def set_running(file: Any, text: str) -> None:
    """Put a line above the text of every page, with the number of pages."""
    section = file.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.style = "Header"
        paragraph.add_run(f"{text}　共")
        _add_field(paragraph, "NUMPAGES")
        paragraph.add_run("页")


def _indent_sides(paragraph: Any) -> None:
    """Keep one character's distance from both edges."""
    from docx.oxml.ns import qn

    indents = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side in ("left", "right"):
        indents.set(qn(f"w:{side}Chars"), "100")
        indents.set(qn(f"w:{side}"), "280")


def _add_field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), (None, "1"), ("end", "")):
        run = paragraph.add_run(text if kind is None else "")
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        elif kind == "":
            instruction = _element("w:instrText")
            instruction.text = f" {text} "
            run._r.append(instruction)


def set_properties(file: Any, title: str, created: datetime) -> None:
    """Set the document's properties; nothing of the machine or of the template stays in the file."""
    properties = file.core_properties
    instant = created.astimezone(UTC).replace(microsecond=0)
    properties.title, properties.language = title[:255], "zh-CN"
    properties.created = properties.modified = instant
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.revision = 1
    relations = file.part.package.rels
    foreign = ("/thumbnail", "/extended-properties")
    for name in [name for name, relation in relations.items() if relation.reltype.endswith(foreign)]:
        del relations[name]


def name_substitutes(file: Any, substitutes: Mapping[str, str]) -> None:
    """Name the font to take where one is not installed, ``{font: substitute}``."""
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml import parse_xml

    table = next(
        relation.target_part for relation in file.part.rels.values() if relation.reltype.endswith("/fontTable")
    )
    fonts = parse_xml(table.blob)
    for name, substitute in substitutes.items():
        font = _element("w:font", name=name)
        font.append(_element("w:altName", val=substitute))
        font.append(_element("w:charset", val="86"))
        fonts.append(font)
    table._blob = serialize_part_xml(fonts)


def add_table(file: Any, rows: int, shares: Sequence[float]) -> Any:
    """Add a table as wide as the text, its columns by their shares, with lines above, below and between rows."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = file.add_table(rows, len(shares))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [Mm(TEXT_WIDTH_MM * share) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    properties = table._tbl.tblPr
    borders = _element("w:tblBorders")
    for side, size in (("top", "12"), ("bottom", "12"), ("insideH", "4")):
        colour = "A6A6A6" if side == "insideH" else "000000"
        borders.append(_element(f"w:{side}", val="single", sz=size, space="0", color=colour))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="57", type="dxa"))
    layout = properties.find(_name("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)
    return table


def fill_cell(cell: Any, text: str, style_id: str, *, keep_with_next: bool) -> None:
    """Write a text into an empty cell in a style given by its id; by name, all styles would be read for each cell."""
    paragraph = cell.paragraphs[0]
    properties = paragraph._p.get_or_add_pPr()
    properties.style = style_id
    if keep_with_next:
        properties.keepNext_val = True
    paragraph.add_run(text)


def keep_rows_whole(table: Any) -> None:
    """Let no row break across pages."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))


def make_head(table: Any) -> None:
    """Draw a line below the first row, and show the row again on every page that the table reaches."""
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell in table.rows[0].cells:
        draw_line(cell, "bottom")


def draw_line(cell: Any, side: str) -> None:
    """Draw a black line at one side of a cell."""
    borders = _element("w:tcBorders")
    borders.append(_element(f"w:{side}", val="single", sz="6", space="0", color="000000"))
    cell._tc.get_or_add_tcPr().append(borders)


def add_picture(file: Any, picture: bytes, description: str) -> None:
    """Add a picture as wide as the text, with the words for those who cannot see it."""
    from docx.shared import Mm

    paragraph = file.add_paragraph(style="Picture")
    shape = paragraph.add_run().add_picture(BytesIO(picture), width=Mm(TEXT_WIDTH_MM))
    shape._inline.docPr.set("descr", description)
    for side in "TBLR":  # LibreOffice takes an eighth of an inch where nothing is said
        shape._inline.set(f"dist{side}", "0")


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(_name(f"w:{name}"), value)
    return element
