"""What can be done on the delivery board: settle an outcome, bring a receipt, give a post back, confirm to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishing.enums import PostState
from publishing.schemas import PostDetail
from publishing.schemas.delivery import AttemptView, BoardRow
from publishing.schemas.published import ReceiptView
from tui.format import one_line
from tui.forms import Ask, Kind, Option, Plan, Values
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

LONGEST = 1_000
THERE, ABSENT = "已发布", "未发布"
NOT_AGAIN = "登记未发布的转为“失败”,不会自动重发,由人决定是否重新排期。"
BY_HAND = "稿件{0}由人工发布:已发出的按 i 登记回执,没有发出的按 x 退回。"


def settle_plan(app: Application, post: PostDetail) -> Plan:
    """Return the form of deciding about a post of which nobody knows whether it went out.

    Raises:
        RefusedError: its outcome is not in doubt.
    """
    row = post.row
    if row.state != PostState.UNCERTAIN:
        raise RefusedError(f"稿件{row.post_id}的状态是“{row.state}”,不须核实。", next_step="只核实“结果待核实”的。")
    attempts = app.delivery_board.attempts(row.post_id)

    def submit(actor: Actor, values: Values) -> PostDetail:
        return app.delivery.settle(
            actor,
            row.post_id,
            row.version,
            link=values.get("link", ""),
            absent=values["found"] == ABSENT,
            reason=values["reason"],
        )

    def confirm(values: Values) -> str:
        if values["found"] != ABSENT:
            return ""
        return f"账号主页上确实没有稿件{row.post_id}的这一条?\n{one_line(row.opening, 60)}\n{NOT_AGAIN}"

    return Plan(
        f"核实:稿件{row.post_id} {one_line(row.opening, 40)}",
        submit,
        (
            Ask(
                "found",
                "账号主页上",
                Kind.CHOICE,
                required=True,
                options=(Option(THERE, "有这一条", "登记已发布"), Option(ABSENT, "没有这一条", "登记未发布")),
            ),
            Ask(
                "link",
                "微博链接",
                required=True,
                hint="从该条微博的页面复制",
                longest=300,
                when=("found", THERE),
            ),
            Ask("reason", "核实情况", Kind.TEXT, required=True, hint="何时看了什么", longest=LONGEST),
        ),
        intro=f"请先在官方客户端或网页查看“{row.account}”的主页。{_last(attempts)}\n{NOT_AGAIN}",
        told=lambda done: f"稿件{done.row.post_id}已核实,现为“{done.row.state}”。",
        confirm=confirm,
        word="登记",
    )


def _last(attempts: list[AttemptView]) -> str:
    if not attempts:
        return ""
    last = attempts[-1]
    looked = f",程序已查看{last.looks}次:{last.look}" if last.looks else ",程序尚未查看"
    return f"第{last.number}次发布于{format_beijing(last.started_at)}{looked}。"


def receipt_plan(app: Application, post: PostDetail, board: BoardRow) -> Plan:
    """Return the form of entering the link of a post that a person posted.

    Raises:
        RefusedError: it is not owed.
    """
    _require_by_hand(post, board)
    row = post.row
    return Plan(
        f"登记回执:稿件{row.post_id} {one_line(row.opening, 40)}",
        lambda actor, values: app.receipts.receipt(
            actor,
            row.post_id,
            link=values["link"],
            published_at=values["at"],
            shown=values["shown"],
            differs=values["differs"],
        ),
        (
            Ask("link", "微博链接", required=True, hint="从该条微博的页面复制", longest=300),
            Ask("shown", "所示正文", Kind.TEXT, hint="页面上的正文;平台查得到的不填", longest=LONGEST),
            Ask("at", "发布时间", Kind.INSTANT, hint="不填以平台所示为准,查不到的为现在"),
            Ask("differs", "与签发稿不同", Kind.YES, hint="所发与签发稿不一致,如实登记"),
        ),
        intro=f"核对是否“{row.account}”所发、文字是否与签发稿一致。不一致的由监管人员核查。",
        told=_received,
        word="登记",
    )


def _received(done: ReceiptView) -> str:
    if done.flags:
        return f"稿件{done.post_id}已登记,须核查:{';'.join(done.flags)}。"
    checked = "与签发稿一致" if done.checked else "所发文字待核对"
    return f"稿件{done.post_id}已登记,{checked}。"


def give_back_plan(app: Application, post: PostDetail, board: BoardRow) -> Plan:
    """Return the form of saying that a post that was handed over was not posted.

    Raises:
        RefusedError: it was not handed over.
    """
    _require_by_hand(post, board)
    row = post.row
    call = app.receipts.give_back if row.state == PostState.SENDING else app.receipts.not_posted
    return Plan(
        f"没有发出:稿件{row.post_id} {one_line(row.opening, 40)}",
        lambda actor, values: call(actor, row.post_id, values["reason"]),
        (Ask("reason", "原因", Kind.TEXT, required=True, longest=LONGEST),),
        intro="账号主页上已有的不能退回。退回后转为“失败”,由人重新排期或撤稿。",
        told=lambda done: f"稿件{done.post_id}已退回,现为“{done.state}”。按 b 重新排期。",
        word="退回",
    )


def _require_by_hand(post: PostDetail, board: BoardRow) -> None:
    row = post.row
    owed = row.state in (PostState.SENDING, PostState.UNCERTAIN) and board.by_hand
    if not owed or board.post_id != row.post_id:
        raise RefusedError(f"稿件{row.post_id}没有待登记的回执。", next_step="只用于交人工发布的稿件,见“待登记回执”。")


def presence_plan(app: Application) -> Plan:
    """Return the form of confirming to be there."""
    return Plan(
        "确认本人到岗",
        lambda actor, values: app.delivery.present(actor, values["note"]),
        (Ask("note", "备注", hint="可不填"),),
        intro="夜间、休息日发布前,须值班人员本人确认在岗;确认后到时间的稿件才发出。",
        told=lambda until: f"已确认到岗,有效至{format_beijing(until)}。",
        word="确认",
    )
