"""问题: the findings board, from 发现 to 办结, and the acts that move them on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.enums import FindingState
from accounts.finding_rules import CONFIRM, SETTLED, STEPS, open_steps
from accounts.permissions import Permission
from accounts.schemas import FindingView
from tui import sources
from tui.actions import Place, screen_bindings
from tui.details.findings import finding_sheet
from tui.format import short_time
from tui.forms import Ask, Done, Kind, Option, Plan
from tui.glyphs import Glyphs
from tui.screens.base import TableScreen
from tui.sheet import Sheet
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import RefusedError

EVERY_STATE = "未办结"
MARKED = "*"
NOT_IN_FILES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
"""Characters of a unit's name that have no place in the name of a file."""
NONE_LEFT = "没有未办结的问题。运行检查:weibo-ops account check。"
SELDOM = "确认后,该问题可以通报、交办并写入整改通知。确认人对其负责。"


class FindingsScreen(TableScreen):
    """Findings by severity with state and limit; the pane shows the whole way."""

    PLACE = Place.FINDINGS
    UNIT = "项"
    SEARCH = "账号、单位、问题、四不"
    BINDINGS = screen_bindings(Place.FINDINGS)

    def __init__(self) -> None:
        super().__init__()
        self.state = ""
        self.overdue = False
        self.marked: set[int] = set()
        """Ids of the findings with which the next step is taken together; always rows of the table."""

    def columns(self) -> Sequence[Column]:
        """Severity, account, what was found, state, when the next step is due."""
        return (
            Column("性质", 10),
            Column("账号", 14, grow=1),
            Column("问题", 18, grow=3),
            Column("状态", 10),
            Column("期限", 13),
            Column("单位", 12, grow=2, from_cells=110),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a finding."""
        row: FindingView = item
        mark = self.glyphs.severity(row.severity)
        late = self._overdue(row)
        due = short_time(row.due_at, self.services.clock.now()) if row.due_at else ""
        return (
            Cell(mark.text, mark.tone),
            Cell(f"{MARKED} {row.screen_name}" if row.finding_id in self.marked else row.screen_name),
            Cell(row.title + ("(豁免)" if row.waived else "") + (f"(第{row.round}轮)" if row.round > 1 else "")),
            Cell(row.state, "" if row.state not in SETTLED else "dim"),
            Cell(f"{self.glyphs.sign('bad')} {due}" if late else due, "bad" if late else "dim"),
            Cell(row.unit, "dim"),
        )

    def _overdue(self, row: FindingView) -> bool:
        return row.due_at is not None and row.state not in SETTLED and row.due_at <= self.services.clock.now()

    def fetch(self, cursor: str | None) -> Any:
        """Read the findings in the state that is looked at."""
        return partial(sources.findings, self.services, self.search, self.state, overdue=self.overdue)

    def describe(self, item: Any) -> Any:
        """Read the whole way of a finding."""
        return partial(_sheet, self.services, item, self.glyphs, overdue=self._overdue(item))

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return super().note() if self.filtered() else NONE_LEFT

    def chips(self) -> list[Part]:
        """The state looked at, how many are marked, and how many findings stand at each state."""
        parts: list[Part] = [("状态:", "$muted"), (self.state or EVERY_STATE, "bold" if self.state else "")]
        if self.overdue:
            parts.append(("  超期", "bold"))
        if self.marked:
            parts.append((f"  {MARKED} 已标记{len(self.marked)}项", "bold"))
        board = self.loaded.board if isinstance(self.loaded, sources.FindingBatch) else ()
        counts = " ".join(f"{row.state}{row.findings}" for row in board if row.findings)
        late = sum(row.overdue for row in board)
        if late:
            parts.append((f"  {self.glyphs.sign('bad')} 超期{late}", "$error"))
        return [*parts, (f"  {counts}", "$muted")]

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return super().filtered() or bool(self.state) or self.overdue

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.state = ""
        self.overdue = False

    def took(self, kind: str, value: Any) -> None:
        """Show rows; what is no longer among them is no longer marked, so that nobody acts on what they do not see."""
        if kind == "rows":
            self.marked &= {row.finding_id for row in value.items}
        super().took(kind, value)

    def after(self, done: Done | None) -> None:
        """Say what was done; what was marked for it is marked no longer."""
        if done is not None:
            self.marked.clear()
        super().after(done)

    def action_mark(self) -> None:
        """Mark the row under the cursor for one step together with others, or unmark it, and go on to the next."""
        row = self.chosen()
        if row is not None:
            self.marked ^= {row.finding_id}
            self.table.rows[self.table.cursor] = self.row_of(row)
            self.table.refresh()
            self.table.cursor += 1
            self.show_frame()

    def action_overdue_only(self) -> None:
        """Look only at findings whose next step is overdue, or at all again."""
        self.overdue = not self.overdue
        self.reload()

    def action_next_state(self) -> None:
        """Look at the next state, after the last at all that are not settled."""
        states = ["", *(state.value for state in FindingState)]
        self.state = states[(states.index(self.state) + 1) % len(states)]
        self.reload()

    def action_take_step(self) -> None:
        """Take a step with the marked findings; with none marked, with the one under the cursor."""
        row = self.chosen()
        if row is not None:
            rows = [item for item in self.items if item.finding_id in self.marked] or [row]
            self.fill_in(partial(step_plan, self.services, rows))

    def action_waive(self) -> None:
        """Propose, sign or end a waiver of the rule for the account."""
        row = self.chosen()
        if row is not None:
            self.fill_in(partial(waiver_plan, self.services, row))

    def action_notice(self) -> None:
        """Write the notice to the unit of the finding."""
        row = self.chosen()
        if row is not None:
            self.fill_in(partial(notice_plan, self.services, row))


def _sheet(app: Application, row: FindingView, glyphs: Glyphs, *, overdue: bool) -> Sheet:
    return finding_sheet(*app.findings.show(row.finding_id), glyphs, overdue=overdue)


def step_plan(app: Application, rows: Sequence[FindingView]) -> Plan:
    """Return the form of the next steps, open to every one of the findings, that the person may take.

    Raises:
        RefusedError: no step is open to all of them.
    """
    views = [app.findings.show(row.finding_id)[0] for row in rows]
    steps = [
        step
        for name, step in STEPS.items()
        if all(name in open_steps(view.state, present=view.present) for view in views)
    ]
    first, states = views[0], "、".join(dict.fromkeys(view.state for view in views))
    if not steps:
        raise RefusedError(
            f"所选{len(views)}项问题现为“{states}”,没有可以办理的环节。",
            next_step="已办结的不再办理;一并办理的,请只标记同一状态的问题。",
        )
    several = f"等{len(views)}项" if len(views) > 1 else ""
    units = "、".join(dict.fromkeys(view.unit for view in views))
    options = tuple(
        Option(
            step.name,
            step.name,
            step.side.value,
            "" if app.actor.may(step.permission) else f"需要“{step.permission.label}”权限",
        )
        for step in steps
    )
    usable = [option.value for option in options if not option.off]
    return Plan(
        title=f"办理:{first.screen_name} {first.title}{several}",
        intro=f"主办单位“{units}”,现为“{states}”。"
        + (f"{len(views)}项一并办理,有一项不能办的全部不办。" if several else "")
        + "须写明的内容:"
        + ";".join(f"{step.name}—{step.asks}" for step in steps if step.asks)
        + "。",
        asks=(
            Ask("step", "环节", Kind.CHOICE, usable[0] if usable else "", required=True, options=options),
            Ask("note", "说明", Kind.TEXT, longest=2000),
            Ask("file", "证据文件", Kind.FILE, hint="截图等文件的路径"),
        ),
        submit=lambda actor, values: app.findings.take_step(
            actor,
            [view.finding_id for view in views],
            values["step"],
            values["note"],
            [values["file"]] if values["file"] else [],
        ),
        told=lambda done: f"“{done[0].screen_name}”{done[0].title}{several}:现为“{done[0].state}”。",
        confirm=lambda values: SELDOM if values["step"] == CONFIRM else "",
        word="办理",
    )


def waiver_plan(app: Application, row: FindingView) -> Plan:
    """Return the form of waivers: propose one, sign what another proposed, end what holds."""
    own = [
        waiver
        for waiver in app.findings.waivers()
        if (waiver.account, waiver.rule_id) == (row.screen_name, row.rule_id)
    ]
    off = "" if app.actor.may(Permission.WAIVER_SIGN) else f"需要“{Permission.WAIVER_SIGN.label}”权限"
    options = [Option("propose", "提出豁免", row.title)]
    for waiver in own:
        days = f"{waiver.from_day}至{waiver.last_day},{waiver.proposed_by}提出"
        if waiver.signed_at is None and waiver.ended_at is None:
            options.append(Option(f"sign/{waiver.waiver_id}", f"签批豁免 #{waiver.waiver_id}", days, off))
        elif waiver.in_force:
            options.append(Option(f"end/{waiver.waiver_id}", f"终止豁免 #{waiver.waiver_id}", days, off))
    today = beijing_date(app.clock.now()).isoformat()

    def submit(actor: Any, values: Any) -> object:
        what, _, number = str(values["what"]).partition("/")
        if what == "sign":
            return app.findings.sign_waiver(actor, int(number))
        if what == "end":
            return app.findings.end_waiver(actor, int(number), values["reason"])
        return app.findings.propose_waiver(
            actor, row.screen_name, row.rule_id, values["first"], values["last"], values["reason"]
        )

    return Plan(
        title=f"豁免:{row.screen_name} {row.title}",
        intro="豁免有期限、有理由,由提出人以外的人签批后生效;期内该问题不计入结果。",
        asks=(
            Ask("what", "办理", Kind.CHOICE, "propose", required=True, options=tuple(options)),
            Ask("first", "起日", Kind.DAY, today, required=True, when=("what", "propose")),
            Ask("last", "止日", Kind.DAY, required=True, when=("what", "propose"), hint="如 2026-12-31"),
            Ask("reason", "理由", Kind.TEXT, longest=500),
        ),
        submit=submit,
        told=lambda waiver: f"豁免 #{waiver.waiver_id} 已{'签批' if waiver.signed_at else '提出,待另一人签批'}。",
        word="办理",
    )


def notice_plan(app: Application, row: FindingView) -> Plan:
    """Return the form of the notice to a unit, written beside the reports of the home."""
    kinds = (
        Option("notice", "整改通知", "只列已确认、已交办的问题"),
        Option("hearing", "告知书(征求意见稿)", "列已告知、待申辩的问题"),
    )
    folder = app.settings.home / "reports"

    def submit(_actor: Any, values: Any) -> object:
        from weibo_ops.documents import write

        hearing = values["kind"] == "hearing"
        document = app.findings.notice(row.unit, hearing=hearing)
        day = beijing_date(app.clock.now()).isoformat()
        path = folder / f"{'告知书' if hearing else '整改通知'}-{NOT_IN_FILES.sub('_', row.unit)}-{day}.docx"
        write(document, path, app.settings.font)
        return path

    return Plan(
        title=f"出具通知:{row.unit}",
        intro="文号、署名和印章由发文机关补齐;程序不自编文号。",
        asks=(Ask("kind", "文种", Kind.CHOICE, "notice", required=True, options=kinds),),
        submit=submit,
        told=lambda path: f"已保存:{path}",
        word="出具",
    )
