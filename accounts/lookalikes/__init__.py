"""Suspected impostors (疑似仿冒账号): names that look like those of registered accounts."""

from __future__ import annotations

from accounts.lookalikes.matching import THRESHOLD, Candidate, Index, Match, RegisteredName, best_match, plain_form

__all__ = ["THRESHOLD", "Candidate", "Index", "Match", "RegisteredName", "best_match", "plain_form"]
