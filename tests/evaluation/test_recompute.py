"""A table recomputed: nothing lost, nothing guessed, every refusal with file, line and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.evaluation import EvaluationBook
from evaluation.recompute import find_scheme, parse_columns, read_table, scored_rows
from weibo_ops.kernel.errors import UsageError

WORKED = {
    "renmin_city_competitiveness_2023Q3.csv": (
        "competitiveness",
        "传播力=chuanbo_传播力,服务力=fuwu_服务力,互动力=hudong_互动力",
        "index_竞争力指数_published",
        0.01,
    ),
    "percent_metrics_bulletins.csv": ("ratio", "", "recomputed_pct", 0.0001),
}


def recompute(book: EvaluationBook, scheme: str, text: str | bytes, columns: str = "") -> list[dict[str, object]]:
    data = text.encode() if isinstance(text, str) else text
    return scored_rows(book, find_scheme(book, scheme), read_table(data, "表.csv"), parse_columns(columns))


def scores(book: EvaluationBook, scheme: str, text: str | bytes, columns: str = "") -> list[object]:
    return [row["score"] for row in recompute(book, scheme, text, columns)]


@pytest.mark.parametrize("name", WORKED)
def test_published_tables_come_out_again(book: EvaluationBook, shared: Path, name: str) -> None:
    scheme, columns, published, tolerance = WORKED[name]
    data = (shared / "data" / "worked_examples" / name).read_bytes()
    rows = recompute(book, scheme, data, columns)
    assert rows
    for row in rows:
        assert float(str(row["score"])) == pytest.approx(float(str(row[published])), abs=tolerance + 1e-9)


def test_other_columns_pass_through_unchanged_and_in_order(book: EvaluationBook) -> None:
    text = '市,denominator,备注,numerator\n甲,8,"a,\n b ",1\n乙, 4 ,=1+1,\n'
    first, second = recompute(book, "ratio", text)
    assert list(first) == ["市", "denominator", "备注", "numerator", "score"]
    assert first == {"市": "甲", "denominator": "8", "备注": "a,\n b ", "numerator": "1", "score": 12.5}
    assert second == {"市": "乙", "denominator": " 4 ", "备注": "=1+1", "numerator": "", "score": None}


def test_no_data_is_empty_never_zero(book: EvaluationBook) -> None:
    assert scores(book, "ratio", "numerator,denominator\n0,5\n3,0\n,5\n无数据,5\n0,0\n") == [0, None, None, None, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_office_software(book: EvaluationBook, encoding: str) -> None:
    text = "城市,传播力,服务力,互动力\r\n某市,100,100,100\r\n".encode(encoding)
    assert recompute(book, "competitiveness", text)[0] == {
        "城市": "某市",
        "传播力": "100",
        "服务力": "100",
        "互动力": "100",
        "score": 100,
    }


def test_full_width_signs_in_columns() -> None:
    assert parse_columns("传播力=a,服务力＝b, 互动力 = c") == {"传播力": "a", "服务力": "b", "互动力": "c"}
    assert parse_columns("") == {}


HEAD = "numerator,denominator,x\n"


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        (HEAD + "1,2,\nabc,2,\n", "", ("第3行", "numerator", "abc", "不是数字")),
        (HEAD + '1,2,"a\nb"\n-1,2,\n', "", ("第4行", "-1", "负数")),
        (HEAD + "nan,2,\n", "", ("第2行", "不是数字")),
        (HEAD + "1,inf,\n", "", ("denominator", "不是数字")),
        (HEAD + "1e999,2,\n", "", ("1e999", "范围")),
        (HEAD + "1_000,2,\n", "", ("1_000", "不是数字")),
        (HEAD + "１２,2,\n", "", ("１２", "不是数字")),
        (HEAD + "95%,2,\n", "", ("95%", "不是数字")),
        (HEAD + "1,2\n", "", ("第2行", "2列", "3列")),
        (HEAD + "1,2,,4\n", "", ("第2行", "4列")),
        (HEAD + '1,2,"open\n', "", ("第2行", "CSV")),
        ("numerator,total\n1,2\n", "", ("denominator", "--columns", "total")),
        ("numerator,denominator\n", "denominatr=x", ("denominatr", "是否为“denominator”")),
        ("numerator,denominator\n", "denominator", ("不成对",)),
        ("numerator,denominator\n", "numerator=x,denominator=x", ("重复",)),
        ("numerator,denominator,score\n1,2,3\n", "", ("score", "改名")),
        ("numerator,numerator\n", "", ("numerator", "重复")),
        ("", "", ("空的",)),
        ("\n\n", "", ("空的",)),
        (b"\xff\xfe1,2\n", "", ("编码",)),
    ],
)
def test_bad_input_gets_one_clear_sentence(
    book: EvaluationBook, text: str | bytes, columns: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError) as caught:
        recompute(book, "ratio", text, columns)
    assert caught.value.exit_code == 2
    assert caught.value.next_step
    for word in words:
        assert word in str(caught.value)


def test_unknown_scheme_offers_the_nearest(book: EvaluationBook) -> None:
    with pytest.raises(UsageError, match="competitiveness"):
        find_scheme(book, "competitivness")


def test_a_scheme_without_formula_says_where_to_go(book: EvaluationBook) -> None:
    with pytest.raises(UsageError, match="evaluate run"):
        recompute(book, "basic", "posts\n1\n")


def test_header_alone_gives_no_rows(book: EvaluationBook) -> None:
    assert recompute(book, "ratio", "numerator,denominator\n\n") == []


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=8), st.randoms())
def test_each_row_stands_alone(book: EvaluationBook, pairs: list[tuple[int, int]], random: object) -> None:
    def text(chosen: list[tuple[int, int]]) -> str:
        return "numerator,denominator\n" + "".join(f"{a},{b}\n" for a, b in chosen)

    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(map(str, scores(book, "ratio", text(pairs)))) == sorted(
        map(str, scores(book, "ratio", text(shuffled)))
    )
