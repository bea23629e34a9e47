"""The editor of a post: text with its length and hits as one writes, 定稿栏 beside, templates, conflicts told whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from publishing.enums import PostState
from publishing.schemas import HitView, PostDetail
from publishing.transitions import WAITING
from tui.actions import WRITING, bindings_of, key_word
from tui.acts.writing import VOIDS, Clash, clash_words, look, save, template_options
from tui.desks import Writing
from tui.drafts import LONGEST_TEXT, asks_of, entry_of, is_remark, media_text, moved, placed, replacement
from tui.forms import Done, answers
from tui.reading import ReadingScreen
from tui.screens.confirm import Confirm
from tui.screens.form import SUBMITTING, UNSURE
from tui.screens.options import OptionPicker
from tui.widgets.answer_sheet import AnswerSheet
from tui.widgets.bars import Bar, key_item
from tui.widgets.fields import TextField
from tui.widgets.hit_list import HitList
from tui.widgets.ledger import Ledger
from tui.widgets.post_text import PostText
from tui.widgets.words import Words
from weibo_ops.kernel.text import weibo_length

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp

BESIDE = 110
"""Cells from which the 定稿栏 stands beside the text instead of in its place."""
PAUSE = 0.8
"""Seconds without a key after which the text is checked; nothing is checked while someone types."""
UNSAVED = "修改尚未保存,离开即不保留。"
NO_ACCOUNT = "选定账号后检查(定稿栏第一项)。"
FINE = "没有发现问题。"
LOOKING = "正在检查,稍候。"
NOTHING_TO_APPLY = "该处没有可以直接采用的文字,请按建议修改:{suggestion}"


class PostEditor(ModalScreen["Done | None"], ReadingScreen):
    """Edits a post; gives what the last saving gave, None if nothing was saved."""

    BINDINGS = bindings_of(WRITING)
    UNEXPECTED = UNSURE

    def __init__(self, work: Writing) -> None:
        super().__init__()
        self.work = work
        self.busy = False
        self.hits: tuple[HitView, ...] = work.remarks
        """What the checks and the reviewers say of the text, remarks first."""
        self._seen = work.entry.text
        """The text that the hits are of."""
        self._told: HitView | None = None
        """The hit that is being told because the cursor stands on it."""
        self._kept = work.entry.media
        self._saved: tuple[str, dict[str, str]] = ("", {})
        self._sent = self._saved
        self._done: Done | None = None
        self._timer: Any = None
        self._looking = False
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
                    yield HitList(glyphs, id="hits")
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
    def list(self) -> HitList:
        """What is said of the text."""
        return self.query_one(HitList)

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
        self._list_hits(LOOKING)
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
        name = "新稿件" if work.post_id is None else f"稿件{work.post_id}"
        state = ",".join(filter(None, [work.state if work.post_id else "", "未保存" if self.unsaved else ""]))
        bar = self.query_one("#editor-title", Bar)
        bar.left = ((f" {name}{f'({state})' if state else ''}", "bold"),)
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
        remarks = sum(is_remark(hit) for hit in self.hits)
        found = f"  提示{len(self.hits) - remarks}处 须处理{stops}处" + (f" 批注{remarks}条" if remarks else "")
        below.left = ((said, "bold $error" if over else ""), (found, "$muted"))
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
        self._looking = True
        self._show_state()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self.action_look)

    @on(TextArea.SelectionChanged, "#post-text")
    def went(self) -> None:
        """Show where the cursor is, and what is said of the place."""
        self._show_state()
        hit = self._at_cursor()
        if hit is not None and hit is not self._told:
            self.list.point_at(hit)
            self._tell(hit)
        elif hit is None and self._told is not None:
            self.say("")
        self._told = hit

    def _at_cursor(self) -> HitView | None:
        here, text = self.area.place, self.area.text
        return next((hit for hit in self.hits if placed(hit, text) and hit.start <= here < hit.end), None)

    def action_look(self) -> None:
        """Check the text as it stands."""
        if self._timer is not None:
            self._timer.stop()
        values, _ = answers(self.sheet.asks, self.sheet.raw())
        if not values.get("account"):
            self.forget("look")
            self._take_hits((), NO_ACCOUNT)
            return
        self._looking = True
        entry = entry_of(self.area.text, values, (), self.work.entry)
        self.read("look", partial(look, self.services, entry, values.get("media", ""), self._kept, self.work.post_id))

    def _take_hits(self, hits: Sequence[HitView], note: str = FINE) -> None:
        self._looking = False
        if self.query_one("#editor-said", Words).text in (FINE, LOOKING):
            self.say("")
        remarks = [hit for hit in self.hits if is_remark(hit)]
        self.hits, self._seen = (*remarks, *hits), self.area.text
        self._list_hits(note)
        self._mark()
        self._show_state()
        if not self.query_one("#editor-said", Words).text:
            self.went()

    def _list_hits(self, note: str = "") -> None:
        self.list.list(self.hits, note)

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
            self.say(LOOKING if self._looking else FINE)

    def _go(self, hit: HitView) -> None:
        self.list.point_at(hit)
        self._tell(hit)
        if placed(hit, self.area.text):
            self.area.go(hit.start)
            self._told = self._at_cursor()
        self._show_text()
        self.area.focus()

    def _tell(self, hit: HitView) -> None:
        self.say(f"{hit.title}:{hit.message}" + (f" 建议:{hit.suggestion}" if hit.suggestion else ""))

    def _under_cursor(self) -> HitView | None:
        """Return the hit that is meant: the one in the list that has the focus, else the one where the cursor is."""
        here = self._at_cursor() if self.focused is not self.list else None
        return here or self.list.listed

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
        self._told = None
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
        hit = self.list.listed
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
        self.app.push_screen(OptionPicker("从模板开始", template_options(rows)), self._take_template)

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
        self.read("save", partial(save, self.services, self.work, self._sent[0], values, self._kept))

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
        self._name_files()
        self._done = done
        self.say(done.sentence)
        self._show_state()
        self.action_look()

    def _name_files(self) -> None:
        """Call files by the names under which they are kept now: their paths may be gone tomorrow."""
        field = self.sheet.field("media")
        if isinstance(field, TextField) and field.raw == self._sent[1]["media"]:
            field.text = media_text(self._kept)
            self._saved = (self._sent[0], self._sent[1] | {"media": field.raw})

    def _after_clash(self, clash: Clash, yes: bool | None) -> None:
        if yes:
            self.work = replace(self.work, version=clash.theirs.row.version)
            self._voids = False
            values, _ = answers(self.sheet.asks, self.sheet.raw())
            self._send(values)

    def refused(self, kind: str, sentence: str) -> None:
        """Show why it was not checked or saved; everything typed stays."""
        self.busy = self.busy and kind != "save"
        self._looking = self._looking and kind != "look"
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
