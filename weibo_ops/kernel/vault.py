"""The evidence store: files kept by what they contain, so that what was signed for can be shown unchanged."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from weibo_ops.kernel.errors import EnvironmentFault, NotFoundError, UsageError

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Stored:
    """A file in the store: the name it came with, the SHA-256 of its bytes, its size in bytes."""

    name: str
    digest: str
    size: int


class Vault:
    """A folder of files named by their digest; nothing in it is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: Path) -> Stored:
        """Copy a file into the store; the same bytes are kept once.

        Raises:
            UsageError: there is no such file, it is empty, or it is larger than 50 MiB.
            EnvironmentFault: the store cannot be written.
        """
        try:
            if source.stat().st_size > MAX_BYTES:
                raise UsageError(f"文件“{source.name}”超过50 MB。", next_step="请压缩后再附上。")
            content = source.read_bytes()
        except OSError:
            raise UsageError(f"文件“{source.name or source}”无法读取。", next_step="请核对文件的位置。") from None
        if not content:
            raise UsageError(f"文件“{source.name}”是空的。", next_step="请核对后再附上。")
        stored = Stored(source.name, hashlib.sha256(content).hexdigest(), len(content))
        target = self._folder / stored.digest
        if target.is_file():
            return stored
        half = self._folder / f".{stored.digest}.{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            half.replace(target)
        except OSError as fault:
            raise EnvironmentFault("证据文件无法保存。", next_step="请检查工作目录的空间和权限。") from fault
        return stored

    def path(self, digest: str) -> Path:
        """Return where a file lies, after proving that its bytes are still those that were stored.

        Raises:
            NotFoundError: it is not there, or it was changed.
        """
        target = self._folder / digest
        try:
            content = target.read_bytes()
        except OSError:
            raise NotFoundError(f"找不到校验码为 {digest[:12]} 的文件。") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotFoundError(f"校验码为 {digest[:12]} 的文件已被改动。", next_step="请从备份恢复。")
        return target
