"""Views of posts made by hand: an ordinary one of an invented water office, changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from config.rulebook.approval import GATES
from publishing.fingerprint import code_of
from publishing.schemas.posts import (
    DeskRow,
    HitView,
    PostDetail,
    ProofView,
    RevisionView,
    RoundView,
    SheetView,
    StepView,
    VerdictView,
)
from weibo_ops.kernel.ids import digest_text

AT = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
"""2026-07-01 09:30 in Beijing."""
ACCOUNT, UNIT = "云麓供水", "云麓市供水管理局"
FINGERPRINT = digest_text("云麓市的一篇稿件")
TEXT = (
    "【计划停水通知】因青石路供水管网改造，7月3日22时至7月4日6时，青石路（松园街至竹园街段）及周边小区将暂停供水，"
    "预计影响居民1200户。请提前储水，恢复供水后请先排放片刻再使用。施工期间在竹园街口设临时取水点，"
    "由工作人员值守；有困难的老人和病人可拨打12345预约送水上门。给您带来不便，敬请谅解。"
)


def minutes(count: float) -> datetime:
    """So many minutes after `AT`."""
    return AT + timedelta(minutes=count)


def revision(**changes: Any) -> RevisionView:
    """A revision of an ordinary post."""
    plain = RevisionView(
        number=2,
        account=ACCOUNT,
        gateway="manual",
        content_class="公告",
        text=TEXT,
        media=(),
        earliest_at=minutes(24 * 60),
        latest_at=minutes(30 * 60),
        reply_to="",
        urgent=False,
        urgent_reason="",
        disclosure="主动公开",
        source_basis="市供水管理局停水审批单（7月1日）",
        secrecy_review="经审查不涉密，可以公开",
        originator="赵编辑",
        author="赵编辑",
        on_behalf_of="",
        at=AT,
        note="",
    )
    return replace(plain, **changes)


def hit(number: int, text: str = TEXT, word: str = "敬请谅解", **changes: Any) -> HitView:
    """A hit at the first place of a word, advice unless told otherwise."""
    start = text.find(word)
    plain = HitView(
        number=number,
        key=digest_text(f"{number}"),
        rule_id="wording.empty_phrase",
        severity="advice",
        title="套话提示",
        message=f"“{word}”为套话。",
        suggestion="请写明具体情况",
        start=max(start, 0),
        end=max(start, 0) + len(word),
        blocks=False,
        waivable=True,
    )
    return replace(plain, **changes)


def verdict(name: str, at: datetime, **changes: Any) -> VerdictView:
    """A valid agreement within the system."""
    plain = VerdictView(
        verdict_id=1,
        verdict="同意",
        person=name,
        name=name,
        on_behalf_of="",
        unit=UNIT,
        channel="系统",
        gates=GATES,
        remark="",
        at=at,
        recorded_by="",
        checked_by="",
        scan="",
        owed=False,
        owed_until=None,
        settled_at=None,
        unchecked=False,
        valid=True,
    )
    return replace(plain, **changes)


def step(position: int, name: str, *verdicts: VerdictView, **changes: Any) -> StepView:
    """A step of a chain of three; done if it has a verdict that is valid."""
    done = [each for each in verdicts if each.valid and each.verdict == "同意"]
    plain = StepView(
        position=position,
        stage=position + 1,
        name=name,
        role=name,
        mode="any",
        need=1,
        named=(),
        limit="240分钟(工作时间)",
        proof="",
        telephone=False,
        state="已同意" if done else "待审",
        opened_at=AT,
        due_at=minutes(240 * (position + 1)),
        done_at=done[-1].at if done else None,
        overdue=False,
        verdicts=verdicts,
        waiting_for=(),
    )
    return replace(plain, **changes)


def round_(*steps: StepView, **changes: Any) -> RoundView:
    """A round of three reviews, half of it signed unless other steps are given."""
    plain = RoundView(
        number=1,
        revision=2,
        fingerprint=FINGERPRINT,
        code=code_of(FINGERPRINT),
        chain_title="三审三校",
        chain_citation="三审三校通行做法:初审、复审、终审三级审核,三次校对(本标准自定,待核实)",
        reasons=("公告类内容",),
        books={"approval": digest_text("审批"), "content": digest_text("内容"), "words": digest_text("词表")},
        submitted_by="赵编辑",
        submitted_at=minutes(5),
        ended_at=None,
        outcome="",
        steps=steps
        or (
            step(0, "初审", verdict("钱初审", minutes(20), remark="时间、路段已与施工单位核对")),
            step(1, "复审", verdict("孙复审", minutes(48), on_behalf_of="李复审")),
            step(2, "终审"),
        ),
    )
    return replace(plain, **changes)


def proof(name: str, person: str, at: datetime, **changes: Any) -> ProofView:
    """A proof-reading of the present text."""
    return replace(ProofView(name, person, "", at, "", True), **changes)


def detail(
    current: RevisionView | None = None, *, rounds: tuple[RoundView, ...] | None = None, **changes: Any
) -> PostDetail:
    """Everything about a post in review."""
    now = current or revision()
    given = (round_(),) if rounds is None else rounds
    row = DeskRow(
        post_id=86,
        account=now.account,
        unit=UNIT,
        unit_id=1,
        state="审核中",
        content_class=now.content_class,
        urgent=now.urgent,
        opening=now.text[:30],
        revision=now.number,
        author=now.author,
        changed_at=now.at,
        earliest_at=now.earliest_at,
        latest_at=now.latest_at,
        step="终审",
        due_at=None,
        overdue=False,
        blocking=0,
        advice=0,
        owed=0,
        void=False,
        mine=False,
        version=3,
    )
    plain = PostDetail(
        row=row,
        current=now,
        revisions=(now,),
        hits=(hit(1, now.text),) if "敬请谅解" in now.text else (),
        rounds=given,
        proofs=(proof("一校", "钱初审", minutes(18)), proof("二校", "孙复审", minutes(45))),
        remarks=(),
        fingerprint=FINGERPRINT,
        code=code_of(FINGERPRINT),
        signed_text=None,
        valid=False,
        why_void="",
        acts=(),
        editors=("zhao",),
        length=len(now.text),
        length_limit=2000,
    )
    return replace(plain, **changes)


def sheet_view(post: PostDetail | None = None, **changes: Any) -> SheetView:
    """What an 审签单 is made of."""
    versions = {"approval": "2026.1", "content": "2026.1", "words": "2026.1"}
    return replace(SheetView(post or detail(), UNIT, minutes(50), "赵编辑", versions), **changes)
