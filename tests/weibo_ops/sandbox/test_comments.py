"""Comments: who sees what, who may remove what, and what vanishes in between."""

from __future__ import annotations

from typing import Any

import pytest

from tests.weibo_ops.sandbox.stage import Stage


@pytest.fixture
def status(stage: Stage) -> str:
    return str(stage.share("请提意见")["idstr"])


def say(stage: Stage, status: str, text: str, **more: Any) -> str:
    return str(stage.admin("POST", "comments", {"status": status, "uid": 2002, "text": text, **more})["idstr"])


def ids(page: dict[str, Any]) -> list[str]:
    return [comment["idstr"] for comment in page["comments"]]


def test_a_citizen_asks_and_the_account_answers(stage: Stage, status: str) -> None:
    asked = say(stage, status, "几点来水?")
    (got,) = stage.get("comments/to_me")["comments"]
    assert got["idstr"] == asked
    assert got["status"]["idstr"] == status
    answer = stage.post("comments/reply", cid=asked, id=status, comment="今晚八点")
    assert answer["text"] == "回复@热心市民:今晚八点"
    assert answer["reply_comment"]["idstr"] == asked
    assert "status" not in answer["reply_comment"]
    plain = stage.post("comments/reply", cid=asked, id="1", comment="已来水", without_mention="1")
    assert plain["text"] == "已来水"
    assert plain["rootid"] == asked
    assert ids(stage.get("comments/by_me")) == [plain["idstr"], answer["idstr"]]
    assert ids(stage.get("comments/to_me", uid="2002")) == [plain["idstr"], answer["idstr"]]
    assert len(ids(stage.get("comments/timeline"))) == 3
    assert len(ids(stage.get("comments/show", id=status))) == 3


def test_paging(stage: Stage, status: str) -> None:
    made = [say(stage, status, f"第{n}条") for n in range(5)][::-1]
    page = stage.get("comments/show", id=status, count=2)
    assert ids(page) == made[:2]
    assert (page["next_cursor"], page["total_number"]) == (int(made[2]), 5)
    assert ids(stage.get("comments/show", id=status, max_id=made[2])) == made[2:]
    assert ids(stage.get("comments/show", id=status, since_id=made[2])) == made[:2]
    assert ids(stage.get("comments/show", id=status, count=2, page=3)) == made[4:]


def test_more_are_counted_than_can_be_had(stage: Stage, status: str) -> None:
    say(stage, status, "被过滤的", hidden=True)
    seen = say(stage, status, "看得到的")
    page = stage.get("comments/show", id=status)
    assert ids(page) == [seen]
    assert page["total_number"] == 2


def test_a_comment_gone_between_list_and_reply(stage: Stage, status: str) -> None:
    asked = say(stage, status, "几点来水?")
    stage.admin("DELETE", f"comments/{asked}")
    assert stage.post("comments/reply", cid=asked, id=status, comment="八点")["error_code"] == 20201
    assert stage.post("comments/destroy", cid=asked)["error_code"] == 20201
    assert stage.get("comments/show", id=status)["total_number"] == 0


def test_who_may_remove_a_comment(stage: Stage, status: str) -> None:
    theirs, mine = say(stage, status, "一"), stage.post("comments/create", id=status, comment="二")["idstr"]
    assert stage.post("comments/destroy", uid="2002", cid=mine)["error_code"] == 20203
    assert stage.post("comments/destroy", cid=theirs)["idstr"] == theirs
    other = say(stage, status, "三")
    removed = stage.client.post(
        "/2/comments/destroy_batch.json", data={"access_token": stage.tokens["2002"], "cids": f"{mine},{other},77"}
    ).json()
    assert [comment["idstr"] for comment in removed] == [other]
    assert [comment["idstr"] for comment in stage.get("comments/show_batch", cids=f"{mine},{other}")] == [mine]


@pytest.mark.parametrize(("text", "expected"), [("", 20008), ("字" * 141, 20012), ("沙箱敏感词", 20021), ("好", None)])
def test_what_a_comment_may_say(stage: Stage, status: str, text: str, expected: int | None) -> None:
    assert stage.post("comments/create", id=status, comment=text).get("error_code") == expected


def test_the_same_comment_again_and_a_post_that_is_gone(stage: Stage, status: str) -> None:
    assert "idstr" in stage.post("comments/create", id=status, comment="收到")
    assert stage.post("comments/create", id=status, comment="收到")["error_code"] == 20019
    stage.admin("DELETE", f"statuses/{status}")
    assert stage.post("comments/create", id=status, comment="另一条")["error_code"] == 20101
    assert stage.get("comments/show", id=status)["error_code"] == 20101


def test_comments_of_an_hour(stage: Stage, status: str) -> None:
    stage.admin("PUT", "app", {"comments_per_hour": 2})
    codes = [stage.post("comments/create", id=status, comment=f"{n}").get("error_code") for n in range(3)]
    assert codes == [None, None, 10024]


def test_unread_counts_fall_when_the_lists_are_read(stage: Stage, status: str) -> None:
    named = say(stage, status, "@甲市发布 请看")
    say(stage, status, "在吗")
    unread = stage.get("remind/unread_count", uid="1001")
    assert (unread["cmt"], unread["mention_cmt"], unread["dm"]) == (2, 1, 0)
    assert ids(stage.get("comments/mentions")) == [named]
    stage.get("comments/to_me")
    unread = stage.get("remind/unread_count", uid="1001")
    assert (unread["cmt"], unread["mention_cmt"]) == (0, 0)
    refused = stage.client.get(
        "/2/remind/unread_count.json", params={"access_token": stage.tokens["2002"], "uid": 1001}
    )
    assert refused.json()["error_code"] == 21335
