"""OAuth2 as the platform does it: codes good once, numbers as text, tokens that end."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.weibo_ops.sandbox.stage import Stage

CALLBACK = "http://127.0.0.1/callback"
APP = {"client_id": "sandbox-key", "client_secret": "sandbox-secret"}


def authorize(stage: Stage, **params: str) -> dict[str, str]:
    asked = {"client_id": "sandbox-key", "redirect_uri": CALLBACK, "state": "s&1", **params}
    reply = stage.client.get("/oauth2/authorize", params=asked)
    assert reply.status_code == 302, reply.text
    assert reply.headers["location"].startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def exchange(stage: Stage, code: str, path: str = "/oauth2/access_token", **params: str) -> Any:
    given = {**APP, "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **params}
    return stage.client.post(path, data=given).json()


def info(stage: Stage, token: str) -> Any:
    return stage.client.post("/oauth2/get_token_info", data={"access_token": token}).json()


@pytest.mark.parametrize("path", ["/oauth2/access_token", "/2/oauth2/access_token"])
def test_a_code_is_exchanged_once_and_numbers_come_as_text(stage: Stage, path: str) -> None:
    back = authorize(stage, uid="2002")
    assert back["state"] == "s&1"
    token = exchange(stage, back["code"], path)
    assert token["uid"] == "2002"
    assert token["expires_in"] == token["remind_in"] == str(30 * 86400)
    again = exchange(stage, back["code"], path)
    assert again["error_code"] == 21325
    assert again["error_description"]
    assert info(stage, token["access_token"]) == {
        "uid": 2002,
        "appkey": "sandbox-key",
        "scope": None,
        "create_at": int(stage.clock.now().timestamp()),
        "expire_in": 30 * 86400,
    }


def test_without_a_uid_the_first_user_grants(stage: Stage) -> None:
    assert exchange(stage, authorize(stage)["code"])["uid"] == "1001"


def test_a_code_waits_ten_minutes(stage: Stage) -> None:
    code = authorize(stage)["code"]
    stage.clock.move(minutes=10)
    assert exchange(stage, code)["error_code"] == 21325


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"client_secret": "x"}, 21324),
        ({"client_id": "x"}, 21324),
        ({"redirect_uri": "http://127.0.0.1/other"}, 21322),
        ({"grant_type": "password"}, 21328),
        ({"grant_type": ""}, 21323),
        ({"code": ""}, 21323),
        ({"code": "never given"}, 21325),
    ],
)
def test_a_wrong_exchange_is_refused_and_the_code_stays_good(
    stage: Stage, wrong: dict[str, str], expected: int
) -> None:
    code = authorize(stage)["code"]
    assert exchange(stage, **{"code": code, **wrong})["error_code"] == expected
    assert "access_token" in exchange(stage, code)


def test_the_exchange_is_a_post(stage: Stage) -> None:
    reply = stage.client.get("/oauth2/access_token", params=APP)
    assert (reply.status_code, reply.json()["error_code"]) == (405, 10021)


@pytest.mark.parametrize(
    ("params", "expected"),
    [({"deny": "1"}, "21330"), ({"uid": "999"}, "21330"), ({"response_type": "token"}, "21329")],
)
def test_what_is_not_granted_comes_back_by_the_redirect(stage: Stage, params: dict[str, str], expected: str) -> None:
    back = authorize(stage, **params)
    assert back["error_code"] == expected
    assert back["state"] == "s&1"
    assert "code" not in back


@pytest.mark.parametrize(("name", "expected"), [("redirect_uri", 21322), ("client_id", 21324)])
def test_nobody_is_sent_to_an_address_that_is_not_registered(stage: Stage, name: str, expected: int) -> None:
    asked = {"client_id": "sandbox-key", "redirect_uri": CALLBACK, name: "http://elsewhere.example"}
    reply = stage.client.get("/oauth2/authorize", params=asked)
    assert (reply.status_code, reply.json()["error_code"]) == (400, expected)


def test_an_expired_token_tells_how_long_ago(stage: Stage) -> None:
    token = stage.admin("POST", "tokens", {"uid": 1001, "expires_in": 60})["access_token"]
    stage.clock.move(seconds=90)
    assert info(stage, token)["expire_in"] == -30
    stage.tokens["1001"] = token
    assert stage.get("account/get_uid")["error_code"] == 21327


@pytest.mark.parametrize(("audited", "expected"), [(True, 21332), (False, 21321)])
def test_a_token_that_was_taken_back_is_dead(stage: Stage, audited: bool, expected: int) -> None:
    stage.admin("PUT", "app", {"audited": audited})
    answer = stage.client.get("/oauth2/revokeoauth2", params={"access_token": stage.tokens["1001"]})
    assert answer.json() == {"result": "true"}
    assert stage.get("account/get_uid")["error_code"] == expected
    assert info(stage, stage.tokens["1001"])["error_code"] == expected
    assert stage.ledger() == []


def test_an_application_not_audited_lives_a_day_and_has_its_test_accounts(stage: Stage) -> None:
    stage.admin("PUT", "app", {"audited": False, "test_accounts": [1001]})
    assert exchange(stage, authorize(stage, uid="1001")["code"])["expires_in"] == "86400"
    assert authorize(stage, uid="2002")["error_code"] == "21321"
    assert "未通过审核应用" in stage.share()["source"]


def test_the_owner_of_the_application_has_five_years(stage: Stage) -> None:
    stage.admin("PUT", "app", {"owner_uid": "1001"})
    assert int(exchange(stage, authorize(stage)["code"])["expires_in"]) == 5 * 365 * 86400


def test_the_token_goes_in_the_header_as_well(stage: Stage) -> None:
    headers = {"Authorization": f"OAuth2 {stage.tokens['1001']}"}
    assert stage.client.get("/2/account/get_uid.json", headers=headers).json() == {"uid": "1001"}


def test_no_token_and_an_unknown_token(stage: Stage) -> None:
    reply = stage.client.get("/2/account/get_uid.json")
    assert reply.json()["error_code"] == 10006
    reply = stage.client.get("/2/account/get_uid.json", params={"access_token": "x"})
    assert (reply.status_code, reply.json()["error_code"]) == (401, 21332)
