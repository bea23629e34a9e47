"""The styles of an official page: fonts by name, sizes in points; Latin letters and digits in Times New Roman.

Source: GB/T 9704-2012 for the body (三号仿宋, 22 lines of 28 characters), the title (二号小标宋) and the headings
(黑体, 楷体, 仿宋). Tables, captions and notes are smaller (五号), which the standard leaves open.
"""

from __future__ import annotations

from typing import Any

FANGSONG, KAITI, HEITI, XIAOBIAOSONG, SONGTI = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
SUBSTITUTES = {FANGSONG: "仿宋", KAITI: "楷体", XIAOBIAOSONG: "华文中宋"}
"""The font that office programs take where the official one is not installed."""
LATIN = "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22.0, 16.0, 14.0, 10.5
"""Points of 二号, 三号, 四号, 五号."""
LINE = 28.95
"""Points from line to line: 22 lines fill the 225 mm of the page's text."""
STYLE_IDS = {name: name.replace(" ", "") for name in ("Cell", "Cell Right", "Cell Head", "Cell Head Right")}
"""Ids of the styles of table cells, by name."""
HEADINGS = {1: "Heading 1", 2: "Heading 2", 3: "Heading 3"}


def apply_styles(file: Any) -> None:
    """Set the fonts and paragraphs of the template's styles, and add our own."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    def style(
        name: str,
        east: str = FANGSONG,
        size: float = SIZE_3,
        *,
        align: Any = ALIGN.LEFT,
        indent: int = 0,
        line: float = LINE,
        before: float = 0,
        after: float = 0,
        bold: bool = False,
        keep: bool = False,
    ) -> None:
        known = {existing.name for existing in file.styles}
        found = file.styles[name] if name in known else file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name != "Normal":
            found.base_style = file.styles["Normal"]
            found.quick_style = True
        _set_font(found, east, size, bold=bold)
        layout = found.paragraph_format
        layout.alignment = align
        layout.line_spacing = _points(line)
        layout.space_before, layout.space_after = _points(before), _points(after)
        layout.keep_with_next = keep
        layout.widow_control = True
        _set_paragraph(found, indent)

    _set_language(file)
    style("Normal", align=ALIGN.JUSTIFY, indent=200)
    style("Title", XIAOBIAOSONG, SIZE_2, align=ALIGN.CENTER, line=34, before=LINE, after=6, keep=True)
    style("Subtitle", KAITI, SIZE_3, align=ALIGN.CENTER, after=LINE / 2, keep=True)
    style("Mark", HEITI, SIZE_3)
    style("Details", FANGSONG, SIZE_4, line=23)
    style("Heading 1", HEITI, before=LINE / 2, indent=200, keep=True)
    style("Heading 2", KAITI, indent=200, keep=True)
    style("Heading 3", FANGSONG, indent=200, bold=True, keep=True)
    style("Caption", HEITI, 12, align=ALIGN.CENTER, line=20, before=10, after=4, keep=True)
    style("Nothing", align=ALIGN.CENTER, line=24)
    style("Note", FANGSONG, SIZE_5, align=ALIGN.JUSTIFY, line=16, before=4, after=8)
    style("Picture", after=6)
    file.styles["Picture"].paragraph_format.line_spacing = 1.0
    style("Gap", size=SIZE_5, line=10)
    for side, align in (("", ALIGN.LEFT), (" Right", ALIGN.RIGHT)):
        style(f"Cell{side}", FANGSONG, SIZE_5, align=align, line=15, before=1.5, after=1.5)
        style(f"Cell Head{side}", HEITI, SIZE_5, align=align, line=15, before=1.5, after=1.5)
    style("Form Title", XIAOBIAOSONG, SIZE_2, align=ALIGN.CENTER, line=30, after=7, keep=True)
    style("Form Label", HEITI, SIZE_5, align=ALIGN.CENTER, line=15, before=1.5, after=1.5)
    style("Form Head", HEITI, SIZE_5, line=16, before=1.5)
    style("Form Text", FANGSONG, 12, line=16.5, before=1, after=1)
    style("Form Code", HEITI, 18, align=ALIGN.CENTER, line=22, before=1, after=1)
    style("Form Body", FANGSONG, SIZE_4, align=ALIGN.JUSTIFY, indent=200, line=21)
    style("Form Small", FANGSONG, 9, line=12.5)
    style("Form End", size=1, line=1)
    style("Figure Label", FANGSONG, SIZE_5, align=ALIGN.CENTER, line=15, before=1)
    style("Figure Value", HEITI, 20, align=ALIGN.CENTER, line=26)
    style("Footer", SONGTI, SIZE_4, line=18)
    style("Header", SONGTI, SIZE_5, align=ALIGN.RIGHT, line=14)


def _points(value: float) -> Any:
    from docx.shared import Pt

    return Pt(value)


def _set_font(style: Any, east: str, size: float, *, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.size = _points(size)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", east)):
        fonts.set(qn(f"w:{name}"), font)
    for tag in ("w:spacing", "w:kern"):
        for element in style.element.rPr.findall(qn(tag)):
            style.element.rPr.remove(element)


def _set_paragraph(style: Any, indent: int) -> None:
    """Indent the first line by hundredths of a character, and drop the template's frames and numbering."""
    from docx.oxml.ns import qn

    layout = style.element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:numPr", "w:contextualSpacing", "w:ind"):
        for element in layout.findall(qn(tag)):
            layout.remove(element)
    indents = layout.get_or_add_ind()
    indents.set(qn("w:firstLineChars"), str(indent))
    indents.set(qn("w:firstLine"), str(indent * int(SIZE_3) // 5))


def _set_language(file: Any) -> None:
    """Say that the text is Chinese, so that lines break by Chinese rules."""
    from docx.oxml.ns import qn

    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
