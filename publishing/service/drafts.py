"""Drafting: posts and their revisions, checks, letting hits through, bulk import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository
from accounts.schemas.people import BulkReport, RowFault
from accounts.service.safety import find_account
from config.rulebook.approval import severity_blocks
from publishing.checks import GATEWAYS, Medium, hit_key
from publishing.drafting import Drafting, manuscript_from, require_writer, revision_values
from publishing.enums import Origin, PostState, RoundOutcome
from publishing.fields import in_words
from publishing.going_out import require_files
from publishing.judging import Judge, manuscript_of, waivable
from publishing.reading import Reader, find_post, length_limit, require_text_seen
from publishing.repository import PostRepository
from publishing.review_desk import take_back
from publishing.schemas import DeskRow, HitView, PostDetail, PostEntry
from publishing.transitions import EDIT, require_open
from publishing.transitions import changed_meanwhile as changed_meanwhile
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError, WeiboOpsError
from weibo_ops.kernel.vault import Vault

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp"})
VIDEOS = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mpeg"})
LONGEST_ALT = 200


class DraftService:
    """Use cases of the drafting desk."""

    def __init__(self, db: Database, clock: Clock, judge: Judge, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._judge = judge
        self._vault = vault
        self._drafting = Drafting(clock, judge, vault)

    # --- reading --------------------------------------------------------------------------------------------

    def rows(
        self,
        actor: Actor | None = None,
        *,
        state: str | None = None,
        account: str | None = None,
        search: str | None = None,
        mine: bool = False,
        limit: int = 200,
    ) -> list[DeskRow]:
        """List posts, the last changed first.

        Args:
            actor: who asks; says which posts they may sign.
            state: one state; None lists all.
            account: name, uid or number.
            search: words that the text holds.
            mine: only those that the actor wrote on or may sign now.
            limit: at most so many.

        Raises:
            UsageError: there is no such state.
            NotFoundError: the account is not registered.
        """
        if state is not None and state not in set(PostState):
            raise UsageError(f"没有“{state[:20]}”这一状态。", next_step=f"可选:{'、'.join(PostState)}。")
        with self._db.reading() as session:
            repository = PostRepository(session)
            account_id = find_account(DutyRepository(session), account).id if account else None
            found = repository.listed(
                states=[state] if state else None,
                account_id=account_id,
                search=search,
                limit=None if mine else limit,
            )
            rows = Reader(session, self._judge, self._clock.now()).rows(found, actor)
            if mine and actor is not None:
                own = {post.id for post, _, _, _ in found if actor.persons & repository.editors(post.id)}
                rows = [row for row in rows if row.mine or row.post_id in own]
        return rows[:limit]

    def show(self, post_id: int, actor: Actor | None = None) -> PostDetail:
        """Return everything about a post.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            return Reader(session, self._judge, self._clock.now()).detail(post_id, actor)

    def entry_of(self, post_id: int) -> PostEntry:
        """Return the present text of a post as an entry, to begin an edit from.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            repository = PostRepository(session)
            post = find_post(repository, post_id)
            row = repository.revision(post_id, post.revision)
            return PostEntry(
                account=f"#{row.account_id}",
                text=row.text,
                content_class=row.content_class,
                gateway=row.gateway,
                media=manuscript_of(row).media,
                earliest_at=row.earliest_at,
                latest_at=row.latest_at,
                reply_to=row.reply_to,
                urgent=row.urgent,
                urgent_reason=row.urgent_reason,
                disclosure=row.disclosure,
                source_basis=row.source_basis,
                secrecy_review=row.secrecy_review,
                originator=row.originator,
            )

    def limits(self) -> dict[str, int]:
        """Return by gateway how many platform characters a text may have today; 0 where there is no limit."""
        book = self._judge.standards(beijing_date(self._clock.now())).content.book
        return {gateway: length_limit(book, gateway) for gateway in GATEWAYS}

    def look(self, entry: PostEntry, post_id: int | None = None) -> tuple[HitView, ...]:
        """Return what the checks say to a text that is still being written; nothing is stored.

        Args:
            entry: the text as it stands.
            post_id: the post that it is of, which is not compared with itself; None for a new one.

        Raises:
            NotFoundError: the account is not registered.
            UsageError: class or gateway is not known.
        """
        now = self._clock.now()
        with self._db.reading() as session:
            manuscript = manuscript_from(session, entry, find_account(DutyRepository(session), entry.account).id, "")
            standards = self._judge.standards(beijing_date(now))
            found = self._judge.judge(session, manuscript, standards, now, post_id)
        book = standards.approval.book
        return tuple(
            HitView(
                number=number,
                key=hit_key(entry.text, each),
                rule_id=each.rule_id,
                severity=each.severity.value,
                title=each.title,
                message=each.message,
                suggestion=each.suggestion,
                start=each.start,
                end=each.end,
                blocks=severity_blocks(each.severity),
                waivable=severity_blocks(each.severity) and waivable(each.rule_id, book),
            )
            for number, each in enumerate(found, 1)
        )

    # --- writing --------------------------------------------------------------------------------------------

    def attach(self, actor: Actor, path: Path, alt: str = "") -> Medium:
        """Put a picture or video into the evidence store, so that what is signed is what goes out.

        Raises:
            PermissionRefusedError: the actor may not draft.
            UsageError: there is no such file, or it is neither picture nor video.
        """
        require(actor, Permission.POST_DRAFT, path.name)
        alt = in_words(alt, "文字说明", longest=LONGEST_ALT)
        kind = kind_of(path.name)
        stored = self._vault.put(path)
        return Medium(stored.name, stored.digest, stored.size, kind, alt)

    def new(self, actor: Actor, entry: PostEntry, *, origin: Origin = Origin.WRITTEN) -> PostDetail:
        """Write a new post; it is checked at once and stands at 草稿.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: the account is not registered.
            RefusedError: the account is not one of the actor's unit or of a unit below it.
            UsageError: class, gateway, times or a file are not what they should be.
        """
        require(actor, Permission.POST_DRAFT, entry.account)
        with self._db.writing() as session:
            post_id = self._drafting.add(session, actor, entry, origin)
            details = {"account": entry.account, "class": entry.content_class, "origin": origin.value}
            audit.append(session, actor, "post.new", str(post_id), details, self._clock.now())
        return self.show(post_id, actor)

    def edit(self, actor: Actor, post_id: int, entry: PostEntry, version: int) -> PostDetail:
        """Give a post a new text: a new revision, checked at once; the post goes back to 草稿.

        Every signature given before stands on the text before and is void by itself.

        Args:
            actor: who edits; from now on one of those who may not sign.
            post_id: the post.
            entry: all of the new text.
            version: of the row that the actor saw.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such post or account.
            ConflictError: somebody changed the post meanwhile.
            RefusedError: its state does not allow it, or the account is none of the actor's.
            UsageError: as `new`.
        """
        require(actor, Permission.POST_DRAFT, f"稿件{post_id}")
        with self._db.writing() as session:
            repository = PostRepository(session)
            post = find_post(repository, post_id)
            require_open(EDIT, post.state, post_id)
            require_writer(session, actor, post.unit_id, f"稿件{post_id}")
            account = find_account(DutyRepository(session), entry.account)
            require_writer(session, actor, account.unit_id, account.screen_name)
            manuscript = manuscript_from(session, entry, account.id, actor.person)
            require_files(self._vault, manuscript)
            now = self._clock.now()
            if manuscript == manuscript_of(repository.revision(post_id, post.revision)):
                raise UsageError("内容没有变化,未保存。", next_step="如需重新检查,请用 weibo-ops post check。")
            before = post.state
            values = {"revision": post.revision + 1, "account_id": account.id, "unit_id": account.unit_id}
            take_back(session, post, version, EDIT, RoundOutcome.EDITED, now, values)
            repository.add_revision(revision_values(post, manuscript, entry, actor, now))
            self._drafting.check(session, post)
            details = {"revision": post.revision, "before": before, "note": entry.note[:200]}
            audit.append(session, actor, "post.edit", str(post_id), details, now)
        return self.show(post_id, actor)

    def check(self, actor: Actor, post_id: int) -> PostDetail:
        """Check a post again by the standards in force today.

        Raises:
            PermissionRefusedError: the actor may neither draft nor review.
            NotFoundError: there is no such post.
        """
        require_desk(actor, f"稿件{post_id}")
        with self._db.writing() as session:
            post = find_post(PostRepository(session), post_id)
            self._drafting.check(session, post)
            audit.append(session, actor, "post.check", str(post_id), {"revision": post.revision}, self._clock.now())
        return self.show(post_id, actor)

    def waive(self, actor: Actor, post_id: int, number: int, reason: str, *, code: str | None = None) -> PostDetail:
        """Let a hit through, with the reason; it holds for these characters under this rule and nothing else.

        A hit that must be explained (deduct) is let through by whoever drafts or reviews; one that stops a post
        (veto) by a reviewer who wrote nothing of it.

        Args:
            actor: who answers for it.
            post_id: the post.
            number: of the hit, as the list shows it.
            reason: at least five characters.
            code: 稿件校验码 of the text whose list it was; None takes the present one.

        Raises:
            PermissionRefusedError: the actor may not.
            NotFoundError: there is no such post or hit.
            RefusedError: hits of the rule can only be corrected; or the actor wrote on the post.
            UsageError: no reason was given.
            ConflictError: it is let through already, or the code is not that of the present text.
        """
        require_desk(actor, f"稿件{post_id}")
        reason = in_words(reason, "理由")
        with self._db.writing() as session:
            repository = PostRepository(session)
            post = find_post(repository, post_id)
            reader = Reader(session, self._judge, self._clock.now())
            book = reader.book
            if code is not None:
                require_text_seen(code, reader.standing(post).fingerprint, post_id, book)
            found = next((hit for hit in reader.hits(post_id) if hit.number == number), None)
            veto = found is not None and found.severity == "veto"
            if veto:
                require(actor, Permission.POST_WAIVE, f"稿件{post_id}")
            require_writer(session, actor, post.unit_id, f"稿件{post_id}")
            if found is None:
                raise NotFoundError(
                    f"稿件{post_id}没有第{number}处提示。", next_step=f"编号见 weibo-ops post show {post_id}。"
                )
            if not found.waivable:
                step = "请修改正文。" if severity_blocks(found.severity) else "提示类不影响送审,不必放行。"
                raise RefusedError(f"“{found.title}”不能放行。", rule=book.waiver.citation, next_step=step)
            if len(reason) < 5:
                raise UsageError("放行须写明理由(不少于5字)。", rule=book.waiver.citation, next_step="请写明核实情况。")
            if veto:
                require_second_person(actor, repository.editors(post_id), "放行否决项", rule=book.waiver.citation)
            if found.waived_by:
                raise ConflictError(f"该处已由{found.waived_by}放行。", next_step="不必重复办理。")
            now = self._clock.now()
            repository.add_waiver(
                {
                    "post_id": post_id,
                    "key": found.key,
                    "rule_id": found.rule_id,
                    "title": found.title,
                    "reason": reason,
                    "person": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "at": now,
                }
            )
            details = {"rule": found.rule_id, "severity": found.severity, "key": found.key[:12]}
            audit.append(session, actor, "post.waive", str(post_id), details, now)
        return self.show(post_id, actor)

    def import_rows(
        self, actor: Actor, rows: Sequence[tuple[int, PostEntry]], *, dry_run: bool = False, source: str = ""
    ) -> BulkReport:
        """Write many posts at once, each as a draft through the same checks as a single one: all or none.

        Args:
            actor: who imports.
            rows: line number of the file and entry.
            dry_run: say what would happen, store nothing.
            source: name of the file.

        Raises:
            PermissionRefusedError: the actor may not draft.
        """
        require(actor, Permission.POST_DRAFT, source or "批量导入")
        faults: list[RowFault] = []
        report = BulkReport(0, 0, 0, (), dry_run, False)
        ids: list[int] = []
        try:
            with self._db.writing() as session:
                for line, entry in rows:
                    try:
                        with session.begin_nested():
                            ids.append(self._drafting.add(session, actor, entry, Origin.IMPORTED))
                    except WeiboOpsError as error:
                        faults.append(RowFault(line, "", str(error)))
                stored = not faults and not dry_run
                report = BulkReport(len(ids), 0, 0, tuple(faults), dry_run, stored, {"posts": tuple(ids)})
                if not stored:
                    raise _Undo
                audit.append(session, actor, "post.import", source or "rows", {"posts": ids}, self._clock.now())
        except _Undo:
            return replace(report, details={})
        return report


class _Undo(Exception):
    """Leave the transaction without storing anything."""


def kind_of(name: str) -> str:
    """Return 图片 or 视频 by the ending of a file's name.

    Raises:
        UsageError: it is neither.
    """
    ending = Path(name).suffix.lower()
    if ending in PICTURES:
        return "图片"
    if ending in VIDEOS:
        return "视频"
    raise UsageError(f"“{name[:60]}”不是图片或视频。", next_step=f"可用:{'、'.join(sorted(PICTURES | VIDEOS))}。")


def require_desk(actor: Actor, subject: str) -> None:
    """Refuse whoever may neither draft nor review.

    Raises:
        PermissionRefusedError: naming what is missing.
    """
    if not actor.may(Permission.POST_REVIEW):
        require(actor, Permission.POST_DRAFT, subject)
