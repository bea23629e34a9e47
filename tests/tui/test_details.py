"""What the pane says, in Chinese throughout."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from accounts.finding_rules import CONFIRMED
from config.rulebook.evaluation import Fact
from evaluation.words import fact_words
from tests.tui import city
from tests.tui.driver import Screens
from tui import office
from tui.details.account import file_sheet
from tui.details.register import EVIDENCE_WORDS, finding_blocks
from tui.glyphs import Glyphs
from tui.sheet import Field, Head

CHECKS = Path(__file__).resolve().parents[2] / "accounts" / "checks"


def test_every_piece_of_evidence_has_a_chinese_name() -> None:
    nodes = [node for file in CHECKS.glob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    changes_of_rules = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.keyword) and node.arg == "update"
        for inner in ast.walk(node.value)
    }
    keys = {
        key.value
        for node in nodes
        if isinstance(node, ast.Dict) and node.keys and id(node) not in changes_of_rules
        if all(isinstance(key, ast.Constant) for key in node.keys)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isascii()
    }
    assert {"as_of", "verified_reason"} <= keys <= EVIDENCE_WORDS.keys()


def test_every_fact_has_a_chinese_name() -> None:
    words = fact_words()
    assert not [fact for fact in Fact if words.get(fact.value, "").isascii()]


async def test_a_finding_is_unconfirmed_until_a_person_confirms_it(screens: Screens) -> None:
    service = screens.app.services.accounts
    (row,) = [row for row in service.list_accounts() if row.screen_name == city.LABOUR]
    findings = [finding for finding in service.findings() if finding.account_id == row.account_id]
    assert findings
    for state in ("发现", "核实", "告知与申辩", "确认", "交办", "反馈", "复核", "办结"):
        blocks = finding_blocks([replace(finding, state=state) for finding in findings], Glyphs())
        heads = [block.text for block in blocks if isinstance(block, Head) and block.text.endswith(")")]
        assert len(heads) == len(findings)
        assert all(("待核实" in head) == (state not in CONFIRMED) and state in head for head in heads)
        assert (state in CONFIRMED) == (state in ("确认", "交办", "反馈", "复核", "办结"))


async def test_an_account_that_was_never_observed_has_no_data_not_zero(screens: Screens) -> None:
    (entry, *_) = office.entries(screens.app.services)
    assert entry.row is not None
    bare = replace(
        entry.row,
        covered_until=None,
        posts_observed=0,
        last_post_at=None,
        followers_count=None,
        verified=None,
        verified_reason="",
    )
    file = office.account_file(screens.app.services, replace(entry, row=bare))
    told = {block.label: block.text for block in file_sheet(file, Glyphs()).blocks if isinstance(block, Field)}
    assert [told[name] for name in ("观测微博", "最近更新", "粉丝", "平台显示", "观测截至")] == ["无数据"] * 5
    async with screens.open():
        assert screens.screen.row_of(replace(entry, row=bare))[5].text == "无数据"
        assert [cell.text for cell in screens.screen.row_of(replace(entry, row=None))[4:]] == ["无数据"] * 2 + ["-"] * 3


async def test_a_comment_without_a_clock_says_why(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "/")
        await screens.type("点赞")
        await screens.press("enter")
        assert "不属于应答复范围" in screens.detail
        assert "- 不计时限" in screens.row


async def test_a_number_names_its_inputs_in_chinese_with_the_names_of_the_command_line(screens: Screens) -> None:
    async with screens.open():
        await screens.press("4", "down", "enter", "enter")
        place = screens.column("编号").index("on_time_rate")
        await screens.press(*["down"] * place)
        why = screens.app.services.evaluation.why(1, city.UIDS[city.PUBLISHING], "on_time_rate")
        said = "".join(screens.detail.split())
        for name, value in why.inputs.items():
            assert f"({name})={value}" in said
        for digest in why.versions.values():
            assert digest in said
