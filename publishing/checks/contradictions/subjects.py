"""Whether two texts speak of the same subject."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from publishing.checks.contradictions.facts import VALUE, FactKind, Statement, pairs

_COURTESY = re.compile(
    r"(请|敬请)?(广大)?(市民|居民|群众|网友|用户|考生|乘客|车主|家长)?(朋友们?)?(请)?(提前)?(做好|合理安排|注意)[^，,。；;！!\n]{0,12}|"
    r"给?您?(带来|造成)的?(的)?不便[^。！!\n]{0,14}|(敬请|请)(谅解|理解|周知|关注|知悉)|(感谢|谢谢)[^。！!\n]{0,12}|"
    r"(详情|具体情况|如有疑问)[^。！!\n]{0,12}|特此(通知|公告|通告)|现(将|就)?有关(事项|情况)(通知|公告|通告)如下"
)
_NAMED = re.compile(
    r"([\u4e00-\u9fff]{2})(片区|小区|社区|街道|新区|园区|校区|院区|开发区|大道|公路|高速|隧道|大桥|立交|路|街|巷|桥|区|县|镇|乡|村|市|"
    r"小学|中学|高中|大学|学院|幼儿园|医院|卫生院|公园|广场|景区|水库|河|湖|站|馆|中心|大厅|厂|公司|局|委|线)"
)
_LABELS = re.compile(
    r"(第?[0-9〇零一二两三四五六七八九十]+)(届|期|批|号线|路公交|路|号楼|单元|号令|季度|月份|年级|年度|年|轮|标段|号门|号口|组|类|型|系列)"
)
_HALVES = re.compile(r"(上|下)半年|(一|二|三|四)季度|(春|夏|秋|冬)季")
_TELLING = frozenset(
    "东西南北中上下左右前后内外男女老少新旧甲乙丙丁ABCDabcd大小春夏秋冬进出入水电气暖初高幼一二三四五六七八九十0123456789"
)


def same_subject(ours: Statement, theirs: Statement, min_likeness: float) -> bool:
    """Say whether two statements are about one thing: enough common words, and no name or number that tells them apart.

    Args:
        ours, theirs: two statements.
        min_likeness: common pairs of characters over those of the shorter text, 0 to 1.
    """
    mine, other = _plain(ours), _plain(theirs)
    ours_pairs, theirs_pairs = pairs(mine), pairs(other)
    fewest = min(len(ours_pairs), len(theirs_pairs))
    if not fewest or len(ours_pairs & theirs_pairs) / fewest < min_likeness:
        return False
    return not (
        _told_apart(_names(mine), _names(other))
        or _told_apart(_labels(ours), _labels(theirs))
        or _one_sign(mine, other)
    )


def _plain(statement: Statement) -> str:
    return re.sub(rf"{VALUE}+", VALUE, _COURTESY.sub("", statement.bare))


def _names(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _NAMED.finditer(text):
        found.setdefault(match[2], set()).add(match[1])
    return found


def _labels(statement: Statement) -> dict[str, set[str]]:
    """Return what numbers its subject: 第3届, 2号线, 2026年, 上半年."""
    found: dict[str, set[str]] = {}
    for match in _LABELS.finditer(statement.bare):
        found.setdefault(match[2], set()).add(match[1].removeprefix("第"))
    for match in _HALVES.finditer(statement.bare):
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


def as_of_differs(ours: Statement, theirs: Statement) -> bool:
    """Whether both say up to when their figures hold (截至), and say another time: then a later figure is news."""
    mine, other = _as_of(ours), _as_of(theirs)
    return bool(mine and other) and mine != other


def _as_of(statement: Statement) -> tuple[tuple[float, float], ...]:
    found: list[tuple[float, float]] = []
    for match in re.finditer(rf"截[至止到][^{VALUE}，,。]{{0,4}}(?P<v>{VALUE}+)", statement.bare):
        found += [
            (fact.low, fact.high)
            for fact in statement.facts
            if match.start("v") <= fact.start < match.end("v") + 3 and fact.kind in (FactKind.DAY, FactKind.TIME)
        ]
    return tuple(found)
