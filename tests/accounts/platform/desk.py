"""An office with two Weibo accounts before the stand-in for the platform, on one clock that is moved by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from sqlalchemy import text

from accounts.platform.session import NoSession, PlatformSession
from accounts.schemas.lifecycle import StockEntry
from config.settings import load_settings
from tests.office import BOSS, OPENED, PRESS, WATER, MovingClock, office_file, people, populate
from tests.weibo_ops.sandbox.transport import SandboxTransport
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import todos
from weibo_ops.kernel.todos import TodoView
from weibo_ops.sandbox.core import Sandbox
from weibo_ops.sandbox.faults import Faults
from weibo_ops.sandbox.store import Store

KEY, SECRET, REDIRECT = "sandbox-key", "sandbox-secret", "http://127.0.0.1/callback"
NAME, UID = "云麓供水", "1902538057"
OTHER, OTHER_UID = "云麓发布", "1404376560"
LINK = " https://sandbox.example.gov.cn/a?p=1"
BASE = "http://127.0.0.1:9"


class Broken(httpx.BaseTransport):
    """The way to the platform, which can be cut: ``fault`` is raised, before or after the platform has its call."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.fault: Exception | None = None
        self.reached = False
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.seen.append(request)
        if self.fault is not None:
            if self.reached:
                self.inner.handle_request(request)
            raise self.fault
        return self.inner.handle_request(request)

    @property
    def apis(self) -> list[str]:
        return [request.url.path.removeprefix("/2/").removesuffix(".json").lstrip("/") for request in self.seen]


class Desk:
    """The office, its people, and the stand-in."""

    def __init__(self, home: Path, db: str | None = None) -> None:
        import shutil

        self.clock = MovingClock(OPENED)
        self.home = home
        if db is None:
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(office_file(), home / "weibo-ops.db")
        self.app = Application.open(load_settings(home, db), self.clock, BOSS)
        self.people = people(self.app) if db is None else populate(self.app)
        sun = self.people["sun"]
        self.account_id = self.app.lifecycle.register(sun, StockEntry(WATER, "weibo", UID, NAME)).account_id
        self.other_id = self.app.lifecycle.register(sun, StockEntry(PRESS, "weibo", OTHER_UID, OTHER)).account_id
        self.faults = Faults()
        self.store = Store(":memory:")
        self.sandbox = Sandbox(self.store, self.clock, self.faults)
        self.wire = Broken(SandboxTransport(self.sandbox))
        self.platform: Any = self.app.platform
        self.platform.transport = self.wire
        self.admin = httpx.Client(transport=SandboxTransport(self.sandbox), base_url=BASE)
        self.tell("/sandbox/users", [{"uid": UID, "screen_name": NAME}, {"uid": OTHER_UID, "screen_name": OTHER}])

    def close(self) -> None:
        self.admin.close()
        self.app.close()
        self.store.close()

    def tell(self, path: str, body: Any, method: str = "POST") -> Any:
        """Set something at the stand-in."""
        answer = self.admin.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def posted(self) -> list[str]:
        """What the stand-in's ledger says was really posted."""
        return [row["text_sent"] for row in self.admin.get("/sandbox/ledger").json()["posts"]]

    def register(self, **more: Any) -> None:
        """Register the application."""
        self.platform.set_app(self.people["admin"], KEY, SECRET, REDIRECT, **more)

    def agree(self, url: str, uid: str = UID, **more: str) -> str:
        """Agree in the browser as an account; return the address that the browser shows then."""
        asked = dict(parse_qsl(urlsplit(url).query)) | {"uid": uid} | more
        return self.admin.get("/oauth2/authorize", params=asked).headers["Location"]

    def authorize(self, account: str = NAME, uid: str = UID) -> Any:
        """The whole way."""
        sun = self.people["sun"]
        link = self.platform.authorize_url(sun, account)
        return self.platform.authorize(sun, account, self.agree(link.url, uid))

    def session(self, account_id: int | None = None) -> PlatformSession:
        found = self.platform.session_of(account_id or self.account_id, self.clock.now())
        assert isinstance(found, PlatformSession), found
        return found

    def no_session(self, account_id: int | None = None) -> NoSession:
        found = self.platform.session_of(account_id or self.account_id, self.clock.now())
        assert isinstance(found, NoSession)
        return found

    def row(self, account: str = NAME) -> Any:
        return next(row for row in self.platform.statuses() if row.account == account)

    def left(self, account: str = NAME) -> Any:
        return next(row for row in self.platform.budget() if row.account == account)

    def spent(self, used: int, polls: int = 0) -> None:
        """Let so many calls of today be counted already."""
        scope = {"scope": f"account:{self.account_id}", "used": used, "polls": polls}
        with self.app.db.writing() as session:
            session.execute(
                text("UPDATE platform_counters SET used = :used, polls = :polls WHERE scope = :scope AND kind = 'day'"),
                scope,
            )

    def todos(self, kind: str) -> list[TodoView]:
        with self.app.db.reading() as session:
            return [todo for todo in todos.open_todos(session) if todo.kind == kind]
