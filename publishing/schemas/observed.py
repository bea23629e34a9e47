"""What the services of this package give: frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ContentHitView:
    """One place in a post that a content rule points at (positions are code points of the stored text)."""

    post_id: int
    platform_id: str
    screen_name: str
    rule_id: str
    severity: str
    title: str
    message: str
    clause: str
    source: str
    trust: str
    start: int
    end: int
    suggestion: str


@dataclass(frozen=True)
class ScanReport:
    """What a scan of observed posts did."""

    posts: int
    hits: int
    posts_with_hits: int
