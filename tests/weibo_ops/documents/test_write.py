"""Writing: the ending chooses, the same document gives the same bytes, a file is whole or not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.weibo_ops.documents.samples import document
from weibo_ops.documents import FORMATS, render, require_format, write
from weibo_ops.documents.files import write_atomically
from weibo_ops.kernel.errors import EnvironmentFault, UsageError


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_document_gives_the_same_bytes(suffix: str) -> None:
    assert render(document("平安"), suffix) == render(document("平安"), suffix)


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf"])
def test_another_process_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    script = (
        "import sys; from tests.weibo_ops.documents.samples import document; from weibo_ops.documents import render; "
        f"sys.stdout.buffer.write(render(document('平安'), {suffix!r}))"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONUTF8": "1", "TZ": "America/Bogota"}
    made = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, check=True)
    assert made.stdout == render(document("平安"), suffix)


@pytest.mark.parametrize("name", ["月报.ofd", "月报", "月报.HTMLX", ".html"])
def test_an_unknown_ending_is_refused_with_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        write(document(), tmp_path / name)
    assert all(suffix in str(refused.value) for suffix in FORMATS)
    assert list(tmp_path.iterdir()) == []


def test_case_of_the_ending_does_not_matter() -> None:
    assert require_format(Path("月报.HTML")) == ".html"


def test_missing_folders_are_made_and_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "甲" / "乙" / "月报.txt"
    write(document("旧"), path)
    write(document("新"), path)
    assert path.read_bytes() == render(document("新"), ".txt")
    assert [file.name for file in path.parent.iterdir()] == ["月报.txt"]


@pytest.mark.parametrize("blocked", ["file as folder", "folder as file"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, blocked: str) -> None:
    if blocked == "file as folder":
        (tmp_path / "甲").write_text("不是文件夹", encoding="utf-8")
        path = tmp_path / "甲" / "月报.txt"
    else:
        path = tmp_path / "月报.txt"
        path.mkdir()
    with pytest.raises(EnvironmentFault, match=r"无法写入.*月报\.txt.*下一步"):
        write(document(), path)


def test_an_old_file_survives_a_write_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "月报.txt"
    write_atomically(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentFault):
        write_atomically(path, b"new and longer")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["月报.txt"]
