"""What is written of a post on the command line: its options, its text and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from datetime import datetime

    from publishing.checks import Medium
    from weibo_ops.bootstrap import Application

STDIN = "-"
PLAIN = (
    "content_class",
    "gateway",
    "reply_to",
    "urgent",
    "urgent_reason",
    "disclosure",
    "source_basis",
    "secrecy_review",
    "originator",
    "note",
)
TIMES = ("earliest_at", "latest_at")

TextOption = typer.Option(None, "--text", help="正文")
FileOption = typer.Option(None, "--file", help="从文件读取正文(UTF-8);- 为标准输入")
ClassOption = typer.Option(None, "--class", help="内容类别:日常 政策 解读 突发 辟谣 领导活动 回复 公告 转载;默认日常")
GatewayOption = typer.Option(None, "--gateway", help="通道:manual 官方客户端(默认) commercial share comment")
MediaOption = typer.Option([], "--media", help="图片或视频文件,可重复,按次序")
AltOption = typer.Option([], "--alt", help="替代文字,可重复,依次对应各图片")
EarliestOption = typer.Option(None, "--earliest", metavar="TIME", help="不早于(北京时间),如 '2026-10-08 09:00'")
LatestOption = typer.Option(None, "--latest", metavar="TIME", help="不晚于;过时不发")
ReplyOption = typer.Option(None, "--reply-to", help="所答复评论的平台编号")
UrgentOption = typer.Option(None, "--urgent/--not-urgent", help="应急发布;须有 --reason")
ReasonOption = typer.Option(None, "--reason", help="应急发布的事由")
PublicOption = typer.Option(None, "--public", help="公开属性:主动公开 依申请公开 不予公开")
BasisOption = typer.Option(None, "--basis", help="来源依据")
SecrecyOption = typer.Option(None, "--secrecy", help="保密审查结论")
OriginatorOption = typer.Option(None, "--originator", help="拟稿人的登录名或姓名;默认本人")
NoteOption = typer.Option(None, "--note", help="改稿说明")


def written(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a post that were written on the command line, of the parameters of a command.

    Raises:
        UsageError: a time cannot be read.
    """
    found = {name: parameters[name] for name in PLAIN if parameters[name] is not None}
    found |= {name: instant(parameters[name]) for name in TIMES if parameters[name] is not None}
    if found.get("urgent") is False:
        found.setdefault("urgent_reason", "")
    return found


def body_of(text: str | None, file: Path | None) -> str:
    """Return the text given as an option, in a file, or on standard input, without the last line end.

    Raises:
        UsageError: both are given, the file cannot be read as UTF-8, or there is no text.
    """
    from weibo_ops.kernel.errors import UsageError

    only_one(text, file)
    if text is not None:
        return text
    try:
        data = common.standard_input() if file is None or str(file) == STDIN else file.read_bytes()
        content = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError("正文无法读取。", next_step="请检查文件是否存在且为 UTF-8 编码。") from None
    if not content.strip():
        raise UsageError("没有正文。", next_step="请用 --text 写出正文,或用 --file 指定文件。")
    return content.rstrip("\r\n")


def attached(app: Application, files: Sequence[Path], alternatives: Sequence[str]) -> tuple[Medium, ...]:
    """Keep media files and return them in order, with their alternative texts.

    Raises:
        UsageError: there are more alternative texts than files.
    """
    _enough(len(files), alternatives)
    alts = [*alternatives, *[""] * (len(files) - len(alternatives))]
    return tuple(app.posts.attach(app.actor, file, alt) for file, alt in zip(files, alts, strict=True))


def instant(text: str | None) -> datetime | None:
    """Return a time that somebody wrote in Beijing time; ``-`` and nothing are None."""
    from weibo_ops.kernel.clock import parse_beijing

    return parse_beijing(text) if text and text.strip() not in ("", STDIN) else None


def only_one(*ways: object) -> None:
    """Refuse a text that is given in more than one way.

    Raises:
        UsageError: it is.
    """
    from weibo_ops.kernel.errors import UsageError

    if sum(way is not None for way in ways) > 1:
        raise UsageError("正文只能由 --text、--file、--template 之一给出。", next_step="请去掉多余的选项。")


def _enough(files: int, alternatives: Sequence[str]) -> None:
    from weibo_ops.kernel.errors import UsageError

    if len(alternatives) > files:
        raise UsageError(
            f"替代文字有{len(alternatives)}条,图片只有{files}个。", next_step="请按图片的次序逐个写 --alt。"
        )


def with_alternatives(media: Sequence[Medium], alternatives: Sequence[str]) -> tuple[Medium, ...]:
    """Return media with the first of their alternative texts replaced.

    Raises:
        UsageError: there are more alternative texts than media.
    """
    from dataclasses import replace

    _enough(len(media), alternatives)
    changed = [replace(medium, alt=alt) for medium, alt in zip(media, alternatives, strict=False)]
    return (*changed, *media[len(alternatives) :])
