"""Every table, once: importing this module fills the metadata that migrations and tests compare with."""

from __future__ import annotations

import accounts.models
import evaluation.models
import publishing.models
import sentiment.models
from weibo_ops.kernel import audit, db, events, todos

HEAD = "0006"
"""The newest migration; a test holds it equal to alembic's own answer."""

metadata = db.Base.metadata

__all__ = ["HEAD", "metadata"]

_REGISTERED = (accounts.models, publishing.models, sentiment.models, evaluation.models, audit, events, todos)
