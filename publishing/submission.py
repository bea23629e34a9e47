"""Submission: what must be in order, which chain a post takes and who can sign it, and the round that begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.standards import StandardService
from config.rulebook.approval import ApprovalBook, Chain, ChainStep
from publishing.enums import Disclosure, StepState
from publishing.fingerprint import Manuscript, code_of, fingerprint
from publishing.going_out import require_account_and_time, require_files
from publishing.judging import Judge, hit_rows, is_reply, manuscript_of
from publishing.models import Post
from publishing.promises import longest_minutes
from publishing.reading import Reader, find_post
from publishing.rejudging import judge_post
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_desk import Desk, close_todos
from publishing.review_rules import StepRule, missing_signer
from publishing.schemas import PlannedStep, SubmitPreview, SubmitResult
from publishing.transitions import SUBMIT, changed_meanwhile, require_open
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.vault import Vault


@dataclass(frozen=True)
class Wanted:
    """A submission before it is stored."""

    post: Post
    manuscript: Manuscript
    reader: Reader
    chain: Chain
    reasons: tuple[str, ...]
    steps: list[StepRule]
    editors: frozenset[str]
    warnings: tuple[str, ...]
    now: datetime


class Submissions:
    """Proves that posts may be submitted and begins their rounds, inside running transactions."""

    def __init__(self, clock: Clock, standards: StandardService, judge: Judge, vault: Vault) -> None:
        self._clock = clock
        self._standards = standards
        self._judge = judge
        self._vault = vault

    def wanted(self, session: Session, actor: Actor, post_id: int, named: Mapping[str, Sequence[str]]) -> Wanted:
        """Return the chain that a post is to walk, after proving that it may be submitted; its hits are renewed.

        Args:
            session: of the running transaction.
            actor: who submits.
            post_id: the post.
            named: step name → logins of those who must sign it.

        Raises:
            NotFoundError: there is no such post, or a file of it is no longer what was put in.
            RefusedError: its state does not allow it; a hit is not explained; the 定稿栏 is incomplete; the account
                does not run; the time to go out is over; nobody is there who could sign a step.
            UsageError: a named person may not sign the step.
        """
        repository = PostRepository(session)
        post = find_post(repository, post_id)
        require_open(SUBMIT, post.state, post_id)
        now = self._clock.now()
        reader = Reader(session, self._judge, now)
        book = reader.book
        reader.require_sponsor(actor, post, book.before_sending.citation, "送审")
        manuscript = manuscript_of(repository.revision(post_id, post.revision))
        require_account_and_time(session, post, manuscript, book, now, "送审")
        _require_colophon(post, manuscript, book)
        require_files(self._vault, manuscript)
        found = judge_post(session, self._judge, post, manuscript, reader.standards, now)
        repository.replace_hits(post_id, hit_rows(post, found.hits))
        if found.stops:
            raise RefusedError(
                f"稿件{post_id}有{len(found.stops)}处检查问题未改正或说明:{found.titles}。",
                rule=book.waiver.citation,
                next_step=f"请修改正文,或逐处说明后放行:weibo-ops post show {post_id}。",
            )
        editors = frozenset({*repository.editors(post_id), *actor.persons})
        steps = _steps(reader, post, found.chain, editors, named)
        warnings = (*_staffing(reader, post, steps, editors), *_late(manuscript, found.chain, now))
        return Wanted(post, manuscript, reader, found.chain, found.reasons, steps, editors, warnings, now)

    def store(self, session: Session, actor: Actor, wanted: Wanted, version: int) -> SubmitResult:
        """Begin the round of a submission: its chain is copied into the post, the first steps open.

        Raises:
            ConflictError: somebody changed the post meanwhile.
        """
        post, chain, now = wanted.post, wanted.chain, wanted.now
        number, digests = post.round + 1, wanted.reader.standards.digests
        begun = {"round": number, "changed_at": now, "rechecked": ""}
        if not PostRepository(session).move(post.id, version, SUBMIT.sources, SUBMIT.target, begun):
            raise changed_meanwhile(post.id)
        reviews = ReviewRepository(session)
        present = fingerprint(wanted.manuscript, digests)
        reviews.add_round(
            {
                "post_id": post.id,
                "number": number,
                "revision": post.revision,
                "fingerprint": present,
                "books": digests,
                "chain_id": chain.id,
                "chain_title": chain.title,
                "chain_citation": chain.citation,
                "reasons": list(wanted.reasons),
                "submitted_by": actor.person,
                "on_behalf_of": actor.on_behalf_of,
                "submitted_at": now,
            },
            [_step_values(rule, step) for rule, step in zip(wanted.steps, chain.steps, strict=True)],
        )
        close_todos(session, post.id, now)
        round_ = reviews.current(post)
        assert round_ is not None
        desk = Desk(session, self._standards, wanted.reader, post, round_, now)
        desk.go_on()
        due = [step.due_at for step in desk.steps() if step.due_at is not None]
        details = {"round": number, "chain": chain.id, "fingerprint": present, "reasons": list(wanted.reasons)}
        audit.append(session, actor, "post.submit", str(post.id), details, now)
        return SubmitResult(
            post.id,
            number,
            code_of(present),
            chain.title,
            chain.in_words,
            wanted.reasons,
            min(due, default=None),
            wanted.warnings,
        )


def preview_of(wanted: Wanted) -> SubmitPreview:
    """Return a submission as people look at it beforehand."""
    return SubmitPreview(
        wanted.post.id,
        wanted.post.version,
        wanted.chain.title,
        wanted.chain.in_words,
        wanted.reasons,
        tuple(_planned(wanted, rule, step) for rule, step in zip(wanted.steps, wanted.chain.steps, strict=True)),
        wanted.warnings,
    )


def _planned(wanted: Wanted, rule: StepRule, step: ChainStep) -> PlannedStep:
    reviewers, unit_id = wanted.reader.reviewers, wanted.post.unit_id
    free = [person for person in reviewers.able(unit_id, rule) if person.login not in wanted.editors]
    there = {person.login: reviewers.present(person.login) for person in free}
    people = sorted(free, key=lambda person: not there[person.login])
    open_to_all = StepRule(0, 1, "", rule.role)
    return PlannedStep(
        name=rule.name,
        role=rule.role,
        mode=rule.mode,
        need=rule.wanted,
        limit=step.limit,
        people=tuple(person.name if there[person.login] else f"{person.name}(不在岗)" for person in people),
        able=tuple(
            (person.login, person.name)
            for person in reviewers.able(unit_id, open_to_all)
            if person.login not in wanted.editors
        )
        if rule.mode == "all"
        else (),
        named=rule.named,
    )


def _require_colophon(post: Post, manuscript: Manuscript, book: ApprovalBook) -> None:
    """Refuse a submission whose 定稿栏 is not in order."""
    missing = []
    if not manuscript.disclosure:
        missing.append("公开属性")
    if manuscript.content_class in book.colophon.source_classes and not manuscript.source_basis:
        missing.append("来源依据")
    if manuscript.content_class in book.colophon.secrecy_classes and not manuscript.secrecy_review:
        missing.append("保密审查")
    if manuscript.urgent and not manuscript.urgent_reason:
        missing.append("应急理由")
    if missing:
        raise RefusedError(
            f"定稿栏未填完整:{'、'.join(missing)}。",
            rule=book.colophon.citation,
            next_step=f"请补填后送审:weibo-ops post edit {post.id}。",
        )
    if manuscript.disclosure != Disclosure.PUBLIC:
        raise RefusedError(
            f"定稿栏写明“{manuscript.disclosure}”,不能在微博发布。",
            rule=book.colophon.citation,
            next_step="请核对公开属性;确不宜公开的请撤稿。",
        )
    if is_reply(manuscript) and not manuscript.reply_to:
        raise RefusedError(
            "回复类稿件须写明所答的评论。", rule=book.colophon.citation, next_step="请填写所答评论的id。"
        )


def _staffing(reader: Reader, post: Post, steps: Sequence[StepRule], editors: Iterable[str]) -> tuple[str, ...]:
    """Refuse a chain that the unit and those above it can never sign; warn of one that nobody present can."""
    barred = set(editors)
    able = {
        step.position: [p.login for p in reader.reviewers.able(post.unit_id, step) if p.login not in barred]
        for step in steps
    }
    short = missing_signer(steps, able)
    if short is not None:
        raise RefusedError(
            f"“{short.name}”没有可审签的人员(起草人不得审签,一人只签一个环节)。",
            rule=reader.book.small_office.citation,
            next_step="请由上级单位或分管领导承担该环节:为其登记审核角色后重新送审。",
        )
    present = {
        position: [login for login in logins if reader.reviewers.present(login)] for position, logins in able.items()
    }
    absent = missing_signer(steps, present)
    if absent is None:
        return ()
    return (f"“{absent.name}”今天无人在岗(请假且未委托),可能逾时:请安排受委托人,或由上级单位审签。",)


def _steps(
    reader: Reader, post: Post, chain: Chain, editors: Iterable[str], named: Mapping[str, Sequence[str]]
) -> list[StepRule]:
    unknown = [name for name in named if name not in {step.name for step in chain.steps if step.mode == "all"}]
    if unknown:
        raise UsageError(
            f"“{chain.title}”没有须全部会签的环节“{unknown[0][:20]}”。", next_step="请去掉该项,或核对环节名称。"
        )
    barred = set(editors)
    rules = []
    for position, step in enumerate(chain.steps):
        rule = StepRule(position, step.stage, step.name, step.role, step.mode, step.need)
        if step.mode == "all":
            able = {person.login for person in reader.reviewers.able(post.unit_id, StepRule(0, 1, "", step.role))}
            chosen = tuple(dict.fromkeys(named.get(step.name, ())))
            wrong = [login for login in chosen if login not in able or login in barred]
            if wrong:
                raise UsageError(
                    f"“{wrong[0][:30]}”不能会签“{step.name}”:须为{step.role}及以上,且未经手本稿。",
                    next_step=f"可选:{'、'.join(sorted(able - barred))}。",
                )
            chosen = chosen or reader.reviewers.named_by_default(post.unit_id, step.role, barred)
            rule = StepRule(position, step.stage, step.name, step.role, step.mode, len(chosen), chosen)
            if not chosen:
                raise RefusedError(
                    f"“{step.name}”没有可会签的人员。",
                    rule=reader.book.small_office.citation,
                    next_step="请指定上级单位的会签人。",
                )
        rules.append(rule)
    return rules


def _step_values(rule: StepRule, step: ChainStep) -> dict[str, object]:
    return {
        "position": rule.position,
        "stage": rule.stage,
        "name": rule.name,
        "role": rule.role,
        "mode": rule.mode,
        "need": rule.need,
        "minutes": step.minutes,
        "clock": step.clock,
        "remind_minutes": step.remind_minutes,
        "proof": step.proof,
        "telephone": step.telephone,
        "named": list(rule.named),
        "state": StepState.WAITING.value,
        "opened_at": None,
        "due_at": None,
        "done_at": None,
    }


def _late(manuscript: Manuscript, chain: Chain, now: datetime) -> tuple[str, ...]:
    minutes = longest_minutes(chain)
    if manuscript.latest_at is not None and now + timedelta(minutes=minutes) > manuscript.latest_at:
        return (f"各环节时限合计{minutes}分钟,可能赶不上最晚发布时间。",)
    return ()
