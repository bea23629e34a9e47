"""What the tables read: calls of the same services as the command line, each one plain function for a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from accounts.enums import FindingState
from accounts.finding_rules import SETTLED
from accounts.schemas import AccountRow, Watermark
from accounts.schemas.findings import BoardRow
from evaluation.explain import COVERAGE
from evaluation.words import fact_words, scheme_words, title_of
from sentiment.schemas import CommentFilter
from tui.format import number
from weibo_ops.kernel.errors import NotFoundError
from weibo_ops.kernel.text import normalise_name, pinyin, pinyin_initials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.rulebook.evaluation import EvaluationBook
    from evaluation.schemas import RunView, ScoreRow, Why
    from weibo_ops.bootstrap import Application

PAGE = 100


@dataclass(frozen=True)
class Batch:
    """Rows of a table as of one instant.

    Attributes:
        items: DTOs, in the table's order.
        next_cursor: continues after them; None at the end.
        watermark: what was observed when they were read.
    """

    items: tuple[Any, ...]
    next_cursor: str | None
    watermark: Watermark

    @property
    def as_of(self) -> datetime | None:
        """The newest observation, at which everything is judged; None in an empty database."""
        return self.watermark.observed_until


@lru_cache(maxsize=10_000)
def spellings(name: str) -> tuple[str, ...]:
    """Return the forms by which a name is found: itself, its full pinyin, its pinyin initials."""
    plain = normalise_name(name)
    return plain, normalise_name(pinyin(plain)), normalise_name(pinyin_initials(plain))


def sounds_like(query: str, *names: str) -> bool:
    """Say whether a query is part of a name, of its pinyin, or of its initials; an empty one fits every name."""
    wanted = normalise_name(query)
    return not wanted or any(wanted in form for name in names for form in spellings(name))


def who(app: Application) -> tuple[str, ...]:
    """Return who is signed in, the fullest spelling first: name, roles, whom they act for (受…委托, in short 代…)."""
    actor = app.actor
    roles = _roles(app, actor.person)
    if not actor.on_behalf_of:
        return " ".join([actor.name, *roles]), actor.name
    try:
        principal = app.staff.show(actor.on_behalf_of).name
    except NotFoundError:
        principal = actor.on_behalf_of
    return " ".join([actor.name, *roles, f"受{principal}委托"]), f"{actor.name} 代{principal}"


def _roles(app: Application, login: str) -> tuple[str, ...]:
    try:
        roles = app.staff.show(login).roles
    except NotFoundError:
        return ()
    return (f"{roles[0]}等",) if len(roles) > 1 else roles


def accounts(app: Application, search: str, *, found_only: bool) -> Batch:
    """Read the register, by name or unit (Chinese or pinyin), on demand only accounts with findings."""
    watermark = app.accounts.watermark()
    rows = [
        row
        for row in app.accounts.list_accounts()
        if sounds_like(search, row.screen_name, row.unit) and (not found_only or findings_of(row))
    ]
    return Batch(tuple(rows), None, watermark)


def findings_of(row: AccountRow) -> int:
    """Return the number of an account's present findings."""
    return row.vetoes + row.deductions + row.advices


@dataclass(frozen=True)
class FindingBatch(Batch):
    """Findings, with how many stand at each state, whatever the filters are."""

    board: tuple[BoardRow, ...]


def findings(app: Application, search: str, state: str, *, overdue: bool = False) -> FindingBatch:
    """Read the findings in a state; without one, all that are not settled and not gone before anybody saw to them."""
    now = app.clock.now()
    rows = [
        row
        for row in app.accounts.findings(present=None)
        if (row.state == state or (not state and row.state not in SETTLED))
        and (row.present or row.state != FindingState.FOUND)
        and (not overdue or (row.due_at is not None and row.state not in SETTLED and row.due_at <= now))
        and sounds_like(search, row.screen_name, row.unit, row.title, *row.complaint, "豁免" if row.waived else "")
    ]
    return FindingBatch(tuple(rows), None, app.accounts.watermark(), tuple(app.findings.board()))


def standards(app: Application) -> Batch:
    """Read the drafts and the stored texts of the standards."""
    rows = (*app.standard_drafts.drafts(), *app.standards.texts())
    return Batch(rows, None, app.accounts.watermark())


def impostors(app: Application) -> Batch:
    """Read the suspected impostors."""
    return Batch(tuple(app.impostors.list_suspects()), None, app.accounts.watermark())


def posts(app: Application, account: str | None, search: str, cursor: str | None, *, hits_only: bool) -> Batch:
    """Read a page of posts."""
    watermark = app.accounts.watermark()
    page = app.publishing.posts(account=account, hits_only=hits_only, search=search or None, limit=PAGE, cursor=cursor)
    return Batch(page.items, page.next_cursor, watermark)


def comments(app: Application, wanted: CommentFilter, as_of: datetime | None, cursor: str | None) -> Batch:
    """Read a page of comments, judged at ``as_of`` (None: the newest observation)."""
    watermark = app.accounts.watermark()
    if watermark.observed_until is None:
        return Batch((), None, watermark)
    page = app.comments.comments(wanted, as_of or watermark.observed_until, PAGE, cursor)
    return Batch(page.items, page.next_cursor, watermark)


def runs(app: Application) -> Batch:
    """Read the evaluation runs."""
    return Batch(tuple(app.evaluation.list_runs()), None, app.accounts.watermark())


@dataclass(frozen=True)
class Result:
    """An account's result in a run, with the words of the standard that judged it."""

    run: RunView
    row: ScoreRow
    book: EvaluationBook


def results(app: Application, run: RunView) -> Batch:
    """Read the results of a run."""
    book: EvaluationBook = app.standards.by_digest(run.standard_digest).book
    found = tuple(Result(run, row, book) for row in app.evaluation.show(run.run_id))
    return Batch(found, None, app.accounts.watermark())


@dataclass(frozen=True)
class Number:
    """A line of the drill-down: a number that can be opened, or the id of a row that was counted.

    Attributes:
        kind: what it is: 结论, 得分, 位次, 覆盖率, 分项, 指标, 单项否决, 本数, 输入, or the kind of row.
        id: the number's name or the row's platform id.
        title: Chinese words for it.
        value: the number as it is shown; empty for rows.
        opens: whether ``why`` opens it further.
        comment: whether the id is that of a comment, whose clock can be explained.
    """

    kind: str
    id: str
    title: str
    value: str
    opens: bool = True
    comment: bool = False


GROUP, LEAF = "分项", "指标"
ITSELF = "本数"
"""Kind of the line that stands for the opened number itself."""
ROW_KINDS = {
    "posts": "微博",
    "comments": "评论",
    "replies": "答复",
    "findings": "发现",
    "coverage": "观测时段",
    "profiles": "账号资料",
    "accounts": "账号",
}


def numbers(result: Result, app: Application) -> Batch:
    """List the numbers of an account's result for opening."""
    return Batch(tuple(number_lines(result)), None, app.accounts.watermark())


def number_lines(result: Result) -> list[Number]:
    """Return the numbers of an account's result: score or verdict, rank, coverage, the parts, the veto items."""
    scheme = result.book.scheme(result.run.scheme)
    words, percent = _words(result.book, scheme)
    whole = "结论" if scheme.formula == "verdict" else "得分"
    shown = result.row.grade if scheme.formula == "verdict" else None
    lines = [Number(whole, "score", scheme.title, shown or number(result.row.score))]
    if result.row.rank is not None:
        lines.append(Number("位次", "rank", "位次", str(result.row.rank)))
    lines.append(Number("覆盖率", COVERAGE, "覆盖率", number(result.row.coverage, percent=True)))
    for name, value in result.row.parts.items():
        kind = LEAF if name in percent else GROUP
        lines.append(Number(kind, name, words.get(name, name), number(value, percent=percent.get(name, False))))
    return [*lines, *(Number("单项否决", item.id, item.title, "") for item in scheme.vetoes)]


def headline_parts(result: Result) -> list[tuple[str, str, bool]]:
    """Return name, title and whether percent of the parts that stand beside a result: groups, or else shares."""
    scheme = result.book.scheme(result.run.scheme)
    words, percent = _words(result.book, scheme)
    groups = [(part.key, words[part.key], False) for part in scheme.parts if part.parts]
    shares = [(name, words[name], True) for name in result.row.parts if percent.get(name)]
    return groups or sorted(shares, key=lambda share: share[0] != "on_time_rate")


@dataclass(frozen=True)
class Opened:
    """A number opened: the service's answer, its value in words, and its inputs as lines that open again."""

    why: Why
    value: str
    inputs: tuple[Number, ...]


def why(app: Application, result: Result, line: Number) -> Opened:
    """Open a number of a result."""
    answer = app.evaluation.why(result.run.run_id, result.row.uid, line.id)
    words, percent = _words(result.book, result.book.scheme(result.run.scheme))
    words = {**fact_words(), **words}
    inputs = tuple(
        Number("输入", name, title_of(name, words), number(given, percent=_is_share(name, percent)))
        for name, given in answer.inputs.items()
    )
    return Opened(answer, line.value or number(answer.value, percent=_is_share(line.id, percent)), inputs)


def constituents(app: Application, result: Result, line: Number) -> Batch:
    """List what a number was made of: itself, its inputs, and the rows that it counts."""
    found = why(app, result, line)
    answer = found.why
    lines = [Number(ITSELF, line.id, answer.title, found.value, opens=False), *found.inputs]
    if answer.row_kind == "findings":
        lines += [Number("发现", rule, rule, "") for rule in dict.fromkeys(answer.row_ids) if rule != line.id]
    else:
        kind = ROW_KINDS.get(answer.row_kind, answer.row_kind)
        comment = answer.row_kind == "comments"
        lines += [Number(kind, row_id, row_id, "", opens=False, comment=comment) for row_id in answer.row_ids]
    return Batch(tuple(lines), None, app.accounts.watermark())


def _words(book: EvaluationBook, scheme: Any) -> tuple[dict[str, str], dict[str, bool]]:
    """Return titles by name of number, and for each leaf whether its unit is percent."""
    return scheme_words(book, scheme), {leaf.id: leaf.unit == "%" for leaf in book.leaves}


def _is_share(name: str, percent: Mapping[str, bool]) -> bool:
    return name == COVERAGE or name.startswith(f"{COVERAGE}.") or percent.get(name, False)


def clock(app: Application, platform_id: str, as_of: datetime | None) -> Any:
    """Return how a comment's clock ran, or the sentence that says why it has none."""
    try:
        return app.responses.show(platform_id, as_of)
    except NotFoundError as error:
        return str(error)
