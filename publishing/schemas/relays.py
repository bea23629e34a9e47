"""Values of relay tasks: what is entered, and how far each account is. No count of likes or readers is among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RelayEntry:
    """A relay task as entered.

    Attributes:
        kind: 必转 (the very post of another account) or 联动 (an own one of the same matter).
        title: what it is called.
        basis: whose order, with its date or number.
        due_at: by when.
        shared_text: the common line (统一口径) that drafts begin from; 必转 needs it.
        source_link: address of the post to be relayed; 必转 needs it.
        content_class: of the drafts; empty takes 转载 for 必转 and 日常 for 联动.
        accounts: names, uids or ``#numbers``.
        unit: name of a unit whose running accounts, with those of the units below it, are all asked.
    """

    kind: str
    title: str
    basis: str
    due_at: datetime
    shared_text: str = ""
    source_link: str = ""
    content_class: str = ""
    accounts: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class RelayRow:
    """A task in a list.

    Attributes:
        unit: who gave it.
        total, done, late, excused, overdue: accounts; see `publishing.relay_rules.Tally`.
        open: nobody has closed it.
    """

    task_id: int
    kind: str
    title: str
    unit: str
    due_at: datetime
    total: int
    done: int
    late: int
    excused: int
    overdue: int
    open: bool
    version: int

    @property
    def progress(self) -> str:
        """How far it is, in words: ``3/5`` of those that must."""
        return f"{self.done}/{self.total - self.excused}"


@dataclass(frozen=True)
class RelayTargetRow:
    """One account of a task.

    Attributes:
        state: 待办 办理中 已回执 说明不转.
        post_id, post_state: the post of this program that is to fulfil it; None and empty where there is none.
        link: of the receipt.
        done_at: when it was posted, as far as is known; else when the receipt came in.
        late: after the time; ``overdue``: nothing yet, and the time is over.
        checked: the post was seen on the platform.
        reason: why it is excused.
        mine: the account is of the asking person's unit or of one below it.
    """

    account: str
    account_id: int
    unit: str
    state: str
    post_id: int | None
    post_state: str
    link: str
    done_at: datetime | None
    done_by: str
    late: bool
    overdue: bool
    checked: bool
    reason: str
    mine: bool


@dataclass(frozen=True)
class RelayDetail:
    """Everything about a task."""

    row: RelayRow
    basis: str
    shared_text: str
    source_link: str
    content_class: str
    issued_by: str
    issued_at: datetime
    closed_by: str
    closed_at: datetime | None
    targets: tuple[RelayTargetRow, ...]
    rule: str


@dataclass(frozen=True)
class RelayJoined:
    """What joining did: the draft, and the task as it stands then."""

    post_id: int
    detail: RelayDetail
