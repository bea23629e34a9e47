"""Signing in: the first administrator, sessions, and in whose name an act is done."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from accounts.models import Staff
from accounts.passwords import check_password, hash_password, outdated, verify_password
from accounts.permissions import Permission
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository
from accounts.roles import WITHHELD, Role, permissions_of
from accounts.schemas.people import SignedIn
from accounts.service.units import unit_name
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import NotFoundError, RefusedError, SignInRequiredError, UsageError

LONGEST_NAME = 50
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
NOT_DELEGATED = frozenset({Permission.STAFF_EDIT, Permission.UNIT_EDIT, Permission.ACT_FOR})
"""What nobody gains by acting for somebody: keeping the register of people."""
WRONG = "登录名或口令不正确。"
DEPUTY_RULE = "受委托审核(A/B岗)须有在期的委托,并留痕"
VISITOR = Actor("visitor", "未登录人员")


class SessionService:
    """Use cases of signing in and out."""

    def __init__(self, db: Database, clock: Clock, hours: int = 12) -> None:
        """Args: db, clock; ``hours`` is how long a session holds."""
        self._db = db
        self._clock = clock
        self._holds_for = timedelta(hours=hours)

    def staff_exist(self) -> bool:
        """Say whether anybody was registered; until then the person at the machine does the machine work."""
        with self._db.reading() as session:
            return PeopleRepository(session).staff_exist()

    def init(self, login: str, name: str, password: str, unit: str = "") -> None:
        """Make the first administrator (系统管理员), who then registers everybody else.

        Raises:
            RefusedError: somebody is registered already.
            UsageError: login, name or password do not conform.
        """
        check_login(login)
        name = person_name(name)
        unit = unit_name(unit) if unit.strip() else ""
        check_password(password, login)
        hashed = hash_password(password)
        with self._db.writing() as session:
            advisory_lock(session, "staff")
            people = PeopleRepository(session)
            if people.staff_exist():
                raise RefusedError("本系统已有登记人员,不能再次初始化。", next_step="请由系统管理员登录后添加人员。")
            unit_id = _unit(UnitRepository(session), unit) if unit else None
            now = self._clock.now()
            people.add_staff(
                {
                    "login": login,
                    "name": name,
                    "unit_id": unit_id,
                    "password_hash": hashed,
                    "roles": [Role.ADMINISTRATOR.value],
                    "created_at": now,
                }
            )
            audit.append(session, Actor(login, name), "staff.init", login, {"unit": unit}, now)

    def login(self, login: str, password: str) -> SignedIn:
        """Open a session.

        Raises:
            RefusedError: login or password is wrong, the person is locked out for a while, was deactivated, works
                under a contract that has ended, or is a service account.
        """
        with self._db.reading() as session:
            person = PeopleRepository(session).staff_by_login(login)
        right = verify_password(person.password_hash if person and not person.service else "", password)
        now = self._clock.now()
        refusal: RefusedError | None = None
        with self._db.writing() as session:
            people = PeopleRepository(session)
            person = people.staff_by_login(login)
            if person is None or person.service:
                raise RefusedError(WRONG, next_step="请核对后重试,或请系统管理员重设口令。")
            if person.locked_until is not None and person.locked_until > now:
                raise RefusedError(
                    f"连续{MOST_FAILURES}次输入有误,暂不能登录,{format_beijing(person.locked_until)}后再试。",
                    next_step="忘记口令的,请系统管理员重设。",
                )
            if not right:
                refusal = _count_failure(people, person, self._clock)
                audit.append(session, Actor(login, person.name), "staff.login_failed", login, {}, now)
            elif not person.active:
                raise RefusedError(f"{person.name}的登录已停用。", next_step="请联系系统管理员。")
            elif person.contract_ends_on is not None and person.contract_ends_on < beijing_date(now):
                raise RefusedError(
                    f"{person.name}的合同已于{person.contract_ends_on.isoformat()}到期,不能登录。",
                    next_step="请联系系统管理员核对合同期限。",
                )
            else:
                signed_in = self._open(people, person, password)
                audit.append(session, Actor(login, person.name), "staff.login", login, {}, now)
        if refusal is not None:
            raise refusal
        return signed_in

    def logout(self, token: str) -> bool:
        """End a session; say whether it was open."""
        with self._db.writing() as session:
            people = PeopleRepository(session)
            now = self._clock.now()
            person = people.session_staff(_digest(token), now)
            ended = people.end_sessions(now, token_digest=_digest(token))
            if person is not None:
                audit.append(session, Actor(person.login, person.name), "staff.logout", person.login, {}, now)
        return bool(ended)

    def actor(self, token: str | None, as_login: str | None = None) -> Actor:
        """Return who acts with a session, and in whose name.

        Args:
            token: of the session; None or one that no longer holds gives somebody who may do nothing.
            as_login: login of the person acted for (受委托); using it is written to the audit log.

        Raises:
            SignInRequiredError: ``as_login`` without a session.
            RefusedError: no deputation covers today and the actor may not act for others; or the person acted for is
                a service account or not active.
            NotFoundError: nobody has that login.
        """
        now = self._clock.now()
        with self._db.reading() as session:
            person = PeopleRepository(session).session_staff(_digest(token), now) if token else None
            if person is not None and person.contract_ends_on and person.contract_ends_on < beijing_date(now):
                person = None
        if person is None:
            if as_login:
                raise SignInRequiredError()
            return VISITOR
        own = permissions_of(person.roles, outsourced=person.outsourced)
        if person.must_change_password:
            own = frozenset()
        actor = Actor(person.login, person.name, own, person.unit_id)
        if not as_login or as_login == person.login:
            return actor
        return self._acting_for(actor, person, as_login)

    def must_change_password(self, actor: Actor) -> bool:
        """Say whether the person must choose a password of their own first."""
        with self._db.reading() as session:
            person = PeopleRepository(session).staff_by_login(actor.person)
            return person is not None and person.must_change_password

    def change_password(self, actor: Actor, old: str, new: str) -> None:
        """Choose a new password of one's own; every other session of the person ends.

        Raises:
            RefusedError: the old password is wrong, or one acts for somebody else.
            UsageError: the new one does not conform or is the old one.
        """
        if actor.on_behalf_of:
            raise RefusedError("代他人操作时不能修改口令。", next_step="请去掉 --as 后修改本人的口令。")
        check_password(new, actor.person)
        if old == new:
            raise UsageError("新口令与原口令相同。", next_step="请换一个口令。")
        with self._db.reading() as session:
            person = PeopleRepository(session).staff_by_login(actor.person)
        if person is None or not verify_password(person.password_hash, old):
            raise RefusedError("原口令不正确。", next_step="请核对后重试,或请系统管理员重设。")
        hashed = hash_password(new)
        with self._db.writing() as session:
            people = PeopleRepository(session)
            now = self._clock.now()
            people.note_login(person.id, {"password_hash": hashed, "must_change_password": False})
            people.end_sessions(now, staff_id=person.id)
            audit.append(session, actor, "staff.password", actor.person, {"by": "self"}, now)

    def _open(self, people: PeopleRepository, person: Staff, password: str) -> SignedIn:
        now = self._clock.now()
        token = secrets.token_urlsafe(32)
        people.add_session(person.id, _digest(token), now, now + self._holds_for)
        fresh: dict[str, object] = {"failed_logins": 0, "locked_until": None}
        if outdated(person.password_hash):
            fresh["password_hash"] = hash_password(password)
        people.note_login(person.id, fresh)
        return SignedIn(token, person.login, person.name, now + self._holds_for, person.must_change_password)

    def _acting_for(self, actor: Actor, person: Staff, as_login: str) -> Actor:
        now = self._clock.now()
        today = beijing_date(now)
        with self._db.writing() as session:
            people = PeopleRepository(session)
            principal = people.staff_by_login(as_login)
            if principal is None:
                raise NotFoundError(f"没有登录名为“{as_login}”的人员。", next_step="请核对 --as 后的登录名。")
            deputy = people.deputises(person.id, principal.id, today)
            if principal.service or not principal.active or not (deputy or actor.may(Permission.ACT_FOR)):
                raise RefusedError(
                    f"{actor.name}今天没有代{principal.name}操作的委托。",
                    rule=DEPUTY_RULE,
                    next_step="请由委托人登记委托:weibo-ops staff deputy。",
                )
            if people.away(person.id, today):
                raise RefusedError(
                    f"{actor.name}今天已登记请假,不能代他人操作。", rule=DEPUTY_RULE, next_step="请先销假,或另行委托。"
                )
            held = permissions_of(principal.roles, outsourced=principal.outsourced) - NOT_DELEGATED
            if person.outsourced or not deputy:
                held -= WITHHELD
            acting = Actor(
                actor.person,
                f"{actor.name}(受{principal.name}委托)",
                held,
                principal.unit_id,
                on_behalf_of=principal.login,
            )
            details = {"deputation": deputy}
            audit.append(session, acting, "staff.act_for", principal.login, details, now)
        return acting


def check_login(login: str) -> None:
    """Refuse a login that is hard to type or to tell apart.

    Raises:
        UsageError: naming what it may consist of.
    """
    import re

    if not re.fullmatch(r"[a-z][a-z0-9._-]{1,30}", login):
        raise UsageError(
            f"登录名“{login[:30]}”不合要求。", next_step="请用小写字母开头,2至31位小写字母、数字、点、横线或下划线。"
        )


def person_name(text: str) -> str:
    """Return a person's name without blanks around it.

    Raises:
        UsageError: it is empty, too long, or holds control characters.
    """
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"姓名不能为空,不超过{LONGEST_NAME}字,不含控制字符。", next_step="请填写真实姓名。")
    return name


def _count_failure(people: PeopleRepository, person: Staff, clock: Clock) -> RefusedError:
    failures = people.count_failure(person.id)
    if failures >= MOST_FAILURES:
        people.note_login(person.id, {"failed_logins": 0, "locked_until": clock.now() + LOCKED_FOR})
    return RefusedError(WRONG, next_step="请核对后重试,或请系统管理员重设口令。")


def _unit(units: UnitRepository, name: str) -> int:
    known = units.by_name(name)
    return known.id if known is not None else units.add({"name": name})


def _digest(token: str | None) -> str:
    return hashlib.sha256((token or "").encode()).hexdigest()
