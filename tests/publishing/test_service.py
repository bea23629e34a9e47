"""Texts that went out: scanned whole, listed in pages, pointed at with clauses, never quoted twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.service import observed as publishing_service
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import parse_beijing
from weibo_ops.kernel.errors import NotFoundError, PermissionRefusedError, RefusedError, UsageError

PHONE = "报名请联系13800138000"


@pytest.fixture
def city(any_app: Application, tmp_path: Path) -> Application:
    texts = ["公告", PHONE, "长" * 2001, "公告", f"{PHONE},或13900139000"]
    posts = [
        exports.post(n, "2026-07-01 09:00:00" if n else "2026-07-05 09:00:00", text) for n, text in enumerate(texts)
    ]
    any_app.intake.import_folder(any_app.actor, exports.export(tmp_path / "a", posts, []))
    return any_app


def test_a_scan_is_repeatable_and_counts_what_it_lists(city: Application) -> None:
    report = city.publishing.scan(city.actor)
    assert report.posts == 5
    assert city.publishing.scan(city.actor) == report
    views = city.publishing.hits()
    assert len(views) == report.hits
    assert len({view.post_id for view in views}) == report.posts_with_hits == 3
    with city.db.reading() as session:
        assert audit.verify(session).broken_at is None


def test_the_size_of_a_transaction_changes_nothing(city: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = city.publishing.scan(city.actor), city.publishing.hits()
    for size in (1, 2, 5):
        monkeypatch.setattr(publishing_service, "POSTS_PER_TRANSACTION", size)
        assert (city.publishing.scan(city.actor), city.publishing.hits()) == whole


def test_hits_point_into_the_stored_text_and_cite_their_clause(city: Application) -> None:
    city.publishing.scan(city.actor)
    texts = {row.platform_id: row.text for row in city.publishing.posts().items}
    phones = [view for view in city.publishing.hits() if view.rule_id in ("personal.mobile", "personal.public_mobile")]
    assert sorted(texts[view.platform_id][view.start : view.end] for view in phones) == [
        "13800138000",
        "13800138000",
        "13900139000",
    ]
    for view in city.publishing.hits():
        assert view.clause
        assert view.source
        assert view.trust in "VSIRD"
        assert "13800138000" not in view.message + view.suggestion


def test_pages_hold_every_post_once_even_at_one_instant(city: Application) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        page = city.publishing.posts(limit=2, cursor=cursor)
        seen += [row.platform_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen[0] == exports.post_id(0), "the newest first"
    assert sorted(seen) == [exports.post_id(n) for n in range(5)]


def test_filters(city: Application) -> None:
    city.publishing.scan(city.actor)

    def ids(**wanted: object) -> set[int]:
        return {int(row.platform_id[-5:]) for row in city.publishing.posts(**wanted).items}  # type: ignore[arg-type]

    assert ids(hits_only=True) == {1, 2, 4}
    assert ids(search="报名") == {1, 4}
    assert ids(search="%") == set()
    assert ids(since=parse_beijing("2026-07-05 09:00:00")) == {0}
    assert ids(until=parse_beijing("2026-07-05 09:00:00")) == {1, 2, 3, 4}
    assert ids(account=exports.NAME) == ids(account=exports.UID) == {0, 1, 2, 3, 4}
    assert [view.platform_id for view in city.publishing.hits(platform_id=exports.post_id(1))] == [exports.post_id(1)]


def test_what_is_wrong_is_refused(city: Application) -> None:
    with pytest.raises(NotFoundError):
        city.publishing.posts(account="没有")
    with pytest.raises(NotFoundError):
        city.publishing.hits("没有")
    with pytest.raises(UsageError, match="翻页标记"):
        city.publishing.posts(cursor="###")
    with pytest.raises(UsageError, match="翻页标记"):
        city.publishing.posts(cursor="WyJ4IiwgMV0")
    with pytest.raises(PermissionRefusedError):
        city.publishing.scan(Actor("x", "过客"))


def test_nothing_to_scan(app: Application) -> None:
    with pytest.raises(RefusedError, match="还没有观测数据"):
        app.publishing.scan(app.actor)
    assert app.publishing.posts().items == ()
    assert app.publishing.hits() == []
