"""What a post being written asks of the services: a check while one types, saving, and what to say of a conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.checks import Medium
from publishing.enums import PostState
from publishing.schemas import HitView, PostDetail, PostEntry, TemplateRow
from publishing.service.drafts import kind_of
from publishing.text_changes import marked, text_changes
from publishing.transitions import WAITING
from tui.desks import Writing
from tui.details.outgoing import without_waived
from tui.drafts import entry_of, file_lines, with_files
from tui.forms import Done, Option
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application


VOIDS = "稿件{post_id}现为“{state}”。保存后回到草稿,已有签字全部作废,须重新送审。"


@dataclass(frozen=True)
class Clash:
    """Somebody saved first: the post as it stands now, and what was to be saved."""

    theirs: PostDetail
    mine: PostEntry


def look(
    app: Application, entry: PostEntry, files: str, kept: Sequence[Medium], post_id: int | None
) -> tuple[str, tuple[HitView, ...]]:
    """Return a text and what the checks say of it; nothing is stored.

    Raises:
        UsageError: a file cannot be read.
    """
    media = with_files(file_lines(files, kept), _as_on_disk)
    hits = app.posts.look(replace(entry, media=media), post_id)
    stored = app.posts.show(post_id).hits if post_id is not None else ()
    return entry.text, without_waived(hits, stored)


def _as_on_disk(path: Path, alt: str) -> Medium:
    """Return a file that is not stored yet, known by its path, so that the checks can speak of it."""
    try:
        size = path.stat().st_size
    except OSError:
        raise UsageError(f"文件“{path.name[:60]}”无法读取。", next_step="请核对“图片视频”一栏的路径。") from None
    return Medium(path.name, str(path), size, kind_of(path.name), alt)


def save(app: Application, work: Writing, text: str, values: Mapping[str, Any], kept: Sequence[Medium]) -> Done | Clash:
    """Save a post as a new one or as its next revision; what somebody else saved first is never overwritten.

    Raises:
        WeiboOpsError: the service refused it, or a file cannot be read.
    """
    actor = app.present_actor()
    media = with_files(file_lines(values["media"], kept), partial(app.posts.attach, actor))
    entry = entry_of(text, values, media, work.entry)
    if work.post_id is None:
        return _saved(app.posts.new(actor, entry))
    try:
        return _saved(app.posts.edit(actor, work.post_id, entry, work.version))
    except ConflictError:
        theirs = app.posts.show(work.post_id, actor)
        if theirs.row.version == work.version:
            raise
        return Clash(theirs, entry)


def _saved(post: PostDetail) -> Done:
    row = post.row
    found = f"须处理{row.blocking}处,提示{row.advice}处。" if row.blocking or row.advice else "检查没有发现问题。"
    return Done(post, f"已保存:稿件{row.post_id}第{row.revision}稿,校验码 {post.code}。{found}")


def clash_words(clash: Clash) -> str:
    """Return both texts whole, and what differs, for whoever must decide which is kept."""
    theirs, mine = clash.theirs.current, clash.mine
    row = clash.theirs.row
    who = f"{theirs.author} {format_beijing(theirs.at)} 保存了第{theirs.number}稿。"
    who += VOIDS.format(post_id=row.post_id, state=row.state) if PostState(row.state) in WAITING else ""
    if theirs.text == mine.text:
        return f"{who}正文与您的相同,定稿栏或文件不同。保留您的,存为下一稿;或者返回继续编辑。"
    return (
        f"{who}您的文字仍在编辑器中,没有丢失。\n\n【对方】\n{theirs.text}\n\n【您的】\n{mine.text}\n\n"
        f"【对方→您的】\n{marked(text_changes(theirs.text, mine.text))}"
    )


def template_options(rows: Sequence[TemplateRow]) -> tuple[Option, ...]:
    """Return templates to choose from; an approved line says by whom and until when."""
    return tuple(Option(str(row.template_id), row.title, _template_note(row)) for row in rows)


def _template_note(row: TemplateRow) -> str:
    approved = f"口径,{row.approved_by}核准" if row.approved_by else "口径,待核准"
    until = f",至 {row.valid_until.isoformat()}" if row.valid_until else ""
    return f"{row.content_class} {row.unit}" + (f" {approved}{until}" if row.holding else "")
