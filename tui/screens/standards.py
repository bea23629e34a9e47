"""标准: texts in force and to come, drafts; editing with the errors beside, preview, publishing by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.schemas.standards import APPEARS, VANISHES, DraftReport, DraftView, Preview, TextRow
from config.loader import shipped, shipped_names
from config.rulebook.base import LAYERS
from tui import sources
from tui.actions import Place, screen_bindings
from tui.forms import Ask, Done, Kind, Option, Plan
from tui.screens.base import TableScreen
from tui.screens.editor import EditorScreen, Problem, Work
from tui.sheet import Block, Body, Field, Head, Sheet
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import beijing_date, format_beijing

DRAFT_ONLY = "光标须在草稿上。按 n 新建草稿。"
TEXT_ONLY = "光标须在已生效或待生效的标准上。"
SHOWN = 60
"""Lines of a text that the pane begins with; the whole is in the editor and on the command line."""


class StandardsScreen(TableScreen):
    """Drafts first, then every stored text of every standard."""

    PLACE = Place.STANDARDS
    UNIT = "份"
    BINDINGS = screen_bindings(Place.STANDARDS)

    def columns(self) -> Sequence[Column]:
        """Title, layer, version, state, day in force, whom it holds for."""
        return (
            Column("标准", 16, grow=2),
            Column("层级", 4),
            Column("版本", 8),
            Column("状态", 12),
            Column("生效日期", 10),
            Column("备注", 14, grow=3),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a draft or a text."""
        if isinstance(item, DraftView):
            words = f"#{item.draft_id} 起草:{'、'.join(item.editors)}"
            return (
                Cell(shipped(item.book).book.title),
                Cell(item.layer),
                Cell(f"第{item.version}稿"),
                Cell(item.state, "note"),
                Cell("-", "dim"),
                Cell(words, "dim"),
            )
        row: TextRow = item
        remark = f"比上层宽:{'、'.join(row.looser)}" if row.looser else row.applies_to or row.origin
        return (
            Cell(row.title),
            Cell(row.layer),
            Cell(row.version),
            Cell(row.state + ("(在用)" if row.in_force else ""), "good" if row.in_force else "dim"),
            Cell(row.effective_from.isoformat(), "dim"),
            Cell(remark, "bad" if row.looser else "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read drafts and texts."""
        return partial(sources.standards, self.services)

    def describe(self, item: Any) -> Any:
        """Say what a draft changes, or what a text says."""
        return partial(_draft_sheet if isinstance(item, DraftView) else _text_sheet, self.services, item)

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return "没有标准。"

    def action_new_draft(self) -> None:
        """Begin a draft."""
        self.fill_in(partial(new_plan, self.services, self.chosen()))

    def action_edit_draft(self) -> None:
        """Edit the draft under the cursor."""
        row = self.chosen()
        if isinstance(row, DraftView):
            self.read("edit", partial(editing, self.services, row.draft_id))
        else:
            self.say(DRAFT_ONLY)

    def action_preview(self) -> None:
        """Show what the draft under the cursor would do."""
        row = self.chosen()
        if isinstance(row, DraftView):
            self.say("正在预览…")
            self.read("preview", partial(_preview_sheet, self.services, row.draft_id))
        else:
            self.say(DRAFT_ONLY)

    def action_publish(self) -> None:
        """Publish the draft under the cursor."""
        row = self.chosen()
        if isinstance(row, DraftView):
            self.fill_in(partial(publish_plan, self.services, row.draft_id))
        else:
            self.say(DRAFT_ONLY)

    def action_retire(self) -> None:
        """Retire the text under the cursor from a day on."""
        row = self.chosen()
        if isinstance(row, TextRow):
            self.fill_in(partial(retire_plan, self.services, row))
        else:
            self.say(TEXT_ONLY)

    def took(self, kind: str, value: Any) -> None:
        """Open the editor, show a preview, or do as every table."""
        if kind == "edit":
            self.app.push_screen(EditorScreen(value), self._edited)
        elif kind == "preview":
            self.say("预览只作比较,未改动任何结果。")
            self.detail.show(value)
            self.detail.focus()
        else:
            super().took(kind, value)

    def _edited(self, done: Done | None) -> None:
        self.after(done)


def _draft_sheet(app: Application, draft: DraftView) -> Sheet:
    report = app.standard_drafts.check(draft.draft_id)
    found = app.standard_drafts.diff(draft.draft_id)
    blocks: list[Block] = [
        Head("可以发布" if report.ready else "尚不能发布", "good" if report.ready else "bad"),
        *(Body(f"第{one.line}行 {one.key}:{one.message}", tone="bad") for one in report.problems),
        *(Body(f"第{one.line}行 {one.key}:{one.message}", tone="bad") for one in report.loosenings),
        *(Body(note, tone="warn") for note in report.notes),
        Head("与现行文本的差别"),
    ]
    if found.differences is None:
        blocks.append(Body("文本有误,改正后逐条比较。", tone="dim"))
    elif not found.differences:
        blocks.append(Body("没有差别。", tone="dim"))
    for one in found.differences or ():
        values = f"{one.old} → {one.new}" if one.old and one.new else one.old or one.new
        tone = {"放宽": "bad", "收紧": "good"}.get(one.effect, "")
        blocks.append(Field(f"{one.change}({one.effect})", f"{one.title or one.key}:{values}", tone))
    blocks += [
        Head("草稿"),
        Field("层级", draft.layer),
        Field("经手人", "、".join(draft.editors) + "(不得发布)"),
        Field("最近修改", format_beijing(draft.updated_at)),
        Field("校验码", draft.digest, "dim"),
    ]
    return Sheet(f"草稿 #{draft.draft_id} {shipped(draft.book).book.title}", tuple(blocks))


def _text_sheet(app: Application, row: TextRow) -> Sheet:
    loaded = app.standards.by_digest(row.digest)
    until = f"至 {row.retired_from.isoformat()} 前" if row.retired_from else ""
    lines = loaded.text.split("\n")
    more = f"\n…共{len(lines)}行,全文:weibo-ops standard show {row.book} --digest {row.digest[:12]}"
    blocks: list[Block] = [
        Field("层级", row.layer + (f"  适用:{row.applies_to}" if row.applies_to else "")),
        Field("生效", f"{row.effective_from.isoformat()} 起 {until}"),
        Field("状态", row.state + ("  今天在用" if row.in_force else "")),
        Field("来源", row.origin),
        Field("发布人", row.published_by or "随附"),
        Field("校验码", row.digest, "dim"),
        *(Field("比上层宽", key, "bad") for key in row.looser),
        *(Field("已封账", f"{period.name}:{period.reason}", "dim") for period in app.periods.closed()),
        Head("文本"),
        Body("\n".join(lines[:SHOWN]) + (more if len(lines) > SHOWN else "")),
    ]
    return Sheet(f"{row.title}  {row.version}", tuple(blocks))


def _preview_sheet(app: Application, draft_id: int) -> Sheet:
    preview: Preview = app.standard_publishing.preview(draft_id)
    blocks: list[Block] = []
    for table in preview.tables:
        blocks += [
            Head(f"{table.title}:{APPEARS} {table.count(APPEARS)} 项,{VANISHES} {table.count(VANISHES)} 项"),
            Field("截至", format_beijing(table.as_of)),
            Field("适用账号", f"{table.governed} 个"),
        ]
        changed = [row for row in table.rows if row.change != "不变"]
        for row in changed:
            tone = "bad" if row.change in (APPEARS, "加重") else "good"
            blocks.append(
                Field(row.change, f"{row.screen_name}  {row.title}:{row.message.partition('依据:')[0]}", tone)
            )
        if not changed:
            blocks.append(Body("检查结果没有变化。", tone="dim"))
    if not preview.tables:
        blocks.append(Body("该标准没有可预览的结果,请看草稿与现行文本的差别。", tone="dim"))
    return Sheet(f"预览:草稿 #{draft_id}  校验码 {preview.digest[:12]}", tuple(blocks))


def new_plan(app: Application, row: object) -> Plan:
    """Return the form of a new draft, copied from the text in force."""
    books = tuple(Option(name, shipped(name).book.title, name) for name in shipped_names())
    book = row.book if isinstance(row, TextRow | DraftView) else "accounts"
    today = beijing_date(app.clock.now())
    layers = tuple(Option(each, each) for each in LAYERS)
    return Plan(
        title="新建标准草稿",
        intro="由现行文本复制;下一层级只可收紧上一层级的规定。由起草人以外的人发布。",
        asks=(
            Ask("book", "标准", Kind.CHOICE, book, required=True, options=books),
            Ask("layer", "层级", Kind.CHOICE, "市", required=True, options=layers),
            Ask("version", "版本", required=True, hint="如 2026.2,不得与已有文本相同", longest=40),
            Ask("first", "生效日期", Kind.DAY, today.isoformat(), required=True),
            Ask("unit", "适用单位", hint="只在层级为“单位”时填写,空白为全部"),
        ),
        submit=lambda actor, values: app.standard_drafts.new(
            actor,
            values["book"],
            values["layer"],
            effective_from=values["first"],
            version=values["version"],
            applies_to=values["unit"],
        ),
        told=lambda draft: f"已建草稿 #{draft.draft_id}。按 e 编辑。",
        word="新建",
    )


def editing(app: Application, draft_id: int) -> Work:
    """Return what the editor works on: a draft, with its errors and loosenings as one types."""
    draft = app.standard_drafts.show(draft_id)
    seen = [draft.version]

    def check(text: str) -> Sequence[Problem]:
        return problems(app.standard_drafts.check_text(draft_id, text))

    def save(actor: Any, text: str) -> DraftReport:
        report = app.standard_drafts.edit(actor, draft_id, text, seen[0])
        seen[0] = report.draft.version
        return report

    def told(report: DraftReport) -> str:
        wrong = len(report.problems) + len(report.loosenings)
        return f"已保存第{report.draft.version}稿。" + (
            f"还有 {wrong} 处须改正,不能发布。" if wrong else "可以预览和发布。"
        )

    return Work(f"草稿 #{draft_id} {shipped(draft.book).book.title}", draft.text, check, save, told)


def problems(report: DraftReport) -> list[Problem]:
    """Return errors, loosenings and notes as the editor lists them, by line."""
    found = [Problem(f"{one.key}:{one.message}" if one.key else one.message, one.line) for one in report.problems]
    found += [Problem(one.message, one.line, tone="warn") for one in report.loosenings]
    found.sort(key=lambda one: one.line or 0)
    return found + [Problem(note, tone="note") for note in report.notes]


def publish_plan(app: Application, draft_id: int) -> Plan:
    """Return the question before publishing: from when, what changes, and who may not."""
    preview = app.standard_publishing.preview(draft_id)
    draft = preview.report.draft
    book = app.standard_drafts.loaded(draft_id)
    changes = ";".join(
        f"{table.title}{APPEARS} {table.count(APPEARS)} 项、{VANISHES} {table.count(VANISHES)} 项"
        for table in preview.tables
    )
    return Plan(
        title=f"发布草稿 #{draft_id}",
        intro=f"{book.title},层级“{draft.layer}”,版本 {book.version},自 {book.effective_from.isoformat()} 起生效。\n"
        f"{changes or '没有可预览的结果'}。\n经手人 {'、'.join(draft.editors)} 不得发布。",
        submit=lambda actor, _values: app.standard_publishing.publish(actor, draft_id, preview.digest),
        told=lambda done: f"已发布:{done.effective_from.isoformat()}起生效,校验码 {done.digest[:12]}。",
        word="发布",
    )


def retire_plan(app: Application, row: TextRow) -> Plan:
    """Return the form of retiring a text."""
    today = beijing_date(app.clock.now()).isoformat()
    return Plan(
        title=f"停用:{row.title} {row.version}",
        intro=f"层级“{row.layer}”。停用后由上一层级或更早的文本执行;由发布人以外的人办理。",
        asks=(Ask("first", "停用日期", Kind.DAY, today, required=True),),
        submit=lambda actor, values: app.standard_publishing.retire(actor, row.digest, values["first"]),
        told=lambda done: f"已停用 {done.version}。",
        word="停用",
    )
