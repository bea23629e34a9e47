"""Values of outgoing posts: what is entered, what the desks show, what a signature rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from publishing.checks import Medium, Neighbour
from publishing.enums import Channel, Verdict


@dataclass(frozen=True)
class PostEntry:
    """A post as it is written; an edit gives all of it.

    Attributes:
        account: name, uid or ``#number`` of the account.
        gateway: manual, commercial, share or comment.
        content_class: 日常 政策 解读 突发 辟谣 领导活动 回复 公告 转载.
        media: files that are in the evidence store already (`publishing.service.DraftService.attach`).
        earliest_at, latest_at: not before, and not after; None leaves it open.
        reply_to: platform id of the comment answered.
        urgent, urgent_reason: emergency publication (应急发布) and why.
        disclosure: 主动公开, 依申请公开 or 不予公开; asked for at submission.
        source_basis, secrecy_review: 来源依据 and 保密审查结论.
        originator: login or name of who wrote it; empty: the person who enters it.
        note: why it was changed.
    """

    account: str
    text: str
    content_class: str = "日常"
    gateway: str = "manual"
    media: tuple[Medium, ...] = ()
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    reply_to: str = ""
    urgent: bool = False
    urgent_reason: str = ""
    disclosure: str = ""
    source_basis: str = ""
    secrecy_review: str = ""
    originator: str = ""
    note: str = ""


@dataclass(frozen=True)
class HitView:
    """A hit of the checks on the present text; ``number`` counts from 1 in the order of place.

    ``blocks`` says that it stops the text until it is changed or let through; ``waivable`` that a person may let it
    through; ``waived_by`` and ``waiver_reason`` are empty until somebody did.
    """

    number: int
    key: str
    rule_id: str
    severity: str
    title: str
    message: str
    suggestion: str
    start: int
    end: int
    blocks: bool
    waivable: bool
    waived_by: str = ""
    waiver_reason: str = ""
    waived_at: datetime | None = None


@dataclass(frozen=True)
class RevisionView:
    """What the post said at one time, and who wrote it (names of people, not logins)."""

    number: int
    account: str
    gateway: str
    content_class: str
    text: str
    media: tuple[Medium, ...]
    earliest_at: datetime | None
    latest_at: datetime | None
    reply_to: str
    urgent: bool
    urgent_reason: str
    disclosure: str
    source_basis: str
    secrecy_review: str
    originator: str
    author: str
    on_behalf_of: str
    at: datetime
    note: str


@dataclass(frozen=True)
class VerdictView:
    """One verdict: who, for whom, how, with which remark; ``valid``: it stands on the present text and counts.

    ``owed``: given by telephone, the signature not yet made good; ``unchecked``: on paper, not yet compared by a second
    person.
    """

    verdict_id: int
    verdict: str
    person: str
    name: str
    on_behalf_of: str
    unit: str
    channel: str
    gates: tuple[str, ...]
    remark: str
    at: datetime
    recorded_by: str
    checked_by: str
    scan: str
    owed: bool
    owed_until: datetime | None
    settled_at: datetime | None
    unchecked: bool
    valid: bool

    @property
    def denied(self) -> bool:
        """Whether it was told of by telephone and the signer says that it was never given."""
        return self.channel == Channel.TELEPHONE and self.verdict == Verdict.MISMATCH

    @property
    def word(self) -> str:
        """The verdict as people call it."""
        return "拒绝补签" if self.denied else self.verdict


@dataclass(frozen=True)
class StepView:
    """A step of a round with its verdicts; ``waiting_for`` are names of who may sign it now."""

    position: int
    stage: int
    name: str
    role: str
    mode: str
    need: int
    named: tuple[str, ...]
    limit: str
    proof: str
    telephone: bool
    state: str
    opened_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    overdue: bool
    verdicts: tuple[VerdictView, ...]
    waiting_for: tuple[str, ...]


@dataclass(frozen=True)
class RoundView:
    """One submission with its chain; ``books`` maps the standards it was judged by to their digests."""

    number: int
    revision: int
    fingerprint: str
    code: str
    chain_title: str
    chain_citation: str
    reasons: tuple[str, ...]
    books: dict[str, str]
    submitted_by: str
    submitted_at: datetime
    ended_at: datetime | None
    outcome: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class ProofView:
    """A proof-reading; ``valid``: of the present text."""

    proof: str
    person: str
    on_behalf_of: str
    at: datetime
    note: str
    valid: bool


@dataclass(frozen=True)
class RemarkView:
    """A remark on a place of a revision."""

    remark_id: int
    revision: int
    start: int
    end: int
    quote: str
    text: str
    person: str
    at: datetime
    settled_by: str
    settled_at: datetime | None


@dataclass(frozen=True)
class DeskRow:
    """A post in a list: drafting desk, review desk, search.

    Attributes:
        opening: the beginning of the text on one line.
        step: names of the open steps, joined by ``+``; empty when none is open.
        due_at: the soonest limit of an open step.
        blocking: hits that stop it; ``advice``: other hits.
        owed: signatures owed.
        void: a signed post whose signature no longer holds.
        mine: whether the asking person may take an open step now (False where nobody asked).
    """

    post_id: int
    account: str
    unit: str
    unit_id: int
    state: str
    content_class: str
    urgent: bool
    opening: str
    revision: int
    author: str
    changed_at: datetime
    earliest_at: datetime | None
    latest_at: datetime | None
    step: str
    due_at: datetime | None
    overdue: bool
    blocking: int
    advice: int
    owed: int
    void: bool
    mine: bool
    version: int


@dataclass(frozen=True)
class PostDetail:
    """Everything about one post.

    Attributes:
        row: as in lists.
        current: the present revision; ``revisions`` are all of them, the oldest first.
        fingerprint, code: of the present text under the standards in force.
        signed_text: text of the last revision that was signed; None if none ever was.
        valid: the chain is complete on this very text.
        why_void: why a signature that was given does not hold; empty if it does or none was given.
        acts: names of the acts that are open (`publishing.transitions`).
        editors: logins of everybody who wrote on it.
        plain: the plain-language measure in words.
    """

    row: DeskRow
    current: RevisionView
    revisions: tuple[RevisionView, ...]
    hits: tuple[HitView, ...]
    rounds: tuple[RoundView, ...]
    proofs: tuple[ProofView, ...]
    remarks: tuple[RemarkView, ...]
    fingerprint: str
    code: str
    signed_text: str | None
    valid: bool
    why_void: str
    acts: tuple[str, ...]
    editors: tuple[str, ...]
    length: int
    length_limit: int


@dataclass(frozen=True)
class SubmitResult:
    """What a submission did: the chain, why it, and what may go wrong (nobody there to sign, limits over a holiday)."""

    post_id: int
    round: int
    code: str
    chain_title: str
    chain: str
    reasons: tuple[str, ...]
    first_due_at: datetime | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class PlannedStep:
    """A step of the chain that a submission would open.

    Attributes:
        people: names of who may sign it, those who are there first; an absent one is marked.
        able: login and name of who may be named, where all of the named must sign; empty otherwise.
        named: logins that are named unless others are.
    """

    name: str
    role: str
    mode: str
    need: int
    limit: str
    people: tuple[str, ...]
    able: tuple[tuple[str, str], ...]
    named: tuple[str, ...]


@dataclass(frozen=True)
class SubmitPreview:
    """What a submission would do: the chain, why it, who may sign, and what may go wrong. Nothing is stored."""

    post_id: int
    version: int
    chain_title: str
    chain: str
    reasons: tuple[str, ...]
    steps: tuple[PlannedStep, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class OwedRow:
    """A signature owed: given by telephone, to be made good until ``owed_until``; or on paper and not yet compared."""

    post_id: int
    verdict_id: int
    account: str
    opening: str
    step: str
    kind: str
    person: str
    name: str
    recorded_by: str
    at: datetime
    owed_until: datetime | None
    overdue: bool
    code: str


@dataclass(frozen=True)
class SheetView:
    """What the 审签单 says, ready for `publishing.sheet`; ``versions`` maps the standards of the round to theirs."""

    post: PostDetail
    unit: str
    printed_at: datetime
    printed_by: str
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TemplateEntry:
    """A template as entered; ``holding`` makes it an approved line for holding replies, which must say until when."""

    unit: str
    title: str
    text: str
    content_class: str = "日常"
    holding: bool = False
    source_basis: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class TemplateRow:
    """A template; an approved line holds once ``approved_by`` is set and until it expires."""

    template_id: int
    unit: str
    title: str
    text: str
    content_class: str
    holding: bool
    source_basis: str
    valid_until: date | None
    owner: str
    approved_by: str
    expired: bool
    retired: bool
    version: int


@dataclass(frozen=True)
class RecheckReport:
    """What looking again by new standards did: how many waited, which were taken back for review, which went out."""

    waiting: int
    reopened: tuple[int, ...]
    published: int
    published_hits: int


@dataclass(frozen=True)
class StaffingGap:
    """A step that nobody can sign in time, or an hour of duty at which nobody could sign what is urgent.

    Attributes:
        post_id: the post; None for an hour of duty.
        account: of the post; empty for an hour of duty.
        day: the Beijing day on which it should be signed, or on which the hour begins.
        step: names of the steps.
        reason: who might sign and why none of them does.
        unit: whose account or whose duty it is.
        until: by when it should be signed; None for an hour of duty, or where the limit is not known.
        next_step: what to do.
        rule: the clause it rests on.
    """

    post_id: int | None
    account: str
    day: date
    chain: str
    step: str
    reason: str
    unit: str = ""
    until: datetime | None = None
    next_step: str = ""
    rule: str = ""


class ReplySource(Protocol):
    """Gives what the office's accounts answered; the package that hears the public implements it."""

    def recent_replies(self, account_ids: Collection[int], since: datetime) -> Sequence[Neighbour]:
        """Return the replies of some accounts since an instant, the newest first, at most a few hundred."""
        ...
