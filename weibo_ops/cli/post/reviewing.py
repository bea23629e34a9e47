"""``weibo-ops post submit|queue|verdict|return|proof|remark|withdraw|…``: the review inside the system."""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import pages

GAP_TITLES = {
    "post_id": "稿件",
    "account": "账号",
    "unit": "单位",
    "day": "日期",
    "chain": "审批链",
    "step": "环节",
    "until": "须签于",
    "reason": "原因",
    "next_step": "下一步",
    "rule": "依据",
}
PLAN_TITLES = {"name": "环节", "role": "角色", "limit": "时限", "people": "可审签", "named": "会签人"}
EVERY_GATE = "全部"
StepOption = typer.Option("", "--step", help="环节;几个环节同时待审时写明")
RemarkOption = typer.Option("", "--remark", help="意见;退回须写明")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("submit", short_help="送审")(submit)
    app.command("queue", short_help="本人现在可审签的稿件")(queue)
    app.command("verdict", short_help="审签")(verdict)
    app.command("return", short_help="退回")(return_)
    app.command("proof", short_help="登记校对")(proof)
    app.command("remark", short_help="在正文某处批注")(remark)
    app.command("settle-remark", short_help="批注已处理")(settle_remark)
    app.command("withdraw", short_help="撤稿")(withdraw)
    app.command("reassign", short_help="调整会签人")(reassign)
    app.command("remind", short_help="提醒和催办")(remind)
    app.command("recheck", short_help="按现行标准重查待发和已发的")(recheck)
    app.command("staffing", short_help="测算哪些稿件无人可审签")(staffing)


def submit(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    named: list[str] = typer.Option(
        [], "--named", metavar="环节=登录名,…", help="会签环节的人员,可重复,如 会签=wang,li"
    ),
    version: int = pages.VersionOption,
    dry_run: bool = typer.Option(False, "--dry-run", help="只列出审批链和各环节可审签的人员,不送审"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """送审:检查、选定审批链、开始第一环节。"""
    from weibo_ops.kernel.clock import format_beijing
    from weibo_ops.kernel.errors import UsageError

    people: dict[str, Sequence[str]] = {}
    for each in named:
        step, sign, logins = each.partition("=")
        if not sign or not step.strip() or not _words(logins):
            raise UsageError(f"--named 的值“{each[:40]}”无法识别。", next_step="请写成 会签=wang,li。")
        people[step.strip()] = _words(logins)
    app = common.application(context)
    if dry_run:
        plan = app.reviews.preview(app.actor, post_id, people)
        rows: list[common.Row] = [vars(step) for step in plan.steps]
        common.emit(rows, list(PLAN_TITLES), fmt, PLAN_TITLES)
        common.say(f"试算(未送审):{plan.chain_title}{_reasons(plan.reasons)},{plan.chain}。")
        for warning in plan.warnings:
            common.say(f"注意:{warning}")
        return
    seen = app.posts.show(post_id).row.version if version is None else version
    done = app.reviews.submit(app.actor, post_id, seen, people)
    title = f"{done.chain_title}{_reasons(done.reasons)}"
    common.say(f"稿件{post_id}第{done.round}次送审:{title},{done.chain}。校验码 {done.code}")
    for warning in done.warnings:
        common.say(f"注意:{warning}")
    until = format_beijing(done.first_due_at)
    common.say(f"第一环节期限 {until}。" if until else "第一环节期限待定:工作日历未录入该年份。")


def queue(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出本人现在可审签的稿件,期限近的在前。"""
    app = common.application(context)
    pages.emit_desk(app.reviews.queue(app.actor), fmt)


def verdict(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    opinion: str = typer.Argument(..., metavar="意见", help="同意 或 退回"),
    code: str = pages.CodeOption,
    gates: str = typer.Option("", "--gates", help="把住的各关:全部,或 政治,法律,政策,保密,文字;同意须五关齐全"),
    remark: str = RemarkOption,
    proofed: bool = typer.Option(False, "--proofed", help="本环节所要求的校对由本人一并完成"),
    step: str = StepOption,
) -> None:
    """审签:同意(五关齐全)或退回(写明意见),对校验码所指的这一稿有效。"""
    app = common.application(context)
    detail = app.reviews.verdict(
        app.actor, post_id, opinion, code=code, gates=_gates(gates), remark=remark, proofed=proofed, step=step
    )
    pages.say_standing(detail)


def return_(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    code: str = pages.CodeOption,
    remark: str = RemarkOption,
    step: str = StepOption,
) -> None:
    """退回起草人修改,写明意见。"""
    app = common.application(context)
    detail = app.reviews.verdict(app.actor, post_id, "退回", code=code, remark=remark, step=step)
    pages.say_standing(detail)


def proof(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    which: str = typer.Argument(..., metavar="校次", help="一校 二校 三校"),
    code: str = pages.CodeOption,
    note: str = typer.Option("", "--note", help="说明"),
) -> None:
    """登记校对:人员和时间,对校验码所指的这一稿有效。"""
    app = common.application(context)
    app.reviews.proof(app.actor, post_id, which, code=code, note=note)
    common.say(f"稿件{post_id}已登记{which}。")


def remark(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    start: int = typer.Argument(..., help="起(第一个字为0)"),
    end: int = typer.Argument(..., help="止(不含)"),
    text: str = typer.Argument(..., help="批注"),
    code: str = typer.Option(None, "--code", help="所见文本的校验码:稿件改过的不批注"),
) -> None:
    """在正文某处批注。"""
    app = common.application(context)
    made = app.reviews.remark(app.actor, post_id, start, end, text, code=code).remarks
    last = max(made, key=lambda each: each.remark_id)
    common.write(f"{last.remark_id}\n")
    common.say(f"已批注“{last.quote}”。处理后:weibo-ops post settle-remark {last.remark_id}")


def settle_remark(
    context: typer.Context, remark_id: int = typer.Argument(..., metavar="REMARK", help="批注编号")
) -> None:
    """标明一条批注已处理。"""
    app = common.application(context)
    detail = app.reviews.settle_remark(app.actor, remark_id)
    left = sum(each.settled_at is None for each in detail.remarks)
    common.say(f"批注{remark_id}已处理;稿件{detail.row.post_id}还有{left}条未处理。")


def withdraw(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    reason: str = typer.Option("", "--reason", help="理由"),
    version: int = pages.VersionOption,
) -> None:
    """撤稿,写明理由;撤稿后不能恢复。"""
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    pages.say_standing(app.reviews.withdraw(app.actor, post_id, reason, seen))


def reassign(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    step: str = typer.Argument(..., help="会签环节"),
    old: str = typer.Argument(..., help="原会签人登录名"),
    new: str = typer.Argument(..., help="改由何人(登录名)"),
    reason: str = typer.Option("", "--reason", help="理由"),
) -> None:
    """调整尚未签的会签人,由终审人员办理;会签人数不减。"""
    app = common.application(context)
    pages.say_standing(app.reviews.reassign(app.actor, post_id, step, old, new, reason))


def remind(context: typer.Context) -> None:
    """为将到时限的(提醒)和超时的(催办,并报高一级审核人)生成待办。"""
    app = common.application(context)
    common.say(f"提醒和催办 {app.reviews.remind(app.actor)} 项,见 weibo-ops todo list。")


def recheck(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """按现行标准和词表重查待审、待发的稿件和近期已发的微博;不符的退回重审。"""
    app = common.application(context)
    report = app.rechecks.recheck(app.actor)
    if fmt is common.Format.JSON:
        common.emit_json(vars(report))
    elif fmt is common.Format.CSV:
        row = vars(report)
        common.emit([row], list(row), fmt)
    pages.say_rechecked(report)


def staffing(
    context: typer.Context,
    first: str = typer.Option(..., "--from", metavar="DAY", help="起日(含),如 2026-10-05"),
    last: str = typer.Option(..., "--to", metavar="DAY", help="止日(含)"),
    unit: str = typer.Option(None, "--unit", help="只测算该单位"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """按人员、值班表和请假测算:起止日内哪些稿件、哪个环节无人可按时审签。"""
    from weibo_ops.kernel.errors import UsageError
    from weibo_ops.kernel.tables import parse_day

    first_day, last_day = parse_day(first), parse_day(last)
    if first_day is None or last_day is None or last_day < first_day:
        raise UsageError("测算须写明起止日期,止日不早于起日。", next_step="如 --from 2026-10-05 --to 2026-10-11。")
    gaps = common.application(context).staffing.simulate(first_day, last_day, unit)
    columns = list(GAP_TITLES)
    if fmt is common.Format.TABLE:
        columns = ["post_id", "unit", "day", "step", "reason"]
    common.emit([vars(gap) for gap in gaps], columns, fmt, GAP_TITLES)
    common.say(f"有{len(gaps)}处无人可按时审签。" if gaps else "各环节均有人可按时审签。")
    for gap in gaps:
        subject = f"稿件{gap.post_id}" if gap.post_id is not None else f"{gap.unit}值班"
        common.say(f"{subject}“{gap.step}”:{gap.reason}。下一步:{gap.next_step}依据:{gap.rule}")


def _reasons(reasons: Sequence[str]) -> str:
    return f"({'、'.join(reasons)})" if reasons else ""


def _gates(text: str) -> tuple[str, ...]:
    """Return the gates that were written; the five names, or 全部.

    Raises:
        UsageError: a word is no gate.
    """
    from config.rulebook.approval import GATES
    from weibo_ops.kernel.errors import UsageError

    given = _words(text)
    if EVERY_GATE in given:
        return GATES
    if unknown := next((word for word in given if word not in GATES), None):
        raise UsageError(f"没有“{unknown[:20]}”这一关。", next_step=f"可选:{'、'.join(GATES)},或写“全部”。")
    return tuple(given)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,,、\s]+", text) if word]
