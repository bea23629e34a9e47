"""HTML: one file, nothing fetched, nothing that a text says is obeyed."""

from __future__ import annotations

import base64
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from tests.weibo_ops.documents.samples import HOSTILE, document
from weibo_ops.documents import ChartKind, render


class Page(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "img", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@cache
def page_of(text: str) -> tuple[str, Page]:
    page = render(document(text, [ChartKind.SHARES]), ".html").decode("utf-8")
    return page, Page(page)


PLAIN_TAGS = set(page_of("一切如常")[1].tags)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_markup_and_every_tag_is_closed(text: str) -> None:
    _, page = page_of(text)
    assert page.open == []
    assert set(page.tags) == PLAIN_TAGS
    assert not {"script", "iframe", "object", "link", "form", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_character_acts_on_the_reader(text: str) -> None:
    page, _ = page_of(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufffe\uffff]", page)


def test_text_is_shown_as_it_came_but_harmless() -> None:
    shown = "".join(page_of("<b>粗</b>\x1b")[1].texts)
    assert "<b>粗</b>␛" in shown
    assert "49" not in "".join(page_of("{{ 7 * 7 }}")[1].texts)


def test_no_cell_that_is_copied_into_a_spreadsheet_is_a_formula() -> None:
    page, _ = page_of("=cmd|' /C calc'!A0")
    assert not re.search(r"<td[^>]*>[=+@-]", page)


def test_nothing_is_fetched() -> None:
    page, parsed = page_of("一切如常")
    sources = [
        value for name, value in parsed.attributes if name in ("src", "href", "action", "data", "poster", "srcset")
    ]
    assert sources
    assert all(value.startswith("data:image/svg+xml;base64,") for value in sources)
    assert not re.search(r"@import|url\(|https?:", page)
    policy = next(value for name, value in parsed.attributes if value.startswith("default-src"))
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for value in sources:
        svg = base64.b64decode(value.partition(",")[2])
        assert not re.search(rb"href=\"(?!#)|url\((?!#)|<script|<image", svg)


def test_every_picture_has_words_and_every_table_a_caption_and_heads() -> None:
    page, parsed = page_of("一切如常")
    assert parsed.tags.count("img") == sum(name == "alt" and bool(value) for name, value in parsed.attributes) == 1
    assert parsed.tags.count("caption") == parsed.tags.count("table") == 3
    assert all('scope="col"' in head for head in re.findall(r"<th[ >][^>]*", page))
    assert '<html lang="zh-CN">' in page


def test_what_is_missing_is_said() -> None:
    texts = page_of("一切如常")[1].texts
    assert texts.count("无数据") == 4 + 1 + 1  # four empty cells, an empty table, an empty chart
