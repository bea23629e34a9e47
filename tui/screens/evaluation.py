"""评估: runs, their results, every number opened down to the rows that it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from evaluation.schemas import RunView
from tui import sources
from tui.actions import Place, screen_bindings
from tui.details.grading import result_sheet, row_sheet, run_sheet, why_sheet
from tui.details.hearing import clock_sheet
from tui.format import NO_DATA, number
from tui.glyphs import Glyphs, Mark
from tui.screens.base import NOTHING_YET, TableScreen
from tui.sheet import Sheet
from tui.sources import Number, Result
from tui.widgets.bars import Part
from tui.widgets.ledger import GAP, GUTTER, Cell, Column, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.text import cell_width

NO_RUNS = (
    "还没有评估。\n\n计算一次:weibo-ops --home {home} evaluate run --period 2026Q3\n\n完成后回到这里,按 r 重新读取。"
)

RUNS = (
    Column("编号", 4, right=True),
    Column("周期", 8),
    Column("方案", 16, grow=2),
    Column("监管归口", 8, grow=1),
    Column("账号", 4, right=True),
    Column("截至", 16),
    Column("状态", 4),
)
NUMBERS = (Column("类别", 8), Column("名称", 20, grow=2), Column("数值", 16, right=True), Column("编号", 16, grow=1))


@dataclass(frozen=True)
class Level:
    """How deep one has gone: all runs, a run, a result of it, a number of that; and where the cursor stood above."""

    title: str
    run: RunView | None = None
    result: Result | None = None
    line: Number | None = None
    cursor_above: int = 0


class EvaluationScreen(TableScreen):
    """Runs; a row opens into results, numbers, and what a number was made of."""

    PLACE = Place.EVALUATION
    BINDINGS = screen_bindings(Place.EVALUATION)

    def __init__(self) -> None:
        super().__init__()
        self.path: list[Level] = [Level("评估")]

    @property
    def level(self) -> Level:
        """The level that is shown."""
        return self.path[-1]

    def columns(self) -> Sequence[Column]:
        """The columns of the level."""
        if self.level.run is None:
            return RUNS
        if self.level.result is not None:
            return NUMBERS
        return [column for column, _ in _result_columns(self.items)]

    def rows_of(self, items: Sequence[Any]) -> list[Row]:
        """Lay out results by the columns that they have together."""
        if not items or not isinstance(items[0], Result):
            return super().rows_of(items)
        draws = [draw for _, draw in _result_columns(items)]
        return [[draw(item, self.glyphs.grade(item.row.grade)) for draw in draws] for item in items]

    def row_of(self, item: Any) -> Row:
        """Lay out a run or a number."""
        return _run_cells(item) if isinstance(item, RunView) else _number_cells(item)

    def fetch(self, cursor: str | None) -> Any:
        """Read the level's rows."""
        level, app = self.level, self.services
        if level.run is None:
            return partial(sources.runs, app)
        if level.result is None:
            return partial(sources.results, app, level.run)
        if level.line is None:
            return partial(sources.numbers, level.result, app)
        return partial(sources.constituents, app, level.result, level.line)

    def describe(self, item: Any) -> Any:
        """Say what a run was, how an account came out, or how a number came about."""
        if isinstance(item, RunView):
            return partial(run_sheet, item)
        if isinstance(item, Result):
            return partial(result_sheet, item, self.glyphs)
        assert self.level.result is not None
        return partial(_number_sheet, self.services, self.level.result, item, self.glyphs)

    def chips(self) -> list[Part]:
        """The way that led here."""
        *above, last = self.path
        return [*((f"{level.title} / ", "$muted") for level in above), (last.title, "bold")]

    def note(self) -> str:
        """Return what stands in a table without rows."""
        home = self.services.settings.home
        if self.loaded is None or self.loaded.as_of is None:
            return NOTHING_YET.format(home=home)
        return NO_RUNS.format(home=home) if self.level.run is None else NO_DATA

    @property
    def unit(self) -> str:
        """What the level's rows are counted in."""
        if self.level.run is None:
            return "次评估"
        return "个账号" if self.level.result is None else "行"

    def action_open_row(self) -> None:
        """Go one level down, or into the pane of a row that opens no further."""
        at = self.table.cursor
        if not self.items or self.changing or self.focused is self.detail:
            return
        item = self.items[at]
        if isinstance(item, RunView):
            self._go(Level(f"第{item.run_id}号", item, cursor_above=at))
        elif isinstance(item, Result):
            self._go(Level(item.row.screen_name, self.level.run, item, cursor_above=at))
        elif item.opens:
            self._go(Level(item.title, self.level.run, self.level.result, item, at))
        else:
            self.detail.focus()

    def _go(self, level: Level) -> None:
        self.path.append(level)
        self.reload()

    def action_back(self) -> None:
        """Leave the pane, then go one level up."""
        if self.has_class("zoomed") or self.focused is not self.table or len(self.path) == 1:
            super().action_back()
        else:
            self.reload(self.path.pop().cursor_above)


Draw = Callable[[Result, Mark], Cell]


def _result_columns(results: Sequence[Result]) -> list[tuple[Column, Draw]]:
    """Return the columns of a run's results: score or verdict, and as many parts as the width holds."""
    found: list[tuple[Column, Draw]] = []
    scored = any(result.row.score is not None for result in results)
    graded = any(result.row.grade is not None for result in results)
    if scored:
        found.append((Column("位次", 6, right=True), lambda result, _: Cell(_rank(result))))
    found.append((Column("账号", 14, grow=1), lambda result, _: Cell(result.row.screen_name)))
    if scored:
        found.append((Column("得分", 8, right=True), lambda result, _: Cell(number(result.row.score))))
    if graded:
        found.append((Column("结论", 16), lambda _, grade: Cell(grade.text, grade.tone)))
        found.append((Column("单项否决", 18, grow=1), lambda result, _: _vetoes(result)))
    found.append((Column("覆盖率", 7, right=True), lambda result, _: Cell(_share(result.row.coverage))))
    needed = GUTTER + sum(column.cells + GAP for column, _ in found)
    for name, title, percent in sources.headline_parts(results[0]) if results else ():
        cells = max(cell_width(title), 8)
        needed += cells + GAP
        found.append((Column(title, cells, right=True, from_cells=needed), partial(_part, name, percent)))
    return found


def _rank(result: Result) -> str:
    return NO_DATA if result.row.rank is None else str(result.row.rank)


def _vetoes(result: Result) -> Cell:
    return Cell("、".join(result.row.vetoes) or "无", "bad" if result.row.vetoes else "dim")


def _share(value: float | None) -> str:
    return number(value, percent=True)


def _part(name: str, percent: bool, result: Result, _grade: Mark) -> Cell:
    return Cell(number(result.row.parts.get(name), percent=percent))


def _run_cells(run: RunView) -> Row:
    return (
        Cell(str(run.run_id)),
        Cell(run.period),
        Cell(run.scheme_title),
        Cell(run.scope or "未指定", "" if run.scope else "dim"),
        Cell(str(run.accounts)),
        Cell(format_beijing(run.as_of), "dim"),
        Cell(run.state),
    )


def _number_cells(line: Number) -> Row:
    return (Cell(line.kind, "dim"), Cell(line.title), Cell(line.value), Cell(line.id, "dim"))


def _number_sheet(app: Application, result: Result, line: Number, glyphs: Glyphs) -> Sheet:
    if line.comment:
        return clock_sheet(sources.clock(app, line.id, result.run.as_of), line.id, glyphs)
    if line.opens or line.kind == sources.ITSELF:
        return why_sheet(sources.why(app, result, line), line)
    return row_sheet(line)
