"""The platform service: whose token it is, what is kept, what is shown, and when there is no session."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from accounts.models import AccountSnapshot, PlatformAuthorisation
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.platform.oauth import read_redirect, redirect_uri
from tests.accounts.platform.desk import KEY, LINK, NAME, OTHER, OTHER_UID, REDIRECT, SECRET, UID, Desk
from weibo_ops.kernel import audit
from weibo_ops.kernel.errors import EnvironmentFault, NotFoundError, RefusedError, UsageError

# --- the application ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"app_key": "a b"}, "App Key"),
        ({"app_key": ""}, "App Key"),
        ({"secret": ""}, "App Secret"),
        ({"secret": "两个 字"}, "App Secret"),
        ({"redirect_uri": "callback"}, "回调地址"),
        ({"redirect_uri": "https://a.example/#x"}, "回调地址"),
        ({"operator_ip": "10.1.2"}, "IP"),
        ({"capabilities": ("delete",)}, "接口权限"),
    ],
)
def test_values_that_cannot_be_right_are_refused(bare: Desk, change: dict[str, Any], told: str) -> None:
    values: dict[str, Any] = {"app_key": KEY, "secret": SECRET, "redirect_uri": REDIRECT} | change
    with pytest.raises(UsageError, match=told):
        bare.platform.set_app(bare.people["admin"], **values)
    assert bare.platform.app_of() is None


def test_another_key_makes_every_authorisation_void_and_another_secret_does_not(desk: Desk) -> None:
    desk.platform.set_app(desk.people["admin"], KEY, "another-secret", REDIRECT)
    desk.session()
    desk.platform.set_app(desk.people["admin"], "77", SECRET, REDIRECT)
    assert "应用已更换" in desk.no_session().reason
    assert (desk.row().state, desk.row().reason) == ("不可用", "开放平台应用已更换")


# --- the way of an authorisation ----------------------------------------------------------------------------


def test_an_account_is_authorised_with_the_address_of_the_browser(any_desk: Desk) -> None:
    row = any_desk.row()
    assert (row.state, row.uid, row.authorised_by, row.days_left) == ("有效", UID, "sun", 30)
    assert any_desk.row(OTHER).state == "未授权"
    any_desk.session().share("停水通知" + LINK)
    assert any_desk.posted() == ["停水通知" + LINK]
    with any_desk.app.db.reading() as session:
        assert audit.verify(session).broken_at is None


def test_the_token_of_another_account_is_given_back_and_not_kept(bare: Desk) -> None:
    bare.register()
    with pytest.raises(RefusedError, match=rf"授权的是另一个账号.*{OTHER_UID}.*“{NAME}”.*未予保存"):
        bare.authorize(NAME, OTHER_UID)
    assert bare.row().state == "未授权"
    assert bare.wire.apis == ["oauth2/access_token", "oauth2/get_token_info", "oauth2/revokeoauth2"]
    assert bare.store.value("SELECT count(*) FROM tokens WHERE revoked IS NULL") == 0


def test_a_token_that_cannot_be_asked_for_is_not_kept(bare: Desk) -> None:
    bare.register()
    bare.tell("/sandbox/faults", [{"fault": "html_502_before_commit", "endpoints": ["oauth2/get_token_info"]}], "PUT")
    with pytest.raises(PlatformError):
        bare.authorize()
    assert bare.row().state == "未授权"


def test_the_token_of_another_application_is_not_kept(bare: Desk) -> None:
    bare.register()

    def other(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/get_token_info":
            return httpx.Response(200, json={"uid": UID, "appkey": 99, "expire_in": 7200})
        return bare.wire.handle_request(request)

    bare.platform.transport = httpx.MockTransport(other)
    bare.platform.close()
    with pytest.raises(RefusedError, match="另一个应用"):
        bare.authorize()
    assert bare.row().state == "未授权"


def test_a_state_serves_once_for_its_account_and_its_person_and_half_an_hour(bare: Desk) -> None:
    bare.register()
    sun, qian = bare.people["sun"], bare.people["qian"]
    link = bare.platform.authorize_url(sun, NAME)
    shown = bare.agree(link.url)
    for actor, account in ((qian, NAME), (sun, OTHER)):
        with pytest.raises(RefusedError, match="不是由您为该账号发起"):
            bare.platform.authorize(actor, account, shown)
    with pytest.raises(RefusedError, match="不是由您为该账号发起"):
        bare.platform.authorize(sun, NAME, re.sub("state=[^&]+", "state=guess", shown))
    bare.clock.forward(minutes=31)
    with pytest.raises(RefusedError, match="已过期"):
        bare.platform.authorize(sun, NAME, shown)
    assert not bare.wire.seen, "nothing was asked of the platform"
    bare.clock.forward(minutes=-30)
    bare.platform.authorize(sun, NAME, shown)
    with pytest.raises(RefusedError, match="已用过"):
        bare.platform.authorize(sun, NAME, shown)


def test_the_state_cannot_be_read_from_the_database(bare: Desk) -> None:
    bare.register()
    link = bare.platform.authorize_url(bare.people["sun"], NAME)
    state = re.findall("state=([^&]+)", link.url)[0]
    with bare.app.db.reading() as session:
        assert state not in str(session.execute(text("SELECT * FROM platform_states")).all())


def test_whoever_says_no_is_told_so(bare: Desk) -> None:
    bare.register()
    link = bare.platform.authorize_url(bare.people["sun"], NAME)
    with pytest.raises(RefusedError, match=r"授权未被同意.*下一步"):
        bare.platform.authorize(bare.people["sun"], NAME, bare.agree(link.url, deny="1"))


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("", "不是网址"),
        ("好的", "不是网址"),
        ("http://[::1/callback?code=1&state=2", "不是网址"),
        ("http://127.0.0.1/callback", "没有授权码"),
        ("http://127.0.0.1/callback?code=1", "没有授权码"),
        ("http://127.0.0.1/callback?code=&state=2", "没有授权码"),
        ("http://127.0.0.1/callback?code=1&code=2&state=3", "重复"),
        ("http://127.0.0.1/callback?" + "x=1&" * 100, "不是网址"),
        ("http://127.0.0.1:99999/callback?code=1&state=2", "不是网址"),
    ],
)
def test_what_is_no_address_of_ours_is_refused(pasted: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_redirect(pasted, REDIRECT)


@pytest.mark.parametrize(
    "pasted",
    ["http://evil.example/callback?code=1&state=2", "https://127.0.0.1/callback?code=1&state=2",
     "http://127.0.0.1:81/callback?code=1&state=2", "http://127.0.0.1/other?code=1&state=2",
     "https://api.weibo.com/oauth2/authorize?client_id=1&state=2"],
)  # fmt: skip
def test_the_address_of_another_site_is_refused(pasted: str) -> None:
    with pytest.raises(RefusedError, match="不是本应用的回调地址"):
        read_redirect(pasted, REDIRECT)


@pytest.mark.parametrize("around", ["{}", '"{}"', "  {}\n", "“{}”", "<{}>"])
def test_quotes_and_blanks_around_an_address_do_not_matter(around: str) -> None:
    found = read_redirect(around.format("http://127.0.0.1/callback/?code=c0de&state=s7ate"), REDIRECT)
    assert (found.code, found.state) == ("c0de", "s7ate")
    assert "c0de" not in repr(found)


def test_a_redirect_address_is_a_whole_one() -> None:
    assert redirect_uri(" https://a.example/x?y=1 ") == "https://a.example/x?y=1"


@pytest.mark.parametrize(("account", "told"), [("云麓水务", "没有登记"), ("云麓微信", "不是微博账号")])
def test_only_a_registered_weibo_account_is_authorised(bare: Desk, account: str, told: str) -> None:
    from accounts.schemas.lifecycle import StockEntry
    from tests.office import WATER

    bare.register()
    bare.app.lifecycle.register(bare.people["sun"], StockEntry(WATER, "wechat", "gh_1", "云麓微信"))
    with pytest.raises((RefusedError, NotFoundError), match=told):
        bare.platform.authorize_url(bare.people["sun"], account)


def test_without_an_application_there_is_nothing_to_authorise_and_posting_is_by_hand(bare: Desk) -> None:
    with pytest.raises(RefusedError, match="platform app"):
        bare.platform.authorize_url(bare.people["sun"], NAME)
    found = bare.no_session()
    assert found.error_class is ErrorClass.APP_CONFIG
    assert "人工发布" in found.next_step
    assert bare.no_session(99999).error_class is ErrorClass.APP_CONFIG
    bare.register()
    assert bare.no_session().error_class is ErrorClass.REAUTH


# --- secrets at rest ----------------------------------------------------------------------------------------


def _everything(desk: Desk) -> str:
    """All that the database and the log hold, and what the values look like."""
    with desk.app.db.reading() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [str(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables]
    log = (desk.home / "logs" / "weibo-ops.log").read_text("utf-8")
    shown = [desk.platform.app_of(), desk.platform.statuses(), desk.platform.budget(), desk.session()]
    return "".join([*rows, log, *map(repr, shown), *map(str, shown)])


def test_token_and_secret_stand_nowhere_in_the_clear(desk: Desk) -> None:
    token = desk.store.value("SELECT token FROM tokens")
    desk.tell("/sandbox/faults", [{"fault": "token_expires"}], "PUT")
    with pytest.raises(PlatformError) as told:
        desk.session().timeline()
    desk.authorize()
    held = _everything(desk) + str(told.value) + repr(told.value)
    assert token not in held
    assert SECRET not in held
    key = desk.home / "platform.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text() not in held


def test_a_session_is_not_stored(desk: Desk) -> None:
    import pickle

    with pytest.raises(TypeError):
        pickle.dumps(desk.session())


def _lose(key: Path) -> None:
    key.unlink()


def _change(key: Path) -> None:
    from cryptography.fernet import Fernet

    key.write_text(Fernet.generate_key().decode())


def _scribble(key: Path) -> None:
    key.write_text("口令")


def _open(key: Path) -> None:
    key.chmod(0o644)


@pytest.mark.parametrize(
    ("harm", "told"), [(_lose, "没有密钥文件"), (_change, "已更换"), (_scribble, "不是密钥"), (_open, "他人读取")]
)
def test_a_key_that_is_gone_or_another_asks_to_authorise_again_in_one_sentence(
    desk: Desk, harm: Any, told: str
) -> None:
    key = desk.home / "platform.key"
    harm(key)
    found = desk.no_session()
    assert told in found.reason
    assert found.next_step
    assert found.error_class is ErrorClass.REAUTH
    with pytest.raises(RefusedError, match=told):
        desk.authorize()
    if harm is not _open:
        key.unlink(missing_ok=True)
        desk.register()
        desk.authorize()
        desk.session().timeline()


def test_a_key_that_cannot_be_read_is_no_reason_for_another_one(desk: Desk) -> None:
    key = desk.home / "platform.key"
    key.unlink()
    key.mkdir()
    with pytest.raises((EnvironmentFault, RefusedError)):
        desk.register()
    assert key.is_dir()


def test_a_token_moved_to_another_account_opens_for_nobody(desk: Desk) -> None:
    desk.authorize(OTHER, OTHER_UID)
    with desk.app.db.writing() as session:
        rows = {row.account_id: row for row in session.query(PlatformAuthorisation)}
        rows[desk.other_id].sealed_token = rows[desk.account_id].sealed_token
    desk.session()
    assert "改动" in desk.no_session(desk.other_id).reason


def test_an_account_whose_number_was_changed_in_the_register_is_authorised_anew(desk: Desk) -> None:
    with desk.app.db.writing() as session:
        session.execute(text("UPDATE accounts SET uid = '5' WHERE id = :id"), {"id": desk.account_id})
    assert "用户id已变更" in desk.no_session().reason


# --- the end of an authorisation ----------------------------------------------------------------------------


def test_somebody_is_told_before_an_authorisation_ends_and_once(any_desk: Desk) -> None:
    now = any_desk.clock.now
    assert any_desk.platform.warn(now()) == 0
    any_desk.clock.forward(days=27, minutes=1)
    assert any_desk.row().state == "即将到期"
    for _ in range(3):
        assert any_desk.platform.warn(now()) == 1
        any_desk.clock.forward(hours=9)
    (todo,) = any_desk.todos("platform.expiring")
    assert NAME in todo.title
    assert "依据" in todo.title
    assert todo.due_at == any_desk.row().expires_at
    any_desk.authorize()
    assert not any_desk.todos("platform.expiring")
    assert any_desk.row().days_left == 30


def test_an_authorisation_that_has_ended_is_not_used(desk: Desk) -> None:
    desk.clock.forward(days=30)
    assert desk.row().state == "已到期"
    assert "到期" in desk.no_session().reason
    assert desk.platform.warn(desk.clock.now()) == 1


@pytest.mark.parametrize("fault", ["token_expires", "token_revoked"])
def test_a_token_that_ends_in_the_middle_stops_the_account_and_asks_somebody(any_desk: Desk, fault: str) -> None:
    any_desk.tell("/sandbox/faults", [{"fault": fault}], "PUT")
    here = any_desk.session()
    with pytest.raises(PlatformError) as told:
        here.share("停水" + LINK)
    assert (told.value.error_class, told.value.may_exist) == (ErrorClass.REAUTH, False)
    assert any_desk.row().state == "不可用"
    assert "平台授权不可用" in any_desk.no_session().reason
    (todo,) = any_desk.todos("platform.unusable")
    assert NAME in todo.title
    any_desk.authorize()
    assert not any_desk.todos("platform.unusable")
    any_desk.session().timeline()


def test_what_an_old_token_meets_does_not_touch_a_new_one(desk: Desk) -> None:
    old = desk.session()
    desk.authorize()
    desk.store.run("UPDATE tokens SET expires = 0 WHERE rowid = (SELECT min(rowid) FROM tokens)")
    with pytest.raises(PlatformError) as told:
        old.timeline()
    assert told.value.error_class is ErrorClass.REAUTH
    assert desk.row().state == "有效"
    desk.session().timeline()


def test_a_captcha_stops_the_account_until_a_person_has_looked(desk: Desk) -> None:
    desk.tell("/sandbox/faults", [{"fault": "error_before_commit", "code": 20031, "count": 1}], "PUT")
    with pytest.raises(PlatformError) as told:
        desk.session().share("停水" + LINK)
    assert told.value.error_class is ErrorClass.HUMAN_NEEDED
    assert "人工核验" in desk.no_session().reason
    (row,) = desk.platform.check(desk.people["sun"], NAME)
    assert row.good
    assert "恢复使用" in row.outcome
    assert not desk.todos("platform.unusable")
    desk.session().share("停水" + LINK)


def test_a_failure_that_cannot_be_kept_is_still_the_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk.session()
    desk.tell("/sandbox/faults", [{"fault": "token_expires"}], "PUT")

    def locked(*_: Any) -> None:
        raise EnvironmentFault("数据库正被另一个程序占用。")

    monkeypatch.setattr(desk.platform._sessions, "stop", locked)
    with pytest.raises(PlatformError) as told:
        here.timeline()
    assert told.value.error_class is ErrorClass.REAUTH


# --- giving back, asking ------------------------------------------------------------------------------------


def test_a_token_is_given_back_and_forgotten(any_desk: Desk) -> None:
    report = any_desk.platform.revoke(any_desk.people["sun"], NAME)
    assert (report.confirmed, report.reason) == (True, "")
    assert any_desk.store.value("SELECT count(*) FROM tokens WHERE revoked IS NULL") == 0
    with any_desk.app.db.reading() as session:
        assert session.get(PlatformAuthorisation, any_desk.account_id).sealed_token == ""  # type: ignore[union-attr]
    assert any_desk.row().state == "已撤销"
    with pytest.raises(RefusedError, match="没有授权"):
        any_desk.platform.revoke(any_desk.people["sun"], NAME)
    any_desk.authorize()
    assert any_desk.row().state == "有效"


@pytest.mark.parametrize("fault", [httpx.ConnectError("no"), httpx.ReadTimeout("no")])
def test_a_token_is_forgotten_also_when_the_platform_cannot_be_asked(desk: Desk, fault: Exception) -> None:
    desk.wire.fault = fault
    report = desk.platform.revoke(desk.people["sun"], NAME)
    assert not report.confirmed
    assert report.reason
    assert desk.no_session().error_class is ErrorClass.REAUTH


def test_a_token_that_is_no_good_any_more_counts_as_given_back(desk: Desk) -> None:
    desk.store.run("UPDATE tokens SET revoked = 1")
    assert desk.platform.revoke(desk.people["sun"], NAME).confirmed


def test_the_platform_is_asked_whose_a_token_is_and_the_profile_is_kept(any_desk: Desk) -> None:
    any_desk.tell(
        "/sandbox/users",
        {"uid": UID, "screen_name": NAME, "verified": True, "verified_type": 1,
         "verified_reason": "云麓市供水管理局官方微博", "followers_count": 1204},
    )  # fmt: skip
    (row,) = any_desk.platform.check(any_desk.people["sun"])
    assert (row.account, row.good, row.verified_reason, row.followers) == (NAME, True, "云麓市供水管理局官方微博", 1204)
    with any_desk.app.db.reading() as session:
        (kept,) = session.query(AccountSnapshot).all()
    assert (kept.uid, kept.verified_reason, kept.observed_at) == (UID, row.verified_reason, any_desk.clock.now())
    assert any_desk.row().checked_at == any_desk.clock.now()
    any_desk.clock.forward(minutes=1)
    any_desk.platform.check(any_desk.people["sun"], NAME)


def test_another_name_on_the_platform_is_said(desk: Desk) -> None:
    desk.tell("/sandbox/users", {"uid": UID, "screen_name": "云麓供水热线"})
    (row,) = desk.platform.check(desk.people["sun"])
    assert "云麓供水热线" in row.outcome
    assert "台账不符" in row.outcome


def test_asking_of_an_account_that_is_not_authorised_asks_nothing(bare: Desk) -> None:
    bare.register()
    assert bare.platform.check(bare.people["sun"]) == []
    assert not bare.wire.seen


def test_an_account_that_cannot_be_asked_is_a_row_not_a_failure(desk: Desk) -> None:
    desk.wire.fault = httpx.ConnectError("no")
    (row,) = desk.platform.check(desk.people["sun"])
    assert not row.good
    assert "没有发出" in row.outcome
    assert desk.row().state == "有效"


def test_a_wrong_address_in_the_settings_is_a_reason_not_a_crash(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('platform_url = "http://api.weibo.com"\n')
    made = Desk(home)
    with pytest.raises(UsageError, match="https"):
        made.register()
    made.close()


def test_instants_are_kept_to_the_second_in_utc(desk: Desk) -> None:
    assert desk.row().expires_at == datetime(2026, 10, 8, 2, tzinfo=UTC) + timedelta(days=30)
