"""Faults: what the caller sees, what really happened, and that a seed repeats it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weibo_ops.sandbox.stage import LINK, Stage
from weibo_ops.sandbox.faults import KINDS, Faults, Plan, Rule, Shape

TWO_SIDED = ["lost", "reset", "hang", "http_500", "http_502", "http_503", "html_502", "html_414", "not_json", "error"]


def send(stage: Stage, text: str = "通知") -> httpx.Response | type[Exception]:
    data = {"access_token": stage.tokens["1001"], "rip": "10.0.0.9", "status": f"{text} {LINK}"}
    try:
        return stage.client.post("/2/statuses/share.json", data=data)
    except httpx.TransportError as fault:
        return type(fault)


def test_every_name_has_been_looked_at_here() -> None:
    others = {"slow", "late_commit", "success_delayed", "token_expires", "token_revoked", "rate_limited"}
    both = {f"{name}_{side}_commit" for name in TWO_SIDED for side in ("before", "after")}
    assert set(KINDS) == both | others | {"timeline_lag", "items_missing"}


@pytest.mark.parametrize("name", TWO_SIDED)
@pytest.mark.parametrize("side", ["before", "after"])
def test_the_caller_sees_the_same_whether_the_post_exists_or_not(stage: Stage, name: str, side: str) -> None:
    stage.spoil({"fault": f"{name}_{side}_commit", "count": 1})
    seen = send(stage)
    shape = KINDS[f"{name}_{side}_commit"].shape
    if shape in (Shape.CLOSE, Shape.RESET, Shape.HANG):
        assert (
            seen
            is {
                Shape.CLOSE: httpx.RemoteProtocolError,
                Shape.RESET: httpx.ReadError,
                Shape.HANG: httpx.ReadTimeout,
            }[shape]
        )
    else:
        assert isinstance(seen, httpx.Response)
        wanted = {"html_414": 414, "html_502": 502, "http_502": 502, "http_503": 503, "not_json": 200}.get(name, 500)
        assert seen.status_code == wanted
        if shape in (Shape.STATUS, Shape.ERROR):
            assert "error_code" in seen.json()
        else:
            with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter|escape"):
                seen.json()
    assert len(stage.ledger()) == (side == "after")
    call = stage.calls()[-1]
    assert (call["fault"], call["outcome"]) == (f"{name}_{side}_commit", "ok" if side == "after" else "not done")
    following = send(stage)
    assert isinstance(following, httpx.Response)
    assert following.json().get("error_code") == (20019 if side == "after" else None)


def test_any_error_of_the_platform(stage: Stage) -> None:
    stage.spoil({"fault": "error_before_commit", "code": 20031})
    reply = send(stage)
    assert isinstance(reply, httpx.Response)
    assert (reply.status_code, reply.json()["error"]) == (400, "Test and verify")


def test_a_success_told_late_is_visible_late(stage: Stage) -> None:
    stage.spoil({"fault": "success_delayed", "seconds": 60, "count": 1})
    reply = send(stage)
    assert isinstance(reply, httpx.Response)
    assert reply.json()["error_code"] == 20032
    (line,) = stage.ledger()
    for _ in range(2):
        assert stage.get("statuses/user_timeline")["statuses"] == []
        assert stage.get("statuses/count", ids=line["idstr"]) == []
        assert stage.get("statuses/show", id=line["idstr"])["error_code"] == 20101
        assert stage.share()["error_code"] == 20019
        stage.clock.move(seconds=29)
    stage.clock.move(seconds=2)
    assert stage.get("statuses/user_timeline")["statuses"][0]["idstr"] == line["idstr"]
    assert len(stage.ledger()) == 1


def test_a_refusal_is_not_told_as_a_success(stage: Stage) -> None:
    stage.spoil({"fault": "success_delayed"})
    assert stage.share("沙箱敏感词")["error_code"] == 20021


def test_a_post_that_is_carried_out_after_the_caller_gave_up(stage: Stage) -> None:
    stage.spoil({"fault": "late_commit", "seconds": 20, "count": 1})
    assert send(stage) is httpx.ReadTimeout
    stage.clock.move(seconds=19)
    assert stage.ledger() == []
    asked_at = stage.clock.now()
    stage.clock.move(seconds=30)
    (line,) = stage.ledger()
    assert line["at"] == asked_at.replace(second=asked_at.second + 1).isoformat()
    assert [call["outcome"] for call in stage.calls()] == ["not done", "ok"]


def test_a_slow_answer_is_an_honest_one(stage: Stage) -> None:
    stage.spoil({"fault": "slow", "seconds": 2})
    reply = send(stage)
    assert isinstance(reply, httpx.Response)
    assert reply.json()["idstr"] == stage.ledger()[0]["idstr"]
    stage.spoil({"fault": "slow", "seconds": 30})
    assert send(stage, "另一条") is httpx.ReadTimeout
    assert len(stage.ledger()) == 2


@pytest.mark.parametrize(("name", "expected"), [("token_expires", 21327), ("token_revoked", 21332)])
def test_a_token_that_ends_in_the_middle_stays_ended(stage: Stage, name: str, expected: int) -> None:
    stage.spoil({"fault": name, "skip": 2})
    assert [stage.share(f"第{n}条").get("error_code") for n in range(4)] == [None, None, expected, expected]
    assert "idstr" in stage.share("别人的", uid="2002")
    stage.tokens["1001"] = stage.admin("POST", "tokens", {"uid": 1001})["access_token"]
    assert "idstr" in stage.share("重新授权以后")


def test_a_rate_limit_on_any_call(stage: Stage) -> None:
    stage.spoil({"fault": "rate_limited", "count": 1}, {"fault": "rate_limited", "code": 10022, "count": 1})
    assert stage.get("account/get_uid")["error_code"] == 10023
    assert stage.get("account/get_uid")["error_code"] == 10022
    assert stage.get("account/get_uid") == {"uid": "1001"}


def test_a_timeline_that_lags(stage: Stage) -> None:
    stage.spoil({"fault": "timeline_lag", "seconds": 30})
    old = stage.share("甲")["idstr"]
    stage.clock.move(seconds=30)
    new = stage.share("乙")["idstr"]
    assert stage.get("statuses/user_timeline/ids")["statuses"] == [old]
    assert stage.get("statuses/show", id=new)["idstr"] == new
    stage.admin("DELETE", "faults")
    assert stage.get("statuses/user_timeline/ids")["statuses"] == [new, old]


def test_a_list_with_items_missing(stage: Stage) -> None:
    status = stage.share()["idstr"]
    stage.admin("POST", "comments", [{"status": status, "uid": 2002, "text": f"{n}"} for n in range(4)])
    stage.spoil({"fault": "items_missing", "count": 1})
    page = stage.get("comments/show", id=status)
    assert (len(page["comments"]), page["total_number"]) == (2, 4)
    assert len(stage.get("comments/show", id=status)["comments"]) == 4


def test_a_rule_may_be_for_one_user_one_text_one_call_one_time(stage: Stage) -> None:
    later = stage.clock.now().replace(minute=30).isoformat()
    stage.spoil(
        {"fault": "error_before_commit", "uid": 2002},
        {"fault": "error_before_commit", "text": "乙", "code": 20015},
        {"fault": "error_before_commit", "endpoints": ["users/*"], "code": 10002},
        {"fault": "error_before_commit", "starts": later, "code": 10009},
    )
    assert stage.share("甲", uid="2002")["error_code"] == 10001
    assert stage.share("乙")["error_code"] == 20015
    assert stage.get("users/counts", uids="1001")["error_code"] == 10002
    assert "idstr" in stage.share("甲")
    stage.clock.move(minutes=15)
    assert stage.share("丙")["error_code"] == 10009
    assert [rule["applied"] for rule in stage.admin("GET", "faults")["rules"]] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        [{"fault": "nothing"}],
        [{"fault": "slow", "probability": 1.5}],
        [{"fault": "slow", "often": 3}],
        [{"fault": "slow", "starts": "2026-10-08 10:00"}],
        {"rules": 3},
        "slow",
    ],
)
def test_a_plan_that_does_not_fit_changes_nothing(stage: Stage, wrong: Any) -> None:
    stage.spoil({"fault": "slow"})
    assert "内容不合要求" in stage.admin("PUT", "faults", wrong, status=400)["error"]
    assert [rule["fault"] for rule in stage.admin("GET", "faults")["rules"]] == ["slow"]


@given(seed=st.integers(0, 2**32), chance=st.floats(0.05, 0.95), others=st.lists(st.booleans(), max_size=40))
def test_the_nth_fitting_call_has_the_same_luck_whatever_else_is_called(
    seed: int, chance: float, others: list[bool]
) -> None:
    def luck(with_others: bool) -> list[bool]:
        faults = Faults(Plan(seed=seed, rules=(Rule(fault="slow", probability=chance),)))
        drawn = []
        for other in others or [False]:
            if with_others and other:
                faults.draw("users/show", "1", "", 0.0)
            drawn.append(faults.draw("statuses/share", "1", "", 0.0) is not None)
        return drawn

    assert luck(True) == luck(False)


def test_a_share_of_calls_fails(stage: Stage) -> None:
    stage.admin("PUT", "app", {"calls_per_day": None, "posts_per_hour": None})
    stage.spoil({"fault": "error_before_commit", "probability": 0.25}, seed=3)
    failed = sum("error_code" in stage.share(f"第{n}条") for n in range(400))
    assert 70 <= failed <= 130
    assert len(stage.ledger()) == 400 - failed


def test_threads_that_share_a_sandbox_take_turns(stage: Stage) -> None:
    stage.spoil({"fault": "late_commit", "seconds": 10, "count": 8})
    for n in range(8):
        assert send(stage, f"第{n}条") is httpx.ReadTimeout
    stage.clock.move(seconds=20)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: stage.get("account/get_uid"), range(32)))
    sent = [line["text_sent"] for line in stage.ledger()]
    assert sent == [f"第{n}条 {LINK}" for n in range(8)]
