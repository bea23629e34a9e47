"""What is said of a chain that nobody will be there to sign: why, what to do next, and the clause. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.rulebook.approval import ApprovalBook
from publishing.review_rules import Signature, StepRule
from publishing.schemas import StaffingGap
from publishing.staffing.crew import Crew, Hand
from publishing.staffing.seats import Limit, Seat, blind_spots, opening, unstaffed
from publishing.staffing.spans import Spans, meets
from weibo_ops.kernel.clock import beijing, beijing_date, format_beijing

PEOPLE_NAMED = 6
STRETCHES_NAMED = 3


@dataclass(frozen=True)
class Step:
    """A step that is still to be signed.

    Attributes:
        rule, limit: of the step.
        able: logins of those whose role and unit let them sign it, the nearest first.
        recorders: logins of those who may take a call about it; empty where it is not given by telephone.
        given: the signatures it has.
    """

    rule: StepRule
    limit: Limit
    able: tuple[str, ...]
    recorders: tuple[str, ...] = ()
    given: tuple[Signature, ...] = ()

    def seats(self, crew: Crew, until: datetime, editors: frozenset[str], signed: frozenset[str]) -> list[Seat]:
        """Return a seat for each signature that the step still asks for; one that nobody may take has no hands."""

        def hands(logins: Sequence[str]) -> tuple[Hand, ...]:
            known = [login for login in logins if login in crew.members]
            return crew.hands(known, editors=editors, signed=signed, by_telephone=self.recorders)

        if self.rule.mode == "all":
            left = [login for login in self.rule.named if login not in {each.holder for each in self.given}]
            # Whoever must sign in person signs for nobody else in the same step.
            each_own = [
                tuple(hand for hand in hands([login]) if not hand.persons & {*self.rule.named} - {login})
                if login in self.able
                else ()
                for login in left
            ]
            wanted = each_own or ([] if self.rule.named else [()])
        else:
            missing = self.rule.wanted - len({each.person for each in self.given})
            wanted = [hands(self.able)] * max(0, missing)
        return [Seat(self.rule.position, self.rule.stage, until, each) for each in wanted]


@dataclass(frozen=True)
class PostPlan:
    """A post with what is still to be signed of it.

    Attributes:
        until: by when each step must be signed; None: the limit enters the year ``unknown_year`` without a calendar.
        start: when the first of the steps is open.
        latest: the post's latest time.
        editors: logins of everybody who wrote on it.
        signed: logins of those whose signature it has.
    """

    post_id: int
    account: str
    unit: str
    chain: str
    steps: tuple[Step, ...]
    until: tuple[datetime | None, ...]
    start: datetime
    latest: datetime | None
    editors: frozenset[str]
    signed: frozenset[str] = frozenset()
    unknown_year: int = 0


@dataclass(frozen=True)
class DutyPlan:
    """The chain that an urgent post of a unit would walk, and the hours at which that must be possible."""

    unit: str
    chain: str
    steps: tuple[Step, ...]
    hours: Spans
    rule: str


def post_gaps(plan: PostPlan, crew: Crew, book: ApprovalBook, now: datetime) -> Iterator[StaffingGap]:
    """Yield the steps of a post that will not be signed in time."""
    if not plan.steps:
        return
    if plan.latest is not None and plan.latest <= now:
        reason = f"最晚发布时间{format_beijing(plan.latest)}已过"
        yield _gap(plan, plan.steps[0], plan.latest, reason, "请修改发布时间,或撤稿", book.before_sending.citation)
        return
    seats: list[Seat] = []
    for step, until in zip(plan.steps, plan.until, strict=True):
        if until is None:
            year = plan.unknown_year
            reason = f"{year}年的节假日和调休安排尚未收录,期限待定"
            advice = f"请标准管理员在应答标准的工作日历中补充{year}年的安排"
            yield _gap(plan, step, None, reason, advice, book.before_sending.citation)
            break
        seats += step.seats(crew, until, plan.editors, plan.signed)
    early = unstaffed(seats, now)
    for position in unstaffed(seats, plan.start):
        step = next(each for each in plan.steps if each.rule.position == position)
        until = next(seat.until for seat in seats if seat.step == position)
        reason, advice, rule = _why(plan, step, seats, until, crew, book)
        if position not in early:
            advice += f";或者早于{format_beijing(plan.start)}送审,现有人员可以按时签完"
        yield _gap(plan, step, until, reason, advice, rule)


def _gap(plan: PostPlan, step: Step, until: datetime | None, reason: str, advice: str, rule: str) -> StaffingGap:
    return StaffingGap(
        post_id=plan.post_id,
        account=plan.account,
        day=beijing_date(until or plan.start),
        chain=plan.chain,
        step=step.rule.name,
        reason=reason,
        unit=plan.unit,
        until=until,
        next_step=f"{advice}。",
        rule=rule,
    )


def _why(
    plan: PostPlan, step: Step, seats: Sequence[Seat], until: datetime, crew: Crew, book: ApprovalBook
) -> tuple[str, str, str]:
    """Return why nobody is left for a step, what to do, and the clause."""
    rule = step.rule
    begin = opening(seats, plan.start, rule.position)
    own = [seat for seat in seats if seat.step == rule.position]
    asked = rule.named if rule.mode == "all" else step.able
    upward = f"请由上级单位或分管领导承担:为其登记{rule.role}及以上角色"
    head = f"{format_beijing(until)}前"
    if not asked:
        return f"{head}无人可签:没有登记{rule.role}及以上的审核人", upward, book.small_office.citation
    there = {
        login for seat in own for hand in seat.hands if meets(hand.there, begin, until) for login in hand.persons
    } & set(asked)
    several = len(own) > 1
    absent = [login for login in asked if login in crew.members and not (several and login in there)]
    said = [crew.excuse(login, begin, until, plan.editors, plan.signed) for login in absent[:PEOPLE_NAMED]]
    said += [f"其余{len(absent) - PEOPLE_NAMED}人同样不能签"] if len(absent) > PEOPLE_NAMED else []
    lacking = f"还须{len(own)}人会签,可签的{len(there)}人" if several else "无人可签"
    reason = head + ":".join(filter(None, [lacking, ";".join(said)]))
    free = [login for login in absent if login not in plan.editors | plan.signed]
    first, last = beijing_date(begin), beijing_date(until)
    on_leave = [
        crew.members[login].name
        for login in free
        if any(leave[0] <= last and leave[1] >= first for leave in crew.members[login].leaves)
    ]
    if on_leave:
        advice = f"请为{on_leave[0]}安排{last.isoformat()}前在岗的受委托人:weibo-ops staff deputy"
        return reason, advice, book.small_office.citation
    if free and not there:
        advice = f"请安排{rule.role}及以上人员在{format_beijing(until)}前值班:weibo-ops duty assign,或改发布时间"
        return reason, advice, book.small_office.citation
    return reason, upward, f"{book.separation.citation};{book.small_office.citation}"


def duty_gaps(plan: DutyPlan, crew: Crew) -> Iterator[StaffingGap]:
    """Yield the hours at which an urgent post could not be signed on the spot, a row for the steps that lack people."""
    nobody: frozenset[str] = frozenset()
    if not plan.hours:
        return
    seats = [seat for step in plan.steps for seat in step.seats(crew, plan.hours[-1][1], nobody, nobody)]
    for positions, spans in blind_spots(plan.hours, seats):
        steps = [step.rule for step in plan.steps if step.rule.position in positions]
        roles = "、".join(dict.fromkeys(step.role for step in steps))
        hours = sum((end - begin for begin, end in spans), timedelta()) / timedelta(hours=1)
        shown = "、".join(_stretch(*span) for span in spans[:STRETCHES_NAMED])
        more = f"等{len(spans)}段,共{hours:g}小时" if len(spans) > STRETCHES_NAMED else ""
        yield StaffingGap(
            post_id=None,
            account="",
            day=beijing_date(spans[0][0]),
            chain=plan.chain,
            step="、".join(step.name for step in steps),
            reason=f"{shown}{more}应急稿件无人可签:{_on_hand(plan, positions, crew, spans[0][0])}",
            unit=plan.unit,
            next_step=f"请安排{roles}及以上人员值班:weibo-ops duty assign。",
            rule=plan.rule,
        )


def _on_hand(plan: DutyPlan, positions: Sequence[int], crew: Crew, at: datetime) -> str:
    """Say who is on duty at an instant, and who of those who might sign is on leave."""
    names = "、".join(crew.members[login].name for login in crew.on_duty(at))
    able = dict.fromkeys(login for step in plan.steps if step.rule.position in positions for login in step.able)
    away = [login for login in able if login in crew.members and meets(crew.away(login), at, at)]
    said = [crew.excuse(login, at, at, (), ()) for login in away[:STRETCHES_NAMED]]
    return ";".join([f"值班的是{names}" if names else "无人值班", *said])


def _stretch(begin: datetime, end: datetime) -> str:
    same = beijing_date(begin) == beijing_date(end)
    return f"{format_beijing(begin)}至{f'{beijing(end):%H:%M}' if same else format_beijing(end)}"
