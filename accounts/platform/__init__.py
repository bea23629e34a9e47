"""The platform's HTTP interface: client, error classes, call budget, authorisation, secrets at rest.

The only room that knows httpx. Importing this package loads the standard library alone.
"""

from __future__ import annotations

from accounts.platform.errors import ErrorClass, PlatformError, classify

__all__ = ["ErrorClass", "PlatformError", "classify"]
