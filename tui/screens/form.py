"""A form over a table: fields with their sentences, submitted once, refusals shown with everything kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import FORM, bindings_of, key_word
from tui.format import in_place
from tui.forms import Ask, Done, Kind, Plan, Values, answers, missing_files
from tui.reading import ReadingScreen
from tui.screens.confirm import Confirm
from tui.widgets.bars import key_item
from tui.widgets.fields import FIELDS, AnyField, Touched, field_of
from tui.widgets.words import Words
from weibo_ops.kernel.errors import UsageError

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp
    from weibo_ops.bootstrap import Application

UNSURE = "办理时出现意外错误({name}),已记入日志 logs/weibo-ops.log。下一步:返回后按 r 核对是否已办,再决定是否重办。"
SUBMITTING = "正在提交,请稍候"
FORESEEING = "正在试算…"
KEPT = "填写的内容尚未提交,离开即不保留。"
BOX_CELLS = 76
FRAME_LINES = 7
"""Lines of a form that are not fields: title, empty lines, keys, and the edge of the terminal."""
LEAST_LINES = 3


class FormScreen(ModalScreen["Done | None"], ReadingScreen):
    """Shows a plan; gives `Done` when it was submitted, None when it was left."""

    BINDINGS = bindings_of(FORM)
    UNEXPECTED = UNSURE

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.busy = False
        """Whether the call is under way: neither a second submission nor leaving is possible then."""
        self._first: dict[str, str] = {}

    # --- frame ----------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Build the box."""
        with Vertical(id="form"):
            yield Static(in_place(self.plan.title), id="form-title", markup=False)
            with VerticalScroll(id="form-body", can_focus=False):
                if self.plan.intro:
                    yield Words(self.plan.intro, id="form-intro")
                for ask in self.plan.asks:
                    yield from self._row(ask)
            yield Words(id="form-said")
            yield Static(id="form-keys")

    def _row(self, ask: Ask) -> ComposeResult:
        with Vertical(classes="ask", id=f"ask-{ask.name}"):
            with Horizontal(classes=f"asked {'tall' if ask.kind is Kind.TEXT else ''}"):
                mark = "*" if ask.required else " "
                yield Static(Content.assemble((mark, "$error"), in_place(ask.label)), classes="ask-label", markup=False)
                yield field_of(ask)
            yield Words(classes="ask-wrong")

    def on_mount(self) -> None:
        """Go to the first field."""
        self._first = self.raw()
        self._ask_what_applies()
        self._show_keys()
        fields = self.fields()
        self.set_focus(fields[0] if fields else None)

    def _show_keys(self) -> None:
        shown = [action for action in FORM if action.short and (self.plan.asks or action.id in ("submit", "leave"))]
        words = {"submit": self.plan.word}
        items = [key_item(key_word(action.keys[0]), action, words.get(action.id, "")) for action in shown]
        self.query_one("#form-keys", Static).update(Content("  ").join(items))

    def fields(self) -> list[AnyField]:
        """Return all the fields, in order."""
        return [widget for widget in self.query("#form-body *") if isinstance(widget, FIELDS)]

    def field(self, name: str) -> AnyField:
        """Return one field."""
        return next(each for each in self.fields() if each.ask.name == name)

    def _row_of(self, ask: Ask) -> Vertical:
        return self.query_one(f"#ask-{ask.name}", Vertical)

    def raw(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {each.ask.name: each.raw for each in self.fields()}

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Put a sentence above the keys."""
        said = self.query_one("#form-said", Words)
        said.set_class(wrong, "-wrong")
        said.text = f"{self._sign} {sentence}" if wrong else sentence
        self._fit()

    def on_resize(self, _event: events.Resize) -> None:
        """Leave room for the sentence and the keys."""
        self._fit()

    def _fit(self) -> None:
        """Let the fields take what is left: the sentence and the keys are always in sight."""
        said = self.query_one("#form-said", Words)
        cells = min(BOX_CELLS, self.app.size.width) - 6
        rest = self.app.size.height - FRAME_LINES - said.get_content_height(self.size, self.size, cells)
        self.query_one("#form-body").styles.max_height = max(rest, LEAST_LINES)

    @property
    def _sign(self) -> str:
        return cast("WeiboOpsApp", self.app).glyphs.sign("bad")

    # --- what is typed --------------------------------------------------------------------------------------

    @on(Touched)
    def look_again(self, event: Touched) -> None:
        """Take back what was said of a field that is being changed; ask what its value calls for."""
        event.stop()
        self._tell_wrong(event.ask, "")
        self._ask_what_applies()

    def _ask_what_applies(self) -> None:
        raw = self.raw()
        for ask in self.plan.asks:
            self._row_of(ask).display = ask.asked(raw)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Say what is wrong with a field that was filled in and left."""
        if isinstance(event.widget, FIELDS) and event.widget.raw.strip():
            ask = event.widget.ask
            try:
                ask.read(event.widget.raw)
            except UsageError as error:
                self._tell_wrong(ask, f"{error.message}{error.next_step}")

    def _tell_wrong(self, ask: Ask, sentence: str) -> None:
        self._row_of(ask).query_one(".ask-wrong", Words).text = f"{self._sign} {sentence}" if sentence else ""

    # --- submitting -----------------------------------------------------------------------------------------

    def action_submit(self) -> None:
        """Submit what was filled in, if nothing is wrong with it; a second time only after a refusal."""
        if self.busy:
            return
        values, wrong = answers(self.plan.asks, self.raw())
        if self._point_at(wrong):
            return
        if self.plan.foresee is not None:
            self.busy = True
            self.say(FORESEEING)
            self.read("foresee", partial(_foreseen, self.services, self.plan, values))
            return
        sentence = self.plan.confirm(values) if self.plan.confirm else ""
        if sentence:
            self.app.push_screen(Confirm(self.plan.title, sentence, self.plan.word), partial(self._confirmed, values))
        else:
            self._send(values)

    def _point_at(self, wrong: dict[str, str]) -> bool:
        for ask in self.plan.asks:
            self._tell_wrong(ask, wrong.get(ask.name, ""))
        if wrong:
            first = next(ask.name for ask in self.plan.asks if ask.name in wrong)
            self.field(first).focus()
            self.say(f"有 {len(wrong)} 项须补正,未提交。", wrong=True)
        return bool(wrong)

    def _confirmed(self, values: Values, yes: bool | None) -> None:
        if yes:
            self._send(values)

    def _send(self, values: Values) -> None:
        self.busy = True
        self.say(SUBMITTING)
        self.read("submit", partial(_submit, self.services, self.plan, values))

    def took(self, kind: str, value: Any) -> None:
        """Close with what the call gave, or point at files that are not there."""
        self.busy = False
        if kind == "foresee":
            values, sentence = value
            self.say("")
            self.app.push_screen(Confirm(self.plan.title, sentence, self.plan.word), partial(self._confirmed, values))
        elif isinstance(value, dict):
            self._point_at(value)
        else:
            self.dismiss(value)

    def refused(self, kind: str, sentence: str) -> None:
        """Show why the call was refused; everything typed stays."""
        self.busy = False
        self.say(sentence, wrong=True)

    # --- leaving --------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Leave; ask first when something was typed."""
        if self.busy:
            self.say(SUBMITTING)
        elif self.raw() != self._first:
            self.app.push_screen(Confirm(self.plan.title, KEPT, "离开", "继续填写"), self._left)
        else:
            self.dismiss(None)

    def _left(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)


def _foreseen(app: Application, plan: Plan, values: Values) -> tuple[Values, str]:
    assert plan.foresee is not None
    return values, plan.foresee(app.present_actor(), values)


def _submit(app: Application, plan: Plan, values: Values) -> Done | dict[str, str]:
    gone = missing_files(plan.asks, values)
    if gone:
        return gone
    result = plan.submit(app.present_actor(), values)
    return Done(result, plan.told(result))
