"""Somebody else's Weibo client, social-auth-core, signs in against the running sandbox."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from social_core.backends.weibo import WeiboOAuth2
from social_core.exceptions import AuthException

from weibo_ops.sandbox.server import running
from weibo_ops.sandbox.store import Store

with warnings.catch_warnings():  # what it imports in its turn is older than the Python that runs it
    warnings.simplefilter("ignore", DeprecationWarning)
    from social_core.strategy import BaseStrategy

CALLBACK = "http://127.0.0.1/callback"
SETTINGS = {"SOCIAL_AUTH_WEIBO_KEY": "sandbox-key", "SOCIAL_AUTH_WEIBO_SECRET": "sandbox-secret"}


class Here(HTTPAdapter):
    """Leads every call for the platform's host to the sandbox."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(self, request: Any, *arguments: Any, **more: Any) -> Any:
        request.url = self.address + request.url.removeprefix("https://api.weibo.com")
        return super().send(request, *arguments, **more)


class Nonces:
    """States that were given out; each comes back once."""

    given: ClassVar[set[tuple[str, int, str]]] = set()

    @classmethod
    def use(cls, scope: str, timestamp: int, salt: str) -> bool:
        cls.given.add((scope, timestamp, salt))
        return True

    @classmethod
    def consume(cls, scope: str, timestamp: int, salt: str) -> bool:
        found = (scope, timestamp, salt) in cls.given
        cls.given.discard((scope, timestamp, salt))
        return found


class Storage:
    nonce = Nonces


class Strategy(BaseStrategy[Any]):
    """The least that the library asks of the program around it."""

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__(cast("Any", Storage))
        self.data = data
        self.session: dict[str, Any] = {}

    def get_setting(self, name: str) -> Any:
        return SETTINGS[name]

    def request_data(self, merge: bool = True) -> dict[str, str]:
        return self.data

    def session_get(self, name: str, default: Any = None) -> Any:
        return self.session.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self.session[name] = value

    def session_pop(self, name: str) -> Any:
        return self.session.pop(name, None)

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or CALLBACK

    def redirect(self, url: str) -> str:
        return url

    def authenticate(self, backend: Any, *arguments: Any, **more: Any) -> Any:
        """Stands for the program's own users: whoever the platform says it is."""
        return more["response"]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A session led to a running sandbox with two users; the library's own sessions are led there as well."""
    store = Store(":memory:")
    with running(store) as address:
        requests.post(
            f"{address}/sandbox/users",
            json=[
                {"uid": 1001, "screen_name": "甲市发布", "verified": True, "verified_type": 1, "domain": "jiashi"},
                {"uid": 2002, "screen_name": "热心市民"},
            ],
            timeout=10,
        ).raise_for_status()

        def session() -> requests.Session:
            made = requests.Session()
            made.mount("https://api.weibo.com", Here(address))
            return made

        def request(method: str, url: str, **more: Any) -> requests.Response:
            with session() as one:
                return one.request(method, url, **more)

        monkeypatch.setattr("requests.request", request)
        with session() as made:
            yield made
    store.close()


def granted(browser: requests.Session, strategy: Strategy, **choice: str) -> Any:
    """Send a person to the page that asks, and come back with what it says."""
    backend: Any = WeiboOAuth2
    page = backend(strategy, redirect_uri=CALLBACK).auth_url()
    assert page.startswith("https://api.weibo.com/oauth2/authorize?")
    back = browser.get(page, params=choice, allow_redirects=False, timeout=10).headers["location"]
    assert back.startswith(CALLBACK)
    strategy.data.update(parse_qsl(urlsplit(back).query))
    return backend(strategy, redirect_uri=CALLBACK)


def test_the_code_flow_and_the_user(browser: requests.Session) -> None:
    backend = granted(browser, Strategy({}), uid="1001")
    user = backend.auth_complete()
    assert (user["uid"], user["screen_name"]) == ("1001", "甲市发布")
    assert user["verified_type"] == 1
    assert backend.get_user_details(user)["username"] == "甲市发布"
    assert backend.get_uid(user["access_token"]) == 1001


def test_a_person_who_says_no(browser: requests.Session) -> None:
    backend = granted(browser, Strategy({}), deny="1")
    with pytest.raises(AuthException):
        backend.auth_complete()
