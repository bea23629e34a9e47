"""Sign-off outside the system: on paper, by telephone, compared by a second person; signatures owed made good."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from accounts.permissions import Permission
from config.rulebook.approval import REVIEW_ROLES
from publishing.enums import Channel
from publishing.schemas import PostDetail, StepView, VerdictView
from tui.acts.posts import LONGEST, standing
from tui.details.outgoing import open_steps
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

CODE_HINT = "照审签单所印录入,如 7K2M-9QXA-41BD"
FITS, DIFFERS = "fits", "differs"


def options(post: PostDetail, actor: Actor) -> tuple[Option, ...]:
    """Return what can be done outside the system with a post; what the person may not do says why."""
    record = _off(actor, Permission.POST_RECORD)
    steps = open_steps(post)
    found = []
    if steps:
        names = "、".join(step.name for step in steps)
        found.append(Option("paper", "录入纸质签批", f"{names};另一人核对后生效", record))
        by_phone = [step.name for step in steps if step.telephone]
        why = record or ("" if by_phone else f"“{names}”不能电话签批")
        found.append(Option("telephone", "记录电话签批", f"{'、'.join(by_phone)};当即生效,签字后补", why))
    for step, each in _verdicts(post):
        what = f"{step.name} {each.name} {format_beijing(each.at)}"
        number = each.verdict_id
        if each.unchecked or (each.owed and each.scan):
            found.append(Option(f"check/{number}", "核对纸质签批", what, record))
        if each.owed:
            own = _off(actor, Permission.POST_REVIEW) or ("" if each.person == actor.person else f"须{each.name}本人")
            found.append(Option(f"settle/{number}", "补签", what, own))
            if not each.scan:
                found.append(Option(f"settle_on_paper/{number}", "录入纸质补签", what, record))
            found.append(Option(f"refuse/{number}", "拒绝补签", f"{what};稿件退回", own))
    return tuple(found) or (Option("", "没有可办的", off="没有待审的环节,也没有待补的签字"),)


def _off(actor: Actor, permission: Permission) -> str:
    return "" if actor.may(permission) else f"需要“{permission.label}”权限"


def _verdicts(post: PostDetail) -> list[tuple[StepView, VerdictView]]:
    return [
        (step, each)
        for round_ in post.rounds
        for step in round_.steps
        for each in step.verdicts
        if each.unchecked or each.owed
    ]


def plan(name: str, app: Application, post: PostDetail) -> Plan:
    """Return the form of what was chosen of `options`; read in a thread.

    Raises:
        NotFoundError: the signature is no longer there.
    """
    what, _, number = name.partition("/")
    if what == "paper":
        return _paper(app, post)
    if what == "telephone":
        return _telephone(app, post)
    found = next(((step, each) for step, each in _verdicts(post) if str(each.verdict_id) == number), None)
    if found is None:
        raise NotFoundError("该签批已办结。", next_step="按 r 重新读取。")
    makers: dict[str, Callable[[Application, PostDetail, StepView, VerdictView], Plan]] = {
        "check": _check,
        "settle": _settle,
        "settle_on_paper": _settle_on_paper,
        "refuse": _refuse,
    }
    return makers[what](app, post, *found)


def _signers(app: Application, unit: str) -> tuple[Option, ...]:
    """Return who might sign, the post's own unit first; whether they may, the service says."""
    rows = [
        row
        for row in app.staff.list_staff(active=True)
        if not row.service and not row.outsourced and set(row.roles) & set(REVIEW_ROLES)
    ]
    rows.sort(key=lambda row: (row.unit != unit, row.unit, row.login))
    return tuple(Option(row.login, row.name, f"{'、'.join(row.roles)} {row.unit} {row.login}") for row in rows)


def _step_ask(steps: list[StepView]) -> Ask:
    choices = tuple(Option(step.name, step.name, f"待{'、'.join(step.waiting_for)}") for step in steps)
    return Ask("step", "环节", Kind.CHOICE, choices[0].value, required=True, options=choices)


def _paper(app: Application, post: PostDetail) -> Plan:
    row = post.row
    return Plan(
        f"录入纸质签批:稿件{row.post_id}",
        lambda actor, values: app.sign_offs.paper(
            actor,
            row.post_id,
            values["step"],
            values["signer"],
            code=values["code"],
            scan=values["scan"],
            signed_at=values["signed_at"],
            remark=values["remark"],
        ),
        (
            _step_ask(open_steps(post)),
            Ask("signer", "签批人", Kind.CHOICE, required=True, options=_signers(app, row.unit)),
            Ask("code", "校验码", required=True, hint=CODE_HINT, longest=40),
            Ask("scan", "扫描件", Kind.FILE, required=True),
            Ask("signed_at", "签批时间", Kind.INSTANT, required=True, hint="审签单上所署,如 2026-10-12 15:30"),
            Ask("remark", "签批意见", hint="照审签单录入,可不填", longest=LONGEST),
        ),
        intro="照签好的审签单逐项录入。由录入人、签批人、经手人以外的另一人对照扫描件核对后生效。",
        told=lambda _found: "已录入,由另一人核对后生效。",
        word="录入",
    )


def _telephone(app: Application, post: PostDetail) -> Plan:
    row = post.row
    now = format_beijing(app.clock.now())

    def submit(actor: Actor, values: Values) -> PostDetail:
        return app.sign_offs.telephone(
            actor, row.post_id, values["step"], values["signer"], code=post.code, at=values["at"], said=values["said"]
        )

    return Plan(
        f"记录电话签批:稿件{row.post_id}",
        submit,
        (
            _step_ask([step for step in open_steps(post) if step.telephone]),
            Ask("signer", "签批人", Kind.CHOICE, required=True, options=_signers(app, row.unit)),
            Ask("at", "通话时间", Kind.INSTANT, now, required=True),
            Ask("said", "原话", Kind.TEXT, required=True, hint="对方同意的原话", longest=LONGEST),
        ),
        intro=f"校验码 {post.code}。记录人不得经手本稿。当即生效,签批人次一工作日内补签,补签前列为“待补签”。",
        told=lambda found: f"已记录,签字待补。{standing(found)}",
        word="记录",
    )


def _check(app: Application, post: PostDetail, step: StepView, each: VerdictView) -> Plan:
    def submit(actor: Actor, values: Values) -> PostDetail:
        return app.sign_offs.check_paper(
            actor,
            each.verdict_id,
            code=values.get("code", ""),
            agree=values["found"] == FITS,
            reason=values.get("reason", ""),
        )

    kind = "补签" if each.channel == Channel.TELEPHONE else "签批"
    return Plan(
        f"核对纸质{kind}:稿件{post.row.post_id} {step.name}",
        submit,
        (
            Ask(
                "found",
                "核对结果",
                Kind.CHOICE,
                FITS,
                required=True,
                options=(Option(FITS, "相符"), Option(DIFFERS, "不符", "该签批不生效")),
            ),
            Ask("code", "校验码", required=True, hint=CODE_HINT, longest=40, when=("found", FITS)),
            Ask("reason", "不符之处", Kind.TEXT, required=True, longest=LONGEST, when=("found", DIFFERS)),
        ),
        intro=f"{step.name}由{each.name}于 {format_beijing(each.at)} 签批,{each.recorded_by}录入。\n"
        f"扫描件:{app.vault.path(each.scan)}\n请打开扫描件,核对签名、时间,并照扫描件录入校验码。",
        told=lambda found: f"已核对。{standing(found)}",
        word="核对",
    )


def _settle(app: Application, post: PostDetail, step: StepView, each: VerdictView) -> Plan:
    code = _code_of(post, each)
    changed = "" if code == post.code else f"\n电话同意的是校验码 {code} 的一稿,现稿已改动。"
    return Plan(
        f"补签:稿件{post.row.post_id} {step.name}",
        lambda actor, _values: app.sign_offs.settle(actor, each.verdict_id, code=code),
        intro=f"{format_beijing(each.at)} 电话同意,{each.recorded_by}记录:“{each.remark}”。校验码 {code}。{changed}\n"
        "补签即确认当时同意的是这一稿;并非本人意见的,请返回后选“拒绝补签”。",
        told=lambda found: f"已补签。{standing(found)}",
        word="补签",
    )


def _settle_on_paper(app: Application, post: PostDetail, step: StepView, each: VerdictView) -> Plan:
    return Plan(
        f"录入纸质补签:稿件{post.row.post_id} {step.name}",
        lambda actor, values: app.sign_offs.settle_on_paper(
            actor, each.verdict_id, code=values["code"], scan=values["scan"], signed_at=values["signed_at"]
        ),
        (
            Ask("code", "校验码", required=True, hint=CODE_HINT, longest=40),
            Ask("scan", "扫描件", Kind.FILE, required=True),
            Ask("signed_at", "签字时间", Kind.INSTANT, required=True),
        ),
        intro=f"{each.name}在审签单上补签的,照审签单录入;由另一人核对后,补签才算完成。",
        told=lambda _found: "已录入补签,待另一人核对。",
        word="录入",
    )


def _refuse(app: Application, post: PostDetail, step: StepView, each: VerdictView) -> Plan:
    return Plan(
        f"拒绝补签:稿件{post.row.post_id} {step.name}",
        lambda actor, values: app.sign_offs.refuse(actor, each.verdict_id, values["reason"]),
        (Ask("reason", "情况", Kind.TEXT, required=True, longest=LONGEST),),
        intro=f"{each.recorded_by}记录:{format_beijing(each.at)} 电话同意,“{each.remark}”。",
        told=lambda found: f"已拒绝补签,并提请核查。{standing(found)}",
        confirm=lambda _values: f"稿件{post.row.post_id}将退回,并提请监管人员核查电话签批的记录。",
        word="拒绝补签",
    )


def _code_of(post: PostDetail, each: VerdictView) -> str:
    return next(round_.code for round_ in post.rounds for step in round_.steps if each in step.verdicts)
