"""Text: what a reader, a terminal and a spreadsheet may rely on."""

from __future__ import annotations

import csv
import io
import itertools
import math
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weibo_ops.kernel import text as T
from weibo_ops.kernel.text.layout import NOT_AT_LINE_END, NOT_AT_LINE_START

ANY = st.text(st.characters(), max_size=80)
WRITTEN = st.text(st.sampled_from("政务微博的字一二，。、！？（）《》“”…ab1 .-,()#\n　👩‍⚕️é́"), max_size=120)


class TestLength:
    @pytest.mark.parametrize(
        ("text", "length"),
        [("", 0), ("今天", 2), ("a", 1), ("ab", 1), ("abc", 2), ("今天ab", 3), ("今天a", 3), ("，。", 2), ("𠮷", 1)],
    )
    def test_two_half_width_make_one(self, text: str, length: int) -> None:
        assert T.weibo_length(text) == length

    @given(ANY)
    def test_agrees_with_the_definition(self, text: str) -> None:
        assert T.weibo_length(text) == math.ceil(sum(0.5 if ord(c) < 128 else 1 for c in text))

    def test_nickname_units(self) -> None:
        assert T.nickname_units("某市发布") == 8
        assert T.nickname_units("某市-01") == 7


class TestClusters:
    @given(ANY)
    def test_joined_give_the_text(self, text: str) -> None:
        assert "".join(T.clusters(text)) == text

    def test_visible_characters_stay_whole(self) -> None:
        assert T.clusters("👩‍⚕️🇨🇳👍🏽é1️⃣字") == ["👩‍⚕️", "🇨🇳", "👍🏽", "é", "1️⃣", "字"]


class TestFit:
    @given(ANY, st.integers(0, 30))
    def test_never_wider(self, text: str, cells: int) -> None:
        assert T.cell_width(T.fit(text, cells)) <= cells

    @given(WRITTEN, st.integers(1, 30))
    def test_is_the_text_or_a_beginning_of_whole_characters(self, text: str, cells: int) -> None:
        cut = T.fit(text, cells)
        if cut != text:
            kept = T.clusters(cut[:-1])
            assert cut.endswith("…")
            assert kept == T.clusters(text)[: len(kept)]

    def test_wide_character_is_not_halved(self) -> None:
        assert T.fit("政务微博", 6) == "政务…"
        assert T.fit("政务微博", 8) == "政务微博"
        assert T.fit("政务", 1) == "…"
        assert T.fit("政务", 0) == ""


def visible(text: str) -> str:
    return "".join(text.split())


class TestWrap:
    @given(WRITTEN, st.integers(2, 24))
    def test_loses_nothing_but_spaces_at_breaks_and_fits(self, text: str, cells: int) -> None:
        lines = T.wrap_zh(text, cells)
        assert visible("".join(lines)) == visible(text)
        assert all(T.cell_width(line) <= cells for line in lines)
        assert all("\n" not in line for line in lines)

    @given(ANY, st.integers(2, 24))
    def test_any_text_after_defusing(self, text: str, cells: int) -> None:
        safe = T.defuse(text, tab=" ")
        lines = T.wrap_zh(safe, cells)
        assert visible("".join(lines)) == visible(safe)
        assert all(T.cell_width(line) <= cells for line in lines)

    @given(WRITTEN.map(lambda t: t.replace("\n", "")), st.integers(2, 24))
    def test_marks_stand_where_they_may(self, text: str, cells: int) -> None:
        lines = T.wrap_zh(text, cells)
        for line, following in itertools.pairwise(lines):
            bad = (
                following.strip()[:1] in NOT_AT_LINE_START or T.clusters(line.strip() or " ")[-1][0] in NOT_AT_LINE_END
            )
            if bad and line.strip() and following.strip():
                # Excusable only where the line offered no lawful place at all.
                shown = T.clusters(line.strip())
                assert all(b[0] in NOT_AT_LINE_START or a[0] in NOT_AT_LINE_END for a, b in itertools.pairwise(shown))

    @pytest.mark.parametrize("mark", "，。、；：？！）》”’…」』】")
    def test_a_closing_mark_pulls_its_word_along(self, mark: str) -> None:
        assert T.wrap_zh(f"今天天气好{mark}", 10) == ["今天天气", f"好{mark}"]

    def test_an_opening_bracket_moves_down(self) -> None:
        assert T.wrap_zh("今天天气（好）", 10) == ["今天天气", "（好）"]

    def test_latin_words_stay_whole(self) -> None:
        assert T.wrap_zh("请看 weibo-ops 说明", 10) == ["请看", "weibo-ops", "说明"]
        assert T.wrap_zh("截至20260年", 8) == ["截至", "20260年"]

    def test_line_ends_are_kept(self) -> None:
        assert T.wrap_zh("一\r\n\n二", 10) == ["一", "", "二"]
        assert T.wrap_zh("", 10) == [""]

    def test_one_endless_line(self) -> None:
        for text in ("字" * 12000, "x" * 12000, "，" * 12000, "（" * 12000, "字，" * 6000):
            lines = T.wrap_zh(text, 79)
            assert "".join(lines) == text
            assert max(map(T.cell_width, lines)) <= 79

    def test_too_narrow_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least 2"):
            T.wrap_zh("字", 1)


class TestDefuse:
    @given(ANY)
    def test_idempotent(self, text: str) -> None:
        assert T.defuse(T.defuse(text)) == T.defuse(text)

    @given(st.text(st.characters(whitelist_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Lo")), max_size=40))
    def test_leaves_no_control(self, text: str) -> None:
        left = {unicodedata.category(c) for c in T.defuse(text, newline=" ", tab=" ")}
        assert not left & {"Cc", "Cs", "Zl", "Zp"}
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\ufeff") & set(
            T.defuse(text)
        )

    @given(ANY)
    def test_can_be_encoded(self, text: str) -> None:
        T.defuse(text).encode("utf-8")

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("红\x1b[31m字", "红␛[31m字"),
            ("\x00\x07\x7f", "␀␇␡"),
            ("\x9b31m", "‹U+009B›31m"),
            ("a\u202eb", "a‹U+202E›b"),
            ("平\u200b安", "平‹U+200B›安"),
            ("\ud83d", "‹U+D83D›"),
            ("\uffff", "‹U+FFFF›"),
            ("字\U000e0041", "字‹U+E0041›"),
            ("一\n二\t三", "一\n二\t三"),
            ("一\r\n二", "一\n二"),
            ("进度\r覆盖", "进度␍覆盖"),
            ("👩‍⚕️", "👩‍⚕️"),
        ],
    )
    def test_shows_what_was_there(self, text: str, shown: str) -> None:
        assert T.defuse(text) == shown

    def test_newline_and_tab_as_asked(self) -> None:
        assert T.defuse("一\n二\t三", newline="⏎", tab=" ") == "一⏎二 三"


class TestDefuseCell:
    @pytest.mark.parametrize(
        "text",
        [
            "=1+1",
            "+86 10",
            "-cmd|x",
            "@SUM(A1)",
            "\t=1",
            "\r\n=1",
            "\tx",
            " =1",
            "\u200b=1",
            "\ufeff=1",
            "＝1",
            "　＋1",
            "－x",
            "＠x",
            "-1-2",
            "-",
        ],
    )
    def test_a_formula_gets_an_apostrophe(self, text: str) -> None:
        assert T.defuse_cell(text) == "'" + text

    @pytest.mark.parametrize("text", ["-3.5", "+12", "-1,200.00", "-5%", "", "今天=好", "1+1", "——好"])
    def test_numbers_and_prose_stay(self, text: str) -> None:
        assert T.defuse_cell(text) == text

    @given(ANY)
    def test_idempotent(self, text: str) -> None:
        assert T.defuse_cell(T.defuse_cell(text)) == T.defuse_cell(text)

    @given(ANY)
    def test_survives_csv(self, text: str) -> None:
        safe = T.defuse_cell(T.defuse(text))
        target = io.StringIO(newline="")
        csv.writer(target).writerow([safe])
        target.seek(0)
        assert next(csv.reader(target)) == [safe]


class TestMarkup:
    @settings(max_examples=200)
    @given(st.text(st.sampled_from("[]/\\ab@$#=\"'(). 字"), max_size=20))
    def test_rich_and_textual_show_the_text(self, text: str) -> None:
        from rich.text import Text
        from textual.content import Content

        expected = text.replace("\\", "＼")
        for shown in (Text.from_markup(T.escape_markup(text)).plain, Content.from_markup(T.escape_markup(text)).plain):
            assert shown.replace("\\", "＼") == expected

    def test_a_tag_is_words(self) -> None:
        assert T.escape_markup("[red]x[/red]") == "\\[red]x\\[/red]"

    def test_a_trailing_backslash_does_not_eat_the_next_tag(self) -> None:
        from rich.text import Text

        assert Text.from_markup(f"[b]{T.escape_markup('目录' + chr(92))}[/b]尾").plain == "目录＼尾"


class TestNicknames:
    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("梧桐雨", "梧**"),
            ("x", "x**"),
            ("👩‍⚕️小白", "👩‍⚕️**"),
            ("\u202e\u200b坏人", "坏**"),
            ("", "**"),
            ("  ", "**"),
        ],
    )
    def test_first_visible_character_only(self, name: str, masked: str) -> None:
        assert T.mask_nickname(name) == masked

    @given(ANY, st.integers(1, 20))
    def test_shorten_keeps_to_the_limit_on_one_line(self, text: str, n: int) -> None:
        short = T.shorten(text, n)
        assert len(T.clusters(short)) <= n
        assert "\n" not in short

    def test_shorten(self) -> None:
        assert T.shorten("今天\n天气很好", 5) == "今天 天…"
        assert T.shorten("今天", 2) == "今天"

    def test_names_are_compared_folded(self) -> None:
        assert T.normalise_name(" ＡＢｃ发布 ") == "abc发布"


class TestLikeness:
    def test_shingles(self) -> None:
        assert T.shingles("路灯坏了！") == {"路灯坏", "灯坏了"}
        assert T.shingles("好") == {"好"}
        assert T.shingles("！！") == frozenset()

    def test_jaccard(self) -> None:
        assert T.jaccard({"a", "b"}, {"b", "c"}) == pytest.approx(1 / 3)
        assert T.jaccard(set(), set()) == 0.0

    @given(ANY, ANY)
    def test_likeness_is_symmetric_and_bounded(self, a: str, b: str) -> None:
        assert 0 <= T.likeness(a, b) <= 1
        assert T.likeness(a, b) == pytest.approx(T.likeness(b, a))

    def test_likeness_ignores_marks_width_and_case(self) -> None:
        assert T.likeness("路灯 坏了!", "路灯坏了。") == 1.0
        assert T.likeness("", "路灯") == 0.0

    @settings(deadline=None)
    @given(st.sets(st.integers(0, 400), min_size=1), st.sets(st.integers(0, 400), min_size=1))
    def test_signature_estimates_jaccard(self, a: set[int], b: set[int]) -> None:
        first, second = ({f"片{n}" for n in numbers} for numbers in (a, b))
        estimate = T.signature_likeness(T.minhash(first, 1024), T.minhash(second, 1024))
        assert estimate == pytest.approx(T.jaccard(first, second), abs=0.1)

    def test_signature_shape_and_emptiness(self) -> None:
        assert T.minhash("路灯坏了三天没人修").shape == (64,)
        assert T.minhash("").min() == np.iinfo(np.uint64).max
        assert (T.minhash("路灯坏了", seed=1) != T.minhash("路灯坏了", seed=2)).any()

    def test_same_signature_in_another_process(self) -> None:
        code = "from weibo_ops.kernel.text import minhash; print(minhash('路灯坏了三天没人修').tolist())"
        run = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
        )
        assert run.stdout.strip() == str(T.minhash("路灯坏了三天没人修").tolist())


class TestWords:
    def test_words_join_to_the_text(self) -> None:
        text = "请问小区门口的路灯什么时候修好？abc 123"
        assert "".join(T.tokens(text)) == text
        assert "路灯" in T.tokens(text)

    def test_pinyin(self) -> None:
        assert T.pinyin("审核台") == "shenhetai"
        assert T.pinyin_initials("审核台") == "sht"
        assert T.pinyin("A岗") == "agang"

    def test_import_stays_light(self) -> None:
        code = (
            "import sys, weibo_ops.kernel.text; "
            "print([m for m in ('rich', 'numpy', 'jieba', 'pypinyin', 'rapidfuzz') if m in sys.modules])"
        )
        run = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": ":".join(sys.path)},
        )
        assert run.stdout.strip() == "[]"
