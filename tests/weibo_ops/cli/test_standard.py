"""``standard``: the books in force are listed, shown, and any text is checked with every problem named by its place."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from config.loader import load_named, shipped, shipped_names
from tests.office import delivered
from weibo_ops.cli.standard import app
from weibo_ops.kernel.errors import NotFoundError, UsageError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(*arguments: str, home: Path | None = None) -> Result:
    root = typer.Typer()

    @root.callback()
    def options(context: typer.Context) -> None:
        context.obj = {"home": str(home) if home else None, "db": None}

    root.add_typer(app, name="standard")
    return CliRunner().invoke(root, ["standard", *arguments])


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The shipped response book with a misspelt key, a word for a truth value and an id used twice."""
    text = shipped("response").text
    for right, other in (
        ('title = "举报"', 'titel = "举报"'),
        ("due = true", 'due = "是"'),
        ('id = "nature.help"', 'id = "nature.report"'),
    ):
        text = text.replace(right, other, 1)
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_list_names_every_book_with_what_pins_a_judgement(home: Path) -> None:
    result = run("list", "--format", "csv", home=home)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["book"] for row in rows] == list(shipped_names())
    for row in rows:
        loaded = shipped(row["book"])
        assert row["digest"] == loaded.digest
        assert row["version"] == loaded.book.version
        assert row["effective_from"] == loaded.book.effective_from.isoformat()
        assert row["origin"] == loaded.origin
        assert row["state"] == "已安装"
        assert row["in_force"] == "true"


def test_of_several_texts_the_one_in_force_today_is_marked(home: Path) -> None:
    text = shipped("response").text
    edited = load_named("response", text + "# 本单位\n", origin="response.toml")
    later = load_named("response", text.replace("= 2020-01-01", "= 9000-01-01"), origin="response.toml")
    for ours in (later, edited):
        with delivered(ours):
            listed = json.loads(run("list", "--format", "json", home=home).stdout)
    marked = [(row["digest"], row["in_force"]) for row in listed if row["book"] == "response"]
    assert marked == [(edited.digest, True), (later.digest, False)]


def test_the_table_is_for_people(home: Path) -> None:
    assert "网民评论应答标准" in run("list", home=home).stdout


@pytest.mark.parametrize("name", shipped_names())
def test_what_is_shown_passes_the_check(name: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(run("show", name).stdout, encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 0
    assert "通过" in result.stdout
    assert shipped(name).digest in result.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("response", "minutes = 180", "minutes = 60", "合计140分钟,超过“3小时内首次响应”的答复时限60分钟"),
        (
            "approval",
            "minutes = 60, remind_minutes = 20",
            "minutes = 200, remind_minutes = 20",
            "合计280分钟,超过“3小时内首次响应”的答复时限180分钟",
        ),
    ],
)
def test_chains_that_cannot_keep_promises_are_told_with_figures_and_clauses(
    name: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "ours.toml"
    text = shipped(name).text
    path.write_text(text, encoding="utf-8")
    assert "注意" not in run("check", str(path)).stderr
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    for fmt in ("table", "json"):
        result = run("check", str(path), "--format", fmt)
        assert result.exit_code == 0
        (told,) = [line for line in result.stderr.splitlines() if line.startswith("注意:")]
        assert f"审批链“重要答复”(重要答复)各环节时限{said},用足时限必然逾期" in told
        assert "依据:本程序默认标准:涉及稳定、法律、领导、数字的答复" in told
        assert "网民诉求3小时内受理回应" in told


def test_every_problem_is_listed_with_file_line_and_key(wrong: Path) -> None:
    result = run("check", str(wrong), "--format", "csv")
    assert result.exit_code == 2
    found = {(row["line"], row["key"]): row["message"] for row in csv.DictReader(io.StringIO(result.stdout))}
    lines = wrong.read_text("utf-8").split("\n")
    at = {
        "titel": lines.index('titel = "举报"') + 1,
        "due": lines.index('due = "是"') + 1,
        "id": [number for number, line in enumerate(lines, 1) if line == 'id = "nature.report"'][1],
    }
    assert "是否为“title”" in found[str(at["titel"]), "natures[1].titel"]
    assert "true 或 false" in found[str(at["due"]), "natures[1].due"]
    assert "重复" in found[str(at["id"]), "natures[2].id"]
    assert any(key == "natures[1].title" and "缺少" in message for (_, key), message in found.items())
    assert len(found) == 4


def test_json_and_table_tell_the_same(wrong: Path) -> None:
    table, listed = run("check", str(wrong)), run("check", str(wrong), "--format", "json")
    assert table.exit_code == listed.exit_code == 2
    for problem in json.loads(listed.stdout):
        assert problem["file"] == "ours.toml"
        assert problem["message"] in table.stdout


def test_no_problem_is_an_empty_list_for_scripts(tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(shipped("subjects").text, encoding="utf-8")
    result = run("check", str(path), "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "缺少这一项"),
        ('# 本单位\nbook = "respnse"\n', 2, "是否为“response”"),
        ('book = "response"\ntitle = "应答\n', 2, ""),
    ],
)
def test_a_text_that_does_not_say_which_book_or_is_broken(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    result = run("check", str(path), "--format", "json")
    problem = json.loads(result.stdout)[0]
    assert result.exit_code == 2
    assert problem["line"] == line
    assert words in problem["message"]


def test_the_book_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(shipped("subjects").text, encoding="utf-8")
    assert run("check", str(path), "--book", "subjects").exit_code == 0
    assert run("check", str(path), "--book", "response").exit_code == 2


def test_a_missing_file_a_binary_file_and_an_unknown_book_are_named(tmp_path: Path) -> None:
    binary = tmp_path / "scan.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for arguments, kind in (
        (["check", str(tmp_path / "none.toml")], UsageError),
        (["check", str(tmp_path)], UsageError),
        (["check", str(binary)], UsageError),
        (["show", "respnse"], NotFoundError),
    ):
        error = run(*arguments).exception
        assert isinstance(error, kind)
        assert error.next_step
        assert str(tmp_path) not in str(error)


def test_the_command_is_light_to_import() -> None:
    code = "import sys, typer; import weibo_ops.cli.standard; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"config.loader", "pydantic", "sqlalchemy"} & set(done.stdout.split())
