"""Delivery through the stand-in, SQLite with synchronous FULL: posts a second, and what the parts cost.

Usage: ``python benchmarks/bench_delivery.py [POSTS] [WORKERS]`` (default 600 posts, 2 workers). The stand-in and each
worker are processes of their own. One post is written and signed through the services; the others are copies of its
rows under their own text and fingerprint. The peer in the same run: the same number of bare calls of the stand-in, one
after another, over one connection, each followed by one transaction of a single row on synchronous FULL.
Nothing is asserted. The trial of delivery under kills is ``scripts/chaos_delivery.py --kills 1000``.
"""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import chaos_delivery as trial
import httpx
from sqlalchemy import select

from accounts.models import Account
from config.rulebook.approval import GATES
from publishing.fingerprint import fingerprint
from publishing.judging import manuscript_of
from publishing.models import Post, PostRevision, ReviewRound, ReviewStep, ReviewVerdict
from publishing.schemas import PostEntry
from weibo_ops.bootstrap import WORKER, Application
from weibo_ops.kernel.actors import Actor

ACCOUNTS = 40


def values_of(row: Any) -> dict[str, Any]:
    """Return a stored row as values, without its id."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name != "id"}


def copy_signed(app: Application, posts: int, accounts: list[tuple[str, str]]) -> None:
    """Make copies of the one signed post, for every account in turn, each signed for its own text."""
    dice = random.Random(5)
    with app.db.writing() as session:
        rows = session.execute(select(Account.uid, Account.id, Account.unit_id))
        places = {uid: (account_id, unit_id) for uid, account_id, unit_id in rows}
        post = session.scalars(select(Post)).one()
        revision = session.scalars(select(PostRevision)).one()
        round_ = session.scalars(select(ReviewRound)).one()
        steps = list(session.scalars(select(ReviewStep).order_by(ReviewStep.position)))
        verdicts = list(session.scalars(select(ReviewVerdict).order_by(ReviewVerdict.step_id)))
        for number in range(posts):
            _, uid = accounts[number % len(accounts)]
            text = f"第{number}号便民提示:{trial._words(dice)}{trial.LINK}?p={number}"
            made = Post(
                **{**values_of(post), "account_id": places[uid][0], "unit_id": places[uid][1], "state": "已排期"}
            )
            made.scheduled_at, made.accepted = trial.OPENED + timedelta(minutes=1), "基准测试"
            session.add(made)
            session.flush()
            said = PostRevision(
                **{**values_of(revision), "post_id": made.id, "account_id": places[uid][0], "text": text}
            )
            session.add(said)
            signed = fingerprint(manuscript_of(said), round_.books)
            made.signed_fingerprint = signed
            new_round = ReviewRound(**{**values_of(round_), "post_id": made.id, "fingerprint": signed})
            session.add(new_round)
            session.flush()
            new_ids = {}
            for step in steps:
                new_step = ReviewStep(**{**values_of(step), "round_id": new_round.id})
                session.add(new_step)
                session.flush()
                new_ids[step.id] = new_step.id
            for each in verdicts:
                given = {**values_of(each), "step_id": new_ids[each.step_id], "fingerprint": signed}
                session.add(ReviewVerdict(**given))


def sign_one(app: Application, account: str) -> None:
    """Write a post and have it signed."""
    people = {row.login: Actor(row.login, row.name, frozenset({"*"}), row.unit_id) for row in app.staff.list_staff()}
    entry = PostEntry(account, f"第一号便民提示{trial.LINK}", "日常", "share", disclosure="主动公开")
    post = app.posts.new(people["zhao"], entry).row
    app.reviews.submit(people["zhao"], post.post_id, post.version)
    for login in ("chu", "fu", "zhou"):
        code = app.posts.show(post.post_id).code
        app.reviews.verdict(people[login], post.post_id, "同意", code=code, gates=GATES, proofed=True)


def work(settings: Any, clock: Any) -> None:
    """Be a worker until nothing is left to send."""
    app = Application.open(settings, clock, WORKER)
    while app.delivery.tick(WORKER).sent or any(row.state == "已排期" for row in app.delivery_board.board()):
        pass
    app.close()


def bare(base: str, token: str, uid: str, count: int) -> float:
    """Call the stand-in and write one row for each, one after another; return how many a second."""
    with tempfile.TemporaryDirectory() as folder, httpx.Client(base_url=base) as client:
        database = sqlite3.connect(Path(folder) / "one.db", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE sent (number INTEGER, id TEXT)")
        began = time.perf_counter()
        for number in range(count):
            fields = {"status": f"裸调用{number}{trial.LINK}?b={number}", "rip": "127.0.0.1"}
            answer = client.post("/2/statuses/share.json", data=fields, headers={"Authorization": f"OAuth2 {token}"})
            database.execute("INSERT INTO sent VALUES (?, ?)", (number, answer.json()["idstr"]))
        took = time.perf_counter() - began
        database.close()
    return count / took


def main() -> None:
    """Run both and print the figures."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="bench-delivery-", ignore_cleanup_errors=True) as folder:
        murder = trial.Murder(Path(folder), None, 0, 5)
        murder.begin_sandbox()
        try:
            app = Application.open(murder.settings, murder.clock, trial.BOSS)
            named = trial.furnish(app, ACCOUNTS)
            trial.authorize(app, murder, named)
            limits = {"calls_per_day": None, "posts_per_hour": None, "calls_per_ip_hour": None}
            murder.tell("app", limits, "PUT")
            sign_one(app, named[0][0])
            copy_signed(app, posts, named)
            app.close()
            clock = trial.FastClock(time.monotonic() - 120, 1)
            context = multiprocessing.get_context("fork")
            processes = [context.Process(target=work, args=(murder.settings, clock)) for _ in range(workers)]
            began = time.perf_counter()
            for process in processes:
                process.start()
            for process in processes:
                process.join()
            took = time.perf_counter() - began
            sent = len(murder.tell("ledger?limit=1000000", method="GET")["posts"])
            token = murder.tell("tokens", {"uid": named[0][1]})["access_token"]
            peer = bare(murder.base, token, named[0][1], 300)
        finally:
            murder.end()
    rate = sent / took
    print(f"delivery: {sent} of {posts} posts in {took:.1f} s with {workers} workers: {rate:.0f} a second")
    print(f"bare calls with one row each: {peer:.0f} a second; ratio {rate / peer:.2f}")


if __name__ == "__main__":
    main()
