"""Import of a folder: idempotent, exact about what it refused, the same rows however often it was killed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from accounts.schemas import Watermark
from sentiment.intake import service as intake_service
from sentiment.schemas import CommentFilter
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing, parse_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import PermissionRefusedError, UsageError

RUN_LOG = {"alembic_version", "audit_log", "outbox_events", "observation_batches", "observation_files"}
SURROGATES = ("id", "_id")


def business_rows(db: Database) -> dict[str, list[str]]:
    """Every business row of every table, references spelled out, surrogate keys left out, sorted."""
    with db.reading() as session:
        connection = session.connection()
        tables = set(inspect(connection).get_table_names()) - RUN_LOG
        names = {
            "accounts": "uid",
            "units": "name",
            "observed_posts": "platform_id",
            "comments": "platform_id",
        }
        natural: dict[str, dict[Any, Any]] = {
            table: dict(session.execute(text(f"SELECT id, {column} FROM {table}")).all())
            for table, column in names.items()
        }
        target = {
            "account_id": "accounts",
            "unit_id": "units",
            "post_id": "observed_posts",
            "comment_id": "comments",
            "reply_id": "comments",
            "first_reply_id": "comments",
            "substantive_reply_id": "comments",
        }
        dump: dict[str, list[str]] = {}
        for table in sorted(tables):
            rows = []
            for row in session.execute(text(f"SELECT * FROM {table}")).mappings():
                values = {}
                for column, value in row.items():
                    if column in target:
                        values[column] = natural[target[column]].get(value)
                    elif column not in ("id", "file_id", "installed_at", "created_at" if table == "todos" else "id"):
                        values[column] = value
                rows.append(json.dumps(values, default=str, sort_keys=True, ensure_ascii=False))
            dump[table] = sorted(rows)
        return dump


def small_export(folder: Path) -> Path:
    return exports.export(
        folder,
        [exports.post(1, "2026-07-01 09:00:00", comments="4"), exports.post(2, "2026-07-02 09:00:00")],
        [
            exports.comment(1, 1, "2026-07-01 10:00:00", "山民", "请问周六窗口开门吗?需要带什么材料"),
            exports.comment(2, 1, "2026-07-01 10:30:00", exports.NAME, "回复@山民:您好,周六上午开放,请携带身份证。"),
            exports.comment(3, 1, "2026-07-01 10:40:00", "山民", "回复@云麓发布:谢谢"),
            exports.comment(4, 1, "2026-07-01 11:00:00", "水客", "今天天气真好", likes="2"),
            exports.comment(4, 1, "2026-07-01 11:00:00", "水客", "今天天气真好", likes="2"),
            exports.comment(5, 99, "2026-07-01 11:00:00", "水客", "孤儿"),
            ["51800000000000006", exports.post_id(1)],
            exports.comment(7, 1, "昨天", "水客", "时间不对"),
        ],
    )


def run(app: Application, folder: Path) -> Any:
    return app.intake.import_folder(app.actor, folder)


def test_counts_and_reasons_are_exact(any_app: Application, tmp_path: Path) -> None:
    report = run(any_app, small_export(tmp_path / "export"))
    assert {kind: count.imported for kind, count in report.kinds.items()} == {
        "roster": 1,
        "posts": 2,
        "comments": 4,
        "users": 1,
    }
    comments = report.kinds["comments"]
    assert (comments.unchanged, comments.updated) == (1, 0)
    assert comments.rejected == {"unknown_post": 1, "short_row": 1, "bad_time": 1}
    assert [(item.line, item.reason) for item in report.rejects] == [
        (7, "unknown_post"),
        (8, "short_row"),
        (9, "bad_time"),
    ]


def test_run_again_it_adds_nothing(any_app: Application, tmp_path: Path) -> None:
    folder = small_export(tmp_path / "export")
    first = run(any_app, folder)
    before = business_rows(any_app.db)
    again = run(any_app, folder)
    assert all(count.imported == 0 and count.updated == 0 for count in again.kinds.values())
    assert again.kinds["comments"].unchanged == 5
    after = business_rows(any_app.db)
    rejects = before.pop("observation_rejects")
    assert after.pop("observation_rejects") == sorted(rejects * 2)
    assert after == before
    assert (again.observed_from, again.observed_until) == (first.observed_from, first.observed_until)


def test_newer_counts_replace_older_ones(app: Application, tmp_path: Path) -> None:
    run(app, small_export(tmp_path / "a"))
    folder = exports.export(
        tmp_path / "b",
        [exports.post(1, "2026-07-01 09:00:00", comments="9")],
        [exports.comment(4, 1, "2026-07-01 11:00:00", "水客", "今天天气真好", likes="50")],
    )
    report = run(app, folder)
    assert (report.kinds["posts"].updated, report.kinds["comments"].updated) == (1, 1)
    likes = {row.platform_id: row.likes_count for row in app.comments.comments(CommentFilter()).items}
    assert likes[exports.comment_id(4)] == 50


def test_observation_ends_one_second_after_the_newest_row(app: Application, tmp_path: Path) -> None:
    run(app, small_export(tmp_path / "export"))
    mark = app.accounts.watermark()
    assert isinstance(mark, Watermark)
    assert mark.observed_from == parse_beijing("2026-07-01 09:00:00")
    assert format_beijing(mark.observed_until, seconds=True) == "2026-07-02 09:00:01"


def test_registered_accounts_never_count_as_public_voice(app: Application, tmp_path: Path) -> None:
    run(app, small_export(tmp_path / "export"))
    authors = {row.author_name for row in app.comments.comments(CommentFilter()).items}
    assert authors == {"山民", "水客"}
    assert sum(vars(app.comments.shares()).values()) == 3


def test_a_late_comment_changes_which_question_a_reply_answers(app: Application, tmp_path: Path) -> None:
    posts = [exports.post(1, "2026-07-01 09:00:00")]
    reply = exports.comment(9, 1, "2026-07-01 12:00:00", exports.NAME, "回复@山民:您好,请携带身份证到窗口办理。")
    early = exports.comment(1, 1, "2026-07-01 10:00:00", "山民", "请问周六窗口开门吗?")
    later = exports.comment(2, 1, "2026-07-01 11:00:00", "山民", "请问办理要带什么材料?")
    run(app, exports.export(tmp_path / "a", posts, [early, reply]))
    assert [row.comment_id for row in app.responses.list_responses()] == [exports.comment_id(1)]
    run(app, exports.export(tmp_path / "b", posts, [early, later, reply]))
    rows = app.responses.list_responses()
    assert {(row.comment_id, row.reply_id) for row in rows} == {
        (exports.comment_id(1), exports.comment_id(9)),
        (exports.comment_id(2), exports.comment_id(9)),
    }


def test_hostile_texts_are_stored_as_they_came(any_app: Application, tmp_path: Path) -> None:
    hostile = ["\x1b[31m红\x1b[0m\x07 [bold]x[/bold] \u202e反", '=HYPERLINK("http://x.example","点我")', "长" * 12_000]
    rows = [
        exports.comment(number, 1, "2026-07-01 10:00:00", "山民", words)
        for number, words in enumerate(hostile, start=1)
    ]
    run(any_app, exports.export(tmp_path / "e", [exports.post(1, "2026-07-01 09:00:00")], rows))
    stored = {row.platform_id: row.text for row in any_app.comments.comments(CommentFilter()).items}
    assert [stored[exports.comment_id(number)] for number in (1, 2, 3)] == hostile


def test_a_nul_is_replaced_because_no_database_text_can_hold_it(any_app: Application, tmp_path: Path) -> None:
    row = exports.comment(1, 1, "2026-07-01 10:00:00", "山民", "前\0后")
    run(any_app, exports.export(tmp_path / "e", [exports.post(1, "2026-07-01 09:00:00")], [row]))
    assert any_app.comments.comments(CommentFilter()).items[0].text == "前\ufffd后"


def test_an_open_quote_is_named_with_the_lines_it_swallowed(app: Application, tmp_path: Path) -> None:
    folder = small_export(tmp_path / "export")
    path = folder / f"{exports.NAME}_comments.csv"
    good = [",".join(exports.comment(number, 1, "2026-07-01 10:00:00", "山民", "好")) for number in range(100, 700)]
    text_before = path.read_text(encoding="utf-8-sig")
    broken = "51800000000000099," + exports.post_id(1) + ',2026-07-01 10:00:00,山民,"没有收尾'
    path.write_text("\n".join([text_before.rstrip(), good[0], broken, *good[1:]]) + "\n", encoding="utf-8")
    report = run(app, folder)
    assert report.kinds["comments"].imported == 5
    assert [(item.line, item.reason) for item in report.rejects if item.reason == "unbalanced_quote"] == [
        (11, "unbalanced_quote")
    ]


def test_posts_of_an_account_that_is_not_registered_are_refused(app: Application, tmp_path: Path) -> None:
    folder = small_export(tmp_path / "export")
    (folder / "roster.csv").unlink()
    report = run(app, folder)
    assert report.kinds["posts"].rejected == {"unknown_account": 2}


def test_a_folder_of_nothing_known_and_no_folder_are_refused(app: Application, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.csv").write_text("what,ever\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="没有可识别"):
        run(app, tmp_path / "x")
    with pytest.raises(UsageError, match="找不到文件夹"):
        run(app, tmp_path / "nowhere")


def test_nobody_imports_without_permission(app: Application, tmp_path: Path) -> None:
    with pytest.raises(PermissionRefusedError):
        app.intake.import_folder(Actor("x", "过客"), small_export(tmp_path / "export"))


class _KilledError(Exception):
    pass


@pytest.mark.parametrize("survived", range(0, 12, 1))
def test_cut_short_at_any_transaction_and_run_again_it_ends_the_same(
    open_app: Callable[..., Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    folder = small_export(tmp_path / "export")
    monkeypatch.setattr(intake_service, "CHUNK", 2)
    whole = open_app(home="whole")
    expected_report = run(whole, folder)
    broken = open_app(home="broken")
    _die_after(broken.db, survived, monkeypatch)
    try:
        report = run(broken, folder)
    except _KilledError:
        monkeypatch.undo()
        monkeypatch.setattr(intake_service, "CHUNK", 2)
        report = run(broken, folder)
        assert report.resumed is (survived > 0)
    assert business_rows(broken.db) == business_rows(whole.db)
    assert report.kinds == expected_report.kinds
    with broken.db.reading() as session:
        assert audit.verify(session).broken_at is None


def _die_after(db: Database, commits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import contextmanager

    original = db.writing
    left = [commits]

    @contextmanager
    def writing() -> Iterator[Any]:
        with original() as session:
            yield session
            if left[0] == 0:
                raise _KilledError
        left[0] -= 1

    monkeypatch.setattr(db, "writing", writing)


@pytest.mark.parametrize(("shown", "known"), [("3", False), ("0", True), ("", False)])
def test_posts_without_their_comments_are_not_posts_without_comments(
    app: Application, tmp_path: Path, shown: str, known: bool
) -> None:
    folder = exports.export(tmp_path / "export", [exports.post(1, "2026-07-01 09:00:00", comments=shown)], [])
    run(app, folder)
    with app.db.reading() as session:
        kinds = set(session.execute(text("SELECT kind FROM coverage")).scalars())
    assert kinds == {"posts", "comments"} if known else {"posts"}
