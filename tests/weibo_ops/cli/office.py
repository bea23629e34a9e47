"""An office on its first day, for tests of people: an administrator who is signed in, and how others get there."""

from __future__ import annotations

from pathlib import Path

from tests.weibo_ops.cli.terminal import run

OFFICE = "云麓市人民政府办公室"
SECRET, FIRST = "correct horse 9", "temporary 12"


def first_day(folder: Path) -> Path:
    """Make a home with an administrator who is signed in."""
    words = ["init", "--login", "admin", "--name", "王管理", "--unit", OFFICE]
    assert run(*words, home=folder, stdin=SECRET.encode()).code == 0
    sign_in(folder, "admin")
    return folder


def add(home: Path, login: str, *roles: str, more: tuple[str, ...] = ()) -> None:
    """Register somebody, with a password that they must change."""
    words = [word for role in roles for word in ("--role", role)]
    assert run("staff", "add", login, "--name", login, "--unit", OFFICE, *words, *more, home=home).code == 0
    assert run("staff", "password", login, home=home, stdin=FIRST.encode()).code == 0


def own_password(home: Path, login: str) -> None:
    """Sign in for the first time and choose a password of one's own."""
    assert run("login", login, home=home, stdin=FIRST.encode()).code == 0
    assert run("passwd", home=home, stdin=f"{FIRST}\n{SECRET}".encode()).code == 0
    sign_in(home, login)


def sign_in(home: Path, login: str) -> None:
    """Sign in with one's own password."""
    done = run("login", login, home=home, stdin=SECRET.encode())
    assert done.code == 0, done.err
