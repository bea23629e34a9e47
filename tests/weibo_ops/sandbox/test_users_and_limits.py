"""Users, and the limits of calls."""

from __future__ import annotations

from tests.weibo_ops.sandbox.stage import Stage


def test_a_user_by_uid_or_by_name(stage: Stage) -> None:
    made = stage.share()
    shown = stage.get("users/show", screen_name="甲市发布")
    assert (shown["idstr"], shown["statuses_count"], shown["status"]["idstr"]) == ("1001", 1, made["idstr"])
    params = {"access_token": stage.tokens["1001"]}
    both = stage.client.get("/2/users/show.json", params={**params, "uid": "1001", "screen_name": "甲市发布"}).json()
    neither = stage.client.get("/2/users/show.json", params=params).json()
    unknown = stage.client.get("/2/users/show.json", params={**params, "uid": "77"}).json()
    assert (both["error_code"], neither["error_code"], unknown["error_code"]) == (10008, 10008, 20003)


def test_less_is_told_of_those_who_did_not_authorise(stage: Stage) -> None:
    stage.admin("POST", "users", {"uid": 3003, "screen_name": "路人", "followers_count": 9, "verified_reason": "某"})
    params = {"access_token": stage.tokens["1001"], "uid": "3003"}
    shown = stage.client.get("/2/users/show.json", params=params).json()
    assert shown["screen_name"] == "路人"
    assert not {"followers_count", "verified_reason", "status"} & set(shown)


def test_counts_of_users_are_text(stage: Stage) -> None:
    stage.admin("POST", "users", {"uid": 3003, "screen_name": "路人", "followers_count": 9, "statuses_count": 4})
    rows = stage.get("users/counts", uids="3003,1001,77")
    assert [row["id"] for row in rows] == ["3003", "1001"]
    assert rows[0] == {"id": "3003", "followers_count": "9", "friends_count": "0", "statuses_count": "4"}
    stage.admin("PUT", "app", {"audited": False})
    assert [row["id"] for row in stage.get("users/counts", uids="3003,1001")] == ["1001"]


def test_a_hundred_calls_a_day_until_midnight_in_beijing(stage: Stage) -> None:
    codes = [stage.get("account/get_uid").get("error_code") for _ in range(101)]
    assert codes == [None] * 100 + [10023]
    assert stage.get("account/get_uid", uid="2002") == {"uid": "2002"}
    stage.clock.move(hours=14)
    assert stage.get("account/get_uid")["error_code"] == 10023
    stage.clock.move(minutes=45)
    assert stage.get("account/get_uid") == {"uid": "1001"}


def test_what_is_told_of_the_limits_is_not_what_is_enforced(stage: Stage) -> None:
    stage.share()
    for _ in range(101):
        told = stage.get("account/rate_limit_status")
    assert told["remaining_user_hits"] == 149
    assert told["api_rate_limits"][0]["remaining_hits"] == 29
    assert (told["reset_time"], told["reset_time_in_seconds"]) == ("2026-10-08 10:00:00", 45 * 60)
    for _ in range(100):
        stage.get("account/get_uid")
    assert stage.get("account/get_uid")["error_code"] == 10023
    assert stage.get("account/rate_limit_status")["remaining_user_hits"] > 0


def test_calls_of_an_address(stage: Stage) -> None:
    stage.admin("PUT", "app", {"calls_per_ip_hour": 2})
    codes = [stage.get("account/get_uid", uid=uid).get("error_code") for uid in ("1001", "2002", "2002")]
    assert codes == [None, None, 10022]
    stage.clock.move(minutes=45)
    assert "uid" in stage.get("account/get_uid")


def test_limits_can_be_lifted(stage: Stage) -> None:
    stage.admin("PUT", "app", {"calls_per_day": None, "posts_per_hour": None})
    assert all("idstr" in stage.share(f"第{n}条") for n in range(120))
