"""Errors that a person reads: what happened, which rule, what to do next.

The exit codes are the command line's contract: 1 refused by a rule, 2 wrong use, 3 environment.
"""

from __future__ import annotations


class WeiboOpsError(Exception):
    """Base of every error meant for a person.

    Args:
        message: one Chinese sentence saying what happened.
        rule: the clause that says so, e.g. ``"accounts.naming.length《…》第七条"``; empty if none.
        next_step: one Chinese sentence naming what to do; empty if nothing helps.
    """

    exit_code = 1

    def __init__(self, message: str, *, rule: str = "", next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.next_step = next_step

    def __str__(self) -> str:
        parts = [self.message]
        if self.rule:
            parts.append(f"依据:{self.rule}。")
        if self.next_step:
            parts.append(f"下一步:{self.next_step}")
        return "".join(parts)


class RefusedError(WeiboOpsError):
    """A rule forbids the act (exit code 1)."""


class NotFoundError(RefusedError, LookupError):
    """What was asked for does not exist (exit code 1)."""


class PermissionRefusedError(RefusedError, PermissionError):
    """The actor lacks a permission (exit code 1)."""


class SignInRequiredError(RefusedError):
    """Nobody is signed in (exit code 1)."""

    def __init__(self) -> None:
        super().__init__("请先登录。", next_step="weibo-ops login 登录名。")


class ConflictError(RefusedError):
    """Somebody else changed the same thing first (exit code 1)."""


class UsageError(WeiboOpsError, ValueError):
    """The call itself is wrong: a bad option, file layout or value (exit code 2)."""

    exit_code = 2


class EnvironmentFault(WeiboOpsError):
    """The machine, file system, database or an optional part is not fit (exit code 3)."""

    exit_code = 3
