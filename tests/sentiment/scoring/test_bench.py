"""Benches: chosen among the labels that occur, no text known to who predicts it, SnowNLP read by its bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring import load_scorer
from sentiment.scoring.bench import Grouping, Plan, bench, cross_validate
from sentiment.scoring.calibration import expected_calibration_error, macro_f1
from sentiment.scoring.engines import EngineName, Ours, open_engine, read_snownlp, taught_engine
from sentiment.scoring.features import Ints
from sentiment.scoring.labelled import Labelled, near_duplicates
from sentiment.scoring.measuring import Prediction
from sentiment.scoring.model import LABELS
from tests.sentiment.scoring.made import made
from weibo_ops.kernel.errors import UsageError

ALL = np.arange(3)


def test_a_file_is_measured_among_the_labels_that_occur_there() -> None:
    for labels in (LABELS, ("negative", "positive"), ("neutral", "positive")):
        part = made("x", 60, labels)
        scores = load_scorer().score_batch(part.texts).probabilities.astype(float)
        shares = scores[:, part.classes]
        said = part.classes[shares.argmax(axis=1)]
        found = bench(part, EngineName.OURS)
        assert found.n == 60
        assert found.accuracy == pytest.approx(float((said == part.labels).mean()))
        assert found.macro_f1 == pytest.approx(macro_f1(part.labels, said))
        top = shares.max(axis=1) / shares.sum(axis=1)
        assert found.ece == pytest.approx(expected_calibration_error(top, said == part.labels))
        assert found.texts_per_second > 0
        assert found.load_seconds > 0


class TestSnowNlp:
    @pytest.mark.parametrize(
        ("value", "label"),
        [(0.0, 0), (0.39, 0), (0.4, 1), (0.5, 1), (0.6, 1), (0.61, 2), (1.0, 2)],
    )
    def test_it_is_negative_below_four_tenths_and_positive_above_six(self, value: float, label: int) -> None:
        assert read_snownlp(np.array([value]), ALL)[0].tolist() == [label]

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
    def test_where_neutral_does_not_occur_the_likelier_side_is_chosen(self, values: list[float]) -> None:
        labels, top = read_snownlp(np.array(values), np.array([0, 2]))
        assert labels.tolist() == [2 if value > 1 - value else 0 for value in values]
        assert top == pytest.approx([max(value, 1 - value) for value in values])

    def test_the_installed_one_is_measured_like_ours(self) -> None:
        part = made("x", 12)
        found = bench(part, EngineName.SNOWNLP)
        engine = open_engine(EngineName.SNOWNLP)
        assert found.accuracy == pytest.approx(float((engine.predict(part.texts, ALL).labels == part.labels).mean()))

    def test_it_reads_whatever_people_write(self) -> None:
        texts = ["", " ", "\x00", "\ud800", "😡", "好" * 300, "[怒]"]
        assert len(open_engine(EngineName.SNOWNLP).predict(texts, ALL).labels) == len(texts)

    def test_taught_it_knows_the_two_sides_of_the_texts(self) -> None:
        part = made("x", 40, ("negative", "positive"))
        engine = taught_engine(EngineName.SNOWNLP, part)
        assert (engine.predict(part.texts, part.classes).labels == part.labels).mean() > 0.9

    @pytest.mark.parametrize("texts", [("坏了", "太慢"), ("的", "了"), ("坏了", "。")])
    def test_taught_nothing_it_stays_as_installed(self, texts: tuple[str, str]) -> None:
        labels = [0, 0] if texts[1] == "太慢" else [0, 2]
        engine = taught_engine(EngineName.SNOWNLP, Labelled("x", np.array(labels), texts))
        said, known = (one.predict(["太好了"], ALL).labels for one in (engine, open_engine(EngineName.SNOWNLP)))
        assert said.tolist() == known.tolist()


class TestCrossValidation:
    @pytest.fixture
    def taught(self, monkeypatch: pytest.MonkeyPatch) -> list[Labelled]:
        """Collect what each engine is taught; the engines know nothing."""
        seen: list[Labelled] = []

        class Ignorant:
            load_seconds = 0.001

            def predict(self, texts: tuple[str, ...], classes: Ints) -> Prediction:
                n = len(texts)
                return Prediction(np.full(n, classes[0]), np.full(n, 0.5), np.zeros(n, dtype=bool))

        def teach(name: EngineName, part: Labelled) -> Ignorant:
            seen.append(part)
            return Ignorant()

        monkeypatch.setattr("sentiment.scoring.bench.taught_engine", teach)
        monkeypatch.setattr("sentiment.scoring.bench._TIMED_SECONDS", 0)
        return seen

    def test_no_near_identical_text_is_known_to_who_predicts_it(self, taught: list[Labelled]) -> None:
        one = made("x", 60)
        part = Labelled(
            "x",
            np.tile(one.labels, 3),
            one.texts + tuple(f"转:{t}" for t in one.texts) + tuple(f"{t}!" for t in one.texts),
        )
        found = cross_validate(part, EngineName.OURS, Plan(5, 2, Grouping.NEAR_DUPLICATES))
        groups = dict(zip(part.texts, near_duplicates(part.texts).tolist(), strict=True))
        assert found.groups == len(set(groups.values())) < len(part.texts)
        assert len(taught) == 10
        for engine in taught:
            held = set(part.texts) - set(engine.texts)
            assert held
            assert not {groups[text] for text in held} & {groups[text] for text in engine.texts}

    def test_every_text_is_predicted_once_in_each_repeat(self, taught: list[Labelled]) -> None:
        part = made("x", 50)
        found = cross_validate(part, EngineName.OURS, Plan(4, 3))
        assert [one.n for one in found.repeats] == [50] * 3
        for repeat in range(3):
            known = [text for engine in taught[repeat * 4 : repeat * 4 + 4] for text in engine.texts]
            assert sorted(known) == sorted(part.texts * 3)
        assert {one.accuracy for one in found.repeats} == {float((part.labels == 0).mean())}

    def test_repeats_deal_anew_and_the_same_plan_deals_the_same(self, taught: list[Labelled]) -> None:
        part = made("x", 50)
        for _ in range(2):
            cross_validate(part, EngineName.OURS, Plan(2, 2))
        first, again = taught[:4], taught[4:]
        assert [one.texts for one in first] == [one.texts for one in again]
        assert first[0].texts != first[2].texts

    def test_our_engine_learns_from_the_other_folds(self) -> None:
        part = made("x", 90)
        found = cross_validate(part, EngineName.OURS, Plan(3, 1, Grouping.NEAR_DUPLICATES))
        assert found.macro_f1 > 0.9
        assert isinstance(taught_engine(EngineName.OURS, part), Ours)

    def test_a_label_that_would_be_in_one_fold_alone_is_refused(self) -> None:
        part = Labelled("x", np.array([0, 0, 0, 2]), ("坏了没人管", "太慢了", "吵死了", "好"))
        with pytest.raises(UsageError, match="positive 的文本太少"):
            cross_validate(part, EngineName.OURS, Plan(2))

    @pytest.mark.parametrize("folds", [0, 1, 5])
    def test_folds_that_the_file_cannot_fill_are_refused(self, folds: int) -> None:
        part = Labelled("x", np.array([0, 0, 2, 2]), ("坏了没人管", "太慢了", "很好", "谢谢"))
        with pytest.raises(UsageError, match="折数"):
            cross_validate(part, EngineName.OURS, Plan(folds))


@pytest.mark.parametrize("plan", [None, Plan(2)])
def test_a_file_of_one_label_compares_nothing(plan: Plan | None) -> None:
    part = made("x", 8, ("neutral",))
    with pytest.raises(UsageError, match="只有 neutral 一种标签"):
        cross_validate(part, EngineName.OURS, plan) if plan else bench(part, EngineName.OURS)
