"""Writing posts and their revisions inside running transactions: who may, in which form, checked at once.

A single post, a bulk import and a recurring column go through here, so that none skips a check.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.repository.duty import DutyRepository
from accounts.repository.people import PeopleRepository
from accounts.repository.units import unit_tree
from accounts.service.safety import find_account
from publishing.checks import CONTENT_CLASSES, GATEWAYS
from publishing.enums import Disclosure, Origin, PostState
from publishing.fingerprint import Manuscript
from publishing.going_out import require_files
from publishing.judging import Judge, hit_rows, hits_by_key, manuscript_of
from publishing.models import Post
from publishing.reading import find_post
from publishing.repository import PostRepository
from publishing.schemas import PostEntry
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.vault import Vault

LONGEST = 20_000
LONGEST_FIELD = 1_000
SPONSOR_RULE = "国办发〔2018〕123号:谁开设、谁主办"


class Drafting:
    """Adds and checks posts inside running transactions."""

    def __init__(self, clock: Clock, judge: Judge, vault: Vault) -> None:
        self._clock = clock
        self._judge = judge
        self._vault = vault

    def add(
        self, session: Session, actor: Actor, entry: PostEntry, origin: Origin, *, series_id: int | None = None
    ) -> int:
        """Add a post at 草稿 with its first revision and what the checks say to it; return its number.

        Args:
            session: of the running transaction.
            actor: who writes.
            entry: what is written.
            origin: how it came in.
            series_id: the recurring column that it is an occurrence of.

        Raises:
            NotFoundError: the account is not registered, or a file is not there.
            RefusedError: the account is not one of the actor's unit or of a unit below it.
            UsageError: class, gateway, lengths or times are not what they should be.
        """
        account = find_account(DutyRepository(session), entry.account)
        require_writer(session, actor, account.unit_id, account.screen_name)
        manuscript = manuscript_from(session, entry, account.id, actor.person)
        require_files(self._vault, manuscript)
        repository = PostRepository(session)
        now = self._clock.now()
        post_id = repository.add(
            {
                "account_id": account.id,
                "unit_id": account.unit_id,
                "state": PostState.DRAFT.value,
                "revision": 1,
                "origin": origin.value,
                "series_id": series_id,
                "created_by": actor.person,
                "created_at": now,
                "changed_at": now,
            }
        )
        post = find_post(repository, post_id)
        repository.add_revision(revision_values(post, manuscript, entry, actor, now))
        self.check(session, post)
        return post_id

    def check(self, session: Session, post: Post) -> None:
        """Put the hits of a post's present text in the place of the old ones."""
        repository = PostRepository(session)
        now = self._clock.now()
        revision = repository.revision(post.id, post.revision)
        standards = self._judge.standards(beijing_date(now))
        found = self._judge.judge(session, manuscript_of(revision), standards, now, post.id)
        repository.replace_hits(post.id, hit_rows(post, hits_by_key(revision.text, found)))


def require_writer(session: Session, actor: Actor, unit_id: int, subject: str) -> None:
    """Refuse whoever is neither of a unit nor of one above it.

    Args:
        session: of the running transaction.
        actor: who writes.
        unit_id: the unit whose account it is for.
        subject: what they want to write on, as it is named.

    Raises:
        RefusedError: they are not.
    """
    if not unit_tree(session).speaks_for(actor.unit_id, unit_id):
        raise RefusedError(
            f"{actor.name}不是“{subject}”主办单位或其上级单位的人员,不能办理。",
            rule=SPONSOR_RULE,
            next_step="请由主办单位人员办理。",
        )


def manuscript_from(session: Session, entry: PostEntry, account_id: int, person: str) -> Manuscript:
    """Return an entry as a manuscript.

    Args:
        session: of the running transaction.
        entry: what was written.
        account_id: of the account that the entry names.
        person: login of whoever wrote it, where no other originator is named.

    Raises:
        UsageError: class, gateway, lengths or times are not what they should be.
    """
    if entry.gateway not in GATEWAYS:
        raise UsageError(f"发布通道“{entry.gateway[:40]}”无法识别。", next_step=f"请从{'、'.join(GATEWAYS)}中选一种。")
    if entry.content_class not in CONTENT_CLASSES:
        raise UsageError(
            f"内容类别“{entry.content_class[:40]}”无法识别。", next_step=f"请从{'、'.join(CONTENT_CLASSES)}中选一种。"
        )
    if entry.disclosure and entry.disclosure not in set(Disclosure):
        raise UsageError(
            f"公开属性“{entry.disclosure[:40]}”无法识别。", next_step=f"请从{'、'.join(Disclosure)}中选一种。"
        )
    if "\x00" in entry.text or len(entry.text) > LONGEST:
        raise UsageError(f"正文含空字符或超过{LONGEST}字。", next_step="请核对后重试。")
    for word, value in (
        ("来源依据", entry.source_basis),
        ("保密审查", entry.secrecy_review),
        ("应急理由", entry.urgent_reason),
        ("修改说明", entry.note),
        ("拟稿人", entry.originator),
    ):
        if len(value) > LONGEST_FIELD or "\x00" in value:
            raise UsageError(f"{word}含空字符或超过{LONGEST_FIELD}字。", next_step="请精简后重试。")
    if len(entry.reply_to) > 64:
        raise UsageError("所答评论的id过长。", next_step="请核对后重试。")
    if entry.earliest_at is not None and entry.latest_at is not None and entry.latest_at <= entry.earliest_at:
        raise UsageError("最晚时间须晚于最早时间。", next_step="请核对发布时间。")
    return Manuscript(
        account_id=account_id,
        gateway=entry.gateway,
        content_class=entry.content_class,
        text=entry.text.replace("\r\n", "\n").replace("\r", "\n"),
        media=entry.media,
        earliest_at=entry.earliest_at,
        latest_at=entry.latest_at,
        reply_to=entry.reply_to.strip(),
        urgent=entry.urgent,
        urgent_reason=entry.urgent_reason.strip() if entry.urgent else "",
        disclosure=entry.disclosure,
        source_basis=entry.source_basis.strip(),
        secrecy_review=entry.secrecy_review.strip(),
        originator=_originator(session, entry.originator.strip()) or person,
    )


def _originator(session: Session, given: str) -> str:
    """Return the login of whoever wrote the text, where the name is a registered person's; else the name as given."""
    if not given:
        return ""
    people = PeopleRepository(session)
    if people.staff_by_login(given) is not None:
        return given
    named = [row.login for row, _ in people.all_staff() if row.name == given]
    return named[0] if len(named) == 1 else given


def revision_values(
    post: Post, manuscript: Manuscript, entry: PostEntry, actor: Actor, now: object
) -> dict[str, object]:
    """Return the present revision of a post as a row: what the manuscript says, who wrote it, and when."""
    values = {name: value for name, value in vars(manuscript).items() if name != "media"}
    return {
        **values,
        "media": [vars(each) for each in manuscript.media],
        "post_id": post.id,
        "number": post.revision,
        "author": actor.person,
        "on_behalf_of": actor.on_behalf_of,
        "at": now,
        "note": entry.note.strip(),
    }
