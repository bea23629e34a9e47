"""Personal data in a text: identity numbers, phones, bank cards, number plates, however their digits are parted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.rulebook.base import Rule
from config.rulebook.content import ContentBook, PersonalSection
from publishing.checks.folding import plainly
from publishing.checks.hits import Hit, hit, masked

_SIGN = (
    r"[ \t\n\u3000\xa0.·•∙_*~|/\\()（）—–‒―−－．／\u20e3\u2190-\u21ff\u2500-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff-]"
)
_CLUSTER = re.compile(rf"[0-9](?:{_SIGN}{{0,3}}[0-9]){{6,}}(?:{_SIGN}{{0,3}}[Xx](?![A-Za-z]))?")
_GROUP = re.compile("[0-9]+[Xx]?|[Xx]")
_HAN_MOBILE = re.compile(
    "(?<![〇零一二三四五六七八九十百千万])[一幺][三四五六七八九][〇零一二三四五六七八九幺]{9}(?![〇零一二三四五六七八九十百千万])"
)
_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+", re.IGNORECASE)
_PROVINCES = frozenset(
    f"{area}{province}"
    for area, provinces in enumerate(("12345", "123", "1234567", "123456", "01234", "12345", "1", "123"), 1)
    for province in provinces
)
_PLATE_HEAD = re.compile(
    rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]{_SIGN}{{0,2}}[A-HJ-Za-hj-z]"
)
_PLATE_BODY = re.compile(
    rf"{_SIGN}{{0,2}}(?P<whole>[A-HJ-NP-Za-hj-np-z0-9]{{4,6}}[警学挂港澳]?)|"
    rf"(?P<parted>(?:{_SIGN}{{1,2}}[A-HJ-NP-Za-hj-np-z0-9](?![A-Za-z0-9])){{5,6}})"
)
_NO_PLATE = re.compile(
    r"\s?(号(楼|院|展|文|房|座|库|孔|井|箱|柜|柱|桩|杆|件|案|令|项目|样品|机|桌|厅|馆|地块)|楼|座|栋|室|展|版|型|级|排|株|包间)"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CONTEXT = 12
_LETTER = re.compile("[A-Za-z]")
_NUMBER_LABEL = re.compile(r"([\u4e00-\u9fffA-Za-z]{1,6})号码?[:：为是\s“\"]{0,3}$")
_PHONE_LABELS = (
    "手机",
    "电话",
    "联系",
    "微信",
    "账",
    "帐",
    "支付宝",
    "短",
    "本机",
    "来电",
    "陌生",
    "尾",
    "的",
    "您",
    "你",
    "他",
    "她",
)
_CARD_LABELS = ("卡", "账", "帐", "户")
_PLATE_LABELS = ("车牌", "号牌", "牌照", "牌", "车", "尾")
_PHONE_WORDS = ("手机", "电话", "联系", "号码", "微信", "来电", "致电")
_OFFICE = re.compile(
    r"(处|科|室|局|所|站|中心|队|馆|办|厅|部|院|委|法庭|社|窗口|前台)(值班|咨询|联系|办公|服务|受理|公开)?(电话|座机)?[:：为是（(\s]*$"
)
_LETTERS_BEFORE = re.compile(r"([A-Za-z]+)[-_]?$")
_PHONE_LETTERS = frozenset(("tel", "t", "mobile", "mob", "m", "phone", "cell", "wechat", "wx", "vx", "v", "qq", "no"))
_NO_PHONE = re.compile(
    r"[A-UW-Za-uw-z](?![A-Za-z])|\.[0-9]|\s?(?:美?元|万|亿|吨|立方|平方|公里|千米|公斤|千克|毫克|克|亩|股|票|株|人次|千瓦|度|%|％)"
)
_MOBILE_SHAPES = frozenset({(3, 4, 4), (3, 8), (7, 4), (1,) * 11})
_SPOKEN_SHAPES = frozenset({(3, 3, 5), (4, 4, 3), (4, 3, 4), (3, 5, 3), (5, 6)})
_MOST_IN_GROUP = 4
"""Of digits that a landline number is parted into."""
_CARD_LENGTHS = (19, 18, 17, 16)


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits that stand together, at ``[start, end)`` of the text."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    """Groups that may be one number.

    Attributes:
        digits: of all groups.
        shape: how many each group has.
        start, end: characters of the text.
    """

    digits: str
    shape: tuple[int, ...]
    start: int
    end: int


def check_personal_data(text: str, book: ContentBook) -> Iterator[Hit]:
    """Point at personal data; every match is shown masked.

    Identity numbers need a right checksum (GB 11643) and a real date of birth, bank cards a right Luhn digit.
    Service numbers, order numbers and dates are not personal data; an office's landline is not either. Blanks, signs,
    emoji and line ends between the digits do not hide a number.
    """
    rules = book.personal
    plain = plainly(text)
    if "http" in plain:
        plain = _LINK.sub(lambda match: "\0" * len(match[0]), plain)
    taken: set[int] = set()
    for cluster in _CLUSTER.finditer(plain):
        groups = [_Group(found[0], *found.span()) for found in _groups(plain, cluster)]
        for find in (_id_numbers, _cards, _mobiles, _landlines):
            yield from find(plain, groups, rules, taken)
    for match in _HAN_MOBILE.finditer(plain):
        shown = masked(match[0], 3, 4)
        yield from _found(rules.mobile, "手机号码", *match.span(), shown)
    yield from _plates(plain, rules)


def _groups(plain: str, cluster: re.Match[str]) -> Iterator[re.Match[str]]:
    return _GROUP.finditer(plain, cluster.start(), cluster.end())


def _numbers(groups: list[_Group], lengths: tuple[int, ...]) -> Iterator[_Number]:
    """Yield every run of whole groups that has one of the lengths, the longest first at each place."""
    for first, group in enumerate(groups):
        runs: list[_Number] = []
        digits, shape = "", []
        for last in groups[first : first + max(lengths)]:
            digits += last.digits
            shape.append(len(last.digits))
            if len(digits) in lengths:
                runs.append(_Number(digits, tuple(shape), group.start, last.end))
            if len(digits) >= max(lengths):
                break
        yield from reversed(runs)


def _take(number: _Number, taken: set[int]) -> None:
    taken.update(range(number.start, number.end))


def _free(plain: str, number: _Number, taken: set[int]) -> bool:
    """Whether no other number has these digits, and they are not the decimals of an amount."""
    decimals = re.search(r"[0-9]\.$", plain[max(0, number.start - 2) : number.start])
    return decimals is None and number.start not in taken and number.end - 1 not in taken


def _id_numbers(plain: str, groups: list[_Group], rules: PersonalSection, taken: set[int]) -> Iterator[Hit]:
    for number in _numbers(groups, (18, 15)):
        if not _free(plain, number, taken) or _LETTER.match(plain, number.end):
            continue
        old = len(number.digits) == 15 and "身份证" in _before(plain, number.start)
        if is_id_number(number.digits) or (old and is_old_id_number(number.digits)):
            _take(number, taken)
            shown = masked(number.digits.upper(), 6, 4)
            yield from _found(rules.id_number, "身份证号码", number.start, number.end, shown)


def _cards(plain: str, groups: list[_Group], rules: PersonalSection, taken: set[int]) -> Iterator[Hit]:
    for number in _numbers(groups, _CARD_LENGTHS):
        if not _free(plain, number, taken) or number.digits[0] not in "34569" or not is_luhn(number.digits):
            continue
        if _is_card(number.digits, _before(plain, number.start), rules):
            _take(number, taken)
            yield from _found(rules.bank_card, "银行卡号", number.start, number.end, masked(number.digits, 4, 4))


def _mobiles(plain: str, groups: list[_Group], rules: PersonalSection, taken: set[int]) -> Iterator[Hit]:
    for number in _numbers(_without_country(groups), (11,)):
        if not _free(plain, number, taken) or not re.match("1[3-9]", number.digits):
            continue
        before = _before(plain, number.start)
        spoken = number.shape in _SPOKEN_SHAPES and _any_in(_PHONE_WORDS, before)
        if len(number.shape) > 1 and number.shape not in _MOBILE_SHAPES and not spoken:
            continue
        letters = _LETTERS_BEFORE.search(before)
        coded = letters is not None and letters[1].lower() not in _PHONE_LETTERS
        if coded or before.endswith("第") or _NO_PHONE.match(plain, number.end):
            continue
        if _any_in(rules.number_words, before) or _numbered(before, _PHONE_LABELS):
            continue
        _take(number, taken)
        rule = rules.public_mobile if _any_in(rules.public_words, before) else rules.mobile
        yield from _found(rule, "手机号码", number.start, number.end, masked(number.digits, 3, 4))


def _without_country(groups: list[_Group]) -> list[_Group]:
    """Return the groups with +86 or 0086 in front of a mobile cut off."""
    found = []
    for group in groups:
        country = re.match("(?:00)?86(?=1[3-9][0-9]{9}$)", group.digits)
        cut = len(country[0]) if country else 0
        found.append(_Group(group.digits[cut:], group.start + cut, group.end))
    return found


def _landlines(plain: str, groups: list[_Group], rules: PersonalSection, taken: set[int]) -> Iterator[Hit]:
    for place in range(len(groups)):
        for number, area in _landlines_from(plain, groups, place):
            before = _before(plain, number.start)
            home = _any_in(rules.home_words, before)
            private = home or (area and _any_in(rules.private_words, before))
            if not private or not _free(plain, number, taken):
                continue
            around = before + plain[number.end : number.end + _CONTEXT]
            offices = (*rules.public_words, *rules.number_words)
            public = _any_in(rules.number_words, before) if home else _any_in(offices, around)
            if public or (not home and _OFFICE.search(before)):
                continue
            _take(number, taken)
            yield from _found(rules.landline, "固定电话", number.start, number.end, masked(number.digits, 4, 2))
            break


def _landlines_from(plain: str, groups: list[_Group], place: int) -> Iterator[tuple[_Number, bool]]:
    """Yield what may be a landline number beginning at a group, with whether it has an area code."""
    first = groups[place]
    if re.search(r"[0-9A-Za-z][-—]?$", plain[max(0, first.start - 2) : first.start]):
        return
    if first.digits in ("86", "0086") and place + 1 < len(groups):
        yield from _with_area(plain, groups, place, place + 1, re.compile("0?[1-9][0-9]{1,2}"))
        return
    yield from _with_area(plain, groups, place, place, re.compile("0[1-9][0-9]{1,2}"))
    whole = re.fullmatch("0[1-9][0-9]{1,2}([2-8][0-9]{6,7})", first.digits)
    if whole:
        yield _Number(first.digits, (len(first.digits),), first.start, first.end), True
    local = _local(plain, groups, place)
    if local is not None:
        yield local, False


def _with_area(
    plain: str, groups: list[_Group], start: int, area: int, code: re.Pattern[str]
) -> Iterator[tuple[_Number, bool]]:
    if not code.fullmatch(groups[area].digits) or area + 1 >= len(groups):
        return
    local = _local(plain, groups, area + 1)
    if local is not None:
        digits = "".join(group.digits for group in groups[start : area + 1]) + local.digits
        yield _Number(digits, local.shape, groups[start].start, local.end), True


def _local(plain: str, groups: list[_Group], place: int) -> _Number | None:
    for number in _numbers(groups[place:], (8, 7)):
        if number.start != groups[place].start:
            return None
        more = re.match("-[0-9]", plain[number.end : number.end + 2])
        if (
            number.digits[0] in "2345678"
            and (len(number.shape) == 1 or max(number.shape) <= _MOST_IN_GROUP)
            and not more
        ):
            return number
    return None


def _plates(plain: str, rules: PersonalSection) -> Iterator[Hit]:
    for head in _PLATE_HEAD.finditer(plain):
        body = _PLATE_BODY.match(plain, head.end())
        if body is None:
            continue
        start, end = head.start(), body.end()
        plate = re.sub(_SIGN, "", plain[start:end])
        tail, after = plate[2:], plain[end : end + 1]
        if len(tail) not in (5, 6) or not any(map(str.isdigit, tail)) or (after.isascii() and after.isalnum()):
            continue
        before = _before(plain, start)
        context = before + plain[end : end + _CONTEXT]
        # 京B10023号 is a number of anything; so is a lower-case one, where nobody speaks of a car.
        doubtful = after == "号" or any(character.islower() for character in plate)
        if (doubtful and not _any_in(("车", "牌"), context)) or _numbered(before, _PLATE_LABELS):
            continue
        if _NO_PLATE.match(plain, end):
            continue
        yield from _found(rules.plate, "车牌号码", start, end, masked(plate.upper(), 2, 2))


def _found(rule: Rule, label: str, start: int, end: int, shown: str) -> tuple[Hit, ...]:
    return hit(rule, f"含{label}“{shown}”,请核对,应隐去的请隐去。", start, end, f"改为“{shown}”")


def is_id_number(number: str) -> bool:
    """Say whether 18 characters are a resident identity number: province, real birth date, checksum (GB 11643)."""
    if len(number) != 18 or not number[:17].isdigit() or number[:2] not in _PROVINCES:
        return False
    born = _date(number[6:10], number[10:12], number[12:14])
    rest = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False)) % 11
    return born is not None and 1900 <= born.year < 2100 and number[17].upper() == "10X98765432"[rest]


def is_old_id_number(number: str) -> bool:
    """Say whether 15 digits can be an identity number of before 1999: province and real birth date, no checksum."""
    known = len(number) == 15 and number.isdigit() and number[:2] in _PROVINCES
    return known and _date(f"19{number[6:8]}", number[8:10], number[10:12]) is not None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_luhn(number: str) -> bool:
    """Say whether the last digit of a number is its Luhn check digit."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return number.isdigit() and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_card(number: str, before: str, rules: PersonalSection) -> bool:
    if _numbered(before, _CARD_LABELS):
        return False
    if _any_in(rules.card_words, before):
        return True
    if _any_in(("电话", "热线", "传真"), before):
        return False
    # Only the domestic prefix is telling by itself; ids of posts and orders pass the Luhn digit one time in ten.
    return number.startswith("62") and not _any_in(rules.number_words, before)


def _before(text: str, start: int) -> str:
    """Return the words right before a place, from the same sentence; a line end right before it does not end one."""
    near = text[max(0, start - _CONTEXT) : start].rstrip()
    return re.split(r"[。；;！!？?\n]", near)[-1]


def _numbered(before: str, labels: tuple[str, ...]) -> bool:
    """Whether the number is called a number of another kind (准考证号, 桥号), its label holding none of these."""
    label = _NUMBER_LABEL.search(before)
    return label is not None and not _any_in(labels, label[1])


def _any_in(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)
