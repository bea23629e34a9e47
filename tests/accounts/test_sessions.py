"""Signing in: who gets in, for how long, in whose name, and what is never stored."""

from __future__ import annotations

import shutil
import tempfile
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import text

from accounts.passwords import SHORTEST, check_password, hash_password, verify_password
from accounts.permissions import Permission
from accounts.roles import GRANTS, SIGNING, Role
from accounts.schemas.people import StaffEntry
from accounts.service import SessionService, StaffService, UnitService
from accounts.service.sessions import LOCKED_FOR, MOST_FAILURES, VISITOR
from tests.office import BOSS, PASSWORD, MovingClock, migrated_file
from weibo_ops.kernel import audit
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import RefusedError, SignInRequiredError, UsageError

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
TODAY = date(2026, 10, 8)


class Desk:
    """The services of one database on a clock that is moved by hand."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = MovingClock(NOW)
        self.sessions = SessionService(db, self.clock, hours=12)
        self.staff = StaffService(db, self.clock)
        self.units = UnitService(db, self.clock)

    def person(self, login: str, *roles: str, **more: object) -> None:
        """Register somebody whose password is their own."""
        self.staff.add(BOSS, StaffEntry(login, login.upper(), "", roles, **more), "first secret 1")  # type: ignore[arg-type]
        self.sessions.change_password(self.sessions.actor(self.sessions.login(login, "first secret 1").token),
                                      "first secret 1", PASSWORD)  # fmt: skip


@pytest.fixture
def desk(sqlite: Database) -> Desk:
    return Desk(sqlite)


# --- passwords --------------------------------------------------------------------------------------------------


@given(st.text(min_size=0, max_size=30), st.sampled_from(["", "li", "zhang.san"]))
def test_what_passes_conforms_and_what_conforms_passes(password: str, login: str) -> None:
    kinds = {0 if c.isalpha() else 1 if c.isdigit() else 2 for c in password}
    conforms = (
        len(password) >= SHORTEST
        and password.isprintable()
        and not (login and login.casefold() in password.casefold())
        and len(kinds) >= 2
        and len(set(password)) >= 5
    )
    try:
        check_password(password, login)
    except UsageError:
        passed = False
    else:
        passed = True
    assert passed == conforms


def test_a_hash_is_argon2id_salted_and_says_nothing_of_the_password() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert PASSWORD not in first
    assert verify_password(first, PASSWORD)
    assert not verify_password(first, PASSWORD + " ")
    assert not verify_password("", PASSWORD)
    assert not verify_password("", "nobody has this password")
    assert not verify_password("no hash at all", PASSWORD)


# --- the first person -------------------------------------------------------------------------------------------


def test_the_first_administrator_is_made_once(desk: Desk) -> None:
    assert not desk.sessions.staff_exist()
    desk.sessions.init("admin", "王管理", PASSWORD, "云麓市人民政府办公室")
    assert desk.sessions.staff_exist()
    with pytest.raises(RefusedError, match="已有登记人员"):
        desk.sessions.init("other", "李", PASSWORD)
    (row,) = desk.staff.list_staff()
    assert row.roles == ("系统管理员",)
    assert row.unit == "云麓市人民政府办公室"
    actor = desk.sessions.actor(desk.sessions.login("admin", PASSWORD).token)
    assert actor.permissions == GRANTS[Role.ADMINISTRATOR]


@pytest.mark.parametrize("login", ["", "A", "王", "1a", "a b", "a" * 40, "../x"])
def test_a_login_that_is_hard_to_type_is_refused(desk: Desk, login: str) -> None:
    with pytest.raises(UsageError, match="登录名"):
        desk.sessions.init(login, "王", PASSWORD)
    assert not desk.sessions.staff_exist()


def test_two_that_initialise_at_once_make_one_administrator(database: Database) -> None:
    outcomes: list[str] = []

    def init(login: str) -> None:
        try:
            Desk(database).sessions.init(login, "王", PASSWORD)
            outcomes.append("made")
        except RefusedError:
            outcomes.append("refused")

    threads = [threading.Thread(target=init, args=(login,)) for login in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert len(Desk(database).staff.list_staff()) == 1


# --- sessions ---------------------------------------------------------------------------------------------------


def test_neither_password_nor_token_is_in_the_database(desk: Desk) -> None:
    desk.person("li", "编辑")
    token = desk.sessions.login("li", PASSWORD).token
    with desk.db.reading() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        dump = repr([session.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables])
    assert PASSWORD not in dump
    assert token not in dump
    assert "argon2id" in dump


def test_a_session_ends_by_time_by_logout_by_password_and_by_deactivation(desk: Desk) -> None:
    desk.person("li", "编辑")

    def alive(token: str) -> bool:
        return desk.sessions.actor(token) is not VISITOR

    token = desk.sessions.login("li", PASSWORD).token
    desk.clock.forward(hours=11, minutes=59)
    assert alive(token)
    desk.clock.forward(minutes=1)
    assert not alive(token), "the end is not part of the session"
    token = desk.sessions.login("li", PASSWORD).token
    assert desk.sessions.logout(token)
    assert not alive(token)
    assert not desk.sessions.logout(token)
    token = desk.sessions.login("li", PASSWORD).token
    desk.staff.set_password(BOSS, "li", "first secret 2")
    assert not alive(token)
    fresh = desk.sessions.login("li", "first secret 2")
    assert fresh.must_change_password
    assert desk.sessions.actor(fresh.token).permissions == frozenset(), "until a password of one's own is chosen"
    desk.sessions.change_password(desk.sessions.actor(fresh.token), "first secret 2", PASSWORD)
    token = desk.sessions.login("li", PASSWORD).token
    desk.staff.change(BOSS, "li", {"active": False})
    assert not alive(token)
    with pytest.raises(RefusedError, match="已停用"):
        desk.sessions.login("li", PASSWORD)


def test_wrong_login_and_wrong_password_sound_alike(desk: Desk) -> None:
    desk.person("li", "编辑")
    sentences = set()
    for login, password in (("li", "wrong password 1"), ("nobody", PASSWORD)):
        with pytest.raises(RefusedError) as refused:
            desk.sessions.login(login, password)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_a_contract_that_has_ended_lets_nobody_in_and_ends_what_is_open(desk: Desk) -> None:
    desk.person("wai", "编辑", outsourced=True, contract_ends_on=TODAY)
    token = desk.sessions.login("wai", PASSWORD).token
    assert desk.sessions.actor(token).person == "wai"
    desk.clock.forward(hours=14)
    with pytest.raises(RefusedError, match="合同已于2026-10-08到期"):
        desk.sessions.login("wai", PASSWORD)
    assert desk.sessions.actor(token) is VISITOR


def test_without_a_token_nobody_is_known(desk: Desk) -> None:
    assert desk.sessions.actor(None) is VISITOR
    assert desk.sessions.actor("made up") is VISITOR
    assert not VISITOR.permissions
    with pytest.raises(SignInRequiredError):
        desk.sessions.actor(None, "li")


# --- acting for somebody ----------------------------------------------------------------------------------------


def test_a_deputy_acts_within_the_days_and_with_the_principal_s_rights(desk: Desk) -> None:
    desk.person("sun", "监管人员")
    desk.person("li", "编辑")
    token = desk.sessions.login("li", PASSWORD).token
    with pytest.raises(RefusedError, match="没有代SUN操作的委托"):
        desk.sessions.actor(token, "sun")
    desk.staff.deputise(BOSS, "sun", "li", TODAY, TODAY + timedelta(days=1), "出差")
    acting = desk.sessions.actor(token, "sun")
    assert (acting.person, acting.on_behalf_of) == ("li", "sun")
    assert acting.permissions == GRANTS[Role.SUPERVISOR] - {Permission.UNIT_EDIT}
    with desk.db.reading() as session:
        last = session.execute(
            text("SELECT action, person, on_behalf_of FROM audit_log ORDER BY id DESC LIMIT 1")
        ).one()
        assert audit.verify(session).broken_at is None
    assert tuple(last) == ("staff.act_for", "li", "sun")
    desk.clock.forward(days=2)
    token = desk.sessions.login("li", PASSWORD).token
    with pytest.raises(RefusedError, match="没有代SUN操作的委托"):
        desk.sessions.actor(token, "sun")


def test_the_permission_alone_acts_for_others_but_signs_nothing(desk: Desk) -> None:
    desk.person("admin", "系统管理员")
    desk.person("sun", "监管人员")
    token = desk.sessions.login("admin", PASSWORD).token
    acting = desk.sessions.actor(token, "sun")
    assert acting.on_behalf_of == "sun"
    assert not acting.permissions & SIGNING
    assert acting.may(Permission.CHECK)


def test_who_is_away_acts_for_nobody(desk: Desk) -> None:
    desk.person("sun", "监管人员")
    desk.person("qian", "监管人员")
    desk.staff.deputise(BOSS, "sun", "qian", TODAY, TODAY)
    desk.staff.record_leave(BOSS, "qian", TODAY, TODAY)
    with pytest.raises(RefusedError, match="请假"):
        desk.sessions.actor(desk.sessions.login("qian", PASSWORD).token, "sun")


# --- locking, as a machine --------------------------------------------------------------------------------------


class Locking(RuleBasedStateMachine):
    """However sign-ins, mistakes and time alternate: five mistakes in a row lock for a quarter of an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copyfile(migrated_file(), f"{self.folder.name}/test.db")
        db = Database(f"sqlite:///{self.folder.name}/test.db")
        self.desk = Desk(db)
        self.desk.person("li", "编辑")
        self.failures = 0
        self.locked_until: datetime | None = None
        self.tokens: list[tuple[str, datetime]] = []

    def teardown(self) -> None:
        self.desk.db.close()
        self.folder.cleanup()

    @property
    def locked(self) -> bool:
        return self.locked_until is not None and self.desk.clock.now() < self.locked_until

    @rule()
    def mistake(self) -> None:
        with pytest.raises(RefusedError, match="暂不能登录" if self.locked else "不正确"):
            self.desk.sessions.login("li", "wrong password 1")
        if not self.locked:
            self.failures += 1
            if self.failures == MOST_FAILURES:
                self.failures = 0
                self.locked_until = self.desk.clock.now() + LOCKED_FOR

    @rule()
    def sign_in(self) -> None:
        if self.locked:
            with pytest.raises(RefusedError, match="暂不能登录"):
                self.desk.sessions.login("li", PASSWORD)
            return
        signed_in = self.desk.sessions.login("li", PASSWORD)
        self.failures = 0
        self.tokens.append((signed_in.token, self.desk.clock.now() + timedelta(hours=12)))

    @rule(minutes=st.sampled_from([1, 7, 14, 15, 60, 12 * 60]))
    def wait(self, minutes: int) -> None:
        self.desk.clock.forward(minutes=minutes)

    @precondition(lambda self: self.tokens)
    @rule()
    def sign_out(self) -> None:
        self.desk.sessions.logout(self.tokens.pop()[0])

    @invariant()
    def a_session_holds_until_its_end(self) -> None:
        for token, until in self.tokens:
            known = self.desk.sessions.actor(token) is not VISITOR
            assert known == (self.desk.clock.now() < until)


TestLocking = Locking.TestCase
TestLocking.settings = settings(max_examples=8, stateful_step_count=25)
