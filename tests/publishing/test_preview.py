"""What the drafting desk asks before it acts: the chain to come, limits by gateway, checks of a text being edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.publishing.newsroom import TEXT, Newsroom
from weibo_ops.kernel.errors import PermissionRefusedError, RefusedError


def test_a_preview_says_what_the_submission_then_does_and_stores_nothing(room: Newsroom) -> None:
    post = room.draft().row.post_id
    before = room.show(post)
    found = room.app.reviews.preview(room.who("zhao"), post)
    assert room.show(post) == before
    assert [(step.name, step.limit) for step in found.steps] == [
        (name, "240分钟(工作时间)") for name in ("初审", "复审", "终审")
    ]
    assert {"褚初审", "卫初审"} <= set(found.steps[0].people)
    assert not any("赵编辑" in step.people for step in found.steps)
    done = room.app.reviews.submit(room.who("zhao"), post, found.version)
    assert (done.chain_title, done.chain, done.reasons, done.warnings) == (
        found.chain_title,
        found.chain,
        found.reasons,
        found.warnings,
    )


def test_a_preview_warns_of_absent_signers_and_refuses_as_the_submission_would(room: Newsroom) -> None:
    from tests.office import BOSS

    post = room.draft().row.post_id
    for login in ("zhou", "shang"):
        room.app.staff.record_leave(BOSS, login, date(2026, 10, 12), date(2026, 10, 12))
    found = room.app.reviews.preview(room.who("zhao"), post)
    assert any("终审" in warning for warning in found.warnings)
    assert "周终审(不在岗)" in found.steps[2].people
    half = room.draft(disclosure="").row.post_id
    with pytest.raises(RefusedError, match="公开属性"):
        room.app.reviews.preview(room.who("zhao"), half)
    with pytest.raises(PermissionRefusedError):
        room.app.reviews.preview(room.who("sun"), post)


def test_a_text_being_edited_is_not_compared_with_itself(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    entry = room.app.posts.entry_of(post)
    assert [hit.title for hit in room.app.posts.look(entry, post)] == []
    assert "与近期正文相同" in [hit.title for hit in room.app.posts.look(entry)]


def test_the_text_that_was_signed_last_is_known_after_it_was_changed_and_sent_in_again(room: Newsroom) -> None:
    post = room.signed()
    entry = room.app.posts.entry_of(post)
    changed = replace(entry, text=TEXT.replace("10月14日", "10月15日"))
    detail = room.app.posts.edit(room.who("li"), post, changed, room.show(post).row.version)
    assert detail.signed_text == TEXT
    room.submit(post)
    assert room.show(post).signed_text == TEXT
    for login in ("chu", "fu", "zhou"):
        room.agree(post, login)
    assert room.show(post).signed_text == changed.text
    assert room.draft().signed_text is None


def test_limits_are_given_by_gateway(room: Newsroom) -> None:
    limits = room.app.posts.limits()
    assert (limits["share"], limits["manual"]) == (140, 2000)
    assert room.draft(gateway="manual").length_limit == limits["manual"]
