"""``sentiment``: texts are scored and explained, models trained and measured; no home or database is needed."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sentiment.scoring import LABELS, WEIGHTS, load_scorer
from tests.sentiment.scoring.made import few_civic_sentences, made, write
from weibo_ops.cli.sentiment import app
from weibo_ops.kernel.errors import WeiboOpsError

PINNED = ["n", "accuracy", "macro_f1", "ece", "texts_per_second", "load_seconds"]
COMPLAINT, THANKS = "路灯坏了半个月没人修", "路灯修好了,谢谢"


@pytest.fixture(scope="module", autouse=True)
def soon_learned() -> Iterator[None]:
    """Few of our own sentences are enough here."""
    with few_civic_sentences():
        yield


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder and a home that nothing may be put into."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("WEIBO_OPS_HOME", str(folder / "home"))
    monkeypatch.setattr("sentiment.scoring.bench._TIMED_SECONDS", 0)
    return folder


def run(*arguments: str, stdin: bytes = b"") -> Result:
    root = typer.Typer()
    root.add_typer(app, name="sentiment")
    return CliRunner().invoke(root, ["sentiment", *arguments], input=stdin)


def output(*arguments: str, stdin: bytes = b"") -> str:
    result = run(*arguments, stdin=stdin)
    if result.exception is not None:
        raise result.exception
    return result.stdout_bytes.decode("utf-8")


def refusal(*arguments: str, stdin: bytes = b"") -> WeiboOpsError:
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, WeiboOpsError), result.output
    assert result.stdout == ""
    assert result.exception.next_step
    return result.exception


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


class TestScore:
    def test_json_gives_label_probabilities_doubt_and_reasons(self) -> None:
        first, second = json.loads(output("score", COMPLAINT, THANKS, "--format", "json"))
        assert (first["number"], first["text"], first["label"]) == (1, COMPLAINT, "negative")
        assert second["label"] == "positive"
        assert sum(first[label] for label in LABELS) == pytest.approx(1, abs=2e-4)
        assert first["uncertain"] is False
        strengths = [abs(one["negative"]) for one in first["reasons"]]
        assert strengths == sorted(strengths, reverse=True)
        assert len(strengths) == 8

    def test_csv_has_one_line_per_text(self) -> None:
        first, second = rows(output("score", COMPLAINT, THANKS, "--format", "csv", "--top", "2"))
        assert list(first) == ["number", "text", "label", "uncertain", *LABELS, "reasons"]
        assert (first["label"], second["label"]) == ("negative", "positive")
        assert first["reasons"].count(";") == 1

    def test_the_table_is_in_chinese_and_explains_a_single_text(self) -> None:
        text = output("score", COMPLAINT)
        assert "负面" in text
        assert "片段" in text
        assert "不计入考核" in run("score", COMPLAINT).stderr
        several = output("score", COMPLAINT, THANKS)
        assert "主要依据" in several
        assert "主要依据" not in output("score", COMPLAINT, THANKS, "--top", "0")

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_a_file_and_standard_input_have_a_text_per_line(self, nowhere: Path, end: str) -> None:
        content = ("\ufeff" + end.join([COMPLAINT, "", THANKS, "  "])).encode()
        path = nowhere.parent / "texts.txt"
        path.write_bytes(content)
        answers = [
            output("score", "--file", str(path), "--format", "csv"),
            output("score", "--file", "-", "--format", "csv", stdin=content),
            output("score", "--format", "csv", stdin=content),
        ]
        assert len(set(answers)) == 1
        assert [(row["number"], row["text"]) for row in rows(answers[0])] == [("1", COMPLAINT), ("3", THANKS)]

    @pytest.mark.parametrize(
        "text",
        ["", " ", "好" * 12_000, "\x00\x1b[31m坏\x07", "\udcff坏", "😡👨‍👩‍👧", "\u202e坏", "=1+1", "-坏\t好\n真"],
    )
    @pytest.mark.parametrize("fmt", ["table", "json", "csv"])
    def test_every_text_is_scored_and_shown_harmless(self, text: str, fmt: str) -> None:
        shown = output("score", "--format", fmt, "--", text)
        assert "\x1b" not in shown
        assert "\x00" not in shown
        if fmt == "json":
            assert json.loads(shown)[0]["text"] == text
        if fmt == "csv":
            assert not rows(shown)[0]["text"].startswith(("=", "-"))
        if fmt == "table":
            assert max(map(len, shown.splitlines())) < 200

    def test_our_own_weights_can_be_used(self, trained: Path) -> None:
        arguments = ("score", "东岸路灯坏了没人管", "--weights", str(trained), "--format", "json")
        assert json.loads(output(*arguments))[0]["label"] == "negative"

    def test_bad_input_is_named_by_place_and_rule(self, nowhere: Path) -> None:
        error = refusal("score", stdin=f"{THANKS}\n".encode() + b"\xff\n")
        assert (error.exit_code, "第2行不是 UTF-8" in error.message) == (2, True)
        assert "没有可判别的文字" in refusal("score", stdin=b"\n \r\n").message
        assert "不存在" in refusal("score", "--file", "none.txt").message
        assert refusal("score", "好", "--file", "-").exit_code == 2
        (nowhere.parent / "x.npz").write_bytes(b"PK")
        assert refusal("score", "好", "--weights", str(nowhere.parent / "x.npz")).exit_code == 3

    def test_nothing_is_made_on_the_way(self, nowhere: Path) -> None:
        output("score", COMPLAINT)
        assert list(nowhere.iterdir()) == []


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write(folder, made("town_train", 120))
    write(folder, made("town_validation", 30, seed=3))
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "ours.npz"
    output("train", "--data", str(data), "--out", str(out), "--format", "json")
    return out


class TestTrain:
    def test_it_writes_weights_and_card_and_prints_figures(self, data: Path, tmp_path: Path) -> None:
        out = tmp_path / "ours.npz"
        shipped = WEIGHTS.read_bytes()
        result = run("train", "--data", str(data), "--out", str(out), "--format", "csv")
        row, ours = rows(result.stdout)
        assert (row["name"], row["n"]) == ("town_validation", "30")
        assert ours["name"] == "civic_held_out"
        assert float(row["macro_f1"]) > 0.8
        assert load_scorer(out).digest in (tmp_path / "MODEL_CARD.md").read_text("utf-8")
        assert str(out) in result.stderr
        assert WEIGHTS.read_bytes() == shipped

    def test_again_it_writes_the_same_bytes(self, data: Path, trained: Path, tmp_path: Path) -> None:
        output("train", "--data", str(data), "--out", str(tmp_path / "again.npz"))
        assert (tmp_path / "again.npz").read_bytes() == trained.read_bytes()

    def test_without_validation_files_it_says_that_its_own_sentences_alone_were_measured(self, tmp_path: Path) -> None:
        write(tmp_path, made("town_train", 60))
        result = run("train", "--data", str(tmp_path), "--out", str(tmp_path / "x.npz"), "--format", "csv")
        assert [row["name"] for row in rows(result.stdout)] == ["civic_held_out"]
        assert "只在自带的留出例句上" in result.stderr

    def test_wrong_use_is_refused_before_anything_is_written(self, data: Path, tmp_path: Path) -> None:
        for out in ("notes.md", "none/x.npz"):
            assert refusal("train", "--data", str(data), "--out", str(tmp_path / out)).exit_code == 2
        assert refusal("train", "--data", str(tmp_path), "--out", str(tmp_path / "x.npz")).exit_code == 2
        assert list(tmp_path.glob("*.npz")) == []
        assert run("train").exit_code == 2

    def test_without_the_extra_the_environment_is_at_fault(
        self, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "scipy", None)
        error = refusal("train", "--data", str(data), "--out", str(tmp_path / "x.npz"))
        assert error.exit_code == 3
        assert "weibo-ops[train]" in error.next_step


class TestBench:
    @pytest.fixture
    def file(self, data: Path) -> str:
        return str(data / "town_validation.tsv")

    def test_json_is_one_object_with_the_pinned_keys(self, file: str) -> None:
        found = json.loads(output("bench", "--data", file, "--format", "json"))
        assert list(found) == PINNED
        assert found["n"] == 30
        assert 0 <= found["ece"] <= 1
        assert found["texts_per_second"] > 0

    def test_csv_and_table_have_the_same_figures(self, file: str) -> None:
        (row,) = rows(output("bench", "--data", file, "--format", "csv"))
        assert list(row) == PINNED
        assert "宏平均F1" in output("bench", "--data", file)

    def test_our_own_weights_can_be_measured(self, file: str, trained: Path) -> None:
        found = json.loads(output("bench", "--data", file, "--weights", str(trained), "--format", "json"))
        assert found["macro_f1"] > 0.8

    def test_snownlp_is_measured_by_the_same_keys(self, tmp_path: Path) -> None:
        path = write(tmp_path, made("few", 6))
        found = json.loads(output("bench", "--data", str(path), "--engine", "snownlp", "--format", "json"))
        assert list(found) == PINNED

    def test_cross_validation_adds_how_it_was_dealt(self, file: str) -> None:
        arguments = ("--folds", "3", "--repeats", "2", "--group", "near-duplicates", "--format", "json")
        found = json.loads(output("bench", "--data", file, *arguments))
        assert list(found) == [*PINNED, "cross_validation"]
        dealt = found["cross_validation"]
        assert (dealt["folds"], dealt["repeats"], dealt["group"]) == (3, 2, "near-duplicates")
        assert len(dealt["macro_f1_of_repeats"]) == 2
        assert dealt["groups"] <= 30

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--engine", "textblob"),
            ("--repeats", "2"),
            ("--group", "near-duplicates"),
            ("--folds", "1"),
            ("--folds", "31"),
            ("--folds", "3", "--repeats", "0"),
            ("--folds", "3", "--group", "authors"),
            ("--folds", "3", "--weights", "x.npz"),
            ("--engine", "snownlp", "--weights", "x.npz"),
        ],
    )
    def test_wrong_use_is_exit_code_2(self, file: str, arguments: Sequence[str]) -> None:
        assert refusal("bench", "--data", file, *arguments).exit_code == 2

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "没有内容"),
            ("negative\t坏\nno tab\n".encode(), "第2行不是"),
            ("negative\t坏\n好\t好\n".encode(), "第2行的标签“好”不认识"),
            (b"negative\tx\nneutral\t\xff\n", "第2行不是 UTF-8"),
            ("neutral\t一\nneutral\t二\n".encode(), "只有 neutral 一种标签"),
        ],
    )
    def test_a_hostile_file_is_refused_by_place_and_rule(self, tmp_path: Path, content: bytes, words: str) -> None:
        path = tmp_path / "hostile.tsv"
        path.write_bytes(content)
        error = refusal("bench", "--data", str(path))
        assert error.exit_code == 2
        assert words in error.message

    def test_marks_and_line_ends_change_nothing(self, tmp_path: Path) -> None:
        part = made("plain", 24)
        plain = write(tmp_path, part)
        other = tmp_path / "other.tsv"
        other.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes().replace(b"\n", b"\r\n"))
        first, second = (
            json.loads(output("bench", "--data", str(path), "--format", "json")) for path in (plain, other)
        )
        assert [first[key] for key in PINNED[:4]] == [second[key] for key in PINNED[:4]]


@pytest.mark.parametrize(("name", "macro_f1"), [("epidemic_validation", 0.74), ("general_validation", 0.80)])
def test_the_shipped_weights_do_what_the_card_says(shared: Path, name: str, macro_f1: float) -> None:
    path = shared / "data" / "sentiment" / f"{name}.tsv"
    found = json.loads(output("bench", "--data", str(path), "--format", "json"))
    assert found["macro_f1"] >= macro_f1
    assert found["ece"] <= 0.05
    row = f"| `{name}` | {found['n']:,} | {found['accuracy']:.3f} | {found['macro_f1']:.3f} | {found['ece']:.3f} |"
    assert row in WEIGHTS.with_name("MODEL_CARD.md").read_text("utf-8")
