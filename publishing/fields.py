"""What people write beside a post: taken whole or refused, never cut. Pure."""

from __future__ import annotations

from weibo_ops.kernel.errors import UsageError

LONGEST_REMARK = 1_000
"""Characters of a remark, a reason, a note."""


def in_words(text: str, what: str, *, longest: int = LONGEST_REMARK) -> str:
    """Return what a person wrote, without blanks around it.

    Args:
        text: as given; an empty one stays empty.
        what: what it is called in the refusal, such as 理由.
        longest: how many characters it may have.

    Raises:
        UsageError: it is too long or holds a null character.
    """
    words = text.strip()
    if len(words) > longest or "\x00" in words:
        raise UsageError(f"{what}含空字符或超过{longest}字({len(words)}字)。", next_step="请精简后重试。")
    return words
