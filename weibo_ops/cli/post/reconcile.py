"""``weibo-ops post reconcile|watch|unclaimed|claim|check-claim|exclude|breakin|delete``: what our accounts show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import entry, pages

if TYPE_CHECKING:
    from publishing.schemas.published import UnclaimedRow

REPORT_TITLES = {
    "accounts": "账号",
    "observed": "新见微博",
    "bound": "补登回执",
    "confirmed": "核对回执",
    "unclaimed": "待认领",
    "suspected": "疑似被盗",
    "edited": "不一致",
    "vanished": "已不可见",
    "counts": "计数更新",
    "calls": "接口调用",
}
MARK_TITLES = {"account": "账号", "since": "核对起点", "looked_at": "最近查看主页"}
UNCLAIMED_TITLES = {
    "unclaimed_id": "编号",
    "account": "账号",
    "state": "状态",
    "published_at": "发布时间",
    "due_at": "认领期限",
    "overdue": "超期",
    "like": "相同稿件",
    "author": "作者",
    "signer": "签批人",
    "note": "说明",
    "text": "正文",
}
EXTRA = (
    "account_id", "unit", "platform_id", "link", "found_at", "signed_at", "handled_by", "checked_by", "checklist_id",
)  # fmt: skip
UnclaimedArgument = typer.Argument(..., metavar="ID", help="编号,见 post unclaimed")
ReasonOption = typer.Option("", "--reason", help="理由")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("reconcile", short_help="查看账号主页,与所发核对")(reconcile)
    app.command("watch", short_help="从何时起核对一个账号")(watch)
    app.command("unclaimed", short_help="待认领的系统外发布")(unclaimed)
    app.command("claim", short_help="认领系统外发布,补录签批")(claim)
    app.command("check-claim", short_help="核对认领")(check_claim)
    app.command("exclude", short_help="排除:不是人发的")(exclude)
    app.command("breakin", short_help="确认账号被盗,开处置卡")(breakin)
    app.command("delete", short_help="删除已发布的内容")(delete)


def reconcile(
    context: typer.Context,
    account: str = typer.Argument(None, metavar="[账号]", help="名称、用户id或 #编号;不写时为全部在核对的账号"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """查看账号主页并与本系统所发核对:更新计数,登记不一致、已不可见的,列出系统外发布。"""
    app = common.application(context)
    report = app.reconcile.reconcile(app.actor, account)
    columns = list(REPORT_TITLES)
    if fmt is not common.Format.TABLE:
        columns.append("skipped")
    common.emit([vars(report)], columns, fmt, REPORT_TITLES)
    for name, why in report.skipped:
        common.say(f"“{name}”未能查看主页:{why}")
    if report.unclaimed or report.suspected:
        common.say("下一步:weibo-ops post unclaimed")


def watch(
    context: typer.Context,
    account: str = typer.Argument(None, metavar="[账号]", help="名称、用户id或 #编号;不写时列出在核对的账号"),
    since: str = typer.Option(None, "--since", metavar="TIME", help="起点(北京时间);默认现在"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """设定从何时起,一个账号的每条微博都须由本系统发出;此前的历史不列。不设的从首次经本系统发布起。"""
    app = common.application(context)
    if account is None:
        rows = app.reconcile.marks()
    else:
        rows = [app.reconcile.watch(app.actor, account, entry.instant(since) or app.clock.now())]
    columns = list(MARK_TITLES) if fmt is common.Format.TABLE else [*MARK_TITLES, "account_id"]
    common.emit([vars(row) for row in rows], columns, fmt, MARK_TITLES)


def unclaimed(
    context: typer.Context,
    everything: bool = typer.Option(False, "--all", help="包括已认领、已排除的"),
    account: str = typer.Option(None, "--account", help="名称、用户id或 #编号"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出不是本系统发出、尚未了结的微博,先到期的在前。"""
    rows = common.application(context).reconcile.unclaimed(everything=everything, account=account)
    _emit(rows, fmt)


def claim(
    context: typer.Context,
    unclaimed_id: int = UnclaimedArgument,
    author: str = typer.Option(..., "--author", help="作者的登录名"),
    signer: str = typer.Option(..., "--signer", help="签批人的登录名,须为终审人员"),
    signed_at: str = typer.Option(..., "--signed-at", metavar="TIME", help="签批时间(北京时间)"),
    scan: Path = typer.Option(..., "--scan", help="签字后的审签单扫描件(图片或 PDF)"),
    reason: str = typer.Option("", "--reason", help="未经本系统发布的原因"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """认领一条系统外发布:谁写的,谁签的,附扫描件;由另一人核对后生效。"""
    app = common.application(context)
    at = entry.instant(signed_at) or app.clock.now()
    row = app.reconcile.claim(
        app.actor, unclaimed_id, author=author, signer=signer, signed_at=at, scan=scan, reason=reason
    )
    _emit([row], fmt)
    common.say(f"已录入。下一步:由另一人核对 weibo-ops post check-claim {unclaimed_id}")


def check_claim(
    context: typer.Context,
    unclaimed_id: int = UnclaimedArgument,
    mismatch: str = typer.Option(None, "--mismatch", help="核对不符的情况"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """核对认领:所附扫描件、签批人、内容相符则生效,不符的写明 --mismatch 情况。"""
    app = common.application(context)
    row = app.reconcile.check_claim(app.actor, unclaimed_id, agree=mismatch is None, reason=mismatch or "")
    _emit([row], fmt)


def exclude(
    context: typer.Context,
    unclaimed_id: int = UnclaimedArgument,
    reason: str = ReasonOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """排除一条不是人发的内容,如平台自动生成的;须写明理由。"""
    app = common.application(context)
    _emit([app.reconcile.exclude(app.actor, unclaimed_id, reason)], fmt)


def breakin(
    context: typer.Context, unclaimed_id: int = UnclaimedArgument, fmt: common.Format = common.FormatOption
) -> None:
    """确认账号被盗:开账号被盗处置卡,逐项办理。不必等到认领期满。"""
    app = common.application(context)
    row = app.reconcile.confirm_breakin(app.actor, unclaimed_id)
    _emit([row], fmt)
    common.say(f"处置卡编号 {row.checklist_id}。逐项办理:weibo-ops duty show {row.checklist_id}")


def delete(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    reason: str = ReasonOption,
    confirmed: bool = typer.Option(False, "--confirmed", help="已在官方客户端删除,并看过账号主页"),
    version: int = pages.VersionOption,
) -> None:
    """删除已发布的内容,须写明理由:账号已授权的通过接口删除,否则在官方客户端删除后加 --confirmed 登记。

    查明确已不在的才登记为“已删除”。
    """
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    detail = app.reconcile.delete(app.actor, post_id, seen, reason, confirmed=confirmed)
    common.say(f"稿件{post_id}{detail.row.state}。")


def _emit(rows: list[UnclaimedRow], fmt: common.Format) -> None:
    found: list[dict[str, Any]] = [dict(vars(row)) for row in rows]
    columns = list(UNCLAIMED_TITLES)
    if fmt is common.Format.TABLE:
        found = [{**row, "text": " ".join(str(row["text"]).split())} for row in found]
    else:
        columns += EXTRA
    common.emit(found, columns, fmt, UNCLAIMED_TITLES)
