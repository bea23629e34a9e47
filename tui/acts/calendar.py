"""What can be done on the calendar: a time given, moved, taken off; a post held.

A plan about a post rests on the post as it was shown. Where no post is under the cursor, one of those that wait for a
time is chosen in the form, with the version that the list was read with.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from publishing.schemas import DeskRow, PostDetail, ScheduleResult
from publishing.transitions import HOLD, SCHEDULE, UNSCHEDULE, require_open
from tui.calendar import waiting
from tui.format import one_line
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

LONGEST = 1_000
RULES = "排期须在审签的时间以内;有冲突的逐项列出,确需如此的写明理由。"
NONE_WAITING = "没有已签发而待排期的稿件。"


def schedule_plan(app: Application, post: PostDetail | None, at: datetime | None, account: str | None) -> Plan:
    """Return the form of giving a post a time, or another one.

    Args:
        app: the services.
        post: as it was shown; None lets one be chosen.
        at: what stands in the field at first.
        account: whose posts are offered.

    Raises:
        RefusedError: the post's state does not allow it, or none waits.
    """
    choice = _which(app, post, account)

    def submit(actor: Actor, values: Values) -> ScheduleResult:
        post_id, version = _chosen(post, values)
        return app.calendar.schedule(actor, post_id, version, at=values["at"], accepted=values["accepted"])

    return Plan(
        f"排期{_named(post)}",
        submit,
        (
            *choice,
            Ask(
                "at",
                "发布时间",
                Kind.INSTANT,
                format_beijing(at),
                hint="如 2026-10-08 09:00;不填:应急的立即,其余按最早时间",
            ),
            Ask("accepted", "冲突的理由", Kind.TEXT, hint="没有冲突不填", longest=LONGEST),
        ),
        intro=f"{_standing(post)}{RULES}",
        told=scheduled,
        word="排期",
    )


def next_plan(app: Application, post: PostDetail | None, account: str | None) -> Plan:
    """Return the question before a post gets the next free slot.

    Raises:
        RefusedError: the post's state does not allow it, or none waits.
    """
    choice = _which(app, post, account)

    def submit(actor: Actor, values: Values) -> ScheduleResult:
        post_id, version = _chosen(post, values)
        return app.calendar.schedule(actor, post_id, version, at="next")

    return Plan(
        f"排到下一个空闲时段{_named(post)}",
        submit,
        choice,
        intro=f"{_standing(post)}取发布标准所列常用时段中下一个空闲的,避开已有的稿件、每日上限、敏感时段和暂停发布。",
        told=scheduled,
        word="排期",
    )


def unschedule_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of taking a post off the calendar.

    Raises:
        RefusedError: it is not scheduled.
    """
    require_open(UNSCHEDULE, post.row.state, post.row.post_id)
    row = post.row
    return Plan(
        f"取消排期{_named(post)}",
        lambda actor, values: app.calendar.unschedule(actor, row.post_id, row.version, values["reason"]),
        (Ask("reason", "理由", Kind.TEXT, required=True, longest=LONGEST),),
        intro="签发仍然有效,可另行排期;日历上不再列出。",
        told=lambda _: f"稿件{row.post_id}已取消排期。",
        word="取消排期",
    )


def hold_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of holding a post until somebody decides.

    Raises:
        RefusedError: its state does not allow it.
    """
    require_open(HOLD, post.row.state, post.row.post_id)
    row = post.row
    return Plan(
        f"暂停{_named(post)}",
        lambda actor, values: app.calendar.hold(actor, row.post_id, row.version, values["reason"]),
        (Ask("reason", "理由", Kind.TEXT, required=True, longest=LONGEST),),
        intro="转为“暂停待处置”,到时不发布,由人重新排期、修改或撤稿。",
        told=lambda _: f"稿件{row.post_id}已暂停,待处置。",
        word="暂停",
    )


def scheduled(done: ScheduleResult) -> str:
    """Return what a schedule call did, with what to mind."""
    how = "人工发布" if done.by_hand else "接口发布"
    warnings = "".join(f"注意:{warning}。" for warning in done.warnings)
    return f"稿件{done.post_id}已排期:{format_beijing(done.at)} {how}。{warnings}"


def _which(app: Application, post: PostDetail | None, account: str | None) -> tuple[Ask, ...]:
    if post is not None:
        require_open(SCHEDULE, post.row.state, post.row.post_id)
        return ()
    rows = waiting(app, account)
    if not rows:
        raise RefusedError(NONE_WAITING, next_step="签发后的稿件才能排期,见“拟稿”。")
    options = tuple(Option(f"{row.post_id}/{row.version}", _label(row), f"{row.account} {row.state}") for row in rows)
    return (Ask("post", "稿件", Kind.CHOICE, options[0].value, required=True, options=options),)


def _label(row: DeskRow) -> str:
    return f"{row.post_id} {one_line(row.opening, 36)}"


def _chosen(post: PostDetail | None, values: Values) -> tuple[int, int]:
    if post is not None:
        return post.row.post_id, post.row.version
    number, _, version = values["post"].partition("/")
    return int(number), int(version)


def _named(post: PostDetail | None) -> str:
    return f":稿件{post.row.post_id} {one_line(post.row.opening, 36)}" if post is not None else ""


def _standing(post: PostDetail | None) -> str:
    if post is None:
        return ""
    current = post.current
    if current.earliest_at is None and current.latest_at is None:
        return f"现为“{post.row.state}”。"
    window = "至".join(format_beijing(each) or "不限" for each in (current.earliest_at, current.latest_at))
    return f"现为“{post.row.state}”,审签的时间:{window}。"
