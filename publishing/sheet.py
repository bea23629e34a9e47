"""The 审签单: what a leader reads and signs on paper, and the record of a post's review when it is printed. Pure.

In the manners of GB/T 9704: the urgency stands at the head, no document number and no seal are invented. A hit of the
checks is named by rule and place and never quoted. Signatures given so far stand in the chain; what is still to be
signed has room to be signed by hand.

Source: design, approval (off-system sign-off: print the sheet with its code); office, who signs what, never 10 and 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from config.rulebook.approval import GATES, PROOFS
from config.rulebook.base import Severity
from publishing.checks import Medium
from publishing.enums import SIGNED_STATES, Channel, PostState, RoundOutcome, Verdict
from publishing.schemas.posts import (
    HitView,
    PostDetail,
    ProofView,
    RevisionView,
    RoundView,
    SheetView,
    StepView,
    VerdictView,
)
from weibo_ops.documents import Column, Document, Field, Form, Grid, Size
from weibo_ops.documents.typography import full_width
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.text import clusters, defuse, shorten

TITLE = "政务微博发布审签单"
NOT_CLASSIFIED = "本系统为非涉密系统，严禁处理涉密信息"
GATEWAYS = {"manual": "官方客户端", "commercial": "商业接口", "share": "分享接口", "comment": "评论"}
BOOKS = {
    "approval": "审批标准",
    "content": "内容标准",
    "words": "词表",
    "accounts": "账号标准",
    "response": "应答标准",
    "subjects": "领域标准",
}
HASH_SHOWN = 12
"""Characters of a hash that are printed: enough to compare by eye."""
PLACES_SHOWN = 12
"""Places of one kind of hit that are listed before the rest is only counted."""
UNFILLED, WHOLE_TEXT = "未填", "全文"
WIDE = 1.6
"""Width of the left field of a row beside that of the right one."""
RARE_SHOWN = 20
SIGNING_LINES = 3
"""Height of a row that is to be signed by hand, in lines: 18 mm."""
LINE_LENGTH, ROW_LINES, FIRST_PAGE_LINES = 31, 1.8, 12
"""Characters on a line of the text; lines that a row of a grid takes; lines that leave room for the signatures."""


def sheet_document(view: SheetView) -> Document:
    """Return the 审签单 of a post as it stands.

    The sheet carries the code of the present text on every page. One that is not in review says so at its head: a
    signature on it counts for nothing. A text that leaves no room on the first page stands behind the signatures.
    """
    post, current = view.post, view.post.current
    last = post.rounds[-1] if post.rounds else None
    text = (
        (Field(_count(current.text), current.text, size=Size.BODY),),
        *_media(current.media),
        *_hits(post),
        *_remarks(post),
    )
    signatures = (
        *_chain(last),
        _proofs(post.proofs),
        (Field("备注", lines=2),),
        (Field("", "\n".join(_small_print(post, last, view)), size=Size.SMALL),),
    )
    parts = (*signatures, *text) if _long(text) else (*text, *signatures)
    form = Form((*_particulars(post, view.unit), *parts))
    running = f"稿件{post.row.post_id}（第{current.number}稿）　校验码 {post.code}"
    return Document(title=TITLE, created=view.printed_at, blocks=(form,), mark=_mark(post), running=running)


def _long(parts: Iterable[tuple[Field, ...] | Grid]) -> bool:
    """Say whether a text, with what belongs to it, is so long that the signatures would not stand on the first page."""
    lines = 0.0
    for part in parts:
        if isinstance(part, Grid):
            lines += 1 + ROW_LINES * len(part.rows)
        else:
            whole = "\n".join(field.text for field in part)
            lines += sum(len(clusters(line)) // LINE_LENGTH + 1 for line in whole.split("\n"))
    return lines > FIRST_PAGE_LINES


def _mark(post: PostDetail) -> str:
    state = post.row.state
    if state == PostState.IN_REVIEW and post.rounds and post.rounds[-1].code != post.code:
        return "稿件或标准已变动，须重新送审，签字无效"
    if state in (PostState.DRAFT, PostState.RETURNED, PostState.WITHDRAWN):
        return f"{state}，未在审核，签字无效"
    if state in SIGNED_STATES and not post.valid:
        return "签发后已变动，审签作废"
    return "应急发布" if post.current.urgent else ""


def _particulars(post: PostDetail, unit: str) -> Iterable[tuple[Field, ...]]:
    current = post.current
    kind = f"{current.content_class}，{GATEWAYS.get(current.gateway, current.gateway)}"
    number = f"{post.row.post_id}（第{current.number}稿）"
    pairs = (
        (Field("稿件校验码", post.code, size=Size.CODE), Field("稿件编号", number)),
        (Field("主办单位", unit), Field("账号", current.account)),
        (Field("拟发时间", _window(current)), Field("类别、通道", kind)),
        (Field("来源依据", current.source_basis or UNFILLED), Field("公开属性", current.disclosure or UNFILLED)),
        (
            Field("保密审查", current.secrecy_review or UNFILLED),
            Field("拟稿人", current.originator or current.author),
        ),
    )
    for wide, narrow in pairs:
        yield (replace(wide, width=WIDE), narrow)
    if current.reply_to:
        yield (Field("所答评论", current.reply_to),)
    if current.urgent:
        yield (Field("应急理由", current.urgent_reason or UNFILLED),)


def _window(current: RevisionView) -> str:
    earliest, latest = format_beijing(current.earliest_at), format_beijing(current.latest_at)
    if earliest and latest:
        day, _, time = latest.partition(" ")
        return f"{earliest} 至 {time if earliest.startswith(day) else latest}"
    if earliest:
        return f"{earliest} 以后"
    return f"{latest} 以前" if latest else "签发后即发"


def _count(text: str) -> str:
    return f"正文（共{len(clusters(text))}字，以此为准）"


def _rare(text: str) -> str:
    """Name the characters that the fonts of an office may lack, so that what is signed is certain on any printer."""
    found = dict.fromkeys(each for each in clusters(text) if not _printable(each) and defuse(each) == each)
    if not found:
        return ""
    names = ["+".join(f"U+{ord(part):04X}" for part in each) for each in found]
    more = f"等{len(names)}个" if len(names) > RARE_SHOWN else ""
    shown = "、".join(f"{each}〔{name}〕" for each, name in list(zip(found, names, strict=True))[:RARE_SHOWN])
    return f"文中有打印字体可能缺少的字符：{shown}{more}。"


def _printable(cluster: str) -> bool:
    try:
        cluster.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _media(media: Sequence[Medium]) -> Iterable[Grid]:
    if media:
        columns = (Column("图片、视频", width=2.2), Column("文字说明", width=3.4), Column("文件校验码", width=1.4))
        rows = tuple(
            (f"{number}. {each.name}（{each.kind}）", each.alt or "未写", each.digest[:HASH_SHOWN] or "未存")
            for number, each in enumerate(media, start=1)
        )
        yield Grid("图片和视频", columns, rows)


def _hits(post: PostDetail) -> Iterable[tuple[Field, ...] | Grid]:
    text = post.current.text
    groups: dict[tuple[str, str, str, str, str], list[HitView]] = {}
    for each in post.hits:
        reason = _unquoted(each.waiver_reason, text, post.hits) if each.waived_by else _unwaived(each)
        who = f"{each.waived_by}\n{format_beijing(each.waived_at)}" if each.waived_by else ""
        groups.setdefault((each.title, Severity(each.severity).label, reason, who, each.rule_id), []).append(each)
    if any(each.blocks or each.waived_by for each in post.hits):
        columns = (
            Column("检查提示", width=1.3),
            Column("性质", width=0.97),
            Column("位置（对照正文）", width=2.05),
            Column("放行理由", width=2.05),
            Column("放行人、时间", width=1.78),
        )
        rows = tuple(
            (title, label, _places(those, text), reason, who)
            for (title, label, reason, who, _), those in groups.items()
        )
        yield Grid("检查提示与放行理由（不引用命中的内容，请按位置对照正文）", columns, rows)
    else:
        lines = (f"{title}：{_places(those, text)}" for (title, *_), those in groups.items())
        yield (Field("检查提示", "\n".join(lines) or "无"),)


def _unwaived(hit: HitView) -> str:
    return "未处理，须改正或说明理由" if hit.blocks else "提示，无须放行"


def _unquoted(reason: str, text: str, hits: Iterable[HitView]) -> str:
    """Return a reason without the words that were hit: the sheet goes from hand to hand."""
    words = {text[hit.start : hit.end].strip() for hit in hits if not _whole(hit, text)}
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 1:
            reason = reason.replace(word, "〔该处文字〕")
    return reason


def _whole(hit: HitView, text: str) -> bool:
    return hit.end <= hit.start or (hit.start == 0 and hit.end >= len(text))


def _places(hits: Sequence[HitView], text: str) -> str:
    """Say where hits stand as a reader counts: characters within a paragraph."""
    if any(_whole(each, text) for each in hits):
        return WHOLE_TEXT
    found = list(dict.fromkeys(_place(each, text) for each in sorted(hits, key=lambda each: (each.start, each.end))))
    shown: dict[str, list[str]] = {}
    for paragraph, characters in found[:PLACES_SHOWN]:
        shown.setdefault(paragraph, []).append(characters)
    more = f"等{len(found)}处" if len(found) > PLACES_SHOWN else ""
    return "，".join(f"第{paragraph}{'、'.join(places)}字" for paragraph, places in shown.items()) + more


def _place(hit: HitView, text: str) -> tuple[str, str]:
    """Return the paragraph of a hit, empty where there is but one, and its characters within it."""
    begin = text.rfind("\n", 0, hit.start) + 1
    first = len(clusters(text[begin : hit.start])) + 1
    last = max(first, first - 1 + len(clusters(text[hit.start : hit.end])))
    paragraph = f"{text.count(chr(10), 0, hit.start) + 1}段" if "\n" in text else ""
    return paragraph, f"{first}" if first == last else f"{first}—{last}"


# --- the chain ------------------------------------------------------------------------------------------------


def _chain(last: RoundView | None) -> Iterable[tuple[Field, ...] | Grid]:
    if last is None:
        yield (Field("审签", "尚未送审，没有审批链"),)
        return
    columns = (
        Column("环节", width=0.8),
        Column("审签人", width=1.45),
        Column("意见", width=1.65),
        Column("五关", width=1),
        Column("时间", width=1.1),
        Column("方式", width=2),
    )
    rows = tuple(row for step in last.steps for row in _step_rows(step, by_hand=last.ended_at is None))
    yield Grid(f"审签（{last.chain_title}）", columns, rows, lines=SIGNING_LINES)


def _chain_notes(post: PostDetail, last: RoundView) -> Iterable[str]:
    yield f"审批链：{last.chain_title}。依据：{full_width(last.chain_citation)}。"
    if last.reasons:
        yield f"适用理由：{'；'.join(map(full_width, last.reasons))}。"
    limits = [f"{step.name} {format_beijing(step.due_at)}" for step in last.steps if step.due_at and not step.done_at]
    if last.ended_at is None:
        yield f"时限：{'，'.join(limits)}。" if limits else ""
        yield "手签“同意”即五关均已核，请签全名和时间；起草、修改过本稿的人和已签过其他环节的人不得审签。"
    elif last.outcome != RoundOutcome.SIGNED:
        yield f"本次送审已结束：{last.outcome}。"
    if post.why_void:
        yield f"此前审签不再有效：{full_width(post.why_void)}"


def _step_rows(step: StepView, *, by_hand: bool) -> Iterable[tuple[str, ...]]:
    name = step.name if step.name == step.role else f"{step.name}\n（{step.role}）"
    given = 0
    for each in step.verdicts:
        given += each.valid and each.verdict == Verdict.AGREE
        yield (name, _signer(each), _opinion(each), _gates(each), format_beijing(each.at), _way(each))
    wanted = {"any": 1, "all": len(step.named), "some": step.need}[step.mode]
    for _ in range(wanted - given if by_hand else 0):
        yield (name, "", "", "", "", "")


def _signer(verdict: VerdictView) -> str:
    name = verdict.name or verdict.person
    return f"{name}\n受{verdict.on_behalf_of}委托" if verdict.on_behalf_of else name


def _opinion(verdict: VerdictView) -> str:
    void = "" if verdict.valid or verdict.unchecked or verdict.verdict != Verdict.AGREE else "（已作废）"
    said = f"{verdict.word}{void}"
    if not verdict.remark:
        return said
    if verdict.denied:
        return f"{said}（所记：{verdict.remark}）"
    return verdict.remark if verdict.remark.startswith(said) else f"{said}：{verdict.remark}"


def _gates(verdict: VerdictView) -> str:
    if verdict.verdict != Verdict.AGREE:
        return "—"
    missing = [gate for gate in GATES if gate not in verdict.gates]
    return f"未核{'、'.join(missing)}" if missing else "五关均过"


def _way(verdict: VerdictView) -> str:
    parts: list[str] = [verdict.channel]
    if verdict.recorded_by:
        parts.append(f"{verdict.recorded_by}记录")
    if verdict.channel == Channel.TELEPHONE and verdict.owed:
        until = format_beijing(verdict.owed_until)
        parts.append("待补签" + (f"\n限{until}" if until else ""))
    if verdict.settled_at is not None:
        parts.append(f"{verdict.word if verdict.denied else '已补签'}\n{format_beijing(verdict.settled_at)}")
    if verdict.scan:
        parts.append(f"扫描件 {verdict.scan[:HASH_SHOWN]}")
    if verdict.checked_by:
        parts.append(f"{verdict.checked_by}核对")
    elif verdict.unchecked:
        parts.append("待第二人核对")
    return "，".join(parts)


# --- what else is on record -----------------------------------------------------------------------------------


def _proofs(proofs: Sequence[ProofView]) -> Grid:
    cells = []
    for proof in PROOFS:
        done = [each for each in proofs if each.proof == proof and each.valid]
        cells.append("\n".join(map(_proof, done)))
    return Grid("校对", tuple(Column(proof) for proof in PROOFS), (tuple(cells),))


def _proof(proof: ProofView) -> str:
    behalf = f"（受{proof.on_behalf_of}委托）" if proof.on_behalf_of else ""
    return f"{proof.person}{behalf} {format_beijing(proof.at)}" + (f"\n{proof.note}" if proof.note else "")


def _remarks(post: PostDetail) -> Iterable[Grid]:
    present = [each for each in post.remarks if each.revision == post.current.number or each.settled_at is None]
    if present:
        columns = (
            Column("修改意见对何处", width=2),
            Column("意见", width=3.2),
            Column("提出人、时间", width=1.6),
            Column("处理", width=1.3),
        )
        rows = tuple(
            (
                f"第{each.revision}稿“{shorten(each.quote, 20)}”" if each.quote else f"第{each.revision}稿全文",
                each.text,
                f"{each.person}\n{format_beijing(each.at)}",
                f"{each.settled_by}已处理" if each.settled_at is not None else "未处理",
            )
            for each in present
        )
        yield Grid("修改意见", columns, rows)


def _small_print(post: PostDetail, last: RoundView | None, view: SheetView) -> Iterable[str]:
    if rare := _rare(post.current.text):
        yield rare
    if last is not None:
        yield "".join(_chain_notes(post, last))
        books = [_book(name, digest, view.versions) for name, digest in sorted(last.books.items())]
        other = f"，当时的校验码 {last.code}" if last.code != post.code else ""
        submitted = f"{last.submitted_by} {format_beijing(last.submitted_at)}{other}"
        yield f"第{last.number}次送审：{submitted}。所依标准：{'；'.join(books)}。"
    yield f"打印：{view.printed_by} {format_beijing(view.printed_at)}。{NOT_CLASSIFIED}。"


def _book(name: str, digest: str, versions: dict[str, str]) -> str:
    version = f" {versions[name]}" if name in versions else ""
    return f"{BOOKS.get(name, name)}{version} {digest[:HASH_SHOWN]}"
