"""``weibo-ops standard``: the rule books that judge: listed, drafted, checked, compared, previewed, published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post.pages import say_rechecked

if TYPE_CHECKING:
    from accounts.schemas.standards import DraftReport, DraftView, Published
    from config.layers import Loosening
    from config.loader import StandardProblem
    from config.rulebook.base import Book
    from weibo_ops.bootstrap import Application

app = typer.Typer(no_args_is_help=True)

LIST_TITLES = {
    "book": "标准",
    "title": "名称",
    "version": "版本",
    "effective_from": "生效日期",
    "retired_from": "停用日期",
    "layer": "层级",
    "applies_to": "适用单位",
    "state": "状态",
    "digest": "校验码",
    "origin": "来源",
    "published_by": "发布人",
    "in_force": "在用",
    "looser": "宽于上层之处",
}
PROBLEM_TITLES = {"file": "文件", "line": "行", "key": "键", "message": "问题"}
DRAFT_TITLES = {
    "draft_id": "草稿",
    "book": "标准",
    "layer": "层级",
    "state": "状态",
    "version": "稿次",
    "editors": "起草人",
    "updated_at": "最近修改",
    "digest": "校验码",
}
DIFF_TITLES = {
    "change": "变化",
    "rule_id": "规则",
    "title": "名称",
    "key": "键",
    "old": "原值",
    "new": "新值",
    "effect": "宽严",
    "citation": "条文",
}
PREVIEW_TITLES = {
    "change": "变化",
    "screen_name": "账号",
    "unit": "主办单位",
    "severity": "性质",
    "rule_id": "规则",
    "title": "问题",
    "message": "说明与依据",
}
OPTIONAL = ("retired_from", "applies_to", "published_by", "looser")
"""Columns that a table leaves out where no row has anything in them."""

DIGEST_SHOWN = 12
DraftArgument = typer.Argument(..., metavar="ID", help="草稿编号")


@app.command("list")
def list_standards(
    context: typer.Context,
    on: str = typer.Option(None, "--on", metavar="DAY", help="按哪一天看是否在用,如 2026-09-30;默认为今天"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出已安装和已发布的标准文本:版本、生效日期、校验码、来源、是否在用、有无宽于上层之处。"""
    texts = common.application(context).standards.texts(_day(on) if on else None)
    rows: list[common.Row] = [vars(row) for row in texts]
    if fmt is common.Format.TABLE:
        rows = [{**row, "digest": str(row["digest"])[:DIGEST_SHOWN]} for row in rows]
    unused = [name for name in OPTIONAL if fmt is common.Format.TABLE and not any(row[name] for row in rows)]
    common.emit(rows, [name for name in LIST_TITLES if name not in unused], fmt, LIST_TITLES)


@app.command("show")
def show(
    context: typer.Context,
    book: str = typer.Argument(..., help="标准的名字,如 response"),
    digest: str = typer.Option(None, "--digest", help="输出校验码以此开头的文本"),
    on: str = typer.Option(None, "--on", metavar="DAY", help="输出这一天(北京时间)普遍适用的文本,如 2026-09-30"),
    draft: int = typer.Option(None, "--draft", metavar="ID", help="输出这份草稿的文本"),
) -> None:
    """输出一本标准的原文,可存为文件后修改;不加选项时为随附文本。"""
    from config.loader import shipped
    from weibo_ops.kernel.errors import UsageError

    if sum(option is not None for option in (digest, on, draft)) > 1:
        raise UsageError("--digest、--on、--draft 只能写一个。", next_step="请去掉多余的选项。")
    shipped_text = shipped(book).text
    if digest is None and on is None and draft is None:
        common.write(shipped_text)
        return
    app_ = common.application(context)
    if draft is not None:
        view = app_.standard_drafts.show(draft)
        found, text = view.book, view.text
    else:
        loaded = app_.standards.find(digest) if digest is not None else app_.standards.in_force(book, _day(on))
        found, text = loaded.book.book, loaded.text
    if found != book:
        raise UsageError(f"所指文本是“{found}”标准,不是“{book}”。", next_step="请核对标准名字或编号。")
    common.write(text)


@app.command("check")
def check(
    context: typer.Context,
    file: Path = typer.Argument(None, help="TOML 标准文件"),
    book: str = typer.Option(None, "--book", help="按哪一本标准检查;不写时取文件中的 book"),
    draft: int = typer.Option(None, "--draft", metavar="ID", help="检查这份草稿,并与上层标准对照"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """检查一份标准文本,一次列出全部问题(文件、行、键);有问题时退出码为 2。"""
    from config.loader import StandardInvalidError, load_named, load_text
    from weibo_ops.kernel.errors import UsageError

    if (file is None) == (draft is None):
        raise UsageError("请指定一个文件,或用 --draft 指定一份草稿。", next_step="如 weibo-ops standard check 文件。")
    if draft is not None:
        _checked(common.application(context).standard_drafts.check(draft), fmt)
        return
    text = _read(file)
    try:
        loaded = load_named(book, text, origin=file.name) if book else load_text(text, origin=file.name)
    except StandardInvalidError as invalid:
        _list_problems(invalid.problems, fmt)
        common.say(f"未通过:{file.name} 有{len(invalid.problems)}处问题。下一步:请逐处改正后重新检查。")
        raise typer.Exit(invalid.exit_code) from None
    passed = f"通过:{loaded.book.title},版本{loaded.book.version},校验码 {loaded.digest}"
    if fmt is common.Format.TABLE:
        common.write(passed + "\n")
    else:
        _list_problems((), fmt)
        common.say(passed)
    for note in _promises(loaded.book):
        common.say(f"注意:{note}")


@app.command("drafts")
def drafts(
    context: typer.Context,
    everything: bool = typer.Option(False, "--all", help="包括已发布和已作废的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出标准草稿。"""
    _list_drafts(common.application(context).standard_drafts.drafts(everything=everything), fmt)


@app.command("new")
def new(
    context: typer.Context,
    book: str = typer.Argument(..., help="标准的名字,如 accounts"),
    layer: str = typer.Option(..., "--layer", help="层级:国家、省、市、单位"),
    source: str = typer.Option(None, "--from", metavar="DIGEST", help="以校验码所指的文本为底稿;默认为届时适用的文本"),
    effective: str = typer.Option(None, "--effective", metavar="DAY", help="生效日期,如 2026-11-01;默认为明天"),
    version: str = typer.Option(None, "--version", help="版本;默认顺延"),
    unit: str = typer.Option("", "--unit", help="只适用于该单位及其下级(层级为单位的账号标准)"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """起草一份标准:复制一份现有文本,写好新的版本、生效日期和层级;重新启用旧文本也用本命令。"""
    app_ = common.application(context)
    day = _day(effective) if effective else None
    view = app_.standard_drafts.new(
        app_.actor, book, layer, source=source, effective_from=day, version=version, applies_to=unit
    )
    _list_drafts([view], fmt)
    common.say(
        f"已起草。下一步:weibo-ops standard show {book} --draft {view.draft_id} 取出文本,"
        f"改好后 weibo-ops standard edit {view.draft_id} --file 文件 存回。"
    )


@app.command("edit")
def edit(
    context: typer.Context,
    draft_id: int = DraftArgument,
    file: Path = typer.Option(None, "--file", help="改好的文本;不写时在终端中打开编辑器($EDITOR)"),
    version: int = typer.Option(None, "--version", min=1, help="取出文本时的稿次;他人在此后改过的,不予覆盖"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """把改好的文本存为草稿的新一稿;有问题也先存下,逐处列出,问题未清不能发布。"""
    from weibo_ops.kernel.errors import UsageError

    app_ = common.application(context)
    view = app_.standard_drafts.show(draft_id)
    if file is not None:
        text = _read(file)
    elif common.on_terminal():
        text = _edited(view.text, f"草稿{draft_id}-{view.book}.toml")
        if text == view.text:
            common.say("文本没有改动,未保存。")
            return
    else:
        raise UsageError("没有给出改好的文本。", next_step="请用 --file 指定文件,或在终端中运行以打开编辑器。")
    report = app_.standard_drafts.edit(app_.actor, draft_id, text, version or view.version)
    common.say(f"已存为草稿{draft_id}第{report.draft.version}稿。")
    _checked(report, fmt)


@app.command("diff")
def diff(
    context: typer.Context,
    draft_id: int = DraftArgument,
    against: str = typer.Option(None, "--against", metavar="DIGEST", help="与校验码所指的文本比较;默认为所替代的文本"),
    text: bool = typer.Option(False, "--text", help="逐行比较原文"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """比较草稿与现有文本:逐条列出原值、新值、收紧还是放宽。"""
    found = common.application(context).standard_drafts.diff(draft_id, against)
    common.say(f"与校验码 {found.against[:DIGEST_SHOWN]} 的文本比较。")
    if found.differences is None:
        common.say("草稿尚有错误,只能逐行比较原文;请先运行 weibo-ops standard check --draft。")
    if text or found.differences is None:
        common.write(found.text)
        return
    common.emit([vars(item) for item in found.differences], list(DIFF_TITLES), fmt, DIFF_TITLES)


@app.command("preview")
def preview(
    context: typer.Context,
    draft_id: int = DraftArgument,
    as_of: str = common.AsOfOption,
    everything: bool = typer.Option(False, "--all", help="包括不变的发现"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """预览草稿的效果:按同一批数据,列出将新出现、将消失、性质将改变的发现;不写入任何结果。"""
    from accounts.schemas.standards import APPEARS, FALLS, RISES, STAYS, VANISHES
    from config.rulebook.base import Severity
    from weibo_ops.kernel.clock import format_beijing

    found = common.application(context).standard_publishing.preview(draft_id, common.as_of_option(as_of))
    rows: list[common.Row] = [
        vars(row) for table in found.tables for row in table.rows if everything or row.change != STAYS
    ]
    columns = list(PREVIEW_TITLES)
    if fmt is common.Format.TABLE:
        rows = [{**row, "severity": Severity(str(row["severity"])).label} for row in rows]
        columns.remove("rule_id")
    common.emit(rows, columns, fmt, PREVIEW_TITLES)
    for table in found.tables:
        counts = "、".join(f"{change}{table.count(change)}项" for change in (APPEARS, VANISHES, RISES, FALLS, STAYS))
        common.say(f"{table.title}(截至{format_beijing(table.as_of)},适用账号{table.governed}个):{counts}。")
        if not table.governed:
            common.say("该日没有账号适用本草稿:各账号适用层级更低或生效更晚的文本。")
    if not found.tables:
        common.say("这本标准没有可预览的检查;请用 weibo-ops standard diff 核对逐条变化。")
    _obstacles(found.report)
    common.say(f"校验码 {found.digest};发布时请用 --digest 写明,文本此后有改动的须重新预览。")


@app.command("publish")
def publish(
    context: typer.Context,
    draft_id: int = DraftArgument,
    digest: str = typer.Option(..., "--digest", help="预览时显示的校验码(至少前12位)"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """发布草稿,自其生效日期起适用;须由起草人以外的人办理。"""
    app_ = common.application(context)
    done = app_.standard_publishing.publish(app_.actor, draft_id, digest)
    _list_published(done, fmt)
    if done.backdated:
        common.say(f"生效日期{done.effective_from}早于今天:自该日起尚未封账的判断均适用本文本。")
    _say_looser(done)
    common.say(
        "已发布。下一步:请运行 weibo-ops account check 按新文本检查。" if done.book == "accounts" else "已发布。"
    )
    _say_looked_again(app_, done)


@app.command("retire")
def retire(
    context: typer.Context,
    digest: str = typer.Argument(..., help="文本的校验码(至少前6位)"),
    from_day: str = typer.Option(..., "--from", metavar="DAY", help="自这一天起不再适用,如 2026-12-01"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """停用一份文本:自某日起改为适用此前或上层的文本;须由发布人以外的人办理。"""
    app_ = common.application(context)
    done = app_.standard_publishing.retire(app_.actor, digest, _day(from_day))
    _list_published(done, fmt)
    if done.backdated:
        common.say(f"停用日期{done.effective_from}早于今天:自该日起尚未封账的判断随之改变。")
    _say_looser(done)
    common.say(f"已停用,自{done.effective_from}起不再适用。")
    _say_looked_again(app_, done)


@app.command("drop")
def drop(context: typer.Context, draft_id: int = DraftArgument) -> None:
    """作废一份草稿;草稿留存备查。"""
    app_ = common.application(context)
    app_.standard_drafts.drop(app_.actor, draft_id)
    common.say(f"草稿{draft_id}已作废。")


def _promises(book: Book) -> Sequence[str]:
    """Return where chains cannot keep promises, beside the shipped text of the other book; drafts: beside ours."""
    from config.loader import shipped
    from publishing.promises import PromiseReviewer

    reviewer = PromiseReviewer()
    if book.book not in reviewer.books:
        return ()
    texts = {name: book if name == book.book else shipped(name).book for name in reviewer.books}
    return reviewer.notes(texts)


def _checked(report: DraftReport, fmt: common.Format) -> None:
    """List what stands in the way of a draft, on stdout as `check` does for a file."""
    from weibo_ops.kernel.errors import UsageError

    found: list[StandardProblem | Loosening] = [*report.problems, *report.loosenings]
    name = f"草稿{report.draft.draft_id}第{report.draft.version}稿"
    if found or fmt is not common.Format.TABLE:
        _list_problems(found, fmt)
    for note in report.notes:
        common.say(note)
    if found:
        looser = f",其中{len(report.loosenings)}处比上层标准宽" if report.loosenings else ""
        common.say(f"未通过:{name}有{len(found)}处问题{looser}。下一步:请逐处改正后重新检查。")
        raise typer.Exit(UsageError.exit_code)
    passed = f"通过:{name},校验码 {report.draft.digest}"
    if fmt is common.Format.TABLE:
        common.write(passed + "\n")
    else:
        common.say(passed)


def _obstacles(report: DraftReport) -> None:
    for item in (*report.problems, *report.loosenings):
        common.say(f"不能发布:{item}")
    for note in report.notes:
        common.say(note)


def _list_drafts(views: Sequence[DraftView], fmt: common.Format) -> None:
    rows: list[common.Row] = [vars(view) for view in views]
    columns = list(DRAFT_TITLES)
    if fmt is common.Format.TABLE:
        rows = [{**row, "digest": str(row["digest"])[:DIGEST_SHOWN]} for row in rows]
    else:
        columns += ["base_digest", "created_at", "published_digest"]
    common.emit(rows, columns, fmt, DRAFT_TITLES)


def _list_published(done: Published, fmt: common.Format) -> None:
    titles = {name: LIST_TITLES[name] for name in ("book", "layer", "version", "effective_from", "digest")}
    titles["effective_from"] = "日期"
    common.emit([vars(done)], list(titles), fmt, titles)


def _say_looked_again(app_: Application, done: Published) -> None:
    """Say what the change did to posts that wait, or when it will be taken up."""
    from publishing.judging import BOOKS
    from weibo_ops.kernel.clock import beijing_date

    if done.book not in BOOKS:
        return
    if done.effective_from > beijing_date(app_.clock.now()):
        common.say(f"稿件自{done.effective_from}起按此复查:当日运行 weibo-ops post remind 或 post recheck。")
    elif app_.last_recheck is not None:
        say_rechecked(app_.last_recheck)


def _say_looser(done: Published) -> None:
    for digest, keys in done.looser:
        common.say(f"校验码 {digest[:DIGEST_SHOWN]} 的下层文本宽于上层标准:{'、'.join(keys)};已列入标准管理员待办。")


def _edited(text: str, name: str) -> str:
    """Return the text as the person's editor leaves it.

    Raises:
        UsageError: no editor is set, it does not start or ends in failure, or what it leaves is no text.
    """
    import os
    import shlex
    import subprocess
    import tempfile

    from weibo_ops.kernel.errors import UsageError

    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageError("没有设置编辑器。", next_step="请设置环境变量 EDITOR,或用 --file 指定改好的文件。")
    with tempfile.TemporaryDirectory(prefix="weibo-ops-") as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*command, str(file)], check=True)  # noqa: S603 - the person's own editor
        except (OSError, subprocess.CalledProcessError):
            raise UsageError(
                f"编辑器“{command[0]}”没有正常结束,未保存。", next_step="请核对 EDITOR,或用 --file 指定改好的文件。"
            ) from None
        return _read(file)


def _day(text: str) -> date:
    from weibo_ops.kernel.errors import UsageError

    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"日期“{text[:40]}”无法识别。", next_step="请写成 2026-09-30。") from None


def _list_problems(problems: Sequence[StandardProblem | Loosening], fmt: common.Format) -> None:
    rows = [{name: getattr(problem, name) for name in PROBLEM_TITLES} for problem in problems]
    common.emit(rows, list(PROBLEM_TITLES), fmt, PROBLEM_TITLES)


def _read(file: Path) -> str:
    from weibo_ops.kernel.errors import UsageError

    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"没有文件“{file.name}”。", next_step="请核对文件的位置。") from None
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        raise UsageError(
            f"文件“{file.name}”第{line}行不是 UTF-8 编码的文字,文件可能不完整。",
            next_step="请另存为 UTF-8,或重新取得完整文件。",
        ) from None
    except OSError:
        raise UsageError(f"文件“{file.name}”无法读取。", next_step="请检查其是否为 UTF-8 编码的文本文件。") from None
