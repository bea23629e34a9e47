"""The register as a directory: certification on file, the matrix, the national list, and whether an account is real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from accounts.checks.filed import Difference, drift_of
from accounts.enums import AccountStatus, Platform
from accounts.gathering import CERTIFYING, comparable_name, filed_certification
from accounts.models import Account, AccountAct, AccountSnapshot, Certification
from accounts.permissions import Permission
from accounts.reporting_list import Comparison, Entry, compare
from accounts.repository.duty import SUPERVISORS, DutyRepository
from accounts.repository.lifecycle import LifecycleRepository
from accounts.repository.register import AccountRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.schemas.directory import CertificationRow, MatrixCell, MatrixRow, Verification
from accounts.service.safety import find_account
from accounts.service.units import find_unit, unit_rows
from accounts.standards import StandardService
from accounts.verify import Directory, Known, Seen
from config.rulebook.accounts import AccountsBook, CertificationSection
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError
from weibo_ops.kernel.vault import Vault

REVIEWING = "核对认证"
REVIEW_RULE = "认证信息由录入人以外的人员核对(本程序默认标准)"
KEEPER_RULE = "账号认证由主办单位、其上级单位或监管归口登记(本程序默认标准)"
REVIEW_DUE = "certification.review"
_REPORTED = (AccountStatus.IN_FILING, AccountStatus.RUNNING, AccountStatus.PAUSED, AccountStatus.CLOSING)
"""States of an account that the national list may know; one that was cancelled meets it, too."""


class DirectoryService:
    """Use cases on the register as others look into it."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._vault = vault

    # --- certification --------------------------------------------------------------------------------------

    def certifications(self, *, drift_only: bool = False) -> list[CertificationRow]:
        """List what is on file beside what the newest profiles show, by unit and account."""
        with self._db.reading() as session:
            return [row for row in self._certifications(session) if row.drift or not drift_only]

    def file_certification(
        self,
        actor: Actor,
        account: str,
        text: str,
        *,
        kind: str = "政府",
        certified_on: date | None = None,
        expires_on: date | None = None,
        documents: Sequence[Path] = (),
    ) -> CertificationRow:
        """Put the certification of an account on file; documents (盖章表格, 公函) go into the evidence store.

        What is entered waits for a review by another person.

        Raises:
            PermissionRefusedError: the actor does not keep certifications.
            NotFoundError: there is no such account.
            RefusedError: the account is another branch's, or was cancelled.
            UsageError: there is no text, the kind is none, it expires before it begins, or a file cannot be read.
            ConflictError: somebody changed it at the same moment.
        """
        require(actor, Permission.CERTIFICATION_EDIT, account)
        text, kind = text.strip(), kind.strip()
        if not text or len(text) > 300:
            raise UsageError("认证说明为空或过长。", next_step="请照平台显示填写。")
        kinds = [each.name for each in self._rules().kinds]
        if kinds and kind not in kinds:
            raise UsageError(f"认证类型“{kind[:20]}”不对。", next_step=f"可选:{'、'.join(kinds)}。")
        if certified_on is not None and expires_on is not None and expires_on < certified_on:
            raise UsageError("认证到期日早于认证日。", next_step="请核对日期。")
        with self._db.reading() as session:
            self._keeps(session, actor, find_account(DutyRepository(session), account))
        stored = [vars(self._vault.put(path)) for path in documents]
        with self._db.writing() as session:
            advisory_lock(session, "certifications")
            found = find_account(DutyRepository(session), account)
            self._keeps(session, actor, found)
            repository = LifecycleRepository(session)
            known = repository.certifications().get(found.id)
            held = list(known.documents) if known else []
            values: dict[str, object] = {
                "kind": kind,
                "text": text,
                "certified_on": certified_on,
                "expires_on": expires_on,
                "reviewed_on": None,
                "reviewed_by": "",
                "documents": [*held, *(each for each in stored if each not in held)],
            }
            if not repository.file_certification(found.id, known.version if known else 0, values):
                raise _changed(found.screen_name)
            now = self._clock.now()
            details: dict[str, object] = {
                "kind": kind,
                "text": text,
                "certified_on": certified_on.isoformat() if certified_on else "",
                "expires_on": expires_on.isoformat() if expires_on else "",
            }
            self._act(repository, actor, found, CERTIFYING, details)
            title = f"“{found.screen_name}”的认证登记待另一人核对"
            todos.propose(session, REVIEW_DUE, str(found.id), title, now, recipient=SUPERVISORS)
            papers = {"documents": [each["digest"] for each in stored]}
            audit.append(session, actor, "certification.file", found.screen_name, details | papers, now)
            return self._certification(session, found.id)

    def review_certification(self, actor: Actor, account: str) -> CertificationRow:
        """Confirm that what is on file is what the platform shows; by another person than who entered it.

        Raises:
            PermissionRefusedError: the actor does not keep certifications.
            NotFoundError: there is no such account.
            RefusedError: nothing is on file, the actor entered it (also through a deputy), it differs from what the
                platform shows, or the account is another branch's.
            ConflictError: somebody changed it at the same moment.
        """
        require(actor, Permission.CERTIFICATION_EDIT, account)
        with self._db.writing() as session:
            found = find_account(DutyRepository(session), account)
            self._keeps(session, actor, found)
            repository = LifecycleRepository(session)
            known = repository.certifications().get(found.id)
            if known is None:
                raise RefusedError(
                    f"“{found.screen_name}”没有登记认证。", next_step="请先登记:weibo-ops account certify。"
                )
            entered = _newest(repository.acts([found.id]), CERTIFYING)
            if entered is not None:
                earlier = [login for login in (entered.person, entered.on_behalf_of) if login]
                require_second_person(actor, earlier, REVIEWING, rule=REVIEW_RULE)
            row = self._certification(session, found.id)
            if row.drift:
                raise RefusedError(
                    f"登记与平台显示不一致({';'.join(row.differences)}),不能通过核对。",
                    rule=REVIEW_RULE,
                    next_step="请查明后更新登记。",
                )
            now = self._clock.now()
            values = {"reviewed_on": beijing_date(now), "reviewed_by": actor.person}
            if not repository.file_certification(found.id, known.version, values):
                raise _changed(found.screen_name)
            self._act(repository, actor, found, REVIEWING, {"text": row.text})
            todos.close(session, REVIEW_DUE, str(found.id), now)
            audit.append(session, actor, "certification.review", found.screen_name, {"text": row.text}, now)
            return self._certification(session, found.id)

    # --- matrix and comparison ------------------------------------------------------------------------------

    def matrix(self, unit: str | None = None) -> list[MatrixRow]:
        """Return units × platforms in the order of the administrative tree; units given up without accounts aside.

        Args:
            unit: only this unit and what lies below it, with its depth in the whole tree.

        Raises:
            NotFoundError: there is no such unit.
        """
        with self._db.reading() as session:
            repository = UnitRepository(session)
            wanted = unit_tree(session).branch(find_unit(repository, unit).id) if unit else None
            cells: dict[tuple[str, str], list[MatrixCell]] = {}
            for account, name in LifecycleRepository(session).accounts():
                if account.status != AccountStatus.CANCELLED:
                    cell = MatrixCell(account.id, account.screen_name, account.kind, account.status)
                    cells.setdefault((name, account.platform), []).append(cell)
            rows = [
                (row, MatrixRow(row.name, row.depth, _cells(cells, row.name)))
                for row in unit_rows(repository)
                if wanted is None or row.unit_id in wanted
            ]
        return [made for row, made in rows if row.active or any(accounts for _, accounts in made.cells)]

    def compare(self, actor: Actor, theirs: Sequence[Entry], source: str) -> list[Comparison]:
        """Compare the register with the list of the national reporting system; nothing is stored but the audit entry.

        Args:
            actor: who compares.
            theirs: the entries of the list.
            source: SHA-256 of its file.

        Raises:
            PermissionRefusedError: the actor does not keep the register.
        """
        require(actor, Permission.REGISTER_EDIT, "比对")
        with self._db.writing() as session:
            ours = [
                Entry(account.platform, account.uid or "", account.screen_name, unit, account.status)
                for account, unit in LifecycleRepository(session).accounts()
                if account.status in (*_REPORTED, AccountStatus.CANCELLED)
            ]
            rows = compare(ours, theirs)
            counts = Counter(str(row.outcome) for row in rows)
            audit.append(session, actor, "account.compare", source, dict(counts), self._clock.now())
        return rows

    # --- verification ---------------------------------------------------------------------------------------

    def verify(self, asked: str) -> Verification:
        """Say whether an account is registered, bore a name before, was cancelled, looks like one, or is unknown.

        Nothing of people or telephones is told.
        """
        rules = self._rules()
        with self._db.reading() as session:
            repository = LifecycleRepository(session)
            profiles = AccountRepository(session).newest_snapshots(self._clock.now())
            names, filed = repository.names_by_account(), repository.certifications()
            seen = {
                uid: Seen(row.screen_name, row.verified, row.verified_type, row.verified_reason)
                for uid, row in profiles.items()
            }
            known = [
                Known(
                    platform=account.platform,
                    uid=account.uid or "",
                    name=account.screen_name,
                    unit=unit,
                    status=account.status,
                    since=account.status_since,
                    former=tuple((row.name, row.until_at) for row in names.get(account.id, ()) if row.until_at),
                    certification=_told(_profile(account, profiles), filed.get(account.id)),
                )
                for account, unit in repository.accounts()
            ]
        return Directory(known, seen, rules.government_types).answer(asked)

    # --- inside ---------------------------------------------------------------------------------------------

    def _rules(self) -> CertificationSection:
        book = self._standards.in_force("accounts", beijing_date(self._clock.now())).book
        assert isinstance(book, AccountsBook)
        return book.certification

    def _keeps(self, session: Session, actor: Actor, account: Account) -> None:
        tree = unit_tree(session)
        unit_id = account.unit_id
        if not (tree.speaks_for(actor.unit_id, unit_id) or tree.stands_over(actor.unit_id, unit_id)):
            raise RefusedError(
                f"“{account.screen_name}”不归{actor.name}所在单位管理。",
                rule=KEEPER_RULE,
                next_step="请由主办单位、其上级单位或监管归口的监管人员办理。",
            )
        if account.status == AccountStatus.CANCELLED:
            raise RefusedError(f"“{account.screen_name}”已注销,不再登记认证。", next_step="请核对账号。")

    def _act(
        self, repository: LifecycleRepository, actor: Actor, account: Account, name: str, details: dict[str, object]
    ) -> None:
        repository.add_act(
            {
                "account_id": account.id,
                "act": name,
                "state_before": account.status,
                "state_after": account.status,
                "person": actor.person,
                "on_behalf_of": actor.on_behalf_of,
                "unit_id": actor.unit_id,
                "at": self._clock.now(),
                "details": {key: value for key, value in details.items() if value},
            }
        )

    def _certification(self, session: Session, account_id: int) -> CertificationRow:
        session.flush()
        return next(row for row in self._certifications(session) if row.account_id == account_id)

    def _certifications(self, session: Session) -> list[CertificationRow]:
        rules = self._rules()
        repository = LifecycleRepository(session)
        filed, names = repository.certifications(), repository.names_by_account()
        profiles = AccountRepository(session).newest_snapshots(self._clock.now())
        entered = {act.account_id: act for act, _ in repository.acts(filed) if act.act == CERTIFYING}
        rows = []
        for account, unit in repository.accounts():
            row = filed.get(account.id)
            if row is None:
                continue
            profile, act = _profile(account, profiles), entered.get(account.id)
            differences = drift_of(
                filed_certification(row, act),
                account.screen_name,
                rules,
                verified=profile.verified if profile else None,
                verified_type=profile.verified_type if profile else None,
                verified_reason=profile.verified_reason if profile else "",
                shown_name=comparable_name(profile, names.get(account.id, ())),
            )
            rows.append(
                CertificationRow(
                    account_id=account.id,
                    account=account.screen_name,
                    unit=unit,
                    platform=account.platform,
                    kind=row.kind,
                    text=row.text,
                    certified_on=row.certified_on,
                    expires_on=row.expires_on,
                    entered_on=beijing_date(act.at) if act else None,
                    entered_by=act.person if act else "",
                    reviewed_on=row.reviewed_on,
                    reviewed_by=row.reviewed_by,
                    documents=tuple(f"{each['name']}({each['digest'][:12]})" for each in row.documents),
                    shown=_told(profile, None),
                    shown_at=profile.observed_at if profile else None,
                    differences=tuple(map(_in_words, differences)),
                    drift=bool(differences),
                    version=row.version,
                )
            )
        return rows


def _cells(cells: dict[tuple[str, str], list[MatrixCell]], unit: str) -> tuple[tuple[str, tuple[MatrixCell, ...]], ...]:
    return tuple((each.value, tuple(cells.get((unit, each.value), ()))) for each in Platform)


def _profile(account: Account, profiles: dict[str, AccountSnapshot]) -> AccountSnapshot | None:
    return profiles.get(account.uid or "") if account.platform == Platform.WEIBO else None


def _told(profile: AccountSnapshot | None, filed: Certification | None) -> str:
    if profile is None or profile.verified is None:
        return filed.text if filed is not None else ""
    return Seen(profile.screen_name, profile.verified, profile.verified_type, profile.verified_reason).certification


def _in_words(difference: Difference) -> str:
    return f"{difference.word}:{difference.filed} / {difference.shown}"


def _newest(acts: Sequence[tuple[AccountAct, str]], name: str) -> AccountAct | None:
    return next((act for act, _ in reversed(acts) if act.act == name), None)


def _changed(name: str) -> ConflictError:
    return ConflictError(f"“{name}”的认证刚被他人修改,本次未保存。", next_step="请重新读取后再改。")
