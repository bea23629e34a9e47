"""An invented newsroom for tests: a unit with editors and reviewers, its superior, an account, and a clock."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from accounts.schemas.lifecycle import StockEntry
from accounts.schemas.people import StaffEntry, UnitEntry
from config.rulebook.approval import GATES
from config.settings import load_settings
from publishing.schemas import PostDetail, PostEntry
from tests.office import BOSS, MovingClock, actor_of, filled_file
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date

NOW = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
"""Monday 09:30 in Beijing."""
CITY, WATER, PLANT = "云麓市人民政府", "云麓市供水管理局", "云麓市供水管理局第一水厂"
ACCOUNT, OTHER = "云麓供水", "云麓水厂"
TEXT = "【停水通知】因管网检修,10月14日9:00至17:00,梧桐路沿线暂停供水,请提前储水。咨询电话:0781-2000123。"
UNITS = (
    UnitEntry(CITY, level="地市级", area="云麓市"),
    UnitEntry(WATER, parent=CITY, level="地市级", area="云麓市", function="供水"),
    UnitEntry(PLANT, parent=WATER, level="地市级", area="云麓市"),
)
PEOPLE = (
    StaffEntry("zhao", "赵编辑", WATER, ("编辑",)),
    StaffEntry("li", "李编辑", WATER, ("编辑",)),
    StaffEntry("chu", "褚初审", WATER, ("初审",)),
    StaffEntry("wei", "卫初审", WATER, ("初审",)),
    StaffEntry("fu", "傅复审", WATER, ("复审",)),
    StaffEntry("shen", "沈复审", WATER, ("复审",)),
    StaffEntry("zhou", "周终审", WATER, ("终审",)),
    StaffEntry("shang", "尚市长办", CITY, ("终审",)),
    StaffEntry("wu", "吴编辑", PLANT, ("编辑",)),
    StaffEntry("han", "韩厂长", PLANT, ("终审",)),
    StaffEntry("sun", "孙监管", CITY, ("监管人员",)),
    StaffEntry("zheng", "郑标准", CITY, ("标准管理员",)),
    StaffEntry("wang", "王标准", CITY, ("标准管理员",)),
)


def populate(app: Application) -> None:
    """Register the units, people and accounts."""
    for unit in UNITS:
        app.units.add(BOSS, unit)
    for person in PEOPLE:
        app.staff.add(BOSS, person)
    sun = next(actor_of(row) for row in app.staff.list_staff() if row.login == "sun")
    app.lifecycle.register(sun, StockEntry(WATER, "weibo", "9900000001", ACCOUNT))
    app.lifecycle.register(sun, StockEntry(PLANT, "weibo", "9900000002", OTHER))


@cache
def populated_file() -> Path:
    """A SQLite file with the newsroom, made once per process."""
    return filled_file(populate, MovingClock(NOW))


class Newsroom:
    """A home with a newsroom, on a clock that is moved by hand."""

    def __init__(self, home: Path, db: str | None = None) -> None:
        self.home = home
        self.clock = MovingClock(NOW)
        home.mkdir(parents=True, exist_ok=True)
        if db is None and not (home / "weibo-ops.db").exists():
            shutil.copyfile(populated_file(), home / "weibo-ops.db")
        self.app = Application.open(load_settings(home, db), self.clock, BOSS)
        if db is not None:
            populate(self.app)

    def who(self, login: str) -> Actor:
        """A person as their session would give them."""
        return next(actor_of(row) for row in self.app.staff.list_staff() if row.login == login)

    def deputy(self, login: str, of: str) -> Actor:
        """A person acting for another, as ``--as`` would give them."""
        own, principal = self.who(login), self.who(of)
        return Actor(
            own.person, f"{own.name}(受{principal.name}委托)", principal.permissions, principal.unit_id, on_behalf_of=of
        )

    def entry(self, text: str = TEXT, **more: Any) -> PostEntry:
        """A post that is ready to be submitted."""
        given: dict[str, Any] = {"account": ACCOUNT, "disclosure": "主动公开"}
        return PostEntry(text=text, **(given | more))

    def draft(self, who: str = "zhao", text: str = TEXT, **more: Any) -> PostDetail:
        """Write a post."""
        return self.app.posts.new(self.who(who), self.entry(text, **more))

    def submit(self, post: int, who: str = "zhao", **more: Any) -> Any:
        """Submit a post as it stands."""
        return self.app.reviews.submit(self.who(who), post, self.show(post).row.version, **more)

    def show(self, post: int) -> PostDetail:
        """Return everything about a post."""
        return self.app.posts.show(post)

    def agree(self, post: int, who: str | Actor, **more: Any) -> PostDetail:
        """Sign a step, having read the text as it is now and read the proofs oneself."""
        actor = self.who(who) if isinstance(who, str) else who
        given: dict[str, Any] = {"code": self.show(post).code, "gates": GATES, "proofed": True}
        return self.app.reviews.verdict(actor, post, "同意", **(given | more))

    def send_back(self, post: int, who: str, remark: str = "请核对时间") -> PostDetail:
        """Return a post."""
        return self.app.reviews.verdict(self.who(who), post, "退回", code=self.show(post).code, remark=remark)

    def signed(self, **more: Any) -> int:
        """Bring a post to 已签发; return its number."""
        post = self.draft(**more).row.post_id
        self.submit(post)
        for login in ("chu", "fu", "zhou"):
            self.agree(post, login)
        return post

    def rule(self, book: str, *edits: tuple[str, str]) -> str:
        """Change a standard: a draft of the layer 单位 that a second person publishes; return the digest in force."""
        day = beijing_date(self.clock.now())
        draft = self.app.standard_drafts.new(self.who("zheng"), book, "单位", effective_from=day)
        text = draft.text
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        saved = self.app.standard_drafts.edit(self.who("zheng"), draft.draft_id, text, draft.version).draft
        done = self.app.standard_publishing.publish(self.who("wang"), saved.draft_id, saved.digest)
        return str(done.digest)

    def forbid(self, word: str) -> None:
        """Add a word to the list of forbidden ones."""
        self.rule("words", ("赭石违禁样词\n", f"赭石违禁样词\n{word}\n"))
