"""The public's voice is the public's alone, whenever an account comes to be known as ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sentiment.schemas import CommentFilter, CommentRow
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import format_beijing, parse_beijing
from weibo_ops.kernel.errors import NotFoundError, UsageError

SECOND_OF_TIME = timedelta(seconds=1)
SECOND = ("云麓供水", "9900000002", "云麓市供水管理局")
POSTS = [exports.post(1, "2026-07-01 08:00:00")]
QUESTION = exports.comment(1, 1, "2026-07-01 10:00:00", "山民", "请问几点恢复供水吗?小区停水了")
REPLY = exports.comment(2, 1, "2026-07-01 11:00:00", SECOND[0], "回复@山民:今晚八点恢复。")
FOLLOW_UP = exports.comment(3, 1, "2026-07-01 22:00:00", "山民", f"回复@{SECOND[0]}:还是没水")


def voices(app: Application) -> list[CommentRow]:
    return list(app.comments.comments(CommentFilter(), limit=1000).items)


def roster(folder: Path, *rows: tuple[str, str, str]) -> Path:
    folder.mkdir()
    exports.write(folder / "roster.csv", exports.ROSTER, [[*row, "供水", "市", "云麓市"] for row in rows])
    return folder


def take_in(app: Application, folder: Path) -> None:
    app.intake.import_folder(app.actor, folder)


def test_an_account_registered_later_is_taken_out_of_the_publics_voice(any_app: Application, tmp_path: Path) -> None:
    app = any_app
    take_in(app, exports.export(tmp_path / "a", POSTS, [QUESTION, REPLY, FOLLOW_UP]))
    assert SECOND[0] in {row.author_name for row in voices(app)}
    assert app.responses.list_responses()[0].reply_id is None

    take_in(app, roster(tmp_path / "b", SECOND))

    assert {row.author_name for row in voices(app)} == {"山民"}
    assert sum(vars(app.comments.shares()).values()) == 2
    asked, followed = app.responses.list_responses()
    assert (asked.reply_id, asked.replier, asked.outcome) == (exports.comment_id(2), SECOND[0], "on_time")
    assert followed.comment_id == exports.comment_id(3), "the follow-up is one now"
    assert app.responses.show(followed.comment_id).due_reason == "追问"


def test_in_whatever_order_the_files_came_the_voices_are_the_same(
    app: Application, open_app: Callable[..., Application], tmp_path: Path
) -> None:
    comments = exports.export(tmp_path / "a", POSTS, [QUESTION, REPLY, FOLLOW_UP])
    register = roster(tmp_path / "b", SECOND)
    other = open_app(home="other")
    for target, folders in ((app, (comments, register)), (other, (register, comments))):
        for folder in folders:
            take_in(target, folder)
    numbers = {"comment_id": 0, "account_id": 0}
    assert [vars(row) | numbers for row in voices(app)] == [vars(row) | numbers for row in voices(other)]
    assert app.responses.list_responses() == other.responses.list_responses()


def test_an_account_is_known_by_the_name_of_its_profile_too(app: Application, tmp_path: Path) -> None:
    folder = exports.export(tmp_path / "a", POSTS, [QUESTION, REPLY])
    exports.write(folder / "roster.csv", exports.ROSTER, [
        [exports.NAME, exports.UID, exports.UNIT, "新闻发布", "市", "云麓市"],
        ["云麓供水(旧名)", *SECOND[1:], "供水", "市", "云麓市"],
    ])  # fmt: skip
    profile = [SECOND[1], SECOND[0], "1", "1", "1", "", "True", "1", f"{SECOND[2]}官方微博"]
    exports.write(folder / "users.csv", exports.USERS, [profile])
    take_in(app, folder)
    assert {row.author_name for row in voices(app)} == {"山民"}
    assert app.responses.list_responses()[0].replier == SECOND[0]


def test_a_new_name_of_an_account_is_taken_out_as_well(app: Application, tmp_path: Path) -> None:
    take_in(app, roster(tmp_path / "b", ("云麓自来水", *SECOND[1:])))
    take_in(app, exports.export(tmp_path / "a", POSTS, [QUESTION, REPLY]))
    assert SECOND[0] in {row.author_name for row in voices(app)}
    take_in(app, roster(tmp_path / "c", SECOND))
    assert {row.author_name for row in voices(app)} == {"山民"}


def test_where_the_uid_is_known_it_decides(app: Application, tmp_path: Path) -> None:
    folder = exports.export(tmp_path / "a", POSTS, [])
    rows = [
        [*exports.comment(1, 1, "2026-07-01 10:00:00", exports.NAME, "我不是官方"), "123"],
        [*exports.comment(2, 1, "2026-07-01 10:00:00", "改了名的官方", "通知"), exports.UID],
        [*exports.comment(3, 1, "2026-07-01 10:00:00", exports.NAME, "通知"), ""],
    ]
    exports.write(folder / f"{exports.NAME}_comments.csv", (*exports.COMMENTS, "user_id"), rows)
    take_in(app, folder)
    assert [row.platform_id for row in voices(app)] == [exports.comment_id(1)]
    take_in(app, roster(tmp_path / "b", (exports.NAME, exports.UID, "云麓市改名后的单位")))
    assert [row.platform_id for row in voices(app)] == [exports.comment_id(1)]


def test_pages_hold_every_comment_once_even_at_one_instant(app: Application, tmp_path: Path) -> None:
    many = [exports.comment(n, 1, "2026-07-01 10:00:00", f"客{n}", "好") for n in range(7)]
    take_in(app, exports.export(tmp_path / "a", POSTS, many))
    seen: list[str] = []
    cursor = None
    while True:
        page = app.comments.comments(CommentFilter(), limit=3, cursor=cursor)
        seen += [row.platform_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(exports.comment_id(n) for n in range(7))


def test_a_stretch_of_time_holds_its_first_instant_and_not_its_last(any_app: Application, tmp_path: Path) -> None:
    since, until = parse_beijing("2026-07-01 10:00:00"), parse_beijing("2026-07-01 11:00:00")
    instants = [since - SECOND_OF_TIME, since, until - SECOND_OF_TIME, until]
    rows = [exports.comment(n, 1, format_beijing(at, seconds=True), "客", "好") for n, at in enumerate(instants)]
    take_in(any_app, exports.export(tmp_path / "a", POSTS, rows))
    for wanted, inside in (
        (CommentFilter(since=since, until=until), instants[1:3]),
        (CommentFilter(until=until), instants[:3]),
        (CommentFilter(since=since), instants[1:]),
    ):
        assert sorted(row.created_at for row in any_app.comments.comments(wanted).items) == inside


def test_unknown_filters_are_refused_with_what_can_be_chosen(app: Application) -> None:
    for wanted in (CommentFilter(sentiment="sad"), CommentFilter(outcome="soon")):
        with pytest.raises(UsageError) as refusal:
            app.comments.comments(wanted)
        assert "可选" in refusal.value.next_step


def test_an_unknown_account_is_refused_with_the_nearest(app: Application, tmp_path: Path) -> None:
    take_in(app, exports.export(tmp_path / "a", POSTS, []))
    with pytest.raises(NotFoundError) as refusal:
        app.comments.shares("云麓发佈")
    assert exports.NAME in refusal.value.next_step


def test_wildcards_in_a_search_are_plain_characters(any_app: Application, tmp_path: Path) -> None:
    texts = ["百分之100%", "百分之100", "下_划", "下划", "反\\斜"]
    rows = [exports.comment(n, 1, "2026-07-01 10:00:00", "客", text) for n, text in enumerate(texts)]
    take_in(any_app, exports.export(tmp_path / "a", POSTS, rows))
    for search in ("100%", "下_划", "反\\斜"):
        found = any_app.comments.comments(CommentFilter(search=search)).items
        assert [row.text for row in found] == [text for text in texts if search in text]
