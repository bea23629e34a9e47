"""A command starts at once: what it does not need, it does not import. Each case is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "textual",
    "matplotlib",
    "snownlp",
    "sklearn",
    "ibis",
    "scipy",
    "pandas",
    "docx",
    "typst",
    "jieba",
    "chinese_calendar",
}
EVERY_MODULE = """
import importlib, pkgutil
names = "weibo_ops accounts publishing sentiment evaluation config".split()
for package in map(importlib.import_module, names):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.startswith(("weibo_ops.migrations.", "weibo_ops.__main__")):
            importlib.import_module(found.name)
"""


def _imported(*arguments: str) -> set[str]:
    """Run Python and return the top-level names of every module that it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    imports = {line for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode == 0, "\n".join(line for line in done.stderr.splitlines() if line not in imports)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in imports}


def test_help_imports_nothing_heavy_and_no_database() -> None:
    imported = _imported("-m", "weibo_ops", "--help")
    assert "typer" in imported
    assert not imported & (HEAVY | {"sqlalchemy", "alembic", "numpy", "httpx"})


def test_no_module_below_the_screens_imports_heavy_packages_when_loaded() -> None:
    imported = _imported("-c", EVERY_MODULE)
    assert {"sentiment", "sqlalchemy"} <= imported
    assert not imported & HEAVY
