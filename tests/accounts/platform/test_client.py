"""The client: what goes over the wire, what comes back, and what a broken answer is taken for."""

from __future__ import annotations

import json
import locale
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.platform.client import PlatformClient
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.platform.replies import Counts, read_body, read_comment, read_profile, read_status, read_time
from accounts.platform.wire import LARGEST_ANSWER, ReadRetry
from tests.accounts.platform.hostile import (
    answer,
    breaks_off,
    hangs_up,
    hostile,
    is_silent,
    resets,
    says,
    talks_nonsense,
)
from weibo_ops.kernel.errors import UsageError

TOKEN = "2.00T7hTqBCkGfbD0e2f5e1c8d0wkXaa"
AT = "Wed Oct 24 23:49:17 +0800 2012"
POST: dict[str, Any] = {
    "created_at": AT,
    "id": 3504803600500000,
    "mid": "3504803600502730",
    "idstr": "3504803600502730",
    "text": "停水通知 http://t.cn/abc",
    "source": "<a href='http://app.weibo.com'>未通过审核应用</a>",
    "truncated": False,
    "user": {"id": 1902538057, "idstr": "1902538057", "screen_name": "云麓供水"},
    "reposts_count": "3",
    "comments_count": 2,
    "attitudes_count": 0,
    "isLongText": False,
    "brand_new_field": {"x": [1]},
    "url_objects": [{"url_ori": "http://t.cn/abc", "info": {"url_long": "https://water.example/a?p=7"}}, None, 5],
}
GIF = b"GIF89a" + b"\0" * 20


def client(
    handler: Callable[[httpx.Request], httpx.Response], attempts: int = 1, base: str = "https://api.weibo.com"
) -> PlatformClient:
    return PlatformClient(base, "42", transport=httpx.MockTransport(handler), retry=ReadRetry(attempts, 0))


def answering(body: object, status: int = 200) -> Callable[[httpx.Request], httpx.Response]:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return lambda _: httpx.Response(status, content=raw)


class Recorder:
    """Answers with a post and keeps what came."""

    def __init__(self, body: object = POST) -> None:
        self.body = body
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.seen.append(request)
        return httpx.Response(200, json=self.body)

    @property
    def last(self) -> httpx.Request:
        return self.seen[-1]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.last.content.decode(), keep_blank_values=True))


# --- what goes out ------------------------------------------------------------------------------------------


def test_a_share_is_encoded_once_and_the_token_travels_in_the_header_alone() -> None:
    got = Recorder()
    text = "停水通知 50% & <b> 😀+ https://water.example/a?b=1&c=%E4%BA%91 #云麓#"
    client(got).share(TOKEN, text, rip="10.1.2.3")
    assert str(got.last.url) == "https://api.weibo.com/2/statuses/share.json"
    assert got.last.headers["Authorization"] == f"OAuth2 {TOKEN}"
    assert got.form == {"status": text, "rip": "10.1.2.3"}
    assert TOKEN not in got.last.content.decode() + str(got.last.url)


def test_a_share_with_a_picture_is_multipart_with_the_type_of_its_bytes() -> None:
    got = Recorder()
    client(got).share(TOKEN, "停水 https://a.example", picture=GIF, picture_name="../现场.exe")
    body = got.last.content
    assert got.last.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="pic"; filename="pic.gif"\r\nContent-Type: image/gif\r\n\r\n' + GIF in body
    assert 'name="status"\r\n\r\n停水 https://a.example\r\n'.encode() in body


@pytest.mark.parametrize(
    ("picture", "code"), [(b"", 20005), (b"BM\0\0", 20005), (b"\xff\xd8\xff" + b"\0" * 5 * 1024**2, 20006)]
)
def test_a_picture_that_would_be_refused_is_not_sent(picture: bytes, code: int) -> None:
    got = Recorder()
    with pytest.raises(PlatformError) as told:
        client(got).share(TOKEN, "x", picture=picture)
    assert (told.value.error_class, told.value.code, told.value.sent) == (ErrorClass.CONTENT_REJECTED, code, False)
    assert not got.seen


@pytest.mark.parametrize(
    ("call", "method", "url", "fields"),
    [
        (lambda c: c.update(TOKEN, "长", long=True), "POST", "api.weibo.com/2/statuses/update.json", "is_longtext=1"),
        (lambda c: c.upload(TOKEN, "x", GIF), "POST", "upload.api.weibo.com/2/statuses/upload.json", ""),
        (lambda c: c.show(TOKEN, "12"), "GET", "api.weibo.com/2/statuses/show.json", "id=12"),
        (lambda c: c.destroy(TOKEN, "12"), "POST", "api.weibo.com/2/statuses/destroy.json", "id=12"),
        (lambda c: c.unread_count(TOKEN, "7"), "GET", "rm.api.weibo.com/2/remind/unread_count.json", "uid=7"),
        (lambda c: c.rate_limit_status(TOKEN), "GET", "api.weibo.com/2/account/rate_limit_status.json", ""),
    ],
)  # fmt: skip
def test_each_call_goes_to_its_own_address(call: Any, method: str, url: str, fields: str) -> None:
    got = Recorder()
    call(client(got))
    assert (got.last.method, str(got.last.url).partition("?")[0]) == (method, f"https://{url}")
    assert fields in (got.last.url.query.decode() or got.last.content.decode("latin-1"))


def test_another_base_address_is_one_host_for_all() -> None:
    got = Recorder()
    other = client(got, base="http://127.0.0.1:9/")
    other.unread_count(TOKEN, "7")
    other.upload(TOKEN, "x", GIF)
    assert {request.url.host for request in got.seen} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "address",
    ["http://api.weibo.com", "ftp://127.0.0.1", "http://127.0.0.1.evil.example", "https://u:p@api.weibo.com",
     "https://api.weibo.com?x=1", "api.weibo.com", "", "https://", "http://[::1", "https://微博.example",
     "https://a b"],
)  # fmt: skip
def test_an_address_that_is_not_https_nor_this_machine_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="下一步"):
        PlatformClient(address, "42")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:9", "https://x.example/"]
)
def test_https_and_this_machine_are_taken(address: str) -> None:
    PlatformClient(address, "42").close()


def test_the_page_of_authorisation_names_the_application_and_the_state() -> None:
    url = urlsplit(client(Recorder()).authorize_url("https://a.example/回 调?x=1", "st&ate"))
    asked = parse_qs(url.query)
    assert (url.netloc, url.path) == ("api.weibo.com", "/oauth2/authorize")
    assert asked["redirect_uri"] == ["https://a.example/回 调?x=1"]
    assert (asked["state"], asked["client_id"], asked["response_type"]) == (["st&ate"], ["42"], ["code"])


@pytest.mark.parametrize("token", ["", "a b", "令牌", "a\r\nX: y", "x" * 2000])
def test_a_token_that_cannot_travel_in_a_header_is_not_sent(token: str) -> None:
    got = Recorder({"statuses": []})
    if token:
        with pytest.raises(PlatformError) as told:
            client(got).user_timeline(token)
        assert (told.value.error_class, told.value.sent) == (ErrorClass.REAUTH, False)
        assert not got.seen


def test_half_a_character_is_refused_before_anything_is_sent() -> None:
    got = Recorder()
    with pytest.raises(PlatformError) as told:
        client(got).share(TOKEN, "停水\ud83d")
    assert (told.value.error_class, told.value.sent) == (ErrorClass.CONTENT_REJECTED, False)
    assert not got.seen


@pytest.mark.parametrize("number", ["", "x", "1 or 1", "１２", "-1", "1" * 21])
def test_what_is_no_number_of_the_platform_is_refused(number: str) -> None:
    with pytest.raises(UsageError):
        client(Recorder()).destroy(TOKEN, number)


# --- what comes back ----------------------------------------------------------------------------------------


def test_the_number_in_words_counts_before_the_rounded_one() -> None:
    post = client(answering(POST)).share(TOKEN, "x")
    assert post.id == "3504803600502730"
    assert post.created_at == datetime(2012, 10, 24, 15, 49, 17, tzinfo=UTC)
    assert (post.user_id, post.reposts, post.comments, post.likes) == ("1902538057", 3, 2, 0)
    assert post.url_long == ("https://water.example/a?p=7", "http://t.cn/abc")
    assert not post.deleted
    assert not post.truncated


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"idstr": None}, {"id": "3504803600502730"}),
        ({"idstr": "", "mid": ""}, {"id": "3504803600500000"}),
        ({"idstr": "abc", "mid": 1.5, "id": "77"}, {"id": "77"}),
        ({"user": None}, {"user_id": ""}),
        ({"user": [1]}, {"user_id": ""}),
        ({"user": {"id": 9}}, {"user_id": "9"}),
        ({"deleted": "1"}, {"deleted": True}),
        ({"deleted": 1}, {"deleted": True}),
        ({"deleted": "0"}, {"deleted": False}),
        ({"reposts_count": "1万", "comments_count": -3}, {"reposts": None, "comments": None}),
        ({"attitudes_count": 10**40}, {"likes": None}),
        ({"isLongText": True}, {"truncated": True}),
        ({"isLongText": True, "longText": {"longTextContent": "全文"}}, {"truncated": False, "text": "全文"}),
        ({"longText": ["x"], "isLongText": "true"}, {"truncated": True}),
        ({"text": None}, {"text": ""}),
        ({"text": "半\ud83d"}, {"text": "半?"}),
        ({"url_objects": "x"}, {"url_long": ()}),
    ],
)  # fmt: skip
def test_fields_may_be_missing_or_of_another_kind(change: dict[str, Any], expected: dict[str, Any]) -> None:
    read = read_status(POST | change)
    assert read is not None
    assert {name: getattr(read, name) for name in expected} == expected


@given(
    st.dictionaries(
        st.sampled_from([*POST, "deleted", "longText"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_whatever_stands_in_an_answer_is_read_or_left(change: dict[str, Any]) -> None:
    for read in (read_status, read_comment, read_profile):
        read(POST | change)


def test_a_time_is_read_whatever_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("C", "zh_CN.UTF-8", "de_DE.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
        except locale.Error:
            continue
        assert read_time("Tue May 31 17:46:55 +0800 2011") == datetime(2011, 5, 31, 9, 46, 55, tzinfo=UTC)
    locale.setlocale(locale.LC_TIME, before)


@given(st.integers(631152000, 7258118400), st.integers(-12 * 60, 14 * 60))
def test_every_instant_comes_back(seconds: int, offset: int) -> None:
    there = datetime.fromtimestamp(seconds, UTC)
    local = there + timedelta(minutes=offset)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02}{abs(offset) % 60:02}"
    text = f"{days[local.weekday()]} {months[local.month - 1]} {local.day:02} {local:%H:%M:%S} {zone} {local.year}"
    assert read_time(text) == there


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "2011-05-31 17:46:55", "Tue Foo 31 17:46:55 +0800 2011", "Tue Feb 31 17:46:55 +0800 2011",
     "Tue May 31 25:46:55 +0800 2011", "Tue May 31 17:46:55 +9900 2011", "Tue Jan 01 00:00:00 +0800 0001"],
)  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert read_time(value) is None


def test_a_timeline_tells_how_much_of_it_could_not_be_read() -> None:
    page = client(
        answering({"statuses": [POST, None, {"id": 1}, "3382905382185354"], "total_number": "53", "ad": []})
    ).user_timeline(TOKEN)
    assert [post.id for post in page.statuses] == ["3504803600502730"]
    assert (page.total_number, page.unread) == (53, 3)


def test_counts_come_as_text_and_what_is_gone_or_was_not_asked_for_is_missing() -> None:
    got = Recorder([{"id": "5", "comments": "16", "reposts": 38, "attitudes": None}, {"id": 6}, {}, 3])
    assert client(got).count(TOKEN, ["5", "4"]) == {"5": Counts(38, 16, None)}
    client(got).count(TOKEN, [str(number) for number in range(1, 251)])
    assert [len(parse_qs(r.url.query.decode())["ids"][0].split(",")) for r in got.seen[1:]] == [100, 100, 50]


def test_a_deleted_post_without_a_time_is_not_found_and_with_one_is_shown_as_deleted() -> None:
    with pytest.raises(PlatformError) as told:
        client(answering({"id": 5, "deleted": "1"})).show(TOKEN, "5")
    assert told.value.error_class is ErrorClass.NOT_FOUND
    assert client(answering(POST | {"deleted": "1"})).show(TOKEN, "5").deleted


def test_a_comment_is_known_by_its_id_not_its_mid() -> None:
    raw = {
        "created_at": AT, "id": 12438492184, "idstr": "12438492184", "mid": "202110601896455629",
        "rootid": "12438492184", "text": "回复@zaku:[微笑]", "user": {"id": 8, "screen_name": "甲"}, "status": POST,
        "reply_comment": {"id": 4949855625, "idstr": "4949855625", "text": "小新", "created_at": AT},
    }  # fmt: skip
    page = client(answering({"comments": [raw, {}], "next_cursor": 3481481697541987, "total_number": 9})).comments_show(
        TOKEN, "5"
    )
    (comment,) = page.comments
    assert (comment.id, comment.status_id, comment.reply_to) == ("12438492184", "3504803600502730", "4949855625")
    assert (page.next_cursor, page.total_number, page.unread) == ("3481481697541987", 9, 1)
    assert client(answering(raw)).comments_reply(TOKEN, "5", "6", "已收到").user_name == "甲"


def test_tokens_numbers_and_spellings_of_oauth() -> None:
    grant = client(
        answering({"access_token": TOKEN, "expires_in": "7200", "remind_in": "7200", "uid": "1404376560"})
    ).exchange("code", "secret", "https://a.example")
    assert (grant.uid, grant.lifetime, grant.token) == ("1404376560", timedelta(hours=2), TOKEN)
    assert TOKEN not in repr(grant)
    info = client(
        answering({"uid": 1073880650, "appkey": 42, "scope": None, "create_at": 1352267591, "expire_in": -5})
    ).get_token_info(TOKEN)
    assert (info.uid, info.app_key, info.remaining) == ("1073880650", "42", timedelta(seconds=-5))
    client(answering({"result": "true"})).revoke(TOKEN)


@pytest.mark.parametrize(
    "change",
    [{"access_token": ""}, {"access_token": 5}, {"uid": None}, {"expires_in": "soon"}, {"access_token": "a\nb"}],
)
def test_a_grant_without_token_account_or_lifetime_is_none(change: dict[str, Any]) -> None:
    body = {"access_token": TOKEN, "expires_in": 7200, "uid": "1"} | change
    with pytest.raises(PlatformError, match="无法确认"):
        client(answering(body)).exchange("code", "secret", "https://a.example")


# --- answers that are none ----------------------------------------------------------------------------------

GARBAGE: dict[str, bytes] = {
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "empty": b"",
    "cut short": json.dumps(POST).encode()[:-7],
    "two values": b"{}{}",
    "list": b"[]",
    "number": b"5",
    "text": b'"ok"',
    "null": b"null",
    "other object": b'{"ok": true}',
    "no number": json.dumps(POST | {"id": None, "idstr": None, "mid": None}).encode(),
    "no time": json.dumps(POST | {"created_at": "yesterday"}).encode(),
    "gbk": json.dumps(POST, ensure_ascii=False).encode("gbk"),
    "huge number": b'{"idstr": ' + b"9" * 5000 + b"}",
    "deep": b"[" * 200_000,
    "not a number": b'{"id": NaN, "created_at": Infinity}',
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("status", [200, 302, 400, 404, 414, 418, 500, 502])
def test_a_write_that_is_answered_with_garbage_may_have_been_carried_out(body: bytes, status: int) -> None:
    with pytest.raises(PlatformError) as told:
        client(answering(body, status)).share(TOKEN, "x")
    assert told.value.error_class is ErrorClass.UNKNOWN
    assert told.value.sent is None
    assert told.value.may_exist


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_a_read_that_is_answered_with_garbage_is_no_empty_timeline(body: bytes) -> None:
    with pytest.raises(PlatformError) as told:
        client(answering(body)).user_timeline(TOKEN)
    assert told.value.error_class is ErrorClass.UNKNOWN


def test_a_timeline_in_another_encoding_is_not_compared_with_our_texts() -> None:
    body = json.dumps({"statuses": [POST]}, ensure_ascii=False).encode("gb18030")
    with pytest.raises(PlatformError) as told:
        client(answering(body)).user_timeline(TOKEN)
    assert told.value.error_class is ErrorClass.UNKNOWN


def test_a_mark_before_the_text_is_no_fault_and_an_error_is_read_in_any_encoding() -> None:
    assert client(answering(b"\xef\xbb\xbf" + json.dumps(POST).encode())).share(TOKEN, "x").id == POST["idstr"]
    body = '{"error":"内容重复","error_code":20019}'.encode("gbk")
    with pytest.raises(PlatformError) as told:
        client(answering(body)).share(TOKEN, "x")
    assert told.value.error_class is ErrorClass.DUPLICATE


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize("code", [20019, "20019"])
def test_an_error_counts_whatever_the_status_even_beside_a_post(status: int, code: object) -> None:
    body = POST | {"error": "Repeat conetnt", "error_code": code, "request": "/2/statuses/share.json"}
    with pytest.raises(PlatformError) as told:
        client(answering(body, status)).share(TOKEN, "x")
    fault = told.value
    assert (fault.error_class, fault.code, fault.http_status) == (ErrorClass.DUPLICATE, 20019, status)
    assert fault.sent


@pytest.mark.parametrize("code", ["abc", 99999, [20019], {"x": 1}, True])
def test_an_error_that_nobody_knows_may_hide_a_success(code: object) -> None:
    with pytest.raises(PlatformError) as told:
        client(answering({"error": "?", "error_code": code})).share(TOKEN, "x")
    assert told.value.may_exist


def test_a_code_of_zero_is_no_error() -> None:
    assert client(answering(POST | {"error_code": 0, "error": ""})).share(TOKEN, "x").id == POST["idstr"]


def test_an_error_never_shows_the_token_or_the_secret() -> None:
    body = {"error": f"invalid_access_token:{TOKEN}", "error_code": 21332, "error_description": "s3same code9"}
    with pytest.raises(PlatformError) as told:
        client(answering(body)).exchange("code9", "s3same", "https://a.example")
    for secret in (TOKEN, "s3same", "code9"):
        assert secret not in str(told.value) + repr(told.value)


@pytest.mark.parametrize("code", [20101, 20201])
def test_what_is_gone_already_is_told_when_it_was_to_be_deleted(code: int) -> None:
    here = client(answering({"error": "target does not exist!", "error_code": code}, 400))
    for delete in (here.destroy, here.comments_destroy):
        with pytest.raises(PlatformError) as told:
            delete(TOKEN, "5")
        assert told.value.error_class is ErrorClass.ALREADY_DONE


# --- the way there ------------------------------------------------------------------------------------------

BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
MAYBE = (
    httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.CloseError,
    httpx.RemoteProtocolError, httpx.LocalProtocolError, httpx.DecodingError, httpx.TooManyRedirects, OSError,
    RuntimeError,
)  # fmt: skip


def _failing(fault: type[Exception], calls: list[str] | None = None) -> Callable[[httpx.Request], httpx.Response]:
    def fail(request: httpx.Request) -> httpx.Response:
        if calls is not None:
            calls.append(request.method)
        raise fault("no")

    return fail


@pytest.mark.parametrize("fault", BEFORE)
def test_what_never_connected_was_not_sent(fault: type[Exception]) -> None:
    with pytest.raises(PlatformError) as told:
        client(_failing(fault)).share(TOKEN, "x")
    assert (told.value.error_class, told.value.sent) == (ErrorClass.NOT_SENT, False)
    assert not told.value.may_exist


@pytest.mark.parametrize("fault", MAYBE)
def test_what_broke_off_later_may_have_been_carried_out(fault: type[Exception]) -> None:
    with pytest.raises(PlatformError) as told:
        client(_failing(fault)).share(TOKEN, "x")
    assert told.value.error_class is ErrorClass.UNKNOWN
    assert told.value.may_exist


def test_a_failure_to_connect_that_comes_after_writing_began_is_not_believed() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        request.extensions["trace"](
            "http11.send_request_headers.started", {"request": httpx.Request("POST", "http://x")}
        )
        raise httpx.ConnectError("no")

    with pytest.raises(PlatformError) as told:
        client(fail).share(TOKEN, "x")
    assert told.value.error_class is ErrorClass.UNKNOWN


@pytest.mark.parametrize("fault", [*BEFORE, *MAYBE])
def test_a_write_is_sent_once_and_a_read_may_be_tried_again(fault: type[Exception]) -> None:
    calls: list[str] = []
    here = client(_failing(fault, calls), attempts=3)
    writes: list[Callable[[], object]] = [
        lambda: here.share(TOKEN, "x"),
        lambda: here.update(TOKEN, "x"),
        lambda: here.upload(TOKEN, "x", GIF),
        lambda: here.destroy(TOKEN, "1"),
        lambda: here.comments_create(TOKEN, "1", "x"),
        lambda: here.comments_reply(TOKEN, "1", "2", "x"),
        lambda: here.comments_destroy(TOKEN, "2"),
        lambda: here.exchange("c", "s", "https://a.example"),
        lambda: here.revoke(TOKEN),
    ]
    for write in writes:
        with pytest.raises(PlatformError):
            write()
    assert len(calls) == len(writes)
    with pytest.raises(PlatformError):
        here.user_timeline(TOKEN)
    assert len(calls) == len(writes) + 3


@pytest.mark.parametrize("code", [10023, 21327, 20101, 10014, 20015, 99999])
def test_a_read_that_was_answered_is_not_tried_again(code: int) -> None:
    got = Recorder({"error": "x", "error_code": code})
    with pytest.raises(PlatformError):
        client(got, attempts=3).user_timeline(TOKEN)
    assert len(got.seen) == 1


def test_every_try_is_asked_of_the_gate_and_a_refusal_sends_nothing() -> None:
    got = Recorder({"error": "busy", "error_code": 10001})
    asked: list[str] = []
    with pytest.raises(PlatformError):
        client(got, attempts=2).gated(lambda call: asked.append(call.api)).user_timeline(TOKEN)
    assert asked == ["statuses/user_timeline"] * 2 == [request.url.path[3:-5] for request in got.seen]

    refused: list[object] = []

    def refuse(call: object) -> None:
        refused.append(call)
        raise PlatformError(ErrorClass.NOT_SENT, sent=False)

    here = client(got, attempts=3).gated(refuse)
    asking: list[Callable[[], object]] = [lambda: here.share(TOKEN, "x"), lambda: here.user_timeline(TOKEN)]
    for ask in asking:
        with pytest.raises(PlatformError) as told:
            ask()
        assert told.value.error_class is ErrorClass.NOT_SENT
    assert len(refused) == len(got.seen) == 2, "the gate is asked once, and nothing is sent"
    assert TOKEN not in repr(refused)


# --- over a real socket -------------------------------------------------------------------------------------


def _real(url: str, timeout: float = 5.0) -> PlatformClient:
    return PlatformClient(url, "42", timeout=timeout, retry=ReadRetry(1, 0))


@pytest.mark.parametrize("behaviour", [resets, hangs_up, breaks_off, talks_nonsense])
def test_a_server_that_took_the_request_and_broke_off_leaves_it_unknown(behaviour: Any) -> None:
    with hostile(behaviour) as server:
        here = _real(server.url)
        with pytest.raises(PlatformError) as told:
            here.share(TOKEN, "停水")
        here.close()
    assert told.value.error_class is ErrorClass.UNKNOWN
    assert len(server.requests) == 1


def test_a_server_that_is_silent_leaves_it_unknown() -> None:
    with hostile(is_silent) as server:
        here = _real(server.url, 0.2)
        with pytest.raises(PlatformError) as told:
            here.share(TOKEN, "停水")
        here.close()
    assert (told.value.error_class, told.value.said) == (ErrorClass.UNKNOWN, "ReadTimeout")
    assert len(server.requests) == 1


def test_nobody_there_means_not_sent() -> None:
    with hostile(hangs_up) as server:
        pass
    here = _real(server.url)
    with pytest.raises(PlatformError) as told:
        here.share(TOKEN, "停水")
    here.close()
    assert (told.value.error_class, told.value.sent) == (ErrorClass.NOT_SENT, False)


def test_a_kept_connection_that_the_server_resets_is_unknown_and_nothing_is_sent_twice() -> None:
    with hostile(says(json.dumps(POST).encode()), resets, says(json.dumps(POST).encode())) as server:
        # The first answer leaves the connection open; on the second request the server has gone.
        here = _real(server.url)
        here.share(TOKEN, "一")
        with pytest.raises(PlatformError) as told:
            here.share(TOKEN, "二")
        here.close()
    assert told.value.error_class is ErrorClass.UNKNOWN
    assert len(server.requests) == 2


def test_one_connection_serves_many_calls() -> None:
    ports = set()

    def note(connection: Any, _request: bytes) -> None:
        ports.add(connection.getpeername()[1])
        connection.sendall(answer(json.dumps(POST).encode()))

    with hostile(note, keep=True) as server:
        here = _real(server.url)
        for _ in range(5):
            here.share(TOKEN, "停水")
        here.close()
    assert len(server.requests) == 5
    assert len(ports) == 1


def test_a_body_of_five_megabytes_is_not_read_to_its_end() -> None:
    body = b'{"statuses": [' + b" " * (LARGEST_ANSWER + 1024 * 1024) + b"]}"
    with hostile(says(body)) as server:
        here = _real(server.url)
        for call in (lambda: here.share(TOKEN, "x"), lambda: here.user_timeline(TOKEN)):
            with pytest.raises(PlatformError) as told:
                call()
            assert (told.value.error_class, told.value.said) == (ErrorClass.UNKNOWN, "答复过大")
        here.close()


def test_an_answer_that_drips_is_not_waited_for_without_end() -> None:
    hasty = PlatformClient("https://api.weibo.com", "42", timeout=1e-9, transport=httpx.MockTransport(answering(POST)))
    with pytest.raises(PlatformError) as told:
        hasty.share(TOKEN, "x")
    assert (told.value.error_class, told.value.said) == (ErrorClass.UNKNOWN, "答复过慢")


def test_a_redirect_is_not_followed() -> None:
    got = Recorder()

    def redirect(request: httpx.Request) -> httpx.Response:
        got(request)
        return httpx.Response(307, headers={"Location": "https://evil.example/"})

    with pytest.raises(PlatformError):
        client(redirect).share(TOKEN, "x")
    assert len(got.seen) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_left(body: bytes) -> None:
    read_body(body)
