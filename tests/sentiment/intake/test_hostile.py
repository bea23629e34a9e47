"""Broken exports: never a crash, always one clear sentence or a reject with file, line and reason."""

from __future__ import annotations

import csv
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from sentiment.intake.layouts import FileKind, Reason, RowRejectedError, parse_comment, parse_post
from sentiment.intake.reader import open_folder, plain_name, read_lines
from sentiment.schemas import CommentFilter, ImportReport
from tests import exports
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.errors import UsageError

AT = "2026-07-01 10:00:00"
COMMENT_FILE = f"{exports.NAME}_comments.csv"
HEADER = ",".join(exports.COMMENTS)


def good(number: int, text: str = "请问周六窗口开门吗") -> str:
    return ",".join(exports.comment(number, 1, AT, "山民", text))


def folder_with(tmp_path: Path, content: bytes, name: str = COMMENT_FILE) -> Path:
    """An export whose only comments file has this content."""
    folder = exports.export(tmp_path / "export", [exports.post(1, "2026-07-01 09:00:00")], [])
    (folder / COMMENT_FILE).unlink()
    (folder / name).write_bytes(content)
    return folder


def take_in(app: Application, folder: Path) -> ImportReport:
    return app.intake.import_folder(app.actor, folder)


def lines(*rows: str, end: str = "\r\n") -> str:
    return end.join([HEADER, *rows]) + end


@pytest.mark.parametrize(
    ("encoding", "end"),
    [("utf-8", "\n"), ("utf-8", "\r"), ("utf-8-sig", "\r\n"), ("gb18030", "\r\n"), ("utf-16", "\n")],
)
def test_every_usual_encoding_and_line_end_is_read(app: Application, tmp_path: Path, encoding: str, end: str) -> None:
    report = take_in(app, folder_with(tmp_path, lines(good(1), good(2, "路灯坏了"), end=end).encode(encoding)))
    assert report.kinds["comments"].imported == 2
    texts = {row.platform_id: row.text for row in app.comments.comments(CommentFilter()).items}
    assert texts == {exports.comment_id(1): "请问周六窗口开门吗", exports.comment_id(2): "路灯坏了"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_few_broken_bytes_cost_their_rows_and_turn_no_other_into_nonsense(
    app: Application, tmp_path: Path, encoding: str
) -> None:
    rows = [good(number) for number in range(1, 9)]
    content = lines(*rows).encode(encoding).split(b"\r\n")
    content[4] = content[4].replace("窗".encode(encoding.removesuffix("-sig")), b"\xff")
    report = take_in(app, folder_with(tmp_path, b"\r\n".join(content)))
    assert report.kinds["comments"].imported == 7
    assert [(item.file, item.line, item.reason) for item in report.rejects] == [(COMMENT_FILE, 5, "bad_encoding")]
    assert {row.text for row in app.comments.comments(CommentFilter()).items} == {"请问周六窗口开门吗"}


def test_bytes_that_are_no_text_at_all_are_refused_by_name(app: Application, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{COMMENT_FILE}.*编码无法识别"):
        take_in(app, folder_with(tmp_path, lines(good(1)).encode() + b"\xff" * 50))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (HEADER, "bad_id"),
        ("51800000000000002", "short_row"),
        (",,,,", "missing_field"),
        (good(2).replace(AT, "2026-13-01 10:00:00"), "bad_time"),
        (good(2, "长" * 100_001), "too_long"),
        (f'{exports.comment_id(2)},{exports.post_id(1)},{AT},山民,"不\r\n成\r\n对"x"', None),
    ],
)
def test_a_bad_row_is_named_and_its_neighbours_come_in(
    app: Application, tmp_path: Path, row: str, reason: str | None
) -> None:
    report = take_in(app, folder_with(tmp_path, lines(good(1), row, good(3)).encode()))
    kept = 2 if reason else 3
    assert report.kinds["comments"].imported == kept
    assert [(item.line, item.reason) for item in report.rejects] == ([(3, reason)] if reason else [])
    assert all(item.detail for item in report.rejects)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\n\n\n",
        b"\0\0\0\0",
        "甲,乙\n1,2\n".encode(),
        (HEADER.replace("id", "编") + "\n").encode(),
    ],
)
def test_a_file_without_a_known_header_is_passed_over_by_name(app: Application, tmp_path: Path, content: bytes) -> None:
    report = take_in(app, folder_with(tmp_path, content))
    assert report.ignored == (COMMENT_FILE,)
    assert report.kinds["posts"].imported == 1


def test_a_header_without_rows_and_a_header_with_a_column_twice_are_read(app: Application, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, lines().encode())
    twice = f"{HEADER},text\n{good(1)},另一列\n"
    (folder / "乙_comments.csv").write_text(twice, encoding="utf-8")
    report = take_in(app, folder)
    assert (report.kinds["comments"].imported, report.rejects) == (1, ())
    assert app.comments.comments(CommentFilter()).items[0].text == "请问周六窗口开门吗"


def test_a_field_beyond_the_readers_limit_ends_in_one_sentence_with_the_line(app: Application, tmp_path: Path) -> None:
    limit = csv.field_size_limit(1000)
    try:
        with pytest.raises(UsageError, match="从第3行起无法按 CSV 读取") as refusal:
            take_in(app, folder_with(tmp_path, lines(good(1), good(2, "长" * 2000), good(3)).encode()))
    finally:
        csv.field_size_limit(limit)
    assert refusal.value.next_step


def test_folders_named_like_files_and_capital_suffixes(app: Application, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, lines(good(1)).encode(), "COMMENTS.CSV")
    (folder / "旧.csv").mkdir()
    report = take_in(app, folder)
    assert report.kinds["comments"].imported == 1
    assert report.ignored == ()


def test_names_packed_on_another_system_and_very_long_ones(any_app: Application, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, lines("=1+1").encode())
    foreign = "云麓_comments.csv".encode("gbk")
    try:
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + foreign))).write_text(lines(good(1)), encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (folder / f"{'9' * 240}.csv").write_text("id,正文,日期\n1,早,2026-07-01 09:00\n", encoding="utf-8")
    report = take_in(any_app, folder)
    assert report.kinds["comments"].imported == 1
    assert report.kinds["posts"].rejected == {"unknown_account": 1}
    for item in report.rejects:
        assert item.file.encode()
        assert len(item.file) <= 200
    assert take_in(any_app, folder).kinds["comments"].unchanged == 1


@given(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=255))
def test_a_plain_name_is_short_printable_and_its_own(name: str) -> None:
    plain = plain_name(Path("ordner") / name)
    assert len(plain) <= 180
    assert plain.encode() or name in (".", "..")


def test_what_no_column_of_the_database_holds_is_cut_or_left_out(any_app: Application, tmp_path: Path) -> None:
    """PostgreSQL refuses what is longer than its column; SQLite would not notice."""
    long = "长" * 300
    folder = tmp_path / "export"
    exports.export(folder, [], [])
    profile = [exports.UID, long, "1", "1", "1", long, "True", "1", long]
    exports.write(folder / "users.csv", exports.USERS, [profile])
    exports.write(folder / "roster.csv", exports.ROSTER, [[long, exports.UID, long, long, long, long]])
    row = exports.post(1, "2026-07-01 09:00:00")
    row[1] = row[4] = long
    exports.write(folder / f"{exports.UID}.csv", exports.POSTS, [row])
    header = (*exports.COMMENTS, "user_id", "root_id")
    comment = [*exports.comment(1, 1, AT, long, long, likes="999999999"), long, long]
    for path in folder.glob("*_comments.csv"):
        path.unlink()
    exports.write(folder / "x_comments.csv", header, [comment])
    report = take_in(any_app, folder)
    assert [count.imported for count in report.kinds.values()] == [1, 1, 1, 1]
    any_app.bus.dispatch()
    assert any_app.accounts.list_accounts()[0].screen_name == long[:100]


cells = st.one_of(
    st.sampled_from(
        ["", exports.comment_id(1), exports.post_id(1), AT, "山民", "回复@山民:好", "-1", "1e9", '"', "\ufeff"]
    ),
    st.text(max_size=20),
)
files = st.one_of(
    st.binary(max_size=400),
    st.lists(st.lists(cells, max_size=9), max_size=8).map(
        lambda rows: (HEADER + "\n" + "\n".join(",".join(row) for row in rows)).encode("utf-8", "surrogatepass")
    ),
    st.tuples(st.sampled_from(["utf-8", "gb18030", "utf-16"]), st.text(max_size=200)).map(
        lambda pair: (HEADER + "\n" + pair[1]).encode(pair[0], "replace")
    ),
    st.binary(max_size=60).map(lambda tail: HEADER.encode() + b"\n" + good(1).encode() + b"\n" + tail),
)


@settings(max_examples=120)
@given(files)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / COMMENT_FILE).write_bytes(content)
        last = 1
        with suppress(UsageError):
            for header, line in read_lines(open_folder(Path(name)).files[0]):
                assert last < line.number <= line.last
                last = line.last
                with suppress(RowRejectedError):
                    (parse_comment if header.kind is FileKind.COMMENTS else parse_post)(header, line.cells)


def test_a_reason_has_words_for_people_and_a_line_in_the_guide() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "guide" / "import.md").read_text("utf-8")
    for reason in Reason:
        assert reason.label
        assert f"`{reason.value}`" in guide


def test_an_import_of_nothing_but_rejects_leaves_no_account(app: Application, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    exports.write(folder / "roster.csv", exports.ROSTER, [["", "x", "", "", "", ""], ["甲", "1", "", "", "", ""]])
    report = take_in(app, folder)
    assert report.kinds["roster"].rejected == {"missing_field": 2}
    with app.db.reading() as session:
        assert session.query(Account).count() == 0
