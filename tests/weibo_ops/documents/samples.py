"""Documents for tests: one of every block, and texts that mean harm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from weibo_ops.documents import (
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
)

CREATED = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\x1b[31m红\x1b[0m\x00\x08\x0b\x7f\x85",
    "孤\ud83d零\udc00",
    "反\u202e转\u200b零\ufeff宽\ufffe\uffff",
    "{{ 7 * 7 }} {% raw %} $x^2$ | _a_ **b** [c](javascript:alert(1))",
    "第一行\n第二行\r\n第三行\t制表",
    "长" * 12_000,
    "]]> --> &lt; &amp; \"引\" '号'",
    "爱😀👨‍👩‍👧🇨🇳❤️",
)


def every_block(text: str, kinds: Iterable[ChartKind]) -> tuple[Block, ...]:
    """One block of every kind, and a chart of each kind given, with the text wherever a text can stand."""
    categories = ("甲", text[:40], "丙")
    return (
        Heading(text[:60], 1),
        Heading(text[:60], 2),
        Heading(text[:60], 3),
        Paragraph(text),
        Note(text),
        Listing((text, "第二点")),
        Listing((text, "第二点"), ordered=True),
        KeyFigures((KeyFigure(text[:20], text[:20], text[:20]), KeyFigure("件数", "3"))),
        Table(
            text[:60],
            (
                Column(text[:20]),
                Column("件\n数", Kind.COUNT),
                Column("率", Kind.PERCENT),
                Column("用时", Kind.DURATION),
                Column("时间", Kind.TIME),
            ),
            ((text, 3, 0.395, 61.0, CREATED), ("合计", None, None, None, None)),
            total=True,
            note=text,
        ),
        Table("空表", (Column("甲"),), ()),
        Form(
            (
                (Field(text[:10], text[:20], size=Size.CODE), Field("签名", lines=2)),
                (Field(text[:20], text, size=Size.BODY),),
                Grid(text[:20], (Column("环节"), Column("意见", width=2)), ((text, ""), ("终审", "同意")), lines=2),
                (Field("", text, size=Size.SMALL),),
            )
        ),
        *(
            Chart(
                kind,
                text[:60],
                categories,
                (
                    Series(text[:20], (3, None, 5), Tone.GOOD),
                    Series("乙列", (1, None, 2), Tone.BAD),
                ),
                "件",
                text[:200],
            )
            for kind in kinds
        ),
        Chart(ChartKind.BARS, "空图", ("甲",), (Series("乙", (None,)),)),
    )


def document(text: str = "一切如常", kinds: Iterable[ChartKind] = ChartKind) -> Document:
    """A document of every block."""
    return Document(
        title=text[:80],
        created=CREATED,
        blocks=every_block(text, kinds),
        subtitle=text[:40],
        mark=text[:20],
        details=((text[:10], text[:100]),),
    )
