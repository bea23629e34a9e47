"""How approval is slipped past in other systems, each shown not to work here.

Source: complaints of users of other systems (domain facts, Approval; peers, traps): the number in a test's name is the
complaint's place there where it has one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from accounts.schemas.people import StaffEntry
from config.rulebook.approval import GATES
from publishing.models import Post, PostRevision
from publishing.schemas import PostEntry
from tests.office import BOSS
from tests.publishing.newsroom import ACCOUNT, CITY, OTHER, PLANT, TEXT, WATER, Newsroom
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.audit import AuditEntry
from weibo_ops.kernel.errors import ConflictError, PermissionRefusedError, RefusedError, UsageError
from weibo_ops.kernel.todos import open_todos

SYSTEM = Actor("sys", "系统", frozenset({"*"}))
COUNTERSIGN = (
    'id = "chain.countersigned"\ntitle = "三审会签"',
    'id = "chain.all"\ntitle = "全员会签"\nclause = "复审全员会签"\nsource = "本单位规定"\ntrust = "D"\n'
    'severity = "veto"\n'
    'when = { classes = ["政策"] }\nsteps = [\n'
    '    { name = "初审", role = "初审", stage = 1, minutes = 240 },\n'
    '    { name = "会签", role = "复审", stage = 2, mode = "all", minutes = 240 },\n'
    '    { name = "终审", role = "终审", stage = 3, minutes = 240 },\n]\n\n[[chains]]\n'
    'id = "chain.countersigned"\ntitle = "三审会签"',
)


def edit(room: Newsroom, post: int, who: str = "li", **more: Any) -> Any:
    entry = replace(room.app.posts.entry_of(post), **more)
    return room.app.posts.edit(room.who(who), post, entry, room.show(post).row.version)


# --- separation of duties -----------------------------------------------------------------------------------


def test_an_author_does_not_sign_his_own_post(room: Newsroom) -> None:
    post = room.draft("chu").row.post_id
    room.submit(post, "zhao")
    with pytest.raises(RefusedError, match=r"起草或修改过本稿.*经办分离|起草或修改过本稿"):
        room.agree(post, "chu")


def test_an_author_does_not_sign_through_his_deputy(room: Newsroom) -> None:
    post = room.draft("chu").row.post_id
    room.submit(post, "zhao")
    with pytest.raises(RefusedError, match="受委托"):
        room.agree(post, room.deputy("wei", of="chu"))


def test_an_author_does_not_sign_as_somebody_elses_deputy(room: Newsroom) -> None:
    post = room.draft("chu").row.post_id
    room.submit(post, "zhao")
    with pytest.raises(RefusedError, match="不能审签"):
        room.agree(post, room.deputy("chu", of="wei"))


def test_who_wrote_for_another_counts_as_both(room: Newsroom) -> None:
    post = room.app.posts.new(room.deputy("wei", of="chu"), room.entry()).row.post_id
    room.submit(post, "zhao")
    for login in ("wei", "chu"):
        with pytest.raises(RefusedError, match="起草或修改过本稿"):
            room.agree(post, login)


def test_31_who_submits_does_not_sign(room: Newsroom) -> None:
    post = room.draft("zhao").row.post_id
    room.submit(post, "fu")
    room.agree(post, "chu")
    with pytest.raises(RefusedError, match="起草或修改过本稿"):
        room.agree(post, "fu")


def test_the_named_originator_does_not_sign(room: Newsroom) -> None:
    post = room.draft("zhao", originator="褚初审").row.post_id
    room.submit(post)
    with pytest.raises(RefusedError, match="起草或修改过本稿"):
        room.agree(post, "chu")


def test_29_one_person_signs_one_step(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "zhou")
    room.agree(post, "fu")
    with pytest.raises(RefusedError, match="已签过"):
        room.agree(post, "zhou")
    with pytest.raises(RefusedError, match="已签过"):
        room.agree(post, room.deputy("shang", of="zhou"))
    assert room.agree(post, "shang").valid


def test_an_approver_who_edits_becomes_an_author(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "chu")
    edit(room, post, "fu", text=TEXT + "请相互转告。")
    room.submit(post)
    with pytest.raises(RefusedError, match="起草或修改过本稿"):
        room.agree(post, "chu") and room.agree(post, "fu")
    assert room.agree(post, "shen").row.step == "终审"


def test_a_lower_role_does_not_sign_a_higher_step(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "chu")
    with pytest.raises(RefusedError, match="复审及以上"):
        room.agree(post, "wei")


def test_a_unit_below_does_not_sign_for_the_unit_above(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    with pytest.raises(RefusedError, match="主办单位或其上级单位"):
        room.agree(post, "han")


def test_outsourced_writers_draft_and_never_sign(room: Newsroom) -> None:
    room.app.staff.add(
        BOSS, StaffEntry("dai", "代运维", WATER, ("编辑", "终审"), outsourced=True, contract_ends_on=date(2027, 1, 1))
    )
    post = room.draft("dai").row.post_id
    room.submit(post)
    with pytest.raises(PermissionRefusedError):
        room.agree(post, "dai")
    with pytest.raises(RefusedError, match="代运维"):
        room.agree(post, Actor("dai", "代运维", frozenset({"*"}), room.who("zhao").unit_id))


def test_30_an_office_of_two_signs_with_its_superior(room: Newsroom) -> None:
    post = room.app.posts.new(room.who("wu"), room.entry(account=OTHER)).row.post_id
    result = room.submit(post, "wu")
    assert result.chain == "初审→复审→终审"
    room.agree(post, "chu")
    room.agree(post, "fu")
    assert room.agree(post, "han").valid


def test_30_where_nobody_can_sign_the_submission_is_refused(room: Newsroom) -> None:
    for row in room.app.staff.list_staff():
        if row.login in ("chu", "wei", "fu", "shen", "shang"):
            room.app.staff.change(BOSS, row.login, {"active": False}, row.version)
    post = room.draft().row.post_id
    with pytest.raises(RefusedError, match=r"没有可审签的人员.*上级单位或分管领导"):
        room.submit(post)


# --- a signature is on one text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"text": TEXT + "。"},
        {"source_basis": "施工公告"},
        {"earliest_at": datetime(2026, 10, 13).astimezone()},
        {"content_class": "公告", "source_basis": "公告", "secrecy_review": "可公开"},
        {"gateway": "commercial"},
        {"account": OTHER},
        {"originator": "李编辑"},
    ],
)
def test_any_change_after_the_last_signature_voids_it(room: Newsroom, change: dict[str, Any]) -> None:
    post = room.signed()
    shown = edit(room, post, **change)
    assert shown.row.state == "草稿"
    assert not shown.valid
    assert not any(verdict.valid for step in shown.rounds[-1].steps for verdict in step.verdicts)
    assert shown.rounds[-1].outcome == "修改后作废"
    with pytest.raises(RefusedError, match="不能同意"):
        room.agree(post, "zhou")


def test_a_change_by_hand_in_the_database_voids_it(room: Newsroom) -> None:
    post = room.signed()
    with room.app.db.writing() as session:
        session.execute(update(PostRevision).values(text="另一段话"))
    shown = room.show(post)
    assert not shown.valid
    assert shown.row.void
    assert shown.why_void == "稿件在审签后有变动"


def test_a_state_set_by_hand_signs_nothing(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "chu")
    with room.app.db.writing() as session:
        session.execute(update(Post).values(state="已签发", signed_fingerprint=room.show(post).fingerprint))
    shown = room.show(post)
    assert not shown.valid
    assert shown.why_void == "审签链不完整"


def test_a_verdict_is_on_the_text_that_was_seen(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    seen = room.show(post).code
    edit(room, post, text=TEXT + "另:梧桐路北段照常供水。")
    room.submit(post)
    with pytest.raises(ConflictError, match="所见的不是这一稿"):
        room.agree(post, "chu", code=seen)
    assert room.show(post).row.step == "初审"


def test_signatures_of_an_earlier_round_do_not_count_even_on_the_same_text(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "chu")
    room.send_back(post, "fu")
    room.submit(post)
    shown = room.agree(post, "wei")
    assert shown.row.state == "审核中"
    assert shown.row.step == "复审"


def test_of_two_editors_the_slower_is_told(room: Newsroom) -> None:
    post = room.draft().row.post_id
    entry, version = room.app.posts.entry_of(post), room.show(post).row.version
    room.app.posts.edit(room.who("li"), post, replace(entry, text="第一人改"), version)
    with pytest.raises(ConflictError, match="刚被他人修改"):
        room.app.posts.edit(room.who("zhao"), post, replace(entry, text="第二人改"), version)
    assert room.show(post).current.text == "第一人改"


# --- everybody who must sign --------------------------------------------------------------------------------


def test_32_all_must_sign_does_not_move_on_after_one(room: Newsroom) -> None:
    room.rule("approval", COUNTERSIGN)
    post = room.draft(content_class="政策", source_basis="市水价方案", secrecy_review="可公开").row.post_id
    assert room.submit(post).chain_title == "全员会签"
    room.agree(post, "chu", proofed=False)
    with room.app.db.reading() as session:
        asked = {todo.recipient for todo in open_todos(session) if todo.kind == "post.review"}
    assert asked == {"fu", "shen"}
    shown = room.agree(post, "fu", proofed=False)
    assert shown.row.step == "会签"
    assert room.agree(post, "shen", proofed=False).row.step == "终审"


def test_a_member_who_leaves_still_has_to_be_replaced(room: Newsroom) -> None:
    room.rule("approval", COUNTERSIGN)
    post = room.draft(content_class="政策", source_basis="市水价方案", secrecy_review="可公开").row.post_id
    room.submit(post)
    room.agree(post, "chu", proofed=False)
    room.agree(post, "fu", proofed=False)
    row = next(row for row in room.app.staff.list_staff() if row.login == "shen")
    room.app.staff.change(BOSS, "shen", {"active": False}, row.version)
    room.app.staff.add(BOSS, StaffEntry("xin", "辛复审", WATER, ("复审",)))
    assert room.show(post).row.step == "会签"
    with pytest.raises(RefusedError, match="指定人员会签"):
        room.agree(post, "xin", proofed=False)
    room.app.reviews.reassign(room.who("zhou"), post, "会签", "shen", "xin", "沈复审已调离")
    assert room.agree(post, "xin", proofed=False).row.step == "终审"


def test_who_arranges_signers_does_not_arrange_himself(room: Newsroom) -> None:
    room.rule("approval", COUNTERSIGN)
    post = room.draft(content_class="政策", source_basis="市水价方案", secrecy_review="可公开").row.post_id
    room.submit(post)
    with pytest.raises(RefusedError, match="不能把会签人调整为本人"):
        room.app.reviews.reassign(room.who("zhou"), post, "会签", "shen", "zhou", "省事")


def test_a_deputy_signs_for_the_named_one(room: Newsroom) -> None:
    room.rule("approval", COUNTERSIGN)
    post = room.draft(content_class="政策", source_basis="市水价方案", secrecy_review="可公开").row.post_id
    room.submit(post)
    room.agree(post, "chu", proofed=False)
    room.agree(post, room.deputy("wei", of="shen"), proofed=False)
    shown = room.agree(post, "fu", proofed=False)
    assert shown.row.step == "终审"
    given = [verdict for step in shown.rounds[-1].steps for verdict in step.verdicts]
    assert [verdict.on_behalf_of for verdict in given] == ["", "沈复审", ""]


# --- lists that change, gates, proofs -----------------------------------------------------------------------


@pytest.mark.parametrize("signed", [True, False])
def test_36_a_word_added_later_reopens_what_waits(room: Newsroom, signed: bool) -> None:
    if signed:
        post = room.signed()
    else:
        post = room.draft().row.post_id
        room.submit(post)
        room.agree(post, "chu")
    other = room.signed(text="今日水质检测合格。")
    room.forbid("梧桐路")
    assert room.app.last_recheck is not None
    assert room.app.last_recheck.reopened == (post,)
    assert room.app.rechecks.recheck(SYSTEM).reopened == (), "nothing is left to be taken back"
    shown = room.show(post)
    assert (shown.row.state, shown.row.blocking) == ("草稿", 1)
    assert room.show(other).valid
    with pytest.raises(RefusedError, match="未改正或说明"):
        room.submit(post)
    with room.app.db.reading() as session:
        assert [todo.recipient for todo in open_todos(session) if todo.kind == "post.rework"] == ["zhao"]


def test_36_a_verdict_looks_again_by_itself(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    room.agree(post, "chu")
    code = room.show(post).code
    with patch.object(type(room.app.rechecks), "recheck_due", return_value=None):
        room.forbid("梧桐路")
    assert room.show(post).row.state == "审核中"
    with pytest.raises(RefusedError):
        room.agree(post, "fu", code=code)
    assert room.show(post).row.state == "草稿"


def test_36_words_are_found_in_any_case_and_width(room: Newsroom) -> None:
    room.forbid("waterABC")
    for text in ("水务WATERabc试用", "水务ｗａｔｅｒＡＢＣ试用"):
        post = room.draft(text=text).row.post_id
        assert room.show(post).row.blocking == 1
        with pytest.raises(RefusedError, match="检查问题"):
            room.submit(post)


def test_a_stricter_chain_reopens_what_waits(room: Newsroom) -> None:
    post = room.signed(content_class="政策", source_basis="市水价方案", secrecy_review="可公开")
    room.rule("approval", COUNTERSIGN)
    assert room.app.last_recheck is not None
    assert room.app.last_recheck.reopened == (post,)
    assert room.submit(post).chain_title == "全员会签"


def test_the_words_of_a_hit_are_not_in_the_log(room: Newsroom) -> None:
    room.forbid("紫穗槐密语")
    post = room.draft(text="今天谈谈紫穗槐密语。").row.post_id
    assert room.show(post).row.blocking == 1
    assert "紫穗槐密语" not in room.show(post).hits[0].message
    with room.app.db.reading() as session:
        for entry in session.execute(select(AuditEntry).where(AuditEntry.action.like("post.%"))).scalars():
            assert "紫穗槐" not in str(entry.details)
    for log in (room.home / "logs").glob("*"):
        assert "紫穗槐" not in log.read_text("utf-8")


def test_five_gates_at_every_step(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    with pytest.raises(UsageError, match="缺保密"):
        room.agree(post, "chu", gates=[gate for gate in GATES if gate != "保密"])


def test_a_step_waits_for_its_proof(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    with pytest.raises(RefusedError, match="须完成一校"):
        room.agree(post, "chu", proofed=False)
    room.app.reviews.proof(room.who("li"), post, "一校", code=room.show(post).code)
    assert room.agree(post, "chu", proofed=False).row.step == "复审"


def test_a_proof_is_of_one_text(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.app.reviews.proof(room.who("li"), post, "一校", code=room.show(post).code)
    edit(room, post, text=TEXT + "谢谢。")
    room.submit(post)
    with pytest.raises(RefusedError, match="须完成一校"):
        room.agree(post, "chu", proofed=False)


# --- doors --------------------------------------------------------------------------------------------------


def test_a_bulk_import_goes_through_the_same_gate(room: Newsroom) -> None:
    rows = [
        (2, room.entry()),
        (3, room.entry("联系人电话13800138000,家住城南。")),
        (4, room.entry("x", account="没有")),
    ]
    report = room.app.posts.import_rows(room.who("zhao"), rows, source="稿件.csv")
    assert not report.stored
    assert [(fault.line, "没有登记" in fault.message) for fault in report.faults] == [(4, True)]
    assert room.app.posts.rows() == []
    report = room.app.posts.import_rows(room.who("zhao"), rows[:2], source="稿件.csv")
    stored = report.details["posts"]
    assert isinstance(stored, tuple)
    first, second = stored
    assert room.show(first).row.state == room.show(second).row.state == "草稿"
    assert room.show(second).row.blocking == 1
    with pytest.raises(RefusedError, match="检查问题"):
        room.submit(second)
    with room.app.db.reading() as session:
        assert audit.persons(session, "post.import", "稿件.csv") == ["zhao"]


def test_an_act_on_a_list_or_place_that_moved_is_refused(room: Newsroom) -> None:
    text = "领取补贴请带身份证11010519491231002X。"
    post = room.draft(text=text).row.post_id
    seen = room.show(post).code
    edit(room, post, text="110105199003071095。" + text)
    with pytest.raises(ConflictError, match="所见的不是这一稿"):
        room.app.posts.waive(room.who("fu"), post, 1, "样证上的号码,并非真人", code=seen)
    with pytest.raises(ConflictError, match="所见的不是这一稿"):
        room.app.reviews.remark(room.who("chu"), post, 0, 2, "请核对", code=seen)
    shown = room.show(post)
    assert not any(hit.waived_by for hit in shown.hits)
    assert shown.remarks == ()


def test_34_taking_down_needs_a_right_and_a_reason(room: Newsroom) -> None:
    post = room.signed()
    version = room.show(post).row.version
    with pytest.raises(PermissionRefusedError):
        room.app.reviews.withdraw(room.who("sun"), post, "不妥", version)
    with pytest.raises(RefusedError, match="主办单位"):
        room.app.reviews.withdraw(room.who("wu"), post, "不妥", version)
    with pytest.raises(UsageError, match="撤稿须写明理由"):
        room.app.reviews.withdraw(room.who("zhao"), post, " ", version)
    shown = room.app.reviews.withdraw(room.who("zhao"), post, "停水取消", version)
    assert (shown.row.state, shown.valid) == ("撤稿", False)
    with pytest.raises(RefusedError, match="不能修改"):
        edit(room, post, text="再来")


def test_the_colophon_is_complete_before_review(room: Newsroom) -> None:
    post = room.draft(disclosure="").row.post_id
    with pytest.raises(RefusedError, match="公开属性"):
        room.submit(post)
    post = room.draft(content_class="政策").row.post_id
    with pytest.raises(RefusedError, match="来源依据、保密审查"):
        room.submit(post)
    post = room.draft(disclosure="不予公开").row.post_id
    with pytest.raises(RefusedError, match="不能在微博发布"):
        room.submit(post)


def test_a_veto_is_let_through_by_a_reviewer_who_wrote_nothing(room: Newsroom) -> None:
    room.forbid("梧桐路")
    post = room.draft().row.post_id
    with pytest.raises(PermissionRefusedError, match="放行否决项"):
        room.app.posts.waive(room.who("zhao"), post, 1, "路名,不是禁用词")
    edit(room, post, "fu", text=TEXT + "。")
    with pytest.raises(RefusedError, match="另一人"):
        room.app.posts.waive(room.who("fu"), post, 1, "路名,不是禁用词")
    room.app.posts.waive(room.who("shen"), post, 1, "路名,不是禁用词")
    assert "经说明放行" in "".join(room.submit(post).reasons)


def test_a_waiver_holds_for_its_place_and_no_other(room: Newsroom) -> None:
    room.forbid("梧桐路")
    post = room.draft().row.post_id
    room.app.posts.waive(room.who("shen"), post, 1, "路名,不是禁用词")
    edit(room, post, text=TEXT + "梧桐路北段照常供水。")
    assert room.show(post).row.blocking == 1


def test_a_waiver_does_not_follow_the_words_into_another_sentence(room: Newsroom) -> None:
    post = room.draft(text="【失物招领】请失主联系王师傅13800004471。").row.post_id
    room.app.posts.waive(room.who("zhao"), post, 1, "王师傅本人同意公开号码")
    assert edit(room, post, text="【失物招领】请失主联系王师傅13800004471。谢谢大家。").row.blocking == 0
    assert edit(room, post, text="【公告】反映人李某某的电话是13800004471。").row.blocking == 1


# --- urgent -------------------------------------------------------------------------------------------------


def test_an_emergency_is_faster_and_never_signed_lower(room: Newsroom) -> None:
    post = room.draft(urgent=True, urgent_reason="主干管爆裂").row.post_id
    result = room.submit(post)
    assert result.chain == "初审+复审→终审"
    shown = room.show(post)
    assert shown.row.step == "初审+复审"
    assert shown.row.due_at == room.clock.now() + timedelta(minutes=10)
    room.agree(post, "chu")
    with pytest.raises(RefusedError):
        room.agree(post, "chu")
    room.agree(post, "fu")
    assert room.agree(post, "zhou").valid


def test_an_emergency_without_a_reason_is_refused(room: Newsroom) -> None:
    post = room.draft(urgent=True).row.post_id
    with pytest.raises(RefusedError, match="应急理由"):
        room.submit(post)


# --- names that nothing depends on --------------------------------------------------------------------------


def test_a_post_of_another_units_account_is_not_written(room: Newsroom) -> None:
    with pytest.raises(RefusedError, match="主办单位"):
        room.app.posts.new(room.who("wu"), PostEntry(ACCOUNT, TEXT))
    assert {CITY, PLANT} <= {unit.name for unit in room.app.units.list_units()}
