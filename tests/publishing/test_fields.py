"""What people write is taken whole or refused, never cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.fields import LONGEST_REMARK, in_words
from tests.publishing.newsroom import Newsroom
from weibo_ops.kernel.errors import UsageError


@given(st.text(max_size=LONGEST_REMARK))
def test_words_are_whole_or_refused(text: str) -> None:
    if "\x00" in text.strip():
        with pytest.raises(UsageError, match="空字符"):
            in_words(text, "理由")
    else:
        assert in_words(text, "理由") == text.strip()


def test_words_that_are_too_long_are_refused_with_their_number() -> None:
    assert len(in_words("字" * LONGEST_REMARK, "理由")) == LONGEST_REMARK
    with pytest.raises(UsageError, match=r"理由.*1000字\(1001字\)"):
        in_words("字" * 1001, "理由")


def test_no_door_of_review_cuts_a_remark(room: Newsroom) -> None:
    post = room.draft().row.post_id
    room.submit(post)
    long = "须改。" * 400
    with pytest.raises(UsageError, match="超过1000字"):
        room.app.reviews.verdict(room.who("chu"), post, "退回", code=room.show(post).code, remark=long)
    with pytest.raises(UsageError, match="超过1000字"):
        room.app.reviews.remark(room.who("chu"), post, 0, 2, long)
    with pytest.raises(UsageError, match="超过1000字"):
        room.app.reviews.withdraw(room.who("zhao"), post, long, room.show(post).row.version)
    assert room.show(post).row.state == "审核中"
    assert room.show(post).remarks == ()
