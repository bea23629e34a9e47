"""What a content check answers, and how matched words may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from config.rulebook.base import Rule, Severity, Trust


@dataclass(frozen=True)
class Hit:
    """A place ``[start, end)`` in a text that a rule points at.

    Message and suggestion never hold personal data or a matched secrecy mark in full.
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


def hit(rule: Rule, message: str, start: int, end: int, suggestion: str = "") -> tuple[Hit, ...]:
    """Return the hit of a rule, its message ending with the citation; nothing if the rule is switched off."""
    if not rule.enabled:
        return ()
    cited = f"{message}依据:{rule.citation}"
    found = Hit(rule.id, rule.severity, rule.title, cited, rule.clause, rule.source, rule.trust, start, end, suggestion)
    return (found,)


def masked(value: str, head: int, tail: int) -> str:
    """Return a value with all but its first ``head`` and last ``tail`` characters as ``*``."""
    return value[:head] + "*" * max(1, len(value) - head - tail) + value[len(value) - tail :]
