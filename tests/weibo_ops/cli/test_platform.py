"""``weibo-ops platform`` over a real loopback: authorise by the printed address, look, ask, count, give back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.weibo_ops.cli.office import first_day
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.cli import platform
from weibo_ops.sandbox.server import running
from weibo_ops.sandbox.store import Store

NAME, UID = "云麓供水", "1902538057"
SECRET = b"sandbox-secret\n"
APP = ("platform", "app", "--key", "sandbox-key", "--redirect", "http://127.0.0.1/callback", "--ip", "10.1.2.3")


class Office:
    """A home with one account, and the stand-in it talks to."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.url = url
        (home / "settings.toml").write_text(f'platform_url = "{url}"\nplatform_timeout = 5\n', "utf-8")

    def agree(self, url: str, uid: str = UID, **more: str) -> str:
        """What the browser shows after somebody agreed."""
        asked = dict(parse_qsl(urlsplit(url).query)) | {"uid": uid} | more
        return httpx.get(f"{self.url}/oauth2/authorize", params=asked).headers["Location"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an administrator and one Weibo account."""
    home = first_day(tmp_path_factory.mktemp("platform") / "home")
    assert run("staff", "role", "admin", "--grant", "监管人员", home=home).code == 0
    unit = ("unit", "add", "云麓市供水管理局", "--level", "地市级")
    assert run(*unit, home=home).code == 0
    words = ("account", "register", UID, NAME, "--unit", "云麓市供水管理局")
    done = run(*words, home=home)
    assert done.code == 0, done.err
    return home


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    import shutil

    store = Store(":memory:")
    with running(store) as url:
        users = [{"uid": UID, "screen_name": NAME}, {"uid": "7", "screen_name": "某网民"}]
        assert httpx.post(f"{url}/sandbox/users", json=users).status_code == 200
        yield Office(Path(shutil.copytree(made, tmp_path / "home")), url)
    store.close()


def test_an_account_is_authorised_asked_counted_and_given_back(office: Office) -> None:
    home = office.home
    assert run("platform", "app", home=home).out == "无数据\n"
    done = run(*APP, home=home, stdin=SECRET)
    assert done.code == 0, done.err
    assert "sandbox-secret" not in done.out + done.err
    printed = run("platform", "authorize", NAME, home=home)
    assert printed.code == 0, printed.err
    assert "请在浏览器中打开" in printed.err
    shown = office.agree(printed.out.strip())
    done = run("platform", "authorize", NAME, "--redirect", shown, home=home)
    assert done.code == 0, done.err
    assert "有效至" in done.err
    (row,) = hold_the_three_formats_together(["platform", "status"], platform.STATUS_TITLES, home)
    assert (row["account"], row["state"], row["uid"]) == (NAME, "有效", UID)
    hold_the_three_formats_together(["platform", "app"], platform.APP_TITLES, home)
    done = run("platform", "status", NAME, "--check", "--format", "json", home=home)
    assert [(each["account"], each["good"]) for each in done.json] == [(NAME, True)]
    rows = hold_the_three_formats_together(["platform", "budget"], platform.BUDGET_TITLES, home)
    assert [(each["account"], each["used"]) for each in rows] == [(NAME, 2), ("全部账号(本小时)", 4)]
    assert "没有超前的计数" in run("platform", "budget", "--correct", home=home).err
    done = run("platform", "revoke", NAME, home=home)
    assert "已撤销" in done.err
    done = run("platform", "revoke", NAME, home=home)
    assert done.code == 1
    assert "下一步" in done.err
    assert run("audit", "verify", home=home).code == 0


def test_the_address_may_come_by_standard_input_and_the_secret_by_a_file(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("sandbox-secret\n", "utf-8")
    assert run(*APP, "--secret-file", file, "--grant", "long", "--format", "json", home=office.home).json[0][
        "capabilities"
    ] == ["long"]
    link = run("platform", "authorize", NAME, "--format", "json", home=office.home).json[0]
    done = run(
        "platform", "authorize", NAME, "--redirect", "-", home=office.home, stdin=office.agree(link["url"]).encode()
    )
    assert done.code == 0, done.err


def test_another_account_in_the_browser_is_refused_in_one_sentence(office: Office) -> None:
    run(*APP, home=office.home, stdin=SECRET)
    url = run("platform", "authorize", NAME, home=office.home).out.strip()
    done = run("platform", "authorize", NAME, "--redirect", office.agree(url, "7"), home=office.home)
    assert (done.code, done.out) == (1, "")
    assert "授权的是另一个账号" in done.err
    assert done.err.count("\n") == 1
    assert run("platform", "status", "--format", "json", home=office.home).json[0]["state"] == "未授权"


@pytest.mark.parametrize(
    ("words", "stdin", "code", "told"),
    [
        (("platform", "app", "--key", "x"), b"", 2, "--redirect"),
        (("platform", "app", "--ip", "10.1.2.3"), b"", 2, "--key"),
        (APP, b"", 2, "App Secret"),
        ((*APP, "--secret-file", "/nowhere/at/all"), b"", 2, "无法读取"),
        ((*APP, "--grant", "all"), SECRET, 2, "接口权限"),
        (("platform", "authorize", NAME), b"", 1, "platform app"),
        (("platform", "status", NAME), b"", 2, "--check"),
        (("platform", "revoke", NAME), b"", 1, "没有授权"),
        (("platform", "revoke", "云麓公水"), b"", 1, NAME),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_the_next_step(
    office: Office, words: tuple[str, ...], stdin: bytes, code: int, told: str
) -> None:
    done = run(*words, home=office.home, stdin=stdin)
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert "下一步" in done.err


def test_a_platform_that_is_not_there_is_a_sentence_and_no_trace(office: Office) -> None:
    run(*APP, home=office.home, stdin=SECRET)
    url = run("platform", "authorize", NAME, home=office.home).out.strip()
    shown = office.agree(url)
    (office.home / "settings.toml").write_text('platform_url = "http://127.0.0.1:1"\n', "utf-8")
    done = run("platform", "authorize", NAME, "--redirect", shown, home=office.home)
    assert done.code == 3
    assert "未能连上平台" in done.err
    assert done.err.count("\n") == 1


def test_an_account_that_fails_the_check_ends_the_command_with_a_refusal(office: Office) -> None:
    run(*APP, home=office.home, stdin=SECRET)
    url = run("platform", "authorize", NAME, home=office.home).out.strip()
    run("platform", "authorize", NAME, "--redirect", office.agree(url), home=office.home)
    rule = {"fault": "token_revoked", "count": 1}
    assert httpx.put(f"{office.url}/sandbox/faults", json=[rule]).status_code == 200
    done = run("platform", "status", "--check", "--format", "json", home=office.home)
    assert done.code == 1
    assert [each["good"] for each in done.json] == [False]
    assert "未通过核对" in done.err
    assert run("platform", "status", "--format", "json", home=office.home).json[0]["state"] == "不可用"
    todos = run("todo", "list", "--format", "json", home=office.home).json
    assert any(todo["kind"] == "platform.unusable" for todo in todos)
