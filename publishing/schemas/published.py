"""What receipts and reconciliation give: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from publishing.checks import Medium


@dataclass(frozen=True)
class CopyView:
    """What a person posts in the official client.

    Attributes:
        text: exactly what was signed.
        media: pictures and videos in order; their files lie in the evidence store under ``files``.
        files: path of each medium.
        code: 稿件校验码 of what was signed.
        latest: the last instant at which it may still be posted.
        receipt_due: by when the receipt is entered.
        reply_to: platform id of the comment that is answered; empty for a post.
    """

    post_id: int
    account: str
    uid: str
    gateway: str
    text: str
    media: tuple[Medium, ...]
    files: tuple[str, ...]
    code: str
    latest: datetime | None
    receipt_due: datetime | None
    reply_to: str = ""


@dataclass(frozen=True)
class ReceiptView:
    """A receipt as it was entered.

    Attributes:
        platform_id, link: of the post on the platform; a reply to a comment has no number.
        checked: the text on the platform was compared with what was signed.
        difference: where it first differs; empty where it does not, or nobody has seen it.
        flags: what somebody looks into: 超过最晚发布时间, 暂停发布期间 and the like.
    """

    post_id: int
    state: str
    platform_id: str
    link: str
    published_at: datetime
    checked: bool
    difference: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwedReceipt:
    """A post that a person sends whose receipt is owed, or whose receipt nobody has compared.

    Attributes:
        kind: 待登记回执 or 回执待核对.
        since: when it was handed over, or posted.
        due_at: by when the receipt is entered; None for one that is to be compared.
        keeper: who was asked.
    """

    post_id: int
    version: int
    account: str
    unit: str
    state: str
    kind: str
    opening: str
    since: datetime | None
    due_at: datetime | None
    overdue: bool
    keeper: str
    link: str
    reason: str


@dataclass(frozen=True)
class UnclaimedRow:
    """A post on an account that this program did not send, and what became of it.

    Attributes:
        state: 待认领, 已认领待核对, 已认领, 疑似账号被盗, 已排除.
        overdue: nobody claimed it in time.
        author, signer: names of who wrote and signed it, as entered afterwards.
        like: a post of this program with the same text, as “稿件3(已排期)”; empty where there is none.
        checklist_id: card for a stolen account that was opened for it.
    """

    unclaimed_id: int
    account: str
    account_id: int
    unit: str
    platform_id: str
    link: str
    published_at: datetime
    text: str
    state: str
    found_at: datetime
    due_at: datetime
    overdue: bool
    author: str
    signer: str
    signed_at: datetime | None
    handled_by: str
    note: str
    checked_by: str
    checklist_id: int | None
    like: str = ""


@dataclass(frozen=True)
class ReconcileReport:
    """What a comparison of accounts with what was sent found, in numbers of posts.

    Attributes:
        accounts: looked at.
        calls: made to the platform.
        observed: posts stored that were not known.
        counts: posts whose counts are newer now.
        unclaimed: newly 待认领.
        suspected: newly 疑似账号被盗.
        confirmed: receipts compared and found to be as signed.
        bound: posts that a person sent, found without their receipt.
        edited, vanished: newly noted.
        skipped: account and why it could not be looked at.
    """

    accounts: int = 0
    calls: int = 0
    observed: int = 0
    counts: int = 0
    unclaimed: int = 0
    suspected: int = 0
    confirmed: int = 0
    bound: int = 0
    edited: int = 0
    vanished: int = 0
    skipped: tuple[tuple[str, str], ...] = field(default=())

    def __add__(self, other: ReconcileReport) -> ReconcileReport:
        """Return two comparisons as one."""
        numbers = {name: value + getattr(other, name) for name, value in vars(self).items() if name != "skipped"}
        return ReconcileReport(**numbers, skipped=self.skipped + other.skipped)

    @property
    def in_words(self) -> str:
        """What was found, in Chinese; empty if nothing was."""
        parts = (
            (self.observed, "新见微博{}条"),
            (self.bound, "补登回执{}件"),
            (self.confirmed, "核对回执{}件"),
            (self.unclaimed, "待认领{}条"),
            (self.suspected, "疑似账号被盗{}条"),
            (self.edited, "与签发稿不一致{}件"),
            (self.vanished, "已不可见{}件"),
        )
        return ",".join(words.format(number) for number, words in parts if number)


@dataclass(frozen=True)
class MarkRow:
    """From when on every post of an account must be one of ours."""

    account_id: int
    account: str
    since: datetime
    looked_at: datetime | None
