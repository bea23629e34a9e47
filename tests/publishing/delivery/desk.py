"""A newsroom whose account is authorised at the stand-in for the platform, all on one clock that is moved by hand."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from publishing.repository import PostRepository
from publishing.schemas.delivery import DeliveryReport
from publishing.transitions import SCHEDULE
from tests.accounts.platform.desk import BASE, KEY, REDIRECT, SECRET, Broken
from tests.office import BOSS
from tests.publishing.newsroom import ACCOUNT, OTHER, Newsroom
from tests.weibo_ops.sandbox.transport import SandboxTransport
from weibo_ops.bootstrap import WORKER
from weibo_ops.kernel import todos
from weibo_ops.kernel.todos import TodoView
from weibo_ops.sandbox.core import Sandbox
from weibo_ops.sandbox.faults import Faults
from weibo_ops.sandbox.store import open_store

UIDS = {ACCOUNT: "9900000001", OTHER: "9900000002"}
LINK = " https://sandbox.example.gov.cn/notice?p=1"
SAFE = ("domains = []", 'domains = ["sandbox.example.gov.cn"]')


BUILDING: list[bool] = []


@cache
def made_ready() -> Path:
    """A home with newsroom, authorisations and the stand-in's own store, made once per process."""
    home = Path(tempfile.mkdtemp(prefix="delivery-desk-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    BUILDING.append(True)
    try:
        DeliveryDesk(home / "home").close()
    finally:
        BUILDING.clear()
    return home / "home"


class DeliveryDesk(Newsroom):
    """The newsroom before the stand-in."""

    def __init__(self, home: Path, db: str | None = None) -> None:
        made = None if db is not None or BUILDING else made_ready()
        if made is not None:
            shutil.copytree(made, home)
        super().__init__(home, db)
        self.faults = Faults()
        self.store = open_store(home / "platform")
        self.sandbox = Sandbox(self.store, self.clock, self.faults)
        self.wire = Broken(SandboxTransport(self.sandbox))
        self.app.platform.transport = self.wire
        self.admin = httpx.Client(transport=SandboxTransport(self.sandbox), base_url=BASE)
        if made is not None:
            return
        self.tell("users", [{"uid": uid, "screen_name": name} for name, uid in UIDS.items()])
        self.rule("content", SAFE)
        self.app.platform.set_app(BOSS, KEY, SECRET, REDIRECT)
        for account in UIDS:
            self.authorize(account)

    def close(self) -> None:
        self.admin.close()
        self.app.close()
        self.store.close()

    def authorize(self, account: str = ACCOUNT) -> None:
        """Let the application act for an account."""
        link = self.app.platform.authorize_url(BOSS, account)
        asked = dict(parse_qsl(urlsplit(link.url).query)) | {"uid": UIDS[account]}
        back = self.admin.get("/oauth2/authorize", params=asked).headers["Location"]
        self.app.platform.authorize(BOSS, account, back)

    def tell(self, path: str, body: Any, method: str = "POST") -> Any:
        """Set something at the stand-in."""
        answer = self.admin.request(method, f"/sandbox/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def spoil(self, *rules: dict[str, Any], seed: int = 0) -> None:
        """Let the stand-in fail so from now on; without rules it is honest again."""
        self.tell("faults", {"seed": seed, "rules": list(rules)}, "PUT")

    def ledger(self) -> list[dict[str, Any]]:
        """What really got posted."""
        rows: list[dict[str, Any]] = self.admin.get("/sandbox/ledger").json()["posts"]
        return rows

    def posted(self, text: str) -> int:
        """How often a text really got posted."""
        return sum(row["text_sent"] == text for row in self.ledger())

    def ready(self, text: str = "停水通知已更新,请查看", **more: Any) -> int:
        """Bring a post for the sharing interface to 已签发; return its number."""
        return self.signed(text=text + LINK, gateway="share", **more)

    def schedule(self, post: int, at: datetime | None = None) -> int:
        """Put a signed post on the calendar, for now unless told otherwise."""
        with self.app.db.writing() as session:
            repository = PostRepository(session)
            row = repository.get(post)
            assert row is not None
            values = {"scheduled_at": at or self.clock.now(), "scheduled_by": "zhao", "reason": ""}
            assert repository.move(post, row.version, SCHEDULE.sources, SCHEDULE.target, values)
        return post

    def due(self, text: str = "停水通知已更新,请查看", **more: Any) -> int:
        """A post that is to go out now."""
        return self.schedule(self.ready(text, **more))

    def tick(self, **forward: float) -> DeliveryReport:
        """One round of the worker, after the clock was moved."""
        self.clock.forward(**forward)
        return self.app.delivery.tick(WORKER)

    def rounds(self, count: int = 12, seconds: int = 60) -> DeliveryReport:
        """Several rounds, a minute apart."""
        report = DeliveryReport()
        for _ in range(count):
            report += self.tick(seconds=seconds)
        return report

    def state(self, post: int) -> str:
        """Where a post stands."""
        return self.show(post).row.state

    def row(self, post: int) -> Any:
        """The stored row."""
        with self.app.db.reading() as session:
            found = PostRepository(session).get(post)
            assert found is not None
            session.expunge(found)
            return found

    def todos(self, kind: str, post: int | None = None) -> list[TodoView]:
        """Open to-dos of a kind, of one post if given."""
        with self.app.db.reading() as session:
            return [
                todo
                for todo in todos.open_todos(session)
                if todo.kind == kind and (post is None or todo.subject.split("/")[0] == str(post))
            ]

    def minutes(self, count: float) -> datetime:
        """The instant so many minutes from now."""
        return self.clock.now() + timedelta(minutes=count)
