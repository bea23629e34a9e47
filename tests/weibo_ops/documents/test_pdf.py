"""PDF: the official page, nothing beyond its edges, texts as data, every glyph in the font, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from tests.weibo_ops.documents.pdf_pages import Glyph, Page, pages
from tests.weibo_ops.documents.samples import CREATED, HOSTILE, document
from weibo_ops.documents import (
    Chart,
    ChartKind,
    Column,
    Document,
    Field,
    Form,
    Grid,
    Heading,
    Kind,
    Listing,
    Note,
    Paragraph,
    Series,
    Size,
    Table,
    render,
)
from weibo_ops.documents.cells import plain
from weibo_ops.documents.font import chart_font, drawable
from weibo_ops.documents.pdf import pictures
from weibo_ops.kernel.errors import EnvironmentFault

PT_PER_MM = 72 / 25.4
LEFT, RIGHT = 28 * PT_PER_MM, (210 - 26) * PT_PER_MM
HARMFUL = (
    '#import "/etc/passwd": *',
    '#read("page.typ") #sys.inputs $x$ _a_ *b* `c` <d> @e \\ ] [ " // /* */ = - + / ~ -- ...',
    "\u202e反\u2066转\u200f右\u061c\x07\x1b",
    "שלום عربى",
    *(text for text in HOSTILE if len(text) < 1_000),
)
ENDLESS = (
    "A",
    "第1段（甲）a，2",
    "一《Bc》：9、",
    '"',
    "“",
    "（",
    "）",
    "W",
    "…",
    "！",
    "https://example.invalid/a?b=c&d#",
    "a\u00a0",
    "1,234.5",
    "e\u0301",
)


def made(*blocks: object, **changes: object) -> bytes:
    shown = Document("题", CREATED, blocks)  # type: ignore[arg-type]
    return render(replace(shown, **changes), ".pdf")  # type: ignore[arg-type]


@cache
def hostile(text: str) -> tuple[bytes, list[Page]]:
    content = render(document(text, []), ".pdf")
    return content, pages(content)


def words(found: list[Page]) -> str:
    """All that stands on the pages, without the blanks that the ends of lines may swallow."""
    return "".join(page.text for page in found).replace(" ", "")


def beyond_the_edges(found: list[Page]) -> list[Glyph]:
    """Glyphs outside the text's width; half of a bracket at an edge is blank, and so is a blank."""
    glyphs = chain.from_iterable(page.glyphs for page in found)
    return [
        glyph
        for glyph in glyphs
        if glyph.text != " " and max(LEFT - glyph.left, glyph.right - RIGHT) > glyph.size / 2 + 0.1
    ]


def lined(count: int, total: bool = False, long: str = "一行文字写得不短，占去表中一行多一点") -> Table:
    rows = tuple((f"甲{number}甲", long * 2) for number in range(1, count + 1))
    return Table("长表", (Column("栏名"), Column("说明")), (*rows, ("合计", "")) if total else rows, total=total)


# --- texts are data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HARMFUL)
def test_a_text_stands_as_it_is_and_is_obeyed_by_nobody(text: str) -> None:
    content, found = hostile(text)
    for line in plain(text).split("\n"):
        assert drawable(line, chart_font()).replace(" ", "") in words(found)
    for act in (b"/Annot", b"/JavaScript", b"/URI", b"/Launch", b"/EmbeddedFile", b"/OpenAction"):
        assert act not in content


@pytest.mark.parametrize("text", HARMFUL)
def test_every_glyph_is_in_the_font_and_within_the_edges(text: str) -> None:
    _, found = hostile(text)
    shown = "".join(page.text for page in found)
    assert drawable(shown, chart_font()) == shown
    assert beyond_the_edges(found) == []


@pytest.mark.parametrize("piece", ENDLESS)
def test_what_has_no_place_to_break_is_broken_within_the_edges(piece: str) -> None:
    text = (piece * 600)[:600]
    short = text[:120]
    grid = Grid("表", (Column("甲"), Column("乙", width=3)), ((short, ""),))
    found = pages(
        made(
            Paragraph(text),
            Heading(short),
            Note(short),
            Listing((short,)),
            Table(short, (Column(short[:30]), Column("乙", width=3)), ((short, "1"),)),
            Form(((Field(short[:20], short), Field("签")), (Field("正文", short, size=Size.BODY),), grid)),
            title="题" + short,
            details=((short[:20], short),),
        )
    )
    assert beyond_the_edges(found) == []
    assert words(found).replace("\u200b", "").count(piece[0]) >= text.count(piece[0]) + 7 * short.count(piece[0])


def test_5000_characters_without_a_blank_are_there_whole() -> None:
    text = "0123456789" * 500
    found = pages(made(Paragraph(text), Form(((Field("正文", text, size=Size.BODY),),))))
    assert beyond_the_edges(found) == []
    bodies = "".join(glyph.text for page in found for glyph in page.glyphs if glyph.base > 35 * PT_PER_MM)
    assert bodies == f"题{text}正文{text}"


def test_what_is_above_the_page_stays_on_one_line() -> None:
    (page, *_) = pages(made(Paragraph("文"), running="很长的校验码" * 40 + "\n\x00"))
    top = [glyph for glyph in page.glyphs if glyph.base > 780]
    assert len({glyph.base for glyph in top}) == 1
    assert beyond_the_edges([page]) == []


# --- the page -------------------------------------------------------------------------------------------------------


def test_every_page_carries_the_code_and_how_many_there_are() -> None:
    found = pages(made(Paragraph("字" * 3_000), running="校验码 AB12-CD34"))
    assert len(found) > 3
    assert all(page.text.startswith(f"校验码 AB12-CD34　共{len(found)}页") for page in found)


def test_page_numbers_stand_outside_below_the_text() -> None:
    first, second, *_ = pages(made(Paragraph("字" * 2_000)))
    for page, number in ((first, "— 1 —"), (second, "— 2 —")):
        assert page.text.endswith(number)
        assert (35 - 7) * PT_PER_MM - 18 < page.glyphs[-1].base < (35 - 7) * PT_PER_MM
    assert RIGHT - first.glyphs[-1].right == pytest.approx(14, abs=3)
    assert second.glyphs[-len("— 2 —")].left - LEFT == pytest.approx(14, abs=3)


def test_a_full_page_has_22_lines_of_27_characters() -> None:
    page = pages(made(Paragraph("字" * 3_000)))[1]
    lines: dict[float, int] = {}
    for glyph in page.glyphs:
        if glyph.text == "字":
            lines[round(glyph.base)] = lines.get(round(glyph.base), 0) + 1
    assert list(lines.values()) == [27] * 22


def test_paragraphs_begin_two_characters_in() -> None:
    page = pages(made(Paragraph("甲乙"), Listing(("丙丁",), ordered=True)))[0]
    begins = {glyph.text: glyph.left for glyph in page.glyphs}
    assert begins["甲"] == begins["丙"] - 16 - 8.88 == pytest.approx(LEFT + 32, abs=0.1)


def test_the_properties_say_title_and_time_of_the_document_alone() -> None:
    content = made(Paragraph("文"))
    assert b"/CreationDate(D:20261008020000" in content
    assert b"/Author" not in content
    assert "题".encode("utf-16-be") in content or b"\\216\\230" in content or "题".encode() in content


def test_a_configured_font_wins_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.TTF"
    own.write_bytes(chart_font().read_bytes())
    shown = Document("题", CREATED, (Paragraph("文"),))
    assert render(shown, ".pdf", own) == render(shown, ".pdf")
    own.write_bytes(b"no font")
    with pytest.raises(EnvironmentFault, match="字体文件"):
        render(shown, ".pdf", tmp_path / "missing.ttf")


def test_the_pages_can_be_looked_at() -> None:
    shown = Document("题", CREATED, (Paragraph("字" * 1_000),))
    seen = pictures(shown, ppi=30)
    assert len(seen) == len(pages(render(shown, ".pdf")))
    assert all(picture.startswith(b"\x89PNG") for picture in seen)


# --- tables, charts -------------------------------------------------------------------------------------------------


def test_a_table_is_as_wide_as_the_text_and_repeats_its_head() -> None:
    found = pages(made(lined(60)))
    assert len(found) > 2
    for page in found:
        assert page.text.count("栏名说明") == 1
        xs = [x for x, _ in page.points]
        assert min(xs) == pytest.approx(LEFT, abs=1)
        assert max(xs) == pytest.approx(RIGHT, abs=1)
    shown = "".join(page.text for page in found)
    assert all(shown.count(f"甲{number}甲") == 1 for number in range(1, 61))


@pytest.mark.parametrize("count", range(14, 20))
def test_no_page_begins_with_the_sum(count: int) -> None:
    last = pages(made(lined(count, total=True)))[-1].text
    assert "甲合计" in last.replace("一行文字写得不短，占去表中一行多一点", "")


@pytest.mark.parametrize("above", range(8, 16))
def test_a_short_table_stands_on_one_page_with_its_caption(above: int) -> None:
    rows = tuple((f"甲{number}", number) for number in range(8))
    table = Table("短表", (Column("名"), Column("数", Kind.COUNT)), rows)
    found = pages(made(*(Paragraph("文") for _ in range(above)), table))
    assert [("短表" in page.text, "甲7" in page.text) for page in found if "甲" in page.text] == [(True, True)]


def test_a_row_longer_than_a_page_goes_on_over_the_next() -> None:
    text = "很长" * 2_000
    found = pages(made(Table("表", (Column("甲"), Column("乙")), ((text, "一"), ("二", text)))))
    assert words(found).count("很长很长") == 2 * text.count("很长很长")
    assert all(glyph.base > 35 * PT_PER_MM for page in found for glyph in page.glyphs if glyph.text in "很长")


def test_without_rows_or_values_it_says_so_under_the_caption() -> None:
    empty = Chart(ChartKind.BARS, "空图", ("甲",), (Series("乙", (None,)),))
    (page,) = pages(made(Table("空表", (Column("甲"),), ()), empty))
    assert "空表无数据空图无数据" in page.text


def test_a_chart_is_drawn_and_has_words_for_those_who_cannot_see_it() -> None:
    chart = Chart(ChartKind.LINES, "折线", ("甲", "乙"), (Series("丙", (1, 2)),), description="Abc")
    content = made(chart)
    assert b"/Alt(Abc)" in content
    assert len(pages(content)[0].points) > 20
    assert b"/Subtype/Image" not in content


# --- forms ----------------------------------------------------------------------------------------------------------


def form(lines: int) -> Form:
    signing = Grid("审签", (Column("环节"), Column("意见", width=3)), (("初审", "同意"), ("终审", "")), lines=lines)
    return Form(((Field("编号", "7"), Field("签名", lines=2)), signing, (Field("", "小字", size=Size.SMALL),)))


def bottom(lines: int) -> float:
    (page,) = pages(made(form(lines)))
    return min(y for _, y in page.points)


def test_a_row_for_the_pen_is_as_high_as_asked() -> None:
    assert bottom(2) - bottom(6) == pytest.approx(4 * 16.5, abs=0.5)


def test_a_form_is_as_wide_as_the_text_and_has_more_of_the_page() -> None:
    (page,) = pages(made(form(2)))
    xs = [x for x, _ in page.points]
    assert min(xs) == pytest.approx(LEFT, abs=1)
    assert max(xs) == pytest.approx(RIGHT, abs=1)
    (plain_page,) = pages(made(Paragraph("文")))
    assert page.glyphs[0].base > plain_page.glyphs[0].base + 10 * PT_PER_MM


def test_a_long_text_in_a_form_goes_on_over_pages_and_is_whole() -> None:
    found = pages(made(Form(((Field("正文", "长" * 5_000, size=Size.BODY),), (Field("备注", lines=2),)))))
    assert words(found).count("长") == 5_000
    assert len(found) > 4
