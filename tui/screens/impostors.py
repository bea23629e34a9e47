"""仿冒: suspected impostors beside the accounts they look like, and what people do about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.enums import ImpostorState
from accounts.impostor_rules import STEPS, open_steps
from accounts.schemas.impostors import SuspectRow
from tui import sources
from tui.actions import Place, screen_bindings
from tui.details.findings import suspect_sheet
from tui.forms import Ask, Kind, Option, Plan
from tui.screens.base import TableScreen
from tui.sheet import Sheet
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application

NONE_YET = "没有疑似仿冒账号。按 x 在已导入的资料中扫描;名单比对:weibo-ops account impostors。"
DONE = (ImpostorState.CLOSED, ImpostorState.DISMISSED)


class ImpostorsScreen(TableScreen):
    """Every suspected impostor beside the account that it looks like."""

    PLACE = Place.IMPOSTORS
    UNIT = "个"
    BINDINGS = screen_bindings(Place.IMPOSTORS)

    def columns(self) -> Sequence[Column]:
        """Name, whom it looks like, how much, why, state."""
        return (
            Column("名称", 14, grow=2),
            Column("形似", 14, grow=2),
            Column("程度", 5, right=True),
            Column("理由", 14, grow=3),
            Column("状态", 6),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a suspect."""
        row: SuspectRow = item
        return (
            Cell(row.screen_name),
            Cell(row.imitates),
            Cell(f"{row.score:.2f}"),
            Cell(";".join(row.reasons), "dim"),
            Cell(row.state, "dim" if row.state in DONE else "warn"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the suspects."""
        return partial(sources.impostors, self.services)

    def describe(self, item: Any) -> Any:
        """Say why it is suspected, and what was done."""
        return partial(_sheet, self.services, item)

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NONE_YET

    def action_scan(self) -> None:
        """Look through the imported profiles."""
        self.fill_in(partial(scan_plan, self.services))

    def action_follow_up(self) -> None:
        """Take a step with the suspect under the cursor."""
        row = self.chosen()
        if row is not None:
            self.fill_in(partial(step_plan, self.services, row))


def _sheet(app: Application, row: SuspectRow) -> Sheet:
    return suspect_sheet(*app.impostors.show(row.suspect_id))


def scan_plan(app: Application) -> Plan:
    """Return the question before a scan."""
    return Plan(
        title="扫描疑似仿冒账号",
        intro="在已导入的、未登记的账号资料中查找名称形似登记账号的,登记为“疑似”,逐个待核实;不对外公布。",
        submit=lambda actor, _values: app.impostors.scan(actor),
        told=lambda found: f"查看 {found.looked_at} 个:新增疑似 {found.added},再次发现 {found.seen_again}。",
        word="扫描",
    )


def step_plan(app: Application, row: SuspectRow) -> Plan:
    """Return the form of the next steps of a suspect."""
    now = app.impostors.show(row.suspect_id)[0]
    steps = open_steps(now.state)
    options = tuple(Option(name, name, f"写明{STEPS[name].asks}") for name in steps)
    return Plan(
        title=f"办理:{row.screen_name}",
        intro=f"形似“{row.imitates}”,现为“{now.state}”。未经核实不得对外称其仿冒。",
        asks=(
            Ask("step", "环节", Kind.CHOICE, steps[0] if steps else "", required=True, options=options),
            Ask("note", "说明", Kind.TEXT, required=True, longest=2000),
            Ask("file", "证据文件", Kind.FILE, hint="截图等文件的路径"),
        ),
        submit=lambda actor, values: app.impostors.take_step(
            actor, row.suspect_id, values["step"], values["note"], [values["file"]] if values["file"] else []
        ),
        told=lambda found: f"“{found.screen_name}”现为“{found.state}”。",
        word="办理",
    )
