"""Whether two texts speak of the same subject, and of the same moment of it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from publishing.checks.contradictions.facts import VALUE, Fact, FactKind, Statement, pairs

_COURTESY = re.compile(
    r"【[^】\n]{2,8}】|您好|(请|敬请)?(广大)?(市民|居民|群众|网友|用户|考生|乘客|车主|家长)(朋友们?)?(请)?(提前|注意|留意|合理安排)"
    r"[^，,。；;！!\n]{0,12}|给?您?(带来|造成)的?(的)?不便[^。！!\n]{0,14}|(敬请|请)(谅解|理解|周知|关注|知悉|留意)|"
    r"(感谢|谢谢)[^。！!\n]{0,12}|(详情|具体情况|如有疑问)[^。！!\n]{0,12}|特此(通知|公告|通告)|现(将|就)?有关(事项|情况)(通知|公告)如下"
)
_SORTS = {
    "home": "片区|小区|社区|花园|家园|公寓|新村|山庄|苑",
    "area": "街道|新区|园区|开发区|区|县|镇|乡|村|市",
    "road": "大道|公路|高速|隧道|大桥|立交|路|街|巷|桥",
    "school": "校区|小学|中学|高中|大学|学院|幼儿园",
    "clinic": "院区|医院|卫生院|诊所",
    "sight": "公园|广场|景区|水库|河|湖|江",
    "house": "站|馆|中心|大厅|厂|公司|局",
    "line": "号线",
}
_SORT_OF = {ending: sort for sort, endings in _SORTS.items() for ending in endings.split("|")}
_ENDINGS = "|".join(sorted(_SORT_OF, key=len, reverse=True))
_NAMED = re.compile(rf"([\u4e00-\u9fff]{{2}})({_ENDINGS})")
_NO_NAME = re.compile(r"[请到去在向由与和等各本该所的往至给可为是从经对我全]")
_LABELS = re.compile(
    r"(第?[0-9〇零一二两三四五六七八九十]+)"
    r"(届|期|批|号线|路公交|路|号楼|单元|号令|季度|月份|年级|年度|年|轮|标段|号门|号口|组|类|型|系列|中|小|楼)"
)
_HALVES = re.compile(r"(上|下)半年|(一|二|三|四)季度|(春|夏|秋|冬)季")
_OTHER_TIME = re.compile(
    r"上一?(批|次|届|期|轮|年|月|周|季)|下一(批|次|届|期|轮)|首批|去年|前年|往年|明年|此前|曾于|上年|同期|计划投资|累计"
)
_TELLING = frozenset(
    "东西南北中上下左右前后内外男女老少新旧甲乙丙丁abcd大小春夏秋冬进出入水电气暖初高幼一二三四五六七八九十0123456789"
)


def same_subject(ours: str, theirs: str, min_likeness: float) -> bool:
    """Say whether two texts are about one thing: enough common words, and no name or number that tells them apart.

    Args:
        ours, theirs: texts without their values (`Statement.bare` or parts of it).
        min_likeness: common pairs of characters over those of the shorter text, 0 to 1.
    """
    mine, other = _plain(ours), _plain(theirs)
    ours_pairs, theirs_pairs = pairs(mine), pairs(other)
    fewest = min(len(ours_pairs), len(theirs_pairs))
    if not fewest or len(ours_pairs & theirs_pairs) / fewest < min_likeness:
        return False
    if bool(_OTHER_TIME.search(mine)) != bool(_OTHER_TIME.search(other)):
        return False
    named = _told_apart(_names(mine), _names(other)) or _told_apart(_labels(ours), _labels(theirs))
    return not named and not _one_sign(mine, other)


def about(statement: Statement, fact: Fact) -> str:
    """Return what a value is said of: the first sentence of the text and the one that it stands in."""
    bare = statement.bare
    first = _end(bare, 0)
    start = max(bare.rfind(mark, 0, fact.start) for mark in "。！!？?；;\n") + 1
    return (
        bare[: _end(bare, fact.end)] if start <= first + 1 else f"{bare[:first]}。{bare[start : _end(bare, fact.end)]}"
    )


def _end(text: str, start: int) -> int:
    found = re.compile(r"[。！!？?；;\n]").search(text, start)
    return found.start() if found else len(text)


def _plain(bare: str) -> str:
    return re.sub(rf"{VALUE}+", VALUE, _COURTESY.sub("", bare))


def _names(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _NAMED.finditer(text):
        if not _NO_NAME.search(match[1]):
            found.setdefault(_SORT_OF[match[2]], set()).add(match[0])
    return found


def _labels(bare: str) -> dict[str, set[str]]:
    """Return what numbers a subject: 第3届, 2号线, 2026年, 上半年."""
    found: dict[str, set[str]] = {}
    for match in _LABELS.finditer(bare):
        found.setdefault(match[2], set()).add(match[1].removeprefix("第"))
    for match in _HALVES.finditer(bare):
        found.setdefault("half", set()).add(match[0])
    return found


def _told_apart(ours: dict[str, set[str]], theirs: dict[str, set[str]]) -> bool:
    """Whether of one sort of name the texts have none in common."""
    return any(ours[sort].isdisjoint(theirs[sort]) for sort in ours.keys() & theirs.keys())


def _one_sign(ours: str, theirs: str) -> bool:
    """Whether two nearly equal texts differ in a character that makes it another thing: 东 and 西, 男 and 女."""
    if abs(len(ours) - len(theirs)) > 8 or max(len(ours), len(theirs)) > 300:
        return False
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.ratio() < 0.7:
        return False
    return any(
        tag == "replace" and set(ours[a:b]) | set(theirs[c:d]) <= _TELLING for tag, a, b, c, d in matcher.get_opcodes()
    )


def other_moment(ours: Statement, fact: Fact, theirs: Statement, other: Fact) -> bool:
    """Whether two figures are of different days or hours: a later figure (截至8时, 昨天8时) is news."""
    return any(
        mine and others and mine.isdisjoint(others)
        for mine, others in zip(_moments(ours, fact), _moments(theirs, other), strict=True)
    )


def _moments(statement: Statement, fact: Fact) -> tuple[set[float], set[float]]:
    """Return the days, and the hours said with 截至 or 现在, of the sentence that a figure stands in."""
    bare = statement.bare
    start = max(bare.rfind(mark, 0, fact.start) for mark in "。！!？?；;\n") + 1
    end = _end(bare, fact.end)
    near = [each for each in statement.facts if start <= each.start < end and not each.spread]
    days = {each.low for each in near if each.kind is FactKind.DAY and each.unit == "月日"}
    as_of = re.search(r"截[至止到]", bare[start:end]) is not None
    hours = {each.low for each in near if each.kind is FactKind.TIME} if as_of else set()
    return days, hours
