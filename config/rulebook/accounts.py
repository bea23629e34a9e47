"""The accounts rule book: naming, certification, profile, freshness, interaction."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from config.rulebook.base import Book, Frozen, Rule, Severity, Stronger, Tighter
from config.rulebook.duty import AgeRule, DutySection, SafetySection
from config.rulebook.lifecycle import LifecycleSection
from config.rulebook.rectification import RectificationSection
from weibo_ops.kernel.text import pattern_matches_empty


def linear_pattern(value: str) -> str:
    """Return a regular expression that the linear-time engine (google-re2) accepts and that matches something.

    Raises:
        ValueError: the engine refuses it, or it matches the empty text and would therefore hit everywhere.
    """
    if pattern_matches_empty(value):
        raise ValueError(f"正则表达式“{value[:60]}”会匹配空文本,等于处处命中")
    return value


Pattern = Annotated[str, AfterValidator(linear_pattern)]
Words = tuple[Annotated[str, Field(min_length=1)], ...]


class LengthRule(Rule):
    """Length of a screen name in platform units (ASCII 1, other characters 2), both ends included."""

    min_units: Annotated[int, Tighter.HIGHER, Field(ge=1)]
    max_units: Annotated[int, Tighter.LOWER, Field(ge=1)]


class CharacterRule(Rule):
    """Characters a screen name may consist of, as the inside of a regular expression's character class."""

    allowed: Annotated[str, Tighter.CHARACTERS]

    @model_validator(mode="after")
    def _check_class(self) -> CharacterRule:
        linear_pattern(f"[{self.allowed}]")
        return self


class PatternRule(Rule):
    """A class of words that may not stand in a screen name; ``patterns`` run on google-re2 over the whole name."""

    patterns: Annotated[tuple[Pattern, ...], Tighter.SUPERSET, Field(min_length=1)]


class GovernmentFunction(Frozen):
    """A line of government work and the words it goes by.

    Attributes:
        name: as in a roster's 职能 column.
        organs: words by which a unit's full name is recognised as belonging here.
        aliases: words in a screen name that stand for this line and for no other.
        slogans: customary words before the place (平安 正义 健康 青春); other lines may use them too.
    """

    name: str
    organs: Words
    aliases: Words
    slogans: Words = ()


class BrandName(Frozen):
    """A registered brand name (品牌名): a nickname that the unit has filed, and therefore no remark.

    Attributes:
        name: the screen name exactly.
        unit: full name of the unit that registered it.
        basis: filing number or document, in words.
    """

    name: str
    unit: str
    basis: str


class AreaAlias(Frozen):
    """Customary other names of a place (京 首都 for 北京)."""

    area: str
    aliases: Words


class NamingSection(Frozen):
    """How a screen name must look and what it must be tied to.

    Attributes:
        known_places: places known without a unit of theirs in the register; one of them in the name of a unit of
            elsewhere is another place's name.
    """

    length: LengthRule
    characters: CharacterRule
    unrelated: Rule
    other_unit: Rule
    place_missing: Rule
    nickname: Rule
    unique: Rule | None = None
    same_everywhere: Rule | None = None
    forbidden: tuple[PatternRule, ...]
    generic_words: Annotated[Words, Tighter.SUBSET]
    service_numbers: Annotated[Words, Tighter.SUBSET]
    general_organs: Annotated[Words, Tighter.SUBSET]
    brand_names: tuple[BrandName, ...] = ()
    area_aliases: tuple[AreaAlias, ...] = ()
    known_places: Words = ()
    functions: Annotated[tuple[GovernmentFunction, ...], Field(min_length=1)]


class CertificationKind(Frozen):
    """A kind of certification by the word that offices use, and the platform's type numbers for it."""

    name: str
    types: Annotated[tuple[int, ...], Field(min_length=1)]


class CertificationSection(Frozen):
    """What the platform's certification must say.

    Attributes:
        government_types: the platform's type numbers of a government certification.
        kinds: what a certification on file may be called, and the type numbers that go with it.
        suffixes: what may follow the unit's full name; the empty suffix is always allowed.
    """

    missing: Rule
    wrong_type: Rule
    text: Rule
    other_subject: Rule
    unit_unknown: Rule
    government_types: Annotated[tuple[int, ...], Tighter.SUBSET, Field(min_length=1)]
    expired: Rule | None = None
    expiring: AgeRule | None = None
    unreviewed: AgeRule | None = None
    drift: Rule | None = None
    kinds: tuple[CertificationKind, ...] = ()
    suffixes: Annotated[Words, Tighter.SUBSET]


class ProfileSection(Frozen):
    """What the account says about itself, and that the unit has no second one."""

    description: Rule
    duplicate: Rule


class DaysRule(Rule):
    """A rule about a number of whole days without a post before the check."""

    days: Annotated[int, Tighter.LOWER, Field(ge=1)]


class WeeklyPostsRule(Rule):
    """A rule about posts per seven days, counted over the window of the facts."""

    posts_per_week: Annotated[float, Tighter.HIGHER, Field(gt=0)]


class MonthsRule(Rule):
    """A rule about calendar months without a post before the check."""

    months: Annotated[int, Tighter.LOWER, Field(ge=1)]


class FreshnessSection(Frozen):
    """When an account counts as not updated.

    Attributes:
        tolerance_hours: by how much observation may begin late or end early and still be called complete; wider than
            two days it would call silent who was not looked at.
    """

    silent: DaysRule
    remind_clerk: DaysRule
    remind_leader: DaysRule
    long_silent: MonthsRule
    unobserved: Rule
    stricter_days: tuple[DaysRule, ...] = ()
    stricter_weekly: tuple[WeeklyPostsRule, ...] = ()
    tolerance_hours: Annotated[float, Tighter.HIGHER, Field(ge=0, le=48)]

    @model_validator(mode="after")
    def _check_order(self) -> FreshnessSection:
        if not self.remind_clerk.days < self.remind_leader.days < self.silent.days:
            raise ValueError("提醒天数应当 remind_clerk < remind_leader < silent")
        return self


class ActivityRule(Rule):
    """A hint that needs a minimum of activity in the window before its absence means anything.

    ``confirmed_severity`` is what it weighs once a person has confirmed it; None leaves it as it is.
    """

    minimum: Annotated[int, Tighter.LOWER, Field(ge=1)]
    confirmed_severity: Annotated[Severity | None, Stronger((None, "advice", "deduct", "veto"))] = None


class InteractionSection(Frozen):
    """Whether the public can speak and is answered; both are hints until a person confirms them."""

    closed: ActivityRule
    unanswered: ActivityRule


class PersonalSection(Frozen):
    """Accounts of officials in person (个人): name, title, the line between duty and private, leaving office.

    Attributes:
        name: the account bears the holder's name, and not the unit's full name alone.
        title: the title shown in name or certification is the registered one; ``title_words`` are words for offices.
        former_marks: what before such a word says that the office was held before (原局长).
        apart: the profile says that duty and private remarks are apart; ``apart_words`` are ways to say so.
        left_office: who has left office gives up title and certification.
    """

    name: Rule
    title: Rule
    apart: Rule
    apart_words: Annotated[Words, Tighter.SUBSET]
    title_words: Annotated[Words, Tighter.SUPERSET] = ()
    former_marks: Annotated[Words, Tighter.SUBSET] = ()
    left_office: Rule


class ComplaintMap(Frozen):
    """One of the four complaints about government accounts and the rules that show it."""

    complaint: Literal["不及时", "不实用", "不回应", "不可用"]
    rules: Words


class AccountsBook(Book):
    """The accounts rule book."""

    book: Literal["accounts"]
    naming: NamingSection
    certification: CertificationSection
    profile: ProfileSection
    freshness: FreshnessSection
    interaction: InteractionSection
    complaints: tuple[ComplaintMap, ...]
    duty: DutySection | None = None
    safety: SafetySection | None = None
    rectification: RectificationSection | None = None
    lifecycle: LifecycleSection | None = None
    personal: PersonalSection | None = None

    @model_validator(mode="after")
    def _check_ids(self) -> AccountsBook:
        ids = [rule.id for rule in rules_in(self)]
        for rule_id in ids:
            if ids.count(rule_id) > 1:
                raise ValueError(f"规则编号“{rule_id}”重复")
        for complaint in self.complaints:
            for rule_id in complaint.rules:
                if rule_id not in ids:
                    raise ValueError(f"complaints 中的“{rule_id}”不是本标准的规则编号")
        return self

    def complaints_of(self, rule_id: str) -> tuple[str, ...]:
        """Return the complaints (不及时 不实用 不回应 不可用) that a rule's finding stands for."""
        return tuple(entry.complaint for entry in self.complaints if rule_id in entry.rules)


def rules_in(value: Any) -> list[Rule]:
    """Return every rule inside a book or section, in the order of its fields."""
    if isinstance(value, Rule):
        return [value]
    if isinstance(value, tuple):
        return [rule for member in value for rule in rules_in(member)]
    if isinstance(value, Frozen):
        return [rule for name in type(value).model_fields for rule in rules_in(getattr(value, name))]
    return []
