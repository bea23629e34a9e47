"""Tables of outgoing posts, their review, their delivery, and what the content checks found."""

from publishing.models.delivery import DeliveryAttempt, DeliveryWorker, DutyPresence, PostSeries
from publishing.models.pauses import Pause, PauseClearance, RelayTarget, RelayTask
from publishing.models.posts import ContentHit, HitWaiver, Post, PostHit, PostRevision, PostTemplate
from publishing.models.published import PublishedView, ReconcileMark, UnclaimedPost
from publishing.models.reviews import ProofMark, ReviewRound, ReviewStep, ReviewVerdict, SpanRemark

__all__ = [
    "ContentHit",
    "DeliveryAttempt",
    "DeliveryWorker",
    "DutyPresence",
    "HitWaiver",
    "Pause",
    "PauseClearance",
    "Post",
    "PostHit",
    "PostRevision",
    "PostSeries",
    "PostTemplate",
    "ProofMark",
    "PublishedView",
    "ReconcileMark",
    "RelayTarget",
    "RelayTask",
    "ReviewRound",
    "ReviewStep",
    "ReviewVerdict",
    "SpanRemark",
    "UnclaimedPost",
]
