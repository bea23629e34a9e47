"""The evidence store: the same bytes once, unchanged or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from weibo_ops.kernel import vault
from weibo_ops.kernel.errors import EnvironmentFault, NotFoundError, UsageError
from weibo_ops.kernel.vault import Stored, Vault


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    file = tmp_path / "截图 1.png"
    file.write_bytes(b"\x89PNG evidence")
    return file


def test_a_file_comes_back_byte_for_byte_also_when_the_source_is_gone(tmp_path: Path, shot: Path) -> None:
    content = shot.read_bytes()
    stored = Vault(tmp_path / "evidence").put(shot)
    assert stored == Stored("截图 1.png", hashlib.sha256(content).hexdigest(), len(content))
    shot.unlink()
    assert Vault(tmp_path / "evidence").path(stored.digest).read_bytes() == content


def test_the_same_bytes_are_kept_once_and_nothing_half_written_stays(tmp_path: Path, shot: Path) -> None:
    store = Vault(tmp_path / "evidence")
    twin = tmp_path / "另一张.png"
    twin.write_bytes(shot.read_bytes())
    assert store.put(shot).digest == store.put(twin).digest
    assert len(list((tmp_path / "evidence").iterdir())) == 1


def test_a_changed_file_is_not_shown_as_evidence(tmp_path: Path, shot: Path) -> None:
    store = Vault(tmp_path / "evidence")
    stored = store.put(shot)
    (tmp_path / "evidence" / stored.digest).write_bytes(b"something else")
    with pytest.raises(NotFoundError, match="已被改动"):
        store.path(stored.digest)
    with pytest.raises(NotFoundError, match="找不到"):
        store.path("0" * 64)


def test_what_cannot_be_evidence_is_refused(tmp_path: Path, shot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Vault(tmp_path / "evidence")
    with pytest.raises(UsageError, match="无法读取"):
        store.put(tmp_path / "没有.png")
    with pytest.raises(UsageError, match="无法读取"):
        store.put(tmp_path)
    empty = tmp_path / "空.png"
    empty.touch()
    with pytest.raises(UsageError, match="是空的"):
        store.put(empty)
    monkeypatch.setattr(vault, "MAX_BYTES", 3)
    with pytest.raises(UsageError, match="超过"):
        store.put(shot)
    assert not (tmp_path / "evidence").exists()


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path, shot: Path) -> None:
    (tmp_path / "evidence").write_text("a file stands where the folder should")
    with pytest.raises(EnvironmentFault, match="无法保存"):
        Vault(tmp_path / "evidence").put(shot)
