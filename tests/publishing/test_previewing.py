"""A preview of a draft says exactly what publishing it and looking again then does to the posts that wait."""

from __future__ import annotations

import pytest

from accounts.schemas.standards import APPEARS, RISES, VANISHES, PreviewTable
from tests.publishing.newsroom import OTHER, TEXT, Newsroom
from weibo_ops.kernel.clock import beijing_date

PLAIN = "梧桐路雨后积水已排除,道路恢复通行。"
WORD = "雨后积水"


def draft_of(room: Newsroom, book: str, *edits: tuple[str, str]) -> int:
    """A draft of the layer 单位 for today; return its number."""
    day = beijing_date(room.clock.now())
    draft = room.app.standard_drafts.new(room.who("zheng"), book, "单位", effective_from=day)
    text = draft.text
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return room.app.standard_drafts.edit(room.who("zheng"), draft.draft_id, text, draft.version).draft.draft_id


def preview(room: Newsroom, draft: int) -> PreviewTable:
    (table,) = room.app.standard_publishing.preview(draft).tables
    return table


def publish(room: Newsroom, draft: int) -> None:
    digest = room.app.standard_publishing.preview(draft).digest
    room.app.standard_publishing.publish(room.who("wang"), draft, digest)
    room.app.rechecks.recheck(room.who("sun"))


def stored(room: Newsroom, posts: list[int]) -> set[tuple[int, str, str]]:
    return {(post, hit.rule_id, hit.message) for post in posts for hit in room.show(post).hits}


def told(table: PreviewTable, change: str) -> set[tuple[str, str]]:
    """The hits that a preview tells of, as (rule, message)."""
    return {
        (row.rule_id, row.message)
        for row in table.rows
        if row.change == change and row.title not in ("审批链变动", "须重新送审")
    }


def as_told(hits: set[tuple[int, str, str]]) -> set[tuple[str, str]]:
    return {(rule, f"稿件{post}:{message}") for post, rule, message in hits}


def going_back(table: PreviewTable) -> set[int]:
    return {int(row.message.removeprefix("稿件").partition(":")[0]) for row in table.rows if row.title == "须重新送审"}


def waiting_posts(room: Newsroom) -> list[int]:
    """A signed one, one in review, one of another account, and one that lets a hit through with a reason."""
    notice = {"content_class": "公告", "source_basis": "供水调度令", "secrecy_review": "可公开"}
    posts = [room.signed(text=PLAIN), room.draft(text=TEXT, **notice).row.post_id]
    posts.append(room.draft(who="wu", text=f"{PLAIN}一厂供水正常。", account=OTHER).row.post_id)
    explained = room.draft(text="按装水表的用户请在家等候,维修人员持证上门。").row.post_id
    for hit in room.show(explained).hits:
        if hit.blocks:
            room.app.posts.waive(room.who("zhao"), explained, hit.number, "系引用用户原话")
    room.submit(posts[1])
    room.submit(posts[2], who="wu")
    room.submit(explained)
    return [*posts, explained]


CHANGES = {
    "a forbidden word comes": ("words", ("赭石违禁样词\n", f"赭石违禁样词\n{WORD}\n")),
    "a misprint comes": ("words", ("按装 | 安装\n", "按装 | 安装\n道路恢复 | 交通恢复\n")),
    "a misprint goes": ("words", ("按装箱\n", "按装箱\n按装水表\n")),
    "a severity rises": ("words", ('severity = "deduct"\nkind = "错别字"', 'severity = "veto"\nkind = "错别字"')),
    "a pattern comes": ("content", ("patterns = ['限时", f"patterns = ['{WORD}', '限时")),
    "a chain grows": (
        "approval",
        ('enabled = false\nwhen = { classes = ["政策", "解读", "领导活动"] }', 'when = { classes = ["公告"] }'),
    ),
}


EXPECTED = {
    "a forbidden word comes": (0, 0, 2),
    "a misprint comes": (0, 0, 2),
    "a misprint goes": (1, 0, 0),
    "a severity rises": (0, 1, 0),
    "a pattern comes": (0, 0, 0),
    "a chain grows": (0, 0, 1),
}
"""Hits that vanish, hits that weigh more, posts that go back."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_preview_is_what_then_happens(room: Newsroom, change: str) -> None:
    posts = waiting_posts(room)
    book, edit = CHANGES[change]
    draft = draft_of(room, book, edit)
    before, states = stored(room, posts), {post: room.show(post).row.state for post in posts}
    table = preview(room, draft)
    assert stored(room, posts) == before
    assert {post: room.show(post).row.state for post in posts} == states
    publish(room, draft)
    after = stored(room, posts)
    assert told(table, APPEARS) == as_told(after - before)
    assert told(table, VANISHES) == as_told(before - after)
    assert going_back(table) == {post for post in posts if room.show(post).row.state == "草稿"}
    assert table.governed == 2
    assert (table.count(VANISHES), table.count(RISES), len(going_back(table))) == EXPECTED[change]
