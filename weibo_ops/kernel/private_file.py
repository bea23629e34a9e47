"""A small secret in a file that only its owner may read."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from weibo_ops.kernel.errors import EnvironmentFault, RefusedError

MODE = stat.S_IRUSR | stat.S_IWUSR


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600; it appears whole or not at all.

    Raises:
        EnvironmentFault: it cannot be written.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        half.replace(path)
    except OSError as fault:
        with suppress(OSError):
            half.unlink()
        raise EnvironmentFault(f"无法写入“{path.name}”文件。", next_step="请检查工作目录的空间和权限。") from fault


def read_private(path: Path) -> str | None:
    """Return the text of a private file; None where there is none.

    Raises:
        RefusedError: others may read it, or it belongs to somebody else.
    """
    try:
        with path.open("rb") as stream:
            state = os.fstat(stream.fileno())
            if os.name == "posix" and (stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid != os.getuid()):
                raise RefusedError(
                    f"“{path.name}”文件可被他人读取或属于他人,未予采用。",
                    next_step="请运行 weibo-ops logout 后重新登录。",
                )
            return stream.read(4096).decode("utf-8", "replace").strip()
    except OSError:
        return None
