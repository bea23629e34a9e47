"""``todo``: what a person must still do, once each."""

from __future__ import annotations

from pathlib import Path

from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run

TITLES = {"id": "编号", "recipient": "办理人", "title": "事项", "created_at": "生成时间", "due_at": "期限"}


def test_a_year_without_a_calendar_is_one_todo_for_who_keeps_the_standards(city: Path) -> None:
    (todo,) = hold_the_three_formats_together(["todo", "list"], TITLES, city)
    assert (todo["kind"], todo["subject"], todo["recipient"]) == ("calendar.missing_year", "2027", "标准管理员")
    assert "2027年" in todo["title"]


def test_nothing_to_do_is_said(tmp_path: Path) -> None:
    assert run("todo", "list", home=tmp_path).out == "无数据\n"
