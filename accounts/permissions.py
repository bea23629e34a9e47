"""Permission names of this package; services ask ``kernel.actors.require``."""

from __future__ import annotations

REGISTER_EDIT = "accounts.register.edit"
CHECK = "accounts.check"
STANDARD_INSTALL = "accounts.standard.install"
