"""No path reaches 已签发 or the calendar without the chain's signatures on that very fingerprint by different persons.

The oracle reads the tables by itself and knows nothing of the rules' code.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts.schemas.people import StaffEntry
from config.rulebook.approval import GATES
from publishing.fingerprint import fingerprint
from publishing.judging import manuscript_of
from publishing.repository import PostRepository
from tests.office import BOSS
from tests.publishing.newsroom import TEXT, WATER, Newsroom
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import WeiboOpsError

WRITERS = st.sampled_from(["zhao", "li", "chu", "fu", "zhou", "wu"])
SIGNERS = st.sampled_from(["zhao", "chu", "wei", "fu", "shen", "zhou", "shang", "han"])
TEXTS = st.sampled_from(
    [
        TEXT,
        "今日水质检测合格,各项指标见附图。",
        "供水热线24小时受理报修。",
        "管网改造今天开工,梧桐路南段绕行。",
        "感谢您的反映,管道已修复。",
    ]
)
RANK = {"初审": 0, "复审": 1, "终审": 2}
ROLE = {"zhao": (), "li": (), "wu": ()}


class ReviewMachine(RuleBasedStateMachine):
    """People write, submit, sign, edit, deputise, telephone, leave; standards change; rows are changed by hand."""

    posts: Bundle[int] = Bundle("posts")

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="weibo-ops-review-"))
        self.room = Newsroom(self.folder)
        self.scan = self.folder / "scan.pdf"
        self.scan.write_bytes(b"%PDF signed")
        self.reached = 0
        self.forbidden: set[str] = set()
        self.lengthened = False

    def teardown(self) -> None:
        if hasattr(self, "room"):
            with self.room.app.db.reading() as session:
                assert audit.verify(session).broken_at is None
            self.room.app.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def attempt(self, act: Any, *args: Any, **more: Any) -> Any:
        """Try an act; whether it is refused is the rules' affair, what it leads to is looked at afterwards."""
        try:
            return act(*args, **more)
        except WeiboOpsError:
            return None

    def actor(self, login: str, of: str | None) -> Actor:
        return self.room.deputy(login, of) if of and of != login else self.room.who(login)

    # --- acts -----------------------------------------------------------------------------------------------

    @rule(target=posts, who=WRITERS, text=TEXTS, urgent=st.booleans(), reply=st.booleans())
    def write(self, who: str, text: str, urgent: bool, reply: bool) -> Any:
        more: dict[str, Any] = {"urgent": urgent, "urgent_reason": "爆管" if urgent else ""}
        if reply:
            more |= {"content_class": "回复", "gateway": "comment", "reply_to": "4900000000000001"}
        made = self.attempt(self.room.draft, who, text, **more)
        return made.row.post_id if made is not None else multiple()

    @rule(target=posts, who=WRITERS, text=TEXTS, dry=st.booleans())
    def bring_in(self, who: str, text: str, dry: bool) -> Any:
        rows = [(2, self.room.entry(text)), (3, self.room.entry("第二条。"))]
        report = self.attempt(self.room.app.posts.import_rows, self.room.who(who), rows, dry_run=dry)
        return multiple(*report.details["posts"]) if report is not None and report.stored else multiple()

    @rule(post=posts, who=WRITERS, text=TEXTS)
    def edit(self, post: int, who: str, text: str) -> None:
        entry = replace(self.room.app.posts.entry_of(post), text=text + "(更新)")
        self.attempt(self.room.app.posts.edit, self.room.who(who), post, entry, self.room.show(post).row.version)

    @rule(post=posts, who=WRITERS)
    def submit(self, post: int, who: str) -> None:
        self.attempt(self.room.submit, post, who)

    @rule(post=posts)
    def go_the_whole_way(self, post: int) -> None:
        self.attempt(self.room.submit, post, "li")
        for login in ("chu", "fu", "zhou", "wei", "shen", "shang"):
            self.attempt(self.room.agree, post, login)

    @rule(post=posts, who=SIGNERS, of=st.none() | SIGNERS)
    def agree(self, post: int, who: str, of: str | None) -> None:
        self.attempt(self.room.agree, post, self.actor(who, of))

    @rule(post=posts, who=SIGNERS, of=st.none() | SIGNERS)
    def agree_on_what_was_seen_before(self, post: int, who: str, of: str | None) -> None:
        seen = self.room.show(post).code
        entry = replace(self.room.app.posts.entry_of(post), source_basis="补充依据")
        self.attempt(self.room.app.posts.edit, self.room.who("li"), post, entry, self.room.show(post).row.version)
        self.attempt(self.room.agree, post, self.actor(who, of), code=seen)

    @rule(post=posts, who=SIGNERS)
    def send_back(self, post: int, who: str) -> None:
        self.attempt(self.room.send_back, post, who)

    @rule(post=consumes(posts), who=WRITERS)
    def withdraw(self, post: int, who: str) -> None:
        version = self.room.show(post).row.version
        self.attempt(self.room.app.reviews.withdraw, self.room.who(who), post, "不再需要", version)

    @rule(
        post=posts,
        who=WRITERS | SIGNERS,
        hours=st.none() | st.sampled_from(["next", -1, 0, 3, 30]),
        said=st.booleans(),
    )
    def schedule(self, post: int, who: str, hours: Any, said: bool) -> None:
        now = self.room.clock.now()
        at = now + timedelta(hours=hours) if isinstance(hours, int) else hours
        done = self.attempt(
            self.room.app.calendar.schedule,
            self.room.who(who),
            post,
            self.room.show(post).row.version,
            at=at,
            accepted="确需在此时发布" if said else "",
        )
        if done is not None:
            detail = self.room.show(post)
            assert (detail.row.state, detail.valid) == ("已排期", True)
            assert done.at >= now
            assert said or not any(each.binds for each in done.collisions)

    @rule(post=posts, who=WRITERS | SIGNERS, what=st.sampled_from(["unschedule", "hold"]))
    def take_off(self, post: int, who: str, what: str) -> None:
        act = getattr(self.room.app.calendar, what)
        self.attempt(act, self.room.who(who), post, self.room.show(post).row.version, "另行安排")

    @rule(post=posts, who=SIGNERS, signer=SIGNERS, step=st.sampled_from(["初审", "复审", "终审", "核对"]))
    def telephone(self, post: int, who: str, signer: str, step: str) -> None:
        self.attempt(
            self.room.app.sign_offs.telephone,
            self.room.who(who),
            post,
            step,
            signer,
            code=self.room.show(post).code,
            at=self.room.clock.now(),
            said="同意发布",
        )

    @rule(post=posts, who=SIGNERS, checker=SIGNERS, signer=SIGNERS, step=st.sampled_from(["初审", "复审", "终审"]))
    def paper(self, post: int, who: str, checker: str, signer: str, step: str) -> None:
        code = self.room.show(post).code
        self.attempt(
            self.room.app.sign_offs.paper,
            self.room.who(who),
            post,
            step,
            signer,
            code=code,
            scan=self.scan,
            signed_at=self.room.clock.now(),
        )
        for owed in self.room.app.sign_offs.owed():
            if owed.kind == "待核对":
                self.attempt(
                    self.room.app.sign_offs.check_paper, self.room.who(checker), owed.verdict_id, code=owed.code
                )

    @rule(who=SIGNERS, good=st.booleans())
    def make_good(self, who: str, good: bool) -> None:
        for owed in self.room.app.sign_offs.owed():
            if owed.kind == "待补签":
                actor = self.room.who(who)
                if good:
                    self.attempt(self.room.app.sign_offs.settle, actor, owed.verdict_id, code=owed.code)
                else:
                    self.attempt(self.room.app.sign_offs.refuse, actor, owed.verdict_id, "没有接到电话")

    @rule(post=posts)
    def change_the_row_by_hand(self, post: int) -> None:
        with sqlite3.connect(self.folder / "weibo-ops.db") as raw:
            raw.execute("UPDATE post_revisions SET text = text || '!' WHERE post_id = ?", (post,))

    @rule(which=st.sampled_from(["管网", "热线", "水质"]))
    def forbid_a_word(self, which: str) -> None:
        if which not in self.forbidden:
            self.forbidden.add(which)
            self.room.forbid(which)

    @rule()
    def raise_the_signer_of_replies(self) -> None:
        if not self.lengthened:
            self.lengthened = True
            self.room.rule(
                "approval", ('role = "复审", stage = 1, minutes = 30', 'role = "终审", stage = 1, minutes = 30')
            )

    @rule(which=st.sampled_from(["chu", "fu", "zhou"]))
    def somebody_leaves(self, which: str) -> None:
        row = next(row for row in self.room.app.staff.list_staff() if row.login == which)
        roles = ("初审",) if row.roles == ("编辑",) else ("编辑",)
        self.attempt(self.room.app.staff.change, BOSS, which, {"roles": roles}, row.version)

    @rule(hours=st.sampled_from([1, 5, 24]))
    def time_goes_on(self, hours: int) -> None:
        self.room.clock.forward(hours=hours)

    @rule()
    def look_again(self) -> None:
        self.room.app.rechecks.recheck(Actor("sys", "系统", frozenset({"*"})))

    # --- what must hold -------------------------------------------------------------------------------------

    @invariant()
    def a_valid_signature_is_a_whole_one(self) -> None:
        if not hasattr(self, "room"):
            return
        with sqlite3.connect(self.folder / "weibo-ops.db") as raw:
            signed = raw.execute(
                "SELECT id, revision, round FROM posts WHERE state IN ('已签发', '已排期', '暂停待处置')"
            ).fetchall()
            for post, revision, number in signed:
                if not self.room.show(post).valid:
                    continue
                self.reached += 1
                self._whole(raw, post, revision, number)

    @invariant()
    def what_has_no_signature_has_no_time(self) -> None:
        if not hasattr(self, "room"):
            return
        with sqlite3.connect(self.folder / "weibo-ops.db") as raw:
            left = raw.execute(
                "SELECT id, state FROM posts WHERE state NOT IN ('已排期', '暂停待处置') AND"
                " (scheduled_at IS NOT NULL OR accepted <> '' OR scheduled_by <> '')"
            ).fetchall()
            bare = raw.execute("SELECT id FROM posts WHERE state = '已排期' AND scheduled_at IS NULL").fetchall()
        assert left == bare == []

    def _whole(self, raw: sqlite3.Connection, post: int, revision: int, number: int) -> None:
        round_id, books, submitter, behalf = raw.execute(
            "SELECT id, books, submitted_by, on_behalf_of FROM review_rounds WHERE post_id = ? AND number = ?",
            (post, number),
        ).fetchone()
        with self.room.app.db.reading() as session:
            present = fingerprint(manuscript_of(PostRepository(session).revision(post, revision)), json.loads(books))
        writers = {submitter, behalf} | {
            login
            for row in raw.execute(
                "SELECT author, on_behalf_of, originator FROM post_revisions WHERE post_id = ?", (post,)
            )
            for login in row
        }
        used: list[str] = []
        steps = raw.execute(
            "SELECT id, name, role, mode, need FROM review_steps WHERE round_id = ? ORDER BY position", (round_id,)
        ).fetchall()
        assert steps
        for step, name, role, mode, need in steps:
            given = raw.execute(
                "SELECT person, on_behalf_of, fingerprint, channel, checked_by, gates, recorded_by"
                " FROM review_verdicts WHERE step_id = ? AND verdict = '同意'",
                (step,),
            ).fetchall()
            counted = [row for row in given if row[2] == present and not (row[3] == "纸质" and not row[4])]
            assert len(counted) >= (need if mode == "some" else 1), (name, given)
            for person, on_behalf, _, channel, checked, gates, recorded in counted:
                assert person not in writers
                assert on_behalf not in writers - {None}
                assert set(json.loads(gates)) == set(GATES)
                if channel == "纸质":
                    assert len({person, checked, recorded}) == 3
                if channel == "电话":
                    assert recorded not in {person, *writers}
                used += [person, *([on_behalf] if on_behalf else [])]
            assert role in RANK
        assert len(used) == len(set(used)), used


LIGHT = settings(
    max_examples=6,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    phases=(Phase.generate,),
)
TestReview = ReviewMachine.TestCase
TestReview.settings = LIGHT


@pytest.mark.slow
def test_many_paths() -> None:
    run_state_machine_as_test(ReviewMachine, settings=settings(LIGHT, max_examples=20, stateful_step_count=30))


def test_the_machine_can_reach_a_signature(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    post = room.signed()
    assert room.show(post).row.state == "已签发"
    assert room.show(post).valid
    room.app.calendar.schedule(room.who("zhao"), post, room.show(post).row.version, at="next")
    assert room.show(post).row.state == "已排期"
    room.app.staff.add(BOSS, StaffEntry("xin", "辛编辑", WATER, ("编辑",)))
    room.app.close()
