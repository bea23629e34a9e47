"""Which comment a reply answers: cases from real threads, and what must hold of any thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.threads import ByPerson, CommentMark, Link, addressee, link_replies

START = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
OFFICE = "云麓发布"


def ask(
    name: str, minute: int, author: str = "山民", *, uid: str | None = None, thanks: bool = False, text: str = "请问"
) -> CommentMark:
    """A citizen's comment."""
    return CommentMark(name, author, uid, START + timedelta(minutes=minute), text, False, None, 0, thanks)


def answer(
    name: str, minute: int, to: str | None = "山民", *, by: str = OFFICE, reply_to: str | None = None
) -> CommentMark:
    """An official comment; ``to`` None leaves the prefix out."""
    text = f"回复@{to}:您好" if to else "您好"
    return CommentMark(name, by, None, START + timedelta(minutes=minute), text, True, reply_to, 0)


def links(*thread: CommentMark) -> list[tuple[str, str, str]]:
    return [(link.reply_id, link.comment_id, link.role) for link in link_replies(thread)]


class TestByName:
    def test_a_reply_goes_to_that_persons_latest_earlier_comment(self) -> None:
        thread = [ask("q1", 0), ask("other", 1, "水客"), answer("r1", 5), ask("q2", 10)]
        assert links(*thread) == [("r1", "q1", "answers")]

    def test_it_closes_the_same_persons_earlier_open_question(self) -> None:
        thread = [ask("q1", 0), ask("q2", 3), answer("r1", 5)]
        assert links(*thread) == [("r1", "q2", "answers"), ("r1", "q1", "closes")]

    def test_what_was_answered_is_not_closed_again(self) -> None:
        thread = [ask("q1", 0), answer("r1", 5), ask("q2", 10), answer("r2", 15)]
        assert links(*thread) == [("r1", "q1", "answers"), ("r2", "q2", "answers")]

    def test_a_second_reply_without_a_new_comment_goes_to_the_same_comment(self) -> None:
        thread = [ask("q1", 0), answer("r1", 5), answer("r2", 10)]
        assert links(*thread) == [("r1", "q1", "answers"), ("r2", "q1", "answers")]

    def test_thanks_are_answered_only_where_there_is_nothing_else(self) -> None:
        question, thanks = ask("q1", 0), ask("t", 6, thanks=True)
        assert links(question, answer("r1", 5), thanks, answer("r2", 8)) == [
            ("r1", "q1", "answers"),
            ("r2", "q1", "answers"),
        ]
        assert links(thanks, answer("r2", 8)) == [("r2", "t", "answers")]

    def test_thanks_are_never_closed(self) -> None:
        assert links(ask("t", 0, thanks=True), ask("q", 1), answer("r", 5)) == [("r", "q", "answers")]

    def test_another_person_of_the_thread_keeps_waiting(self) -> None:
        assert links(ask("q", 0, "水客"), ask("p", 1), answer("r", 5)) == [("r", "p", "answers")]

    @pytest.mark.parametrize("to", [None, "没有这人"])
    def test_nobody_can_tell_whom_it_answers(self, to: str | None) -> None:
        assert links(ask("q", 0), answer("r", 5, to)) == []

    def test_a_comment_of_the_same_instant_or_later_is_not_answered(self) -> None:
        assert links(ask("q", 5), ask("q2", 6), answer("r", 5)) == []

    def test_a_citizens_own_reply_prefix_makes_no_reply(self) -> None:
        assert links(ask("q", 0), ask("x", 5, "水客", text="回复@山民:我也想问")) == []

    def test_an_office_answering_an_office_answers_no_citizen(self) -> None:
        assert links(ask("q", 0), answer("r", 5, OFFICE)) == []

    def test_an_office_is_never_the_one_who_asked(self) -> None:
        statement = CommentMark("s", OFFICE, None, START, "今日停水通知", True, None, 0)
        assert links(statement, answer("r", 5, OFFICE, by="云麓供水")) == []

    def test_the_reply_is_its_writers_whoever_owns_the_post(self) -> None:
        assert links(ask("q", 0), answer("r", 5, by="云麓供水")) == [("r", "q", "answers")]


class TestById:
    def test_an_id_goes_before_the_name(self) -> None:
        thread = [ask("q1", 0), ask("q2", 1, "水客"), answer("r", 5, "水客", reply_to="q1")]
        assert [(link.comment_id, link.basis) for link in link_replies(thread)] == [("q1", "id")]

    def test_an_id_that_is_not_there_or_is_an_offices_leaves_the_name(self) -> None:
        for unknown in ("nowhere", "s"):
            statement = CommentMark("s", OFFICE, None, START, "通知", True, None, 0)
            found = link_replies([statement, ask("q", 1), answer("r", 5, reply_to=unknown)])
            assert [(link.comment_id, link.basis) for link in found] == [("q", "name")]

    def test_an_id_closes_the_same_persons_earlier_question_too(self) -> None:
        assert links(ask("q1", 0), ask("q2", 1), answer("r", 5, None, reply_to="q2")) == [
            ("r", "q2", "answers"),
            ("r", "q1", "closes"),
        ]


class TestNamesAreNotPeople:
    def test_where_uids_are_known_two_people_of_one_name_are_kept_apart(self) -> None:
        thread = [ask("q1", 0, uid="1"), ask("q2", 1, uid="2"), answer("r", 5)]
        assert links(*thread) == [("r", "q2", "answers")]

    def test_a_renamed_person_is_one_by_uid(self) -> None:
        thread = [ask("q1", 0, "旧名", uid="1"), ask("q2", 1, "新名", uid="1"), answer("r", 5, "新名")]
        assert links(*thread) == [("r", "q2", "answers"), ("r", "q1", "closes")]

    def test_things_of_a_person_without_uid_are_kept_by_name(self) -> None:
        kept: ByPerson[str] = ByPerson()
        kept.add("山民", None, "a")
        kept.add("山民", "1", "b")
        kept.add("山民", "2", "c")
        assert kept.of("山民", None) == ["a", "b", "c"]
        assert kept.of("山民", "1") == ["b", "a"]
        assert kept.of("水客", None) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("回复@山民:您好", "山民"),
        ("  回复 ＠山民 ：您好", "山民"),
        ("回复@山民:回复@水客:转告", "山民"),
        ("您好,回复@山民:", None),
        ("回复山民:您好", None),
        ("回复@:您好", None),
        ("@山民 您好", None),
        ("", None),
    ],
)
def test_the_platforms_prefix_is_read_at_the_head_alone(text: str, name: str | None) -> None:
    assert addressee(text) == name


people = st.sampled_from(["山民", "水客", "云客"])
marks = st.builds(
    lambda minute, author, official, to, thanks: (
        answer("", minute, to) if official else ask("", minute, author, thanks=thanks)
    ),
    st.integers(0, 30),
    people,
    st.booleans(),
    people,
    st.booleans(),
)
threads = st.lists(marks, max_size=14).map(
    lambda found: [CommentMark(**{**vars(mark), "id": f"c{n:02d}"}) for n, mark in enumerate(found)]
)


@given(threads, st.randoms())
def test_what_holds_of_any_thread(thread: list[CommentMark], rng: object) -> None:
    found = link_replies(thread)
    by_id = {mark.id: mark for mark in thread}
    shuffled = list(thread)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert link_replies(shuffled) == found, "the order of a file changes nothing"
    assert len({(link.reply_id, link.comment_id) for link in found}) == len(found)
    answers = [link.reply_id for link in found if link.role == "answers"]
    assert len(set(answers)) == len(answers), "a reply answers one comment"
    closed = [link.comment_id for link in found if link.role == "closes"]
    assert len(set(closed)) == len(closed), "a question is closed once"
    for link in found:
        reply, comment = by_id[link.reply_id], by_id[link.comment_id]
        assert reply.official
        assert not comment.official
        assert comment.at < reply.at
        assert comment.author == addressee(reply.text)
        if link.role == "answers":
            _is_the_latest(link, reply, thread)


def _is_the_latest(link: Link, reply: CommentMark, thread: list[CommentMark]) -> None:
    """The rule once more, written plainly."""
    theirs = [mark for mark in thread if not mark.official and mark.author == addressee(reply.text)]
    earlier = [mark for mark in theirs if mark.at < reply.at]
    wanted = [mark for mark in earlier if not mark.thanks] or earlier
    assert link.comment_id == max(wanted, key=lambda mark: (mark.at, mark.id)).id


@given(threads)
def test_no_open_question_of_an_answered_person_stays_open(thread: list[CommentMark]) -> None:
    found = link_replies(thread)
    met = {link.comment_id for link in found}
    for link in found:
        if link.role != "answers":
            continue
        target = next(mark for mark in thread if mark.id == link.comment_id)
        for mark in thread:
            if mark.author == target.author and not mark.official and not mark.thanks and mark.at < target.at:
                assert mark.id in met
