"""Markdown, text and CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.weibo_ops.documents.samples import CREATED, HOSTILE, document
from weibo_ops.documents import Column, Document, Heading, Kind, Listing, Note, Paragraph, Table, render
from weibo_ops.documents.text import LINE
from weibo_ops.kernel.text import cell_width
from weibo_ops.kernel.text.layout import NOT_AT_LINE_START


def small(*blocks: Heading | Paragraph | Note | Listing | Table) -> Document:
    return Document("题", CREATED, blocks)


def test_markdown_says_it_in_markdown() -> None:
    table = Table("表", (Column("账\n号"), Column("数", Kind.COUNT)), (("甲|乙", 3), ("丙", None)), note="注")
    made = render(small(Heading("一、"), Paragraph("正文"), table, Listing(("点",), ordered=True)), ".md").decode()
    assert made == (
        "# 题\n\n## 一、\n\n正文\n\n**表**\n\n| 账号 | 数 |\n| --- | ---: |\n"
        "| 甲\\|乙 | 3 |\n| 丙 | 无数据 |\n\n> 注\n\n1. 点\n"
    )


def test_nothing_in_a_text_is_markdown() -> None:
    made = render(small(Paragraph("# 不是标题\n- 不是点\n1. 也不是\n**不粗** <b> [链](x) `码` _斜_")), ".md").decode()
    body = made.partition("\n\n")[2]
    assert body == (
        "\\# 不是标题  \n\\- 不是点  \n1\\. 也不是  \n\\*\\*不粗\\*\\* \\<b\\> \\[链\\](x) \\`码\\` \\_斜\\_\n"
    )


BEGINNINGS = st.sampled_from(
    [
        "39.5%",
        "12345",
        "1.",
        "7)",
        "1. 甲",
        "123456789) 甲",
        "1234567890. 甲",
        "1.甲",
        "- 甲",
        "+",
        "===",
        "---",
        "# 甲",
        "甲",
    ]
)


@given(st.lists(BEGINNINGS, min_size=1, max_size=5))
def test_a_markdown_reader_sees_the_text_and_no_markup(lines: list[str]) -> None:
    body = render(small(Paragraph("\n".join(lines))), ".md").decode().partition("\n\n")[2]
    opened, inline, closed = MarkdownIt().parse(body)
    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert "".join(
        "\n" if child.type in ("hardbreak", "softbreak") else child.content for child in _leaves(inline)
    ) == ("\n".join(lines))


def _leaves(inline: Token) -> list[Token]:
    return inline.children or []


@pytest.mark.parametrize("number", ["39.5%", "1.5", "2026.7.1", "3.", "10) "])
def test_a_number_keeps_its_digits_together(number: str) -> None:
    body = render(small(Paragraph(number)), ".md").decode().partition("\n\n")[2].rstrip()
    assert "\\" not in body.replace("3\\.", "").replace("10\\)", ""), "no mark before a digit, none in a decimal"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("suffix", [".md", ".txt", ".csv"])
def test_hostile_texts_come_out_as_harmless_utf8(text: str, suffix: str) -> None:
    made = render(document(text), suffix).decode("utf-8-sig")
    assert not set(made) & set("\x00\x08\x0b\x1b\x7f\x85\u202e\u200b\ufeff\ufffe\uffff")


def test_text_keeps_its_width_and_no_line_begins_with_a_closing_mark() -> None:
    sentence = "应答复六千六百四十件，按时二千六百二十三件，未答复三千五百六十八件列入未按时；另有二十三件。" * 4
    columns = (Column("账号"), Column("情况", width=4), Column("数", Kind.COUNT))
    lines = (
        render(
            small(
                Paragraph(sentence), Note(sentence), Listing((sentence,)), Table("表", columns, (("甲", sentence, 3),))
            ),
            ".txt",
        )
        .decode()
        .splitlines()
    )
    assert max(map(cell_width, lines)) <= LINE
    assert not [line for line in lines if line.lstrip()[:1] in NOT_AT_LINE_START - {""}]
    assert "".join("".join(lines).split()).count("六千六百四十件") >= 4


def test_csv_has_every_table_under_its_caption_and_opens_in_a_spreadsheet() -> None:
    table = Table("表一", (Column("账\n号"), Column("率", Kind.PERCENT)), (("=1+1", 0.5), ("乙", None)))
    made = render(small(table, Table("表二", (Column("丙"),), ())), ".csv")
    assert made.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(made.decode("utf-8-sig")))) == [
        ["表一"],
        ["账号", "率"],
        ["'=1+1", "50.0%"],
        ["乙", "无数据"],
        [],
        ["表二"],
        ["无数据"],
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_csv_cell_is_a_formula(text: str) -> None:
    rows = csv.reader(io.StringIO(render(document(text), ".csv").decode("utf-8-sig")))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
