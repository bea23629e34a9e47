"""A remark on a place of a post's text: the words are selected, the remark is written, both go in together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from publishing.schemas import PostDetail
from tui.actions import REMARKING, bindings_of, key_word
from tui.forms import Ask, Done, Kind
from tui.reading import ReadingScreen
from tui.screens.confirm import Confirm
from tui.screens.form import KEPT, SUBMITTING, UNSURE
from tui.widgets.bars import Bar, key_item
from tui.widgets.fields import TextField
from tui.widgets.post_text import PostText
from tui.widgets.words import Words

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp
    from weibo_ops.bootstrap import Application

NOTHING_CHOSEN = "请先在正文中选中文字:按住 Shift 移动方向键。"
NOTHING_SAID = "请写明意见。"
LONGEST = 1_000


class RemarkScreen(ModalScreen["Done | None"], ReadingScreen):
    """Shows a post's text to select in, and a field for the remark."""

    BINDINGS = bindings_of(REMARKING)
    UNEXPECTED = UNSURE

    def __init__(self, post: PostDetail) -> None:
        super().__init__()
        self.post = post
        self.busy = False

    def compose(self) -> ComposeResult:
        """Build the screen."""
        with Container(id="editor"):
            yield Bar(id="editor-title")
            yield PostText(self.post.current.text, read_only=True, id="post-text")
            yield Bar(id="remark-quote")
            yield TextField(Ask("remark", "意见", Kind.TEXT, hint="意见", longest=LONGEST))
            yield Words(id="editor-said")
            yield Static(id="editor-keys")

    @property
    def area(self) -> PostText:
        """The text."""
        return self.query_one(PostText)

    @property
    def field(self) -> TextField:
        """The remark."""
        return self.query_one(TextField)

    @property
    def unsaved(self) -> bool:
        """Whether a remark was begun."""
        return bool(self.field.raw.strip())

    def on_mount(self) -> None:
        """Begin in the text."""
        items = [key_item(key_word(action.keys[0]), action) for action in REMARKING if action.short]
        self.query_one("#editor-keys", Static).update(Content("  ").join(items))
        row = self.post.row
        self.query_one("#editor-title", Bar).left = ((f" 批注:稿件{row.post_id} 第{row.revision}稿", "bold"),)
        colours = self.app.theme_variables
        self.area.mark(
            self.post.hits, {"veto": colours["error"], "deduct": colours["warning"], "advice": colours["note"]}
        )
        self.area.focus()
        self._show_quote()

    @on(TextArea.SelectionChanged, "#post-text")
    def _show_quote(self) -> None:
        start, end = self.area.chosen
        bar = self.query_one("#remark-quote", Bar)
        if start == end:
            bar.left = ((f" {NOTHING_CHOSEN}", "$muted"),)
        else:
            bar.left = ((" 已选 ", "$muted"), (f"“{self.area.text[start:end]}”", "bold"))
        bar.right = ((f"{end - start}字 " if end > start else "", "$muted"),)

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Put a sentence above the keys."""
        said = self.query_one("#editor-said", Words)
        said.set_class(wrong, "-wrong")
        said.text = f"{cast('WeiboOpsApp', self.app).glyphs.sign('bad')} {sentence}" if wrong else sentence

    def action_submit(self) -> None:
        """Send the remark in, once."""
        start, end = self.area.chosen
        if self.busy:
            return
        if start == end:
            self.say(NOTHING_CHOSEN, wrong=True)
            self.area.focus()
        elif not self.field.raw.strip():
            self.say(NOTHING_SAID, wrong=True)
            self.field.focus()
        else:
            self.busy = True
            self.say(SUBMITTING)
            self.read("submit", partial(_submit, self.services, self.post, start, end, self.field.raw))

    def took(self, kind: str, value: Any) -> None:
        """Close with the remark."""
        self.busy = False
        self.dismiss(value)

    def refused(self, kind: str, sentence: str) -> None:
        """Show why it was refused; what was typed stays."""
        self.busy = False
        self.say(sentence, wrong=True)

    def action_leave(self) -> None:
        """Leave; ask first when something was typed."""
        if self.busy:
            self.say(SUBMITTING)
        elif self.unsaved:
            self.app.push_screen(Confirm("批注尚未提交", KEPT, "离开", "继续填写"), self._left)
        else:
            self.dismiss(None)

    def _left(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)


def _submit(app: Application, post: PostDetail, start: int, end: int, text: str) -> Done:
    """Remark on the text that was shown.

    Raises:
        ConflictError: the text is another one by now, so the place would be wrong.
    """
    actor = app.present_actor()
    found = app.reviews.remark(actor, post.row.post_id, start, end, text, code=post.code)
    return Done(found, f"已批注“{post.current.text[start:end][:20]}”。起草人按 f 标明已处理。")
