"""The monthly report: every number is the services' number, what was not observed is 无数据, nobody is ranked."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from accounts.models import Account, Finding
from publishing.models import ContentHit
from sentiment.models import Comment, ResponseClock
from sentiment.schemas import ResponseStats
from tests.conftest import NOW
from tests.evaluation.city import (
    COMMENTS_UNSEEN,
    NEVER_OBSERVED,
    OBSERVED_UNTIL,
    PERIOD,
    City,
    build,
    expected_facts,
)
from weibo_ops.bootstrap import Application
from weibo_ops.documents import NO_DATA, Chart, Document, Heading, KeyFigures, Listing, Note, Paragraph, Table, render
from weibo_ops.documents.typography import full_width
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import FixedClock, Period, beijing_date
from weibo_ops.kernel.errors import RefusedError


@pytest.fixture(scope="module")
def city() -> City:
    return build()


def filled(app: Application, city: City) -> Application:
    """Store the city, its clocks judged by the shipped response book."""
    loaded = app.standards.in_force("response", PERIOD.last_day)
    with app.db.writing() as session:
        city.store(session)
        session.execute(
            update(ResponseClock)
            .where(ResponseClock.due)
            .values(standard_digest=loaded.digest, target_id=loaded.book.targets[0].id)
        )
    return app


@pytest.fixture
def office(any_app: Application, city: City) -> Application:
    """The application over the city, on SQLite and on PostgreSQL."""
    return filled(any_app, city)


@pytest.fixture
def small_office(app: Application, city: City) -> Application:
    """The application over the city, on SQLite alone."""
    return filled(app, city)


def table(document: Document, caption: str) -> Table:
    return next(block for block in document.tables if block.caption.endswith(caption))


def charts(document: Document) -> list[Chart]:
    return [block for block in document.blocks if isinstance(block, Chart)]


def words(document: Document) -> str:
    """Everything that the document says outside its tables and charts."""
    said: list[str] = [document.title, document.subtitle, document.mark]
    said += [f"{name}：{value}" for name, value in document.details]
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph | Note):
            said.append(block.text)
        elif isinstance(block, Listing):
            said += block.items
        elif isinstance(block, KeyFigures):
            said += [f"{item.label}{item.value}" for item in block.items]
    return "\n".join(said)


def section(document: Document, number: str) -> str:
    """The text of one numbered section, tables left out."""
    blocks = list(document.blocks)
    start = next(place for place, block in enumerate(blocks) if _starts(block, number))
    rest = blocks[start + 1 :]
    heads = [place for place, block in enumerate(rest) if isinstance(block, Heading) and block.level == 1]
    return words(Document("", NOW, tuple(rest[: heads[0]] if heads else rest))).strip()


def _starts(block: object, number: str) -> bool:
    return isinstance(block, Heading) and block.text.startswith(f"{number}、")


# --- the same numbers everywhere ----------------------------------------------------------------------------------


def test_response_times_are_those_of_the_service(office: Application) -> None:
    document = office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    stats = office.responses.stats(OBSERVED_UNTIL, PERIOD)
    rows = table(document, "各账号应答复留言办理情况").rows
    assert [row[0] for row in rows] == [row.account for row in stats]
    for row, wanted in zip(rows, stats, strict=True):
        seen = wanted.comments or wanted.account not in ("虚构第4局", "虚构第5局")
        assert row[1:] == (_answers(wanted) if seen else (None,) * 8)
    total = stats[-1]
    assert full_width(total.sentence) in words(document)
    assert total.sentence.startswith(f"应答复{total.due}件,")
    (figures,) = (block for block in document.blocks if isinstance(block, KeyFigures))
    hints = {item.label: item.hint for item in figures.items}
    assert hints["按时答复率"] == f"按时{total.on_time}／已答复或已到期限{total.rate_denominator}"
    assert f"按时答复率{total.on_time_rate:.1%}（{total.on_time}/{total.rate_denominator}）" in words(document)


def _answers(stats: ResponseStats) -> tuple[int | float | None, ...]:
    counts = (stats.due, stats.on_time, stats.late, stats.overdue, stats.open, stats.undetermined)
    return (*counts, stats.on_time_rate, stats.rate_denominator)


def test_posts_and_comments_are_a_plain_count(office: Application, city: City) -> None:
    rows = table(office.reports.monthly(PERIOD, OBSERVED_UNTIL), "账号与观测情况").rows
    for number, row in enumerate(rows, 1):
        facts = expected_facts(city, number, OBSERVED_UNTIL)
        assert row[3] == (None if number == NEVER_OBSERVED else facts["posts"])
        assert row[4] == (None if number >= COMMENTS_UNSEEN else facts["public_comments"])


def test_days_natures_and_subjects_add_up_to_the_whole(office: Application, city: City) -> None:
    with office.db.writing() as session:
        session.execute(update(Comment).where(Comment.id % 3 == 0).values(nature="求助", subject="市政设施"))
        session.execute(update(Comment).where(Comment.id % 3 == 1).values(nature="咨询"))
    document = office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    total = office.responses.stats(OBSERVED_UNTIL, PERIOD)[-1]
    public = [
        beijing_date(row["created_at"])
        for row in city.comments
        if not row["official"] and PERIOD.start <= row["created_at"] < OBSERVED_UNTIL
    ]
    comments, due = charts(document)[0].series
    by_day = Counter(f"{day.month}-{day.day}" for day in public)
    assert dict(zip(charts(document)[0].categories, comments.values, strict=True)) == {
        name: by_day[name] for name in charts(document)[0].categories
    }
    assert sum(value or 0 for value in due.values) == total.due
    natures = table(document, "诉求性质").rows
    assert natures[-1] == ("合计", len(public), 1.0, total.due, total.on_time, total.late, total.overdue)
    for place in (1, 3, 4, 5, 6):
        assert sum(_whole(row[place]) for row in natures[:-1]) == natures[-1][place]
    subjects = table(document, "诉求领域").rows
    assert subjects[-1] == ("合计", len(public), 1.0, total.due)
    assert sum(_whole(row[1]) for row in subjects[:-1]) == len(public)
    assert subjects[-2][0] == "未归类"


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def test_outcomes_of_the_chart_are_those_of_the_table(office: Application) -> None:
    document = office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    chart = charts(document)[1]
    for place, name in enumerate(chart.categories):
        row = next(row for row in table(document, "各账号应答复留言办理情况").rows if row[0] == name)
        waiting = None if row[5] is None else _whole(row[5]) + _whole(row[6])
        assert [series.values[place] for series in chart.series] == [*row[2:5], waiting]


def test_sentiment_is_the_service_s_with_n_and_carries_no_weight(office: Application) -> None:
    document = office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    shares = office.comments.shares(period=PERIOD, as_of=OBSERVED_UNTIL)
    n = sum(vars(shares).values())
    rows = table(document, "公众评论情感构成").rows
    assert [row[1] for row in rows] == [*vars(shares).values(), n]
    assert f"n={n}" in section(document, "四")
    note = table(document, "公众评论情感构成").note
    assert "不进入任何考核和评分" in note
    assert "误差：无数据" in note


def test_a_report_sees_one_state_while_others_write(office: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    before = office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    reports = office.reports
    shares = reports.comments.shares

    def late_arrival(*arguments: Any, **named: Any) -> Any:
        with office.db.writing() as session:
            session.execute(
                insert(Comment).values(
                    id=999_999,
                    platform="weibo",
                    platform_id="late",
                    post_id=1,
                    account_id=1,
                    author_name="后来人",
                    official=False,
                    created_at=PERIOD.start + timedelta(days=1),
                    text="后到的评论",
                )
            )
        return shares(*arguments, **named)

    monkeypatch.setattr(reports.comments, "shares", late_arrival)
    assert reports.monthly(PERIOD, OBSERVED_UNTIL) == before
    monkeypatch.undo()
    assert office.reports.monthly(PERIOD, OBSERVED_UNTIL) != before


# --- what was not observed ----------------------------------------------------------------------------------------


def test_what_was_not_observed_is_missing_and_named(small_office: Application) -> None:
    document = small_office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    rows = table(document, "账号与观测情况").rows
    assert rows[NEVER_OBSERVED - 1][3:] == (None, None, None, None)
    assert rows[COMMENTS_UNSEEN - 1][4] is None
    assert "未观测到微博的账号1个：虚构第5局" in words(document)
    assert "未观测到评论的账号2个：虚构第4局、虚构第5局" in words(document)


@pytest.mark.parametrize("label", ["2025Q1", "2027-01"])
def test_an_empty_period_says_no_data_and_no_zero(small_office: Application, label: str) -> None:
    document = small_office.reports.monthly(Period.parse(label), OBSERVED_UNTIL)
    for number in ("三", "四", "五"):
        assert section(document, number).startswith(NO_DATA)
    assert charts(document) == []
    assert not [value for block in document.tables for row in block.rows for value in row if value == 0]
    figures = next(block for block in document.blocks if isinstance(block, KeyFigures))
    assert [item.value for item in figures.items[1:4]] == [NO_DATA] * 3


def test_without_any_import_there_is_no_report(app: Application) -> None:
    with pytest.raises(RefusedError, match="还没有观测数据"):
        app.reports.monthly(PERIOD)


@pytest.mark.parametrize("label", ["2026-09", "2026-08-01..2026-08-15", "2026H2", "2026"])
def test_any_period_works_and_names_its_window(small_office: Application, label: str) -> None:
    period = Period.parse(label)
    document = small_office.reports.monthly(period)
    stats = small_office.responses.stats(period=period)
    assert table(document, "各账号应答复留言办理情况").rows[-1][1:] == _answers(stats[-1])
    assert len(charts(document)[0].categories) <= 100


# --- what is never written ----------------------------------------------------------------------------------------


def test_nothing_is_ranked_and_no_reach_is_shown(small_office: Application, boss: Actor) -> None:
    small_office.evaluation.run(boss, PERIOD, scheme="competitiveness")
    small_office.evaluation.run(boss, PERIOD)
    document = small_office.reports.monthly(PERIOD)
    names = [row.screen_name for row in small_office.accounts.list_accounts()]
    for caption in ("账号与观测情况", "各账号应答复留言办理情况", "评估结论"):
        shown = [row[0] for row in table(document, caption).rows if row[0] != "合计"]
        assert shown == names
    heads = {column.name for block in document.tables for column in block.columns}
    assert not [head for head in heads if any(word in head for word in ("位次", "粉丝", "点赞", "转发", "得分", "uid"))]
    assert "另有研判测算1次，仅供研判参考，不用于考核评比" in section(document, "五")


def test_results_are_those_of_the_newest_graded_run(small_office: Application, boss: Actor) -> None:
    assert section(small_office.reports.monthly(PERIOD), "五").startswith(f"{NO_DATA}：本期尚未作评估")
    small_office.evaluation.run(boss, PERIOD)
    newest = small_office.evaluation.run(boss, PERIOD, scope="市政务公开办")
    small_office.evaluation.run(boss, Period.parse("2026-08"))
    document = small_office.reports.monthly(PERIOD)
    scores = {row.screen_name: row for row in small_office.evaluation.show(newest.run_id)}
    rows = table(document, "评估结论").rows
    assert [row[0] for row in rows] == list(scores)
    assert [row[4] for row in rows] == [score.coverage for score in scores.values()]
    assert f"第{newest.run_id}号评估（草稿）" in section(document, "五")
    assert "监管归口市政务公开办" in section(document, "五")


def test_a_run_that_knows_more_than_the_report_is_left_out(small_office: Application, boss: Actor) -> None:
    small_office.evaluation.run(boss, PERIOD, as_of=OBSERVED_UNTIL)
    earlier = OBSERVED_UNTIL - timedelta(days=3)
    assert section(small_office.reports.monthly(PERIOD, earlier), "五").startswith(NO_DATA)


def test_findings_name_their_clause_and_wait_for_a_person(small_office: Application, boss: Actor) -> None:
    small_office.accounts.check(boss, OBSERVED_UNTIL)
    with small_office.db.writing() as session:
        first = small_office.accounts.findings()[0].finding_id
        session.execute(update(Finding).where(Finding.id == first).values(state="确认"))
    findings = small_office.accounts.findings()
    document = small_office.reports.monthly(PERIOD)
    rows = table(document, "检查发现").rows
    assert [row[0] for row in rows] == [finding.screen_name for finding in findings]
    assert [row[4] for row in rows] == ["确认", *["待核实"] * (len(rows) - 1)]
    assert all(str(row[3]).strip("：") for row in rows)
    assert document.mark == "内部工作稿"
    assert f"现存发现{len(findings)}项" in section(document, "二")


def test_hits_are_counted_for_the_period_and_not_quoted(small_office: Application) -> None:
    def hit(post_id: int) -> dict[str, object]:
        return {
            "post_id": post_id,
            "rule_id": "r",
            "start": 0,
            "end": 2,
            "severity": "deduct",
            "title": "手机号码",
            "message": "含手机号码“138****0000”",
            "clause": "应作隐去处理",
            "source": "某规定",
            "trust": "V",
            "suggestion": "改为“138****0000”",
            "standard_digest": "d",
        }

    outside = 3  # published at the very end of the period, which is outside it
    with small_office.db.writing() as session:
        session.execute(insert(ContentHit), [hit(5), hit(5) | {"start": 5}, hit(6), hit(outside)])
    document = small_office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    assert table(document, "文字提示").rows == (("手机号码", "扣分", "某规定：应作隐去处理", 3, 2),)
    assert "138" not in words(document)


# --- the paper ----------------------------------------------------------------------------------------------------


def test_title_comes_from_the_settings_and_period_is_in_words(small_office: Application) -> None:
    document = small_office.reports.monthly(PERIOD)
    assert (document.title, document.subtitle) == ("政务微博运行情况月报", "2026年第三季度")
    assert dict(document.details)["截至时间"] == "2026年9月29日20:00（北京时间）"
    assert dict(document.details)["统计周期"] == "2026年7月1日至9月30日（数据至9月29日）"
    assert dict(document.details)["数据来源"] == "测试"


def test_sections_tables_and_charts_are_numbered_in_order(small_office: Application, boss: Actor) -> None:
    small_office.accounts.check(boss, OBSERVED_UNTIL)
    document = small_office.reports.monthly(PERIOD)
    heads = [block.text[:2] for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert heads == ["一、", "二、", "三、", "四、", "五、", "六、", "七、"]
    for kind, blocks in (("表", document.tables), ("图", charts(document))):
        assert [block.caption.split()[0] for block in blocks] == [f"{kind}{n}" for n in range(1, len(blocks) + 1)]
    assert len(charts(document)) >= 2


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf"])
def test_the_same_data_and_clock_give_the_same_bytes(small_office: Application, suffix: str) -> None:
    made = [render(small_office.reports.monthly(PERIOD), suffix) for _ in range(2)]
    assert made[0] == made[1]


def test_another_clock_changes_nothing_but_the_time_of_making(small_office: Application) -> None:
    document = small_office.reports.monthly(PERIOD)
    later = FixedClock(datetime.fromisoformat("2027-03-01T00:00:00+00:00"))
    service = small_office.reports
    service.clock = later
    again = service.monthly(PERIOD)
    assert again.created == later.now()
    assert again.blocks == document.blocks
    assert dict(again.details) | {"生成时间": ""} == dict(document.details) | {"生成时间": ""}


def test_many_accounts_are_drawn_by_function(small_office: Application) -> None:
    with small_office.db.writing() as session:
        session.execute(
            insert(Account),
            [
                {"platform": "weibo", "uid": str(8000 + n), "screen_name": f"虚构第{n}站", "unit_id": 1 + n % 5}
                | {"kind": "机构", "status": "正常运行"}
                for n in range(40)
            ],
        )
    document = small_office.reports.monthly(PERIOD, OBSERVED_UNTIL)
    chart = charts(document)[1]
    assert sorted(chart.categories) == ["职能0", "职能1"]
    total = small_office.responses.stats(OBSERVED_UNTIL, PERIOD)[-1]
    assert sum(value or 0 for value in chart.series[0].values) == total.on_time
