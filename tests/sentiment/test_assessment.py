"""Score and triage of a batch: each text by the books of its own day, whatever stands beside it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from accounts.models import StandardText
from config.loader import load_named, shipped
from sentiment.assessment import Assessor
from sentiment.models import ASSESSED, Comment
from sentiment.scoring import LABELS, load_scorer
from sentiment.triage import triage
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import parse_beijing

AT = parse_beijing("2026-07-01 10:00:00")
TEXTS = ["请问周六窗口开门吗", "楼下工地半夜施工太吵,居民没法睡", "办事效率高,点赞", "今天天气真好", "", "回复@甲:谢谢"]


@pytest.fixture
def assessor(app: Application) -> Assessor:
    return Assessor(app.standards, ["云麓市"])


def test_the_values_are_columns_of_a_comment(assessor: Assessor) -> None:
    (values,) = assessor.assess([("请问", AT)])
    assert set(values) == set(ASSESSED) == set(Assessor.unassessed)
    assert set(ASSESSED) <= set(Comment.__table__.columns.keys())
    assert set(Assessor.unassessed.values()) == {None}


def test_a_batch_is_each_by_itself_in_order(assessor: Assessor) -> None:
    pairs = [(text, AT + timedelta(days=n)) for n, text in enumerate(TEXTS)]
    assert assessor.assess(pairs) == [assessor.assess([pair])[0] for pair in pairs]
    assert assessor.assess([]) == []


def test_values_are_the_scorers_and_the_triages(assessor: Assessor) -> None:
    response, subjects = shipped("response").book, shipped("subjects").book
    scorer = load_scorer()
    for text, values in zip(TEXTS, assessor.assess([(text, AT) for text in TEXTS]), strict=True):
        proposal = triage(text, response, subjects, areas=["云麓市"])
        assert (values["nature"], values["subject"], values["district"], values["urgency"]) == (
            proposal.nature,
            proposal.subject,
            proposal.district,
            proposal.urgency,
        )
        shares = [values["p_negative"], values["p_neutral"], values["p_positive"]]
        assert sum(shares) == pytest.approx(1, abs=2e-4)
        assert values["sentiment"] in LABELS
        assert values["scorer_digest"] == scorer.digest


def test_each_comment_is_judged_by_the_book_of_its_own_beijing_day(app: Application) -> None:
    text = shipped("response").text.replace("effective_from = 2020-01-01", "effective_from = 2026-08-01")
    text = text.replace('"请问", ', "")
    loaded = load_named("response", text, origin="ours")
    row = {"book": "response", "layer": "市", "version": "x", "effective_from": loaded.book.effective_from}
    with app.db.writing() as session:
        session.execute(
            insert(StandardText),
            {**row, "origin": "ours", "digest": loaded.digest, "text": text, "installed_at": app.clock.now()},
        )
    before, after = (parse_beijing(f"2026-{day} 00:00:00") for day in ("08-01", "08-01"))
    before -= timedelta(seconds=1)
    first, second = Assessor(app.standards).assess([("请问一下", before), ("请问一下", after)])
    assert (first["nature"], second["nature"]) == ("咨询", "其他")
    assert first["triage_digest"] != second["triage_digest"]


def test_a_naive_time_is_refused(assessor: Assessor) -> None:
    with pytest.raises(ValueError, match="naive"):
        assessor.assess([("请问", datetime(2026, 7, 1))])  # noqa: DTZ001
