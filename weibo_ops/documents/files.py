"""Put bytes into a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from threading import get_ident

from weibo_ops.kernel.errors import EnvironmentFault


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part; missing folders are made.

    Raises:
        EnvironmentFault: the place cannot be written.
    """
    beside = path.with_name(f".{os.getpid()}-{get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as fault:
        raise EnvironmentFault(
            f"无法写入“{path}”。", next_step="请检查位置是否可写、磁盘是否已满,或用 --out 指定其他位置。"
        ) from fault
