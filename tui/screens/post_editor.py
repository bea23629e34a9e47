"""The editor of a post: text with its length and hits as one writes, 定稿栏 beside, templates, conflicts told whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from publishing.checks import Medium
from publishing.enums import PostState
from publishing.schemas import HitView, PostDetail, PostEntry, TemplateRow
from publishing.service.drafts import kind_of
from publishing.text_changes import marked, text_changes
from publishing.transitions import WAITING
from tui.actions import WRITING, bindings_of, key_word
from tui.desks import Writing
from tui.details.outgoing import without_waived
from tui.drafts import LONGEST_TEXT, asks_of, entry_of, file_lines, moved, placed, replacement, with_files
from tui.forms import Done, Option, answers
from tui.reading import ReadingScreen
from tui.screens.confirm import Confirm
from tui.screens.form import SUBMITTING, UNSURE
from tui.screens.options import OptionPicker
from tui.widgets.answer_sheet import AnswerSheet
from tui.widgets.bars import Bar, key_item
from tui.widgets.ledger import Cell, Column, Ledger
from tui.widgets.post_text import PostText
from tui.widgets.words import Words
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import ConflictError, UsageError
from weibo_ops.kernel.text import weibo_length

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp
    from weibo_ops.bootstrap import Application

BESIDE = 110
"""Cells from which the 定稿栏 stands beside the text instead of in its place."""
PAUSE = 0.8
"""Seconds without a key after which the text is checked; nothing is checked while someone types."""
COLUMNS = (
    Column("序", 3, right=True),
    Column("性质", 10),
    Column("提示", 16, grow=3),
    Column("建议", 16, grow=1, from_cells=70),
)
UNSAVED = "修改尚未保存,离开即不保留。"
NO_ACCOUNT = "选定账号后检查(定稿栏第一项)。"
FINE = "没有发现问题。"
VOIDS = "稿件{post_id}现为“{state}”。保存后回到草稿,已有签字全部作废,须重新送审。"
NOTHING_TO_APPLY = "该处没有可以直接采用的文字,请按建议修改:{suggestion}"


@dataclass(frozen=True)
class Clash:
    """Somebody saved first: the post as it stands now, and what was to be saved."""

    theirs: PostDetail
    mine: PostEntry


class PostEditor(ModalScreen["Done | None"], ReadingScreen):
    """Edits a post; gives what the last saving gave, None if nothing was saved."""

    BINDINGS = bindings_of(WRITING)
    UNEXPECTED = UNSURE

    def __init__(self, work: Writing) -> None:
        super().__init__()
        self.work = work
        self.busy = False
        self.hits: tuple[HitView, ...] = ()
        self._seen = ""
        """The text that the hits are of."""
        self._kept = work.entry.media
        self._saved: tuple[str, dict[str, str]] = ("", {})
        self._sent = self._saved
        self._done: Done | None = None
        self._timer: Any = None
        self._voids = PostState(work.state) in WAITING

    # --- frame ----------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Build the screen."""
        glyphs = cast("WeiboOpsApp", self.app).glyphs
        asks = asks_of(self.work.entry, self.work.accounts, self.work.limits, editing=self.work.post_id is not None)
        with Container(id="editor"):
            yield Bar(id="editor-title")
            with Container(id="post-body"):
                with Vertical(id="post-left"):
                    yield PostText(self.work.entry.text, id="post-text")
                    yield Bar(id="post-length")
                    yield Ledger(here=glyphs.sign("here"), id="hits")
                yield AnswerSheet(asks, glyphs.sign("bad"), id="post-fields")
            yield Words(id="editor-said")
            yield Static(id="editor-keys")

    @property
    def area(self) -> PostText:
        """The text."""
        return self.query_one(PostText)

    @property
    def sheet(self) -> AnswerSheet:
        """The 定稿栏."""
        return self.query_one(AnswerSheet)

    @property
    def list(self) -> Ledger:
        """The hits."""
        return self.query_one("#hits", Ledger)

    @property
    def unsaved(self) -> bool:
        """Whether something typed is not stored yet."""
        return self._now() != self._saved

    def _now(self) -> tuple[str, dict[str, str]]:
        return self.area.text, self.sheet.raw()

    def on_mount(self) -> None:
        """Begin with the text."""
        items = [key_item(key_word(action.keys[0]), action) for action in WRITING if action.short]
        self.query_one("#editor-keys", Static).update(Content("  ").join(items))
        self._set_sides(self.app.size.width)
        self._saved = self._now()
        self.area.focus()
        self._show_state()
        self.action_look()

    def on_resize(self, event: events.Resize) -> None:
        """Put the 定稿栏 beside the text or in its place."""
        self._set_sides(event.size.width)

    def _set_sides(self, cells: int) -> None:
        self.query_one("#editor").set_class(cells >= BESIDE, "-beside")

    def _show_state(self) -> None:
        """Show what is edited, whether it is saved, how long the text is and where the cursor stands."""
        work, area = self.work, self.area
        name = "新稿件" if work.post_id is None else f"稿件{work.post_id}({work.state})"
        bar = self.query_one("#editor-title", Bar)
        bar.left = ((f" {name}{'(未保存)' if self.unsaved else ''}", "bold"),)
        account = next(
            (each.label for each in work.accounts if each.value == self.sheet.field("account").raw), "未选账号"
        )
        bar.right = ((f"{account} ", ""),)
        gateway = self.sheet.field("gateway").raw
        length, limit = weibo_length(area.text), work.limits.get(gateway, 0)
        over = limit and length > limit
        sign = cast("WeiboOpsApp", self.app).glyphs.sign("bad")
        words = f"正文 {length}/{limit}字" if limit else f"正文 {length}字"
        said = f" {sign} {words} 超{length - limit}字" if over else f" {words}"
        row, column = area.cursor_location
        below = self.query_one("#post-length", Bar)
        stops = sum(hit.blocks for hit in self.hits)
        below.left = ((said, "bold $error" if over else ""), (f"  提示{len(self.hits)}处 须处理{stops}处", "$muted"))
        below.right = ((f"第{row + 1}行 第{column + 1}字 ", "$muted"),)

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Put a sentence above the keys."""
        said = self.query_one("#editor-said", Words)
        said.set_class(wrong, "-wrong")
        said.text = f"{cast('WeiboOpsApp', self.app).glyphs.sign('bad')} {sentence}" if wrong else sentence

    # --- checking -------------------------------------------------------------------------------------------

    @on(TextArea.Changed, "#post-text")
    def typed(self) -> None:
        """Let the marks move with the text; check when the typing pauses."""
        left = moved(self.hits, self._seen, self.area.text)
        gone = len(left) < len(self.hits)
        self.hits, self._seen = left, self.area.text
        if gone:
            self._list_hits()
        self._mark()
        self._wait()

    @on(AnswerSheet.Changed)
    def filled_in(self) -> None:
        """Check when the filling in pauses: class, gateway and files count too."""
        self._wait()

    def _wait(self) -> None:
        self._show_state()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self.action_look)

    @on(TextArea.SelectionChanged, "#post-text")
    def went(self) -> None:
        """Show where the cursor is."""
        self._show_state()

    def action_look(self) -> None:
        """Check the text as it stands."""
        if self._timer is not None:
            self._timer.stop()
        values, _ = answers(self.sheet.asks, self.sheet.raw())
        if not values.get("account"):
            self.forget("look")
            self._take_hits((), NO_ACCOUNT)
            return
        entry = entry_of(self.area.text, values, (), self.work.entry)
        self.read("look", partial(_look, self.services, entry, values.get("media", ""), self._kept, self.work.post_id))

    def _take_hits(self, hits: Sequence[HitView], note: str = FINE) -> None:
        self.hits, self._seen = tuple(hits), self.area.text
        self._list_hits(note)
        self._mark()
        self._show_state()

    def _list_hits(self, note: str = "") -> None:
        glyphs = cast("WeiboOpsApp", self.app).glyphs
        rows = []
        for hit in self.hits:
            mark = glyphs.severity(hit.severity)
            words = f"{hit.title}:{hit.message}"
            handled = f"{glyphs.sign('good')} 已放行:{hit.waiver_reason}" if hit.waived_by else hit.suggestion
            rows.append((Cell(str(hit.number), "dim"), Cell(mark.text, mark.tone), Cell(words), Cell(handled, "dim")))
        self.list.show(COLUMNS, rows, note, self.list.cursor)

    def _mark(self) -> None:
        colours = self.app.theme_variables
        self.area.mark(self.hits, {"veto": colours["error"], "deduct": colours["warning"], "advice": colours["note"]})

    # --- going from hit to hit ------------------------------------------------------------------------------

    def action_next_hit(self) -> None:
        """Go to the next place after the cursor that a hit points at, from the last to the first."""
        places = sorted({hit.start for hit in self.hits if placed(hit, self.area.text)})
        if places:
            here = self.area.place
            start = next((place for place in places if place > here), places[0])
            self._go(next(hit for hit in self.hits if hit.start == start and placed(hit, self.area.text)))
        elif self.hits:
            self._go(self.hits[0])
        else:
            self.say(FINE)

    def _go(self, hit: HitView) -> None:
        self.list.cursor = self.hits.index(hit)
        self._tell(hit)
        if placed(hit, self.area.text):
            self.area.go(hit.start)
        self._show_text()
        self.area.focus()

    def _tell(self, hit: HitView) -> None:
        self.say(f"{hit.title}:{hit.message}" + (f" 建议:{hit.suggestion}" if hit.suggestion else ""))

    def _listed(self) -> HitView | None:
        """Return the hit under the cursor of the list."""
        at = self.list.cursor
        return self.hits[at] if at < len(self.hits) else None

    def _under_cursor(self) -> HitView | None:
        """Return the hit that is meant: the one in the list that has the focus, else the one where the cursor is."""
        here, text = self.area.place, self.area.text
        if self.focused is not self.list:
            for hit in self.hits:
                if placed(hit, text) and hit.start <= here < hit.end:
                    return hit
        return self._listed()

    def action_apply_hit(self) -> None:
        """Put the suggested words in the place of the matched ones; undone like typing."""
        hit, text = self._under_cursor(), self.area.text
        if hit is None:
            self.say(FINE)
            return
        words = replacement(hit, text[hit.start : hit.end]) if placed(hit, text) else None
        if words is None:
            self.say(NOTHING_TO_APPLY.format(suggestion=hit.suggestion or hit.message))
            return
        self.area.put(words, hit.start, hit.end)
        self.area.go(hit.start + len(words))
        self._show_text()
        self.area.focus()
        self.say(f"已改为“{words}”。Ctrl+Z 撤销。")

    def action_hit_list(self) -> None:
        """Move the focus between text and hits."""
        self._show_text()
        (self.area if self.focused is self.list else self.list).focus()

    @on(Ledger.Moved)
    def tell_hit(self, message: Ledger.Moved) -> None:
        """Say the whole of a hit that is chosen in the list."""
        if self.focused is self.list and message.row < len(self.hits):
            self._tell(self.hits[message.row])

    @on(Ledger.Opened)
    def open_clicked(self) -> None:
        """Go to the place of a hit that was clicked twice."""
        self._take()

    def on_key(self, event: events.Key) -> None:
        """Enter on a hit goes to its place."""
        if event.key == "enter" and self.focused is self.list:
            event.stop()
            self._take()

    def _take(self) -> None:
        hit = self._listed()
        if hit is not None:
            self._go(hit)

    # --- 定稿栏 and templates --------------------------------------------------------------------------------

    def action_colophon(self) -> None:
        """Move the focus between text and 定稿栏."""
        if self.sheet.holds_focus():
            self._show_text()
            self.area.focus()
        else:
            self.query_one("#editor").add_class("-colophon")
            self.sheet.enter()

    def _show_text(self) -> None:
        self.query_one("#editor").remove_class("-colophon")

    def action_template(self) -> None:
        """Choose a template to start from."""
        rows = self.work.templates
        if not rows:
            self.say("没有可用的模板。新建:weibo-ops template add。")
            return
        options = tuple(Option(str(row.template_id), row.title, _template_note(row)) for row in rows)
        self.app.push_screen(OptionPicker("从模板开始", options), self._take_template)

    def _take_template(self, chosen: str | None) -> None:
        row = next((each for each in self.work.templates if str(each.template_id) == chosen), None)
        if row is None:
            return
        if self.area.text.strip():
            self.area.insert(row.text)
            self.say("已在光标处插入模板文字。Ctrl+Z 撤销。")
        else:
            self.area.put(row.text, 0, len(self.area.text))
            self.sheet.field("content_class").raw = row.content_class  # type: ignore[misc]
            basis = self.sheet.field("source_basis")
            if row.source_basis and not basis.raw:
                basis.value = row.source_basis  # type: ignore[union-attr]
            self.say(f"已取用模板“{row.title}”。")
        self._show_text()
        self.area.focus()

    # --- saving ---------------------------------------------------------------------------------------------

    def action_submit(self) -> None:
        """Save; ask first where signatures become void; a second time only when the first is through."""
        if self.busy:
            return
        values, wrong = answers(self.sheet.asks, self.sheet.raw())
        if len(self.area.text) > LONGEST_TEXT:
            self.say(f"正文最多{LONGEST_TEXT}字,现有{len(self.area.text)}字。", wrong=True)
            return
        first = self.sheet.point_at(wrong)
        if first:
            self.query_one("#editor").add_class("-colophon")
            self.sheet.enter(first)
            self.say(f"定稿栏有 {len(wrong)} 项须补正,未保存。", wrong=True)
        elif self._voids:
            text = VOIDS.format(post_id=self.work.post_id, state=self.work.state)
            self.app.push_screen(Confirm("保存修改", text, "保存", "继续编辑"), partial(self._voided, values))
        else:
            self._send(values)

    def _voided(self, values: dict[str, Any], yes: bool | None) -> None:
        if yes:
            self._send(values)

    def _send(self, values: dict[str, Any]) -> None:
        self.busy = True
        self._sent = self._now()
        self.say(SUBMITTING)
        self.read("save", partial(_save, self.services, self.work, self._sent[0], values, self._kept))

    def took(self, kind: str, value: Any) -> None:
        """Show hits, that it was saved, or that somebody was faster."""
        if kind == "look":
            text, hits = value
            self._take_hits(moved(hits, text, self.area.text))
        elif isinstance(value, Clash):
            self.busy = False
            self.say("他人先保存了另一稿,本次未保存,填写的内容仍在。", wrong=True)
            self.app.push_screen(
                Confirm(
                    f"稿件{value.theirs.row.post_id}:他人先保存了",
                    clash_words(value),
                    "保留我的,存为下一稿",
                    "继续编辑",
                ),
                partial(self._after_clash, value),
            )
        else:
            self.busy = False
            self._take_saved(value)

    def _take_saved(self, done: Done) -> None:
        post: PostDetail = done.result
        self.work = replace(self.work, post_id=post.row.post_id, version=post.row.version, state=post.row.state)
        self._voids = False
        self._kept = post.current.media
        self._saved = self._sent
        self._done = done
        self.say(done.sentence)
        self._show_state()
        self.action_look()

    def _after_clash(self, clash: Clash, yes: bool | None) -> None:
        if yes:
            self.work = replace(self.work, version=clash.theirs.row.version)
            self._voids = False
            values, _ = answers(self.sheet.asks, self.sheet.raw())
            self._send(values)

    def refused(self, kind: str, sentence: str) -> None:
        """Show why it was not checked or saved; everything typed stays."""
        self.busy = self.busy and kind != "save"
        self.say(sentence, wrong=True)

    # --- leaving --------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Go back from the 定稿栏 to the text where it stands in its place; else leave, asking when not saved."""
        if self.busy:
            self.say(SUBMITTING)
        elif self.sheet.holds_focus():
            self._show_text()
            self.area.focus()
        elif self.unsaved:
            self.app.push_screen(Confirm("稿件尚未保存", UNSAVED, "离开", "继续编辑"), self._left)
        else:
            self.dismiss(self._done)

    def _left(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(self._done)


def _template_note(row: TemplateRow) -> str:
    approved = f"口径,{row.approved_by}核准" if row.approved_by else "口径,待核准"
    until = f",至 {row.valid_until.isoformat()}" if row.valid_until else ""
    return f"{row.content_class} {row.unit}" + (f" {approved}{until}" if row.holding else "")


def clash_words(clash: Clash) -> str:
    """Return both texts whole, and what differs, for whoever must decide which is kept."""
    theirs, mine = clash.theirs.current, clash.mine
    who = f"{theirs.author} {format_beijing(theirs.at)} 保存了第{theirs.number}稿(现为“{clash.theirs.row.state}”)。"
    if theirs.text == mine.text:
        return f"{who}正文与您的相同,定稿栏或文件不同。保留您的,存为下一稿;或者返回继续编辑。"
    return (
        f"{who}您的文字仍在编辑器中,没有丢失。\n\n【对方】\n{theirs.text}\n\n【您的】\n{mine.text}\n\n"
        f"【对方→您的】\n{marked(text_changes(theirs.text, mine.text))}"
    )


def _look(
    app: Application, entry: PostEntry, files: str, kept: Sequence[Medium], post_id: int | None
) -> tuple[str, tuple[HitView, ...]]:
    media = with_files(file_lines(files, kept), _as_on_disk)
    hits = app.posts.look(replace(entry, media=media), post_id)
    stored = app.posts.show(post_id).hits if post_id is not None else ()
    return entry.text, without_waived(hits, stored)


def _as_on_disk(path: Path, alt: str) -> Medium:
    """Return a file that is not stored yet, known by its path, so that the checks can speak of it."""
    try:
        size = path.stat().st_size
    except OSError:
        raise UsageError(f"文件“{path.name[:60]}”无法读取。", next_step="请核对“图片视频”一栏的路径。") from None
    return Medium(path.name, str(path), size, kind_of(path.name), alt)


def _save(app: Application, work: Writing, text: str, values: dict[str, Any], kept: Sequence[Medium]) -> Done | Clash:
    actor = app.present_actor()
    media = with_files(file_lines(values["media"], kept), partial(app.posts.attach, actor))
    entry = entry_of(text, values, media, work.entry)
    if work.post_id is None:
        return _saved(app.posts.new(actor, entry))
    try:
        return _saved(app.posts.edit(actor, work.post_id, entry, work.version))
    except ConflictError:
        theirs = app.posts.show(work.post_id, actor)
        if theirs.row.version == work.version:
            raise
        return Clash(theirs, entry)


def _saved(post: PostDetail) -> Done:
    row = post.row
    found = f"须处理{row.blocking}处,提示{row.advice}处。" if row.blocking or row.advice else "检查没有发现问题。"
    return Done(post, f"已保存:稿件{row.post_id}第{row.revision}稿,校验码 {post.code}。{found}")
