"""All of those named sign: one hand is one signature, also where it might act for another of them."""

from __future__ import annotations

from datetime import date

import pytest

from publishing.review_rules import Signature, StepRule, step_done
from tests.office import BOSS
from tests.publishing.newsroom import Newsroom
from weibo_ops.kernel.clock import parse_beijing
from weibo_ops.kernel.errors import RefusedError

ALL_SIGN = (
    ("enabled = false", "enabled = true"),
    ('when = { classes = ["政策", "解读", "领导活动"] }', 'when = { classes = ["解读"] }'),
    ('mode = "some", need = 2', 'mode = "all"'),
)


@pytest.fixture
def room(room: Newsroom) -> Newsroom:
    room.rule("approval", *ALL_SIGN)
    return room


def test_a_signature_for_another_is_the_others_alone() -> None:
    step = StepRule(1, 2, "会签", "复审", "all", 2, ("fu", "shen"))
    for_shen = Signature(1, "fu", "now", "shen")
    assert not step_done(step, [for_shen])
    assert step_done(step, [for_shen, Signature(1, "wei", "now", "fu")])
    assert step_done(step, [Signature(1, "fu", "now"), Signature(1, "wei", "now", "shen")])


def test_whoever_must_sign_in_person_signs_for_no_other_of_the_same_step(room: Newsroom) -> None:
    room.app.staff.deputise(BOSS, "shen", "fu", date(2026, 10, 12), date(2026, 10, 18))
    latest = parse_beijing("2026-10-16 17:00")
    post = room.draft(content_class="解读", source_basis="文件", secrecy_review="不涉密", latest_at=latest).row.post_id
    room.submit(post)
    room.agree(post, "chu")
    with pytest.raises(RefusedError, match="须傅复审本人会签,不能在同一环节再代沈复审签"):
        room.agree(post, room.deputy("fu", of="shen"))
    assert room.agree(post, "fu").row.step == "会签"
    with pytest.raises(RefusedError):
        room.agree(post, room.deputy("fu", of="shen"))
    assert room.app.staffing.simulate(date(2026, 10, 12), date(2026, 10, 18)) == []
    room.app.staff.record_leave(BOSS, "shen", date(2026, 10, 12), date(2026, 10, 18))
    (gap,) = room.app.staffing.simulate(date(2026, 10, 12), date(2026, 10, 18))
    assert gap.step == "会签"
    assert "沈复审2026-10-12至2026-10-18请假,受委托人傅复审经手或已签过本稿" in gap.reason
    room.app.reviews.reassign(room.who("zhou"), post, "会签", "shen", "shang", "沈复审请假")
    assert room.app.staffing.simulate(date(2026, 10, 12), date(2026, 10, 18)) == []
    assert room.agree(post, "shang").row.step == "终审"
