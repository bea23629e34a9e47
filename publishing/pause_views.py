"""Pauses as people see them: lists, what each holds, and the decision queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.repository.duty import DutyRepository
from accounts.repository.units import UnitRepository
from config.rulebook.delivery import DeliveryBook
from publishing.enums import PostState
from publishing.fingerprint import code_of
from publishing.judging import names_of
from publishing.models import Pause, PostRevision
from publishing.pause_rules import PauseState, goes_out_at, is_cleared, may_be_cleared, runs, state_of
from publishing.pausing import Listed, Pausing, terms_of
from publishing.reading import OPENING, Reader, find_post
from publishing.repository import PostRepository
from publishing.repository.pauses import PauseRepository
from publishing.schemas.pauses import ClearanceRow, DecisionRow, HeldRow, PauseDetail, PauseRow
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.text import shorten

BY_TIME = "到时结束"
"""Why a pause ended whose time was over."""
_ORDER = (PauseState.RUNNING, PauseState.OVER, PauseState.COMING, PauseState.ENDED)
UNSTOPPABLE = (PostState.SENDING, PostState.UNCERTAIN)
"""Whoever is here may be on the platform already."""


class PauseViews:
    """Makes views of pauses inside a running transaction."""

    def __init__(self, session: Session, reader: Reader, pausing: Pausing, book: DeliveryBook) -> None:
        self._session = session
        self._pauses = PauseRepository(session)
        self._reader = reader
        self._pausing = pausing
        self._book = book

    def rows(self, pauses: Sequence[Pause]) -> list[PauseRow]:
        """Return pauses as rows: those that run first, then those to come, then those that ended."""
        waiting = self._pauses.held_counts(pause.id for pause in pauses)
        people = names_of(
            self._session,
            (
                login
                for pause in pauses
                for login in (pause.clearer, pause.started_by, pause.on_behalf_of, pause.ended_by)
                if login
            ),
        )
        units = {unit.id: unit.name for unit in UnitRepository(self._session).all()}
        accounts = {account.id: account.screen_name for account, _ in DutyRepository(self._session).accounts()}
        rows = [
            PauseRow(
                pause_id=pause.id,
                title=pause.title,
                reason=pause.reason,
                unit=units.get(pause.unit_id, ""),
                areas=tuple(pause.areas),
                units=tuple(units.get(each, str(each)) for each in pause.unit_ids),
                accounts=tuple(accounts.get(each, str(each)) for each in pause.account_ids),
                classes=tuple(pause.classes),
                allowed=tuple(pause.allowed),
                clearer=people.get(pause.clearer, pause.clearer),
                clearer_login=pause.clearer,
                from_at=pause.from_at,
                until_at=pause.until_at,
                started_by=_by(people, pause.started_by, pause.on_behalf_of),
                started_at=pause.started_at,
                ended_by="本程序" if pause.end_reason == BY_TIME else people.get(pause.ended_by, pause.ended_by),
                ended_at=pause.ended_at,
                end_reason=pause.end_reason,
                state=state_of(terms_of(pause), self._pausing.now).value,
                waiting=waiting.get(pause.id, 0),
                version=pause.version,
            )
            for pause in pauses
        ]
        return sorted(rows, key=lambda row: _ORDER.index(PauseState(row.state)))

    def detail(self, pause: Pause) -> PauseDetail:
        """Return everything about a pause."""
        posts = PostRepository(self._session)
        clearances = self._pauses.clearances(pause.id)
        people = names_of(
            self._session, (login for each in clearances for login in (each.person, each.on_behalf_of) if login)
        )
        present = {
            post_id: self._reader.standing(find_post(posts, post_id)).fingerprint
            for post_id in {each.post_id for each in clearances}
        }
        return PauseDetail(
            row=self.rows([pause])[0],
            held=tuple(
                self.held(pause, each)
                for each in self._pauses.in_states([PostState.HELD])
                if each[0].pause_id == pause.id
            ),
            sending=self.sending(pause) if pause.ended_at is None else (),
            clearances=tuple(
                ClearanceRow(
                    post_id=each.post_id,
                    person=people.get(each.person, each.person),
                    on_behalf_of=people.get(each.on_behalf_of or "", each.on_behalf_of or ""),
                    at=each.at,
                    reason=each.reason,
                    valid=present[each.post_id] == each.fingerprint,
                )
                for each in clearances
            ),
            rule=self._book.pause.citation,
        )

    def sending(self, pause: Pause) -> tuple[HeldRow, ...]:
        """Return what a pause that has begun is about and cannot stop: it may be on the platform already."""
        if pause.from_at > self._pausing.now:
            return ()
        return tuple(
            self.held(pause, each)
            for each in self._pauses.in_states(UNSTOPPABLE)
            if self._pausing.names(pause, each[0], each[1])
        )

    def held(self, pause: Pause, found: Listed) -> HeldRow:
        """Return a post as a pause sees it."""
        post, revision, account, unit = found
        return HeldRow(
            post_id=post.id,
            account=account,
            unit=unit,
            opening=_opening(revision),
            content_class=revision.content_class,
            state=post.state,
            at=post.scheduled_at,
            allowed=may_be_cleared(terms_of(pause), revision.content_class),
            cleared=is_cleared(post.signed_fingerprint, self._pauses.cleared(pause.id, post.id)),
        )

    def queue(self, actor: Actor) -> list[DecisionRow]:
        """Return the held posts that an actor may decide on or clear, those to clear first."""
        now = self._pausing.now
        pauses = {pause.id: pause for pause in self._pauses.listed()}
        people = names_of(self._session, [pause.clearer for pause in pauses.values()])
        rows = []
        for post, revision, account, unit in self._pauses.in_states([PostState.HELD]):
            fingerprint = post.signed_fingerprint
            at = goes_out_at(post.scheduled_at or now, now)
            covering = self._pausing.all_holding(post, revision, at, fingerprint)
            first = covering[0] if covering else None
            clearable = bool(covering) and all(
                may_be_cleared(terms_of(each), revision.content_class) for each in covering
            )
            mine = clearable and first is not None and is_clearer(actor, first)
            if not mine and not self._pausing.tree.speaks_for(actor.unit_id, post.unit_id):
                continue
            taken_by = pauses.get(post.pause_id or 0)
            cleared = first is None and any(
                is_cleared(fingerprint, self._pauses.cleared(each.id, post.id))
                for each in self._pausing.open
                if runs(terms_of(each), at)
            )
            rows.append(
                DecisionRow(
                    post_id=post.id,
                    account=account,
                    unit=unit,
                    opening=_opening(revision),
                    content_class=revision.content_class,
                    at=post.scheduled_at,
                    late=post.scheduled_at is not None and post.scheduled_at <= now,
                    latest_at=revision.latest_at,
                    pause_id=post.pause_id,
                    pause=taken_by.title if taken_by is not None else "",
                    covering=first.title if first is not None else "",
                    covering_id=first.id if first is not None else None,
                    clearer=people.get(first.clearer, first.clearer) if first is not None and clearable else "",
                    clearer_login=first.clearer if first is not None and clearable else "",
                    cleared=cleared,
                    mine=mine,
                    code=code_of(fingerprint) if fingerprint else "",
                    next_step=_next_step(first, revision, people, now, clearable=clearable, cleared=cleared),
                    version=post.version,
                )
            )
        return sorted(rows, key=lambda row: not row.mine)


def is_clearer(actor: Actor, pause: Pause) -> bool:
    """Say whether an actor is the named clearer, or acts for them; who acts for another does not act for oneself."""
    return (actor.on_behalf_of or actor.person) == pause.clearer


def _opening(revision: PostRevision) -> str:
    return shorten(" ".join(revision.text.split()), OPENING)


def _by(people: dict[str, str], person: str, on_behalf_of: str | None) -> str:
    name = people.get(person, person)
    return f"{name}(代{people.get(on_behalf_of, on_behalf_of)})" if on_behalf_of else name


def _next_step(
    covering: Pause | None,
    revision: PostRevision,
    people: dict[str, str],
    now: datetime,
    *,
    clearable: bool,
    cleared: bool,
) -> str:
    if revision.latest_at is not None and revision.latest_at <= now:
        return "最晚发布时间已过,须修改或撤稿"
    if covering is None:
        return "已放行,可排期" if cleared else "可重新排期、修改或撤稿"
    if clearable:
        return f"待{people.get(covering.clearer, covering.clearer)}放行"
    return "期内不能发布,可改期、撤稿"
