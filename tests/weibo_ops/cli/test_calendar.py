"""``calendar working``: a table of spans recomputed, one span explained, bad input named by its place."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from weibo_ops.cli.calendar import app
from weibo_ops.kernel.errors import UsageError, WeiboOpsError
from weibo_ops.kernel.workdays import UnknownYearError

SPANS = "09:00-12:00,13:00-18:00"
TABLE = """编号,start,end,备注
1,2026-07-01 11:30:00,2026-07-01 13:30:00,午休
2,2026-02-13 17:00,2026-02-14 10:00,"调休,
周六"
3,2026/07/01 17:59:59,2026/07/02 09:00:00,秒
"""


def run(*arguments: str, stdin: bytes = b"") -> Result:
    root = typer.Typer()
    root.add_typer(app, name="calendar")
    return CliRunner().invoke(root, ["calendar", "working", *arguments], input=stdin)


def output(*arguments: str, stdin: bytes = b"") -> str:
    result = run(*arguments, stdin=stdin)
    if result.exception is not None:
        raise result.exception
    return result.stdout_bytes.decode("utf-8")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def refusal(*arguments: str, stdin: bytes = b"") -> WeiboOpsError:
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, WeiboOpsError), result.output
    assert result.stdout == ""
    return result.exception


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "spans.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


class TestFile:
    def test_csv_keeps_the_columns_and_adds_the_minutes(self, file: str) -> None:
        text = output("--file", file, "--spans", SPANS, "--format", "csv")
        assert text.startswith("编号,start,end,备注,working_minutes\n")
        assert "\r" not in text
        assert [row["working_minutes"] for row in rows(text)] == ["60.000", "120.000", "0.017"]
        originals = rows(TABLE)
        assert [{key: row[key] for key in originals[0]} for row in rows(text)] == originals

    def test_json_has_numbers(self, file: str) -> None:
        found = json.loads(output("--file", file, "--spans", SPANS, "--format", "json"))
        assert [row["working_minutes"] for row in found] == [60.0, 120.0, 0.017]
        assert found[0]["备注"] == "午休"

    def test_table_is_for_people(self, file: str) -> None:
        assert "60.000" in output("--file", file, "--spans", SPANS)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_stdin_in_the_encodings_of_the_office(self, encoding: str) -> None:
        text = output("--file", "-", "--spans", SPANS, "--format", "csv", stdin=TABLE.encode(encoding))
        assert text == output("--file", "-", "--spans", SPANS, "--format", "csv", stdin=TABLE.encode())

    def test_an_unknown_year_is_left_empty_with_a_note(self) -> None:
        table = "start,end\n2026-12-31 17:00,2027-01-04 10:00\n2026-12-31 17:00,2027-01-01 00:00\n"
        found = rows(output("--file", "-", "--spans", SPANS, "--format", "csv", stdin=table.encode()))
        assert [row["working_minutes"] for row in found] == ["", "60.000"]
        assert "2027年" in found[0]["note"]
        assert found[1]["note"] == ""

    def test_a_note_column_of_the_file_is_left_alone(self) -> None:
        table = "start,end,note\n2026-12-31 17:00,2027-01-04 10:00,mine\n"
        found = rows(output("--file", "-", "--spans", SPANS, "--format", "csv", stdin=table.encode()))
        assert found[0]["note"] == "mine"
        assert "2027年" in found[0]["note_"]

    def test_a_header_alone_gives_a_header(self) -> None:
        text = output("--file", "-", "--spans", SPANS, "--format", "csv", stdin=b"start,end\n")
        assert text == "start,end,working_minutes\n"
        assert output("--file", "-", "--spans", SPANS, stdin=b"start,end\n") == "无数据\n"

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            ("", "标准输入没有内容"),
            ("begin,end\n", "标准输入第1行表头缺少 start 列"),
            ("start,end,start\n", "第1行表头的 start 列重复"),
            ("start,end,working_minutes\n", "与结果列同名"),
            (
                "start,end\n2026-07-01 09:00,2026-07-01 10:00\n2026-07-01 09:00,昨天\n",
                "第3行 end 列:时间“昨天”无法识别",
            ),
            ("start,end\n2026-02-30 09:00,2026-07-01 10:00\n", "第2行 start 列"),
            ("start,end\n0001-01-01 00:00,2026-07-01 10:00\n", "超出范围"),
            ("start,end\n2026-07-01 09:00\n", "第2行有1列,表头有2列"),
            ("start,end\n2026-07-02 09:00,2026-07-01 10:00\n", "第2行结束时间早于开始时间"),
            ('start,end\n2026-07-02 09:00,"2026', "第2行不是完整的 CSV 行"),
        ],
    )
    def test_bad_input_is_named_by_place_and_rule(self, table: str, words: str) -> None:
        error = refusal("--file", "-", "--spans", SPANS, "--format", "csv", stdin=table.encode())
        assert error.exit_code == 2
        assert words in error.message
        assert error.next_step

    def test_an_unreadable_encoding_and_a_missing_file(self, tmp_path: Path) -> None:
        assert "编码无法识别" in refusal("--file", "-", "--spans", SPANS, stdin=b"start,end\n\xff\xff\n").message
        assert "不存在" in refusal("--file", str(tmp_path / "none.csv"), "--spans", SPANS).message


class TestSegments:
    SPAN = ("--from", "2026-09-30 11:00", "--to", "2026-10-08 09:30", "--spans", SPANS)

    def test_csv_explains_every_stretch_and_ends_with_the_total(self) -> None:
        *stretches, total = rows(output(*self.SPAN, "--format", "csv"))
        assert list(total) == ["start", "end", "counted", "minutes", "reason"]
        assert [row["start"] for row in stretches[1:]] == [row["end"] for row in stretches[:-1]]
        assert stretches[0]["start"] == "2026-09-30 11:00:00"
        assert stretches[-1]["end"] == "2026-10-08 09:30:00"
        assert {row["reason"] for row in stretches} == {"工作时段", "午休", "非工作时段", "法定节假日(国庆节)"}
        counted = sum(float(row["minutes"]) for row in stretches if row["counted"] == "true")
        assert counted == float(total["minutes"]) == 390
        assert total["counted"] == ""

    def test_json_gives_the_total_beside_the_segments(self) -> None:
        found = json.loads(output(*self.SPAN, "--format", "json"))
        assert found["working_minutes"] == 390
        assert sum(segment["minutes"] for segment in found["segments"] if segment["counted"]) == 390

    def test_table_shows_the_total(self) -> None:
        last = output(*self.SPAN).splitlines()[-1]
        assert "合计" in last
        assert "390" in last

    def test_a_span_into_an_unknown_year_is_refused(self) -> None:
        error = refusal("--from", "2026-12-31 11:00", "--to", "2027-01-02 00:00", "--spans", SPANS)
        assert isinstance(error, UnknownYearError)
        assert error.exit_code == 1


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("--from", "2026-07-01 09:00"),
            ("--to", "2026-07-01 09:00"),
            ("--file", "-", "--from", "2026-07-01 09:00"),
            ("--from", "2026-07-01 09:00", "--to", "morgen"),
            ("--from", "2026-07-02 09:00", "--to", "2026-07-01 09:00"),
        ],
    )
    def test_wrong_use_is_exit_code_2(self, arguments: tuple[str, ...]) -> None:
        assert isinstance(refusal(*arguments, "--spans", SPANS), UsageError)

    def test_bad_spans_are_named(self) -> None:
        error = refusal("--from", "2026-07-01 09:00", "--to", "2026-07-01 10:00", "--spans", "18:00-09:00")
        assert "18:00-09:00" in error.message

    def test_without_spans_the_shipped_standard_is_used_and_named(self) -> None:
        result = run("--from", "2026-07-01 00:00", "--to", "2026-07-02 00:00", "--format", "json")
        if result.exception is not None:
            raise result.exception
        assert json.loads(result.stdout)["working_minutes"] > 0
        assert "工作时段取自《" in result.stderr
