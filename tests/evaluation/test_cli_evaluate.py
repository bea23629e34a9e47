"""The evaluate commands: data on stdout, narration on stderr, errors that leave with the right code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.evaluation.city import build
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.migrate import upgrade
from weibo_ops.schema import HEAD

RATIO = "单位,numerator,denominator\n甲,1,800\n乙,,4\n"


def invoke(*arguments: str, stdin: str | None = None) -> tuple[str, str]:
    from weibo_ops.cli import app

    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None:
        raise result.exception
    return result.stdout, result.stderr


@pytest.fixture
def home(tmp_path: Path) -> str:
    database = Database(f"sqlite:///{tmp_path / 'city.db'}")
    upgrade(database, HEAD)
    with database.writing() as session:
        build().store(session)
    database.close()
    return str(tmp_path)


def evaluate(home: str, *arguments: str) -> str:
    return invoke("--home", home, "--db", f"sqlite:///{home}/city.db", "evaluate", *arguments)[0]


def test_formula_from_a_file_and_from_stdin(tmp_path: Path) -> None:
    file = tmp_path / "表.csv"
    file.write_text(RATIO, encoding="gb18030")
    expected = "单位,numerator,denominator,score\n甲,1,800,0.125\n乙,,4,\n"
    assert invoke("evaluate", "formula", "ratio", "--inputs", str(file), "--format", "csv")[0] == expected
    assert invoke("evaluate", "formula", "ratio", "--inputs", "-", "--format", "csv", stdin=RATIO)[0] == expected


def test_formula_as_json_and_marks_on_stderr() -> None:
    stdin = "发博,转发,评论,点赞\n1,0,0,0\n"
    columns = "posts=发博,reposts=转发,comments=评论,likes=点赞"
    out, err = invoke(
        "evaluate", "formula", "bci-zj", "--inputs", "-", "--columns", columns, "--format", "json", stdin=stdin
    )
    assert json.loads(out) == [{"发博": "1", "转发": "0", "评论": "0", "点赞": "0", "score": 22.1807}]
    assert "仅供研判参考,不用于考核评比" in err


@pytest.mark.parametrize("name", ["没有.csv", "."])
def test_formula_without_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"不存在|文件夹"):
        invoke("evaluate", "formula", "ratio", "--inputs", str(tmp_path / name))


def test_run_list_show_why(home: str) -> None:
    run = json.loads(evaluate(home, "run", "--period", "2026Q3", "--scheme", "competitiveness", "--format", "json"))
    again = json.loads(evaluate(home, "run", "--period", "2026Q3", "--scheme", "competitiveness", "--format", "json"))
    assert run["facts_hash"] == again["facts_hash"]
    assert [row["run_id"] for row in json.loads(evaluate(home, "list", "--format", "json"))] == [2, 1]
    shown = list(csv.DictReader(io.StringIO(evaluate(home, "show", "1", "--format", "csv"))))
    assert len(shown) == 5
    assert shown[-1]["score"] == "", "no data is empty"
    why = json.loads(evaluate(home, "why", "1", shown[0]["uid"], "on_time_rate", "--format", "json"))
    assert why["value"] == pytest.approx(float(shown[0]["on_time_rate"]), abs=5e-5)
    rows = evaluate(home, "why", "1", shown[0]["uid"], "on_time", "--format", "csv").splitlines()[1:]
    assert len(rows) == why["inputs"]["on_time"]


def test_tables_are_in_chinese(home: str) -> None:
    assert "合格" in evaluate(home, "run", "--period", "2026Q3")
    table = evaluate(home, "why", "1", "虚构第1局", "due")
    assert "应答复" in table
    assert "评论id(" in table
    assert "单项否决检查" in evaluate(home, "list")
