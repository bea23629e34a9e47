"""A post on the platform is bound to the signed post once, and everything that waited for it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import ObservedPost
from publishing.enums import ClaimState, PostState, RelayState
from publishing.models import Post, PublishedView, ReconcileMark, RelayTarget, RelayTask, UnclaimedPost
from publishing.receipts import EDITED, PUBLISHED, RECEIPT, UNCLAIMED, Publication, Publications
from publishing.repository import PostRepository
from tests.publishing.newsroom import ACCOUNT, NOW, OTHER, TEXT, Newsroom
from weibo_ops.kernel import todos
from weibo_ops.kernel.errors import ConflictError
from weibo_ops.kernel.events import OutboxEvent
from weibo_ops.kernel.platform_ids import bid_of
from weibo_ops.kernel.todos import open_todos

MID, NEXT = "4811000000000001", "4811000000000002"
LINK = f"https://weibo.com/9900000001/{bid_of(MID)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Newsroom]:
    db = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")()
    made = Newsroom(tmp_path / "home", db)
    yield made
    made.app.close()


def record(room: Newsroom, post_id: int, mid: str = MID, shown: str | None = TEXT, link: str = LINK) -> bool | None:
    with room.app.db.writing() as session:
        repository = PostRepository(session)
        post = repository.get(post_id)
        assert post is not None
        same = Publications(session, room.clock.now()).record(
            Publication(post, repository.revision(post_id, post.revision), mid, NOW - timedelta(minutes=1), shown, link)
        )
        # As a sender would: the state is the caller's.
        session.get_one(Post, post_id).platform_id = mid
        session.get_one(Post, post_id).state = PostState.PUBLISHED.value
    return same


def account_of(room: Newsroom, name: str = ACCOUNT) -> int:
    return room.app.accounts.account_id(name)


def test_everything_that_waited_for_the_post_is_done(either: Newsroom) -> None:
    room = either
    post = room.signed()
    with room.app.db.writing() as session:
        for subject in (f"{post}/1", f"{post}/2"):
            todos.propose(session, RECEIPT, subject, "登记回执", NOW)
        todos.propose(session, RECEIPT, f"{post}0/1", "别的稿件", NOW)
        task = RelayTask(
            kind="必转", title="防汛", basis="通知", content_class="公告", unit_id=1, issued_by="sun",
            issued_at=NOW, due_at=NOW + timedelta(hours=2),
        )  # fmt: skip
        session.add(task)
        session.flush()
        session.add(RelayTarget(task_id=task.id, account_id=account_of(room), state="办理中", post_id=post))
    assert record(room, post) is True
    with room.app.db.reading() as session:
        seen = session.query(ObservedPost).one()
        assert (seen.platform_id, seen.bid, seen.text) == (MID, bid_of(MID), TEXT)
        view = session.get_one(PublishedView, post)
        assert (view.platform_id, view.seen_text, view.edited_at, view.seen_at) == (MID, TEXT, None, NOW)
        assert session.get_one(ReconcileMark, account_of(room)).since == NOW - timedelta(minutes=1)
        target = session.query(RelayTarget).one()
        assert (target.state, target.link, target.platform_id, target.checked) == (RelayState.DONE, LINK, MID, True)
        assert [each.subject for each in open_todos(session) if each.kind == RECEIPT] == [f"{post}0/1"]
        assert [e.payload["post"] for e in session.query(OutboxEvent) if e.kind == PUBLISHED] == [post]


def test_recording_twice_tells_it_once(either: Newsroom) -> None:
    room = either
    post = room.signed()
    assert record(room, post, shown=None) is None
    assert record(room, post) is True
    with room.app.db.reading() as session:
        assert session.query(ObservedPost).count() == 1
        assert [e.kind for e in session.query(OutboxEvent)].count(PUBLISHED) == 1


def test_a_number_belongs_to_one_post(room: Newsroom) -> None:
    first, second = room.signed(), room.signed(text=TEXT.replace("梧桐路", "青石路"))
    record(room, first)
    with pytest.raises(ConflictError, match=f"已登记为稿件{first}的发布结果"):
        record(room, second)


def test_a_number_of_another_account_is_refused(room: Newsroom) -> None:
    with room.app.db.writing() as session:
        session.add(
            ObservedPost(
                account_id=account_of(room, OTHER), platform_id=MID, published_at=NOW, text=TEXT, threads_stale=False
            )
        )
    with pytest.raises(ConflictError, match=f"是账号“{OTHER}”所发"):
        record(room, room.signed())


def test_what_was_seen_before_is_linked_and_taken_off_the_list(either: Newsroom) -> None:
    room = either
    post = room.signed()
    with room.app.db.writing() as session:
        seen = ObservedPost(
            account_id=account_of(room), platform_id=MID, published_at=NOW, text=f"{TEXT} http://t.cn/A1",
            threads_stale=False, likes_count=3,
        )  # fmt: skip
        session.add(seen)
        session.flush()
        session.add(
            UnclaimedPost(
                account_id=account_of(room), observed_post_id=seen.id, state="待认领", found_at=NOW, due_at=NOW
            )
        )
        session.flush()
        todos.propose(session, UNCLAIMED, "1", "待认领", NOW)
    assert record(room, post, shown=None) is True
    with room.app.db.reading() as session:
        assert session.query(ObservedPost).one().likes_count == 3
        entry = session.query(UnclaimedPost).one()
        assert (entry.state, entry.note) == (ClaimState.CLEARED, f"即本系统稿件{post}")
        assert not [each for each in open_todos(session) if each.kind == UNCLAIMED]


def test_another_text_on_the_platform_is_noted(room: Newsroom) -> None:
    post = room.signed()
    assert record(room, post, shown=TEXT.replace("14日", "15日")) is False
    with room.app.db.reading() as session:
        assert session.get_one(PublishedView, post).edited_at == NOW
        (told,) = [each for each in open_todos(session) if each.kind == EDITED]
    assert "签发稿为“14”,所示为“15”" in told.title


def test_the_mark_stays_where_it_began(room: Newsroom) -> None:
    first, second = room.signed(), room.signed(text=TEXT.replace("梧桐路", "青石路"))
    record(room, first)
    room.clock.forward(days=1)
    record(room, second, NEXT, TEXT.replace("梧桐路", "青石路"))
    with room.app.db.reading() as session:
        assert session.get_one(ReconcileMark, account_of(room)).since == NOW - timedelta(minutes=1)
