"""The stage is set all or not at all; the ledger only grows; a file belongs to one sandbox."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.weibo_ops.sandbox.stage import Stage
from weibo_ops.kernel.errors import EnvironmentFault
from weibo_ops.sandbox.store import FILE, Store, open_store


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("POST", "users", {"uid": "x", "screen_name": "某"}, 400),
        ("POST", "users", {"uid": 5, "screen_name": "甲市发布"}, 400),
        ("POST", "users", [{"uid": 5, "screen_name": "新人"}, {"uid": 6}], 400),
        ("POST", "users", [{"uid": 5, "screen_name": "新人"}, {"uid": 6, "screen_name": "新人"}], 400),
        ("POST", "tokens", {"uid": 77}, 404),
        ("POST", "tokens", {"uid": 1001, "key": "none"}, 404),
        ("POST", "statuses", {"uid": 77, "text": "x"}, 404),
        ("POST", "statuses", [{"uid": 1001, "text": "x"}, {"uid": 77, "text": "x"}], 404),
        ("POST", "statuses/77/edit", {"text": "x"}, 404),
        ("DELETE", "statuses/77", None, 404),
        ("DELETE", "statuses/abc", None, 404),
        ("POST", "comments", {"status": 77, "uid": 1001, "text": "x"}, 404),
        ("DELETE", "comments/77", None, 404),
        ("PUT", "app", {"colour": "red"}, 400),
        ("PUT", "app", [1], 400),
    ],
)
def test_wrong_input_is_one_chinese_sentence_and_nothing_is_done(
    stage: Stage, method: str, path: str, body: Any, status: int
) -> None:
    before = stage.admin("GET", "")
    assert "。" in stage.admin(method, path, body, status=status)["error"]
    assert stage.admin("GET", "") == before
    assert [user["uid"] for user in stage.admin("GET", "users")["users"]] == ["1001", "2002"]


def test_a_body_that_is_no_json(stage: Stage) -> None:
    reply = stage.client.post("/sandbox/users", content=b"uid=1")
    assert reply.status_code == 400
    assert "JSON" in reply.json()["error"]


def test_app_fields_not_named_stay_and_another_key_is_another_application(stage: Stage) -> None:
    stage.admin("PUT", "app", {"posts_per_hour": 7})
    stage.admin("PUT", "app", {"audited": False})
    assert stage.admin("GET", "app")["posts_per_hour"] == 7
    stage.admin("PUT", "app", {"key": "second", "secret": "s2"})
    assert stage.admin("GET", "app")["key"] == "sandbox-key"
    token = stage.admin("POST", "tokens", {"uid": 1001, "key": "second"})["access_token"]
    answer = stage.client.post("/oauth2/get_token_info", data={"access_token": token})
    assert answer.json()["appkey"] == "second"


def test_posts_of_the_past_have_numbers_of_the_past(stage: Stage) -> None:
    new = stage.share()["idstr"]
    entries = [{"uid": 1001, "text": f"旧{n}", "created_at": "2026-10-01T09:00:00+08:00"} for n in range(3)]
    old = [post["idstr"] for post in stage.admin("POST", "statuses", entries)]
    assert len(set(old)) == 3
    assert max(map(int, old)) < int(new)
    assert stage.get("statuses/show", id=old[0])["created_at"] == "Thu Oct 01 09:00:00 +0800 2026"


def test_the_ledger_is_read_in_pieces(stage: Stage) -> None:
    for n in range(4):
        stage.share(f"第{n}条")
    page = stage.admin("GET", "ledger?since=1&limit=2")
    assert [line["seq"] for line in page["posts"]] == [2, 3]
    assert page["total_number"] == 4


def test_nothing_is_taken_out_of_the_ledger(stage: Stage) -> None:
    stage.share()
    for statement in ("DELETE FROM ledger", "UPDATE ledger SET text_sent = ''"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"), stage.store.transaction():
            stage.store.run(statement)
    assert len(stage.ledger()) == 1


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Stage(open_store(tmp_path / "new" / "folder"))
    first.admin("PUT", "app", {"posts_per_hour": 7})
    made = first.share("重启前")
    first.client.close()
    first.store.close()
    second = open_store(tmp_path / "new" / "folder")
    stage = Stage(second)
    stage.tokens = first.tokens
    assert stage.admin("GET", "app")["posts_per_hour"] == 7
    assert stage.ledger()[0]["idstr"] == made["idstr"]
    assert stage.share("重启前")["error_code"] == 20019
    assert int(stage.share("重启后")["idstr"]) > int(made["idstr"])
    stage.client.close()
    second.close()


def test_one_folder_serves_one_sandbox(tmp_path: Path) -> None:
    first = open_store(tmp_path)
    with pytest.raises(EnvironmentFault, match="另一个沙箱"):
        open_store(tmp_path)
    first.close()
    open_store(tmp_path).close()


def test_a_folder_or_file_that_does_not_serve(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(EnvironmentFault):
        open_store(tmp_path / "file")
    (tmp_path / FILE).write_bytes(b"no database" * 200)
    with pytest.raises(EnvironmentFault):
        open_store(tmp_path)


def test_a_transaction_that_fails_leaves_nothing_behind() -> None:
    store = Store(":memory:")

    def fail() -> None:
        with store.transaction():
            store.issue("sandbox-key", "1", 0.0, 60.0, "t")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with store.transaction():
        assert store.grant("t") is None
    store.close()
