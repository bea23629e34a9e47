"""Relay tasks (必转、联动): who must post what by when, and the receipt of each account. Likes are never counted.

A draft made here goes the way of every post: checks, review, calendar, delivery. Nothing here sends.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.repository.units import unit_tree
from accounts.standards import StandardService
from config.rulebook.delivery import DeliveryBook
from publishing.drafting import Drafting
from publishing.enums import Origin, PostState, RelayState
from publishing.fields import in_words
from publishing.judging import Judge
from publishing.models import RelayTask
from publishing.reading import find_post
from publishing.relay_orders import LONGEST_LINK, Recipients, order_of
from publishing.relay_places import GONE, OPEN_STATES, RelayPlaces, find_task, require_open, require_waiting
from publishing.relay_rules import reminder
from publishing.relay_views import RelayViews
from publishing.repository import PostRepository
from publishing.repository.relays import RelayRepository
from publishing.schemas import PostEntry
from publishing.schemas.relays import RelayDetail, RelayEntry, RelayJoined, RelayRow
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError
from weibo_ops.kernel.vault import Vault

DUE = "relay.due"
"""Kind of the to-dos of a task; the subject begins with ``task/entry/``."""
LONGEST_BASIS = 1_000
"""Characters of a post's 来源依据; a longer one gives way to the link alone."""


class RelayService:
    """Use cases of relay tasks."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, judge: Judge, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._drafting = Drafting(clock, judge, vault)

    # --- reading --------------------------------------------------------------------------------------------

    def rows(self, *, open_only: bool = False) -> list[RelayRow]:
        """List tasks with their progress: open ones first, the soonest due first."""
        with self._db.reading() as session:
            return self._views(session).rows(RelayRepository(session).listed(open_only=open_only))

    def progress(self, task_id: int, actor: Actor | None = None) -> RelayDetail:
        """Return how far each account of a task is.

        Args:
            task_id: the task.
            actor: who asks; says which accounts are theirs.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            return self._views(session).detail(find_task(session, task_id), actor, self._rule())

    # --- giving and closing ---------------------------------------------------------------------------------

    def issue(self, actor: Actor, entry: RelayEntry) -> RelayDetail:
        """Give a task to accounts, or to the running accounts of a unit and of those below it; each is told.

        Raises:
            PermissionRefusedError: the actor may not give tasks.
            NotFoundError: an account or the unit is not registered.
            RefusedError: an account is none of the actor's unit or of units below it, or does not run.
            UsageError: kind, title, basis, line, link, class or time are not what they should be; no account is named.
        """
        require(actor, Permission.RELAY, entry.title)
        with self._db.writing() as session:
            now = self._clock.now()
            order = order_of(session, actor, entry, self._book(), now)
            repository = RelayRepository(session)
            task_id = repository.add(order.values, [account.id for account in order.accounts])
            task = find_task(session, task_id)
            recipients = Recipients(session, now)
            for target, account, _ in repository.targets([task_id]):
                for login in recipients.of(account):
                    todos.propose(
                        session,
                        DUE,
                        f"{task_id}/{target.id}/",
                        f"{task.kind}:“{account.screen_name}”{task.title},时限{format_beijing(task.due_at)}",
                        now,
                        recipient=login,
                        due_at=task.due_at,
                    )
            details = {"title": task.title, "basis": task.basis, "accounts": [each.id for each in order.accounts]}
            audit.append(session, actor, "relay.issue", str(task_id), details, now)
        return self.progress(task_id, actor)

    def close(self, actor: Actor, task_id: int, version: int) -> RelayDetail:
        """Close a task; what is open of it stays shown as not done, and a receipt that still comes in is taken.

        Raises:
            PermissionRefusedError: the actor may not give tasks.
            NotFoundError: there is no such task.
            RefusedError: the actor is neither of the unit that gave it nor of one above it.
            ConflictError: it is closed, or somebody was faster.
        """
        require(actor, Permission.RELAY, f"任务{task_id}")
        with self._db.writing() as session:
            now = self._clock.now()
            task = self._issued(session, actor, task_id, "结束")
            left = sum(target.state in OPEN_STATES for target, _, _ in RelayRepository(session).targets([task_id]))
            if not RelayRepository(session).close(task_id, version, now, actor.person):
                raise ConflictError(
                    f"任务{task.id}已结束或刚被他人办理。", next_step=f"请重新查看:weibo-ops relay show {task_id}。"
                )
            todos.close_all(session, (DUE,), f"{task_id}/", now)
            audit.append(session, actor, "relay.close", str(task_id), {"left": left}, now)
        return self.progress(task_id, actor)

    def excuse(self, actor: Actor, task_id: int, account: str, reason: str) -> RelayDetail:
        """Confirm that an account need not do its part (说明不转).

        Raises:
            PermissionRefusedError: the actor may not give tasks.
            NotFoundError: there is no such task, or the account is none of it.
            RefusedError: the actor is neither of the unit that gave it nor of one above it.
            ConflictError: the task is closed, the account has a receipt or is excused already.
            UsageError: no reason was given.
        """
        require(actor, Permission.RELAY, f"任务{task_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("不转须写明理由。", rule=self._rule(), next_step="请写明理由。")
        with self._db.writing() as session:
            now = self._clock.now()
            self._issued(session, actor, task_id, "确认不转")
            places = self._places(session)
            place = places.find(task_id, account)
            require_open(place)
            values = {
                "state": RelayState.EXCUSED.value,
                "reason": reason,
                "done_at": now,
                "done_by": actor.person,
            }
            places.change(place, values)
            todos.close_all(session, (DUE,), place.subject, now)
            details = {"account": place.account.id, "reason": reason}
            audit.append(session, actor, "relay.excuse", str(task_id), details, now)
        return self.progress(task_id, actor)

    # --- what the accounts do -------------------------------------------------------------------------------

    def join(self, actor: Actor, task_id: int, account: str) -> RelayJoined:
        """Make a draft for an account from the common line; it goes the way of every post, and ends the task's part.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such task, or the account is none of it.
            RefusedError: the account is none of the actor's unit or of a unit below it.
            ConflictError: the task is closed; the account has a draft, a receipt or is excused already.
        """
        require(actor, Permission.POST_DRAFT, f"任务{task_id}")
        with self._db.writing() as session:
            now = self._clock.now()
            places = self._places(session)
            place = places.own(actor, task_id, account)
            require_open(place)
            places.require_unbound(place)
            task = place.task
            basis = f"{task.basis};原文:{task.source_link}" if task.source_link else task.basis
            entry = PostEntry(
                account=f"#{place.account.id}",
                text=task.shared_text or task.title,
                content_class=task.content_class,
                source_basis=task.source_link if len(basis) > LONGEST_BASIS and task.source_link else basis,
                note=f"{task.kind}任务{task_id}“{task.title}”",
            )
            post_id = self._drafting.add(session, actor, entry, Origin.WRITTEN)
            places.change(place, {"state": RelayState.IN_HAND.value, "post_id": post_id})
            details = {"account": place.account.id, "post": post_id}
            audit.append(session, actor, "relay.join", str(task_id), details, now)
        return RelayJoined(post_id, self.progress(task_id, actor))

    def bind(self, actor: Actor, task_id: int, account: str, post_id: int) -> RelayDetail:
        """Name a post that is there already as the one that fulfils an account's part; one that is out does so at once.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such task or post, or the account is none of the task.
            RefusedError: the account is none of the actor's; the post is of another account, or was taken back.
            ConflictError: the task is closed; the account has a receipt, is excused, or another post is bound.
        """
        require(actor, Permission.POST_DRAFT, f"任务{task_id}")
        with self._db.writing() as session:
            now = self._clock.now()
            places = self._places(session)
            place = places.own(actor, task_id, account)
            require_open(place)
            places.require_unbound(place)
            post = find_post(PostRepository(session), post_id)
            if post.account_id != place.account.id or post.state in GONE:
                raise RefusedError(
                    f"稿件{post_id}不是账号“{place.account.screen_name}”的有效稿件({post.state})。",
                    rule=place.rule,
                    next_step="请核对稿件编号,或由任务新建稿件:weibo-ops relay join。",
                )
            values: dict[str, object] = {"state": RelayState.IN_HAND.value, "post_id": post_id}
            if post.state == PostState.PUBLISHED:
                values = {
                    "state": RelayState.DONE.value,
                    "post_id": post_id,
                    "link": post.link,
                    "platform_id": post.platform_id,
                    "done_at": post.published_at or now,
                    "done_by": actor.person,
                    "checked": post.receipt_checked,
                }
                todos.close_all(session, (DUE,), place.subject, now)
            places.change(place, values)
            audit.append(
                session, actor, "relay.bind", str(task_id), {"account": place.account.id, "post": post_id}, now
            )
        return self.progress(task_id, actor)

    def receipt(
        self, actor: Actor, task_id: int, account: str, link: str, *, posted_at: datetime | None = None
    ) -> RelayDetail:
        """Enter the receipt of a post that was made by hand, outside this program; a late one is taken and shown late.

        Args:
            actor: who enters it.
            task_id: the task; a closed one still takes receipts.
            account: name, uid or number of the account.
            link: address of the post.
            posted_at: when it was posted; what the platform shows goes before it, None takes now.

        Raises:
            PermissionRefusedError: the actor may not enter receipts.
            NotFoundError: there is no such task, or the account is none of it.
            RefusedError: the account is none of the actor's; the link is of another account's post, of the post that
                was to be relayed, or of another account's receipt; a draft of this program is still on its way.
            ConflictError: the account has a receipt or is excused already.
            UsageError: the link is none of a post; the time lies ahead.
        """
        require(actor, Permission.POST_SEND, f"任务{task_id}")
        link = in_words(link, "链接", longest=LONGEST_LINK)
        with self._db.writing() as session:
            now = self._clock.now()
            places = self._places(session)
            place = places.own(actor, task_id, account)
            require_waiting(place)
            places.require_unbound(place)
            if posted_at is not None and posted_at > now:
                raise UsageError(f"发布时间{format_beijing(posted_at)}尚未到。", next_step="请核对时间。")
            platform_id = places.posted(place, link)
            seen = RelayRepository(session).observed(platform_id)
            values = {
                "state": RelayState.DONE.value,
                "post_id": None,
                "link": link,
                "platform_id": platform_id,
                "done_at": seen.published_at if seen is not None else posted_at or now,
                "done_by": actor.person,
                "checked": seen is not None,
            }
            places.change(place, values)
            todos.close_all(session, (DUE,), place.subject, now)
            details = {"account": place.account.id, "platform_id": platform_id, "checked": seen is not None}
            audit.append(session, actor, "relay.receipt", str(task_id), details, now)
        return self.progress(task_id, actor)

    # --- the clock ------------------------------------------------------------------------------------------

    def remind(self, actor: Actor) -> int:
        """Open the to-dos about accounts whose time is near (提醒) or over (催办); compare receipts with what was seen.

        Returns:
            How many accounts there are whose time is near or over.

        Raises:
            PermissionRefusedError: the actor neither gives tasks nor is the delivery program.
        """
        if not actor.may(Permission.DELIVER):
            require(actor, Permission.RELAY, "提醒")
        reminded = 0
        with self._db.writing() as session:
            now = self._clock.now()
            repository = RelayRepository(session)
            for target in repository.unchecked():
                seen = repository.observed(target.platform_id)
                if seen is not None and seen.account_id == target.account_id:
                    values = {"checked": True, "done_at": seen.published_at}
                    repository.change_target(target.id, (RelayState.DONE.value,), target.post_id, values)
            recipients = Recipients(session, now)
            for task, target, account in repository.waiting():
                word = reminder(target.state, task.issued_at, task.due_at, now)
                if not word:
                    continue
                reminded += 1
                late = [task.on_behalf_of or task.issued_by] if word == "催办" else []
                for login in dict.fromkeys([*recipients.of(account), *late]):
                    todos.propose(
                        session,
                        DUE,
                        f"{task.id}/{target.id}/{word}",
                        f"{word}:{task.kind}“{account.screen_name}”{task.title},时限{format_beijing(task.due_at)}",
                        now,
                        recipient=login,
                        due_at=task.due_at,
                    )
        return reminded

    # --- inside a transaction -------------------------------------------------------------------------------

    def _book(self) -> DeliveryBook:
        book = self._standards.in_force("delivery", beijing_date(self._clock.now())).book
        assert isinstance(book, DeliveryBook)
        return book

    def _rule(self) -> str:
        return self._book().relay.citation

    def _views(self, session: Session) -> RelayViews:
        return RelayViews(session, self._clock.now())

    def _issued(self, session: Session, actor: Actor, task_id: int, act: str) -> RelayTask:
        task = find_task(session, task_id)
        if not unit_tree(session).speaks_for(actor.unit_id, task.unit_id):
            raise RefusedError(
                f"{actor.name}不是下达任务{task_id}的单位或其上级单位的人员,不能{act}。",
                rule=self._rule(),
                next_step="请由下达单位办理。",
            )
        return task

    def _places(self, session: Session) -> RelayPlaces:
        return RelayPlaces(session, self._rule())
