"""The ASGI application without a server: where no connection can be ended, an exception stands for it."""

from __future__ import annotations

import httpx
import pytest

from tests.weibo_ops.sandbox.stage import MovableClock
from weibo_ops.sandbox.app import ConnectionDropped, make_app
from weibo_ops.sandbox.faults import Faults, read_plan
from weibo_ops.sandbox.store import Store


async def test_it_answers_and_drops() -> None:
    store = Store(":memory:")
    faults = Faults(read_plan([{"fault": "lost_before_commit", "count": 1, "endpoints": ["*"]}]))
    transport = httpx.ASGITransport(make_app(store, MovableClock(), faults))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        with pytest.raises(ConnectionDropped):
            await client.get("/2/account/get_uid.json")
        reply = await client.get("/2/account/get_uid.json")
        assert reply.json() == {
            "error": "Source paramter (appkey) is missing",
            "error_code": 10006,
            "request": "/2/account/get_uid.json",
        }
        assert (await client.get("/other")).json()["error_code"] == 10020
        refused = await client.get("/2/account/get_uid.json", headers={"Host": "elsewhere.example"})
        assert refused.status_code == 421
    store.close()
