"""What a content check answers, by which key a hit is known again, and how matched words may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from config.rulebook.base import Rule, Severity, Trust
from weibo_ops.kernel.ids import digest

_ENDS = "。！？!?\n"
"""What ends a sentence."""


@dataclass(frozen=True)
class Hit:
    """A place ``[start, end)`` in a text that a rule points at.

    Message and suggestion never hold personal data, a matched secrecy mark or a sensitive word.

    Attributes:
        rule_id, severity, title, clause, source, trust: of the rule.
        message: what is wrong, ending with the citation.
        start, end: characters of the text; both 0, or the whole text, where the hit is about no single place.
        suggestion: what to do; may be empty.
        about: what the hit turns on beside the place: the other post's reference, the list; may be empty.
    """

    rule_id: str
    severity: Severity
    title: str
    message: str
    clause: str
    source: str
    trust: Trust
    start: int
    end: int
    suggestion: str
    about: str = ""


def hit(rule: Rule, message: str, start: int, end: int, suggestion: str = "", about: str = "") -> tuple[Hit, ...]:
    """Return the hit of a rule, its message ending with the citation; nothing if the rule is switched off."""
    if not rule.enabled:
        return ()
    cited = f"{message}依据:{rule.citation}"
    found = Hit(
        rule.id, rule.severity, rule.title, cited, rule.clause, rule.source, rule.trust, start, end, suggestion, about
    )
    return (found,)


def hit_key(text: str, hit: Hit) -> str:
    """Return the key by which a waiver names a hit: the same after edits elsewhere in the text.

    It rests on the rule, the sentence around the place, where in it the matched characters stand among their like, and
    ``about``: what was let through of one person or event is not let through in a sentence on another. A hit on the
    text as a whole is known by rule and ``about`` alone.

    Returns:
        64 hex digits.
    """
    whole = hit.start == 0 and hit.end >= len(text)
    if whole or hit.start == hit.end:
        return digest([hit.rule_id, hit.about])
    begin = max((place + 1 for end in _ENDS if (place := text.rfind(end, 0, hit.start)) >= 0), default=0)
    stop = min((place for end in _ENDS if (place := text.find(end, hit.end)) >= 0), default=len(text))
    sentence, matched = text[begin:stop], text[hit.start : hit.end]
    among = (text.count(sentence, 0, begin), text.count(matched, begin, hit.start))
    return digest([hit.rule_id, sentence.strip(), matched, *among, hit.about])


def masked(value: str, head: int, tail: int) -> str:
    """Return a value with all but its first ``head`` and last ``tail`` characters as ``*``."""
    return value[:head] + "*" * max(1, len(value) - head - tail) + value[len(value) - tail :]
