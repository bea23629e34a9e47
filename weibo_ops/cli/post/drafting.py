"""``weibo-ops post new|edit|list|show|check|waive``: writing a post, with the rules beside it."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import entry, observed, pages

if TYPE_CHECKING:
    from publishing.schemas import PostDetail

MOST = 100_000
"""Posts that a list without a limit gives at most."""


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("list", short_help="稿件")(list_posts)
    app.command("show", short_help="一件稿件的全部情况")(show)
    app.command("code", short_help="一件稿件的校验码")(code)
    app.command("new", short_help="起草")(new)
    app.command("edit", short_help="修改")(edit)
    app.command("check", short_help="检查稿件或一段文字")(check)
    app.command("waive", short_help="写明理由放行一处提示")(waive)


def list_posts(
    context: typer.Context,
    state: str = typer.Option(None, "--state", help="状态:草稿 审核中 退回 撤稿 已签发"),
    account: str = typer.Option(None, "--account", help="账号名称、用户id或编号(#12)"),
    search: str = typer.Option(None, "--search", help="正文包含的文字"),
    mine: bool = typer.Option(False, "--mine", help="只列本人起草或可审签的"),
    limit: int = common.LimitOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出稿件,最近改动的在前;已发布的微博见 post observed。"""
    from publishing.enums import PostState
    from weibo_ops.kernel.errors import UsageError

    if state is not None and state not in set(PostState):
        raise UsageError(f"状态“{state[:20]}”无法识别。", next_step=f"可选:{'、'.join(PostState)}。")
    app = common.application(context)
    wanted = limit or (50 if fmt is common.Format.TABLE else MOST)
    rows = app.posts.rows(app.actor, state=state, account=account, search=search or None, mine=mine, limit=wanted + 1)
    pages.emit_desk(common.first(rows, limit, fmt), fmt)


def show(context: typer.Context, post_id: int = pages.PostArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一件稿件的正文、定稿栏、检查提示、审批链、校对、批注和校验码。"""
    app = common.application(context)
    detail = app.posts.show(post_id, app.actor)
    pages.emit_post(detail, fmt)
    pages.say_acts(detail)


def code(context: typer.Context, post_id: int = pages.PostArgument) -> None:
    """只输出稿件现在的校验码,供脚本使用;审签时请用本人所审那一稿的校验码。"""
    common.write(common.application(context).posts.show(post_id).code + "\n")


def new(
    context: typer.Context,
    account: str = typer.Option(..., "--account", help="账号名称、用户id或编号(#12)"),
    text: str = entry.TextOption,
    file: Path = entry.FileOption,
    template: int = typer.Option(None, "--template", metavar="ID", help="以该模板的文字和类别为底稿"),
    content_class: str = entry.ClassOption,
    gateway: str = entry.GatewayOption,
    media: list[Path] = entry.MediaOption,
    alt: list[str] = entry.AltOption,
    earliest_at: str = entry.EarliestOption,
    latest_at: str = entry.LatestOption,
    reply_to: str = entry.ReplyOption,
    urgent: bool = entry.UrgentOption,
    urgent_reason: str = entry.ReasonOption,
    disclosure: str = entry.PublicOption,
    source_basis: str = entry.BasisOption,
    secrecy_review: str = entry.SecrecyOption,
    originator: str = entry.OriginatorOption,
    note: str = entry.NoteOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """起草一件稿件;正文由 --text、--file、--template 或标准输入给出。输出稿件编号。"""
    from publishing.enums import Origin
    from publishing.schemas import PostEntry
    from weibo_ops.kernel.errors import RefusedError

    app = common.application(context)
    given = entry.written(context.params)
    if template is not None:
        entry.only_one(text, file, template)
        found = app.templates.show(template)
        if found.retired or found.expired:
            raise RefusedError(f"模板{template}已停用或过期。", next_step="可用的见 weibo-ops template list。")
        given = {"content_class": found.content_class, "source_basis": found.source_basis, **given}
        body, origin = found.text, Origin.TEMPLATE
    else:
        body, origin = entry.body_of(text, file), Origin.WRITTEN
    given["media"] = entry.attached(app, media, alt)
    detail = app.posts.new(app.actor, PostEntry(account=account, text=body, **given), origin=origin)
    _emit_id(detail, fmt)
    common.say(f"已起草稿件{detail.row.post_id}({detail.length}/{detail.length_limit}字)。")
    pages.say_hits(detail)
    pages.say_standing(detail)


def edit(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    account: str = typer.Option(None, "--account", help="账号名称、用户id或编号(#12)"),
    text: str = entry.TextOption,
    file: Path = entry.FileOption,
    content_class: str = entry.ClassOption,
    gateway: str = entry.GatewayOption,
    media: list[Path] = entry.MediaOption,
    no_media: bool = typer.Option(False, "--no-media", help="去掉全部图片视频"),
    alt: list[str] = entry.AltOption,
    earliest_at: str = entry.EarliestOption,
    latest_at: str = entry.LatestOption,
    reply_to: str = entry.ReplyOption,
    urgent: bool = entry.UrgentOption,
    urgent_reason: str = entry.ReasonOption,
    disclosure: str = entry.PublicOption,
    source_basis: str = entry.BasisOption,
    secrecy_review: str = entry.SecrecyOption,
    originator: str = entry.OriginatorOption,
    note: str = entry.NoteOption,
    version: int = pages.VersionOption,
) -> None:
    """修改一件稿件:写出的各项被替换,时间写 - 为清空;审核中和已签发的回到草稿,已有签字作废。"""
    from dataclasses import replace

    from weibo_ops.kernel.errors import UsageError

    given = entry.written(context.params)
    if account is not None:
        given["account"] = account
    if text is not None or file is not None:
        given["text"] = entry.body_of(text, file)
    if no_media and (media or alt):
        raise UsageError("--no-media 不能与 --media、--alt 同时写。", next_step="请去掉多余的选项。")
    if not given and not media and not alt and not no_media:
        raise UsageError("没有写明要改什么。", next_step="可改的各项见 weibo-ops post edit -h。")
    app = common.application(context)
    before = app.posts.show(post_id)
    present = app.posts.entry_of(post_id)
    if media:
        given["media"] = entry.attached(app, media, alt)
    elif alt:
        given["media"] = entry.with_alternatives(present.media, alt)
    elif no_media:
        given["media"] = ()
    detail = app.posts.edit(
        app.actor, post_id, replace(present, **given), before.row.version if version is None else version
    )
    common.say(f"稿件{post_id}已改为第{detail.row.revision}稿({detail.length}/{detail.length_limit}字)。")
    lost = pages.standing_signatures(before)
    if lost and not pages.standing_signatures(detail):
        names = "、".join(dict.fromkeys(each.name or each.person for each in lost))
        common.say(f"此前的{len(lost)}个签字({names})已全部作废,须重新送审。")
    elif before.row.state == "审核中" and detail.row.state != "审核中":
        common.say("本次送审已终止,须重新送审。")
    pages.say_hits(detail)
    pages.say_standing(detail)


def check(
    context: typer.Context,
    text: str = typer.Argument(None, metavar="[ID|文字]", help="稿件编号,或待检查的文字;省略时从标准输入读取"),
    given: str = typer.Option(None, "--text", help="待检查的文字(纯数字的文字用此项)"),
    file: Path = typer.Option(None, "--file", help="从文件读取文字"),
    gateway: str = typer.Option("manual", "--gateway", help="所检查文字的通道:share、manual、commercial、comment"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """检查一件稿件(保存结果)或一段文字;文字有单项否决级提示、稿件有须处理的提示时退出码为 1。"""
    from weibo_ops.kernel.errors import UsageError

    if sum(each is not None for each in (text, given, file)) > 1:
        raise UsageError("稿件编号、文字、--file 只能写一个。", next_step="请去掉多余的。")
    app = common.application(context)
    if text is not None and text.isascii() and text.isdigit() and len(text) < 19:
        detail = app.posts.check(app.actor, int(text))
        pages.emit_hits(detail.hits, fmt)
        _say_clean(detail.hits)
        pages.say_standing(detail)
        if detail.row.blocking:
            raise typer.Exit(1)
        return
    content = common.text_input(given if text is None else text, file)
    rows = [vars(hit) for hit in app.publishing.check_text(content, gateway)]
    columns = [name for name in observed.HIT_TITLES if name not in ("platform_id", "screen_name")]
    observed.emit_hits(rows, columns, fmt)
    _say_clean(rows)
    if any(row["severity"] == "veto" for row in rows):
        raise typer.Exit(1)


def _say_clean(hits: Sized) -> None:
    if not hits:
        common.say("检查完毕,没有发现问题。")


def waive(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    hit: int = typer.Argument(..., metavar="HIT", help="提示的序号"),
    reason: str = typer.Option("", "--reason", help="放行理由"),
    code: str = typer.Option(None, "--code", help="所见文本的校验码:稿件改过的不放行"),
) -> None:
    """写明理由放行一处提示;单项否决的由起草人以外的复审以上人员放行。"""
    app = common.application(context)
    detail = app.posts.waive(app.actor, post_id, hit, reason, code=code)
    common.say(f"稿件{post_id}的第{hit}处提示已放行。")
    pages.say_hits(detail)
    pages.say_standing(detail)


def _emit_id(detail: PostDetail, fmt: common.Format) -> None:
    if fmt is common.Format.TABLE:
        common.write(f"{detail.row.post_id}\n")
    else:
        pages.emit_desk([detail.row], fmt)
