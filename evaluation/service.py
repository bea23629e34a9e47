"""Evaluation runs: frozen when computed, opened and taken apart years later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.enums import ObservationKind
from accounts.permissions import Permission
from accounts.repository import AccountRepository, Registered
from accounts.service import AccountService
from accounts.standards import StandardService
from config.rulebook.evaluation import EvaluationBook, Fact, Scheme
from evaluation.coverage import days_of, observed_spans, seconds_of
from evaluation.explain import RANK, SCORE, Opened, numbers, open_number, open_rank
from evaluation.formulas import FORMULA_VERSION
from evaluation.models import EvaluationRun, Score
from evaluation.repository import EvaluationRepository
from evaluation.schemas import RunView, ScoreRow, Why
from evaluation.schemes import ScoreResult, rank, score_account
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, Period, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from evaluation.dossiers import AccountDossier

DRAFT = "草稿"
UNSCOPED = "未指定监管归口:不归本级考核的单位(如法院、检察院、党群、群团和垂直管理单位)须剔除后方可使用"


class EvaluationService:
    """Use cases on evaluation runs."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, accounts: AccountService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._accounts = accounts

    def run(
        self,
        actor: Actor,
        period: Period,
        scheme: str | None = None,
        scope: str = "",
        as_of: datetime | None = None,
    ) -> RunView:
        """Compute and freeze one evaluation; the result is a draft.

        Args:
            actor: who asks for it.
            period: what is evaluated.
            scheme: a scheme of the standard in force at the period's end; None is its default.
            scope: the supervising office (监管归口) whose accounts are evaluated; empty takes all live accounts.
            as_of: when answers are judged; None is the period's end or the newest observation, whichever comes first.

        Raises:
            PermissionRefusedError: the actor may not evaluate.
            UsageError: the scheme is unknown or is a formula only, or ``as_of`` lies before the period.
            RefusedError: nothing was imported, or the scope holds no account.
        """
        from evaluation.dossiers import collect, facts_hash, in_scope
        from evaluation.facts import Window

        require(actor, Permission.EVALUATION_RUN)
        newest = self._accounts.default_as_of()
        instant = as_of or min(period.end, newest)
        if instant <= period.start:
            raise UsageError(
                f"截至时间{format_beijing(instant)}早于统计周期{period.label}的起点,周期内没有可统计的数据。",
                next_step="请换用较早的周期,或用 --as-of 指定周期开始之后的时间。",
            )
        window = Window(period.start, min(period.end, instant), instant)
        standard = self._standards.in_force("evaluation", period.last_day)
        chosen = _scheme(standard.book, scheme)
        rules = self._standards.timeline("accounts")
        with self._db.reading() as session:
            repository = AccountRepository(session)
            accounts = in_scope(repository.registered(), scope)
            if not accounts:
                raise RefusedError(_nobody(scope), next_step="请用 weibo-ops account list 核对账号状态和监管归口。")
            dossiers = collect(EvaluationRepository(session), repository, accounts, window, rules)
        results = _results(standard.book, chosen, dossiers)
        notes = chosen.marks
        if chosen.kind == "graded" and not scope:
            notes = (*notes, UNSCOPED)
        if instant > newest:
            notes = (*notes, f"观测数据至{format_beijing(newest)}为止,其后的发布和答复未见")
        run = EvaluationRun(
            period=period.label,
            starts_at=period.start,
            ends_at=period.end,
            as_of=instant,
            scope=scope,
            scheme=chosen.id,
            scheme_title=chosen.title,
            scheme_note=";".join(notes),
            standard_digest=standard.digest,
            formula_version=FORMULA_VERSION,
            facts_hash=facts_hash(dossiers, period.label, scope, window, instant),
            state=DRAFT,
            created_at=self._clock.now(),
            created_by=actor.person,
        )
        self._store(actor, run, dossiers, results, rank_of=_ranks(chosen, results))
        return _view(run, len(dossiers))

    def _store(
        self,
        actor: Actor,
        run: EvaluationRun,
        dossiers: Sequence[AccountDossier],
        results: Mapping[int, ScoreResult],
        rank_of: Mapping[int, int | None],
    ) -> None:
        with self._db.writing() as session:
            repository = EvaluationRepository(session)
            earlier = repository.newest_run(run.period, run.scheme, run.scope)
            if earlier is not None and _versions(earlier) != _versions(run):
                run.replaces_id = earlier.id
            repository.add_run(
                run,
                [{"account_id": dossier.account.account_id, "facts": dossier.stored()} for dossier in dossiers],
                [
                    {
                        "account_id": account_id,
                        "score": result.score,
                        "grade": result.grade,
                        "rank": rank_of[account_id],
                        "coverage": result.coverage,
                        "detail": _detail(result),
                    }
                    for account_id, result in results.items()
                ],
            )
            details = {"scheme": run.scheme, "accounts": len(dossiers), **_versions(run)}
            audit.append(session, actor, "evaluation.run", f"{run.period} {run.scope}".strip(), details, run.created_at)

    def list_runs(self) -> list[RunView]:
        """List every run, newest first."""
        with self._db.reading() as session:
            return [_view(run, count) for run, count in EvaluationRepository(session).runs()]

    def show(self, run_id: int) -> list[ScoreRow]:
        """List the results of a run: ranked ones first, then by uid.

        Raises:
            NotFoundError: there is no such run.
        """
        with self._db.reading() as session:
            repository = EvaluationRepository(session)
            _existing(repository, run_id)
            return [
                ScoreRow(
                    run_id=run_id,
                    account_id=account.id,
                    uid=account.uid or "",
                    screen_name=account.screen_name,
                    unit=unit,
                    score=score.score,
                    grade=score.grade,
                    rank=score.rank,
                    coverage=score.coverage,
                    vetoes=tuple(
                        veto["title"] if veto["confirmed"] else f"{veto['title']}(待核实)"
                        for veto in score.detail["vetoes"]
                    ),
                    parts=dict(_numbers(score.detail["parts"])),
                )
                for score, account, unit in repository.scores(run_id)
            ]

    def why(self, run_id: int, account: str, number: str = SCORE) -> Why:
        """Open a number down to formula, inputs, versions and the ids of the rows that it counts.

        Rows are read from the data of today; where they no longer give the stored number, the formula says so.

        Raises:
            NotFoundError: no such run, account in it, or number; the nearest is offered.
        """
        account_id = self._accounts.account_id(account)
        with self._db.reading() as session:
            repository = EvaluationRepository(session)
            run = _existing(repository, run_id)
            found = repository.result(run_id, account_id)
            if found is None:
                raise NotFoundError(
                    f"第{run_id}号评估中没有账号“{account}”。", next_step=f"请用 evaluate show {run_id} 查看。"
                )
            score, dossier = found
            book: EvaluationBook = self._standards.by_digest(run.standard_digest).book
            scheme = book.scheme(run.scheme)
            facts: dict[str, int | None] = dossier.facts["facts"]
            try:
                if number == RANK:
                    opened = _opened_rank(repository, scheme, score)
                else:
                    opened = open_number(
                        book, scheme, score.detail, score.score, score.grade, score.coverage, facts, number
                    )
            except KeyError:
                known = numbers(scheme, score.detail, facts)
                raise NotFoundError(f"该结果中没有名为“{number}”的数字。", next_step=_offer(number, known)) from None
            return _explained(repository, AccountRepository(session), run, account_id, opened)


def _explained(
    repository: EvaluationRepository, accounts: AccountRepository, run: EvaluationRun, account_id: int, opened: Opened
) -> Why:
    kind, ids, title, formula = opened.kind, opened.rows, opened.title, opened.formula
    if opened.fact is not None:
        kind, ids, words, recount = _rows_of(repository, accounts, run, account_id, opened.fact)
        title, formula = title or words, formula or words
        if recount != opened.value:
            formula = f"{formula};按现有数据重数为{recount},与存档不符:评估之后数据有增补"
    clause, source, trust = opened.citation
    return Why(
        number=opened.number,
        title=title,
        value=opened.value,
        formula=formula,
        inputs=opened.inputs,
        clause=clause,
        source=source,
        trust=trust,
        row_kind=kind,
        row_ids=ids,
        versions=_versions(run),
    )


def _opened_rank(repository: EvaluationRepository, scheme: Scheme, own: Score) -> Opened:
    rows = repository.scores(own.run_id)
    uid = next(account.uid or "" for score, account, _ in rows if score.account_id == own.account_id)
    ahead = tuple(
        account.uid or ""
        for score, account, _ in rows
        if own.rank is not None and score.rank is not None and score.rank < own.rank
    )
    return open_rank(scheme, own.score, own.rank, ahead, uid)


def _rows_of(
    repository: EvaluationRepository, accounts: AccountRepository, run: EvaluationRun, account_id: int, fact: Fact
) -> tuple[str, tuple[str, ...], str, int | None]:
    """Return the kind and ids of a fact's rows, the fact in words, and what the rows give when counted today."""
    from evaluation.facts import COUNTS, ROW_KINDS, Window

    window = Window(run.starts_at, min(run.ends_at, run.as_of), run.as_of)
    if fact in COUNTS:
        count = COUNTS[fact]
        rows = repository.rows(fact, window, account_id)
        amounts = [amount for _, amount in rows]
        recount = len(set(amounts)) if count.days else sum(amounts)
        return ROW_KINDS[count.source], tuple(row_id for row_id, _ in rows), count.words, recount
    whole = [(window.start, window.until)]
    if fact is Fact.PERIOD_SECONDS:
        return "", (), "统计周期起点到截至时间的秒数", seconds_of(whole)
    posts = fact in (Fact.POSTS_COVERED_SECONDS, Fact.POSTS_COVERED_DAYS)
    kind = ObservationKind.POSTS if posts else ObservationKind.COMMENTS
    spans = observed_spans(accounts.coverage(kind).get(account_id, ()), window.start, window.until)
    ids = tuple(f"{format_beijing(a, seconds=True)}..{format_beijing(b, seconds=True)}" for a, b in spans)
    if fact in (Fact.POSTS_COVERED_DAYS, Fact.COMMENTS_COVERED_DAYS):
        return "coverage", ids, "有观测的北京时间自然日数", days_of(spans)
    return "coverage", ids, "观测时段的秒数", seconds_of(spans)


def _results(book: EvaluationBook, scheme: Scheme, dossiers: Sequence[AccountDossier]) -> dict[int, ScoreResult]:
    from evaluation.leaves import measure_all

    measured = {d.account.account_id: measure_all(book, scheme.leaves, d.facts) for d in dossiers}
    groups: dict[Hashable, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for dossier in dossiers:
        for name, leaf in measured[dossier.account.account_id].items():
            if leaf.value is not None:
                groups[_group(scheme, dossier.account)][name].append(leaf.value)
    return {
        d.account.account_id: score_account(
            book, scheme, measured[d.account.account_id], d.findings, groups[_group(scheme, d.account)]
        )
        for d in dossiers
    }


def _group(scheme: Scheme, account: Registered) -> Hashable:
    return {"all": "", "function": account.function, "level": account.level}[scheme.peers]


def _ranks(scheme: Scheme, results: Mapping[int, ScoreResult]) -> dict[int, int | None]:
    return rank({account_id: result.score for account_id, result in results.items()}, scheme.decimals)


def _scheme(book: EvaluationBook, name: str | None) -> Scheme:
    wanted = name or book.default_scheme
    known = [scheme.id for scheme in book.schemes if scheme.formula != "ratio"]
    if wanted not in known:
        if wanted in {scheme.id for scheme in book.schemes}:
            raise UsageError(
                f"方案“{wanted}”只用于代入现成数字。", next_step=f"请改用 weibo-ops evaluate formula {wanted}。"
            )
        raise UsageError(f"评估标准中没有方案“{wanted}”。", next_step=_offer(wanted, known))
    return book.scheme(wanted)


def _nobody(scope: str) -> str:
    return f"监管归口“{scope}”之下没有正在运行的账号。" if scope else "库中没有正在运行的账号。"


def _existing(repository: EvaluationRepository, run_id: int) -> EvaluationRun:
    run = repository.run(run_id)
    if run is None:
        raise NotFoundError(f"没有第{run_id}号评估。", next_step="请用 weibo-ops evaluate list 查看已有的评估。")
    return run


def _offer(name: str, known: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, 1, 0.4)
    return f"是否为“{close[0]}”?可用:{'、'.join(known)}。" if close else f"可用:{'、'.join(known)}。"


def _versions(run: EvaluationRun) -> dict[str, str]:
    return {
        "facts_hash": run.facts_hash,
        "standard_digest": run.standard_digest,
        "formula_version": run.formula_version,
    }


def _detail(result: ScoreResult) -> dict[str, Any]:
    whole = asdict(result)
    return {name: whole[name] for name in ("parts", "vetoes", "hints", "notes")}


def _numbers(parts: Sequence[Mapping[str, Any]]) -> list[tuple[str, float | None]]:
    found: list[tuple[str, float | None]] = []
    for part in parts:
        found.append((part["id"], part["normalised"] if part["parts"] else part["value"]))
        found += _numbers(part["parts"])
    return found


def _view(run: EvaluationRun, accounts: int) -> RunView:
    return RunView(
        run_id=run.id,
        period=run.period,
        as_of=run.as_of,
        scope=run.scope,
        scheme=run.scheme,
        scheme_title=run.scheme_title,
        scheme_note=run.scheme_note,
        state=run.state,
        facts_hash=run.facts_hash,
        standard_digest=run.standard_digest,
        formula_version=run.formula_version,
        created_at=run.created_at,
        accounts=accounts,
    )
