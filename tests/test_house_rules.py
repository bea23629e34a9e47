"""The house rules that no linter knows: each is a function of one module, proved on an example, then asked of all."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("weibo_ops", "accounts", "publishing", "sentiment", "evaluation", "tui", "config")
BUSINESS = ("accounts", "publishing", "sentiment", "evaluation")

Rule = Callable[[str, ast.Module], Iterator[int]]

OWNERS = {
    "textual": ("tui/",),
    "textual_plotext": ("tui/",),
    "typer": ("weibo_ops/cli/", "tui/"),
    "rich": ("weibo_ops/cli/", "tui/"),
    "rich.cells": ("weibo_ops/cli/", "tui/", "weibo_ops/kernel/text/"),
    "apscheduler": ("weibo_ops/worker",),
    "jieba": ("weibo_ops/kernel/text/",),
    "snownlp": ("sentiment/",),
    "httpx": ("accounts/platform/",),
}
"""Foreign package (the longest name that fits counts): the only places that may import it."""

HEAVY = {"matplotlib", "snownlp", "sklearn", "scipy", "ibis", "pandas", "docx", "typst", "jieba", "chinese_calendar"}
"""Packages that cost a noticeable part of a second: imported by the function that needs them."""


def _imports(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield (line, module, imported name or "") of every import statement anywhere in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, node.module, alias.name


def _calls(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield (line, last word of what stands before the dot or "", called name) of every call."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            yield node.lineno, "", node.func.id
        elif isinstance(node.func, ast.Attribute):
            base = node.func.value
            yield (
                node.lineno,
                base.id if isinstance(base, ast.Name) else getattr(base, "attr", ""),
                node.func.attr,
            )


def one_clock(path: str, tree: ast.Module) -> Iterator[int]:
    """The machine's time is read in the kernel's clock alone."""
    if path != "weibo_ops/kernel/clock.py":
        yield from (
            line
            for line, base, name in _calls(tree)
            if base in {"datetime", "date"} and name in {"now", "utcnow", "today"}
        )


def one_commit(path: str, tree: ast.Module) -> Iterator[int]:
    """A transaction is committed where it was opened, in the kernel's database module alone."""
    if path != "weibo_ops/kernel/db.py":
        yield from (line for line, base, name in _calls(tree) if base and name == "commit")


def sql_in_its_rooms(path: str, tree: ast.Module) -> Iterator[int]:
    """Statements are written in models, repositories, the facts and the kernel."""
    if (
        path.startswith(("weibo_ops/kernel/", "weibo_ops/migrations/"))
        or path == "evaluation/facts.py"
        or re.fullmatch(r"[a-z_/]+/(models|repository)(/\w+)*\.py", path)
    ):
        return
    statements = {"select", "insert", "update", "delete", "text", ""}
    yield from (
        line for line, module, name in _imports(tree) if module.partition(".")[0] == "sqlalchemy" and name in statements
    )


def owned_imports(path: str, tree: ast.Module) -> Iterator[int]:
    """A foreign toolkit is known to its owner alone."""
    for line, module, _ in _imports(tree):
        owned = [name for name in OWNERS if module == name or module.startswith(name + ".")]
        if owned and not path.startswith(OWNERS[max(owned, key=len)]):
            yield line


def light_imports(_path: str, tree: ast.Module) -> Iterator[int]:
    """Heavy packages are imported inside functions (or for type checking), so that every command starts at once."""
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (line for line, module, _ in _imports(statement) if module.partition(".")[0] in HEAVY)


def no_print(path: str, tree: ast.Module) -> Iterator[int]:
    """Only the command line speaks to stdout."""
    if not path.startswith("weibo_ops/cli/"):
        yield from (line for line, base, name in _calls(tree) if not base and name == "print")


def sandbox_apart(path: str, tree: ast.Module) -> Iterator[int]:
    """The stand-in for the platform knows nothing of the business that is tried against it."""
    if path.startswith("weibo_ops/sandbox"):
        yield from (line for line, module, _ in _imports(tree) if module.partition(".")[0] in BUSINESS)


EXAMPLES: dict[Rule, tuple[tuple[str, str], tuple[str, str]]] = {
    one_clock: (
        ("accounts/service.py", "import datetime as d\nd.datetime.now()"),
        ("accounts/service.py", "clock.now()"),
    ),
    one_commit: (
        ("sentiment/repository.py", "self.session.commit()"),
        ("weibo_ops/kernel/db.py", "session.commit()"),
    ),
    sql_in_its_rooms: (
        ("publishing/service.py", "from sqlalchemy import select"),
        ("sentiment/repository/comments.py", "from sqlalchemy import select"),
    ),
    owned_imports: (
        ("weibo_ops/kernel/text/words.py", "def f():\n    from rich.table import Table"),
        ("weibo_ops/kernel/text/layout.py", "from rich.cells import cell_len"),
    ),
    light_imports: (
        ("sentiment/bench.py", "from sklearn.metrics import f1_score"),
        ("sentiment/bench.py", "def f():\n    from sklearn.metrics import f1_score"),
    ),
    no_print: (
        ("weibo_ops/demo.py", "print('x')"),
        ("weibo_ops/cli/demo.py", "print('x')"),
    ),
    sandbox_apart: (
        ("weibo_ops/sandbox/app.py", "from publishing.enums import PostState"),
        ("weibo_ops/sandbox/app.py", "from weibo_ops.kernel import ids"),
    ),
}
RULES = pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.__name__)


@RULES
def test_the_rule_tells_wrong_from_right(rule: Rule) -> None:
    (bad_path, bad), (good_path, good) = EXAMPLES[rule]
    assert list(rule(bad_path, ast.parse(bad)))
    assert not list(rule(good_path, ast.parse(good)))


@RULES
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    broken = []
    for file in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        broken += [f"{path}:{line}" for line in rule(path, ast.parse(file.read_text("utf-8"), path))]
    assert not broken, f"{rule.__doc__} Broken at: {', '.join(broken)}"


# The names are joined from parts so that this file keeps its own rule.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "deb.debian" + ".org",
    "hugging" + "face.co",
    "ana" + "conda.org",
    "edu" + ".cn/simple",
    "com" + "/pypi/simple",
)
PATHS = (r"(?<![\w.])/(?:work|farm|root|Users)\b/?", r"(?<![\w.])/home/\w", r"\b[A-Z]:\\+Users")
FORBIDDEN = re.compile("|".join([*map(re.escape, HOSTS), *PATHS]))


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [
        ("https://files.python" + "hosted.org/packages/x.whl", True),
        ("cd /wo" + "rk/main", True),
        ("open('/ro" + "ot/x')", True),
        ("https://example.invalid/network/work", False),
        ("network/work, ../shared/data, /usr/bin", False),
    ],
)
def test_the_pattern_tells_a_machine_from_a_word(line: str, forbidden: bool) -> None:
    assert bool(FORBIDDEN.search(line)) is forbidden


def test_no_tracked_file_names_a_download_host_or_a_machine_path() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a git checkout")
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        file = ROOT / name
        if file.is_file():
            lines = file.read_bytes().decode("utf-8", "replace").splitlines()
            found += [f"{name}:{number}" for number, line in enumerate(lines, 1) if FORBIDDEN.search(line)]
    assert not found


def test_ci_proves_the_very_commands_that_the_readme_gives() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    given = set(re.findall(r"^make \w+", readme, re.M))
    assert {"make demo", "make test"} <= given
    assert all(re.search(rf"^stage {command}$", ci, re.M) for command in ("make demo", "make test", "make check"))
