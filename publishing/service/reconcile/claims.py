"""Posts that this program did not send: claimed with their sign-off entered afterwards, excluded, or a break-in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from accounts.models import Account, ObservedPost
from accounts.permissions import Permission
from accounts.repository.duty import SUPERVISORS, DutyRepository, recipient_on_duty
from accounts.repository.people import PeopleRepository
from accounts.service.checklists import STOLEN
from accounts.service.safety import find_account
from accounts.service.staff import find_staff
from publishing.comparing import like_of
from publishing.enums import ClaimState
from publishing.fields import in_words
from publishing.judging import names_of
from publishing.models import UnclaimedPost
from publishing.reading import Reader
from publishing.receipts import BREAK_IN, UNCLAIMED
from publishing.repository.published import PublishedRepository
from publishing.review_rules import StepRule
from publishing.schemas.published import UnclaimedRow
from publishing.service.reconcile.base import Cases
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.platform_ids import bid_of

CHECK = "post.claim"
"""Kind of the to-do that a second person compares a claim with its scan."""
UNSETTLED = (ClaimState.OPEN, ClaimState.SUSPECTED)
OLDEST = timedelta(days=30)
"""A sign-off older than this before a post went out was not given to it."""
LEAST_REASON = 2


class ClaimCases(Cases):
    """Use cases on posts that this program did not send."""

    def unclaimed(self, *, everything: bool = False, account: str | None = None) -> list[UnclaimedRow]:
        """List the posts that this program did not send and that are not settled, the soonest due first.

        Args:
            everything: those that are settled, too.
            account: name, uid or number of one account.

        Raises:
            NotFoundError: the account is not registered.
        """
        states = (*UNSETTLED, ClaimState.CLAIMED)
        with self._db.reading() as session:
            account_id = find_account(DutyRepository(session), account).id if account else None
            return self._rows(session, states=None if everything else states, account_id=account_id)

    def claim(
        self,
        actor: Actor,
        unclaimed_id: int,
        *,
        author: str,
        signer: str,
        signed_at: datetime,
        scan: Path,
        reason: str,
    ) -> UnclaimedRow:
        """Claim a post that went out past this program: who wrote it, who signed it, on which sheet.

        It counts once a second person compared it with the scan.

        Args:
            actor: who claims: a person of the account's unit or of one above it, and not the signer.
            unclaimed_id: the entry.
            author: login of who wrote it.
            signer: login of who signed it; whoever may sign finally, and is not the author.
            signed_at: when.
            scan: the scanned sheet.
            reason: why it went out past this program.

        Raises:
            PermissionRefusedError: the actor may not claim.
            NotFoundError: there is no such entry or person; the scan is not there.
            RefusedError: the signer may not sign, or the actor may not enter it.
            ConflictError: it was claimed or settled already.
            UsageError: the reason is missing, the time cannot be right, the scan was handed in for another post.
        """
        require(actor, Permission.POST_CLAIM, f"待认领{unclaimed_id}")
        reason = _reason(reason, "未经本系统发布的原因")
        with self._db.reading() as session:
            self._open(session, actor, unclaimed_id, UNSETTLED)
        stored = self._vault.put(scan)
        with self._db.writing() as session:
            entry, seen, account, reader = self._open(session, actor, unclaimed_id, UNSETTLED)
            people = PeopleRepository(session)
            writer, leader = find_staff(people, author).login, find_staff(people, signer)
            rule = self._book().unclaimed.citation
            step = StepRule(0, 1, "终审", "终审")
            as_actor = Actor(leader.login, leader.name, unit_id=leader.unit_id)
            why = reader.reviewers.refusal(as_actor, account.unit_id, step, {writer}, (), reader.book)
            if why is not None:
                raise why
            require_second_person(actor, {leader.login}, "认领", rule=rule, next_step="请由签批人以外的同事认领。")
            if signed_at > reader.now or signed_at < seen.published_at - OLDEST:
                raise UsageError(
                    f"签批时间须在发布({format_beijing(seen.published_at)})前{OLDEST.days}日以内、现在之前。",
                    next_step="请核对审签单上的时间。",
                )
            other = PublishedRepository(session).scan_of_another(stored.digest, unclaimed_id)
            if other is not None:
                raise UsageError(f"该扫描件已用于认领{other}。", next_step="一张审签单只对应一条内容。")
            late = "(先发后签)" if signed_at > seen.published_at else ""
            self._change(
                session,
                entry,
                UNSETTLED,
                {
                    "state": ClaimState.CLAIMED.value,
                    "handled_by": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "handled_at": reader.now,
                    "author": writer,
                    "signer": leader.login,
                    "signed_at": signed_at,
                    "scan": stored.digest,
                    "note": f"{reason}{late}",
                    "checked_by": "",
                    "checked_at": None,
                },
            )
            todos.propose(
                session,
                CHECK,
                str(unclaimed_id),
                f"核对“{account.screen_name}”系统外发布的认领{unclaimed_id}",
                reader.now,
                recipient=recipient_on_duty(session, account.unit_id, reader.now),
            )
            details = {
                "unclaimed": unclaimed_id,
                "author": writer,
                "signer": leader.login,
                "signed_at": signed_at,
                "scan": stored.digest,
                "reason": reason,
            }
            audit.append(session, actor, "post.claim", account.screen_name, details, reader.now)
            return self._row(session, unclaimed_id)

    def check_claim(self, actor: Actor, unclaimed_id: int, *, agree: bool = True, reason: str = "") -> UnclaimedRow:
        """Compare a claim with its scan, as a second person; one that does not fit is open again.

        Raises:
            PermissionRefusedError: the actor may not claim.
            NotFoundError: there is no such entry.
            RefusedError: the actor entered it, wrote or signed the post, or is of another unit.
            ConflictError: it is not claimed.
            UsageError: it does not fit, and no reason was given.
        """
        require(actor, Permission.POST_CLAIM, f"待认领{unclaimed_id}")
        words = in_words(reason, "不符情况") if agree else _reason(reason, "不符情况")
        with self._db.writing() as session:
            entry, _, account, reader = self._open(session, actor, unclaimed_id, (ClaimState.CLAIMED,))
            earlier = {entry.handled_by, entry.on_behalf_of or "", entry.author, entry.signer} - {""}
            require_second_person(actor, earlier, "核对认领", rule=self._book().unclaimed.citation)
            late = entry.due_at <= reader.now
            state = ClaimState.SETTLED if agree else ClaimState.SUSPECTED if late else ClaimState.OPEN
            values = {"state": state.value, "checked_by": actor.person, "checked_at": reader.now}
            if not agree:
                values |= {"note": f"{entry.note};核对不符:{words}", "scan": ""}
            due = entry.due_at
            self._change(session, entry, (ClaimState.CLAIMED,), values)
            todos.close(session, CHECK, str(unclaimed_id), reader.now)
            if agree:
                self._close(session, unclaimed_id, reader.now)
            else:
                todos.propose(
                    session,
                    BREAK_IN if late else UNCLAIMED,
                    str(unclaimed_id),
                    f"“{account.screen_name}”系统外发布的认领核对不符:{words}",
                    reader.now,
                    recipient=SUPERVISORS if late else recipient_on_duty(session, account.unit_id, reader.now),
                    due_at=None if late else due,
                )
            details = {"unclaimed": unclaimed_id, "agree": agree, "reason": words}
            audit.append(session, actor, "post.claim_checked", account.screen_name, details, reader.now)
            return self._row(session, unclaimed_id)

    def exclude(self, actor: Actor, unclaimed_id: int, reason: str) -> UnclaimedRow:
        """Take a post off the list that nobody posted, such as one that the platform makes by itself.

        Raises:
            PermissionRefusedError: the actor may not settle outcomes.
            NotFoundError: there is no such entry.
            RefusedError: the actor is of another unit.
            ConflictError: it was claimed or settled already.
            UsageError: no reason was given.
        """
        require(actor, Permission.POST_SETTLE, f"待认领{unclaimed_id}")
        words = _reason(reason, "排除的理由")
        with self._db.writing() as session:
            entry, _, account, reader = self._open(session, actor, unclaimed_id, UNSETTLED)
            self._change(
                session,
                entry,
                UNSETTLED,
                {
                    "state": ClaimState.CLEARED.value,
                    "handled_by": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "handled_at": reader.now,
                    "note": words,
                },
            )
            self._close(session, unclaimed_id, reader.now)
            details = {"unclaimed": unclaimed_id, "reason": words}
            audit.append(session, actor, "post.exclude", account.screen_name, details, reader.now)
            return self._row(session, unclaimed_id)

    def confirm_breakin(self, actor: Actor, unclaimed_id: int) -> UnclaimedRow:
        """Say that the account was broken into: the card for a stolen account is opened, or the open one is taken.

        Nobody has to wait until the time to claim is over.

        Raises:
            PermissionRefusedError: the actor does not keep the safety ledger.
            NotFoundError: there is no such entry.
            RefusedError: the actor is of another unit.
            ConflictError: it was claimed or settled already.
        """
        require(actor, Permission.SAFETY_EDIT, f"待认领{unclaimed_id}")
        with self._db.reading() as session:
            _, seen, account, _ = self._open(session, actor, unclaimed_id, UNSETTLED)
            card = self._card(session, account.id)
            reference = f"#{account.id}"
            note = f"系统外发布无人认领:微博{seen.platform_id}({format_beijing(seen.published_at)})"
        if card is None:
            card = self._safety.report_stolen(actor, reference, note).checklist_id
        with self._db.writing() as session:
            entry, _, account, reader = self._open(session, actor, unclaimed_id, UNSETTLED)
            self._change(
                session,
                entry,
                UNSETTLED,
                {
                    "state": ClaimState.SUSPECTED.value,
                    "handled_by": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "handled_at": reader.now,
                    "checklist_id": card,
                },
            )
            self._close(session, unclaimed_id, reader.now)
            details = {"unclaimed": unclaimed_id, "checklist": card}
            audit.append(session, actor, "post.breakin", account.screen_name, details, reader.now)
            return self._row(session, unclaimed_id)

    # --- inside a transaction -------------------------------------------------------------------------------

    def _open(
        self, session: Session, actor: Actor, unclaimed_id: int, states: Collection[ClaimState]
    ) -> tuple[UnclaimedPost, ObservedPost, Account, Reader]:
        found = PublishedRepository(session).unclaimed(unclaimed_id=unclaimed_id)
        if not found:
            raise NotFoundError(
                f"没有编号为{unclaimed_id}的待认领内容。", next_step="编号见 weibo-ops post unclaimed。"
            )
        entry, seen, account, _ = found[0]
        reader = Reader(session, self._judge, self._clock.now())
        rule = self._book().unclaimed.citation
        if not reader.reviewers.speaks_for(actor.unit_id, account.unit_id):
            raise RefusedError(
                f"{actor.name}不是账号“{account.screen_name}”主办单位或其上级单位的人员,不能办理。",
                rule=rule,
                next_step="请由主办单位或其上级单位人员办理。",
            )
        if entry.state not in {state.value for state in states}:
            raise ConflictError(
                f"该内容的状态是“{entry.state}”,不能再办。", rule=rule, next_step="见 weibo-ops post unclaimed --all。"
            )
        return entry, seen, account, reader

    def _change(
        self, session: Session, entry: UnclaimedPost, states: Collection[ClaimState], values: Mapping[str, object]
    ) -> None:
        if not PublishedRepository(session).change_unclaimed(entry.id, states, values):
            raise ConflictError("该内容刚被他人办理,本次未保存。", next_step="请重新查看:weibo-ops post unclaimed。")

    def _close(self, session: Session, unclaimed_id: int, now: datetime) -> None:
        for kind in (UNCLAIMED, BREAK_IN, CHECK):
            todos.close(session, kind, str(unclaimed_id), now)

    def _card(self, session: Session, account_id: int) -> int | None:
        cards = DutyRepository(session).checklists(STOLEN, open_only=True, account_id=account_id)
        return cards[0].id if cards else None

    def _row(self, session: Session, unclaimed_id: int) -> UnclaimedRow:
        return self._rows(session, unclaimed_id=unclaimed_id)[0]

    def _rows(
        self,
        session: Session,
        *,
        unclaimed_id: int | None = None,
        states: Collection[ClaimState] | None = None,
        account_id: int | None = None,
    ) -> list[UnclaimedRow]:
        now = self._clock.now()
        rows = PublishedRepository(session)
        found = rows.unclaimed(
            unclaimed_id=unclaimed_id,
            account_id=account_id,
            states=None if states is None else [state.value for state in states],
        )
        logins = {
            login
            for entry, *_ in found
            for login in (entry.author, entry.signer, entry.handled_by, entry.checked_by)
            if login
        }
        names = names_of(session, logins)
        return [
            UnclaimedRow(
                unclaimed_id=entry.id,
                account=account.screen_name,
                account_id=account.id,
                unit=unit,
                platform_id=seen.platform_id,
                link=f"https://weibo.com/{account.uid}/{bid_of(seen.platform_id)}" if account.uid else "",
                published_at=seen.published_at,
                text=seen.text,
                state=entry.state,
                found_at=entry.found_at,
                due_at=entry.due_at,
                overdue=entry.state in {state.value for state in UNSETTLED} and entry.due_at <= now,
                author=names.get(entry.author, entry.author),
                signer=names.get(entry.signer, entry.signer),
                signed_at=entry.signed_at,
                handled_by=names.get(entry.handled_by, entry.handled_by),
                note=entry.note,
                checked_by=names.get(entry.checked_by, entry.checked_by),
                checklist_id=entry.checklist_id,
                like=like_of(rows, account.id, seen.text) if entry.state in UNSETTLED else "",
            )
            for entry, seen, account, unit in found
        ]


def _reason(text: str, what: str) -> str:
    words = in_words(text, what)
    if len(words) < LEAST_REASON:
        raise UsageError(f"请写明{what}。", next_step="请用 --reason 写明。")
    return words
