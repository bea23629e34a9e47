"""A call as it came over the wire and a reply as it goes back: values, and how the one is read from bytes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from weibo_ops.kernel.clock import BEIJING
from weibo_ops.sandbox.codes import ApiError

LARGEST_BODY = 16 * 2**20
"""Bytes of a request's body that are read at all."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request.

    Attributes:
        method: upper case.
        path: as sent, without the query, percent-decoded.
        params: query and form fields together; a form field wins.
        files: uploaded parts by field name.
        body: the raw body, for the calls that send JSON.
        token: from the field ``access_token`` or the header ``Authorization: OAuth2 …``; ``""`` if absent.
        peer: address of the other end.
    """

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    body: bytes = b""
    token: str = ""
    peer: str = "127.0.0.1"

    def json(self) -> Any:
        """Return the body read as JSON.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.body)


class Ending(StrEnum):
    """How a connection goes on after the call."""

    ANSWER = "answer"
    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back.

    Attributes:
        status: HTTP status.
        body: bytes of the body.
        media_type: the header ``Content-Type``.
        location: where a redirect leads, or ``""``.
        wait: seconds that pass before anything is sent.
        ending: answered, closed without a word, or reset.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json;charset=UTF-8"
    location: str = ""
    wait: float = 0.0
    ending: Ending = Ending.ANSWER


def json_reply(value: object, status: int = 200) -> Reply:
    """Return a reply that carries a value as JSON."""
    return Reply(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def read_call(
    method: str, path: str, query: bytes, headers: dict[str, str], body: bytes, peer: str = "127.0.0.1"
) -> Call:
    """Make a call of what a server or a test transport received; ``headers`` have lower-case names.

    Raises:
        ApiError: 10018 for a body that is too long, 10008 for a multipart body that cannot be read.
    """
    if len(body) > LARGEST_BODY:
        raise ApiError(10018)
    params = _pairs(query)
    files: dict[str, bytes] = {}
    kind, _, options = headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == "application/x-www-form-urlencoded":
        params.update(_pairs(body))
    elif kind == "multipart/form-data":
        fields, files = _multipart(body, options)
        params.update(fields)
    token = params.get("access_token", "")
    if not token:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        token = given.strip() if scheme.lower() in ("oauth2", "bearer") else ""
    return Call(method.upper(), path, params, files, body, token, peer)


def _pairs(raw: bytes) -> dict[str, str]:
    """Read form encoding; bytes that are not UTF-8 become U+FFFD, as they would in a text that is published."""
    if not raw:
        return {}
    return dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace"))


def _multipart(body: bytes, options: str) -> tuple[dict[str, str], dict[str, bytes]]:
    from python_multipart import FormParser
    from python_multipart.exceptions import FormParserError

    boundary = re.search(r'boundary="?([^";]+)"?', options)
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}

    def keep_field(part: Any) -> None:
        fields[(part.field_name or b"").decode("utf-8", "replace")] = (part.value or b"").decode("utf-8", "replace")

    def keep_file(part: Any) -> None:
        part.file_object.seek(0)
        files[(part.field_name or b"").decode("utf-8", "replace")] = part.file_object.read()

    try:
        parser = FormParser(
            "multipart/form-data",
            keep_field,
            keep_file,
            boundary=boundary[1] if boundary else None,
            config={"MAX_MEMORY_FILE_SIZE": LARGEST_BODY},
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise ApiError(10008) from None
    return fields, files


def stamp(instant: float) -> str:
    """Return seconds since 1970 in the platform's form, whatever the locale: ``Tue May 31 17:46:55 +0800 2011``."""
    at = datetime.fromtimestamp(instant, BEIJING)
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:02d} {at:%H:%M:%S} +0800 {at.year}"


def iso(instant: float) -> str:
    """Return seconds since 1970 as an ISO instant in UTC, for the ledger."""
    return datetime.fromtimestamp(instant, UTC).isoformat()
