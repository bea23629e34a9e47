"""DOCX: opens again, legal XML, the official page, nothing of the machine."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from tests.weibo_ops.documents.samples import CREATED, HOSTILE, document
from weibo_ops.documents import ChartKind, Document, render

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def made(text: str) -> bytes:
    return render(document(text, [ChartKind.SHARES]), ".docx")


def opened(text: str = "一切如常") -> Any:
    return docx.Document(io.BytesIO(made(text)))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_it_opens_again_whatever_the_text(text: str) -> None:
    content = made(text)
    file = docx.Document(io.BytesIO(content))
    assert len(file.tables) == 3  # the key figures, the one table with rows, the form
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))


def test_a_text_of_12000_characters_is_there_whole() -> None:
    assert any(paragraph.text == "长" * 12_000 for paragraph in opened("长" * 12_000).paragraphs)


def test_what_xml_forbids_is_shown_as_a_symbol() -> None:
    texts = [paragraph.text for paragraph in opened("甲\x00\x1b\ud83d乙").paragraphs]
    assert "甲␀␛‹U+D83D›乙" in texts


def test_no_cell_is_a_formula_and_no_field_comes_from_a_text() -> None:
    file = opened("=cmd|' /C calc'!A0")
    assert file.tables[1].cell(1, 0).text == "'=cmd|' /C calc'!A0"
    assert "instrText" not in file.element.xml
    assert "hyperlink" not in file.element.xml


def test_the_page_is_the_official_one() -> None:
    section = opened().sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Footer", "宋体", 14),
    ],
)
def test_fonts_and_sizes_are_the_official_ones(style: str, font: str, points: int) -> None:
    found = opened().styles[style]
    fonts = found.element.rPr.find(f"{W}rFonts")
    assert fonts.get(f"{W}eastAsia") == font
    assert not [name for name in fonts.attrib if name.endswith("Theme")]
    assert found.font.size == Pt(points)


def test_22_lines_fill_the_height_of_the_text() -> None:
    assert 22 * opened().styles["Normal"].paragraph_format.line_spacing.pt <= Mm(297 - 37 - 35).pt


def test_page_numbers_stand_outside() -> None:
    file = opened()
    section = file.sections[0]
    assert file.settings.odd_and_even_pages_header_footer
    assert section.footer.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert section.even_page_footer.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.LEFT
    for footer in (section.footer, section.even_page_footer):
        assert re.search(r"<w:instrText[^>]*> PAGE <", footer._element.xml)
        assert footer.paragraphs[0].text.startswith("— ")


def test_tables_are_as_wide_as_the_text_and_repeat_their_head() -> None:
    table = opened().tables[1]
    assert sum(column.width.mm for column in table.columns) == pytest.approx(156, abs=0.5)
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_every_picture_has_words() -> None:
    shapes = opened("一图一话").inline_shapes
    assert len(shapes) == 1
    assert all(shape._inline.docPr.get("descr") == "一图一话" for shape in shapes)


def test_properties_say_title_and_time_and_nothing_of_the_maker() -> None:
    properties = opened("月报").core_properties
    assert properties.title == "月报"
    assert properties.created == properties.modified == CREATED
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")


def test_the_archive_has_fixed_dates_and_order() -> None:
    with zipfile.ZipFile(io.BytesIO(made("一切如常"))) as archive:
        names = archive.namelist()
        assert names[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in names if "thumbnail" in name or name == "docProps/app.xml"]


def test_fonts_that_may_be_missing_name_a_substitute() -> None:
    with zipfile.ZipFile(io.BytesIO(made("一切如常"))) as archive:
        fonts = ElementTree.fromstring(archive.read("word/fontTable.xml"))
    named = {
        font.get(f"{W}name"): found.get(f"{W}val") for font in fonts if (found := font.find(f"{W}altName")) is not None
    }
    assert named["仿宋_GB2312"] == "仿宋"
    assert named["楷体_GB2312"] == "楷体"


def test_what_runs_above_every_page_is_known_and_harmless() -> None:
    shown = Document("表", CREATED, (), running='甲"\\<b>\x00\n乙')
    section = docx.Document(io.BytesIO(render(shown, ".docx"))).sections[0]
    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text == '甲"\\<b>␀ 乙　共1页'
    plain = docx.Document(io.BytesIO(render(Document("表", CREATED, ()), ".docx"))).sections[0]
    assert plain.header.is_linked_to_previous
    page = render(shown, ".html").decode()
    assert "<b>" not in page
    assert "@top-right" in page
    assert "@top-right" not in render(Document("表", CREATED, ()), ".html").decode()
