"""The register worked by keys: the tree, the sheet, an account's life by people of different units, and refusals."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.lifecycle import ACTS
from accounts.schemas.lifecycle import AccountSheet
from accounts.schemas.people import UnitEntry, UnitRow
from tests.accounts.test_lifecycle import NAME, Office
from tests.office import BOSS, CITY, OFFICE, PLANT, PRESS, WATER
from tests.tui.driver import Screens
from tui.acts.life import EFFECTS
from tui.acts.register import account_options, branch_options, new_options, plan
from tui.office import BelongingLine, Branch, Entry, entries, grow
from tui.screens.confirm import Confirm
from tui.screens.form import FormScreen
from tui.screens.options import OptionPicker
from weibo_ops.kernel import audit
from weibo_ops.kernel.text import cell_width

HOSTILE = "[red]云[/red]\x1b[31m供\u202e水"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.app.close()


def at_work(office: Office, who: str) -> Screens:
    office.app.actor = office.people[who]
    return Screens(office.app)


async def choose(on: Screens, name: str) -> None:
    """Choose in the list that is open by typing a name in full."""
    assert isinstance(on.app.screen, OptionPicker), on.text
    await on.type(name)
    await on.press("enter")


async def fill(on: Screens, **values: str) -> None:
    """Write into the fields of the form that is open and submit it."""
    form = on.app.screen
    assert isinstance(form, FormScreen), on.text
    for name, value in values.items():
        field = form.field(name)
        field.focus()
        if hasattr(field, "yes"):
            await on.press("space")
        elif field.ask.options:
            field.raw = value  # type: ignore[misc]
        else:
            await on.press("end", "ctrl+u")
            await on.type(value)
    await on.press("ctrl+s")


async def act(on: Screens, name: str, **values: str) -> None:
    """Do an act on the account under the cursor."""
    await on.press("b")
    await choose(on, name)
    await fill(on, **values)


async def test_an_account_is_applied_for_approved_filed_and_started_from_the_screens(office: Office) -> None:
    on = at_work(office, "zhao")
    async with on.open():
        assert "赵编辑 编辑" in on.lines[0]
        assert "库中还没有数据" in on.text
        await on.press("n")
        await choose(on, "申请开设")
        await fill(
            on,
            screen_name=NAME,
            need="发布停水和水质信息",
            first="zhao",
            second="li",
            upkeep="两人轮值,每周不少于三条",
        )
        assert on.column("账号") == [NAME]
        assert on.column("状态") == ["◔ 审批中"]
        assert f'"{NAME}"现为"审批中"。下一步:审批通过,期限 2026-10-22' in on.lines[-2]
        said = "".join(on.detail.split())
        for words in (
            "待审批通过",
            "行政隶属云麓市人民政府",
            "监管归口云麓市人民政府办公室",
            "申请开设zhao云麓市供水管理局发布停水",
        ):
            assert words in said
    on = at_work(office, "city")
    async with on.open():
        await act(on, "审批通过")
        assert on.column("状态") == ["◔ 备案中"]
    on = at_work(office, "sun")
    async with on.open():
        await act(on, "开设备案", filing_number="云政新备1号")
        assert "备案        云政新备1号  2026-10-08" in on.detail
    on = at_work(office, "li")
    async with on.open():
        await act(on, "启用", uid="9900000009")
        assert on.column("状态") == ["✓ 正常运行"]
    history = office.app.lifecycle.history(NAME)
    assert [each.act for each in history] == ["申请开设", "提交审批", "审批通过", "开设备案", "启用"]
    assert [each.person for each in history] == ["zhao", "zhao", "city", "sun", "li"]


async def test_a_refusal_stands_in_the_form_with_clause_and_next_step_and_keeps_what_was_typed(office: Office) -> None:
    office.run()
    on = at_work(office, "zhao")
    async with on.open():
        await act(on, "更名", new_name="云麓供水局", note="机构改革")
        assert isinstance(on.app.screen, Confirm)
        assert "新名称:云麓供水局。" in on.text
        await on.press("y")
        assert "云麓供水局" in on.column("账号")
        await act(on, "更名", new_name="云麓水务", note="再改一次")
        await on.press("y")
        form = on.app.screen
        assert isinstance(form, FormScreen)
        said = "".join(on.text.split())
        assert "2026年已更名1次" in said
        assert "依据:" in said
        assert "请于2027年再办" in said
        assert form.raw() == {"new_name": "云麓水务", "note": "再改一次"}


async def test_a_change_hands_over_only_what_was_changed(office: Office) -> None:
    office.run()
    on = at_work(office, "zhao")
    async with on.open():
        await act(on, "变更", brand_name="小水滴", note="登记品牌名")
        details = office.app.lifecycle.history(NAME)[-1].details
        assert dict(details) == {"brand_name": "小水滴"}


async def test_who_may_not_act_is_offered_nothing_and_told_why(office: Office) -> None:
    office.run()
    on = at_work(office, "feng")
    async with on.open(120, 36):
        assert "办理" not in on.lines[-1]
        assert "新增" not in on.lines[-1]
        await on.press("ctrl+p")
        await on.type("banlizhanghao")
        assert "没有匹配的命令" in on.text
        await on.press("escape", "b")
        assert on.screen.id == "accounts"
        assert "权限" in on.text
        await on.press("?")
        assert "(需要“提出账号申请”或" in on.text
    on = at_work(office, "zhao")
    async with on.open(120, 36):
        await on.press("b")
        assert '需要"账号备案"权限' in on.text
        await on.type("登记认证")
        await on.press("enter")
        assert isinstance(on.app.screen, OptionPicker), "an option that is barred cannot be taken"


async def test_the_safety_ledger_is_kept_from_the_sheet_and_numbers_stay_masked(office: Office) -> None:
    office.run()
    on = at_work(office, "zhao")
    async with on.open():
        await act(on, "换绑手机", phone="13912345678", holder="赵编辑")
        assert "139****5678  赵编辑" in on.detail
        assert "13912345678" not in on.detail
        await act(on, "登记换口令")
        assert "最近换口令  2026-10-08(0天前)" in on.detail
        await act(on, "被盗处置", note="凌晨出现非本单位所发微博")
        assert "紧急待办" in on.text
        await on.press("y")
        assert "已开出处置卡" in on.lines[-2]
        await on.press("8", "v")
        assert "被盗处置卡" in on.text


async def test_a_certification_is_filed_and_reviewed_by_two_people(office: Office, tmp_path: Path) -> None:
    office.run()
    paper = tmp_path / "盖章表格.pdf"
    paper.write_bytes(b"%PDF")
    on = at_work(office, "sun")
    async with on.open():
        await act(on, "登记认证", text=f"{WATER}官方微博", expires_on="2027-10-08", document=str(paper))
        assert "未核对" in on.detail
        assert "盖章表格.pdf" in on.detail
        await act(on, "核对认证")
        assert "须由另一人办理" in "".join(on.text.split())
    on = at_work(office, "qian")
    async with on.open():
        await act(on, "核对认证")
        assert "核对        2026-10-08 qian" in on.detail


async def test_the_tree_shows_units_with_counts_folds_and_follows_each_line(office: Office) -> None:
    office.run()
    office.app.units.change(BOSS, PLANT, UnitEntry("", sector=OFFICE))
    on = at_work(office, "sun")
    async with on.open():
        await on.press("v")
        names = [name.replace("▾", " ").strip() for name in on.column("单位和账号")]
        assert names == [CITY, OFFICE, PRESS, WATER, NAME, PLANT]
        assert on.column("账号") == ["1", "0", "0", "1", "", "0"]
        await on.press("down", "down", "down", "enter")
        assert on.column("账号") == ["1", "0", "0", "1"]
        assert "▸" in on.rows[3][0]
        await on.press("enter")
        assert len(on.rows) == 6
        await on.press("l")
        assert "单位树:行业主管" in on.lines[2]
        names = [name.replace("▾", " ") for name in on.column("单位和账号")]
        assert names.index(f"    {PLANT}") == names.index(f"  {OFFICE}") + 1
        await on.press("/")
        await on.type("供水")
        await on.press("enter")
        assert [name.replace("▾", " ").strip() for name in on.column("单位和账号")] == [WATER, NAME]


async def test_a_unit_is_entered_changed_and_dissolved_from_the_tree(office: Office) -> None:
    on = at_work(office, "admin")
    async with on.open():
        await on.press("n")
        await choose(on, "登记单位")
        await fill(on, name="云麓市公园管理处", parent=CITY, level="地市级")
        await on.press("v", "end")
        assert "云麓市公园管理处" in on.row[0]
        await act(on, "修改单位", function="公园", area="")
        assert "职能        公园" in on.detail
        await act(on, "修改单位", parent=PLANT)
        row = office.app.units.show("云麓市公园管理处")
        assert (row.parent, row.function) == (PLANT, "公园")
        await on.press("end")
        await act(on, "撤销单位", reason="云编〔2026〕9号")
        await on.press("y")
        assert "已撤销" in on.detail


async def test_all_accounts_are_checked_after_a_question(screens: Screens) -> None:
    async with screens.open():
        await screens.press("x")
        assert "待核实的“发现”" in "".join(screens.text.split())
        assert isinstance(screens.app.screen, FormScreen)
        await screens.press("ctrl+s")
        assert "已检查 3 个账号:否决 1,扣分 1" in screens.lines[-2]
    with screens.app.services.db.reading() as session:
        assert audit.verify(session).broken_at is None


async def test_who_acts_is_asked_anew_for_every_act(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.run()
    on = at_work(office, "zhao")
    async with on.open():
        monkeypatch.setattr(office.app, "_from_session", True)
        await act(on, "登记换口令")
        assert "请先登录" in "".join(on.text.split()), "the session has ended while the window was open"
        assert office.app.safety.ledger(BOSS, NAME)[0].password_changed_on is None


@pytest.mark.parametrize("size", [(80, 24), (130, 40), (60, 20), (41, 12)])
async def test_hostile_names_are_harmless_in_tree_sheet_and_forms(office: Office, size: tuple[int, int]) -> None:
    office.run()
    with office.app.db.writing() as session:
        from accounts.models import Account, Unit

        session.query(Account).update({"screen_name": HOSTILE, "brand_name": HOSTILE, "filing_number": HOSTILE})
        session.query(Unit).filter(Unit.name == WATER).update({"short_name": HOSTILE, "function": HOSTILE})
    on = at_work(office, "zhao")
    async with on.open(*size):
        for keys in ((), ("v",), ("end", "up"), ("b",), ("变", "更", "enter"), ("escape", "n", "enter")):
            await on.press(*keys)
            for strip in on.app.screen._compositor.render_strips():
                text = "".join(segment.text for segment in strip)
                assert cell_width(text) == size[0]
                assert not set(text) & set("\x1b\u202e")


SIGHTS: dict[str, tuple[str, ...]] = {
    "register-table": (),
    "register-tree": ("v", "down", "down", "down", "down"),
    "register-acts": ("b",),
    "register-rename": ("b", "更", "名", "enter"),
    "register-sheet": ("z",),
    "register-apply": ("n", "enter"),
}


@pytest.mark.parametrize("columns", [80, 130])
@pytest.mark.parametrize("name", SIGHTS)
async def test_the_register_looks_as_agreed(
    office: Office, golden: Callable[[str, str], None], name: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.base.database_words", lambda _url: "office.db")
    office.run()
    on = at_work(office, "zhao")
    async with on.open(columns, 24):
        await on.press(*SIGHTS[name])
        assert all(cell_width(line) <= columns for line in on.lines)
        aligned = {c for line in on.lines[:4] for c in line if unicodedata.east_asian_width(c) == "A"}
        assert aligned == set()
        golden(f"{name}-{columns}", on.text)


def test_every_act_says_what_it_does() -> None:
    assert EFFECTS.keys() == ACTS.keys() - {"申请开设"}


# --- the tree as a function -----------------------------------------------------------------------------------

NAMES = "甲乙丙丁戊己"


def _unit(n: int, parent: str) -> UnitRow:
    return UnitRow(n, NAMES[n], "", "", "", "", parent, "", "", "", True, 0, 0, 0, 1)


def _entry(n: int, unit: str) -> Entry:
    blank: dict[str, Any] = dict.fromkeys(AccountSheet.__dataclass_fields__)
    return Entry(AccountSheet(**{**blank, "account_id": n, "screen_name": f"号{n}", "unit": unit}), None)


@given(
    st.lists(st.sampled_from(["", *NAMES]), min_size=1, max_size=6),
    st.lists(st.sampled_from(NAMES), max_size=8),
    st.sets(st.integers(0, 5)),
)
def test_a_tree_loses_no_unit_and_no_account_whatever_the_lines_say(
    parents: list[str], owners: list[str], folded: set[int]
) -> None:
    units = [_unit(n, parent) for n, parent in enumerate(parents)]
    known = {unit.name for unit in units}
    accounts = [_entry(n, owner) for n, owner in enumerate(owners) if owner in known]
    line = BelongingLine.ADMINISTRATION
    whole = grow(units, accounts, line, frozenset())
    assert sorted(one.unit.unit_id for one in whole if isinstance(one, Branch)) == sorted(u.unit_id for u in units)
    assert sorted(one.sheet.account_id for one in whole if isinstance(one, Entry)) == [
        a.sheet.account_id for a in accounts
    ]
    tops = [one for one in whole if isinstance(one, Branch) and one.depth == 0]
    assert sum(top.accounts for top in tops) == len(accounts)
    part = grow(units, accounts, line, folded)
    assert [one for one in part if isinstance(one, Branch) and one.depth == 0 and one.open] == [
        top for top in tops if top.unit.unit_id not in folded
    ]
    assert len(part) <= len(whole)


async def test_the_top_bar_says_who_acts_for_whom(office: Office) -> None:
    office.run()
    own = office.people["li"]
    office.app.actor = replace(own, on_behalf_of="zhao")
    on = Screens(office.app)
    async with on.open():
        assert on.lines[0].endswith("李编辑 代赵编辑")
        assert on.app.who[0] == "李编辑 编辑 受赵编辑委托"
        await act(on, "暂停更新", until="2026-10-20", note="机房检修")
        assert "暂停更新" in on.column("状态")[0]
        assert "li(代zhao)" in on.detail


@pytest.mark.parametrize("login", ["admin", "sun", "city", "zhao", "zhou", "zheng", "feng"])
def test_what_is_offered_is_what_the_permissions_allow(office: Office, login: str) -> None:
    office.run()
    actor, sheet = office.people[login], office.app.lifecycle.sheet(NAME)
    for option in account_options(sheet, actor):
        if option.value in ACTS and not option.off:
            assert actor.may(ACTS[option.value].permission)
        if not option.off:
            plan(option.value, office.app, office_entry(office))
    assert not [o for o in (*branch_options(actor), *new_options(actor)) if not o.off and login == "feng"]


def office_entry(office: Office) -> Entry:
    """The one account as a row."""
    (entry,) = entries(office.app)
    return entry
