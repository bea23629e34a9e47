"""The approval rule book: who signs what, in which order, within which time, and what else a signature rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from config.rulebook.accounts import rules_in
from config.rulebook.base import Book, Frozen, Looser, Rule, Severity, Stronger, Tighter

ReviewRole = Literal["初审", "复审", "终审"]
Gate = Literal["政治", "法律", "政策", "保密", "文字"]
Proof = Literal["一校", "二校", "三校"]
ReplyGrade = Literal["", "过程性答复", "一般答复", "重要答复"]
REVIEW_ROLES: tuple[str, ...] = get_args(ReviewRole)
GATES: tuple[str, ...] = get_args(Gate)
PROOFS: tuple[str, ...] = get_args(Proof)
REPLY_GRADES: tuple[str, ...] = get_args(ReplyGrade)
MOST_MINUTES = 30 * 24 * 60


@dataclass(frozen=True)
class ChainQuery:
    """What a chain is chosen by.

    Attributes:
        level: of the unit; empty if not known.
        content_class: of the post.
        urgent: whether it is an emergency publication (应急发布).
        hits: whether a check found something that a person had to explain.
        sensitive: whether it goes out on a sensitive day.
        grade: of a reply; empty for a post.
    """

    level: str = ""
    content_class: str = "日常"
    urgent: bool = False
    hits: bool = False
    sensitive: bool = False
    grade: str = ""


class When(Frozen):
    """Which posts a chain is for; an empty list and a missing value mean any."""

    levels: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    grades: tuple[ReplyGrade, ...] = ()
    urgent: bool | None = None
    hits: bool | None = None
    sensitive: bool | None = None

    def takes(self, query: ChainQuery) -> bool:
        """Say whether a post is one of these."""
        return (
            (not self.levels or query.level in self.levels)
            and (not self.classes or query.content_class in self.classes)
            and (not self.grades or query.grade in self.grades)
            and self.urgent in (None, query.urgent)
            and self.hits in (None, query.hits)
            and self.sensitive in (None, query.sensitive)
        )

    @property
    def everything(self) -> bool:
        """Whether it takes every post."""
        return self == When()


class ChainStep(Frozen):
    """A step of a chain.

    Attributes:
        name: as people call it.
        role: the role that may sign; a higher one may, too (初审 < 复审 < 终审).
        stage: steps of one stage run side by side; the next stage opens when all of it are done.
        mode: any — one of those who hold the role; all — each of those named at submission; some — ``need`` of them.
        need: how many sign where the mode is some.
        minutes: limit after the step opens.
        clock: whether the limit counts working time or every minute.
        remind_minutes: so long before the limit a reminder goes to whoever must sign.
        proof: which proof-reading must be on file for this very text; empty if none.
        telephone: whether the step may be given by telephone, the signature owed.
    """

    name: Annotated[str, Field(min_length=1, max_length=20)]
    role: Annotated[ReviewRole, Stronger(REVIEW_ROLES)]
    stage: Annotated[int, Field(ge=1, le=9)]
    mode: Annotated[Literal["any", "all", "some"], Stronger(("any", "some", "all"))] = "any"
    need: Annotated[int, Tighter.HIGHER, Field(ge=1, le=9)] = 1
    minutes: Annotated[int, Tighter.LOWER, Field(ge=1, le=MOST_MINUTES)]
    clock: Literal["wall", "working"] = "working"
    remind_minutes: Annotated[int, Field(ge=0, le=MOST_MINUTES)] = 0
    proof: Proof | Literal[""] = ""
    telephone: Annotated[bool, Tighter.FIXED] = False

    @property
    def in_words(self) -> str:
        """Who signs, e.g. ``3人中2人``."""
        return {"any": "任一人", "all": "全部会签", "some": f"{self.need}人会签"}[self.mode]

    @property
    def limit(self) -> str:
        """The limit in words."""
        return f"{self.minutes}分钟({'工作时间' if self.clock == 'working' else '自然时间'})"


class Chain(Rule):
    """A chain of steps for some posts; the first chain of the book that takes a post is its chain."""

    when: When = When()
    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_steps(self) -> Chain:
        names = [step.name for step in self.steps]
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"环节“{repeated}”重复")
        stages = [step.stage for step in self.steps]
        if stages != sorted(stages) or set(stages) != set(range(1, max(stages) + 1)):
            raise ValueError("stage 须从1起连续递增,并行的环节写同一个数")
        for step in self.steps:
            if step.mode == "some" and step.need < 2:
                raise ValueError(f"环节“{step.name}”为部分会签,need 至少为2")
        return self

    @property
    def final_rank(self) -> int:
        """How high the last signer stands: 0 初审, 1 复审, 2 终审."""
        return max(REVIEW_ROLES.index(step.role) for step in self.steps)

    @property
    def signatures(self) -> int:
        """How many signatures the chain asks for at least."""
        return self.signatures_from(0)

    def signatures_from(self, rank: int) -> int:
        """Return how many signatures the chain asks for at least of people who stand so high or higher."""
        high = (step for step in self.steps if REVIEW_ROLES.index(step.role) >= rank)
        return sum(step.need if step.mode == "some" else 1 for step in high)

    @property
    def in_words(self) -> str:
        """The chain as one line: ``初审→复审→终审``; side by side ``初审+复审→终审``."""
        stages: dict[int, list[str]] = {}
        for step in self.steps:
            stages.setdefault(step.stage, []).append(step.name)
        return "→".join("+".join(names) for names in stages.values())


class ColophonRule(Rule):
    """Which classes need a source in the 定稿栏, and that every post says whether it may be public."""

    source_classes: Annotated[tuple[str, ...], Tighter.SUPERSET] = ()
    secrecy_classes: Annotated[tuple[str, ...], Tighter.SUPERSET] = ()


class WaiverRule(Rule):
    """How a hit may be let through.

    Attributes:
        never: beginnings of the ids of rules whose hits nobody lets through.
    """

    never: Annotated[tuple[str, ...], Tighter.SUPERSET] = ()


class OwedRule(Rule):
    """Within how many working days a signature that was given by telephone is made good."""

    days: Annotated[int, Tighter.LOWER, Field(ge=1, le=10)]


class UrgentRule(Rule):
    """Emergency publication; ``roles``: who may declare it."""

    roles: Annotated[tuple[str, ...], Tighter.SUBSET] = ()


class ReplyGrades(Frozen):
    """By what a reply is graded: words of stability, law, leaders, and whether figures make it important."""

    important_words: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Tighter.SUPERSET]
    figures: Annotated[bool, Tighter.TRUE] = True


class RecheckSection(Frozen):
    """How far a changed list looks back at what went out."""

    days: Annotated[int, Tighter.HIGHER, Field(ge=0, le=366)]


class ApprovalBook(Book):
    """The approval rule book.

    Attributes:
        before_sending: 先审后发.
        gates: the five gates are passed at every step.
        proofs: three proof-readings; ``proofs_merged``: a small unit lets one person do them at one time.
        separation: who writes does not sign, who signed does not sign again, deputies included.
        small_office: where a unit has too few people, the superior unit or the leader in charge signs.
        outsourced: who writes under a contract drafts and never signs.
        fingerprint: a signature holds for one text.
        escalation: what is not signed in time goes to the next higher role.
    """

    book: Literal["approval"]
    before_sending: Rule
    gates: Rule
    proofs: Rule
    proofs_merged: Annotated[bool, Tighter.FIXED] = False
    separation: Rule
    small_office: Rule
    outsourced: Rule
    fingerprint: Rule
    escalation: Rule
    colophon: ColophonRule
    waiver: WaiverRule
    off_system: Rule
    owed: OwedRule
    urgent: UrgentRule
    replies: ReplyGrades
    recheck: RecheckSection
    chains: Annotated[tuple[Chain, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_chains(self) -> ApprovalBook:
        ids = [rule.id for rule in rules_in(self)]
        if repeated := next((rule_id for rule_id in ids if ids.count(rule_id) > 1), None):
            raise ValueError(f"规则编号“{repeated}”重复")
        active = [chain for chain in self.chains if chain.enabled]
        if not active or not active[-1].when.everything:
            raise ValueError("最后一条审批链须启用且不带条件,否则有的稿件无链可走")
        if not all(chain.enabled for chain in self.chains if chain.when.everything):
            raise ValueError("不带条件的审批链须启用")
        for query in queries(self):
            if query.urgent:
                calm = self.chain_for(_calm(query))
                chain = self.chain_for(query)
                if chain.final_rank < calm.final_rank:
                    raise ValueError(
                        f"应急发布的审批链“{chain.title}”终签人低于平时的“{calm.title}”,应急只可加快,不可降低签发层级"
                    )
        return self

    def chain_for(self, query: ChainQuery) -> Chain:
        """Return the chain of a post: the first enabled one that takes it."""
        return next(chain for chain in self.chains if chain.enabled and chain.when.takes(query))

    def looser_in(self, lower: Book) -> Iterator[Looser]:
        """Yield the chains of ``lower`` that for some post are weaker: fewer or lower signers, or longer limits."""
        if not isinstance(lower, ApprovalBook):
            return
        told: set[tuple[str, str]] = set()
        for query in queries(self, lower):
            above, below = self.chain_for(query), lower.chain_for(query)
            if (above.id, below.id) in told:
                continue
            told.add((above.id, below.id))
            weaker = _weaker(above, below)
            if weaker is not None:
                yield Looser(("chains", lower.chains.index(below), "steps"), *weaker, above)


def _weaker(above: Chain, below: Chain) -> tuple[str, str] | None:
    """Return in words how a chain is weaker than the one above: by its signers, or by the limit of a step."""
    if any(below.signatures_from(rank) < above.signatures_from(rank) for rank in range(len(REVIEW_ROLES))):
        return above.in_words, below.in_words
    for step in below.steps:
        # A step that the chain above does not have is held to the longest limit there.
        peers = [each for each in above.steps if each.role == step.role] or list(above.steps)
        if not any(_holds(step, each) for each in peers):
            longest = max(peers, key=lambda each: (each.clock == "working", each.minutes))
            return f"{longest.name}{longest.limit}", f"{step.name}{step.limit}"
    return None


def _holds(step: ChainStep, above: ChainStep) -> bool:
    """Whether a limit runs out no later than another: minutes of work take at least as many on the wall."""
    return step.minutes <= above.minutes and (step.clock == "wall" or above.clock == "working")


def queries(*books: ApprovalBook) -> Iterator[ChainQuery]:
    """Yield every kind of post that the chains of some books tell apart."""
    whens = [chain.when for book in books for chain in book.chains]
    levels = {"", *(level for when in whens for level in when.levels)}
    classes = {"日常", *(name for when in whens for name in when.classes)}
    flags = (False, True)
    for level, name, urgent, hits, sensitive, grade in product(
        sorted(levels), sorted(classes), flags, flags, flags, REPLY_GRADES
    ):
        yield ChainQuery(level, name, urgent, hits, sensitive, grade)


def _calm(query: ChainQuery) -> ChainQuery:
    return ChainQuery(query.level, query.content_class, False, query.hits, query.sensitive, query.grade)


def severity_blocks(severity: str) -> bool:
    """Say whether a hit of a severity must be explained before the text goes on."""
    return severity != Severity.ADVICE
