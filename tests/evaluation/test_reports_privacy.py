"""The monthly report of an imported export: whoever wrote, and whatever they wrote, it tells on no citizen."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import update

from config.loader import shipped
from evaluation.reports.words import HIDDEN, quote
from sentiment.models import Comment
from sentiment.scoring import load_scorer
from tests import exports
from tests.weibo_ops.documents.pdf_pages import pages
from weibo_ops.bootstrap import Application
from weibo_ops.demo import generate
from weibo_ops.documents import FORMATS, Chart, Document, render
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Period, parse_as_of

BOOK = shipped("content").book
PERIOD = Period.parse("2026-07")
AS_OF = parse_as_of("2026-07-31")
REPORT = "举报某某黑作坊夜里偷排污水,地点在三号桥东侧第二家"
NAMES = ("云上一叶舟", "木子李", "爱晒太阳的猫", "小城旧事", "[哈哈]老王", "=cmd|calc", "<b>粗人</b>", "控\u202e制")
TEXTS = (
    "求助:楼道停电两天,物业无人处理,联系电话13800000000,请派人来看",
    "求助,孩子走失,@爱晒太阳的猫 @小城旧事 请帮忙转发 木子李 谢谢",
    REPORT,
    "求助!老人被困电梯\x00\x1b[31m红\u202e字",
    "请问在哪办理居住证" + "很" * 11_000 + "急",
    "=cmd|' /C calc'!A0 求助,停水两天没人管",
    "<script>alert(1)</script> 求助 燃气泄漏",
    "求助,工资拖欠三个月,身份证110101199003070011,卡号 6222 0200 0000 0000 000",
)


@pytest.fixture
def office(app: Application, boss: Actor, tmp_path: Path) -> Application:
    """The application after the import of one account's export in which everyone waits for an answer."""
    rows = [
        exports.comment(number, 1, f"2026-07-{number + 2:02d} 10:00:00", name, text)
        for number, (name, text) in enumerate(zip(NAMES, TEXTS, strict=True), 1)
    ]
    folder = exports.export(tmp_path / "export", [exports.post(1, "2026-07-01 09:00:00", comments="8")], rows)
    app.intake.import_folder(boss, folder)
    app.bus.dispatch()
    return app


class Reader(HTMLParser):
    """Collects what a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def shown(document: Document, suffix: str) -> str:
    """What a reader of the file can read."""
    content = render(document, suffix)
    if suffix == ".pdf":
        return "".join(page.text for page in pages(content))
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
    text = content.decode("utf-8-sig")
    if suffix not in (".html", ".docx"):
        return text
    reader = Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.said)


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_nickname_number_or_report_comes_out(office: Application, suffix: str) -> None:
    text = shown(office.reports.monthly(PERIOD, AS_OF), suffix)
    assert "求助" in text
    assert [name for name in NAMES if name in text] == []
    assert [number for number in ("13800000000", "110101199003070011", "0200 0000") if number in text] == []
    assert "黑作坊夜里" not in text
    assert "三号桥" not in text
    assert "很" * 60 not in text


def test_waiting_calls_for_help_are_quoted_short_and_masked(office: Application) -> None:
    document = office.reports.monthly(PERIOD, AS_OF)
    table = next(table for table in document.tables if table.caption.endswith("尚待答复的求助留言"))
    assert table.rows
    assert {str(row[1]) for row in table.rows} <= {"云**", "木**", "小**", "***", "=**", "<**", "控**", "[**"}
    assert all(len(str(row[4])) <= 48 for row in table.rows)


@pytest.mark.slow
def test_every_author_of_the_demo_city_is_masked(
    open_app: Callable[..., Application], boss: Actor, tmp_path: Path
) -> None:
    city = generate(tmp_path / "city")
    app = open_app("demo")
    app.intake.import_folder(boss, tmp_path / "city")
    app.bus.dispatch()
    official = {row.screen_name for row in app.accounts.list_accounts()}
    authors: set[str] = set()
    for file in (tmp_path / "city").glob("*_comments.csv"):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            authors |= {row.get("user_screen_name") or "" for row in csv.DictReader(stream)}
    text = shown(app.reports.monthly(Period.parse(city.period)), ".txt")
    assert len(authors) > 50
    assert [name for name in authors - official if len(name) >= 2 and name in text] == []


def test_the_error_shown_is_that_of_the_model_that_scored(office: Application) -> None:
    scorer = load_scorer()
    figures = scorer.weights.about["figures"]
    table = next(t for t in office.reports.monthly(PERIOD, AS_OF).tables if t.caption.endswith("公众评论情感构成"))
    assert scorer.digest[:12] in table.note
    assert all(f"{figure['accuracy']:.1%}（n={figure['n']}）" in table.note for figure in figures)
    with office.db.writing() as session:
        session.execute(
            update(Comment).where(Comment.platform_id == exports.comment_id(1)).values(scorer_digest="旧" * 12)
        )
    table = next(t for t in office.reports.monthly(PERIOD, AS_OF).tables if t.caption.endswith("公众评论情感构成"))
    assert "准确率" not in table.note


def test_days_after_the_last_observation_are_missing_not_zero(office: Application) -> None:
    document = office.reports.monthly(PERIOD, AS_OF)
    chart = next(block for block in document.blocks if isinstance(block, Chart))
    values = dict(zip(chart.categories, chart.series[0].values, strict=True))
    assert len(values) == 31
    assert (values["7-3"], values["7-10"], values["7-11"], values["7-31"]) == (1, 1, None, None)
    assert values["7-2"] == 0


@pytest.mark.parametrize(
    ("text", "author", "said"),
    [
        ("电话13800000000找我", "某人", f"电话{HIDDEN}找我"),
        ("订单 1234 5678 9012 丢了", "某人", f"订单 {HIDDEN} 丢了"),
        ("车牌京A12345乱停", "某人", f"车牌{HIDDEN}乱停"),
        ("打12345没人接,停水2天", "某人", "打12345没人接,停水2天"),
        ("@木子李 请看 @a_b-c", "某人", "@木** 请看 @a**"),
        ("我是木子李,求助", "木子李", "我是木**,求助"),
        ("甲\n乙\t丙\x1b", "某人", "甲 乙 丙␛"),
    ],
)
def test_a_quotation_hides_who_is_meant(text: str, author: str, said: str) -> None:
    assert quote(text, author, BOOK) == said


def test_a_quotation_is_cut_after_hiding_so_that_no_half_number_stays() -> None:
    for lead in range(30, 50):
        cut = quote("甲" * lead + "13800000000", "某人", BOOK)
        assert "138" not in cut
        assert len(cut) <= 48


def test_judging_later_changes_what_was_on_time_only_with_the_answers_that_came(office: Application) -> None:
    first = office.reports.monthly(PERIOD, AS_OF)
    later = office.reports.monthly(PERIOD, AS_OF + timedelta(days=30))
    assert first.details[0] == later.details[0]
    assert first.details[1] != later.details[1]
    assert "其后的答复未见" in later.details[1][1]
