"""Values of certification on file, the matrix of accounts, and the answer to “is this account real?”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True)
class CertificationRow:
    """The certification of an account on file beside what the platform shows.

    Attributes:
        entered_by: who put it on file as it stands, on ``entered_on``.
        shown: the certification as the platform shows it; empty if it was not observed.
        shown_at: when it was observed.
        differences: what differs, 项目:登记 / 平台; ``drift`` says whether anything does.
    """

    account_id: int
    account: str
    unit: str
    platform: str
    kind: str
    text: str
    certified_on: date | None
    expires_on: date | None
    entered_on: date | None
    entered_by: str
    reviewed_on: date | None
    reviewed_by: str
    documents: tuple[str, ...]
    shown: str
    shown_at: datetime | None
    differences: tuple[str, ...]
    drift: bool
    version: int


@dataclass(frozen=True)
class MatrixCell:
    """An account of a unit on a platform."""

    account_id: int
    name: str
    kind: str
    status: str


@dataclass(frozen=True)
class MatrixRow:
    """A unit and its accounts by platform, cancelled ones aside; a platform without any stands for a gap.

    ``cells`` are (platform, accounts) in the order of `accounts.enums.Platform`.
    """

    unit: str
    depth: int
    cells: tuple[tuple[str, tuple[MatrixCell, ...]], ...]


class Verdict(StrEnum):
    """What the register says of an account that somebody asks for."""

    REGISTERED = "已登记"
    FORMER = "曾用名"
    CANCELLED = "已注销"
    LOOK_ALIKE = "疑似仿冒"
    UNKNOWN = "未登记"
    UNREAD = "无法识别"


@dataclass(frozen=True)
class Verification:
    """The answer on an account: what it is, and what the register says of it.

    Attributes:
        verdict: one of `Verdict`.
        account: the registered account meant.
        certification: as the platform shows it, else as it is on file; of the one asked for, if it is a look-alike.
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
