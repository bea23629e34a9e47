"""The application of the screens: themes, the tables as modes, palette and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.scrollbar import ScrollBar

from tui.actions import ACTIONS, Place, app_bindings
from tui.format import one_line
from tui.glyphs import Glyphs
from tui.palette import Palette, warm_up
from tui.screens.accounts import AccountsScreen
from tui.screens.calendar import CalendarScreen
from tui.screens.comments import CommentsScreen
from tui.screens.confirm import Confirm
from tui.screens.delivery import DeliveryScreen
from tui.screens.drafting import DraftingScreen
from tui.screens.duty import DutyScreen
from tui.screens.evaluation import EvaluationScreen
from tui.screens.findings import FindingsScreen
from tui.screens.help import HelpScreen
from tui.screens.impostors import ImpostorsScreen
from tui.screens.pauses import PausesScreen
from tui.screens.posts import PostsScreen
from tui.screens.relays import RelaysScreen
from tui.screens.reviewing import ReviewingScreen
from tui.screens.standards import StandardsScreen
from tui.sources import who
from tui.theme import DARK, LIGHT, THEMES, PlainBar

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application


THEME_WORDS = {LIGHT: LIGHT, "浅色": LIGHT, DARK: DARK, "深色": DARK}
"""What the settings may call the themes."""
NOT_ALLOWED = "“{action.title}”{action.missing}。请由有此权限的同事办理。"
LEAVING = "leaving"
UNSAVED = "退出后,填写而未保存、未提交的内容不再保留。"
NO_THEME = "设置中的界面主题“{name}”不存在,已用浅色。可选:浅色、深色。"


class WeiboOpsApp(App[None]):
    """The screens on an open application.

    Args:
        services: the headless application; it is closed by whoever opened it.
    """

    TITLE = "政务微博管理与评估"
    CSS_PATH = "app.tcss"
    BINDINGS = app_bindings()
    COMMANDS = set()  # noqa: RUF012 (the base class declares it so)
    MODES = {  # noqa: RUF012
        Place.ACCOUNTS: AccountsScreen,
        Place.POSTS: PostsScreen,
        Place.COMMENTS: CommentsScreen,
        Place.EVALUATION: EvaluationScreen,
        Place.FINDINGS: FindingsScreen,
        Place.STANDARDS: StandardsScreen,
        Place.IMPOSTORS: ImpostorsScreen,
        Place.DUTY: DutyScreen,
        Place.DRAFTS: DraftingScreen,
        Place.REVIEWS: ReviewingScreen,
        Place.CALENDAR: CalendarScreen,
        Place.DELIVERY: DeliveryScreen,
        Place.PAUSES: PausesScreen,
        Place.RELAYS: RelaysScreen,
    }
    DEFAULT_MODE = Place.ACCOUNTS

    def __init__(self, services: Application) -> None:
        super().__init__()
        self.services = services
        self.who = who(services)
        self.glyphs = Glyphs(ascii_only=services.settings.ascii_glyphs)
        ScrollBar.renderer = PlainBar
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEME_WORDS.get(services.settings.theme or LIGHT, LIGHT)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our own, for themes that do not define them."""
        return dict(THEMES[0].variables)

    @property
    def place(self) -> Place:
        """The table that is shown."""
        return Place(self.current_mode)

    def on_mount(self) -> None:
        """Have the pinyin of the palette ready before it is asked for; say when the settings name no theme of ours."""
        wanted = self.services.settings.theme
        if wanted and wanted not in THEME_WORDS:
            self.notify(NO_THEME.format(name=one_line(wanted, 20)), markup=False, severity="warning", timeout=15)
        self.run_worker(warm_up, thread=True, exit_on_error=False, group="pinyin")

    def action_open_table(self, place: str) -> None:
        """Show one of the tables."""
        self.switch_mode(place)

    async def action_ask_for(self, name: str) -> None:
        """Start an action that writes, or say which permission it needs."""
        action = next(action for action in ACTIONS if action.id == name)
        if action.offered_to(self.services.actor):
            await self.run_action(action.run)
        else:
            self.notify(NOT_ALLOWED.format(action=action), markup=False, severity="warning")

    def action_switch_theme(self) -> None:
        """Change between light and dark."""
        self.theme = LIGHT if self.current_theme.dark else DARK

    def action_show_help(self) -> None:
        """Show the keys of the table."""
        self.push_screen(HelpScreen(self.place, self.services.actor))

    def action_command_palette(self) -> None:
        """Open the palette, unless it is open."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    async def action_quit(self) -> None:
        """Leave; ask first when something typed is not stored."""
        if not any(getattr(screen, "unsaved", False) for screen in self.screen_stack):
            self.exit()
        elif self.screen.id != LEAVING:
            question = Confirm("有内容尚未保存", UNSAVED, "退出", "继续编辑")
            question.id = LEAVING
            self.push_screen(question, self._leave)

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.exit()

    def action_help_quit(self) -> None:
        """Say how to leave, when someone presses ctrl+c."""
        self.notify("按 Ctrl+Q 退出", markup=False)
