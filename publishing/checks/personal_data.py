"""Personal data in a text: identity numbers, phones, bank cards, number plates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from config.rulebook.base import Rule
from config.rulebook.content import ContentBook, PersonalSection
from publishing.checks.hits import Hit, hit, masked

_FULL_WIDTH = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}
_WIDE_ALNUM = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_DIGITS = re.compile("[0-9]")
_ALONE, _END = r"(?<![0-9])(?<![0-9]\.)", r"(?![0-9])"
_ID_NUMBER = re.compile(
    rf"{_ALONE}[1-8][0-9]{{5}}[ -]?[12][0-9]{{3}}[01][0-9][0-3][0-9][ -]?[0-9]{{3}}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(rf"{_ALONE}(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_END}")
_LANDLINE = re.compile(
    rf"(?<![0-9A-Za-z-])(?P<area>\(0[1-9][0-9]{{1,2}}\) ?|0[1-9][0-9]{{1,2}}[ —–-]?)?[2-8][0-9]{{6,7}}{_END}(?!-[0-9])"
)
_CARD = re.compile(rf"{_ALONE}[34569][0-9]{{3}}(?:[ -]?[0-9]{{4}}){{3}}(?:[ -]?[0-9]{{1,3}})?{_END}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][ ·•.-]{0,2}"
    rf"(?=[A-Z0-9]{{0,5}}[0-9])[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9警学挂港澳]{_END}"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CONTEXT = 12
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


def check_personal_data(text: str, book: ContentBook) -> Iterator[Hit]:
    """Point at personal data; every match is shown masked.

    Identity numbers need a right checksum (GB 11643) and a real date of birth, bank cards a right Luhn digit.
    Service numbers, order numbers and dates are not personal data; an office's landline is not either.
    """
    rules = book.personal
    plain = text.translate(_FULL_WIDTH) if _WIDE_ALNUM.search(text) else text
    if not _DIGITS.search(plain):
        return
    taken: set[int] = set()
    for match in _ID_NUMBER.finditer(plain):
        number = _digits(match[0])
        if is_id_number(number):
            taken.update(range(*match.span()))
            yield from _found(rules.id_number, "身份证号码", match, masked(number.upper(), 6, 4))
    for match in _CARD.finditer(plain):
        number = _digits(match[0])
        before = _before(plain, match.start())
        if _free(match, taken) and is_luhn(number) and _is_card(number, before, rules):
            taken.update(range(*match.span()))
            yield from _found(rules.bank_card, "银行卡号", match, masked(number, 4, 4))
    for match in _MOBILE.finditer(plain):
        before = _before(plain, match.start())
        if _free(match, taken) and not _any_in(rules.number_words, before) and not _numbered(before, _PHONE_LABELS):
            taken.update(range(*match.span()))
            rule = rules.public_mobile if _any_in(rules.public_words, before) else rules.mobile
            yield from _found(rule, "手机号码", match, masked(_digits(match[0])[-11:], 3, 4))
    for match in _LANDLINE.finditer(plain):
        before = _before(plain, match.start())
        offices = (*rules.public_words, *rules.number_words)
        home = _any_in(rules.home_words, before)
        private = home or (match["area"] is not None and _any_in(rules.private_words, before))
        around = before + plain[match.end() : match.end() + _CONTEXT]
        public = _any_in(rules.number_words, before) if home else _any_in(offices, around)
        if private and _free(match, taken) and not public:
            yield from _found(rules.landline, "固定电话", match, masked(match[0], 4, 2))
    for match in _PLATE.finditer(plain):
        if _numbered(_before(plain, match.start()), _PLATE_LABELS):
            continue
        yield from _found(rules.plate, "车牌号码", match, masked(match[0], 2, 2))


def _found(rule: Rule, label: str, match: re.Match[str], shown: str) -> tuple[Hit, ...]:
    return hit(rule, f"含{label}“{shown}”,请核对,应隐去的请隐去。", *match.span(), f"改为“{shown}”")


def is_id_number(number: str) -> bool:
    """Say whether 18 characters are a resident identity number: real birth date, right checksum (GB 11643)."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False)) % 11
    return 1900 <= born.year < 2100 and number[17].upper() == "10X98765432"[rest]


def is_luhn(number: str) -> bool:
    """Say whether the last digit of a number is its Luhn check digit."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_card(number: str, before: str, rules: PersonalSection) -> bool:
    if _numbered(before, _CARD_LABELS):
        return False
    if _any_in(rules.card_words, before):
        return True
    # Only the domestic prefix is telling by itself; ids of posts and orders pass the Luhn digit one time in ten.
    return number.startswith("62") and not _any_in(rules.number_words, before)


def _before(text: str, start: int) -> str:
    """Return the words right before a place, from the same sentence."""
    return re.split(r"[。；;！!？?\n]", text[max(0, start - _CONTEXT) : start])[-1]


def _numbered(before: str, labels: tuple[str, ...]) -> bool:
    """Whether the number is called a number of another kind (准考证号, 桥号), its label holding none of these."""
    label = _NUMBER_LABEL.search(before)
    return label is not None and not _any_in(labels, label[1])


def _any_in(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


def _free(match: re.Match[str], taken: set[int]) -> bool:
    return taken.isdisjoint(range(*match.span()))


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")
