"""Images and videos of a post: how many, of which type and size, with words for those who cannot see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.rulebook.content import ContentBook, MediaSection
from publishing.checks.drafts import Draft, Medium
from publishing.checks.hits import Hit, hit
from publishing.checks.readable import read
from weibo_ops.kernel.text import shorten

VIDEO = "视频"
_MEGABYTE = 2**20


def check_media(draft: Draft, book: ContentBook) -> Iterator[Hit]:
    """Judge the media of a post; hits are about no place of the text."""
    section = book.media
    if section is None or not draft.media:
        return
    videos = sum(medium.kind == VIDEO for medium in draft.media)
    images = len(draft.media) - videos
    for limit in section.count:
        if draft.gateway in limit.gateways and (images > limit.max_images or videos > limit.max_videos):
            message = (
                f"共{images}张图片、{videos}个视频,该发布通道至多{limit.max_images}张图片、{limit.max_videos}个视频。"
            )
            yield from hit(limit, message, 0, 0, "删减图片或视频,或分条发布")
    for place, medium in enumerate(draft.media, 1):
        yield from _one(section, place, medium, draft.gateway)
    without = [
        str(place)
        for place, medium in enumerate(draft.media, 1)
        if medium.kind != VIDEO and not read(medium.alt).plain.strip()
    ]
    if without:
        message = f"第{'、'.join(without)}个文件(图片)缺少文字说明。"
        yield from hit(section.alt, message, 0, 0, "补写文字说明,图中有通知内容的写明要点")
    yield from _repeated(section, draft.media)


def _one(section: MediaSection, place: int, medium: Medium, gateway: str) -> Iterator[Hit]:
    named = f"第{place}个文件“{shorten(medium.name, 40)}”"
    known = section.kind.videos if medium.kind == VIDEO else section.kind.images
    ending = medium.name.rpartition(".")[2].lower() if "." in medium.name else ""
    about = medium.digest or medium.name
    if ending not in known:
        message = f"{named}不是可用的{medium.kind}格式,可用:{'、'.join(known)}。"
        yield from hit(section.kind, message, 0, 0, "转换格式后重新添加", about)
    for rule in section.size:
        most = rule.video_mb if medium.kind == VIDEO else rule.image_mb
        if gateway in rule.gateways and medium.size > most * _MEGABYTE:
            message = f"{named}{medium.size / _MEGABYTE:.1f}MB,超过{most}MB。"
            yield from hit(rule, message, 0, 0, "压缩后重新添加", about)
        elif gateway in rule.gateways and medium.size <= 0:
            yield from hit(rule, f"{named}是空文件。", 0, 0, "重新添加文件", about)


def _repeated(section: MediaSection, media: Iterable[Medium]) -> Iterator[Hit]:
    first: dict[str, int] = {}
    for place, medium in enumerate(media, 1):
        if medium.digest in first:
            message = f"第{place}个文件与第{first[medium.digest]}个文件相同。"
            yield from hit(section.same, message, 0, 0, "删去重复的文件", f"{medium.digest}:{place}")
        elif medium.digest:
            first[medium.digest] = place
