"""Permission names of this package; services ask ``kernel.actors.require``."""

from __future__ import annotations

RUN = "evaluation.run"
