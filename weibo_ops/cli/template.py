"""``weibo-ops template``: texts to start from, and the approved lines for holding replies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post.entry import body_of

if TYPE_CHECKING:
    from publishing.schemas import TemplateEntry, TemplateRow
    from weibo_ops.bootstrap import Application

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "template_id": "编号",
    "unit": "单位",
    "title": "名称",
    "content_class": "类别",
    "holding": "答复口径",
    "valid_until": "有效期至",
    "owner": "编写",
    "approved_by": "核准",
    "standing": "状态",
    "text": "正文",
}
TemplateArgument = typer.Argument(..., metavar="ID", help="模板编号")
TextOption = typer.Option(None, "--text", help="文字")
FileOption = typer.Option(None, "--file", help="从文件读取文字(UTF-8);- 为标准输入")
ClassOption = typer.Option(None, "--class", help="内容类别;默认日常")
HoldingOption = typer.Option(None, "--holding/--ordinary", help="过程性答复口径(须核准、有期限),或一般模板")
BasisOption = typer.Option(None, "--basis", help="来源依据")
ValidOption = typer.Option(None, "--valid-until", metavar="DAY", help="有效期至(含),如 2026-12-31;修改时写 - 为清空")


@app.command("list")
def list_templates(
    context: typer.Context,
    unit: str = typer.Option(None, "--unit", help="只列该单位"),
    holding: bool = typer.Option(None, "--holding/--ordinary", help="只列过程性答复口径,或只列一般模板"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出模板和过程性答复口径。"""
    _emit(common.application(context).templates.list_templates(unit, holding=holding), fmt)


@app.command("show")
def show(context: typer.Context, number: int = TemplateArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一个模板的全部内容。"""
    row = common.application(context).templates.show(number)
    if fmt is not common.Format.TABLE:
        _emit([row], fmt)
        return
    cells = {**vars(row), "standing": standing(row)}
    fields = [{"field": TITLES[name], "value": cells[name]} for name in [*TITLES][:-1]]
    fields.insert(4, {"field": "来源依据", "value": row.source_basis})
    common.emit(fields, ["field", "value"], fmt, {"field": "项目", "value": "内容"})
    from weibo_ops.kernel.text import defuse

    common.write(f"\n{defuse(row.text)}\n")


@app.command("add")
def add(
    context: typer.Context,
    title: str = typer.Argument(..., help="名称"),
    text: str = TextOption,
    file: Path = FileOption,
    unit: str = typer.Option(None, "--unit", help="单位全称;默认本人所在单位"),
    content_class: str = ClassOption,
    holding: bool = HoldingOption,
    basis: str = BasisOption,
    valid_until: str = ValidOption,
) -> None:
    """编写一个模板;正文由 --text、--file 或标准输入给出。输出模板编号。"""
    from publishing.schemas import TemplateEntry

    app_ = common.application(context)
    given = _given(content_class, holding, basis, valid_until)
    entry = TemplateEntry(
        unit=_own_unit(app_) if unit is None else unit, title=title, text=body_of(text, file), **given
    )
    row = app_.templates.add(app_.actor, entry)
    common.write(f"{row.template_id}\n")
    common.say(f"已编写模板{row.template_id}“{row.title}”。{_next_step(row)}")


@app.command("edit")
def edit(
    context: typer.Context,
    number: int = TemplateArgument,
    title: str = typer.Option(None, "--title", help="名称"),
    text: str = TextOption,
    file: Path = FileOption,
    content_class: str = ClassOption,
    holding: bool = HoldingOption,
    basis: str = BasisOption,
    valid_until: str = ValidOption,
    version: int = typer.Option(None, "--version", help="读到的版次;不写时取现在的版次"),
) -> None:
    """修改一个模板:写出的各项被替换;口径修改后须重新核准。"""
    from weibo_ops.kernel.errors import UsageError

    given = _given(content_class, holding, basis, valid_until)
    if title is not None:
        given["title"] = title
    if text is not None or file is not None:
        given["text"] = body_of(text, file)
    if not given:
        raise UsageError("没有写明要改什么。", next_step="可改的各项见 weibo-ops template edit -h。")
    app_ = common.application(context)
    row = app_.templates.show(number)
    seen = row.version if version is None else version
    changed = app_.templates.edit(app_.actor, number, replace(_entry(row), **given), seen)
    common.say(f"已修改模板{number}“{changed.title}”。{_next_step(changed)}")


@app.command("approve")
def approve(context: typer.Context, number: int = TemplateArgument) -> None:
    """核准一条过程性答复口径,由编写人以外的人办理。"""
    app_ = common.application(context)
    row = app_.templates.approve(app_.actor, number)
    common.say(f"模板{number}“{row.title}”已核准{f',有效期至{row.valid_until}' if row.valid_until else ''}。")


@app.command("retire")
def retire(
    context: typer.Context,
    number: int = TemplateArgument,
    reason: str = typer.Option("", "--reason", help="理由"),
) -> None:
    """停用一个模板。"""
    app_ = common.application(context)
    app_.templates.retire(app_.actor, number, reason)
    common.say(f"模板{number}已停用。")


def _emit(rows: list[TemplateRow], fmt: common.Format) -> None:
    columns = list(TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["source_basis", "expired", "retired", "version"]
    common.emit([{**vars(row), "standing": standing(row)} for row in rows], columns, fmt, TITLES)


def standing(row: TemplateRow) -> str:
    """Return in one word whether a template may be used."""
    if row.retired:
        return "停用"
    if row.expired:
        return "过期"
    return "待核准" if row.holding and not row.approved_by else "可用"


def _entry(row: TemplateRow) -> TemplateEntry:
    from publishing.schemas import TemplateEntry

    return TemplateEntry(
        row.unit, row.title, row.text, row.content_class, row.holding, row.source_basis, row.valid_until
    )


def _given(
    content_class: str | None, holding: bool | None, basis: str | None, valid_until: str | None
) -> dict[str, Any]:
    from weibo_ops.kernel.tables import parse_day

    found: dict[str, Any] = {
        name: value
        for name, value in (("content_class", content_class), ("holding", holding), ("source_basis", basis))
        if value is not None
    }
    if valid_until is not None:
        found["valid_until"] = None if valid_until.strip() == "-" else parse_day(valid_until)
    return found


def _own_unit(app_: Application) -> str:
    return next((unit.name for unit in app_.units.list_units() if unit.unit_id == app_.actor.unit_id), "")


def _next_step(row: TemplateRow) -> str:
    if row.holding and not row.approved_by:
        return f"下一步:由另一人核准 weibo-ops template approve {row.template_id}"
    return ""
