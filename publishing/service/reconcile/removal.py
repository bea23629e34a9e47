"""Taking down what went out: with a reason, by whom that is given to, and never reported as done unless it is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.platform import ErrorClass, PlatformError
from accounts.platform.session import NoSession, PlatformSession
from publishing.enums import PostState
from publishing.fields import in_words
from publishing.models import Post
from publishing.reading import Reader, find_post
from publishing.receipts import EDITED, VANISHED
from publishing.repository import PostRepository
from publishing.repository.published import PublishedRepository
from publishing.schemas import PostDetail
from publishing.service.reconcile.base import Cases
from publishing.transitions import DELETE, changed_meanwhile, require_open
from weibo_ops.kernel import audit, events, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.errors import RefusedError, UsageError

REMOVED = "post.deleted"
"""Kind of the event that a post that went out was taken down."""
_GONE = (ErrorClass.NOT_FOUND, ErrorClass.ALREADY_DONE)


class RemovalCases(Cases):
    """Use cases on taking down."""

    def delete(self, actor: Actor, post_id: int, version: int, reason: str, *, confirmed: bool = False) -> PostDetail:
        """Take a published post down: by the platform's interface where the account let us, else by hand.

        The standard gives it to final reviewers; whether they had signed it does not matter, for a wrong figure must
        go at once. Of an answer that nobody understands the post itself is asked for; nothing is recorded as taken
        down before it is known to be gone.

        Args:
            actor: who takes it down.
            post_id: the post.
            version: of the row that the actor saw.
            reason: why.
            confirmed: a person took it down in the official client and looked; where the platform can be asked, it is.

        Raises:
            PermissionRefusedError: the actor may not take down.
            NotFoundError: there is no such post.
            RefusedError: it is not published, it is still there, nobody knows, or the actor is of another unit.
            ConflictError: it was changed meanwhile.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_DELETE, f"稿件{post_id}")
        words = in_words(reason, "删除的理由")
        rule = self._book().removal.citation
        if len(words) < 2:
            raise UsageError("删除已发布内容须写明理由。", rule=rule, next_step="请用 --reason 写明。")
        now = self._clock.now()
        with self._db.writing() as session:
            post = self._removable(session, actor, post_id, version, now)
            account_id, platform_id = post.account_id, post.platform_id
            # Written before the call: whoever reads the log knows that it may have been carried out.
            details = {"reason": words, "platform_id": platform_id, "by_hand": confirmed}
            audit.append(session, actor, "post.delete_begun", str(post_id), details, now)
        found = self._platform.session_of(account_id, now) if platform_id else None
        if isinstance(found, PlatformSession):
            how = "人工" if confirmed else "接口"
            if not confirmed:
                self._destroy(found, platform_id, rule)
            elif self._still_there(found, platform_id) is True:
                raise RefusedError(
                    f"微博{platform_id}在平台上仍可见,未登记删除。", rule=rule, next_step="请在官方客户端删除后再登记。"
                )
        elif not confirmed:
            why = found.reason if isinstance(found, NoSession) else "答复没有可查的编号"
            raise RefusedError(
                f"不能通过接口删除:{why}。",
                rule=rule,
                next_step=f"请在官方客户端删除,确认后登记:weibo-ops post delete {post_id} --reason 理由 --confirmed。",
            )
        else:
            how = "人工"
        with self._db.writing() as session:
            post = self._removable(session, actor, post_id, version, now)
            after = self._clock.now()
            values = {"reason": f"已删除:{words}", "changed_at": after}
            if not PostRepository(session).move(post_id, version, DELETE.sources, DELETE.target, values):
                raise changed_meanwhile(post_id)
            rows = PublishedRepository(session)
            if rows.view(post_id) is not None:
                rows.put_view({"post_id": post_id, "platform_id": platform_id, "vanished_at": after})
            for kind in (EDITED, VANISHED):
                todos.close(session, kind, str(post_id), after)
            events.record(session, REMOVED, {"post": post_id, "account": account_id, "platform_id": platform_id}, after)
            audit.append(session, actor, "post.delete", str(post_id), {"reason": words, "how": how}, after)
            return Reader(session, self._judge, after).detail(post_id, actor)

    def _removable(self, session: Session, actor: Actor, post_id: int, version: int, now: datetime) -> Post:
        post = find_post(PostRepository(session), post_id)
        Reader(session, self._judge, now).require_sponsor(actor, post, self._book().removal.citation, "删除")
        require_open(DELETE, post.state, post_id)
        if post.version != version:
            raise changed_meanwhile(post_id)
        assert post.state == PostState.PUBLISHED
        return post

    def _destroy(self, platform: PlatformSession, platform_id: str, rule: str) -> None:
        """Delete on the platform; return only when it is known to be gone."""
        try:
            platform.destroy(platform_id)
        except PlatformError as fault:
            if fault.error_class in _GONE:
                return
            if not fault.may_exist:
                raise RefusedError(
                    f"平台未删除微博{platform_id}:{fault.message}",
                    rule=rule,
                    next_step=fault.next_step or "请在官方客户端删除后,加 --confirmed 登记。",
                ) from fault
            there = self._still_there(platform, platform_id)
            if there is False:
                return
            words = "仍可见" if there else "是否仍可见未能查明"
            raise RefusedError(
                f"删除结果不明,微博{platform_id}{words},未登记删除。",
                rule=rule,
                next_step="请查看账号主页;仍在的再次删除,已不在的加 --confirmed 登记。",
            ) from fault

    def _still_there(self, platform: PlatformSession, platform_id: str) -> bool | None:
        """Ask for a post; None where nobody knows."""
        try:
            return not platform.show(platform_id).deleted
        except PlatformError as fault:
            return False if fault.error_class == ErrorClass.NOT_FOUND else None
