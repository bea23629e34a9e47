"""A sandbox with a clock that tests move, and a client that speaks to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.weibo_ops.sandbox.transport import SandboxTransport
from weibo_ops.sandbox.core import Sandbox
from weibo_ops.sandbox.faults import Faults
from weibo_ops.sandbox.store import Store

LINK = "http://sandbox.example.gov.cn/notice?p=1"
BASE = "http://127.0.0.1"
START = datetime(2026, 10, 8, 1, 15, tzinfo=UTC)


@dataclass
class MovableClock:
    instant: datetime = START

    def now(self) -> datetime:
        return self.instant

    def move(self, **span: float) -> None:
        self.instant += timedelta(**span)


@dataclass
class Stage:
    store: Store = field(default_factory=lambda: Store(":memory:"))
    clock: MovableClock = field(default_factory=MovableClock)
    faults: Faults = field(default_factory=Faults)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transport = SandboxTransport(Sandbox(self.store, self.clock, self.faults))
        self.client = httpx.Client(transport=transport, base_url=BASE, timeout=5)
        self.admin(
            "POST", "users", [{"uid": 1001, "screen_name": "甲市发布"}, {"uid": 2002, "screen_name": "热心市民"}]
        )
        for uid in ("1001", "2002"):
            self.tokens[uid] = self.admin("POST", "tokens", {"uid": uid})["access_token"]

    def admin(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        reply = self.client.request(method, f"/sandbox/{path}", json=body)
        assert reply.status_code == status, reply.text
        return reply.json()

    def spoil(self, *rules: dict[str, Any], seed: int = 0) -> None:
        self.admin("PUT", "faults", {"seed": seed, "rules": list(rules)})

    def get(self, name: str, uid: str = "1001", **params: Any) -> Any:
        return self.client.get(f"/2/{name}.json", params={"access_token": self.tokens[uid], **params}).json()

    def post(self, name: str, uid: str = "1001", **params: Any) -> Any:
        data = {"access_token": self.tokens[uid], "rip": "10.0.0.9", **params}
        return self.client.post(f"/2/{name}.json", data=data).json()

    def share(self, text: str = "通知", uid: str = "1001", link: str = LINK) -> Any:
        return self.post("statuses/share", uid, status=f"{text} {link}".strip())

    def ledger(self) -> list[dict[str, Any]]:
        posts: list[dict[str, Any]] = self.admin("GET", "ledger")["posts"]
        return posts

    def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self.admin("GET", "calls")["calls"]
        return calls
