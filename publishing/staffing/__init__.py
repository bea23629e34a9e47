"""Who will be there to sign: chains and hours of duty walked in advance. Pure."""

from __future__ import annotations

from publishing.staffing.crew import Crew, Deputy, Hand, Member
from publishing.staffing.seats import (
    Limit,
    Reckon,
    Seat,
    blind_spots,
    deadlines,
    last_start,
    opening,
    staffed,
    unstaffed,
)
from publishing.staffing.words import DutyPlan, PostPlan, Step, duty_gaps, post_gaps

__all__ = [
    "Crew",
    "Deputy",
    "DutyPlan",
    "Hand",
    "Limit",
    "Member",
    "PostPlan",
    "Reckon",
    "Seat",
    "Step",
    "blind_spots",
    "deadlines",
    "duty_gaps",
    "last_start",
    "opening",
    "post_gaps",
    "staffed",
    "unstaffed",
]
