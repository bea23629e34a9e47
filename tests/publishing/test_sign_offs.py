"""Sign-off outside the system: paper with code, scan and a second person; telephone with the signature owed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.publishing.newsroom import TEXT, Newsroom
from weibo_ops.kernel import audit
from weibo_ops.kernel.errors import ConflictError, NotFoundError, PermissionRefusedError, RefusedError, UsageError
from weibo_ops.kernel.todos import open_todos


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "审签单.pdf"
    path.write_bytes(b"%PDF-1.7 signed by hand")
    return path


def at_final_step(room: Newsroom, **more: Any) -> int:
    post = room.draft(**more).row.post_id
    room.submit(post)
    room.agree(post, "chu")
    room.agree(post, "fu")
    room.app.reviews.proof(room.who("li"), post, "三校", code=room.show(post).code)
    return post


def paper(room: Newsroom, post: int, scan: Path, who: str = "zhao", signer: str = "zhou", **more: Any) -> int:
    given: dict[str, Any] = {"code": room.show(post).code, "scan": scan, "signed_at": room.clock.now()}
    room.app.sign_offs.paper(room.who(who), post, "终审", signer, **(given | more))
    return next(row.verdict_id for row in room.app.sign_offs.owed() if row.post_id == post)


def call(room: Newsroom, post: int, who: str = "wei", signer: str = "zhou", **more: Any) -> int:
    given: dict[str, Any] = {"code": room.show(post).code, "at": room.clock.now(), "said": "同意,按程序发布"}
    room.app.sign_offs.telephone(room.who(who), post, "终审", signer, **(given | more))
    return next(row.verdict_id for row in room.app.sign_offs.owed() if row.post_id == post)


# --- paper --------------------------------------------------------------------------------------------------


def test_paper_counts_once_a_second_person_compared_it(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    verdict = paper(room, post, scan)
    assert room.show(post).row.state == "审核中"
    assert not room.show(post).valid
    shown = room.app.sign_offs.check_paper(room.who("wei"), verdict, code=room.show(post).code)
    assert (shown.row.state, shown.valid) == ("已签发", True)
    given = shown.rounds[-1].steps[-1].verdicts[0]
    assert (given.channel, given.name, given.recorded_by, given.checked_by) == ("纸质", "周终审", "赵编辑", "卫初审")
    assert room.app.vault.path(given.scan).read_bytes() == scan.read_bytes()
    with room.app.db.reading() as session:
        assert audit.verify(session).broken_at is None
        assert [todo for todo in open_todos(session) if todo.kind == "post.paper"] == []


@pytest.mark.parametrize("checker", ["zhao", "zhou", "li"])
def test_who_entered_signed_or_wrote_does_not_compare(room: Newsroom, scan: Path, checker: str) -> None:
    post = room.draft("li").row.post_id
    room.submit(post, "li")
    room.agree(post, "chu")
    room.agree(post, "fu")
    room.app.reviews.proof(room.who("li"), post, "三校", code=room.show(post).code)
    verdict = paper(room, post, scan)
    with pytest.raises(RefusedError, match="另一人"):
        room.app.sign_offs.check_paper(room.who(checker), verdict, code=room.show(post).code)


def test_whoever_paper_was_entered_for_does_not_compare_it(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    code = room.show(post).code
    room.app.sign_offs.paper(
        room.deputy("li", "wei"), post, "终审", "zhou", code=code, scan=scan, signed_at=room.clock.now()
    )
    (owed,) = room.app.sign_offs.owed()
    with pytest.raises(RefusedError, match="另一人"):
        room.app.sign_offs.check_paper(room.who("wei"), owed.verdict_id, code=code)
    assert room.app.sign_offs.check_paper(room.who("shen"), owed.verdict_id, code=code).valid


def test_the_code_on_the_sheet_is_that_of_the_text(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    with pytest.raises(ConflictError, match="校验码"):
        paper(room, post, scan, code="0000-0000-0000")
    verdict = paper(room, post, scan)
    with pytest.raises(ConflictError, match="校验码与所录稿件不符"):
        room.app.sign_offs.check_paper(room.who("wei"), verdict, code="0000-0000-0000")


def test_a_code_is_read_however_it_is_typed(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    code = room.show(post).code
    verdict = paper(room, post, scan, code=f" {code.lower().replace('-', ' ')} ")
    typed = code.replace("-", "").replace("0", "o").replace("1", "l")
    assert room.app.sign_offs.check_paper(room.who("wei"), verdict, code=typed).valid


def test_an_edit_between_entry_and_comparison_voids_the_paper(room: Newsroom, scan: Path) -> None:
    from dataclasses import replace

    post = at_final_step(room)
    code = room.show(post).code
    verdict = paper(room, post, scan)
    entry = replace(room.app.posts.entry_of(post), text=TEXT + "。")
    room.app.posts.edit(room.who("li"), post, entry, room.show(post).row.version)
    with pytest.raises(RefusedError):
        room.app.sign_offs.check_paper(room.who("wei"), verdict, code=code)
    assert not room.show(post).valid


def test_paper_that_does_not_fit_is_void_and_may_come_again(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    verdict = paper(room, post, scan)
    with pytest.raises(UsageError, match="不符须写明"):
        room.app.sign_offs.check_paper(room.who("wei"), verdict, code="", agree=False)
    room.app.sign_offs.check_paper(room.who("wei"), verdict, code="", agree=False, reason="签名不全")
    assert room.app.sign_offs.owed() == []
    again = paper(room, post, scan)
    assert again != verdict
    assert room.app.sign_offs.check_paper(room.who("wei"), again, code=room.show(post).code).valid


@pytest.mark.parametrize("signer", ["chu", "han", "zhao", "sun"])
def test_paper_of_somebody_who_may_not_sign_is_refused(room: Newsroom, scan: Path, signer: str) -> None:
    post = at_final_step(room)
    with pytest.raises(RefusedError):
        paper(room, post, scan, signer=signer, who="li")
    assert room.app.sign_offs.owed() == []


def test_paper_asks_for_a_true_time_a_file_and_a_known_person(room: Newsroom, scan: Path, tmp_path: Path) -> None:
    post = at_final_step(room)
    with pytest.raises(UsageError, match="签批时间"):
        paper(room, post, scan, signed_at=room.clock.now() + timedelta(minutes=1))
    with pytest.raises(UsageError, match="签批时间"):
        paper(room, post, scan, signed_at=room.clock.now() - timedelta(days=30))
    with pytest.raises(UsageError, match="无法读取"):
        paper(room, post, tmp_path / "没有.pdf")
    with pytest.raises(NotFoundError, match="登录名"):
        paper(room, post, scan, signer="nobody")
    with pytest.raises(NotFoundError, match="没有待审的环节"):
        room.app.sign_offs.paper(
            room.who("zhao"), post, "复审", "zhou", code=room.show(post).code, scan=scan, signed_at=room.clock.now()
        )


def test_a_signer_does_not_enter_his_own_paper(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    with pytest.raises(RefusedError, match="不必录入"):
        paper(room, post, scan, who="zhou")


# --- telephone ----------------------------------------------------------------------------------------------


def test_a_call_counts_at_once_and_the_signature_is_owed(room: Newsroom) -> None:
    post = at_final_step(room)
    verdict = call(room, post)
    shown = room.show(post)
    assert (shown.row.state, shown.valid, shown.row.owed) == ("已签发", True, 1)
    owed = room.app.sign_offs.owed()[0]
    assert (owed.kind, owed.person, owed.overdue) == ("待补签", "zhou", False)
    room.clock.forward(days=3)
    assert room.app.sign_offs.owed()[0].overdue
    shown = room.app.sign_offs.settle(room.who("zhou"), verdict, code=owed.code)
    assert (shown.row.owed, shown.valid) == (0, True)
    with pytest.raises(ConflictError, match="不欠补签"):
        room.app.sign_offs.settle(room.who("zhou"), verdict, code=owed.code)


def test_a_friday_call_is_made_good_on_monday(room: Newsroom) -> None:
    room.clock.forward(days=4)
    post = at_final_step(room)
    call(room, post)
    until = room.app.sign_offs.owed()[0].owed_until
    assert until is not None
    assert (
        until.astimezone().timestamp() == (room.clock.now().replace(hour=16, minute=0) + timedelta(days=3)).timestamp()
    )


@pytest.mark.parametrize("recorder", ["zhao", "zhou"])
def test_who_wrote_or_approves_does_not_record_the_call(room: Newsroom, recorder: str) -> None:
    post = at_final_step(room)
    with pytest.raises(RefusedError, match="另一人"):
        call(room, post, who=recorder)


def test_a_step_that_does_not_allow_the_telephone(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    with pytest.raises(RefusedError, match="不能电话签批"):
        room.app.sign_offs.telephone(
            room.who("wei"), post, "初审", "chu", code=room.show(post).code, at=room.clock.now(), said="同意"
        )


def test_a_call_needs_words_and_a_time_after_submission(room: Newsroom) -> None:
    post = at_final_step(room)
    with pytest.raises(UsageError, match="原话"):
        call(room, post, said=" ")
    with pytest.raises(UsageError, match="送审"):
        call(room, post, at=room.clock.now() - timedelta(days=1))
    with pytest.raises(UsageError, match="现在之前"):
        call(room, post, at=room.clock.now() + timedelta(seconds=1))


def test_only_the_one_who_approved_makes_it_good(room: Newsroom) -> None:
    post = at_final_step(room)
    verdict = call(room, post)
    code = room.app.sign_offs.owed()[0].code
    with pytest.raises(RefusedError, match="补签须由本人"):
        room.app.sign_offs.settle(room.who("fu"), verdict, code=code)
    with pytest.raises(RefusedError, match="补签须由本人"):
        room.app.sign_offs.settle(room.deputy("shang", of="zhou"), verdict, code=code)
    with pytest.raises(PermissionRefusedError):
        room.app.sign_offs.settle(room.who("zhao"), verdict, code=code)


def test_a_debt_is_made_good_on_paper_by_a_second_person(room: Newsroom, scan: Path) -> None:
    post = at_final_step(room)
    verdict = call(room, post)
    code = room.app.sign_offs.owed()[0].code
    room.app.sign_offs.settle_on_paper(room.who("zhao"), verdict, code=code, scan=scan, signed_at=room.clock.now())
    assert room.show(post).row.owed == 1
    with pytest.raises(RefusedError, match="另一人"):
        room.app.sign_offs.check_paper(room.who("zhao"), verdict, code=code)
    shown = room.app.sign_offs.check_paper(room.who("chu"), verdict, code=code)
    assert (shown.row.owed, shown.valid) == (0, True)


def test_a_denied_call_takes_the_post_back_and_is_looked_into(room: Newsroom) -> None:
    post = at_final_step(room)
    verdict = call(room, post)
    with pytest.raises(RefusedError, match="本人决定"):
        room.app.sign_offs.refuse(room.who("fu"), verdict, "没有接到电话")
    shown = room.app.sign_offs.refuse(room.who("zhou"), verdict, "没有接到电话")
    assert (shown.row.state, shown.valid, shown.rounds[-1].outcome) == ("退回", False, "拒绝补签")
    with room.app.db.reading() as session:
        assert {todo.kind for todo in open_todos(session)} >= {"post.refused", "post.rework"}


def test_an_edit_does_not_wipe_out_a_debt(room: Newsroom) -> None:
    from dataclasses import replace

    post = at_final_step(room)
    call(room, post)
    entry = replace(room.app.posts.entry_of(post), text=TEXT + "。")
    room.app.posts.edit(room.who("li"), post, entry, room.show(post).row.version)
    assert [row.post_id for row in room.app.sign_offs.owed()] == [post]


def test_printing_is_in_the_chain(room: Newsroom) -> None:
    post = at_final_step(room)
    view = room.app.sign_offs.sheet(room.who("zhao"), post)
    assert (view.post.code, view.printed_by) == (room.show(post).code, "赵编辑")
    with room.app.db.reading() as session:
        assert audit.persons(session, "post.sheet", str(post)) == ["zhao"]
