"""Values of certification on file, the matrix of accounts, and the answer to “is this account real?”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class CertificationRow:
    """The certification of an account on file beside what the platform shows."""

    account_id: int
    account: str
    unit: str
    kind: str
    text: str
    certified_on: date | None
    expires_on: date | None
    reviewed_on: date | None
    reviewed_by: str
    documents: tuple[str, ...]
    shown: str
    shown_at: datetime | None
    drift: bool
    version: int


@dataclass(frozen=True)
class MatrixRow:
    """A unit and its accounts by platform: name, with the state where it is not 正常运行; empty where it has none."""

    unit: str
    depth: int
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verification:
    """The answer on an account: what it is, and what the register says of it.

    Attributes:
        verdict: 已登记, 曾用名, 已注销, 疑似仿冒 or 未登记.
        account: the registered account meant.
        remark: one sentence.
    """

    asked: str
    verdict: str
    account: str
    unit: str
    platform: str
    status: str
    certification: str
    remark: str
