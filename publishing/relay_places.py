"""The accounts of a relay task inside a running transaction: whose they are, and what stands in a receipt's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.repository.duty import DutyRepository
from accounts.repository.units import unit_tree
from accounts.service.safety import find_account
from publishing.enums import PostState, RelayKind, RelayState
from publishing.models import RelayTarget, RelayTask
from publishing.repository import PostRepository
from publishing.repository.relays import RelayRepository
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.platform_ids import parse_post_link

OPEN_STATES = (RelayState.OPEN.value, RelayState.IN_HAND.value)
GONE = (PostState.WITHDRAWN, PostState.DELETED)
"""A bound post that stands here fulfils nothing any more."""


@dataclass(frozen=True)
class Place:
    """An account of a task inside a running transaction, and the post that is bound to it."""

    task: RelayTask
    target: RelayTarget
    account: Account
    rule: str

    @property
    def subject(self) -> str:
        """How the subjects of its to-dos begin."""
        return f"{self.task.id}/{self.target.id}/"


@dataclass(frozen=True)
class RelayPlaces:
    """Finds and changes the accounts of tasks; ``rule`` is the clause that refusals name."""

    session: Session
    rule: str

    def find(self, task_id: int, reference: str) -> Place:
        """Return an account of a task.

        Raises:
            NotFoundError: there is no such task, or the account is none of it.
        """
        task = find_task(self.session, task_id)
        account = find_account(DutyRepository(self.session), reference)
        for target, row, _ in RelayRepository(self.session).targets([task_id]):
            if row.id == account.id:
                return Place(task, target, row, self.rule)
        raise NotFoundError(
            f"任务{task_id}“{task.title}”没有列入账号“{account.screen_name}”。",
            next_step=f"列入的账号见 weibo-ops relay show {task_id}。",
        )

    def own(self, actor: Actor, task_id: int, reference: str) -> Place:
        """Return an account of a task that is of the actor's unit or of one below it.

        Raises:
            NotFoundError: there is no such task, or the account is none of it.
            RefusedError: the account is none of the actor's.
        """
        place = self.find(task_id, reference)
        if not unit_tree(self.session).speaks_for(actor.unit_id, place.account.unit_id):
            raise RefusedError(
                f"{actor.name}不是“{place.account.screen_name}”主办单位或其上级单位的人员,不能办理。",
                rule=place.rule,
                next_step="请由主办单位人员办理。",
            )
        return place

    def require_unbound(self, place: Place) -> None:
        """Refuse where a post of this program is still on its way: the same would go out twice.

        Raises:
            ConflictError: naming it.
        """
        bound = place.target.post_id
        post = PostRepository(self.session).get(bound) if bound is not None else None
        if post is not None and post.state not in GONE:
            raise ConflictError(
                f"账号“{place.account.screen_name}”已有稿件{post.id}办理本任务({post.state}),不能再报。",
                rule=place.rule,
                next_step=f"该稿发布后自动回执;不用该稿的,先撤稿:weibo-ops post withdraw {post.id}。",
            )

    def posted(self, place: Place, link: str) -> str:
        """Return the platform's number of the post of the account that a link leads to.

        Raises:
            UsageError: it leads to no post.
            RefusedError: it is another account's post, the one that was to be relayed, or another receipt.
        """
        found = parse_post_link(link)
        if found is None:
            raise UsageError(
                f"“{link[:60]}”不是微博的链接。",
                next_step="请从微博网页版或客户端复制,如 https://weibo.com/用户id/微博号。",
            )
        uid, platform_id = found
        account, repository = place.account, RelayRepository(self.session)
        seen = repository.observed(platform_id)
        if (uid and account.uid and uid != account.uid) or (seen is not None and seen.account_id != account.id):
            raise RefusedError(
                f"链接不是账号“{account.screen_name}”(用户id {account.uid or '未登记'})的微博。",
                rule=place.rule,
                next_step="请核对链接。",
            )
        source = parse_post_link(place.task.source_link)
        if place.task.kind == RelayKind.MUST and source is not None and source[1] == platform_id:
            raise RefusedError(
                "链接是被转发的原文,不是本账号的转发。", rule=place.rule, next_step="请填写本账号转发后的链接。"
            )
        if repository.bound_elsewhere(place.task.id, platform_id, place.target.id) is not None:
            raise RefusedError("该链接已作为另一账号的回执。", rule=place.rule, next_step="请核对链接。")
        return platform_id

    def change(self, place: Place, values: Mapping[str, object]) -> None:
        """Change an account's part that still stands where it was seen.

        Raises:
            ConflictError: somebody was faster.
        """
        target = place.target
        if not RelayRepository(self.session).change_target(target.id, OPEN_STATES, target.post_id, values):
            raise ConflictError("该账号的任务刚被他人办理,本次未保存。", next_step="请重新查看:weibo-ops relay show。")


def find_task(session: Session, task_id: int) -> RelayTask:
    """Return a task.

    Raises:
        NotFoundError: there is none with this number.
    """
    task = RelayRepository(session).get(task_id)
    if task is None:
        raise NotFoundError(f"没有编号为{task_id}的必转联动任务。", next_step="编号见 weibo-ops relay list。")
    return task


def require_open(place: Place) -> None:
    """Refuse an act on a closed task, or for an account that is done.

    Raises:
        ConflictError: it is.
    """
    if place.task.closed_at is not None:
        raise ConflictError(
            f"任务{place.task.id}“{place.task.title}”已结束。",
            rule=place.rule,
            next_step="已发布的仍可登记回执:weibo-ops relay receipt。",
        )
    require_waiting(place)


def require_waiting(place: Place) -> None:
    """Refuse an act for an account that is done.

    Raises:
        ConflictError: it has a receipt or is excused.
    """
    if place.target.state not in OPEN_STATES:
        raise ConflictError(
            f"账号“{place.account.screen_name}”的任务已是“{place.target.state}”。",
            rule=place.rule,
            next_step="不必重复办理。",
        )
