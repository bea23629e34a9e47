"""The newsroom at the command line: who sits at the terminal is said with each command, on the newsroom's clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.office import actor_of
from tests.publishing.newsroom import ACCOUNT, TEXT, Newsroom
from tests.weibo_ops.cli.terminal import Done, run
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import SystemClock

READY = ("--account", ACCOUNT, "--public", "主动公开")
"""What a post needs beside its text to be submitted."""


class Desk(Newsroom):
    """A newsroom whose people type commands."""

    @contextmanager
    def seated(self, login: str) -> Iterator[None]:
        """Have somebody signed in, at the newsroom's time."""

        def signed_in(app: Application, as_login: str | None = None) -> object:
            assert as_login is None
            return next(actor_of(row) for row in app.staff.list_staff() if row.login == login)

        with (
            mock.patch.object(Application, "signed_in_actor", signed_in),
            mock.patch.object(SystemClock, "now", self.clock.now),
        ):
            yield

    def __call__(self, login: str, *words: str | int | Path, stdin: bytes | None = b"") -> Done:
        """Run ``weibo-ops WORDS`` as somebody who is signed in."""
        with self.seated(login):
            return run(*(str(word) for word in words), home=self.home, stdin=stdin)

    def new(self, *more: str | Path, login: str = "zhao", text: str = TEXT) -> int:
        """Write a post by command; return its number."""
        done = self(login, "post", "new", *READY, "--text", text, *more)
        assert done.code == 0, done.err
        return int(done.out)

    def code(self, post: int) -> str:
        """The code of the present text, as the command gives it."""
        return self("zhao", "post", "code", post).out.strip()

    def sign(self, post: int, *logins: str) -> None:
        """Sign by command, one after the other."""
        for login in logins:
            done = self(
                login, "post", "verdict", post, "同意", "--code", self.code(post), "--gates", "全部", "--proofed"
            )
            assert done.code == 0, done.err

    def state(self, post: int) -> str:
        """Where a post stands."""
        return self.show(post).row.state


def refused(done: Done, *words: str, code: int = 1) -> None:
    """Hold a refusal to one sentence with the next step, on stderr alone."""
    assert done.code == code, (done.out, done.err)
    assert done.out == ""
    assert done.err.startswith("未完成:")
    assert done.err.count("\n") == 1
    assert "下一步:" in done.err
    for word in words:
        assert word in done.err, done.err
