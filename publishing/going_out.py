"""What must be in order before a text may be submitted, and again before each signature: account, time, files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.enums import AccountStatus
from accounts.models import Account
from config.rulebook.approval import ApprovalBook
from publishing.fingerprint import Manuscript
from publishing.models import Post
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError
from weibo_ops.kernel.vault import Vault


def require_account_and_time(
    session: Session, post: Post, manuscript: Manuscript, book: ApprovalBook, now: datetime, act: str
) -> None:
    """Refuse an act on a post whose account does not run, or whose time to go out is over.

    Args:
        session: of the running transaction.
        post: the post.
        manuscript: its present text.
        book: the approval standard, for the clause.
        now: the instant of the act.
        act: what it is called, such as 送审.

    Raises:
        RefusedError: naming account or time.
    """
    require_running(session.get_one(Account, post.account_id), book, act)
    if manuscript.latest_at is not None and manuscript.latest_at <= now:
        raise RefusedError(
            f"最晚发布时间{format_beijing(manuscript.latest_at)}已过,不能{act}。",
            rule=book.before_sending.citation,
            next_step=f"请修改发布时间后送审:weibo-ops post edit {post.id} --latest 时间。",
        )


def require_running(account: Account, book: ApprovalBook, act: str) -> None:
    """Refuse an act on a post whose account does not run.

    Raises:
        RefusedError: naming the account and how it stands.
    """
    if account.status != AccountStatus.RUNNING:
        raise RefusedError(
            f"账号“{account.screen_name}”的状态是“{account.status}”,不能{act}。",
            rule=book.before_sending.citation,
            next_step=f"账号恢复正常运行后再{act}。",
        )


def require_files(vault: Vault, manuscript: Manuscript) -> None:
    """Prove that the pictures and videos of a manuscript are still the bytes that were put in.

    Raises:
        NotFoundError: one is not there, or was changed.
    """
    for each in manuscript.media:
        vault.path(each.digest)
