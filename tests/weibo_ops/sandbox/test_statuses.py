"""Reading posts: five and no more, the boundary of paging, what is left out without a word."""

from __future__ import annotations

from typing import Any

import pytest

from tests.weibo_ops.sandbox.stage import Stage


@pytest.fixture
def numbers(stage: Stage) -> list[str]:
    """Seven posts, newest first."""
    return [stage.share(f"第{n}条")["idstr"] for n in range(7)][::-1]


def ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [status["idstr"] for status in page["statuses"]]


@pytest.mark.parametrize("asked", [{}, {"count": 100}, {"count": 200, "base_app": 1}])
def test_the_timeline_holds_five_posts_whatever_is_asked(
    stage: Stage, numbers: list[str], asked: dict[str, Any]
) -> None:
    page = stage.get("statuses/user_timeline", **asked)
    assert ids(page) == numbers[:5]
    assert page["total_number"] == 7


def test_pages_do_not_lead_beyond_the_five(stage: Stage, numbers: list[str]) -> None:
    assert ids(stage.get("statuses/user_timeline", count=3, page=2)) == numbers[3:5]
    assert ids(stage.get("statuses/user_timeline", page=2)) == []
    assert ids(stage.get("statuses/user_timeline", max_id=numbers[5])) == []


def test_max_id_is_inclusive_and_since_id_is_not(stage: Stage, numbers: list[str]) -> None:
    assert ids(stage.get("statuses/user_timeline", max_id=numbers[2])) == numbers[2:5]
    assert ids(stage.get("statuses/user_timeline", since_id=numbers[2])) == numbers[:2]
    assert stage.get("statuses/user_timeline/ids", since_id=numbers[2])["statuses"] == numbers[:2]


def test_the_timeline_is_ones_own(stage: Stage, numbers: list[str]) -> None:
    assert ids(stage.get("statuses/user_timeline", uid="1001")) == numbers[:5]
    assert ids(stage.get("statuses/user_timeline", screen_name="甲市发布")) == numbers[:5]
    refused = stage.client.get(
        "/2/statuses/user_timeline.json", params={"access_token": stage.tokens["2002"], "uid": 1001}
    )
    assert refused.json()["error_code"] == 21335


def test_what_was_posted_by_hand_is_in_the_timeline_and_not_of_this_application(stage: Stage) -> None:
    made = stage.admin("POST", "statuses", {"uid": 1001, "text": "手工发布"})
    assert ids(stage.get("statuses/user_timeline")) == [made["idstr"]]
    assert ids(stage.get("statuses/user_timeline", base_app=1)) == []
    assert stage.ledger()[0]["endpoint"] == "outside"


def test_counts_are_text_and_the_deleted_are_left_out(stage: Stage, numbers: list[str]) -> None:
    stage.admin("POST", f"statuses/{numbers[0]}/edit", {"reposts": 12, "attitudes": 3})
    stage.admin("POST", "comments", {"status": numbers[0], "uid": 2002, "text": "好"})
    stage.admin("DELETE", f"statuses/{numbers[1]}")
    assert stage.get("statuses/count", ids=f"{numbers[0]},{numbers[1]},123,abc") == [
        {"id": numbers[0], "comments": "1", "reposts": "12", "attitudes": "3"}
    ]
    assert len(stage.get("statuses/count", ids=",".join(numbers))) == 6
    assert stage.get("statuses/count", ids=",".join(["1"] * 101))["error_code"] == 10008
    assert stage.get("statuses/count")["error_code"] == 10016


def test_a_post_is_shown_until_it_is_deleted(stage: Stage, numbers: list[str]) -> None:
    shown = stage.get("statuses/show", uid="2002", id=numbers[0])
    assert shown["idstr"] == numbers[0]
    assert stage.get("statuses/show", id=shown["id"])["error_code"] == 20101
    stage.admin("POST", f"statuses/{numbers[0]}/delete")
    assert stage.get("statuses/show", id=numbers[0])["error_code"] == 20101
    stage.admin("PUT", "app", {"show_deleted": True})
    assert stage.get("statuses/show", id=numbers[0])["deleted"] == "1"


def test_an_edit_from_outside_is_seen(stage: Stage, numbers: list[str]) -> None:
    stage.admin("POST", f"statuses/{numbers[0]}/edit", {"text": "改过了"})
    shown = stage.get("statuses/show", id=numbers[0])
    assert (shown["text"], shown["edit_count"]) == ("改过了", 1)


def test_short_forms(stage: Stage) -> None:
    assert stage.get("statuses/queryid", mid="z0JH2lOMb", type=1, isBase62=1) == {"id": "3501756485200075"}
    assert stage.get("statuses/queryid", mid="!!", isBase62=1) == {"id": "-1"}
    assert stage.get("statuses/querymid", id="3501756485200075", type=1) == {"mid": "z0JH2lOMb"}


@pytest.mark.parametrize("wrong", ["abc", "-1", "1.5", "9" * 30, "９"])
def test_a_number_that_is_none_is_refused(stage: Stage, wrong: str) -> None:
    assert stage.get("statuses/show", id=wrong)["error_code"] == 10008
    assert stage.get("statuses/user_timeline", max_id=wrong)["error_code"] == 10008
