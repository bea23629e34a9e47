"""``weibo-ops account``: the register, its checks and its findings."""

from __future__ import annotations

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

ACCOUNT_TITLES = {
    "uid": "用户id",
    "screen_name": "账号",
    "unit": "主办单位",
    "level": "层级",
    "status": "状态",
    "verified": "已认证",
    "followers_count": "粉丝",
    "posts_observed": "观测微博",
    "last_post_at": "最近更新",
    "covered_until": "观测截至",
    "vetoes": "单项否决",
    "deductions": "扣分",
    "advices": "提示",
    "oversight": "监管归口",
}
FINDING_TITLES = {
    "screen_name": "账号",
    "unit": "主办单位",
    "platform": "平台",
    "severity": "性质",
    "complaint": "反映",
    "state": "状态",
    "rule_id": "规则",
    "title": "问题",
    "message": "说明与依据",
    "proposed_fix": "建议",
    "first_seen": "首次发现",
    "last_seen": "最近发现",
}


@app.command("list")
def list_accounts(
    context: typer.Context,
    as_of: str = common.AsOfOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出账号台账及检查结果计数。"""
    rows = common.application(context).accounts.list_accounts(common.as_of_option(as_of))
    columns = list(ACCOUNT_TITLES)
    if fmt is not common.Format.TABLE:
        columns[3:3] = ["function", "area", "kind"]
        columns.insert(columns.index("verified") + 1, "verified_reason")
    common.emit([vars(row) for row in rows], columns, fmt, ACCOUNT_TITLES)


@app.command("check")
def check(
    context: typer.Context,
    as_of: str = common.AsOfOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """按现行账号标准检查全部账号;结果为待核实的“发现”。"""
    app_ = common.application(context)
    report = app_.accounts.check(app_.actor, common.as_of_option(as_of))
    titles = {
        "as_of": "截至",
        "accounts": "账号数",
        "vetoes": "单项否决",
        "deductions": "扣分",
        "advices": "提示",
        "appeared": "新出现",
        "vanished": "已消失",
    }
    common.emit([vars(report)], list(titles), fmt, titles)
    common.say("以上均为系统发现,须经核实、告知与确认后方可通报。")


@app.command("findings")
def findings(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    severity: str = typer.Option(None, "--severity", help="veto 单项否决、deduct 扣分、advice 提示"),
    everything: bool = typer.Option(False, "--all", help="包括已消失的发现"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出检查发现:依据、证据与建议。"""
    from accounts.enums import Platform
    from config.rulebook.base import Severity
    from weibo_ops.kernel.errors import NotFoundError, UsageError

    if severity is not None and severity not in set(Severity):
        raise UsageError(f"性质“{severity}”无法识别。", next_step="可选:veto、deduct、advice。")
    app_ = common.application(context)
    service = app_.accounts
    if account is not None:
        try:
            account_id = service.account_id(account)
        except NotFoundError:
            # Not on Weibo: an account of another platform, or a number.
            account_id = app_.lifecycle.sheet(account).account_id
    views = service.findings(severity=severity, present=None if everything else True)
    rows = [vars(view) for view in views if account is None or view.account_id == account_id]
    if fmt is common.Format.TABLE:
        rows = [
            {
                **row,
                "severity": Severity(str(row["severity"])).label,
                "platform": Platform(str(row["platform"])).label,
            }
            for row in rows
        ]
        columns = [name for name in FINDING_TITLES if name not in ("rule_id", "first_seen")]
    else:
        columns = [*FINDING_TITLES, "clause", "source", "trust", "evidence", "present"]
    common.emit(rows, columns, fmt, FINDING_TITLES)
