"""The log: JSON lines in a file, for developers; never a citizen's text, a password or a word-list hit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from weibo_ops.kernel.errors import EnvironmentFault


@contextmanager
def open_log(path: Path, level: str = "INFO") -> Iterator[Any]:
    """Yield a structlog logger that appends JSON lines to ``path``; its folder is made when missing.

    Raises:
        EnvironmentFault: the file cannot be written.
    """
    import logging

    import structlog

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a", encoding="utf-8")
    except OSError as fault:
        raise EnvironmentFault(f"无法写入日志“{path}”。", next_step="请检查其位置是否可写。") from fault
    with stream:
        yield structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        )
