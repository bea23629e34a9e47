from __future__ import annotations

import pytest

from weibo_ops.documents import Chart, ChartKind, Column, Kind, Series, Table
from weibo_ops.documents.cells import cell_rows, cell_text, column_shares, duration, percent
from weibo_ops.documents.model import SHORT_TABLE, SHORT_TEXT, Value


def test_a_row_must_fit_the_columns_and_a_series_the_categories() -> None:
    with pytest.raises(ValueError, match="columns"):
        Table("表", (Column("甲"), Column("乙")), (("一",),))
    with pytest.raises(ValueError, match="categories"):
        Chart(ChartKind.BARS, "图", ("甲", "乙"), (Series("丙", (1,)),))


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, Kind.COUNT, "无数据"),
        (None, Kind.TEXT, "无数据"),
        (0, Kind.COUNT, "0"),
        (6663, Kind.COUNT, "6663"),
        (0.3950301204819277, Kind.PERCENT, "39.5%"),
        (1, Kind.PERCENT, "100.0%"),
        (0.0, Kind.DURATION, "0分"),
        (0.4, Kind.DURATION, "不足1分"),
        (57.32, Kind.DURATION, "57分"),
        (59.7, Kind.DURATION, "1小时00分"),
        (822.117, Kind.DURATION, "13小时42分"),
        ("=1+1", Kind.TEXT, "'=1+1"),
        ("平安\x1b", Kind.TEXT, "平安␛"),
    ],
)
def test_a_value_has_one_way_of_being_written(value: Value, kind: Kind, text: str) -> None:
    assert cell_text(value, kind) == text


@pytest.mark.parametrize(
    ("value", "kind"), [("三", Kind.COUNT), (2.5, Kind.COUNT), (3, Kind.TEXT), ("今天", Kind.TIME)]
)
def test_a_value_that_does_not_fit_its_column_is_a_mistake(value: Value, kind: Kind) -> None:
    with pytest.raises(TypeError):
        cell_text(value, kind)


def test_missing_numbers_are_never_zero() -> None:
    assert (percent(None), duration(None)) == ("无数据", "无数据")
    assert cell_rows(Table("表", (Column("数", Kind.COUNT),), ((None,),))) == [["无数据"]]


def test_widths_are_shares_of_the_whole() -> None:
    assert column_shares((Column("甲", width=3), Column("乙"))) == [0.75, 0.25]


def test_a_table_stands_on_one_page_only_if_it_is_small() -> None:
    columns = (Column("甲"),)
    assert Table("表", columns, (("一",),) * SHORT_TABLE).short
    assert not Table("表", columns, (("一",),) * (SHORT_TABLE + 1)).short
    assert not Table("表", columns, (("一" * (SHORT_TEXT + 1),),)).short
