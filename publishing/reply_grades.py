"""How much review a reply needs: graded authority. Pure.

Source: office, who signs what: a holding reply from an unexpired line takes one check, an ordinary reply one review,
anything on stability, law, leaders or figures the full chain.
"""

from __future__ import annotations

import re

from config.rulebook.approval import ReplyGrades

HOLDING, ORDINARY, IMPORTANT = "过程性答复", "一般答复", "重要答复"
_HARMLESS_FIGURES = re.compile(
    r"12345|110|119|120|122|[0-9０-９]{3,4}[-－ ]?[0-9０-９]{7,8}|[0-9０-９]{1,4}[年月日号时点分:：][0-9０-９]{0,2}"
)
_FIGURE = re.compile(r"[0-9０-９]|[一二三四五六七八九十百千万两]+(?:人|名|户|起|万元|亿元|元|吨|公顷|公里|%)|百分之")


def grade_of(
    text: str, grades: ReplyGrades, *, holding: bool = False, hits: bool = False, sensitive: bool = False
) -> tuple[str, str]:
    """Return the grade of a reply and the reason in words.

    Args:
        text: of the reply.
        grades: what the standard says.
        holding: whether it is word for word an approved line that has not expired.
        hits: whether a check found something that a person had to explain.
        sensitive: whether it goes out on a sensitive day.
    """
    if hits:
        return IMPORTANT, "检查命中,经说明放行"
    if sensitive:
        return IMPORTANT, "敏感时段"
    if holding:
        return HOLDING, "按有效口径答复"
    word = next((word for word in grades.important_words if word in text), "")
    if word:
        return IMPORTANT, f"涉及“{word}”"
    if grades.figures and _FIGURE.search(_HARMLESS_FIGURES.sub("", text)):
        return IMPORTANT, "含有数字"
    return ORDINARY, "一般答复"
