"""The office's own words: format, dry run, faults by row, a draft that a second person publishes; never quoted."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from config.loader import load_named, shipped
from config.rulebook.base import Severity
from config.rulebook.words import WordKind
from config.word_lists import WordRow, merged, row_fault
from publishing.checks import WordIndex
from publishing.service import WordImport
from tests.publishing.newsroom import Newsroom
from weibo_ops.kernel.audit import AuditEntry
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import PermissionRefusedError, RefusedError, UsageError

SECRET = "紫穗槐密语"


def row(line: int, word: str, kind: WordKind = WordKind.FORBIDDEN, **more: object) -> WordRow:
    given: dict[str, object] = {"severity": Severity.VETO, **more}
    return WordRow(line, word, kind, **given)  # type: ignore[arg-type]


ROWS = (
    row(2, SECRET),
    row(3, "青稞旧称", instead="青稞新称", valid_until=date(2026, 10, 11)),
    row(4, "蓝楹旧称", instead="蓝楹新称", valid_until=date(2026, 10, 12), note="十月起改称"),
    row(5, "周某某", WordKind.LEADER, instead="云麓市市长"),
    row(6, "周某某", WordKind.LEADER, instead="云麓市委副书记"),
)


def take_in(room: Newsroom, rows: tuple[WordRow, ...] = ROWS, login: str = "zheng", **more: object) -> WordImport:
    today = beijing_date(room.clock.now())
    given: dict[str, object] = {"effective_from": today, **more}
    return room.app.word_lists.import_rows(room.who(login), rows, **given)  # type: ignore[arg-type]


def test_a_table_becomes_a_draft_that_a_second_person_publishes(room: Newsroom) -> None:
    done = take_in(room)
    assert done.draft is not None
    assert (done.report.added, done.expired, done.draft.problems, done.draft.loosenings) == (5, 1, (), ())
    draft = done.draft.draft
    post = room.draft(text=f"{SECRET};青稞旧称;蓝楹旧称。").row.post_id
    assert not room.show(post).hits, "a draft judges nobody"
    with pytest.raises(RefusedError, match="起草人以外"):
        room.app.standard_publishing.publish(room.who("zheng"), draft.draft_id, draft.digest)
    room.app.standard_publishing.publish(room.who("wang"), draft.draft_id, draft.digest)
    hits = room.app.posts.check(room.who("zhao"), post).hits
    assert [(hit.start, hit.end) for hit in hits] == [(0, 5), (11, 15)], "what is past its last day is not applied"
    assert hits[1].suggestion == "改为“蓝楹新称”"


def test_a_dry_run_stores_nothing_and_says_what_the_import_then_does(room: Newsroom) -> None:
    tried = take_in(room, dry_run=True)
    assert tried.draft is None
    assert room.app.standard_drafts.drafts() == []
    done = take_in(room)
    assert (tried.report.added, tried.expired, tried.removed) == (done.report.added, done.expired, done.removed)


def test_rows_at_fault_are_told_by_line_without_their_words_and_nothing_is_stored(room: Newsroom) -> None:
    rows = (
        row(2, "词"),
        row(3, SECRET),
        row(4, SECRET),
        row(5, "紫穗|槐密"),
        row(6, "紫穗错字", WordKind.MISPRINT),
        row(7, "紫穗错字", WordKind.MISPRINT, instead="紫穗错字"),
        row(8, "紫" * 41),
        row(9, "#紫穗注释"),
        row(10, "紫穗\x07响铃"),
    )
    done = take_in(room, rows)
    assert [fault.line for fault in done.report.faults] == [2, 4, 5, 6, 7, 8, 9, 10]
    assert not any("紫" in fault.message for fault in done.report.faults)
    assert (done.draft, done.report.stored, room.app.standard_drafts.drafts()) == (None, False, [])


def test_a_second_table_adds_changes_or_replaces(room: Newsroom) -> None:
    first = take_in(room)
    assert first.draft is not None
    number = first.draft.draft.draft_id
    again = take_in(room, (row(2, SECRET, note="另有说明"), row(3, "新来的词")), draft_id=number)
    assert (again.report.added, again.report.changed, again.removed) == (1, 1, 0)
    replaced = take_in(room, (row(2, "新来的词"),), draft_id=number, replace=True)
    assert (replaced.report.unchanged, replaced.removed) == (1, 3)
    assert replaced.draft is not None
    book = load_named("words", replaced.draft.draft.text, origin="草稿").book
    ours = {rule.id: rule.words for rule in book.lists if rule.id.startswith("words.office.")}
    assert ours == {"words.office.forbidden.veto": ("新来的词",), "words.office.leader.veto": ("周某某", "周某某")}


def test_who_may_not_draft_and_what_is_no_table_is_refused(room: Newsroom) -> None:
    with pytest.raises(PermissionRefusedError):
        take_in(room, login="zhao")
    with pytest.raises(UsageError, match="没有内容"):
        take_in(room, ())
    other = room.app.standard_drafts.new(room.who("zheng"), "content", "单位")
    with pytest.raises(UsageError, match="不是词表标准"):
        take_in(room, draft_id=other.draft_id)


def test_no_word_of_a_secret_list_is_in_a_log_or_in_the_audit_rows(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        post = room.draft(text=f"今天谈谈{SECRET}。").row.post_id
        done = take_in(room)
        assert done.draft is not None
        shown = room.app.standard_drafts.diff(done.draft.draft.draft_id).differences
        room.app.standard_publishing.publish(room.who("wang"), done.draft.draft.draft_id, done.draft.draft.digest)
        more = take_in(room, (row(2, f"{SECRET}二"),))
        assert more.draft is not None
        told = room.app.standard_drafts.diff(more.draft.draft.draft_id).differences
        room.app.standard_publishing.publish(room.who("wang"), more.draft.draft.draft_id, more.draft.draft.digest)
        hits = room.app.posts.check(room.who("zhao"), post).hits
        room.app.posts.waive(room.who("fu"), post, hits[0].number, "引用史料原文")
        room.submit(post)
        room.app.rechecks.recheck(room.who("sun"))
    assert hits
    written = [caplog.text, *(log.read_text("utf-8") for log in (room.home / "logs").glob("*"))]
    with room.app.db.reading() as session:
        written += [str(entry.details) for entry in session.execute(select(AuditEntry)).scalars()]
    written += [str(shown), str(told), *(hit.message + hit.suggestion for hit in hits)]
    assert "增加1条" in str(told)
    assert not any("紫穗槐" in each for each in written)


KINDS = st.sampled_from([WordKind.FORBIDDEN, WordKind.SENSITIVE, WordKind.SLICK])
WORDS = st.text(st.sampled_from("紫穗槐密语青稞蓝楹abc 12·'\"\\|#"), min_size=1, max_size=8)
TABLE = st.lists(st.tuples(WORDS, KINDS, st.sampled_from(list(Severity)), WORDS | st.just("")), max_size=8)


@given(TABLE, st.booleans())
def test_rows_without_faults_are_in_the_book_as_they_were_handed_in(
    table: list[tuple[str, WordKind, Severity, str]], replace: bool
) -> None:
    rows: dict[tuple[str, str], WordRow] = {}
    for line, (word, kind, severity, instead) in enumerate(table, 1):
        made = WordRow(line, word.strip(), kind, severity, instead.strip())
        if not row_fault(made):
            rows[made.list_id, made.word] = made
    base = SMALL
    for _ in range(2):
        done = merged(base, rows.values(), replace=replace)
        base = load_named("words", done.text, origin="ours.toml")
        found = {
            (rule.id, entry.word): entry.instead
            for rule in base.book.lists
            if rule.id.startswith("words.office.")
            for entry in rule.parsed
        }
        assert found == {key: made.instead for key, made in rows.items()}
    assert (done.added, done.changed, done.removed) == (0, 0, 0), "the same table again changes nothing"
    assert [rule for rule in base.book.lists if rule.id == "words.own"] == list(SMALL.book.lists)


SMALL = load_named(
    "words",
    'book = "words"\ntitle = "词表"\nversion = "1"\neffective_from = 2026-01-01\n\n[[lists]]\nid = "words.own"\n'
    'title = "样例"\nclause = "样例"\nsource = "样例"\ntrust = "D"\nkind = "禁用词"\n'
    "entries = '''\n甲乙 # 丙\n'''\n",
    origin="small.toml",
)


def test_the_shipped_text_takes_a_table_and_stays_what_it_was() -> None:
    done = merged(shipped("words"), ROWS)
    book = load_named("words", done.text, origin="ours.toml").book
    assert book.lists[: len(shipped("words").book.lists)] == shipped("words").book.lists
    assert WordIndex.of(book).holds(WordKind.LEADER, date(2026, 10, 12))
