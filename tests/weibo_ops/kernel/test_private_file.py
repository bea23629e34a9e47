"""A secret in a file: whole or not at all, and read by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from weibo_ops.kernel.errors import EnvironmentFault, RefusedError
from weibo_ops.kernel.private_file import read_private, write_private


def test_it_is_written_whole_and_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "session"
    assert read_private(file) is None
    write_private(file, "秘密")
    write_private(file, "新的")
    assert read_private(file) == "新的"
    assert [each.name for each in tmp_path.iterdir()] == ["session"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_one_that_others_could_read_is_made_private_again(tmp_path: Path) -> None:
    file = tmp_path / "session"
    file.write_text("旧的")
    file.chmod(0o666)
    mask = os.umask(0)
    try:
        write_private(file, "新的")
    finally:
        os.umask(mask)
    assert read_private(file) == "新的"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o777])
def test_one_that_others_may_reach_is_not_taken(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "session"
    write_private(file, "秘密")
    file.chmod(mode)
    with pytest.raises(RefusedError, match="可被他人读取") as refused:
        read_private(file)
    assert "秘密" not in str(refused.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_one_that_belongs_to_somebody_else_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "session"
    write_private(file, "秘密")
    os.chown(file, 12345, -1)
    with pytest.raises(RefusedError, match="属于他人"):
        read_private(file)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "session"
    (taken / "inside").mkdir(parents=True)
    for path in (taken, tmp_path / "没有" / "session"):
        with pytest.raises(EnvironmentFault, match="无法写入“session”"):
            write_private(path, "秘密")
    assert [each.name for each in tmp_path.iterdir()] == ["session"]
    assert read_private(taken) is None


def test_bytes_that_are_no_text_and_much_text_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "session"
    write_private(file, "")
    file.write_bytes(b"\xff\xfe" + b"x" * 100_000)
    text = read_private(file)
    assert text is not None
    assert len(text) <= 4096
