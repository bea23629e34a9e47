"""What people install: one wheel that holds all of the program and nothing else, and requirements that are locked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"weibo_ops", "accounts", "publishing", "sentiment", "evaluation", "tui", "config"}


def _declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def _locked(name: str) -> dict[str, set[str]]:
    """Return package → the ``version ; marker`` lines of a requirements file; every one of them must carry a hash."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    pins: dict[str, set[str]] = {}
    for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ")):
        line = re.sub(r"\s*#.*", "", entry)
        head, _, hashes = line.partition("--hash=")
        assert hashes.startswith("sha256:"), f"no hash: {entry}"
        package, _, pin = head.partition("==")
        pins.setdefault(canonicalize_name(package.strip()), set()).add(pin.strip())
    return pins


def test_the_lock_covers_what_the_project_declares_and_both_files_agree() -> None:
    base, dev = _locked("base.txt"), _locked("dev.txt")
    for requirement in _declared():
        pins = base.get(canonicalize_name(requirement.name), set())
        assert pins, f"{requirement.name} is not locked: run make lock"
        assert all(pin.partition(" ;")[0].strip() in requirement.specifier for pin in pins), (
            f"{requirement} is locked to {pins}"
        )
    assert {name: dev.get(name) for name in base} == base


def test_the_lock_names_no_address() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"://|^-", file.read_text("utf-8"), re.M), f"{file.name} names an index or an address"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel alone was installed."""
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(site)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return site


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that holds a ``config`` of its own, as people's folders do."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").write_text("raise RuntimeError('somebody else’s config')", "utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_wheel_holds_the_seven_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert not [name for name in names if "/tests/" in name]
    listing = subprocess.run(["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a git checkout")
    tracked = {name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()}
    assert tracked - names == set()
    for kind in (".toml", ".mako", "weibo_ops/migrations/versions/0001_the_first_schema.py", "py.typed"):
        assert any(name.endswith(kind) for name in names), f"no {kind} in the wheel"


@pytest.mark.slow
def test_the_installed_program_answers_from_a_folder_with_a_config_of_its_own(installed: Path, elsewhere: Path) -> None:
    done = _run([str(installed / "bin" / "weibo-ops"), "--help"], installed, elsewhere)
    assert "import" in done.stdout


@pytest.mark.slow
def test_the_installed_program_finds_its_own_books_and_migrations(installed: Path, elsewhere: Path) -> None:
    code = """
import config, weibo_ops.schema
from config.loader import shipped
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.migrate import upgrade
upgrade(Database("sqlite:///fresh.db"), weibo_ops.schema.HEAD)
print(config.__file__, shipped("response").digest)
"""
    done = _run([sys.executable, "-P", "-c", code], installed, elsewhere)
    assert done.stdout.startswith(str(installed))
    assert (elsewhere / "fresh.db").stat().st_size > 0


def _run(command: list[str], site: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1", "WEIBO_OPS_HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done
