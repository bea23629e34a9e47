"""The content rule book: what an outgoing text must keep to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.rulebook.accounts import Pattern, Words, rules_in
from config.rulebook.base import Book, Frozen, Rule, Tighter
from config.rulebook.words import WordKind

Gateway = Literal["manual", "commercial", "share", "comment"]
Gateways = Annotated[tuple[Gateway, ...], Tighter.SUPERSET, Field(min_length=1)]


class ContentClass(StrEnum):
    """What kind of post it is (内容类别)."""

    DAILY = "日常"
    POLICY = "政策"
    EXPLAINED = "解读"
    EMERGENCY = "突发"
    REFUTING = "辟谣"
    LEADERS = "领导活动"
    REPLY = "回复"
    NOTICE = "公告"
    REPOST = "转载"


CONTENT_CLASSES: tuple[str, ...] = tuple(each.value for each in ContentClass)
Classes = Annotated[tuple[ContentClass, ...], Tighter.SUPERSET, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class GatewayRule(Rule):
    """A rule that holds for some ways of sending only."""

    gateways: Gateways


class LengthLimit(GatewayRule):
    """Greatest length in whole Chinese characters (two half-width characters count as one)."""

    max_length: Annotated[int, Tighter.LOWER, Field(ge=1)]


class SafeLinkRule(GatewayRule):
    """A link under one of the application's approved domains (安全域名) must be in the text."""

    domains: Words = ()


class TrustedLinkRule(Rule):
    """Links outside these domains and their subdomains are pointed out."""

    domains: Words


class WordingRule(Rule):
    """A class of wording found by google-re2 patterns.

    Attributes:
        suggestion: what the writer should do.
        unless: words of a text that warns of such wording or reports it; then the rule does not apply.
        quoted: whether what stands in quotation marks counts, too.
    """

    patterns: Annotated[tuple[Pattern, ...], Tighter.SUPERSET, Field(min_length=1)]
    suggestion: str
    unless: Annotated[Words, Tighter.SUBSET] = ()
    quoted: Annotated[bool, Tighter.TRUE] = True


class PersonalSection(Frozen):
    """Personal data.

    Attributes:
        number_words: before a number, they say that it is an order or case number and no phone or card.
        public_words: before a phone number, they say that an office gives it to the public.
        private_words: before a landline number, they say that it belongs to a person.
        home_words: right before a landline number, they say that it is a home's, also without an area code.
        card_words: before a number, they say that it is a bank card.
    """

    id_number: Rule
    mobile: Rule
    public_mobile: Rule
    landline: Rule
    bank_card: Rule
    plate: Rule
    number_words: Annotated[Words, Tighter.SUBSET]
    public_words: Annotated[Words, Tighter.SUBSET]
    private_words: Annotated[Words, Tighter.SUPERSET]
    home_words: Annotated[Words, Tighter.SUPERSET] = ()
    card_words: Annotated[Words, Tighter.SUPERSET]


class ClassRule(Rule):
    """A rule that holds for some content classes only."""

    classes: Classes


class RequiredListRule(ClassRule):
    """A post of these classes needs an unexpired, non-empty word list of a kind."""

    kind: WordKind


class LeaderTitleRule(Rule):
    """A listed name beside a title that is not the listed one.

    Attributes:
        title_words: what a title ends with (市长, 局长); longer ones are tried first.
        deputy_marks: before a title word they make it another title (副, 代).
    """

    title_words: Annotated[Words, Tighter.SUPERSET, Field(min_length=1)]
    deputy_marks: Annotated[Words, Tighter.SUPERSET] = ()


class EmptyPhrasesRule(Rule):
    """Set phrases in number: pointed out, never scored.

    Attributes:
        min_phrases: fewer are no remark.
        min_share: characters of set phrases over all characters, 0 to 1, below which they are no remark.
        figured_share: the same in a text that gives figures: there, set phrases stand beside what was done.
    """

    min_phrases: Annotated[int, Tighter.LOWER, Field(ge=1)]
    min_share: Annotated[Share, Tighter.LOWER]
    figured_share: Annotated[Share, Tighter.LOWER] = 0.5


class RepeatedMarksRule(Rule):
    """Marks such as ！ said more than ``max_run`` times on end."""

    marks: Annotated[Words, Tighter.SUPERSET, Field(min_length=1)]
    max_run: Annotated[int, Tighter.LOWER, Field(ge=1)]


class ToneSection(Frozen):
    """Tone: marks in a row, and manners of speaking found by google-re2 patterns beside the lists of words."""

    repeated: RepeatedMarksRule
    manners: tuple[WordingRule, ...] = ()


class MostRule(Rule):
    """A greatest number."""

    most: Annotated[int, Tighter.LOWER, Field(ge=1)]


class AbbreviationRule(Rule):
    """Abbreviations a citizen need not know; right when explained in brackets beside them.

    Attributes:
        terms: lines of ``简称 = 全称``: jargon and abbreviations with what they stand for.
        known: letter abbreviations that need no explanation (GDP).
        min_letters: shorter runs of capitals are no abbreviation.
    """

    terms: Annotated[Words, Tighter.SUPERSET] = ()
    known: Annotated[Words, Tighter.SUBSET] = ()
    min_letters: Annotated[int, Tighter.LOWER, Field(ge=2)] = 3


class JargonRule(Rule):
    """Words of the trade (赋能, 闭环) that stand in number.

    Attributes:
        terms: the words.
        min_terms: fewer different ones are no remark.
    """

    terms: Annotated[Words, Tighter.SUPERSET, Field(min_length=1)]
    min_terms: Annotated[int, Tighter.LOWER, Field(ge=1)]


class PlainSection(Frozen):
    """Plain language: advice only.

    Attributes:
        long_sentence: characters of one sentence.
        stacked: clauses of one sentence (parts between commas).
        attributive: 的 within one clause.
        abbreviation: abbreviations.
        jargon: words of the trade.
    """

    long_sentence: MostRule
    stacked: MostRule
    attributive: MostRule
    abbreviation: AbbreviationRule
    jargon: JargonRule


class LikenessRule(Rule):
    """Texts at least this like."""

    min_likeness: Annotated[Share, Tighter.LOWER]
    min_characters: Annotated[int, Tighter.LOWER, Field(ge=1)]


class DuplicateSection(Frozen):
    """The same text again.

    Attributes:
        same: as the account's last one, to the letter.
        again: to the letter as another recent or waiting one.
        like: nearly as a recent or waiting one.
    """

    same: Rule
    again: Rule
    like: LikenessRule


class ContradictionSection(Frozen):
    """The same subject with another value, a rule for each kind of value.

    Attributes:
        min_subject: likeness of two subjects, 0 to 1, from which on they count as the same.
        min_role: likeness of the words around two values from which on they play the same role.
        change_words: a text with one of them says itself that something changed.
    """

    min_subject: Annotated[Share, Tighter.LOWER]
    min_role: Annotated[Share, Tighter.LOWER]
    change_words: Annotated[Words, Tighter.SUBSET]
    number: Rule
    day: Rule
    time: Rule
    place: Rule
    phone: Rule


class MediaCountRule(GatewayRule):
    """How many images and videos the gateway takes."""

    max_images: Annotated[int, Tighter.LOWER, Field(ge=0)]
    max_videos: Annotated[int, Tighter.LOWER, Field(ge=0)]


class MediaTypeRule(Rule):
    """File name endings, lower case and without a dot."""

    images: Annotated[Words, Tighter.SUBSET, Field(min_length=1)]
    videos: Annotated[Words, Tighter.SUBSET, Field(min_length=1)]


class MediaSizeRule(GatewayRule):
    """Greatest sizes in megabytes (2**20 bytes)."""

    image_mb: Annotated[int, Tighter.LOWER, Field(ge=1)]
    video_mb: Annotated[int, Tighter.LOWER, Field(ge=1)]


class MediaSection(Frozen):
    """Images and videos."""

    count: Annotated[tuple[MediaCountRule, ...], Field(min_length=1)]
    kind: MediaTypeRule
    size: tuple[MediaSizeRule, ...]
    alt: Rule
    same: Rule


class CasualtyRule(ClassRule):
    """Casualty figures need a named source.

    Attributes:
        patterns: what a figure looks like, on google-re2.
        sources: a source named in the text looks like this.
        authorities: a 来源与依据 that names one of these is a named source, too.
        denials: in the same sentence before a figure they say that there is none, or that it is a drill.
    """

    patterns: Annotated[tuple[Pattern, ...], Tighter.SUPERSET, Field(min_length=1)]
    sources: Annotated[tuple[Pattern, ...], Tighter.SUBSET, Field(min_length=1)]
    authorities: Annotated[tuple[Pattern, ...], Tighter.SUBSET, Field(min_length=1)]
    denials: Annotated[Words, Tighter.SUBSET] = ()


class SourceRule(ClassRule):
    """A post of these classes names its source in the text or in its 来源与依据."""

    sources: Annotated[tuple[Pattern, ...], Tighter.SUBSET, Field(min_length=1)]


class ContentBook(Book):
    """The content rule book. Severity here: veto 不得发出, deduct 修改或说明后发出, advice 提示.

    What a text leaves out is not checked; a lower layer may leave out nothing that binds.
    """

    book: Literal["content"]
    empty: Rule
    length: Annotated[tuple[LengthLimit, ...], Field(min_length=1)]
    topic: GatewayRule
    safe_link: SafeLinkRule
    trusted_link: TrustedLinkRule
    personal: PersonalSection
    wording: tuple[WordingRule, ...]
    required_lists: tuple[RequiredListRule, ...] = ()
    leader_title: LeaderTitleRule | None = None
    empty_phrases: EmptyPhrasesRule | None = None
    tone: ToneSection | None = None
    plain: PlainSection | None = None
    duplicate: DuplicateSection | None = None
    contradiction: ContradictionSection | None = None
    media: MediaSection | None = None
    casualties: tuple[CasualtyRule, ...] = ()
    sources: tuple[SourceRule, ...] = ()

    @model_validator(mode="after")
    def _check_ids(self) -> ContentBook:
        ids = [rule.id for rule in rules_in(self)]
        for rule_id in ids:
            if ids.count(rule_id) > 1:
                raise ValueError(f"规则编号“{rule_id}”重复")
        return self
