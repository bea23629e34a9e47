"""Every query of this package, one module per theme."""

from __future__ import annotations

from publishing.repository.observed import PublishingRepository
from publishing.repository.pauses import PauseRepository
from publishing.repository.posts import PostRepository
from publishing.repository.reviews import ReviewRepository

__all__ = ["PauseRepository", "PostRepository", "PublishingRepository", "ReviewRepository"]
