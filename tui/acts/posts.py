"""What can be done with an outgoing post inside the system: sending in, letting through, signing, returning, proofs.

Each plan rests on the post as it was shown: its version and its code are those that the person saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.permissions import Permission
from config.rulebook.approval import GATES, PROOFS
from publishing.enums import Verdict
from publishing.schemas import PlannedStep, PostDetail, StepView, SubmitResult
from tui.details.outgoing import open_steps
from tui.format import one_line
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

ONE_TEXT = "签字只对这一稿有效:正文、图片、时间、定稿栏改动一处,签字即作废。"
NOT_PASSED = "有一关不过的,返回后按 x 退回,写明意见。"
LONGEST = 1_000
FORMATS = (
    Option("docx", "DOCX", "可编辑,送签用"),
    Option("pdf", "PDF", "版式固定,打印用"),
    Option("txt", "文本", "终端查看用"),
)


def standing(post: PostDetail) -> str:
    """Return where a post stands after an act, and who comes next."""
    row = post.row
    who = "、".join(dict.fromkeys(name for step in open_steps(post) for name in step.waiting_for))
    if row.step:
        until = f",时限 {format_beijing(row.due_at)}" if row.due_at else ""
        return f"稿件{row.post_id}{row.state}:待{row.step}{until}{f'({who})' if who else ''}。"
    owed = f"有{row.owed}个签字待补。" if row.owed else ""
    return f"稿件{row.post_id}现为“{row.state}”。{owed}"


def as_shown(app: Application, post: PostDetail) -> None:
    """Make sure that a post still is as it was shown, before an act that no code or version binds to it.

    Raises:
        ConflictError: it was changed, or the standards were.
    """
    from publishing.service.drafts import changed_meanwhile

    if app.posts.show(post.row.post_id).code != post.code:
        raise changed_meanwhile(post.row.post_id)


# --- sending in, withdrawing ------------------------------------------------------------------------------------


def submit_plan(app: Application, post: PostDetail) -> Plan:
    """Return the question before a post is sent in: the chain, who may sign, what may go wrong."""
    row = post.row
    found = app.reviews.preview(app.actor, row.post_id)
    reasons = f"({';'.join(found.reasons)})" if found.reasons else ""
    lines = [
        f"审批链:{found.chain_title},{found.chain}{reasons}。",
        *(f"{step.name} {step.limit}:{_people(step)}" for step in found.steps),
        *(f"注意:{warning}" for warning in found.warnings),
    ]
    countersigned = [step for step in found.steps if step.mode == "all"]

    def submit(actor: Actor, values: Values) -> SubmitResult:
        named = {step.name: _logins(values[f"named{n}"]) for n, step in enumerate(countersigned)}
        return app.reviews.submit(actor, row.post_id, row.version, {k: v for k, v in named.items() if v})

    return Plan(
        f"送审:稿件{row.post_id} {one_line(row.opening, 40)}",
        submit,
        tuple(
            Ask(
                f"named{n}",
                f"{step.name}人员",
                value=",".join(step.named),
                hint=f"登录名,逗号分隔:{','.join(login for login, _ in step.able)}",
            )
            for n, step in enumerate(countersigned)
        ),
        intro="\n".join(lines),
        told=_sent,
        word="送审",
    )


def _people(step: PlannedStep) -> str:
    shown = "、".join(step.people[:6]) + ("等" if len(step.people) > 6 else "")
    how = {"all": "全部会签:", "some": f"其中{step.need}人会签:"}.get(step.mode, "")
    return how + (shown or "无人")


def _logins(text: str) -> tuple[str, ...]:
    for sign in "，、;；":
        text = text.replace(sign, ",")
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _sent(done: SubmitResult) -> str:
    until = f"第一环节时限 {format_beijing(done.first_due_at)}。" if done.first_due_at else ""
    warnings = "".join(f"注意:{warning}" for warning in done.warnings)
    return f"稿件{done.post_id}第{done.round}次送审:{done.chain}。{until}{warnings}"


def withdraw_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of withdrawing a post for good."""
    row = post.row
    return Plan(
        f"撤稿:稿件{row.post_id} {one_line(row.opening, 40)}",
        lambda actor, values: app.reviews.withdraw(actor, row.post_id, values["reason"], row.version),
        (Ask("reason", "理由", Kind.TEXT, required=True, longest=LONGEST),),
        intro=f"现为“{row.state}”。撤稿后不能恢复,已有签字不再有效;需要时另建新稿。",
        told=standing,
        confirm=lambda _values: f"稿件{row.post_id}将撤稿,不能恢复。",
        word="撤稿",
    )


# --- hits, proofs, remarks --------------------------------------------------------------------------------------


def waive_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of letting a hit through, with the reason.

    Raises:
        RefusedError: there is none that can be let through.
    """
    row = post.row
    stops = [hit for hit in post.hits if hit.blocks]
    if not stops:
        raise RefusedError(f"稿件{row.post_id}没有须放行的提示。", next_step="“提示”类不影响送审,不必放行。")
    options = tuple(
        Option(
            str(hit.number),
            f"{hit.number} {hit.title}",
            hit.message.partition("依据:")[0],
            _why_not(app.actor, hit.severity, waivable=hit.waivable),
        )
        for hit in stops
    )
    first = next((option.value for option in options if not option.off), "")

    def submit(actor: Actor, values: Values) -> PostDetail:
        return app.posts.waive(actor, row.post_id, int(values["hit"]), values["reason"], code=post.code)

    return Plan(
        f"放行:稿件{row.post_id} {one_line(row.opening, 40)}",
        submit,
        (
            Ask("hit", "提示", Kind.CHOICE, first, required=True, hint="没有可以放行的", options=options),
            Ask("reason", "理由", Kind.TEXT, required=True, hint="不少于5字,写明核实情况", longest=LONGEST),
        ),
        intro="放行只对此处文字有效,改动后重新提示。单项否决由起草人以外的复审以上人员放行。理由印在审签单上。",
        told=lambda found: f"已放行。还有{found.row.blocking}处须处理。",
        word="放行",
    )


def _why_not(actor: Actor, severity: str, *, waivable: bool) -> str:
    if not waivable:
        return "只可改正,不能放行"
    if severity == "veto" and not actor.may(Permission.POST_WAIVE):
        return f"单项否决,需要“{Permission.POST_WAIVE.label}”权限"
    return ""


def proof_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of recording a proof-reading of the text that was shown."""
    row = post.row
    done = {each.proof: each.person for each in post.proofs if each.valid}
    options = tuple(Option(name, name, f"已由{done[name]}登记" if name in done else "") for name in PROOFS)
    first = next((name for name in PROOFS if name not in done), PROOFS[-1])
    return Plan(
        f"登记校对:稿件{row.post_id} {one_line(row.opening, 40)}",
        lambda actor, values: app.reviews.proof(
            actor, row.post_id, values["proof"], code=post.code, note=values["note"]
        ),
        (
            Ask("proof", "校次", Kind.CHOICE, first, required=True, options=options),
            Ask("note", "说明", longest=LONGEST),
        ),
        intro=f"所校为第{row.revision}稿,校验码 {post.code}。",
        told=lambda _: f"稿件{row.post_id}已登记校对。",
        word="登记",
    )


def settle_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of marking a remark as dealt with.

    Raises:
        RefusedError: there is none.
    """
    left = [each for each in post.remarks if each.settled_at is None]
    if not left:
        raise RefusedError(f"稿件{post.row.post_id}没有未处理的批注。", next_step="按 m 批注一处文字。")
    options = tuple(Option(str(each.remark_id), each.text, f"“{each.quote}” {each.person}") for each in left)
    return Plan(
        f"批注已处理:稿件{post.row.post_id}",
        lambda actor, values: app.reviews.settle_remark(actor, int(values["remark"])),
        (Ask("remark", "批注", Kind.CHOICE, options[0].value, required=True, options=options),),
        told=lambda found: f"已标明。还有{sum(each.settled_at is None for each in found.remarks)}条批注未处理。",
        word="已处理",
    )


# --- verdicts ---------------------------------------------------------------------------------------------------


def agree_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of signing the text that was shown: five gates, the proof-reading, a remark.

    Raises:
        RefusedError: no step waits.
    """
    row, steps = post.row, _waiting(post)

    def submit(actor: Actor, values: Values) -> PostDetail:
        step = values.get("step", steps[0].name)
        proofed = bool(values.get(f"proof{[each.name for each in steps].index(step)}"))
        return app.reviews.verdict(
            actor,
            row.post_id,
            Verdict.AGREE.value,
            code=post.code,
            gates=values["gates"],
            remark=values["remark"],
            proofed=proofed,
            step=step,
        )

    warned = f"有{row.blocking}处须处理的提示未放行,放行或改正前不能同意。\n" if row.blocking else ""
    remarks = sum(each.settled_at is None for each in post.remarks)
    warned += f"有{remarks}条批注未处理。\n" if remarks else ""
    return Plan(
        f"同意:稿件{row.post_id} {one_line(row.opening, 40)}",
        submit,
        (
            *_step_ask(app.actor, steps),
            Ask(
                "gates",
                "五关",
                Kind.TICKS,
                required=True,
                hint=NOT_PASSED,
                options=tuple(Option(gate, gate) for gate in GATES),
            ),
            *_proof_asks(post, steps),
            Ask("remark", "意见", Kind.TEXT, hint="可不填", longest=LONGEST),
        ),
        intro=f"{warned}第{row.revision}稿,校验码 {post.code}。{ONE_TEXT}",
        told=standing,
        word="同意",
    )


def return_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of sending a post back, with what must be changed.

    Raises:
        RefusedError: no step waits.
    """
    row, steps = post.row, _waiting(post)
    return Plan(
        f"退回:稿件{row.post_id} {one_line(row.opening, 40)}",
        lambda actor, values: app.reviews.verdict(
            actor,
            row.post_id,
            Verdict.RETURN.value,
            code=post.code,
            remark=values["remark"],
            step=values.get("step", steps[0].name),
        ),
        (
            *_step_ask(app.actor, steps),
            Ask("remark", "须修改之处", Kind.TEXT, required=True, longest=LONGEST),
        ),
        intro=f"第{row.revision}稿退回{row.author}修改,本次送审的签字作废。逐处的意见可先按 m 批注。",
        told=standing,
        word="退回",
    )


def _waiting(post: PostDetail) -> list[StepView]:
    steps = open_steps(post)
    if not steps:
        raise RefusedError(
            f"稿件{post.row.post_id}现为“{post.row.state}”,没有待审的环节。", next_step="送审后才能审签。"
        )
    return steps


def _step_ask(actor: Actor, steps: list[StepView]) -> tuple[Ask, ...]:
    if len(steps) == 1:
        return ()
    first = next((step for step in steps if actor.name in step.waiting_for), steps[0])
    options = tuple(Option(step.name, step.name, f"待{'、'.join(step.waiting_for)}") for step in steps)
    return (Ask("step", "环节", Kind.CHOICE, first.name, required=True, options=options),)


def _proof_asks(post: PostDetail, steps: list[StepView]) -> tuple[Ask, ...]:
    done = {each.proof for each in post.proofs if each.valid}
    return tuple(
        Ask(
            f"proof{n}",
            step.proof,
            Kind.YES,
            required=True,
            hint=f"本人已完成{step.proof}",
            when=("step", step.name) if len(steps) > 1 else None,
        )
        for n, step in enumerate(steps)
        if step.proof and step.proof not in done
    )


# --- the sheet --------------------------------------------------------------------------------------------------


def sheet_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of writing the 审签单 to a file beside the reports of the home."""
    row = post.row

    def submit(actor: Actor, values: Values) -> object:
        from publishing.sheet import sheet_document
        from weibo_ops.documents import write

        as_shown(app, post)
        view = app.sign_offs.sheet(actor, row.post_id)
        name = f"审签单-{row.post_id}-第{view.post.row.revision}稿-{view.post.code}.{values['format']}"
        path = app.settings.home / "reports" / name
        write(sheet_document(view), path, app.settings.font)
        return path

    return Plan(
        f"输出审签单:稿件{row.post_id} {one_line(row.opening, 40)}",
        submit,
        (Ask("format", "格式", Kind.CHOICE, "docx", required=True, options=FORMATS),),
        intro=f"校验码 {post.code}。稿件改动后,已打印的审签单作废,须重新打印。",
        told=lambda path: f"已保存:{path}",
        word="输出",
    )


def checked(found: Any) -> str:
    """Return what a new check found."""
    row = found.row
    if not row.blocking and not row.advice:
        return f"稿件{row.post_id}已按现行标准检查,没有发现问题。"
    return f"稿件{row.post_id}已按现行标准检查:须处理{row.blocking}处,提示{row.advice}处。"
