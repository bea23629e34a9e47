"""What can be done with relay tasks: give one, draft for an account, name a post, enter a receipt, excuse, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from publishing.checks import CONTENT_CLASSES
from publishing.enums import PostState, RelayKind
from publishing.schemas.relays import RelayDetail, RelayEntry, RelayTargetRow
from tui.desks import account_options, units_below
from tui.details.pauses import NO_LIKES, progress_words
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

LONGEST = 1_000
OPEN = ("待办", "办理中")


def issue_plan(app: Application) -> Plan:
    """Return the form of giving a task to an account, or to all accounts of a unit and of those below it."""
    units = app.units.list_units()
    own = units_below(units, app.actor.unit_id)
    unit_options = tuple(Option(unit.name, unit.name, "及下级单位的全部账号") for unit in units if unit.name in own)

    def entry(values: Values) -> RelayEntry:
        return RelayEntry(
            kind=values["kind"],
            title=values["title"],
            basis=values["basis"],
            due_at=values["due_at"],
            shared_text=values["text"],
            source_link=values.get("source", ""),
            content_class=values["class"],
            accounts=(values["account"],) if values["account"] else (),
            unit=values["unit"],
        )

    return Plan(
        "下达必转联动任务",
        lambda actor, values: app.relays.issue(actor, entry(values)),
        (
            Ask(
                "kind",
                "类型",
                Kind.CHOICE,
                RelayKind.MUST.value,
                required=True,
                options=(
                    Option(RelayKind.MUST.value, "必转", "转发指定的一条"),
                    Option(RelayKind.JOINT.value, "联动", "各自发布同一件事"),
                ),
            ),
            Ask("title", "名称", required=True, longest=100),
            Ask("basis", "依据", required=True, hint="谁的要求,何时何文", longest=LONGEST),
            Ask("due_at", "完成时限", Kind.INSTANT, required=True, hint="如 2026-10-12 18:00"),
            Ask("source", "原文链接", required=True, longest=300, when=("kind", RelayKind.MUST.value)),
            Ask("text", "统一口径", Kind.TEXT, hint="转发语或统一口径;必转须填", longest=2_000),
            Ask(
                "class",
                "内容类别",
                Kind.CHOICE,
                hint="不选:必转为转载,联动为日常",
                options=tuple(Option(name, name) for name in CONTENT_CLASSES),
            ),
            Ask("unit", "单位", Kind.CHOICE, hint="该单位及下级的全部账号", options=unit_options),
            Ask("account", "账号", Kind.CHOICE, hint="或只选一个账号", options=account_options(app)),
        ),
        intro=f"各账号的管理员得到待办。{NO_LIKES}",
        told=lambda found: f"已下达{found.row.total}个账号,时限{format_beijing(found.row.due_at)}。",
        word="下达",
    )


def join_plan(app: Application, task_id: int) -> Plan:
    """Return the form of drafting for an account from the common line."""
    found = app.relays.progress(task_id, app.actor)
    return Plan(
        f"按口径起草:{found.row.title}",
        lambda actor, values: app.relays.join(actor, task_id, values["account"]),
        (_account_ask(found, mine=True),),
        intro="按统一口径为账号起草一件稿件,照常送审、签发、排期;发布后自动回执。",
        told=lambda done: f"已起草稿件{done.post_id}。按 9 到拟稿页补填定稿栏并送审。",
        word="起草",
    )


def bind_plan(app: Application, task_id: int) -> Plan:
    """Return the form of naming a post that is there already."""
    found = app.relays.progress(task_id, app.actor)
    mine = {each.account for each in _targets(found, mine=True)}
    gone = (PostState.WITHDRAWN.value, PostState.DELETED.value)
    posts = tuple(
        Option(str(row.post_id), f"{row.post_id} {row.opening}", f"{row.account} {row.state}")
        for row in app.posts.rows(app.actor)
        if row.account in mine and row.state not in gone
    )
    if not posts:
        raise RefusedError("本单位没有可用于本任务的稿件。", next_step="按 b 按口径起草。")
    return Plan(
        f"由已有的稿件办理:{found.row.title}",
        lambda actor, values: app.relays.bind(actor, task_id, values["account"], int(values["post"])),
        (
            _account_ask(found, mine=True),
            Ask("post", "稿件", Kind.CHOICE, posts[0].value, required=True, options=posts),
        ),
        intro="稿件须属于所选账号;发布后自动回执,已发布的立即回执。",
        told=progress_words,
        word="确定",
    )


def receipt_plan(app: Application, task_id: int) -> Plan:
    """Return the form of entering the receipt of a post made in the official client."""
    found = app.relays.progress(task_id, app.actor)
    return Plan(
        f"登记回执:{found.row.title}",
        lambda actor, values: app.relays.receipt(
            actor, task_id, values["account"], values["link"], posted_at=values["at"]
        ),
        (
            _account_ask(found, mine=True),
            Ask("link", "微博链接", required=True, hint="https://weibo.com/用户id/微博号", longest=300),
            Ask("at", "发布时间", Kind.INSTANT, hint="不填为现在;平台已见的以平台为准"),
        ),
        intro="只用于在官方客户端转发、未经本程序发出的;另须认领并补录签批。迟报照登,列为迟报。",
        told=progress_words,
        word="登记",
    )


def excuse_plan(app: Application, task_id: int) -> Plan:
    """Return the form of confirming that an account need not do its part."""
    found = app.relays.progress(task_id, app.actor)
    return Plan(
        f"确认不转:{found.row.title}",
        lambda actor, values: app.relays.excuse(actor, task_id, values["account"], values["reason"]),
        (
            _account_ask(found, mine=False),
            Ask("reason", "理由", Kind.TEXT, required=True, longest=LONGEST),
        ),
        intro="由下达单位确认;该账号不再计入应办。",
        told=progress_words,
        word="确认",
    )


def close_plan(app: Application, task_id: int) -> Plan:
    """Return the question before a task is closed."""
    found = app.relays.progress(task_id, app.actor)
    row = found.row
    left = row.total - row.done - row.excused
    return Plan(
        f"结束任务:{row.title}",
        lambda actor, _values: app.relays.close(actor, task_id, row.version),
        intro=f"{progress_words(found)}。{f'还有{left}个账号未完成,照列。' if left else ''}结束后仍可登记回执。",
        told=lambda done: f"任务已结束:{progress_words(done)}。",
        word="结束",
    )


PLANS: dict[str, Callable[[Application, int], Plan]] = {
    "join": join_plan,
    "bind": bind_plan,
    "receipt": receipt_plan,
    "excuse": excuse_plan,
    "close": close_plan,
}
"""The forms of acts on a task, by name."""


def _targets(found: RelayDetail, *, mine: bool) -> list[RelayTargetRow]:
    targets = [each for each in found.targets if each.state in OPEN and (each.mine or not mine)]
    if not targets:
        whose = "本单位" if mine else ""
        raise RefusedError(f"任务“{found.row.title}”没有{whose}待办的账号。", next_step="已办的见下方详情。")
    return targets


def _account_ask(found: RelayDetail, *, mine: bool) -> Ask:
    targets = _targets(found, mine=mine)
    options = tuple(Option(f"#{each.account_id}", each.account, f"{each.unit} {each.state}") for each in targets)
    return Ask("account", "账号", Kind.CHOICE, options[0].value, required=True, options=options)
