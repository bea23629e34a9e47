"""What `statuses/share` and its siblings publish and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.weibo_ops.sandbox.stage import LINK, Stage

PNG = b"\x89PNG\r\n\x1a\n"


def test_a_post_is_stored_as_the_platform_stores_it_and_stands_in_the_ledger(stage: Stage) -> None:
    made = stage.share("#防汛#今日 停水")
    assert "http://t.cn/" in made["text"]
    assert "防汛" not in made["text"]
    assert made["url_objects"][0]["info"]["url_long"] == LINK
    assert made["idstr"] == made["mid"]
    assert made["id"] != int(made["idstr"])
    assert made["id"] % 100_000 == 0
    assert made["created_at"] == "Thu Oct 08 09:15:00 +0800 2026"
    assert made["user"]["idstr"] == "1001"
    assert made["user"]["statuses_count"] == 1
    (line,) = stage.ledger()
    assert line["idstr"] == made["idstr"]
    assert line["text_sent"] == f"#防汛#今日 停水 {LINK}"
    assert line["text_stored"] == made["text"]
    assert (line["uid"], line["endpoint"], line["rip"]) == ("1001", "statuses/share", "10.0.0.9")


def test_numbers_tell_the_time_and_always_rise(stage: Stage) -> None:
    numbers = [int(stage.share(f"第{n}条")["idstr"]) for n in range(5)]
    assert (numbers[0] >> 22) + 515483463 == int(stage.clock.now().timestamp())
    stage.clock.move(hours=-3)
    numbers += [int(stage.share(f"又第{n}条")["idstr"]) for n in range(2)]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 20008),
        ("  \n", 20008),
        ("字" * 141, 20012),
        ("没有链接", 10017),
        ("别处 http://elsewhere.example.com/", 10017),
        (f"沙箱敏感词 {LINK}", 20021),
        (f"沙箱广告词 {LINK}", 20020),
    ],
)
def test_what_is_not_published(stage: Stage, text: str, expected: int) -> None:
    refused = stage.post("statuses/share", status=text)
    assert refused["error_code"] == expected
    assert refused["request"] == "/2/statuses/share.json"
    assert stage.ledger() == []
    assert stage.calls()[-1]["outcome"] == str(expected)


def test_both_words_about_the_safe_domain(stage: Stage) -> None:
    assert stage.share(link="")["error"] == "text not find domain!"
    stage.admin("PUT", "app", {"safe_domains": []})
    assert stage.share()["error"] == "appkey not bind domain!"


def test_the_operators_address_is_asked_for_by_the_newer_documents(stage: Stage) -> None:
    def send(**params: str) -> Any:
        data = {"access_token": stage.tokens["1001"], "status": f"通知 {LINK}", **params}
        return stage.client.post("/2/statuses/share.json", data=data).json()

    assert send()["error_code"] == 10016
    assert send(rip="somewhere")["error_code"] == 10008
    stage.admin("PUT", "app", {"require_rip": False})
    assert "idstr" in send()


def test_a_parameter_that_is_missing_is_named(stage: Stage) -> None:
    refused = stage.post("statuses/share")
    assert refused["error_code"] == 10016
    assert "status" in refused["error"]


@pytest.mark.parametrize(("method", "name", "status"), [("GET", "share", 405), ("POST", "nothing", 404)])
def test_wrong_method_and_unknown_call(stage: Stage, method: str, name: str, status: int) -> None:
    reply = stage.client.request(method, f"/2/statuses/{name}.json", params={"access_token": stage.tokens["1001"]})
    assert (reply.status_code, reply.json()["error_code"]) == (status, {405: 10021, 404: 10020}[status])


@pytest.mark.parametrize(
    ("picture", "expected"),
    [(PNG, None), (b"GIF89a..", None), (b"\xff\xd8\xff\xe0", None), (b"%PDF", 20005), (b"", 20005)],
)
def test_pictures_are_told_by_their_bytes(stage: Stage, picture: bytes, expected: int | None) -> None:
    data = {"access_token": stage.tokens["1001"], "status": f"图 {LINK}", "rip": "10.0.0.9"}
    made = stage.client.post("/2/statuses/share.json", data=data, files={"pic": ("a.png", picture)}).json()
    assert made.get("error_code") == expected
    assert bool(made.get("pic_urls")) is (expected is None)


@pytest.mark.parametrize(("size", "expected"), [(5 * 2**20 - 1, None), (5 * 2**20, 20006), (17 * 2**20, 10018)])
def test_a_picture_is_smaller_than_five_megabytes(stage: Stage, size: int, expected: int | None) -> None:
    data = {"access_token": stage.tokens["1001"], "status": f"图 {LINK}", "rip": "10.0.0.9"}
    picture = PNG + b"\n" * (size - len(PNG))
    made = stage.client.post("/2/statuses/share.json", data=data, files={"pic": ("a.png", picture)}).json()
    assert made.get("error_code") == expected


def test_only_the_text_published_last_counts_as_a_repeat(stage: Stage) -> None:
    first = stage.share("甲")
    assert stage.share("甲")["error_code"] == 20019
    assert stage.share("沙箱敏感词")["error_code"] == 20021
    assert stage.share("甲")["error_code"] == 20019
    assert "idstr" in stage.share("甲", uid="2002")
    assert "idstr" in stage.share("乙")
    again = stage.share("甲")
    assert again["idstr"] != first["idstr"]
    stage.post("statuses/destroy", id=again["idstr"])
    assert stage.share("甲")["error_code"] == 20019


def test_the_thirty_first_post_of_the_clock_hour_waits_for_the_next(stage: Stage) -> None:
    made = [stage.share(f"第{n}条") for n in range(31)]
    assert [post.get("error_code") for post in made] == [None] * 30 + [10024]
    assert stage.share("别人的", uid="2002").get("error_code") is None
    stage.clock.move(minutes=44)
    assert stage.share("仍在九点")["error_code"] == 10024
    stage.clock.move(minutes=1)
    assert "idstr" in stage.share("十点整")


def test_update_and_upload_are_for_applications_that_were_granted_them(stage: Stage) -> None:
    assert stage.post("statuses/update", status="无链接的通知")["error"] == "Insufficient app permissions!"
    assert stage.post("statuses/upload", status="无链接的通知")["error_code"] == 10014
    stage.admin("PUT", "app", {"can_update": True})
    made = stage.post("statuses/update", status="#话题# 无链接的通知")
    assert made["text"] == "#话题# 无链接的通知"
    assert stage.post("statuses/upload", status="图")["error_code"] == 20007
    data = {"access_token": stage.tokens["1001"], "status": "图", "rip": "10.0.0.9"}
    made = stage.client.post("/2/statuses/upload.json", data=data, files={"pic": ("a.png", PNG)}).json()
    assert made["pic_urls"]


def test_a_long_post_is_cut_unless_all_of_it_is_asked_for(stage: Stage) -> None:
    stage.admin("PUT", "app", {"can_update": True})
    text = "长" * 300
    assert stage.post("statuses/update", status=text)["error_code"] == 20012
    made = stage.post("statuses/update", status=text, is_longtext="1")
    assert made["isLongText"] is True
    assert len(made["text"]) < 200
    assert stage.get("statuses/show", id=made["idstr"])["text"] == made["text"]
    whole = stage.get("statuses/show", id=made["idstr"], isGetLongText="1")
    assert whole["longText"]["longTextContent"] == text
    assert stage.post("statuses/update", status="长" * 2001, is_longtext="1")["error_code"] == 20049


def test_one_destroys_ones_own_posts_once(stage: Stage) -> None:
    made = stage.share()
    assert stage.post("statuses/destroy", uid="2002", id=made["idstr"])["error_code"] == 20102
    assert stage.post("statuses/destroy", id=made["id"])["error_code"] == 20101
    assert stage.post("statuses/destroy", id=made["idstr"])["deleted"] == "1"
    assert stage.post("statuses/destroy", id=made["idstr"])["error_code"] == 20101
    assert len(stage.ledger()) == 1


def test_text_that_was_encoded_before_sending_is_published_as_rubbish(stage: Stage) -> None:
    assert "%E9%80%9A" in stage.share("%E9%80%9A%E7%9F%A5")["text"]


def test_bytes_that_are_no_utf8_do_no_harm(stage: Stage) -> None:
    body = b"access_token=" + stage.tokens["1001"].encode() + b"&rip=10.0.0.9&status=%ff%fe+" + LINK.encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    made = stage.client.post("/2/statuses/share.json", content=body, headers=headers).json()
    assert made["text"].startswith("\ufffd")


def test_a_multipart_body_that_is_none_is_refused(stage: Stage) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    reply = stage.client.post("/2/statuses/share.json", content=b"xx", headers=headers)
    assert reply.json()["error_code"] == 10008
