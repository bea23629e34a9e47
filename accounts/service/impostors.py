"""Suspected impostors: found among imported profiles or a list, verified and followed up by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from accounts.enums import ImpostorState
from accounts.impostor_rules import RULE, STEPS, after, open_steps
from accounts.lookalikes import Candidate, Index, Match, RegisteredName
from accounts.models import ImpostorStep, ImpostorSuspect
from accounts.permissions import Permission
from accounts.repository.impostors import ImpostorRepository
from accounts.repository.register import PLATFORM, AccountRepository
from accounts.schemas.impostors import Imitation, ScanResult, SuspectRow, SuspectStep
from accounts.standards import StandardService
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.vault import Vault

VERIFY_DUE = "impostor.verify"


class ImpostorService:
    """Use cases on suspected impostors (疑似仿冒账号)."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._vault = vault

    def judge(self, candidates: Sequence[Candidate], of: Iterable[str] | None = None) -> list[Imitation]:
        """Say of each candidate what it imitates, if anything; nothing is stored.

        Args:
            candidates: names, with uid and certification where known.
            of: names to be protected; None takes the register.
        """
        index = Index([RegisteredName(name) for name in of]) if of is not None else self._index()
        found = [index.best_match(candidate) for candidate in candidates]
        return [
            Imitation(
                candidate.name,
                match.imitates if match else "",
                match.score if match else None,
                match.reasons if match else (),
            )
            for candidate, match in zip(candidates, found, strict=True)
        ]

    def scan(self, actor: Actor, as_of: datetime | None = None) -> ScanResult:
        """Look through the imported profiles of accounts that are not registered, as of an instant.

        Raises:
            PermissionRefusedError: the actor does not handle suspected impostors.
        """
        require(actor, Permission.IMPOSTOR_HANDLE, "扫描")
        instant = as_of or self._clock.now()
        with self._db.reading() as session:
            registered = ImpostorRepository(session).registered_uids()
            profiles = AccountRepository(session).newest_snapshots(instant)
        candidates = [
            Candidate(row.screen_name, uid, row.verified, row.verified_type, row.verified_reason)
            for uid, row in sorted(profiles.items())
            if uid not in registered
        ]
        return self.record(actor, candidates)

    def record(self, actor: Actor, candidates: Sequence[Candidate]) -> ScanResult:
        """Store which candidates look like registered accounts, for a person to verify.

        One that was dismissed or settled stays so, unless its certification has changed since.

        Raises:
            PermissionRefusedError: the actor does not handle suspected impostors.
        """
        require(actor, Permission.IMPOSTOR_HANDLE, "登记")
        index = self._index()
        matches = [(candidate, match) for candidate in candidates if (match := index.best_match(candidate))]
        added = again = left = 0
        now = self._clock.now()
        with self._db.writing() as session:
            repository = ImpostorRepository(session)
            ids = {name: account_id for account_id, name, _, _ in reversed(repository.protected())}
            known = repository.by_key()
            for candidate, match in matches:
                row = known.get((candidate.name, candidate.uid))
                if row is None:
                    self._add(session, candidate, match, ids[match.imitates], now)
                    added += 1
                elif row.state in (ImpostorState.DISMISSED, ImpostorState.CLOSED) and not _changed(row, candidate):
                    row.last_seen = max(row.last_seen, now)
                    left += 1
                else:
                    self._see_again(session, actor, row, candidate, match, now)
                    again += 1
            result = ScanResult(len(candidates), added, again, left)
            audit.append(session, actor, "impostor.scan", "疑似仿冒账号", vars(result), now)
        return result

    def list_suspects(self, state: str | None = None) -> list[SuspectRow]:
        """List the suspects, in one state or all, the surest first.

        Raises:
            UsageError: there is no such state.
        """
        if state is not None and state not in set(ImpostorState):
            raise UsageError(f"没有“{state}”这一状态。", next_step=f"可选:{'、'.join(ImpostorState)}。")
        with self._db.reading() as session:
            return [
                _row(*found)
                for found in ImpostorRepository(session).suspects()
                if state is None or found[0].state == state
            ]

    def show(self, suspect_id: int) -> tuple[SuspectRow, list[SuspectStep]]:
        """Return a suspect and the steps taken.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            repository = ImpostorRepository(session)
            found = next((each for each in repository.suspects() if each[0].id == suspect_id), None)
            if found is None:
                raise _missing(suspect_id)
            return _row(*found), [
                SuspectStep(
                    step.step,
                    step.state_before,
                    step.state_after,
                    step.person,
                    step.on_behalf_of or "",
                    step.at,
                    step.note,
                    tuple(each["digest"] for each in step.attachments),
                )
                for step in repository.steps(suspect_id)
            ]

    def take_step(
        self, actor: Actor, suspect_id: int, step: str, note: str, evidence: Sequence[Path] = ()
    ) -> SuspectRow:
        """Take a step on a suspect's way: 核实, 排除, 投诉, 移送, 办结.

        Args:
            actor: who takes it.
            suspect_id: the suspect.
            step: its name.
            note: what the step asks to be said, e.g. the number under which the platform took the complaint.
            evidence: files to keep, e.g. screenshots.

        Raises:
            PermissionRefusedError: the actor does not handle suspected impostors.
            NotFoundError: there is no such suspect.
            RefusedError: the step is not open from where it stands.
            UsageError: nothing was said.
            ConflictError: somebody took a step at the same moment.
        """
        require(actor, Permission.IMPOSTOR_HANDLE, str(suspect_id))
        if step not in STEPS or step == "重新发现":
            raise UsageError(f"没有“{step}”这一步。", next_step="可选:核实、排除、投诉、移送、办结。")
        if not note.strip():
            raise UsageError(f"{step}须写明{STEPS[step].asks}。", next_step="请用 --note 写明。")
        stored = [self._vault.put(path) for path in evidence]
        with self._db.writing() as session:
            repository = ImpostorRepository(session)
            row = repository.suspect(suspect_id)
            if row is None:
                raise _missing(suspect_id)
            target = after(row.state, step)
            if target is None:
                raise RefusedError(
                    f"“{row.screen_name}”现为“{row.state}”,不能{step}。",
                    rule=RULE,
                    next_step=f"可办:{'、'.join(open_steps(row.state)) or '已办结'}。",
                )
            now = self._clock.now()
            attachments = [vars(each) for each in stored]
            self._move(session, row, actor, step, target, now, note.strip(), attachments)
            todos.close(session, VERIFY_DUE, str(suspect_id), now)
            details = {"suspect": suspect_id, "step": step, "evidence": [each.digest for each in stored]}
            audit.append(session, actor, "impostor.step", row.screen_name, details, now)
        return self.show(suspect_id)[0]

    def _index(self) -> Index:
        day = beijing_date(self._clock.now())
        book = self._standards.in_force("accounts", day).book
        assert isinstance(book, AccountsBook)
        with self._db.reading() as session:
            rows = ImpostorRepository(session).protected()
        return Index(
            [RegisteredName(name, unit, uid) for _, name, unit, uid in rows], book.certification.government_types
        )

    def _add(self, session: Session, candidate: Candidate, match: Match, account_id: int, now: datetime) -> None:
        row = ImpostorSuspect(
            platform=PLATFORM,
            screen_name=candidate.name,
            uid=candidate.uid,
            account_id=account_id,
            score=match.score,
            reasons=list(match.reasons),
            verified=candidate.verified,
            verified_reason=candidate.verified_reason,
            state=ImpostorState.SUSPECTED.value,
            first_seen=now,
            last_seen=now,
        )
        session.add(row)
        session.flush()
        todos.propose(
            session, VERIFY_DUE, str(row.id), f"核实疑似仿冒账号“{candidate.name}”(形似“{match.imitates}”)", now
        )

    def _see_again(
        self,
        session: Session,
        actor: Actor,
        row: ImpostorSuspect,
        candidate: Candidate,
        match: Match,
        now: datetime,
    ) -> None:
        if row.state in (ImpostorState.DISMISSED, ImpostorState.CLOSED):
            note = f"认证信息由“{row.verified_reason or '无'}”变为“{candidate.verified_reason or '无'}”"
            self._move(session, row, actor, "重新发现", ImpostorState.SUSPECTED, now, note, [])
            todos.propose(session, VERIFY_DUE, str(row.id), f"再次核实疑似仿冒账号“{candidate.name}”:{note}", now)
            session.refresh(row)
        row.last_seen = max(row.last_seen, now)
        row.score, row.reasons = match.score, list(match.reasons)
        row.verified, row.verified_reason = candidate.verified, candidate.verified_reason

    def _move(
        self,
        session: Session,
        row: ImpostorSuspect,
        actor: Actor,
        step: str,
        target: ImpostorState,
        now: datetime,
        note: str,
        attachments: list[dict[str, Any]],
    ) -> None:
        # The update changes the row in memory, too.
        before = row.state
        if not ImpostorRepository(session).move(row.id, row.version, {"state": target.value}):
            raise ConflictError(f"“{row.screen_name}”刚被他人办理,本次未保存。", next_step="请重新读取后再办。")
        session.add(
            ImpostorStep(
                suspect_id=row.id,
                step=step,
                state_before=before,
                state_after=target.value,
                person=actor.person,
                on_behalf_of=actor.on_behalf_of,
                at=now,
                note=note,
                attachments=attachments,
            )
        )


def _changed(row: ImpostorSuspect, candidate: Candidate) -> bool:
    return (row.verified, row.verified_reason) != (candidate.verified, candidate.verified_reason)


def _row(row: ImpostorSuspect, imitates: str, unit: str) -> SuspectRow:
    return SuspectRow(
        suspect_id=row.id,
        screen_name=row.screen_name,
        uid=row.uid,
        imitates=imitates,
        unit=unit,
        score=row.score,
        reasons=tuple(row.reasons),
        verified=row.verified,
        verified_reason=row.verified_reason,
        state=row.state,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        version=row.version,
    )


def _missing(suspect_id: int) -> NotFoundError:
    return NotFoundError(f"没有编号为{suspect_id}的疑似仿冒账号。", next_step="编号见 weibo-ops impostor list。")
