"""The life of an account: nothing runs without approval and filing by two units; every act is in the chain."""

from __future__ import annotations

import shutil
import tempfile
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.enums import AccountStatus
from accounts.lifecycle import ACTS, open_acts
from accounts.schemas.lifecycle import Application as Wanted
from accounts.schemas.lifecycle import StockEntry
from accounts.working_days import add_working_days, working_days_between
from config.loader import shipped
from config.settings import load_settings
from tests.office import BOSS, PRESS, WATER, MovingClock, office_file, people, populate
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError, WeiboOpsError

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
NAME = "云麓供水"
CALENDAR = shipped("response").book.calendar.work_calendar()


class Office:
    """A home with people of several units on a clock that is moved by hand."""

    def __init__(self, home: Path, db: str | None = None) -> None:
        self.clock = MovingClock(NOW)
        if db is None:
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(office_file(), home / "weibo-ops.db")
        self.app = Application.open(load_settings(home, db), self.clock, BOSS)
        self.people = people(self.app) if db is None else populate(self.app)

    def apply(self, who: str = "zhao", name: str = NAME, unit: str = WATER, **more: Any) -> Any:
        given: dict[str, Any] = {
            "need": "发布停水和水质信息",
            "staffing": ("zhao", "li"),
            "upkeep": "两人轮值,每周不少于三条",
        }
        wanted = Wanted(unit, more.pop("platform", "weibo"), name, **(given | more))
        return self.app.lifecycle.apply_opening(self.people[who], wanted)

    def act(self, who: str, name: str, account: str = NAME, note: str = "情况说明", **given: Any) -> Any:
        return self.app.lifecycle.act(self.people[who], account, name, note, **given)

    def run(self, name: str = NAME) -> Any:
        """Bring an account to 正常运行."""
        self.apply(name=name)
        self.act("city", "审批通过", name)
        self.act("sun", "开设备案", name, filing_number="云政新备1号")
        return self.act("li", "启用", name, uid="9900000009")


@pytest.fixture
def office(tmp_path: Path) -> Any:
    made = Office(tmp_path / "home")
    yield made
    made.app.close()


def test_the_table_reaches_every_state_and_running_only_from_filing() -> None:
    reached = {AccountStatus.PLANNED}
    for _ in ACTS:
        reached |= {act.target for act in ACTS.values() if act.target and act.sources & reached}
    assert reached == set(AccountStatus)
    into_running = {act.name for act in ACTS.values() if act.target == AccountStatus.RUNNING}
    assert into_running == {"启用", "恢复更新", "撤销关停"}
    assert ACTS["启用"].sources == {AccountStatus.IN_FILING}
    assert open_acts("注销") == ()


def test_the_plain_way_with_limits_and_history(office: Office) -> None:
    sheet = office.apply()
    assert (sheet.status, sheet.awaits) == ("审批中", "审批通过")
    assert sheet.due_at == datetime(2026, 10, 21, 16, 0, tzinfo=UTC), "ten working days, one Saturday worked"
    sheet = office.act("city", "审批通过")
    assert (sheet.status, sheet.awaits) == ("备案中", "开设备案")
    with pytest.raises(RefusedError, match="尚未备案,不能启用"):
        office.act("zhao", "启用", uid="9900000009")
    office.act("sun", "开设备案", filing_number="云政新备1号")
    sheet = office.act("zhao", "启用", uid="9900000009")
    assert (sheet.status, sheet.uid, sheet.filing_number, sheet.awaits) == ("正常运行", "9900000009", "云政新备1号", "")
    history = office.app.lifecycle.history(NAME)
    assert [act.act for act in history] == ["申请开设", "提交审批", "审批通过", "开设备案", "启用"]
    assert not any(act.late for act in history)
    assert [row.login for row in office.app.safety.administrators(NAME)] == ["zhao", "li"]
    with office.app.db.reading() as session:
        assert audit.verify(session).broken_at is None


def test_accounts_of_several_platforms_bear_one_name_and_none_is_acted_on_by_mistake(office: Office) -> None:
    office.run()
    second = office.apply(platform="wechat")
    with pytest.raises(RefusedError, match="有2个") as refusal:
        office.act("city", "审批通过")
    assert f"#{second.account_id} 微信公众号" in str(refusal.value)
    assert office.app.lifecycle.sheet("9900000009").platform == "weibo"
    assert office.act("city", "审批通过", f"#{second.account_id}").status == "备案中"
    assert office.act("zhao", "撤回申请", f"＃{second.account_id}").status == "注销"
    assert office.app.lifecycle.sheet(NAME).platform == "weibo", "a cancelled one is no longer meant"
    assert [act.act for act in office.app.lifecycle.history(f"#{second.account_id}")][-1] == "撤回申请"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"need": " "}, UsageError, "须写明开设必要性"),
        ({"upkeep": ""}, UsageError, "须写明更新保障"),
        ({"staffing": ("zhao",)}, UsageError, "人员配备不足两名"),
        ({"staffing": ("zhao", "zhao")}, UsageError, "人员配备不足两名"),
        ({"name": "水务小管家QQ群123456"}, RefusedError, "不符合要求"),
        ({"name": "云麓市人民政府新闻办公室"}, RefusedError, "请更名"),
        ({"platform": "myspace"}, UsageError, "没有“myspace”这个平台"),
        ({"kind": "个人"}, UsageError, "须写明姓名和职务"),
        ({"unit": "没有的单位"}, RefusedError, "没有登记名为"),
        ({"unit": PRESS}, RefusedError, "由主办单位或其上级单位人员申请"),
    ],
    ids=str,
)
def test_an_application_that_lacks_something_is_refused_whole(
    office: Office, change: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        office.apply(**change)
    assert office.app.lifecycle.sheets() == []


def test_one_account_per_unit_and_platform_and_names_are_free(office: Office) -> None:
    office.run()
    with pytest.raises(RefusedError, match=r"在微博已有账号“云麓供水”.*一个单位在同一平台只开设一个账号"):
        office.apply(name="云麓供水发布")
    with pytest.raises(RefusedError, match="已由其他账号使用"):
        office.apply(name="云麓供水", unit="云麓市供水管理局第一水厂")
    assert office.apply(platform="wechat").platform == "wechat"


@pytest.mark.parametrize(
    ("who", "act", "words"),
    [
        ("zhao", "审批通过", "没有“审批账号申请”权限"),
        ("feng", "审批通过", "没有“审批账号申请”权限"),
        ("city", "启用", "没有“提出账号申请”权限"),
        ("sun", "开设备案", "现为“审批中”,不能开设备案"),
    ],
)
def test_an_act_out_of_turn_or_of_another_side_is_refused(office: Office, who: str, act: str, words: str) -> None:
    office.apply()
    with pytest.raises(RefusedError, match=words):
        office.act(who, act, filing_number="1", uid="1")
    assert office.app.lifecycle.sheet(NAME).status == "审批中"


def test_approval_and_filing_are_of_two_units_and_of_other_persons(office: Office) -> None:
    office.apply()
    office.act("sun", "审批通过")
    with pytest.raises(RefusedError, match="须由两个单位分别办理"):
        office.act("qian", "开设备案", filing_number="1")
    sun = office.people["sun"]
    deputy = Actor("city", "市(受孙委托)", sun.permissions, office.people["city"].unit_id, on_behalf_of="sun")
    with pytest.raises(RefusedError, match="须由另一人办理"):
        office.app.lifecycle.act(deputy, NAME, "开设备案", filing_number="1")
    office.act("city", "开设备案", filing_number="1")


def test_a_filing_after_its_limit_is_taken_and_called_late(office: Office) -> None:
    office.apply()
    office.act("city", "审批通过")
    office.clock.forward(days=40)
    assert [sheet.screen_name for sheet in office.app.lifecycle.due() if sheet.overdue] == [NAME]
    with pytest.raises(UsageError, match="须写明备案号"):
        office.act("sun", "开设备案", filing_number=" ")
    with pytest.raises(UsageError, match="晚于今天"):
        office.act("sun", "开设备案", filing_number="1", filed_on=date(2027, 1, 1))
    office.act("sun", "开设备案", filing_number="1")
    last = office.app.lifecycle.history(NAME)[-1]
    assert last.late
    assert "10个工作日内备案" in str(last.details["clause"])


def test_a_name_changes_once_a_year_and_the_old_one_is_held(office: Office) -> None:
    office.run()
    office.app.lifecycle.register(office.people["sun"], StockEntry(PRESS, "weibo", "9900000001", "云麓发布"))
    with pytest.raises(RefusedError, match="已由其他账号使用"):
        office.act("zhao", "更名", new_name="云麓发布")
    with pytest.raises(RefusedError, match=r"下一步:可用的名称|请换一个名称"):
        office.act("zhao", "更名", new_name="水务促销旗舰店")
    sheet = office.act("zhao", "更名", new_name="云麓供水发布")
    assert (sheet.screen_name, sheet.former_names, sheet.awaits) == ("云麓供水发布", (NAME,), "变更备案")
    with pytest.raises(RefusedError, match="平台保留至2026-10-10 10:00"):
        office.apply(name=NAME, unit="云麓市供水管理局第一水厂")
    with pytest.raises(RefusedError, match=r"2026年已更名1次.*每自然年可更名一次"):
        office.act("zhao", "更名", "云麓供水发布", new_name="云麓供水在线")
    office.clock.forward(hours=48)
    office.apply(name=NAME, unit="云麓市供水管理局第一水厂")
    office.clock.instant = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    office.act("zhao", "更名", "云麓供水发布", new_name="云麓供水在线")
    assert office.app.directory.verify("云麓供水发布").verdict == "曾用名"


def test_closing_takes_notice_filing_and_patience(office: Office) -> None:
    office.run()
    for lacking, words in (({"note": ""}, "公告内容"), ({"decision": ""}, "集体研究")):
        with pytest.raises(UsageError, match=words):
            office.act("zhao", "关停公告", **({"decision": "党组会"} | lacking))
    sheet = office.act("zhao", "关停公告", decision="党组会2026年第9次")
    assert sheet.status_until == date(2026, 10, 29), "fifteen working days, the Saturday worked, then the next day"
    with pytest.raises(RefusedError, match="公告期未满,2026-10-29起方可注销"):
        office.act("sun", "注销", archived=True)
    office.clock.instant = datetime(2026, 10, 29, 2, tzinfo=UTC)
    with pytest.raises(RefusedError, match="尚未备案"):
        office.act("sun", "注销", archived=True)
    office.act("sun", "变更备案", filing_number="2")
    with pytest.raises(UsageError, match="内容已存档"):
        office.act("sun", "注销")
    assert office.act("sun", "注销", archived=True).status == "注销"
    assert office.app.directory.verify(NAME).verdict == "已注销"
    assert office.apply(name="云麓供水发布").status == "审批中", "the platform is free again"


def test_a_filed_pause_has_an_end_and_is_no_silence(office: Office) -> None:
    office.run()
    with pytest.raises(RefusedError, match="不超过90日"):
        office.act("zhao", "暂停更新", until=date(2027, 10, 1))
    with pytest.raises(UsageError, match="须写明止日"):
        office.act("zhao", "暂停更新", until=date(2026, 10, 1))
    office.act("zhao", "暂停更新", until=date(2026, 10, 20))
    from accounts.gathering import gather_facts
    from accounts.repository import AccountRepository

    def resting(as_of: datetime) -> tuple[str, bool]:
        with office.app.db.reading() as session:
            (facts,) = gather_facts(AccountRepository(session), as_of).values()
        return facts.status, facts.resting

    assert not resting(NOW)[1], "before the pause"
    assert resting(datetime(2026, 10, 15, tzinfo=UTC)) == ("暂停更新(已报备)", True)
    assert resting(datetime(2026, 10, 25, tzinfo=UTC)) == ("暂停更新(已报备)", False), "the pause is over"


def test_two_that_approve_at_once(tmp_path: Path, database_url: str) -> None:
    office = Office(tmp_path / "home", database_url)
    office.apply()
    outcomes: list[str] = []

    def approve(who: str) -> None:
        try:
            office.act(who, "审批通过")
            outcomes.append("done")
        except (ConflictError, RefusedError):
            outcomes.append("refused")

    threads = [threading.Thread(target=approve, args=(who,)) for who in ("city", "sun")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert [act.act for act in office.app.lifecycle.history(NAME)].count("审批通过") == 1
    office.app.close()


@given(st.integers(0, 300 * 24 * 3600), st.integers(1, 30))
def test_a_limit_in_working_days_against_a_walk(second: int, days: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    due = add_working_days(CALENDAR, begin, days)
    assert due is not None
    last = beijing_date(due - timedelta(microseconds=1))
    passed, day = 0, beijing_date(begin)
    while day < last:
        day += timedelta(days=1)
        passed += CALENDAR.is_workday(day)
    assert passed == days
    assert CALENDAR.is_workday(last)
    assert working_days_between(CALENDAR, begin, due - timedelta(microseconds=1)) == days


def test_a_limit_that_enters_a_year_without_a_calendar_is_open() -> None:
    assert add_working_days(CALENDAR, datetime(2026, 12, 25, tzinfo=UTC), 30) is None


class Life(RuleBasedStateMachine):
    """Whatever people of all units try: running means approved and filed by two units, and all of it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.moves = 0

    @initialize()
    def open(self) -> None:
        self.office = Office(Path(self.folder.name) / "home")
        self.office.apply()
        with self.office.app.db.reading() as session:
            self.entries = audit.verify(session).entries

    def teardown(self) -> None:
        self.office.app.close()
        self.folder.cleanup()

    @rule(
        who=st.sampled_from(["zhao", "zhou", "sun", "qian", "city", "wu", "feng"]),
        behalf=st.sampled_from([None, None, None, "sun", "city", "zhao"]),
        act=st.sampled_from([name for name in ACTS if name != "申请开设"]),
    )
    def act(self, who: str, behalf: str | None, act: str) -> None:
        self._try(who, behalf, act)

    @rule(who=st.sampled_from(["zhao", "city", "sun", "zhao"]), pick=st.integers(0, 5))
    def act_that_is_open(self, who: str, pick: int) -> None:
        sheet = self.office.app.lifecycle.sheets()[0]
        if sheet.open_acts:
            self._try(who, None, sheet.open_acts[pick % len(sheet.open_acts)])

    def _try(self, who: str, behalf: str | None, act: str) -> None:
        actor = self.office.people[who]
        if behalf is not None and behalf != who:
            principal = self.office.people[behalf]
            actor = Actor(who, who, principal.permissions, principal.unit_id, on_behalf_of=behalf)
        before = self.office.app.lifecycle.sheets()
        today = beijing_date(self.office.clock.now())
        given: dict[str, Any] = {
            "filing_number": "云政新备1号",
            "uid": "9900000009",
            "new_name": "云麓供水发布" if before[0].screen_name == NAME else NAME,
            "until": today + timedelta(days=5),
            "decision": "党组会",
            "archived": True,
            "brand_name": "小水滴",
        }
        try:
            self.office.app.lifecycle.act(actor, before[0].screen_name, act, "情况", **given)
        except WeiboOpsError:
            assert self.office.app.lifecycle.sheets() == before
        else:
            self.moves += 1

    @rule(days=st.sampled_from([1, 10, 30]))
    def wait(self, days: int) -> None:
        if self.office.clock.now() < datetime(2026, 11, 20, tzinfo=UTC):
            self.office.clock.forward(days=days)

    @invariant()
    def running_means_approved_and_filed_by_two_units(self) -> None:
        sheet = self.office.app.lifecycle.sheets()[0]
        history = self.office.app.lifecycle.history(sheet.screen_name)
        if any(act.state_after == "正常运行" for act in history):
            start = next(n for n, act in enumerate(history) if act.act == "启用")
            approved = [act for act in history[:start] if act.act == "审批通过"][-1]
            filed = [act for act in history[:start] if act.act == "开设备案"][-1]
            assert history.index(filed) > history.index(approved)
            assert approved.unit != filed.unit
            assert WATER not in (approved.unit, filed.unit)
            applied = {history[0].person, history[1].person}
            assert not applied & {approved.person, approved.on_behalf_of, filed.person, filed.on_behalf_of}
            assert sheet.filing_number

    @invariant()
    def every_act_is_in_the_chain(self) -> None:
        with self.office.app.db.reading() as session:
            report = audit.verify(session)
        assert report.broken_at is None
        assert report.entries == self.entries + self.moves


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=8, stateful_step_count=25, phases=[Phase.generate])
