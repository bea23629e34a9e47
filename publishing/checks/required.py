"""Word lists that a content class may not go without."""

from __future__ import annotations

from collections.abc import Iterator

from config.rulebook.content import ContentBook
from publishing.checks.drafts import Draft
from publishing.checks.hits import Hit, hit
from publishing.checks.words import WordIndex


def check_required_lists(draft: Draft, book: ContentBook, words: WordIndex) -> Iterator[Hit]:
    """Point out that a list which the content class needs is missing, empty or expired."""
    for rule in book.required_lists:
        if draft.content_class in rule.classes and not words.holds(rule.kind, draft.on):
            yield from hit(
                rule,
                f"内容类别为“{draft.content_class}”,而“{rule.kind.value}”词表尚未导入或已过有效期。",
                0,
                0,
                f"请标准管理员导入现行的“{rule.kind.value}”词表并启用后再送审",
                rule.kind.value,
            )
