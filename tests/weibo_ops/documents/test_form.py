"""Forms: as wide as the page whatever stands in them, room for the pen, and every word in every format."""

from __future__ import annotations

import csv
import io
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.weibo_ops.documents.pdf_pages import pages
from tests.weibo_ops.documents.samples import CREATED
from weibo_ops.documents import FORMATS, Column, Document, Field, Form, Grid, Size, render
from weibo_ops.documents.word_parts import TEXT_WIDTH_MM

TWIPS_PER_MM = 56.7
FORM = Form(
    (
        (Field("校验码", "AB12-CD34", size=Size.CODE, width=1.6), Field("编号", "7")),
        (Field("正文", "第一段\n第二段", size=Size.BODY),),
        Grid("审签", (Column("环节"), Column("意见", width=3)), (("初审", "同意"), ("终审", "")), lines=2),
        (Field("备注", lines=3),),
        (Field("", "小字说明", size=Size.SMALL),),
    )
)
DOCUMENT = Document("单", CREATED, (FORM,))


def rows() -> list[Any]:
    table = docx.Document(io.BytesIO(render(DOCUMENT, ".docx"))).tables[0]
    return list(table._tbl.iter(qn("w:tr")))


def test_every_row_is_as_wide_as_the_text_and_spans_the_whole_grid() -> None:
    table = docx.Document(io.BytesIO(render(DOCUMENT, ".docx"))).tables[0]._tbl
    grid = [int(each.get(qn("w:w"))) for each in table.iter(qn("w:gridCol"))]
    assert sum(grid) == pytest.approx(TEXT_WIDTH_MM * TWIPS_PER_MM, abs=1)
    assert min(grid) > 0
    for row in table.iter(qn("w:tr")):
        spans = [int(each.get(qn("w:val"))) for each in row.iter(qn("w:gridSpan"))]
        cells = row.findall(qn("w:tc"))
        assert sum(spans) + len(cells) - len(spans) == len(grid)
        assert sum(int(each.get(qn("w:w"))) for each in row.iter(qn("w:tcW"))) == sum(grid)


def test_a_row_for_the_pen_is_high_and_a_filled_one_as_high_as_its_text() -> None:
    heights = [int(row.find(f".//{qn('w:trHeight')}").get(qn("w:val"))) for row in rows()]
    head, filled, pen, remark = heights[2], heights[3], heights[4], heights[5]
    assert head < filled < pen < remark


def test_rows_stay_whole_but_the_text_goes_on_over_pages() -> None:
    whole = [row.find(f".//{qn('w:cantSplit')}") is not None for row in rows()]
    assert whole == [True, False, True, True, True, True, True]


def test_a_head_stays_with_its_rows() -> None:
    kept = [row.find(f".//{qn('w:keepNext')}") is not None for row in rows()]
    assert kept == [False, False, True, True, False, False, False]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_all_of_it(suffix: str) -> None:
    made = render(DOCUMENT, suffix)
    if suffix == ".docx":
        shown = "".join(docx.Document(io.BytesIO(made)).element.itertext())
    elif suffix == ".pdf":
        shown = "".join(page.text for page in pages(made))
    else:
        shown = made.decode("utf-8-sig")
    for word in ("校验码", "AB12", "编号", "第一段", "第二段", "环节", "初审", "同意", "终审", "备注", "小字说明"):
        assert word in shown


def test_the_sheet_of_cells_has_a_row_for_each_field() -> None:
    read = list(csv.reader(io.StringIO(render(DOCUMENT, ".csv").decode("utf-8-sig"))))
    assert read[0] == ["校验码", "AB12-CD34"]
    assert ["终审", ""] in read


def test_the_grid_of_a_form_must_fit_its_head() -> None:
    with pytest.raises(ValueError, match="columns"):
        Grid("审签", (Column("环节"), Column("意见")), (("初审",),))
