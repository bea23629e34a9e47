"""Digests, cursors, actors, errors, log: each small promise."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.errors import EnvironmentFault, PermissionRefusedError, RefusedError, UsageError
from weibo_ops.kernel.ids import canonical_json, digest
from weibo_ops.kernel.log import open_log
from weibo_ops.kernel.paging import decode_cursor, encode_cursor

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), values, max_size=5))
def test_the_order_of_keys_changes_no_digest(value: dict[str, object]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)
    assert json.loads(canonical_json(value)) == value


def test_the_same_instant_has_one_digest_in_every_zone() -> None:
    utc = datetime(2026, 7, 1, 1, tzinfo=UTC)
    assert digest({"at": utc}) == digest({"at": utc.astimezone(timezone(timedelta(hours=8)))})
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))
    with pytest.raises(TypeError):
        canonical_json(object())


@given(st.lists(st.integers() | st.text(max_size=30), min_size=1, max_size=3))
def test_a_cursor_gives_back_its_key(key: list[str | int]) -> None:
    assert decode_cursor(encode_cursor(*key)) == tuple(key)


@given(st.text(max_size=30))
def test_a_foreign_cursor_is_refused_or_harmless(text: str) -> None:
    with suppress(UsageError):
        assert isinstance(decode_cursor(text), tuple)


def test_a_missing_permission_is_refused_by_name() -> None:
    reader = Actor("a", "张三", frozenset({"read"}))
    require(reader, "read")
    require(Actor("b", "李四", frozenset({"*"})), "anything")
    with pytest.raises(PermissionRefusedError, match="张三没有“write”权限"):
        require(reader, "write", "某账号")


def test_an_error_says_what_happened_which_rule_and_what_next() -> None:
    error = RefusedError("名称不合规。", rule="《规定》第七条", next_step="请改名。")
    assert str(error) == "名称不合规。依据:《规定》第七条。下一步:请改名。"
    assert (RefusedError.exit_code, UsageError.exit_code, EnvironmentFault.exit_code) == (1, 2, 3)


def test_the_log_is_one_json_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "x.log"
    with open_log(path) as log:
        log.info("import done", rows=3)
        log.debug("not at this level")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["import done"]
