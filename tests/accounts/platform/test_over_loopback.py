"""The client against the stand-in over a real loopback: the whole contract, and every way in which an answer fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from accounts.platform.client import PlatformClient
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.platform.wire import ReadRetry
from weibo_ops.kernel.clock import FixedClock
from weibo_ops.sandbox.faults import KINDS
from weibo_ops.sandbox.server import running
from weibo_ops.sandbox.store import Store

UID, OTHER = "1902538057", "1404376560"
LINK = " https://sandbox.example.gov.cn/a?p=1"
NOW = datetime(2026, 10, 8, 2, 30, tzinfo=UTC)
GIF = b"GIF89a" + b"\0" * 20


class Platform:
    """The stand-in, a client of it, and a token."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.admin = httpx.Client(base_url=url)
        self.tell(
            "POST", "/sandbox/users", [{"uid": UID, "screen_name": "云麓供水"}, {"uid": OTHER, "screen_name": "甲"}]
        )
        self.tell("PUT", "/sandbox/app", {"can_update": True, "calls_per_day": None, "posts_per_hour": None})
        self.token = self.tell("POST", "/sandbox/tokens", {"uid": UID})["access_token"]
        self.client = PlatformClient(url, "sandbox-key", timeout=5.0, retry=ReadRetry(1, 0))

    def tell(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.admin.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def fault(self, name: str, **more: Any) -> None:
        self.tell("PUT", "/sandbox/faults", [{"fault": name, "count": 1, **more}])

    def posted(self) -> list[str]:
        return [row["text_sent"] for row in self.admin.get("/sandbox/ledger").json()["posts"]]

    def close(self) -> None:
        self.client.close()
        self.admin.close()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    store = Store(":memory:")
    with running(store, clock=FixedClock(NOW)) as url:
        yield url
    store.close()


@pytest.fixture
def platform(served: str) -> Iterator[Platform]:
    made = Platform(served)
    yield made
    made.tell("DELETE", "/sandbox/faults")
    made.close()


@pytest.fixture
def words(request: pytest.FixtureRequest) -> str:
    """A text of this test alone: the guard against repeats looks at the last one."""
    return f"停水通知 {request.node.name}" + LINK


def test_a_post_lives_from_sharing_to_deleting(platform: Platform, words: str) -> None:
    here, token = platform.client, platform.token
    post = here.share(token, words, rip="10.1.2.3")
    assert post.created_at == NOW
    assert post.user_id == UID
    assert "https://sandbox.example.gov.cn/a?p=1" in post.url_long
    (first, *_) = here.user_timeline(token, UID).statuses
    assert first.id == post.id
    assert here.show(token, post.id).text == post.text
    assert here.count(token, [post.id, "1"])[post.id].reposts == 0
    with pytest.raises(PlatformError) as twice:
        here.share(token, words, rip="10.1.2.3")
    assert twice.value.error_class is ErrorClass.DUPLICATE
    here.destroy(token, post.id)
    with pytest.raises(PlatformError) as gone:
        here.destroy(token, post.id)
    assert gone.value.error_class is ErrorClass.ALREADY_DONE
    with pytest.raises(PlatformError) as missing:
        here.show(token, post.id)
    assert missing.value.error_class is ErrorClass.NOT_FOUND
    assert here.count(token, [post.id]) == {}


def test_a_timeline_never_holds_more_than_five(platform: Platform, words: str) -> None:
    for number in range(7):
        platform.client.share(platform.token, f"{number} {words}", rip="10.1.2.3")
    page = platform.client.user_timeline(platform.token, count=100)
    assert len(page.statuses) == 5
    assert (page.unread, page.total_number is not None) == (0, True)
    boundary = page.statuses[-1].id
    assert platform.client.user_timeline(platform.token, max_id=boundary).statuses[0].id == boundary
    assert boundary not in {
        post.id for post in platform.client.user_timeline(platform.token, since_id=boundary).statuses
    }


def test_text_comes_back_as_it_was_sent(platform: Platform, words: str) -> None:
    text = f"50% & <b>+😀 “引号” {words} \n第二行"
    platform.client.share(platform.token, text, rip="10.1.2.3")
    assert platform.posted()[-1] == text


def test_pictures_and_long_texts(platform: Platform, words: str) -> None:
    here, token = platform.client, platform.token
    assert here.share(token, f"图 {words}", picture=GIF, rip="10.1.2.3").id
    assert here.update(token, "长" * 500 + words, long=True, rip="10.1.2.3").id
    assert here.upload(token, f"传 {words}", GIF, rip="10.1.2.3").id
    platform.tell("PUT", "/sandbox/app", {"can_update": False})
    with pytest.raises(PlatformError) as told:
        here.update(token, f"又 {words}", rip="10.1.2.3")
    assert (told.value.error_class, told.value.code) == (ErrorClass.APP_CONFIG, 10014)


def test_comments_are_read_answered_and_deleted(platform: Platform, words: str) -> None:
    here, token = platform.client, platform.token
    post = here.share(token, words, rip="10.1.2.3")
    before = here.unread_count(token, UID).comments
    platform.tell("POST", "/sandbox/comments", {"status": post.id, "uid": OTHER, "text": "几点来水?"})
    assert here.unread_count(token, UID).comments == before + 1
    (question,) = here.comments_show(token, post.id).comments
    assert (question.text, question.user_id) == ("几点来水?", OTHER)
    assert question.id in {each.id for each in here.comments_to_me(token).comments}
    answer = here.comments_reply(token, post.id, question.id, "今晚八点。", rip="10.1.2.3")
    assert answer.reply_to == question.id
    assert answer.id in {each.id for each in here.comments_by_me(token).comments}
    assert here.comments_timeline(token).total_number is not None
    assert here.comments_mentions(token).unread == 0
    mine = here.comments_create(token, post.id, "补充:请储水。", rip="10.1.2.3")
    here.comments_destroy(token, mine.id)
    with pytest.raises(PlatformError) as gone:
        here.comments_destroy(token, mine.id)
    assert gone.value.error_class is ErrorClass.ALREADY_DONE


def test_accounts_tokens_and_limits(platform: Platform) -> None:
    here, token = platform.client, platform.token
    assert here.users_show(token, UID).screen_name == "云麓供水"
    assert here.users_show(token, screen_name="云麓供水").uid == UID
    assert UID in here.users_counts(token, [UID])
    info = here.get_token_info(token)
    assert (info.uid, info.app_key) == (UID, "sandbox-key")
    assert info.remaining is not None
    assert timedelta(days=29) < info.remaining <= timedelta(days=30)
    here.rate_limit_status(token)
    here.revoke(token)
    with pytest.raises(PlatformError) as told:
        here.user_timeline(token)
    assert told.value.error_class is ErrorClass.REAUTH


@pytest.mark.parametrize(
    ("text", "more", "kind", "code"),
    [
        ("没有链接", {}, ErrorClass.APP_CONFIG, 10017),
        ("别处 https://evil.example/a", {}, ErrorClass.APP_CONFIG, 10017),
        ("长" * 150 + LINK, {}, ErrorClass.CONTENT_REJECTED, 20012),
        ("沙箱敏感词" + LINK, {}, ErrorClass.CONTENT_REJECTED, 20021),
        ("沙箱广告词" + LINK, {}, ErrorClass.CONTENT_REJECTED, 20020),
        ("没有地址" + LINK, {"rip": None}, ErrorClass.CONTENT_REJECTED, 10016),
    ],
)
def test_what_the_platform_refuses_is_told_by_class_and_stands_nowhere(
    platform: Platform, text: str, more: dict[str, Any], kind: ErrorClass, code: int
) -> None:
    before = platform.posted()
    with pytest.raises(PlatformError) as told:
        platform.client.share(platform.token, text, **({"rip": "10.1.2.3"} | more))
    assert (told.value.error_class, told.value.code) == (kind, code)
    assert (told.value.sent, told.value.may_exist) == (True, False)
    assert platform.posted() == before


COMMITTING = sorted(
    name for name in KINDS if name.endswith(("_before_commit", "_after_commit")) or name in ("success_delayed",)
)


@pytest.mark.parametrize("name", COMMITTING)
def test_a_write_with_a_fault_is_never_called_undone_when_it_stands(platform: Platform, words: str, name: str) -> None:
    """Whatever goes wrong on the way: what stands in the ledger is what the client says may stand."""
    platform.fault(name, **({"seconds": 0.2} if name.startswith("hang") else {}))
    before = platform.posted()
    told: PlatformError | None = None
    try:
        platform.client.share(platform.token, words, rip="10.1.2.3")
    except PlatformError as fault:
        told = fault
    stands = platform.posted()[len(before) :]
    assert len(stands) <= 1
    if told is None or name.endswith("_after_commit"):
        assert stands == [words]
    if told is not None:
        assert told.error_class is not ErrorClass.NOT_SENT
        assert told.may_exist or not stands


def test_a_slow_answer_is_waited_for_and_one_that_never_comes_is_not(platform: Platform, words: str) -> None:
    platform.fault("slow", seconds=0.05)
    assert platform.client.share(platform.token, words, rip="10.1.2.3").id
    hasty = PlatformClient(platform.url, "sandbox-key", timeout=0.3, retry=ReadRetry(1, 0))
    platform.fault("hang_after_commit", seconds=1.0)
    with pytest.raises(PlatformError) as told:
        hasty.share(platform.token, f"又 {words}", rip="10.1.2.3")
    hasty.close()
    assert (told.value.error_class, told.value.said) == (ErrorClass.UNKNOWN, "ReadTimeout")
    assert platform.posted()[-1] == f"又 {words}"


def test_after_a_broken_answer_the_next_call_is_sound(platform: Platform, words: str) -> None:
    for name in ("lost_after_commit", "reset_before_commit", "not_json_after_commit"):
        platform.fault(name)
        with pytest.raises(PlatformError):
            platform.client.share(platform.token, f"{name} {words}", rip="10.1.2.3")
        assert platform.client.user_timeline(platform.token).unread == 0
