"""The content rule book: what an outgoing text must keep to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.rulebook.accounts import Pattern, Words, rules_in
from config.rulebook.base import Book, Frozen, Rule, Tighter

Gateway = Literal["manual", "commercial", "share", "comment"]
Gateways = Annotated[tuple[Gateway, ...], Tighter.SUPERSET, Field(min_length=1)]


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
    """

    patterns: Annotated[tuple[Pattern, ...], Tighter.SUPERSET, Field(min_length=1)]
    suggestion: str


class PersonalSection(Frozen):
    """Personal data.

    Attributes:
        number_words: before a number, they say that it is an order or case number and no phone or card.
        public_words: before a phone number, they say that an office gives it to the public.
        private_words: before a landline number, they say that it belongs to a person.
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
    card_words: Annotated[Words, Tighter.SUPERSET]


class ContentBook(Book):
    """The content rule book. Severity here: veto 不得发出, deduct 修改或说明后发出, advice 提示."""

    book: Literal["content"]
    empty: Rule
    length: Annotated[tuple[LengthLimit, ...], Field(min_length=1)]
    topic: GatewayRule
    safe_link: SafeLinkRule
    trusted_link: TrustedLinkRule
    personal: PersonalSection
    wording: tuple[WordingRule, ...]

    @model_validator(mode="after")
    def _check_ids(self) -> ContentBook:
        ids = [rule.id for rule in rules_in(self)]
        for rule_id in ids:
            if ids.count(rule_id) > 1:
                raise ValueError(f"规则编号“{rule_id}”重复")
        return self
