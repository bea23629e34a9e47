"""``weibo-ops post sheet|paper|phone|owed|countersign``: what leaders sign on paper and say by telephone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import pages

if TYPE_CHECKING:
    from datetime import datetime

    from publishing.schemas import PostDetail
    from weibo_ops.bootstrap import Application

OWED_TITLES = {
    "verdict_id": "签批",
    "post_id": "稿件",
    "account": "账号",
    "step": "环节",
    "kind": "情况",
    "name": "审签人",
    "recorded_by": "录入",
    "at": "签批时间",
    "owed_until": "补签期限",
    "overdue": "超期",
    "code": "校验码",
    "opening": "正文",
}
ENDINGS = {"docx": ".docx", "pdf": ".pdf", "text": ".txt"}
StepArgument = typer.Argument(..., help="环节,如 终审")
SignerArgument = typer.Argument(..., metavar="SIGNER", help="审签人登录名")
VerdictArgument = typer.Argument(..., metavar="VERDICT", help="签批编号,见 post owed")
ScanOption = typer.Option(..., "--scan", help="签字后的审签单扫描件(图片或 PDF)")
SignedOption = typer.Option(None, "--signed-at", metavar="TIME", help="签字时间(北京时间);默认现在")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("sheet", short_help="审签单")(sheet)
    app.command("paper", short_help="录入纸质签批")(paper)
    app.command("check-paper", short_help="核对纸质签批")(check_paper)
    app.command("phone", short_help="录入电话签批")(phone)
    app.command("owed", short_help="待补签、待核对的签批")(owed)
    app.command("countersign", short_help="补签")(countersign)


def sheet(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    kind: str = typer.Option(None, "--format", help="docx、pdf 或 text;默认按 --out 的后缀,不写 --out 时为 text"),
    out: Path = typer.Option(None, "--out", help="保存到文件;不写时输出文字"),
) -> None:
    """生成审签单:正文、提示与说明、各环节意见、校验码,供领导签批。"""
    from publishing.sheet import sheet_document
    from weibo_ops.documents import render, require_format
    from weibo_ops.documents.files import write_atomically
    from weibo_ops.kernel.errors import UsageError

    if kind is not None and kind not in ENDINGS:
        raise UsageError(f"格式“{kind[:20]}”无法识别。", next_step=f"可选:{'、'.join(ENDINGS)}。")
    if out is None and kind not in (None, "text"):
        raise UsageError(f"{kind} 格式须用 --out 指定文件。", next_step=f"如 --out 审签单.{kind}。")
    ending = ".txt" if out is None else ENDINGS[kind] if kind is not None else require_format(out)
    app = common.application(context)
    document = sheet_document(app.sign_offs.sheet(app.actor, post_id))
    data = render(document, ending, app.settings.font)
    if out is None:
        common.write(data.decode("utf-8"))
    else:
        write_atomically(out, data)
        common.say(f"已保存:{out}")


def paper(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    step: str = StepArgument,
    signer: str = SignerArgument,
    code: str = typer.Option(..., "--code", help="审签单上所印的校验码"),
    scan: Path = ScanOption,
    signed_at: str = SignedOption,
    remark: str = typer.Option("", "--remark", help="签批意见"),
) -> None:
    """录入纸质签批,附扫描件;由另一人核对后生效。输出签批编号。"""
    app = common.application(context)
    detail = app.sign_offs.paper(
        app.actor, post_id, step, signer, code=code, scan=scan, signed_at=_at(app, signed_at), remark=remark
    )
    number = _newest(detail)
    common.write(f"{number}\n")
    common.say(f"已录入纸质签批{number}。下一步:由另一人核对 weibo-ops post check-paper {number} --code 校验码")


def check_paper(
    context: typer.Context,
    verdict_id: int = VerdictArgument,
    code: str = typer.Option(..., "--code", help="扫描件上所印的校验码"),
    mismatch: str = typer.Option(None, "--mismatch", help="核对不符的原因"),
) -> None:
    """核对纸质签批:扫描件、签字人、校验码相符则生效,不符的写明 --mismatch 原因。"""
    app = common.application(context)
    detail = app.sign_offs.check_paper(app.actor, verdict_id, code=code, agree=mismatch is None, reason=mismatch or "")
    common.say(f"签批{verdict_id}核对{'相符' if mismatch is None else '不符,不予采用'}。")
    pages.say_standing(detail)


def phone(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    step: str = StepArgument,
    signer: str = SignerArgument,
    code: str = typer.Option(..., "--code", help="电话中所读文本的校验码"),
    said: str = typer.Option("", "--said", help="对方的原话要点"),
    at: str = typer.Option(None, "--at", metavar="TIME", help="通话时间(北京时间);默认现在"),
) -> None:
    """录入电话签批:即时有效,签字待补。输出签批编号。"""
    from weibo_ops.kernel.clock import format_beijing

    app = common.application(context)
    detail = app.sign_offs.telephone(app.actor, post_id, step, signer, code=code, at=_at(app, at), said=said)
    number = _newest(detail)
    common.write(f"{number}\n")
    until = next(
        (each.owed_until for round_ in detail.rounds for step_ in round_.steps for each in step_.verdicts
         if each.verdict_id == number),
        None,
    )  # fmt: skip
    common.say(f"已录入电话签批{number},须在 {format_beijing(until) or '次一工作日'} 前补签。")
    pages.say_standing(detail)


def owed(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出待补签的电话签批和待核对的纸质签批。"""
    rows = [vars(row) for row in common.application(context).sign_offs.owed()]
    common.emit(rows, list(OWED_TITLES) if fmt is common.Format.TABLE else [*OWED_TITLES, "person"], fmt, OWED_TITLES)


def countersign(
    context: typer.Context,
    verdict_id: int = VerdictArgument,
    code: str = typer.Option(None, "--code", help="所签稿件的校验码"),
    scan: Path = typer.Option(None, "--scan", help="在纸上补签的审签单扫描件;由另一人核对后算补签"),
    signed_at: str = SignedOption,
    refuse: str = typer.Option(None, "--refuse", help="本人没有同意过:写明情况,稿件退回"),
) -> None:
    """补签电话签批:本人在系统内补签,或附纸质扫描件;本人没有同意过的写明 --refuse。"""
    from weibo_ops.kernel.errors import UsageError

    if refuse is not None and (code is not None or scan is not None):
        raise UsageError("--refuse 不能与 --code、--scan 同时写。", next_step="请去掉多余的选项。")
    if refuse is None and code is None:
        raise UsageError("补签须写明校验码。", next_step="请加 --code 校验码;本人没有同意过的,写 --refuse 情况。")
    app = common.application(context)
    if refuse is not None:
        detail = app.sign_offs.refuse(app.actor, verdict_id, refuse)
        common.say(f"已记明签批{verdict_id}未获本人同意。")
    elif scan is not None:
        detail = app.sign_offs.settle_on_paper(
            app.actor, verdict_id, code=code or "", scan=scan, signed_at=_at(app, signed_at)
        )
        common.say(f"已录入补签扫描件。下一步:由另一人核对 weibo-ops post check-paper {verdict_id} --code 校验码")
    else:
        detail = app.sign_offs.settle(app.actor, verdict_id, code=code or "")
        common.say(f"签批{verdict_id}已补签。")
    pages.say_standing(detail)


def _at(app: Application, text: str | None) -> datetime:
    from weibo_ops.kernel.clock import parse_beijing

    return app.clock.now() if text is None else parse_beijing(text)


def _newest(detail: PostDetail) -> int:
    """Return the number of the verdict that was just recorded: they count upwards."""
    return max(each.verdict_id for round_ in detail.rounds for step in round_.steps for each in step.verdicts)
