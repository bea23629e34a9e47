"""What a person does at the screens, from the first key to ctrl+q."""

from __future__ import annotations

import pytest

from sentiment.schemas import CommentFilter
from tests.tui import city
from tests.tui.driver import Screens
from tui.reading import Read
from weibo_ops.kernel.errors import EnvironmentFault
from weibo_ops.kernel.text import cell_width

WARNING = "本系统为非涉密系统,严禁处理涉密信息"


async def test_the_first_sight_is_the_register_with_warning_instant_and_coverage(screens: Screens) -> None:
    async with screens.open():
        assert screens.column("账号") == list(city.UIDS)
        assert "测试员" in screens.lines[0]
        assert "截至 2026-09-30 17:30  观测自 2026-08-01 10:00" in screens.lines[1]
        assert "city.db" in screens.lines[1]
        assert WARNING in screens.lines[-2]


async def test_an_account_shows_its_findings_with_clause_source_trust_and_fix_as_unconfirmed(screens: Screens) -> None:
    async with screens.open():
        await screens.press("down")
        (finding,) = [f for f in screens.app.services.accounts.findings() if f.screen_name == city.POLICE]
        said = "".join(screens.detail.split())
        assert "待核实" in screens.detail
        for words in ("扣分", finding.title, finding.clause, finding.source, "可信程度", *finding.proposed_fix):
            assert "".join(words.split()) in said


async def test_the_register_counts_findings_as_the_service_does(screens: Screens) -> None:
    async with screens.open():
        rows = screens.app.services.accounts.list_accounts()
        for title, counts in (
            ("否决", [row.vetoes for row in rows]),
            ("扣分", [row.deductions for row in rows]),
            ("提示", [row.advices for row in rows]),
        ):
            assert [int(cell.split()[-1]) for cell in screens.column(title)] == counts
        assert sum(row.vetoes for row in rows) > 0


async def test_only_accounts_with_findings(screens: Screens) -> None:
    async with screens.open():
        await screens.press("h")
        assert screens.column("账号") == [city.POLICE, city.LABOUR]
        await screens.press("f7")
        assert len(screens.rows) == 3


@pytest.mark.parametrize("words", ["公安", "pingan", "paYL"])
async def test_an_account_is_found_by_chinese_pinyin_and_initials(screens: Screens, words: str) -> None:
    async with screens.open():
        await screens.press("ctrl+f")
        await screens.type(words)
        await screens.press("enter")
        assert screens.column("账号") == [city.POLICE]
        assert screens.app.focused is screens.table


async def test_a_post_marks_the_place_that_a_check_points_at(screens: Screens) -> None:
    async with screens.open():
        await screens.press("2", "h")
        assert len(screens.rows) == 1
        assert f"«{city.PHONE}»" in screens.detail
        (hit,) = screens.app.services.publishing.hits()
        assert f"{hit.title}(待核实)" in screens.detail
        assert hit.clause in screens.detail


async def test_comments_are_filtered_as_the_service_filters(screens: Screens) -> None:
    async with screens.open():
        service = screens.app.services.comments

        def expected(**wanted: object) -> list[str]:
            return [row.text for row in service.comments(CommentFilter(**wanted)).items]  # type: ignore[arg-type]

        await screens.press("3", "d")
        assert screens.column("内容") == expected(due=True) != []
        await screens.press("o")
        assert screens.column("内容") == expected(due=True, outcome="overdue") != []
        assert set(screens.column("时效")) == {"✗ 超期未答复"}
        await screens.press("c", "f9", "f8")
        assert screens.column("内容") == expected(due=True, outcome="overdue")
        await screens.press("ctrl+l")
        for sentiment in ("negative", "neutral", "positive", "uncertain"):
            await screens.press("s")
            assert screens.column("内容")[:50] == expected(sentiment=sentiment)[:50]
        await screens.press("f7")
        assert len(screens.rows) > 50


async def test_a_comment_is_searched_in_chinese(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "slash")
        await screens.type("社保卡")
        assert screens.table_screen().search == ""
        await screens.press("enter")
        assert screens.column("内容") == [city.QUESTION]
        await screens.press("/")
        await screens.type("没有这句话")
        await screens.press("enter")
        assert screens.rows == []
        assert "清除筛选" in screens.text


async def test_a_comment_is_narrowed_to_an_account_chosen_by_initials(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "a")
        await screens.type("ylrs")
        assert screens.column("账号") == [city.LABOUR]
        await screens.press("enter")
        assert f"账号:{city.LABOUR}" in screens.lines[2]
        assert screens.rows == []
        await screens.press("f6", "down", "up", "enter")
        assert len(screens.rows) > 0
        await screens.press("a", "escape")
        assert f"账号:{city.PUBLISHING}" in screens.lines[2]


async def test_an_answered_comment_explains_its_clock(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "/")
        await screens.type("社保卡")
        await screens.press("enter")
        shown = screens.app.services.responses.show(
            screens.app.services.comments.comments(CommentFilter(search="社保卡")).items[0].platform_id
        )
        for words in ("按时", "1800 秒", "逐段计时", "计入", "概率", "线索", "咨询"):
            assert words in screens.detail
        assert "".join(shown.target_citation.split()) in "".join(screens.detail.split())
        assert shown.replies[0][2] in "".join(screens.detail.split("\n"))


async def test_further_pages_come_as_the_cursor_nears_the_end(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3")
        assert len(screens.rows) == 100
        assert "已载入 100 条,向下还有" in screens.lines[-2]
        await screens.press("end")
        every = screens.app.services.comments.comments(CommentFilter(), limit=1000).items
        assert screens.column("内容") == [row.text for row in every]
        assert screens.table.cursor == 99
        assert f"共 {len(every)} 条" in screens.lines[-2]
        await screens.press("end", "pageup", "home")
        assert screens.table.cursor == 0


async def test_a_number_is_opened_down_to_the_rows_that_it_counts(screens: Screens) -> None:
    async with screens.open():
        await screens.press("4")
        assert screens.column("周期") == ["2026Q3", "2026Q3"]
        await screens.press("end", "enter", "enter")
        why = screens.app.services.evaluation.why(1, city.UIDS[city.PUBLISHING], "due")
        assert why.row_ids
        place = screens.column("编号").index("due")
        await screens.press(*["down"] * place)
        assert screens.row[:3] == ["指标", "应答复", str(int(why.value or 0))]
        assert why.clause in screens.detail
        await screens.press("enter")
        assert tuple(screens.column("编号")[1:]) == why.row_ids
        await screens.press("down")
        assert "时效" in screens.detail
        await screens.press("escape", "escape")
        assert screens.column("账号") == list(city.UIDS)
        assert "第1号" in screens.lines[2]


async def test_an_input_of_a_number_is_opened_again(screens: Screens) -> None:
    async with screens.open():
        await screens.press("f5", "enter", "enter")
        assert screens.column("类别")[:4] == ["得分", "位次", "覆盖率", "分项"]
        await screens.press("enter")
        assert "输入" in screens.column("类别")
        await screens.press("down", "ctrl+o", "down")
        depth = len(screens.screen.path)
        assert depth == 5
        await screens.press("ctrl+g")
        assert len(screens.screen.path) == depth - 1
        assert screens.table.cursor == 1


async def test_the_scores_are_those_of_the_service(screens: Screens) -> None:
    async with screens.open():
        await screens.press("4", "enter")
        expected = screens.app.services.evaluation.show(2)
        assert screens.column("账号") == [row.screen_name for row in expected]
        for shown, row in zip(screens.column("得分"), expected, strict=True):
            assert shown == "无数据" if row.score is None else abs(float(shown) - row.score) < 0.00005


async def test_the_pane_is_entered_enlarged_and_left(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "enter")
        assert screens.app.focused is not screens.table
        await screens.press("z")
        assert screens.table.display is False
        await screens.press("escape")
        assert screens.table.display is True
        assert screens.app.focused is screens.table
        await screens.press("tab", "tab")
        assert screens.app.focused is screens.table


async def test_help_shows_the_keys_of_the_table_and_is_left_by_escape(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3")
        for key in ("f1", "?", "？"):
            await screens.press(key)
            assert "只看超期未答复的" in screens.detail
            assert "只看有检查发现的" not in screens.detail
            await screens.press("escape")
            assert screens.table.columns


async def test_the_theme_changes_between_light_and_dark(screens: Screens) -> None:
    async with screens.open():
        assert not screens.app.current_theme.dark
        await screens.press("t")
        assert screens.app.current_theme.dark
        await screens.press("ctrl+t")
        assert not screens.app.current_theme.dark


@pytest.mark.parametrize("services", ["dark"], indirect=True)
async def test_the_theme_of_the_settings_is_taken(screens: Screens) -> None:
    async with screens.open():
        assert screens.app.current_theme.dark


@pytest.mark.parametrize("services", ["odd"], indirect=True)
async def test_a_theme_that_does_not_exist_is_named(screens: Screens) -> None:
    async with screens.open():
        assert not screens.app.current_theme.dark
        assert "“[red]花”不存在" in "".join(screens.text.split())


@pytest.mark.parametrize("services", ["empty"], indirect=True)
async def test_an_empty_home_says_what_to_do_next(screens: Screens) -> None:
    async with screens.open():
        for key in "1234":
            await screens.press(key)
            assert "库中还没有数据" in screens.text
            assert "import" in screens.text
            assert "demo" in screens.text
            assert "截至 无数据" in screens.lines[1]
            assert WARNING in screens.lines[-2]


async def test_a_refusal_is_shown_as_its_sentence(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    async with screens.open():

        def refuse(*_: object, **__: object) -> None:
            raise EnvironmentFault("数据库正被另一个程序占用。", next_step="请稍后重试。")

        monkeypatch.setattr(screens.app.services.comments, "comments", refuse)
        await screens.press("3")
        assert "数据库正被另一个程序占用。" in screens.lines[-2]
        assert "下一步:请稍后重试。" in screens.text
        monkeypatch.undo()
        await screens.press("r")
        assert len(screens.rows) == 100
        assert WARNING in screens.lines[-2]


async def test_rows_stay_when_the_next_page_is_refused(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    async with screens.open():
        await screens.press("3")

        def refuse(*_: object, **__: object) -> None:
            raise EnvironmentFault("数据库正被另一个程序占用。", next_step="请稍后重试。")

        monkeypatch.setattr(screens.app.services.comments, "comments", refuse)
        await screens.press("end")
        assert len(screens.rows) == 100
        assert "已载入 100 条,向下还有" in screens.lines[-2]
        assert "数据库正被另一个程序占用。" in screens.lines[-2]
        monkeypatch.undo()
        await screens.press("up")
        assert len(screens.rows) > 100


async def test_a_fault_is_a_sentence_too_and_goes_to_the_log(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    async with screens.open():

        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(screens.app.services.publishing, "hits", fail)
        await screens.press("2")
        assert len(screens.rows) > 0
        assert "ZeroDivisionError" in screens.lines[-2]
        log = screens.app.services.settings.home / "logs" / "weibo-ops.log"
        assert "ZeroDivisionError" in log.read_text("utf-8")


async def test_a_table_that_cannot_be_read_does_not_show_rows_of_other_filters(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with screens.open():
        await screens.press("3")

        def refuse(*_: object, **__: object) -> None:
            raise EnvironmentFault("数据库无法打开。", next_step="请检查位置。")

        monkeypatch.setattr(screens.app.services.comments, "comments", refuse)
        await screens.press("d")
        assert screens.rows == []
        assert "请检查位置。" in screens.detail


async def test_what_an_older_reading_brings_is_dropped(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3")
        screen = screens.table_screen()
        old = screen._tickets["rows"]
        await screens.press("d")
        before = screens.rows
        screen.post_message(Read("rows", old, None))
        await screens.settle()
        assert screens.rows == before


async def test_a_table_keeps_its_place_while_another_is_looked_at(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "d", "down", "2", "3")
        assert "应答复:[x]" in screens.lines[2]
        assert screens.table.cursor == 1


async def test_the_layout_follows_the_terminal(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3")
        assert "网民昵称" not in screens.lines[3]
        await screens.pilot.resize_terminal(130, 36)
        await screens.settle()
        assert "网民昵称" in screens.lines[3]
        assert all(cell_width(line) <= 130 for line in screens.lines)
        assert screens.lines[0].startswith(" 政务微博   1 账号")
        assert screens.lines[0].endswith("测试员")
