"""What changes between submission and the last signature: account, time, files, standing lines, people, sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from publishing.schemas import TemplateEntry
from tests.publishing.newsroom import NOW, WATER, Newsroom
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError

LINE = "您好,抢修正在进行,请留意本号通知。"
ANSWER: dict[str, Any] = {"content_class": "回复", "gateway": "comment", "reply_to": "5000000000000001"}


def by_hand(room: Newsroom, statement: str) -> None:
    with room.app.db.writing() as session:
        session.execute(text(statement))


def standing_line(room: Newsroom, until: date = date(2026, 12, 31)) -> int:
    entry = TemplateEntry(
        title="停水咨询", text=LINE, unit=WATER, content_class="回复", holding=True, valid_until=until
    )
    line = room.app.templates.add(room.who("chu"), entry).template_id
    room.app.templates.approve(room.who("fu"), line)
    return line


def before_the_last(room: Newsroom, **more: Any) -> int:
    post = room.draft(**more).row.post_id
    room.submit(post)
    room.agree(post, "chu")
    room.agree(post, "fu")
    return post


# --- the chain of the class ---------------------------------------------------------------------------------


@pytest.mark.parametrize("gateway", ["manual", "comment"])
def test_a_policy_that_also_answers_somebody_keeps_the_chain_of_its_class(room: Newsroom, gateway: str) -> None:
    post = room.draft(
        text="【政策】自即日起调整办事窗口开放安排,请相互转告。",
        content_class="政策",
        gateway=gateway,
        reply_to="5000000000000001",
        source_basis="通知",
        secrecy_review="经审查不涉密",
    ).row.post_id
    assert room.submit(post).chain == "初审→复审→终审"


def test_an_everyday_post_is_no_answer_because_it_names_a_comment(room: Newsroom) -> None:
    post = room.draft(text=LINE, reply_to="5000000000000001").row.post_id
    assert room.submit(post).chain == "初审→复审→终审"
    comment = room.draft(text="您好,请到服务大厅办理。", gateway="comment", reply_to="5000000000000002").row.post_id
    assert room.submit(comment).chain == "复审"


def test_a_standing_line_with_a_picture_is_more_than_the_line(room: Newsroom, tmp_path: Path) -> None:
    standing_line(room)
    picture = tmp_path / "图.png"
    picture.write_bytes(b"\x89PNG made up")
    medium = room.app.posts.attach(room.who("zhao"), picture, "示意图")
    post = room.draft(text=LINE, media=(medium,), **(ANSWER | {"gateway": "manual"})).row.post_id
    assert room.submit(post).chain == "复审"


def retired(room: Newsroom, line: int) -> None:
    room.app.templates.retire(room.who("chu"), line, "不再适用")


def rewritten(room: Newsroom, line: int) -> None:
    row = room.app.templates.show(line)
    entry = TemplateEntry(
        title=row.title,
        text="您好,已恢复供水。",
        unit=WATER,
        content_class="回复",
        holding=True,
        valid_until=row.valid_until,
    )
    room.app.templates.edit(room.who("chu"), line, entry, row.version)


def expired(room: Newsroom, line: int) -> None:
    room.clock.forward(days=1)


@pytest.mark.parametrize("gone", [retired, rewritten, expired])
def test_an_answer_is_not_signed_by_one_check_on_a_line_that_no_longer_holds(
    room: Newsroom, gone: Callable[[Newsroom, int], None]
) -> None:
    line = standing_line(room, until=date(2026, 10, 12))
    post = room.draft(text=LINE, **ANSWER).row.post_id
    assert room.submit(post).chain == "核对"
    gone(room, line)
    with pytest.raises(RefusedError, match="一般答复"):
        room.agree(post, "wei")
    assert not room.show(post).valid
    room.send_back(post, "wei", "口径已停用")
    room.submit(post)
    assert room.agree(post, "fu").valid


# --- account, time, files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["注销", "暂停更新(已报备)", "关停公告"])
def test_nothing_is_signed_for_an_account_that_stopped_meanwhile(room: Newsroom, status: str) -> None:
    post = before_the_last(room)
    by_hand(room, f"update accounts set status = '{status}'")
    with pytest.raises(RefusedError, match="不能审签"):
        room.agree(post, "zhou")
    assert room.show(post).row.state == "审核中"


def test_nothing_is_signed_whose_time_is_over(room: Newsroom) -> None:
    post = before_the_last(room, latest_at=NOW + timedelta(hours=1))
    room.clock.forward(hours=2)
    with pytest.raises(RefusedError, match="最晚发布时间"):
        room.agree(post, "zhou")
    assert room.send_back(post, "zhou", "发布时间已过").row.state == "退回"


@pytest.mark.parametrize("act", ["送审", "审签"])
def test_a_picture_that_was_exchanged_in_the_store_is_not_signed(room: Newsroom, tmp_path: Path, act: str) -> None:
    picture = tmp_path / "图.png"
    picture.write_bytes(b"\x89PNG made up")
    medium = room.app.posts.attach(room.who("zhao"), picture, "示意图")
    post = room.draft(media=(medium,)).row.post_id
    if act == "审签":
        room.submit(post)
    for stored in room.home.rglob(medium.digest):
        stored.write_bytes(b"\x89PNG another")
    with pytest.raises(NotFoundError, match="已被改动"):
        room.submit(post) if act == "送审" else room.agree(post, "chu")


# --- people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["、", ",", " ", ";", "/"])
def test_of_several_originators_in_one_field_none_signs(room: Newsroom, between: str) -> None:
    post = before_the_last(room, originator=f"李编辑{between}周终审")
    assert {"li", "zhou"} <= set(room.show(post).editors)
    with pytest.raises(RefusedError, match="起草或修改过"):
        room.agree(post, "zhou")
    assert room.agree(post, "shang").valid


def test_whoever_must_countersign_and_lost_the_role_does_not_sign(room: Newsroom) -> None:
    old = '{ name = "复审", role = "复审", stage = 2, minutes = 240, remind_minutes = 60, proof = "二校" }'
    room.rule("approval", (old, old.replace("stage = 2", 'stage = 2, mode = "all"')))
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "chu")
    shen = room.who("shen")
    by_hand(room, "update staff set roles = '[\"编辑\"]' where login = 'shen'")
    with pytest.raises(RefusedError, match="没有该角色"):
        room.agree(post, shen)


# --- sheets and calls ---------------------------------------------------------------------------------------


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "审签单.pdf"
    path.write_bytes(b"%PDF-1.7 signed by hand")
    return path


def paper(room: Newsroom, post: int, scan: Path) -> int:
    code = room.show(post).code
    room.app.reviews.proof(room.who("li"), post, "三校", code=code)
    room.app.sign_offs.paper(room.who("zhao"), post, "终审", "zhou", code=code, scan=scan, signed_at=room.clock.now())
    return next(row.verdict_id for row in room.app.sign_offs.owed() if row.post_id == post)


def test_the_scan_of_one_text_is_not_taken_for_the_next(room: Newsroom, scan: Path) -> None:
    post = before_the_last(room)
    paper(room, post, scan)
    entry = room.app.posts.entry_of(post)
    room.app.posts.edit(
        room.who("zhao"), post, replace(entry, text=entry.text + "请相互转告。"), room.show(post).row.version
    )
    room.submit(post)
    room.agree(post, "chu")
    room.agree(post, "fu")
    with pytest.raises(RefusedError, match="不能用于另一稿"):
        paper(room, post, scan)


def test_paper_is_not_counted_for_an_account_that_stopped_before_it_was_compared(room: Newsroom, scan: Path) -> None:
    post = before_the_last(room)
    verdict = paper(room, post, scan)
    by_hand(room, "update accounts set status = '注销'")
    with pytest.raises(RefusedError, match="不能审签"):
        room.app.sign_offs.check_paper(room.who("chu"), verdict, code=room.show(post).code)
    assert not room.show(post).valid


def test_who_took_the_call_stays_on_record_and_does_not_compare_its_paper(room: Newsroom, scan: Path) -> None:
    post = before_the_last(room)
    code = room.show(post).code
    room.app.reviews.proof(room.who("li"), post, "三校", code=code)
    room.app.sign_offs.telephone(room.who("wei"), post, "终审", "zhou", code=code, at=room.clock.now(), said="同意发布")
    verdict = room.app.sign_offs.owed()[0].verdict_id
    room.app.sign_offs.settle_on_paper(room.who("li"), verdict, code=code, scan=scan, signed_at=room.clock.now())
    for login in ("wei", "li", "zhao"):
        with pytest.raises(RefusedError, match="另一人"):
            room.app.sign_offs.check_paper(room.who(login), verdict, code=code)
    done = room.app.sign_offs.check_paper(room.who("chu"), verdict, code=code)
    call = next(each for each in done.rounds[-1].steps[-1].verdicts if each.channel == "电话")
    assert (call.recorded_by, call.checked_by, call.owed) == ("卫初审", "褚初审", False)


def test_a_call_is_not_taken_where_the_standard_forbade_it_meanwhile(room: Newsroom) -> None:
    post = before_the_last(room)
    old = 'stage = 3, minutes = 240, remind_minutes = 60, proof = "三校", telephone = true }'
    new = old.replace(", telephone = true", "")
    room.rule("approval", (old, new), (old, new))
    code = room.show(post).code
    room.app.reviews.proof(room.who("li"), post, "三校", code=code)
    with pytest.raises(RefusedError, match="不能电话签批"):
        room.app.sign_offs.telephone(
            room.who("wei"), post, "终审", "zhou", code=code, at=room.clock.now(), said="同意发布"
        )


def test_signatures_of_a_withdrawn_post_are_void(room: Newsroom) -> None:
    post = room.signed()
    done = room.app.reviews.withdraw(room.who("zhao"), post, "不再发布", room.show(post).row.version)
    assert done.rounds[-1].outcome == "撤稿"
    assert not any(verdict.valid for step in done.rounds[-1].steps for verdict in step.verdicts)
    with pytest.raises((RefusedError, ConflictError)):
        room.agree(post, "shang")
