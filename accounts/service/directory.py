"""The register as a directory: certification on file, the matrix, the national list, and whether an account is real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from accounts.enums import AccountStatus, Platform
from accounts.lookalikes import Candidate, Index, RegisteredName
from accounts.models import Account, AccountSnapshot
from accounts.permissions import Permission
from accounts.reporting_list import Comparison, Entry, compare
from accounts.repository.duty import DutyRepository
from accounts.repository.lifecycle import LifecycleRepository
from accounts.repository.register import AccountRepository
from accounts.repository.units import UnitRepository
from accounts.schemas.directory import CertificationRow, MatrixRow, Verification
from accounts.service.safety import find_account
from accounts.service.units import unit_rows
from accounts.standards import StandardService
from accounts.verify import read_reference
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError
from weibo_ops.kernel.text import normalise_name
from weibo_ops.kernel.vault import Vault

REVIEW_RULE = "认证信息由录入人以外的人员核对(本程序默认标准)"


class DirectoryService:
    """Use cases on the register as others look into it."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._vault = vault

    # --- certification --------------------------------------------------------------------------------------

    def certifications(self, *, drift_only: bool = False) -> list[CertificationRow]:
        """List what is on file beside what the newest profiles show, by account."""
        with self._db.reading() as session:
            repository = LifecycleRepository(session)
            filed = repository.certifications()
            profiles = AccountRepository(session).newest_snapshots(self._clock.now())
            rows = []
            for account, unit in repository.accounts():
                row = filed.get(account.id)
                if row is None:
                    continue
                profile = profiles.get(account.uid or "") if account.platform == Platform.WEIBO else None
                drift = _drifts(row.text, profile)
                if drift or not drift_only:
                    rows.append(
                        CertificationRow(
                            account_id=account.id,
                            account=account.screen_name,
                            unit=unit,
                            kind=row.kind,
                            text=row.text,
                            certified_on=row.certified_on,
                            expires_on=row.expires_on,
                            reviewed_on=row.reviewed_on,
                            reviewed_by=row.reviewed_by,
                            documents=tuple(f"{each['name']}({each['digest'][:12]})" for each in row.documents),
                            shown=_shown(profile),
                            shown_at=profile.observed_at if profile else None,
                            drift=drift,
                            version=row.version,
                        )
                    )
        return rows

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

        Raises:
            PermissionRefusedError: the actor does not keep certifications.
            UsageError: there is no text, or it expires before it begins.
        """
        require(actor, Permission.CERTIFICATION_EDIT, account)
        if not text.strip() or len(text) > 300:
            raise UsageError("认证说明为空或过长。", next_step="请照平台显示填写。")
        if certified_on is not None and expires_on is not None and expires_on < certified_on:
            raise UsageError("认证到期日早于认证日。", next_step="请核对日期。")
        stored = [vars(self._vault.put(path)) for path in documents]
        with self._db.writing() as session:
            found = find_account(DutyRepository(session), account)
            repository = LifecycleRepository(session)
            known = repository.certifications().get(found.id)
            values: dict[str, object] = {
                "kind": kind.strip(),
                "text": text.strip(),
                "certified_on": certified_on,
                "expires_on": expires_on,
                "reviewed_on": None,
                "reviewed_by": "",
                "documents": [*(known.documents if known else []), *stored],
            }
            if not repository.file_certification(found.id, known.version if known else 0, values):
                raise _changed(found.screen_name)
            details = {"text": text.strip(), "expires_on": expires_on, "documents": [each["digest"] for each in stored]}
            audit.append(session, actor, "certification.file", found.screen_name, details, self._clock.now())
            account_id = found.id
        return self._certification(account_id)

    def review_certification(self, actor: Actor, account: str) -> CertificationRow:
        """Confirm that what is on file is what the platform shows; by another person than who entered it.

        Raises:
            PermissionRefusedError: the actor does not keep certifications.
            RefusedError: nothing is on file, the actor entered it, or it differs from what the platform shows.
        """
        require(actor, Permission.CERTIFICATION_EDIT, account)
        with self._db.writing() as session:
            found = find_account(DutyRepository(session), account)
            repository = LifecycleRepository(session)
            known = repository.certifications().get(found.id)
            if known is None:
                raise RefusedError(
                    f"“{found.screen_name}”没有登记认证。", next_step="请先登记:weibo-ops account certify。"
                )
            entered = audit.persons(session, "certification.file", found.screen_name)
            require_second_person(actor, entered[-1:], "核对认证", rule=REVIEW_RULE)
            profile = AccountRepository(session).newest_snapshots(self._clock.now()).get(found.uid or "")
            if _drifts(known.text, profile):
                raise RefusedError(
                    f"登记为“{known.text}”,平台显示“{_shown(profile)}”,不一致,不能通过核对。",
                    rule=REVIEW_RULE,
                    next_step="请查明后更新登记。",
                )
            now = self._clock.now()
            values = {"reviewed_on": beijing_date(now), "reviewed_by": actor.person}
            if not repository.file_certification(found.id, known.version, values):
                raise _changed(found.screen_name)
            audit.append(session, actor, "certification.review", found.screen_name, {}, now)
            account_id = found.id
        return self._certification(account_id)

    # --- matrix and comparison ------------------------------------------------------------------------------

    def matrix(self) -> list[MatrixRow]:
        """Return units × platforms in the order of the administrative tree."""
        with self._db.reading() as session:
            cells: dict[str, dict[str, str]] = {}
            for account, unit in LifecycleRepository(session).accounts():
                if account.status == AccountStatus.CANCELLED:
                    continue
                state = "" if account.status == AccountStatus.RUNNING else f"({account.status})"
                own = cells.setdefault(unit, {})
                shown = f"{account.screen_name}{state}"
                own[account.platform] = f"{own[account.platform]}、{shown}" if account.platform in own else shown
            return [
                MatrixRow(
                    row.name,
                    row.depth,
                    tuple((each.value, cells.get(row.name, {}).get(each.value, "")) for each in Platform),
                )
                for row in unit_rows(UnitRepository(session))
            ]

    def compare(self, actor: Actor, theirs: Sequence[Entry], source: str) -> list[Comparison]:
        """Compare the register with the list of the national reporting system; the comparison is in the audit log.

        Raises:
            PermissionRefusedError: the actor does not keep the register.
        """
        require(actor, Permission.REGISTER_EDIT, "比对")
        with self._db.writing() as session:
            ours = [
                Entry(account.platform, account.uid or "", account.screen_name, unit, account.status)
                for account, unit in LifecycleRepository(session).accounts()
                if account.status not in (AccountStatus.CANCELLED, AccountStatus.PLANNED, AccountStatus.IN_APPROVAL)
            ]
            rows = compare(ours, theirs)
            counts: dict[str, int] = {}
            for row in rows:
                counts[row.outcome] = counts.get(row.outcome, 0) + 1
            audit.append(session, actor, "account.compare", source, counts, self._clock.now())
        return rows

    # --- verification ---------------------------------------------------------------------------------------

    def verify(self, asked: str) -> Verification:
        """Say whether an account is registered, bore a name before, looks like a registered one, or is unknown.

        Nothing of people or telephones is told.
        """
        reference = read_reference(asked)
        with self._db.reading() as session:
            repository = LifecycleRepository(session)
            accounts = repository.accounts()
            profiles = AccountRepository(session).newest_snapshots(self._clock.now())
            name = reference.name
            if reference.uid:
                for account, unit in accounts:
                    if account.uid == reference.uid:
                        return self._registered(asked, account, unit, profiles)
                profile = profiles.get(reference.uid)
                name = profile.screen_name if profile else ""
            wanted = normalise_name(name)
            if wanted:
                for account, unit in accounts:
                    same = normalise_name(account.screen_name) == wanted
                    if same and not (reference.uid and account.uid and account.uid != reference.uid):
                        return self._registered(asked, account, unit, profiles)
                former = self._former(asked, wanted, accounts, repository) if not reference.uid else None
                if former is not None:
                    return former
                look_alike = self._look_alike(asked, name, reference.uid, accounts, profiles)
                if look_alike is not None:
                    return look_alike
        return Verification(asked, "未登记", "", "", "", "", "", "台账中没有该账号。")

    def _registered(
        self, asked: str, account: Account, unit: str, profiles: dict[str, AccountSnapshot]
    ) -> Verification:
        profile = profiles.get(account.uid or "") if account.platform == Platform.WEIBO else None
        gone = account.status == AccountStatus.CANCELLED
        since = f",{format_beijing(account.status_since)[:10]}起" if account.status_since else ""
        remark = f"该账号已注销{since}。" if gone else f"{unit}主办,{account.status}。"
        return Verification(
            asked,
            "已注销" if gone else "已登记",
            account.screen_name,
            unit,
            Platform(account.platform).label,
            account.status,
            _shown(profile),
            remark,
        )

    def _former(
        self, asked: str, wanted: str, accounts: Sequence[tuple[Account, str]], repository: LifecycleRepository
    ) -> Verification | None:
        for account, unit in accounts:
            for row in repository.names(account.id):
                if normalise_name(row.name) == wanted and row.name != account.screen_name:
                    since = f"{format_beijing(row.until_at)[:10]}起" if row.until_at else ""
                    return Verification(
                        asked,
                        "曾用名",
                        account.screen_name,
                        unit,
                        Platform(account.platform).label,
                        account.status,
                        "",
                        f"这是“{account.screen_name}”的曾用名,{since}改用现名;现用此名者须另行核实。",
                    )
        return None

    def _look_alike(
        self,
        asked: str,
        name: str,
        uid: str,
        accounts: Sequence[tuple[Account, str]],
        profiles: dict[str, AccountSnapshot],
    ) -> Verification | None:
        book = self._standards.in_force("accounts", beijing_date(self._clock.now())).book
        assert isinstance(book, AccountsBook)
        alive = [(account, unit) for account, unit in accounts if account.status != AccountStatus.CANCELLED]
        index = Index(
            [RegisteredName(account.screen_name, unit, account.uid or "") for account, unit in alive],
            book.certification.government_types,
        )
        profile = profiles.get(uid)
        match = index.best_match(
            Candidate(
                name,
                uid,
                profile.verified if profile else None,
                profile.verified_type if profile else None,
                profile.verified_reason if profile else "",
            )
        )
        if match is None:
            return None
        account, unit = next(found for found in alive if found[0].screen_name == match.imitates)
        return Verification(
            asked,
            "疑似仿冒",
            account.screen_name,
            unit,
            Platform(account.platform).label,
            account.status,
            _shown(profile),
            f"形似“{match.imitates}”({';'.join(match.reasons)}),未登记,须人工核实。",
        )

    def _certification(self, account_id: int) -> CertificationRow:
        return next(row for row in self.certifications() if row.account_id == account_id)


def _shown(profile: AccountSnapshot | None) -> str:
    if profile is None or profile.verified is None:
        return ""
    return (profile.verified_reason or "已认证") if profile.verified else "未认证"


def _drifts(text: str, profile: AccountSnapshot | None) -> bool:
    if profile is None or profile.verified is None:
        return False
    return not profile.verified or (
        bool(profile.verified_reason) and normalise_name(profile.verified_reason) != normalise_name(text)
    )


def _changed(name: str) -> ConflictError:
    return ConflictError(f"“{name}”的认证刚被他人修改,本次未保存。", next_step="请重新读取后再改。")
