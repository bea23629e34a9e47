"""Sheets of the delivery board: a post with all attempts, an account that cannot be used, a text to copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.schemas.platform import AuthorisationRow
from publishing.enums import AttemptOutcome, PostState
from publishing.schemas import PostDetail
from publishing.schemas.delivery import AttemptView, BoardRow, Health
from publishing.schemas.published import CopyView, OwedReceipt
from publishing.service.delivery_board import AWAITS_PRESENCE, AWAITS_SETTLING, GROUPS, OWED_RECEIPT, SILENT
from tui.delivery import STOPPED, Item, group_of
from tui.desks import left_words
from tui.details.outgoing import PostSheet, post_page
from tui.format import NO_DATA
from tui.glyphs import Glyphs, Mark
from tui.sheet import Block, Body, Field, Head, Sheet
from weibo_ops.kernel.clock import beijing, format_beijing

MARKS = {
    GROUPS[PostState.UNCERTAIN]: ("unsure", "bad", "结果待核实"),
    OWED_RECEIPT: ("warn", "warn", "待登记回执"),
    STOPPED: ("bad", "bad", STOPPED),
    GROUPS[PostState.MISSED]: ("bad", "bad", "错过发布"),
    GROUPS[PostState.FAILED]: ("bad", "bad", "失败"),
    GROUPS[PostState.HELD]: ("warn", "warn", "暂停待处置"),
    GROUPS[PostState.SENDING]: ("wait", "note", "发布中"),
    GROUPS[PostState.SCHEDULED]: ("wait", "", "待发"),
}
STEPS = {
    GROUPS[PostState.UNCERTAIN]: "查看账号主页,按 f 登记有没有这一条。核实之前本账号不再发送。",
    OWED_RECEIPT: "按 y 取全文,在官方客户端发出后按 i 登记回执;没有发出的按 x 退回。",
    GROUPS[PostState.MISSED]: "还要发的按 b 重新排期;不发的按 d 撤稿。",
    GROUPS[PostState.FAILED]: "照原因处理后按 b 重新排期;要改文字的在“拟稿”修改后重新送审;不发的按 d 撤稿。",
    GROUPS[PostState.HELD]: "逐条处置:按 b 重新排期,或按 d 撤稿;仍在暂停的见“暂停”。",
    GROUPS[PostState.SENDING]: "正在调用平台,稍候按 r 再看。",
    GROUPS[PostState.SCHEDULED]: "到时间由发布程序发布,不须办理;改期按 b。",
}
REAUTHORISE = "登录官方客户端看账号是否正常,再重新授权:weibo-ops platform authorize {name}"
HOW_TO_COPY = "正文已送剪贴板;终端不支持的,用鼠标选取。发出后按 i 登记回执。"
TONES = {
    AttemptOutcome.PUBLISHED.value: ("good", "good"),
    AttemptOutcome.REFUSED.value: ("bad", "bad"),
    AttemptOutcome.NOT_SENT.value: ("warn", "warn"),
    AttemptOutcome.ABSENT.value: ("none", "dim"),
}


def board_mark(item: Item, glyphs: Glyphs) -> Mark:
    """Return the mark of what the board lists."""
    sign, tone, word = MARKS[group_of(item)]
    return Mark(glyphs.sign(sign), word, tone)


def health_parts(health: Health, now: datetime, glyphs: Glyphs) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what is said of delivery as a whole, and of the worker: text and style of each."""
    if health.oldest_minutes is None:
        oldest = (f"{glyphs.sign('good')} 无逾期事项", "$success")
    else:
        words = f"{health.oldest},已{_minutes(health.oldest_minutes)}未处理"
        more = f";逾期共{health.overdue}件" if health.overdue > 1 else ""
        oldest = (f"{glyphs.sign('bad')} {words}{more}", "bold $error")
    seen = health.worker_seen_at
    if seen is None:
        return oldest, (f"{glyphs.sign('warn')} 发布程序没有运行过", "$warning")
    if seen + SILENT < now:
        return oldest, (f"{glyphs.sign('bad')} 发布程序自{format_beijing(seen)[5:]}未运行", "bold $error")
    return oldest, (f"{glyphs.sign('good')} 发布程序在运行 {beijing(seen):%H:%M}", "$success")


def _minutes(count: int) -> str:
    return f"{count}分" if count <= 120 else f"{count // 60}时" if count <= 48 * 60 else f"{count // 1440}天"


def waited(since: datetime, now: datetime) -> str:
    """Return how long something stands there: ``已35分``."""
    return left_words(min(since, now), now).replace("超", "已")


def board_page(
    row: BoardRow,
    post: PostDetail,
    attempts: Sequence[AttemptView],
    owed: OwedReceipt | None,
    glyphs: Glyphs,
    now: datetime,
) -> PostSheet:
    """Say what is the matter with a post and what to do, every attempt to send it, then the whole of it."""
    page = post_page(post, glyphs, now)
    mark = board_mark(row, glyphs)
    why = row.reason or ("到时间交人工发布" if row.by_hand else "到时间自动发布")
    blocks: list[Block] = [
        Head(f"{mark.glyph} {row.group}:{why}", mark.tone or "head"),
        Field("下一步", _next_step(row), "note"),
        Field("排期", f"{format_beijing(row.due_at) or NO_DATA}  {'人工发布' if row.by_hand else '接口发布'}"),
    ]
    if row.latest_at is not None:
        late = row.latest_at <= now
        words = f"{format_beijing(row.latest_at)}{'(已过)' if late else ',过时不发'}"
        blocks.append(Field("最晚", words, "bad" if late else ""))
    if owed is not None and owed.due_at is not None:
        words = f"{owed.keeper},{format_beijing(owed.due_at)}前登记{'(已超期)' if owed.overdue else ''}"
        blocks.append(Field("回执", words, "bad" if owed.overdue else ""))
    blocks += [Field("账号", f"{row.account}  {row.unit}"), *_attempts(attempts, glyphs)]
    return PostSheet(page.title, (*blocks, *page.blocks), page.marks, post)


def _next_step(row: BoardRow) -> str:
    if row.state == PostState.SCHEDULED and row.reason == AWAITS_SETTLING:
        return "先核实本账号“结果待核实”的一条;核实后自动发布。"
    if row.state == PostState.SCHEDULED and row.reason == AWAITS_PRESENCE:
        return "值班人员按 p 确认到岗,随即发布。"
    if row.paused:
        return "暂停期间不发;可放行的在“暂停”(按 #)由放行人放行,结束后逐条处置。"
    return STEPS[row.group]


def _attempts(attempts: Sequence[AttemptView], glyphs: Glyphs) -> list[Block]:
    if not attempts:
        return []
    blocks: list[Block] = [Head(f"发布经过 {len(attempts)}次")]
    for each in attempts:
        outcome = "结果不明" if each.outcome == "不明" else each.outcome
        sign, tone = TONES.get(each.outcome, ("unsure", "bad"))
        ended = f"至{beijing(each.ended_at):%H:%M:%S}" if each.ended_at else "起,没有答复"
        said = "  ".join(part for part in (each.message, each.platform_id) if part)
        blocks.append(
            Field(
                f"第{each.number}次 {each.channel}",
                f"{glyphs.sign(sign)} {outcome}  {beijing(each.started_at):%m-%d %H:%M:%S}{ended}  {said}".rstrip(),
                tone,
            )
        )
        if each.looks:
            blocks.append(Field("", f"查看主页{each.looks}次,最近{format_beijing(each.looked_at)[5:]}:{each.look}"))
        if each.decision:
            blocks.append(Field("", f"{each.decided_by}核实:{each.decision}"))
    return blocks


def account_sheet(row: AuthorisationRow, waiting: int, glyphs: Glyphs) -> Sheet:
    """Say why an account cannot be used, how many posts wait for it, and what to do."""
    blocks: list[Block] = [
        Head(f"{glyphs.sign('bad')} {row.state}:{row.reason or '不能使用'}", "bad"),
        Field("下一步", REAUTHORISE.format(name=row.account), "note"),
        Field("等待发布", f"{waiting}件" if waiting else "无", "warn" if waiting else ""),
        Field("主办单位", row.unit),
        Field("用户id", row.uid or NO_DATA),
        Field("授权", f"{row.authorised_by},{format_beijing(row.authorised_at)}"),
        Field("到期", format_beijing(row.expires_at) or NO_DATA),
    ]
    return Sheet(f"账号 {row.account}  自动发布已停", tuple(blocks))


def copy_sheet(view: CopyView, post: PostDetail, glyphs: Glyphs) -> PostSheet:
    """Say exactly what a person posts in the official client, and by when the receipt is owed."""
    where = f"评论{view.reply_to}之下" if view.reply_to else f"账号“{view.account}”"
    blocks: list[Block] = [
        Head(f"{glyphs.sign('note')} 发于{where}", "note"),
        Body(view.text),
        Head("发布时"),
        *(
            Field(f"{medium.kind}{number}", f"{path}({medium.name}){f'  {medium.alt}' if medium.alt else ''}")
            for number, (medium, path) in enumerate(zip(view.media, view.files, strict=True), 1)
        ),
        Field("最晚", f"{format_beijing(view.latest)}以后不再发布" if view.latest else "不限"),
        Field("回执", f"{format_beijing(view.receipt_due)}前登记"),
        Field("校验码", view.code),
        Body(HOW_TO_COPY, tone="dim"),
    ]
    return PostSheet(f"稿件{view.post_id}  要发的全文", tuple(blocks), post=post)
