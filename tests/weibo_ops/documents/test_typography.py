from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.documents.typography import full_width

SENTENCES = st.text(alphabet="件按时2026AZ,;:?!()“”（），。:% -/", max_size=40)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("应答复3件,按时2件,未答复1件列入未按时。", "应答复3件，按时2件，未答复1件列入未按时。"),
        ("国办秘函〔2019〕19号:前2周内无更新(已见原文)", "国办秘函〔2019〕19号：前2周内无更新（已见原文）"),
        ("截至2026-09-30 23:45,该账号", "截至2026-09-30 23:45，该账号"),
        ("暂停更新(已报备)", "暂停更新（已报备）"),
        ("占39.5%,其余;另计", "占39.5%，其余；另计"),
        ("见 https://example.invalid/a?b=1,2 和 f(x), g(y)", "见 https://example.invalid/a?b=1,2 和 f(x), g(y)"),
        ("共1,234件(n=1234)", "共1,234件（n=1234）"),
        ("可以吗?好!", "可以吗？好！"),
        ("plain text, only (latin): yes!", "plain text, only (latin): yes!"),
    ],
)
def test_marks_beside_chinese_are_widened_and_others_stay(typed: str, printed: str) -> None:
    assert full_width(typed) == printed


@given(SENTENCES)
def test_it_changes_marks_alone_and_is_done_once(text: str) -> None:
    wide = full_width(text)
    assert full_width(wide) == wide
    narrow = str.maketrans("，；：？！（）", ",;:?!()")
    assert wide.translate(narrow) == text.translate(narrow)
