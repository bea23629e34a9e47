"""The staff over some days: who is there when, who acts for whom, and why somebody does not sign. Pure.

Source: design, approval (deputies; outsourced people draft and never sign; approval by telephone with a second person).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from publishing.staffing.spans import Spans, common, first_at, joined, meets, of_days, without
from weibo_ops.kernel.clock import beijing_date


@dataclass(frozen=True)
class Member:
    """Somebody of the staff.

    Attributes:
        login, name: of the person.
        leaves: days away, first and last included.
        turns: on the duty roster.
        signs: active and not outsourced; only such a person signs, also for somebody else.
    """

    login: str
    name: str
    leaves: tuple[tuple[date, date], ...] = ()
    turns: Spans = ()
    signs: bool = True


@dataclass(frozen=True)
class Deputy:
    """Who acts for whom over which days, first and last included."""

    principal: str
    deputy: str
    first: date
    last: date


@dataclass(frozen=True)
class Hand:
    """Somebody who might sign: the persons it takes (with whom they act for), and when they are there."""

    persons: frozenset[str]
    there: Spans


class Crew:
    """The staff over some days: who is there when, and who acts for whom.

    Somebody is there while the office works and while they are on duty, unless they are on leave; whoever acts for a
    person on leave takes that person's turns of duty.
    """

    def __init__(self, members: Iterable[Member], deputies: Iterable[Deputy], worked: Spans) -> None:
        self.members = {member.login: member for member in members}
        self.deputies: dict[str, list[Deputy]] = {}
        for row in deputies:
            if row.deputy in self.members and row.principal in self.members:
                self.deputies.setdefault(row.principal, []).append(row)
        self._away = {
            login: joined(of_days(first, last) for first, last in member.leaves)
            for login, member in self.members.items()
        }
        self.turns = {login: list(without(joined(m.turns), self._away[login])) for login, m in self.members.items()}
        for login, member in self.members.items():
            left = common(joined(member.turns), self._away[login])
            for row in self.deputies.get(login, ()):
                taken = common(left, (of_days(row.first, row.last),))
                self.turns[row.deputy] += taken
                left = without(left, taken)
        self._there = {
            login: without(joined((*worked, *self.turns[login])), self._away[login]) for login in self.members
        }

    def there(self, login: str) -> Spans:
        """Return when somebody is there."""
        return self._there[login]

    def away(self, login: str) -> Spans:
        """Return when somebody is on leave."""
        return self._away[login]

    def on_duty(self, at: datetime) -> list[str]:
        """Return the logins of those who are on duty at an instant and not away."""
        return sorted(
            login
            for login, turns in self.turns.items()
            if any(begin <= at < end for begin, end in turns) and first_at(self._there[login], at) == at
        )

    def hands(
        self,
        able: Iterable[str],
        *,
        editors: Collection[str] = (),
        signed: Collection[str] = (),
        by_telephone: Collection[str] = (),
    ) -> tuple[Hand, ...]:
        """Return who might sign for some people: each for themselves, and whoever acts for them.

        Args:
            able: logins of those who may sign the step.
            editors: logins of everybody who wrote on the text.
            signed: logins of those whose signature it has.
            by_telephone: logins of those who may take a call; empty where the step is not given by telephone. A call
                reaches whoever is not on leave, and needs somebody else who is there and did not write on the text.
        """
        barred = {*editors, *signed}
        found = []
        for login in able:
            if login in barred:
                continue
            there = self._there[login]
            if by_telephone:
                desk = [self._there[other] for other in by_telephone if other != login and other not in editors]
                calls = without(joined(span for spans in desk for span in spans), self._away[login])
                there = joined((*there, *calls))
            found.append(Hand(frozenset({login}), there))
            for row in self.deputies.get(login, ()):
                if row.deputy not in barred and self.members[row.deputy].signs:
                    span = common(self._there[row.deputy], (of_days(row.first, row.last),))
                    found.append(Hand(frozenset({login, row.deputy}), span))
        return tuple(found)

    def excuse(
        self, login: str, begin: datetime, end: datetime, editors: Collection[str], signed: Collection[str]
    ) -> str:
        """Say why somebody who might sign does not between two instants."""
        name = self.members[login].name
        if login in editors:
            return f"{name}经手本稿"
        if login in signed:
            return f"{name}已签过本稿"
        first, last = beijing_date(begin), beijing_date(end)
        leaves = [leave for leave in self.members[login].leaves if leave[0] <= last and leave[1] >= first]
        barred = {*editors, *signed}
        if meets(self._there[login], begin, end):
            return f"{name}须签其他环节(一人只签一个环节)"
        acting = [self._acting(row, begin, end, barred) for row in self.deputies.get(login, ())]
        if not leaves:
            return "、".join([f"{name}该时段不上班、未值班", *(said for said in acting if "委托" in said[:3])])
        days = "、".join(_days(*leave) for leave in leaves)
        return f"{name}{days}请假,{'、'.join(acting) or '未委托'}"

    def _acting(self, row: Deputy, begin: datetime, end: datetime, barred: Collection[str]) -> str:
        name = self.members[row.deputy].name
        if row.last < beijing_date(begin):
            return f"对{name}的委托{row.last.isoformat()}止"
        if row.first > beijing_date(end):
            return f"对{name}的委托{row.first.isoformat()}起"
        if row.deputy in barred:
            return f"受委托人{name}经手或已签过本稿"
        if not self.members[row.deputy].signs:
            return f"受委托人{name}不得审签"
        if meets(common(self._there[row.deputy], (of_days(row.first, row.last),)), begin, end):
            return f"受委托人{name}须签其他环节"
        if meets(self._away[row.deputy], begin, end):
            return f"受委托人{name}也请假"
        return f"受委托人{name}该时段不在岗"


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}至{last.isoformat()}"
