"""Whatever is sent, the sandbox answers as the platform does: JSON, and never an error that nobody foresaw."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.weibo_ops.sandbox.stage import LINK, Stage
from weibo_ops.sandbox.core import ROUTES, Sandbox
from weibo_ops.sandbox.wire import Call, read_call

NAMES = [
    "id", "cid", "cids", "ids", "uid", "uids", "status", "comment", "rip", "count", "page", "since_id", "max_id",
    "screen_name", "is_longtext", "without_mention", "mid", "isBase62", "client_id", "client_secret", "code",
    "grant_type", "redirect_uri", "response_type", "trim_user", "base_app",
]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "1", "1001", "2002", "sandbox-key", "10.0.0.9", f"通知 {LINK}", "9" * 19, "-1", "1,2,,x"]
    ),
)
PATHS = st.sampled_from([*ROUTES, "/", "/2/other.json", "/sandbox", "/sandbox/ledger", "/sandbox/calls"])


@given(
    calls=st.lists(
        st.tuples(PATHS, st.sampled_from(["GET", "POST"]), st.dictionaries(st.sampled_from(NAMES), VALUES)), max_size=12
    )
)
def test_any_parameters(calls: list[tuple[str, str, dict[str, str]]]) -> None:
    stage = Stage()
    sandbox = Sandbox(stage.store, stage.clock, stage.faults)
    for path, method, params in calls:
        reply = sandbox.answer(Call(method, path, params, token=stage.tokens["1001"]))
        body = None if reply.location else json.loads(reply.body)
        assert (reply.status >= 400) == (isinstance(body, dict) and bool({"error_code", "error"} & set(body)))
    acknowledged = stage.admin("GET", "")
    assert acknowledged["ledger"] == acknowledged["statuses"]
    stage.client.close()
    stage.store.close()


@given(query=st.binary(max_size=40), body=st.binary(max_size=200), kind=st.sampled_from(["", "x-www-form-urlencoded"]))
def test_any_bytes_are_read(query: bytes, body: bytes, kind: str) -> None:
    call = read_call("post", "/x", query, {"content-type": f"application/{kind}", "authorization": "OAuth2"}, body)
    assert call.method == "POST"


@given(
    body=st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["uid", "text", "rules", "fault", "key"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_administration(body: Any) -> None:
    stage = Stage()
    sandbox = Sandbox(stage.store, stage.clock, stage.faults)
    raw = json.dumps(body).encode()
    for method, path in (
        ("PUT", "faults"),
        ("PUT", "app"),
        ("POST", "users"),
        ("POST", "tokens"),
        ("POST", "statuses"),
        ("POST", "comments"),
    ):
        reply = sandbox.answer(Call(method, f"/sandbox/{path}", body=raw))
        assert reply.status in (200, 400, 404)
        assert json.loads(reply.body) is not None
    stage.client.close()
    stage.store.close()
